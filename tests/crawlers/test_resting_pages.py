"""Which of the pages that a sitemap or a feed leads to are asked for, and which may rest tonight."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from scrapy.http import Request, TextResponse

from catalog.spool import KnownPage, UnaskedLine, read_spool
from crawlers.source import Source
from crawlers.spiders import spider_class
from crawlers.spiders.base import RunContext, SourceSpider
from crawlers.spooling import SpoolWriter

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKED_ON = date(2026, 11, 18)
HOST = "https://way.example"
START = f"{HOST}/start"


@dataclass
class Crawl:
    """A spider with what it remembers, and the spool that it writes."""

    spider: SourceSpider
    spool: Path

    def asked(self, body: str, url: str = START, depth: int = 0) -> list[str]:
        """The pages that an answer leads to and that are asked for."""
        headers = {"Content-Type": "application/xml"}
        request = Request(url, meta={"depth": depth})
        answer = TextResponse(url, headers=headers, body=body.encode(), encoding="utf-8", request=request)
        return [found.url for found in self.spider.parse(answer) if isinstance(found, Request)]

    def started_with(self) -> list[str]:
        """The pages that are asked for before any answer."""

        async def begin() -> list[str]:
            return [request.url async for request in self.spider.start()]

        with ThreadPoolExecutor(1) as beside:  # another test of this process may have left a loop running
            return beside.submit(asyncio.run, begin()).result()

    def left_unasked(self) -> list[str]:
        """The pages that were written down as not asked for."""
        self.spider.spool.close()
        return [line.url for line in read_spool(self.spool) if isinstance(line, UnaskedLine)]


@pytest.fixture
def crawl(tmp_path: Path):
    def begin(way: str, *pages: dict[str, object]) -> Crawl:
        told = {"id": "way", "name": "Way", "provider": "way", "spider": way, "start": [START], "proof": "assumed"}
        source = Source.model_validate({**told, "unseen": "All of it.", "kind": "course"})
        spool = tmp_path / "spool.jsonl"
        spider = spider_class(source.spider)(source, RunContext(NOW, sample=True, spool=SpoolWriter(spool)))
        standing = {"source": "way", "extractor_hash": spider.extractor_hash(), "due": False, "asked_on": ASKED_ON}
        known = [KnownPage.model_validate({**standing, "source_keys": ("key",), **page}) for page in pages]
        spider.known = {page.url: page for page in known}
        return Crawl(spider, spool)

    return begin


def sitemap(entries: Iterable[tuple[str, str | None]]) -> str:
    told = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{modified}</lastmod>' if modified else ''}</url>"
        for url, modified in entries
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</urlset>'


def feed(*urls: str) -> str:
    items = "".join(f"<item><title>Course</title><link>{url}</link></item>" for url in urls)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


@pytest.mark.parametrize(
    ("modified", "is_asked"),
    [
        (None, False),
        ("2024-01-31", False),
        ("2026-11-17", False),
        ("2026-11-17T23:59:59Z", False),
        ("2026-11-18", True),
        ("2026-11-18T00:30:00+02:00", True),
        ("2026-11-21", True),
        ("2030-01-01", True),
        ("last week", False),
        ("2026-13-45", False),
    ],
)
def test_a_lastmod_since_the_page_was_asked_for_wakes_it(crawl, modified: str | None, is_asked: bool) -> None:
    night = crawl("structured_data", {"url": f"{HOST}/a"})
    assert night.asked(sitemap([(f"{HOST}/a", modified)])) == ([f"{HOST}/a"] if is_asked else [])
    assert night.left_unasked() == ([] if is_asked else [f"{HOST}/a"])


@pytest.mark.parametrize(
    "page",
    [
        {"url": f"{HOST}/other"},
        {"url": f"{HOST}/a", "due": True},
        {"url": f"{HOST}/a", "extractor_hash": "of another version"},
    ],
    ids=["unknown", "due", "read by other code"],
)
def test_an_old_lastmod_lets_nothing_rest_that_is_due(crawl, page: dict[str, object]) -> None:
    night = crawl("structured_data", page)
    assert night.asked(sitemap([(f"{HOST}/a", "2020-01-01")])) == [f"{HOST}/a"]
    assert night.left_unasked() == []


def test_a_page_in_two_sitemaps_is_left_unasked_once(crawl) -> None:
    night = crawl("structured_data", {"url": f"{HOST}/a", "source_keys": ("k1", "k2")})
    for url in (START, f"{HOST}/more.xml"):
        assert night.asked(sitemap([(f"{HOST}/a", None)]), url) == []
    assert night.spider.tally.unasked == 2
    assert night.left_unasked() == [f"{HOST}/a"]


def test_a_lastmod_in_the_second_sitemap_wakes_what_the_first_let_rest(crawl) -> None:
    night = crawl("structured_data", {"url": f"{HOST}/a"})
    assert night.asked(sitemap([(f"{HOST}/a", "2020-01-01")])) == []
    assert night.asked(sitemap([(f"{HOST}/a", "2026-11-20")]), f"{HOST}/more.xml") == [f"{HOST}/a"]


def test_what_a_feed_forgot_is_asked_for_when_it_is_due_and_rests_else(crawl) -> None:
    night = crawl(
        "feed",
        {"url": f"{HOST}/due", "due": True},
        {"url": f"{HOST}/resting"},
        {"url": f"{HOST}/empty", "source_keys": (), "due": True},
        {"url": "https://other.example/elsewhere", "due": True},
    )
    assert night.started_with() == [START, f"{HOST}/due"]
    assert night.left_unasked() == [f"{HOST}/resting"]


def test_an_entry_that_a_feed_still_names_rests_and_is_counted_once(crawl) -> None:
    night = crawl("feed", {"url": f"{HOST}/resting"})
    assert night.started_with() == [START]
    assert night.asked(feed(f"{HOST}/resting", f"{HOST}/new")) == [f"{HOST}/new"]
    assert night.spider.tally.unasked == 1
    assert night.left_unasked() == [f"{HOST}/resting"]
