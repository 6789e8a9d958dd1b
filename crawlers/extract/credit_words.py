"""The words of credits, and the tokens that a text is cut into before :mod:`crawlers.extract.credits` reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from fractions import Fraction

from catalog.listing import CreditUnit
from crawlers.extract.calendar_words import MONTH
from crawlers.extract.text import NUMBER, number


class Weight(IntEnum):
    """How much a unit's word says: "P.A.C.E." more than "contact hours", and that more than "credits" or "hours"."""

    PLAIN = 0
    GENERIC = 1
    MEASURE = 2
    BODY = 3


class Mark(Enum):
    """What a token is to the reader."""

    UNIT = auto()
    NUMBER = auto()
    SUBJECT = auto()
    NEGATION = auto()
    EQUALS = auto()
    OR = auto()
    SLASH = auto()
    AND = auto()
    COMMA = auto()
    OPEN = auto()
    CLOSE = auto()
    COLON = auto()
    DASH = auto()
    STOP = auto()
    OTHER = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. ``unit`` is ``None`` for credit of other professions, which is read and left out."""

    mark: Mark
    start: int
    end: int
    words: str
    unit: CreditUnit | None = None
    weight: Weight = Weight.PLAIN
    bare: bool = False
    low: Fraction | None = None
    high: Fraction | None = None


_CREDIT_WORD = (
    r"(?:board|ce|ceus?|c\.e\.|contact|credits?|continuing|hours?|units?|licens\w+|laborator(?:y|ies|ians?)|clinical|approved|general"
    r"|relicensure|personnel|accredited|clp|cls)\b"
)
_BOARD = (
    r"(?:\sstate)?(?:\s(?:(?:state )?board of clinical laborator(?:y|ies)(?: (?:personnel|sciences?))?"
    r"|department of (?:public )?health|(?:state )?board(?: of health)?|DOH|DPH|CDPH|CLP)\b(?:\s?\([A-Z]{2,6}\))?)?"
)


def _state(name: str, code: str) -> str:
    """A state's name beside a word of credit; "Jacksonville, Florida" is a place."""
    return rf"(?i:state of (?:{name}|{code})\b{_BOARD}|{name}\b{_BOARD}(?=[- ]{_CREDIT_WORD}))|{code}\b(?=[- ](?i:{_CREDIT_WORD}))"


