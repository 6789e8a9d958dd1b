"""Continuing-education credits: amount, unit, subject, approval.

The reader cuts a text into the words of credits (units, numbers, joiners) and knows two forms: the amount before its
unit ("1.5 P.A.C.E. contact hours") and behind it ("CME or CMLE Credit: 2.0"). Whatever stands in neither form is not a
credit. What it never does: sum alternatives, convert one unit to another, or give an amount to a type that has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.listing import CreditStatement, CreditUnit
from catalog.taxonomy import topics_of_subject
from crawlers.extract.calendar_words import DateRole
from crawlers.extract.credit_words import Mark, Token, Weight, tokens
from crawlers.extract.dates import read_dates
from crawlers.extract.text import NUMBER, Words, evidence, normalize, thousandths

MOST_THOUSANDTHS = 10_000_000
"""What the catalog takes. Larger numbers are license numbers and the like."""


@dataclass(frozen=True, slots=True)
class CreditFound:
    """One credit. ``thousandths`` is ``None`` where only the type is named; ``subject`` is in the page's own words.

    Credits that share a ``choice`` number are alternatives for the same instruction.
    """

    thousandths: int | None
    unit: CreditUnit
    subject: str | None
    found: Words
    choice: int | None = None
    upper_bound: bool = False
    weight: Weight = Weight.BODY


@dataclass(frozen=True, slots=True)
class CreditReading:
    """All that a text says of credit. No credits may mean that none is stated or that it is denied."""

    text: str
    credits: tuple[CreditFound, ...] = ()
    provisional: bool = False
    approval_number: Words | None = None
    valid_through: date | None = None

    @property
    def choice(self) -> bool:
        """Whether any of the credits are alternatives."""
        return any(credit.choice is not None for credit in self.credits)

    @property
    def upper_bound(self) -> bool:
        """Whether an amount is the most that can be earned ("up to")."""
        return any(credit.upper_bound for credit in self.credits)


_PROVISIONAL = re.compile(
    r"subject to change|\bpending\b|\btentative(?:ly)?\b|\bprovisional(?:ly)?\b|\banticipated\b|\bappl(?:ied|ying) for\b|\bunder review\b"
    r"|\bawaiting\b|\bto be (?:confirmed|determined|announced)\b|\bTB[CDA]\b|\bapplication (?:has been )?(?:submitted|in progress)\b|\bproposed\b"
    r"|\bestimated (?:ce|credits?|contact|p\.a\.c\.e)",
    re.IGNORECASE,
)
_PACE_NUMBER = re.compile(r"(?<![\w-])\d{3,4}-\d{3,4}-\d{2}(?:\d{2})?(?![\w-])")
_LABELLED_NUMBER = re.compile(
    r"(?:approval|accreditation|P\.A\.C\.E\.|\bCE broker|tracking)(?: (?:course|program|session|tracking|activity|approval))?"
    r" ?(?:numbers?|no\.|#|id)\s?[:#]?\s?(?P<number>[A-Z\d][\w./-]{1,28}\w)",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"(?:\bup to|\bas many as|\bat most|\bno more than)(?: an? (?:additional|maximum of|total of))?\s?$", re.IGNORECASE
)
_DASH_SUBJECT = re.compile(rf"\s?[-–—]\s?(?P<subject>[^:;=]{{2,160}}?)\s?:\s?(?={NUMBER})", re.IGNORECASE)
_DASH_GENERAL = re.compile(r"\s?[-–—:]\s?(?P<subject>General ?\([^()]{2,120}\))\s?:?\s?", re.IGNORECASE)
_IN_BRACKET = re.compile(r"[^()]*\((?P<inner>[^()]{2,160})\)\s*")
_SUBJECT_BEHIND = re.compile(
    r"\s?(?:\((?P<bracket>[^()]{3,100})\)|in (?P<named>[A-Z][^.,;:()]{2,60}?)(?=\s?(?:[.,;:()]|$))|(?:[-–—:])\s?(?P<dashed>[A-Z][^.,;:()]{2,60}?)(?=\s?(?:[.,;:()]|$)))"
)
_NOT_CREDIT_BEFORE = re.compile(
    r"\b(?:time|length|duration|takes?|run|lasts?|lasting|last|within|every|each|per|over|past|next|first|hands-on|about|open|business|office)\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_NOT_CREDIT_BEHIND = re.compile(
    r"\s?(?:per|/|a week|a day|weekly|long|ago|before|after|prior|later|each|in advance|notice|of (?:lecture|video|home|self|training|instruction|study|lab|clinical|work)"
    r"|course|session|webinar|workshop|program|lecture|video|class|module|exam|test|online|live|to complete|drive|turnaround|period|window|support)\b|-",
    re.IGNORECASE,
)
_BETWEEN = frozenset(
    "of the a an free ascls approved approval for from by through ascp amt total live online category type types in units award awarded awards worth"
    " professional clinical laboratory science sciences state board and/or s hour hours credits accredited additional eligible aacc adlm approved-provider"
    " official national general education ce".split()
)
_LABEL_TAIL = frozenset(
    "available offered awarded earned value amount total approved is are be will provided eligible up to approximately approx about maximum max of a"
    " the for this course program webinar activity session earn granted possible number".split()
)


def read_credits(text: str) -> CreditReading:
    """The credits of a text with what is said of them.

    Raises :class:`crawlers.extract.text.TextTooLong`.
    """
    text = normalize(text)
    found = _CreditReader(text).read()
    return CreditReading(
        text,
        tuple(found),
        provisional=bool(_PROVISIONAL.search(text)),
        approval_number=_approval_number(text),
        valid_through=_valid_through(text),
    )


def statements(text: str, where: str) -> tuple[CreditStatement, ...]:
    """The credits of a text for a listing; each carries the approval that the same text states."""
    reading = read_credits(text)
    return tuple(
        CreditStatement(
            thousandths=credit.thousandths,
            unit=credit.unit,
            subject=credit.subject,
            choice_group=None if credit.choice is None else f"{where}#{credit.choice}",
            upper_bound=credit.upper_bound,
            provisional=reading.provisional,
            approval_number=reading.approval_number.words if reading.approval_number else None,
            approved_through=reading.valid_through,
            evidence=(evidence(credit.found.words, where),),
        )
        for credit in reading.credits
    )


def _approval_number(text: str) -> Words | None:
    """A number of the P.A.C.E. pattern (578-067-21), or one that is called an approval number. A catalog code is none."""
    match = _PACE_NUMBER.search(text)
    if match:
        return Words.of(text, match.start(), match.end())
    for labelled in _LABELLED_NUMBER.finditer(text):
        if any(character.isdigit() for character in labelled["number"]):
            return Words.of(text, labelled.start("number"), labelled.end("number"))
    return None


def _valid_through(text: str) -> date | None:
    if not any(character.isdigit() for character in text):
        return None
    through = None
    for found in read_dates(text, _NO_CLOCK).dates:
        if found.year_inferred:
            continue
        if found.role is DateRole.APPROVED_THROUGH or (found.role is DateRole.AVAILABLE and found.end):
            through = found.end or found.start
    return through


_NO_CLOCK = date(2000, 1, 1)
"""Dates without a year are left out here, so the clock that would resolve them does not matter."""


@dataclass(slots=True)
class _Segment:
    """The words that name one unit: "P.A.C.E. contact hour" is one, "CME or CMLE" two."""

    units: list[Token]
    joiner: Mark | None = None

    @property
    def best(self) -> Token:
        return max(self.units, key=lambda token: token.weight)

    @property
    def has_noun(self) -> bool:
        return any(token.weight < Weight.BODY for token in self.units)


@dataclass(slots=True)
class _Name:
    segments: list[_Segment]
    after: int

    @property
    def weight(self) -> Weight:
        return max(segment.best.weight for segment in self.segments)

    @property
    def units(self) -> set[CreditUnit | None]:
        return {segment.best.unit for segment in self.segments}


_JOINERS = frozenset({Mark.OR, Mark.SLASH, Mark.AND, Mark.COMMA})
_STATES = frozenset({CreditUnit.FLORIDA, CreditUnit.CALIFORNIA})


class _CreditReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._found: list[CreditFound] = []
        self._choices = 0
        self._last_end = -1
        self._last_first = 0

    def read(self) -> list[CreditFound]:
        index = 0
        while index < len(self._tokens):
            mark = self._tokens[index].mark
            if mark is Mark.NUMBER:
                index = self._amount_first(index)
            elif mark is Mark.UNIT:
                index = self._unit_first(index)
            else:
                index += 1
        return _tidied(self._found)

    # --- the two forms

    def _amount_first(self, index: int) -> int:
        """ "1.5 P.A.C.E. contact hours", "1.0 contact hours in the category of X for Florida licensees"."""
        start = self._skip_words(index + 1, _BETWEEN)
        name = self._name(start)
        if name is None or self._is_label(name.after) or not self._is_amount(index):
            return index + 1
        subject, after = self._subject_token(name.after)
        if name.weight < Weight.BODY:
            name = self._upgraded(name) or name
            after = max(after, name.after)
            if subject is None:
                subject, after = self._subject_token(after)
        if subject is None:
            subject, after = self._subject_behind(after)
        if not self._refused(index, name, after):
            self._keep(index, index, name, after, subject, before=True)
        return max(after, index + 1)

    def _unit_first(self, index: int) -> int:
        """ "CME or CMLE Credit: 2.0", "Florida ... - General (Hematology): 2 hour(s)", and types without an amount."""
        name = self._name(index)
        if name is None:
            return index + 1
        after, subject, colon = self._label_rest(name)
        has_amount = (
            after < len(self._tokens)
            and self._tokens[after].mark is Mark.NUMBER
            and self._is_amount(after)
            and (colon or name.weight > Weight.PLAIN)
        )
        if has_amount and not self._belongs_to_next(after, name):
            end = self._trailing_noun(after + 1)
            if not self._refused(index, name, end):
                self._keep(index, after, name, end, subject, before=False)
            return end
        denied = after < len(self._tokens) and self._tokens[after].mark is Mark.NEGATION
        if not denied and not self._refused(index, name, name.after):
            self._keep(index, None, name, name.after, subject if has_amount else None, before=False)
        return name.after

    def _label_rest(self, name: _Name) -> tuple[int, str | None, bool]:
        """From the end of a name to where its amount would stand; with the subject between, and whether a colon does."""
        position = self._tokens[name.after - 1].end
        dashed = _DASH_SUBJECT.match(self._text, position) or _DASH_GENERAL.match(self._text, position)
        if dashed:
            inner = _IN_BRACKET.fullmatch(dashed["subject"])
            subject = (inner["inner"] if inner else dashed["subject"]).strip()
            return self._index_at(dashed.end()), subject, True
        index, subject = name.after, None
        token_subject, index = self._subject_token(index)
        bracket = _SUBJECT_BEHIND.match(self._text, position)
        if bracket and bracket["bracket"] and topics_of_subject(bracket["bracket"]):
            subject = bracket["bracket"].strip()
        index = self._skip_bracket(index)
        index = self._skip_words(index, _LABEL_TAIL)
        colon = self._marks(index, Mark.COLON) or self._marks(index, Mark.DASH)
        if colon:
            index = self._skip_words(index + 1, _LABEL_TAIL)
        return index, subject or token_subject, colon

    def _belongs_to_next(self, index: int, name: _Name) -> bool:
        """In "CE Credits 1.0 ACCENT" the amount is the second name's; in "PACE 1.0 CME 1.0" it is the first one's."""
        following = self._name(self._skip_words(index + 1, _BETWEEN))
        if following is None or following.weight <= name.weight:
            return False
        return not self._is_label(following.after) and not self._marks(following.after, Mark.NUMBER)

    def _upgraded(self, name: _Name) -> _Name | None:
        """ "1 contact hour of P.A.C.E. credit": the unit is what the hour is of."""
        index = name.after
        limit = index + 12
        while index < min(len(self._tokens), limit):
            token = self._tokens[index]
            if token.mark is Mark.UNIT and token.weight is Weight.BODY and not token.bare:
                following = self._name(index)
                return None if following is None or self._is_label(following.after) else following
            if token.mark not in {Mark.WORD, Mark.SUBJECT, Mark.UNIT}:
                return None
            index += 1
        return None

    # --- names

    def _name(self, index: int) -> _Name | None:
        """The units that are named from ``index`` on, with what joins them."""
        if not self._marks(index, Mark.UNIT):
            return None
        segments = [_Segment([self._tokens[index]])]
        after = index + 1
        while True:
            step = self._next_unit(after)
            if step is None:
                break
            unit_index, joiner = step
            unit = self._tokens[unit_index]
            current = segments[-1]
            is_new = joiner is not None or (
                unit.weight is Weight.BODY and current.best.weight is Weight.BODY and unit.unit is not current.best.unit
            )
            if is_new:
                segments.append(_Segment([unit], joiner))
            else:
                current.units.append(unit)
            after = unit_index + 1
            if joiner is Mark.OPEN:
                segments[-2].units.append(segments.pop().units[0])
                after += 1
        segments = [segment for segment in segments if not segment.best.bare or len(segments) > 1]
        return _Name(segments, after) if segments else None

    def _next_unit(self, index: int) -> tuple[int, Mark | None] | None:
        """Where the next unit of the same name stands, and what joins it."""
        if self._marks(index, Mark.OPEN) and self._marks(index + 1, Mark.UNIT) and self._marks(index + 2, Mark.CLOSE):
            return index + 1, Mark.OPEN
        joiner = None
        if index < len(self._tokens) and self._tokens[index].mark in _JOINERS:
            joiner, index = self._tokens[index].mark, index + 1
            if (
                joiner in {Mark.COMMA, Mark.AND}
                and index < len(self._tokens)
                and self._tokens[index].mark in {Mark.AND, Mark.OR, Mark.SLASH}
            ):
                joiner, index = self._tokens[index].mark, index + 1
        index = self._skip_words(index, _BETWEEN, at_most=3)
        if not self._marks(index, Mark.UNIT) or (joiner is not None and self._tokens[index].weight is Weight.PLAIN):
            return None
        return index, joiner

    def _trailing_noun(self, index: int) -> int:
        """Past the "hour(s)" that follows an amount, unless it is the label of the next one."""
        name = self._name(index)
        if name is None or name.weight > Weight.MEASURE or len(name.segments) > 1 or self._is_label(name.after):
            return index
        return name.after

    # --- small questions

    def _marks(self, index: int, mark: Mark) -> bool:
        return index < len(self._tokens) and self._tokens[index].mark is mark

    def _index_at(self, position: int) -> int:
        return next((index for index, token in enumerate(self._tokens) if token.start >= position), len(self._tokens))

    def _skip_words(self, index: int, words: frozenset[str], at_most: int = 8) -> int:
        limit = index + at_most
        while index < min(limit, len(self._tokens)):
            token = self._tokens[index]
            if token.mark is not Mark.WORD or token.words.lower() not in words:
                break
            index += 1
        return index

    def _skip_bracket(self, index: int) -> int:
        if not self._marks(index, Mark.OPEN):
            return index
        for close in range(index + 1, min(index + 40, len(self._tokens))):
            if self._tokens[close].mark is Mark.CLOSE:
                return close + 1
        return index

    def _is_label(self, index: int) -> bool:
        """Whether a colon and a number follow: then the name before is a label of what comes, not of what went."""
        return self._marks(index, Mark.COLON) and self._marks(index + 1, Mark.NUMBER)

    def _is_amount(self, index: int) -> bool:
        """Whether a number can be an amount of credit: no year, nothing that the catalog would refuse."""
        value = self._tokens[index].high
        if value is None or (value.denominator == 1 and 1900 <= value <= 2100):
            return False
        scaled = thousandths(value)
        return scaled is not None and scaled <= MOST_THOUSANDTHS

    def _subject_token(self, index: int) -> tuple[str | None, int]:
        return (self._tokens[index].words, index + 1) if self._marks(index, Mark.SUBJECT) else (None, index)

    def _subject_behind(self, index: int) -> tuple[str | None, int]:
        """ "1 Florida hour (Chemistry)": a bracket is a subject only where it names a topic that we know."""
        position = self._tokens[index - 1].end
        general = _DASH_GENERAL.match(self._text, position)
        if general:
            inner = _IN_BRACKET.fullmatch(general["subject"])
            return (inner["inner"].strip() if inner else None), self._index_at(general.end())
        match = _SUBJECT_BEHIND.match(self._text, position)
        if match is None:
            return None, index
        words = (match["bracket"] or match["named"] or match["dashed"]).strip()
        return (words, self._index_at(match.end())) if topics_of_subject(words) else (None, index)

    def _refused(self, start: int, name: _Name, after: int) -> bool:
        """Whether the words deny the credit, state a rule of conversion, or count hours of something else."""
        if self._is_denied(start) or self._is_conversion(start, after):
            return True
        if name.weight is not Weight.PLAIN:
            return False
        first, last = self._tokens[start].start, self._tokens[after - 1].end
        return bool(
            _NOT_CREDIT_BEFORE.search(self._text, max(0, first - 40), first)
            or _NOT_CREDIT_BEHIND.match(self._text, last)
        )

    def _is_denied(self, index: int) -> bool:
        for back in range(index - 1, max(-1, index - 9), -1):
            mark = self._tokens[back].mark
            if mark is Mark.NEGATION:
                return True
            if mark in {Mark.STOP, Mark.COMMA, Mark.NUMBER, Mark.COLON, Mark.CLOSE, Mark.OPEN, Mark.OTHER}:
                return False
        return False

    def _is_conversion(self, start: int, after: int) -> bool:
        """Whether an "equals" stands in the same sentence: "1 contact hour = 50 minutes" awards nothing."""
        for step, begin in ((-1, start - 1), (1, after)):
            index = begin
            while 0 <= index < len(self._tokens) and self._tokens[index].mark is not Mark.STOP:
                if self._tokens[index].mark is Mark.EQUALS:
                    return True
                index += step
        return False

    # --- keeping

    def _keep(
        self, start: int, amount: int | None, name: _Name, after: int, subject: str | None, *, before: bool
    ) -> None:
        first = min(
            self._tokens[start].start, self._tokens[amount].start if amount is not None else self._tokens[start].start
        )
        words = Words.of(self._text, first, self._tokens[after - 1].end)
        value = None if amount is None else self._tokens[amount].high
        amounts = [thousandths(value) if value is not None and gets else None for gets in _sharers(name, before=before)]
        shared = sum(one is not None for one in amounts)
        is_choice = shared > 1 and _is_choice(name)
        choice = self._next_choice() if is_choice else None
        upper = amount is not None and (
            self._tokens[amount].low != value
            or _UP_TO.search(self._text, max(0, self._tokens[amount].start - 40), self._tokens[amount].start)
            is not None
        )
        kept = [
            CreditFound(
                thousandths=one,
                unit=segment.best.unit,
                subject=None,
                found=words,
                choice=choice if one is not None else None,
                upper_bound=upper and one is not None,
                weight=segment.best.weight,
            )
            for segment, one in zip(name.segments, amounts, strict=True)
            if segment.best.unit is not None
            and (one is not None or segment.best.weight is Weight.BODY or segment.best.unit is CreditUnit.CEU)
        ]
        if not kept:
            self._last_end = -1
            return
        kept[-1] = replace(kept[-1], subject=subject)
        if amount is not None and self._joined_as_choice(start, kept):
            number = self._found[-1].choice or self._next_choice()
            self._found[self._last_first :] = [
                replace(credit, choice=number) for credit in self._found[self._last_first :]
            ]
            kept = [replace(credit, choice=number) for credit in kept]
        else:
            self._last_first = len(self._found)
        self._found.extend(kept)
        self._last_end = after if amount is not None else -1

    def _next_choice(self) -> int:
        self._choices += 1
        return self._choices

    def _joined_as_choice(self, start: int, kept: Sequence[CreditFound]) -> bool:
        """Whether this credit stands beside the last one as its alternative: by "or", a slash, or in its bracket."""
        if self._last_end < 0 or start - self._last_end != 1:
            return False
        joiner = self._tokens[self._last_end].mark
        if joiner in {Mark.SLASH, Mark.OPEN}:
            units = {credit.unit for credit in [*kept, *self._found[self._last_first :]]}
            return not units & _STATES
        return joiner is Mark.OR


def _sharers(name: _Name, *, before: bool) -> list[bool]:
    """Which names of a list share the one amount: "1.0 CME or CMLE" all, "1.0 P.A.C.E. CE, Florida CE" the first."""
    if not before:
        last_break = max((i for i, segment in enumerate(name.segments) if i and segment.joiner is None), default=0)
        return [index >= last_break for index in range(len(name.segments))]
    shares = [True]
    for previous, segment in zip(name.segments, name.segments[1:], strict=False):
        joined = segment.joiner is Mark.OR or (segment.joiner is not None and not previous.has_noun)
        shares.append(shares[-1] and joined)
    return shares


def _is_choice(name: _Name) -> bool:
    """Whether names that share an amount are alternatives.

    "Or" says so. A slash does unless a state is among them: state approvals hold together with P.A.C.E. One amount for
    CME "and" CMLE is one for physicians and one for others.
    """
    joiners = {segment.joiner for segment in name.segments[1:]}
    if Mark.OR in joiners:
        return True
    if Mark.SLASH in joiners and not name.units & _STATES:
        return True
    return CreditUnit.CME in name.units and bool(name.units & {CreditUnit.CMLE, CreditUnit.ACCENT})


def _tidied(found: Sequence[CreditFound]) -> list[CreditFound]:
    """Nothing twice; a type without amount only where no amount of it stands; bare hours only where nothing else does."""
    if any(credit.weight > Weight.PLAIN for credit in found):
        found = [credit for credit in found if credit.weight > Weight.PLAIN]
    with_amount = {credit.unit for credit in found if credit.thousandths is not None}
    kept: dict[tuple[object, ...], CreditFound] = {}
    for credit in found:
        if credit.thousandths is None and credit.unit in with_amount:
            continue
        kept.setdefault((credit.thousandths, credit.unit, credit.subject), credit)
    return list(kept.values())
