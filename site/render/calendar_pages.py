"""The calendar: every open date as a list and as a month, both real HTML tables and lists, one page a month."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.views import OpportunityView, SessionView
from render.entries import credits_line
from render.formats import place_text, price_text, session_days, session_start
from render.press import Press
from render.words import DELIVERY, KIND

SUNDAY = 6
ROWS_ON_THE_FIRST_PAGE = 40


@dataclass(frozen=True, slots=True)
class DateRow:
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


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks of days (``None`` outside the month) with the dates of each day."""

    name: str
    path: str
    rows: tuple[DateRow, ...]
    weeks: tuple[tuple[tuple[date | None, tuple[DateRow, ...]], ...], ...]


def date_rows(opportunities: Iterable[OpportunityView], today: date) -> list[DateRow]:
    """Every date that is still open, soonest first."""
    return in_order(_row(view, session) for view in opportunities for session in view.open_sessions(today))


def in_order(rows: Iterable[DateRow]) -> list[DateRow]:
    """Dates soonest first, in a total order."""
    return sorted(rows, key=lambda row: (row.day, row.starts_at or "", row.title.casefold(), row.id))


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


def months_of(rows: Sequence[DateRow]) -> list[Month]:
    """The months in which something begins or goes on, in order."""
    found: dict[tuple[int, int], list[DateRow]] = {}
    for row in rows:
        found.setdefault((row.day.year, row.day.month), []).append(row)
    return [_month(year, month, found[year, month], rows) for year, month in sorted(found)]


def _month(year: int, month: int, own: list[DateRow], rows: Sequence[DateRow]) -> Month:
    by_day: dict[date, list[DateRow]] = {}
    for row in rows:
        for offset in range((row.last_day - row.day).days + 1):
            by_day.setdefault(row.day + timedelta(days=offset), []).append(row)
    weeks = months.Calendar(firstweekday=SUNDAY).monthdatescalendar(year, month)
    return Month(
        name=f"{date(year, month, 1):%B %Y}",
        path=f"/calendar/{year}-{month:02}/",
        rows=tuple(own),
        weeks=tuple(
            tuple((day, tuple(by_day.get(day, ()))) if day.month == month else (None, ()) for day in week)
            for week in weeks
        ),
    )


def write_calendar(press: Press, rows: Sequence[DateRow]) -> None:
    """Write the list of what comes next, and a page for each month."""
    found = months_of(rows)
    common: dict[str, object] = {
        "section": "calendar",
        "links": [(month.name, month.path, len(month.rows)) for month in found],
        "description": "Dates of continuing education for medical laboratory staff.",
    }
    shown, more = rows[:ROWS_ON_THE_FIRST_PAGE], max(0, len(rows) - ROWS_ON_THE_FIRST_PAGE)
    press.page(
        "calendar.html", "/calendar/", {**common, "title": "Calendar", "month": None, "rows": shown, "more": more}
    )
    for month in found:
        values = {**common, "title": month.name, "month": month, "rows": month.rows, "more": 0}
        press.page("calendar.html", month.path, values)
