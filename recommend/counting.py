"""What one credit counts for under the rules of one credential, and how sure that is.

An opportunity's credits describe the same instruction: the largest accepted one counts, and only those of one additive
group are summed. Where sources disagree on an amount, the lowest is planned with. Nothing here knows what anybody has
done; :mod:`recommend.shortfall` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from catalog.listing import CreditUnit, Kind
from catalog.taxonomy import with_ancestors
from catalog.views import CreditView, OpportunityView, TopicOrigin
from recommend.amounts import THOUSANDTHS, words
from recommend.credential import (
    ANY_TOPIC,
    Acceptance,
    Accepts,
    Credential,
    Figure,
    Requirement,
    RequirementKind,
    Standing,
    Unit,
    in_a_sentence,
)

UNIT_NAMES: dict[CreditUnit, str] = {
    CreditUnit.PACE: "P.A.C.E. contact hour",
    CreditUnit.CMLE: "CMLE credit",
    CreditUnit.CME: "CME credit",
    CreditUnit.ACCENT: "ACCENT credit hour",
    CreditUnit.FLORIDA: "Florida hour",
    CreditUnit.CALIFORNIA: "California hour",
    CreditUnit.CEU: "CEU",
    CreditUnit.CONTACT_HOUR: "contact hour",
    CreditUnit.CSMLS_PEP: "CSMLS PEP hour",
    CreditUnit.CSMLS_CPS: "CSMLS CPS credit",
    CreditUnit.SEMESTER_HOUR: "semester hour",
    CreditUnit.QUARTER_HOUR: "quarter hour",
    CreditUnit.CLOCK_HOUR: "clock hour",
    CreditUnit.CMP_POINT: "CMP point",
    CreditUnit.CCP_POINT: "CCP point",
    CreditUnit.UNSTATED: "credit whose unit is not stated",
}

ACCEPTANCE_ORDER = (Acceptance.STATED, Acceptance.SHOULD, Acceptance.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CountsFor:
    """That a credit of an opportunity could count toward one requirement of one credential.

    ``thousandths`` is the amount to plan with (the lowest where sources conflict, the stricter reading of a figure that
    is not sure), ``likely_thousandths`` the amount it probably earns; both ``None`` where it is not known. Rows that
    share a ``piece`` are the same instruction: only one of them may be filled. Different pieces of one opportunity add
    up. ``cap`` names the credential's cap that the credit falls under.
    """

    credential: str
    requirement: str
    piece: int
    thousandths: int | None
    likely_thousandths: int | None
    acceptance: Acceptance
    topic_origin: TopicOrigin
    reason: str
    credit: CreditView | None
    cap: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether it may close the requirement on the confirmed side."""
        accepted = self.acceptance is not Acceptance.UNKNOWN and self.topic_origin is not TopicOrigin.GUESSED
        return accepted and bool(self.thousandths)


@dataclass(frozen=True, slots=True)
class Worth:
    """What an amount of one unit is worth to a credential, on both sides, in thousandths of its own unit."""

    confirmed: int | None
    likely: int | None
    acceptance: Acceptance
    entry: Accepts | None
    cap: str | None = None


@dataclass(frozen=True, slots=True)
class _Valued:
    """One credit of an opportunity with its worth."""

    credit: CreditView
    worth: Worth

    @property
    def planned(self) -> int:
        return 0 if self.worth.acceptance is Acceptance.UNKNOWN else self.worth.confirmed or 0

    @property
    def likely(self) -> int:
        return self.worth.likely or 0


_Bundle = tuple[_Valued, ...]
"""Credits that are counted together: one alone, or all of one additive group."""


def worth(credential: Credential, unit: CreditUnit, amount: int | None, kind: Kind | None = None) -> Worth:
    """What ``amount`` thousandths of ``unit`` are worth to a credential; ``kind`` is the kind of what was taken.

    A unit that the rule does not name is worth an unknown amount with acceptance *unknown*.
    """
    entry = _entry(credential, unit, kind)
    if entry is None:
        return Worth(None, None, Acceptance.UNKNOWN, None)
    if amount is None or entry.per_unit is None:
        return Worth(None, None, entry.acceptance, entry, entry.cap)
    return Worth(
        confirmed=_times(amount, entry.per_unit.planned),
        likely=_times(amount, entry.per_unit.value),
        acceptance=entry.acceptance,
        entry=entry,
        cap=entry.cap,
    )


