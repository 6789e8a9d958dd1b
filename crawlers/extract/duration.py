"""How long something lasts: "45 min. 33 sec.", "35-40 minutes", "ten eight-hour days", "Up to 52 weeks".

Clock time (hours, minutes, seconds) and calendar time (days to years) are kept apart: 52 weeks of access are no hours
of instruction, and a month has no fixed number of days.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from catalog.listing import Minutes, Stated
from crawlers.extract.text import NUMBER, Words, any_of, evidence, normalize, number

MOST_HOURS = 10_000
MOST_CALENDAR = 1_000
"""More than any program of the field has; what is above is no duration."""

_CLOCK = {"second": 1, "minute": 60, "hour": 3600}
_LETTERS = {"day": "D", "week": "W", "month": "M", "year": "Y"}
_UNIT = "|".join(
    (
        r"(?P<second>sec(?:ond)?s?\b\.?|segundos?\b)",
        r"(?P<minute>min(?:ute)?s?\b\.?(?:\(s\))?|minut(?:os?|en)\b)",
        r"(?P<hour>(?:clock[ -])?h(?:ou)?rs?\b\.?(?:\(s\))?|h\b|horas?\b|heures?\b|stunden?\b)",
        r"(?P<day>days?\b(?:\(s\))?|d[ií]as?\b|jours?\b)",
        r"(?P<week>w(?:ee)?ks?\b\.?(?:\(s\))?|semanas?\b|semaines?\b|wochen?\b)",
        r"(?P<month>mon?ths?\b(?:\(s\))?|mos\b\.?|mes(?:es)?\b|mês\b|mois\b|monate?\b)",
        r"(?P<year>y(?:ea)?rs?\b\.?(?:\(s\))?|años?\b|anos?\b|jahre?\b)",
    )
)
_PART = re.compile(
    "|".join(
        (
            r"(?P<iso>\bP(?=[\dT])(?:\d{1,3}Y)?(?:\d{1,3}M)?(?:\d{1,3}W)?(?:\d{1,3}D)?"
            r"(?:T(?=\d)(?:\d{1,5}(?:\.\d{1,3})?H)?(?:\d{1,6}M)?(?:\d{1,7}(?:\.\d{1,6})?S)?)?(?!\w))",
            r"(?P<colons>(?<![\d:])\d{1,3}:[0-5]\d:[0-5]\d(?![\d:])(?!\s?[ap]\.?m\b))",
            r"(?P<pair>(?<![\d:])\d{1,4}:[0-5]\d)[\s(]{1,2}(?P<pair_unit>min(?:ute)?s?\b|h(?:ou)?rs?\b)",
            r"(?P<compact>(?<![\w.])\d{1,3}\s?h(?:rs?)?\s?[0-5]?\d\s?(?:m|min|mins)\b)",
            r"(?P<fixed>\b(?:half an hour|half[- ]hour|an? hour and a half|an hour|hour-long|one-half hour)\b)",
            rf"(?P<low>{NUMBER})(?:\s?(?:-|–|—|\bto\b|\bor\b|(?P<between>\band\b))\s?(?P<high>{NUMBER}))?"
            rf"(?P<more>\s?\+)?(?:\s?-\s?|\s)?(?:{_UNIT})(?P<more_behind>\s?\+)?",
        )
    ),
    re.IGNORECASE,
)
_ONE = any_of("course", "module", "session", "lesson", "class", "webinar", "unit", "part", "video", "lecture")
_MANY = any_of(
    *("courses?", "modules?", "sessions?", "lessons?", "class(?:es)?", "lectures?", "webinars?", "days", "parts?"),
    *("videos?", "workshops?", "meetings?", "episodes?", "units?"),
)
_SORT = any_of(
    *("online", "live", "weekly", "virtual", "individual", "separate", "consecutive", "on-demand", "class"),
    *("training", "lab", "video", "self-paced"),
)
_CONTAINER = rf"(?:{_SORT}\s)?{_MANY}\b"
_CONTAINER_BEHIND = re.compile(rf"[\s-]?{_CONTAINER}", re.IGNORECASE)
_COUNT_BEFORE = re.compile(
    rf"(?P<count>{NUMBER})\s?(?P<by>,|x|×|\*|-|–|—|of|recorded|daily|full|{_SORT})?\s?$", re.IGNORECASE
)
_COUNTED_BEFORE = re.compile(
    rf"(?P<count>{NUMBER})\s(?:\w+\s)?{_CONTAINER}\s?,?\s?"
    r"(?:(?P<of>of)|\(|at|with|that are|which are|lasting|averaging|are)?\s?(?:about|approximately|around)?\s?$",
    re.IGNORECASE,
)
_EACH_BEHIND = re.compile(rf"\s?(?:each|apiece|long each|per {_ONE}|/\s?{_ONE})\b", re.IGNORECASE)
_RATE_BEHIND = re.compile(
    r"\s?(?:(?:/|per|a|each|every)\s?(?P<per>week|wk|day|month|semester|term|year)|(?P<adverb>weekly|daily|monthly))\b",
    re.IGNORECASE,
)
_DAYS = rf"(?P<days>{NUMBER})[\s-]?(?:(?:consecutive|full|class|training)\s)?days"
_DAYS_BESIDE = re.compile(rf"\W{{1,3}}(?:(?:for|over|x|×|across|on)\s)?{_DAYS}\b", re.IGNORECASE)
_DAYS_BEFORE = re.compile(rf"{_DAYS}\s?(?:,|x|×|@|at|of|-|–|\()?\s?$", re.IGNORECASE)
_AT_MOST_BEFORE = re.compile(
    any_of("up to", "at most", r"(?:no|not) (?:more|longer) than", r"max(?:imum)?\.?(?: of)?:?", "(?:less|fewer) than")
    + r"\s?$|\b(?:under|within)\s?$",
    re.IGNORECASE,
)
_AT_LEAST_BEFORE = re.compile(
    any_of("at least", r"min(?:imum)?\.?(?: of)?:?", "more than", "over", "(?:no|not) less than") + r"\s?$",
    re.IGNORECASE,
)
_AT_MOST_BEHIND = re.compile(r"\s?(?:or less|or fewer|max(?:imum)?\b|at (?:the )?most)", re.IGNORECASE)
_AT_LEAST_BEHIND = re.compile(r"\s?(?:or more|or longer|minimum\b|at least|plus\b)", re.IGNORECASE)
_NO_LENGTH_BEHIND = re.compile(
    r"\s?"
    + any_of(
        r"(?:ago|before|prior|earlier|later|after|old|access)\b|in advance|notice|from (?:the )?(?:date|purchase)",
        r"of access|free trial|money[- ]back|return|warranty|time limit",
        r"of (?:\w+ ){0,4}experience|experience",
        r"(?:urine|glucose|o?gtt|fast(?:ing)?|fecal|collection|incubation|culture|stability|half-life|shifts?|turnaround)\b",
    ),
    re.IGNORECASE,
)
_NO_LENGTH_BEFORE = re.compile(
    r"\b"
    + any_of(
        r"every|each|past|next|after|once|the previous",
        r"(?:the|in|over|within) last",
        r"access for|expires in|available for|you (?:will )?have",
    )
    + r"\s(?:the\s)?$",
    re.IGNORECASE,
)
"""Spans of time that tell when or since when, not how long."""

_LABEL_BEFORE = re.compile(
    r"(?:duration|length|run(?:ning)?[- ]?time|(?<![\w-])times?\b|takes?|lasts?|lasting|complet\w+|effort|long)"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s?$", re.IGNORECASE)
_COMPOUND = re.compile(r"\s?(?:,|and|&)?\s?", re.IGNORECASE)
_EITHER = re.compile(r"(?:\s[\w-]{2,16}){0,2},?\sor\s", re.IGNORECASE)
_SUMMED = re.compile(r"\s(?:of|for)\s[\w -]{2,40}\s(?:and|plus|followed by)\s|\s?(?:and|plus|\+)\s", re.IGNORECASE)
_ISO_FIELD = re.compile(r"(\d+(?:\.\d+)?)([YMWDHS])")


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: seconds of the clock, or units of the calendar (letter of ISO 8601 and how many)."""

    seconds: Fraction = Fraction(0)
    calendar: tuple[tuple[str, Fraction], ...] = ()

    @property
    def minutes(self) -> float | None:
        """Minutes of clock time; ``None`` for calendar time, which holds no certain number of them."""
        return None if self.calendar else float(self.seconds / 60)

    def plus(self, other: Length) -> Length:
        """Both lengths one after the other: "1 hour 30 minutes", "1 year 6 months"."""
        return Length(self.seconds + other.seconds, self.calendar + other.calendar)

    def times(self, count: Fraction) -> Length:
        """The length ``count`` times."""
        return Length(self.seconds * count, tuple((letter, many * count) for letter, many in self.calendar))

    def is_shorter_than(self, other: Length) -> bool:
        """Whether it is the shorter one of two that are told in the same units."""
        return (self.seconds, self.calendar) < (other.seconds, other.calendar)

    def iso(self) -> str:
        """ISO 8601: ``PT1H15M22S``, ``P52W``. Minutes carry into hours; weeks, months and years stay what they are."""
        date_part = "".join(f"{_decimal(many)}{letter}" for letter, many in self.calendar)
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        fields = ((Fraction(hours), "H"), (Fraction(minutes), "M"), (seconds, "S"))
        time_part = "".join(f"{_decimal(many)}{letter}" for many, letter in fields if many)
        if not date_part and not time_part:
            return "PT0S"
        return f"P{date_part}" + (f"T{time_part}" if time_part else "")


