"""The plan as a mixed-integer program over candidates, dates and packages.

Variables: for each candidate ``take`` (0 or 1); for each way to pay through a package ``through`` (0 or 1, at most
``take`` and at most the package); for each package ``buy`` (how often); for each of an employer's benefits ``paid``
(what it pays of what is spent on it); where a credit fits several open categories, ``put`` (0 or 1 for each); where it
falls under a cap, ``count`` (how much of it counts); and for each category and each total ``short``, which is 0 in a
plan that closes everything. What a category lacks will count toward the total once it is found elsewhere, so nothing is
bought to stand in for it there. Amounts are in points or hours, money in minor units.

It is solved in steps, each holding what the steps before it reached: close as much as possible (only where not
everything can be closed), then the objective, then the fewest courses and among those the earliest in the fixed order
of candidates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from catalog.views import PackageView
from recommend.amounts import THOUSANDTHS
from recommend.benefits import WHOLE
from recommend.candidates import Candidate, Piece, Pool, can_be_bought
from recommend.solver import NODE_LIMIT, Solution, SolverError, Vector, minimize

BUNDLES_AT_MOST = 6
"""How often one bundle with a limit of hours may be bought in one plan."""

SLACK = 1e-4
"""How far a later step may fall behind an earlier one: less than a thousandth of a point, or a hundredth of a cent."""

HALF_A_THOUSANDTH = 0.0005
WHOLE_DAY_MINUTES = 24 * 60
EARLIEST_ZONE, LATEST_ZONE = 14 * 60, 12 * 60
"""Minutes by which a day begins before, and ends after, the same day in UTC, somewhere on Earth."""

EPOCH_DAY = date(1970, 1, 1).toordinal()
Row = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the solver answers: candidates with the package each is paid through, packages bought, and the proof.

    ``short`` maps (need, place of the minimum, or ``None`` for the total) to points that stay open.
    """

    candidates: tuple[tuple[Candidate, int | None], ...]
    bought: Mapping[int, int]
    placed: Mapping[tuple[int, int], int]
    short: Mapping[tuple[int, int | None], float]
    proved: bool
    gap: float


