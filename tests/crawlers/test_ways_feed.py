"""RSS and Atom: links to read, entries without a page of their own, and dates that are only those of the news."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.listing import Kind
from crawlers.page import PageError

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Course</title><link>https://way.example/news/course/?utm_source=rss</link>
<pubDate>Mon, 02 Nov 2026 08:00:00 +0000</pubDate></item>
<item><title>Elsewhere &amp;amp; more</title><link>https://other.example/x</link><guid>https://way.example/?p=7</guid>
<category>Hematology</category>
<description>&lt;p&gt;A webinar of 1.0 P.A.C.E. contact hour. Fee: $20.&lt;/p&gt;</description>
<pubDate>Mon, 02 Nov 2026 08:00:00 +0000</pubDate></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>Course</title><link rel="alternate" href="/news/course/"/><link rel="edit" href="/edit/1"/>
<id>tag:way.example,2026:1</id><updated>2026-11-02T08:00:00Z</updated></entry></feed>"""


@pytest.fixture
def read(read_page):
    def read(body, content_type="application/rss+xml", **table):
        table = {"kind": "webinar", "currency": "USD", **table}
        return read_page("feed", body, content_type=content_type, **table)

    return read


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_an_entrys_own_page_is_read_and_not_the_feed(read, body) -> None:
    found = read(body)
    assert found.links[:1] == ["https://way.example/news/course/"]
    assert all("/edit/" not in link for link in found.links)


def test_an_entry_whose_page_stands_elsewhere_is_read_from_the_feed_alone(read) -> None:
    listing = read(RSS).only
    assert (listing.title.value, listing.url) == ("Elsewhere & more", "https://other.example/x")
    assert listing.source_key == "https://way.example/?p=7"
    assert [credit.thousandths for credit in listing.credits] == [1000]
    assert [offer.minor for offer in listing.offers] == [2000]
    assert [subject.value for subject in listing.subjects] == ["Hematology"]


def test_the_date_of_the_news_is_no_date_of_an_event(read) -> None:
    listing = read(RSS).only
    assert listing.sessions == ()
    assert listing.available_from is None


def test_a_page_names_its_feeds_but_not_that_of_its_comments(read) -> None:
    body = """<html><head><link rel="alternate" type="application/rss+xml" href="/feed/">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <link rel="alternate" type="application/atom+xml" href="https://way.example/atom.xml"></head><body></body></html>"""
    found = read(body, content_type="text/html", url="https://way.example/start")
    assert found.links == ["https://way.example/feed/", "https://way.example/atom.xml"]


def test_a_start_without_any_feed_is_told(read) -> None:
    with pytest.raises(PageError, match="no feed"):
        read("<html><body>News</body></html>", content_type="text/html", url="https://way.example/start")


def test_an_entrys_page_is_read_for_its_labels_and_news_without_an_offer_is_passed_over(read) -> None:
    table = {
        "pages": {"require": "contact hour|apply by"},
        "labels": {"date": ["When"], "credits": ["Credit"], "apply_by": ["Apply by"]},
        "kinds": [{"match": "call for", "kind": "involvement"}],
    }
    page = (
        "<html><body><h1>Course</h1><p>When: December 9, 2026</p><p>Credit: 1.0 P.A.C.E. contact hour</p></body></html>"
    )
    listing = read(page, content_type="text/html", **table).only
    assert [session.local_date for session in listing.sessions] == [date(2026, 12, 9)]
    call = "<html><body><h1>Call for judges</h1><p>Apply by: January 13, 2027</p></body></html>"
    listing = read(call, content_type="text/html", **table).only
    assert listing.kind.value is Kind.INVOLVEMENT
    assert listing.apply_by is not None
    news = "<html><body><h1>Our new board</h1><p>Three people.</p></body></html>"
    assert read(news, content_type="text/html", **table).listings == []


def test_structured_data_of_an_entrys_page_comes_before_its_labels(read) -> None:
    page = """<html><head><script type="application/ld+json">{"@type": "Event", "name": "Course",
      "startDate": "2027-01-20T13:00", "url": "https://way.example/page"}</script></head>
      <body><h1>Course</h1><p>When: 9 December 2026</p></body></html>"""
    listing = read(page, content_type="text/html", labels={"date": ["When"]}).only
    assert [session.local_date for session in listing.sessions] == [date(2027, 1, 20)]


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><title>&x;</title></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>',
    ],
    ids=["a file", "a bomb"],
)
def test_a_feed_with_entities_is_refused(read, bomb) -> None:
    with pytest.raises(ValueError, match=r"(?i)entit|doctype|dtd"):
        read(bomb)
