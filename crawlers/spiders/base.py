"""What every way of publishing shares: requests out, pages in, drafts and links from each page.

A spider of this house has one method of its own, :meth:`SourceSpider.read`, which is pure: a page goes in, drafts,
links and rejections come out. It neither knows whether the page came over the network, from a saved file or from a
recorded crawl, nor keeps anything between pages; so an answer of 304 can stand for everything a page once yielded.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from time import monotonic
from typing import Any

import scrapy
from lxml.etree import XMLSyntaxError
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from catalog.spool import Cause, KnownPage, RejectedLine, RejectedThing, SeenLine, UnaskedLine
from crawlers.draft import Draft, Link, OutOfSeason, Rejection, Visit
from crawlers.extract.text import ReadingError
from crawlers.fields import Context
from crawlers.page import Page, PageError
from crawlers.safety import UnsafeContentError, refuse_url
from crawlers.source import Source
from crawlers.spooling import SpoolWriter
from crawlers.tally import Tally

DOCUMENTED = (PageError, UnsafeContentError, ReadingError, XMLSyntaxError, json.JSONDecodeError, UnicodeError)
"""What reading a hostile page may raise. Anything else is our own fault and is logged as such."""

PROGRESS_EVERY = 0.1
"""Seconds between two words on progress: nobody reads faster, and a pipe costs time."""

Found = Draft | Link | Rejection | OutOfSeason
Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class RunContext:
    """What all sources of one crawl share: its moment, whether it is the sample web, where lines and progress go."""

    clock: datetime
    sample: bool = False
    spool: SpoolWriter = field(default_factory=lambda: SpoolWriter(None))
    progress: Progress | None = None


class SourceSpider(scrapy.Spider, ABC):
    """The spider of one source. ``known`` is what earlier crawls remember of its pages, by address."""

    name = "source"
    handle_httpstatus_list = (304,)

    def __init__(
        self,
        source: Source,
        run: RunContext,
        known: Mapping[str, KnownPage] | None = None,
    ) -> None:
        super().__init__(name=source.id)
        self.source = source
        self.clock = run.clock
        self.sample = run.sample
        self.spool = run.spool
        self.known: Mapping[str, KnownPage] = known or {}
        self.tally = Tally(source.id)
        self.context = Context(source, run.clock.date())
        self._progress = run.progress
        self._told = 0.0
        self._resting: set[str] = set()

    @abstractmethod
    def read(self, page: Page) -> Iterator[Found]:
        """Everything that one page says: drafts of listings, links to read next, and what could not be used."""

    def extractor_hash(self) -> str:
        """The hash under which pages are remembered; a way whose reading also depends on the day adds it here."""
        return self.source.extractor_hash()

    async def start(self) -> AsyncIterator[Request]:
        """The source's own starting addresses."""
        for url in self.source.start:
            yield self._request(url)

    def parse(self, response: Response, **_: Any) -> Iterator[object]:
        """Read one answer: a page, or a 304 that stands for what the page held before."""
        asked = asked_url(response)
        if self.tally.pages >= self.source.limits.pages:
            raise CloseSpider("closespider_pagecount")
        if self.tally.listings >= self.source.limits.items:
            raise CloseSpider("closespider_itemcount")
        self.tally.pages += 1
        if response.status == 304:
            yield from self._unchanged(asked, response)
        else:
            yield from self._changed(asked, response)
        self._tell_progress()

    def failed(self, failure: Failure) -> None:
        """Note a request that brought no page, with its cause."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy for an errback
        error = failure.value if failure.value is not None else RuntimeError("a failure without an error")
        start = request.meta["depth"] == 0
        told = self.tally.failed(error, request.url, at_start=start)
        if told and not start:
            # The catalog keeps the listings of a page that could not be had.
            self.tally.rejections += 1
            self.write_rejected(RejectedThing(url=request.url, field="page", reason=told[:500]))
        self._tell_progress()

    def closed(self, reason: str) -> None:
        """Write the source's last line. Called by Scrapy when everything is done, or was stopped."""
        end = self.tally.end(reason)
        self.spool.write(end)
        if self._progress is not None:
            self._progress({"event": "end", "source": self.source.id, "finish": end.finish, "listings": end.listings})

    def _unchanged(self, asked: str, response: Response) -> Iterator[object]:
        page = self.known.get(asked)
        if page is None:
            self.tally.truncated(Cause.SERVER_ERROR, asked, "304 for a page that was asked for without conditions")
            return
        self.tally.not_modified += 1
        self.tally.seen += len(page.source_keys)
        self.spool.write(SeenLine(source=self.source.id, url=asked, source_keys=page.source_keys))
        for rejected in page.rejections:
            self.tally.rejections += 1
            self.write_rejected(rejected)
        for link in page.followed_links:
            yield from self._follow(link, response)

    def _changed(self, asked: str, response: Response) -> Iterator[object]:
        visit = Visit(asked, etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"))
        page = page_of(response, self.clock)
        try:
            for found in self.read(page):
                if isinstance(found, Link):
                    if self._may_follow(found.url):
                        visit.followed_links.append(found.url)
                        yield from self._follow(found.url, response, found.modified)
                    continue
                if isinstance(found, OutOfSeason):
                    visit.out_of_season += 1
                    self.tally.out_of_season += 1
                    continue
                if isinstance(found, Draft):
                    found.page = visit
                else:
                    visit.rejections.append(found)
                    visit.unreadable |= found.field == "page"
                yield found
        except DOCUMENTED as error:
            visit.unreadable = True
            cause = Cause.PARSE if page.body.strip() else Cause.EMPTY
            self.tally.truncated(cause, asked, f"{type(error).__name__}: {error}")
            yield Rejection(url=asked, field="page", reason=f"{type(error).__name__}: {error}")
        yield visit

    def write_rejected(self, thing: RejectedThing) -> None:
        """Tell the parent of one thing that could not be used."""
        self.spool.write(RejectedLine(source=self.source.id, fetched_at=self.clock, **thing.model_dump()))

    def _may_follow(self, url: str) -> bool:
        return refuse_url(url, self.source.all_hosts) is None

    def _follow(self, url: str, response: Response, modified: date | None = None) -> Iterator[Request]:
        if url in self.source.start or self._may_rest(url, modified):
            return  # a start page is asked for by itself
        depth = response.meta["depth"]
        if depth >= self.source.limits.depth:
            self.tally.truncated(Cause.LIMIT, url, f"more than {self.source.limits.depth} links away from the start")
            return
        yield self._request(url, depth + 1)

    def _may_rest(self, url: str, modified: date | None = None) -> bool:
        """Whether a page is left unasked tonight, which is then written down, once."""
        page = self.known.get(url)
        if page is None or page.due or page.extractor_hash != self.extractor_hash():
            return False
        if modified is not None and page.asked_on is not None and modified >= page.asked_on:
            return False
        if url not in self._resting:
            self._resting.add(url)
            self.tally.unasked += len(page.source_keys)
            self.spool.write(UnaskedLine(source=self.source.id, url=url, source_keys=page.source_keys))
        return True

    def _request(self, url: str, depth: int = 0) -> Request:
        """A request so many links away from the start; a start address itself is asked for in any case."""
        start = depth == 0
        meta = {"depth": depth, "is_start_request": start}  # the second is Scrapy's: first come, first asked for
        return Request(url, callback=self.parse, errback=self.failed, dont_filter=start, meta=meta)

    def _tell_progress(self) -> None:
        now = monotonic()
        if self._progress is not None and now - self._told >= PROGRESS_EVERY:
            self._told = now
            tally = self.tally
            self._progress(
                {
                    "event": "page",
                    "source": self.source.id,
                    "pages": tally.pages,
                    "listings": tally.listings,
                    "seen": tally.seen,
                    "rejected": tally.rejections,
                }
            )


def asked_url(response: Response) -> str:
    """The address that was asked for before any redirect: the one under which a page is remembered."""
    if response.request is None:
        return str(response.url)
    redirects = response.request.meta.get("redirect_urls") or [response.request.url]
    return str(redirects[0])


def page_of(response: Response, clock: datetime) -> Page:
    """The page of an answer."""
    return Page(url=response.url, body=response.body, fetched_at=clock, content_type=_header(response, "Content-Type"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
