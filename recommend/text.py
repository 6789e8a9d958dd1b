"""One analyzer for opportunities and for what a technician asks: laboratory language becomes comparable words.

A text becomes a row of *positions*. Each position holds the word and the stems that stand there, the first one being
the whole and the others its parts: ``MALDI-TOF`` is one position of ``("maldi-tof", "maldi", "tof")``, ``anti-D`` of
``("anti-d",)``, ``pre-analytical`` of ``("preanalyt", "analyt")``, and ``Blood/Bank`` is two positions. Nothing is
ever glued across a slash, and what carries the meaning (``A1c``, ``Rh``, ``P2Y12``) is never stemmed away.

Abbreviations are expanded on both sides where they stand in capitals. A question typed wholly in small letters is read
with the same list, except where the small word is an everyday word. An abbreviation of two senses takes the sense that
fits its neighbors' topics, and both where the neighbors decide nothing. Synonyms are added to the question only, and a
word of a question that no list knows is also read as the one that it is most likely a slip of.
"""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import snowballstemmer
from rapidfuzz.distance import OSA

from catalog.errors import BadInputError
from catalog.taxonomy import topics as taxonomy_topics


class Position(NamedTuple):
    """One place in a text: the word in small letters, and its stems, the whole before its parts."""

    word: str
    stems: tuple[str, ...]


BREAK = Position("", ())
"""Stands between texts that are analyzed together, so that no phrase reaches across."""

SAME_WEIGHT = 0.6
"""What a synonym weighs beside a word that was asked (1.0)."""

RELATED_WEIGHT = 0.3
"""What a narrower or neighboring word weighs beside a word that was asked."""

SENSE_WEIGHT = 0.8
"""What the words of an abbreviation weigh in a question; two senses share it. A word read as spelled aright, too."""

FAINT_WEIGHT = 0.3
"""What a word weighs in a question that stands in the title of every other course."""

STRONG, WEAK = 1.0, 0.4
"""What a strong and a weak word of a topic add to its score."""

SLIP_LETTERS = (6, 9)
"""From so many letters on, a word of a question may be one letter off, or two; shorter ones are read as they stand."""

SENSES_AT_MOST = 2
QUERIES_KEPT = 10_000

_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu"}
SIGNS: dict[int, str] = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": " ", "−": "-", "’": "'", "‘": "'", "®": " ", "™": " ", "©": " "} | _GREEK
)
"""Letters and signs, by code point, and what is read in their place."""

_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+)*")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[a-z]+")
PREFIXES = frozenset(
    {"anti", "auto", "bio", "co", "cyto", "extra", "hyper", "hypo", "immuno", "inter", "intra", "macro", "micro"}
    | {"multi", "non", "para", "peri", "post", "pre", "re", "semi", "sub", "super", "trans", "un"}
)
"""Beginnings that are no words of their own."""

BRITISH: tuple[tuple[str, str], ...] = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("paed", "ped"),
    ("oedem", "edem"),
    ("rrhoe", "rrhe"),
    ("foet", "fet"),
    ("isation", "ization"),
    ("tumour", "tumor"),
    ("colour", "color"),
    ("labour", "labor"),
    ("behaviour", "behavior"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("labell", "label"),
)
"""British spellings and the American ones that they are read as."""

LITTLE_WORDS = frozenset(
    {"the", "of", "and", "in", "for", "to", "an", "a", "on", "with", "at", "by", "from", "or"}
    | {"is", "are", "its", "your", "you", "how", "what", "why"}
)
"""Words that say nothing about a course."""

FAINT_WORDS = frozenset(
    {"basic", "case", "class", "cours", "fundament", "introduct", "lab", "laboratori", "learn", "overview"}
    | {"review", "studi", "test", "topic", "train", "understand", "updat", "webinar"}
)
"""Stems that say little about what a technician asks for: they stand in titles of every topic."""

_STEMMER = snowballstemmer.stemmer("english")


