"""Reads credits and prices from the running text that belongs to one thing alone: the description of an event, a note.

Only what names its unit is read; a number without one states nothing. Never used on a whole page, where the text of
another product may stand.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.listing import CreditUnit
from crawlers.draft import Draft
from crawlers.extract import captions, delivery, money
from crawlers.extract.credits import statements
from crawlers.extract.text import LONGEST_TEXT
from crawlers.fields import Context, read_lines
from crawlers.labels import find_labels, labels_of
from crawlers.page import Line


def read_free_text(draft: Draft, lines: Iterable[str], where: str, context: Context) -> None:
    """Read each line: by the source's own labels first, then for credits, prices, delivery and captions."""
    kept = [line for line in lines if 0 < len(line) <= LONGEST_TEXT]
    labelled = find_labels([Line(line) for line in kept], labels_of(context.source))
    for hit in labelled:
        read_lines(draft, hit.field, hit.lines, context)
    named = {hit.field for hit in labelled}
    for line in kept:
        if "credits" not in named:
            found = statements(line, where)
            draft.extend("credits", tuple(credit for credit in found if credit.unit is not CreditUnit.UNSTATED))
        if not named & {"price", "member_price"}:
            draft.extend("offers", money.offers(line, where, context.fetched_on))
        if "delivery" not in draft.values:
            draft.keep("delivery", delivery.stated(line, where))
        draft.keep("captions", captions.stated(line, where))
