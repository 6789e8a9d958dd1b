"""The words of credits, and the tokens that a text is cut into before :mod:`crawlers.extract.credits` reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from fractions import Fraction

from catalog.listing import CreditUnit
from crawlers.extract.calendar_words import MONTH
from crawlers.extract.text import NUMBER, any_of, number


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


_PLURAL = r"\b(?:\(s\))?"
_CREDIT_WORD = any_of(
    r"ce|ceus?|c\.e\.|contact|credits?|continuing|hours?|units?",
    r"board|licens\w+|relicensure|clp|cls|general|approved|accredited",
    r"(?:clinical )?lab(?:oratory)? (?:licens\w+|personnel|ce|continuing|credits?|contact|science)",
)
_BOARD = (
    r"(?:\sstate)?\s"
    + any_of(
        r"(?:state )?board of clinical laborator(?:y|ies)(?: (?:personnel|sciences?))?",
        r"department of (?:public )?health",
        r"(?:state )?board(?: of health)?",
        r"DOH|DPH|CDPH|CLP",
        r"(?:clinical )?lab(?:oratory)? (?:licensees?|personnel|professionals)",
    )
    + r"\b(?:\s?\([A-Z]{2,6}\))?"
)


def _state(name: str, code: str) -> str:
    """A state's name beside a word of credit; "Jacksonville, Florida" is a place."""
    return any_of(
        rf"(?i:state of (?:{name}|{code})\b(?:{_BOARD})?)",
        rf"(?i:{name}\b(?:{_BOARD}|(?=[- ]{_CREDIT_WORD}\b)))",
        rf"{code}\b(?:(?i:{_BOARD})|(?=[- ](?i:{_CREDIT_WORD})\b))",
    )


_OTHER_PROFESSIONS = any_of(
    r"SAMs?\b|MOC\b",
    r"CNEs?\b|ANCC\b|AAPA\b|AANP\b|(?i:nurs(?:es?|ing)\b)",
    r"ACPE\b|CPEs?\b|(?i:pharmac(?:y|ists?)\b)",
    r"M?CHES\b|CECHs?\b|CPH\b",
    r"CRCEs?\b|ASRT\b|RACE\b|CLEs?\b",
    r"(?i:dental\b|social work(?:ers?)?\b|dieteti(?:cs|tians?)\b)",
)
_UNITS: tuple[tuple[CreditUnit | None, Weight, tuple[str, ...]], ...] = (
    (CreditUnit.PACE, Weight.BODY, (r"(?:ASCLS )?P\.A\.C\.E\.",)),
    (CreditUnit.CMLE, Weight.BODY, (r"CMLEs?\b", r"(?i:continuing medical laboratory education)")),
    (
        CreditUnit.CME,
        Weight.BODY,
        (
            rf"(?i:AMA PRA\b(?: category (?:1|I)\b)?(?: credits?{_PLURAL})?)\s?[™®]?",
            rf"(?i:category (?:1|I) credits?{_PLURAL})\s?[™®]?",
            r"CMEs?\b",
            r"(?i:continuing medical education)",
        ),
    ),
    (CreditUnit.ACCENT, Weight.BODY, (r"ACCENT\b\s?[®™]?",)),
    (CreditUnit.FLORIDA, Weight.BODY, (_state("florida", "FL"),)),
    (CreditUnit.CALIFORNIA, Weight.BODY, (_state("california", "CA"),)),
    (CreditUnit.CSMLS_PEP, Weight.BODY, (r"(?:CSMLS )?PEP\b", r"(?i:professional enhancement program)")),
    (CreditUnit.CSMLS_CPS, Weight.BODY, (r"(?:CSMLS )?CPS\b",)),
    (CreditUnit.CMP_POINT, Weight.BODY, (r"CMP\b(?= (?i:points?|credits?))",)),
    (CreditUnit.CCP_POINT, Weight.BODY, (r"CCP\b(?= (?i:points?|credits?|hours?))",)),
    (None, Weight.BODY, (_OTHER_PROFESSIONS,)),
    (
        CreditUnit.CEU,
        Weight.MEASURE,
        (
            r"CEU(?:['’]?s|\(s\))?(?!\w)",
            r"C\.E\.U\.?(?:['’]?s\b)?",
            rf"(?i:continuing education units?{_PLURAL})",
            rf"CE (?i:units?{_PLURAL})",
        ),
    ),
    (
        CreditUnit.SEMESTER_HOUR,
        Weight.MEASURE,
        (rf"(?i:semester(?: credit)?[ -](?:hours?|hrs?|credits?|units?){_PLURAL})", r"(?i:sem\.? hrs?\b)"),
    ),
    (
        CreditUnit.QUARTER_HOUR,
        Weight.MEASURE,
        (rf"(?i:quarter(?: credit)?[ -](?:hours?|hrs?|credits?|units?){_PLURAL})",),
    ),
    (CreditUnit.CLOCK_HOUR, Weight.MEASURE, (rf"(?i:clock[ -](?:hours?|hrs?){_PLURAL})",)),
    (CreditUnit.CONTACT_HOUR, Weight.MEASURE, (rf"(?i:contact[ -](?:hours?|hrs?|units?){_PLURAL}\.?)",)),
    (
        CreditUnit.UNSTATED,
        Weight.GENERIC,
        (
            r"CEs?\b|C\.E\.",
            r"(?i:continuing[- ](?:professional |laboratory )?education\b)",
            r"(?i:cont\.? ed\b\.?)",
            rf"(?i:(?:(?:college|academic|graduate|university) )?credits?[ -](?:hours?|hrs?){_PLURAL})",
            rf"(?i:(?:college|academic|graduate|university) credits?{_PLURAL})",
            rf"(?i:credits?{_PLURAL}(?! cards?))",
            r"C[Rr]\b\.?(?=\W|$)|(?<=\d )cr\b\.?(?=\W|$)",
        ),
    ),
    (CreditUnit.UNSTATED, Weight.PLAIN, (rf"(?i:(?:hours?|hrs?|units?|points?){_PLURAL})",)),
)
_UNIT_OF_GROUP = {f"unit{index}": (unit, weight) for index, (unit, weight, _) in enumerate(_UNITS)}
_UNIT_PATTERN = "|".join(rf"(?P<unit{index}>{any_of(*patterns)})" for index, (*_, patterns) in enumerate(_UNITS))

