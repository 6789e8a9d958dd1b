"""What a profile does not say yet, and what each thing left out costs in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from recommend.credential import Confidence, Credential, CycleKind, RequirementKind, Standing
from recommend.cycles import current
from recommend.holding import for_holder
from recommend.profile import Held, HoldingStatus, Profile


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a profile leaves out: the field, why it matters, and whether the answer is wrong without it."""

    field: str
    reason: str
    needed: bool


def gaps(profile: Profile, credentials: Mapping[str, Credential], today: date) -> tuple[Gap, ...]:
    """What would make the answer better, what it cannot do without first.

    Raises :class:`recommend.holding.HoldingError` where the profile names what the rules do not know.
    """
    for_holder(profile, credentials, today)
    found = [gap for held in profile.credentials for gap in _of_holding(held, credentials[held.id], profile, today)]
    return tuple(sorted((*found, *_of_person(profile)), key=lambda gap: not gap.needed))


def _of_holding(held: Held, rule: Credential, profile: Profile, today: date) -> Iterator[Gap]:
    cycle = current(rule, held, today)
    if cycle is None and rule.standing is Standing.ACTIVE:
        by_years = rule.cycle is not None and rule.cycle.kind is CycleKind.CALENDAR_YEARS
        what = "the day the license expires" if by_years else "the last day of the renewal period"
        yield Gap(f"{held.id}: cycle_end", f"Without {what} no credit can be told to count.", needed=True)
    if cycle is not None and cycle.end < today and held.status is not HoldingStatus.EXPIRED:
        yield Gap(
            f"{held.id}: cycle_end", f"The renewal period ended on {cycle.end}; enter the present one.", needed=True
        )
    if any(part.kind is RequirementKind.PER_SPECIALTY for part in rule.requirements) and not held.specialties:
        yield Gap(f"{held.id}: specialties", "Each specialty asks for an amount of its own.", needed=True)
    if rule.total is None and held.own_total is None and rule.standing is Standing.ACTIVE:
        yield Gap(f"{held.id}: own_total", "No page we read gives the total. Check with the board.", needed=True)
    if held.first_cycle and rule.first_cycle is not None and rule.first_cycle.steps and held.certified_on is None:
        yield Gap(f"{held.id}: certified_on", "The first period asks for less by the month of licensing.", needed=True)
    checked = {figure.figure for figure in profile.checked}
    used = _used(rule, profile)
    for path, figure in rule.figures().items():
        name = f"{held.id}.{path}"
        matters = not path.startswith("accepts.") or path in used
        unsure = figure.confidence is not Confidence.HIGH and name not in checked
        if matters and unsure and path.removeprefix("requirements.") not in held.own_requirements:
            yield Gap(
                f"checked: {name}", f"{figure.confidence.capitalize()} confidence. Look it up and say so.", needed=False
            )


def _used(rule: Credential, profile: Profile) -> set[str]:
    """The paths of what this person's own credits are worth."""
    units = {unit for credit in profile.transcript for unit in (credit.unit, *credit.also)}
    return {f"accepts.{entry.id}" for entry in rule.accepts if units.intersection(entry.units) and not entry.kinds}


def _of_person(profile: Profile) -> Iterator[Gap]:
    if not profile.credentials and not profile.targets:
        yield Gap("credentials", "Nothing is held and no target is set, so nothing can be owed.", needed=True)
    openings = [*(held.opening for held in profile.credentials), *(target.opening for target in profile.targets)]
    if not profile.transcript and not any(openings):
        yield Gap("transcript", "Nothing done so far is entered; totals by category are enough.", needed=False)
    if not profile.interests and not profile.topics:
        yield Gap("interests", "Suggestions then go by what is needed alone.", needed=False)
    if profile.time_zone is None:
        yield Gap("time_zone", "Live sessions cannot be shown in your own time.", needed=False)
    if profile.budget is None:
        yield Gap("budget", "Plans then look for the cheapest, without a limit.", needed=False)
