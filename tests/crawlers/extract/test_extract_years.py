"""Days without a year: which clock decides, and that the guess is flagged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawlers.extract.dates import DateFound, read_dates


def only(text: str, fetched_on: date) -> DateFound:
    (found,) = read_dates(text, fetched_on).dates
    return found


@pytest.mark.parametrize(
    ("text", "fetched_on", "expected"),
    [
        ("Tuesday, June 2", "2026-05-12", "2026-06-02"),
        ("March 23, 1 pm ET", "2026-11-22", "2027-03-23"),
        ("March 23, 1 pm ET", "2027-04-10", "2027-03-23"),
        ("Friday July 22", "2023-01-10", "2022-07-22"),
        ("Jan 5", "2026-12-20", "2027-01-05"),
        ("Dec 14", "2027-01-10", "2026-12-14"),
        ("February 29", "2026-11-22", "2028-02-29"),
    ],
)
def test_the_year_nearest_to_the_fetch_that_suits_the_weekday(text: str, fetched_on: str, expected: str) -> None:
    found = only(text, date.fromisoformat(fetched_on))
    assert (found.start, found.year_inferred) == (date.fromisoformat(expected), True)
    assert not found.weekday_conflict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Come to Philadelphia in 2016, July 31st", "2016-07-31"),
        ("December 30 – January 2, 2027", "2026-12-30"),
        ("April 16 and June 4, 2027", "2027-04-16"),
    ],
)
def test_a_year_that_the_text_names_is_not_inferred(text: str, expected: str) -> None:
    found = read_dates(text, date(2026, 11, 22)).dates[0]
    assert (found.start, found.year_inferred) == (date.fromisoformat(expected), False)


def test_a_deadline_lies_before_its_event() -> None:
    reading = read_dates("Workshop: February 10, 2027. Register by December 15.", date(2026, 2, 1))
    assert [found.start for found in reading.dates] == [date(2027, 2, 10), date(2026, 12, 15)]


def test_an_article_is_its_own_clock() -> None:
    reading = read_dates("Published: June 6, 2022. Training on Friday July 22", date(2026, 11, 22))
    assert [found.start for found in reading.dates] == [date(2022, 6, 6), date(2022, 7, 22)]


def test_every_day_of_a_year_comes_back_within_the_window() -> None:
    fetched_on = date(2026, 11, 22)
    for step in range(365):
        day = date(2027, 1, 1) + timedelta(days=step)
        found = only(f"{day:%B} {day.day}", fetched_on)
        assert found.start is not None
        assert fetched_on - timedelta(days=90) <= found.start <= fetched_on + timedelta(days=276)
        assert (found.start.month, found.start.day) == (day.month, day.day)


def test_a_weekday_that_does_not_fit_is_flagged_and_the_date_kept() -> None:
    found = only("Tuesday, January 9, 2023", date(2026, 11, 22))
    assert (found.start, found.weekday_conflict) == (date(2023, 1, 9), True)


def test_a_day_that_no_year_has_is_no_date() -> None:
    assert read_dates("February 30, 2027", date(2026, 11, 22)).dates == ()
    assert read_dates("February 29, 2027", date(2026, 11, 22)).dates == ()
    assert read_dates("June 5 - June 3, 2027", date(2026, 11, 22)).dates == ()