_NO_AMOUNT = (
    rf"(?i:{MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?)",
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{1,2}:\d\d\b",
    r"[$€£]\s?\d[\d,.]*|\d[\d.,]*\s?(?:%|USD\b|(?i:dollars|percent)\b)",
    r"24/7|(?!CE|CM|PEP|CPS|ACCENT)[A-Za-z][A-Za-z.]+-\d+[\w-]*",
    r"#\s?\w[\w-]*|[A-Z]+\d[\w-]*|\d+[A-Z][\w-]*|\d+(?:-[A-Z\d]+){2,}",
    r"(?i:(?:module|part|level|step|session|chapter|page|category|phase|lesson|volume|vol\.|issue|section|room)s? \d+)"
    r"(?![\d.])",
    rf"(?i:{NUMBER}[- ]?(?:minutes?|mins?\.?|weeks?|days?|months?|years?|courses?|modules?)\b)",
    rf"(?i:{NUMBER} (?:ratings?|reviews?|questions?|seats?|semesters)\b)",
)
"""Numbers that are dates, times, money, codes, or count something else."""

_CLASSROOM = any_of(
    "lecture",
    "lab(?:oratory)?",
    "class(?:room)?",
    "clinic(?:al)?",
    "practicum",
    "tutor(?:ial)?",
    "didactic",
    "externship",
    "internship",
    "weekly",
    "office",
    "work",
)
_LABEL_GAP = r"(?:\s?[:=–-]\s?|\s)"
_COLLEGE = (
    rf"(?i:(?:total )?(?:number of )?{_CLASSROOM}(?: contact| credit)?(?: hours?| hrs?)?{_LABEL_GAP}"
    rf"(?:{NUMBER}|hours?\b))",
    rf"(?i:total (?:number of )?contact hours?\b{_LABEL_GAP}{NUMBER}?)",
    rf"(?i:{NUMBER} {_CLASSROOM}(?: contact| credit)? (?:hours?|hrs?)\b(?!\s?[:=]))",
)
"""Hours that a college counts in the classroom; they are not continuing education."""

