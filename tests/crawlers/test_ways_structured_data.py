"""Structured data in all the ways that pages write it: sitemaps, JSON-LD, microdata, RDFa."""

from __future__ import annotations

import gzip
import json
from datetime import date, time
from typing import Any

import pytest

from catalog.listing import Audience, CreditUnit, Delivery, Kind, SessionStatus

ADDRESSES = ["https://way.example/course/one", "https://way.example/course/two", "https://way.example/about"]
COURSES = {"pages": {"items": ["/course/"]}}


def sitemap(addresses: list[str]) -> str:
    inner = "".join(f"<url><loc>{address}</loc><lastmod>2026-11-01</lastmod></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'


def page(*nodes: object, head: str = "", title: str = "Course") -> str:
    blocks = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    return f"<html><head>{head}{blocks}</head><body><h1>{title}</h1></body></html>"


def course(**more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Course", "name": "Course", **more}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (sitemap(ADDRESSES), "application/xml"),
        (gzip.compress(sitemap(ADDRESSES).encode()), "application/gzip"),
        ("\n".join(ADDRESSES), "text/plain"),
        ("".join(f'<a href="{address}">x</a>' for address in ADDRESSES), "text/html"),
    ],
    ids=["xml", "gzip", "text", "list of links"],
)
def test_every_kind_of_sitemap_names_the_pages_that_the_source_wants(read_page, body, content_type) -> None:
    found = read_page("structured_data", body, url="https://way.example/start", content_type=content_type, **COURSES)
    assert found.links == ADDRESSES[:2]


def test_an_index_of_sitemaps_is_followed_whole(read_page) -> None:
    body = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://way.example/sitemap-1.xml.gz</loc></sitemap>"
        "<sitemap><loc>https://way.example/sitemap-2.xml</loc></sitemap></sitemapindex>"
    )
    found = read_page("structured_data", body, content_type="application/xml", **COURSES)
    assert found.links == ["https://way.example/sitemap-1.xml.gz", "https://way.example/sitemap-2.xml"]


@pytest.mark.parametrize(
    "nodes",
    [
        (course(),),
        ([course()],),
        ({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Site"}, course()]},),
        ({"@type": "BreadcrumbList", "itemListElement": []}, course()),
        (course(**{"@type": ["Course", "Product"]}),),
        ({"@type": "WebPage", "mainEntity": course()},),
    ],
    ids=["plain", "list", "graph", "two blocks", "two types", "nested"],
)
def test_a_course_is_found_wherever_json_ld_holds_it(read_page, nodes) -> None:
    listing = read_page("structured_data", page(*nodes)).only
    assert (listing.title.value, listing.kind.value) == ("Course", Kind.COURSE)


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Course", /* ours */ "name": "Course"}',
        '{"@type": "Course", "name": "Course",}',
        '{"@type": "Course", "name": "Course", "description": "one\ttwo\nthree"}',
        '<!-- {"@type": "Course", "name": "Course"} -->',
        '//<![CDATA[\n{"@type": "Course", "name": "Course", "url": null}\n//]]>',
    ],
    ids=["comment", "trailing comma", "control characters", "in a comment", "CDATA"],
)
def test_broken_json_ld_is_read_where_its_meaning_is_plain(read_page, text) -> None:
    body = f'<html><script type="application/ld+json">{text}</script><h1>Course</h1></html>'
    assert read_page("structured_data", body).only.title.value == "Course"


def test_json_ld_that_nothing_reads_is_rejected_with_its_first_words(read_page) -> None:
    body = '<html><script type="application/ld+json">{"@type": "Course" "name" Course</script><h1>Course</h1></html>'
    found = read_page("structured_data", body)
    assert found.listings == []
    [rejection] = found.rejections
    assert rejection.field == "page"
    assert '{"@type": "Course" "name"' in rejection.reason


