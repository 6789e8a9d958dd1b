"""Calendars as they are found: zones, rules, moves, cancellations, and what is broken in one event only."""

from __future__ import annotations

from datetime import date, time

import pytest

from catalog.listing import Delivery, Kind, SessionStatus
from crawlers.page import PageError

ZONE = """BEGIN:VTIMEZONE
TZID:Mountain
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0700
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0700
TZOFFSETTO:-0600
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "one@way.example") -> str:
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", "SUMMARY:Course", *lines, "END:VEVENT", ""]
    )


def calendar(*events: str, head: str = "") -> str:
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n" + head + "".join(events) + "END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


@pytest.fixture
def read(read_page):
    def read(body, **table):
        return read_page("icalendar", body, content_type="text/calendar; charset=utf-8", kind="webinar", **table)

    return read


def test_a_zone_by_its_name(read) -> None:
    body = calendar(event("DTSTART;TZID=America/Denver:20261210T120000", "DTEND;TZID=America/Denver:20261210T130000"))
    [session] = read(body).only.sessions
    assert (session.local_date, session.local_time, session.end_time) == (date(2026, 12, 10), time(12), time(13))
    assert session.zone == "America/Denver"


def test_a_floating_time_takes_the_calendars_zone_or_none(read) -> None:
    floating = event("DTSTART:20261210T120000")
    [alone] = read(calendar(floating)).only.sessions
    assert (alone.local_time, alone.zone) == (time(12), None)
    [zoned] = read(calendar(floating, head="X-WR-TIMEZONE:America/Chicago\n")).only.sessions
    assert (zoned.local_time, zoned.zone) == (time(12), "America/Chicago")


def test_a_zone_of_the_calendars_own_keeps_the_local_time_and_names_no_zone_it_cannot_know(read) -> None:
    [session] = read(calendar(event("DTSTART;TZID=Mountain:20261210T120000"), head=ZONE)).only.sessions
    assert (session.local_date, session.local_time) == (date(2026, 12, 10), time(12))
    assert session.zone in (None, "America/Denver")


def test_days_stay_days_and_the_end_is_the_last_of_them(read) -> None:
    days = read(calendar(event("DTSTART;VALUE=DATE:20270416", "DTEND;VALUE=DATE:20270419"))).only.sessions
    assert [(one.local_date, one.local_time, one.end_date, one.zone) for one in days] == [
        (date(2027, 4, 16), None, date(2027, 4, 18), None)
    ]
    [one] = read(calendar(event("DTSTART;VALUE=DATE:20270416", "DTEND;VALUE=DATE:20270417"))).only.sessions
    assert one.end_date in (None, date(2027, 4, 16))


def test_a_rule_gives_dates_and_leaves_out_what_is_excepted(read) -> None:
    body = calendar(
        event(
            "DTSTART;TZID=America/New_York:20261201T120000",
            "RRULE:FREQ=WEEKLY;COUNT=5",
            "EXDATE;TZID=America/New_York:20261215T120000",
        )
    )
    assert [session.local_date.day for session in read(body).only.sessions] == [1, 8, 22, 29]


def test_a_moved_instance_keeps_its_key_and_a_cancelled_one_its_date(read) -> None:
    body = calendar(
        event("DTSTART;TZID=America/New_York:20261201T120000", "RRULE:FREQ=WEEKLY;COUNT=3"),
        event("RECURRENCE-ID;TZID=America/New_York:20261208T120000", "DTSTART;TZID=America/New_York:20261209T150000"),
        event(
            "RECURRENCE-ID;TZID=America/New_York:20261215T120000",
            "DTSTART;TZID=America/New_York:20261215T120000",
            "STATUS:CANCELLED",
        ),
    )
    sessions = read(body).only.sessions
    assert [(one.key[:10], one.local_date.day, one.local_time, one.status) for one in sessions] == [
        ("2026-12-01", 1, time(12), SessionStatus.SCHEDULED),
        ("2026-12-08", 9, time(15), SessionStatus.MOVED),
        ("2026-12-15", 15, time(12), SessionStatus.CANCELLED),
    ]


def test_a_rule_without_an_end_stops_at_the_horizon(read) -> None:
    sessions = read(calendar(event("DTSTART:20200101T120000Z", "RRULE:FREQ=DAILY")), horizon_days=40).only.sessions
    assert 40 <= len(sessions) <= 75
    assert max(one.local_date for one in sessions) <= date(2027, 1, 1)


def test_a_rule_that_would_expand_for_ever_is_rejected_alone(read) -> None:
    body = calendar(
        event("DTSTART:20261201T120000Z", "RRULE:FREQ=SECONDLY", uid="flood@way.example"),
        event("DTSTART:20261210T120000Z", uid="good@way.example"),
    )
    found = read(body)
    assert [listing.source_key for listing in found.listings] == ["good@way.example"]
    assert [rejection.source_key for rejection in found.rejections] == ["flood@way.example"]


def test_start_and_end_the_wrong_way_round_are_taken_the_other_way(read) -> None:
    [session] = read(calendar(event("DTSTART:20261210T140000", "DTEND:20261210T130000"))).only.sessions
    assert (session.local_time, session.end_time) == (time(13), time(14))


def test_a_byte_order_mark_and_several_calendars_in_one_file(read) -> None:
    first = calendar(event("DTSTART:20261210T120000Z", uid="a@way.example"))
    second = calendar(event("DTSTART:20261211T120000Z", uid="b@way.example"), head="X-WR-TIMEZONE:America/Chicago\n")
    found = read("\ufeff".encode() + first.encode() + second.encode())
    assert [listing.source_key for listing in found.listings] == ["a@way.example", "b@way.example"]


def test_words_of_the_event_become_facts_and_markup_does_not(read) -> None:
    body = calendar(
        event(
            "DTSTART:20261210T120000Z",
            "LOCATION:Online",
            "CATEGORIES:WORKSHOP",
            "DESCRIPTION:<b>Bench</b> talk.\\n1.5 P.A.C.E.® contact hours.\\nFee: $20\\, members $10.",
            "URL:javascript:alert(1)",
        ).replace("SUMMARY:Course", "SUMMARY:<i>Course</i> & more")
    )
    listing = read(body).only
    assert listing.title.value == "Course & more"
    assert listing.kind.value is Kind.WORKSHOP
    assert [credit.thousandths for credit in listing.credits] == [1500]
    assert sorted(offer.minor or 0 for offer in listing.offers) == [1000, 2000]
    assert listing.sessions[0].delivery is Delivery.LIVE_ONLINE
    assert listing.url == "https://way.example/page"


def test_an_event_without_a_uid_and_one_without_a_start_are_rejected_with_their_reasons(read) -> None:
    nameless = event("DTSTART:20261210T120000Z").replace("UID:one@way.example\n", "")
    found = read(calendar(nameless, event("SEQUENCE:1", uid="undated@way.example")))
    assert found.listings == []
    assert all(rejection.reason for rejection in found.rejections)
    assert "without a UID" in found.rejections[0].reason


@pytest.mark.parametrize("body", ["", "<html>Please log in</html>", "BEGIN:VCARD\nEND:VCARD\n"])
def test_what_is_no_calendar_is_told(read, body) -> None:
    with pytest.raises(PageError):
        read(body)
