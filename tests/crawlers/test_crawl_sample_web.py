"""Two whole crawls of the sample web over real HTTP, and what happens when a part of it fails."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalog.listing import Kind, Listing
from catalog.spool import (
    Cause,
    Finish,
    KnownPage,
    ListingLine,
    PageLine,
    RejectedLine,
    SeenLine,
    SourceEndLine,
    read_spool,
)
from crawlers.run import CrawlError, CrawlOrder, CrawlOutcome, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB, Fault, SampleServer, body, down, slow, status
from crawlers.source import load_sources, sources_of_sample_web
from tests.crawlers.twins import ANCHOR, NOW, Night, Twin, crawl_twins

PLACES = {"source", "heading", "title", "url", "breadcrumb"}


def order(folder: Path, port: int, **changes: object) -> CrawlOrder:
    sources = sources_of_sample_web(load_sources(), SAMPLE_WEB)
    plain = CrawlOrder(run_folder=folder, sources=sources, now=NOW, sample=SampleWeb(anchor=ANCHOR, port=port))
    return plain.model_copy(update=changes)


def listings(outcome: CrawlOutcome) -> dict[tuple[str, str], Listing]:
    lines = [line for line in read_spool(outcome.spool) if isinstance(line, ListingLine)]
    return {(line.listing.source, line.listing.source_key): line.listing for line in lines}


def ends(outcome: CrawlOutcome) -> dict[str, SourceEndLine]:
    return {end.source: end for end in outcome.ends}


def remember(outcome: CrawlOutcome, path: Path) -> Path:
    """What the catalog hands to the next crawl."""
    pages = [line for line in read_spool(outcome.spool) if isinstance(line, PageLine)]
    known = [KnownPage.model_validate(page.model_dump(exclude={"type", "fetched_at"})) for page in pages]
    path.write_text("".join(f"{page.model_dump_json()}\n" for page in known), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[CrawlOutcome, CrawlOutcome, list[dict[str, object]]]:
    folder = tmp_path_factory.mktemp("nights")
    events: list[dict[str, object]] = []
    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        first = crawl(order(folder / "first", web.port), events.append)
        known = remember(first, folder / "known.jsonl")
        second = crawl(order(folder / "second", web.port, known_pages=known))
    return first, second, events


def test_a_night_reads_all_eight_kinds_from_at_least_eight_sources(nights) -> None:
    first, _, _ = nights
    found = listings(first)
    assert first.exit_code == 0
    assert {end.finish for end in first.ends} == {Finish.COMPLETE}
    assert len({source for source, _ in found}) >= 8
    assert len(found) >= 100
    assert {listing.kind.value for listing in found.values()} == set(Kind)


def test_every_value_says_where_it_was_read_and_every_listing_is_marked_as_a_sample(nights) -> None:
    first, _, _ = nights
    for listing in listings(first).values():
        assert listing.sample
        assert listing.fetched_at == NOW
        for statement in (*listing.credits, *listing.offers, *listing.sessions, *listing.packages):
            for proof in statement.evidence:
                assert proof.text.strip()
                assert ":" in proof.where or proof.where in PLACES


def test_sample_pages_job_aids_retired_courses_and_open_houses_are_no_listings(nights) -> None:
    first, _, _ = nights
    found = listings(first)
    addresses = [listing.url for listing in found.values()]
    assert not [url for url in addresses if "/spg" in url or "/jobaid/" in url or "open-house" in url]
    assert not [listing for listing in found.values() if "retired" in listing.title.value.lower()]
    rejected = [line for line in read_spool(first.spool) if isinstance(line, RejectedLine)]
    assert [line.url for line in rejected if line.field == "retired_on"] == [
        "https://www.labce.com/tuberculosis_awareness.aspx"
    ]
    assert ends(first)["labce"].rejected == 1


def test_a_calendar_between_two_seasons_is_no_failure_and_is_read_whole_again(tmp_path: Path) -> None:
    autumn = datetime(2027, 9, 10, 12, tzinfo=UTC)
    society = ("sample-society",)
    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        first = crawl(order(tmp_path / "first", web.port, now=autumn, sources=society))
        known = remember(first, tmp_path / "known.jsonl")
        second = crawl(order(tmp_path / "second", web.port, now=autumn, sources=society, known_pages=known))
    for outcome in (first, second):
        [end] = outcome.ends
        assert (end.finish, end.cause, end.listings, end.rejected) == (Finish.COMPLETE, None, 0, 1)
        assert end.not_modified == 0


def test_one_broken_event_and_one_empty_row_are_rejected_alone(nights) -> None:
    first, _, _ = nights
    rejected = {line.source: line for line in read_spool(first.spool) if isinstance(line, RejectedLine)}
    assert rejected["sample-society"].source_key == "broken@society.example"
    assert rejected["sample-hospital"].field == "title"
    assert ends(first)["sample-society"].listings == 17
    assert ends(first)["sample-hospital"].listings == 10


def test_a_labce_course_is_read_as_its_page_says(nights) -> None:
    first, _, _ = nights
    course = listings(first)[("labce", "labce.com/microcytic_anemias.aspx")]
    assert course.title.value == "Microcytic Anemias"
    assert [(c.unit, c.thousandths, c.subject, c.approved_through) for c in course.credits] == [
        ("pace", 1000, None, date(2028, 5, 31)),
        ("florida", 1000, "Hematology", date(2028, 5, 31)),
    ]
    assert [(offer.minor, offer.currency) for offer in course.offers] == [(2500, "USD")]
    assert [(package.key, package.minor, package.cap_thousandths) for package in course.packages] == [
        ("labce-mls-mlt", 10900, None),
        ("labce-pick-your-courses", 5500, 8000),
    ]
    assert course.level is not None
    assert course.level.value == "Basic"


def test_each_page_is_asked_for_once_also_a_start_page_that_others_link_to(nights) -> None:
    for outcome in nights[:2]:
        lines = [line for line in read_spool(outcome.spool) if isinstance(line, PageLine | SeenLine)]
        assert [page for page, times in Counter((line.source, line.url) for line in lines).items() if times > 1] == []


def test_of_scrapys_own_extensions_only_the_named_ones_run(nights) -> None:
    log = (nights[0].spool.parent / "crawl.log").read_text(encoding="utf-8")
    enabled = re.findall(r"Enabled extensions:\n(\[.*?\])", log, re.DOTALL)
    assert enabled
    names = {name for found in enabled for name in re.findall(r"[\w.]+\.(\w+)", found)}
    assert names == {"CloseSpider", "AutoThrottle"}


def test_a_second_night_of_unchanged_pages_parses_nothing(nights) -> None:
    first, second, _ = nights
    lines = Counter(type(line) for line in read_spool(second.spool))
    assert lines[ListingLine] == 0
    assert lines[PageLine] == 0
    seen = {key for line in read_spool(second.spool) if isinstance(line, SeenLine) for key in line.source_keys}
    assert seen == {key for _, key in listings(first)}
    assert {end.finish for end in second.ends} == {Finish.COMPLETE}
    assert all(end.not_modified >= 1 for end in second.ends)
    assert sum(end.seen for end in second.ends) == len(listings(first))


def test_what_was_rejected_is_told_again_while_its_page_is_unchanged(nights) -> None:
    first, second, _ = nights
    before, again = (
        [line for line in read_spool(outcome.spool) if isinstance(line, RejectedLine)] for outcome in (first, second)
    )
    assert len(before) >= 3
    assert sorted(again, key=str) == sorted(before, key=str)
    assert {name: end.rejected for name, end in ends(second).items()} == {
        name: end.rejected for name, end in ends(first).items()
    }


def test_progress_is_told_as_it_happens(nights) -> None:
    _, _, events = nights
    assert [event["source"] for event in events if event["event"] == "end"].count("labce") == 1
    pages = [event["pages"] for event in events if event["event"] == "page" and event["source"] == "labce"]
    assert pages == sorted(pages)
    assert pages


def test_coverage_counts_every_listing_once_per_field(nights) -> None:
    first, _, _ = nights
    labce = ends(first)["labce"]
    assert {sum(counts.values()) for counts in labce.coverage.values()} == {labce.listings}
    assert labce.coverage["credits"]["present"] >= 30


@pytest.fixture(scope="module")
def again(nights, tmp_path_factory: pytest.TempPathFactory) -> CrawlOutcome:
    """The first night once more at some sources; the pages of one of them are remembered from an older extractor."""
    folder = tmp_path_factory.mktemp("again")
    known = remember(nights[0], folder / "known.jsonl")
    pages = [json.loads(line) for line in known.read_text(encoding="utf-8").splitlines()]
    older = [page | {"extractor_hash": "0" * 32} for page in pages if page["source"] == "adlm"]
    assert older
    known.write_text("".join(f"{json.dumps(page)}\n" for page in older), encoding="utf-8")
    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        return crawl(
            order(folder / "run", web.port, sources=("sample-society", "sample-college", "adlm"), known_pages=known)
        )


def test_the_same_night_twice_gives_the_same_bytes_of_listings(nights, again: CrawlOutcome) -> None:
    expected = {key: listing.content_hash() for key, listing in listings(nights[0]).items()}
    found = {key: listing.content_hash() for key, listing in listings(again).items()}
    assert {source for source, _ in found} == {"sample-society", "sample-college", "adlm"}
    assert found.items() <= expected.items()


def test_the_extractor_hash_decides_whether_a_page_is_asked_for_with_conditions(again: CrawlOutcome) -> None:
    assert ends(again)["adlm"].not_modified == 0
    assert ends(again)["adlm"].listings == 10


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """One crawl of twins of a shop and of a hospital's sheet: one is well, in each of the others a part fails."""
    shop, hospital, course = "ascls-ce-store", "sample-hospital", r"/c83673/"
    twins = {
        "dead": Twin(shop, (Fault(down()),)),
        "well": Twin(hospital),
        "broken-page": Twin(shop, (Fault(status(500), pattern=course),)),
        "empty-page": Twin(shop, (Fault(body(b""), pattern=course),)),
        "broken-robots": Twin(hospital, (Fault(status(500), pattern=r"^/robots\.txt$"),)),
    }
    return crawl_twins(tmp_path_factory.mktemp("troubled"), twins)


