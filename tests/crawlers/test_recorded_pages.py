"""Every source's recorded pages, over real HTTP, through the real spiders, against the listings checked by eye."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalog.listing import Listing
from catalog.spool import Finish, ListingLine, RejectedLine, SourceEndLine, read_spool
from crawlers.extract.text import normalize
from crawlers.recording import Recording, merge_hosts, read_recordings, shown
from crawlers.run import CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import BINARY, SAMPLE_WEB, expand
from crawlers.source import load_sources

PAGES = Path(__file__).parents[1] / "pages"
RECORDINGS = read_recordings(PAGES)
SOURCES = load_sources()


@dataclass
class Read:
    """What one crawl brought of one source."""

    listings: list[Listing] = field(default_factory=list)
    rejected: list[RejectedLine] = field(default_factory=list)
    end: SourceEndLine | None = None


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Read]:
    """One crawl for each moment of reading: the clock of a crawl is one."""
    read: dict[str, Read] = defaultdict(Read)
    by_clock: dict[object, list[Recording]] = defaultdict(list)
    for recording in RECORDINGS.values():
        by_clock[recording.head.fetched_at].append(recording)
    for recordings in by_clock.values():
        now = recordings[0].head.fetched_at
        web, folder = tmp_path_factory.mktemp("web"), tmp_path_factory.mktemp("run")
        merge_hosts(recordings, SAMPLE_WEB, web)
        order = CrawlOrder(
            run_folder=folder,
            sources=tuple(recording.source for recording in recordings),
            now=now,
            sample=SampleWeb(anchor=now.date(), root=web),
        )
        outcome = crawl(order)
        for line in read_spool(outcome.spool):
            if isinstance(line, ListingLine):
                read[line.listing.source].listings.append(line.listing)
            elif isinstance(line, RejectedLine):
                read[line.source].rejected.append(line)
            elif isinstance(line, SourceEndLine):
                read[line.source].end = line
    return read


@pytest.mark.parametrize("source", sorted(RECORDINGS))
def test_recorded_pages_give_the_listings_that_were_checked(crawled: Mapping[str, Read], source: str) -> None:
    read, recording = crawled[source], RECORDINGS[source]
    got = {listing.source_key: shown(listing) for listing in read.listings}
    wanted = {listing.source_key: shown(listing) for listing in recording.expected()}
    assert json.dumps(got, indent=1, sort_keys=True) == json.dumps(wanted, indent=1, sort_keys=True)
    assert [(line.url, line.field) for line in read.rejected] == [
        (page.url, page.field) for page in recording.rejected()
    ]


@pytest.mark.parametrize("source", sorted(RECORDINGS))
def test_recorded_crawls_end_well_and_are_marked_as_sample(crawled: Mapping[str, Read], source: str) -> None:
    read = crawled[source]
    assert read.end is not None
    assert (read.end.finish, read.end.detail) == (Finish.COMPLETE, None)
    assert all(listing.sample for listing in read.listings)


def test_every_source_has_a_recording() -> None:
    with_pages = {source.id for source in SOURCES.values() if source.start}
    assert with_pages - set(RECORDINGS) == set()
    assert set(RECORDINGS) - with_pages == set()


def test_a_provider_has_one_name() -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for source in SOURCES.values():
        names[source.provider].add(source.facts(sample=False).provider_name)
    assert {provider: told for provider, told in names.items() if len(told) > 1} == {}


@pytest.mark.parametrize("source", sorted(RECORDINGS))
def test_every_quotation_stands_on_a_page_of_its_recording(source: str) -> None:
    """Each word and number of every piece of evidence, apart from those that quote the source's TOML."""
    recording = RECORDINGS[source]
    said: set[str] = set()
    for host in recording.hosts(SAMPLE_WEB):
        for page in (path for path in host.rglob("*") if path.is_file() and path.suffix not in BINARY):
            said |= set(words(plain(expand(page.read_text("utf-8"), recording.head.fetched_at.date()), page.suffix)))
            said |= set(words(page.as_posix()))
    invented = {
        (listing.source_key, word)
        for listing in recording.expected()
        for quotation in quotations(shown(listing))
        for word in words(quotation)
        if word not in said
    }
    assert invented == set()


def plain(text: str, suffix: str) -> str:
    """The text of a page; that of a calendar unfolded and with plain line ends (RFC 5545, 3.1, 3.3.11)."""
    return re.sub(r"\r?\n[ \t]", "", text).replace("\\n", "\n") if suffix == ".ics" else text


def words(text: str) -> list[str]:
    """The words and numbers of a text or a page, in lower case."""
    return re.findall(r"[^\W_]+", normalize(html.unescape(text)).lower())


def quotations(value: object) -> Iterator[str]:
    """The text of every piece of evidence within a payload that does not quote the source's own TOML."""
    if isinstance(value, dict):
        if "text" in value and value.get("where", "source") != "source":
            yield str(value["text"])
        for inner in value.values():
            yield from quotations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from quotations(inner)
