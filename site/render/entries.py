"""What the lists need of one opportunity: its card, already rendered, its place in an order, and its cuts.

An entry is small, so that lists over 100,000 opportunities need little memory, and each card is rendered once however
many lists it stands in.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from catalog.views import OpportunityView
from render.facets import Cut, Price, price_of
from render.formats import (
    credit_text,
    credit_until,
    day,
    format_text,
    place_text,
    price_text,
    session_start,
    short_days,
    unit_totals,
)
from render.once import once
from render.words import KIND

CREDITS_ON_A_CARD = 2


class Card(NamedTuple):
    """The words of a listing card, in their fixed order; ``None`` is not stated."""

    id: str
    title: str
    kind: str
    kind_label: str
    credits: str | None
    price: str | None
    free: bool
    when: str | None
    starts_at: str | None
    ends_on: str | None
    where: str | None
    provider: str
    credit_until: str | None
    read_on: str


class Entry(NamedTuple):
    """One live opportunity in the lists. ``rank`` puts dated ones first, soonest first, then the rest by title."""

    id: str
    html: str
    rank: str
    cuts: tuple[Cut, ...]
    price: Price
    closes_on: date | None


def credits_line(opportunity: OpportunityView, at_most: int = CREDITS_ON_A_CARD) -> str | None:
    """``1.0 hour P.A.C.E.``, with "or" between alternatives; ``None`` where no credit is stated."""
    joint, words = _credit_words(opportunity)
    more = len(words) - at_most
    return (joint.join(words[:at_most]) + (f"\u00a0· {more} more" if more > 0 else "")) or None


@once
def _credit_words(opportunity: OpportunityView) -> tuple[str, list[str]]:
    """Every amount in words, and what stands between two of them."""
    totals = unit_totals(opportunity.credits)
    groups = {credit.choice_group for credit in opportunity.credits}
    joint = " or " if len(totals) > 1 and len(groups) == 1 and None not in groups else "\u00a0· "
    return joint, [credit_text(thousandths, unit) for unit, thousandths in totals.items()]


def card_of(opportunity: OpportunityView, today: date) -> Card:
    """The card of an opportunity as of ``today``: its next open date, else how it is taken."""
    sessions = opportunity.open_sessions(today)
    following = sessions[0] if sessions else None
    place = (following.place if following else None) or opportunity.place
    price = price_text(opportunity)
    expires = credit_until(opportunity)
    when = format_text(opportunity)
    if following is not None:
        when = ", ".join(
            part for part in (short_days(following, opportunity.read_on), session_start(following)) if part
        )
    return Card(
        id=opportunity.id,
        title=opportunity.title,
        kind=opportunity.kind.value,
        kind_label=KIND[opportunity.kind],
        credits=credits_line(opportunity),
        price=price,
        free=price == "Free",
        when=when,
        starts_at=following.starts_at.isoformat() if following and following.starts_at else None,
        ends_on=following.last_day.isoformat() if following else None,
        where=place_text(place) if place else (format_text(opportunity) if following else None),
        provider=opportunity.provider_name,
        credit_until=day(expires) if expires else None,
        read_on=day(opportunity.read_on),
    )


def entry_of(opportunity: OpportunityView, today: date, html: str, cuts: tuple[Cut, ...]) -> Entry:
    """The entry of a live opportunity, with its card as rendered."""
    sessions = opportunity.open_sessions(today)
    following = sessions[0].local_date.isoformat() if sessions else "9999"
    return Entry(
        id=opportunity.id,
        html=html,
        rank=f"{following} {opportunity.title.casefold()}",
        cuts=cuts,
        price=price_of(opportunity),
        closes_on=closes_on(opportunity, today),
    )


def closes_on(opportunity: OpportunityView, today: date) -> date | None:
    """The next day after which something of it is over: a date, registration, application, access or the credit."""
    sessions = opportunity.open_sessions(today)
    days = [
        opportunity.apply_by,
        opportunity.available_through,
        credit_until(opportunity),
        *((session.registration_deadline or session.local_date) for session in sessions),
    ]
    return min((day for day in days if day is not None and day >= today), default=None)
