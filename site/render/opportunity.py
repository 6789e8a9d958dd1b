"""The page of one opportunity: its facts, what it counts for, its dates, and the words each fact was read from.

The page is a pure function of the opportunity, the rules and the provider's claim steps. Nothing on it depends on the
day of the build: past dates stand there with their absolute date, and a small script dims them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import time
from typing import Any, NamedTuple

from markupsafe import Markup

from catalog.listing import CreditUnit, SessionStatus
from catalog.spool import Claim
from catalog.taxonomy import topics
from catalog.views import OpportunityView, ProviderView, SessionView, TopicOrigin
from render.acceptance import Acceptances, Counted
from render.entries import credits_line
from render.facets import captions_of, price_of, slug, states_of
from render.formats import (
    clock,
    credit_text,
    credit_until,
    day,
    format_text,
    minutes_text,
    most_minutes,
    offer_audience,
    offer_text,
    place_text,
    price_text,
    public_price,
    session_days,
    session_time,
    unit_totals,
    zone_name,
)
from render.settings import SiteSettings
from render.structured import describe, opportunity_data
from render.words import CAPTIONS, DELIVERY, FIELD, KIND, KINDS, SESSION_STATUS, TOPIC_ORIGIN, UNIT

SATURDAY = 5
OFF_HOURS: dict[str, Callable[[SessionView], bool]] = {
    "Evening": lambda session: session.local_time is not None and session.local_time >= time(17),
    "Weekend": lambda session: session.local_date.weekday() >= SATURDAY,
}
"""When somebody on the day shift is free: from 5 PM where it is held, or on Saturday or Sunday."""

FAR = 99999999
"""Sorts after every known value: each page must carry each sort key, or it would drop out of a sorted search."""


class Line(NamedTuple):
    """One line of a fact: its words, a page of ours that it leads to, a note beside it, and whether we guessed it."""

    text: str
    path: str | None = None
    note: str | None = None
    guess: bool = False


class Fact(NamedTuple):
    """One fact; without lines it is shown as not stated."""

    label: str
    lines: tuple[Line, ...]


class SessionRow(NamedTuple):
    """One date as words. ``ends_on`` is an ISO date for the script that dims past ones."""

    days: str
    time: str | None
    starts_at: str | None
    ends_on: str
    status: str | None
    closed: bool
    notes: tuple[str, ...]


class ConflictRow(NamedTuple):
    """One field on which sources disagree."""

    label: str
    values: tuple[tuple[str, str], ...]


class ReadingRow(NamedTuple):
    """One listing behind the opportunity and the day on which it was read."""

    url: str
    source_name: str
    read_on: str
    presence: str


class OpportunityPage(NamedTuple):
    """Everything that ``opportunity.html`` shows, as words."""

    id: str
    title: str
    kind: str
    kind_label: str
    sample: bool
    presence: str
    credits: str | None
    price: str | None
    free: bool
    provider: str
    provider_path: str
    url: str
    read_on: str
    credit_until: str | None
    crumbs: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    sessions: tuple[SessionRow, ...]
    counts: Markup
    acceptance: str
    counts_line: str
    claim: Claim | None
    conflicts: tuple[ConflictRow, ...]
    evidence: tuple[tuple[str, tuple[str, ...]], ...]
    listings: tuple[ReadingRow, ...]
    calendar: str | None
    structured: dict[str, Any]
    description: str
    index_words: str
    index_filters: tuple[tuple[str, str], ...]
    index_sorts: tuple[tuple[str, int], ...]
    index_when: str | None


def opportunity_page(
    opportunity: OpportunityView,
    providers: Mapping[str, ProviderView],
    acceptances: Acceptances,
    settings: SiteSettings,
) -> OpportunityPage:
    """Everything that the page of one opportunity shows."""
    provider = providers.get(opportunity.provider)
    counted = acceptances.counted(opportunity)
    price = price_text(opportunity)
    return OpportunityPage(
        id=opportunity.id,
        title=opportunity.title,
        kind=opportunity.kind.value,
        kind_label=KIND[opportunity.kind],
        sample=opportunity.sample,
        presence=opportunity.presence.value,
        credits=credits_line(opportunity, at_most=4),
        price=price,
        free=price == "Free",
        provider=opportunity.provider_name,
        provider_path=f"/provider/{opportunity.provider}/",
        url=opportunity.url,
        read_on=day(opportunity.read_on),
        credit_until=day(until) if (until := credit_until(opportunity)) else None,
        crumbs=(("Browse", "/browse/"), (KINDS[opportunity.kind], f"/kind/{slug(opportunity.kind)}/")),
        facts=tuple(_facts(opportunity)),
        sessions=tuple(_session_row(opportunity, session) for session in sorted(opportunity.sessions, key=_by_date)),
        counts=counted.table,
        acceptance=counted.acceptance,
        counts_line=counted.line,
        claim=provider.claim if provider else None,
        conflicts=tuple(_conflicts(opportunity)),
        evidence=_evidence(opportunity),
        listings=tuple(
            ReadingRow(listing.url, listing.source_name, day(listing.read_on), listing.presence.value)
            for listing in opportunity.listings
        ),
        calendar=f"/o/{opportunity.id}/event.ics" if opportunity.sessions else None,
        structured=opportunity_data(opportunity, settings),
        description=describe(opportunity),
        index_words=" ".join((*opportunity.keywords, *(topics()[view.topic].label for view in opportunity.topics))),
        index_filters=tuple(_filters(opportunity, counted)),
        index_sorts=_sorts(opportunity),
        index_when=_index_when(opportunity),
    )


def _conflicts(opportunity: OpportunityView) -> Iterator[ConflictRow]:
    """Each disagreement with its field and sources by name; ``credits:pace`` is the credit of one unit."""
    names = {listing.source: listing.source_name for listing in opportunity.listings}
    for found in opportunity.conflicts:
        field, _, part = found.field.partition(":")
        unit = f", {UNIT[CreditUnit(part)]}" if part in set(CreditUnit) else ""
        values = tuple((names.get(source, source), value) for source, value in found.values)
        yield ConflictRow(FIELD.get(field, field) + unit, values)


def _by_date(session: SessionView) -> tuple[object, ...]:
    return (session.local_date, session.local_time is not None, session.local_time or session.key, session.key)


def _facts(opportunity: OpportunityView) -> Iterator[Fact]:
    """The facts in their fixed order: the first five always stand there, the others where a page states them."""
    yield Fact("Credit", tuple(_credit_lines(opportunity)))
    yield Fact("Price", tuple(_offer_lines(opportunity)))
    yield Fact("Format", _lines(_format_line(opportunity)))
    yield Fact("Length", _lines(minutes_text(opportunity.duration)))
    yield Fact("Topics", tuple(_topic_lines(opportunity)))
    optional = (
        ("Credit good through", day(expires) if (expires := credit_until(opportunity)) else None),
        ("Place", place_text(opportunity.place) if opportunity.place else None),
        ("Level", opportunity.level),
        ("Who it is for", opportunity.audience),
        ("Course number", opportunity.course_number),
        ("Language", opportunity.language),
        ("Captions", CAPTIONS[opportunity.captions] if opportunity.captions else None),
        ("Available from", day(opportunity.available_from) if opportunity.available_from else None),
        ("Available through", day(opportunity.available_through) if opportunity.available_through else None),
        ("Apply by", day(opportunity.apply_by) if opportunity.apply_by else None),
        ("Claim credit by", day(opportunity.claim_by) if opportunity.claim_by else None),
        ("Retired on", day(opportunity.retired_on) if opportunity.retired_on else None),
        ("Needed before", "; ".join(opportunity.prerequisites) or None),
        ("Leads to", "; ".join(opportunity.leads_to) or None),
    )
    yield from (Fact(label, _lines(text)) for label, text in optional if text is not None)


def _lines(text: str | None) -> tuple[Line, ...]:
    return () if text is None else (Line(text),)


def _credit_lines(opportunity: OpportunityView) -> Iterator[Line]:
    seen: set[tuple[str, str | None]] = set()
    for credit in opportunity.credits:
        notes = [
            credit.subject,
            "at most" if credit.upper_bound else None,
            "approval still pending" if credit.provisional else None,
            f"approval {credit.approval_number}" if credit.approval_number else None,
            f"approved through {day(credit.approved_through)}" if credit.approved_through else None,
        ]
        note = ", ".join(note for note in notes if note) or None
        text = credit_text(credit.thousandths, credit.unit)
        if (text, note) not in seen:
            seen.add((text, note))
            yield Line(text, f"/credit/{slug(credit.unit)}/", note)


def _offer_lines(opportunity: OpportunityView) -> Iterator[Line]:
    seen: set[tuple[str, str | None]] = set()
    names = {listing.source: listing.source_name for listing in opportunity.listings}
    several = len({offer.source for offer in opportunity.offers}) > 1
    for offer in opportunity.offers:
        label = offer_audience(offer)
        notes = [
            f"at {names.get(offer.source, offer.source)}" if several else None,
            "to apply" if offer.scope == "application" else None,
            f"from {day(offer.starts_on)}" if offer.starts_on else None,
            f"through {day(offer.through)}" if offer.through else None,
        ]
        note = ", ".join(note for note in notes if note) or None
        text = f"{label}: {offer_text(offer)}"
        if (text, note) not in seen:
            seen.add((text, note))
            yield Line(text, None, note)


def _format_line(opportunity: OpportunityView) -> str | None:
    stated = {session.delivery for session in opportunity.sessions} - {None, opportunity.delivery}
    others = [DELIVERY[delivery] for delivery in sorted(stated, key=str) if delivery]
    return "; ".join(text for text in (format_text(opportunity), *others) if text) or None


def _topic_lines(opportunity: OpportunityView) -> Iterator[Line]:
    for view in opportunity.topics:
        label, path = topics()[view.topic].label, f"/topic/{slug(view.topic)}/"
        yield Line(label, path, TOPIC_ORIGIN[view.origin], view.origin is TopicOrigin.GUESSED)


def _session_row(opportunity: OpportunityView, session: SessionView) -> SessionRow:
    delivery = session.delivery or opportunity.delivery
    notes = [
        place_text(session.place) if session.place else None,
        DELIVERY[delivery] if session.delivery and delivery else None,
        f"register by {day(session.registration_deadline)}" if session.registration_deadline else None,
        f"{session.seats_left} seats left when read" if session.seats_left is not None else None,
        "the page names no year; we took the next one" if session.year_inferred else None,
        "the page's weekday and date disagree" if session.weekday_conflict else None,
    ]
    shown = None if session.status is SessionStatus.SCHEDULED else SESSION_STATUS[session.status]
    closed = session.status in {SessionStatus.CANCELLED, SessionStatus.FULL, SessionStatus.POSTPONED}
    return SessionRow(
        days=session_days(session),
        time=session_time(session),
        starts_at=session.starts_at.isoformat() if session.starts_at else None,
        ends_on=session.last_day.isoformat(),
        status=shown,
        closed=closed,
        notes=tuple(note for note in notes if note),
    )


def _evidence(opportunity: OpportunityView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every quotation by field, once each: the fields' own, then those of credits, prices and dates."""
    groups: dict[str, dict[str, None]] = {}
    parts = (
        *(("credits", part.evidence) for part in opportunity.credits),
        *(("offers", part.evidence) for part in opportunity.offers),
        *(("sessions", part.evidence) for part in opportunity.sessions),
        *(("topics", part.evidence) for part in opportunity.topics),
    )
    for field, quotes in (*opportunity.evidence.items(), *parts):
        group = groups.setdefault(FIELD.get(field, field), {})
        for quote in quotes:
            if quote.text:
                group[quote.text] = None
    return tuple((label, tuple(quotes)) for label, quotes in groups.items() if quotes)


