"""The shortfall: which earned credit counts toward what, what is still needed, and by when.

Told twice. *Confirmed* counts only what is sure: an accepted credit, a stated or confirmed topic, a figure that is
sure or checked. *Likely* counts everything that probably counts. All amounts are thousandths of the credential's unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from recommend.amounts import words
from recommend.assignment import Answer, Item, Question, assign
from recommend.claims import Claim, claims_of, opening_claims
from recommend.credential import (
    STALE_DAYS,
    Cap,
    Confidence,
    Credential,
    Figure,
    Requirement,
    RequirementKind,
    RuleSource,
    Standing,
    Unit,
)
from recommend.cycles import Cycle, current
from recommend.explanation import CreditUse, Explanation
from recommend.holding import for_holder
from recommend.profile import Held, HoldingStatus, Opening, Profile, Target
from recommend.transcript import EarnedCredit


@dataclass(frozen=True, slots=True)
class RequirementOwed:
    """One requirement: what it asks, what fills it and what is still needed, on both sides. ``None`` is not known.

    ``confirmed`` and ``likely`` never exceed ``needed``; overflow is told in the remainder.
    """

    id: str
    label: str
    kind: RequirementKind
    topics: tuple[str, ...]
    needed: int | None
    confirmed: int
    likely: int
    still_confirmed: int | None
    still_likely: int | None
    figure: str | None
    confidence: Confidence | None
    checked: bool
    source_url: str | None
    source_dated: str | None
    read_on: date | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CapUse:
    """How much of a cap is used on each side; ``most`` is ``None`` where the total is not known."""

    id: str
    label: str
    most: int | None
    confirmed: int
    likely: int


@dataclass(frozen=True, slots=True)
class CredentialOwed:
    """One credential: the renewal period, its requirements, and both sides of what is still needed.

    ``confirmed`` and ``likely`` are what counts, at most ``total``. ``still_confirmed`` is the least amount that closes
    every requirement: never less than what the minimums still need. ``unsure`` are plain sentences on figures and
    credits that are not confirmed. ``plan_by`` is the day by which a plan ends, ``file_by`` the one by
    which the body wants the declaration, where its rule says so. An asked total that nobody found is ``None``.
    """

    id: str
    name: str
    short_name: str
    body_name: str
    unit: Unit
    standing: Standing
    status: HoldingStatus
    total: int | None
    total_figure: str | None
    total_confidence: Confidence | None
    total_source: RuleSource | None
    cycle: Cycle | None
    plan_by: date | None
    requirements: tuple[RequirementOwed, ...]
    confirmed: int
    likely: int
    still_confirmed: int | None
    still_likely: int | None
    file_by: date | None = None
    uses_confirmed: tuple[CreditUse, ...] = ()
    uses_likely: tuple[CreditUse, ...] = ()
    caps: tuple[CapUse, ...] = ()
    unsure: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def cycle_start(self) -> date | None:
        """The first day of the renewal period, where it is known."""
        return self.cycle.start if self.cycle else None

    @property
    def cycle_end(self) -> date | None:
        """The last day on which a credit may be earned, where it is known."""
        return self.cycle.end if self.cycle else None


@dataclass(frozen=True, slots=True)
class Owed:
    """What one technician still needs, credential by credential, the earlier deadline first."""

    today: date
    credentials: tuple[CredentialOwed, ...]

    def credential(self, credential_id: str) -> CredentialOwed:
        """The answer for one credential. Raises ``KeyError`` where it is not held."""
        for credential in self.credentials:
            if credential.id == credential_id:
                return credential
        raise KeyError(credential_id)


def owed(
    profile: Profile, credentials: Mapping[str, Credential], today: date, *, also: Sequence[EarnedCredit] = ()
) -> Owed:
    """What a profile still needs on ``today``, credential by credential, the earlier deadline first.

    ``also`` are credits to count as if they were earned ("what if I take this?"); theirs may lie in the future.
    Raises :class:`recommend.holding.HoldingError` where the profile names what the rules do not know.
    """
    personal = for_holder(profile, credentials, today)
    cases = [_held_case(credentials[held.id], personal[held.id], held, today) for held in profile.credentials]
    cases += [_target_case(personal[target.id], target, today) for target in profile.targets]
    answers = [_answer(case, profile, also) for case in cases]
    answers.sort(key=lambda answer: (answer.cycle.end if answer.cycle else date.max, answer.id))
    return Owed(today=today, credentials=tuple(answers))


@dataclass(frozen=True)
class _Case:
    """One credential as it is held, with everything that its answer needs."""

    credential: Credential
    today: date
    cycle: Cycle | None
    status: HoldingStatus
    opening: Opening | None
    notes: tuple[str, ...]

    @cached_property
    def minimums(self) -> tuple[Requirement, ...]:
        return tuple(part for part in self.credential.requirements if part.kind is RequirementKind.MINIMUM)

    @cached_property
    def rest(self) -> Requirement | None:
        return next((part for part in self.credential.requirements if part.kind is RequirementKind.REMAINDER), None)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two answers: what is asked, what fills it, and where each claim went."""

    needs: tuple[int, ...]
    total: int | None
    filled: tuple[int, ...]
    rest_needed: int | None
    rest_filled: int
    still: int | None
    caps: tuple[int, ...]
    uses: tuple[CreditUse, ...]


