"""A profile: what one technician holds, has done, likes and can spend. One readable, versioned file, TOML or JSON.

Nothing in it identifies anybody: no account, no license number. A key that is not known is an error that names the
nearest known one. Amounts are plain numbers in the file and thousandths in memory.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import available_timezones

import tomlkit
from pydantic import Field, StringConstraints, field_validator, model_validator

from catalog.errors import BadInputError
from catalog.listing import Currency, Delivery, Frozen, Identifier
from recommend.amounts import Amount
from recommend.credential import ANY_TOPIC, Topic, TopicOrAny, Unit
from recommend.documents import DocumentError, WallTime, nearest, parse_document, read_document, validate
from recommend.transcript import EarnedCredit, TranscriptError, read_transcript

PROFILE_VERSION: Final = 1
DAYS_BEFORE_DEADLINE = 30
"""Plans end so many days before the deadline unless told otherwise: ASCP asks to file a month ahead."""

SAMPLE = Path(__file__).with_name("sample_profile.toml")
PLACEHOLDER = re.compile(r"\{\{anchor([+-]\d+)d\|([^}]+)\}\}")

PRIVATE = (
    "interests",
    "topics",
    "liked",
    "disliked",
    "budget",
    "memberships",
    "subscriptions",
    "formats",
    "free_times",
    "longest_minutes",
    "levels",
    "home",
    "goal",
    "goal_topic",
    "employer_pays",
)
"""What is nobody's business but one's own."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Dollars = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
"""An amount in major units of its currency: ``120.00``."""


class ProfileError(BadInputError):
    """A profile that cannot be used; names file, line where known, field and reason, one line a problem."""


class HoldingStatus(StrEnum):
    """How a credential is held. Leave may not move a deadline; voluntary certification owes nothing by force."""

    ACTIVE = "active"
    VOLUNTARY = "voluntary"
    ON_LEAVE = "on_leave"
    EXPIRED = "expired"


class Level(StrEnum):
    """How much is taken for known: the three levels of instruction that P.A.C.E. providers state."""

    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Opening(Frozen):
    """What was done before the transcript begins: totals by requirement are enough.

    ``total`` counts everything, ``by_requirement`` is the part of it whose category is known.
    """

    total: Amount
    by_requirement: dict[Identifier, Amount] = Field(default_factory=dict)
    about: bool = False

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> Self:
        if sum(self.by_requirement.values()) > self.total:
            raise ValueError("the categories of by_requirement add up to more than the total")
        return self


class Held(Frozen):
    """One credential that is held.

    The renewal period is ``cycle_start`` to ``cycle_end`` (its last day); where only ``certified_on`` is given it is
    reckoned from the rule. ``own_total`` and ``own_requirements`` enter figures that nobody found ("check with the
    board"), in the credential's own unit.
    """

    id: Identifier
    status: HoldingStatus = HoldingStatus.ACTIVE
    certified_on: date | None = None
    cycle_start: date | None = None
    cycle_end: date | None = None
    first_cycle: bool = False
    specialties: tuple[Topic, ...] = ()
    new_specialties: tuple[Topic, ...] = ()
    own_total: Amount | None = None
    own_requirements: dict[Identifier, Amount] = Field(default_factory=dict)
    opening: Opening | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.cycle_start and self.cycle_end and self.cycle_end <= self.cycle_start:
            raise ValueError(f"cycle_end {self.cycle_end} is not after cycle_start {self.cycle_start}")
        return self


class TargetPart(Frozen):
    """One category of an own target. No topics means any."""

    id: Identifier
    label: Words
    needed: Amount
    topics: tuple[TopicOrAny, ...] = (ANY_TOPIC,)


class Target(Frozen):
    """My own target: for Canada, an employer, or a state that we do not know."""

    id: Identifier
    name: Words
    unit: Unit = Unit.HOURS
    total: Amount
    starts_on: date
    due_on: date
    parts: tuple[TargetPart, ...] = ()
    opening: Opening | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.due_on <= self.starts_on:
            raise ValueError(f"due_on {self.due_on} is not after starts_on {self.starts_on}")
        if sum(part.needed for part in self.parts) > self.total:
            raise ValueError("the parts add up to more than the total")
        return self


