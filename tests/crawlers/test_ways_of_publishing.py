"""Where each way of publishing lies: small documents, read without a network."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import Delivery, Kind, Listing, SessionStatus
from crawlers.draft import Draft, Link, Rejection
from crawlers.page import Page, PageError
from crawlers.pipelines import to_listing
from crawlers.source import Source, read_source
from crawlers.spiders import MODULES, spider_class
from crawlers.spiders.base import DOCUMENTED, RunContext

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def source(way: str, more: str = "") -> Source:
    toml = f'name = "A"\nprovider = "a"\nspider = "{way}"\nstart = ["https://a.test/list"]\nproof = "seen"\n{more}'
    return read_source(toml.encode(), "a.toml")


def read(chosen: Source, body: str | bytes, url: str = "https://a.test/item", kind: str | None = None) -> list[object]:
    raw = body if isinstance(body, bytes) else body.encode()
    return list(spider_class(chosen.spider)(chosen, RunContext(NOW)).read(Page(url, raw, NOW, kind)))


def listings(chosen: Source, body: str | bytes, url: str = "https://a.test/item") -> list[Listing]:
    found = read(chosen, body, url)
    return [to_listing(one, chosen, NOW, sample=False) for one in found if isinstance(one, Draft)]


def calendar(*events: str, head: str = "") -> str:
    body = "".join(f"BEGIN:VEVENT\nUID:{number}@a.test\n{event}\nEND:VEVENT\n" for number, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}END:VCALENDAR\n"


CALENDAR = source("icalendar", 'kind = "webinar"')


def test_all_day_dates_stay_dates_and_end_the_day_before_dtend() -> None:
    body = calendar("SUMMARY:Meeting\nDTSTART;VALUE=DATE:20270422\nDTEND;VALUE=DATE:20270425")
    (session,) = listings(CALENDAR, body)[0].sessions
    assert (session.local_date, session.end_date, session.local_time) == (date(2027, 4, 22), date(2027, 4, 24), None)
    assert session.zone is None


def test_a_floating_time_has_no_zone_and_utc_takes_the_calendars_own() -> None:
    floating = calendar("SUMMARY:A\nDTSTART:20261210T140000")
    assert listings(CALENDAR, floating)[0].sessions[0].zone is None
    named = calendar("SUMMARY:A\nDTSTART:20261210T180000Z", head="X-WR-TIMEZONE:America/Chicago\n")
    session = listings(CALENDAR, named)[0].sessions[0]
    assert (session.local_time, session.zone) == (time(12), "America/Chicago")


def test_a_moved_and_a_cancelled_instance_keep_the_day_they_were_planned_for() -> None:
    body = calendar("SUMMARY:A\nDTSTART:20261201T120000\nRRULE:FREQ=WEEKLY;COUNT=3")
    moved = (
        "BEGIN:VEVENT\nUID:0@a.test\nRECURRENCE-ID:20261208T120000\nDTSTART:20261209T120000\nSUMMARY:A\nEND:VEVENT\n"
    )
    called_off = (
        "BEGIN:VEVENT\nUID:0@a.test\nRECURRENCE-ID:20261215T120000\nDTSTART:20261215T120000\nSTATUS:CANCELLED\n"
        "SUMMARY:A\nEND:VEVENT\n"
    )
    found = listings(CALENDAR, body.replace("END:VCALENDAR\n", f"{moved}{called_off}END:VCALENDAR\n"))[0].sessions
    assert [(session.key[:10], session.local_date, session.status) for session in found] == [
        ("2026-12-01", date(2026, 12, 1), SessionStatus.SCHEDULED),
        ("2026-12-08", date(2026, 12, 9), SessionStatus.MOVED),
        ("2026-12-15", date(2026, 12, 15), SessionStatus.CANCELLED),
    ]


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6"])
def test_a_rule_that_expands_for_ever_is_rejected_and_its_neighbour_read(rule: str) -> None:
    body = calendar(f"SUMMARY:A\nDTSTART:20261201T120000\nRRULE:{rule}", "SUMMARY:B\nDTSTART:20261202T120000")
    rejected = [one for one in read(CALENDAR, body) if isinstance(one, Rejection)]
    assert [one.source_key for one in rejected] == ["0@a.test"]
    assert [listing.title.value for listing in listings(CALENDAR, body)] == ["B"]


def test_several_calendars_in_one_file_with_a_byte_order_mark_are_all_read() -> None:
    two = calendar("SUMMARY:A\nDTSTART:20261201T120000") + calendar("SUMMARY:B\nDTSTART:20261202T120000")
    assert [listing.title.value for listing in listings(CALENDAR, b"\xef\xbb\xbf" + two.encode())] == ["A", "B"]


def test_a_feed_is_read_again_in_full_in_each_new_month() -> None:
    spiders = [spider_class("icalendar")(CALENDAR, RunContext(NOW.replace(month=month))) for month in (10, 11)]
    assert spiders[0].extractor_hash() != spiders[1].extractor_hash()


DATA = source("structured_data", '[pages]\nitems = ["/item"]')


def page_with(*blocks: object, head: str = "", heading: str = "A") -> str:
    written = [block if isinstance(block, str) else json.dumps(block) for block in blocks]
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in written)
    return f"<html><head>{head}{scripts}</head><body><h1>{heading}</h1></body></html>"


COURSE = {"@context": "https://schema.org", "@type": "Course", "name": "A", "url": "https://a.test/item"}


def test_a_course_instance_is_a_session_and_its_offers_are_prices() -> None:
    instance = {
        "@type": "CourseInstance",
        "courseMode": "online",
        "startDate": "2027-01-12T13:00-05:00",
        "endDate": "2027-01-12T14:00-05:00",
    }
    offers = [
        {"@type": "Offer", "price": "1,250.50", "priceCurrency": "USD", "name": "General"},
        {"@type": "Offer", "price": 0, "priceCurrency": "USD", "name": "Members"},
        {"@type": "AggregateOffer", "lowPrice": 10, "priceCurrency": "USD"},
        {"@type": "Offer", "price": "40"},
    ]
    listing = listings(DATA, page_with({**COURSE, "hasCourseInstance": instance, "offers": offers}))[0]
    (session,) = listing.sessions
    assert (session.local_time, session.end_time, session.zone) == (time(13), time(14), "Etc/GMT+5")
    assert [(offer.audience, offer.minor) for offer in listing.offers] == [("public", 125050), ("member", 0)]
    assert listing.offers[0].evidence[0].where == "json-ld:offers[0].price"


@pytest.mark.parametrize(
    "damage",
    [
        '// a remark\n{"@type": "Course", "name": "A"}',
        '/* a remark */ {"@type": "Course", "name": "A",}',
        '{"@type": "Course", "name": "A", "description": "tab\there"}',
        '<!-- {"@type": "Course", "name": "A"} -->',
        '{"@graph": [{"@type": ["Thing", "Course"], "name": "A"}, null]}',
    ],
)
def test_json_that_browsers_forgive_is_read(damage: str) -> None:
    assert [listing.title.value for listing in listings(DATA, page_with(damage))] == ["A"]


def test_json_that_nothing_reads_is_rejected_with_its_beginning() -> None:
    rejected = [one for one in read(DATA, page_with('{"@type": "Course", ')) if isinstance(one, Rejection)]
    assert "JSON-LD that cannot be read" in rejected[0].reason


def test_only_the_pages_own_node_is_taken_where_others_stand_beside_it() -> None:
    other = {**COURSE, "name": "B", "url": "https://a.test/item-b", "offers": {"price": 5, "priceCurrency": "USD"}}
    found = listings(DATA, page_with([other, COURSE]))
    assert [(listing.title.value, listing.offers) for listing in found] == [("A", ())]


def test_without_a_url_the_id_names_the_page() -> None:
    node = {"@type": "Course", "@id": "https://a.test/item#course", "name": "A"}
    assert listings(DATA, page_with(node))[0].url == "https://a.test/item"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("https://schema.org/EventCancelled", SessionStatus.CANCELLED),
        ("EventPostponed", SessionStatus.POSTPONED),
        ("https://schema.org/EventScheduled", SessionStatus.SCHEDULED),
    ],
)
def test_an_event_keeps_its_status_mode_and_place(status: str, expected: SessionStatus) -> None:
    event = {
        "@type": "EducationEvent",
        "name": "Spring Conference",
        "startDate": "2027-04-22",
        "eventStatus": status,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Hall",
            "address": {"addressLocality": "Duluth", "addressRegion": "MN", "addressCountry": "US"},
        },
    }
    listing = listings(DATA, page_with(event, heading="Spring Conference"))[0]
    (session,) = listing.sessions
    assert (session.status, listing.kind.value) == (expected, Kind.CONFERENCE)
    assert listing.delivery is not None
    assert listing.delivery.value is Delivery.IN_PERSON
    assert session.place is not None
    assert (session.place.city, session.place.region, session.place.country) == ("Duluth", "MN", "US")


def test_a_schedule_is_expanded_within_the_horizon_and_its_exceptions_left_out() -> None:
    schedule = {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "byDay": "https://schema.org/Tuesday",
        "startDate": "2026-12-01",
        "endDate": "2026-12-22",
        "exceptDate": ["2026-12-15"],
        "startTime": "12:00:00",
        "scheduleTimezone": "America/Chicago",
    }
    event = {
        "@type": "Event",
        "name": "A",
        "eventSchedule": schedule,
        "eventAttendanceMode": "OnlineEventAttendanceMode",
    }
    found = listings(DATA, page_with(event))[0].sessions
    assert [session.local_date.day for session in found] == [1, 8, 22]
    assert {session.zone for session in found} == {"America/Chicago"}


def test_a_schedule_without_an_end_stops_at_the_horizon() -> None:
    schedule = {"repeatFrequency": "P1D", "startDate": "2026-12-01"}
    event = {"@type": "Event", "name": "A", "eventSchedule": schedule, "eventAttendanceMode": "Online"}
    assert len(listings(DATA, page_with(event))[0].sessions) == 200


def test_a_videos_length_is_its_duration_and_no_credit() -> None:
    listing = listings(DATA, page_with({"@type": "VideoObject", "name": "A", "duration": "PT58M30S"}))[0]
    assert listing.duration is not None
    assert listing.duration.value.at_least == 58.5
    assert listing.credits == ()


def test_microdata_is_read_only_where_it_stands() -> None:
    body = (
        '<html><body><div itemscope itemtype="https://schema.org/Course"><h1 itemprop="name">A</h1>'
        '<meta itemprop="courseCode" content="HM-1"></div></body></html>'
    )
    listing = listings(DATA, body)[0]
    assert listing.course_number is not None
    assert listing.course_number.evidence[0].where == "microdata:courseCode"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<urlset><url><loc>https://a.test/item/1</loc></url><loc>https://a.test/about</loc></urlset>", ["/item/1"]),
        ("<sitemapindex><sitemap><loc>https://a.test/s1.xml</loc></sitemap></sitemapindex>", ["/s1.xml"]),
        ("https://a.test/item/1\nhttps://a.test/item/2\n", ["/item/1", "/item/2"]),
    ],
)
def test_sitemaps_of_every_form_are_followed(body: str, expected: list[str]) -> None:
    found = read(DATA, body, url="https://a.test/sitemap", kind="text/plain")
    assert [one.url.removeprefix("https://a.test") for one in found if isinstance(one, Link)] == expected


def test_the_date_of_a_feeds_news_is_never_the_date_of_an_event() -> None:
    feed = source("feed", 'kind = "webinar"')
    body = (
        "<rss><channel><item><title>Webinar on anemia</title><link>https://other.test/w</link>"
        "<pubDate>Tue, 24 Nov 2026 08:00:00 +0000</pubDate><guid>7</guid>"
        "<description>1.0 P.A.C.E. contact hour. One hour at noon.</description></item></channel></rss>"
    )
    (listing,) = listings(feed, body, url="https://a.test/feed")
    assert listing.sessions == ()
    assert [(credit.unit, credit.thousandths) for credit in listing.credits] == [("pace", 1000)]


def test_a_list_that_ends_early_is_an_error_and_not_the_end() -> None:
    body = json.dumps({"events": [], "total_pages": 3})
    with pytest.raises(PageError, match="page 1 of 3"):
        read(source("events_calendar"), body, url="https://a.test/wp-json/tribe/events/v1/events")


def test_two_items_of_one_title_on_one_page_are_told_apart_by_their_dates() -> None:
    page = source("one_page", 'kind = "workshop"\n[labels]\ndate = ["Date"]')
    items = "".join(f"<h2>Safety Day</h2><p>Date: {day}, 2027</p>" for day in ("January 12", "June 8"))
    assert [listing.source_key for listing in listings(page, f"<html><body>{items}<h2>Map</h2></body></html>")] == [
        "safety-day#2027-01-12",
        "safety-day#2027-06-08",
    ]


PRICES = source(
    "labelled_pages",
    'kind = "course"\n[pages]\nitems = ["/item"]\nstop = ["See also"]\n[labels]\nprice = ["Price"]\n'
    'member_price = ["Member Price"]\napproval = ["Approved through…"]\ncredits = ["/^[0-9.]+ P.A.C.E./"]',
)


def test_the_price_of_another_product_is_not_this_ones() -> None:
    body = (
        "<body><nav>Price: $1</nav><h1>A</h1><p>Price: $30</p><p>Member Price</p><p>$20</p>"
        "<p>2.0 P.A.C.E. contact hours</p>"
        "<p>Approved through 5/31/2028</p><h3>Related courses</h3><p>Price: $99</p></body>"
    )
    listing = listings(PRICES, f"<html>{body}</html>")[0]
    assert [(offer.audience, offer.minor) for offer in listing.offers] == [("public", 3000), ("member", 2000)]
    assert listing.credits[0].approved_through == date(2028, 5, 31)


def test_a_word_that_only_begins_like_a_label_is_none() -> None:
    listing = listings(PRICES, "<html><body><h1>A</h1><p>Prices are shown at $30 in the cart</p></body></html>")[0]
    assert listing.offers == ()


@pytest.mark.parametrize("title", ["CANCELED: Blood Day", "Blood Day (postponed)", "Full Blood Count"])
def test_a_status_in_a_title_speaks_of_its_dates_and_a_subject_does_not(title: str) -> None:
    page = source("labelled_pages", 'kind = "webinar"\n[pages]\nitems = ["/item"]\n[labels]\ndate = ["Date"]')
    body = f"<html><body><h1>{title}</h1><p>Date: January 12, 2027</p></body></html>"
    status = listings(page, body)[0].sessions[0].status
    expected = {"CANCELED: Blood Day": SessionStatus.CANCELLED, "Blood Day (postponed)": SessionStatus.POSTPONED}
    assert status is expected.get(title, SessionStatus.SCHEDULED)


def any_source(way: str) -> Source:
    more = 'kind = "course"\n[labels]\ntitle = ["Title"]\ndate = ["Date"]\nprice = ["Price"]\ncredits = ["Credits"]\n'
    return source(way, more + '[pages]\nitems = ["/item"]')


def pieces() -> st.SearchStrategy[str]:
    words = st.sampled_from(
        [
            *("<h1>", "</h1>", "<p>", "Price: $", "Date: ", "{", "}", "[", '"@type": "Course"', "BEGIN:VEVENT", "\n"),
            *("<item>", "<link>", "http://[", "&#0;", "\x00", "\ud83d", "1/2/2027", "UID:1", "END:VEVENT", ",", ";"),
            *('<script type="application/ld+json">', "</script>", "BEGIN:VCALENDAR", "END:VCALENDAR", "<urlset>"),
            *("RRULE:FREQ=DAILY", "DTSTART:"),
        ]
    )
    return st.lists(st.one_of(words, st.text(max_size=12)), max_size=40).map("".join)


@pytest.mark.parametrize("way", sorted(MODULES))
@settings(max_examples=40, deadline=2000)
@given(body=pieces())
def test_no_page_raises_anything_but_what_is_documented(way: str, body: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    for url in ("https://a.test/item", "https://a.test/list"):
        with suppress(*DOCUMENTED):
            read(any_source(way), raw, url)
