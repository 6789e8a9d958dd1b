"""Moodle: the public course catalog of a learning site (``/course/index.php``, ``/course/info.php?id=N``).

How it works: category pages list courses and further categories; a course's ``info.php`` shows its name, summary and
custom fields to anyone, while ``view.php`` asks to log in, so a link to the second is read at the first. The path of
categories above a course is the provider's own word for its topic. Fields are found by their labels.

Where it lies: a hidden course answers with the page to log in, and is passed over; the site's name is the
first heading in older themes; ids are never guessed, only followed from lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawlers.draft import Draft, Link
from crawlers.extract.text import normalize
from crawlers.fields import Words, read_field
from crawlers.labels import read_labels
from crawlers.page import Line, Page, PageError, lines_of
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.labelled_pages import by_pattern, denied

COURSE = re.compile(r"/course/(?:info|view)\.php\?id=(\d+)$")
LOGIN = ".//form[contains(@action, '/login/')]"
LIST = re.compile(r"/course/index\.php(\?(categoryid|page|browse|perpage)=[\w&=]*)?$")


class Moodle(SourceSpider):
    """Reads course catalogs of Moodle sites."""

    def read(self, page: Page) -> Iterator[Found]:
        """The draft of a course's page, or the links of a category's."""
        if COURSE.search(page.url):
            if "/login/" not in page.url and not page.main.xpath(LOGIN):
                yield self._draft(page)
            return
        met = {page.url}
        for url, _ in page.links():
            followed = url.replace("/course/view.php?", "/course/info.php?")
            wanted = COURSE.search(followed) or LIST.search(followed)
            if wanted and followed not in met and not denied(followed, self.source.pages):
                met.add(followed)
                yield Link(followed)

    def _draft(self, page: Page) -> Draft:
        found = COURSE.search(page.url)
        box = next(iter(page.main.xpath(".//*[contains(concat(' ', @class, ' '), ' coursebox ')]")), None)
        if found is None or box is None:
            raise PageError("no course is described here: the layout is another one")
        lines = tuple(lines_of(box))
        title = next((line.text for line in lines if line.level), None) or page.heading or ""
        draft = Draft(source_key=found.group(1), url=page.url)
        read_field(draft, "title", Words("", title, "heading"), self.context)
        by_pattern(draft, self.source.in_title, Words("", title, "heading"), self.context)
        read_labels(draft, page, self.source, lines)
        for topic in _categories(page)[-1:]:
            read_field(draft, "subject", Words("", topic, "breadcrumb"), self.context)
        if not draft.summary:
            draft.summary = " ".join(line.text for line in lines if _is_prose(line))
        return draft


def _categories(page: Page) -> list[str]:
    links = page.tree.xpath("//*[contains(@class, 'breadcrumb')]//a[contains(@href, 'categoryid=')]")
    return [normalize("".join(link.itertext())) for link in links]


def _is_prose(line: Line) -> bool:
    return not line.level and len(line.text) > 60
