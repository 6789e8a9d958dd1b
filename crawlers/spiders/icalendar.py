"""iCalendar (RFC 5545): a feed of events, each with its dates.

How it works: every UID is one thing, and every occurrence of it within a bounded horizon is one of its dates, keyed by
the day it was first planned for, so that a moved instance keeps its identity. All-day dates stay dates. A zone comes
from TZID or the calendar's X-WR-TIMEZONE; a floating time without either keeps no zone. Each UID is expanded alone, so
that one broken event is rejected and the others are read.

Where it lies: an end before its start (taken the other way round); DTEND of an all-day event names the day after it;
markup in SUMMARY; a rule that repeats every second (refused, it would expand for ever); a byte-order mark; several
calendars in one file. The horizon moves with the months, so a feed is read in full at least once in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

import recurring_ical_events
from icalendar import Calendar
from lxml import html

from catalog.listing import Delivery, Evidence, Place, SessionStatement, SessionStatus
from crawlers.draft import Draft, OutOfSeason, Rejection
from crawlers.extract import delivery, place
from crawlers.extract.text import evidence, normalize
from crawlers.fields import Words, read_field
from crawlers.freetext import read_free_text
from crawlers.page import Page, PageError, join
from crawlers.spiders.base import Found, SourceSpider

KEPT_PAST = timedelta(days=31)
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
TIMES_A_DAY = 24
STATUSES = {"CANCELLED": SessionStatus.CANCELLED, "POSTPONED": SessionStatus.POSTPONED}


class EventError(ValueError):
    """An event that cannot be used; ``field`` is the iCalendar property."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class ICalendar(SourceSpider):
    """Reads feeds of the type text/calendar."""

    def extractor_hash(self) -> str:
        """Also of the month: the horizon moves, and a feed that did not change then holds dates not yet read."""
        return f"{self.source.extractor_hash()}-{self.clock:%Y%m}"

    def read(self, page: Page) -> Iterator[Found]:
        """One draft for each UID with a date within the horizon; a rejection for each UID that cannot be read."""
        for calendar in _calendars(page):
            zones = [part for part in calendar.subcomponents if part.name == "VTIMEZONE"]
            for uid, events in _events_by_uid(calendar).items():
                try:
                    draft = self._draft(page, uid, events, _calendar_of(calendar, zones, events))
                except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
                    # What a library raises for a malformed property is not documented; the event is told, not skipped.
                    field = error.field if isinstance(error, EventError) else "sessions"
                    yield Rejection(url=page.url, field=field, reason=f"{uid}: {error}", source_key=uid[:500] or None)
                    continue
                yield draft if draft is not None else OutOfSeason()

    def _draft(self, page: Page, uid: str, events: list[Any], calendar: Calendar) -> Draft | None:
        if not uid:
            raise EventError("source_key", "an event without a UID cannot be told from others")
        for event in events:
            _check_rule(event)
        first = self.clock.date().replace(day=1) - KEPT_PAST
        last = self.clock.date().replace(day=1) + timedelta(days=self.source.horizon_days)
        occurrences = recurring_ical_events.of(calendar).between(first, last)
        if not occurrences:
            return None
        event = _master(events)
        draft = Draft(source_key=uid[:500], url=_url_of(event, page))
        draft.values["sessions"] = tuple(_session(one, events) for one in _ordered(occurrences))
        self._describe(draft, event)
        return draft

    def _describe(self, draft: Draft, event: Any) -> None:
        title = _plain(event.get("SUMMARY"))
        read_field(draft, "title", Words("", title, "ics:SUMMARY"), self.context)
        categories = ", ".join(_categories(event))
        read_field(draft, "kind", Words("", categories, "ics:CATEGORIES"), self.context)
        draft.unreadable.pop("kind", None)
        location = _plain(event.get("LOCATION"))
        read_field(draft, "place", Words("", location, "ics:LOCATION"), self.context)
        description = _text_of(event.get("DESCRIPTION"))
        read_free_text(draft, description, "ics:DESCRIPTION", self.context)
        draft.summary = " ".join(description)


def _calendars(page: Page) -> list[Calendar]:
    text = page.body.decode("utf-8-sig", "replace")
    if "BEGIN:VCALENDAR" not in text[:20_000].upper():
        raise PageError("not a calendar: no BEGIN:VCALENDAR")
    try:
        return list(Calendar.from_ical(text, multiple=True))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise PageError(f"not a readable calendar: {error}") from error


def _events_by_uid(calendar: Calendar) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for event in calendar.walk("VEVENT"):
        found.setdefault(str(event.get("UID", "")).strip(), []).append(event)
    return found


