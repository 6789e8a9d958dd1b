"""The tables.

Three layers, each made from the one above it and never the other way round:

* what was **read**: ``Listing`` rows with their versions, pages, rejections, runs. Nothing here is ever deleted, but by
  ``forget`` on a provider's request;
* what people **see**: opportunities with their sessions, credits, offers, packages, topics and aliases. A pure function
  of the first layer and of the curation, recomputed for what changed (:mod:`catalog.projection`);
* what **happened**: one ``Change`` a field, with both values.

Instants are :class:`catalog.columns.UTCDateTime`; money is integer minor units; credits are integer thousandths.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.columns import UTCDateTime, Word
from catalog.listing import Audience, Captions, CreditUnit, Delivery, Kind, PackageEffect, SessionStatus, Visibility
from catalog.spool import Cause, Finish
from catalog.views import Happening, Presence, TopicOrigin

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


JSON = sa.JSON(none_as_null=True)


class RunState(StrEnum):
    """Where a run stands. ``INTERRUPTED`` is found by the next run: its process was killed."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Subject(StrEnum):
    """What a change is about: a listing, or a credential's rule."""

    LISTING = "listing"
    RULE = "rule"


class Row(SQLModel):
    """The base of every table; it only holds the metadata with its naming of constraints."""

    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=NAMING)


def table(model: type[Row]) -> sa.Table:
    """The Core table of a model, for statements in bulk."""
    return Row.metadata.tables[str(model.__tablename__)]


# --- who publishes ----------------------------------------------------------------------------------------------------


class Provider(Row, table=True):
    """Who publishes."""

    __tablename__ = "provider"

    id: str = Field(primary_key=True)
    name: str


class Source(Row, table=True):
    """One place that publishes.

    ``facts`` is the whole :class:`catalog.spool.SourceFacts`; ``listed`` falls when its TOML is gone.
    """

    __tablename__ = "source"

    id: str = Field(primary_key=True)
    provider: str = Field(foreign_key="provider.id", index=True)
    name: str
    family: str
    catalog_family: str | None = None
    priority: int
    sample: bool
    enabled: bool
    listed: bool
    facts: dict[str, Any] = Field(sa_type=JSON)


class Forgotten(Row, table=True):
    """A provider that asked to be removed. Its listings are gone, and what a crawl brings of it is turned away."""

    __tablename__ = "forgotten"

    provider: str = Field(primary_key=True)
    forgotten_at: datetime = Field(sa_type=UTCDateTime)
    reason: str


# --- what was read ----------------------------------------------------------------------------------------------------


class Run(Row, table=True):
    """One nightly run. ``spool_offset`` is how many bytes of its spool are recorded, so that a killed run can go on."""

    __tablename__ = "run"

    id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    state: RunState = Field(sa_type=Word(RunState))
    sample: bool
    spool_offset: int = Field(default=0, sa_type=sa.BigInteger)


class SourceRun(Row, table=True):
    """How one source fared in one run.

    ``brought`` is how many of its listings were read or seen, or were ``unasked``, their page not being due. Only a
    ``complete`` run may say that something is gone.
    """

    __tablename__ = "source_run"

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    source: str = Field(primary_key=True, foreign_key="source.id", index=True)
    finish: Finish | None = Field(default=None, sa_type=Word(Finish))
    cause: Cause | None = Field(default=None, sa_type=Word(Cause))
    detail: str | None = None
    url: str | None = None
    requests: int = 0
    not_modified: int = 0
    bytes: int = Field(default=0, sa_type=sa.BigInteger)
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
    brought: int | None = None
    complete: bool | None = None
    seconds: float = 0.0
    statuses: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    coverage: dict[str, dict[str, int]] = Field(default_factory=dict, sa_type=JSON)


class ListingRecord(Row, table=True):
    """The present state of a listing.

    ``changed_at`` is when the present payload was first read, ``seen_run`` the last run that met it, ``held_run`` the
    last run that met its page and could not or need not read it (which is no absence). ``stale`` asks for a new
    projection and is set in the same transaction as what made it so. ``line_hash`` is of the spool's line that brought
    the payload.
    """

    __tablename__ = "listing"
    __table_args__ = (
        sa.Index("ix_listing_source_seen_run", "source", "seen_run"),
        sa.Index("ix_listing_stale", "stale", sqlite_where=sa.text("stale"), postgresql_where=sa.text("stale")),
    )

    id: str = Field(primary_key=True)
    source: str = Field(foreign_key="source.id")
    source_key: str
    provider: str = Field(index=True)
    url: str
    address: str = Field(index=True)
    visibility: Visibility = Field(sa_type=Word(Visibility))
    sample: bool
    presence: Presence = Field(sa_type=Word(Presence))
    missed_runs: int
    missing_since: date | None = None
    payload: dict[str, Any] = Field(sa_type=JSON)
    content_hash: str
    first_read_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    seen_run: str
    held_run: str | None = None
    stale: bool
    line_hash: str | None = Field(default=None, index=True)


