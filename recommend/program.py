"""The plan as a mixed-integer program over candidates, dates and packages.

Candidates that are the same to the program (:func:`alike`) are one variable ``take``: how many of them. Where there are
several ways to pay for them, without a package or through one, each way has a variable of its own, and together these
are ``take``; through a package go none without it. For each package there is ``buy`` (how often); for each of an
employer's benefits ``paid`` (what it pays of what is spent on it); where a credit fits several open categories, ``put``
for each (how many of all that close the same); where it falls under a cap, ``count`` (how much of it counts); and for
each category and each total ``short``, which is 0 in a plan that closes everything. What a category lacks will count
toward the total once it is found elsewhere, so nothing is bought to stand in for it there. Amounts are in points or
hours, money in minor units.

It is solved in steps, each holding what the steps before it reached: close as much as possible (only where not
everything can be closed), then the objective, then the least money. The proof is of these. Among plans that are equally
good the one with the fewest courses is looked for, and among those the one whose courses stand first in the fixed order
of candidates, within a limit of nodes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from catalog.views import PackageView
from recommend.amounts import THOUSANDTHS
from recommend.benefits import WHOLE
from recommend.candidates import Amount, Amounts, Candidate, Pool, can_be_bought
from recommend.solver import NODE_LIMIT, Solution, SolverError, Vector, minimize

BUNDLES_AT_MOST = 6
"""How often one bundle with a limit of hours may be bought in one plan."""

ORDER_NODES = 60
"""How far the best among equally good plans is looked for."""

SLACK = 1e-4
"""How far a later step may fall behind an earlier one: less than a thousandth of a point, or a hundredth of a cent."""

WHOLE_DAY_MINUTES = 24 * 60
EARLIEST_ZONE, LATEST_ZONE = 14 * 60, 12 * 60
"""Minutes by which a day begins before, and ends after, the same day in UTC, somewhere on Earth."""

EPOCH_DAY = date(1970, 1, 1).toordinal()
Row = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the solver answers: candidates with the package each is paid through, packages bought, and the proof.

    What each credit counts toward, and what stays open, follows from the candidates (:mod:`recommend.placement`).
    """

    candidates: tuple[tuple[Candidate, int | None], ...]
    bought: Mapping[int, int]
    proved: bool
    gap: float


