"""The Events Calendar for WordPress, REST v1 (``/wp-json/tribe/events/v1/events``).

How it works: each event has local times and an IANA zone of its own, a cost with its currency, a venue and categories.
Pages follow ``next_rest_url``; ``total_pages`` tells how many there must be, and a list that ends before is an error.

Where it lies: titles and descriptions hold HTML entities and markup; ``cost`` "Free" or "$20 - $40" is a text, the
numbers stand in ``cost_details``; an all-day event has times of 00:00 to 23:59 that nobody meant; ``utc_start_date``
repeats the local time where the site has no zone; every instance of a repeated event is an event of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from catalog.listing import Delivery, OfferStatement, Place, SessionStatement
from crawlers.draft import Draft, Link, Rejection
from crawlers.extract.text import evidence
from crawlers.fields import Words, place_of, read_field, status_of, status_of_title
from crawlers.jsonpages import describe, dicts, json_of, page_number, plain
from crawlers.money_units import minor_of
from crawlers.page import Page, PageError
from crawlers.spiders.base import Found, SourceSpider


class EventsCalendar(SourceSpider):
    """Reads the events of a WordPress site."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft an event, and the link to the next page."""
        answer = json_of(page, dict)
        if not isinstance(answer.get("events"), list):
            raise PageError("no list of events: not The Events Calendar, or it is closed")
        for event in dicts(answer["events"]):
            yield self._draft(event, page)
        following = answer.get("next_rest_url")
        if isinstance(following, str) and following:
            yield Link(following)
        elif int(answer.get("total_pages") or 0) > page_number(page.url):
            raise PageError(f"the list ends on page {page_number(page.url)} of {answer['total_pages']}")

    def _draft(self, event: dict[str, Any], page: Page) -> Draft | Rejection:
        url, key = plain(event.get("url")), plain(event.get("global_id")) or plain(event.get("id"))
        if not key or not re.match(r"^https?://\S+$", url):
            return Rejection(page.url, "source_key", "an event without an id or an address", key or None)
        draft = Draft(source_key=key[:500], url=url)
        read_field(draft, "title", Words("", plain(event.get("title")), "rest:title"), self.context)
        categories = [plain(category.get("name")) for category in dicts(event.get("categories"))]
        for name in categories:
            read_field(draft, "kind", Words("", name, "rest:categories"), self.context)
        draft.unreadable.pop("kind", None)
        place, online = _venue(event.get("venue")), event.get("is_virtual") is True
        if place is not None:
            draft.state("place", place, evidence(place.text, "rest:venue"))
        if online:
            draft.state("delivery", Delivery.LIVE_ONLINE, evidence("is_virtual: true", "rest:is_virtual"))
        session = _session(event, place, online=online)
        draft.extend("sessions", (session,) if session is not None else ())
        draft.extend("offers", tuple(_offers(event, self.source.currency)))
        describe(draft, event.get("description"), "rest:description", self.context)
        return draft


def _session(event: dict[str, Any], place: Place | None, *, online: bool) -> SessionStatement | None:
    start, end = _moment(event.get("start_date")), _moment(event.get("end_date"))
    if start is None:
        return None
    if end is not None and end < start:
        start, end = end, start
    zone, all_day = plain(event.get("timezone")), event.get("all_day") is True
    words = f"{plain(event.get('start_date'))} to {plain(event.get('end_date'))} {zone}".strip()
    status = status_of(plain(event.get("event_status"))) or status_of_title(plain(event.get("title")))
    statement = SessionStatement(
        key=start.date().isoformat(),
        local_date=start.date(),
        local_time=None if all_day else start.time(),
        end_date=_last(start.date(), end),
        end_time=None if all_day or end is None else end.time(),
        zone=zone if zone in available_timezones() and not all_day else None,
        place=place,
        delivery=Delivery.LIVE_ONLINE if online else None,
        evidence=(evidence(words, "rest:start_date"),),
    )
    return statement.model_copy(update={"status": status}) if status is not None else statement


def _last(start: date, end: datetime | None) -> date | None:
    return end.date() if end is not None and end.date() > start else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.strptime(plain(value), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - a local time; its zone stands apart
    except ValueError:
        return None


def _venue(venue: object) -> Place | None:
    """The venue; a site without venues answers with an empty list."""
    if not isinstance(venue, dict):
        return None
    name, street, city = (plain(venue.get(part)) for part in ("venue", "address", "city"))
    region = plain(venue.get("stateprovince") or venue.get("state") or venue.get("province"))
    return place_of(name, street, city, region)


def _offers(event: dict[str, Any], currency: str | None) -> Iterator[OfferStatement]:
    cost, details = plain(event.get("cost")), event.get("cost_details")
    if cost.lower() == "free":
        yield OfferStatement(minor=0, evidence=(evidence(cost, "rest:cost"),))
        return
    if not isinstance(details, dict):
        return
    code = plain(details.get("currency_code")).upper() or currency
    amounts = [minor_of(plain(value), code) for value in details.get("values") or ()]
    # Two values are the ends of a range ("$20 - $40"): nobody says who pays which.
    if len(amounts) == 1 and amounts[0] is not None and (code or amounts[0] == 0):
        proof = evidence(f"{cost} {code or ''}".strip(), "rest:cost")
        yield OfferStatement(minor=amounts[0], currency=code if amounts[0] else None, evidence=(proof,))