_UNITS: tuple[tuple[CreditUnit | None, Weight, str], ...] = (
    (CreditUnit.PACE, Weight.BODY, r"(?:ASCLS )?P\.A\.C\.E\."),
    (CreditUnit.CMLE, Weight.BODY, r"CMLEs?\b|(?i:continuing medical laboratory education)"),
    (
        CreditUnit.CME,
        Weight.BODY,
        r"(?i:AMA PRA\b(?: category (?:1|I)\b)?(?: credits?\b(?:\(s\))?)?|category (?:1|I) credits?\b(?:\(s\))?)\s?[™®]?"
        r"|CMEs?\b|(?i:continuing medical education)",
    ),
    (CreditUnit.ACCENT, Weight.BODY, r"ACCENT\b\s?[®™]?"),
    (CreditUnit.FLORIDA, Weight.BODY, _state("florida", "FL")),
    (CreditUnit.CALIFORNIA, Weight.BODY, _state("california", "CA")),
    (CreditUnit.CSMLS_PEP, Weight.BODY, r"(?:CSMLS )?PEP\b|(?i:professional enhancement program)"),
    (CreditUnit.CSMLS_CPS, Weight.BODY, r"(?:CSMLS )?CPS\b"),
    (CreditUnit.CMP_POINT, Weight.BODY, r"CMP\b(?= (?i:points?|credits?))"),
    (CreditUnit.CCP_POINT, Weight.BODY, r"CCP\b(?= (?i:points?|credits?|hours?))"),
    (
        None,
        Weight.BODY,
        r"SAMs?\b|CNEs?\b|ANCC\b|ACPE\b|CPEs?\b|M?CHES\b|CECHs?\b|CPH\b|MOC\b|CLEs?\b|AAPA\b|AANP\b|CRCEs?\b|ASRT\b|RACE\b"
        r"|(?i:nurs(?:es?|ing)\b|pharmac(?:y|ists?)\b|dental\b|social work(?:ers?)?\b|dieteti(?:cs|tians?)\b|(?:college|academic|graduate|university)\b(?= credits?\b))",
    ),
    (
        CreditUnit.CEU,
        Weight.MEASURE,
        r"CEU(?:['’]?s|\(s\))?(?!\w)|C\.E\.U\.?(?:['’]?s\b)?|(?i:continuing education units?\b(?:\(s\))?)|CE (?i:units?\b)(?:\(s\))?",
    ),
    (
        CreditUnit.SEMESTER_HOUR,
        Weight.MEASURE,
        r"(?i:semester(?: credit)?[ -](?:hours?|hrs?|credits?|units?)\b(?:\(s\))?|sem\.? hrs?\b)",
    ),
    (
        CreditUnit.QUARTER_HOUR,
        Weight.MEASURE,
        r"(?i:quarter(?: credit)?[ -](?:hours?|hrs?|credits?|units?)\b(?:\(s\))?)",
    ),
    (CreditUnit.CLOCK_HOUR, Weight.MEASURE, r"(?i:clock[ -](?:hours?|hrs?)\b(?:\(s\))?)"),
    (CreditUnit.CONTACT_HOUR, Weight.MEASURE, r"(?i:contact[ -](?:hours?|hrs?|units?)\b(?:\(s\))?\.?)"),
    (
        CreditUnit.UNSTATED,
        Weight.GENERIC,
        r"(?:CEs?\b|C\.E\.)|(?i:continuing[- ](?:professional |laboratory )?education\b|credits?[ -](?:hours?|hrs?)\b(?:\(s\))?|credits?\b(?:\(s\))?(?! cards?))"
        r"|C[Rr]\b\.?(?=\W|$)",
    ),
    (CreditUnit.UNSTATED, Weight.PLAIN, r"(?i:(?:hours?|hrs?|units?|points?)\b(?:\(s\))?)"),
)
_UNIT_OF_GROUP = {f"unit{index}": (unit, weight) for index, (unit, weight, _) in enumerate(_UNITS)}
_UNIT_PATTERN = "|".join(rf"(?P<unit{index}>{pattern})" for index, (_, _, pattern) in enumerate(_UNITS))