@dataclass(slots=True)
class Program:
    """Lays the program for a pool and a budget (minor units, ``None``: none) and solves it.

    ``weight`` (by candidate order) is what is made least; where it is ``None``, money is.
    """

    pool: Pool
    budget: int | None
    node_limit: int = NODE_LIMIT
    weight: Mapping[int, float] | None = None
    _groups: list[tuple[Candidate, ...]] = field(default_factory=list)
    _cost: dict[int, float] = field(default_factory=dict)
    _spent: list[Row] = field(default_factory=list)
    _out_of_pocket: dict[int, float] = field(default_factory=dict)
    _upper: list[float] = field(default_factory=list)
    _whole: list[float] = field(default_factory=list)
    _rows: list[tuple[Row, float, float]] = field(default_factory=list)
    _take: list[int] = field(default_factory=list)
    _ways: list[dict[int | None, int]] = field(default_factory=list)
    _buy: list[int] = field(default_factory=list)
    _short: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._groups = alike(self.pool, self.weight)
        self._take = [self._variable(len(group)) for group in self._groups]
        self._ways = [self._ways_to_pay(take, group) for take, group in zip(self._take, self._groups, strict=True)]
        self._buy = [self._variable(_times_at_most(package)) for package in self.pool.packages]
        self._spent = [[] for _ in self.pool.benefits]
        self._lay_payment()
        self._lay_credit()
        self._lay_dates()

    def _variable(self, upper: float, *, whole: bool = True) -> int:
        self._upper.append(upper)
        self._whole.append(1.0 if whole else 0.0)
        return len(self._upper) - 1

    def _at_most(self, row: Row, most: float) -> None:
        self._rows.append((row, -math.inf, most))

    def _at_least(self, row: Row, least: float) -> None:
        self._rows.append((row, least, math.inf))

    # Money

    def _ways_to_pay(self, take: int, group: Sequence[Candidate]) -> dict[int | None, int]:
        """The variables by package (``None``: without one) that say how many are paid in that way."""
        ways = list(group[0].prices)
        if len(ways) == 1:
            return {ways[0]: take}
        columns = {way: self._variable(len(group)) for way in ways}
        self._rows.append(([(take, -1.0), *((column, 1.0) for column in columns.values())], 0.0, 0.0))
        return columns

    def _lay_payment(self) -> None:
        pool = self.pool
        hours: dict[int, Row] = {}
        for buy, package in zip(self._buy, pool.packages, strict=True):
            self._spend(buy, package.minor or 0, pool.package_pot)
        for ways, group in zip(self._ways, self._groups, strict=True):
            candidate, count = group[0], float(len(group))
            for number, column in ways.items():
                self._spend(column, candidate.prices[number], candidate.pot)
                if number is None:
                    continue
                self._at_most([(column, 1.0), (self._buy[number], -count)], count * (number in pool.held))
                if pool.packages[number].cap_thousandths is not None:
                    hours.setdefault(number, []).append((column, candidate.hours / THOUSANDTHS))
        for capped_one, row in hours.items():
            cap = (pool.packages[capped_one].cap_thousandths or 0) / THOUSANDTHS
            self._at_most([*row, (self._buy[capped_one], -cap)], cap if capped_one in pool.held else 0.0)
        self._lay_benefits()
        if self.budget is not None:
            self._at_most(list(self._out_of_pocket.items()), float(self.budget))

    def _spend(self, column: int, minor: int, pot: int | None) -> None:
        """That a variable costs so much, and out of which of the employer's pots it may be paid."""
        self._cost[column] = float(minor)
        if pot is not None:
            self._spent[pot].append((column, float(minor)))

    def _lay_benefits(self) -> None:
        """What the employer pays: of what is spent on it no more than the benefit's share, and no more than is left."""
        for benefit, spent in zip(self.pool.benefits, self._spent, strict=True):
            paid = self._variable(math.inf if benefit.left is None else float(benefit.left), whole=False)
            self._out_of_pocket[paid] = -1.0
            self._at_most([(paid, 1.0), *((column, -minor * benefit.percent / WHOLE) for column, minor in spent)], 0.0)
        self._out_of_pocket.update(self._cost)

    # Credit

    def _lay_credit(self) -> None:
        minimums: dict[tuple[int, int], Row] = {}
        totals: dict[int, Row] = {}
        caps: dict[tuple[int, str], Row] = {}
        for amounts, taken in self._closing_the_same().items():
            for piece in amounts:
                filling, counting = self._lay_piece(piece, taken)
                for at, row in filling.items():
                    minimums.setdefault((piece.need, at), []).extend(row)
                totals.setdefault(piece.need, []).extend(counting)
                if piece.cap is not None and piece.cap in self.pool.needs[piece.need].caps:
                    caps.setdefault((piece.need, piece.cap), []).extend(counting)
        for at, need in enumerate(self.pool.needs):
            coming: Row = []
            for place, (_, _, still, _) in enumerate(need.minimums):
                coming.append((self._close(minimums.get((at, place), []), still), 1.0))
            self._close([*totals.get(at, []), *coming], need.total)
        for (at, cap), row in caps.items():
            self._at_most(row, self.pool.needs[at].caps[cap] / THOUSANDTHS)

    def _close(self, row: Row, still: int) -> int:
        """That a row reaches what is still needed but for what stays open, whose variable is given back."""
        short = self._variable(still / THOUSANDTHS, whole=False)
        self._short.append(short)
        self._at_least([*row, (short, 1.0)], still / THOUSANDTHS)
        return short

    def _closing_the_same(self) -> dict[Amounts, list[int]]:
        """The variables ``take`` by what their candidates close."""
        found: dict[Amounts, list[int]] = {}
        for take, group in zip(self._take, self._groups, strict=True):
            found.setdefault(group[0].amounts, []).append(take)
        return found

    def _lay_piece(self, piece: Amount, taken: Sequence[int]) -> tuple[dict[int, Row], Row]:
        """What one credit of all that close the same puts into each minimum, and what of it counts toward the total."""
        need = self.pool.needs[piece.need]
        amount = piece.amount / THOUSANDTHS
        if piece.cap is not None and piece.cap in need.caps:
            return self._lay_capped(piece, taken, need.caps[piece.cap])
        everything: Row = [(take, amount) for take in taken]
        if len(piece.fits) <= 1:
            return {at: list(everything) for at in piece.fits}, everything
        puts = self._puts(piece, taken, whole=not all(need.minimums[at][3] for at in piece.fits))
        counting = everything if piece.rest else [(put, amount) for put in puts.values()]
        return {at: [(put, amount)] for at, put in puts.items()}, counting

    def _puts(self, piece: Amount, taken: Sequence[int], *, whole: bool) -> dict[int, int]:
        """How many go into each minimum: together no more than are taken."""
        most = sum(self._upper[take] for take in taken)
        puts = {at: self._variable(most, whole=whole) for at in piece.fits}
        if puts:
            self._at_most([*((put, 1.0) for put in puts.values()), *((take, -1.0) for take in taken)], 0.0)
        return puts

    def _lay_capped(self, piece: Amount, taken: Sequence[int], cap: int) -> tuple[dict[int, Row], Row]:
        """The same under a cap: as much as one likes of the credit may count, and no minimum gets more than counts.

        No credit counts more than its whole cap: where 18 points may count, a course of 90 is worth no more than 18.
        """
        amount = min(piece.amount, cap) / THOUSANDTHS
        most = amount * sum(self._upper[take] for take in taken)
        count = self._variable(most, whole=False)
        self._at_most([(count, 1.0), *((take, -amount) for take in taken)], 0.0)
        puts = self._puts(piece, taken, whole=True)
        parts = {at: self._variable(most, whole=False) for at in puts}
        for at, put in puts.items():
            self._at_most([(parts[at], 1.0), (put, -amount)], 0.0)
        if parts:
            self._at_most([*((part, 1.0) for part in parts.values()), (count, -1.0)], 0.0)
        if not piece.rest:
            self._at_most([(count, 1.0), *((put, -amount) for put in puts.values())], 0.0)
        return {at: [(part, 1.0)] for at, part in parts.items()}, [(count, 1.0)]

    # Dates

    def _lay_dates(self) -> None:
        """One way of taking each opportunity, one of what is insisted on, and no two dates at one time."""
        for insisted in sorted(self.pool.insisted):
            own = [group[0].opportunity.id == insisted for group in self._groups]
            self._at_least([(take, 1.0) for take, is_it in zip(self._take, own, strict=True) if is_it], 1.0)
        ways: dict[str, Row] = {}
        dated = [(take, group[0]) for take, group in zip(self._take, self._groups, strict=True) if group[0].session]
        for take, candidate in dated:
            ways.setdefault(candidate.opportunity.id, []).append((take, 1.0))
        for row in ways.values():
            if len(row) > 1:
                self._at_most(row, 1.0)
        for clash in clashes([candidate for _, candidate in dated]):
            self._at_most([(dated[place][0], 1.0) for place in clash], 1.0)

    # Solving

    def solve(self) -> Chosen:
        """The plan of least weight, or of least cost to this person.

        Raises :class:`recommend.solver.SolverError` where not even an incomplete plan is found.
        """
        if not self._upper:
            return Chosen((), {}, proved=True, gap=0.0)
        held: list[tuple[Vector, float]] = []
        steps: list[Solution] = []
        closed = True
        aims = self._aims()
        try:
            steps.append(self._minimize(aims[0], held, closed=True))
        except SolverError:
            closed = False
            shortage = self._vector(dict.fromkeys(self._short, 1.0))
            steps.append(self._minimize(shortage, held, closed=False))
            held.append((shortage, steps[0].objective))
            steps.append(self._minimize(aims[0], held, closed=False))
        for before, aim in itertools.pairwise(aims):
            held.append((before, steps[-1].objective))
            steps.append(self._minimize(aim, held, closed=closed))
        held.append((aims[-1], steps[-1].objective))
        return self._chosen(steps, self._ordered(held, steps[-1], closed=closed))

    def _aims(self) -> list[Vector]:
        """What is made least, one after the other: the weight, the technician's own money, and the employer's."""
        money = [self._vector(self._out_of_pocket), *([self._vector(self._cost)] if self.pool.benefits else [])]
        return money if self.weight is None else [self._weights(self.weight), *money]

    def _ordered(self, held: Sequence[tuple[Vector, float]], found: Solution, *, closed: bool) -> Solution:
        """Of all plans as good as the one that is found: the fewest courses, then the earliest of the order.

        Of each group the first are taken, so that its first costs least here: the sum of places is as exact as if each
        candidate had a variable of its own. Whoever is alone in a group needs none.
        """
        places = self._places()
        objective = [0.0] * len(self._upper)
        rows: list[Row] = []
        for take, own in zip(self._take, places, strict=True):
            if len(own) == 1:
                objective[take] = own[0]
            else:
                rows.append([(take, -1.0), *((len(objective) + single, 1.0) for single in range(len(own)))])
                objective += own
        try:
            best = self._minimize(np.array(objective), held, closed=closed, singles=rows, node_limit=ORDER_NODES)
        except SolverError:
            return found
        return min(found, best, key=lambda solution: self._place_sum(solution.values, places))

    def _places(self) -> list[list[float]]:
        """For each candidate of each group its place in the order, and as much as all places together for being one."""
        each = float(sum(range(len(self.pool.candidates))) + 1)
        place = {candidate.order: each + number for number, candidate in enumerate(self.pool.candidates)}
        return [[place[candidate.order] for candidate in group] for group in self._groups]

    def _place_sum(self, values: Vector, places: Sequence[Sequence[float]]) -> float:
        pairs = zip(self._take, places, strict=True)
        return math.fsum(place for take, own in pairs for place in own[: round(values[take])])

    def _vector(self, entries: Mapping[int, float]) -> Vector:
        vector = np.zeros(len(self._upper))
        for column, value in entries.items():
            vector[column] = value
        return vector

    def _weights(self, weight: Mapping[int, float]) -> Vector:
        pairs = zip(self._take, self._groups, strict=True)
        return self._vector({take: weight[group[0].order] for take, group in pairs})

    def _minimize(
        self,
        objective: Vector,
        held: Sequence[tuple[Vector, float]],
        *,
        closed: bool,
        singles: Sequence[Row] = (),
        node_limit: int | None = None,
    ) -> Solution:
        """The least ``objective``; ``singles`` are rows of variables of their own, 0 to 1, that come last."""
        width, more = len(self._upper), len(objective) - len(self._upper)
        upper = np.array([*self._upper, *([1.0] * more)])
        if closed:
            upper[self._short] = 0.0
        rows = [*self._rows, *((row, 0.0, 0.0) for row in singles)]
        constraints = [_constraint(rows, len(upper))] if rows else []
        for row, reached in held:
            padded = np.concatenate([row, np.zeros(more)])
            constraints.append(LinearConstraint(sparse.csr_matrix(padded), -np.inf, reached + SLACK))
        solution = minimize(
            objective,
            constraints,
            np.array([*self._whole, *([0.0] * more)]),
            Bounds(np.zeros(len(upper)), upper),
            node_limit=self.node_limit if node_limit is None else node_limit,
        )
        return replace(solution, values=solution.values[:width])

    def _chosen(self, steps: Sequence[Solution], last: Solution) -> Chosen:
        values = last.values
        taken: list[tuple[Candidate, int | None]] = []
        for ways, group in zip(self._ways, self._groups, strict=True):
            packages = sorted(ways, key=lambda way: (way is None, way))
            paid = [way for way in packages for _ in range(round(values[ways[way]]))]
            taken += zip(group, paid, strict=False)
        taken.sort(key=lambda pair: pair[0].order)
        return Chosen(
            candidates=tuple(taken),
            bought={number: round(values[buy]) for number, buy in enumerate(self._buy) if values[buy] > 0.5},
            proved=all(step.proved for step in steps),
            gap=max(step.gap for step in steps),
        )


