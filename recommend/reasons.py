"""Why something is suggested, and what is not known about it, in plain words and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from catalog.listing import Delivery
from catalog.taxonomy import topics as taxonomy_topics
from catalog.taxonomy import with_ancestors
from catalog.views import OpportunityView, TopicOrigin
from recommend.amounts import THOUSANDTHS, words
from recommend.columns import last_chance
from recommend.credential import Acceptance, in_a_sentence
from recommend.price import PersonalPrice, spoken_day
from recommend.profile import Profile
from recommend.text import Analyzer

if TYPE_CHECKING:
    from recommend.rank import Closes

SOON_DAYS = 60

ACCEPTANCE_WORDS = {
    Acceptance.STATED: "the provider states it",
    Acceptance.SHOULD: "should count under this rule",
    Acceptance.UNKNOWN: "not known whether it is accepted",
}
"""The three words for acceptance."""


def reasons_for(  # noqa: PLR0913 - each is a kind of reason
    opportunity: OpportunityView,
    profile: Profile,
    *,
    closes: Sequence[Closes],
    price: PersonalPrice,
    language: Analyzer,
    today: date,
) -> tuple[str, ...]:
    """Sentences in the order in which they matter: what it closes, what it matches, the price, what ends soon."""
    return (
        *(closing_words(one) for one in closes),
        *_interests(opportunity, profile, language),
        *_topics(opportunity, profile),
        *([f"Your price: {price.reason}."] if price.known else []),
        *_ending(opportunity, today),
    )


def closing_words(closes: Closes) -> str:
    """One sentence on what is closed: ``Closes 1 of the 2 points still needed: ASCP MLT, chemistry (...)``."""
    about = f"{closes.credential_name}, {in_a_sentence(closes.label)}"
    if closes.thousandths is None:
        return f"May count toward {about}: {closes.reason.removeprefix('Not known: ')}"
    unit = closes.unit.removesuffix("s") if closes.still == THOUSANDTHS else closes.unit
    amount = f"{words(closes.thousandths)} of the {words(closes.still)} {unit} still needed"
    if closes.confirmed:
        return f"Closes {amount}: {about} ({ACCEPTANCE_WORDS[closes.acceptance]})."
    why = ACCEPTANCE_WORDS[closes.acceptance] if closes.acceptance is Acceptance.UNKNOWN else "the topic is our guess"
    return f"Would likely close {amount}: {about} ({why})."


def _interests(opportunity: OpportunityView, profile: Profile, language: Analyzer) -> Iterator[str]:
    text = " ; ".join([opportunity.title, *opportunity.keywords])
    for interest in profile.interests:
        matched = matching_words(interest, text, language)
        if matched:
            yield f'Matches your interest "{interest}": {", ".join(matched)}.'


def matching_words(question: str, text: str, language: Analyzer) -> list[str]:
    """The words of ``text``, as they stand there, that a question asks for, by itself or through its synonyms."""
    asked = language.query(question)
    found = [
        (max(asked.get(stem, 0.0) for stem in stems), word)
        for word, stems in language.words_with_stems(text)
        if any(stem in asked for stem in stems)
    ]
    heavy = [word for weight, word in found if weight >= MATCH_WEIGHT]
    return list(dict.fromkeys(heavy))[:MATCHES_TOLD]


MATCH_WEIGHT = 0.3
MATCHES_TOLD = 4


def _topics(opportunity: OpportunityView, profile: Profile) -> Iterator[str]:
    wanted = set(profile.topics)
    for topic in opportunity.topics:
        if not wanted.isdisjoint(with_ancestors(topic.topic)):
            label = taxonomy_topics()[topic.topic].label
            guessed = " by our guess" if topic.origin is TopicOrigin.GUESSED else ""
            yield f"About {in_a_sentence(label)}{guessed}, one of your topics."


def _ending(opportunity: OpportunityView, today: date) -> Iterator[str]:
    last = last_chance(opportunity, today)
    if last is not None and (last - today).days <= SOON_DAYS:
        yield f"{_what_ends(opportunity, last)} {spoken_day(last)}."


def _what_ends(opportunity: OpportunityView, last: date) -> str:
    if opportunity.credit_expires == last:
        return "Credit until"
    if opportunity.apply_by == last:
        return "Apply by"
    if any(session.registration_deadline == last for session in opportunity.sessions):
        return "Register by"
    return "Available until" if opportunity.available_through == last else "Last date:"


def unknowns_of(opportunity: OpportunityView, price: PersonalPrice) -> tuple[str, ...]:
    """What its page does not say, in words that never turn "not known" into "no"."""
    credit_known = any(credit.thousandths is not None for credit in opportunity.credits)
    timeless = any(session.local_time is None for session in opportunity.sessions)
    zoneless = any(session.local_time is not None and session.zone is None for session in opportunity.sessions)
    on_demand = opportunity.delivery is Delivery.ON_DEMAND
    said = (
        (price.known, price.reason),
        (credit_known, "Amount of credit not stated"),
        (opportunity.delivery is not None, "How it is taken is not stated"),
        (not timeless or on_demand, "Time of day not stated"),
        (not zoneless, "Time zone not stated"),
        (all(topic.origin is not TopicOrigin.GUESSED for topic in opportunity.topics), "The topic is our guess"),
    )
    return tuple(words for known, words in said if not known)
