"""What a team's plan buys: each subscription, bundle or lot of seats beside the same courses paid one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommend.plan import PlanPackage
from recommend.price import covers
from recommend.team_plan import MemberPlan, SeatsBought, TeamPlan


@dataclass(frozen=True, slots=True)
class Bundle:
    """One subscription, bundle or lot of seats over the whole team. Money is minor units of the plan's currency.

    ``minor`` buys it ``times`` for ``people``; ``courses`` are taken through it. ``saves`` is what the same courses
    would cost more one by one, ``None`` where a single price is not known: such a saving is never guessed.
    """

    name: str
    provider: str
    people: tuple[str, ...]
    times: int
    minor: int
    courses: int
    saves: int | None


def bundles(plan: TeamPlan) -> tuple[Bundle, ...]:
    """Everything that the plan buys for more than one course, the dearest first."""
    bought: dict[str, list[tuple[MemberPlan, PlanPackage]]] = {}
    for member in plan.members:
        for part in member.plan.packages:
            bought.setdefault(part.package.id, []).append((member, part))
    found = [*(_bundle(each) for each in bought.values()), *(_seats(one, plan) for one in plan.packages)]
    return tuple(sorted(found, key=lambda bundle: (-bundle.minor, bundle.name)))


def _seats(bought: SeatsBought, plan: TeamPlan) -> Bundle:
    package = bought.seats.package
    seated = [member for member in plan.members if member.seat == package.id]
    taken = [item.opportunity for member in seated for item in member.plan.items]
    return Bundle(
        name=package.name,
        provider=package.organization or package.source,
        people=bought.people,
        times=bought.times,
        minor=bought.minor,
        courses=sum(covers(package.covers, opportunity) for opportunity in taken),
        saves=bought.saves,
    )


def _bundle(bought: Iterable[tuple[MemberPlan, PlanPackage]]) -> Bundle:
    members, parts = zip(*bought, strict=True)
    savings = [part.saves for part in parts]
    package = parts[0].package
    return Bundle(
        name=package.name,
        provider=package.organization or package.source,
        people=tuple(member.name for member in members),
        times=sum(part.times for part in parts),
        minor=sum(part.minor for part in parts),
        courses=sum(part.courses for part in parts),
        saves=None if None in savings else sum(saving for saving in savings if saving is not None),
    )
