"""Values as words: amounts, money, dates and times, each with its unit, and unknown as ``None``."""

from __future__ import annotations

from datetime import date, time
from functools import cache

from catalog.listing import Audience, CreditUnit, Minutes, Place
from catalog.views import CreditView, OfferView, OpportunityView, SessionView
from render.once import once
from render.words import AMOUNT_OF_UNIT, AUDIENCE, DELIVERY, UNIT, UNIT_RANK

CURRENCY_SIGN = {"USD": "$", "CAD": "CA$", "EUR": "€", "GBP": "£", "AUD": "A$"}
MINOR_DIGITS = {"JPY": 0, "KRW": 0}
"""ISO 4217 currencies without a minor unit; every other one here has two digits."""

ZONE_NAME = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Phoenix": "Arizona time",
    "America/Los_Angeles": "PT",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
    "America/Puerto_Rico": "AT",
    "UTC": "UTC",
    "Etc/UTC": "UTC",
}


def amount(thousandths: int) -> str:
    """Thousandths as a decimal with at least one digit after the point: 1000 is ``1.0``, 1250 is ``1.25``."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{f'{rest:03}'.rstrip('0') or '0'}"


def points(thousandths: int) -> str:
    """Thousandths as a decimal without idle zeros: 36000 is ``36``, 1500 is ``1.5``."""
    return amount(thousandths).removesuffix(".0")


@cache
def credit_text(thousandths: int | None, unit: CreditUnit) -> str:
    """One credit in words: ``1.0 hour P.A.C.E.``, or ``P.A.C.E., amount not stated``."""
    one, many = AMOUNT_OF_UNIT[unit]
    if thousandths is None:
        return f"{UNIT[unit]}, amount not stated"
    return (one if thousandths == 1000 else many) % amount(thousandths)


@once
def unit_totals(credits_: tuple[CreditView, ...]) -> dict[CreditUnit, int | None]:
    """What one person gets of each unit, most widely accepted unit first; ``None`` where no amount is stated.

    Statements of one additive group are summed. Other statements of the same unit describe the same instruction, and
    where they differ the lowest counts.
    """
    totals: dict[CreditUnit, int | None] = {}
    for unit in sorted({credit.unit for credit in credits_}, key=UNIT_RANK.__getitem__):
        sums: dict[object, int] = {}
        for number, credit in enumerate(credits_):
            if credit.unit is unit and credit.thousandths is not None:
                group = (credit.source, credit.session_key, credit.additive_group or number)
                sums[group] = sums.get(group, 0) + credit.thousandths
        totals[unit] = min(sums.values(), default=None)
    return totals


@cache
def money(minor: int, currency: str | None) -> str:
    """Minor units as money: ``Free``, ``$20``, ``$19.50``, ``MXN 20.00``."""
    if minor == 0:
        return "Free"
    digits = MINOR_DIGITS.get(currency or "", 2)
    text = f"{minor / 10**digits:,.{digits}f}".removesuffix(".00")
    sign = CURRENCY_SIGN.get(currency or "")
    return f"{sign}{text}" if sign else f"{currency} {text}"


def decimal_price(minor: int, currency: str | None) -> str:
    """Minor units as a plain decimal for machines: ``19.50``, ``500`` for yen."""
    digits = MINOR_DIGITS.get(currency or "", 2)
    return f"{minor / 10**digits:.{digits}f}"


def offer_text(offer: OfferView) -> str:
    """A price for somebody: ``$20``, ``$15 per person``, ``price not stated``."""
    if offer.minor is None:
        return "price not stated"
    return money(offer.minor, offer.currency) + (f" {offer.per}" if offer.per else "")


def offer_audience(offer: OfferView) -> str:
    """Who pays it: ``Public``, ``ASCLS members``."""
    if offer.organization and offer.audience is not Audience.PUBLIC:
        return f"{offer.organization} {AUDIENCE[offer.audience].lower()}"
    return AUDIENCE[offer.audience]


@once
def public_price(opportunity: OpportunityView) -> tuple[int, str | None] | None:
    """The lowest price that anybody may pay on any day, or ``None`` where no page names one."""
    named = [
        (offer.minor, offer.currency)
        for offer in opportunity.offers
        if offer.audience is Audience.PUBLIC
        and offer.scope == "item"
        and offer.minor is not None
        and offer.through is None
        and offer.starts_on is None
    ]
    return min(named, key=lambda price: (price[0], price[1] or ""), default=None)


@once
def price_text(opportunity: OpportunityView) -> str | None:
    """The price on a card: ``Free``, ``$20``, ``Free for ASCLS members``; ``None`` is not stated."""
    price = public_price(opportunity)
    if price is not None:
        return money(*price)
    others = [offer for offer in opportunity.offers if offer.minor is not None and offer.scope == "item"]
    if not others:
        return None
    offer = min(others, key=lambda offer: (offer.minor or 0, offer.audience))
    audience = offer_audience(offer)
    return f"{offer_text(offer)} for {audience if offer.organization else audience.lower()}"


@cache
def day(value: date) -> str:
    """``Dec 10, 2026``."""
    return f"{value:%b} {value.day}, {value.year}"


def day_of_text(text: str | None) -> str | None:
    """An ISO date in a curated file as a day; other words (``spring 2026``) stay as they are."""
    try:
        return day(date.fromisoformat(text)) if text else None
    except ValueError:
        return text


@cache
def weekday(value: date) -> str:
    """``Thu Dec 10, 2026``."""
    return f"{value:%a} {day(value)}"


@cache
def clock(value: time) -> str:
    """``1:00 PM``."""
    return f"{value.hour % 12 or 12}:{value.minute:02} {'PM' if value.hour >= 12 else 'AM'}"


def zone_name(zone: str) -> str:
    """A time zone as people in the US say it, else the city of its IANA name."""
    return ZONE_NAME.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " ") + " time"


def session_days(session: SessionView) -> str:
    """``Thu Dec 10, 2026`` or ``Thu Dec 10 to Sat Dec 12, 2026``."""
    if session.end_date is None or session.end_date == session.local_date:
        return weekday(session.local_date)
    start = session.local_date
    first = f"{start:%a %b} {start.day}" + ("" if start.year == session.end_date.year else f", {start.year}")
    return f"{first} to {weekday(session.end_date)}"


def short_days(session: SessionView, read_on: date) -> str:
    """The days of a session without their year where it is the year in which they were read: ``Thu Dec 10``."""
    return session_days(session).removesuffix(f", {read_on.year}")


def session_start(session: SessionView) -> str | None:
    """``1:00 PM ET``, ``1:00 PM, time zone not stated``, or ``None`` where no time is stated."""
    if session.local_time is None:
        return None
    zone = f" {zone_name(session.zone)}" if session.zone else ", time zone not stated"
    return clock(session.local_time) + zone


def session_time(session: SessionView) -> str | None:
    """``1:00 PM to 2:00 PM ET``, ``1:00 PM, time zone not stated``, or ``None`` where no time is stated."""
    if session.local_time is None:
        return None
    times = clock(session.local_time) + (f" to {clock(session.end_time)}" if session.end_time else "")
    return f"{times} {zone_name(session.zone)}" if session.zone else f"{times}, time zone not stated"


@cache
def minutes_text(minutes: Minutes | None) -> str | None:
    """``45 minutes``, ``1 hour 30 minutes``, ``30 to 45 minutes``; ``None`` is not stated."""
    if minutes is None or (minutes.at_least is None and minutes.at_most is None):
        return None
    least, most = minutes.at_least, minutes.at_most
    if least is not None and most is not None and least != most:
        return f"{_length(least)} to {_length(most)}"
    if least is None and most is not None:
        return f"up to {_length(most)}"
    if most is None and least is not None:
        return f"at least {_length(least)}"
    return _length(least or 0)


def _length(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    if minutes <= 90 and minutes != 60:
        return f"{round(minutes)} minutes"
    parts = [f"{hours} hour{'s' if hours != 1 else ''}", f"{rest} minutes" if rest else ""]
    return " ".join(part for part in parts if part)


def most_minutes(opportunity: OpportunityView) -> float | None:
    """The longest that it is said to take, in minutes."""
    duration = opportunity.duration
    return None if duration is None else (duration.at_most if duration.at_most is not None else duration.at_least)


@cache
def place_text(place: Place) -> str:
    """``Atlanta, GA`` where city and state are known, else the page's own words."""
    return ", ".join(part for part in (place.city, place.region) if part) or place.text


def format_text(opportunity: OpportunityView) -> str | None:
    """How it is taken, or ``None`` where the page does not say."""
    return None if opportunity.delivery is None else DELIVERY[opportunity.delivery]


@once
def credit_until(opportunity: OpportunityView) -> date | None:
    """The last day on which some stated credit is still approved, or ``None`` where no end is stated.

    Where the same course stands on several hosts, an approval that ended on one does not end it on the others.
    """
    ends = [credit.approved_through for credit in opportunity.credits]
    return max((end for end in ends if end is not None), default=None)
