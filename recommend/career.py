"""Steps toward a goal: a list of its own beside the credits.

A step is an opportunity whose page says that it leads to the goal, whose title names it, or that is about what the goal
asks for; a topic that is our guess makes the least direct step. Steps that are equally direct stand in the goal's order
of kinds, then by how much they are about it. What a step asks for beforehand is told as the page tells it, and never
guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from catalog.listing import Kind
from catalog.taxonomy import fold, with_ancestors
from catalog.taxonomy import topics as taxonomy_topics
from catalog.views import OpportunityView, TopicOrigin
from recommend.columns import Column
from recommend.price import PersonalPrice, price
from recommend.profile import Profile
from recommend.rank import Ranking

LEADS, NAMES, PREPARES, MAY_PREPARE = 4, 3, 2, 1
"""How direct a step is: its page says that it leads there, its title names it, its topic (or our guess) prepares."""


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


def steps(ranking: Ranking, profile: Profile, limit: int | None = None) -> list[Step]:
    """Live steps toward the profile's goal, the most direct first; ties by id."""
    goal = goal_of(profile)
    if goal is None:
        return []
    about = _about(goal, ranking)
    found: list[tuple[tuple[int, int, float, int], Step]] = []
    for row, opportunity in enumerate(ranking.columns.opportunities):
        if opportunity.kind not in goal.kinds or opportunity.id in profile.disliked:
            continue
        directness, reason = _directness(goal, opportunity)
        if directness:
            own = price(opportunity, profile, ranking.today, ranking.columns.packages)
            order = (-directness, goal.kinds.index(opportunity.kind), -float(about[row]), row)
            found.append((order, Step(opportunity, directness, (reason,), opportunity.prerequisites, own)))
    return [step for _, step in sorted(found, key=lambda entry: entry[0])[:limit]]


def _about(goal: Goal, ranking: Ranking) -> Column:
    """How much each opportunity is about a goal, by its words and topics, 0 to 2."""
    question = ranking.index.question(goal.label, dict.fromkeys(goal.topics, 1.0))
    about: Column = ranking.index.text_scores(question) + ranking.index.topic_scores(question)
    return about


def _directness(goal: Goal, opportunity: OpportunityView) -> tuple[int, str]:
    for stated in opportunity.leads_to:
        if _named(goal, stated):
            return LEADS, f'Its page says that it leads to: "{stated}".'
    if _named(goal, opportunity.title):
        return NAMES, f"Its title names your goal: {goal.label}."
    fitting = [one for one in opportunity.topics if not set(goal.topics).isdisjoint(with_ancestors(one.topic))]
    told = sorted(fitting, key=lambda one: one.origin is TopicOrigin.GUESSED)
    if not told:
        return 0, ""
    guessed = told[0].origin is TopicOrigin.GUESSED
    label = taxonomy_topics()[told[0].topic].label
    about = f"About {label[0].lower()}{label[1:]}{' by our guess' if guessed else ''}, which your goal asks for."
    return (MAY_PREPARE if guessed else PREPARES), about


def _named(goal: Goal, text: str) -> bool:
    folded = f" {fold(text)} "
    return any(f" {fold(phrase)} " in folded for phrase in goal.phrases)
