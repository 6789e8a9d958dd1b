"""One page with many items, used again every year: each heading begins an item, its labels stand below it.

How it works: the page is cut at its headings; a part that holds at least one of the source's labels is an item. Its
key is its title and the day of its first date, because next year's training stands at the same address under the same
title.

Where it lies: an item whose date is still to be announced has no date in its key and so becomes another item once it
has one (the first is then withdrawn); a heading that only groups others has no labels and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawlers.draft import Draft, slug
from crawlers.fields import Words, read_field
from crawlers.labels import find_labels, labels_of, read_labels
from crawlers.page import Line, Page, PageError
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.labelled_pages import links_to_follow


class OnePage(SourceSpider):
    """Reads pages that hold many items."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft for each heading with labels below it; links that ``pages.lists`` wants are read alike."""
        found = False
        for heading, lines in parts_of(page.lines):
            if find_labels(lines, labels_of(self.source)):
                found = True
                yield self._draft(page, heading, lines)
        if not found:
            raise PageError("no heading with a known label below it: the layout is another one")
        yield from links_to_follow(page, self.source.pages)

    def _draft(self, page: Page, heading: Line, lines: Sequence[Line]) -> Draft:
        draft = Draft(source_key=slug(heading.text), url=page.canonical_url)
        read_field(draft, "title", Words("", heading.text, "heading"), self.context)
        read_labels(draft, page, self.source, lines)
        sessions = draft.values.get("sessions", ())
        if sessions:
            draft.source_key = f"{draft.source_key}#{sessions[0].local_date.isoformat()}"
        return draft


def parts_of(lines: Sequence[Line]) -> Iterator[tuple[Line, list[Line]]]:
    """Each heading with the lines up to the next heading."""
    heading: Line | None = None
    below: list[Line] = []
    for line in lines:
        if not line.level:
            below.append(line)
            continue
        if heading is not None:
            yield heading, below
        heading, below = line, []
    if heading is not None:
        yield heading, below
