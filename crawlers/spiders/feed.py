"""RSS and Atom: a feed of news, some of which are courses and calls.

How it works: a start address is a feed, or a page that names its feeds (``link rel="alternate"``). An entry's page is
read for everything: its metadata first, then its labels. An entry whose page stands on another host, or that has none,
is read from the feed alone.

Where it lies: ``pubDate`` and ``updated`` are when the news was written and never when an event takes place; a feed
holds only the latest entries, so what has left it is not gone: pages that are known are asked again; most entries of a
blog are no CE (``pages.require``).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

from lxml import etree
from scrapy.http import Request

from crawlers.draft import Draft, Link
from crawlers.extract.text import normalize
from crawlers.fields import Words, read_field
from crawlers.jsonpages import describe, plain
from crawlers.metadata import read_metadata
from crawlers.page import Page, PageError, join
from crawlers.safety import parse_xml, refuse_url
from crawlers.schema_org import is_offered
from crawlers.spiders.base import Found
from crawlers.spiders.labelled_pages import denied, key_of, links_to_follow, read_item
from crawlers.spiders.structured_data import StructuredData

FEED = re.compile(rb"<(?:\w+:)?(rss|feed|RDF)[\s>]")
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


class Feed(StructuredData):
    """Reads feeds and the pages of their entries."""

    async def start(self) -> AsyncIterator[Request]:
        """The starting addresses, and every page of an entry that is still in the catalog though the feed forgot it."""
        async for request in super().start():
            yield request
        for url, known in self.known.items():
            left = known.source_keys and self._may_follow(url) and url not in self.source.start
            if left and not self._may_rest(url):
                yield self._request(url, depth=1)

    def read(self, page: Page) -> Iterator[Found]:
        """Links and drafts of a feed; the feeds that a start page names; the draft of an entry's page."""
        if FEED.search(page.body[:4000]):
            yield from self._entries(page)
        elif page.url in self.source.start:
            feeds = list(_feeds_named_by(page))
            if not feeds:
                raise PageError("no feed: neither is this one, nor does it name one")
            yield from feeds
            yield from links_to_follow(page, self.source.pages)
        elif not denied(page.url, self.source.pages):
            yield from self._entry_page(page)

    def _entry_page(self, page: Page) -> Iterator[Found]:
        if any(is_offered(node) for _, node in read_metadata(page).nodes):
            yield from self._items(page)
            return
        draft = read_item(page, self.source)
        if draft is not None:
            yield draft

    def _entries(self, page: Page) -> Iterator[Found]:
        root = parse_xml(page.body.lstrip())
        for entry in root.iter("{*}item", "{*}entry"):
            url = join(page.url, _link_of(entry))
            if url is None or denied(url, self.source.pages):
                continue
            if refuse_url(url, self.source.all_hosts) is None and url != page.url:
                yield Link(url)
            elif self._is_wanted(entry):
                yield self._draft_of_entry(entry, url)

    def _is_wanted(self, entry: etree._Element) -> bool:
        wanted = self.source.pages.require
        return not wanted or re.search(wanted, " ".join(entry.itertext()), re.IGNORECASE) is not None

    def _draft_of_entry(self, entry: etree._Element, url: str) -> Draft:
        identity = _child(entry, "guid", "id")
        draft = Draft(source_key=(identity or key_of(url, self.source))[:500], url=url)
        read_field(draft, "title", Words("", plain(_child(entry, "title")), "feed:title"), self.context)
        for category in entry.iter("{*}category"):
            name = normalize(category.text or category.get("term") or "")
            read_field(draft, "subject", Words("", name, "feed:category"), self.context)
        describe(draft, _child(entry, "encoded", "content", "description", "summary"), "feed:description", self.context)
        return draft


def _feeds_named_by(page: Page) -> Iterator[Link]:
    for link in page.tree.iter("link"):
        if "alternate" in (link.get("rel") or "").lower() and (link.get("type") or "").lower() in FEED_TYPES:
            address = join(page.url, link.get("href") or "")
            if address is not None and "/comments/" not in address:
                yield Link(address)


def _child(entry: etree._Element, *names: str) -> str:
    """The text of the first child of one of these names, whatever its name space."""
    for name in names:
        for element in entry.iterchildren(f"{{*}}{name}"):
            text = "".join(element.itertext()).strip()
            if text:
                return text
    return ""


def _link_of(entry: etree._Element) -> str:
    """The address of an entry: Atom's alternate link, else RSS's link, else a guid that is one."""
    for link in entry.iterchildren("{*}link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href"))
    written = _child(entry, "link")
    guid = _child(entry, "guid")
    return written or (guid if guid.startswith("http") else "")
