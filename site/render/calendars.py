"""iCalendar (RFC 5545, RFC 7986): one file an opportunity with dates, and one calendar for each cut that has dates.

An event's UID is made from the opportunity and the session's key, so that a moved date stays the same event. A
cancelled date is told as cancelled and never just left out. A date without a known zone is an all-day event with its
time in words: a floating time would be read in the reader's own zone.

The lines are written here and read back with the ``icalendar`` library when a release is verified: that library takes
3 ms to write one event, and the same event stands in ten calendars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from catalog.listing import SessionStatus
from catalog.views import OpportunityView, SessionView
from render.entries import credits_line
from render.formats import place_text, price_text, session_time
from render.settings import SiteSettings
from render.words import KIND

STATUS = {SessionStatus.CANCELLED: "CANCELLED", SessionStatus.POSTPONED: "TENTATIVE"}
FOLD = 74
"""Octets of one line before its end: RFC 5545, section 3.1 allows 75."""

ESCAPED = str.maketrans(
    {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", **{chr(code): None for code in range(32) if code != 10}}
)
FIRST_DAY = date(2000, 1, 1)
AT_MOST = 1000
"""Opportunities whose dates one calendar holds, the soonest: calendar services refuse larger files."""


def event_uid(opportunity_id: str, session_key: str, domain: str) -> str:
    """The stable identity of one date."""
    digest = hashlib.sha256(session_key.encode()).hexdigest()[:12]
    return f"{opportunity_id}-{digest}@{domain}"


def text(value: str) -> str:
    """A TEXT value: backslash, comma, semicolon and line break escaped, other control characters dropped."""
    return value.translate(ESCAPED)


def folded(line: str) -> str:
    """A content line in parts of at most 75 octets, never cut inside a character."""
    octets = line.encode()
    parts, start, room = [], 0, FOLD
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # inside a character of UTF-8
            end -= 1
        parts.append(octets[start:end])
        start, room = end, FOLD - 1  # a space begins a continued line
    return b"\r\n ".join([*parts, octets[start:]]).decode() if parts else line


def calendar(name: str, path: str, events: Iterable[str], settings: SiteSettings, file: str = "calendar.ics") -> str:
    """A whole calendar as a file of the events' text. A sample says so in its name."""
    shown = text(f"SAMPLE {name}" if settings.sample else name)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{text(settings.name)}//Continuing education//EN",
        "METHOD:PUBLISH",
        f"NAME:{shown}",
        f"X-WR-CALNAME:{shown}",
        f"URL:{settings.absolute(path)}",
        f"SOURCE;VALUE=URI:{settings.absolute(path + file)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
    ]
    head = "".join(f"{folded(line)}\r\n" for line in lines)
    return f"{head}{''.join(events)}END:VCALENDAR\r\n"


def events_of(opportunity: OpportunityView, settings: SiteSettings) -> list[str]:
    """Every date of an opportunity as the text of a VEVENT, in the order of their days."""
    domain = settings.base_url.split("/")[2].split(":")[0]
    sessions = sorted(opportunity.sessions, key=lambda session: (session.local_date, session.key))
    return [_event(opportunity, session, settings, domain) for session in sessions]


def _event(opportunity: OpportunityView, session: SessionView, settings: SiteSettings, domain: str) -> str:
    read = f"{opportunity.read_on:%Y%m%d}T000000Z"
    facts = (credits_line(opportunity) or "credit not stated", price_text(opportunity) or "price not stated")
    mark = "SAMPLE " if opportunity.sample else ""
    place = session.place or opportunity.place
    about = [
        f"{KIND[opportunity.kind]} from {opportunity.provider_name}",
        session_time(session) if session.starts_at is None else None,
        f"Provider's page: {session.url or opportunity.url}",
        f"Read on {opportunity.read_on.isoformat()}. Check the provider's page before you count on it.",
    ]
    summary = f"{mark}[{' · '.join(facts)}] {opportunity.title}"
    description = "\n".join(line for line in about if line)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event_uid(opportunity.id, session.key, domain)}",
        f"DTSTAMP:{read}",
        f"LAST-MODIFIED:{read}",
        f"SEQUENCE:{_sequence(opportunity)}",
        *_when(session),
        f"SUMMARY:{text(summary)}",
        f"DESCRIPTION:{text(description)}",
        *([f"LOCATION:{text(place_text(place))}"] if place else []),
        f"URL:{settings.absolute(f'/o/{opportunity.id}/')}",
        f"CATEGORIES:{text(KIND[opportunity.kind])}",
        f"STATUS:{STATUS.get(session.status, 'CONFIRMED')}",
        "END:VEVENT",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _when(session: SessionView) -> list[str]:
    """Start and end: instants in UTC where the zone is known, else whole days (the end is the day after)."""
    if session.starts_at is None:
        after = session.last_day + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{session.local_date:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    lines = [f"DTSTART:{_instant(session.starts_at)}"]
    if session.ends_at is not None:
        lines.append(f"DTEND:{_instant(session.ends_at)}")
    return lines


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _sequence(opportunity: OpportunityView) -> int:
    """A number that never falls and rises when the facts change: the day on which the present facts were read."""
    return (opportunity.read_on - FIRST_DAY).days
