"""What changed: the news of the catalog day by day, and the history of one opportunity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.listing import CreditUnit
from catalog.views import ChangeView, Happening
from render.formats import credit_text, day
from render.press import Press
from render.words import FIELD, HAPPENING

AT_MOST = 300
CREDIT = re.compile(rf"\b(\d+(?:\.\d+)?) ({'|'.join(CreditUnit)})\b")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as words. ``before`` and ``after`` are ``None`` where the page said nothing."""

    day: str
    id: str
    title: str
    what: str
    field: str | None
    before: str | None
    after: str | None


def change_rows(changes: Iterable[ChangeView]) -> list[ChangeRow]:
    """Changes as words, in their order, without repeating the same one of several sources."""
    rows = dict.fromkeys(_row(change) for change in changes)
    return list(rows)


def _row(change: ChangeView) -> ChangeRow:
    fieldless = change.what in {Happening.NEW, Happening.WITHDRAWN, Happening.MISSING, Happening.RETURNED}
    return ChangeRow(
        day=day(change.at.date()),
        id=change.opportunity,
        title=change.title,
        what=HAPPENING[change.what],
        field=None if fieldless else FIELD.get(change.field, change.field.replace("_", " ").capitalize()),
        before=None if fieldless else _in_words(change.before),
        after=None if fieldless else _in_words(change.after),
    )


def _in_words(text: str | None) -> str | None:
    """A value as the catalog keeps it, with credits in the words of the screen: ``1 pace`` is ``1.0 hour P.A.C.E.``."""
    return text and CREDIT.sub(lambda found: credit_text(round(float(found[1]) * 1000), CreditUnit(found[2])), text)


def history(changes: Sequence[ChangeView]) -> dict[str, tuple[ChangeRow, ...]]:
    """The changes of each opportunity by its id, newest first; its arrival is told by "read on" and is left out."""
    by_id: dict[str, list[ChangeView]] = {}
    for change in changes:
        if change.what is not Happening.NEW:
            by_id.setdefault(change.opportunity, []).append(change)
    return {id_: tuple(change_rows(found)) for id_, found in by_id.items()}


def write_changes(press: Press, changes: Sequence[ChangeView]) -> None:
    """Write the news, newest day first."""
    rows = change_rows(changes)
    days = [(when, list(found)) for when, found in groupby(rows[:AT_MOST], key=lambda row: row.day)]
    about = "Prices that rose or fell, dates that moved, what came and what went."
    values = {"title": "What changed", "description": about, "days": days, "more": len(rows) > AT_MOST}
    press.page("changes.html", "/changes/", values)
