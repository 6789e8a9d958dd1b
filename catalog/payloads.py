"""What a source's listings say at present, as stored: for comparing a crawl with it before the crawl is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

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


def _document(payload: Any) -> Mapping[str, Any]:
    """A payload as it is kept: already parsed, or the text of it."""
    parsed: Mapping[str, Any] = from_json(payload) if isinstance(payload, str | bytes) else payload
    return parsed
