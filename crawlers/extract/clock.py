"""Times of day and time zones as pages write them: "1:00-2:00 PM ET", "9 a.m. – 12 p.m. US Central Time".

A time without "am" or "pm" is taken only where it can be no other: 13:00, 09:30, 10:00. "1:00" alone is no time.
A zone is an IANA name, so that a summer date gets summer time even where the page writes "EST".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_MERIDIEM = r"(?:[ap]\.?\s?m\b\.?)"
_DASH = r"\s?(?:-|–|—|−|\bto\b|\btill?\b|\buntil\b|\bthrough\b)\s?"

CLOCK = (
    r"(?<![\w./:$-])(?:from\s)?(?:"
    rf"(?:(?P<from_hour>\d{{1,2}})(?:[:.](?P<from_minute>[0-5]\d))?\s?(?P<from_meridiem>{_MERIDIEM})?|(?:12\s)?(?P<from_noon>noon|midnight)){_DASH}"
    rf"(?:(?P<to_hour>\d{{1,2}})(?:[:.](?P<to_minute>[0-5]\d))?\s?(?P<to_meridiem>{_MERIDIEM})|(?:12\s)?(?P<to_noon>noon|midnight)\b)"
    rf"|(?P<from_24>\d{{1,2}}:[0-5]\d)(?:\s?h(?:rs?)?\b)?{_DASH}(?P<to_24>\d{{1,2}}:[0-5]\d)(?![\d:])"
    rf"|(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d))?(?::[0-5]\d)?\s?(?P<meridiem>{_MERIDIEM})"
    r"|(?P<h24>\d{1,2}:[0-5]\d)(?![\d:])(?:\s?(?:h(?:rs?)?|Uhr)\b)?"
    r"|(?P<military>[0-2]\d[0-5]\d)\s?(?:hrs\b|hours\b|h\b)"
    r"|(?:12\s)?(?P<noon>noon|midnight)\b"
    r")"
)
"""One time or one span of times; fragment for :func:`re.compile` with ``re.IGNORECASE``."""

_US = {
    "America/New_York": ("ET", "EST", "EDT", "Eastern"),
    "America/Chicago": ("CT", "CST", "CDT", "Central"),
    "America/Denver": ("MT", "MST", "MDT", "Mountain"),
    "America/Los_Angeles": ("PT", "PST", "PDT", "Pacific"),
    "America/Anchorage": ("AKT", "AKST", "AKDT", "Alaska"),
    "Pacific/Honolulu": ("HST", "HAST", "HT", "Hawaii"),
    "America/Halifax": ("AST", "ADT", "Atlantic"),
    "America/St_Johns": ("NST", "NDT", "Newfoundland"),
    "America/Phoenix": ("Arizona",),
}
_ELSEWHERE = {
    "UTC": ("UTC", "GMT", "Z"),
    "Europe/London": ("BST", "UK"),
    "Europe/Paris": ("CET", "CEST"),
    "Europe/Athens": ("EET", "EEST"),
    "Europe/Lisbon": ("WET", "WEST"),
    "Asia/Singapore": ("SGT",),
    "Asia/Tokyo": ("JST",),
    "Asia/Hong_Kong": ("HKT",),
    "Asia/Dubai": ("GST",),
    "Africa/Nairobi": ("EAT",),
    "Africa/Johannesburg": ("SAST",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "Australia/Perth": ("AWST",),
    "Pacific/Auckland": ("NZST", "NZDT"),
}
_ZONE_OF = {name: zone for table in (_US, _ELSEWHERE) for zone, names in table.items() for name in names}
_SHORT = "|".join(sorted((name for name in _ZONE_OF if name.isupper()), key=len, reverse=True))
_REGIONS = "Eastern|Central|Mountain|Pacific|Atlantic|Alaska|Hawaii|Newfoundland|Arizona"

ZONE = (
    r"\(?\s?(?:"
    r"(?:UTC|GMT)(?P<zone_offset>[+−-](?:1[0-4]|0?\d)(?::?00)?)(?![:.]?\d)"
    rf"|(?P<zone_region>(?i:{_REGIONS}))(?:\s(?i:standard|daylight|prevailing))?(?:\s\((?i:US|USA|U\.S\.)\))?(?:\s(?i:time))?(?:\szone)?"
    rf"|(?P<zone_short>{_SHORT})\b"
    r"|(?P<zone_place>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\s(?i:local\s)?(?i:time)\b"
    r")\s?(?:\((?:[A-Z]{2,4}|US|USA)\))?\s?\)?"
)
"""A zone beside a time. Letters keep their case: "PT" is a zone, "pt" is not."""

_BEFORE_ZONE = r"\s?[,;]?\s?(?:in\s)?(?:\(?(?:US|USA|U\.S\.)\)?\s)?"
_ZONE_AT = re.compile(_BEFORE_ZONE + ZONE)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A local time, its end and its zone, as far as the page says."""

    start: time
    end: time | None = None
    zone: str | None = None

    def instant(self, day: date) -> datetime | None:
        """The instant on a given day; ``None`` where the zone is not known."""
        return None if self.zone is None else datetime.combine(day, self.start, ZoneInfo(self.zone))


