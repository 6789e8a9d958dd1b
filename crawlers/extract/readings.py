"""What `aliquot sources read KIND` prints: one JSON object for one text, in the units that a reader sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from crawlers.extract.credits import read_credits
from crawlers.extract.dates import read_dates
from crawlers.extract.delivery import read_delivery
from crawlers.extract.duration import read_duration
from crawlers.extract.money import read_money
from crawlers.extract.place import read_place
from crawlers.extract.text import ReadingError

KINDS = ("credits", "money", "dates", "duration", "delivery", "place")


class UnknownKindError(ReadingError):
    """A kind of reading that is not among :data:`KINDS`."""


def read(kind: str, text: str, fetched_on: date) -> dict[str, Any]:
    """Read one text. ``fetched_on`` is the day that resolves dates without a year.

    Raises :class:`UnknownKindError`, or :class:`crawlers.extract.text.TextTooLongError`.
    """
    if kind not in _READERS:
        raise UnknownKindError(f"{kind!r} is none of {', '.join(KINDS)}")
    return _READERS[kind](text, fetched_on)


def _credits(text: str, _: date) -> dict[str, Any]:
    reading = read_credits(text)
    return {
        "credits": [
            {"amount": _amount(credit.thousandths), "unit": credit.unit.value, "subject": credit.subject}
            for credit in reading.credits
        ],
        "choice": reading.choice,
        "upper_bound": reading.upper_bound,
        "provisional": reading.provisional,
        "approval_number": reading.approval_number.words if reading.approval_number else None,
        "valid_through": _day(reading.valid_through),
    }


def _money(text: str, _: date) -> dict[str, Any]:
    reading = read_money(text)
    return {
        "prices": [
            {
                "minor": price.minor,
                "currency": price.currency,
                "audience": price.audience.value,
                "per": price.per,
                "scope": price.scope.value,
            }
            for price in reading.prices
        ],
        "free": reading.free,
    }


def _dates(text: str, fetched_on: date) -> dict[str, Any]:
    reading = read_dates(text, fetched_on)
    return {
        "dates": [
            {
                "role": found.role.value,
                "start": _day(found.start),
                "start_time": _clock(found.start_time),
                "end": _day(found.end),
                "end_time": _clock(found.end_time),
                "zone": found.zone,
            }
            for found in reading.dates
        ],
        "year_inferred": reading.year_inferred,
        "weekday_conflict": reading.weekday_conflict,
        "on_demand": reading.on_demand,
    }


def _duration(text: str, _: date) -> dict[str, Any]:
    reading = read_duration(text)
    return {
        "min": reading.at_least.iso() if reading.at_least else None,
        "max": reading.at_most.iso() if reading.at_most else None,
    }


def _delivery(text: str, _: date) -> dict[str, Any]:
    delivery = read_delivery(text).delivery
    return {"delivery": delivery.value if delivery else None}


def _place(text: str, _: date) -> dict[str, Any]:
    place = read_place(text).place
    return {"place": place.model_dump(mode="json") if place else None}


_READERS: dict[str, Callable[[str, date], dict[str, Any]]] = {
    "credits": _credits,
    "money": _money,
    "dates": _dates,
    "duration": _duration,
    "delivery": _delivery,
    "place": _place,
}


def _amount(thousandths: int | None) -> str | None:
    """Thousandths as a decimal with at least one place: 1500 is "1.5", 2000 is "2.0"."""
    if thousandths is None:
        return None
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}." + (f"{rest:03d}".rstrip("0") or "0")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(clock: time | None) -> str | None:
    return clock.strftime("%H:%M") if clock else None