def _filters(opportunity: OpportunityView, counted: Counted) -> Iterator[tuple[str, str]]:
    """Search filters beside kind and provider, in the words of the screen."""
    yield from (("counts", name) for name in counted.names)
    yield "price", price_of(opportunity).value
    units = {credit.unit for credit in opportunity.credits}
    yield from (("credit", UNIT[unit]) for unit in UNIT if unit in units)
    found = {opportunity.delivery, *(session.delivery for session in opportunity.sessions)}
    yield from (("format", DELIVERY[delivery]) for delivery in DELIVERY if delivery in found)
    minutes = most_minutes(opportunity)
    if minutes is not None:
        limits = ((15, "15 minutes or less"), (30, "15 to 30 minutes"), (60, "30 to 60 minutes"))
        yield "length", next((label for limit, label in limits if minutes <= limit), "Over an hour")
    yield from (("topic", topics()[view.topic].label) for view in opportunity.topics)
    yield from (("month", month) for month in sorted({f"{s.local_date:%Y-%m}" for s in opportunity.sessions}))
    yield from (("when", word) for word in OFF_HOURS if any(OFF_HOURS[word](s) for s in opportunity.sessions))
    until = credit_until(opportunity)
    years = range(opportunity.read_on.year, until.year + 1) if until else ()
    yield from (("good", str(year)) for year in years)
    yield from (("state", label) for _slug, label in states_of(opportunity))
    if opportunity.level:
        yield "level", opportunity.level
    yield from (("captions", label) for _slug, label in captions_of(opportunity))


def _sorts(opportunity: OpportunityView) -> tuple[tuple[str, int], ...]:
    """Every sort key on every page, as plain numbers; unknown sorts last."""
    price = public_price(opportunity)
    hours = [total for total in unit_totals(opportunity.credits).values() if total is not None]
    first = min((session.local_date for session in opportunity.sessions), default=None)
    expires = credit_until(opportunity)
    return (
        ("date", int(first.strftime("%Y%m%d")) if first else FAR),
        ("price", price[0] if price else FAR),
        ("hours", max(hours, default=0)),
        ("expires", int(expires.strftime("%Y%m%d")) if expires else FAR),
    )


def _index_when(opportunity: OpportunityView) -> str | None:
    """A line for search results that holds on every day: how it is taken, or its dates."""
    if not opportunity.sessions:
        return format_text(opportunity)
    days = sorted({session.local_date for session in opportunity.sessions})
    first = min(opportunity.sessions, key=_by_date)
    if len(days) > 1:
        return f"{len(days)} dates, {day(days[0])} to {day(days[-1])}"
    start = f", {clock(first.local_time)}" if first.local_time else ""
    return session_days(first) + start + (f" {zone_name(first.zone)}" if first.zone and start else "")
