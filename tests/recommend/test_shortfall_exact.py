"""The assignment against an oracle that tries everything, on cases small enough for that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.assignment import REST, Answer, Item, Question, assign

HALVES = st.integers(min_value=1, max_value=8).map(lambda halves: halves * 500)


@st.composite
def questions(draw: st.DrawFn, *, caps: bool) -> Question:
    needs = tuple(draw(st.lists(HALVES, min_size=0, max_size=4)))
    places = list(range(len(needs)))
    items = []
    for _ in range(draw(st.integers(min_value=0, max_value=6))):
        fits = tuple(sorted(draw(st.sets(st.sampled_from(places), max_size=3)))) if places else ()
        under = (0,) if caps and draw(st.booleans()) else ()
        items.append(Item(amount=draw(HALVES), fits=fits, caps=under))
    beyond = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=20)))
    total = None if beyond is None else sum(needs) + beyond * 500
    sizes = (draw(st.integers(min_value=0, max_value=12)) * 500,) if caps else ()
    return Question(needs=needs, total=total, caps=sizes, items=tuple(items))


def least(question: Question) -> tuple[int, Fraction]:
    """The least still needed, and among those answers the least sum of shares, by trying every placing.

    Of the credits under the one cap each placing may count any part, in steps of a half: that is enough, since all
    amounts here are whole halves.
    """
    best: tuple[int, Fraction] | None = None
    for placing in itertools.product(*((*item.fits, REST) for item in question.items)):
        for counted in _countings(question):
            filled = [0] * len(question.needs)
            for place, amount in zip(placing, counted, strict=True):
                if place != REST:
                    filled[place] += amount
            owed = [max(0, need - got) for need, got in zip(question.needs, filled, strict=True)]
            rest = 0 if question.total is None else max(0, question.total - sum(counted))
            shares = sum((Fraction(short, need) for short, need in zip(owed, question.needs, strict=True)), Fraction(0))
            score = (max(sum(owed), rest), shares)
            best = score if best is None else min(best, score)
    assert best is not None
    return best


def _countings(question: Question) -> list[tuple[int, ...]]:
    """The amounts that may count: all of them, or for those under the cap every division that uses it up."""
    amounts = [item.amount for item in question.items]
    capped = [index for index, item in enumerate(question.items) if item.caps]
    most = question.caps[0] if question.caps else 0
    if sum(amounts[index] for index in capped) <= most:
        return [tuple(amounts)]
    found = []
    for parts in itertools.product(*(range(0, amounts[index] + 1, 500) for index in capped)):
        if sum(parts) == most:
            counted = list(amounts)
            for index, part in zip(capped, parts, strict=True):
                counted[index] = part
            found.append(tuple(counted))
    return found


def check_lawful(question: Question, answer: Answer) -> None:
    for item, parts in zip(question.items, answer.counted, strict=True):
        assert sum(parts.values()) <= item.amount
        assert all(place == REST or place in item.fits for place in parts)
        assert len([amount for amount in parts.values() if amount]) <= 1, "a credit that may not be split was split"
    for cap, most in enumerate(question.caps):
        under = zip(question.items, answer.counted, strict=True)
        assert sum(sum(parts.values()) for item, parts in under if cap in item.caps) <= most

    if not question.caps:
        assert answer.all_counted == sum(item.amount for item in question.items), "nothing earned is lost"


def shares_of(question: Question, answer: Answer) -> Fraction:
    pairs = zip(answer.owed, question.needs, strict=True)
    return sum((Fraction(short, need) for short, need in pairs), Fraction(0))


@settings(max_examples=250, deadline=None)
@given(questions(caps=False))
def test_no_assignment_leaves_less_than_ours(question: Question) -> None:
    answer = assign(question)
    check_lawful(question, answer)
    assert (answer.still, shares_of(question, answer)) == least(question)


@settings(max_examples=80, deadline=None)
@given(questions(caps=True).filter(lambda question: len(question.items) <= 4))
def test_no_assignment_under_a_cap_leaves_less_than_ours(question: Question) -> None:
    answer = assign(question)
    check_lawful(question, answer)
    assert (answer.still, shares_of(question, answer)) == least(question)


def rank(question: Question, counted: tuple[dict[int, int], ...]) -> tuple[Any, ...]:
    """What the documented order compares, the most important first; the least is the answer."""
    places = range(len(question.needs))
    filled = [sum(parts.get(place, 0) for parts in counted) for place in places]
    owed = tuple(max(0, need - got) for need, got in zip(question.needs, filled, strict=True))
    everything = sum(sum(parts.values()) for parts in counted)
    rest = 0 if question.total is None else max(0, question.total - everything)
    shares = sum((Fraction(short, need) for short, need in zip(owed, question.needs, strict=True)), Fraction(0))
    oldest_first = [
        -parts.get(place, 0)
        for item, parts in zip(question.items, counted, strict=True)
        for place in (*item.fits, REST)
    ]
    return max(sum(owed), rest), shares, -everything, owed, sum(filled), oldest_first


def closed(question: Question) -> Question:
    """The question once credits that fit one minimum stand there, and minimums that these fill are closed."""
    items, before = question.items, None
    while items != before:
        before = items
        alone = [sum(i.amount for i in items if i.fits == (place,)) for place in range(len(question.needs))]
        full = {place for place, need in enumerate(question.needs) if alone[place] >= need}
        items = tuple(
            item
            if len(item.fits) < 2
            else Item(
                item.amount,
                tuple(place for place in item.fits if place not in full),
                splits=tuple(place for place in item.splits if place not in full),
            )
            for item in items
        )
    return Question(question.needs, question.total, question.caps, items)


def placings(item: Item, *, choice: bool) -> Iterator[dict[int, int]]:
    """Every way in which an item may count, in steps of a half."""
    places = (*item.fits, REST) if choice or not item.fits else item.fits
    amounts = range(0, item.amount + 1, 500) if item.caps else (item.amount,)
    for place, amount in itertools.product(places, amounts):
        yield {place: amount}
    if len(item.splits) == 2:
        for part in range(500, item.amount, 500):
            yield {item.splits[0]: part, item.splits[1]: item.amount - part}


def only_answer(question: Question) -> tuple[dict[int, int], ...]:
    """The one answer that the documented order leaves, by trying everything."""
    binding = any(sum(i.amount for i in question.items if i.caps) > most for most in question.caps)
    settled = question if binding else closed(question)
    ways = [list(placings(item, choice=binding or len(item.fits) > 1)) for item in settled.items]
    if not binding:
        ways = [
            [way for way in each if sum(way.values()) == item.amount]
            for each, item in zip(ways, settled.items, strict=True)
        ]
    lawful = (counted for counted in itertools.product(*ways) if _keeps_caps(question, counted))
    best = min(lawful, key=lambda counted: rank(settled, counted))
    return tuple({place: amount for place, amount in parts.items() if amount} for parts in best)


def _is_whole(item: Item, way: dict[int, int]) -> bool:
    return sum(way.values()) == item.amount


def _keeps_caps(question: Question, counted: tuple[dict[int, int], ...]) -> bool:
    capped = [sum(parts.values()) for item, parts in zip(question.items, counted, strict=True) if item.caps]
    return all(sum(capped) <= most for most in question.caps)


@settings(max_examples=250, deadline=None)
@given(questions(caps=False))
def test_the_order_leaves_one_answer(question: Question) -> None:
    assert tuple(assign(question).counted) == only_answer(question)


@settings(max_examples=80, deadline=None)
@given(questions(caps=True).filter(lambda question: len(question.items) <= 3))
def test_the_order_leaves_one_answer_under_a_cap(question: Question) -> None:
    assert tuple(assign(question).counted) == only_answer(question)


@settings(max_examples=60, deadline=None)
@given(questions(caps=False).filter(lambda question: len(question.items) <= 4), st.data())
def test_the_order_leaves_one_answer_where_credits_may_be_split(question: Question, data: st.DataObject) -> None:
    splits = [item.fits if len(item.fits) == 2 and data.draw(st.booleans()) else () for item in question.items]
    items = tuple(
        Item(item.amount, item.fits, splits=split) for item, split in zip(question.items, splits, strict=True)
    )
    divided = Question(question.needs, question.total, (), items)
    assert tuple(assign(divided).counted) == only_answer(divided)


@settings(max_examples=60, deadline=None)
@given(questions(caps=False))
def test_one_more_credit_never_raises_what_is_needed(question: Question) -> None:
    before = assign(Question(question.needs, question.total, (), question.items[:-1]))
    assert assign(question).still <= before.still


def test_a_credit_that_fits_two_goes_where_it_closes_a_category() -> None:
    question = Question(needs=(1000, 2000), total=None, caps=(), items=(Item(1000, fits=(0, 1)),))
    assert assign(question).owed == (0, 2000)


def test_among_equals_the_requirement_that_stands_first_is_filled() -> None:
    question = Question(needs=(1000, 1000), total=None, caps=(), items=(Item(1000, fits=(0, 1)),))
    assert assign(question).owed == (0, 1000)


def test_a_greedy_scan_would_leave_more() -> None:
    """The first credit fits both minimums, the second only the first: filling in order would waste the second."""
    question = Question(
        needs=(1000, 1000), total=10_000, caps=(), items=(Item(1000, fits=(0, 1)), Item(1000, fits=(0,)))
    )
    answer = assign(question)
    assert answer.owed == (0, 0)
    assert answer.counted == [{1: 1000}, {0: 1000}]


def test_a_credit_that_may_be_split_fills_two_minimums() -> None:
    whole = Question(needs=(1000, 1000), total=None, caps=(), items=(Item(2000, fits=(0, 1)),))
    split = Question(needs=(1000, 1000), total=None, caps=(), items=(Item(2000, fits=(0, 1), splits=(0, 1)),))
    assert sum(assign(whole).owed) == 1000
    assert assign(split).owed == (0, 0)


def test_a_cap_lets_a_second_college_course_count_only_in_part() -> None:
    items = (Item(15_000, caps=(0,)), Item(15_000, fits=(0,), caps=(0,)))
    answer = assign(Question(needs=(2000,), total=36_000, caps=(18_000,), items=items))
    assert answer.all_counted == 18_000
    assert answer.owed == (0,)
    assert answer.still == 18_000
