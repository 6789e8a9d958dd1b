"""Dates: events, availability, approval, deadlines; ranges and lists of days; days without a year.

Exact forms are read by a small grammar over the date words of a text. Only where it finds nothing and the text still
looks like one short date (a language that the grammar does not know) is dateparser asked, in its strict mode.

A day without a year takes, in this order: the year of the date that it is listed with; the one year that the text
names elsewhere; else the year nearest to the fetch date that suits the weekday, flagged ``year_inferred``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise, zip_longest

from catalog.listing import SessionStatement, Stated
from crawlers.extract.calendar_words import MONTH, ON_DEMAND, YEARLY, DateRole, Side, last_role
from crawlers.extract.clock import ClockTime
from crawlers.extract.date_groups import DayGroup, GroupReader
from crawlers.extract.date_pieces import Day, Piece, pieces
from crawlers.extract.text import REMEMBERED, Words, evidence, normalize

PAST_DAYS = 90
"""A day without year and weekday may lie this far before the fetch date; else it is taken for the coming one."""

YEARS_BACK = 11
"""How far back a weekday may decide the year: the same day falls on the same weekday after 5, 6 or 11 years."""

DAYS_AHEAD = 550
"""How far ahead a weekday may decide the year: events are announced a year and a half before, not three."""

_LEAP_GAP = 8
_DIGITS_OF_A_YEAR = 4
_LABEL_REACH = 120
_YEARLY_REACH = 40
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4})[.!?]\s(?=[A-Z])|(?<=[\d)])[.!?]\s(?=[A-Z])")
_TIMES_APART = 8
_TIME_REACH = 80
_SAME_LIST = re.compile(
    r"(?:\s?\([^()]{1,24}\))?\W*(?:(?:for|of)(?:\s\w+){1,4}?\W+)?(?:and|or|,|;|&|/)\W*(?:on|by)?\W*", re.IGNORECASE
)
_LIMIT_REACH = 36
_LIMIT_BEFORE = re.compile(
    r"\b(?:by|before|(?P<last>until|till|through|thru))\s(?:the\s)?"
    r"(?:(?:noon|midnight|\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?)(?:\s\(?[A-Z]{2,4}\)?)?(?:,|\son)?\s)?$",
    re.IGNORECASE,
)
_MOVED_FROM = re.compile(r"\b(?:rescheduled|moved|changed|postponed)\sfrom\s$", re.IGNORECASE)
"""In "moved from March 3 to April 7" only the last day is the event's."""

_DEADLINE_AFTER = re.compile(
    r"\s?(?:\([^)]{0,20}\)\s?)?(?:is the |as the )?(?:application |registration |submission )?deadline\b", re.IGNORECASE
)
_NO_CONTEXT_YEAR = re.compile(
    r"(?:since|launched|copyright|©|revised|established|founded|effective|term|fall|spring|summer|winter|est\.)[\s:]*$",
    re.IGNORECASE,
)
_LOOKS_LIKE_ONE_DATE = re.compile(r"(?:[^\W\d_]{3,12},?\s)?\d{1,2}\.?\s(?:de\s)?[^\W\d_]{4,12}\.?,?\s(?:19|20)\d\d")
_KNOWN_MONTH = re.compile(rf"\b{MONTH}", re.IGNORECASE)
_FURTHER_LANGUAGES = ("it", "nl", "pl", "ro", "sv", "da", "fi", "cs", "hu", "tr")
"""Languages that only dateparser reads; trying all that it knows takes seconds."""


@dataclass(frozen=True, slots=True)
class DateFound:
    """One date, or one span of days, that a text states.

    ``start`` is ``None`` where only the last day is named ("Expires: May 23, 2026"). Times are local; ``zone`` is an
    IANA name or ``None``. ``found`` holds the words with their label.
    """

    role: DateRole
    start: date | None
    end: date | None
    found: Words
    start_time: time | None = None
    end_time: time | None = None
    zone: str | None = None
    year_inferred: bool = False
    weekday_conflict: bool = False