class VocabularyError(BadInputError):
    """A word list that does not fit its shape; names the file and the entry."""


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Phrases that mean the same; asking one of ``same`` also brings the others and, more lightly, ``related``."""

    same: tuple[str, ...]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicRule:
    """The phrases that speak for one topic. A trailing ``*`` lets the last word go on."""

    topic: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The word lists of ``recommend/vocabulary/``, with an operator's own merged over them.

    ``forms`` maps a word that the stemmer leaves apart to the stem it belongs to (``fungi`` to ``fungus``).
    """

    abbreviations: Mapping[str, tuple[str, ...]]
    everyday_words: frozenset[str]
    groups: tuple[SynonymGroup, ...]
    rules: tuple[TopicRule, ...]
    forms: Mapping[str, str]

    def phrases(self) -> Iterator[str]:
        """Every phrase of the lists, as it is written there."""
        senses = (sense for own in self.abbreviations.values() for sense in own)
        grouped = (phrase for group in self.groups for phrase in (*group.same, *group.related))
        ruled = (phrase for rule in self.rules for phrase in (*rule.strong, *rule.weak))
        return itertools.chain(senses, grouped, ruled)


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at ``positions[start:end]``; ``payload`` is what it was entered with."""

    start: int
    end: int
    payload: int


class Phrases:
    """Finds many phrases in a row of positions in one pass, and lets the longest win."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[Sequence[str], int]]] = {}
        self._by_prefix: dict[int, dict[str, list[int]]] = {}

    def add(self, stems: Sequence[str], payload: int) -> None:
        """Enter a phrase of stems. A last one that ends in ``*`` is no stem: it matches every word that it begins."""
        if len(stems) == 1 and stems[0].endswith("*"):
            prefix = stems[0][:-1]
            self._by_prefix.setdefault(len(prefix), {}).setdefault(prefix, []).append(payload)
        else:
            self._by_first.setdefault(stems[0], []).append((stems[1:], payload))

    def find(self, positions: Sequence[Position]) -> list[Match]:
        """Every phrase that is not wholly inside a longer one."""
        found = [match for start in range(len(positions)) for match in self._starting_at(positions, start)]
        return [match for match in found if not any(_is_inside(match, other) for other in found)]

    def _starting_at(self, positions: Sequence[Position], start: int) -> Iterator[Match]:
        for stem in positions[start].stems:
            for rest, payload in self._by_first.get(stem, ()):
                if _follows(positions, start + 1, rest):
                    yield Match(start, start + 1 + len(rest), payload)
        for length, prefixes in self._by_prefix.items():
            for payload in prefixes.get(positions[start].word[:length], ()):
                yield Match(start, start + 1, payload)


def _is_inside(match: Match, other: Match) -> bool:
    covers = other.start <= match.start and match.end <= other.end
    return covers and other.end - other.start > match.end - match.start


def _follows(positions: Sequence[Position], at: int, rest: Sequence[str]) -> bool:
    if at + len(rest) > len(positions):
        return False
    return all(_stands(wanted, positions[at + offset]) for offset, wanted in enumerate(rest))


def _stands(wanted: str, position: Position) -> bool:
    if wanted.endswith("*"):
        return position.word.startswith(wanted[:-1])
    return wanted in position.stems


def plain(text: str) -> str:
    """Compatibility forms, accents, Greek letters, dashes and dotted initials made plain; case is kept."""
    folded = unicodedata.normalize("NFKD", text.translate(SIGNS))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _INITIALS.sub(lambda initials: initials.group().replace(".", ""), bare)


def words(text: str) -> list[str]:
    """The words as they stand, case kept; hyphens and inner apostrophes stay inside a word, slashes never do."""
    return _TOKEN.findall(plain(text))


def _american(word: str) -> str:
    lower = word.lower().removesuffix("'s").replace("'", "")
    for british, american in BRITISH:
        lower = lower.replace(british, american)
    return lower


@lru_cache(maxsize=200_000)
def _snowball(word: str) -> str:
    return str(_STEMMER.stemWord(word))


