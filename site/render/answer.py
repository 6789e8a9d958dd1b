"""What to take next: what one technician still needs, told twice, and the ranked list with its reasons.

On the static site the technician is the bundled sample profile; the page shows what the command line prints for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from recommend.credential import Standing
from recommend.profile import Profile
from recommend.shortfall import CredentialOwed, Owed, RequirementOwed
from render.entries import card_of
from render.formats import day, points
from render.press import Press
from render.tube import Drawn, Filling, draw

if TYPE_CHECKING:
    from recommend.rank import Suggestion

SHOWN = 20
DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """The answer that the page shows. ``suggestions`` are in their final order."""

    profile: Profile
    owed: Owed
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One requirement as words and a bar; ``needed`` and what follows are ``None`` where nobody found the figure."""

    label: str
    needed: str | None
    confirmed: str
    still_confirmed: str | None
    still_likely: str | None
    bar: Drawn | None
    source_url: str | None
    source_dated: str | None
    read_on: str | None
    confidence: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential as a sentence, a tube and a table."""

    id: str
    name: str
    unit: str
    sentence: str
    likely_sentence: str | None
    tube: Drawn | None
    parts: tuple[PartRow, ...]
    unsure: tuple[str, ...]
    notes: tuple[str, ...]


def credential_row(owed: CredentialOwed, today_to_plan: int | None) -> CredentialRow:
    """One credential of the answer. ``today_to_plan`` is the number of days from today to the end of a plan."""
    unit = owed.unit.value
    tube = None
    if owed.total:
        tube = draw(f"tube-{owed.id}", owed.name, Filling(unit, owed.total, owed.confirmed, owed.likely))
    order = sorted(owed.requirements, key=lambda part: (part.still_confirmed == 0, -(part.still_confirmed or 0)))
    return CredentialRow(
        id=owed.id,
        name=owed.name,
        unit=unit,
        sentence=_sentence(owed, today_to_plan),
        likely_sentence=_likely_sentence(owed),
        tube=tube,
        parts=tuple(_part(owed, part) for part in order),
        unsure=owed.unsure,
        notes=owed.notes,
    )


def _sentence(owed: CredentialOwed, days: int | None) -> str:
    unit = owed.unit.value
    if owed.standing is not Standing.ACTIVE:
        return "No CE required by the rule we read."
    if owed.total is None or owed.still_confirmed is None:
        return f"{points(owed.confirmed)} {unit} so far. Nobody we read states the total: check with the board."
    if owed.still_confirmed == 0:
        return "Nothing more needed by the rules we know."
    counted = f"{points(owed.confirmed)} of {points(owed.total)} {unit}."
    if owed.plan_by is None:
        return f"{counted} {points(owed.still_confirmed)} more."
    weeks = (days or 0) * 1000 / owed.still_confirmed / DAYS_IN_A_WEEK
    pace = f", about one every {round(weeks)} weeks" if weeks >= 2 else ", about one a week" if weeks >= 1 else ""
    return f"{counted} {points(owed.still_confirmed)} more by {day(owed.plan_by)}{pace}."


def _likely_sentence(owed: CredentialOwed) -> str | None:
    if owed.still_likely is None or owed.still_likely == owed.still_confirmed:
        return None
    if owed.still_likely == 0:
        return "If everything likely counts: nothing more needed by the rules we know."
    return f"If everything likely counts: {points(owed.still_likely)} more."


def _part(owed: CredentialOwed, part: RequirementOwed) -> PartRow:
    bar = None
    if part.needed:
        id_ = f"bar-{owed.id}-{part.id}"
        filling = Filling(owed.unit.value, part.needed, part.confirmed, part.likely)
        bar = draw(id_, part.label, filling, marked=False)
    return PartRow(
        label=part.label,
        needed=None if part.needed is None else points(part.needed),
        confirmed=points(part.confirmed),
        still_confirmed=None if part.still_confirmed is None else points(part.still_confirmed),
        still_likely=None if part.still_likely is None else points(part.still_likely),
        bar=bar,
        source_url=part.source_url,
        source_dated=part.source_dated,
        read_on=day(part.read_on) if part.read_on else None,
        confidence=part.confidence.value if part.confidence else None,
        note=part.note,
    )


def credential_rows(answer: SampleAnswer | None) -> tuple[CredentialRow, ...]:
    """Every credential of an answer; none without an answer."""
    if answer is None:
        return ()
    today = answer.owed.today
    return tuple(
        credential_row(owed, (owed.plan_by - today).days if owed.plan_by else None) for owed in answer.owed.credentials
    )


def write_answer(press: Press, answer: SampleAnswer | None, rows: tuple[CredentialRow, ...]) -> None:
    """Write ``/next/``; without an answer the page says how to get one."""
    shown = answer.suggestions[:SHOWN] if answer else ()
    today = answer.owed.today if answer else date.min
    suggestions = [(card_of(found.opportunity, today), found) for found in shown]
    about = "A sample technician: what is still needed, told twice, and what to take next, with reasons."
    values = {
        "title": "What to take next",
        "description": about,
        "section": "plan",
        "rows": rows,
        "suggestions": suggestions,
        "given": answer is not None,
    }
    press.page("next.html", "/next/", values)
