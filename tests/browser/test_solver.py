"""The browser's exact solver beside SciPy's `milp`: generated programs, in a real Chromium."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modules import Modules
from scipy.optimize import Bounds, LinearConstraint, milp

pytestmark = pytest.mark.browser

EXAMPLES = int(os.environ.get("ALIQUOT_PARITY_EXAMPLES", "50")) * 2 // 5
"""Batches of programs of each kind; the variable counts generated profiles, of which each makes many programs."""

BATCH = 8
OPTIMAL, INFEASIBLE = 0, 2
PROGRAM = dict[str, Any]

SOLVE = """
const number = (text) => Number(text);
return value.map((program) => {
  const rows = program.rows.map((row) => ({ ...row, low: number(row.low), high: number(row.high) }));
  try {
    const found = module.minimize(
      Float64Array.from(program.cost), rows, Float64Array.from(program.low, number),
      Float64Array.from(program.high, number), Uint8Array.from(program.whole), program.options ?? {},
    );
    return { ...found, values: Array.from(found.values) };
  } catch (error) {
    if (!(error instanceof module.SolverError)) throw error;
    return { error: error.message };
  }
});
"""


def said(bound: float) -> str:
    """A bound as JavaScript reads it: JSON has no infinity."""
    return str(bound).replace("inf", "Infinity")


def solved(modules: Modules, programs: list[PROGRAM]) -> list[dict[str, Any]]:
    """What the browser answers to each program."""
    told = [
        {
            **program,
            "low": [said(bound) for bound in program["low"]],
            "high": [said(bound) for bound in program["high"]],
            "rows": [{**row, "low": said(row["low"]), "high": said(row["high"])} for row in program["rows"]],
        }
        for program in programs
    ]
    found: list[dict[str, Any]] = modules.call("solver.js", SOLVE, told)
    return found


def matrix(program: PROGRAM) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The rows of a program as a dense matrix; a column that is named twice counts twice."""
    found = np.zeros((len(program["rows"]), len(program["cost"])))
    for number, row in enumerate(program["rows"]):
        np.add.at(found[number], row["columns"], row["values"])
    return found


def expected(program: PROGRAM) -> Any:
    """What SciPy answers."""
    rows = program["rows"]
    limits = LinearConstraint(matrix(program), [row["low"] for row in rows], [row["high"] for row in rows])
    return milp(
        program["cost"],
        constraints=[limits] if rows else [],
        integrality=program["whole"],
        bounds=Bounds(program["low"], program["high"]),
        options={"mip_rel_gap": 0.0},
    )


def check(program: PROGRAM, answer: dict[str, Any]) -> None:
    """The same least cost, proved, by values that hold; or an error where there is no least cost."""
    reference = expected(program)
    if reference.status != OPTIMAL:
        assert "error" in answer, (reference.message, answer, program)
        return
    assert "error" not in answer, (reference.fun, answer, program)
    values = np.array(answer["values"])
    assert answer["proved"] and answer["gap"] == 0
    assert answer["objective"] == pytest.approx(reference.fun, rel=1e-6, abs=1e-5), program
    assert answer["objective"] == pytest.approx(float(np.dot(program["cost"], values)), rel=1e-9, abs=1e-9)
    whole = values[np.array(program["whole"]) == 1]
    assert np.array_equal(whole, np.round(whole))
    assert (values >= np.array(program["low"])).all() and (values <= np.array(program["high"])).all()
    sums = matrix(program) @ values if program["rows"] else np.zeros(0)
    for total, row in zip(sums, program["rows"], strict=True):
        assert row["low"] - 1e-5 <= total <= row["high"] + 1e-5


AMOUNTS = st.sampled_from([0.5, 1.0, 1.0, 1.5, 2.0, 3.0])
PRICES = st.sampled_from([0.0, 0.0, 1000.0, 1500.0, 2000.0, 2500.0, 4000.0])


@st.composite
def any_programs(draw: st.DrawFn) -> PROGRAM:
    """Small programs of every kind: equalities, negative costs, variables without bounds, contradictions."""
    width = draw(st.integers(1, 9))
    lows = st.sampled_from([0.0, 0.0, -3.0, -math.inf])
    highs = st.sampled_from([1.0, 1.0, 4.0, math.inf])
    rows = []
    for _ in range(draw(st.integers(0, 7))):
        columns = draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=width))
        limit = draw(st.integers(-5, 8))
        spread = draw(st.sampled_from([0, 3, math.inf]))
        upward = draw(st.booleans())
        rows.append(
            {
                "columns": columns,
                "values": draw(st.lists(st.integers(-4, 5), min_size=len(columns), max_size=len(columns))),
                "low": float(limit) if upward else float(limit - spread),
                "high": float(limit + spread) if upward else float(limit),
            }
        )
    return {
        "cost": draw(st.lists(st.sampled_from([0, 0, 1, 2, 7, -1, -3, 2.25]), min_size=width, max_size=width)),
        "rows": rows,
        "low": draw(st.lists(lows, min_size=width, max_size=width)),
        "high": draw(st.lists(highs, min_size=width, max_size=width)),
        "whole": draw(st.lists(st.integers(0, 1), min_size=width, max_size=width)),
    }


