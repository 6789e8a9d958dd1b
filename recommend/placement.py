"""Toward which requirement each credit of a plan counts, and what the plan leaves open.

What is taken settles how much is closed, but often several placements close as much. So once the courses are chosen,
their credits are placed anew, one credential after the other, by the one rule for credits that are earned already
(:mod:`recommend.assignment`): what the courses give is counted into what is still needed, with the courses in the order
of their ids and dates where earned credits stand oldest first. That rule leaves one answer only, in whole thousandths,
whichever solver chose the courses; the browser (``assets/planner/placement.js``) places them the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommend.assignment import REST, Item, Question, assign
from recommend.candidates import Candidate, Need, Piece

Share = tuple[int | None, int]
"""The place of a minimum (``None`` for the rest) and thousandths of the credential's unit."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What each credit gives, and for each need what stays open of it, minimums first and then the rest.

    ``given`` maps (candidate's order, piece's number) to parts. A minimum is given no more than it needs; what goes
    beyond it is the rest's. What a cap does not let count is in no part.
    """

    given: Mapping[tuple[int, int], Sequence[Share]]
    short: Sequence[Sequence[Share]]


def placement_of(needs: Sequence[Need], taken: Iterable[Candidate]) -> Placement:
    """Place all credits of the candidates that a plan takes."""
    given: dict[tuple[int, int], Sequence[Share]] = {}
    short = []
    ordered = sorted(taken, key=lambda candidate: candidate.order)
    for number, need in enumerate(needs):
        pieces = {
            (candidate.order, place): piece
            for candidate in ordered
            for place, piece in enumerate(candidate.pieces)
            if piece.need == number
        }
        caps = list(need.caps)
        question = Question(
            needs=tuple(still for _, _, still, _ in need.minimums),
            total=need.total,
            caps=tuple(need.caps.values()),
            items=tuple(_item(piece, need, caps) for piece in pieces.values()),
        )
        answer = assign(question)
        given |= zip(pieces, _parts(question, answer.counted), strict=True)
        open_parts: list[Share] = [*enumerate(answer.owed), (None, answer.still - sum(answer.owed))]
        short.append([(place, missing) for place, missing in open_parts if missing])
    return Placement(given, short)


def _item(piece: Piece, need: Need, caps: Sequence[str]) -> Item:
    """One credit as the assignment reads it, divided only where all that it fits may share it."""
    capped = piece.cap in need.caps
    divided = not capped and all(need.minimums[place][3] for place in piece.fits)
    return Item(
        amount=piece.amount,
        fits=piece.fits,
        caps=(caps.index(piece.cap),) if piece.cap is not None and capped else (),
        splits=piece.fits if divided else (),
    )


def _parts(question: Question, counted: Iterable[Mapping[int, int]]) -> Iterable[Sequence[Share]]:
    """What counted of each credit, less what a minimum has no room for: that goes to the rest."""
    room = list(question.needs)
    for own in counted:
        parts: list[Share] = []
        rest = own.get(REST, 0)
        for place in sorted(own.keys() - {REST}):
            amount = min(own[place], room[place])
            room[place] -= amount
            rest += own[place] - amount
            parts.append((place, amount))
        yield [part for part in (*parts, (None, rest)) if part[1]]
