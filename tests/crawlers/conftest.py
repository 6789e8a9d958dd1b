"""What the tests of the ways of publishing share: a page in, listings, links and rejections out, nothing replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from catalog.listing import Listing
from crawlers.draft import Draft, Link, Rejection
from crawlers.page import Page
from crawlers.pipelines import to_listing
from crawlers.source import Source
from crawlers.spiders import spider_class
from crawlers.spiders.base import RunContext

READ_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class PageRead:
    """All that one page gave."""

    listings: list[Listing] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def only(self) -> Listing:
        """The one listing of a page that has one."""
        [listing] = self.listings
        return listing


ReadPage = Callable[..., PageRead]


@pytest.fixture
def read_page() -> ReadPage:
    """A function of a way of publishing and a body; further keys are those of a source's TOML."""

    def read(
        way: str,
        body: str | bytes,
        *,
        url: str = "https://way.example/page",
        content_type: str = "text/html; charset=utf-8",
        **table: object,
    ) -> PageRead:
        told = {
            "id": "way",
            "name": "Way",
            "provider": "way",
            "spider": way,
            "start": ["https://way.example/start"],
            "proof": "assumed",
            "unseen": "All of it.",
        }
        source = Source.model_validate(told | table)
        spider = spider_class(source.spider)(source, RunContext(READ_AT, sample=True))
        result = PageRead()
        raw = body.encode() if isinstance(body, str) else body
        for found in spider.read(Page(url, raw, READ_AT, content_type)):
            if isinstance(found, Draft):
                result.listings.append(to_listing(found, source, READ_AT, sample=True))
            elif isinstance(found, Link):
                result.links.append(found.url)
            elif isinstance(found, Rejection):
                result.rejections.append(found)
        return result

    return read
