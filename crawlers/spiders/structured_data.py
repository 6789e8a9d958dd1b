"""Structured data: pages that embed schema.org nodes, found through sitemaps or list pages.

How it works: a start address may be a sitemap (an index, XML, plain text, gzip) or a page of links. On a page that
``pages.items`` names (on every page where it names none) the nodes of type Course, CourseInstance, Event and its kin,
EducationalOccupationalProgram and VideoObject are read; the labels of the page fill in what the nodes leave out.

Where it lies: JSON-LD with comments, control characters and trailing commas; ``url`` missing where ``@id`` names the
page; related events beside the main one (only the page's own node is taken where one names this page); ``lowPrice`` of
an AggregateOffer, which is nobody's price; a video's length, which is no amount of credit; a number of credits without
a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date

from lxml import etree

from crawlers.draft import Draft, Link, Rejection, slug
from crawlers.extract.text import evidence
from crawlers.fields import Words
from crawlers.labels import product_lines, read_labels
from crawlers.metadata import Metadata, Node, read_metadata, text_of
from crawlers.page import Page, clean_url, join
from crawlers.safety import gunzip, parse_xml
from crawlers.schema_org import is_offered, kind_of, read_node
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.labelled_pages import by_pattern, denied, is_item, key_of, links_to_follow

SITEMAP = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")
GZIP = b"\x1f\x8b"


class StructuredData(SourceSpider):
    """Reads sitemaps and pages with embedded metadata."""

    def read(self, page: Page) -> Iterator[Found]:
        """Links of a sitemap or list; drafts of a page of one thing."""
        hint = self.source.pages
        body = gunzip(page.body, self.source.limits.page_bytes) if page.body[:2] == GZIP else page.body
        if SITEMAP.search(body[:4000]):
            yield from self._sitemap(body)
        elif not page.is_html and _is_list_of_addresses(body):
            yield from self._wanted(dict.fromkeys(body.decode("utf-8", "replace").split()))
        elif is_item(page.url, hint) or not hint.items:
            yield from self._items(page)
            if not hint.items:
                yield from links_to_follow(page, hint)
        elif page.url in self.source.start or not denied(page.url, hint):
            yield from links_to_follow(page, hint)

    def _sitemap(self, body: bytes) -> Iterator[Link]:
        root = parse_xml(body)
        found = [(element.text.strip(), element.getparent()) for element in root.iter("{*}loc") if element.text]
        if root.tag.rsplit("}", 1)[-1] == "sitemapindex":
            yield from (Link(clean_url(url)) for url, _ in found if not denied(url, self.source.pages))
        else:
            yield from self._wanted({url: _last_modified(parent) for url, parent in found})

    def _wanted(self, addresses: Mapping[str, date | None]) -> Iterator[Link]:
        hint = self.source.pages
        clean = {clean_url(address): modified for address, modified in addresses.items() if address.startswith("http")}
        for url, modified in clean.items():
            if not denied(url, hint) and (not hint.items or is_item(url, hint)):
                yield Link(url, modified)

    def _items(self, page: Page) -> Iterator[Found]:
        metadata = read_metadata(page)
        for words in metadata.damaged:
            yield Rejection(url=page.url, field="page", reason=f"JSON-LD that cannot be read: {words}")
        nodes = [(way, node) for way, node in metadata.nodes if is_offered(node)]
        for way, node in _own_nodes(nodes, page):
            yield self._draft(page, way, node, metadata, alone=len(nodes) == 1)

    def _draft(self, page: Page, way: str, node: Node, metadata: Metadata, *, alone: bool) -> Draft:
        own = _address_of(node, page)
        url = own or page.canonical_url
        draft = Draft(source_key=key_of(url, self.source), url=url)
        if not own and not alone:
            draft.source_key = f"{draft.source_key}#{slug(text_of(node.get('name')))}"
        read_node(draft, node, way, metadata, self.context)
        if self.source.kind is None and not self.source.kinds:
            stated = kind_of(node)
            if stated is not None:
                draft.state("kind", stated[0], evidence(stated[1], f"{way}:@type"))
        by_pattern(draft, self.source.in_title, Words("", draft.title, "title"), self.context)
        by_pattern(draft, self.source.in_url, Words("", page.url, "url"), self.context)
        if self.source.labels:
            read_labels(draft, page, self.source, product_lines(page, self.source))
        return draft


def _last_modified(entry: etree._Element | None) -> date | None:
    """The day that a sitemap's entry tells in ``lastmod`` (W3C date and time: its first ten characters)."""
    written = entry.findtext("{*}lastmod") if entry is not None else None
    with suppress(ValueError):
        return date.fromisoformat((written or "").strip()[:10])
    return None


def _is_list_of_addresses(body: bytes) -> bool:
    words = body[:10_000].split()
    return bool(words) and all(word.startswith((b"http://", b"https://")) for word in words[:20])


def _own_nodes(nodes: list[tuple[str, Node]], page: Page) -> list[tuple[str, Node]]:
    """The nodes that are about this page: those that name its address, else one with its heading's name, else all."""
    here = {clean_url(page.url).rstrip("/"), page.canonical_url.rstrip("/")}
    named = [(way, node) for way, node in nodes if (_address_of(node, page) or "").rstrip("/") in here]
    if named:
        return named[:1] if len({text_of(node.get("name")) for _, node in named}) == 1 else named
    heading = (page.heading or "").lower()
    same = [(way, node) for way, node in nodes if heading and text_of(node.get("name")).strip().lower() == heading]
    return same[:1] or nodes


def _address_of(node: Node, page: Page) -> str | None:
    """The node's ``url``, else its ``@id`` where that is an address, without fragment, on the page's own site."""
    for name in ("url", "@id"):
        written = text_of(node.get(name)).strip()
        if written and not written.startswith("_:"):
            address = join(page.url, written)
            if address is not None:
                return address
    return None
