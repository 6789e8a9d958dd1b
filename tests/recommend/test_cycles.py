"""Renewal periods, each reckoned by hand from the rule it follows."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.cycles import Cycle, Period, add_months, current, falls_in, following, months_between
from recommend.profile import Held
from recommend.rules import load_credentials

RULES = load_credentials()
TODAY = date(2026, 11, 22)


def cycle(credential: str, today: date = TODAY, **fields: object) -> Cycle | None:
    return current(RULES[credential], Held.model_validate({"id": credential, **fields}), today)


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (date(2026, 8, 31), date(2024, 9, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 9, 1), date(2028, 8, 31)),
        (date(2026, 11, 22), date(2026, 9, 1), date(2028, 8, 31)),
        (date(2027, 12, 31), date(2026, 9, 1), date(2028, 8, 31)),
    ],
)
def test_florida_ends_on_31_august_of_even_years(today: date, start: date, end: date) -> None:
    assert cycle("us-fl-technician", today) == Cycle(start, end, end)


def test_north_dakota_ends_on_30_june_of_even_years() -> None:
    assert cycle("us-nd-lab") == Cycle(date(2026, 7, 1), date(2028, 6, 30), date(2028, 6, 30))


def test_louisiana_ends_with_the_year() -> None:
    assert cycle("us-la-lab") == Cycle(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))


def test_tennessee_counts_the_two_calendar_years_before_the_year_of_renewal() -> None:
    found = cycle("us-tn-lab", cycle_end=date(2027, 5, 31))
    assert found == Cycle(date(2025, 1, 1), date(2026, 12, 31), date(2027, 5, 31))


def test_tennessee_cannot_be_told_without_the_day_the_license_expires() -> None:
    assert cycle("us-tn-lab") is None


def test_an_anniversary_period_is_reckoned_from_the_day_of_certification() -> None:
    assert cycle("ascp-mlt", certified_on=date(2019, 3, 15)) == Cycle(
        date(2025, 3, 15), date(2028, 3, 14), date(2028, 3, 14)
    )


def test_the_last_day_alone_gives_the_period() -> None:
    assert cycle("amt-mlt", cycle_end=date(2028, 2, 29)) == Cycle(
        date(2025, 3, 1), date(2028, 2, 29), date(2028, 2, 29)
    )


def test_dates_of_the_profile_stand_before_the_rule() -> None:
    found = cycle("us-fl-technician", cycle_start=date(2027, 1, 10), cycle_end=date(2028, 8, 31))
    assert found == Cycle(date(2027, 1, 10), date(2028, 8, 31), date(2028, 8, 31))


def test_an_expired_certification_looks_back_over_the_months_that_the_body_names() -> None:
    assert cycle("us-ca-lab", status="expired") == Cycle(date(2025, 11, 23), TODAY, TODAY, looks_back=True)
    assert cycle("ascp-mlt", status="voluntary") == Cycle(date(2023, 11, 23), TODAY, TODAY, looks_back=True)
    assert cycle("ascp-mlt", status="expired") == Cycle(date(2023, 11, 23), TODAY, TODAY, looks_back=True)


@pytest.mark.parametrize(
    ("day", "period", "start"),
    [
        (date(2026, 9, 1), Period.PRESENT, date(2026, 9, 1)),
        (date(2028, 8, 31), Period.PRESENT, date(2026, 9, 1)),
        (date(2026, 8, 31), Period.EARLIER, date(2024, 9, 1)),
        (date(2024, 8, 31), Period.EARLIER, date(2022, 9, 1)),
        (date(2028, 9, 1), Period.LATER, date(2028, 9, 1)),
        (date(2031, 1, 1), Period.LATER, date(2030, 9, 1)),
    ],
)
def test_the_simulator_tells_the_period_of_a_day(day: date, period: Period, start: date) -> None:
    fall = falls_in(RULES["us-fl-technician"], Held(id="us-fl-technician"), day, TODAY)
    assert fall.period is period
    assert fall.cycle is not None
    assert fall.cycle.start == start


def test_without_a_period_the_simulator_says_so() -> None:
    fall = falls_in(RULES["ascp-mlt"], Held(id="ascp-mlt"), TODAY, TODAY)
    assert fall.period is Period.UNKNOWN
    assert "enter its last day" in fall.sentence


DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@settings(max_examples=150, deadline=None)
@given(DAYS, st.sampled_from([12, 24, 36]), st.integers(min_value=1, max_value=4))
def test_periods_follow_each_other_without_a_day_between_or_twice(end: date, months: int, steps: int) -> None:
    rule = next(rule.cycle for rule in RULES.values() if rule.cycle and rule.cycle.months == months)
    periods = [Cycle(add_months(end, -months), end, end)]
    for _ in range(steps):
        periods.append(following(periods[-1], rule))
    for earlier, later in itertools.pairwise(periods):
        assert (later.start - earlier.end).days == 1
        assert not earlier.overlaps(later)
        assert following(later, rule, -1).end == earlier.end


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(min_value=0, max_value=120))
def test_whole_months_are_counted_back_as_they_were_added(day: date, months: int) -> None:
    assert months_between(day, add_months(day, months)) == months