_SUBJECT_LABEL = any_of("areas?", "category", "categories", "subject", "specialty", "field", "discipline", "topic")
_SUBJECT_END = any_of(
    r"(?i: (?:will|has|have|is|are|was|were|may|can|for|upon|after|at|from|to|on|by|with|through|towards?|in)\b)",
    r"(?i:,? and (?:an?|one|two|\d)\b)",
    r", (?=[a-z\d])",
    r"\s?[.;:()|]",
    r"$",
)
_SUBJECT = (
    rf"(?i:(?:in|under|for)(?: the)? (?:subject |topic |specialty |content )?{_SUBJECT_LABEL}\b(?: of)?:? )"
    rf"(?P<subject>[^.;:()|]{{2,120}}?)(?={_SUBJECT_END})"
)
_BEFORE_A_UNIT = r"(?=[- ](?:P\.A|CM|ACCENT|C\.?E|(?i:contact|credit|hour|florida|california|continuing)))"
_BEHIND_A_LABEL = any_of(r"(?<=:\s)", r"(?<=[a-z]s\s)")
_NEGATION = any_of(
    "not?",
    "none",
    "non",
    "never",
    "without",
    "n/a",
    "neither",
    "nor",
    "cannot",
    "ineligible",
    "no longer",
    "(?:is|are|does|do)n['’]t",
)
_FORMS = (
    ("subject_phrase", _SUBJECT),
    ("other", rf"{any_of(*_COLLEGE)}|(?<![\w.]){any_of(*_NO_AMOUNT)}"),
    ("between", rf"(?i:between (?P<least>{NUMBER}) and (?P<most>{NUMBER})){_BEFORE_A_UNIT}"),
    ("labelled_range", rf"{_BEHIND_A_LABEL}(?i:(?P<from>{NUMBER})\s?[-–—]\s?(?P<up_to>{NUMBER}))(?=\s?(?:$|[.,;|()]))"),
    ("range", rf"(?i:(?P<low>{NUMBER})\s?(?:-|–|—|\bto\b|\bor\b)\s?(?P<high>{NUMBER})){_BEFORE_A_UNIT}"),
    ("number", rf"(?i:{NUMBER})(?!\w)"),
    (None, rf"(?<!\w)(?:{_UNIT_PATTERN})"),
    ("bare", r"(?<!\w)(?:(?i:florida|california)\b|FL\b|CA\b)"),
    ("negation", rf"(?i:\b{_NEGATION}\b(?!\.?\s?[#\d]|\s(?:charge|cost|fee)\b))"),
    ("equals", r"=|(?i:\bequals?\b(?: to)?|\bequivalent\b(?: (?:to|of))?)"),
    ("or", r"(?i:\bor\b)"),
    ("and", r"(?i:\b(?:and|plus)\b)|&|\+"),
    ("slash", r"/"),
    ("comma", r"[,|•·]"),
    ("open", r"[(\[]"),
    ("close", r"[)\]]"),
    ("colon", r":"),
    ("dash", r"[-–—](?=\s)|(?<=\s)[-–—]"),
    ("stop", r"[.;!?](?=\s|$)"),
    ("word", r"[^\W\d_][\w'’]*"),
)
_RANGES = {"between": ("least", "most"), "labelled_range": ("from", "up_to"), "range": ("low", "high")}
_TOKEN = re.compile("|".join(rf"(?P<{name}>{pattern})" if name else pattern for name, pattern in _FORMS))
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
        elif group in _RANGES:
            low, high = (number(match[name]) for name in _RANGES[group])
            # A range does not fall: in "MLT 265 – 4 credits" the first number is a name's.
            yield Token(Mark.NUMBER, start, end, words, low=min(low, high), high=high)
        elif group == "bare":
            state = CreditUnit.FLORIDA if words[0] in "Ff" else CreditUnit.CALIFORNIA
            yield Token(Mark.UNIT, start, end, words, state, Weight.BODY, bare=True)
        elif group == "subject_phrase":
            yield Token(Mark.SUBJECT, start, end, match["subject"].strip())
        else:
            yield Token(_MARK_OF_GROUP[group], start, end, words)
