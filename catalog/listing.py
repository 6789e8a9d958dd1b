"""The listing: what one page of one source says about one thing.

This is the one shape that travels: a spider yields it, the spool carries it, the catalog keeps it, recorded pages are
compared with it, and `aliquot catalog import` reads it. Its JSON Schema is published (:func:`listing_schema`).

Conventions, everywhere in the house:

* money is integer **minor units** (cents) with an ISO 4217 currency, or ``None`` where the page names none;
* credits are integer **thousandths** of their unit (1.5 contact hours = 1500);
* a date without a time stays a ``date``; a local time without a known zone never becomes an instant;
* unknown is ``None``. It is never "no" and never 0.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

SCHEMA_VERSION = 1
EVIDENCE_LENGTH = 300
"""Quotations prove a fact; they are never the page. Longer ones are cut by the extractor."""

KEYWORDS_AT_MOST = 8
"""Words drawn from a summary. The summary itself is the provider's and is not kept."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=80)]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _without_controls(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("holds a control character")  # PostgreSQL keeps no NUL, and nobody reads the others
    return text


NoControls = AfterValidator(_without_controls)
PlainText = Annotated[str, NoControls]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400), NoControls]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000), NoControls]
"""Constraints stand before the look for control characters: behind it pydantic leaves the pattern out of the schema."""

MOST_MINOR = 100_000_000
MOST_THOUSANDTHS = 10_000_000
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Kind(StrEnum):
    """The eight kinds of opportunity."""

    COURSE = "course"
    WEBINAR = "webinar"
    WORKSHOP = "workshop"
    CONFERENCE = "conference"
    CERTIFICATE = "certificate"
    DEGREE = "degree"
    IN_SERVICE = "in_service"
    INVOLVEMENT = "involvement"


class CreditUnit(StrEnum):
    """What a credit is counted in. ``UNSTATED`` is "1 CE": an amount whose unit the page does not name."""

    PACE = "pace"
    CMLE = "cmle"
    CME = "cme"
    ACCENT = "accent"
    FLORIDA = "florida"
    CALIFORNIA = "california"
    CEU = "ceu"
    CONTACT_HOUR = "contact_hour"
    CSMLS_PEP = "csmls_pep"
    CSMLS_CPS = "csmls_cps"
    SEMESTER_HOUR = "semester_hour"
    QUARTER_HOUR = "quarter_hour"
    CLOCK_HOUR = "clock_hour"
    CMP_POINT = "cmp_point"
    CCP_POINT = "ccp_point"
    UNSTATED = "unstated"


class Audience(StrEnum):
    """Who pays a price."""

    PUBLIC = "public"
    MEMBER = "member"
    EARLY = "early"
    STUDENT = "student"
    CLIENT = "client"
    EMPLOYEE = "employee"
    OTHER = "other"


class Delivery(StrEnum):
    """How it is taken. ``ONLINE`` is a page that says online and not whether live or on demand."""

    ON_DEMAND = "on_demand"
    LIVE_ONLINE = "live_online"
    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"


class Captions(StrEnum):
    """What of the spoken words can be read. ``NONE`` is a page that says there is neither."""

    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    CAPTIONS_AND_TRANSCRIPT = "captions_and_transcript"
    NONE = "none"


class SessionStatus(StrEnum):
    """The state of one dated run. *Expired* is not among them: it is computed from a date, never stored."""

    SCHEDULED = "scheduled"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    FULL = "full"


class Visibility(StrEnum):
    """A private listing is an employer's own; it never reaches the site or an export."""

    PUBLIC = "public"
    PRIVATE = "private"


class PackageEffect(StrEnum):
    """What a package does to the price of what it covers."""

    FREE = "free"
    PERCENT = "percent"
    MEMBER_PRICE = "member_price"


