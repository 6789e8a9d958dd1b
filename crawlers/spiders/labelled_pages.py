"""Labelled pages: lists of links to pages that name their facts with printed labels.

How it works: from each list page the links that match ``pages.items`` are read as one thing each, those that match
``pages.lists`` as further lists; ``pages.deny`` wins over both. On a page of one thing the title is its first heading
and every fact is found by the words of its label (see :mod:`crawlers.labels`), never by a CSS class: the labels of this
field have stayed the same for ten years, its markup has not.

Where it lies: a list that a script fills shows no links; a price box that repeats another course's price under the same
label is told apart only by the words above it (``pages.stop``); a label that is also a sentence's first word needs its
colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from catalog.addresses import canonical_url
from crawlers.draft import Draft, Link
from crawlers.fields import Context, Words, read_field
from crawlers.labels import product_lines, read_labels
from crawlers.page import Page, is_usable
from crawlers.source import FieldName, PagesHint, Source
from crawlers.spiders.base import Found, SourceSpider


class LabelledPages(SourceSpider):
    """Reads lists of links and pages with labels."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft of a page of one thing, or the links of a list page."""
        hint = self.source.pages
        if is_item(page.url, hint):
            draft = read_item(page, self.source)
            if draft is not None:
                yield draft
        elif page.url in self.source.start or not denied(page.url, hint):
            yield from links_to_follow(page, hint)


def denied(url: str, hint: PagesHint) -> bool:
    """Whether a pattern of ``deny`` closes the address."""
    return any(re.search(pattern, url, re.IGNORECASE) for pattern in hint.deny)


def is_item(url: str, hint: PagesHint) -> bool:
    """Whether the address is a page of one thing. ``deny`` and ``lists`` are asked first, for they are narrower."""
    if denied(url, hint) or any(re.search(pattern, url, re.IGNORECASE) for pattern in hint.lists):
        return False
    return any(re.search(pattern, url, re.IGNORECASE) for pattern in hint.items)


def links_to_follow(page: Page, hint: PagesHint) -> Iterator[Link]:
    """The links of a list page that the source's patterns want, each once."""
    met = {page.url}
    for url, _ in page.links():
        if url in met or denied(url, hint):
            continue
        met.add(url)
        if any(re.search(pattern, url, re.IGNORECASE) for pattern in (*hint.items, *hint.lists)):
            yield Link(url)


def read_item(page: Page, source: Source) -> Draft | None:
    """The draft of a page of one thing, or ``None`` where ``pages.require`` is not found: it offers no CE."""
    lines = product_lines(page, source)
    if source.pages.require and not any(re.search(source.pages.require, line.text, re.IGNORECASE) for line in lines):
        return None
    draft = Draft(source_key=key_of(page.canonical_url, source), url=page.canonical_url)
    read_labels(draft, page, source, lines)
    complete(draft, page, source)
    return draft


def complete(draft: Draft, page: Page, source: Source) -> None:
    """What stands in the heading, the title, the address and the page's own description."""
    context = Context(source, page.fetched_on)
    title = page.heading or page.meta("og:title") or page.tree.findtext(".//title")
    if title:
        where = "heading" if page.heading else "meta:title"
        read_field(draft, "title", Words("", title, where), context)
        by_pattern(draft, source.in_title, Words("", title, where), context)
    by_pattern(draft, source.in_url, Words("", page.url, "url"), context)
    if not draft.summary:
        draft.summary = page.meta("description", "og:description") or ""
    if source.pages.year_in_key and draft.values.get("sessions"):
        draft.source_key = f"{draft.source_key}#{draft.values['sessions'][0].local_date.year}"


def by_pattern(draft: Draft, patterns: Mapping[FieldName, str], found_in: Words, context: Context) -> None:
    """Read the fields whose pattern matches the given words (a title, an address)."""
    for field, pattern in patterns.items():
        found = re.search(pattern, found_in.value, re.IGNORECASE)
        if found:
            value = "-".join(filter(None, found.groups())) or found.group()
            read_field(draft, field, Words("", value, found_in.where), context)


def key_of(url: str, source: Source) -> str:
    """The provider's own key within the address, else the canonical address without its scheme."""
    if source.pages.key:
        found = re.search(source.pages.key, url, re.IGNORECASE)
        if found:
            return next(filter(None, found.groups()), found.group())
    return canonical_url(url).removeprefix("https://") if is_usable(url) else url
