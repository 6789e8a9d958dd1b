"""How a crawl behaves: robots.txt by RFC 9309, conditional requests, and who it says it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future

ROBOTS_BYTES = 512 * 1024
"""A crawler must parse at least 500 KiB of robots.txt (RFC 9309, 2.5)."""

CRAWL_DELAY_AT_MOST = 60.0
"""Seconds. A site that asks for more is read at this pace; it is stated in docs/sources.md."""


RETRY_AFTER_AT_MOST = 120.0
"""Seconds. A site that needs longer is left alone until the next night."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt closes this address to us."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, which closes the whole host (RFC 9309, 2.3.1.4). The cause says why."""


class RobotsRules:
    """The answer of one host: rules, everything allowed (4xx), or an error that closes it."""

    def __init__(self, rules: Protego | None = None, error: BaseException | None = None) -> None:
        self.rules = rules
        self.error = error

    @classmethod
    def of(cls, response: Response) -> RobotsRules:
        """The rules that a robots.txt answer stands for (RFC 9309, 2.3.1)."""
        if response.status == 429 or response.status >= 500:
            return cls(error=RobotsUnreachable(f"robots.txt answered {response.status}"))
        if response.status >= 300:
            return cls()
        text = bytes(response.body[:ROBOTS_BYTES]).decode("utf-8", "replace")
        return cls(rules=Protego.parse(text.removeprefix("\ufeff")))

    def check(self, url: str, agent: str) -> None:
        """Raise where ``url`` may not be fetched: :class:`ForbiddenByRobots` or :class:`RobotsUnreachable`."""
        if self.error is not None:
            raise RobotsUnreachable(f"{url}: robots.txt cannot be read") from self.error
        if self.rules is not None and not self.rules.can_fetch(url, agent):
            raise ForbiddenByRobots(f"{url}: closed by robots.txt")

    def delay(self, agent: str) -> float | None:
        """Seconds between requests that the host asks for, bounded, or ``None``."""
        asked = self.rules.crawl_delay(agent) if self.rules is not None else None
        return None if asked is None else min(float(asked), CRAWL_DELAY_AT_MOST)


class RobotsMiddleware:
    """Downloader middleware: nothing of a host is fetched before its robots.txt, and nothing against it.

    Scrapy's own reads an answer of 500 as permission; RFC 9309 says that it closes the host.
    """

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._hosts: dict[str, asyncio.Future[RobotsRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> RobotsMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise what closes its address."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules(request)
        rules.check(request.url, self._agent)
        delay = rules.delay(self._agent)
        if delay is not None:
            self._slow_down(request, delay)

    async def _rules(self, request: Request) -> RobotsRules:
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._hosts:
            self._hosts[host] = asyncio.get_running_loop().create_future()
            self._hosts[host].set_result(await self._fetch(f"{host}/robots.txt"))
        return await self._hosts[host]

    async def _fetch(self, url: str) -> RobotsRules:
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True})
        try:
            response = await self._download(request)
        except Exception as error:  # noqa: BLE001 - whatever keeps robots.txt from us closes the host; it is told on
            return RobotsRules(error=error)
        return RobotsRules.of(response)

    def _download(self, request: Request) -> Awaitable[Response]:
        engine = self._crawler.engine
        if hasattr(engine, "download_async"):
            answer: Awaitable[Response] = engine.download_async(request)
            return answer
        return maybe_deferred_to_future(engine.download(request))

    def _slow_down(self, request: Request, delay: float) -> None:
        request.meta["autothrottle_dont_adjust_delay"] = True
        slot = self._crawler.engine.downloader.slots.get(urlsplit(request.url).hostname)
        if slot is not None:
            slot.delay = max(slot.delay, delay)


class ConditionalRequests:
    """Downloader middleware: asks whether a known page changed, if it was read by the very same extractor."""

    def __init__(self, crawler: Any) -> None:
        self._spider = crawler.spider

    @classmethod
    def from_crawler(cls, crawler: Any) -> ConditionalRequests:
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since where they are known and still mean something."""
        page = self._spider.known.get(request.url)
        if page is None or page.extractor_hash != self._spider.extractor_hash() or request.meta.get("redirect_urls"):
            return
        if page.etag:
            request.headers.setdefault("If-None-Match", page.etag)
        if page.last_modified:
            request.headers.setdefault("If-Modified-Since", page.last_modified)


class RetryAfter:
    """Downloader middleware: waits as long as an answer of 429 or 503 asks before the host is spoken to again.

    It stands before Scrapy's own retrying. Longer than :data:`RETRY_AFTER_AT_MOST` nobody waits: the page is left.
    """

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> RetryAfter:
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Slow the host down, or give the page up for tonight."""
        seconds = retry_after(response) if response.status in {429, 503} else None
        if seconds is None:
            return response
        if seconds > RETRY_AFTER_AT_MOST:
            request.meta["dont_retry"] = True
            return response
        slot = self._crawler.engine.downloader.slots.get(urlsplit(request.url).hostname)
        if slot is not None:
            # Scrapy waits for 0.5 to 1.5 times the delay, by chance.
            slot.delay = max(slot.delay, 2 * seconds)
        return response


def retry_after(response: Response) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110, 10.2.3): a number, or a date told against the answer's own."""
    written = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if written.isdigit():
        return float(written)
    try:
        until = parsedate_to_datetime(written)
        sent = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return max(0.0, (until - sent).total_seconds())
    except (TypeError, ValueError):
        return None
