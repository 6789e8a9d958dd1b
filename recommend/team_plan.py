"""Many people at once: the best of each for a whole roster in sparse products, and one budget over a team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from recommend.index import DECIMALS
from recommend.plan import Objective, Options, Plan, plan_for
from recommend.price import CURRENCY, money
from recommend.rank import Person, Ranking
from recommend.solver import NODE_LIMIT, minimize

BLOCK = 64
"""People whose questions are multiplied at once; memory is this many rows of scores."""


def best_for_all(ranking: Ranking, people: Sequence[Person], limit: int) -> list[list[tuple[str, float]]]:
    """For each person the ids of the ``limit`` best with their scores, best first: what each would get alone."""
    found: list[list[tuple[str, float]]] = []
    for begin in range(0, len(people), BLOCK):
        block = people[begin : begin + BLOCK]
        for person, text, topic in zip(block, *ranking.interests([one.profile for one in block]), strict=True):
            parts = ranking.parts_with(person, text, topic)
            rows = ranking.best(parts, limit)[:limit]
            found.append([(ranking.columns.ids[row], float(parts.scores[row])) for row in rows.tolist()])
    return found


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """One person's plan within the team's budget; ``full_cost`` is what closing everything would take."""

    name: str
    plan: Plan
    full_cost: int
    closes_everything: bool


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """Everybody's plan under one budget, in minor units; ``needed`` is what all full plans together would take."""

    members: tuple[MemberPlan, ...]
    budget: int | None
    cost: int
    needed: int
    currency: str
    headline: str


def plan_team(
    ranking: Ranking,
    people: Sequence[tuple[str, Person]],
    budget: int | None,
    *,
    objective: Objective = Objective.CHEAPEST,
    node_limit: int = NODE_LIMIT,
) -> TeamPlan:
    """Plans for a team under one budget in minor units (``None``: none); people's own budgets are not looked at.

    As many people as possible close everything; among equal numbers those whose deadlines come first. What is left of
    the budget goes to the others in the order of their deadlines, for the most that it closes.
    """
    free = Options(objective=objective, no_budget=True, node_limit=node_limit)
    full = [plan_for(ranking, person, free) for _, person in people]
    order = sorted(range(len(people)), key=lambda number: (_deadline(people[number][1]), people[number][0]))
    funded = set(order) if budget is None else _funded([full[number].cost for number in order], order, budget)
    left = None if budget is None else budget - sum(full[number].cost for number in funded)
    members: dict[int, Plan] = {number: full[number] for number in funded}
    for number in order:
        if number in members or left is None:
            continue
        options = Options(objective=objective, budget=left, node_limit=node_limit)
        members[number] = plan_for(ranking, people[number][1], options)
        left -= members[number].cost
    cost = sum(plan.cost for plan in members.values())
    needed = sum(plan.cost for plan in full)
    closed = sum(full[number].closes_everything for number in funded)
    return TeamPlan(
        members=tuple(
            MemberPlan(people[number][0], members[number], full[number].cost, members[number].closes_everything)
            for number in range(len(people))
        ),
        budget=budget,
        cost=cost,
        needed=needed,
        currency=CURRENCY,
        headline=_headline(len(people), closed, cost, needed),
    )


def _headline(people: int, closed: int, cost: int, needed: int) -> str:
    short = f" All would take {money(needed, CURRENCY)}." if cost < needed else ""
    return f"{closed} of {people} people close everything we can confirm, for {money(cost, CURRENCY)}.{short}"


def _deadline(person: Person) -> int:
    days = [answer.plan_by.toordinal() for answer, _ in person.open_credentials if answer.plan_by is not None]
    return min(days, default=10**9)


def _funded(costs: Sequence[int], order: Sequence[int], budget: int) -> set[int]:
    """Whose full plan is paid: the most people, then those first in ``order``, then the least money. Exact."""
    if not costs:
        return set()
    count = len(costs)
    worth = np.array([count * count + (count - place) for place in range(count)], dtype=np.float64)
    spent = LinearConstraint(sparse.csr_matrix([costs]), -np.inf, float(budget))
    solution = minimize(-worth, [spent], np.ones(count), Bounds(np.zeros(count), np.ones(count)))
    return {order[place] for place in range(count) if round(float(solution.values[place]), DECIMALS) > 0.5}
