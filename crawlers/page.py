"""A fetched page, and its text as lines a label can be found in.

Providers keep the words of their labels for years and change their markup at will, so a page is read as the lines that
a reader sees: one for each block of the main product, in order, with navigation, asides and scripts left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree, html
from lxml.html import defs
from w3lib.encoding import html_to_unicode

from crawlers.extract.text import LONGEST_TEXT, normalize

BLOCKS = frozenset(defs.block_tags).union(
    ("body", "br", "button", "caption", "dd", "details", "dialog", "dt", "figcaption", "li", "main", "nav", "option"),
    ("summary", "tbody", "td", "tfoot", "th", "thead", "tr"),
)
SKIPPED = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "aside",
        "select",
        "button",
        "svg",
        "iframe",
        "object",
        "head",
    )
)
BREAK, LEVEL = "\x1e", "\x1f"
"""Control characters that stand for a break and for a heading's level while lines are collected; no HTML holds them."""

HEADING_BREAKS = {f"h{level}": f"{BREAK}{level}{LEVEL}" for level in range(1, 7)}
MAIN = tuple(etree.XPath(path) for path in ("//main", "//*[@role='main']", "//article"))
CANONICAL = etree.XPath("string(//link[@rel='canonical']/@href)")
BASE = etree.XPath("string(//base/@href)")
NO_TEXT = re.compile("[\x00\x1e\x1f]")
TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|_hs\w+|sessionid|phpsessid|jsessionid)$", re.IGNORECASE)


class PageError(ValueError):
    """A page that cannot be read at all: empty, not what its spider expects, or damaged. Says what is wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page's main text, normalised; ``level`` is 1 to 6 for a heading, else 0."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Page:
    """A page as it was fetched. ``url`` is the address it was finally read from, ``fetched_at`` the run's clock."""

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str | None = None

    @property
    def fetched_on(self) -> date:
        """The day it was read, against which dates without a year are told."""
        return self.fetched_at.date()

    @cached_property
    def text(self) -> str:
        """The body as text, in the encoding its header, its first bytes or its own words declare."""
        return html_to_unicode(self.content_type, self.body, default_encoding="utf-8")[1]

    @cached_property
    def tree(self) -> html.HtmlElement:
        """The document as HTML. Raises :class:`PageError` for an empty one."""
        text = NO_TEXT.sub("", self.text)
        if not text.strip():
            raise PageError("the page is empty")
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
        try:
            tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError) as error:
            raise PageError(f"not HTML: {error}") from error
        return tree

    @cached_property
    def canonical_url(self) -> str:
        """The page's own ``rel=canonical`` if that is on the same host, else the address it was read from; cleaned."""
        named = CANONICAL(self.tree) if self.is_html else ""
        here = clean_url(self.url)
        if not named:
            return here
        there = join(self.url, named)
        return there if there and urlsplit(there).hostname == urlsplit(here).hostname else here

    @property
    def is_html(self) -> bool:
        """Whether the page says, or looks as if, it is HTML."""
        declared = (self.content_type or "").split(";")[0].strip().lower()
        if declared:
            return declared in {"text/html", "application/xhtml+xml"}
        return bool(re.match(rb"\s*<(!doctype html|html|head|body)", self.body[:500], re.IGNORECASE))

    @cached_property
    def main(self) -> html.HtmlElement:
        """The element that holds the main product: ``main``, else a single ``article``, else the body."""
        for path in MAIN:
            found = path(self.tree)
            if len(found) == 1:
                return found[0]
        body = self.tree.find("body")
        return self.tree if body is None else body

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the main product, normalised, without empty ones."""
        return tuple(lines_of(self.main))

    @cached_property
    def heading(self) -> str | None:
        """The first ``h1`` of the main product, else of the page."""
        for scope in (self.main, self.tree):
            for element in scope.iter("h1"):
                if text := normalize("".join(element.itertext())[:LONGEST_TEXT]):
                    return text
        return None

    def meta(self, *names: str) -> str | None:
        """The content of the first ``meta`` element of one of these names or properties."""
        for element in self.tree.iter("meta"):
            if (element.get("property") or element.get("name") or "").lower() in names:
                return normalize((element.get("content") or "")[:LONGEST_TEXT]) or None
        return None

    def links(self) -> Iterator[tuple[str, str]]:
        """The absolute address and the text of every link of the page, in order, only http and https, cleaned."""
        base = BASE(self.tree)
        here = join(self.url, base) or self.url if base else self.url
        for element in self.tree.iter("a", "area"):
            target = (element.get("href") or "").strip()
            if not target or target.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
                continue
            address = join(here, target)
            if address is not None:
                yield address, normalize("".join(element.itertext())[:LONGEST_TEXT])


def join(base: str, target: str) -> str | None:
    """The cleaned address that a link leads to, or ``None`` where it is no usable http or https address."""
    try:
        address = urljoin(base, target.strip())
    except ValueError:
        return None
    cleaned = clean_url(address)
    return cleaned if is_usable(cleaned) else None


def is_usable(url: str) -> bool:
    """Whether a text is an absolute http or https address with a host and, if any, a possible port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def clean_url(url: str) -> str:
    """The address without fragment, default port, tracking and session parameters; host in lower case."""
    try:
        parts = urlsplit(urldefrag(url.replace(" ", "%20"))[0])
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    if port is not None and (parts.scheme, port) not in {("http", 80), ("https", 443)}:
        host = f"{host}:{port}"
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(key)]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", query, ""))


def lines_of(element: html.HtmlElement) -> Iterator[Line]:
    """The lines of an element: its text, broken wherever a block begins or ends."""
    pieces: list[str] = []
    _collect(element, pieces)
    for piece in "".join(pieces).split(BREAK):
        marked, _, raw = piece.rpartition(LEVEL)
        level = int(marked[-1]) if marked else 0
        # A wall of text states no fact that a label names.
        if len(raw) <= LONGEST_TEXT and (text := normalize(raw)):
            yield Line(text, level)


def _collect(element: html.HtmlElement, pieces: list[str]) -> None:
    """Text and breaks in document order. The parser bounds the depth of a document at 256."""
    tag = element.tag
    if tag in SKIPPED or not isinstance(tag, str) or _is_hidden(element):
        pieces.append(BREAK)
        return
    block = tag in BLOCKS
    if block:
        pieces.append(HEADING_BREAKS.get(tag, BREAK))
    if element.text:
        pieces.append(element.text)
    for child in element:
        _collect(child, pieces)
        if child.tail:
            pieces.append(child.tail)
    if block:
        pieces.append(BREAK)


def _is_hidden(element: html.HtmlElement) -> bool:
    return element.get("hidden") is not None or element.get("aria-hidden") == "true"
