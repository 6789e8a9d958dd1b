"""A body that ends before its end is a failed fetch, whatever it is packed in; never a shorter page."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.spool import Cause, Finish
from crawlers.safety import DamagedContentError, UnsafeContentError
from crawlers.sample_server import Answer, Fault, chunked, packed, truncated
from crawlers.unpacking import unpack
from tests.crawlers.twins import Met, Twin, crawl_twins

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


@cache
def whole(pack: Callable[[bytes], bytes]) -> bytes:
    """The text, packed once: Brotli takes its time."""
    return pack(TEXT)


def cut(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def half(text: bytes) -> bytes:
        packed_text = pack(text)
        return packed_text[: len(packed_text) // 2]

    return half


CUT: dict[str, Callable[[Answer], Answer]] = {
    "cut-length": truncated(300),
    "cut-chunked": chunked(ends=False),
    "cut-gzip": packed("gzip", cut(gzip.compress)),
    "cut-x-gzip": packed("x-gzip", cut(gzip.compress)),
    "cut-deflate": packed("deflate", cut(zlib.compress)),
    "cut-raw-deflate": packed("deflate", cut(raw_deflate)),
    "cut-br": packed("br", cut(brotli.compress)),
}
WHOLE: dict[str, Callable[[Answer], Answer]] = {
    "chunked": chunked(),
    "gzip": packed("gzip", gzip.compress),
    "x-gzip": packed("x-gzip", gzip.compress),
    "deflate": packed("deflate", zlib.compress),
    "raw-deflate": packed("deflate", raw_deflate),
    "br": packed("br", brotli.compress),
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Met]:
    """One crawl of twins of a shop; at each of them one course comes in another body."""
    faults = {name: Fault(change, pattern=COURSE) for name, change in (CUT | WHOLE).items()}
    faults["cut-once"] = Fault(CUT["cut-br"], pattern=COURSE, times=1)
    faults["bomb"] = Fault(packed("gzip", lambda _: gzip.compress(bytes(50_000_000))), pattern=COURSE)
    twins = {name: Twin("ascls-ce-store", (fault,)) for name, fault in faults.items()}
    return crawl_twins(tmp_path_factory.mktemp("bodies"), twins).met


@EVERY_PACKER
def test_what_is_whole_is_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(whole(pack), coding, len(TEXT)) == TEXT


@EVERY_PACKER
def test_what_is_cut_off_anywhere_is_damaged(coding: str, pack: Callable[[bytes], bytes]) -> None:
    packed_text = whole(pack)
    for length in {1, 2, len(packed_text) // 3, len(packed_text) - 9, len(packed_text) - 1}:
        with pytest.raises(DamagedContentError):
            unpack(packed_text[:length], coding, len(TEXT))


@EVERY_PACKER
def test_what_unpacks_to_more_than_its_bound_is_refused(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnsafeContentError, match="unpacks to more than"):
        unpack(whole(pack), coding, len(TEXT) - 1)


@given(st.sampled_from([coding for coding, _ in PACKERS]), st.binary(min_size=1, max_size=300))
def test_bytes_that_nobody_packed_raise_the_documented_error_or_are_a_whole(coding: str, body: bytes) -> None:
    with contextlib.suppress(UnsafeContentError):
        assert len(unpack(body, coding, 100_000)) <= 100_000


def test_a_word_that_names_no_packing_is_passed_over() -> None:
    assert unpack(TEXT, "utf-8", len(TEXT)) == TEXT


@pytest.mark.parametrize("name", CUT)
def test_a_cut_body_is_asked_for_again_and_then_counted_as_a_failed_fetch(night: Mapping[str, Met], name: str) -> None:
    met = night[name]
    assert (met.end.finish, met.end.cause, met.end.listings) == (Finish.TRUNCATED, Cause.CONNECTION, 7)
    assert COURSE in (met.end.url or "")
    [line] = met.rejected
    assert COURSE in line.url
    assert line.field == "page"
    assert line.reason.startswith("connection: ")
    assert met.times(COURSE) == 3


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_body_is_read_however_it_comes(night: Mapping[str, Met], name: str) -> None:
    met = night[name]
    assert (met.end.finish, met.end.listings, met.rejected, met.times(COURSE)) == (Finish.COMPLETE, 8, [], 1)


def test_a_body_that_was_cut_only_once_is_read_the_second_time(night: Mapping[str, Met]) -> None:
    met = night["cut-once"]
    assert (met.end.finish, met.end.listings, met.rejected, met.times(COURSE)) == (Finish.COMPLETE, 8, [], 2)


def test_a_bomb_is_no_page(night: Mapping[str, Met]) -> None:
    bomb = night["bomb"]
    assert (bomb.end.finish, bomb.end.cause) == (Finish.TRUNCATED, Cause.LIMIT)
    assert "unpacks to more than" in bomb.rejected[0].reason
