"""Toward which requirement each course of a plan counts: one answer, by the rule that docs/ranking.md tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from recommend.candidates import Candidate, Need, Piece
from recommend.placement import placement_of

SAFETY, ETHICS, REST = 0, 1, None


def need(total: int, *minimums: int, splittable: bool = False, caps: Mapping[str, int] | None = None) -> Need:
    parts = tuple((f"part-{at}", f"Part {at}", still, splittable) for at, still in enumerate(minimums))
    return Need("mine", "Mine", "points", parts, ("rest", "the rest"), total, caps or {}, None)


def course(order: int, amount: int, *fits: int, cap: str | None = None) -> Candidate:
    piece = Piece(0, amount, fits, True, cap, cast("Any", None))
    return Candidate(cast("Any", None), None, (piece,), {None: 0}, amount, 0.0, 0.0, order)


@pytest.mark.parametrize(
    ("asked", "taken", "given", "short"),
    [
        pytest.param(
            need(2000, 1000, 1000),
            [course(0, 1000, SAFETY, ETHICS), course(1, 1000, SAFETY, ETHICS)],
            [[(SAFETY, 1000)], [(ETHICS, 1000)]],
            [],
            id="the first course goes into the first category that it can fill",
        ),
        pytest.param(
            need(3000, 1000, 1000),
            [course(0, 2000, SAFETY, ETHICS), course(1, 1000, ETHICS)],
            [[(SAFETY, 1000), (REST, 1000)], [(ETHICS, 1000)]],
            [],
            id="what a category has no room for is the rest's",
        ),
        pytest.param(
            need(2000, 1000, 1000),
            [course(0, 1000, SAFETY, ETHICS), course(1, 1000, SAFETY)],
            [[(ETHICS, 1000)], [(SAFETY, 1000)]],
            [],
            id="a course that fits one category belongs there",
        ),
        pytest.param(
            need(2000, 1000, 1000, splittable=True),
            [course(0, 2000, SAFETY, ETHICS)],
            [[(SAFETY, 1000), (ETHICS, 1000)]],
            [],
            id="a course is divided where the rule lets it be",
        ),
        pytest.param(
            need(3000, 1000, caps={"reading": 1500}),
            [course(0, 1000, cap="reading"), course(1, 1000, cap="reading"), course(2, 1000, SAFETY)],
            [[(REST, 1000)], [(REST, 500)], [(SAFETY, 1000)]],
            [(REST, 500)],
            id="what a cap does not let count is in no part",
        ),
        pytest.param(
            need(3000, 1000, 1000),
            [course(0, 500, SAFETY, ETHICS)],
            [[(SAFETY, 500)]],
            [(SAFETY, 500), (ETHICS, 1000), (REST, 1000)],
            id="what stays open is told category by category, then the rest",
        ),
    ],
)
def test_every_course_has_one_place(
    asked: Need, taken: list[Candidate], given: list[list[tuple[int | None, int]]], short: list[tuple[int | None, int]]
) -> None:
    for order in (taken, taken[::-1]):
        found = placement_of([asked], order)
        assert [list(found.given[one.order, 0]) for one in taken] == given
        assert [list(parts) for parts in found.short] == [short]
