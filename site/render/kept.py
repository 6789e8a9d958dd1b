"""How long what a build knows of an opportunity holds, and the key under which it may be kept for the next build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from catalog.code import code_hash
from catalog.views import OpportunityView
from render.digest import digest_of
from render.facets import EXPIRING_DAYS, NEXT_DAYS, WEEK_DAYS
from render.formats import credit_until


def holds_through(opportunity: OpportunityView, today: date) -> date | None:
    """The last day on which an opportunity stands in the same lists with the same card: the day before a date comes."""
    return min((day for day in _last_days(opportunity) if day >= today), default=None)


def _last_days(opportunity: OpportunityView) -> Iterator[date]:
    """Days after which something is over, or after which it enters a list of what comes soon."""
    one = timedelta(days=1)
    for session in opportunity.sessions:
        yield session.last_day
        yield session.registration_deadline or session.last_day
        yield session.local_date - timedelta(days=NEXT_DAYS) - one
        yield session.local_date - timedelta(days=WEEK_DAYS)
    for credit in opportunity.credits:
        if credit.approved_through is not None:
            yield credit.approved_through
    until = credit_until(opportunity)
    if until is not None:
        yield until - timedelta(days=EXPIRING_DAYS) - one
    yield from (day for day in (opportunity.available_through, opportunity.apply_by) if day is not None)
    if opportunity.retired_on is not None:
        yield opportunity.retired_on - one


def key_of(parts: Mapping[str, str]) -> str:
    """The key under which a build keeps: whatever shapes every page, by name."""
    return digest_of([code_hash("render"), *(f"{name}={value}" for name, value in sorted(parts.items()))])