def test_a_dead_host_leaves_the_others_complete(troubled: Night) -> None:
    dead = troubled.met["dead"].end
    assert (dead.finish, dead.cause) == (Finish.FAILED, Cause.CONNECTION)
    assert troubled.met["well"].end.finish is Finish.COMPLETE
    assert sorted(troubled.outcome.failed) == ["broken-page", "broken-robots", "dead", "empty-page"]


@pytest.mark.parametrize(("name", "cause"), [("broken-page", Cause.SERVER_ERROR), ("empty-page", Cause.EMPTY)])
def test_a_page_that_fails_inside_a_crawl_truncates_it_and_is_told(troubled: Night, name: str, cause: Cause) -> None:
    met = troubled.met[name]
    assert (met.end.finish, met.end.cause, met.end.listings) == (Finish.TRUNCATED, cause, 7)
    assert [(line.field, "c83673" in line.url) for line in met.rejected] == [("page", True)]


def test_robots_txt_that_answers_500_closes_the_host(troubled: Night) -> None:
    met = troubled.met["broken-robots"]
    assert met.end.cause is Cause.ROBOTS
    assert {request.target for request in met.asked} == {"/robots.txt"}


def test_a_killed_crawl_leaves_a_readable_spool_and_an_end_for_every_source(tmp_path: Path) -> None:
    def kill(event: dict[str, object]) -> None:
        if event["event"] == "page" and int(str(event["listings"])) >= 1:
            children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
            for child in {int(pid) for path in children for pid in path.read_text(encoding="ascii").split()}:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
                if b"crawlers.run" in command:
                    os.kill(child, signal.SIGKILL)

    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        outcome = crawl(order(tmp_path, web.port, sources=("labce",)), kill)
    assert outcome.exit_code == -signal.SIGKILL
    assert ends(outcome)["labce"].cause is Cause.CRASH
    assert listings(outcome)


