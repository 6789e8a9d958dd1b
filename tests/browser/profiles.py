"""Profiles of every shape, in the form of their files, made by Hypothesis over the rules that we ship.

Python and the browser are given the same JSON, so that neither reads a profile that the other wrote.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from catalog.listing import CreditUnit
from catalog.taxonomy import topics
from recommend.credential import Activity, Credential, CycleKind, RequirementKind
from recommend.profile import HoldingStatus
from recommend.rules import load_credentials

RULES = load_credentials()
TOPICS = list(topics())
ANCHOR = date(2026, 11, 22)

AMOUNTS = (0.25, 0.5, 0.75, 1, 1, 1, 1.2, 1.25, 1.5, 2, 2, 3, 4, 6, 8, 12, 36)
UNITS = (*(CreditUnit.PACE.value,) * 4, *(CreditUnit.CMLE.value,) * 2, *(unit.value for unit in CreditUnit))
ACTIVITIES = (*(Activity.COURSE.value,) * 12, *(activity.value for activity in Activity))
TITLES = (
    "Lipids",
    "lipids ",
    "Blood bank basics",
    "Straße und Σίσυφος",
    "İstanbul",
    'A "quoted" one; and more',
    "Gram's stain",
)
PROVIDERS = (None, None, "Sample society", "SAMPLE SOCIETY", "Ärztekammer")

Document = dict[str, Any]


def days(earliest: int, latest: int) -> st.SearchStrategy[str]:
    """A day as text, so many days from the anchor."""
    return st.integers(earliest, latest).map(lambda days_on: (ANCHOR + timedelta(days=days_on)).isoformat())


STATUS = st.sampled_from((*("active",) * 3, *(status.value for status in HoldingStatus)))
AMOUNT = st.sampled_from(AMOUNTS)
UNIT = st.sampled_from(UNITS)
ACTIVITY = st.sampled_from(ACTIVITIES)
TITLE = st.sampled_from(TITLES)
PROVIDER = st.sampled_from(PROVIDERS)
FINISHED = days(-900, 60)
UP_TO_THREE = st.integers(0, 3)
RARITY = st.sampled_from(
    (*("plain",) * 5, "guessed", "guessed", "guessed", "also", "split", "assigned", "chosen", "unknown")
)
"""What else a credit says."""

NUMBER_OF_CREDITS = st.one_of(st.integers(0, 12), st.integers(13, 60))


def seldom(strategy: st.SearchStrategy[Any], *, one_in: int = 4) -> st.SearchStrategy[Any]:
    """A value, or ``None`` most of the time."""
    return st.integers(1, one_in).flatmap(lambda number: strategy if number == one_in else st.none())


def without_silence(fields: Document) -> Document:
    """A table without what it does not say."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


@st.composite
def openings(draw: st.DrawFn, categories: list[str]) -> Document:
    """Totals from before the transcript, some of them by category."""
    named = draw(st.lists(st.sampled_from(categories), unique=True, max_size=2)) if categories else []
    parts = {name: draw(st.sampled_from(AMOUNTS)) for name in named}
    beyond = draw(st.sampled_from((0, 0.5, 3, 10)))
    return without_silence(
        {"total": sum(parts.values()) + beyond, "by_requirement": parts, "about": draw(st.booleans())}
    )


@st.composite
def holdings(draw: st.DrawFn, rule: Credential) -> Document:
    """One credential as somebody holds it, with what its rule has a place for."""
    categories = [part.id for part in rule.requirements if part.kind is not RequirementKind.PER_SPECIALTY]
    start = draw(seldom(days(-1200, 30), one_in=2))
    end = draw(seldom(days(31, 1200), one_in=2)) or draw(seldom(days(-900, 30), one_in=6))
    if rule.cycle is not None and rule.cycle.kind is CycleKind.CALENDAR_YEARS:
        start = None
    if start is not None and end is not None and end <= start:
        start = None
    specialties = draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=3))
    own = draw(seldom(st.sampled_from([*categories, *TOPICS]), one_in=6))
    return without_silence(
        {
            "id": rule.id,
            "status": draw(
                st.sampled_from(("active", "active", "active", *(status.value for status in HoldingStatus)))
            ),
            "certified_on": draw(seldom(days(-3000, 0), one_in=2)),
            "cycle_start": start,
            "cycle_end": end,
            "first_cycle": draw(st.integers(1, 4)) == 4,
            "specialties": specialties,
            "new_specialties": [topic for topic in specialties if draw(st.integers(1, 4)) == 4],
            "own_total": draw(seldom(st.sampled_from((12, 24, 30.5)), one_in=6)),
            "own_requirements": {own: draw(st.sampled_from(AMOUNTS))} if own is not None else {},
            "opening": draw(seldom(openings(_kept_categories(rule)), one_in=3)),
        }
    )