def _constraint(rows: Sequence[tuple[Row, float, float]], width: int) -> LinearConstraint:
    cells = [(number, column, value) for number, (row, _, _) in enumerate(rows) for column, value in row]
    numbers, columns, values = zip(*cells, strict=True)
    matrix = sparse.csr_matrix((values, (numbers, columns)), shape=(len(rows), width))
    return LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])


def alike(pool: Pool, weight: Mapping[int, float] | None) -> list[tuple[Candidate, ...]]:
    """Candidates that close, cost and weigh the same and bind to no date, in the order of the first of each group."""
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    for one in pool.candidates:
        own = one.order if one.session or one.opportunity.id in pool.insisted else None
        prices = tuple(sorted(one.prices.items(), key=lambda entry: (entry[0] is not None, entry[0])))
        key = (one.amounts, prices, one.hours, one.pot, own, None if weight is None else weight[one.order])
        groups.setdefault(key, []).append(one)
    return [tuple(group) for group in groups.values()]


def _times_at_most(package: PackageView) -> float:
    """How often it may be bought: what is held already and has no known price, not once more."""
    if not can_be_bought(package):
        return 0.0
    return float(BUNDLES_AT_MOST if package.cap_thousandths else 1)


def clashes(candidates: Sequence[Candidate]) -> list[tuple[int, ...]]:
    """Sets of candidates of which at most one can be taken, because their dates run at one time.

    A date whose hours or zone are not stated takes up its whole days: nothing is planned beside it.
    """
    spans = [(place, span(candidate)) for place, candidate in enumerate(candidates) if candidate.session is not None]
    starts = sorted({begin for _, (begin, _) in spans})
    found = []
    for moment in starts:
        together = tuple(place for place, (begin, end) in spans if begin <= moment < end)
        if len({candidates[place].opportunity.id for place in together}) > 1:
            found.append(together)
    return list(dict.fromkeys(found))


def span(candidate: Candidate) -> tuple[float, float]:
    """Minutes since 1970 in UTC between which a date runs; where its hours are not stated, its days in any zone."""
    session = candidate.session
    assert session is not None  # noqa: S101 - only candidates with a date have a span
    if session.starts_at is not None and session.ends_at is not None:
        return session.starts_at.timestamp() / 60, session.ends_at.timestamp() / 60
    first, last = (day.toordinal() - EPOCH_DAY for day in (session.local_date, session.last_day))
    return first * WHOLE_DAY_MINUTES - EARLIEST_ZONE, (last + 1) * WHOLE_DAY_MINUTES + LATEST_ZONE
