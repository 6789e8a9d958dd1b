"""Steps toward a goal: a list of its own beside the credits.

A step is an opportunity whose page says that it leads to the goal, whose title names it, or that is about what the goal
asks for. What it asks for beforehand is told as the page tells it, and never guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from catalog.listing import Kind
from catalog.taxonomy import fold, with_ancestors
from catalog.taxonomy import topics as taxonomy_topics
from catalog.views import OpportunityView, PackageView, TopicOrigin
from recommend.price import PersonalPrice, price
from recommend.profile import Profile

LEADS, NAMES, PREPARES = 3, 2, 1
"""How direct a step is: its page says that it leads there, its title names it, its topic prepares for it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal with the phrases, topics and kinds that make a step toward it."""

    id: str
    label: str
    phrases: tuple[str, ...]
    topics: tuple[str, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``asks_for`` are prerequisites in the words of its page; ``price`` is this person's."""

    opportunity: OpportunityView
    directness: int
    reasons: tuple[str, ...]
    asks_for: tuple[str, ...]
    price: PersonalPrice


@cache
def goals() -> dict[str, Goal]:
    """Every goal by id, as ``vocabulary/goals.toml`` tells them."""
    text = resources.files(__package__).joinpath("vocabulary", "goals.toml").read_text(encoding="utf-8")
    return {
        entry["id"]: Goal(
            id=entry["id"],
            label=entry["label"],
            phrases=tuple(entry["phrases"]),
            topics=tuple(entry["topics"]),
            kinds=tuple(Kind(kind) for kind in entry["kinds"]),
        )
        for entry in tomllib.loads(text)["goal"]
    }


def goal_of(profile: Profile) -> Goal | None:
    """The profile's goal with its specialty put in, or ``None`` where it has none."""
    if profile.goal is None:
        return None
    goal = goals()[profile.goal]
    specialty = profile.goal_topic
    label = taxonomy_topics()[specialty].label if specialty else None
    return Goal(
        id=goal.id,
        label=f"{goal.label} in {label[0].lower()}{label[1:]}" if label and goal.id == "specialist" else goal.label,
        phrases=tuple(
            phrase.replace("{topic}", label or "") for phrase in goal.phrases if label or "{topic}" not in phrase
        ),
        topics=_with_specialty(goal.topics, specialty),
        kinds=goal.kinds,
    )


def _with_specialty(topics: Iterable[str], specialty: str | None) -> tuple[str, ...]:
    """The goal's topics with the technician's specialty put in, or left out where none is named."""
    named = (specialty if topic == "{topic}" else topic for topic in topics)
    return tuple(topic for topic in named if topic is not None)


def steps(
    profile: Profile,
    opportunities: Iterable[OpportunityView],
    packages: Iterable[PackageView],
    today: date,
    limit: int | None = None,
) -> list[Step]:
    """Live steps toward the profile's goal: the most direct first, then in the goal's order of kinds, ties by id."""
    goal = goal_of(profile)
    if goal is None:
        return []
    known_packages = tuple(packages)
    found = []
    for opportunity in opportunities:
        if opportunity.kind not in goal.kinds or not opportunity.is_live(today) or opportunity.id in profile.disliked:
            continue
        directness, reason = _directness(goal, opportunity)
        if directness:
            own = price(opportunity, profile, today, known_packages)
            found.append(Step(opportunity, directness, (reason,), opportunity.prerequisites, own))
    found.sort(key=lambda step: (-step.directness, goal.kinds.index(step.opportunity.kind), step.opportunity.id))
    return found[:limit]


def _directness(goal: Goal, opportunity: OpportunityView) -> tuple[int, str]:
    for stated in opportunity.leads_to:
        if _named(goal, stated):
            return LEADS, f'Its page says that it leads to: "{stated}".'
    if _named(goal, opportunity.title):
        return NAMES, f"Its title names your goal: {goal.label}."
    for topic in opportunity.topics:
        if topic.origin is not TopicOrigin.GUESSED and set(with_ancestors(topic.topic)) & set(goal.topics):
            label = taxonomy_topics()[topic.topic].label
            return PREPARES, f"About {label[0].lower()}{label[1:]}, which your goal asks for."
    return 0, ""


def _named(goal: Goal, text: str) -> bool:
    folded = f" {fold(text)} "
    return any(f" {fold(phrase)} " in folded for phrase in goal.phrases)