class CheckedFigure(Frozen):
    """A rule's figure that the technician looked up: "I checked" (no value) or "change it" (a value).

    ``figure`` is the credential's id, a dot and the figure's path, as ``aliquot rules show`` prints it.
    """

    figure: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9_.-]+$")]
    value: Amount | None = None
    on: date | None = None

    @property
    def credential(self) -> str:
        """The credential's id."""
        return self.figure.partition(".")[0]

    @property
    def path(self) -> str:
        """The figure's path inside the credential."""
        return self.figure.partition(".")[2]


class Budget(Frozen):
    """What may be spent in all, in major units of a currency (``amount = 120.00``)."""

    amount: Dollars
    currency: Currency = "USD"

    @property
    def minor(self) -> int:
        """The amount in minor units (cents)."""
        return int(self.amount * 100)


class EmployerPays(Frozen):
    """What an employer pays: a yearly allowance for CE, and help with tuition for a term of service.

    All amounts are in major units of the currency. Of ``allowance_per_year`` this year's ``allowance_used`` is spent.
    ``tuition_percent`` is the share of tuition that is paid back (all of it where only a cap is told), up to
    ``tuition_cap`` a year, of which ``tuition_used`` is spent, for whoever then stays ``service_months``. Nothing is
    paid before ``starts_on``, the end of a waiting period.
    """

    allowance_per_year: Dollars | None = None
    allowance_used: Dollars = Decimal(0)
    currency: Currency = "USD"
    tuition_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    tuition_cap: Dollars | None = None
    tuition_used: Dollars = Decimal(0)
    service_months: Annotated[int, Field(ge=0)] | None = None
    starts_on: date | None = None

    @property
    def allowance_left_minor(self) -> int | None:
        """What is left of this year's allowance in minor units; ``None`` where no allowance is told."""
        return _left(self.allowance_per_year, self.allowance_used)

    @property
    def tuition_left_minor(self) -> int | None:
        """What is left of this year's help with tuition in minor units; ``None`` where no cap is told."""
        return _left(self.tuition_cap, self.tuition_used)


def _left(yearly: Decimal | None, used: Decimal) -> int | None:
    return None if yearly is None else max(0, int((yearly - used) * 100))


class Home(Frozen):
    """Where the technician is, and how far they would travel for something held in person."""

    city: Words | None = None
    region: Words | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "US"
    miles: Annotated[int, Field(ge=0)] | None = None


