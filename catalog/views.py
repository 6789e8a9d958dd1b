"""What the other rooms read: opportunities as plain immutable values, free of the database.

A view is made by :mod:`catalog.queries` from the projection. Everything that is computed from *today* is a method that
takes the day; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from catalog.listing import (
    Audience,
    Captions,
    CreditUnit,
    Delivery,
    Evidence,
    Kind,
    Minutes,
    PackageCover,
    PackageEffect,
    Place,
    SessionStatus,
    Visibility,
)
from catalog.spool import Cause, Claim, DirectoryEntry, Finish


class Presence(StrEnum):
    """Whether the sources still publish it: one of the three axes, apart from a session's status and from expiry."""

    ACTIVE = "active"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"


class TopicOrigin(StrEnum):
    """Who says that an opportunity is about a topic. Only the first two may close a requirement."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class CreditView:
    """One credit: ``thousandths`` of ``unit``, or ``None`` where the amount is not stated."""

    thousandths: int | None
    unit: CreditUnit
    source: str
    subject: str | None = None
    topics: tuple[str, ...] = ()
    choice_group: str | None = None
    additive_group: str | None = None
    upper_bound: bool = False
    provisional: bool = False
    approval_number: str | None = None
    approved_through: date | None = None
    session_key: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferView:
    """A price for somebody at one source, in minor units."""

    audience: Audience
    minor: int | None
    currency: str | None
    source: str
    url: str
    organization: str | None = None
    per: str | None = None
    scope: str = "item"
    starts_on: date | None = None
    through: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionView:
    """One dated run. ``starts_at`` (aware, UTC) exists only when date, time and zone are all known."""

    key: str
    local_date: date
    source: str
    local_time: time | None = None
    end_date: date | None = None
    end_time: time | None = None
    zone: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: Place | None = None
    delivery: Delivery | None = None
    status: SessionStatus = SessionStatus.SCHEDULED
    url: str | None = None
    registration_deadline: date | None = None
    seats_left: int | None = None
    year_inferred: bool = False
    weekday_conflict: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def last_day(self) -> date:
        """The day on which it ends, or the day it starts where no end is stated."""
        return self.end_date or self.local_date

    def is_open(self, today: date) -> bool:
        """Whether one could still attend: not past, not cancelled, not full, registration not over."""
        closed = {SessionStatus.CANCELLED, SessionStatus.FULL, SessionStatus.POSTPONED}
        deadline = self.registration_deadline
        return self.status not in closed and self.last_day >= today and (deadline is None or deadline >= today)


@dataclass(frozen=True, slots=True)
class TopicView:
    """That an opportunity is about a topic, who says so, and how sure a guess is (0 to 1)."""

    topic: str
    origin: TopicOrigin
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingReference:
    """One listing behind an opportunity."""

    id: str
    source: str
    source_name: str
    url: str
    presence: Presence
    read_on: date


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one field: ``(source id, value as text)`` each."""

    field: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpportunityView:
    """What a technician can take, made from one or more listings.

    ``read_on`` is the day on which the present facts were first read. ``evidence`` maps a field's name to the words it
    was read from. Amounts: credits in thousandths, money in minor units.
    """

    id: str
    kind: Kind
    title: str
    provider: str
    provider_name: str
    family: str
    url: str
    read_on: date
    presence: Presence = Presence.ACTIVE
    visibility: Visibility = Visibility.PUBLIC
    sample: bool = False
    keywords: tuple[str, ...] = ()
    course_number: str | None = None
    credits: tuple[CreditView, ...] = ()
    offers: tuple[OfferView, ...] = ()
    sessions: tuple[SessionView, ...] = ()
    topics: tuple[TopicView, ...] = ()
    delivery: Delivery | None = None
    duration: Minutes | None = None
    level: str | None = None
    audience: str | None = None
    language: str | None = None
    captions: Captions | None = None
    place: Place | None = None
    available_from: date | None = None
    available_through: date | None = None
    apply_by: date | None = None
    claim_by: date | None = None
    retired_on: date | None = None
    prerequisites: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    listings: tuple[ListingReference, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    @property
    def credit_expires(self) -> date | None:
        """The first day on which a credit's approval ends, or ``None`` where no end is stated."""
        return min((credit.approved_through for credit in self.credits if credit.approved_through), default=None)

    def open_sessions(self, today: date) -> tuple[SessionView, ...]:
        """Sessions one could still attend, soonest first."""
        if not self.sessions:
            return ()
        return tuple(sorted((s for s in self.sessions if s.is_open(today)), key=lambda s: (s.local_date, s.key)))

    def next_session(self, today: date) -> SessionView | None:
        """The soonest session one could still attend."""
        return next(iter(self.open_sessions(today)), None)

    def deadline(self, today: date) -> date | None:
        """The last day to register or apply, as far as one is stated: of its next open session, else its own."""
        following = self.next_session(today)
        return (following.registration_deadline if following else None) or self.apply_by

    def seats_left(self, today: date) -> int | None:
        """Seats left in its open sessions together; ``None`` where one of them does not say."""
        seats = [session.seats_left for session in self.open_sessions(today)]
        known = [count for count in seats if count is not None]
        return sum(known) if seats and len(known) == len(seats) else None

    def public_price(self, today: date) -> OfferView | None:
        """The lowest stated price that anybody may pay on a day; ``None`` where none is stated, never free for it."""
        offers = [
            offer
            for offer in self.offers
            if offer.audience is Audience.PUBLIC and offer.scope == "item" and offer.minor is not None
            if (offer.starts_on or today) <= today <= (offer.through or today)
        ]
        return min(offers, key=lambda offer: (offer.minor or 0, offer.source), default=None)

    def is_live(self, today: date) -> bool:
        """Whether it can still be taken on ``today``.

        An opportunity with sessions lives while one is open; one without lives until it is retired, no longer
        available, past its application day, or withdrawn by every source. An expired credit approval alone does not
        end a course: it ends its credit.
        """
        ends = (self.available_through, self.apply_by)
        over = any(end is not None and end < today for end in ends)
        retired = self.retired_on is not None and self.retired_on <= today
        if over or retired or self.presence is Presence.WITHDRAWN:
            return False
        return not self.sessions or bool(self.open_sessions(today))


@dataclass(frozen=True, slots=True)
class PackageView:
    """Bought once, makes many opportunities free or cheaper. Money in minor units, cap in thousandths of an hour."""

    id: str
    name: str
    source: str
    url: str
    covers: PackageCover
    effect: PackageEffect
    organization: str | None = None
    minor: int | None = None
    currency: str | None = None
    percent: int | None = None
    cap_thousandths: int | None = None
    days: int | None = None
    read_on: date | None = None
    evidence: tuple[Evidence, ...] = ()


class Happening(StrEnum):
    """What a change amounts to for a reader. ``REWORDED`` (the evidence alone) is no news; only a history has it."""

    NEW = "new"
    CHANGED = "changed"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class ProviderView:
    """Who publishes: with what is curated about it, and how many public opportunities the catalog has of it."""

    id: str
    name: str
    url: str | None = None
    claim: Claim | None = None
    directory: DirectoryEntry | None = None
    sample: bool = False
    sources: tuple[str, ...] = ()
    opportunities: int = 0


@dataclass(frozen=True, slots=True)
class SourceRunView:
    """How one source fared in one run. ``listings`` were read in full, ``seen`` stand on pages that answered that
    nothing changed, ``unasked`` on pages that were not due.

    ``complete`` tells whether the run may say that something is missing; ``None`` until that was decided.
    """

    run: str
    source: str
    started_at: datetime
    finish: Finish | None = None
    cause: Cause | None = None
    detail: str | None = None
    url: str | None = None
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    listings: int = 0
    seen: int = 0
    unasked: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    missing: int = 0
    withdrawn: int = 0
    returned: int = 0
    seconds: float = 0.0
    complete: bool | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: its facts, how the last run went (``health``), the runs before it (``history``, newest first).

    ``read_on`` is the day of the last run that was complete. Counts are of its listings by presence, and of the
    rejections that still stand.
    """

    id: str
    name: str
    provider: str
    provider_name: str
    family: str
    url: str
    spider: str
    proof: str
    enabled: bool
    sample: bool = False
    catalog_family: str | None = None
    priority: int = 50
    unseen: str | None = None
    claim: Claim | None = None
    directory: DirectoryEntry | None = None
    health: SourceRunView | None = None
    history: tuple[SourceRunView, ...] = ()
    read_on: date | None = None
    active: int = 0
    missing: int = 0
    withdrawn: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class RunView:
    """One nightly run. ``state`` is running, finished, failed, or interrupted (it was killed)."""

    id: str
    started_at: datetime
    state: str
    sample: bool = False
    ended_at: datetime | None = None
    sources: tuple[SourceRunView, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change of one field of one opportunity; ``before`` and ``after`` are plain text, ``None`` where unknown."""

    at: datetime
    run: str
    opportunity: str
    title: str
    listing: str
    source: str
    field: str
    what: Happening
    before: str | None = None
    after: str | None = None


def newest_first(changes: Iterable[ChangeView]) -> list[ChangeView]:
    """Changes in the order in which people read them."""
    return sorted(changes, key=lambda each: (-each.at.timestamp(), each.opportunity, each.listing, each.field))


@dataclass(frozen=True, slots=True)
class RejectionView:
    """Something that a page held and that failed validation. It stands until its page is read without it."""

    source: str
    url: str
    field: str
    reason: str
    at: datetime
    source_key: str | None = None
    first_at: datetime | None = None
    times: int = 1
    run: str | None = None
    resolved_at: datetime | None = None