class Analyzer:
    """Turns texts into weighted stems, and finds the topics that they speak of. Make one with :func:`analyzer`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._lower_abbreviations = {
            key.lower(): key for key in vocabulary.abbreviations if key.lower() not in vocabulary.everyday_words
        }
        self._unstemmed = frozenset(key.lower() for key in vocabulary.abbreviations)
        self._positions_by_word: dict[str, tuple[Position, ...]] = {}
        self._queries: dict[str, dict[str, float]] = {}
        self._rules = Phrases()
        self._rule_payloads: list[tuple[str, float]] = []
        for rule in vocabulary.rules:
            self._enter_rules(rule.topic, rule.strong, STRONG)
            self._enter_rules(rule.topic, rule.weak, WEAK)
        self._groups = Phrases()
        for number, group in enumerate(vocabulary.groups):
            for phrase in group.same:
                self._groups.add(self._phrase(phrase), number)
        self._words_known: list[str] = []
        self._stems_known: frozenset[str] = frozenset()
        self._beginnings: tuple[str, ...] = ()
        self._learn_words()
        self._sense_topics = {
            sense: frozenset(self._weigh(self.positions(sense)))
            for senses in vocabulary.abbreviations.values()
            if len(senses) > 1
            for sense in senses
        }

    def _learn_words(self) -> None:
        """The words of all phrases, against which a question's slips are put aright; open ends are beginnings."""
        rows = [(phrase, self.positions(phrase.removesuffix("*"))) for phrase in self.vocabulary.phrases()]
        known = [position for _, row in rows for position in row]
        self._words_known = sorted({one.word for one in known if len(one.word) >= SLIP_LETTERS[0]})
        self._stems_known = frozenset(stem for one in known for stem in one.stems)
        self._beginnings = tuple(sorted({row[-1].word for phrase, row in rows if phrase.endswith("*")}))

    def _enter_rules(self, topic: str, phrases: Iterable[str], weight: float) -> None:
        for phrase in phrases:
            self._rules.add(self._phrase(phrase), len(self._rule_payloads))
            self._rule_payloads.append((topic, weight))

    def _phrase(self, phrase: str) -> list[str]:
        open_end = phrase.endswith("*")
        row = self.positions(phrase.removesuffix("*"))
        if not row:
            raise VocabularyError(f"a phrase without a word: {phrase!r}")
        stems = [position.stems[0] for position in row]
        return [*stems[:-1], row[-1].word + "*"] if open_end else stems

    def stem(self, word: str) -> str:
        """The stem of one word without hyphens: ``Anemias`` to ``anemia``; ``A1c`` and abbreviations stay whole."""
        return self._stem(_american(word))

    def _stem(self, lower: str) -> str:
        form = self.vocabulary.forms.get(lower)
        if form is not None:
            return form
        if len(lower) <= 2 or lower in self._unstemmed or _DIGIT.search(lower):
            return lower
        stem = _snowball(lower)
        return self.vocabulary.forms.get(stem, stem)

    def _positions_of(self, word: str) -> tuple[Position, ...]:
        known = self._positions_by_word.get(word)
        if known is None:
            known = self._positions_by_word[word] = self._split(word)
        return known

    def _split(self, word: str) -> tuple[Position, ...]:
        parts = [_american(part) for part in word.split("-")]
        if len(parts) == 1:
            return (Position(parts[0], (self._stem(parts[0]),)),)
        whole = "-".join(parts)
        if len(parts) == 2 and parts[0] in PREFIXES and len(parts[1]) > 2:
            return (Position("".join(parts), (self._stem("".join(parts)), self._stem(parts[1]))),)
        if any(len(part) == 1 or _DIGIT.search(part) for part in parts) or word.isupper():
            inner = (self._stem(part) for part in parts if len(part) > 2 and part not in PREFIXES)
            return (Position(whole, tuple(dict.fromkeys([whole, *inner]))),)
        return tuple(Position(part, (self._stem(part),)) for part in parts)

    def positions(self, text: str) -> list[Position]:
        """The row of positions of a text, without expansions. Abbreviations in the plural lose their s: ``RBCs``."""
        return [position for word in words(text) for position in self._positions_of(self._singular(word))]

    def _singular(self, word: str) -> str:
        singular = word.removesuffix("s")
        return singular if singular != word and singular in self.vocabulary.abbreviations else word

    def abbreviations_in(self, text: str, *, small_letters: bool = False) -> list[tuple[str, ...]]:
        """The senses of each abbreviation in ``text``, in order; ``small_letters`` for a question as typed.

        In a text that is all capitals, everyday words are not taken for abbreviations.
        """
        standing = words(text)
        shouted = len(standing) > 3 and text.upper() == text
        whispered = small_letters and text.lower() == text
        keys = (self._abbreviation(self._singular(word), shouted, whispered) for word in standing)
        return [self.vocabulary.abbreviations[key] for key in dict.fromkeys(keys) if key is not None]

    def _abbreviation(self, word: str, shouted: bool, whispered: bool) -> str | None:
        if shouted or whispered:
            return self._lower_abbreviations.get(word.lower())
        return word if word in self.vocabulary.abbreviations else None

    def senses(self, text: str, *, small_letters: bool = False) -> list[tuple[str, float]]:
        """What the abbreviations of ``text`` stand for, each with its share: 1.0, or 0.5 of two open senses."""
        found = self.abbreviations_in(text, small_letters=small_letters)
        if not found:
            return []
        known = [self.positions(text), *(self.positions(senses[0]) for senses in found if len(senses) == 1)]
        around = self._weigh([position for row in known for position in (*row, BREAK)])
        chosen: list[tuple[str, float]] = []
        for senses in found:
            kept = self._fitting(senses, around) if len(senses) > 1 else senses
            chosen.extend((sense, 1.0 / len(kept)) for sense in kept)
        return chosen

    def _fitting(self, senses: Sequence[str], around: Mapping[str, float]) -> Sequence[str]:
        fit = [sum(around.get(topic, 0.0) for topic in sorted(self._sense_topics[sense])) for sense in senses]
        best = max(fit)
        return [sense for sense, score in zip(senses, fit, strict=True) if score == best]

    def _weigh(self, positions: Sequence[Position]) -> dict[str, float]:
        """Topic -> sum of the weights of its phrases found; a phrase counts once."""
        found = {match.payload for match in self._rules.find(positions)}
        totals: dict[str, float] = {}
        for payload in sorted(found):
            topic, weight = self._rule_payloads[payload]
            totals[topic] = totals.get(topic, 0.0) + weight
        return totals

    def question_topics(self, text: str) -> dict[str, float]:
        """Topic id -> how strongly a question speaks for it; where its words speak for none, what they mean does."""
        text = self.spelled(text)
        return self.topic_weights(text, small_letters=True) or self._weigh(
            [
                position
                for number in self._groups_in([self.positions(text)])
                for phrase in self.vocabulary.groups[number].same
                for position in (*self.positions(phrase.removesuffix("*")), BREAK)
            ]
        )

    def spelled(self, text: str) -> str:
        """A question with each word that no list knows put aright, where it is a slip of one that they know."""
        return " ".join(self._slip_of(word) or word for word in words(text))

    def _slip_of(self, word: str) -> str | None:
        """The nearest known word with the same first letter, or ``None`` where none is near, or the word is known."""
        lower = word.lower()
        slips = sum(len(lower) >= letters for letters in SLIP_LETTERS)
        known = lower.startswith(self._beginnings) or self.stem(word) in self._stems_known
        if known or not slips or not _LETTERS.fullmatch(lower):
            return None
        alike = (other for other in self._words_known if other[0] == lower[0])
        near = min((OSA.distance(lower, other, score_cutoff=slips), other) for other in ["", *alike])
        return near[1] if near[0] <= slips else None

    def topic_weights(self, text: str, *, small_letters: bool = False) -> dict[str, float]:
        """Topic id -> how strongly ``text`` speaks for it, by the rules alone; empty where nothing fires."""
        totals = self._weigh(self.positions(text))
        for sense, share in self.senses(text, small_letters=small_letters):
            for topic, weight in self._weigh(self.positions(sense)).items():
                totals[topic] = max(totals.get(topic, 0.0), totals.get(topic, 0.0) * 0.5 + weight * share)
        return totals

    def topic_phrases(self, text: str, topic: str) -> list[str]:
        """The words in ``text`` that speak for ``topic``, as they stand there."""
        standing = [(word, len(self._positions_of(self._singular(word)))) for word in words(text)]
        spread = [word for word, count in standing for _ in range(count)]
        matches = self._rules.find(self.positions(text))
        hits = [match for match in matches if self._rule_payloads[match.payload][0] == topic]
        return list(dict.fromkeys(" ".join(dict.fromkeys(spread[match.start : match.end])) for match in hits))

    def words_with_stems(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Each word as it stands, with its stems and those of what it stands for, little words left out."""
        found = []
        for word in words(text):
            stems = [stem for position in self._positions_of(self._singular(word)) for stem in position.stems]
            if stems and stems[0] not in LITTLE_WORDS:
                found.append((word, tuple(stems)))
        return found

    def document(self, text: str) -> list[str]:
        """The stems of an opportunity's text, expansions of its abbreviations behind them."""
        rows = [self.positions(text), *(self.positions(sense) for sense, _ in self.senses(text))]
        return [stem for row in rows for position in row for stem in position.stems if stem not in LITTLE_WORDS]

    def query(self, text: str) -> dict[str, float]:
        """Stem -> weight of a question: its own words 1.0, then what they stand for, synonyms, and related words."""
        known = self._queries.get(text)
        if known is None:
            if len(self._queries) >= QUERIES_KEPT:
                self._queries.clear()
            known = self._queries[text] = self._weigh_query(text)
        return dict(known)

    def _weigh_query(self, text: str) -> dict[str, float]:
        weights: dict[str, float] = {}
        asked, spelled = self.positions(text), self.positions(self.spelled(text))
        _raise_to(weights, asked, 1.0)
        _raise_to(weights, spelled, SENSE_WEIGHT)
        rows = [spelled]
        for sense, share in self.senses(text, small_letters=True):
            row = self.positions(sense)
            _raise_to(weights, row, SENSE_WEIGHT * share)
            rows.append(row)
        for number in self._groups_in(rows):
            group = self.vocabulary.groups[number]
            for phrases, weight in ((group.same, SAME_WEIGHT), (group.related, RELATED_WEIGHT)):
                for phrase in phrases:
                    _raise_to(weights, self.positions(phrase.removesuffix("*")), weight)
        return {stem: FAINT_WEIGHT * weight if stem in FAINT_WORDS else weight for stem, weight in weights.items()}

    def _groups_in(self, rows: Iterable[Sequence[Position]]) -> list[int]:
        return sorted({match.payload for row in rows for match in self._groups.find(row)})


def _raise_to(weights: dict[str, float], positions: Iterable[Position], weight: float) -> None:
    for position in positions:
        for stem in position.stems:
            if stem not in LITTLE_WORDS:
                weights[stem] = max(weights.get(stem, 0.0), weight)


def _read(name: str, overlay: Path | None) -> list[tuple[str, dict[str, Any]]]:
    """The wheel's own list, then the operator's of the same name where there is one."""
    bundled = resources.files(__package__).joinpath("vocabulary", name)
    texts = [(f"recommend/vocabulary/{name}", bundled.read_text(encoding="utf-8"))]
    if overlay is not None and (overlay / name).is_file():
        texts.append((str(overlay / name), (overlay / name).read_text(encoding="utf-8")))
    read = []
    for where, text in texts:
        try:
            read.append((where, tomllib.loads(text)))
        except tomllib.TOMLDecodeError as error:
            raise VocabularyError(f"{where}: {error}") from error
    return read


def _strings(where: str, entry: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise VocabularyError(f"{where}: {entry}: expected a list of phrases, found {value!r}")
    return tuple(value)


def _abbreviations(overlay: Path | None) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    senses: dict[str, tuple[str, ...]] = {}
    everyday: set[str] = set()
    for where, raw in _read("abbreviations.toml", overlay):
        everyday.update(_strings(where, "everyday_words", raw.get("everyday_words", [])))
        for key, value in raw.get("abbreviations", {}).items():
            senses[key] = _strings(where, key, value)
            if not 1 <= len(senses[key]) <= SENSES_AT_MOST:
                raise VocabularyError(f"{where}: {key}: one or two senses, found {len(senses[key])}")
    return senses, frozenset(everyday)


def _groups(overlay: Path | None) -> tuple[SynonymGroup, ...]:
    return tuple(
        SynonymGroup(
            same=_strings(where, f"group {number}: same", entry.get("same")),
            related=_strings(where, f"group {number}: related", entry.get("related", [])),
        )
        for where, raw in _read("synonyms.toml", overlay)
        for number, entry in enumerate(raw.get("group", []), start=1)
    )


def _rules(overlay: Path | None) -> tuple[TopicRule, ...]:
    rules = []
    for where, raw in _read("topics.toml", overlay):
        for number, entry in enumerate(raw.get("topic", []), start=1):
            if entry.get("id") not in taxonomy_topics():
                raise VocabularyError(f"{where}: topic {number}: {entry.get('id')!r} is no topic of the taxonomy")
            strong, weak = (_strings(where, f"{entry['id']}: {key}", entry.get(key, [])) for key in ("strong", "weak"))
            rules.append(TopicRule(topic=entry["id"], strong=strong, weak=weak))
    return tuple(rules)


def _forms(overlay: Path | None) -> dict[str, str]:
    return {
        form: stem
        for where, raw in _read("forms.toml", overlay)
        for stem, forms in raw.get("forms", {}).items()
        for form in (*_strings(where, stem, forms), stem)
    }


@cache
def load_vocabulary(overlay: Path | None = None) -> Vocabulary:
    """Read the word lists; files of the same names in ``overlay`` add to them.

    Raises :class:`VocabularyError`, naming file and entry, for a list that does not fit its shape.
    """
    abbreviations, everyday = _abbreviations(overlay)
    return Vocabulary(
        abbreviations=abbreviations,
        everyday_words=everyday,
        groups=_groups(overlay),
        rules=_rules(overlay),
        forms=_forms(overlay),
    )


@cache
def analyzer(overlay: Path | None = None) -> Analyzer:
    """The analyzer over :func:`load_vocabulary`."""
    return Analyzer(load_vocabulary(overlay))
