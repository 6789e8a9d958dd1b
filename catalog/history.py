"""What a change of one field amounts to, and how history replays.

A change keeps whole values, evidence included, so that the first version of a listing and its changes give the present
one. Whether a reader is told is decided here: evidence that was merely reworded is no news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.listing import Audience, SessionStatus
from catalog.views import Happening, Presence

SILENT_FIELDS = frozenset({"schema_version", "keywords", "source_key"})
"""Fields of a payload that are ours and no news."""

PRESENCE_FIELD = "presence"
OPPORTUNITY_FIELD = "opportunity"
"""Fields of a change that are of the catalog's own record of a listing and not of its payload."""

PRESENCE_HAPPENINGS = {
    Presence.ACTIVE: Happening.RETURNED,
    Presence.MISSING: Happening.MISSING,
    Presence.WITHDRAWN: Happening.WITHDRAWN,
}


def without_evidence(value: Any) -> Any:
    """The value alone: a payload's field with every ``evidence`` left out."""
    if isinstance(value, Mapping):
        return {key: without_evidence(part) for key, part in value.items() if key != "evidence"}
    if isinstance(value, list):
        return [without_evidence(part) for part in value]
    return value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """``(field, before, after)`` of every field that differs, in the order of the names."""
    for field in sorted(before.keys() | after.keys()):
        if before.get(field) != after.get(field):
            yield field, before.get(field), after.get(field)


def happening(field: str, before: Any, after: Any) -> Happening | None:
    """What a change of a field is for a reader; ``None`` where it is no news."""
    old, new = without_evidence(before), without_evidence(after)
    if field in SILENT_FIELDS or old == new:
        return None
    return HAPPENINGS.get(field, _changed)(old, new)


def _changed(_old: Any, _new: Any) -> Happening:
    return Happening.CHANGED


def _of_presence(_old: Any, new: Any) -> Happening:
    return PRESENCE_HAPPENINGS[Presence(new)]


def _public_price(offers: Iterable[Mapping[str, Any]] | None) -> tuple[int, str | None] | None:
    """The lowest stated price that anybody pays for the item: (minor units, currency)."""
    prices = [
        (offer["minor"], offer["currency"])
        for offer in offers or ()
        if offer["audience"] == Audience.PUBLIC and offer["scope"] == "item" and offer["minor"] is not None
    ]
    return min(prices, key=lambda price: price[0], default=None)


def _of_offers(old: Any, new: Any) -> Happening:
    before, after = _public_price(old), _public_price(new)
    if before is None or after is None or before[0] == after[0]:
        return Happening.CHANGED
    if before[1] != after[1] and 0 not in {before[0], after[0]}:
        return Happening.CHANGED
    return Happening.PRICE_UP if after[0] > before[0] else Happening.PRICE_DOWN


def _of_sessions(old: Any, new: Any) -> Happening:
    before = {session["key"]: session for session in old or ()}
    both = [(before[session["key"]], session) for session in new or () if session["key"] in before]
    if any(now["status"] == SessionStatus.CANCELLED != was["status"] for was, now in both):
        return Happening.CANCELLED
    moved = ("local_date", "local_time", "place")
    if any(now["status"] == SessionStatus.MOVED != was["status"] for was, now in both):
        return Happening.MOVED
    if any(was[field] != now[field] for was, now in both for field in moved):
        return Happening.MOVED
    return Happening.CHANGED


HAPPENINGS: dict[str, Callable[[Any, Any], Happening]] = {
    PRESENCE_FIELD: _of_presence,
    "offers": _of_offers,
    "sessions": _of_sessions,
}


def replay(first: Mapping[str, Any], changes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The payload after every ``(field, after)``, in the order in which they happened."""
    payload = dict(first)
    for field, after in changes:
        payload[field] = after
    return payload