def _kept_categories(rule: Credential) -> list[str]:
    """Categories that every period and every way of holding has, so that an opening may name them."""
    return [part.id for part in rule.requirements if part.kind is RequirementKind.REMAINDER]


@st.composite
def targets(draw: st.DrawFn) -> Document:
    """A target of one's own with up to three categories."""
    parts = [
        {
            "id": f"part-{number}",
            "label": f"Part {number}",
            "needed": draw(st.sampled_from((0.5, 1, 2, 4))),
            "topics": draw(st.lists(st.sampled_from([*TOPICS, "any"]), unique=True, min_size=1, max_size=3)),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    return without_silence(
        {
            "id": "my-own",
            "name": "Own target",
            "unit": draw(st.sampled_from(("hours", "points"))),
            "total": sum(part["needed"] for part in parts) + draw(st.sampled_from((0, 1, 10))),
            "starts_on": draw(days(-900, 0)),
            "due_on": draw(days(1, 900)),
            "parts": parts,
            "opening": draw(seldom(openings([part["id"] for part in parts]))),
        }
    )


@st.composite
def credits_earned(draw: st.DrawFn, near: list[str], held: list[str]) -> Document:
    """One credit; ``near`` are topics that what is held asks for, ``held`` ids of credentials."""
    amount = draw(AMOUNT)
    credit = {
        "completed_on": draw(FINISHED),
        "title": draw(TITLE),
        "provider": draw(PROVIDER),
        "amount": amount,
        "unit": draw(UNIT),
        "activity": draw(ACTIVITY),
        "topics": _topics(draw, near),
    }
    match draw(RARITY):
        case "guessed":
            credit["guessed_topics"] = _topics(draw, near)
        case "also":
            credit["also"] = {draw(UNIT): draw(AMOUNT)}
        case "split" if amount >= 1:
            credit["by_topic"] = dict.fromkeys(_topics(draw, near), 0.25)
        case "assigned":
            credit["points"] = {draw(st.sampled_from(held)): draw(AMOUNT)}
        case "chosen":
            credit["counted_toward"] = [_choice(draw, held)]
        case "unknown":
            del credit["amount"]
    return without_silence(credit)


def _topics(draw: st.DrawFn, near: list[str]) -> list[str]:
    """Up to three of these topics."""
    first, number, step = draw(st.integers(0, len(near) - 1)), draw(UP_TO_THREE), draw(UP_TO_THREE)
    return list(dict.fromkeys(near[(first + place * (step + 1)) % len(near)] for place in range(number)))


def _choice(draw: st.DrawFn, held: list[str]) -> str:
    """A technician's own choice: a credential, or one of its requirements."""
    name = draw(st.sampled_from(held))
    parts = [part.id for part in RULES[name].requirements] if name in RULES else []
    return f"{name}:{draw(st.sampled_from(parts))}" if parts and draw(st.integers(1, 4)) > 1 else name


@st.composite
def figures_checked(draw: st.DrawFn, held: list[str]) -> Document:
    """A figure that the technician looked up, as it stands or changed."""
    paths = [f"{name}.{path}" for name in held if name in RULES for path in RULES[name].figures()]
    value = draw(seldom(st.sampled_from(AMOUNTS), one_in=2))
    return without_silence({"figure": draw(st.sampled_from(paths)), "value": value, "on": draw(seldom(days(-300, 0)))})


@st.composite
def profiles(draw: st.DrawFn) -> Document:
    """A profile as its JSON file has it."""
    names = draw(st.lists(st.sampled_from(sorted(RULES)), unique=True, min_size=1, max_size=4))
    own = [draw(targets())] if draw(st.integers(1, 5)) == 5 else []
    held = [*names, *(target["id"] for target in own)]
    asked = {topic for name in names for part in RULES[name].requirements for topic in part.topics if topic != "any"}
    near = [*sorted(asked), *draw(st.lists(st.sampled_from(TOPICS), min_size=3, max_size=8))]
    number = draw(NUMBER_OF_CREDITS)
    with_figures = [name for name in names if RULES[name].figures()]
    return without_silence(
        {
            "version": 1,
            "credentials": [draw(holdings(RULES[name])) for name in names],
            "targets": own,
            "transcript": [draw(credits_earned(near, held)) for _ in range(number)],
            "plan_days_before": draw(seldom(st.sampled_from((0, 14, 90)))),
            "checked": draw(st.lists(figures_checked(with_figures), max_size=3)) if with_figures else [],
        }
    )


def todays() -> st.SearchStrategy[date]:
    """A day on which somebody asks."""
    return st.sampled_from((0, 0, 0, -400, -30, 99, 366, 500)).map(lambda on: ANCHOR + timedelta(days=on))
