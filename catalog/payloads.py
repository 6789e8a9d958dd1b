"""What a source's listings say at present, as stored: for comparing a crawl with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.engine import Connection

from catalog.database import Catalog
from catalog.models import ListingRecord, table
from catalog.views import Presence

LISTING = table(ListingRecord)


def active_payloads(catalog: Catalog, source: str) -> dict[str, Mapping[str, Any]]:
    """The payload of each active listing of a source, by the provider's own key."""
    columns = (LISTING.c.source_key, LISTING.c.payload)
    active = (LISTING.c.source == source) & (LISTING.c.presence == Presence.ACTIVE)
    with catalog.reading() as connection:
        rows = connection.execute(sa.select(*columns).where(active).order_by(LISTING.c.source_key))
        return {key: _document(payload) for key, payload in rows}


def still_on(connection: Connection, source: str, today: date) -> int:
    """How many listings of a source are neither withdrawn nor over: what a whole crawl of it should meet."""
    standing = (LISTING.c.source == source) & (LISTING.c.presence != Presence.WITHDRAWN)
    payloads = connection.scalars(sa.select(LISTING.c.payload).where(standing))
    return sum(not is_over(_document(payload), today) for payload in payloads)


def is_over(payload: Mapping[str, Any], today: date) -> bool:
    """Whether a listing's last day is past, so that its source may drop it: of its sessions, or the one it states."""
    sessions = payload.get("sessions") or ()
    days = [session.get("end_date") or session["local_date"] for session in sessions]
    return any(day < today.isoformat() for day in (max(days, default=None), *_last_days(payload)) if day is not None)


def _last_days(payload: Mapping[str, Any]) -> Iterator[str]:
    for name in ("available_through", "apply_by", "retired_on"):
        if stated := payload.get(name):
            yield stated["value"]


def _document(payload: Any) -> Mapping[str, Any]:
    """A payload as it is kept: already parsed, or the text of it."""
    parsed: Mapping[str, Any] = from_json(payload) if isinstance(payload, str | bytes) else payload
    return parsed