@dataclass(frozen=True, slots=True)
class DateReading:
    """All that a text says of days. ``on_demand`` is stated, never concluded from the absence of a date."""

    text: str
    dates: tuple[DateFound, ...]
    on_demand: bool

    @property
    def year_inferred(self) -> bool:
        """Whether any date took its year from the fetch date."""
        return any(found.year_inferred for found in self.dates)

    @property
    def weekday_conflict(self) -> bool:
        """Whether any date falls on another weekday than its text says."""
        return any(found.weekday_conflict for found in self.dates)


@dataclass(frozen=True, slots=True)
class RoleDates:
    """The single days of a listing that are no sessions; each ``None`` where the text does not state it."""

    available_from: Stated[date] | None = None
    available_through: Stated[date] | None = None
    approved_through: Stated[date] | None = None
    apply_by: Stated[date] | None = None
    claim_by: Stated[date] | None = None
    retired_on: Stated[date] | None = None
    effective_on: Stated[date] | None = None


@lru_cache(maxsize=REMEMBERED)
def read_dates(text: str, fetched_on: date, *, label: str = "") -> DateReading:
    """Every date of the text with its role, in the order of the text.

    ``fetched_on`` is the day on which the page was fetched; it resolves days without a year. ``label`` is the label
    that stood before the text on the page, where a spider has them apart.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(f"{label.strip(': ')}: {text}" if label.strip(": ") else text)
    on_demand = ON_DEMAND.search(text) is not None
    if not any(character.isdigit() for character in text):
        return DateReading(text, (), on_demand)
    cut = list(pieces(text))
    reader = GroupReader(text, cut)
    _assign_roles(text, reader.groups)
    groups = _with_years(text, reader, fetched_on)
    _assign_times(reader.lone_clocks, groups)
    found = _merged(found for group in groups for found in _found(text, group))
    if not reader.groups and _LOOKS_LIKE_ONE_DATE.fullmatch(text) and not _KNOWN_MONTH.search(text):
        found = _by_dateparser(text)
    return DateReading(text, found, on_demand)


def sessions(text: str, where: str, fetched_on: date, *, label: str = "") -> tuple[SessionStatement, ...]:
    """The dated runs that the text states: dates whose role is the event itself.

    A list of days gives several, a range one. The key is the start day, with the time where one day has several.
    """
    events = [
        (found, found.start)
        for found in read_dates(text, fetched_on, label=label).dates
        if found.role is DateRole.EVENT and found.start is not None
    ]
    days = [start for _, start in events]
    return tuple(_session(found, start, where, alone=days.count(start) == 1) for found, start in events)


def _session(found: DateFound, start: date, where: str, *, alone: bool) -> SessionStatement:
    timed = "" if alone or found.start_time is None else found.start_time.strftime("T%H:%M")
    return SessionStatement(
        key=start.isoformat() + timed,
        local_date=start,
        local_time=found.start_time,
        end_date=found.end,
        end_time=found.end_time,
        zone=found.zone,
        year_inferred=found.year_inferred,
        weekday_conflict=found.weekday_conflict,
        evidence=(evidence(found.found.words, where),),
    )


def role_dates(text: str, where: str, fetched_on: date, *, label: str = "") -> RoleDates:
    """The days of a text that are no sessions. Of several with one role the last one counts, as a renewal does."""
    values: dict[str, Stated[date]] = {}
    for found in read_dates(text, fetched_on, label=label).dates:
        for name, day in _named(found):
            if day is not None:
                values[name] = Stated(value=day, evidence=(evidence(found.found.words, where),))
    return RoleDates(**values)


_ROLE_FIELD = {
    DateRole.APPROVED_THROUGH: "approved_through",
    DateRole.APPLY_BY: "apply_by",
    DateRole.CLAIM_BY: "claim_by",
    DateRole.RETIRED: "retired_on",
    DateRole.EFFECTIVE: "effective_on",
}


def _named(found: DateFound) -> tuple[tuple[str, date | None], ...]:
    if found.role is DateRole.AVAILABLE:
        return ("available_from", found.start), ("available_through", found.end)
    if found.role is DateRole.OPENS:
        return (("apply_by", found.end),)
    name = _ROLE_FIELD.get(found.role)
    return ((name, found.end or found.start),) if name else ()


# --- roles -----------------------------------------------------------------------------------------------------------


def _assign_roles(text: str, groups: Sequence[DayGroup]) -> None:
    """Say of each group what its dates are for."""
    behind = 0
    previous: DayGroup | None = None
    for group in groups:
        group.role, group.side, group.labelled_from = _role_of(text, group, behind, previous)
        behind, previous = group.end, group


def _role_of(text: str, group: DayGroup, behind: int, previous: DayGroup | None) -> tuple[DateRole, Side, int | None]:
    """The last label before a date says what it is for; the second date of a list shares the label of the first.

    Where no label says more than that something takes place, "until" right before the date makes it a last day, and
    "by" a deadline.
    """
    label = last_role(text, _label_start(text, behind, group.start), group.start)
    if label is not None and label[0] is not DateRole.EVENT:
        return label
    limit = _LIMIT_BEFORE.search(text, max(behind, group.start - _LIMIT_REACH), group.start)
    if limit is not None:
        role, side = (DateRole.AVAILABLE, Side.END) if limit["last"] else (DateRole.APPLY_BY, Side.START)
        return role, side, limit.start()
    if label is not None:
        return label
    if _DEADLINE_AFTER.match(text, group.end):
        return DateRole.APPLY_BY, Side.START, None
    if previous is not None and _SAME_LIST.fullmatch(text, behind, group.start):
        return previous.role, previous.side, None
    return DateRole.EVENT, Side.START, None


def _label_start(text: str, behind: int, start: int) -> int:
    """A label stands in the same sentence as its date, and not too far before it."""
    begin = max(behind, start - _LABEL_REACH)
    for stop in _SENTENCE_END.finditer(text, begin, start):
        begin = stop.end()
    return begin


# --- years -----------------------------------------------------------------------------------------------------------


def _with_years(text: str, reader: GroupReader, fetched_on: date) -> list[DayGroup]:
    """The groups whose days have got a year. A day that comes back every year is left out."""
    for group in reader.groups:
        _share_year(group.days)
    _share_weekdays(reader.groups)
    reference = _reference(reader.groups) or fetched_on
    context = _context_year(text, reader)
    kept = []
    for group, following in zip_longest(reader.groups, reader.groups[1:]):
        if group.days[0].year is None:
            if _is_yearly(text, group):
                continue
            stated = context or _year_of_its_end(group, following)
            group.days[0].year = stated or _inferred_year(group, reader.groups, reference)
            group.days[0].inferred = stated is None
            _share_year(group.days)
        if _days_hold(group.days):
            kept.append(group)
    return kept


def _year_of_its_end(group: DayGroup, following: DayGroup | None) -> int | None:
    """The year of "Begins May 12, ends May 14, 2027": the last day of the same thing states it."""
    if following is None or following.role is not group.role or (group.side, following.side) != (Side.START, Side.END):
        return None
    first, last = group.days[0], following.days[0]
    return None if last.year is None else last.year - (first.month > last.month)


def _share_year(days: Sequence[Day]) -> None:
    """A day takes the year of its neighbor; across New Year the year changes."""
    for day, following in reversed(list(pairwise(days))):
        if day.year is None and following.year is not None:
            day.year = following.year - (day.month > following.month)
    for previous, day in pairwise(days):
        if day.year is None and previous.year is not None:
            day.year = previous.year + (day.month < previous.month)
            day.inferred = previous.inferred


def _share_weekdays(groups: Sequence[DayGroup]) -> None:
    """The same day told twice has one weekday, though the page writes it once: "June 7 Thursday, June 7"."""
    weekdays = {(day.month, day.day): day.weekday for group in groups for day in group.days if day.weekday is not None}
    for group in groups:
        for day in group.days:
            if day.weekday is None and day.year is None:
                day.weekday = weekdays.get((day.month, day.day))


def _days_hold(days: Sequence[Day]) -> bool:
    """Whether every day exists in its year and no span ends before it begins."""
    dates = [day.date for day in days]
    if any(found is None for found in dates):
        return False
    return all(
        not day.is_end or (first is not None and last is not None and first <= last)
        for (first, last), day in zip(pairwise(dates), days[1:], strict=True)
    )


def _is_yearly(text: str, group: DayGroup) -> bool:
    return YEARLY.search(text, max(0, group.start - _YEARLY_REACH), group.end + _YEARLY_REACH) is not None


def _context_year(text: str, reader: GroupReader) -> int | None:
    """The one year that the text names apart from its dates: "Come to Philadelphia in 2016, July 31st"."""
    years = {
        piece.number
        for piece in reader.lone_years
        if piece.end - piece.start == _DIGITS_OF_A_YEAR  # "CLIA '88" is a law
        and not _NO_CONTEXT_YEAR.search(text, max(0, piece.start - 20), piece.start)
    }
    return years.pop() if len(years) == 1 else None


def _reference(groups: Iterable[DayGroup]) -> date | None:
    """The day on which an article was published is a better clock for its dates than the day it was fetched."""
    for group in groups:
        if group.role is DateRole.PUBLISHED and group.days[0].date is not None:
            return group.days[0].date
    return None


def _inferred_year(group: DayGroup, groups: Sequence[DayGroup], reference: date) -> int | None:
    day = next((day for day in group.days if day.weekday is not None), group.days[0])
    if group.role in {DateRole.APPLY_BY, DateRole.CLAIM_BY} and day.weekday is None:
        event = next(
            (other.days[0].date for other in groups if other.role is DateRole.EVENT and other.days[0].date), None
        )
        if event is not None:
            later = group.role is DateRole.CLAIM_BY
            return _year_beside(day, event, later=later)
    candidates = [
        found
        for year in range(reference.year - YEARS_BACK, reference.year + _LEAP_GAP + 1)
        if (found := day.date_in(year)) and (day.weekday is None or found.weekday() == day.weekday)
    ]
    if day.weekday is None:
        earliest = reference - timedelta(days=PAST_DAYS)
        return next((found.year for found in candidates if found >= earliest), None)
    latest = reference + timedelta(days=DAYS_AHEAD)
    near = [found for found in candidates if found <= latest]
    return min(near, key=lambda found: abs(found - reference)).year if near else None


def _year_beside(day: Day, event: date, *, later: bool) -> int | None:
    """A deadline to apply lies in the year before its event; one to claim credit in the year after it."""
    for year in (event.year, event.year + (1 if later else -1)):
        found = day.date_in(year)
        if found is not None and (found >= event if later else found <= event):
            return year
    return None


# --- times -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Times:
    start: int
    end: int
    clocks: list[ClockTime]


def _assign_times(clocks: Sequence[Piece], groups: Sequence[DayGroup]) -> None:
    """A time belongs to the date before it, else to the date after it; a single time is shared by all events."""
    clusters = list(_clusters(clocks))
    for cluster in clusters:
        group = _date_of(cluster, groups)
        if group is not None:
            group.times, group.times_end = cluster.clocks, cluster.end
    events = [group for group in groups if group.role is DateRole.EVENT]
    if len(clusters) == 1 and any(group.times for group in events):
        for group in events:
            group.times = clusters[0].clocks


def _date_of(cluster: _Times, groups: Sequence[DayGroup]) -> DayGroup | None:
    before = next((group for group in reversed(groups) if group.end <= cluster.start), None)
    after = next((group for group in groups if group.start >= cluster.end), None)
    if before is not None and not before.times and cluster.start - before.end <= _TIME_REACH:
        return before
    if after is not None and not after.times and after.start - cluster.end <= _TIME_REACH:
        return after
    return None


def _clusters(clocks: Sequence[Piece]) -> Iterator[_Times]:
    """Times that stand together: one instant in several zones, or several runs on one day."""
    current: _Times | None = None
    for piece in clocks:
        if piece.clock is None:
            continue
        if current is not None and piece.start - current.end <= _TIMES_APART:
            current.clocks.append(piece.clock)
            current.end = piece.end
            continue
        if current is not None:
            yield current
        current = _Times(piece.start, piece.end, [piece.clock])
    if current is not None:
        yield current


def _runs(times: Sequence[ClockTime]) -> Sequence[ClockTime]:
    """The separate runs of a day. Times with different zones tell one instant, and the first of them counts."""
    zones = {time.zone for time in times if time.zone}
    if len(zones) > 1:
        return times[:1]
    zone = next(iter(zones), None)
    return list(dict.fromkeys(replace(time, zone=zone) for time in times))


# --- dates -----------------------------------------------------------------------------------------------------------


def _found(text: str, group: DayGroup) -> Iterator[DateFound]:
    words = Words.of(
        text,
        group.start if group.labelled_from is None else group.labelled_from,
        max(group.end, group.times_end),
    )
    runs = _runs(group.times)
    days = group.days[-1:] if _is_moved_from(text, group) else group.days
    for day, last in _spans(days):
        own: list[ClockTime | None] = [day.clock] if day.clock else [*runs] or [None]
        for run in own if last is None else own[:1]:
            end_time = last.clock.start if last and last.clock else (run.end if run else None)
            yield DateFound(
                role=group.role,
                start=None if group.side is Side.END and last is None else day.date,
                end=last.date if last else (day.date if group.side is Side.END else None),
                found=words,
                start_time=run.start if run else None,
                end_time=end_time,
                zone=(run.zone if run else None) or (last.clock.zone if last and last.clock else None),
                year_inferred=day.inferred,
                weekday_conflict=day.conflict or (last is not None and last.conflict),
            )


def _is_moved_from(text: str, group: DayGroup) -> bool:
    return _MOVED_FROM.search(text, max(0, group.start - _YEARLY_REACH), group.start) is not None


def _spans(days: Sequence[Day]) -> Iterator[tuple[Day, Day | None]]:
    """Each day that opens something, with the last day of its span."""
    for day, following in zip(days, [*days[1:], None], strict=True):
        if not day.is_end or len(days) == 1:
            yield day, following if following is not None and following.is_end else None


def _merged(dates: Iterable[DateFound]) -> tuple[DateFound, ...]:
    """One availability from its release and its expiry, one event from its start and its end, nothing twice."""
    merged: list[DateFound] = []
    for found in dates:
        for index, other in enumerate(merged):
            joined = _joined(other, found)
            if joined is not None:
                merged[index] = joined
                break
        else:
            merged.append(found)
    # An end without a start tells how long a thing is there, not when it takes place.
    return tuple(
        replace(found, role=DateRole.AVAILABLE) if found.role is DateRole.EVENT and found.start is None else found
        for found in merged
    )


def _joined(first: DateFound, second: DateFound) -> DateFound | None:
    """Both as one, where they are the same date told twice or the two halves of a span."""
    if first.role is not second.role:
        return None
    if (first.start, first.end) == (second.start, second.end):
        return _told_twice(first, second)
    if first.role not in {DateRole.AVAILABLE, DateRole.EVENT}:
        return None
    opening, closing = (first, second) if first.start else (second, first)
    if not _are_halves(opening, closing) or (first.start is None and first.role is DateRole.EVENT):
        return None
    end_time = closing.start_time or opening.end_time
    found = Words(f"{first.found.words} … {second.found.words}", (first.found.span[0], second.found.span[1]))
    return _with_flags_of(replace(opening, end=closing.end, end_time=end_time, found=found), closing)


def _told_twice(first: DateFound, second: DateFound) -> DateFound | None:
    """The same day twice is one date, with the time that either names; with two times it is two runs."""
    if second.start_time is None:
        return _with_flags_of(first, second)
    if first.start_time in {None, second.start_time}:
        return _with_flags_of(replace(second, found=first.found), first)
    return None


def _are_halves(opening: DateFound, closing: DateFound) -> bool:
    """Whether one names a first day alone, the other a last day alone, and they make a span."""
    if opening.start is None or opening.end is not None or closing.start is not None or closing.end is None:
        return False
    return opening.start <= closing.end


def _with_flags_of(found: DateFound, other: DateFound) -> DateFound:
    return replace(
        found,
        year_inferred=found.year_inferred or other.year_inferred,
        weekday_conflict=found.weekday_conflict or other.weekday_conflict,
    )


def _by_dateparser(text: str) -> tuple[DateFound, ...]:
    """A short date in a language that the grammar does not know; dateparser is slow (10 ms), so it comes last."""
    import dateparser  # noqa: PLC0415 - takes half a second to import and is needed for few texts

    moment = dateparser.parse(
        text,
        languages=list(_FURTHER_LANGUAGES),
        settings={"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    if moment is None:
        return ()
    return (DateFound(DateRole.EVENT, moment.date(), None, Words.of(text, 0, len(text))),)
