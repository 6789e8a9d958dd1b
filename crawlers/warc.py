"""Keeps what a crawl fetched as WARC (ISO 28500), and plays it back to the spiders.

A recording is a folder: ``crawl.warc.gz`` with every answer as it came over the wire, in order, ``order.json`` with the
order it belongs to, and the known pages that the crawl was given, if any. Played back, the spiders meet the same
answers and the same failures, without a network: last night's failure is today's test.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from io import BytesIO
from pathlib import Path
from typing import Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from catalog.errors import BadInputError
from crawlers.settings import NO_OTHER_SCHEMES

REPLAY_SETTING = "REPLAY_WARC"
RECORD_SETTING = "RECORD_WARC"
FAILURE = "application/json; msgtype=failure"
REPLAY_HANDLER_SETTINGS = {
    "http": "crawlers.warc.ReplayDownloadHandler",
    "https": "crawlers.warc.ReplayDownloadHandler",
    **NO_OTHER_SCHEMES,
}
FAILURES: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        CannotResolveHostError,
        DownloadConnectionRefusedError,
        DownloadFailedError,
        DownloadTimeoutError,
        ResponseDataLossError,
    )
}


class RecordingDamagedError(BadInputError):
    """A WARC that cannot be read from its beginning; names the file."""


class _Writers:
    """One open writer a file: all sources of a process write to one WARC."""

    def __init__(self) -> None:
        self._open: dict[str, WARCWriter] = {}

    def of(self, path: str) -> WARCWriter:
        if path not in self._open:
            # It stays open for the life of the child process, which flushes after every record.
            self._open[path] = WARCWriter(Path(path).open("ab"), gzip=True)  # noqa: SIM115
        return self._open[path]


WRITERS = _Writers()


class Recorder:
    """Downloader middleware next to the network: every answer and every failure becomes a record."""

    def __init__(self, path: str) -> None:
        self._writer = WRITERS.of(path)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Recorder:
        """Made by Scrapy; the setting ``RECORD_WARC`` names the file."""
        return cls(crawler.settings[RECORD_SETTING])

    def process_response(self, request: Request, response: Response) -> Response:
        """Write one answer as it came: status, headers, body still packed."""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.lower() not in {b"transfer-encoding", b"content-length"}
        ]
        headers.append(("Content-Length", str(len(response.body))))
        head = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        self._write("response", request, BytesIO(response.body), http_headers=head)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Write a failure: its kind and its words."""
        told = json.dumps({"kind": type(exception).__name__, "words": str(exception)})
        self._write("metadata", request, BytesIO(told.encode()), warc_content_type=FAILURE)

    def _write(self, kind: str, request: Request, body: BytesIO, **more: Any) -> None:
        self._writer.write_record(self._writer.create_warc_record(request.url, kind, payload=body, **more))
        self._writer.out.flush()


class Answers:
    """The recorded answers by address, in the order in which they were given."""

    def __init__(self, path: Path) -> None:
        self._answers: dict[str, deque[Response | Exception]] = defaultdict(deque)
        for url, answer in read_warc(path):
            self._answers[url].append(answer)

    def next_for(self, url: str) -> Response | Exception:
        """The next answer for an address; the last one again and again; a failure for what was never asked."""
        known = self._answers.get(url)
        if not known:
            return CannotResolveHostError(f"{url} was not recorded")
        return known.popleft() if len(known) > 1 else known[0]


def read_warc(path: Path) -> list[tuple[str, Response | Exception]]:
    """Every complete record of a WARC. A record cut off by a kill ends the reading without an error.

    Raises :class:`RecordingDamagedError` where not even the first record can be read.
    """
    found: list[tuple[str, Response | Exception]] = []
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI")
                body = record.raw_stream.read()
                if record.rec_type == "response":
                    found.append((url, _response(url, record.http_headers, body)))
                elif record.rec_type == "metadata":
                    found.append((url, _failure(body)))
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        if not found:
            raise RecordingDamagedError(f"{path}: {error}") from error
    return found


def _response(url: str, head: StatusAndHeaders, body: bytes) -> Response:
    headers = Headers()
    for name, value in head.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    response: Response = kind(url=url, status=int(head.get_statuscode()), headers=headers, body=body)
    return response


def _failure(body: bytes) -> Exception:
    told = json.loads(body)
    return FAILURES.get(told["kind"], DownloadFailedError)(told["words"])


class ReplayDownloadHandler(BaseDownloadHandler):
    """Answers from a WARC in place of the network."""

    lazy = False

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._answers = Answers(Path(crawler.settings[REPLAY_SETTING]))

    async def download_request(self, request: Request) -> Response:
        """The recorded answer, or the recorded failure raised."""
        answer = self._answers.next_for(request.url)
        if isinstance(answer, Exception):
            raise answer
        return answer.replace(request=request)

    async def close(self) -> None:
        """Nothing is held open."""
