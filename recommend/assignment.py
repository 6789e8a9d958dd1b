"""The exact assignment behind a shortfall: which credit fills which requirement of one credential.

Each credit goes whole to one requirement (to several only where the rule lets it be split), caps hold, and what a
minimum does not need flows over into the rest. A credit that fits one minimum belongs there, and a minimum that such
credits fill is closed to the others. Of all assignments of those others the one is taken that leaves

1. the least still needed in all, which is the larger of what the minimums still need and what the total still needs;
2. then the least sum of shares (still needed over needed) of the minimums, so that categories are closed;
3. then as much counted as the caps allow;
4. then the least in the requirement that stands first, then in the second, and so on;
5. then the least put into the minimums, so that little has to flow over;
6. then the oldest credit in the first minimum that it can fill, else in the next, else in the rest; of one that is
   divided or capped as much as possible; then the next credit.

That leaves one answer only, whoever solves it: the browser (``assets/planner/assignment.js``) finds the same. Most
credits fit one open minimum or none, and then there is nothing to choose. What is left is solved by
:mod:`recommend.solver`. Amounts are integer thousandths throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint

from recommend.solver import Vector, minimize

REST = -1
"""Stands for the rest in place of a minimum's index."""

HALF = 0.5
"""Objectives are whole numbers, so what is at most half above the least is the least."""

LARGEST_MULTIPLE = 1_000_000
"""Beyond it a share is rounded down to a whole number of so many parts."""

LARGEST_WEIGHT = 100_000
"""Goals are weighed against each other in one objective up to here; beyond it they are met one after the other."""


