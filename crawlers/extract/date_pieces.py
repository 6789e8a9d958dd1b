"""The pieces that dates are made of, cut from a text: whole dates, days with their month, weekdays, years, times.

:mod:`crawlers.extract.dates` joins them. Nothing is decided here but what a piece can be by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from crawlers.extract import clock
from crawlers.extract.calendar_words import MONTH, MONTH_OF, MONTHS, WEEKDAY, WEEKDAYS
from crawlers.extract.clock import ClockTime

_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b|º|(?=\D|$))"
_YEAR = r"(?:(?:19|20)\d\d(?!\d)|['’]\d\d(?!\d))"
_NOT_IN_NUMBER = r"(?<![\w.:/$#€£-])"
_AFTER_DAY = r"(?<=(?<![\w.:/$#€£-])\d-)|(?<=(?<![\w.:/$#€£-])\d\d-)"
_YEAR_4 = r"(?:19|20)\d\d"
_FORMS = (
    (
        "iso",
        rf"(?<![\w/-]){_YEAR_4}-\d\d-\d\d"
        r"(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?\s?(?:Z\b|[+-]\d\d:?\d\d)?)?(?![\w/-])",
    ),
    ("dashed", rf"(?<![\w/-])\d{{1,2}}(?:[-/. ]|\. ){MONTH}[-/, ]{{1,2}}(?:{_YEAR_4}|\d\d)(?![\w/:])"),
    (
        "numeric",
        rf"(?:(?<![\w./-])|(?<=/\d{{4}}-)|(?<=/\d\d-))\d{{1,2}}(?P<between>[/.-])\d{{1,2}}(?P=between)"
        rf"(?:{_YEAR_4}|\d\d)(?![\w/]|-(?!\d{{1,2}}/)|\.\d)",
    ),
    ("ymd", rf"(?<![\w./-]){_YEAR_4}[/.]\d{{1,2}}[/.]\d{{1,2}}(?![\w/-]|\.\d)"),
    ("slashed", r"(?<=[a-z.,]\s)\d{1,2}/\d{1,2}(?![\w/%]|[.,]\d)"),
    ("month_day", rf"(?<!\w){MONTH}\s?(?:the\s)?{_DAY}(?!\s?[:%]|\s?[ap]\.?m\b|\.\d)"),
    ("day_month", rf"(?:{_NOT_IN_NUMBER}|{_AFTER_DAY}){_DAY}\s?(?:of\s|de\s)?{MONTH}(?!\w)"),
    ("weekday", rf"(?<![\w-]){WEEKDAY}(?!\w)"),
    ("clock", clock.CLOCK),
    ("year", rf"{_NOT_IN_NUMBER}{_YEAR}(?!\w|-\d)"),
    ("day", rf"(?<![\w.:/$#€£]){_DAY}(?![\w:%/]|[.,]\d)"),
)
_PIECE = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _FORMS), re.IGNORECASE)
_ZONED_END = re.compile(rf"\s?(?:-|–|—|to)\s?(?:{clock.CLOCK})", re.IGNORECASE)
_TIME_SPAN = re.compile(r"(?P<day>\d{4}-\d\d-\d\d) (?P<from>\d\d:\d\d)\s?-(?P<to>\d\d:\d\d)")
_WEEKDAY_BEFORE = re.compile(rf"{WEEKDAY},?\s$", re.IGNORECASE)
_MONTH_NAME = re.compile(MONTH, re.IGNORECASE)
_SLASHES = re.compile(r"(?<![\w./-])(\d{1,2})[/-](\d{1,2})[/-](?:19|20)?\d\d(?!\w)")
_DAY_NUMBER = re.compile(r"\d{1,2}")
_LEAP_YEAR = 2000


@dataclass(slots=True)
class Day:
    """A day of a month; its year may still have to be found."""

    month: int
    day: int
    start: int
    end: int
    year: int | None = None
    year_first: bool = False
    weekday: int | None = None
    is_end: bool = False
    inferred: bool = False
    clock: ClockTime | None = None

    def date_in(self, year: int) -> date | None:
        """The date in a given year; ``None`` for a day that the month does not have then."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    @property
    def date(self) -> date | None:
        """The date, once the year is known."""
        return None if self.year is None else self.date_in(self.year)

    @property
    def conflict(self) -> bool:
        """Whether the date falls on another weekday than the text says."""
        found = self.date
        return found is not None and self.weekday is not None and found.weekday() != self.weekday


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece between two offsets: a ``day`` (full or without its year) or a ``clock`` time or a ``number``."""

    kind: str
    start: int
    end: int
    day: Day | None = None
    clock: ClockTime | None = None
    number: int = 0


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a normalized text, in order. Kinds: full, named, weekday, clock, year, day."""
    position = 0
    while match := _PIECE.search(text, position):
        kind = next(name for name in _READERS if match[name] is not None)
        piece = _READERS[kind](text, match)
        if piece is not None:
            yield piece
            position = piece.end
        else:
            position = _next_word(text, match.start())


def _next_word(text: str, position: int) -> int:
    blank = text.find(" ", position)
    return len(text) if blank < 0 else blank + 1


def _read_iso(text: str, match: re.Match[str]) -> Piece | None:
    span = _TIME_SPAN.fullmatch(match["iso"])
    if span and span["to"] > span["from"]:
        return _read_iso_day(match, span)
    try:
        moment = datetime.fromisoformat(match["iso"].replace(" Z", "Z").replace("Z", "+00:00"))
    except ValueError:
        return None
    day = Day(moment.month, moment.day, match.start(), match.end(), moment.year)
    end = match.end()
    if ":" in match["iso"]:
        zone, end = (_zone_of_offset(moment), end) if moment.tzinfo else clock.zone_after(text, end)
        day.clock = ClockTime(moment.time().replace(tzinfo=None), None, zone)
    return Piece("full", match.start(), end, day)


