"""One budget shared among the plans of many people, some of them with seats bought for several at once. Exact.

A way is how a person's plan is paid: 0 without a seat, 1 and above with a seat of that kind. Variables: for each person
and way ``take`` (0 or 1, one way at most), and for each kind of seats ``buy`` (how often).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from recommend.solver import Vector, minimize

HALF = 0.5
"""All that is held from step to step is whole: people, places, cents."""


@dataclass(frozen=True)
class Allocation:
    """What is to be shared: costs in minor units and what closes everything, people x ways; and the kinds of seats.

    ``early`` weighs people by their deadline, the first most; ``kinds`` are (seats, minor units) of ways 1 and above.
    """

    costs: NDArray[np.int64]
    closing: NDArray[np.bool_]
    early: NDArray[np.int64]
    kinds: Sequence[tuple[int, int]]

    def solve(self, budget: int | None) -> tuple[Mapping[int, int], tuple[int, ...]]:
        """Whose plan is paid in which way (person -> way), and how often each kind of seats is bought.

        As many as possible close everything; then as many plans as possible; then the earlier deadlines; then least
        money. Each step holds what the steps before it reached.
        """
        if not self.costs.size:
            return {}, (0,) * len(self.kinds)
        rows = [self._one_way_each, self._seats_enough]
        if budget is not None:
            rows.append(_at_most(self._money, float(budget)))
        early = np.repeat(self.early[:, np.newaxis], self.costs.shape[1], axis=1)
        values = self._money
        for aim in (*(-self._vector(plans) for plans in (self.closing, np.ones_like(early), early)), self._money):
            solution = minimize(aim, rows, np.ones(len(aim)), Bounds(np.zeros(len(aim)), self._upper))
            rows.append(_at_most(aim, round(solution.objective) + HALF))
            values = solution.values
        taken = values[: self.costs.size].reshape(self.costs.shape) > HALF
        chosen = {person: int(np.argmax(ways)) for person, ways in enumerate(taken) if ways.any()}
        return chosen, tuple(round(times) for times in values[self.costs.size :])

    def _vector(self, plans: NDArray[np.generic], seats: Sequence[float] = ()) -> Vector:
        """A number for each variable: people x ways, then the kinds of seats (0 where none is given)."""
        return np.concatenate([plans.ravel(), seats or np.zeros(len(self.kinds))]).astype(np.float64)

    @cached_property
    def _money(self) -> Vector:
        return self._vector(self.costs, [float(minor) for _, minor in self.kinds])

    @cached_property
    def _upper(self) -> Vector:
        people = len(self.costs)
        return self._vector(np.ones_like(self.costs), [float(-(-people // seats)) for seats, _ in self.kinds])

    @cached_property
    def _one_way_each(self) -> LinearConstraint:
        people, ways = self.costs.shape
        takes = sparse.kron(sparse.identity(people), np.ones((1, ways)))
        return _at_most(sparse.hstack([takes, sparse.csr_matrix((people, len(self.kinds)))]), 1.0)

    @cached_property
    def _seats_enough(self) -> LinearConstraint:
        """Of each kind no more plans than seats; way 0 needs none, and stands as a row that always holds."""
        people, ways = self.costs.shape
        takes = sparse.hstack([sparse.identity(ways)] * people)
        bought = sparse.vstack(
            [sparse.csr_matrix((1, len(self.kinds))), sparse.diags([-float(seats) for seats, _ in self.kinds])]
            if self.kinds
            else [sparse.csr_matrix((1, 0))]
        )
        row = sparse.hstack([takes, bought]).tocsr()
        return LinearConstraint(row, -np.inf, np.array([float(people), *([0.0] * len(self.kinds))]))


def _at_most(row: object, most: float) -> LinearConstraint:
    return LinearConstraint(sparse.csr_matrix(row), -np.inf, most)