class ListingVersion(Row, table=True):
    """One distinct payload of a listing, and when it was first read."""

    __tablename__ = "listing_version"

    listing_id: str = Field(primary_key=True, foreign_key="listing.id")
    content_hash: str = Field(primary_key=True)
    payload: dict[str, Any] = Field(sa_type=JSON)
    first_read_at: datetime = Field(sa_type=UTCDateTime)
    run_id: str


class Page(Row, table=True):
    """What to remember of a page for the next conditional request, what it showed, and what of it was rejected.

    ``fetched_at`` is when it was last read, ``asked_at`` when it was last asked for, also where it answered 304.
    """

    __tablename__ = "page"

    source: str = Field(primary_key=True, foreign_key="source.id")
    url: str = Field(primary_key=True)
    etag: str | None = None
    last_modified: str | None = None
    extractor_hash: str
    source_keys: list[str] = Field(sa_type=JSON)
    followed_links: list[str] = Field(sa_type=JSON)
    rejections: list[dict[str, str | None]] = Field(default_factory=list, sa_type=JSON)
    fetched_at: datetime = Field(sa_type=UTCDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    run_id: str


class Rejection(Row, table=True):
    """What failed validation. ``id`` is a hash of what it is, so that a night that repeats it adds to ``times``."""

    __tablename__ = "rejection"

    id: str = Field(primary_key=True)
    source: str = Field(foreign_key="source.id", index=True)
    url: str
    source_key: str | None = None
    field: str
    reason: str
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)
    run_id: str
    times: int
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Link(Row, table=True):
    """What the link check knows of an address: dead after four failures in a row, alive again after one success."""

    __tablename__ = "link"

    url: str = Field(primary_key=True)
    failures: int
    checked_at: datetime = Field(sa_type=UTCDateTime)
    status: int | None = None
    detail: str | None = None
    dead_since: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RulePage(Row, table=True):
    """A page that a rule was read from: hashes of its passages on renewal, and when they were first seen to change."""

    __tablename__ = "rule_page"

    url: str = Field(primary_key=True)
    checked_at: datetime = Field(sa_type=UTCDateTime)
    passages: list[str] = Field(sa_type=JSON)
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    quotes: list[str] = Field(sa_type=JSON)
    detail: str | None = None


# --- what happened ----------------------------------------------------------------------------------------------------