class Frozen(BaseModel):
    """Immutable, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """The words a value was read from, and where on the page they stood.

    ``where`` begins with the way of reading: ``label:Price``, ``json-ld:offers[0].price``, ``ics:DTSTART``,
    ``sheet:row 4, Hours``, ``url``, ``source`` (the source's own TOML).
    """

    text: Annotated[str, StringConstraints(max_length=EVIDENCE_LENGTH)]
    where: Annotated[str, StringConstraints(min_length=1, max_length=120)]


Value = TypeVar("Value")


class Stated(Frozen, Generic[Value]):
    """One value that a page states, with its evidence."""

    value: Value
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class CreditStatement(Frozen):
    """One credit that the page offers.

    ``thousandths`` is ``None`` where only the type is named ("P.A.C.E. CE"). Statements that share a ``choice_group``
    are alternatives ("CME or CMLE") and are never summed; only those that share an ``additive_group`` are.
    """

    thousandths: int | None = Field(default=None, ge=0, le=MOST_THOUSANDTHS)
    unit: CreditUnit
    subject: ShortText | None = None
    choice_group: PlainText | None = None
    additive_group: PlainText | None = None
    upper_bound: bool = False
    provisional: bool = False
    approval_number: ShortText | None = None
    approved_through: date | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class OfferStatement(Frozen):
    """A price for somebody. ``minor`` 0 is stated as free; ``None`` is a price that is mentioned and not named."""

    audience: Audience = Audience.PUBLIC
    organization: ShortText | None = None
    minor: int | None = Field(default=None, ge=0, le=MOST_MINOR)
    currency: Currency | None = None
    per: ShortText | None = None
    scope: str = "item"
    starts_on: date | None = None
    through: date | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @field_validator("scope")
    @classmethod
    def _scope_is_known(cls, scope: str) -> str:
        if scope not in {"item", "application"}:
            raise ValueError(f"scope is 'item' or 'application', not {scope!r}; a bundle is a package")
        return scope

    @model_validator(mode="after")
    def _an_amount_has_a_currency(self) -> Self:
        if self.minor and self.currency is None:
            raise ValueError("an amount other than free needs a currency")
        return self


class PackageCover(Frozen):
    """Which opportunities a package covers: every field that is set must match."""

    family: Identifier | None = None
    source: Identifier | None = None
    kinds: tuple[Kind, ...] = ()
    units: tuple[CreditUnit, ...] = ()
    topics: tuple[Identifier, ...] = ()


class PackageStatement(Frozen):
    """Bought once, makes many opportunities free or cheaper: a subscription, "up to 8 hours for $50", a membership."""

    key: Identifier
    name: ShortText
    organization: ShortText | None = None
    minor: int | None = Field(default=None, ge=0, le=MOST_MINOR)
    currency: Currency | None = None
    covers: PackageCover
    effect: PackageEffect = PackageEffect.FREE
    percent: int | None = Field(default=None, ge=0, le=100)
    cap_thousandths: int | None = Field(
        default=None, gt=0, le=MOST_THOUSANDTHS, description="contact hours it covers, in thousandths"
    )
    days: int | None = Field(default=None, gt=0, le=100_000, description="days of access after purchase")
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Place(Frozen):
    """Where something happens, as far as the page says."""

    text: ShortText
    city: ShortText | None = None
    region: ShortText | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


class SessionStatement(Frozen):
    """One dated run. ``key`` tells it from its siblings (a UID, a course-instance id, or the start day)."""

    key: ShortText
    local_date: date
    local_time: time | None = None
    end_date: date | None = None
    end_time: time | None = None
    zone: PlainText | None = Field(default=None, description="IANA name; None where the page names none")
    place: Place | None = None
    delivery: Delivery | None = None
    status: SessionStatus = SessionStatus.SCHEDULED
    url: HttpUrl | None = None
    registration_deadline: date | None = None
    seats_left: int | None = Field(default=None, ge=0, le=1_000_000)
    year_inferred: bool = False
    weekday_conflict: bool = False
    credits: tuple[CreditStatement, ...] = ()
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_date is not None and self.end_date < self.local_date:
            raise ValueError(f"ends on {self.end_date}, before it starts on {self.local_date}")
        return self


class Minutes(Frozen):
    """A length of instruction or effort in minutes; equal where the page gives one figure."""

    at_least: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    at_most: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class Listing(Frozen):
    """What one page of one source says about one thing. See the module's conventions for units."""

    schema_version: int = SCHEMA_VERSION
    source: Identifier
    family: Identifier
    source_key: Annotated[PlainText, StringConstraints(min_length=1, max_length=500)]
    provider: Identifier
    url: HttpUrl
    visibility: Visibility = Visibility.PUBLIC
    sample: bool = False
    fetched_at: AwareDatetime

    kind: Stated[Kind]
    title: Stated[ShortText]
    keywords: tuple[Annotated[str, StringConstraints(min_length=2, max_length=60)], ...] = Field(
        default=(), max_length=KEYWORDS_AT_MOST
    )
    course_number: Stated[ShortText] | None = None
    subjects: tuple[Stated[ShortText], ...] = Field(default=(), description="topics in the provider's own words")
    credits: tuple[CreditStatement, ...] = ()
    offers: tuple[OfferStatement, ...] = ()
    packages: tuple[PackageStatement, ...] = ()
    sessions: tuple[SessionStatement, ...] = ()
    delivery: Stated[Delivery] | None = None
    duration: Stated[Minutes] | None = None
    level: Stated[ShortText] | None = None
    audience: Stated[ShortText] | None = None
    language: Stated[ShortText] | None = None
    captions: Stated[Captions] | None = None
    place: Stated[Place] | None = None
    available_from: Stated[date] | None = None
    available_through: Stated[date] | None = None
    apply_by: Stated[date] | None = None
    claim_by: Stated[date] | None = None
    retired_on: Stated[date] | None = None
    prerequisites: tuple[Stated[ShortText], ...] = ()
    leads_to: tuple[Stated[ShortText], ...] = ()

    @property
    def id(self) -> str:
        """Identity of the listing: stable under any change of title, price, date or crawl order."""
        return listing_id(self.family, self.source_key)

    def payload(self) -> dict[str, Any]:
        """The JSON object that is stored: everything but the moment it was read."""
        return self.model_dump(mode="json", exclude={"fetched_at"}, exclude_defaults=False)

    def content_hash(self) -> str:
        """Hash of :meth:`payload`, the same on every machine. Two equal hashes say that nothing changed."""
        canonical = json.dumps(self.payload(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def listing_id(family: str, source_key: str) -> str:
    """The letter l and twelve hexadecimal digits, from the source family and the provider's own key.

    Where a provider has no key of its own, the key is the canonical URL and what tells its sessions or years apart.
    """
    return "l" + hashlib.sha256(f"{family}\x1f{source_key}".encode()).hexdigest()[:12]


def read_listing(payload: dict[str, Any], fetched_at: datetime) -> Listing:
    """Rebuild a listing from :meth:`Listing.payload` and the moment it was read.

    Raises ``pydantic.ValidationError`` where the payload does not fit the schema.
    """
    return Listing.model_validate({**payload, "fetched_at": fetched_at})


def listing_schema() -> dict[str, Any]:
    """The published JSON Schema of a listing."""
    return Listing.model_json_schema()