_CODE = (
    rf"(?i:{MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?)"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{1,2}:\d\d\b|[$€£]\s?\d[\d,.]*|\d[\d.,]*\s?(?:%|USD\b|(?i:dollars|percent)\b)"
    r"|#\s?\w[\w-]*|[A-Z]+\d[\w-]*|\d+[A-Z][\w-]*|\d+(?:-[A-Z\d]+){2,}"
    r"|(?i:(?:module|part|level|step|session|chapter|page|category|phase|lesson|volume|vol\.|issue|section|tier|room|suite|grade)s? \d+)(?![\d.])"
    rf"|(?i:{NUMBER}[- ]?(?:minutes?|mins?\.?|weeks?|days?|months?|years?|semesters?|courses?|modules?|ratings?|reviews?|questions?|seats?)\b)"
)
_COLLEGE = (
    r"(?i:(?:total )?(?:number of )?(?:lecture|lab(?:oratory)?|class(?:room)?|clinic(?:al)?|practicum|tutor(?:ial)?|didactic|externship|internship|weekly|office|work)"
    rf"(?: contact| credit)?(?: hours?| hrs?)?(?:\s?[:=–-]\s?|\s)(?:{NUMBER}|hours?\b)"
    rf"|total (?:number of )?contact hours?\b(?:\s?[:=–-]\s?|\s){NUMBER}?"
    rf"|{NUMBER} (?:lecture|lab(?:oratory)?|class(?:room)?|clinical|practicum|tutor|didactic)(?: contact| credit)? (?:hours?|hrs?)\b)"
)
_SUBJECT = (
    r"(?i:(?:in|under|for)(?: the)? (?:subject |topic |specialty |content )?(?:areas?|category|categories|subject|specialty|field|discipline|topic)\b(?: of)?:? )"
    r"(?P<subject>[^.;:()|]{2,120}?)"
    r"(?=(?i: (?:will|has|have|is|are|was|were|may|can|for|upon|after|at|from|to|on|by|with|through|toward|towards|in)\b|,? and (?:an?|one|two|\d)\b)|, (?=[a-z\d])|\s?[.;:()|]|$)"
)
_TOKEN = re.compile(
    rf"(?P<subject_phrase>{_SUBJECT})"
    rf"|(?P<other>{_COLLEGE}|(?<![\w.])(?:{_CODE}))"
    rf"|(?P<range>(?i:(?P<low>{NUMBER})\s?(?:-|–|—|\bto\b|\bor\b)\s?(?P<high>{NUMBER}))(?=[- ](?:P\.A|CM|ACCENT|C\.?E|(?i:contact|credit|hour|florida|california|continuing))))"
    rf"|(?P<number>(?i:{NUMBER})(?!\w))"
    rf"|(?<![\w])(?:{_UNIT_PATTERN})"
    r"|(?P<bare>(?<!\w)(?:(?i:florida|california)\b|FL\b|CA\b))"
    r"|(?P<negation>(?i:\b(?:not?|none|non|never|without|n/a|neither|nor|cannot|ineligible|no longer|isn['’]t|aren['’]t|doesn['’]t|don['’]t)\b(?!\.?\s?[#\d])))"
    r"|(?P<equals>=|(?i:\bequals?\b(?: to)?|\bequivalent\b(?: (?:to|of))?))"
    r"|(?P<or>\bor\b|\bOR\b)|(?P<and>\b(?:and|AND|plus)\b|&|\+)"
    r"|(?P<slash>/)|(?P<comma>[,|•·])|(?P<open>[(\[])|(?P<close>[)\]])|(?P<colon>:)|(?P<dash>[-–—](?=\s)|(?<=\s)[-–—])|(?P<stop>[.;!?](?=\s|$))"
    r"|(?P<word>[^\W\d_][\w'’]*)"
)
_MARK_OF_GROUP = {
    "other": Mark.OTHER,
    "negation": Mark.NEGATION,
    "equals": Mark.EQUALS,
    "or": Mark.OR,
    "and": Mark.AND,
    "slash": Mark.SLASH,
    "comma": Mark.COMMA,
    "open": Mark.OPEN,
    "close": Mark.CLOSE,
    "colon": Mark.COLON,
    "dash": Mark.DASH,
    "stop": Mark.STOP,
    "word": Mark.WORD,
}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a normalized text, in order. What is none of them (a star, a quotation mark) is passed over."""
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or ""
        start, end, words = match.start(), match.end(), match.group()
        if group in _UNIT_OF_GROUP:
            unit, weight = _UNIT_OF_GROUP[group]
            yield Token(Mark.UNIT, start, end, words, unit, weight)
        elif group == "number":
            value = number(words)
            yield Token(Mark.NUMBER, start, end, words, low=value, high=value)
        elif group == "range":
            yield Token(Mark.NUMBER, start, end, words, low=number(match["low"]), high=number(match["high"]))
        elif group == "bare":
            state = CreditUnit.FLORIDA if words[0] in "Ff" else CreditUnit.CALIFORNIA
            yield Token(Mark.UNIT, start, end, words, state, Weight.BODY, bare=True)
        elif group == "subject_phrase":
            yield Token(Mark.SUBJECT, start, end, match["subject"].strip())
        else:
            yield Token(_MARK_OF_GROUP[group], start, end, words)