def test_microdata_says_the_same_as_json_ld(read_page) -> None:
    body = """<html><body><div itemscope itemtype="https://schema.org/Event"><h1 itemprop="name">Course</h1>
      <meta itemprop="startDate" content="2027-02-03T09:00"><div itemprop="location" itemscope
      itemtype="https://schema.org/Place"><span itemprop="name">Hall</span><div itemprop="address" itemscope
      itemtype="https://schema.org/PostalAddress"><span itemprop="addressLocality">Boise</span>,
      <span itemprop="addressRegion">ID</span></div></div>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price">45.00</span>
      <meta itemprop="priceCurrency" content="USD"></div></div></body></html>"""
    listing = read_page("structured_data", body, kind="workshop").only
    [session] = listing.sessions
    assert (session.local_date, session.local_time, session.zone) == (date(2027, 2, 3), time(9), None)
    assert session.place is not None
    assert session.place.city == "Boise"
    assert [(offer.minor, offer.currency) for offer in listing.offers] == [(4500, "USD")]
    assert listing.title.evidence[0].where == "microdata:name"


def test_rdfa_says_the_same_as_json_ld(read_page) -> None:
    body = """<html><body vocab="https://schema.org/" typeof="Course"><h1 property="name">Course</h1>
      <span property="courseCode">C-7</span><span property="timeRequired" content="PT1H30M">90 min</span>
      <div property="offers" typeof="Offer"><span property="price">20</span>
      <meta property="priceCurrency" content="USD"></div></body></html>"""
    listing = read_page("structured_data", body).only
    assert listing.title.value == "Course"
    assert listing.course_number is not None
    assert listing.course_number.value == "C-7"
    assert listing.duration is not None
    assert listing.duration.value.at_least == 90
    assert [(offer.minor, offer.currency) for offer in listing.offers] == [(2000, "USD")]


def test_instances_of_a_course_are_its_dates(read_page) -> None:
    node = course(
        hasCourseInstance=[
            {
                "@type": "CourseInstance",
                "courseMode": "Onsite",
                "startDate": "2027-04-16",
                "location": {"@type": "Place", "name": "Bench Hall", "address": "12 Example Street, Toledo, OH"},
                "offers": {"@type": "Offer", "price": "80", "priceCurrency": "USD"},
            },
            {"@type": "CourseInstance", "courseMode": "Online", "startDate": "2027-06-04T18:00:00-05:00"},
        ]
    )
    listing = read_page("structured_data", page(node), zone="America/Chicago").only
    first, second = listing.sessions
    assert (first.local_date, first.local_time, first.delivery) == (date(2027, 4, 16), None, Delivery.IN_PERSON)
    assert (second.local_date, second.local_time, second.zone) == (date(2027, 6, 4), time(18), "America/Chicago")
    assert second.delivery is Delivery.LIVE_ONLINE
    assert [offer.minor for offer in listing.offers] == [8000]


def test_several_prices_are_for_several_people(read_page) -> None:
    node = course(
        offers=[
            {"@type": "Offer", "name": "Member", "price": 30, "priceCurrency": "USD"},
            {"@type": "Offer", "name": "Non-member", "price": "55.50", "priceCurrency": "USD"},
            {"@type": "Offer", "name": "Student", "price": "0", "priceCurrency": "USD"},
            {"@type": "Offer", "name": "Application fee", "price": "10", "priceCurrency": "USD"},
            {"@type": "AggregateOffer", "lowPrice": 1, "highPrice": 99, "priceCurrency": "USD"},
            {"@type": "Offer", "price": "on request"},
        ]
    )
    offers = read_page("structured_data", page(node)).only.offers
    assert [(offer.audience, offer.minor, offer.scope) for offer in offers] == [
        (Audience.MEMBER, 3000, "item"),
        (Audience.PUBLIC, 5550, "item"),
        (Audience.STUDENT, 0, "item"),
        (Audience.PUBLIC, 1000, "application"),
    ]


