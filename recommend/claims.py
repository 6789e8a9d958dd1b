"""What each earned credit may claim under one credential: how much, toward which minimums, and what is not sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from catalog.listing import Kind
from catalog.views import TopicOrigin
from recommend.amounts import words
from recommend.counting import ACCEPTANCE_ORDER, UNIT_NAMES, Worth, topic_origin, worth
from recommend.credential import Acceptance, Activity, Cap, Credential, Requirement, RequirementKind, in_a_sentence
from recommend.cycles import Cycle
from recommend.documents import nearest
from recommend.holding import HoldingError
from recommend.profile import Opening
from recommend.transcript import EarnedCredit

KIND_OF_ACTIVITY: dict[Activity, Kind] = {
    Activity.COURSE: Kind.COURSE,
    Activity.IN_SERVICE: Kind.IN_SERVICE,
    Activity.COLLEGE: Kind.DEGREE,
}
"""Activities that earn credits in a unit. The others earn what the rule gives for each of them."""


GUESSED = "Its topic is our guess, so it fills a category only if everything likely counts. Say what it was about."


@dataclass(frozen=True, slots=True)
class Claim:
    """One credit, or the part of it that has its own topic, under one credential. Amounts are thousandths of its unit.

    ``fits_confirmed`` and ``fits_likely`` are ids of minimums; every claim that counts may also fill the rest.
    ``refused`` says why it does not count at all, ``doubt`` why it, or a part of it, counts only as likely.
    """

    credit: str
    title: str
    completed_on: date | None
    confirmed: int = 0
    likely: int = 0
    fits_confirmed: tuple[str, ...] = ()
    fits_likely: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()
    refused: str | None = None
    doubt: str | None = None


def claims_of(
    credential: Credential,
    earned: Sequence[EarnedCredit],
    cycle: Cycle | None,
    today: date,
    *,
    planned: Sequence[EarnedCredit] = (),
) -> list[Claim]:
    """The claims of earned credits, and of planned ones as if they were earned, oldest first; duplicates claim once."""
    claims: list[Claim] = []
    seen: set[str] = set()
    ahead = {_in_order(credit) for credit in planned}
    for credit in sorted((*earned, *planned), key=_in_order):
        refusal = _refusal(credit, cycle, None if _in_order(credit) in ahead else today)
        if credit.id in seen:
            refusal = "The same activity stands in the list twice; it counts once."
        seen.add(credit.id)
        if refusal is not None:
            claims.append(_claim(credit, refused=refusal))
            continue
        parts = _parts(credential, credit)
        claims.extend(parts if cycle is not None else (_undated(part) for part in parts))
    return claims


def opening_claims(credential: Credential, opening: Opening | None) -> list[Claim]:
    """The claims of totals from before the list begins. What has no category fills only the rest.

    Raises :class:`recommend.holding.HoldingError` for a category that the credential does not have.
    """
    if opening is None:
        return []
    ids = [requirement.id for requirement in credential.requirements]
    claims: list[Claim] = []
    for name, amount in opening.by_requirement.items():
        if name not in ids:
            raise HoldingError(f"{credential.id}: opening.by_requirement.{name} is no requirement{nearest(name, ids)}")
        requirement = credential.requirement(name)
        fits = (name,) if requirement.kind is RequirementKind.MINIMUM else ()
        claims.append(_opening(f"Done before this list: {in_a_sentence(requirement.label)}", amount, fits))
    rest = opening.total - sum(opening.by_requirement.values())
    return [*claims, _opening("Done before this list", rest, ())] if rest else claims


def _in_order(credit: EarnedCredit) -> tuple[Any, ...]:
    """Oldest first; of duplicates one that says its topics, and always the same one by what else changes the count."""
    tables = (credit.points, credit.also, credit.by_topic)
    words_of = (credit.activity, credit.topics, credit.guessed_topics, credit.counted_toward)
    return (credit.completed_on, credit.id, not credit.topics, *words_of, *(tuple(table.items()) for table in tables))


def _opening(title: str, amount: int, fits: tuple[str, ...]) -> Claim:
    return Claim(
        credit="opening",
        title=title,
        completed_on=None,
        confirmed=amount,
        likely=amount,
        fits_confirmed=fits,
        fits_likely=fits,
    )


def _claim(credit: EarnedCredit, *, refused: str | None = None) -> Claim:
    return Claim(credit=credit.id, title=credit.title, completed_on=credit.completed_on, refused=refused)


def _undated(claim: Claim) -> Claim:
    """Without a renewal period nobody can tell whether a credit falls inside it."""
    return replace(claim, confirmed=0, doubt=claim.doubt or "The renewal period is not known.")


def _refusal(credit: EarnedCredit, cycle: Cycle | None, today: date | None) -> str | None:
    """Why a credit cannot count for its date alone."""
    day = credit.completed_on
    if today is not None and day > today:
        return f"Dated {day}, which is after today."
    if cycle is None or cycle.holds(day):
        return None
    side = "before this renewal period began" if day < cycle.start else "after this renewal period ended"
    return f"Finished on {day}, {side} ({cycle.start} to {cycle.end})."


def _parts(credential: Credential, credit: EarnedCredit) -> Iterator[Claim]:
    """One claim, or one for each topic among which the certificate splits the amount."""
    whole = credential.id in credit.points or credit.activity not in KIND_OF_ACTIVITY
    if not credit.by_topic or whole:
        yield _valued(credential, credit, _worth(credential, credit, credit.amount), credit.topics)
        return
    for topic, amount in credit.by_topic.items():
        yield _valued(credential, credit, _worth(credential, credit, amount), (topic,))
    rest = (credit.amount or 0) - sum(credit.by_topic.values())
    if rest > 0:
        yield _valued(credential, credit, _worth(credential, credit, rest), ())


def _worth(credential: Credential, credit: EarnedCredit, amount: int | None) -> Worth:
    assigned = credit.points.get(credential.id)
    if assigned is not None:
        return Worth(assigned, assigned, Acceptance.STATED, None)
    kind = KIND_OF_ACTIVITY.get(credit.activity)
    if kind is not None:
        offered = [(credit.unit, amount), *(credit.also.items() if amount == credit.amount else ())]
        return max((worth(credential, unit, part, kind) for unit, part in offered), key=_standing)
    rule = next((rule for rule in credential.activities if rule.activity is credit.activity), None)
    late = rule is not None and rule.not_after is not None and credit.completed_on > rule.not_after
    if rule is None or rule.value is None or late:
        return Worth(None, 0 if late else None, Acceptance.UNKNOWN, None)
    count = 1000 if amount is None else amount
    return Worth(
        count * rule.value.planned // 1000, count * rule.value.value // 1000, Acceptance.SHOULD, None, rule.cap
    )


def _standing(value: Worth) -> tuple[int, int, int]:
    """What orders the credits of one certificate: the accepted amount, the likely one, and how well it is accepted."""
    accepted = 0 if value.acceptance is Acceptance.UNKNOWN else value.confirmed or 0
    return accepted, value.likely or 0, -ACCEPTANCE_ORDER.index(value.acceptance)


def _valued(credential: Credential, credit: EarnedCredit, value: Worth, topics: tuple[str, ...]) -> Claim:
    likely = value.likely or 0
    confirmed = 0 if value.acceptance is Acceptance.UNKNOWN else value.confirmed or 0
    if not likely:
        return _claim(credit, refused=_worthless(credential, credit))
    fits = {part.id: _origin(part, credit, topics, credential) for part in credential.requirements}
    if credential.requirements and all(origin is None for origin in fits.values()):
        return _claim(credit, refused=f"Its topic does not count for {credential.short_name}.")
    minimums = [part.id for part in credential.requirements if part.kind is RequirementKind.MINIMUM]
    caps = [value.cap] if value.cap is not None else []
    caps += [cap.id for cap in credential.caps if _under(cap, topics)]
    sure = tuple(name for name in minimums if fits[name] not in (None, TopicOrigin.GUESSED))
    probable = tuple(name for name in minimums if fits[name] is not None)
    doubt = _doubt(credential, credit, value, confirmed, likely)
    return Claim(
        credit=credit.id,
        title=credit.title,
        completed_on=credit.completed_on,
        confirmed=confirmed,
        likely=likely,
        fits_confirmed=sure,
        fits_likely=probable,
        caps=tuple(dict.fromkeys(caps)),
        doubt=GUESSED if doubt is None and probable != sure else doubt,
    )


def _origin(
    requirement: Requirement, credit: EarnedCredit, topics: tuple[str, ...], credential: Credential
) -> TopicOrigin | None:
    """Who says that a credit fits a requirement; the technician's own choice stands before any topic."""
    chosen = _chosen(credit, credential)
    if chosen is not None and requirement.kind is RequirementKind.MINIMUM:
        return TopicOrigin.CONFIRMED if requirement.id == chosen else None
    if requirement.units and not {credit.unit, *credit.also}.intersection(requirement.units):
        return None
    return topic_origin(requirement, topics, credit.guessed_topics)