class FreeTime(Frozen):
    """A weekly window in which live sessions suit, in the profile's time zone."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    after: WallTime
    before: WallTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.before <= self.after:
            raise ValueError(f"before {self.before} is not later than after {self.after}")
        return self


class Profile(Frozen):
    """One technician. ``sample`` marks the bundled, invented one."""

    version: Literal[1] = PROFILE_VERSION
    sample: bool = False
    name: Words | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    time_zone: Words | None = None
    employer: Words | None = None
    credentials: tuple[Held, ...] = ()
    targets: tuple[Target, ...] = ()
    transcript: tuple[EarnedCredit, ...] = ()
    transcript_file: Words | None = None
    interests: tuple[Words, ...] = ()
    topics: tuple[Topic, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    budget: Budget | None = None
    memberships: tuple[Words, ...] = ()
    subscriptions: tuple[Words, ...] = ()
    formats: tuple[Delivery, ...] = ()
    free_times: tuple[FreeTime, ...] = ()
    longest_minutes: Annotated[int, Field(gt=0)] | None = None
    levels: tuple[Level, ...] = ()
    home: Home | None = None
    employer_pays: EmployerPays | None = None
    goal: Literal["mls", "specialist", "lead", "supervisor", "educator", "administrator"] | None = None
    goal_topic: Topic | None = None
    plan_days_before: Annotated[int, Field(ge=0, le=366)] = DAYS_BEFORE_DEADLINE
    checked: tuple[CheckedFigure, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _time_zone_is_known(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone{nearest(zone, sorted(available_timezones()))}")
        return zone

    @field_validator("credentials")
    @classmethod
    def _each_is_held_once(cls, credentials: tuple[Held, ...]) -> tuple[Held, ...]:
        by_id: dict[str, Held] = {}
        for held in credentials:
            other = by_id.setdefault(held.id, held)
            if other is not held:
                raise ValueError(
                    f"{held.id!r} stands twice{_overlap(other, held)}; keep the present renewal period only"
                )
        return credentials

    @field_validator("targets")
    @classmethod
    def _each_target_has_its_own_id(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        ids = [target.id for target in targets]
        twice = next((target for index, target in enumerate(ids) if target in ids[:index]), None)
        if twice is not None:
            raise ValueError(f"{twice!r} stands twice")
        return targets

    @model_validator(mode="after")
    def _targets_are_no_credentials(self) -> Self:
        held = {credential.id for credential in self.credentials}
        same = next((target.id for target in self.targets if target.id in held), None)
        if same is not None:
            raise ValueError(f"target {same!r} has the id of a credential that is held; give it another")
        return self


def load_profile(path: Path) -> Profile:
    """Read a profile, TOML or JSON, with the transcript that it points to.

    A ``transcript_file`` is looked for beside the profile. Raises :class:`ProfileError`, which
    names file, line and field.
    """
    try:
        profile = validate(Profile, read_document(path))
    except DocumentError as error:
        raise ProfileError(str(error)) from error
    if profile.transcript_file is None:
        return profile
    try:
        reading = read_transcript(path.parent / profile.transcript_file)
    except TranscriptError as error:
        raise ProfileError(str(error)) from error
    if reading.problems:
        raise ProfileError("\n".join(str(problem) for problem in reading.problems))
    return profile.model_copy(update={"transcript": (*profile.transcript, *reading.credits)})


def sample_profile(anchor: date) -> Profile:
    """The bundled, invented technician, with all dates laid around ``anchor``.

    The file writes a date as ``{{anchor-40d|%Y-%m-%d}}``, the notation of the sample web's pages.
    """
    text = SAMPLE.read_text(encoding="utf-8")
    laid = PLACEHOLDER.sub(lambda match: (anchor + timedelta(days=int(match[1]))).strftime(match[2]), text)
    return validate(Profile, parse_document(laid, SAMPLE.name))


def write_profile(profile: Profile, *, is_json: bool = False) -> str:
    """A profile as TOML or JSON, without what it does not say. Reading it again gives the same profile."""
    said = _plain({"version": profile.version, **profile.model_dump(mode="python", exclude_defaults=True)})
    return json.dumps(said, indent=2, ensure_ascii=False, default=str) + "\n" if is_json else tomlkit.dumps(said)


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile to a file, as JSON where its name ends so; the browser reads that one."""
    path.write_text(write_profile(profile, is_json=path.suffix.lower() == ".json"), encoding="utf-8")


def for_manager(profile: Profile) -> Profile:
    """A copy for one's manager: what is held and done, without interests, likes, budget, times and place."""
    return profile.model_copy(update={name: Profile.model_fields[name].get_default() for name in PRIVATE})


def profile_schema() -> dict[str, Any]:
    """The published JSON Schema of a profile, as it is written in a file."""
    return Profile.model_json_schema()


def _plain(value: Any) -> Any:
    """Values as a file has them."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    return float(value) if isinstance(value, Decimal) else value


def _overlap(one: Held, other: Held) -> str:
    """``, with renewal periods that overlap``, where both dates are known and they do."""
    if one.cycle_end is None or other.cycle_end is None or one.cycle_start is None or other.cycle_start is None:
        return ""
    apart = one.cycle_end < other.cycle_start or other.cycle_end < one.cycle_start
    return "" if apart else ", with renewal periods that overlap"