def topic_origin(
    requirement: Requirement, stated: Iterable[str], guessed: Iterable[str], *, confirmed: Iterable[str] = ()
) -> TopicOrigin | None:
    """Who says that topics fit a requirement, or ``None`` where none of them fits.

    A subtopic fits its parent's requirement. A requirement that takes any topic needs no topic at all, unless all that
    is stated is refused.
    """
    ranked = {
        TopicOrigin.CONFIRMED: tuple(confirmed),
        TopicOrigin.STATED: tuple(stated),
        TopicOrigin.GUESSED: tuple(guessed),
    }
    if ANY_TOPIC in requirement.topics:
        said = ranked[TopicOrigin.CONFIRMED] + ranked[TopicOrigin.STATED]
        return TopicOrigin.STATED if not said or any(_fits(requirement, topic) for topic in said) else None
    return next(
        (origin for origin, topics in ranked.items() if any(_fits(requirement, topic) for topic in topics)), None
    )


def counts_for(opportunity: OpportunityView, credential: Credential, on: date | None = None) -> tuple[CountsFor, ...]:
    """Where each credit of an opportunity could count under one credential, in the order of its requirements.

    ``on`` is the day on which it would be finished: a credit whose approval ended before it is left out. Amounts are
    thousandths of the credential's unit. With a profile, pass the credential as
    :func:`recommend.holding.for_holder` gives it, so that checked figures and specialties hold.
    """
    if credential.standing is not Standing.ACTIVE:
        return ()
    valid = [credit for credit in opportunity.credits if not _expired(credit, on)]
    if not valid:
        return _involvement(opportunity, credential)
    bundle = _counted_bundle([_value(credential, credit, opportunity.kind) for credit in valid])
    rows = (_rows(opportunity, credential, valued, number, len(bundle)) for number, valued in enumerate(bundle))
    return tuple(row for piece in rows for row in piece)


def unit_word(unit: Unit, amount: int) -> str:
    """``1 point``, ``1.5 hours``."""
    return f"{words(amount)} {unit.value.removesuffix('s') if amount == THOUSANDTHS else unit.value}"


def _entry(credential: Credential, unit: CreditUnit, kind: Kind | None) -> Accepts | None:
    """The first entry for a unit whose kinds fit; entries for some kinds stand before those for all."""
    named = [entry for entry in credential.accepts if unit in entry.units]
    fitting = [entry for entry in named if not entry.kinds or kind in entry.kinds]
    return min(fitting, key=lambda entry: not entry.kinds, default=None)


def _times(amount: int, per_unit: int) -> int:
    """Thousandths of a unit times thousandths per unit, rounded down: a fraction that was not earned never counts."""
    return amount * per_unit // THOUSANDTHS


def _fits(requirement: Requirement, topic: str) -> bool:
    return _taken(requirement.topics, requirement.refuses, topic)


@lru_cache(maxsize=4096)
def _taken(topics: tuple[str, ...], refuses: tuple[str, ...], topic: str) -> bool:
    """Whether a topic, or one above it, is among those that are taken. Asked for each credit and requirement."""
    if topic in refuses:
        return False
    return ANY_TOPIC in topics or any(name in topics for name in with_ancestors(topic))


def _expired(credit: CreditView, on: date | None) -> bool:
    return on is not None and credit.approved_through is not None and credit.approved_through < on


def _value(credential: Credential, credit: CreditView, kind: Kind) -> _Valued:
    """A credit's worth; one that is provisional or an upper bound counts only as likely."""
    reckoned = worth(credential, credit.unit, credit.thousandths, kind)
    if credit.provisional:
        reckoned = replace(reckoned, acceptance=Acceptance.UNKNOWN)
    return _Valued(credit, replace(reckoned, confirmed=None) if credit.upper_bound else reckoned)


def _counted_bundle(offered: Sequence[_Valued]) -> _Bundle:
    """The credits that count: for each unit the lowest that sources agree on, and of the units the largest."""
    by_unit: dict[CreditUnit, list[_Valued]] = {}
    for valued in offered:
        by_unit.setdefault(valued.credit.unit, []).append(valued)
    return max((_agreed(valued) for valued in by_unit.values()), key=_size)


def _agreed(offered: Sequence[_Valued]) -> _Bundle:
    """Of credits in one unit: each source's largest bundle, and of the sources that name an amount the lowest."""
    by_source: dict[str, list[_Valued]] = {}
    for valued in offered:
        by_source.setdefault(valued.credit.source, []).append(valued)
    largest = [max(_bundles(valued), key=_size) for valued in by_source.values()]
    told = [bundle for bundle in largest if sum(valued.likely for valued in bundle)] or largest
    lowest = min(told, key=_size)
    most = max(sum(valued.likely for valued in bundle) for bundle in told)
    if len(lowest) == 1 and most > lowest[0].likely:
        return (_Valued(lowest[0].credit, replace(lowest[0].worth, likely=most)),)
    return lowest


def _bundles(offered: Sequence[_Valued]) -> list[_Bundle]:
    groups: dict[str, list[_Valued]] = {}
    alone: list[_Bundle] = []
    for valued in offered:
        if valued.credit.additive_group is None:
            alone.append((valued,))
        else:
            groups.setdefault(valued.credit.additive_group, []).append(valued)
    return [*alone, *(tuple(group) for group in groups.values())]


