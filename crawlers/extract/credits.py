"""Continuing-education credits: amount, unit, subject, approval.

The reader cuts a text into the words of credits (units, numbers, joiners) and knows two forms: the amount before its
unit ("1.5 P.A.C.E. contact hours") and behind it ("CME or CMLE Credit: 2.0"). Whatever stands in neither form is not a
credit. What it never does: sum alternatives, convert one unit to another, or give an amount to a type that has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from catalog.listing import CreditStatement, CreditUnit
from catalog.taxonomy import topics_of_subject
from crawlers.extract.calendar_words import DateRole
from crawlers.extract.credit_names import BETWEEN, STATES, Name, Segment, TokenRow
from crawlers.extract.credit_words import Mark, Weight
from crawlers.extract.dates import read_dates
from crawlers.extract.text import NUMBER, REMEMBERED, Words, any_of, evidence, normalize, thousandths

MOST_ALTERNATIVES = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_REACH = 40
_SUBJECT_REACH = 130
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
    r"\b"
    + any_of(
        r"subject to change\b",
        r"pending\b",
        r"(?:tentative|provisional)(?:ly)?\b",
        r"anticipat(?:es?|ed|ing)\b",
        r"appl(?:ied|ying) for\b",
        r"under review\b",
        r"awaiting\b",
        r"to be (?:confirmed|determined|announced)\b",
        r"TB[CDA]\b",
        r"application (?:has been )?(?:submitted|in progress)\b",
        r"proposed\b",
        r"estimated (?:ce|credits?|contact|p\.a\.c\.e)",
    ),
    re.IGNORECASE,
)
_PACE_NUMBER = re.compile(r"(?<![\w-])\d{3,4}-\d{3,4}-\d{2}(?:\d{2})?(?![\w-])")
_LABELLED_NUMBER = re.compile(
    r"(?:approval|accreditation|P\.A\.C\.E\.|\bCE broker|tracking)"
    r"(?: (?:course|program|session|tracking|activity|approval))?"
    r" ?(?:numbers?|no\.|#|id)\s?[:#]?\s?(?P<number>[A-Z\d][\w./-]{1,28}\w)",
    re.IGNORECASE,
)
_MAY_END = re.compile(r"approved|accredited|valid|expir|through|until|\bends?\b", re.IGNORECASE)
_UP_TO = re.compile(
    r"(?:\bup to|\bas many as|\bat most|\bno more than)(?: an? (?:additional|maximum of|total of))?\s?$", re.IGNORECASE
)
_DASH_SUBJECT = re.compile(rf"\s?[-–—]\s?(?P<subject>[^:;=]{{2,160}}?)\s?:\s?(?={NUMBER})", re.IGNORECASE)
_DASH_GENERAL = re.compile(r"\s?[-–—:]\s?(?P<subject>General ?\([^()]{2,120}\))\s?:?\s?", re.IGNORECASE)
_IN_BRACKET = re.compile(r"[^()]*\((?P<inner>[^()]{2,160})\)\s*")
_PHRASE = r"[A-Z][^.,;:()]{2,60}?(?=\s?(?:[.,;:()]|$)|\s(?:and|&|plus)\s(?=\d))"
_SUBJECT_BEFORE = re.compile(
    r"(?:^|[;,|•.)]\s?|\b(?:and|credits?|hours?)[:\s–-]\s?)"
    r"(?P<subject>General ?\((?P<inner>[^()]{2,120})\)|[A-Z][^.,;:()|•]{2,60}?)\s?[:–-]\s?$"
)
_SUBJECT_BEHIND = re.compile(rf"\s?(?:\((?P<bracket>[^()]{{3,100}})\)|(?:in |[-–—:]\s?)?(?P<phrase>{_PHRASE}))")
_NOT_CREDIT_BEFORE = re.compile(
    r"\b"
    + any_of(
        *("time", "length", "duration", "takes?", "run", "last(?:s|ing)?", "within", "about", "hands-on"),
        *("every", "each", "per", "over", "past", "next", "first", "open", "business", "office", "requires?"),
    )
    + r"\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_NOT_CREDIT_BEHIND = re.compile(
    r"\s?"
    + any_of(
        r"(?:per|a week|a day|weekly|long|ago|before|after|prior|later|each|in advance|notice)\b",
        r"of (?:\w+ )?(?:lecture|video|home|self|training|instruction|study|lab|clinical|work|content|access)\b",
        r"(?:course|session|webinar|workshop|program|lecture|video|class|module|exam|test|online|live)\b",
        r"(?:to complete|drive|turnaround|period|window|support)\b",
        r"/",
        r"-",
    ),
    re.IGNORECASE,
)
_RULE_BEHIND = re.compile(
    r"\s?"
    + any_of(
        r"(?:are |is )?(?:required|needed) (?:for|to) (?:\w+ ){0,2}?"
        r"(?:re-?new|re-?certif|re-?licens|maintain|licens)\w*",
        r"every (?:\d+|two|three|four|five|other)[ -]years?\b",
        r"(?:per|each|every) (?:year|biennium|renewal|cycle|licensure)\b",
    ),
    re.IGNORECASE,
)
"""Words that tell how much a credential asks for, and nothing that is earned here."""

_LABEL_TAIL = frozenset(
    [
        *("available", "offered", "awarded", "earned", "granted", "provided", "possible", "eligible", "approved"),
        *("value", "amount", "number", "total", "maximum", "max", "approximately", "approx", "about", "up", "to"),
        *("required", "needed", "approval", "pending", "anticipated", "expected", "estimated", "tentative"),
        *("is", "are", "be", "will", "of", "a", "the", "for", "this", "earn"),
        *("course", "program", "webinar", "activity", "session", "subject", "change"),
    ]
)
"""Words that may stand between the name of a unit and the amount behind it."""


@lru_cache(maxsize=REMEMBERED)
def read_credits(text: str) -> CreditReading:
    """The credits of a text with what is said of them.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    approval = _approval_number(text)
    found = _CreditReader(text).read()
    return CreditReading(
        text,
        tuple(_hour_of_its_program(found, text) if approval else found),
        provisional=bool(_PROVISIONAL.search(text)),
        approval_number=approval,
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


def _hour_of_its_program(found: Sequence[CreditFound], text: str) -> Sequence[CreditFound]:
    """``P.A.C.E. Program #578-008-26; 1 contact hour`` is one credit: the hour is that program's."""
    named = [credit for credit in found if credit.unit is CreditUnit.PACE and credit.thousandths is None]
    hours = [credit for credit in found if credit.unit is CreditUnit.CONTACT_HOUR and credit.thousandths is not None]
    if len(found) != 2 or not named or not hours:
        return found
    spans = (named[0].found.span, hours[0].found.span)
    words = Words.of(text, min(start for start, _ in spans), max(end for _, end in spans))
    return (replace(hours[0], unit=CreditUnit.PACE, found=words),)


def _approval_number(text: str) -> Words | None:
    """A number of the P.A.C.E. pattern (578-067-21), or one that is called an approval number; no catalog code."""
    match = _PACE_NUMBER.search(text)
    if match:
        return Words.of(text, match.start(), match.end())
    for labelled in _LABELLED_NUMBER.finditer(text):
        if any(character.isdigit() for character in labelled["number"]):
            return Words.of(text, labelled.start("number"), labelled.end("number"))
    return None


def _valid_through(text: str) -> date | None:
    if not _MAY_END.search(text):
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


@dataclass(frozen=True, slots=True)
class _Form:
    """One place where credit is stated: tokens from ``start`` up to ``after``, and which of them is the amount."""

    start: int
    after: int
    name: Name
    amount: int | None = None
    subject: str | None = None

    @property
    def amount_first(self) -> bool:
        return self.amount == self.start


class _CreditReader:
    """Walks over the tokens of one text and collects what its forms state."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._row = TokenRow(text)
        self._found: list[CreditFound] = []
        self._choices = 0
        self._last: _Form | None = None
        self._last_first = 0

    def read(self) -> list[CreditFound]:
        index = 0
        while index < len(self._row):
            if self._row.marks(index, Mark.NUMBER):
                index = self._amount_first(index)
            elif self._row.marks(index, Mark.UNIT):
                index = self._unit_first(index)
            else:
                index += 1
        return _tidied(self._found)

    # --- the two forms

    def _amount_first(self, index: int) -> int:
        """The form "1.5 P.A.C.E. contact hours", or "1.0 contact hours in the category of X for Florida licensees"."""
        name = self._row.name(self._row.skip_words(index + 1, BETWEEN), counted=True)
        if name is None or self._row.is_label(name.after) or not self._is_amount(index):
            return index + 1
        if self._row.counts_things(name):
            return index + 1
        subject, after = self._row.subject(name.after)
        if name.weight < Weight.BODY:
            name = self._row.upgraded(name)
            after = max(after, name.after)
        if subject is None:
            subject, after = self._subject(after)
        if subject is None:
            subject = self._subject_before(index)
        if name.weight is Weight.PLAIN and subject is not None:
            name = self._as_before(index, name)
        self._keep(_Form(index, after, name, index, subject))
        return max(after, index + 1)

    def _unit_first(self, index: int) -> int:
        """The form "CME or CMLE Credit: 2.0", or "Florida ... - General (Hematology): 2 hour(s)", or a type alone."""
        name = self._row.name(index)
        if name is None:
            return index + 1
        after, subject, has_colon = self._rest_of_label(name)
        is_amount = self._row.marks(after, Mark.NUMBER) and self._is_amount(after)
        is_amount = is_amount and (has_colon or name.weight > Weight.PLAIN) and not self._is_of_next(after, name)
        if name.is_bare and not is_amount:
            return index + 1
        if is_amount:
            end = self._row.past_noun(after + 1)
            end += self._row.is_bracketed_number(after - 1)
            inner = self._row.body_in_bracket(end) if name.weight < Weight.BODY else None
            if inner is not None:
                name, end = inner, inner.after
            if subject is None:
                subject, end = self._subject(end)
            form = _Form(index, end, name, after, subject)
        else:
            form = _Form(index, name.after, name)
            if self._row.is_denied_behind(name.after):
                return name.after
        self._keep(form)
        return form.after

    def _rest_of_label(self, name: Name) -> tuple[int, str | None, bool]:
        """From a name to where its amount would stand: the index, the subject in between, and whether a colon is."""
        row = self._row
        position = row.tokens[name.after - 1].end
        dashed = _DASH_SUBJECT.match(self._text, position) or _DASH_GENERAL.match(self._text, position)
        if dashed:
            inner = _IN_BRACKET.fullmatch(dashed["subject"])
            return row.index_at(dashed.end()), (inner["inner"] if inner else dashed["subject"]).strip(), True
        subject, index = row.subject(name.after)
        bracket = _SUBJECT_BEHIND.match(self._text, position)
        if bracket and bracket["bracket"] and topics_of_subject(bracket["bracket"]):
            subject = bracket["bracket"].strip()
        if row.is_bracketed_number(index):
            return index + 1, subject, True
        index = row.skip_words(row.skip_bracket(index), _LABEL_TAIL)
        has_colon = row.marks(index, Mark.COLON) or row.marks(index, Mark.DASH)
        if has_colon:
            index = row.skip_words(index + 1, _LABEL_TAIL)
        return index, subject, has_colon

    def _is_of_next(self, index: int, name: Name) -> bool:
        """In "CE Credits 1.0 ACCENT" the amount is the second name's; in "PACE 1.0 CME 1.0" it is the first one's."""
        following = self._row.name(self._row.skip_words(index + 1, BETWEEN))
        if following is None or following.weight <= (Weight.MEASURE if name.is_bare else name.weight):
            return False
        return not self._row.is_label(following.after) and not self._row.marks(following.after, Mark.NUMBER)

    # --- small questions

    def _is_amount(self, index: int) -> bool:
        """Whether a number can be an amount of credit: no year, nothing that the catalog would refuse."""
        value = self._row.tokens[index].high
        if value is None or (value.denominator == 1 and _FIRST_YEAR <= value <= _LAST_YEAR):
            return False
        scaled = thousandths(value)
        return scaled is not None and scaled <= MOST_THOUSANDTHS

    def _subject(self, index: int) -> tuple[str | None, int]:
        """The subject that stands behind a credit: in a phrase of its own, or in a bracket that names a known topic."""
        subject, after = self._row.subject(index)
        if subject is not None:
            return subject, after
        position = self._row.tokens[index - 1].end
        general = _DASH_GENERAL.match(self._text, position)
        if general:
            inner = _IN_BRACKET.fullmatch(general["subject"])
            return (inner["inner"].strip() if inner else None), self._row.index_at(general.end())
        match = _SUBJECT_BEHIND.match(self._text, position)
        words = (match["bracket"] or match["phrase"]).strip() if match else ""
        if match is None or not topics_of_subject(words):
            return None, index
        return words, self._row.index_at(match.end())

    def _subject_before(self, index: int) -> str | None:
        """The subject that is the label of an amount: "Safety: 1 CE; Ethics: 1 CE"."""
        start = self._row.tokens[index].start
        match = _SUBJECT_BEFORE.search(self._text, max(0, start - _SUBJECT_REACH), start)
        if match is None:
            return None
        words = (match["inner"] or match["subject"]).strip()
        return words if match["inner"] or topics_of_subject(words) else None

    def _as_before(self, index: int, name: Name) -> Name:
        """The unit of the credit that is listed before: "Florida CE: 1 hr HIV/AIDS, 2 hrs Medical Errors"."""
        last = self._last
        if last is None or last.amount is None or last.subject is None or index - last.after != 1:
            return name
        joined = self._row.tokens[last.after].mark in {Mark.COMMA, Mark.AND, Mark.STOP}
        return Name(last.name.segments, name.after) if joined else name

    def _is_refused(self, form: _Form) -> bool:
        """Whether the words deny the credit, state a rule of conversion, or count hours of something else."""
        if self._row.is_denied(form.start) or self._row.is_conversion(form.start):
            return True
        start, end = self._row.tokens[form.start].start, self._row.tokens[form.after - 1].end
        if _RULE_BEHIND.match(self._text, end):
            return True
        if form.name.weight is not Weight.PLAIN:
            return False
        before = _NOT_CREDIT_BEFORE.search(self._text, max(0, start - _REACH), start)
        return before is not None or _NOT_CREDIT_BEHIND.match(self._text, end) is not None

    def _is_upper(self, amount: int) -> bool:
        token = self._row.tokens[amount]
        return token.low != token.high or bool(_UP_TO.search(self._text, max(0, token.start - _REACH), token.start))

    # --- keeping

    def _keep(self, form: _Form) -> None:
        kept = [] if self._is_refused(form) else list(self._credits(form))
        if not kept:
            self._last = None
            return
        kept[-1] = replace(kept[-1], subject=form.subject)
        if self._is_alternative(form, kept):
            choice = self._found[-1].choice or self._next_choice()
            kept = [replace(credit, choice=choice) for credit in kept]
            self._found[self._last_first :] = [
                replace(credit, choice=choice) for credit in self._found[self._last_first :]
            ]
        else:
            self._last_first = len(self._found)
        self._found.extend(kept)
        self._last = form

    def _credits(self, form: _Form) -> Iterator[CreditFound]:
        words = Words.of(self._text, self._row.tokens[form.start].start, self._row.tokens[form.after - 1].end)
        value = None if form.amount is None else self._row.tokens[form.amount].high
        amount = None if value is None else thousandths(value)
        shares = [amount is not None and share for share in form.name.shares(amount_first=form.amount_first)]
        choice = self._next_choice() if sum(shares) > 1 and form.name.is_choice() else None
        is_upper = form.amount is not None and self._is_upper(form.amount)
        for segment, has_amount in zip(form.name.segments, shares, strict=True):
            unit = segment.best.unit
            if unit is None or not (has_amount or _says_something_alone(segment)):
                continue
            yield CreditFound(
                thousandths=amount if has_amount else None,
                unit=unit,
                subject=None,
                found=words,
                choice=choice if has_amount else None,
                upper_bound=is_upper and has_amount,
                weight=segment.best.weight,
            )

    def _next_choice(self) -> int:
        self._choices += 1
        return self._choices

    def _is_alternative(self, form: _Form, kept: Sequence[CreditFound]) -> bool:
        """Whether this credit stands beside the last one as its alternative: by "or", a slash, or in its bracket."""
        if form.amount is None or self._last is None or self._last.amount is None:
            return False
        if form.start - self._last.after != 1 or len(self._found) - self._last_first > MOST_ALTERNATIVES:
            return False
        joiner = self._row.tokens[self._last.after].mark
        if joiner in {Mark.SLASH, Mark.OPEN}:
            units = {credit.unit for credit in [*kept, *self._found[self._last_first :]]}
            return not units & STATES
        return joiner is Mark.OR


def _says_something_alone(segment: Segment) -> bool:
    """Whether a unit without an amount is worth keeping: the name of a body is, "credits" is not."""
    return segment.best.weight is Weight.BODY or segment.best.unit is CreditUnit.CEU


def _tidied(found: Sequence[CreditFound]) -> list[CreditFound]:
    """Nothing twice; a type without amount only where it has none elsewhere; bare hours only where nothing else is."""
    if any(credit.weight > Weight.PLAIN for credit in found):
        found = [credit for credit in found if credit.weight > Weight.PLAIN]
    bodies = {(credit.choice, credit.thousandths) for credit in found if credit.weight is Weight.BODY}
    found = [
        credit
        for credit in found
        if credit.weight is not Weight.GENERIC
        or credit.choice is None
        or (credit.choice, credit.thousandths) not in bodies  # "3.5 CE hours (3.5 P.A.C.E.)" are told once
    ]
    if _is_college_line(found):
        found = [credit for credit in found if credit.unit is not CreditUnit.CONTACT_HOUR]
    with_amount = {credit.unit for credit in found if credit.thousandths is not None}
    kept: dict[tuple[object, ...], CreditFound] = {}
    for credit in found:
        if credit.thousandths is not None or credit.unit not in with_amount:
            kept.setdefault((credit.thousandths, credit.unit, credit.subject), credit)
    choices = Counter(credit.choice for credit in kept.values())
    return [replace(credit, choice=None) if choices[credit.choice] == 1 else credit for credit in kept.values()]


def _is_college_line(found: Sequence[CreditFound]) -> bool:
    """Whether "2.00 Credits, 6.00 Contact Hours" counts classroom hours: credits beside another number of hours."""
    units = {credit.unit for credit in found}
    if not units <= {CreditUnit.UNSTATED, CreditUnit.CONTACT_HOUR, CreditUnit.SEMESTER_HOUR, CreditUnit.QUARTER_HOUR}:
        return False
    hours = {credit.thousandths for credit in found if credit.unit is CreditUnit.CONTACT_HOUR}
    others = {credit.thousandths for credit in found if credit.unit is not CreditUnit.CONTACT_HOUR}
    return bool(hours and others and hours != others)
