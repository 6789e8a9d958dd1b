"""Which pages a night asks for: pure rules of silence, and turns that leave no page out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.due import LONGEST_SILENCE, is_due, silence_of

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
TODAY = NOW.date()
LONG_AGO = NOW - timedelta(days=700)
PAGES = [f"https://shop.example/course_{number}" for number in range(700)]


def silence(*payloads: str, read_at: datetime = LONG_AGO, last_modified: str | None = None) -> int:
    return silence_of(read_at, last_modified, payloads, NOW)


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (1, 0), (19, 1), (20, 2), (70, 7), (140, 14), (2000, 14)])
def test_a_page_is_trusted_for_a_tenth_of_the_time_that_it_has_stayed_the_same(days: int, expected: int) -> None:
    assert silence(read_at=NOW - timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("last_modified", "expected"),
    [
        ("Sat, 14 Sep 2024 00:00:00 GMT", LONGEST_SILENCE),
        ("Sat, 14 Sep 2024 00:00:00 -0000", LONGEST_SILENCE),
        ("Sun, 22 Nov 2026 07:00:00 GMT", 0),
        ("Tue, 01 Jan 2030 00:00:00 GMT", 0),
        ("yesterday", 0),
        ("", 0),
    ],
)
def test_what_was_read_last_night_is_trusted_by_the_servers_word_on_its_age(last_modified: str, expected: int) -> None:
    assert silence(read_at=NOW - timedelta(days=1), last_modified=last_modified) == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ('{"sessions":[{"local_date":"2026-11-23"}]}', 0),
        ('{"sessions":[{"local_date":"2026-11-22"}]}', 0),
        ('{"sessions":[{"local_date":"2026-11-21"}]}', LONGEST_SILENCE),
        ('{"sessions":[{"local_date": "2026-11-30"}]}', 1),
        ('{"sessions":[{"local_date":"2026-12-03"}]}', 2),
        ('{"credits":[{"approved_through":"2027-05-31"}]}', LONGEST_SILENCE),
        ('{"credits":[{"approved_through":"2028-05-31"}],"apply_by":"2026-11-25"}', 0),
        ('{"evidence":[{"text":"2026-02-31"},{"text":"2026-13-45"}]}', LONGEST_SILENCE),
        ('{"sessions":[{"local_date":"2027-05-31","seats_left":4}]}', 0),
        ('{"sessions":[{"local_date":"2027-05-31","seats_left":null}]}', LONGEST_SILENCE),
    ],
)
def test_a_date_that_comes_near_and_seats_that_are_counted_have_a_page_asked_more_often(
    payload: str, expected: int
) -> None:
    assert silence(payload) == expected
    assert silence('{"apply_by":"2027-12-31"}', payload) == expected


@pytest.mark.parametrize("days", [2, 5, 14])
def test_each_page_has_its_turn_once_in_the_silence_and_the_nights_share_the_pages(days: int) -> None:
    asked = Counter(
        night
        for night in range(days)
        for page in PAGES
        if is_due(page, TODAY, days, TODAY + timedelta(days=night))  # asked on the first night, whatever the turn
    )
    assert asked.total() == len(PAGES)
    assert max(asked.values()) < 1.5 * len(PAGES) / days


def test_a_page_whose_turn_was_missed_is_asked_when_its_silence_is_over() -> None:
    nights = [TODAY + timedelta(days=number) for number in range(1, 30)]
    for page in PAGES[:50]:
        assert all(is_due(page, TODAY, 14, night) for night in nights if night >= TODAY + timedelta(days=14))


def test_a_page_that_was_asked_in_the_future_is_due_since_the_clock_was_wrong() -> None:
    assert is_due(PAGES[0], date(2030, 1, 1), 14, TODAY)
