"""What one source's crawl cost and brought, and how it ended: the numbers behind its ``source_end`` line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError

from catalog.listing import Listing
from catalog.spool import Cause, Finish, SourceEndLine
from crawlers.manners import ForbiddenByRobots, RobotsUnreachable
from crawlers.pipelines import Coverage
from crawlers.safety import Refused

CAUSE_OF_STATUS = {401: Cause.FORBIDDEN, 403: Cause.FORBIDDEN, 404: Cause.NOT_FOUND, 410: Cause.NOT_FOUND}
CAUSES: tuple[tuple[type[BaseException], Cause], ...] = (
    (CannotResolveHostError, Cause.DNS),
    (DownloadConnectionRefusedError, Cause.CONNECTION),
    (DownloadTimeoutError, Cause.TIMEOUT),
    (DownloadCancelledError, Cause.LIMIT),
    (ResponseDataLossError, Cause.CONNECTION),
    (ForbiddenByRobots, Cause.ROBOTS),
    (RobotsUnreachable, Cause.ROBOTS),
    (Refused, Cause.REFUSED),
    (DownloadFailedError, Cause.CONNECTION),
    (OSError, Cause.CONNECTION),
    (IgnoreRequest, Cause.REFUSED),
)


STATUS_LINE = len(b"HTTP/1.1 200 OK\r\n\r\n")


def cause_of(error: BaseException) -> Cause:
    """The classified cause of a failed request."""
    if isinstance(error, RobotsUnreachable) and error.__cause__ is not None:
        return cause_of(error.__cause__)
    if isinstance(error, HttpError):
        return cause_of_status(int(error.response.status))
    if "SSL" in f"{type(error).__name__} {error}" or "certificate" in str(error).lower():
        return Cause.TLS
    return next((cause for kind, cause in CAUSES if isinstance(error, kind)), Cause.CONNECTION)


def cause_of_status(status: int) -> Cause:
    """The classified cause of an HTTP status that is neither success nor 304."""
    if status == 429:
        return Cause.TOO_MANY_REQUESTS
    return CAUSE_OF_STATUS.get(status, Cause.SERVER_ERROR if status >= 500 else Cause.NOT_FOUND)


@dataclass
class Tally:
    """Counts for one source while it is crawled. ``bytes`` are those of the answers, heads and packed bodies."""

    source: str
    requests: int = 0
    bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    listings: int = 0
    seen: int = 0
    unasked: int = 0
    out_of_season: int = 0
    rejections: int = 0
    pages: int = 0
    not_modified: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    truncations: list[tuple[Cause, str, str]] = field(default_factory=list)
    failures: list[tuple[Cause, str, str]] = field(default_factory=list)
    gone: Counter[Cause] = field(default_factory=Counter)
    started: float = field(default_factory=monotonic)

    def accepted(self, listing: Listing, unreadable: frozenset[str]) -> None:
        """Count a listing that passed."""
        self.listings += 1
        self.coverage.count(listing, unreadable)

    def rejected(self, name: str) -> None:
        """Count a rejection, by the field that caused it."""
        self.rejections += 1
        self.coverage.count_rejected(name)

    def truncated(self, cause: Cause, url: str, detail: str) -> None:
        """Note that something of the source was not read, so that absence proves nothing tonight."""
        self.truncations.append((cause, url, detail))

    def failed(self, error: BaseException, url: str, *, at_start: bool) -> str | None:
        """Note a request that failed and return what happened, or ``None`` where nothing of the source was lost.

        One at a start address fails the source. A page that is gone is no fault, nor is one that robots.txt closes: the
        first is the site's word on absence, the second not ours to read.
        """
        cause = cause_of(error)
        detail = f"{cause}: {error.__cause__ or error or type(error).__name__}"
        if at_start:
            self.failures.append((cause, url, detail))
        elif cause in {Cause.ROBOTS, Cause.NOT_FOUND}:
            self.gone[cause] += 1
            return None
        else:
            self.truncated(cause, url, detail)
        return detail

    def end(self, reason: str) -> SourceEndLine:
        """The source's last line. ``reason`` is Scrapy's reason for closing."""
        finish, cause, url, detail = self._verdict(reason)
        return SourceEndLine(
            source=self.source,
            finish=finish,
            cause=cause,
            detail=detail[:500] if detail else None,
            url=url,
            requests=self.requests,
            not_modified=self.not_modified,
            bytes=self.bytes,
            listings=self.listings,
            seen=self.seen,
            unasked=self.unasked,
            rejected=self.rejections,
            seconds=round(monotonic() - self.started, 3),
            statuses={str(status): count for status, count in sorted(self.statuses.items())},
            coverage=self.coverage.as_dict(),
        )

    def _verdict(self, reason: str) -> tuple[Finish, Cause | None, str | None, str | None]:
        found = self.listings + self.seen + self.unasked + self.out_of_season
        troubles = self.failures + self.truncations
        if self.failures and not found:
            verdict: tuple[Finish, Cause | None, str | None, str | None] = (Finish.FAILED, *self.failures[0])
        elif reason.startswith("closespider_"):
            limit = reason.removeprefix("closespider_")
            verdict = Finish.TRUNCATED, Cause.LIMIT, None, f"stopped at the limit of {limit}"
        elif reason != "finished":
            verdict = Finish.TRUNCATED, Cause.CRASH, None, f"stopped: {reason}"
        elif troubles:
            cause, url, detail = troubles[0]
            more = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
            verdict = Finish.TRUNCATED if found else Finish.FAILED, cause, url, detail + more
        elif not found:
            verdict = Finish.FAILED, *self._nothing_found()
        else:
            verdict = Finish.COMPLETE, None, None, None
        return verdict

    def _nothing_found(self) -> tuple[Cause, None, str]:
        if self.rejections:
            return Cause.LAYOUT, None, f"{self.rejections} things were read and none could be used"
        return Cause.EMPTY, None, "the pages were read and hold nothing that is offered"


class WireCount:
    """Downloader middleware next to the network: counts what is sent and what comes back, robots.txt and retries too.

    In the place of Scrapy's ``DownloaderStats``, which writes each request out to count its bytes.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    @classmethod
    def from_crawler(cls, crawler: Any) -> WireCount:
        """Made by Scrapy; the crawler's spider carries its tally."""
        return cls(crawler.spider.tally)

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's signature
        """Count a request."""
        self._tally.requests += 1

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's signature
        """Count an answer: its status line, its head (``name: value`` and a line's end), its body as it came."""
        head = sum(len(name) + len(value) + 4 for name, values in dict.items(response.headers) for value in values)
        self._tally.bytes += STATUS_LINE + head + len(response.body)
        self._tally.statuses[response.status] += 1
        return response
