"""The shape of a credential's rules: what one TOML in ``recommend/credentials/`` says.

Each figure carries how sure it is and the key of the source it was read from; a source carries its own date apart from
the day on which we read it. A figure that nobody found is absent (``None``): it is never guessed and never 0.

A figure of medium or low confidence has a stricter reading (:attr:`Figure.strict`, or the value itself where no
stricter one is known). That is what counts as confirmed until the technician has checked the figure.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from catalog.listing import CreditUnit, Frozen, HttpUrl, Identifier, Kind
from catalog.taxonomy import topics as known_topics
from recommend.amounts import Amount
from recommend.documents import nearest

STALE_DAYS = 365
"""Rules that nobody has read for so long say so, however fresh the crawl."""

ANY_TOPIC = "any"
"""In a requirement's topics: every topic is accepted, known or not."""


def known_topic(topic: str) -> str:
    """The topic itself. Raises ``ValueError`` that names the nearest where the taxonomy does not have it."""
    if topic not in known_topics():
        raise ValueError(f"topic {topic!r} is not in the taxonomy{nearest(topic, list(known_topics()))}")
    return topic


def known_topic_or_any(topic: str) -> str:
    """The topic itself, or ``any``. Raises ``ValueError`` as :func:`known_topic` does."""
    return topic if topic == ANY_TOPIC else known_topic(topic)


Topic = Annotated[str, AfterValidator(known_topic)]
"""A topic id of the taxonomy."""

TopicOrAny = Annotated[str, AfterValidator(known_topic_or_any)]
"""A topic id of the taxonomy, or ``any``."""

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]


def in_a_sentence(label: str) -> str:
    """A label as it stands within a sentence: ``Medical ethics`` to ``medical ethics``; ``HIV/AIDS`` stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


class Confidence(StrEnum):
    """High: official text or two independent sources. Medium: one fair source, or inferred. Low: old or conflicting."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Unit(StrEnum):
    """What a credential counts in, as it stands on the screen."""

    POINTS = "points"
    HOURS = "hours"


class RequirementKind(StrEnum):
    """``MINIMUM``: at least so much of these topics. ``PER_SPECIALTY``: one minimum for each specialty on the license.
    ``REMAINDER``: whatever the total asks beyond the minimums; overflow of a minimum fills it.
    """

    MINIMUM = "minimum"
    PER_SPECIALTY = "per_specialty"
    REMAINDER = "remainder"


class Acceptance(StrEnum):
    """The three words for acceptance, the same everywhere."""

    STATED = "stated"
    SHOULD = "should"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """Whether the body asks for CE at all: an ended license and one that needs no CE owe nothing."""

    ACTIVE = "active"
    NO_CE = "no_ce"
    NO_LICENSE = "no_license"


class CycleKind(StrEnum):
    """How a renewal period is laid: from a person's own date, to a date fixed for all, or by calendar years."""

    ANNIVERSARY = "anniversary"
    FIXED = "fixed"
    CALENDAR_YEARS = "calendar_years"


class Activity(StrEnum):
    """What a person did to earn a credit."""

    COURSE = "course"
    IN_SERVICE = "in_service"
    COLLEGE = "college"
    PRESENTING = "presenting"
    AUTHORING = "authoring"
    POSTER = "poster"
    COMMITTEE = "committee"
    TEACHING = "teaching"
    COMPETENCE = "competence"
    EXAM = "exam"
    EMPLOYMENT = "employment"
    OTHER = "other"


CertificateField = Literal[
    "participant",
    "license_number",
    "title",
    "course_number",
    "provider",
    "accreditor_number",
    "completed_on",
    "hours",
    "hours_by_topic",
    "signature",
]
"""What a body may ask a certificate to carry."""


class RuleSource(Frozen):
    """A page that a figure was read from. ``dated`` is the page's own date in words, apart from the day we read it."""

    url: HttpUrl
    title: Label
    dated: Label
    read_on: date


class Change(Frozen):
    """What a figure was for renewal periods that ended before a day."""

    cycle_ends_before: date
    value: Amount