@dataclass(frozen=True, slots=True)
class Item:
    """One credit: its amount, the minimums that it fits, the caps it falls under.

    ``splits`` are the minimums among ``fits`` between which the rule lets it be divided.
    """

    amount: int
    fits: tuple[int, ...] = ()
    caps: tuple[int, ...] = ()
    splits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One credential's minimums, its total (``None`` where nobody found it), the sizes of its caps, and the credits.

    Items stand oldest first: among equal answers that order decides.
    """

    needs: tuple[int, ...]
    total: int | None
    caps: tuple[int, ...]
    items: tuple[Item, ...]


@dataclass(slots=True)
class Answer:
    """For each item what counted, by minimum (or :data:`REST`), and what is still needed.

    ``still`` is the larger of what the minimums and what the total still need.
    """

    counted: list[dict[int, int]]
    owed: tuple[int, ...] = ()
    still: int = 0
    all_counted: int = 0


def assign(question: Question) -> Answer:
    """Answer a question exactly."""
    if _caps_bind(question):
        return _answer(question, _Program(question, question.needs).solve())
    free = _without_choice(question)
    counted = [{item.fits[0] if item.fits else REST: item.amount} for item in free.items]
    choices = [index for index, item in enumerate(free.items) if len(item.fits) > 1]
    if choices:
        solved = _Program(_remaining(free, choices), question.needs).solve()
        for index, parts in zip(choices, solved, strict=True):
            counted[index] = parts
    return _answer(question, counted)


def _caps_bind(question: Question) -> bool:
    """Whether some cap is smaller than the credits under it."""
    return any(
        sum(item.amount for item in question.items if cap in item.caps) > most for cap, most in enumerate(question.caps)
    )


def _without_choice(question: Question) -> Question:
    """The same question with each credit that has no real choice settled.

    A credit that fits one minimum belongs there: it counts toward the total all the same. A minimum that such credits
    fill needs no other, so it is struck from what the others fit, which may settle more of them.
    """
    items = list(question.items)
    while True:
        filled = [0] * len(question.needs)
        for item in items:
            if len(item.fits) == 1:
                filled[item.fits[0]] += item.amount
        full = {place for place, need in enumerate(question.needs) if filled[place] >= need}
        settled = [_strike(item, full) if len(item.fits) > 1 else item for item in items]
        if settled == items:
            return replace(question, items=tuple(items))
        items = settled


def _remaining(question: Question, choices: list[int]) -> Question:
    """What is left to decide once every other item has gone where it belongs. Caps do not bind and are left out."""
    needs = list(question.needs)
    settled = 0
    for index, item in enumerate(question.items):
        if index in choices:
            continue
        settled += item.amount
        if item.fits:
            needs[item.fits[0]] -= item.amount
    return Question(
        needs=tuple(max(0, need) for need in needs),
        total=None if question.total is None else max(0, question.total - settled),
        caps=(),
        items=tuple(replace(question.items[index], caps=()) for index in choices),
    )


def _strike(item: Item, full: set[int]) -> Item:
    return replace(
        item,
        fits=tuple(place for place in item.fits if place not in full),
        splits=tuple(place for place in item.splits if place not in full),
    )


def _answer(question: Question, counted: list[dict[int, int]]) -> Answer:
    filled = [sum(part.get(place, 0) for part in counted) for place in range(len(question.needs))]
    owed = tuple(max(0, need - got) for need, got in zip(question.needs, filled, strict=True))
    everything = sum(sum(part.values()) for part in counted)
    rest = 0 if question.total is None else max(0, question.total - everything)
    return Answer(counted=counted, owed=owed, still=max(sum(owed), rest), all_counted=everything)


class _Program:
    """The question as a mixed-integer program whose goals are met one after the other.

    Variables, in this order: for each item and place (its minimums, then the rest) ``taken``, 0 or 1; for each of these
    whose item is under a cap or may be split ``counts``, at most the item's amount (every other item counts whole where
    it is taken); for each minimum ``owed``; and ``still``, at least their sum and at least the total less what counts.
    Amounts are divided by their greatest common divisor, which keeps the numbers small.
    """

    def __init__(self, question: Question, whole_needs: tuple[int, ...]) -> None:
        self.question = question
        self.whole_needs = whole_needs
        amounts = [item.amount for item in question.items if item.amount]
        self.step = math.gcd(*amounts, *question.needs, *question.caps, question.total or 0) or 1
        self.pairs = [(index, place) for index, item in enumerate(question.items) for place in (*item.fits, REST)]
        divided = [pair for pair, (index, _) in enumerate(self.pairs) if _is_divisible(question.items[index])]
        self.counts = {pair: len(self.pairs) + position for position, pair in enumerate(divided)}
        self.first_owed = len(self.pairs) + len(divided)
        self.width = self.first_owed + len(question.needs) + 1
        self.low = np.zeros(self.width)
        self.high = self._highest()
        self.rows: list[tuple[Vector, float, float]] = []
        self._lay_rows()

    def solve(self) -> list[dict[int, int]]:
        """What counts of each item, by place."""
        goals = self._goals()
        values = np.zeros(self.width)
        while goals:
            merged = self._merged(goals)
            solution = minimize(_weighed(merged), self._constraints(), self._integrality(), self._bounds())
            values = np.round(solution.values)
            for goal, _ in merged:
                self._hold(goal, values)
            goals = goals[len(merged) :]
            while goals and self._is_met(goals[0], values):
                self._hold(goals.pop(0), values)
        return self._parts(values)

    def _parts(self, values: Vector) -> list[dict[int, int]]:
        counted: list[dict[int, int]] = [{} for _ in self.question.items]
        for pair, (index, place) in enumerate(self.pairs):
            column, factor = self._counted(pair)
            amount = round(values[column] * factor) * self.step
            if amount:
                counted[index][place] = amount
        return counted

    def _goals(self) -> list[Vector]:
        """What is to be made least, the most important first. Each has whole values only."""
        pairs = range(len(self.pairs))
        goals = [] if self._total_decides() else [self._column((self.width - 1, 1.0))]
        goals.append(self._shares())
        if self.counts:
            goals.append(self._column(*((column, -1.0) for column in self.counts.values())))
        goals += [self._column((self.first_owed + place, 1.0)) for place in range(len(self.question.needs))]
        goals.append(self._column(*(self._counted(pair) for pair in pairs if self.pairs[pair][1] != REST)))
        return goals + [self._column((self.counts.get(pair, pair), -1.0)) for pair in pairs]

    def _shares(self) -> Vector:
        """The sum of shares: each owed amount over the whole need, times a common multiple to make them whole."""
        needs = [max(1, need // self.step) for need in self.whole_needs]
        scale = min(math.lcm(*needs), LARGEST_MULTIPLE)
        return self._column(*((self.first_owed + place, float(scale // need)) for place, need in enumerate(needs)))

    def _total_decides(self) -> bool:
        """Whether the total asks for more than all minimums could still need, so that ``still`` is the same anyhow."""
        question = self.question
        everything = sum(item.amount for item in question.items)
        return question.total is not None and question.total - everything >= sum(question.needs) and not question.caps

    def _merged(self, goals: list[Vector]) -> list[tuple[Vector, float]]:
        """The first goals that fit into one objective, each with the number of values that it may take."""
        merged: list[tuple[Vector, float]] = []
        product = 1.0
        for goal in goals:
            number = 1.0 + float(np.abs(goal) @ (self.high - self.low))
            product *= number
            if merged and product > LARGEST_WEIGHT:
                break
            merged.append((goal, number))
        return merged

    def _is_met(self, goal: Vector, values: Vector) -> bool:
        """Whether nothing could be better than what these values say."""
        least = float(np.minimum(goal * self.low, goal * self.high).sum())
        return float(goal @ values) <= least

    def _hold(self, goal: Vector, values: Vector) -> None:
        """See to it that no later goal spoils this one. One of a single variable settles that."""
        columns = np.flatnonzero(goal)
        if len(columns) != 1:
            self.rows.append((goal, -math.inf, float(goal @ values) + HALF))
            return
        column = int(columns[0])
        self.low[column] = self.high[column] = values[column]
        if column < len(self.pairs) and values[column]:
            siblings = [pair for pair, (index, _) in enumerate(self.pairs) if index == self.pairs[column][0]]
            self.high[[pair for pair in siblings if pair != column]] = 0.0

    def _counted(self, pair: int) -> tuple[int, float]:
        """The variable that says what counts of an item at a place, and what one of it is worth in steps."""
        if pair in self.counts:
            return self.counts[pair], 1.0
        return pair, self.question.items[self.pairs[pair][0]].amount / self.step

    def _column(self, *entries: tuple[int, float]) -> Vector:
        row = np.zeros(self.width)
        for column, value in entries:
            row[column] += value
        return row

    def _highest(self) -> Vector:
        question = self.question
        high = np.ones(self.width)
        for pair, column in self.counts.items():
            high[column] = question.items[self.pairs[pair][0]].amount / self.step
        high[self.first_owed : -1] = np.array(question.needs) / self.step
        high[-1] = max(sum(question.needs), question.total or 0) / self.step
        return high

    def _lay_rows(self) -> None:
        question, pairs = self.question, self.pairs
        for index, item in enumerate(question.items):
            taken = [(pair, 1.0) for pair, (of, _) in enumerate(pairs) if of == index]
            self.rows.append((self._column(*taken), 0.0 if _is_divisible(item) else 1.0, 1.0))
        for pair, column in self.counts.items():
            amount = question.items[pairs[pair][0]].amount / self.step
            self.rows.append((self._column((column, 1.0), (pair, -amount)), -math.inf, 0.0))
        for place, need in enumerate(question.needs):
            filling = [self._counted(pair) for pair, (_, at) in enumerate(pairs) if at == place]
            self.rows.append((self._column((self.first_owed + place, 1.0), *filling), need / self.step, math.inf))
        for cap, most in enumerate(question.caps):
            under = [self._counted(pair) for pair, (index, _) in enumerate(pairs) if cap in question.items[index].caps]
            if under:
                self.rows.append((self._column(*under), -math.inf, most / self.step))
        minimums = [(self.first_owed + place, -1.0) for place in range(len(question.needs))]
        self.rows.append((self._column((self.width - 1, 1.0), *minimums), 0.0, math.inf))
        everything = [self._counted(pair) for pair in range(len(pairs))]
        total = (question.total or 0) / self.step
        self.rows.append((self._column((self.width - 1, 1.0), *everything), total, math.inf))

    def _constraints(self) -> list[LinearConstraint]:
        matrix = np.vstack([row for row, _, _ in self.rows])
        return [LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows])]

    def _integrality(self) -> Vector:
        """Everything is whole, in steps of the common divisor; only what may be split is taken in part."""
        whole = np.ones(self.width)
        for pair, (index, place) in enumerate(self.pairs):
            if place in self.question.items[index].splits:
                whole[pair] = 0.0
        return whole

    def _bounds(self) -> Bounds:
        return Bounds(self.low, self.high)


def _is_divisible(item: Item) -> bool:
    """Whether less than all of a credit may count in one place."""
    return bool(item.caps or item.splits)


def _weighed(goals: list[tuple[Vector, float]]) -> Vector:
    """One objective in which no goal can be bought with a later one."""
    cost = np.zeros_like(goals[0][0])
    for goal, number in goals:
        cost = cost * number + goal
    return cost
