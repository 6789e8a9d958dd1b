"""The exact solver behind shortfall and plan: SciPy's ``milp`` (HiGHS), kept quiet and kept deterministic.

A node limit bounds the work, never a clock, so that two machines give the same answer. HiGHS prints to descriptor 1
whatever it is told; while it runs, that descriptor leads nowhere.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

NODE_LIMIT = 200_000
OPTIMAL = 0
LIMIT_REACHED = (1, 4)
"""SciPy's status 1 is a limit of time; that of nodes comes as 4 ("other"), whose solution is looked at before use."""

TOLERANCE = 1e-5

Vector = NDArray[np.float64]
_DESCRIPTOR_ONE = threading.Lock()


class SolverError(RuntimeError):
    """The solver found no solution; the message says why."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Values of the variables, the objective, and whether it is proved that nothing is better.

    ``gap`` is the share by which the objective may still be off; 0 where it is proved.
    """

    values: Vector
    objective: float
    proved: bool
    gap: float


@contextmanager
def quiet_descriptor_one() -> Iterator[None]:
    """Lead descriptor 1 nowhere while native code runs that prints there."""
    with _DESCRIPTOR_ONE:
        sys.stdout.flush()
        kept = os.dup(1)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)


def minimize(
    cost: Vector,
    constraints: Sequence[LinearConstraint],
    integrality: Vector,
    bounds: Bounds,
    *,
    node_limit: int = NODE_LIMIT,
) -> Solution:
    """The least ``cost @ x`` under linear constraints, with the whole-number variables that ``integrality`` marks.

    Raises :class:`SolverError` where there is no solution or none was found within the node limit.
    """
    options = {"mip_rel_gap": 0.0, "node_limit": node_limit, "disp": False}
    with quiet_descriptor_one():
        result = milp(cost, constraints=list(constraints), integrality=integrality, bounds=bounds, options=options)
    if result.x is None or result.status not in (OPTIMAL, *LIMIT_REACHED):
        raise SolverError(f"no solution: {result.message}")
    if result.status != OPTIMAL and not _holds(np.asarray(result.x), constraints, integrality):
        raise SolverError(f"no whole solution within the limit: {result.message}")
    gap = float(result.mip_gap) if result.mip_gap is not None else 0.0
    proved = result.status == OPTIMAL
    return Solution(np.asarray(result.x), float(result.fun), proved, 0.0 if proved else gap)


def _holds(values: Vector, constraints: Sequence[LinearConstraint], integrality: Vector) -> bool:
    """Whether values keep every constraint and are whole where they must be."""
    whole = values[integrality > 0]
    kept = all(
        bool(np.all(row.A @ values >= np.asarray(row.lb) - TOLERANCE))
        and bool(np.all(row.A @ values <= np.asarray(row.ub) + TOLERANCE))
        for row in constraints
    )
    return kept and bool(np.all(np.abs(whole - np.round(whole)) <= TOLERANCE))