def _size(bundle: _Bundle) -> tuple[int, int, int]:
    """What orders bundles: the planned amount, then the likely one, then how well it is accepted."""
    acceptance = min(-ACCEPTANCE_ORDER.index(valued.worth.acceptance) for valued in bundle)
    return sum(valued.planned for valued in bundle), sum(valued.likely for valued in bundle), acceptance


def _rows(
    opportunity: OpportunityView, credential: Credential, valued: _Valued, piece: int, pieces: int
) -> Iterator[CountsFor]:
    """One credit against every requirement."""
    credit, reckoned = valued.credit, valued.worth
    topics = {origin: [topic.topic for topic in opportunity.topics if topic.origin is origin] for origin in TopicOrigin}
    if credit.topics or pieces > 1:
        topics = {TopicOrigin.STATED: list(credit.topics), TopicOrigin.CONFIRMED: [], TopicOrigin.GUESSED: []}
    for requirement in credential.requirements:
        if requirement.kind is RequirementKind.PER_SPECIALTY:
            continue
        origin = topic_origin(
            requirement,
            topics[TopicOrigin.STATED],
            topics[TopicOrigin.GUESSED],
            confirmed=topics[TopicOrigin.CONFIRMED],
        )
        if origin is None or (requirement.units and credit.unit not in requirement.units):
            continue
        yield CountsFor(
            credential=credential.id,
            requirement=requirement.id,
            piece=piece,
            thousandths=reckoned.confirmed,
            likely_thousandths=reckoned.likely,
            acceptance=reckoned.acceptance,
            topic_origin=origin,
            reason=_reason(credential, requirement, valued, origin),
            credit=credit,
            cap=reckoned.cap,
        )


def _reason(credential: Credential, requirement: Requirement, valued: _Valued, origin: TopicOrigin) -> str:
    """One plain sentence: what counts, toward what, and what is not sure about it."""
    reckoned, unit_name = valued.worth, UNIT_NAMES[valued.credit.unit]
    if reckoned.entry is None:
        return f"Not known: the {credential.short_name} rule we read does not name this credit ({unit_name})."
    if valued.credit.thousandths is None or reckoned.likely is None:
        missing = "the amount is not stated" if valued.credit.thousandths is None else "what one is worth was not found"
        return f"Not known: {unit_name} for {credential.short_name}, but {missing}."
    count = amount_of(valued.credit.thousandths, unit_name)
    earned = unit_word(credential.unit, reckoned.likely)
    doubts = "".join(f"; {doubt}" for doubt in _doubts(valued, origin, reckoned.entry.per_unit))
    opening = {
        Acceptance.STATED: f"The provider states it: {count}, {earned} toward",
        Acceptance.SHOULD: f"Should count: {count} is {earned} toward",
        Acceptance.UNKNOWN: f"Not known whether it is accepted: {count} would be {earned} toward",
    }
    return f"{opening[reckoned.acceptance]} {credential.short_name} {in_a_sentence(requirement.label)}{doubts}."


def _doubts(valued: _Valued, origin: TopicOrigin, per_unit: Figure | None) -> Iterator[str]:
    if origin is TopicOrigin.GUESSED:
        yield "the topic is our guess"
    if per_unit is not None and per_unit.assumed and not per_unit.checked:
        yield "the amount per hour is assumed, so check it with the board"
    elif valued.worth.confirmed is not None and valued.worth.confirmed != valued.worth.likely:
        yield f"we plan with the lower reading, {words(valued.worth.confirmed)}"
    if valued.credit.upper_bound:
        yield "that is the most one can earn"
    if valued.credit.provisional:
        yield "the approval is still pending"


def amount_of(amount: int, unit_name: str) -> str:
    """``1 contact hour``, ``1.5 contact hours``."""
    plural = unit_name if amount == THOUSANDTHS or unit_name.endswith("stated") else f"{unit_name}s"
    return f"{words(amount)} {plural}"


def _involvement(opportunity: OpportunityView, credential: Credential) -> tuple[CountsFor, ...]:
    """Teaching and volunteering that states no credit: it may count, but how much was not found."""
    remainder = [part for part in credential.requirements if part.kind is RequirementKind.REMAINDER]
    if opportunity.kind is not Kind.INVOLVEMENT or not credential.activities or not remainder:
        return ()
    return (
        CountsFor(
            credential=credential.id,
            requirement=remainder[0].id,
            piece=0,
            thousandths=None,
            likely_thousandths=None,
            acceptance=Acceptance.UNKNOWN,
            topic_origin=TopicOrigin.STATED,
            reason=f"Not known: {credential.body_name} counts some teaching and service; how much was not found.",
            credit=None,
        ),
    )
