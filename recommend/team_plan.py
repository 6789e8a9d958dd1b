"""Many people at once: the best of each for a whole roster in sparse products, and one budget over a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from recommend.allocation import Allocation
from recommend.plan import Objective, Options, Plan, plan_for
from recommend.price import CURRENCY, money
from recommend.profile import Profile
from recommend.rank import Person, Ranking
from recommend.seats import Seats
from recommend.solver import NODE_LIMIT

BLOCK = 64
"""People whose questions are multiplied at once; memory is this many rows of the scores that are not 0."""


def best_for_all(ranking: Ranking, people: Sequence[Person], limit: int) -> list[list[tuple[str, float]]]:
    """For each person the ids of the ``limit`` best with their scores, best first: what each would get alone."""
    found: list[list[tuple[str, float]]] = []
    for begin in range(0, len(people), BLOCK):
        block = people[begin : begin + BLOCK]
        scores = ranking.interests([one.profile for one in block])
        for person, (text, topic) in zip(block, scores, strict=True):
            parts = ranking.parts_with(person, text, topic)
            rows = ranking.best(parts, limit)[:limit]
            found.append([(ranking.columns.ids[row], float(parts.scores[row])) for row in rows.tolist()])
    return found


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """One person's plan within the team's budget; ``full_cost`` is what closing everything would take alone.

    ``seat`` is the id of the package in which the plan takes a seat.
    """

    name: str
    plan: Plan
    full_cost: int
    closes_everything: bool
    seat: str | None = None


@dataclass(frozen=True, slots=True)
class SeatsBought:
    """Seats that the team's plan buys, in minor units.

    ``saves`` is what those who take them would pay alone, less the seats and what they still pay beside them.
    """

    seats: Seats
    times: int
    minor: int
    people: tuple[str, ...]
    saves: int


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """Everybody's plan under one budget, in minor units; ``needed`` is what all full plans together would take."""

    members: tuple[MemberPlan, ...]
    budget: int | None
    cost: int
    needed: int
    currency: str
    headline: str
    packages: tuple[SeatsBought, ...] = ()


def plan_team(  # noqa: PLR0913 - each is a wish of its own
    ranking: Ranking,
    people: Sequence[tuple[str, Person]],
    budget: int | None,
    *,
    seats: Sequence[Seats] = (),
    objective: Objective = Objective.CHEAPEST,
    node_limit: int = NODE_LIMIT,
) -> TeamPlan:
    """Plans for a team under one budget in minor units (``None``: none).

    People's own budgets, and what their employer pays each, are not looked at: this is the employer's money. The
    packages of ``seats`` must be among the ranking's own; each person takes at most one seat. As many people as
    possible close everything, then as many as possible have their full plan paid; among equal numbers those whose
    deadlines come first, at least cost. What is left of the budget, and of the seats, goes to the others in the order
    of their deadlines, for the most that it closes.
    """
    return _Team(ranking, people, budget, seats, Options(objective, no_budget=True, node_limit=node_limit)).plan()