def _held_case(rule: Credential, personal: Credential, held: Held, today: date) -> _Case:
    cycle = current(rule, held, today)
    return _Case(personal, today, cycle, held.status, held.opening, tuple(_notes(rule, held, cycle, today)))


def _target_case(personal: Credential, target: Target, today: date) -> _Case:
    cycle = Cycle(start=target.starts_on, end=target.due_on, renew_by=target.due_on)
    return _Case(personal, today, cycle, HoldingStatus.ACTIVE, target.opening, ("You set this target yourself.",))


def _answer(case: _Case, profile: Profile, also: Sequence[EarnedCredit]) -> CredentialOwed:
    credential, cycle, today = case.credential, case.cycle, case.today
    claims = opening_claims(credential, case.opening)
    claims += claims_of(credential, profile.transcript, cycle, today, planned=also)
    sure = _side(case, claims, confirmed=True)
    probable = _side(case, claims, confirmed=False)
    return CredentialOwed(
        id=credential.id,
        name=credential.name,
        short_name=credential.short_name,
        body_name=credential.body_name,
        unit=credential.unit,
        standing=credential.standing,
        status=case.status,
        total=sure.total,
        total_figure=f"{credential.id}.total" if credential.total is not None else None,
        total_confidence=credential.total.confidence if credential.total is not None else None,
        total_source=credential.source(credential.total.source) if credential.total is not None else None,
        cycle=cycle,
        plan_by=_plan_by(cycle, today, profile.plan_days_before),
        requirements=tuple(_requirements(case, sure, probable)),
        confirmed=sum(sure.filled) + sure.rest_filled,
        likely=sum(probable.filled) + probable.rest_filled,
        still_confirmed=sure.still,
        still_likely=probable.still,
        file_by=_file_by(case),
        uses_confirmed=sure.uses,
        uses_likely=probable.uses,
        caps=tuple(
            CapUse(cap.id, cap.label, cap.most(sure.total), sure.caps[index], probable.caps[index])
            for index, cap in enumerate(credential.caps)
        ),
        unsure=tuple(_unsure(case, claims)),
        notes=case.notes,
    )


def _side(case: _Case, claims: Sequence[Claim], *, confirmed: bool) -> _Side:
    """Solve one side. Only what is asked for certain differs: stricter figures, smaller amounts, fewer topics."""
    credential, minimums = case.credential, case.minimums
    places = {part.id: place for place, part in enumerate(minimums)}
    needs = tuple(_asked(part.needed, confirmed=confirmed) or 0 for part in minimums)
    total = _asked(credential.total, confirmed=confirmed)
    counting = [claim for claim in claims if (claim.confirmed if confirmed else claim.likely)]
    question = Question(
        needs=needs,
        total=total,
        caps=tuple(_most(cap, total, claims) for cap in credential.caps),
        items=tuple(_item(case, claim, places, confirmed=confirmed) for claim in counting),
    )
    answer = assign(question)
    filled = tuple(need - short for need, short in zip(needs, answer.owed, strict=True))
    rest_needed = None if total is None else max(0, total - sum(needs))
    overflow = max(0, answer.all_counted - sum(filled))
    asked = total is not None or bool(minimums)
    return _Side(
        needs=needs,
        total=total,
        filled=filled,
        rest_needed=rest_needed,
        rest_filled=overflow if rest_needed is None else min(overflow, rest_needed),
        still=answer.still if asked else None,
        caps=tuple(_used(answer, question, index) for index in range(len(credential.caps))),
        uses=tuple(Explanation(minimums, case.rest, question).uses(claims, counting, answer)),
    )


def _asked(figure: Figure | None, *, confirmed: bool) -> int | None:
    if figure is None:
        return None
    return max(figure.value, figure.planned) if confirmed else figure.value


def _most(cap: Cap, total: int | None, claims: Sequence[Claim]) -> int:
    """A cap's size; one that is a share of an unknown total cannot bind."""
    most = cap.most(total)
    return sum(claim.likely for claim in claims) if most is None else most


def _item(case: _Case, claim: Claim, places: Mapping[str, int], *, confirmed: bool) -> Item:
    fits = tuple(places[name] for name in (claim.fits_confirmed if confirmed else claim.fits_likely))
    return Item(
        amount=claim.confirmed if confirmed else claim.likely,
        fits=fits,
        caps=tuple(index for index, cap in enumerate(case.credential.caps) if cap.id in claim.caps),
        splits=tuple(place for place in fits if case.minimums[place].splittable),
    )