class Figure(Frozen):
    """One number of a rule. ``strict`` is the reading to plan for while the figure is not sure and not checked.

    ``assumed`` marks what readers take for granted and no page of the body says; ``checked`` what the technician
    vouches for (set in memory from a profile, never in a rule file).
    """

    value: Amount
    strict: Amount | None = None
    confidence: Confidence
    source: Identifier | None = None
    clause: Label | None = None
    note: Sentence | None = None
    assumed: bool = False
    checked: bool = False
    earlier: tuple[Change, ...] = ()

    @property
    def planned(self) -> int:
        """Thousandths to plan with: the value where it is sure, else the stricter reading."""
        return self.value if self.strict is None or self.confidence is Confidence.HIGH else self.strict

    def for_cycle_ending(self, end: date | None) -> int:
        """The value that held for a renewal period ending on ``end`` (``None``: the one that holds now)."""
        held = [change for change in self.earlier if end is not None and end < change.cycle_ends_before]
        return min(held, key=lambda change: change.cycle_ends_before).value if held else self.value


class Fact(Frozen):
    """One sentence of a rule that is no number: documentation, reinstatement, an exception."""

    text: Sentence
    confidence: Confidence
    source: Identifier | None = None


class Fee(Frozen):
    """A fee in US dollars, absent where nobody found it."""

    name: Label
    dollars: Annotated[int, Field(ge=0)] | None = None
    confidence: Confidence
    source: Identifier | None = None
    note: Sentence | None = None


class Requirement(Frozen):
    """One part of what a credential asks: an amount of certain topics.

    ``topics`` are taxonomy ids (a subtopic fits its parent's requirement) or ``any``; ``refuses`` are topics that do
    not count here when nothing more exact is known; ``units`` limits the credits accepted here to these, where the
    rule does.
    """

    id: Identifier
    label: Label
    kind: RequirementKind = RequirementKind.MINIMUM
    topics: tuple[TopicOrAny, ...] = (ANY_TOPIC,)
    refuses: tuple[Topic, ...] = ()
    units: tuple[CreditUnit, ...] = ()
    needed: Figure | None = None
    splittable: bool = False
    note: Sentence | None = None

    @model_validator(mode="after")
    def _only_a_remainder_goes_without_a_figure(self) -> Self:
        if self.kind is RequirementKind.REMAINDER and self.needed is not None:
            raise ValueError("a remainder is the total minus the minimums and has no figure of its own")
        if self.kind is not RequirementKind.REMAINDER and self.needed is None:
            raise ValueError("a minimum needs its figure; leave the whole requirement out where nobody found it")
        return self


class Accepts(Frozen):
    """Which credits count and how much one of their unit is worth.

    ``per_unit`` is points (or hours) for one of the unit, absent where nobody found it: such a credit counts only with
    the amount that the technician enters. ``kinds`` and ``activities`` limit the entry; empty means all.
    """

    id: Identifier
    label: Label
    units: tuple[CreditUnit, ...]
    kinds: tuple[Kind, ...] = ()
    acceptance: Acceptance
    per_unit: Figure | None = None
    cap: Identifier | None = None


class ActivityRule(Frozen):
    """What an activity without a credit unit earns for each article, year or talk; absent where nobody found it."""

    activity: Activity
    label: Label
    per: Label
    value: Figure | None = None
    not_after: date | None = None
    cap: Identifier | None = None
    confidence: Confidence
    source: Identifier | None = None
    note: Sentence | None = None


class Cap(Frozen):
    """A most for a group of credits over one renewal period: an amount, or a percentage of the total.

    Credits fall under it by their entry in ``accepts`` or ``activities``, or by all their topics being among
    ``topics``.
    """

    id: Identifier
    label: Label
    topics: tuple[Topic, ...] = ()
    percent_of_total: Annotated[int, Field(gt=0, le=100)] | None = None
    amount: Amount | None = None
    confidence: Confidence
    source: Identifier | None = None
    note: Sentence | None = None

    def most(self, total: int | None) -> int | None:
        """The cap in thousandths for a total in thousandths; ``None`` where it is a share of an unknown total."""
        if self.amount is not None or self.percent_of_total is None:
            return self.amount
        return None if total is None else total * self.percent_of_total // 100

    @model_validator(mode="after")
    def _says_one_of_both(self) -> Self:
        if (self.percent_of_total is None) == (self.amount is None):
            raise ValueError("a cap is either an amount or a percentage of the total")
        return self