@dataclass(slots=True)
class Program:
    """Lays the program for a pool and a budget (minor units, ``None``: none) and solves it."""

    pool: Pool
    budget: int | None
    node_limit: int = NODE_LIMIT
    _cost: dict[int, float] = field(default_factory=dict)
    _spent: list[Row] = field(default_factory=list)
    _out_of_pocket: dict[int, float] = field(default_factory=dict)
    _upper: list[float] = field(default_factory=list)
    _whole: list[float] = field(default_factory=list)
    _rows: list[tuple[Row, float, float]] = field(default_factory=list)
    _take: list[int] = field(default_factory=list)
    _buy: list[int] = field(default_factory=list)
    _through: dict[tuple[int, int], int] = field(default_factory=dict)
    _put: dict[tuple[int, int, int], int] = field(default_factory=dict)
    _short: dict[tuple[int, int | None], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pool = self.pool
        self._take = [self._variable(1.0) for _ in pool.candidates]
        self._buy = [self._variable(_times_at_most(package)) for package in pool.packages]
        self._spent = [[] for _ in pool.benefits]
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

    def _lay_payment(self) -> None:
        pool = self.pool
        hours: dict[int, Row] = {}
        for buy, package in zip(self._buy, pool.packages, strict=True):
            self._spend(buy, package.minor or 0, pool.package_pot)
        for place, candidate in enumerate(pool.candidates):
            base = candidate.prices.get(None)
            if base:
                self._spend(self._take[place], base, candidate.pot)
            ways: Row = []
            for number, minor in candidate.prices.items():
                if number is None:
                    continue
                capped = pool.packages[number].cap_thousandths is not None
                through = self._through[place, number] = self._variable(1.0, whole=capped or base is None)
                self._spend(through, minor - (base or 0), candidate.pot)
                self._at_most([(through, 1.0), (self._buy[number], -1.0)], float(number in pool.held))
                ways.append((through, 1.0))
                if capped:
                    hours.setdefault(number, []).append((through, candidate.hours / THOUSANDTHS))
            if ways:
                self._rows.append(([*ways, (self._take[place], -1.0)], 0.0 if base is None else -math.inf, 0.0))
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
        for place, candidate in enumerate(self.pool.candidates):
            for number, piece in enumerate(candidate.pieces):
                filling, counting = self._lay_piece(place, number, piece)
                for at, row in filling.items():
                    minimums.setdefault((piece.need, at), []).extend(row)
                totals.setdefault(piece.need, []).extend(counting)
                if piece.cap is not None and piece.cap in self.pool.needs[piece.need].caps:
                    caps.setdefault((piece.need, piece.cap), []).extend(counting)
        for at, need in enumerate(self.pool.needs):
            coming: Row = []
            for place, (_, _, still, _) in enumerate(need.minimums):
                self._close((at, place), minimums.get((at, place), []), still)
                coming.append((self._short[at, place], 1.0))
            self._close((at, None), [*totals.get(at, []), *coming], need.total)
        for (at, cap), row in caps.items():
            self._at_most(row, self.pool.needs[at].caps[cap] / THOUSANDTHS)

    def _close(self, key: tuple[int, int | None], row: Row, still: int) -> None:
        short = self._short[key] = self._variable(still / THOUSANDTHS, whole=False)
        self._at_least([*row, (short, 1.0)], still / THOUSANDTHS)

    def _lay_piece(self, place: int, number: int, piece: Piece) -> tuple[dict[int, Row], Row]:
        """What one credit puts into each minimum, and what of it counts toward the total."""
        need = self.pool.needs[piece.need]
        amount, take = piece.amount / THOUSANDTHS, self._take[place]
        if piece.cap is not None and piece.cap in need.caps:
            return self._lay_capped(place, number, piece)
        if len(piece.fits) <= 1:
            return {at: [(take, amount)] for at in piece.fits}, [(take, amount)]
        parted = all(need.minimums[at][3] for at in piece.fits)
        puts = {at: self._variable(1.0, whole=not parted) for at in piece.fits}
        self._put.update({(place, number, at): put for at, put in puts.items()})
        self._at_most([*((put, 1.0) for put in puts.values()), (take, -1.0)], 0.0)
        counting: Row = [(take, amount)] if piece.rest else [(put, amount) for put in puts.values()]
        return {at: [(put, amount)] for at, put in puts.items()}, counting

    def _lay_capped(self, place: int, number: int, piece: Piece) -> tuple[dict[int, Row], Row]:
        """The same under a cap: as much as one likes of the credit may count, and no minimum gets more than counts."""
        amount, take = piece.amount / THOUSANDTHS, self._take[place]
        count = self._variable(amount, whole=False)
        self._at_most([(count, 1.0), (take, -amount)], 0.0)
        filling: dict[int, Row] = {}
        puts: Row = []
        for at in piece.fits:
            put = self._put[place, number, at] = self._variable(1.0)
            part = self._variable(amount, whole=False)
            self._at_most([(part, 1.0), (put, -amount)], 0.0)
            self._at_most([(part, 1.0), (count, -1.0)], 0.0)
            puts.append((put, 1.0))
            filling[at] = [(part, 1.0)]
        if puts:
            self._at_most([*puts, (take, -1.0)], 0.0)
        if not piece.rest:
            self._at_most([(count, 1.0), *((put, -amount) for put, _ in puts)], 0.0)
        return filling, [(count, 1.0)]

    # Dates

    def _lay_dates(self) -> None:
        """One way of taking each opportunity, and no two dates at one time."""
        ways: dict[str, Row] = {}
        for place, candidate in enumerate(self.pool.candidates):
            ways.setdefault(candidate.opportunity.id, []).append((self._take[place], 1.0))
        for row in ways.values():
            if len(row) > 1:
                self._at_most(row, 1.0)
        for clash in clashes(self.pool.candidates):
            self._at_most([(self._take[place], 1.0) for place in clash], 1.0)

    # Solving

    def solve(self, weight: Mapping[int, float] | None = None) -> Chosen:
        """The plan of least cost to this person, or of least ``weight`` (by candidate order) where that is given.

        Raises :class:`recommend.solver.SolverError` where not even an incomplete plan is found.
        """
        if not self._upper:
            return Chosen((), {}, {}, {}, proved=True, gap=0.0)
        objective = self._weights(weight) if weight is not None else self._vector(self._out_of_pocket)
        held: list[tuple[Vector, float]] = []
        closed = True
        try:
            first = self._minimize(objective, held, closed=True)
        except SolverError:
            closed = False
            shortage = self._vector(dict.fromkeys(self._short.values(), 1.0))
            least = self._minimize(shortage, held, closed=False)
            held.append((shortage, least.objective))
            first = self._minimize(objective, held, closed=False)
        held.append((objective, first.objective))
        last = self._settle(held, first, closed=closed)
        return self._chosen(last, first)

    def _settle(self, held: list[tuple[Vector, float]], first: Solution, *, closed: bool) -> Solution:
        """Of all plans as good as the first one: the least money, then the fewest courses, then the earliest order.

        The least money is the technician's own first, then all of it with the employer's.
        """
        if not first.proved:
            return first
        for money in (self._out_of_pocket, self._cost) if self.pool.benefits else (self._cost,):
            spent = self._vector(money)
            held.append((spent, self._minimize(spent, held, closed=closed).objective))
        each = float(sum(range(len(self._take))) + 1)
        order = self._vector({take: each + place for place, take in enumerate(self._take)})
        return self._minimize(order, held, closed=closed)

    def _vector(self, entries: Mapping[int, float]) -> Vector:
        vector = np.zeros(len(self._upper))
        for column, value in entries.items():
            vector[column] = value
        return vector

    def _weights(self, weight: Mapping[int, float]) -> Vector:
        pairs = zip(self._take, self.pool.candidates, strict=True)
        return self._vector({take: weight[candidate.order] for take, candidate in pairs})

    def _minimize(self, objective: Vector, held: Sequence[tuple[Vector, float]], *, closed: bool) -> Solution:
        upper = np.array(self._upper)
        if closed:
            upper[list(self._short.values())] = 0.0
        constraints = [self._constraint()] if self._rows else []
        constraints += [LinearConstraint(sparse.csr_matrix(row), -np.inf, reached + SLACK) for row, reached in held]
        return minimize(
            objective,
            constraints,
            np.array(self._whole),
            Bounds(np.zeros(len(upper)), upper),
            node_limit=self.node_limit,
        )

    def _constraint(self) -> LinearConstraint:
        cells = [(number, column, value) for number, (row, _, _) in enumerate(self._rows) for column, value in row]
        numbers, columns, values = zip(*cells, strict=True)
        matrix = sparse.csr_matrix((values, (numbers, columns)), shape=(len(self._rows), len(self._upper)))
        return LinearConstraint(matrix, [low for _, low, _ in self._rows], [high for _, _, high in self._rows])

    def _chosen(self, solution: Solution, first: Solution) -> Chosen:
        values = solution.values
        taken = [place for place, take in enumerate(self._take) if values[take] > 0.5]
        paid = {place: number for (place, number), through in self._through.items() if values[through] > 0.5}
        bought = {number: round(values[buy]) for number, buy in enumerate(self._buy) if values[buy] > 0.5}
        placed = {(place, number): at for (place, number, at), put in self._put.items() if values[put] > 0.5}
        return Chosen(
            candidates=tuple((self.pool.candidates[place], paid.get(place)) for place in taken),
            bought=bought,
            placed={(self.pool.candidates[place].order, number): at for (place, number), at in placed.items()},
            short=self._left_open(values),
            proved=first.proved and solution.proved,
            gap=max(first.gap, solution.gap),
        )

    def _left_open(self, values: Vector) -> dict[tuple[int, int | None], float]:
        """What stays open of each minimum and total, in points."""
        left = {key: float(values[short]) for key, short in self._short.items()}
        return {key: amount for key, amount in left.items() if amount > HALF_A_THOUSANDTH}


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
