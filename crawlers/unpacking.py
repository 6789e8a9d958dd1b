"""Unpacks what servers send packed, and takes nothing that ends before its end.

Scrapy's own middleware hands on what it could unpack of a body that was cut off: a shorter page, on which half of the
courses are missing and nothing says so. Here such an answer is asked for again, and then counted as a failed fetch.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Request, Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawlers.safety import DamagedContentError, UnsafeContentError, gunzip

PIECE = 65_536
"""Bytes that are unpacked at once, so that a bomb is noticed before it has gone off."""


def unpack(body: bytes, coding: str, at_most: int) -> bytes:
    """A body without one content coding (RFC 9110, 8.4.1), at most ``at_most`` bytes of it.

    A coding that is none of :data:`UNPACKERS`, none that we said we take, is a slip of the server's ("utf-8", "none")
    and leaves the body as it is. Raises :class:`crawlers.safety.DamagedContentError` for a body that is cut off or
    damaged, :class:`crawlers.safety.UnsafeContentError` for one that unpacks to more.
    """
    unpacker = UNPACKERS.get(coding)
    return body if unpacker is None else unpacker(body, at_most)


def _gathered(pieces: Iterator[bytes], at_most: int) -> bytes:
    unpacked = bytearray()
    for piece in pieces:
        unpacked += piece
        if len(unpacked) > at_most:
            raise UnsafeContentError(f"unpacks to more than {at_most} bytes")
    return bytes(unpacked)


def _inflate(body: bytes, at_most: int) -> bytes:
    # "deflate" is data in the zlib format; some servers have always sent it without that format's head.
    has_head = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
    return _gathered(_inflated(body, zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS), at_most)


def _inflated(body: bytes, window: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(wbits=window)
    try:
        piece = stream.decompress(body, PIECE)
        while piece:
            yield piece
            piece = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, PIECE)
    except zlib.error as error:
        raise DamagedContentError(f"damaged deflate data: {error}") from error
    if not stream.eof:
        raise DamagedContentError("the deflate data ends before its end")


def _unbrotli(body: bytes, at_most: int) -> bytes:
    return _gathered(_unbrotlied(body), at_most)


def _unbrotlied(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    try:
        piece = stream.process(body, output_buffer_limit=PIECE)
        while piece:
            yield piece
            piece = stream.process(b"", output_buffer_limit=PIECE)
    except brotli.error as error:
        raise DamagedContentError(f"damaged brotli data: {error}") from error
    if not stream.is_finished():
        raise DamagedContentError("the brotli data ends before its end")


UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}
ACCEPTED = "gzip, deflate, br"


class Unpacking:
    """Downloader middleware in the place of Scrapy's ``HttpCompressionMiddleware``."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._at_most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Any) -> Unpacking:
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say what can be unpacked."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """The answer unpacked, or the request once more where its body is damaged.

        Raises ``ResponseDataLossError`` where it is still damaged after the last try, ``DownloadCancelledError`` where
        it unpacks to more than the source's bound.
        """
        codings = [word.strip().lower() for word in _content_encoding(response).split(",") if word.strip()]
        if not codings or not response.body:
            return response
        body = response.body
        try:
            for coding in reversed(codings):
                body = unpack(body, coding, self._at_most)
        except DamagedContentError as error:
            again = get_retry_request(request, spider=self._crawler.spider, reason="damaged body")
            if again is None:
                raise ResponseDataLossError(str(error)) from error
            return again
        except UnsafeContentError as error:
            raise DownloadCancelledError(str(error)) from error
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        # A text's encoding was told from its packed bytes and has to be told again.
        encoding = {"encoding": None} if issubclass(kind, TextResponse) else {}
        unpacked: Response = response.replace(cls=kind, headers=headers, body=body, **encoding)
        return unpacked


def _content_encoding(response: Response) -> str:
    return b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