def test_a_price_without_a_currency_is_no_price(read_page) -> None:
    listing = read_page("structured_data", page(course(offers={"@type": "Offer", "price": 20}))).only
    assert listing.offers == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("https://schema.org/EventCancelled", SessionStatus.CANCELLED),
        ("EventPostponed", SessionStatus.POSTPONED),
        ("https://schema.org/EventRescheduled", SessionStatus.MOVED),
        ("https://schema.org/EventScheduled", SessionStatus.SCHEDULED),
    ],
)
def test_the_status_of_an_event_is_that_of_its_date(read_page, status, expected) -> None:
    node = {"@type": "EducationEvent", "name": "Course", "startDate": "2027-03-01", "eventStatus": status}
    [session] = read_page("structured_data", page(node), kind="workshop").only.sessions
    assert session.status is expected


def test_a_schedule_becomes_its_dates_and_no_more(read_page) -> None:
    node = {
        "@type": "Event",
        "name": "Course",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "eventSchedule": {
            "@type": "Schedule",
            "startDate": "2026-12-01",
            "endDate": "2026-12-31",
            "repeatFrequency": "P1W",
            "byDay": "https://schema.org/Tuesday",
            "startTime": "12:00:00",
            "endTime": "13:00:00",
            "scheduleTimezone": "America/New_York",
            "exceptDate": "2026-12-15",
        },
    }
    listing = read_page("structured_data", page(node)).only
    assert [session.local_date.day for session in listing.sessions] == [1, 8, 22, 29]
    assert {(session.local_time, session.zone) for session in listing.sessions} == {(time(12), "America/New_York")}
    assert listing.kind.value is Kind.WEBINAR


def test_a_schedule_without_an_end_stops_at_the_horizon(read_page) -> None:
    node = {
        "@type": "Event",
        "name": "Course",
        "eventSchedule": {"@type": "Schedule", "startDate": "2020-01-01", "repeatFrequency": "P1D"},
    }
    listing = read_page("structured_data", page(node), kind="webinar", horizon_days=30).only
    assert all(date(2026, 11, 22) <= session.local_date <= date(2026, 12, 22) for session in listing.sessions)


def test_where_url_is_missing_the_id_is_the_address(read_page) -> None:
    listing = read_page("structured_data", page(course(**{"@id": "https://way.example/course/seven#course"}))).only
    assert listing.url == "https://way.example/course/seven"
    assert listing.source_key == "way.example/course/seven"


def test_only_the_pages_own_course_is_read_where_related_ones_stand_beside_it(read_page) -> None:
    related = course(name="Another", url="https://way.example/course/other")
    own = course(name="Course", url="https://way.example/page")
    assert [listing.title.value for listing in read_page("structured_data", page(related, own)).listings] == ["Course"]


def test_the_length_of_a_video_is_no_amount_of_credit(read_page) -> None:
    node = {"@type": "VideoObject", "name": "Course", "duration": "PT52M10S", "uploadDate": "2026-02-12"}
    listing = read_page("structured_data", page(node), delivery="on_demand").only
    assert listing.credits == ()
    assert listing.sessions == ()
    assert listing.duration is not None
    assert listing.duration.value.at_least == pytest.approx(52 + 10 / 60)


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ({"programType": "Certificate"}, Kind.CERTIFICATE),
        ({"educationalCredentialAwarded": "Master of Science"}, Kind.DEGREE),
    ],
)
def test_a_program_says_itself_whether_it_is_a_degree(read_page, program, kind) -> None:
    node = {
        "@type": "EducationalOccupationalProgram",
        "name": "Course",
        "applicationDeadline": "2027-01-15",
        "numberOfCredits": {"@type": "StructuredValue", "value": 36, "unitText": "semester credit hours"},
        **program,
    }
    listing = read_page("structured_data", page(node)).only
    assert listing.kind.value is kind
    assert [(credit.thousandths, credit.unit) for credit in listing.credits] == [(36_000, CreditUnit.SEMESTER_HOUR)]
    assert listing.apply_by is not None
    assert listing.apply_by.value == date(2027, 1, 15)
