"""At most eight words drawn from a summary, so that search finds a course by what it is about.

The summary itself is the provider's and is not kept: single words and short terms of the taxonomy leave this module,
in an order that does not follow the sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib import resources

from catalog.listing import KEYWORDS_AT_MOST
from catalog.taxonomy import fold, topics
from crawlers.extract.text import LONGEST_TEXT, normalize

_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_SHORTEST, _LONGEST = 3, 30
_WORDS_OF_A_TERM = 3

_NAMED_PEOPLE = re.compile(
    r"\b(?:presented|moderated|hosted|led|taught|written|reviewed|authored) by\b(?:[^.;:•|]|(?<=\b[A-Z])\.)*"
    r"|\b(?:speakers?|faculty|presenters?|authors?|moderators?|instructors?|reviewers?)\s?:(?:[^.;•|]|(?<=\b[A-Z])\.)*"
    r"|\b(?:Dr|Prof)\.\s(?:[A-Z][\w.'’-]*\s?){1,3}",
    re.IGNORECASE,
)
"""People are no words to search a course by, and their names are theirs."""


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing of a subject: the language's, and those of every offer ("hours", "fee", "register")."""
    return frozenset(resources.files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8").split())


def draw_keywords(summary: str, title: str) -> tuple[str, ...]:
    """At most eight lower-case words of the summary that the title does not hold, the most telling first.

    Words of the topics come first, then capitals inside a sentence (abbreviations, names of organisms), then what is
    said most often, then long words; ties in alphabetical order. The same summary gives the same words.
    """
    text = _NAMED_PEOPLE.sub(" ", normalize(summary[:LONGEST_TEXT]))
    title_words = set(fold(normalize(title[:LONGEST_TEXT])).split())
    terms = [term for term in _topic_terms(text) if not set(term.split()) <= title_words]
    covered = {word for term in terms for word in term.split()}
    counts: Counter[str] = Counter()
    capitals: set[str] = set()
    for match in _WORD.finditer(text):
        written = match.group()
        word = written.lower().removesuffix("'s").removesuffix("’s")
        if _is_telling(word) and word not in title_words and word not in covered:
            counts[word] += 1
            if not written[1:].islower() or (written[0].isupper() and not _begins_sentence(text, match.start())):
                capitals.add(word)
    single = sorted(counts, key=lambda word: (word not in capitals, -counts[word], -len(word), word))
    return tuple(dict.fromkeys([*terms, *_without_plurals(single)]))[:KEYWORDS_AT_MOST]


def _topic_terms(text: str) -> list[str]:
    folded = f" {fold(text)} "
    found = {
        word
        for topic in topics().values()
        for word in topic.words
        if len(word) > _SHORTEST and len(word.split()) <= _WORDS_OF_A_TERM and f" {word} " in folded
    }
    longest = sorted(found, key=lambda word: (-len(word.split()), -len(word), word))
    kept: list[str] = []
    for word in longest:
        if word not in _common() and not any(f" {word} " in f" {other} " for other in kept):
            kept.append(word)
    return kept[: KEYWORDS_AT_MOST // 2]


def _is_telling(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and word not in _common()


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:•"


def _without_plurals(words: list[str]) -> list[str]:
    known = set(words)
    return [word for word in words if not (word.endswith("s") and word[:-1] in known)]