@cache
def _zones_by_place() -> dict[str, str]:
    """Place names of the IANA data: "Singapore" to ``Asia/Singapore``. A name that two zones share is left out."""
    found: dict[str, set[str]] = {}
    for zone in available_timezones():
        region, _, place = zone.rpartition("/")
        if region and not region.startswith(("Etc", "SystemV", "US", "posix", "right")):
            found.setdefault(place.replace("_", " ").lower(), set()).add(zone)
    return {place: zones.pop() for place, zones in found.items() if len(zones) == 1}


def zone_after(text: str, position: int) -> tuple[str | None, int]:
    """The zone that stands at ``position``, after a comma or bracket too, and where it ends, or ``None``."""
    match = _ZONE_AT.match(text, position)
    if not match:
        return None, position
    zone = zone_named(match)
    return (zone, match.end()) if zone else (None, position)


def zone_named(match: re.Match[str]) -> str | None:
    """The IANA name that a match of :data:`ZONE` names; ``None`` for a place that the zone data does not know."""
    if match["zone_offset"]:
        return zone_of_offset(int(match["zone_offset"].replace("−", "-").removesuffix("00").rstrip(":")))
    place = match["zone_place"]
    if place is None:
        return _ZONE_OF[match["zone_short"] or match["zone_region"].capitalize()]
    words = place.split()
    return next(
        (zone for start in range(len(words)) if (zone := _zones_by_place().get(" ".join(words[start:]).lower()))), None
    )


def zone_of_offset(hours: int) -> str | None:
    """IANA has names for whole hours of offset only, with the sign turned round: -05:00 is ``Etc/GMT+5``."""
    if not -12 <= hours <= 14:
        return None
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"


def clock_time(match: re.Match[str]) -> tuple[time, time | None] | None:
    """Start and end that a match of :data:`CLOCK` states; ``None`` where the words leave the half of the day open."""
    if match["noon"]:
        return _named(match["noon"]), None
    if match["military"]:
        digits = match["military"]
        return _time(int(digits[:2]), int(digits[2:]))
    if match["h24"]:
        start = _unmarked(match["h24"])
        return None if start is None else (start, None)
    if match["from_24"]:
        start, end = _unmarked(match["from_24"]), _unmarked(match["to_24"])
        return None if start is None or end is None else (start, end)
    if match["hour"]:
        start = _half(match["hour"], match["minute"], match["meridiem"])
        return None if start is None else (start, None)
    return _span(match)


def _span(match: re.Match[str]) -> tuple[time, time | None] | None:
    end = (
        _named(match["to_noon"])
        if match["to_noon"]
        else _half(match["to_hour"], match["to_minute"], match["to_meridiem"])
    )
    if end is None:
        return None
    if match["from_noon"]:
        return _named(match["from_noon"]), end
    if match["from_meridiem"]:
        start = _half(match["from_hour"], match["from_minute"], match["from_meridiem"])
        return None if start is None else (start, end)
    # "1:00-2:00 PM" shares its PM; "11:00-1:00 PM" can only have begun in the morning.
    afternoon = _half(match["from_hour"], match["from_minute"], "pm" if end.hour >= 12 else "am")
    morning = _half(match["from_hour"], match["from_minute"], "am")
    start = afternoon if afternoon is not None and afternoon < end else morning
    return None if start is None or start >= end else (start, end)


def _time(hour: int, minute: int) -> tuple[time, None] | None:
    return (time(hour, minute), None) if hour < 24 else None


def _named(word: str) -> time:
    return time(12) if word.lower() == "noon" else time(0)


def _half(hour: str, minute: str | None, meridiem: str) -> time | None:
    value = int(hour)
    if not 1 <= value <= 12:
        # "13:00 PM" is a slip of the pen whose meaning is plain; "0:30 AM" and "25 PM" are not read.
        return time(value, int(minute)) if 12 < value < 24 and minute and meridiem[0] in "pP" else None
    return time(value % 12 + (12 if meridiem[0] in "pP" else 0), int(minute or 0))


def _unmarked(text: str) -> time | None:
    hour, minute = text.split(":")
    certain = len(hour) == 2 and int(hour) < 24 and (hour[0] == "0" or int(hour) >= 10)
    return time(int(hour), int(minute)) if certain else None
