"""Renewal periods: where a credential's present one starts and ends, and into which one a day falls."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from recommend.credential import Credential, CycleKind, CycleRule
from recommend.profile import Held, HoldingStatus

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One renewal period. Credits earned from ``start`` through ``end`` count; the renewal is due by ``renew_by``."""

    start: date
    end: date
    renew_by: date

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
    ``held.cycle_end`` is the day on which the license expires. For one that has expired the period is the months that
    the body looks back over, up to today.
    """
    if held.status is HoldingStatus.EXPIRED and credential.expired and credential.expired.within_months:
        start = add_months(today, -credential.expired.within_months) + ONE_DAY
        return Cycle(start=start, end=today, renew_by=today)
    rule = credential.cycle
    if rule is not None and rule.kind is CycleKind.CALENDAR_YEARS:
        return _calendar_years(rule, held.cycle_end)
    if held.cycle_end is not None:
        return _ending(held, rule)
    return None if rule is None else _reckoned(rule, held, today)


def following(cycle: Cycle, rule: CycleRule, periods: int = 1) -> Cycle:
    """The renewal period so many periods on (or back, where negative), of the length that the rule says."""
    months = periods * rule.months
    end = _last_day_kept(cycle.end, months)
    start = _start_of(end, rule.months)
    return Cycle(start=start, end=end, renew_by=_last_day_kept(cycle.renew_by, months))


def _ending(held: Held, rule: CycleRule | None) -> Cycle | None:
    end = held.cycle_end
    if end is None or (held.cycle_start is None and rule is None):
        return None
    start = held.cycle_start or (_start_of(end, rule.months) if rule else end)
    return Cycle(start=start, end=end, renew_by=end)


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
