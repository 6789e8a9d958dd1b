"""Keywords: few, the same each time, and no sentence of the provider's."""

from __future__ import annotations

from catalog.listing import KEYWORDS_AT_MOST
from crawlers.extract.keywords import draw_keywords

SUMMARY = (
    "This webinar covers CSF collection, handling and manual cell counting, with xanthochromia as a case. "
    "Presented by Jane Q. Doe, MLS(ASCP). Register for free; members earn one contact hour."
)


def test_words_of_the_subject_come_and_words_of_the_offer_do_not() -> None:
    words = draw_keywords(SUMMARY, "Cerebrospinal Fluid")
    assert words[0] == "csf"
    assert {"xanthochromia", "collection", "handling"} <= set(words)
    assert not {"webinar", "contact", "free", "members", "register", "hour", "jane", "doe"} & set(words)


def test_at_most_eight_and_never_a_word_of_the_title() -> None:
    summary = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima"
    words = draw_keywords(summary, "Alpha and Bravo")
    assert len(words) == KEYWORDS_AT_MOST
    assert not {"alpha", "bravo"} & set(words)


def test_the_same_summary_gives_the_same_words() -> None:
    assert draw_keywords(SUMMARY, "x") == draw_keywords(SUMMARY, "x")
    assert draw_keywords("", "x") == ()


def test_no_phrase_of_four_words_is_kept() -> None:
    assert all(len(word.split()) <= 3 for word in draw_keywords(SUMMARY, "x"))


def test_a_topic_of_two_words_stays_together() -> None:
    assert "transfusion medicine" in draw_keywords(
        "Antibody identification in transfusion medicine, step by step", "Panels"
    )
