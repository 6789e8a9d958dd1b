"""What a curator looks at: possible duplicates, and corrections that are outlived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog import identity
from catalog.bulk import parts
from catalog.corrections import (
    SOURCE,
    TOPICS_FIELD,
    Add,
    Correction,
    Curation,
    Merge,
    SetField,
    Split,
    load_curation,
    target,
)
from catalog.database import Catalog
from catalog.history import without_evidence
from catalog.identity import Comparison, Signature, Verdict
from catalog.listing import read_listing
from catalog.models import Forgotten, ListingRecord, table
from catalog.projection import signed, source_identities
from catalog.queries import in_words
from catalog.views import Presence

LISTING = table(ListingRecord)
FORGOTTEN = table(Forgotten)
BATCH = 500


@dataclass(frozen=True, slots=True)
class PairView:
    """Two listings that were compared: the verdict with its reasons, and what to recognize them by."""

    verdict: Verdict
    reasons: tuple[str, ...]
    ratio: float
    first: str
    second: str
    first_title: str
    second_title: str
    first_url: str
    second_url: str


@dataclass(frozen=True, slots=True)
class OutlivedView:
    """A correction that no longer does anything, and why."""

    file: str
    block: str
    targets: tuple[str, ...]
    why: str


def duplicates(
    catalog: Catalog,
    verdicts: Collection[Verdict] = (Verdict.CERTAIN, Verdict.LIKELY),
    *,
    curation: Curation | None = None,
) -> list[PairView]:
    """Every pair of standing listings that shares a key, with the verdict and its reasons, the most alike first.

    Certain pairs are merged; likely ones wait for a curator; the rejected (on request) show why they stay apart.
    """
    with catalog.reading() as connection:
        signatures = {one.id: one for one in _signatures(connection, curation or load_curation())}
        pairs = [
            each for each in identity.comparisons(list(signatures.values()), near=True) if each.verdict in verdicts
        ]
        titles = _titles(connection, {id_ for each in pairs for id_ in (each.first, each.second)})
    views = [_pair_view(each, titles) for each in pairs]
    order = list(Verdict)
    return sorted(views, key=lambda view: (order.index(view.verdict), -view.ratio, view.first, view.second))


def _signatures(connection: Connection, curation: Curation) -> Iterator[Signature]:
    sources = source_identities(connection)
    columns = [LISTING.c[name] for name in ("id", "address", "payload", "changed_at", "source")]
    standing = sa.select(*columns).where(LISTING.c.presence != Presence.WITHDRAWN).order_by(LISTING.c.id)
    for row in connection.execution_options(yield_per=BATCH).execute(standing):
        listing = read_listing(row.payload, row.changed_at)
        yield signed(listing, sources[row.source], list(curation.of(row.id, row.address)))


def _titles(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for part in parts(sorted(ids)):
        some = sa.select(LISTING.c.id, LISTING.c.url, LISTING.c.payload).where(LISTING.c.id.in_(part))
        for row in connection.execute(some):
            found[row.id] = (row.payload["title"]["value"], row.url)
    return found


def _pair_view(pair: Comparison, titles: dict[str, tuple[str, str]]) -> PairView:
    (first_title, first_url), (second_title, second_url) = titles[pair.first], titles[pair.second]
    return PairView(
        verdict=pair.verdict,
        reasons=pair.reasons,
        ratio=pair.ratio,
        first=pair.first,
        second=pair.second,
        first_title=first_title,
        second_title=second_title,
        first_url=first_url,
        second_url=second_url,
    )


# --- corrections that are outlived ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the corrections are judged by: the listings that each target names, and who asked to be forgotten."""

    named: Mapping[str, list[sa.Row[Any]]]
    forgotten: frozenset[str]

    def of(self, name: str) -> list[sa.Row[Any]]:
        return self.named.get(target(name), [])


def outlived(catalog: Catalog, curation: Curation | None = None) -> list[OutlivedView]:
    """The corrections that no longer apply, in the order of their files. Two statements (one a thousand targets)."""
    corrections = (curation or load_curation()).corrections
    with catalog.reading() as connection:
        known = _known(connection, corrections)
    judged = ((correction, _why(known, correction)) for correction in corrections)
    return [OutlivedView(each.file, each.block, each.names, why) for each, why in judged if why is not None]


def _known(connection: Connection, corrections: Iterable[Correction]) -> _Known:
    names = {target(name) for each in corrections for name in _about(each)}
    columns = [LISTING.c[each] for each in ("id", "address", "payload", "changed_at", "presence", "source")]
    found: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for part in parts(sorted(names)):
        about = LISTING.c.id.in_(part) | LISTING.c.address.in_(part)
        for row in connection.execute(sa.select(*columns).where(about).order_by(LISTING.c.id)):
            for name in {row.id, row.address} & names:
                found[name].append(row)
    return _Known(found, frozenset(connection.scalars(sa.select(FORGOTTEN.c.provider))))


def _about(correction: Correction) -> tuple[str, ...]:
    return (correction.url,) if isinstance(correction, Add) else correction.names


def _why(known: _Known, correction: Correction) -> str | None:
    if isinstance(correction, Add):
        return _why_not_add(known, correction)
    missing = [name for name in correction.names if not known.of(name)]
    if missing:
        return f"there is no listing {missing[0]}"
    listings = [row for name in correction.names for row in known.of(name)]
    if all(row.presence is Presence.WITHDRAWN for row in listings):
        return "its sources withdrew it"
    check = REASONS.get(type(correction))
    return check(correction, listings) if check else None


def _why_not_add(known: _Known, correction: Add) -> str | None:
    if correction.provider in known.forgotten:
        return "its provider asked to be forgotten"
    published = [row for row in known.of(correction.url) if row.source != SOURCE.id]
    return f"source {published[0].source} publishes it now" if published else None


def _why_not_set(correction: Correction, listings: list[sa.Row[Any]]) -> str | None:
    if not isinstance(correction, SetField) or correction.field == TOPICS_FIELD:
        return None
    said = [without_evidence(row.payload[correction.field]) for row in listings]
    wanted = without_evidence(_as_json(correction))
    if all(value == wanted for value in said):
        return "its source says so itself now"
    now = [in_words(correction.field, value) for value in said]
    if correction.was is not None and str(correction.was) not in now:
        return f"its source said {correction.was!r} and says {now[0]!r} now"
    return None


def _as_json(correction: SetField) -> Any:
    value = correction.stated()
    if isinstance(value, tuple):
        return [each.model_dump(mode="json") for each in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _why_not_merge(_correction: Correction, listings: list[sa.Row[Any]]) -> str | None:
    standing = {row.id for row in listings if row.presence is not Presence.WITHDRAWN}
    return "only one of them still stands" if len(standing) < 2 else None


REASONS: dict[type[Correction], Callable[[Correction, list[sa.Row[Any]]], str | None]] = {
    Merge: _why_not_merge,
    Split: _why_not_merge,
    SetField: _why_not_set,
}