def _read_iso_day(match: re.Match[str], span: re.Match[str]) -> Piece | None:
    """The day alone, where "-12:00" behind the time is the end of a span and no offset: the clock reads the span."""
    try:
        day = date.fromisoformat(span["day"])
    except ValueError:
        return None
    end = match.start() + span.end("day")
    return Piece("full", match.start(), end, Day(day.month, day.day, match.start(), end, day.year))


def _zone_of_offset(moment: datetime) -> str | None:
    offset = moment.utcoffset()
    hours, rest = divmod(offset, timedelta(hours=1)) if offset is not None else (0, timedelta(1))
    return None if rest else clock.zone_of_offset(hours)


def _century(year: str) -> int:
    digits = year.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _full(match: re.Match[str], year: int, month: int, day: int) -> Piece | None:
    value = Day(month, day, match.start(), match.end(), year)
    return Piece("full", match.start(), match.end(), value) if value.date is not None else None


def _read_dashed(_: str, match: re.Match[str]) -> Piece | None:
    day, month, year = re.split(r"[-/., ]+", match["dashed"])
    return _full(match, _century(year), MONTH_OF[month.lower()], int(day))


def _read_numeric(text: str, match: re.Match[str]) -> Piece | None:
    """Month first, as US pages write it, unless only the other order is a date; with dots the day stands first.

    One date of a text that can only be read with the day first says how the others are written: "29/4/2027 - 1/5/2027".
    """
    first, second, year = re.split(r"[/.-]", match["numeric"])
    orders = [(int(first), int(second)), (int(second), int(first))]
    if match["between"] == "." or _day_stands_first(text):
        orders.reverse()
    return next((piece for month, day in orders if (piece := _full(match, _century(year), month, day))), None)


@lru_cache(maxsize=16)
def _day_stands_first(text: str) -> bool:
    """Whether a date of the text is one with the day first only, and none with the month first only."""
    pairs = [(int(found[1]), int(found[2])) for found in _SLASHES.finditer(text)]
    only_day_first = any(first > len(MONTHS) >= second for first, second in pairs)
    return only_day_first and not any(second > len(MONTHS) >= first for first, second in pairs)


def _read_ymd(_: str, match: re.Match[str]) -> Piece | None:
    year, month, day = re.split(r"[/.]", match["ymd"])
    return _full(match, int(year), int(month), int(day))


def _read_slashed(text: str, match: re.Match[str]) -> Piece | None:
    """A day like "1/15" is one only behind its weekday: elsewhere it may be a fraction or a score."""
    if not _WEEKDAY_BEFORE.search(text, max(0, match.start() - 12), match.start()):
        return None
    month, day = map(int, match["slashed"].split("/"))
    if not 1 <= month <= len(MONTHS):
        return None
    value = Day(month, day, match.start(), match.end())
    return Piece("named", match.start(), match.end(), value) if value.date_in(_LEAP_YEAR) else None


def _read_named(_: str, match: re.Match[str]) -> Piece | None:
    words = match.group()
    name, digits = _MONTH_NAME.search(words), _DAY_NUMBER.search(words)
    if name is None or digits is None or words.startswith(("may", "mar ")):  # "may 2 people": no month in lower case
        return None
    value = Day(MONTH_OF[name.group().rstrip(".").lower()], int(digits.group()), match.start(), match.end())
    return Piece("named", match.start(), match.end(), value) if value.date_in(_LEAP_YEAR) else None


def _read_weekday(_: str, match: re.Match[str]) -> Piece | None:
    name = match.group().rstrip(".")
    if name[0].islower() and not name.endswith("day"):
        return None  # "sat", "sun" and "wed" are also words
    index = next(index for index, weekday in enumerate(WEEKDAYS) if weekday.startswith(name[:3].lower()))
    return Piece("weekday", match.start(), match.end(), number=index)


def _read_clock(text: str, match: re.Match[str]) -> Piece | None:
    times = clock.clock_time(match)
    if times is None:
        return None
    start, end = times
    zone, after = clock.zone_after(text, match.end())
    later = _ZONED_END.match(text, after) if end is None and zone is not None else None
    more = clock.clock_time(later) if later else None
    if later and more and more[1] is None and more[0] > start:  # "1:00 PM ET - 2:00 PM ET"
        end = more[0]
        _, after = clock.zone_after(text, later.end())
    return Piece("clock", match.start(), after, clock=ClockTime(start, end, zone))


def _read_year(_: str, match: re.Match[str]) -> Piece | None:
    return Piece("year", match.start(), match.end(), number=_century(match["year"]))


def _read_day(_: str, match: re.Match[str]) -> Piece | None:
    digits = _DAY_NUMBER.match(match["day"])
    return Piece("day", match.start(), match.end(), number=int(digits.group())) if digits else None


_READERS: dict[str, Callable[[str, re.Match[str]], Piece | None]] = {
    "iso": _read_iso,
    "dashed": _read_dashed,
    "numeric": _read_numeric,
    "ymd": _read_ymd,
    "slashed": _read_slashed,
    "month_day": _read_named,
    "day_month": _read_named,
    "weekday": _read_weekday,
    "clock": _read_clock,
    "year": _read_year,
    "day": _read_day,
}
