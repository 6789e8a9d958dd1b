"""From a local date and time to an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def instant(day: date, local_time: time | None, zone: str | None) -> datetime | None:
    """The instant of a local date and time, in UTC; ``None`` unless date, time and zone are known.

    A time that a zone skips (clocks go forward) or does not have (an unknown zone, the last night of the year 9999) is
    no instant.
    """
    if local_time is None or zone is None:
        return None
    try:
        local = datetime.combine(day, local_time.replace(tzinfo=None), tzinfo=ZoneInfo(zone))
        moment = local.astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return None
    return moment if moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None) else None
