"""The exact assignment behind a shortfall: which credit fills which requirement of one credential.

Each credit goes whole to one requirement (to several only where the rule lets it be split), caps hold, and what a
minimum does not need flows over into the rest. Of all assignments the one is taken that leaves

1. the least still needed in all, which is the larger of what the minimums still need and what the total still needs;
2. then the least sum of shares (still needed over needed) of the minimums, so that categories are closed;
3. then the least in the requirement that stands first, and the oldest credits in the minimums.

Most credits fit one open minimum or none, and then there is nothing to choose. What is left is solved by
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
"""Beyond it a share is rounded to a whole number of so many parts."""


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
    """The question as a mixed-integer program.

    Variables, in this order: for each item and place (its minimums, then the rest) ``taken``, 0 or 1; for each of these
    ``counts``, at most the item's amount; for each minimum ``owed``; and ``still``, at least their sum and at least the
    total less what counts. Amounts are divided by their greatest common divisor, which keeps the numbers small.
    """

    def __init__(self, question: Question, whole_needs: tuple[int, ...]) -> None:
        self.question = question
        self.whole_needs = whole_needs
        amounts = [item.amount for item in question.items if item.amount]
        self.step = math.gcd(*amounts, *question.needs, *question.caps, question.total or 0) or 1
        self.pairs = [(index, place) for index, item in enumerate(question.items) for place in (*item.fits, REST)]
        self.width = 2 * len(self.pairs) + len(question.needs) + 1
        self.rows: list[tuple[Vector, float, float]] = []
        self._lay_rows()

    def solve(self) -> list[dict[int, int]]:
        """What counts of each item, by place."""
        whole = not self.question.caps and not any(item.splits for item in self.question.items)
        costs = [self._shares(), *([] if whole else [self._all_counted()]), self._order()]
        if not self._total_decides():
            costs.insert(0, self._still())
        values = np.zeros(self.width)
        for cost in costs:
            solution = minimize(cost, self._constraints(), self._integrality(), self._bounds())
            values = solution.values
            self.rows.append((cost, -math.inf, round(solution.objective) + HALF))
        return self._whole(values) if whole else self._parts(values)

    def _whole(self, values: Vector) -> list[dict[int, int]]:
        """Each item at the place where it was taken, the rest where it was taken nowhere."""
        counted = [{REST: item.amount} for item in self.question.items]
        for pair, (index, place) in enumerate(self.pairs):
            if place != REST and values[pair] > HALF:
                counted[index] = {place: self.question.items[index].amount}
        return counted

    def _parts(self, values: Vector) -> list[dict[int, int]]:
        counted: list[dict[int, int]] = [{} for _ in self.question.items]
        for pair, (index, place) in enumerate(self.pairs):
            amount = round(values[len(self.pairs) + pair]) * self.step
            if amount:
                counted[index][place] = amount
        return counted

    def _total_decides(self) -> bool:
        """Whether the total asks for more than all minimums could still need, so that ``still`` is the same anyhow."""
        question = self.question
        everything = sum(item.amount for item in question.items)
        return question.total is not None and question.total - everything >= sum(question.needs) and not question.caps

    def _column(self, *entries: tuple[int, float]) -> Vector:
        row = np.zeros(self.width)
        for column, value in entries:
            row[column] += value
        return row

    def _owed(self, place: int) -> int:
        return 2 * len(self.pairs) + place

    def _lay_rows(self) -> None:
        question, pairs = self.question, self.pairs
        counts = range(len(pairs), 2 * len(pairs))
        for index in range(len(question.items)):
            taken = [(pair, 1.0) for pair, (item, _) in enumerate(pairs) if item == index]
            self.rows.append((self._column(*taken), -math.inf, 1.0))
        for pair, (index, _) in enumerate(pairs):
            amount = question.items[index].amount / self.step
            self.rows.append((self._column((len(pairs) + pair, 1.0), (pair, -amount)), -math.inf, 0.0))
        for place, need in enumerate(question.needs):
            filling = [(counts[pair], 1.0) for pair, (_, at) in enumerate(pairs) if at == place]
            self.rows.append((self._column((self._owed(place), 1.0), *filling), need / self.step, math.inf))
        for cap, most in enumerate(question.caps):
            under = [(counts[pair], 1.0) for pair, (index, _) in enumerate(pairs) if cap in question.items[index].caps]
            if under:
                self.rows.append((self._column(*under), -math.inf, most / self.step))
        minimums = [(self._owed(place), -1.0) for place in range(len(question.needs))]
        self.rows.append((self._column((self.width - 1, 1.0), *minimums), 0.0, math.inf))
        everything = [(column, 1.0) for column in counts]
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
        high = np.full(self.width, math.inf)
        high[: len(self.pairs)] = 1.0
        return Bounds(np.zeros(self.width), high)

    def _still(self) -> Vector:
        return self._column((self.width - 1, 1.0))

    def _shares(self) -> Vector:
        """The sum of shares: each owed amount over the whole need, times a common multiple to make them whole."""
        needs = [max(1, need // self.step) for need in self.whole_needs]
        common = math.lcm(*needs) if needs else 1
        scale = min(common, LARGEST_MULTIPLE)
        return self._column(*((self._owed(place), float(round(scale / need))) for place, need in enumerate(needs)))

    def _all_counted(self) -> Vector:
        """As much as the caps let count."""
        return self._column(*((column, -1.0) for column in range(len(self.pairs), 2 * len(self.pairs))))

    def _order(self) -> Vector:
        """Less owed in earlier minimums, then fewer and older items in them."""
        items, places = len(self.question.items), len(self.question.needs)
        weight = float((items + 1) ** 2)
        owed = [(self._owed(place), weight * (places - place)) for place in range(places)]
        taken = [(pair, float(index + 1)) for pair, (index, place) in enumerate(self.pairs) if place != REST]
        return self._column(*owed, *taken)
