"""Recorded pages with damage: whatever a page says, its spider raises only what it documents, and ends in time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.draft import Draft, Link
from crawlers.page import Page
from crawlers.pipelines import RejectedDraftError, to_listing
from crawlers.recording import Recording, read_recordings
from crawlers.sample_server import SAMPLE_WEB, SampleServer
from crawlers.source import load_sources
from crawlers.spiders import spider_class
from crawlers.spiders.base import DOCUMENTED, RunContext

EXAMPLES = int(os.environ.get("ALIQUOT_FUZZ_EXAMPLES", "200"))
SECONDS_A_PAGE = 5.0
"""Of the processor's time: a busy machine is not the reader's fault."""
SOURCES = load_sources()
RECORDINGS = read_recordings(Path(__file__).parents[1] / "pages")


@dataclass(frozen=True)
class Sheet:
    """One recorded page of one source."""

    source: str
    url: str
    body: bytes
    content_type: str

    def __repr__(self) -> str:
        return f"Sheet({self.source}, {self.url})"


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every page that a crawl of the recordings would read, found by following the spiders' own links."""
    return tuple(sheet for recording in RECORDINGS.values() for sheet in pages_of(recording))


def pages_of(recording: Recording) -> Iterator[Sheet]:
    source = SOURCES[recording.source]
    root = SAMPLE_WEB if recording.head.sample_hosts else recording.folder
    web = SampleServer(root, recording.head.fetched_at.date())
    waiting, met = list(source.start), set(source.start)
    while waiting:
        url = waiting.pop()
        parts = urlsplit(url)
        answer = web.answer(parts.netloc, urlunsplit(("", "", parts.path, parts.query, "")), {})
        if answer.status != 200:
            continue
        sheet = Sheet(recording.source, url, answer.body, answer.headers["Content-Type"])
        yield sheet
        links = {found.url for found in found_on(sheet, sheet.body) if isinstance(found, Link)} - met
        met |= links
        waiting.extend(sorted(links))


def found_on(sheet: Sheet, body: bytes) -> Iterator[object]:
    """What the source's own spider finds on a page with this body."""
    clock, source = RECORDINGS[sheet.source].head.fetched_at, SOURCES[sheet.source]
    spider = spider_class(source.spider)(source, RunContext(clock, sample=True))
    yield from spider.read(Page(sheet.url, body, clock, sheet.content_type))


SPLICES = [
    b"\x00",
    b"\xff\xfe",
    b"<",
    b"</",
    b"<!--",
    b"]]>",
    b"&#x110000;",
    b"&nbsp;" * 50,
    b"\xe2\x80\xae",
    b"<table>" * 300,
    b"9" * 400,
    b"$-1",
    b"$999999999999999",
    b"13/45/2027",
    b"0/0/0000",
    b"February 30, 2027",
    b"1e999",
    b'":[{"@type":',
    b"<script type='application/ld+json'>{",
    b"BEGIN:VEVENT\r\n",
    b"\r\nRRULE:FREQ=SECONDLY\r\n",
    b"\r\nDTSTART:99999999T999999\r\n",
    b'"' * 101,
    b"," * 500,
    b"=HYPERLINK(1)",
    "١٢٣".encode(),
    "ツョ®".encode(),
    b"<h1></h1>",
    b"<base href='javascript:'>",
]


def cut(body: bytes, start: float, length: float, splice: bytes) -> bytes:
    """Leave out a part."""
    at = int(len(body) * start)
    return body[:at] + body[at + int(len(body) * length) :]


def put(body: bytes, start: float, length: float, splice: bytes) -> bytes:
    """Put something in."""
    at = int(len(body) * start)
    return body[:at] + splice + body[at:]


def repeat(body: bytes, start: float, length: float, splice: bytes) -> bytes:
    """Say a part twice."""
    at = int(len(body) * start)
    part = body[at : at + int(len(body) * length)]
    return body[:at] + part + part + body[at + len(part) :]


def swap_digits(body: bytes, start: float, length: float, splice: bytes) -> bytes:
    """Turn the digits of a part into others."""
    at, end = int(len(body) * start), int(len(body) * (start + length))
    return body[:at] + body[at:end].translate(bytes.maketrans(b"0123456789", b"9081726354")) + body[end:]


def truncate(body: bytes, start: float, length: float, splice: bytes) -> bytes:
    """End too early."""
    return body[: int(len(body) * start)]


Damage = tuple[Callable[[bytes, float, float, bytes], bytes], float, float, bytes]
damages: st.SearchStrategy[list[Damage]] = st.lists(
    st.tuples(
        st.sampled_from([cut, put, repeat, swap_digits, truncate]),
        st.floats(0, 1),
        st.floats(0, 0.3),
        st.sampled_from(SPLICES),
    ),
    min_size=1,
    max_size=5,
)


def read(sheet: Sheet, body: bytes) -> int:
    """Drafts that are read; every draft becomes a listing or is rejected by name."""
    clock, source = RECORDINGS[sheet.source].head.fetched_at, SOURCES[sheet.source]
    drafts = 0
    try:
        for found in found_on(sheet, body):
            if isinstance(found, Draft):
                drafts += 1
                try:
                    to_listing(found, source, clock, sample=True)
                except RejectedDraftError as error:
                    assert error.field
                    assert error.reason
    except DOCUMENTED:
        return drafts
    return drafts


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 10_000), damage=damages)
def test_damaged_pages_raise_only_what_is_documented(number: int, damage: list[Damage]) -> None:
    sheet = sheets()[number % len(sheets())]
    body = sheet.body
    for change, start, length, splice in damage:
        body = change(body, start, length, splice)
    began = time.process_time()
    read(sheet, body)
    assert time.process_time() - began < SECONDS_A_PAGE


def test_undamaged_pages_are_read() -> None:
    """The same path without damage finds something at every source, so that the test above reads more than errors."""
    read_by_source = {sheet.source: 0 for sheet in sheets()}
    for sheet in sheets():
        read_by_source[sheet.source] += read(sheet, sheet.body)
    assert {source for source, drafts in read_by_source.items() if not drafts} == set()
