"""Recording and replay: the same listings, the same failures, also from a recording that a kill cut off."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from catalog.spool import Finish, ListingLine, RejectedLine, read_spool
from crawlers.run import WARC, CrawlError, CrawlOrder, CrawlOutcome, SampleWeb, crawl, replay
from crawlers.sample_server import SAMPLE_WEB, Fault, SampleServer, packed, status
from crawlers.warc import RecordingDamagedError, read_warc

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)


def hashes(outcome: CrawlOutcome) -> dict[str, str]:
    lines = [line for line in read_spool(outcome.spool) if isinstance(line, ListingLine)]
    return {line.listing.source_key: line.listing.content_hash() for line in lines}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[CrawlOutcome, Path]:
    folder = tmp_path_factory.mktemp("recorded")
    broken = Fault(status(500), host="www.asclsce.org", pattern=r"/c83673/")
    cut = Fault(packed("gzip", lambda text: gzip.compress(text)[:-20]), host="www.asclsce.org", pattern=r"/c18171/")
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(broken, cut)) as web:
        order = CrawlOrder(
            run_folder=folder / "run",
            sources=("ascls-ce-store",),
            now=NOW,
            sample=SampleWeb(anchor=ANCHOR, port=web.port),
            record=folder / "kept",
        )
        return crawl(order), folder / "kept"


def test_last_nights_failure_is_todays_test(recorded: tuple[CrawlOutcome, Path], tmp_path: Path) -> None:
    night, kept = recorded
    again = replay(kept, tmp_path)
    assert hashes(again) == hashes(night)
    assert len(hashes(again)) == 6
    reasons = {line.url: line.reason for line in read_spool(again.spool) if isinstance(line, RejectedLine)}
    assert reasons == {line.url: line.reason for line in read_spool(night.spool) if isinstance(line, RejectedLine)}
    assert sorted(reason.partition(":")[0] for reason in reasons.values()) == ["connection", "server_error"]
    assert [(end.finish, end.cause) for end in again.ends] == [(end.finish, end.cause) for end in night.ends]
    assert again.ends[0].finish is Finish.TRUNCATED


def test_a_recording_is_plain_warc_with_robots_txt_first(recorded: tuple[CrawlOutcome, Path]) -> None:
    with (recorded[1] / WARC).open("rb") as stream:
        records = [(one.rec_type, one.rec_headers.get_header("WARC-Target-URI")) for one in ArchiveIterator(stream)]
    assert records[0] == ("response", "https://www.asclsce.org/robots.txt")
    assert len(records) >= 10


def test_a_recording_cut_off_by_a_kill_is_read_up_to_there(recorded: tuple[CrawlOutcome, Path], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(recorded[1], kept)
    whole = (kept / WARC).read_bytes()
    (kept / WARC).write_bytes(whole[: len(whole) // 2])
    assert 0 < len(read_warc(kept / WARC)) < len(read_warc(recorded[1] / WARC))
    again = replay(kept, tmp_path / "run")
    assert again.ends[0].finish is not Finish.COMPLETE, "what was not recorded is not taken for gone"


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    with pytest.raises(CrawlError, match=r"order\.json"):
        replay(tmp_path, tmp_path / "run")
    (tmp_path / WARC).write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(RecordingDamagedError, match=WARC):
        read_warc(tmp_path / WARC)
