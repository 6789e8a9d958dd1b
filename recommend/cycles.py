"""Renewal periods: where a credential's present one starts and ends, and into which one a day falls."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recommend.credential import Credential, CycleKind, CycleRule
from recommend.profile import Held, HoldingStatus

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One renewal period. Credits earned from ``start`` through ``end`` count; the renewal is due by ``renew_by``.

    One that ``looks_back`` ends today because the body counts the last months: it has no deadline.
    """

    start: date
    end: date
    renew_by: date
    looks_back: bool = False

    def holds(self, day: date) -> bool:
        """Whether something finished on ``day`` falls in this period."""
        return self.start <= day <= self.end

    def overlaps(self, other: Cycle) -> bool:
        """Whether a day falls in both."""
        return self.start <= other.end and other.start <= self.end


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, day: date) -> int:
    """Whole months from ``start`` to ``day``."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if add_months(start, months) <= day else months - 1


def current(credential: Credential, held: Held, today: date) -> Cycle | None:
    """The renewal period that counts now, or ``None`` where neither the rule nor the profile tells it.

    The profile's own dates stand before what the rule would reckon. For a rule that goes by calendar years
    ``held.cycle_end`` is the day on which the license expires. For one that has expired, or is held voluntarily without
    dates, the period is the months that the body looks back over, up to today.
    """
    if _looks_back(held) and credential.expired and credential.expired.within_months:
        start = add_months(today, -credential.expired.within_months) + ONE_DAY
        return Cycle(start=start, end=today, renew_by=today, looks_back=True)
    rule = credential.cycle
    if rule is not None and rule.kind is CycleKind.CALENDAR_YEARS:
        return _calendar_years(rule, held.cycle_end)
    if held.cycle_end is not None:
        return _ending(held, rule)
    return None if rule is None else _reckoned(rule, held, today)


def following(cycle: Cycle, rule: CycleRule, step: int = 1) -> Cycle:
    """The renewal period after this one, or with ``step`` -1 the one before; they leave no day between them."""
    renew_by = _last_day_kept(cycle.renew_by, step * rule.months)
    if step > 0:
        return Cycle(start=cycle.end + ONE_DAY, end=_last_day_kept(cycle.end, rule.months), renew_by=renew_by)
    end = cycle.start - ONE_DAY
    return Cycle(start=_start_of(end, rule.months), end=end, renew_by=renew_by)


class Period(StrEnum):
    """Where a day falls among renewal periods."""

    PRESENT = "present"
    EARLIER = "earlier"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fall:
    """Into which renewal period a day falls, in one sentence; ``cycle`` is that period where it can be told."""

    day: date
    period: Period
    cycle: Cycle | None
    sentence: str


def falls_in(credential: Credential, held: Held, day: date, today: date) -> Fall:
    """Into which renewal period something finished on ``day`` falls, seen from ``today``."""
    rule = None if held.status is HoldingStatus.EXPIRED else credential.cycle
    return place(current(credential, held, today), rule, day)


def place(present: Cycle | None, rule: CycleRule | None, day: date) -> Fall:
    """Where ``day`` lies beside the present period; other periods can be told only where a rule gives their length."""
    if present is None:
        return Fall(day, Period.UNKNOWN, None, "The renewal period is not known: enter its last day.")
    if present.holds(day):
        return Fall(day, Period.PRESENT, present, f"{day} falls in the present renewal period, {_span(present)}.")
    where = Period.EARLIER if day < present.start else Period.LATER
    if rule is None:
        return Fall(day, where, None, f"{day} lies outside {_span(present)}.")
    cycle = _step_to(present, rule, day)
    if where is Period.EARLIER:
        return Fall(day, where, cycle, f"{day} fell in an earlier period, {_span(cycle)}: it does not count now.")
    return Fall(day, where, cycle, f"{day} falls in a later period, {_span(cycle)}: it does not help the present one.")


def _step_to(cycle: Cycle, rule: CycleRule, day: date) -> Cycle:
    step = 1 if day > cycle.end else -1
    while not cycle.holds(day):
        cycle = following(cycle, rule, step)
    return cycle


def _span(cycle: Cycle) -> str:
    return f"{cycle.start} to {cycle.end}"


def _ending(held: Held, rule: CycleRule | None) -> Cycle | None:
    end = held.cycle_end
    if end is None or (held.cycle_start is None and rule is None):
        return None
    start = held.cycle_start or (_start_of(end, rule.months) if rule else end)
    return Cycle(start=start, end=end, renew_by=end)


def _looks_back(held: Held) -> bool:
    dated = held.cycle_start or held.cycle_end or held.certified_on
    return held.status is HoldingStatus.EXPIRED or (held.status is HoldingStatus.VOLUNTARY and dated is None)


def _reckoned(rule: CycleRule, held: Held, today: date) -> Cycle | None:
    if rule.kind is CycleKind.FIXED:
        end = _next_fixed_end(rule, today)
        return Cycle(start=held.cycle_start or _start_of(end, rule.months), end=end, renew_by=end)
    if held.cycle_start is not None:
        return _starting(held.cycle_start, rule.months)
    if held.certified_on is None:
        return None
    periods = max(0, months_between(held.certified_on, today)) // rule.months
    return _starting(add_months(held.certified_on, periods * rule.months), rule.months)


def _starting(start: date, months: int) -> Cycle:
    end = add_months(start, months) - ONE_DAY
    return Cycle(start=start, end=end, renew_by=end)


def _start_of(end: date, months: int) -> date:
    return add_months(end + ONE_DAY, -months)


def _last_day_kept(day: date, months: int) -> date:
    """So many months on; the last day of a month stays the last day of its month."""
    return add_months(day + ONE_DAY, months) - ONE_DAY


def _calendar_years(rule: CycleRule, expires: date | None) -> Cycle | None:
    """The whole calendar years before the year of renewal, as Tennessee counts (Tenn. R. 1200-06-01-.12)."""
    if expires is None:
        return None
    years = rule.months // 12
    return Cycle(start=date(expires.year - years, 1, 1), end=date(expires.year - 1, 12, 31), renew_by=expires)


def _next_fixed_end(rule: CycleRule, today: date) -> date:
    month, day = rule.end_month or 12, rule.end_day or 31
    year = today.year if date(today.year, month, day) >= today else today.year + 1
    return date(year + year % 2 if rule.even_years else year, month, day)
