"""Program catalogs of colleges: Acalog and the like, read by their labels, with credits of their own kind.

How it works: list pages and labels as in :mod:`crawlers.spiders.labelled_pages`. What stands under a label of credits
is academic credit: semester or quarter hours where the words say so, clock hours for "contact hours" and "clock hours",
which on a college's page are hours in a classroom. Plain "credit hours" get a unit only where the source's TOML tells
it (``approvals = ["semester_hour"]``). Of a range ("15-18") the lower end is kept.

Where it lies: these hours are never contact hours of continuing education. A catalog's address holds its edition
(``catoid``), so that one program stands at several addresses; only the newest edition on a list page is followed, and a
page that calls itself an archived catalog is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalog.listing import CreditStatement, CreditUnit, Evidence
from crawlers.draft import Draft, Link
from crawlers.extract.text import evidence
from crawlers.fields import Words
from crawlers.labels import find_labels, labels_of, product_lines
from crawlers.page import Page
from crawlers.source import Source
from crawlers.spiders.base import Found
from crawlers.spiders.labelled_pages import LabelledPages

AMOUNT = re.compile(r"\b(\d{1,3}(?:\.\d)?)(?![\d$])(?:\s*(?:-|–|to)\s*\d{1,3}(?:\.\d)?)?(?P<unit>(?:\s+[a-z]+){0,3})")
UNITS: tuple[tuple[str, CreditUnit], ...] = (
    ("semester", CreditUnit.SEMESTER_HOUR),
    ("quarter", CreditUnit.QUARTER_HOUR),
    ("contact hour", CreditUnit.CLOCK_HOUR),
    ("clock hour", CreditUnit.CLOCK_HOUR),
)
ACADEMIC = frozenset({CreditUnit.SEMESTER_HOUR, CreditUnit.QUARTER_HOUR})
EDITION = re.compile(r"[?&]catoid=(\d+)", re.IGNORECASE)
ARCHIVED = re.compile(r"\barchived catalog\b", re.IGNORECASE)


class ProgramCatalog(LabelledPages):
    """Reads the programs of a college's catalog."""

    def read(self, page: Page) -> Iterator[Found]:
        """The program of a page, or the links of a list page to its newest edition."""
        found = list(super().read(page))
        newest = newest_edition(one.url for one in found if isinstance(one, Link))
        for one in found:
            if isinstance(one, Link) and edition(one.url) not in (None, newest):
                continue
            if isinstance(one, Draft):
                read_academic_credits(one, page, self.source)
                refuse_an_archived_catalog(one, page)
            yield one


def edition(url: str) -> int | None:
    """The edition of the catalog that an address names."""
    found = EDITION.search(url)
    return int(found.group(1)) if found else None


def newest_edition(urls: Iterable[str]) -> int | None:
    """The highest edition that the addresses name, or ``None``."""
    return max((number for url in urls if (number := edition(url)) is not None), default=None)


def refuse_an_archived_catalog(draft: Draft, page: Page) -> None:
    """A catalog of former years says so on each page; its programs may be gone."""
    archived = next((line.text for line in page.lines if ARCHIVED.search(line.text)), None)
    if archived is not None:
        draft.refusal = ("status", f"the page says that its catalog is archived: {archived[:80]}")


def read_academic_credits(draft: Draft, page: Page, source: Source) -> None:
    """Replace what the labels of credits gave by academic credit, the first that can be read."""
    draft.values.pop("credits", None)
    draft.unreadable.pop("credits", None)
    hits = find_labels(product_lines(page, source), labels_of(source))
    for words in (words for hit in hits if hit.field == "credits" for words in hit.lines):
        credit = academic_credit(words, source)
        if credit is not None:
            draft.values["credits"] = (credit,)
            return
        draft.unreadable["credits"] = words.whole[:300]


def academic_credit(words: Words, source: Source) -> CreditStatement | None:
    """The credit that a label's words state, or ``None`` where amount or unit are not told."""
    amount = AMOUNT.search(words.value)
    if amount is None:
        return None
    stated = f"{words.label} {amount['unit']}".lower()
    unit = next((unit for name, unit in UNITS if name in stated), None)
    proof: tuple[Evidence, ...] = (evidence(words.whole, words.where),)
    if unit is None:
        academic = [unit for unit in source.approvals if unit in ACADEMIC]
        if len(academic) != 1:
            return None
        unit = academic[0]
        proof = (*proof, evidence(f'approvals = ["{unit}"]', "source"))
    return CreditStatement(thousandths=round(float(amount[1]) * 1000), unit=unit, evidence=proof)
