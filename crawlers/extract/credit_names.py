"""The names of credits in a row of tokens: which units a phrase names, what joins them, and what surrounds them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.listing import CreditUnit
from crawlers.extract.credit_words import Mark, Token, Weight, tokens

STATES = frozenset({CreditUnit.FLORIDA, CreditUnit.CALIFORNIA})

BETWEEN = frozenset(
    [
        *("of", "the", "a", "an", "for", "from", "by", "through", "in", "s"),
        *("ascls", "ascp", "amt", "adlm", "aacc"),
        *("free", "live", "online", "total", "additional", "eligible", "official", "national", "general"),
        *("approved", "approval", "accredited", "award", "awards", "awarded", "worth", "type", "types", "category"),
        *("professional", "clinical", "laboratory", "science", "sciences", "education", "state", "board"),
        *("hour", "hours", "credits", "units", "ce"),
        *("anticipated", "expected", "estimated", "possible", "potential"),
    ]
)
"""Words that may stand between an amount and the name of its unit."""

_THINGS = frozenset(
    [
        *("courses", "webinars", "programs", "classes", "sessions", "modules", "activities", "lectures", "videos"),
        *("topics", "tests", "exams", "articles", "events", "providers", "workshops", "packages", "titles"),
    ]
)
_BEHIND_CE = frozenset(
    [
        *(
            "for",
            "by",
            "from",
            "on",
            "in",
            "at",
            "to",
            "with",
            "after",
            "through",
            "upon",
            "per",
            "each",
            "this",
            "the",
        ),
        *(
            "is",
            "are",
            "will",
            "may",
            "can",
            "available",
            "approved",
            "offered",
            "awarded",
            "earned",
            "pending",
            "free",
        ),
        *("level", "valid", "towards", "toward", "when", "if", "add", "register", "price", "cost", "fee"),
    ]
)
"""Words behind "1 CE" that leave it a credit; in "10 CE tips" it is an adjective."""

_CALLED = frozenset({"program", "course", "approval", "number", "no"})
"""Words between the name of a body and the number that it gave."""

_JOINERS = frozenset({Mark.OR, Mark.SLASH, Mark.AND, Mark.COMMA})
_MEASURED = frozenset({Mark.UNIT, Mark.NUMBER, Mark.OTHER})
_GOES_ON = frozenset({Mark.WORD, Mark.UNIT, Mark.NUMBER, Mark.OTHER, Mark.DASH, Mark.COLON})
_CLAUSE_ENDS = frozenset({Mark.STOP, Mark.COMMA, Mark.NUMBER, Mark.COLON, Mark.CLOSE, Mark.OPEN, Mark.OTHER})
_LIST_MARKS = frozenset({Mark.COMMA, Mark.SLASH, Mark.STOP, Mark.COLON})
_DENIAL_REACH = 8
_UPGRADE_REACH = 12
_BRACKET_REACH = 40
_MOST_UNITS = 12
"""Units that one name may list; more is no list of credits but a hostile or broken text."""


@dataclass(slots=True)
class Segment:
    """The words that name one unit: "P.A.C.E. contact hour" is one segment, "CME or CMLE" are two."""

    units: list[Token]
    joiner: Mark | None = None

    @property
    def best(self) -> Token:
        """The word that says most; "P.A.C.E. contact hour" is P.A.C.E."""
        return max(self.units, key=lambda token: token.weight)

    @property
    def has_noun(self) -> bool:
        """Whether the segment is closed by "hours" or "credits", so that what follows has its own amount."""
        return self.units[-1].weight < Weight.BODY


@dataclass(slots=True)
class Name:
    """One or several units that a phrase names; ``after`` is the index of the token behind it."""

    segments: list[Segment]
    after: int

    @property
    def weight(self) -> Weight:
        """The weight of the strongest unit."""
        return max(segment.best.weight for segment in self.segments)

    @property
    def units(self) -> set[CreditUnit | None]:
        """The units, one for each segment."""
        return {segment.best.unit for segment in self.segments}

    @property
    def is_bare(self) -> bool:
        """Whether nothing but the name of a state stands there."""
        return len(self.segments) == 1 and self.segments[0].best.bare

    def shares(self, *, amount_first: bool) -> list[bool]:
        """Which units share the one amount: in "1.0 CME or CMLE" both, in "1.0 P.A.C.E. CE, Florida CE" the first."""
        if not amount_first:
            breaks = [index for index, segment in enumerate(self.segments) if index and segment.joiner is None]
            return [index >= max(breaks, default=0) for index in range(len(self.segments))]
        shares = [True]
        for previous, segment in pairwise(self.segments):
            joined = segment.joiner is Mark.OR or (segment.joiner is not None and not previous.has_noun)
            shares.append(shares[-1] and joined)
        return shares

    def is_choice(self) -> bool:
        """Whether units that share an amount are alternatives.

        "Or" says so. A slash does unless a state is among them: state approvals hold together with P.A.C.E. One amount
        for CME "and" CMLE is one for physicians and one for others.
        """
        joiners = {segment.joiner for segment in self.segments[1:]}
        if Mark.OR in joiners or (Mark.SLASH in joiners and not self.units & STATES):
            return True
        return CreditUnit.CME in self.units and bool(self.units & {CreditUnit.CMLE, CreditUnit.ACCENT})


class TokenRow:
    """The tokens of a text, with the questions that a reader of credits asks of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: Sequence[Token] = list(tokens(text))
        self._sentence_of, self._converting = self._sentences()

    def __len__(self) -> int:
        return len(self.tokens)

    def marks(self, index: int, mark: Mark) -> bool:
        """Whether the token at ``index`` is of a kind; ``False`` behind the last one."""
        return index < len(self.tokens) and self.tokens[index].mark is mark

    def index_at(self, position: int) -> int:
        """The first token that begins at or behind an offset."""
        return bisect_left(self.tokens, position, key=lambda token: token.start)

    def skip_words(self, index: int, words: frozenset[str], at_most: int = 8) -> int:
        """Past words of a set."""
        limit = min(index + at_most, len(self.tokens))
        while index < limit and self.tokens[index].mark is Mark.WORD and self.tokens[index].words.lower() in words:
            index += 1
        return index

    def skip_bracket(self, index: int) -> int:
        """Past a bracket that opens here."""
        if self.marks(index, Mark.OPEN):
            for close in range(index + 1, min(index + _BRACKET_REACH, len(self.tokens))):
                if self.tokens[close].mark is Mark.CLOSE:
                    return close + 1
        return index

    def is_bracketed_number(self, index: int) -> bool:
        """Whether "(1.0)" stands here."""
        return self.marks(index, Mark.OPEN) and self.marks(index + 1, Mark.NUMBER) and self.marks(index + 2, Mark.CLOSE)

    def is_label(self, index: int) -> bool:
        """Whether a colon and a number follow: then the name before is a label of what comes, not of what went."""
        return self.marks(index, Mark.COLON) and self.marks(index + 1, Mark.NUMBER)

    def subject(self, index: int) -> tuple[str | None, int]:
        """The subject that a phrase names here ("in the area of Chemistry"), and the index behind it."""
        return (self.tokens[index].words, index + 1) if self.marks(index, Mark.SUBJECT) else (None, index)

    def name(self, index: int, *, counted: bool = False) -> Name | None:
        """The units that are named from ``index`` on, with what joins them.

        A state's bare name is a unit only in a list of units, as the label of a number ("FL: 1"), or where it is
        ``counted`` and nothing follows: "1.0 Florida and 1.0 California CE hours", but not "3 Florida hospitals".
        """
        if not self.marks(index, Mark.UNIT):
            return None
        name = Name([Segment([self.tokens[index]])], index + 1)
        for _ in range(_MOST_UNITS):
            step = self._next_unit(name.after)
            if step is None or (counted and self._has_own_number(step[0])):
                break
            self._extend(name, *step)
        if name.is_bare and (self._is_in_place(index) or not self._labels_number(index, name.after)):
            goes_on = name.after < len(self.tokens) and self.tokens[name.after].mark in _GOES_ON
            return name if counted and not goes_on else None
        return name

    def _has_own_number(self, index: int) -> bool:
        """Whether the unit of a list goes before an amount of its own: "2.5 contact hours | CA 2.5"."""
        return self.tokens[index].bare and self.marks(index + 1, Mark.NUMBER)

    def _labels_number(self, start: int, after: int) -> bool:
        """Whether a state's name stands before its number: "FL: 1", "FL (1)", or "CA 2.5" as one of a list."""
        if self.is_label(after) or self.is_bracketed_number(after):
            return True
        is_listed = start > 0 and self.tokens[start - 1].mark in _LIST_MARKS and self.marks(after, Mark.NUMBER)
        return is_listed and (after + 1 == len(self.tokens) or self.tokens[after + 1].mark in _CLAUSE_ENDS)

    def _is_in_place(self, index: int) -> bool:
        """Whether a state stands behind a town: "Jacksonville, Florida: 3 contact hours"."""
        return index > 1 and self.marks(index - 1, Mark.COMMA) and self.marks(index - 2, Mark.WORD)

    def _extend(self, name: Name, index: int, joiner: Mark | None) -> None:
        unit, current = self.tokens[index], name.segments[-1]
        name.after = index + 1
        if joiner is Mark.OPEN:
            current.units.append(unit)
            name.after += 1
        elif joiner is None and current.best.bare and unit.unit is None:
            current.units = [unit]  # "California Nurses": another profession's, whatever the state
        elif joiner is not None or _is_another_body(unit, current.best):
            name.segments.append(Segment([unit], joiner))
        else:
            current.units.append(unit)

    def _next_unit(self, index: int) -> tuple[int, Mark | None] | None:
        """Where the next unit of the same name stands, and what joins it; ``OPEN`` for "(ACCENT)"."""
        if self.marks(index, Mark.OPEN) and self.marks(index + 1, Mark.UNIT) and self.marks(index + 2, Mark.CLOSE):
            return index + 1, Mark.OPEN
        joiner = None
        while index < len(self.tokens) and self.tokens[index].mark in _JOINERS and joiner is not Mark.OR:
            joiner, index = self.tokens[index].mark, index + 1
        index = self.skip_words(index, BETWEEN, at_most=3)
        if not self.marks(index, Mark.UNIT) or (joiner is not None and self.tokens[index].weight is Weight.PLAIN):
            return None
        return index, joiner

    def upgraded(self, name: Name) -> Name:
        """The unit that an hour is of: "1 contact hour of P.A.C.E. credit", "1 CE (P.A.C.E.)"; else the name itself."""
        inner = self.body_in_bracket(name.after)
        if inner is not None:
            return inner
        for index in range(name.after, min(name.after + _UPGRADE_REACH, len(self.tokens))):
            token = self.tokens[index]
            if token.mark is Mark.UNIT and token.weight is Weight.BODY and not token.bare:
                following = self.name(index)
                return name if following is None or self.is_label(following.after) else following
            if token.mark not in {Mark.WORD, Mark.SUBJECT, Mark.UNIT}:
                break
        return name

    def body_in_bracket(self, index: int) -> Name | None:
        """The body whose credit it is: "8.5 CEUs (P.A.C.E.)", "1.0 contact hour (P.A.C.E. #148-012-26)"."""
        if not self.marks(index, Mark.OPEN):
            return None
        inner = self.name(index + 1)
        if inner is None or inner.weight is not Weight.BODY or inner.is_bare:
            return None
        if self.marks(inner.after, Mark.CLOSE):
            return Name(inner.segments, inner.after + 1)
        return inner if self.marks(self.skip_words(inner.after, _CALLED), Mark.OTHER) else None

    def past_noun(self, index: int) -> int:
        """Past the "hour(s)" that follows an amount, unless it is the label of the next one."""
        name = self.name(index)
        if name is None or name.weight > Weight.MEASURE or len(name.segments) > 1 or self.is_label(name.after):
            return index
        return name.after

    def is_denied(self, index: int) -> bool:
        """Whether a "no" or "not" of the same clause stands before a token."""
        for back in range(index - 1, max(-1, index - 1 - _DENIAL_REACH), -1):
            mark = self.tokens[back].mark
            if mark is Mark.NEGATION:
                return True
            if mark in _CLAUSE_ENDS:
                return False
        return False

    def is_denied_behind(self, index: int) -> bool:
        """Whether the words behind deny it: "CE credit is not available", "P.A.C.E. credit: none"."""
        index = self.skip_words(index, frozenset({"is", "are", "will", "be", "was", "were"}), at_most=2)
        index += self.marks(index, Mark.COLON)
        return self.marks(index, Mark.NEGATION)

    def counts_things(self, name: Name) -> bool:
        """Whether things are counted and not credits: "179 CE courses", "150 P.A.C.E. approved courses"."""
        index = self.skip_words(name.after, BETWEEN)
        if self.marks(index, Mark.WORD) and self.tokens[index].words.lower() in _THINGS:
            return True
        if name.weight is not Weight.GENERIC or not self.marks(name.after, Mark.WORD):
            return False
        is_abbreviation = all(token.words in {"CE", "C.E."} for segment in name.segments for token in segment.units)
        return is_abbreviation and self.tokens[name.after].words.lower() not in _BEHIND_CE

    def is_conversion(self, index: int) -> bool:
        """Whether an "equals" stands in the sentence of a token: "1 contact hour = 50 minutes" awards nothing."""
        return self._sentence_of[index] in self._converting

    def _sentences(self) -> tuple[list[int], set[int]]:
        """The number of each token's sentence, and the sentences that equate one amount with another.

        "1 contact hour = 50 minutes" does; "each session = 1 credit" says what a session earns.
        """
        numbers: list[int] = []
        converting: set[int] = set()
        sentence, measured = 0, -1
        for token in self.tokens:
            numbers.append(sentence)
            if token.mark is Mark.STOP:
                sentence += 1
            elif token.mark is Mark.EQUALS and measured == sentence:
                converting.add(sentence)
            elif token.mark in _MEASURED:
                measured = sentence
        return numbers, converting


def _is_another_body(unit: Token, best: Token) -> bool:
    return unit.weight is Weight.BODY and best.weight is Weight.BODY and unit.unit is not best.unit