@dataclass
class _Team:
    """Plans everybody alone and with each kind of seat, and shares the budget among these plans."""

    ranking: Ranking
    people: Sequence[tuple[str, Person]]
    budget: int | None
    seats: Sequence[Seats]
    free: Options
    full: list[list[Plan]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """``full`` holds for each person the plan without a seat, then the one with each kind of seat."""
        ways = range(1 + len(self.seats))
        self.full = [
            [plan_for(self.ranking, self._seated(person, way), self.free) for way in ways] for _, person in self.people
        ]
        self.order = sorted(range(len(self.people)), key=lambda at: (_deadline(self.people[at][1]), self.people[at][0]))

    def _seated(self, person: Person, way: int) -> Person:
        """A person as the team pays for them: with a seat where ``way`` is not 0, without money of their own."""
        held = person.profile.subscriptions + tuple(one.package.id for one in self.seats[way - 1 : way] if way)
        wishes: dict[str, object] = {"employer_pays": None, "budget": None, "subscriptions": held}
        profile: Profile = person.profile.model_copy(update=wishes)
        return replace(person, profile=profile)

    def plan(self) -> TeamPlan:
        """The plans of all under the budget."""
        chosen, bought = self._allocation.solve(self.budget)
        plans = {at: (way, self.full[at][way]) for at, way in chosen.items()}
        if self.budget is not None:
            self._share_rest(plans, bought)
        packages = tuple(self._bought(at, times, plans) for at, times in enumerate(bought) if times)
        cost = sum(plan.cost for _, plan in plans.values()) + sum(one.minor for one in packages)
        everybody, seats_for_all = self._allocation.solve(None)
        needed = self._cost(everybody, seats_for_all)
        members = tuple(self._member(at, *plans[at]) for at in range(len(self.people)))
        closed = sum(member.closes_everything for member in members)
        headline = _headline(len(members), closed, cost, needed)
        return TeamPlan(members, self.budget, cost, needed, CURRENCY, headline, packages)

    def _member(self, at: int, way: int, plan: Plan) -> MemberPlan:
        seat = self.seats[way - 1].package.id if way else None
        return MemberPlan(self.people[at][0], plan, self.full[at][0].cost, plan.closes_everything, seat)

    def _bought(self, at: int, times: int, plans: dict[int, tuple[int, Plan]]) -> SeatsBought:
        seats = self.seats[at]
        seated = [person for person, (way, _) in sorted(plans.items()) if way == at + 1]
        alone = sum(self.full[person][0].cost for person in seated)
        beside = sum(plans[person][1].cost for person in seated)
        minor = seats.minor * times
        names = tuple(self.people[person][0] for person in seated)
        return SeatsBought(seats, times, minor, names, alone - beside - minor)

    def _cost(self, chosen: Mapping[int, int], bought: Sequence[int]) -> int:
        seats = sum(one.minor * times for one, times in zip(self.seats, bought, strict=True))
        return seats + sum(self.full[at][way].cost for at, way in chosen.items())

    @cached_property
    def _allocation(self) -> Allocation:
        ways = 1 + len(self.seats)
        places = np.array([self.order.index(at) for at in range(len(self.people))], dtype=np.int64)
        return Allocation(
            costs=np.array([[plan.cost for plan in plans] for plans in self.full], dtype=np.int64).reshape(-1, ways),
            closing=np.array([[plan.closes_everything for plan in plans] for plans in self.full]).reshape(-1, ways),
            early=len(self.people) - places,
            kinds=[(one.seats, one.minor) for one in self.seats],
        )

    def _share_rest(self, plans: dict[int, tuple[int, Plan]], bought: Sequence[int]) -> None:
        """What is left of the money and of the seats that are bought, to the others in the order of their deadlines."""
        left = (self.budget or 0) - self._cost({at: way for at, (way, _) in plans.items()}, bought)
        spare = [one.seats * times for one, times in zip(self.seats, bought, strict=True)]
        for way, _ in plans.values():
            if way:
                spare[way - 1] -= 1
        for at in self.order:
            if at in plans:
                continue
            ways = [0, *(number + 1 for number, free in enumerate(spare) if free)]
            options = replace(self.free, budget=left, no_budget=False)
            found = [(way, plan_for(self.ranking, self._seated(self.people[at][1], way), options)) for way in ways]
            way, plan = min(
                found, key=lambda entry: (sum(gap.missing for gap in entry[1].gaps), entry[1].cost, entry[0])
            )
            plans[at] = (way, plan)
            left -= plan.cost
            if way:
                spare[way - 1] -= 1


def _leaves_open(found: tuple[int, Plan]) -> tuple[int, int, int]:
    """What orders the ways to pay a plan: the least that stays open, then the least money, then no seat."""
    way, plan = found
    return sum(gap.missing for gap in plan.gaps), plan.cost, way


def _headline(people: int, closed: int, cost: int, needed: int) -> str:
    short = f" All would take {money(needed, CURRENCY)}." if cost < needed else ""
    return f"{closed} of {people} people close everything we can confirm, for {money(cost, CURRENCY)}.{short}"


def _deadline(person: Person) -> int:
    days = [answer.plan_by.toordinal() for answer, _ in person.open_credentials if answer.plan_by is not None]
    return min(days, default=10**9)
