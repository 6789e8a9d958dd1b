"""Deadlines as a calendar: 180, 90, 30 and 7 days before, the day itself, and when a body wants the papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from recommend.amounts import words
from recommend.credential import Standing
from recommend.shortfall import CredentialOwed, Owed

LADDER = (180, 90, 30, 7, 0)
"""Days before the deadline on which one is reminded."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One day's reminder. ``uid`` stays the same from one file to the next."""

    uid: str
    day: date
    summary: str
    description: str


def reminders(answer: Owed) -> tuple[Reminder, ...]:
    """Reminders from today on, in order of days; none for a credential without a deadline or that asks nothing."""
    found = [reminder for credential in answer.credentials for reminder in _ladder(credential, answer.today)]
    return tuple(sorted(found, key=lambda reminder: (reminder.day, reminder.uid)))


def reminder_calendar(answer: Owed, now: datetime, *, sample: bool = False) -> bytes:
    """The reminders as an iCalendar file (RFC 5545) stamped ``now``. Sample data says so in the calendar's name."""
    name = "CE deadlines (sample)" if sample else "CE deadlines"
    calendar = Calendar()
    calendar.add("prodid", "-//Aliquot//CE deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for reminder in reminders(answer):
        event = Event()
        event.add("uid", reminder.uid)
        event.add("dtstamp", now)
        event.add("dtstart", reminder.day)
        event.add("dtend", reminder.day + timedelta(days=1))
        event.add("summary", f"Sample: {reminder.summary}" if sample else reminder.summary)
        event.add("description", reminder.description)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _ladder(credential: CredentialOwed, today: date) -> Iterator[Reminder]:
    if credential.cycle is None or credential.cycle.looks_back or credential.standing is not Standing.ACTIVE:
        return
    end = credential.cycle.renew_by
    told = _told(credential, today)
    if credential.file_by is not None and credential.file_by >= today:
        summary = f"{credential.short_name}: {credential.body_name} asks to file by today"
        yield Reminder(f"{credential.id}-{end}-file@aliquot", credential.file_by, summary, told)
    for days in LADDER:
        day = end - timedelta(days=days)
        if day >= today and day != credential.file_by:
            left = "renewal is due today" if days == 0 else f"{days} days to renewal"
            yield Reminder(f"{credential.id}-{end}-{days}@aliquot", day, f"{credential.short_name}: {left}", told)


def _told(credential: CredentialOwed, today: date) -> str:
    """What was still needed on the day when the file was made."""
    end = credential.cycle.renew_by if credential.cycle else None
    if credential.still_confirmed is None or credential.still_likely is None:
        need = "The total is not known to us: check with the board."
    elif credential.still_confirmed == 0:
        need = "Nothing more needed by the rules we know."
    else:
        sure, likely = words(credential.still_confirmed), words(credential.still_likely)
        need = f"Still needed: {sure} {credential.unit} if only confirmed things count, {likely} if all likely does."
    return f"Renewal by {end}. As of {today}: {need} Your board decides what counts."