class Change(Row, table=True):
    """One field of one listing (or of one credential's rule) that changed.

    ``before`` and ``after`` are whole JSON values, so that history replays to the present.
    """

    __tablename__ = "change"
    __table_args__ = (sa.Index("ix_change_subject_kind_subject", "subject_kind", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    subject_kind: Subject = Field(sa_type=Word(Subject))
    subject: str
    source: str | None = None
    field: str
    what: Happening | None = Field(default=None, sa_type=Word(Happening))
    before: Any = Field(default=None, sa_type=JSON, nullable=True)
    after: Any = Field(default=None, sa_type=JSON, nullable=True)


class RuleVersion(Row, table=True):
    """One distinct text of a credential's rules, and when this catalog first met it."""

    __tablename__ = "rule_version"

    credential: str = Field(primary_key=True)
    content_hash: str = Field(primary_key=True)
    payload: dict[str, Any] = Field(sa_type=JSON)
    first_read_at: datetime = Field(sa_type=UTCDateTime)
    current: bool


# --- what people see --------------------------------------------------------------------------------------------------


class IdentityKey(Row, table=True):
    """A key under which a listing is compared with others; listings that share none are never compared."""

    __tablename__ = "identity_key"

    key: str = Field(primary_key=True)
    listing_id: str = Field(primary_key=True, foreign_key="listing.id", index=True)


class Opportunity(Row, table=True):
    """What a technician can take. ``hidden`` is a curator's decision; ``guess_hash`` covers the guessed topics."""

    __tablename__ = "opportunity"

    id: str = Field(primary_key=True)
    kind: Kind = Field(sa_type=Word(Kind))
    title: str
    provider: str = Field(index=True)
    family: str
    url: str
    read_on: date
    presence: Presence = Field(sa_type=Word(Presence))
    visibility: Visibility = Field(sa_type=Word(Visibility))
    sample: bool
    hidden: bool
    keywords: list[str] = Field(sa_type=JSON)
    course_number: str | None = None
    delivery: Delivery | None = Field(default=None, sa_type=Word(Delivery))
    duration: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    level: str | None = None
    audience: str | None = None
    language: str | None = None
    captions: Captions | None = Field(default=None, sa_type=Word(Captions))
    place: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    available_from: date | None = None
    available_through: date | None = None
    apply_by: date | None = None
    claim_by: date | None = None
    retired_on: date | None = None
    prerequisites: list[str] = Field(sa_type=JSON)
    leads_to: list[str] = Field(sa_type=JSON)
    conflicts: list[Any] = Field(sa_type=JSON)
    evidence: dict[str, Any] = Field(sa_type=JSON)
    content_hash: str
    guess_hash: str


class OpportunityListing(Row, table=True):
    """Which listings an opportunity is made from, in order; a listing belongs to one opportunity."""

    __tablename__ = "opportunity_listing"

    listing_id: str = Field(primary_key=True, foreign_key="listing.id")
    opportunity_id: str = Field(foreign_key="opportunity.id", index=True)
    position: int
    reason: str


class ScheduledSession(Row, table=True):
    """One dated run of an opportunity. ``starts_at`` exists only when date, time and zone are known."""

    __tablename__ = "scheduled_session"

    opportunity_id: str = Field(primary_key=True, foreign_key="opportunity.id")
    position: int = Field(primary_key=True)
    key: str
    source: str
    local_date: date = Field(index=True)
    local_time: time | None = None
    end_date: date | None = None
    end_time: time | None = None
    zone: str | None = None
    starts_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    place: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    delivery: Delivery | None = Field(default=None, sa_type=Word(Delivery))
    status: SessionStatus = Field(sa_type=Word(SessionStatus))
    url: str | None = None
    registration_deadline: date | None = None
    seats_left: int | None = None
    year_inferred: bool
    weekday_conflict: bool
    evidence: list[Any] = Field(sa_type=JSON)


class Credit(Row, table=True):
    """One credit, of the opportunity or (``session_key``) of one of its sessions, as one source states it."""

    __tablename__ = "credit"

    opportunity_id: str = Field(primary_key=True, foreign_key="opportunity.id")
    position: int = Field(primary_key=True)
    thousandths: int | None = None
    unit: CreditUnit = Field(sa_type=Word(CreditUnit))
    source: str
    subject: str | None = None
    topics: list[str] = Field(sa_type=JSON)
    choice_group: str | None = None
    additive_group: str | None = None
    upper_bound: bool
    provisional: bool
    approval_number: str | None = None
    approved_through: date | None = Field(default=None, index=True)
    session_key: str | None = None
    evidence: list[Any] = Field(sa_type=JSON)


class Offer(Row, table=True):
    """A price for somebody at one source."""

    __tablename__ = "offer"

    opportunity_id: str = Field(primary_key=True, foreign_key="opportunity.id")
    position: int = Field(primary_key=True)
    audience: Audience = Field(sa_type=Word(Audience))
    minor: int | None = None
    currency: str | None = None
    source: str
    url: str
    organization: str | None = None
    per: str | None = None
    scope: str
    starts_on: date | None = None
    through: date | None = None
    evidence: list[Any] = Field(sa_type=JSON)


class PackageStatementRow(Row, table=True):
    """A package as one listing states it: many pages of a shop name the same subscription."""

    __tablename__ = "package_statement"

    package_id: str = Field(primary_key=True)
    listing_id: str = Field(primary_key=True, foreign_key="listing.id", index=True)
    statement: dict[str, Any] = Field(sa_type=JSON)
    statement_hash: str


class Package(Row, table=True):
    """Bought once, makes many opportunities free or cheaper: what most of the listings that name it say of it."""

    __tablename__ = "package"

    id: str = Field(primary_key=True)
    source: str
    url: str
    name: str
    visibility: Visibility = Field(sa_type=Word(Visibility))
    sample: bool
    covers: dict[str, Any] = Field(sa_type=JSON)
    effect: PackageEffect = Field(sa_type=Word(PackageEffect))
    organization: str | None = None
    minor: int | None = None
    currency: str | None = None
    percent: int | None = None
    cap_thousandths: int | None = None
    days: int | None = None
    read_on: date
    evidence: list[Any] = Field(sa_type=JSON)


class TopicAssignment(Row, table=True):
    """That an opportunity is about a topic, and who says so. Guesses stand beside what is stated."""

    __tablename__ = "topic_assignment"

    opportunity_id: str = Field(primary_key=True, foreign_key="opportunity.id")
    topic: str = Field(primary_key=True)
    origin: TopicOrigin = Field(primary_key=True, sa_type=Word(TopicOrigin))
    confidence: float | None = None
    evidence: list[Any] = Field(sa_type=JSON)


class Alias(Row, table=True):
    """An id that an opportunity had, or would have alone; it still leads there."""

    __tablename__ = "alias"

    id: str = Field(primary_key=True)
    opportunity_id: str = Field(foreign_key="opportunity.id", index=True)


class Memory(Row, table=True):
    """A small fact about the catalog itself: what the last projection was made with."""

    __tablename__ = "memory"

    name: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=JSON, nullable=True)