def _chosen(credit: EarnedCredit, credential: Credential) -> str | None:
    for choice in credit.counted_toward:
        name, _, requirement = choice.partition(":")
        if name == credential.id and requirement:
            return requirement
    return None


def _under(cap: Cap, topics: tuple[str, ...]) -> bool:
    return bool(cap.topics) and bool(topics) and all(topic in cap.topics for topic in topics)


def _worthless(credential: Credential, credit: EarnedCredit) -> str:
    """Why a credit is worth nothing that we could count."""
    rule = next((rule for rule in credential.activities if rule.activity is credit.activity), None)
    enter = f"Enter the {credential.unit.value} that {credential.body_name} gives for it"
    if credit.activity in KIND_OF_ACTIVITY:
        if credit.amount is None:
            return "Its amount is not known."
        return f"What one {UNIT_NAMES[credit.unit]} is worth to {credential.short_name} was not found. {enter}."
    if rule is None:
        return f"The {credential.short_name} rule we read does not name this activity. {enter}, if any."
    if rule.not_after is not None and credit.completed_on > rule.not_after:
        return f"{rule.label} counts only up to {rule.not_after}."
    return f"{rule.label} counts for {credential.short_name}, but how much was not found. {enter}."


def _doubt(credential: Credential, credit: EarnedCredit, value: Worth, confirmed: int, likely: int) -> str | None:
    """Why a credit counts for less on the confirmed side."""
    if confirmed == likely:
        return None
    if value.acceptance is Acceptance.UNKNOWN:
        return f"Not known whether {credential.short_name} takes this credit ({UNIT_NAMES[credit.unit]})."
    figure = value.entry.per_unit if value.entry is not None else None
    if figure is not None and figure.assumed:
        return f"What an hour is worth to {credential.short_name} is assumed, not read from a page. Check it."
    return f"Counts as {words(confirmed)} until you have checked what one {UNIT_NAMES[credit.unit]} is worth."
