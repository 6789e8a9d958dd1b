"""A body that ends before its end is a failed fetch, whatever it is packed in; never a shorter page."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.spool import Cause, Finish, RejectedLine, SourceEndLine, read_spool
from crawlers.run import CrawlOrder, SampleWeb, crawl
from crawlers.safety import DamagedContentError, UnsafeContentError
from crawlers.sample_server import SAMPLE_WEB, Answer, Fault, SampleServer, chunked, packed, truncated
from crawlers.unpacking import unpack

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = b"".join(b"<p>course %d</p>" % number for number in range(20_000))
COURSE = r"/c83673/"


def raw_deflate(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
]
EVERY_PACKER = pytest.mark.parametrize(("coding", "pack"), PACKERS)


def cut(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def half(text: bytes) -> bytes:
        whole = pack(text)
        return whole[: len(whole) // 2]

    return half


def night(folder: Path, *faults: Fault) -> tuple[SourceEndLine, list[RejectedLine], int]:
    """How a shop's crawl ended, what was rejected, and how often its one faulty page was asked for."""
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=faults) as web:
        sample = SampleWeb(anchor=ANCHOR, port=web.port)
        outcome = crawl(CrawlOrder(run_folder=folder, sources=("ascls-ce-store",), now=NOW, sample=sample))
        asked = sum("/c83673/" in request.target for request in web.seen)
    [end] = outcome.ends
    return end, [line for line in read_spool(outcome.spool) if isinstance(line, RejectedLine)], asked


@EVERY_PACKER
def test_what_is_whole_is_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(pack(TEXT), coding, len(TEXT)) == TEXT


@EVERY_PACKER
def test_what_is_cut_off_anywhere_is_damaged(coding: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(TEXT)
    for length in {1, 2, len(whole) // 3, len(whole) - 9, len(whole) - 1}:
        with pytest.raises(DamagedContentError):
            unpack(whole[:length], coding, len(TEXT))


@EVERY_PACKER
def test_what_unpacks_to_more_than_its_bound_is_refused(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnsafeContentError, match="unpacks to more than"):
        unpack(pack(TEXT), coding, len(TEXT) - 1)


@given(st.sampled_from([coding for coding, _ in PACKERS]), st.binary(min_size=1, max_size=300))
def test_bytes_that_nobody_packed_raise_the_documented_error_or_are_a_whole(coding: str, body: bytes) -> None:
    with contextlib.suppress(UnsafeContentError):
        assert len(unpack(body, coding, 100_000)) <= 100_000


def test_a_word_that_names_no_packing_is_passed_over() -> None:
    assert unpack(TEXT, "utf-8", len(TEXT)) == TEXT


@pytest.mark.parametrize(
    "fault",
    [truncated(300), chunked(ends=False), *(packed(coding, cut(pack)) for coding, pack in PACKERS)],
    ids=["content-length", "chunked", *(pack.__name__ for _, pack in PACKERS)],
)
def test_a_cut_body_is_asked_for_again_and_then_counted_as_a_failed_fetch(
    tmp_path: Path, fault: Callable[[Answer], Answer]
) -> None:
    end, rejected, asked = night(tmp_path, Fault(fault, host="www.asclsce.org", pattern=COURSE))
    assert (end.finish, end.cause, end.listings) == (Finish.TRUNCATED, Cause.CONNECTION, 7)
    assert COURSE in (end.url or "")
    [line] = rejected
    assert COURSE in line.url
    assert line.field == "page"
    assert line.reason.startswith("connection: ")
    assert asked == 3


@pytest.mark.parametrize("fault", [chunked(), *(packed(coding, pack) for coding, pack in PACKERS)])
def test_a_whole_body_is_read_however_it_comes(tmp_path: Path, fault: Callable[[Answer], Answer]) -> None:
    end, rejected, asked = night(tmp_path, Fault(fault, host="www.asclsce.org", pattern=COURSE))
    assert (end.finish, end.listings, rejected, asked) == (Finish.COMPLETE, 8, [], 1)


def test_a_body_that_was_cut_only_once_is_read_the_second_time(tmp_path: Path) -> None:
    once = Fault(packed("br", cut(brotli.compress)), host="www.asclsce.org", pattern=COURSE, times=1)
    end, rejected, asked = night(tmp_path, once)
    assert (end.finish, end.listings, rejected, asked) == (Finish.COMPLETE, 8, [], 2)


def test_a_bomb_is_no_page(tmp_path: Path) -> None:
    bomb = packed("gzip", lambda _: gzip.compress(bytes(50_000_000)))
    end, rejected, _ = night(tmp_path, Fault(bomb, host="www.asclsce.org", pattern=COURSE))
    assert (end.finish, end.cause) == (Finish.TRUNCATED, Cause.LIMIT)
    assert "unpacks to more than" in rejected[0].reason