def _calendar_of(calendar: Calendar, zones: list[Any], events: list[Any]) -> Calendar:
    """A calendar of one UID, with the zones and the default zone of its own."""
    alone = Calendar()
    for name in ("PRODID", "VERSION", "X-WR-TIMEZONE"):
        if name in calendar:
            alone.add(name, calendar[name])
    for part in (*zones, *events):
        alone.add_component(part)
    return alone


def _check_rule(event: Any) -> None:
    rules = event.get("RRULE", ())
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, Mapping):
            continue
        often = {str(value).upper() for value in rule.get("FREQ", ())} & TOO_OFTEN
        times = 1
        for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            times *= max(1, len(rule.get(part, ())))
        if often or times > TIMES_A_DAY:
            raise EventError("sessions", "RRULE repeats more than once an hour; no course does")


def _master(events: list[Any]) -> Any:
    return next((event for event in events if "RECURRENCE-ID" not in event), events[0])


def _ordered(occurrences: list[Any]) -> list[Any]:
    return sorted(occurrences, key=lambda event: str(event["DTSTART"].dt))


def _session(event: Any, written: list[Any]) -> SessionStatement:
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else None
    planned = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else start
    if end is not None and isinstance(end, datetime) == isinstance(start, datetime) and end < start:
        start, end = end, start
    status = STATUSES.get(str(event.get("STATUS", "")).upper())
    if status is None:
        status = SessionStatus.SCHEDULED if _same_moment(start, planned) else SessionStatus.MOVED
    location = _plain(event.get("LOCATION"))
    online = delivery.stated(location, "ics:LOCATION") if location else None
    found = place.stated(location, "ics:LOCATION") if location and online is None else None
    where = found.value if found is not None else Place(text=location[:400]) if location and online is None else None
    return SessionStatement(
        key=planned.isoformat() if not isinstance(planned, datetime) else planned.replace(tzinfo=None).isoformat(),
        local_date=_day(start),
        local_time=_clock(start),
        end_date=_last_day(start, end),
        end_time=_clock(end),
        zone=_zone(start),
        place=where,
        delivery=_live(online.value) if online is not None else None,
        status=status,
        evidence=(_proof(_origin(planned, written)),),
    )


def _live(value: Delivery) -> Delivery:
    """A dated event that is online is live."""
    return Delivery.LIVE_ONLINE if value is Delivery.ONLINE else value


def _same_moment(start: date | datetime, planned: date | datetime) -> bool:
    if isinstance(start, datetime) and isinstance(planned, datetime):
        return start.replace(tzinfo=None) == planned.replace(tzinfo=None)
    return _day(start) == _day(planned)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _clock(moment: date | datetime | None) -> time | None:
    return moment.time().replace(tzinfo=None) if isinstance(moment, datetime) else None


def _last_day(start: date | datetime, end: date | datetime | None) -> date | None:
    """The last day; DTEND of an all-day event is the day after it (RFC 5545, 3.6.1)."""
    if end is None:
        return None
    last = _day(end) if isinstance(end, datetime) else end - timedelta(days=1)
    return last if last > _day(start) else None


def _zone(moment: date | datetime) -> str | None:
    name = getattr(getattr(moment, "tzinfo", None), "key", None)
    return str(name) if name in available_timezones() else None


def _origin(planned: date | datetime, written: list[Any]) -> Any:
    """The event of the feed that states an occurrence: the one that replaces it, else the one that repeats."""
    for event in written:
        if "RECURRENCE-ID" in event and _same_moment(event["RECURRENCE-ID"].dt, planned):
            return event
    return _master(written)


def _proof(event: Any) -> Evidence:
    lines = [line for line in event.content_lines() if re.match(r"(DTSTART|DTEND|DURATION|RRULE)\b", line)]
    return evidence("; ".join(lines), "ics:DTSTART")


def _url_of(event: Any, page: Page) -> str:
    written = str(event.get("URL", "")).strip()
    return (join(page.url, written) if written else None) or page.url


def _categories(event: Any) -> list[str]:
    raw = event.get("CATEGORIES", ())
    several: list[Any] = raw if isinstance(raw, list) else [raw]
    return [normalize(str(name)) for group in several for name in getattr(group, "cats", [group]) if group]


def _text_of(value: object) -> list[str]:
    """The lines of a text property without the markup that some publishers write into it."""
    text = "" if value is None else str(value)
    if re.search(r"<\w+[^>]*>", text):
        fragment = html.fromstring(f"<div>{text.replace(chr(10), '<br>')}</div>")
        for element in fragment.xpath(".//script|.//style"):
            element.drop_tree()
        for element in fragment.iter("br", "p", "li", "div"):
            element.tail = f"\n{element.tail or ''}"
        text = fragment.text_content()
    return [line for raw in text.splitlines() if (line := normalize(raw))]


def _plain(value: object) -> str:
    return " ".join(_text_of(value))
