"""The calendar: every open date as a list and as a month, both real HTML tables and lists, one page a month."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from catalog.views import OpportunityView, SessionView
from render.entries import credits_line
from render.formats import place_text, price_text, session_days, session_start
from render.press import Press
from render.words import DELIVERY, KIND

if TYPE_CHECKING:
    from render.ledger import Ledger

SUNDAY = 6
ROWS_ON_A_PAGE = 40
ROWS_IN_A_MONTH = 500
"""Dates that are looked at for the table of a month."""

DATES_IN_A_DAY = 4
LONGEST_SPAN = timedelta(days=31)
"""What began longer ago than this and still goes on is left out of a month's table."""


class DateRow(NamedTuple):
    """One open date of one opportunity as words."""

    id: str
    title: str
    day: date
    last_day: date
    days: str
    time: str | None
    starts_at: str | None
    worth: str
    where: str | None
    kind: str
    kind_label: str

    @property
    def rank(self) -> str:
        """Its place among the dates of its day; ties go by id."""
        return f"{self.starts_at or ''} {self.title.casefold()}"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: the first of its dates, and how many more there are; ``None`` is outside the month."""

    day: date | None = None
    rows: tuple[DateRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """One month: the dates that begin in it (at most a page of them), and its weeks."""

    name: str
    path: str
    count: int
    rows: tuple[DateRow, ...]
    weeks: tuple[tuple[Day, ...], ...]


def date_rows(opportunity: OpportunityView, today: date) -> Iterator[DateRow]:
    """Every date of an opportunity that is still open."""
    return (_row(opportunity, session) for session in opportunity.open_sessions(today))


def _row(opportunity: OpportunityView, session: SessionView) -> DateRow:
    worth = (credits_line(opportunity) or "Credit not stated", price_text(opportunity) or "price not stated")
    place = session.place or opportunity.place
    delivery = session.delivery or opportunity.delivery
    return DateRow(
        id=opportunity.id,
        title=opportunity.title,
        day=session.local_date,
        last_day=session.last_day,
        days=session_days(session),
        time=session_start(session),
        starts_at=session.starts_at.isoformat() if session.starts_at else None,
        worth=" · ".join(worth),
        where=place_text(place) if place else DELIVERY[delivery] if delivery else None,
        kind=opportunity.kind.value,
        kind_label=KIND[opportunity.kind],
    )


def _month(ledger: Ledger, first: date, count: int) -> Month:
    last = date(first.year, first.month, months.monthrange(first.year, first.month)[1])
    by_day: dict[date, list[DateRow]] = {}
    for row in ledger.dates(first - LONGEST_SPAN, last, ROWS_IN_A_MONTH):
        for offset in range((row.last_day - row.day).days + 1):
            by_day.setdefault(row.day + timedelta(days=offset), []).append(row)
    weeks = months.Calendar(firstweekday=SUNDAY).monthdatescalendar(first.year, first.month)
    return Month(
        name=f"{first:%B %Y}",
        path=_path(first),
        count=count,
        rows=tuple(ledger.dates(first, last, ROWS_ON_A_PAGE)),
        weeks=tuple(
            tuple(_day(day, by_day.get(day, [])) if day.month == first.month else Day() for day in week)
            for week in weeks
        ),
    )


def _day(day: date, rows: Sequence[DateRow]) -> Day:
    return Day(day, tuple(rows[:DATES_IN_A_DAY]), max(0, len(rows) - DATES_IN_A_DAY))


def _path(first: date) -> str:
    return f"/calendar/{first:%Y-%m}/"


def write_calendar(press: Press, ledger: Ledger) -> None:
    """Write the list of what comes next, and a page for each month."""
    found = [(date.fromisoformat(f"{month}-01"), count) for month, count in ledger.months()]
    common: dict[str, object] = {
        "section": "calendar",
        "links": [(f"{first:%B %Y}", _path(first), count) for first, count in found],
        "description": "Dates of continuing education for medical laboratory staff.",
    }
    shown = ledger.dates(date.min, date.max, ROWS_ON_A_PAGE)
    more = sum(count for _first, count in found) - len(shown)
    values = {**common, "title": "Calendar", "month": None, "rows": shown, "more": more}
    press.page("calendar.html", "/calendar/", values)
    for first, count in found:
        month = _month(ledger, first, count)
        values = {**common, "title": month.name, "month": month, "rows": month.rows, "more": count - len(month.rows)}
        press.page("calendar.html", month.path, values)
