"""A credential as one technician holds it: specialties spelled out, checked figures applied, first period told apart.

The result is again a :class:`~recommend.credential.Credential`, so that everything that counts credits needs to know
nothing of how it is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from catalog.errors import BadInputError
from catalog.listing import CreditUnit
from catalog.taxonomy import topics as known_topics
from recommend.amounts import units
from recommend.credential import (
    Acceptance,
    Accepts,
    Confidence,
    Credential,
    Figure,
    Requirement,
    RequirementKind,
)
from recommend.cycles import Cycle, current, months_between
from recommend.documents import nearest
from recommend.profile import CheckedFigure, Held, HoldingStatus, Profile, Target

OWN_BODY = "own"
REST = "rest"
YOURS = "You entered this figure."

HOUR_UNITS = (
    CreditUnit.PACE,
    CreditUnit.CMLE,
    CreditUnit.CME,
    CreditUnit.ACCENT,
    CreditUnit.FLORIDA,
    CreditUnit.CALIFORNIA,
    CreditUnit.CONTACT_HOUR,
    CreditUnit.CLOCK_HOUR,
    CreditUnit.CSMLS_PEP,
    CreditUnit.CSMLS_CPS,
)
"""Units of which one is an hour of instruction, as far as an own target is concerned."""


class HoldingError(BadInputError):
    """A profile that names a credential, specialty or figure which the rules do not know."""


def for_holder(profile: Profile, credentials: Mapping[str, Credential], today: date) -> dict[str, Credential]:
    """The credentials that a profile holds, each as it applies to this person, in the profile's order.

    Raises :class:`HoldingError` for a credential, requirement or checked figure that the rules do not know.
    """
    _refuse_loose_figures(profile, credentials)
    personal: dict[str, Credential] = {}
    for held in profile.credentials:
        if held.id not in credentials:
            raise HoldingError(f"credential {held.id!r} is not among the rules{nearest(held.id, sorted(credentials))}")
        credential = credentials[held.id]
        personal[held.id] = as_held(credential, held, profile.checked, current(credential, held, today))
    personal.update({target.id: own_credential(target) for target in profile.targets})
    return personal


def as_held(credential: Credential, held: Held, checked: tuple[CheckedFigure, ...], cycle: Cycle | None) -> Credential:
    """One credential as it applies to one holder in one renewal period."""
    own = {figure.path: figure for figure in checked if figure.credential == credential.id}
    personal = _with_checked(_for_cycle(credential, cycle), own)
    personal = _with_own_figures(personal, held)
    personal = _with_specialties(personal, held)
    if held.status is HoldingStatus.EXPIRED:
        return _to_reinstate(personal)
    return _first_period(personal, held, cycle) if held.first_cycle else personal


def own_credential(target: Target) -> Credential:
    """An own target as a credential: any hour counts as an hour, since nobody else sets its rule."""
    parts = tuple(
        Requirement(id=part.id, label=part.label, topics=part.topics, needed=_entered(part.needed))
        for part in target.parts
    )
    rest = Requirement(id=REST, label="Anything else", kind=RequirementKind.REMAINDER)
    return Credential(
        id=target.id,
        name=target.name,
        short_name=target.name,
        body=OWN_BODY,
        body_name="My own target",
        jurisdiction="My own target",
        unit=target.unit,
        total=_entered(target.total),
        requirements=(*parts, rest),
        accepts=OWN_ACCEPTS,
    )


def _figure(value: int, confidence: Confidence, **fields: str | bool | None) -> Figure:
    """A figure from thousandths."""
    return Figure.model_validate({"value": units(value), "confidence": confidence, **fields})


def _entered(value: int) -> Figure:
    return _figure(value, Confidence.HIGH, checked=True, note=YOURS)


OWN_ACCEPTS = (
    Accepts(
        id="hours",
        label="Any hour of instruction",
        units=HOUR_UNITS,
        acceptance=Acceptance.SHOULD,
        per_unit=Figure(value=1, confidence=Confidence.HIGH),
    ),
    Accepts(
        id="ceu",
        label="CEU: ten contact hours",
        units=(CreditUnit.CEU,),
        acceptance=Acceptance.SHOULD,
        per_unit=Figure(value=10, strict=1, confidence=Confidence.MEDIUM),
    ),
)


def _refuse_loose_figures(profile: Profile, credentials: Mapping[str, Credential]) -> None:
    for checked in profile.checked:
        credential = credentials.get(checked.credential)
        if credential is None:
            near = nearest(checked.credential, sorted(credentials))
            raise HoldingError(f"checked figure {checked.figure!r}: no such credential{near}")
        paths = sorted(credential.figures())
        if checked.path not in paths:
            raise HoldingError(f"checked figure {checked.figure!r}: no such figure{nearest(checked.path, paths)}")


def _for_cycle(credential: Credential, cycle: Cycle | None) -> Credential:
    """The figures that held for the renewal period; a minimum that did not exist yet is left out."""
    end = cycle.end if cycle else None
    requirements = tuple(
        part
        if part.needed is None
        else part.model_copy(
            update={"needed": part.needed.model_copy(update={"value": part.needed.for_cycle_ending(end)})}
        )
        for part in credential.requirements
    )
    kept = tuple(part for part in requirements if part.needed is None or part.needed.value > 0)
    total = credential.total
    if total is not None:
        total = total.model_copy(update={"value": total.for_cycle_ending(end)})
    return credential.model_copy(update={"requirements": kept, "total": total})


def _with_checked(credential: Credential, checked: Mapping[str, CheckedFigure]) -> Credential:
    """The credential with the figures that the technician vouches for: sure now, and changed where a value is given."""

    def vouched(path: str, figure: Figure | None) -> Figure | None:
        if figure is None or path not in checked:
            return figure
        value = checked[path].value
        update = {"confidence": Confidence.HIGH, "checked": True, "value": figure.value if value is None else value}
        return figure.model_copy(update=update)

    return credential.model_copy(
        update={
            "total": vouched("total", credential.total),
            "requirements": tuple(
                part.model_copy(update={"needed": vouched(f"requirements.{part.id}", part.needed)})
                for part in credential.requirements
            ),
            "accepts": tuple(
                entry.model_copy(update={"per_unit": vouched(f"accepts.{entry.id}", entry.per_unit)})
                for entry in credential.accepts
            ),
            "activities": tuple(
                rule.model_copy(update={"value": vouched(f"activities.{rule.activity}", rule.value)})
                for rule in credential.activities
            ),
        }
    )


def _with_own_figures(credential: Credential, held: Held) -> Credential:
    """Figures that nobody found and the technician entered. A new minimum is named by its topic."""
    requirements = list(credential.requirements)
    ids = [part.id for part in requirements]
    for name, needed in held.own_requirements.items():
        if name in ids:
            place = ids.index(name)
            requirements[place] = requirements[place].model_copy(
                update={"needed": _entered(needed), "kind": RequirementKind.MINIMUM}
            )
        elif name in known_topics():
            label = known_topics()[name].label
            requirements.insert(0, Requirement(id=name, label=label, topics=(name,), needed=_entered(needed)))
        else:
            near = nearest(name, [*ids, *known_topics()])
            raise HoldingError(f"{credential.id}: own_requirements.{name} is no requirement and no topic{near}")
    update: dict[str, object] = {"requirements": tuple(requirements)}
    if held.own_total is not None:
        update["total"] = _entered(held.own_total)
    return credential.model_copy(update=update)


def _with_specialties(credential: Credential, held: Held) -> Credential:
    """Each specialty on the license as its own minimum. One just added is exempt (Fla. Admin. Code 64B3-11.001)."""
    requirements: list[Requirement] = []
    for part in credential.requirements:
        if part.kind is not RequirementKind.PER_SPECIALTY:
            requirements.append(part)
            continue
        for specialty in held.specialties:
            if specialty not in held.new_specialties:
                requirements.append(_for_specialty(part, specialty))
    return credential.model_copy(update={"requirements": tuple(requirements)})


def _for_specialty(part: Requirement, specialty: str) -> Requirement:
    return part.model_copy(
        update={
            "id": f"specialty_{specialty}",
            "label": f"Licensed specialty: {known_topics()[specialty].label}",
            "kind": RequirementKind.MINIMUM,
            "topics": (specialty,),
        }
    )


def _to_reinstate(credential: Credential) -> Credential:
    """What brings an expired credential back: its own total where the rule gives one, else the whole set."""
    if credential.expired is None or credential.expired.total is None:
        return credential
    rest = tuple(part for part in credential.requirements if part.kind is RequirementKind.REMAINDER)
    return credential.model_copy(update={"total": credential.expired.total, "requirements": rest})


def _first_period(credential: Credential, held: Held, cycle: Cycle | None) -> Credential:
    """What the first renewal period asks, where the rule makes an exception for it."""
    rule = credential.first_cycle
    if rule is None:
        return credential

    def total_of(total: int) -> Figure:
        return _figure(total, rule.confidence, source=rule.source, note=rule.note)

    if rule.exempt:
        return credential.model_copy(update={"requirements": (), "total": total_of(0)})
    if rule.only:
        kept = tuple(part for part in credential.requirements if part.id in rule.only)
        total = sum(part.needed.value for part in kept if part.needed is not None)
        return credential.model_copy(update={"requirements": kept, "total": total_of(total)})
    if cycle is None or held.certified_on is None:
        return credential
    month = months_between(cycle.start, held.certified_on)
    totals = [step.total for step in rule.steps if month < step.before_month]
    return credential.model_copy(update={"total": total_of(totals[0])}) if totals else credential
