"""What if I took this? For each credential held: what it would close, what would be lost, and in which period it falls.

Also the converter: what an amount of one unit is worth to one credential, said and never silently applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.listing import CreditUnit, Kind
from catalog.views import CreditView, OpportunityView, TopicOrigin
from recommend.amounts import units
from recommend.counting import UNIT_NAMES, amount_of, unit_word, worth
from recommend.credential import Acceptance, Activity, Credential, Figure, RuleSource, Unit
from recommend.cycles import Fall, falls_in, place
from recommend.explanation import CreditUse
from recommend.profile import Profile
from recommend.shortfall import CredentialOwed, owed
from recommend.transcript import EarnedCredit

ACTIVITY_OF_KIND: dict[Kind, Activity] = {
    Kind.IN_SERVICE: Activity.IN_SERVICE,
    Kind.DEGREE: Activity.COLLEGE,
    Kind.INVOLVEMENT: Activity.OTHER,
}
"""What taking an opportunity is, where it is not simply a course."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one more activity would do for one credential. Amounts are thousandths of its unit.

    ``closes_confirmed`` and ``closes_likely`` are by how much less would be needed; ``lost`` is what it would be worth
    beyond that: no rule we read lets it be carried into the next period.
    """

    credential: str
    short_name: str
    unit: Unit
    falls: Fall
    before: CredentialOwed
    after: CredentialOwed
    uses: tuple[CreditUse, ...]
    closes_confirmed: int
    closes_likely: int
    lost: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount of one unit in a credential's own: the stricter reading and the likely one, with the rule's source."""

    amount: int
    unit: CreditUnit
    credential: str
    into: Unit
    confirmed: int | None
    likely: int | None
    acceptance: Acceptance
    figure: Figure | None
    source: RuleSource | None
    sentence: str


def what_if(
    profile: Profile, credentials: Mapping[str, Credential], today: date, taken: EarnedCredit
) -> tuple[Effect, ...]:
    """What ``taken`` would do for each credential and target that the profile holds.

    Raises :class:`recommend.holding.HoldingError` as :func:`recommend.shortfall.owed` does.
    """
    before = owed(profile, credentials, today)
    after = owed(profile, credentials, today, also=(taken,))
    holdings = {held.id: held for held in profile.credentials}
    effects = []
    for old, new in zip(before.credentials, after.credentials, strict=True):
        held = holdings.get(old.id)
        falls = (
            place(old.cycle, None, taken.completed_on)
            if held is None
            else falls_in(credentials[old.id], held, taken.completed_on, today)
        )
        effects.append(_effect(old, new, falls, taken))
    return tuple(effects)


def as_earned(opportunity: OpportunityView, on: date) -> EarnedCredit:
    """An opportunity as the credit that one would have after finishing it on ``on``.

    Where sources disagree on an amount the lowest is taken; parts of an additive group keep their topics.
    """
    valid = [
        credit for credit in opportunity.credits if credit.approved_through is None or credit.approved_through >= on
    ]
    amounts = _lowest_of_each_unit(valid)
    unit, amount = next(iter(amounts.items()), (CreditUnit.UNSTATED, None))
    parts = _parts_by_topic([credit for credit in valid if credit.unit is unit], amount or 0)
    said = {topic for credit in valid for topic in credit.topics}
    said |= {topic.topic for topic in opportunity.topics if topic.origin is not TopicOrigin.GUESSED}
    guessed = {topic.topic for topic in opportunity.topics if topic.origin is TopicOrigin.GUESSED} - said
    return EarnedCredit.model_validate(
        {
            "completed_on": on,
            "title": opportunity.title,
            "provider": opportunity.provider_name,
            "amount": None if amount is None else units(amount),
            "unit": unit,
            "also": {other: units(part) for other, part in amounts.items() if other is not unit and part is not None},
            "activity": ACTIVITY_OF_KIND.get(opportunity.kind, Activity.COURSE),
            "topics": tuple(sorted(said)),
            "guessed_topics": tuple(sorted(guessed)),
            "by_topic": {topic: units(part) for topic, part in parts.items()},
            "opportunity": opportunity.id,
            "url": opportunity.url,
        }
    )


def convert(amount: int, unit: CreditUnit, credential: Credential, kind: Kind | None = None) -> Conversion:
    """What ``amount`` thousandths of ``unit`` are worth to a credential, with the figure and its source."""
    value = worth(credential, unit, amount, kind)
    figure = value.entry.per_unit if value.entry is not None else None
    return Conversion(
        amount=amount,
        unit=unit,
        credential=credential.id,
        into=credential.unit,
        confirmed=value.confirmed,
        likely=value.likely,
        acceptance=value.acceptance,
        figure=figure,
        source=credential.source(figure.source) if figure is not None else None,
        sentence=_conversion_sentence(amount, unit, credential, value.confirmed, value.likely),
    )


def _conversion_sentence(
    amount: int, unit: CreditUnit, credential: Credential, confirmed: int | None, likely: int | None
) -> str:
    offered = amount_of(amount, UNIT_NAMES[unit])
    if likely is None:
        return f"What {offered} would be worth to {credential.short_name} was not found. Ask {credential.body_name}."
    sure = f"{offered} would be {unit_word(credential.unit, likely)} for {credential.short_name}"
    if confirmed == likely:
        return f"{sure}."
    return (
        f"{sure}, but that is not sure: we plan with {unit_word(credential.unit, confirmed or 0)} until you check it."
    )


def _effect(old: CredentialOwed, new: CredentialOwed, falls: Fall, taken: EarnedCredit) -> Effect:
    uses = tuple(use for use in new.uses_likely if use.credit == taken.id)
    closes = _less(old.still_confirmed, new.still_confirmed), _less(old.still_likely, new.still_likely)
    counted = sum(use.thousandths for use in uses)
    return Effect(
        credential=old.id,
        short_name=old.short_name,
        unit=old.unit,
        falls=falls,
        before=old,
        after=new,
        uses=uses,
        closes_confirmed=closes[0],
        closes_likely=closes[1],
        lost=max(0, counted - closes[1]) if old.still_likely is not None else 0,
    )


def _less(before: int | None, after: int | None) -> int:
    return 0 if before is None or after is None else before - after


def _parts_by_topic(offered: Sequence[CreditView], amount: int) -> dict[str, int]:
    """The parts of the first additive group whose topics are known, where they fit into what is counted."""
    group = next(((credit.source, credit.additive_group) for credit in offered if credit.additive_group), None)
    parts: dict[str, int] = {}
    for credit in offered:
        if (credit.source, credit.additive_group) == group and credit.topics and credit.thousandths:
            parts[credit.topics[0]] = parts.get(credit.topics[0], 0) + credit.thousandths
    return parts if sum(parts.values()) <= amount else {}


def _lowest_of_each_unit(offered: Iterable[CreditView]) -> dict[CreditUnit, int | None]:
    """For each unit the lowest that a source says; a source's own is its largest single credit or additive group."""
    by_source: dict[tuple[CreditUnit, str], dict[str, int]] = {}
    order: list[CreditUnit] = []
    for number, credit in enumerate(offered):
        order.append(credit.unit)
        if credit.thousandths is not None and not credit.upper_bound:
            groups = by_source.setdefault((credit.unit, credit.source), {})
            group = credit.additive_group or f"alone {number}"
            groups[group] = groups.get(group, 0) + credit.thousandths
    lowest: dict[CreditUnit, int | None] = dict.fromkeys(order)
    for (unit, _), groups in by_source.items():
        largest, known = max(groups.values()), lowest[unit]
        lowest[unit] = largest if known is None else min(known, largest)
    return lowest