def test_a_half_line_of_a_killed_crawl_is_cut_off_before_more_is_appended(tmp_path: Path) -> None:
    (tmp_path / "spool.jsonl").write_bytes(b'{"type":"source_end","sour')
    outcome = crawl(CrawlOrder(run_folder=tmp_path, sources=("labce",), now=NOW))
    assert [type(line) for line in read_spool(outcome.spool)] == [SourceEndLine]


def test_a_crawl_ends_at_its_time_bound(tmp_path: Path) -> None:
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(Fault(slow(30), host="hospital.example"),)) as web:
        started = time.monotonic()
        outcome = crawl(order(tmp_path, web.port, sources=("sample-hospital",), seconds=3))
    assert time.monotonic() - started < 15
    assert outcome.timed_out
    assert ends(outcome)["sample-hospital"].cause is Cause.LIMIT


def test_a_live_crawl_is_refused_in_one_sentence(tmp_path: Path) -> None:
    without_contact = crawl(CrawlOrder(run_folder=tmp_path / "a", sources=("labce", "sample-society"), now=NOW))
    details = {end.source: end.detail or "" for end in without_contact.ends}
    assert {end.cause for end in without_contact.ends} == {Cause.REFUSED}
    assert "contact" in details["labce"]
    assert "aliquot demo" in details["sample-society"]
    unapproved = crawl(CrawlOrder(run_folder=tmp_path / "b", sources=("labce",), now=NOW, contact="ce@lab.example"))
    assert "aliquot sources approve labce" in (ends(unapproved)["labce"].detail or "")


def test_an_unknown_source_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CrawlError, match="no such source: nowhere"):
        crawl(CrawlOrder(run_folder=tmp_path, sources=("nowhere",), now=NOW))


def test_a_damaged_file_of_known_pages_ends_the_crawl_and_names_the_line(tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    known.write_text('{"source": "labce"}\n', encoding="utf-8")
    with SampleServer(SAMPLE_WEB, ANCHOR) as web, pytest.raises(CrawlError, match=r"known\.jsonl: line 1"):
        crawl(order(tmp_path / "run", web.port, sources=("labce",), known_pages=known))


def test_two_sources_of_one_host_are_never_crawled_at_once(nights) -> None:
    _, _, events = nights
    of_one_host = {"adlm", "adlm-mentoring"}
    sources = [str(event["source"]) for event in events if event["source"] in of_one_host]
    assert set(sources) == of_one_host
    assert sources == sorted(sources, key=sources.index), "the events of the two are not mixed"
