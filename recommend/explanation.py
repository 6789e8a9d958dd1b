"""Where each credit counted and why there and not elsewhere, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from recommend.assignment import REST, Answer, Question
from recommend.claims import Claim
from recommend.credential import Requirement, in_a_sentence


@dataclass(frozen=True, slots=True)
class CreditUse:
    """Where one credit, or a part of it, counted within one credential, and why there and not elsewhere.

    ``requirement`` is ``None`` where it did not count; ``thousandths`` is what counted there.
    """

    credit: str
    title: str
    completed_on: date | None
    requirement: str | None
    thousandths: int
    reason: str


@dataclass(slots=True)
class Explanation:
    """Tells where the claims of one credential went. ``room`` is what each minimum still takes, and shrinks.

    ``minimums`` and ``question`` have the same order; ``rest`` is the remainder where the credential has one.
    """

    minimums: Sequence[Requirement]
    rest: Requirement | None
    question: Question
    room: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.room = list(self.question.needs)

    def uses(self, claims: Sequence[Claim], counting: Sequence[Claim], answer: Answer) -> Iterator[CreditUse]:
        """The uses of all claims in their order; ``counting`` are those that the question was asked about."""
        asked = {id(claim): index for index, claim in enumerate(counting)}
        for claim in claims:
            index = asked.get(id(claim))
            if index is None:
                yield _use(claim, None, 0, claim.refused or claim.doubt or "It does not count here.")
            else:
                yield from self._placed(claim, answer.counted[index], self.question.items[index].fits)

    def _placed(self, claim: Claim, parts: dict[int, int], fits: tuple[int, ...]) -> Iterator[CreditUse]:
        flows = parts.get(REST, 0)
        for place, amount in parts.items():
            if place == REST:
                continue
            taken = min(amount, self.room[place])
            self.room[place] -= taken
            flows += amount - taken
            if taken:
                yield _use(claim, self.minimums[place].id, taken, self._why_here(place, fits))
        if flows:
            guessed = f" {claim.doubt}" if claim.doubt and len(fits) < len(claim.fits_likely) else ""
            reason = self._why_rest(fits) + guessed
            yield _use(claim, self.rest.id if self.rest else None, flows if self.rest else 0, reason)
        elif not any(parts.values()):
            yield _use(claim, None, 0, "A limit of the rule is used up.")

    def _why_here(self, place: int, fits: tuple[int, ...]) -> str:
        others = [in_a_sentence(self.minimums[other].label) for other in fits if other != place]
        also = f" It also fits {_listed(others)}, but one activity fills one category." if others else ""
        return f"Fills {in_a_sentence(self.minimums[place].label)}.{also}"

    def _why_rest(self, fits: tuple[int, ...]) -> str:
        if self.rest is None:
            return "Nothing else is left that it could fill."
        full = _listed([in_a_sentence(self.minimums[place].label) for place in fits])
        toward = f"counts toward {in_a_sentence(self.rest.label)}."
        return f"More than {full} needs, so it {toward}" if full else f"{toward[0].upper()}{toward[1:]}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _use(claim: Claim, requirement: str | None, amount: int, reason: str) -> CreditUse:
    return CreditUse(claim.credit, claim.title, claim.completed_on, requirement, amount, reason)
