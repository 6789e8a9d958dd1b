"""A verdict on one source's run: does somebody need to look?

The checks are those that a nightly run deserves: how it ended, what the server answered, how many things were found
against earlier nights, how many of them hold what the source usually states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from catalog.spool import Finish, SourceEndLine

USUAL_SHARE = 0.5
"""A run that brings less than half of the recent median is not complete."""

REJECTED_SHARE = 0.2
ERROR_SHARE = 0.1
RECENT = 7
FEW = 5
"""Below this many listings a share says nothing."""


class Level(StrEnum):
    """How much a run needs somebody."""

    FINE = "fine"
    LOOK = "look"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of the worst reason; no reasons where all is fine. Each is a sentence."""

    level: Level
    reasons: tuple[str, ...] = ()


def verdict(end: SourceEndLine, earlier: Sequence[int], floors: Mapping[str, float]) -> Verdict:
    """Judge a run. ``earlier`` are what the last complete runs found, latest first; ``floors`` are the source's own."""
    failures = tuple(_failures(end))
    if failures:
        return Verdict(Level.FAILED, failures)
    doubts = (*_too_few(end, earlier), *_answers(end), *_rejections(end), *_below_floor(end, floors))
    return Verdict(Level.LOOK if doubts else Level.FINE, doubts)


def _failures(end: SourceEndLine) -> Iterator[str]:
    if end.finish is Finish.FAILED:
        yield f"failed ({end.cause}): {end.detail or 'no more is known'}"
    elif end.finish is Finish.TRUNCATED:
        yield f"not everything was read ({end.cause}): {end.detail or 'no more is known'}"


def _too_few(end: SourceEndLine, earlier: Sequence[int]) -> Iterator[str]:
    recent = [count for count in earlier[:RECENT] if count]
    found = end.found
    if recent and found < USUAL_SHARE * median(recent):
        yield f"{found} found, where the last runs found about {median(recent):g}"


def _answers(end: SourceEndLine) -> Iterator[str]:
    total = sum(end.statuses.values())
    bad = {status: count for status, count in end.statuses.items() if status.startswith(("4", "5"))}
    if total >= FEW and sum(bad.values()) > ERROR_SHARE * total:
        told = ", ".join(f"{count} times {status}" for status, count in sorted(bad.items()))
        yield f"the site answered {told} to {total} requests"


def _rejections(end: SourceEndLine) -> Iterator[str]:
    read = end.found + end.rejected
    if read >= FEW and end.rejected > REJECTED_SHARE * read:
        yield f"{end.rejected} of {read} could not be used"


def _below_floor(end: SourceEndLine, floors: Mapping[str, float]) -> Iterator[str]:
    for name, floor in sorted(floors.items()):
        counts = end.coverage.get(name, {})
        total = sum(counts.values())
        if total >= FEW and counts.get("present", 0) < floor * total:
            share = counts.get("present", 0) / total
            yield f"{name} was read of {share:.0%}, its floor is {floor:.0%}"