def _used(answer: Answer, question: Question, cap: int) -> int:
    items = zip(question.items, answer.counted, strict=True)
    return sum(sum(parts.values()) for item, parts in items if cap in item.caps)


def _requirements(case: _Case, sure: _Side, probable: _Side) -> Iterator[RequirementOwed]:
    places = {part.id: place for place, part in enumerate(case.minimums)}
    for part in case.credential.requirements:
        place = places.get(part.id)
        if place is None:
            yield _requirement(
                case, part, (sure.rest_needed, sure.rest_filled), (probable.rest_needed, probable.rest_filled)
            )
        else:
            yield _requirement(
                case, part, (sure.needs[place], sure.filled[place]), (probable.needs[place], probable.filled[place])
            )


def _requirement(
    case: _Case, part: Requirement, sure: tuple[int | None, int], probable: tuple[int | None, int]
) -> RequirementOwed:
    """``sure`` and ``probable`` are (needed, filled)."""
    figure = part.needed if part.needed is not None else case.credential.total
    path = "total" if part.needed is None else f"requirements.{part.id}"
    source = case.credential.source(figure.source) if figure is not None else None
    return RequirementOwed(
        id=part.id,
        label=part.label,
        kind=part.kind,
        topics=part.topics,
        needed=sure[0],
        confirmed=sure[1],
        likely=probable[1],
        still_confirmed=None if sure[0] is None else max(0, sure[0] - sure[1]),
        still_likely=None if probable[0] is None else max(0, probable[0] - probable[1]),
        figure=f"{case.credential.id}.{path}" if figure is not None else None,
        confidence=figure.confidence if figure is not None else None,
        checked=figure.checked if figure is not None else False,
        source_url=source.url if source is not None else None,
        source_dated=source.dated if source is not None else None,
        read_on=source.read_on if source is not None else None,
        note=part.note or (figure.note if figure is not None else None),
    )


def _plan_by(cycle: Cycle | None, today: date, days_before: int) -> date | None:
    """The day by which a plan ends: so many days before the end, or the end itself where that day is over."""
    if cycle is None or cycle.looks_back:
        return None
    early = cycle.end - timedelta(days=days_before)
    return early if early >= today else cycle.end


def _file_by(case: _Case) -> date | None:
    cycle, days = case.cycle, case.credential.file_days_before
    return (
        cycle.renew_by - timedelta(days=days)
        if cycle is not None and days is not None and not cycle.looks_back
        else None
    )


def _unsure(case: _Case, claims: Sequence[Claim]) -> Iterator[str]:
    """Plain sentences on what is not sure: figures first, then credits."""
    credential, unit = case.credential, case.credential.unit.value
    if case.credential.total is None and credential.standing is Standing.ACTIVE:
        yield f"{credential.short_name}: no page we read gives the total. Check with the board and enter it."
    read_on = credential.read_on()
    if read_on is not None and (case.today - read_on).days > STALE_DAYS:
        yield f"{credential.short_name}: this rule was last read on {read_on}, more than 12 months ago. Check it."
    named = [("The total", credential.total), *((part.label, part.needed) for part in case.minimums)]
    for label, figure in named:
        if figure is not None and figure.confidence is not Confidence.HIGH:
            asked = words(max(figure.value, figure.planned))
            yield f"{label}: {asked} {unit}, {figure.confidence} confidence. Check it."
    yield from (f"{claim.title}: {claim.doubt}" for claim in claims if claim.doubt is not None)
    if case.opening is not None and case.opening.about:
        yield f"About {words(case.opening.total)} {unit} are your own count. Check your certificates."


def _notes(rule: Credential, held: Held, cycle: Cycle | None, today: date) -> Iterator[str]:
    """What one should know about this holding, in calm words."""
    if rule.standing is Standing.NO_CE:
        yield f"No CE is required by the rule we read for {rule.short_name}."
    if rule.standing is Standing.NO_LICENSE:
        yield f"{rule.body_name}: this license has ended, by what we read."
    if held.status is HoldingStatus.ON_LEAVE:
        yield "Leave may not move your deadline. Ask the board."
    if held.status is HoldingStatus.VOLUNTARY:
        yield "You hold this voluntarily. What follows is what the program asks of those who take part."
    if held.status is HoldingStatus.EXPIRED:
        yield rule.expired.note if rule.expired is not None else "Expired: ask the board what brings it back."
    if held.first_cycle and rule.first_cycle is not None and rule.first_cycle.note is not None:
        yield rule.first_cycle.note
    if cycle is None and rule.standing is Standing.ACTIVE:
        yield "Enter the renewal period's last day, so that we can tell which credits fall inside it."
    if cycle is not None and cycle.end < today:
        yield f"This renewal period ended on {cycle.end}. If you renewed, enter the new one."
    if any(part.kind is RequirementKind.PER_SPECIALTY for part in rule.requirements) and not held.specialties:
        yield "Enter the specialties on your license: each one asks for an hour of its own."