@st.composite
def plan_programs(draw: st.DrawFn) -> PROGRAM:
    """Programs like those of a plan: courses that cover needs, some through a package, some at one time."""
    courses = draw(st.integers(3, 28))
    cost = [draw(PRICES) for _ in range(courses)]
    whole = [1] * courses
    high = [1.0] * courses
    rows = []
    package = courses
    cost.append(draw(st.sampled_from([3000.0, 9500.0])))
    high.append(1.0)
    whole.append(1)
    for course in range(courses):
        if cost[course] and draw(st.booleans()):
            cost.append(-cost[course])
            high.append(1.0)
            whole.append(draw(st.integers(0, 1)))
            through = len(cost) - 1
            rows.append({"columns": [through, package], "values": [1, -1], "low": -math.inf, "high": 0.0})
            rows.append({"columns": [through, course], "values": [1, -1], "low": -math.inf, "high": 0.0})
    for _ in range(draw(st.integers(1, 4))):
        fits = [course for course in range(courses) if draw(st.booleans())]
        amounts = [draw(AMOUNTS) for _ in fits]
        need = round(sum(amounts) * draw(st.sampled_from([0.2, 0.5, 0.8])) * 4) / 4
        rows.append({"columns": fits, "values": amounts, "low": need, "high": math.inf})
    if courses > 6:
        rows.append({"columns": [0, 2, 4], "values": [1, 1, 1], "low": -math.inf, "high": 1.0})
    if draw(st.booleans()):
        used = [column for column, price in enumerate(cost) if price]
        budget = draw(st.sampled_from([5000.0, 20_000.0]))
        rows.append({"columns": used, "values": [cost[column] for column in used], "low": -math.inf, "high": budget})
    return {"cost": cost, "rows": rows, "low": [0.0] * len(cost), "high": high, "whole": whole}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(any_programs(), min_size=BATCH, max_size=BATCH))
def test_small_programs_of_every_kind_have_the_least_cost(modules: Modules, programs: list[PROGRAM]) -> None:
    for program, answer in zip(programs, solved(modules, programs), strict=True):
        check(program, answer)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(plan_programs(), min_size=BATCH, max_size=BATCH))
def test_programs_like_a_plan_have_the_least_cost(modules: Modules, programs: list[PROGRAM]) -> None:
    for program, answer in zip(programs, solved(modules, programs), strict=True):
        check(program, answer)


def knapsack(width: int, limit: int) -> PROGRAM:
    """A program that takes many nodes: nearly equal shares of cost and weight."""
    weights = [100.0 + (37 * number) % 23 for number in range(width)]
    return {
        "cost": [weight + (number % 7) / 8 for number, weight in enumerate(weights)],
        "rows": [{"columns": list(range(width)), "values": weights, "low": sum(weights) / 2 + 0.5, "high": math.inf}],
        "low": [0.0] * width,
        "high": [1.0] * width,
        "whole": [1] * width,
        "options": {"nodeLimit": limit},
    }


def test_a_node_limit_gives_a_gap_that_holds_the_best(modules: Modules) -> None:
    program = knapsack(30, 3)
    (short,) = solved(modules, [program])
    best = expected(program).fun
    assert not short["proved"]
    assert short["nodes"] == 3
    assert short["gap"] > 0
    assert short["objective"] >= best - 1e-6
    assert short["objective"] * (1 - short["gap"]) <= best + 1e-6


def test_a_limit_before_any_solution_is_an_error_and_a_start_mends_it(modules: Modules) -> None:
    program = knapsack(30, 0)
    (error,) = solved(modules, [program])
    assert error == {"error": "no whole solution within the limit"}
    everything = [1.0] * 30
    found = modules.call(
        "solver.js",
        """
        const { cost, rows, high, options } = value;
        const open = rows.map((row) => ({ ...row, high: Infinity }));
        const [start, none] = [Float64Array.from(high), new Float64Array(cost.length)];
        const whole = new Uint8Array(cost.length).fill(1);
        return module.minimize(Float64Array.from(cost), open, none, start, whole, { ...options, start }).objective;
        """,
        {**program, "rows": [{**row, "high": None} for row in program["rows"]]},
    )
    assert found == pytest.approx(float(np.dot(program["cost"], everything)))


def test_the_same_program_gives_the_same_values_again(modules: Modules) -> None:
    program = knapsack(24, 500)
    one, other = solved(modules, [program, program])
    assert one == other