class CycleRule(Frozen):
    """How long a renewal period is and where it ends.

    ``end_month`` and ``end_day`` stand for ``FIXED``; ``even_years`` where it ends in even years only.
    """

    kind: CycleKind
    months: Annotated[int, Field(gt=0, le=240)]
    end_month: Annotated[int, Field(ge=1, le=12)] | None = None
    end_day: Annotated[int, Field(ge=1, le=31)] | None = None
    even_years: bool = False
    confidence: Confidence
    source: Identifier | None = None
    note: Sentence | None = None

    @model_validator(mode="after")
    def _a_fixed_end_has_its_day(self) -> Self:
        fixed = self.kind is CycleKind.FIXED
        if fixed != (self.end_month is not None and self.end_day is not None):
            raise ValueError("end_month and end_day belong to kind = 'fixed', both of them, and to no other kind")
        return self


class Step(Frozen):
    """A total for those licensed before so many months of the period had passed."""

    before_month: Annotated[int, Field(gt=0)]
    total: Amount


class FirstCycle(Frozen):
    """What the first renewal period asks: only these requirements, or a total by the month of licensing.

    ``only`` lists requirement ids (an empty list with ``exempt`` means nothing); ``steps`` are in rising order.
    """

    only: tuple[Identifier, ...] = ()
    exempt: bool = False
    steps: tuple[Step, ...] = ()
    confidence: Confidence
    source: Identifier | None = None
    note: Sentence | None = None


class ExpiredRule(Frozen):
    """What brings an expired license back: so much within the last months."""

    total: Figure | None = None
    within_months: Annotated[int, Field(gt=0)] | None = None
    note: Sentence


class Body(Frozen):
    """What all credentials of one body share. A credential's own entry of the same id stands before the body's."""

    id: Identifier
    name: Label
    short_name: Label
    url: HttpUrl
    sources: dict[Identifier, RuleSource]
    accepts: tuple[Accepts, ...] = ()
    activities: tuple[ActivityRule, ...] = ()
    caps: tuple[Cap, ...] = ()
    documentation: tuple[Fact, ...] = ()
    fees: tuple[Fee, ...] = ()
    expired: ExpiredRule | None = None
    file_days_before: Annotated[int, Field(gt=0)] | None = None
    certificate_fields: tuple[CertificateField, ...] = ()
    open_questions: tuple[Sentence, ...] = ()


class Credential(Frozen):
    """The rules of one certification or license, or of a target that a person set.

    Amounts are thousandths of a point or hour. ``total`` is ``None`` where nobody found it: "check with the board".
    ``file_days_before`` is how long before the end the body wants the declaration.
    """

    id: Identifier
    name: Label
    short_name: Label
    body: Identifier
    body_name: Label
    body_url: HttpUrl | None = None
    jurisdiction: Label
    unit: Unit
    standing: Standing = Standing.ACTIVE
    cycle: CycleRule | None = None
    total: Figure | None = None
    requirements: tuple[Requirement, ...] = ()
    accepts: tuple[Accepts, ...] = ()
    activities: tuple[ActivityRule, ...] = ()
    caps: tuple[Cap, ...] = ()
    first_cycle: FirstCycle | None = None
    expired: ExpiredRule | None = None
    documentation: tuple[Fact, ...] = ()
    fees: tuple[Fee, ...] = ()
    file_days_before: Annotated[int, Field(gt=0)] | None = None
    certificate_fields: tuple[CertificateField, ...] = ()
    open_questions: tuple[Sentence, ...] = ()
    sources: dict[Identifier, RuleSource] = Field(default_factory=dict)
    note: Sentence | None = None

    def requirement(self, requirement_id: str) -> Requirement:
        """The requirement of that id. Raises ``KeyError`` where the credential has none."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise KeyError(f"{self.id} has no requirement {requirement_id!r}")

    def source(self, key: str | None) -> RuleSource | None:
        """The source of that key, or ``None`` where the figure names none."""
        return self.sources.get(key) if key is not None else None

    def read_on(self) -> date | None:
        """The earliest day on which one of its figures was read; ``None`` where no figure names a source."""
        sources = [self.source(figure.source) for figure in self.figures().values()]
        return min((source.read_on for source in sources if source is not None), default=None)

    def figures(self) -> dict[str, Figure]:
        """Every figure by its path (``total``, ``requirements.safety``, ``accepts.hours``): what `checked` names."""
        found: dict[str, Figure] = {}
        if self.total is not None:
            found["total"] = self.total
        for requirement in self.requirements:
            if requirement.needed is not None:
                found[f"requirements.{requirement.id}"] = requirement.needed
        found.update({f"accepts.{entry.id}": entry.per_unit for entry in self.accepts if entry.per_unit is not None})
        found.update({f"activities.{rule.activity}": rule.value for rule in self.activities if rule.value is not None})
        return found