@dataclass(frozen=True, slots=True)
class DurationReading:
    """The length that a text states; one bound is ``None`` for "up to" and "at least", both where it states none."""

    text: str
    at_least: Length | None = None
    at_most: Length | None = None
    found: Words | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    low: Length
    high: Length
    start: int
    end: int
    unit: str = ""
    open_above: bool = False
    not_a_range: Fraction | None = None


def read_duration(text: str) -> DurationReading:
    """The length of a thing, as a span of at least and at most.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    parts = [part for match in _PART.finditer(text) if (part := _part(match)) is not None]
    whole = [part for part in _compounds(text, parts) if not _is_no_length(text, part)]
    lengths = [part for part in whole if not _is_rate(text, part)]
    by_the_day = [product for part in whole if (product := _hours_a_day(text, part)) is not None]
    if by_the_day:
        return _bounded(text, by_the_day[0])
    if not lengths:
        return DurationReading(text)
    labelled = [part for part in lengths if _LABEL_BEFORE.search(text, max(0, part.start - 80), part.start)]
    return _bounded(text, _multiplied(text, (labelled or lengths)[0]))


def minutes(text: str, where: str) -> Stated[Minutes] | None:
    """The length in minutes for a listing; ``None`` where none is stated or only calendar time is."""
    reading = read_duration(text)
    if reading.found is None:
        return None
    least, most = (length.minutes if length else None for length in (reading.at_least, reading.at_most))
    if least is None and most is None:
        return None
    return Stated(value=Minutes(at_least=least, at_most=most), evidence=(evidence(reading.found.words, where),))


def _part(match: re.Match[str]) -> _Part | None:
    if match["low"]:
        return _measured(match)
    length = _written(match)
    if length is None or not _is_possible(length):
        return None
    unit = next((unit for group, unit in _UNIT_OF_WRITTEN.items() if match[group]), "")
    return _Part(length, length, match.start(), match.end(), unit)


def _measured(match: re.Match[str]) -> _Part | None:
    unit = next(name for name in (*_CLOCK, *_LETTERS) if match[name])
    low = number(match["low"])
    high = number(match["high"]) if match["high"] else low
    count = None
    if match["between"] and not _BETWEEN.search(match.string, max(0, match.start() - 12), match.start()):
        low = high  # "2 and 3 hours" without "between" is no span; the measured number counts
    if high < low or (match["high"] and not match["between"] and high == low):
        # "ten – eight hour days": a range does not fall, so the first number counts and the second measures.
        count, low = low, high
    least, most = _length(unit, low), _length(unit, high)
    if not _is_possible(most):
        return None
    is_open = bool(match["more"] or match["more_behind"])
    return _Part(least, most, match.start(), match.end(), unit, is_open, count)


def _length(unit: str, value: Fraction) -> Length:
    if unit in _CLOCK:
        return Length(value * _CLOCK[unit])
    if unit == "year" and value.denominator in {2, 4}:
        return Length(calendar=(("M", value * 12),))
    return Length(calendar=((_LETTERS[unit], value),))


def _written(match: re.Match[str]) -> Length | None:
    """Forms that are one length by themselves: ISO 8601, 1:15:22, "75:22 minutes", "1h30m", "half an hour"."""
    if match["iso"]:
        return _from_iso(match["iso"])
    if match["colons"]:
        hours, minutes, seconds = map(int, match["colons"].split(":"))
        return Length(Fraction(hours * 3600 + minutes * 60 + seconds))
    if match["pair"]:
        first, second = map(int, match["pair"].split(":"))
        step = 60 if match["pair_unit"][0] in "mM" else 3600
        return Length(Fraction(first * step + second * step // 60))
    if match["compact"]:
        hours, minutes = map(int, re.findall(r"\d+", match["compact"]))
        return Length(Fraction(hours * 3600 + minutes * 60))
    words = match["fixed"].lower()
    if "and a half" in words:
        return Length(Fraction(5400))
    return Length(Fraction(1800 if "half" in words else 3600))


def _from_iso(text: str) -> Length | None:
    days, _, clock = text.upper().partition("T")
    calendar = tuple((letter, Fraction(many)) for many, letter in _ISO_FIELD.findall(days))
    seconds = sum(
        (Fraction(many) * {"H": 3600, "M": 60, "S": 1}.get(letter, 0) for many, letter in _ISO_FIELD.findall(clock)),
        Fraction(0),
    )
    return Length(seconds, calendar) if calendar or clock else None


def _is_possible(length: Length) -> bool:
    return length.seconds <= MOST_HOURS * 3600 and all(many <= MOST_CALENDAR for _, many in length.calendar)


def _compounds(text: str, parts: Sequence[_Part]) -> list[_Part]:
    """Parts that add up: "45 min. 33 sec." and "16 hours of home study and 4 hours of live training" are one length."""
    joined: list[_Part] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before is not None and _is_alternative(text, before, part):
            joined[-1] = replace(before, high=part.high, end=part.end)
        elif before is not None and _continues(text, before, part):
            joined[-1] = replace(
                before, low=before.low.plus(part.low), high=before.high.plus(part.high), end=part.end, unit=part.unit
            )
        else:
            joined.append(part)
    return joined


_UNIT_OF_WRITTEN = {"fixed": "hour", "compact": "minute"}
"""The unit behind which a smaller one may go on: "an hour and fifteen minutes", "1 hr 2 min 5 sec"."""

_ORDER = ("second", "minute", "hour", "day", "week", "month", "year")


def _is_alternative(text: str, before: _Part, part: _Part) -> bool:
    """Whether a longer way is named beside a shorter one: "1 year full-time or 2 years part-time"."""
    if before.unit != part.unit or not before.unit or not _EITHER.fullmatch(text, before.end, part.start):
        return False
    return before.high.is_shorter_than(part.low)


def _continues(text: str, before: _Part, part: _Part) -> bool:
    if not before.unit or not part.unit or (before.unit in _CLOCK) != (part.unit in _CLOCK):
        return False
    gap = (before.end, part.start)
    if _ORDER.index(part.unit) < _ORDER.index(before.unit) and _COMPOUND.fullmatch(text, *gap):
        return True
    return part.unit == before.unit and part.unit in _CLOCK and _SUMMED.fullmatch(text, *gap) is not None


def _is_no_length(text: str, part: _Part) -> bool:
    return bool(
        _NO_LENGTH_BEHIND.match(text, part.end) or _NO_LENGTH_BEFORE.search(text, max(0, part.start - 30), part.start)
    )


def _is_rate(text: str, part: _Part) -> bool:
    """Whether it is an effort and not a length: "9-12 hours per week"."""
    return _RATE_BEHIND.match(text, part.end) is not None


def _hours_a_day(text: str, part: _Part) -> _Part | None:
    """The whole of "8 hours a day for 10 days", and of "10 days, 8 hours per day"."""
    rate = _RATE_BEHIND.match(text, part.end)
    if part.unit not in _CLOCK or rate is None or (rate["per"] or "").lower() != "day":
        return None
    beside = _DAYS_BESIDE.match(text, rate.end()) or _DAYS_BEFORE.search(text, max(0, part.start - 40), part.start)
    if beside is None:
        return None
    count = number(beside["days"])
    return replace(
        part,
        low=part.low.times(count),
        high=part.high.times(count),
        start=min(part.start, beside.start()),
        end=max(rate.end(), beside.end()),
    )


def _multiplied(text: str, part: _Part) -> _Part:
    """The whole of "6, 60 minute courses" (six hours) and of "eight courses, 1-2 hours each" (eight to sixteen)."""
    if part.unit not in _CLOCK:
        return part
    container = _CONTAINER_BEHIND.match(text, part.end)
    if part.not_a_range is not None:
        return (
            _times(part, part.not_a_range, part.start, container.end() if container else part.end)
            if container
            else part
        )
    before = _COUNT_BEFORE.search(text, max(0, part.start - 40), part.start)
    if before is not None and (container or (before["by"] or "").lower() in {"x", "×", "*"}):
        return _times(part, number(before["count"]), before.start(), container.end() if container else part.end)
    counted = _COUNTED_BEFORE.search(text, max(0, part.start - 80), part.start)
    each = _EACH_BEHIND.match(text, part.end)
    if counted is not None and (each is not None or counted["of"]):
        return _times(part, number(counted["count"]), counted.start(), each.end() if each else part.end)
    return part


def _times(part: _Part, count: Fraction, start: int, end: int) -> _Part:
    if not 1 <= count <= 200:
        return part
    return replace(part, low=part.low.times(count), high=part.high.times(count), start=start, end=end)


def _bounded(text: str, part: _Part) -> DurationReading:
    least: Length | None = part.low
    most: Length | None = part.high
    start, end = max(0, part.start - 24), part.end
    if _AT_MOST_BEFORE.search(text, start, part.start) or _AT_MOST_BEHIND.match(text, end):
        least = None if part.low == part.high else least
    elif part.open_above or _AT_LEAST_BEFORE.search(text, start, part.start) or _AT_LEAST_BEHIND.match(text, end):
        most = None if part.low == part.high else most
    return DurationReading(text, least, most, Words.of(text, part.start, part.end))


def _decimal(value: Fraction) -> str:
    """A number without trailing zeros; three places are more than any page gives."""
    return f"{float(round(value, 3)):g}" if value.denominator != 1 else str(value.numerator)
