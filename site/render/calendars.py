"""iCalendar (RFC 5545, RFC 7986): one event a file, and one calendar for each cut that has dates.

An event's UID is made from the opportunity and the session's key, so that a moved date stays the same event. A
cancelled date is told as cancelled and never just left out. A date without a known zone is an all-day event with its
time in words: a floating time would be read in the reader's own zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar, Event

from catalog.listing import SessionStatus
from catalog.views import OpportunityView, SessionView
from render.entries import credits_line
from render.formats import place_text, price_text, session_time
from render.settings import SiteSettings
from render.words import KIND

STATUS = {SessionStatus.CANCELLED: "CANCELLED", SessionStatus.POSTPONED: "TENTATIVE"}
REFRESH = timedelta(days=1)


def event_uid(opportunity_id: str, session_key: str, domain: str) -> str:
    """The stable identity of one date."""
    digest = hashlib.sha256(session_key.encode()).hexdigest()[:12]
    return f"{opportunity_id}-{digest}@{domain}"


def calendar(name: str, path: str, events: Iterable[Event], settings: SiteSettings) -> bytes:
    """A whole calendar as a file. A sample says so in its name."""
    made = Calendar()
    shown = f"SAMPLE {name}" if settings.sample else name
    made.add("prodid", f"-//{settings.name}//Continuing education//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", shown)
    made.add("x-wr-calname", shown)
    made.add("url", settings.absolute(path))
    made.add("source", settings.absolute(f"{path}calendar.ics"), parameters={"value": "uri"})
    made.add("refresh-interval", REFRESH, parameters={"value": "duration"})
    made.add("x-published-ttl", "P1D")
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def events_of(opportunity: OpportunityView, settings: SiteSettings) -> list[Event]:
    """Every date of an opportunity as an event, in the order of their days."""
    domain = settings.base_url.split("/")[2].split(":")[0]
    sessions = sorted(opportunity.sessions, key=lambda session: (session.local_date, session.key))
    return [_event(opportunity, session, settings, domain) for session in sessions]


def _event(opportunity: OpportunityView, session: SessionView, settings: SiteSettings, domain: str) -> Event:
    event = Event()
    event.add("uid", event_uid(opportunity.id, session.key, domain))
    event.add("dtstamp", datetime.combine(opportunity.read_on, time(), UTC))
    event.add("last-modified", datetime.combine(opportunity.read_on, time(), UTC))
    if session.starts_at is not None:
        event.add("dtstart", session.starts_at.astimezone(UTC))
        if session.ends_at is not None:
            event.add("dtend", session.ends_at.astimezone(UTC))
    else:
        event.add("dtstart", session.local_date)
        event.add("dtend", session.last_day + timedelta(days=1))
    facts = (credits_line(opportunity) or "credit not stated", price_text(opportunity) or "price not stated")
    mark = "SAMPLE " if opportunity.sample else ""
    event.add("summary", f"{mark}[{' · '.join(facts)}] {opportunity.title}")
    lines = [
        f"{KIND[opportunity.kind]} from {opportunity.provider_name}",
        session_time(session) if session.starts_at is None else None,
        f"Provider's page: {session.url or opportunity.url}",
        f"Read on {opportunity.read_on.isoformat()}. Check the provider's page before you count on it.",
    ]
    event.add("description", "\n".join(line for line in lines if line))
    place = session.place or opportunity.place
    if place is not None:
        event.add("location", place_text(place))
    event.add("url", settings.absolute(f"/o/{opportunity.id}/"))
    event.add("categories", [KIND[opportunity.kind]])
    event.add("status", STATUS.get(session.status, "CONFIRMED"))
    event.add("sequence", _sequence(opportunity))
    return event


def _sequence(opportunity: OpportunityView) -> int:
    """A number that never falls and rises when the facts change: the day on which the present facts were read."""
    return opportunity.read_on.toordinal() - 730_000
