"""At most eight words drawn from a summary, so that search finds a course by what it is about.

The summary itself is the provider's and is not kept: single words and known two-word terms leave this module, in an
order that does not follow the sentence.
"""

from __future__ import annotations

import re
from collections import Counter

from catalog.listing import KEYWORDS_AT_MOST
from catalog.taxonomy import fold, topics
from crawlers.extract.text import LONGEST_TEXT, normalize

_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_SHORTEST, _LONGEST = 3, 30

_COMMON = frozenset(
    """a about above across after again against all also although among an and another any are around as at attend available back based be because become been
    before begin behind being below best better between beyond both but by can case cases change changes changing common complete completing concepts conduct consider
    contains content could course courses covers create credit current currently daily day days deal describe described describes description designed detail details
    develop did different difference discuss discussed discusses discussion do does doing done down during each earn easy effective either else end ensure especially
    etc even event events ever every example examples explain explains explore explores few find first focus focuses focusing following for found four from full
    further general get give given gives go good great group had has have having he hear help helps her here high his hour hours how however identify if important
    improve in include included includes including information instruction interactive into introduces introduction is issues it its itself join just keep key
    knowledge lab laboratory laboratories large last later latest learn learner learners learning least lecture lesson less level like list live long look low made
    main make makes making many material may medical method methods might module modules more most much must need needed needs new next no not now number objectives
    of off offer offered offers often on once one online only open or order other others our out over overview own part participant participants participate people
    perform performed point practical practice practices present presentation presented presenter presents principles problem problems process processes professional
    professionals program programs provide provided provides providing questions range rather read recent recommended related relevant require required requires
    result results review reviewed reviews right role same scenarios science scientists second section see self series session sessions several share should show
    shows since skills small so some speaker staff state step steps student students study such support take takes taking teach team technician technicians
    techniques technologist technologists test testing tests than that the their them then there these they things this those three through throughout time to today
    together too tool tools topic topics training two type types under understand understanding up update updated use used useful user uses using value various very
    via view want was way ways we webinar week weeks well were what when where whether which while who why will with within without work working workshop world would
    year years yet you your""".split()
)


def draw_keywords(summary: str, title: str) -> tuple[str, ...]:
    """At most eight lower-case words of the summary that the title does not hold, the most telling first.

    Words of the topics come first, then capitals inside a sentence (abbreviations, names of organisms), then what is
    said most often, then long words; ties in alphabetical order. The same summary gives the same words.
    """
    text = normalize(summary[:LONGEST_TEXT])
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
        word for topic in topics().values() for word in topic.words if len(word) > _SHORTEST and f" {word} " in folded
    }
    longest = sorted(found, key=lambda word: (-len(word.split()), -len(word), word))
    kept: list[str] = []
    for word in longest:
        if word not in _COMMON and not any(f" {word} " in f" {other} " for other in kept):
            kept.append(word)
    return kept[: KEYWORDS_AT_MOST // 2]


def _is_telling(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and word not in _COMMON


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:•"


def _without_plurals(words: list[str]) -> list[str]:
    known = set(words)
    return [word for word in words if not (word.endswith("s") and word[:-1] in known)]
