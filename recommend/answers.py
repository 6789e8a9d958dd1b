"""Single answers about one opportunity: why it is suggested, why it is not, and what is like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from catalog.listing import SessionStatus
from catalog.taxonomy import fold
from catalog.views import OpportunityView, Presence
from recommend.columns import is_college_study
from recommend.counting import counts_for
from recommend.credential import Credential, Standing
from recommend.index import rounded
from recommend.price import spoken_day
from recommend.rank import WEIGHTS, Person, Ranking, Suggestion, is_over
from recommend.transcript import EarnedCredit

TOPIC_OF_LIKENESS = 0.5
"""How much being about the same topics weighs beside being alike in words."""

PART_WORDS: Mapping[str, str] = {
    "need": "it closes more of what you still need",
    "text": "its words are closer to your interests",
    "topic": "it is more about your topics",
    "deadline": "it presses more",
    "fit": "it fits better how, when and where you like to learn",
    "price": "it costs you less, or its price is known",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say about one opportunity for one person.

    ``place`` is its place in the list from 1 (that of the one it stands behind, where it is nearly the same as a better
    one), ``None`` where it is not listed; ``blocked`` are the reasons that keep
    it out, ``rules`` one sentence for each credential on whether and how it counts, ``behind`` why it stands behind the
    first of the list.
    """

    opportunity: OpportunityView
    place: int | None
    suggestion: Suggestion | None
    blocked: tuple[str, ...]
    rules: tuple[str, ...]
    behind: tuple[str, ...]


def verdict(ranking: Ranking, person: Person, opportunity: OpportunityView) -> Verdict:
    """Why an opportunity is listed where it is, or why it is not; live or over, known to the ranking or not."""
    rules = tuple(_rules(person, opportunity, ranking.today))
    blocked = tuple(_blocked(ranking, person, opportunity))
    row = ranking.columns.row_of.get(opportunity.id)
    if row is None or blocked:
        return Verdict(opportunity, None, None, blocked, rules, ())
    parts = ranking.parts(person)
    if not parts.listed[row]:
        return Verdict(opportunity, None, None, ("No rule that we read accepts its credit for you.",), rules, ())
    ordered = ranking.best(parts, None)
    groups = enumerate(ranking.groups(ordered), start=1)
    place, leader = next((place, first) for place, (first, also) in groups if row == first or row in also)
    alike = () if leader == row else (f'Nearly the same as "{ranking.columns.opportunities[leader].title}".',)
    behind = _behind(parts.columns, row, int(ordered[0]), ranking)
    return Verdict(opportunity, place, ranking.suggestion(person, parts, row), (), rules, (*alike, *behind))


def _behind(columns: Mapping[str, np.ndarray], row: int, first: int, ranking: Ranking) -> Iterator[str]:
    """Which parts of the formula put the first of the list before it, the heaviest first."""
    leads = {name: float(rounded(WEIGHTS[name] * (columns[name][first] - columns[name][row]))) for name in WEIGHTS}
    title = ranking.columns.opportunities[first].title
    for name, lead in sorted(leads.items(), key=lambda entry: (-entry[1], entry[0])):
        if lead > 0:
            yield f'"{title}" stands first by {lead:.2f} here: {PART_WORDS[name]}.'


def _blocked(ranking: Ranking, person: Person, opportunity: OpportunityView) -> Iterator[str]:
    """What keeps it out of every list, in plain words."""
    profile, today = person.profile, ranking.today
    if opportunity.id in profile.disliked:
        yield "You hid it."
    taken = next((earned for earned in profile.transcript if _same(earned, opportunity)), None)
    if taken is not None:
        yield f"You took it on {spoken_day(taken.completed_on)}."
    if profile.goal is None and is_college_study(opportunity):
        yield "It is college study, which is listed only where you have a career goal."
    if opportunity.presence is Presence.WITHDRAWN:
        yield "Its provider no longer lists it."
    yield from _over(opportunity, today)


def _over(opportunity: OpportunityView, today: date) -> Iterator[str]:
    ends = (
        (opportunity.retired_on, "It was retired on"),
        (opportunity.available_through, "It was available until"),
        (opportunity.apply_by, "Applications closed on"),
    )
    for end, said in ends:
        if end is not None and (end < today or (end == today and end is opportunity.retired_on)):
            yield f"{said} {spoken_day(end)}."
    if opportunity.sessions and not opportunity.open_sessions(today):
        coming = [session for session in opportunity.sessions if session.last_day >= today]
        if not coming:
            last = max(session.last_day for session in opportunity.sessions)
            yield f"Its last date was {spoken_day(last)}."
        elif all(session.status is SessionStatus.FULL for session in coming):
            yield "Its dates are full."
        elif all(session.status is SessionStatus.CANCELLED for session in coming):
            yield "Its dates were cancelled."
        else:
            yield "None of its dates can be attended any more."


def _same(earned: EarnedCredit, opportunity: OpportunityView) -> bool:
    addresses = {opportunity.url, *(listing.url for listing in opportunity.listings)}
    named = earned.opportunity == opportunity.id or (earned.url is not None and earned.url in addresses)
    return named or fold(earned.title) == fold(opportunity.title)


def _rules(person: Person, opportunity: OpportunityView, today: date) -> Iterator[str]:
    """One sentence or more a credential: how the credit counts, or that it does not, and why."""
    for answer in person.owed.credentials:
        credential: Credential = person.credentials[answer.id]
        if credential.standing is not Standing.ACTIVE:
            yield f"{answer.short_name} asks for no CE by the rule we read."
            continue
        if is_over(answer, today):
            yield f"The renewal period of {answer.short_name} is over: ask the board what it takes now."
            continue
        rows = counts_for(opportunity, credential, today)
        if rows:
            yield from dict.fromkeys(row.reason for row in rows)
        elif not opportunity.credits:
            yield f"{answer.short_name}: its page states no credit."
        elif not counts_for(replace(opportunity, topics=()), credential, today):
            yield f"{answer.short_name}: the approval of its credit has ended."
        else:
            yield f"{answer.short_name}: what it is about counts toward no requirement."
        if answer.still_confirmed == 0 and answer.still_likely == 0:
            yield f"{answer.short_name}: nothing more needed by the rules we know."


def similar(ranking: Ranking, opportunity_id: str, limit: int = 10) -> list[tuple[OpportunityView, float]]:
    """The live opportunities most like one, by words and topics, best first, ties by id.

    Raises ``KeyError`` for an id that the ranking's index does not have.
    """
    index = ranking.index
    question = index.likeness(opportunity_id)
    scores = index.text_scores(question) + TOPIC_OF_LIKENESS * index.topic_scores(question)
    own = ranking.columns.row_of
    found = [(own[name], float(rounded(scores[row]))) for name, row in index.row_of.items() if name in own]
    ranked = sorted(found, key=lambda entry: (-entry[1], entry[0]))
    alike = ((ranking.columns.opportunities[row], score) for row, score in ranked if score > 0)
    return [(one, score) for one, score in alike if one.id != opportunity_id][:limit]
