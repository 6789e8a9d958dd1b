"""Days that one expression joins: "March 3, 10, and 17, 2026", "May 5-7", "17th and 18th of October"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawlers.extract.calendar_words import COUNTED, WEEKDAYS, DateRole, Side
from crawlers.extract.clock import ClockTime
from crawlers.extract.date_pieces import Day, Piece
from crawlers.extract.text import any_of

_TIGHT = re.compile(r"\)?\s?,?\s?\(?(?:(?:of|de|in|the)\s)?", re.IGNORECASE)
_UNTIL = any_of("-", "–", "—", "−", r"\b(?:to|through|thru|until|till|a|al)\b")
_RANGE = re.compile(rf"\)?\s?,?\s?{_UNTIL}\s?(?:the\s|on\s)?", re.IGNORECASE)
_AND = any_of(",", ";", "/", r"\|", "&", r"\+", r",?\s?\band\b", r",?\s?\bor\b", r",\s?&", r";\s?\band\b")
_LIST = re.compile(rf"\)?\s?{_AND}\s?(?:the\s|on\s|again on\s)?", re.IGNORECASE)
_STRONG_LIST = re.compile(r"&|\band\b|\bor\b", re.IGNORECASE)
_MOST_DAYS = 31
_AFTERWARDS = re.compile(r"\s?(?:,\s?|\()")
_AT = re.compile(r"\)?\s?[,|@(]?\s?(?:(?:at|from)\s)?", re.IGNORECASE)


@dataclass(slots=True)
class DayGroup:
    """Days of one expression with what they are for. A day that ``is_end`` closes the span of the one before."""

    days: list[Day]
    role: DateRole = DateRole.EVENT
    side: Side = Side.START
    labelled_from: int | None = None
    times: list[ClockTime] = field(default_factory=list)
    times_end: int = 0

    @property
    def start(self) -> int:
        """Offset of the first day."""
        return self.days[0].start

    @property
    def end(self) -> int:
        """Offset behind the last day."""
        return self.days[-1].end


class GroupReader:
    """Joins the pieces of one text.

    ``groups`` are the expressions; ``lone_years`` the years, ``lone_clocks`` the times that none of them took.
    """

    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self._text = text
        self._pieces = pieces
        self._taken: set[int] = set()
        self.groups: list[DayGroup] = []
        index = 0
        while index < len(pieces):
            index = self._read_group(index)
        left = [piece for number, piece in enumerate(pieces) if number not in self._taken]
        self.lone_years = [piece for piece in left if piece.kind == "year"]
        self.lone_clocks = [piece for piece in left if piece.kind == "clock"]

    def _kind(self, index: int) -> str:
        return self._pieces[index].kind if index < len(self._pieces) else ""

    def _gap(self, index: int) -> str:
        """The text between a piece and the one before it."""
        return self._text[self._pieces[index - 1].end : self._pieces[index].start]

    def _gap_is(self, pattern: re.Pattern[str], index: int) -> bool:
        return 0 < index < len(self._pieces) and pattern.fullmatch(self._gap(index)) is not None

    def _read_group(self, index: int) -> int:
        days, after = self._first_days(index)
        if not days:
            return index + 1
        while True:
            after = self._past_first_time(after, days[-1])
            is_end = self._gap_is(_RANGE, after) and not days[-1].is_end
            if not is_end and not self._gap_is(_LIST, after):
                break
            following, next_index = self._following_day(after, days[-1], is_end=is_end)
            if following is None:
                break
            days.append(following)
            after = self._past_last_time(next_index, *days[-2:])
        self.groups.append(DayGroup(days))
        return after

    def _past_first_time(self, index: int, day: Day) -> int:
        """Past the "8 am" of "March 5, 8 am to March 7, noon": the time at which a span of days begins."""
        if day.is_end or not self._gap_is(_RANGE, index + 1) or not self._begins_day(index + 1):
            return index
        return self._take_time(index, day)

    def _past_last_time(self, index: int, first: Day, last: Day) -> int:
        """Past the time at which a span of days ends, where its first day has a time too."""
        return self._take_time(index, last) if last.is_end and first.clock is not None else index

    def _take_time(self, index: int, day: Day) -> int:
        time = self._pieces[index].clock if self._kind(index) == "clock" else None
        if time is None or time.end is not None or not self._gap_is(_AT, index):
            return index
        self._taken.add(index)
        day.clock, day.end = time, self._pieces[index].end
        return index + 1

    def _begins_day(self, index: int) -> bool:
        return self._kind(self._past_weekday(index)[1]) in {"full", "named", "day"}

    def _first_days(self, index: int) -> tuple[list[Day], int]:
        kind = self._kind(index)
        if kind == "weekday":
            return self._after_weekday(index)
        if kind == "year" and self._gap_is(_TIGHT, index + 1) and self._kind(index + 1) == "named":
            return self._year_first(index)
        if kind == "day":
            return self._days_before_month(index)
        day, after = self._dated(index)
        return ([day] if day else []), after

    def _after_weekday(self, index: int) -> tuple[list[Day], int]:
        """The first weekday belongs to the first day: "Tuesday, June 2", "Mon-Wed, May 4-6", "Sat & Sun, May 6 & 7"."""
        after = index + 1
        while after - index < len(WEEKDAYS) and self._is_joined(after) and self._kind(after) == "weekday":
            after += 1
        if not self._gap_is(_TIGHT, after) or self._kind(after) == "weekday":
            return [], index + 1
        days, after = self._first_days(after)
        if days:
            days[0].weekday = self._pieces[index].number
            days[0].start = self._pieces[index].start
        return days, after

    def _year_first(self, index: int) -> tuple[list[Day], int]:
        """The form "2021 March 22"; where another year follows the day, that one is its year."""
        day, after = self._dated(index + 1)
        if day is None or day.year is not None:
            return [], index + 1
        self._taken.add(index)
        day.year, day.year_first = self._pieces[index].number, True
        day.start = self._pieces[index].start
        return [day], after

    def _days_before_month(self, index: int) -> tuple[list[Day], int]:
        """In "17th and 18th of October" and "18 – 22 January 2021", bare days take the month that follows."""
        last, weekday, is_end = index, None, False
        bare: list[tuple[Piece, int | None, bool]] = []
        while self._kind(last) == "day" and len(bare) < _MOST_DAYS and self._is_joined(last + 1):
            bare.append((self._pieces[last], weekday, is_end))
            is_end = self._gap_is(_RANGE, last + 1)
            weekday, last = self._past_weekday(last + 1)
        if not bare or not self._is_day_and_month(last):
            return [], index + 1
        final, after = self._dated(last)
        if final is None:
            return [], index + 1
        final.is_end, final.weekday = is_end, final.weekday if weekday is None else weekday
        days = [
            Day(final.month, piece.number, piece.start, piece.end, final.year, weekday=of_week, is_end=closes)
            for piece, of_week, closes in bare
        ]
        return [*days, final], after

    def _past_weekday(self, index: int) -> tuple[int | None, int]:
        """The weekday before a day, and the index of the day itself: "Sat. 24 April"."""
        if self._kind(index) == "weekday" and self._gap_is(_TIGHT, index + 1):
            return self._pieces[index].number, index + 1
        return None, index

    def _is_joined(self, index: int) -> bool:
        return self._gap_is(_RANGE, index) or self._gap_is(_LIST, index)

    def _is_day_and_month(self, index: int) -> bool:
        """Whether a piece is written "18 October" or "18 October 2027", the day before the month's name."""
        if self._kind(index) not in {"named", "full"}:
            return False
        words = self._text[self._pieces[index].start : self._pieces[index].end]
        return words[0].isdigit() and any(character.isalpha() for character in words)

    def _following_day(self, index: int, previous: Day, *, is_end: bool) -> tuple[Day | None, int]:
        weekday, index = self._past_weekday(index)
        if self._kind(index) == "day":
            day, after = self._bare_day(index, previous, is_end=is_end)
        else:
            day, after = self._dated(index)
        if day is not None:
            day.is_end = is_end
            day.weekday = weekday if weekday is not None else day.weekday
        return day, after

    def _bare_day(self, index: int, previous: Day, *, is_end: bool) -> tuple[Day | None, int]:
        """A day that takes the month of the day before it; a number that counts something is none."""
        piece = self._pieces[index]
        # Behind "March 5, 2027" a number is a day only where times of day show that the span goes on.
        closed = previous.year is not None and not previous.year_first and previous.clock is None
        if closed or piece.number <= previous.day or COUNTED.match(self._text, piece.end):
            return None, index
        if not is_end and not _STRONG_LIST.search(self._gap(index)) and not self._list_goes_on(index + 1):
            return None, index
        return self._with_year(index, Day(previous.month, piece.number, piece.start, piece.end))

    def _list_goes_on(self, index: int) -> bool:
        """Whether "March 3, 10" is followed by one more day or by the year: else "10" may be anything."""
        if self._kind(index) == "day":
            return self._is_joined(index)
        return self._kind(index) == "year" and self._gap_is(_TIGHT, index)

    def _dated(self, index: int) -> tuple[Day | None, int]:
        """A full date, or a day with its month and the year behind it if there is one."""
        if self._kind(index) not in {"full", "named"}:
            return None, index + 1
        day = self._pieces[index].day
        return (None, index + 1) if day is None else self._with_year(index, day)

    def _with_year(self, index: int, day: Day) -> tuple[Day, int]:
        after = index + 1
        if day.year is None and self._kind(after) == "weekday" and self._gap_is(_AFTERWARDS, after):
            after = self._trailing_weekday(after, day)
        if day.year is None and self._kind(after) == "year" and self._gap_is(_TIGHT, after):
            self._taken.add(after)
            day.year, day.end = self._pieces[after].number, self._pieces[after].end
            after += 1
        if day.weekday is None and self._kind(after) == "weekday" and self._gap_is(_AFTERWARDS, after):
            after = self._trailing_weekday(after, day)
        return day, after

    def _trailing_weekday(self, index: int, day: Day) -> int:
        """The weekday of "June 2, Tuesday"; but in "June 2, Tuesday, June 9" the weekday is the next day's."""
        following = index + 1
        if self._kind(following) in {"named", "full", "day"} and self._gap_is(_TIGHT, following):
            return index
        day.weekday, day.end = self._pieces[index].number, self._pieces[index].end
        return following
