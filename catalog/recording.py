"""From a crawl's spool to rows, batch by batch, and then the judgement of what the crawl did not see.

A batch is one transaction that also moves the run's place in the spool, so a killed process leaves the catalog as it
was before a batch or after it, and :func:`record` goes on from there. A line that says of a listing what the line
before it said costs neither parsing nor validation nor a new row: it is marked as seen, and that is all.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy.engine import Connection

from catalog import lifecycle
from catalog.addresses import canonical_url
from catalog.bulk import insert_into, insert_missing, parts, text_hash, upsert
from catalog.database import (
    Catalog,
    CatalogError,
    JsonText,
    canonical_json,
)
from catalog.history import PRESENCE_FIELD, differences, happening
from catalog.lifecycle import PresenceState
from catalog.listing import CONTROL, Listing, listing_id
from catalog.models import (
    Change,
    Forgotten,
    ListingRecord,
    ListingVersion,
    Page,
    Rejection,
    Run,
    Source,
    SourceRun,
    Subject,
    table,
)
from catalog.payloads import still_on
from catalog.spool import (
    SPOOL_LINE,
    ListingLine,
    PageLine,
    RejectedLine,
    SeenLine,
    SourceEndLine,
    SourceFacts,
    SpoolError,
    UnaskedLine,
)
from catalog.views import Presence

BATCH_LINES = 1000

LISTING = table(ListingRecord)
VERSION = table(ListingVersion)
CHANGE = table(Change)
PAGE = table(Page)
REJECTION = table(Rejection)
SOURCE = table(Source)
SOURCE_RUN = table(SourceRun)
RUN = table(Run)


@dataclass(slots=True)
class RecordCounts:
    """What :func:`record` did. ``turned_away`` is of providers that asked to be forgotten."""

    listings: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    returned: int = 0
    seen: int = 0
    unasked: int = 0
    pages: int = 0
    rejected: int = 0
    turned_away: int = 0
    batches: int = 0


@dataclass(frozen=True)
class _Read:
    """A listing as it stands in the spool: not validated as long as its payload may turn out to be known."""

    id: str
    source: str
    payload: dict[str, Any]
    fetched_at: Any
    line_hash: str | None = None

    @cached_property
    def text(self) -> JsonText:
        """The payload's canonical text."""
        return JsonText(canonical_json(self.payload))

    @cached_property
    def hash(self) -> str:
        """The content hash; equal to :meth:`catalog.listing.Listing.content_hash`."""
        return text_hash(self.text)

    @property
    def rank(self) -> tuple[int, str]:
        """Of two readings in one run the fuller one holds, whichever came first."""
        return len(self.text), self.hash


@dataclass(frozen=True, slots=True)
class Context:
    """What the lines of a run are judged by."""

    run_id: str
    sample: bool
    now: datetime
    sources: Mapping[str, SourceFacts]
    forgotten: frozenset[str]


@dataclass(slots=True)
class _Batch:
    """The lines of one transaction, sorted by what they ask for."""

    end: int = 0
    unread: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    listings: dict[str, list[_Read]] = field(default_factory=lambda: defaultdict(list))
    sighted: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    unchanged: set[tuple[str, str]] = field(default_factory=set)
    pages: dict[tuple[str, str], PageLine] = field(default_factory=dict)
    rejected: list[RejectedLine] = field(default_factory=list)
    ends: list[SourceEndLine] = field(default_factory=list)
    turned_away: int = 0


def record(catalog: Catalog, run_id: str, spool: Path, now: datetime) -> RecordCounts:
    """Write what a run's spool holds, from where an earlier call was cut off.

    Raises :class:`catalog.spool.SpoolError` where a complete line is no line of a spool, :class:`CatalogError` where
    the run is unknown.
    """
    context, offset = _context(catalog, run_id, now)
    counts = RecordCounts()
    for batch in _batches(spool, offset, context):
        with catalog.writing() as connection:
            _write_batch(connection, context, batch, counts)
        counts.batches += 1
    return counts


def _context(catalog: Catalog, run_id: str, now: datetime) -> tuple[Context, int]:
    with catalog.reading() as connection:
        run = connection.execute(sa.select(RUN).where(RUN.c.id == run_id)).one_or_none()
        if run is None:
            raise CatalogError(f"no run {run_id!r} in this catalog")
        sources = {row.id: SourceFacts.model_validate(row.facts) for row in connection.execute(sa.select(SOURCE))}
        forgotten = frozenset(connection.scalars(sa.select(table(Forgotten).c.provider)))
    return Context(run_id, run.sample, now, sources, forgotten), run.spool_offset


def _batches(spool: Path, offset: int, context: Context) -> Iterator[_Batch]:
    with spool.open("rb") as lines:
        lines.seek(offset)
        while chunk := [line for line in islice(lines, BATCH_LINES) if line.endswith(b"\n")]:
            batch = _Batch(end=offset)
            for line in chunk:
                _sort_line(batch, context, spool, line)
                batch.end += len(line)
            offset = batch.end
            yield batch


FETCHED_AT = re.compile(rb'"fetched_at":"[^"\\\\]*",?')
"""The one part of a listing's line that differs from night to night. Inside a string its quotes would be escaped."""

LISTING_LINE = b'{"type":"listing",'


def line_hash(line: bytes) -> str:
    """A hash of a listing's line but for the moment it was read."""
    return hashlib.blake2b(FETCHED_AT.sub(b"", line, count=1), digest_size=16).hexdigest()


def _sort_line(batch: _Batch, context: Context, spool: Path, line: bytes) -> None:
    place = f"{spool}: byte {batch.end}"
    if line.startswith(LISTING_LINE):
        batch.unread[line_hash(line)] = (place, line)
        return
    try:
        parsed = SPOOL_LINE.validate_json(line)
    except ValidationError as error:
        raise SpoolError(f"{place}: {error}") from error
    if isinstance(parsed, ListingLine):
        _sort_listing(batch, context, place, parsed.listing.model_dump(mode="json"))
        return
    source = _known_source(context, place, parsed.source)
    if source.provider in context.forgotten and not isinstance(parsed, SourceEndLine):
        batch.turned_away += 1
        return
    match parsed:
        case SeenLine():
            batch.sighted.update(listing_id(source.family, key) for key in parsed.source_keys)
            batch.unchanged.add((parsed.source, parsed.url))
        case UnaskedLine():
            batch.unasked.update(listing_id(source.family, key) for key in parsed.source_keys)
        case PageLine():
            batch.pages[parsed.source, parsed.url] = parsed
        case RejectedLine():
            batch.rejected.append(parsed)
        case SourceEndLine():
            batch.ends.append(parsed)


def _known_source(context: Context, place: str, source: object) -> SourceFacts:
    if not isinstance(source, str) or source not in context.sources:
        raise SpoolError(f"{place}: source: {source!r} is no source of this catalog")
    return context.sources[source]


def _sort_listing(batch: _Batch, context: Context, place: str, raw: Mapping[str, Any], line: str | None = None) -> None:
    source = _known_source(context, place, raw.get("source"))
    if not context.forgotten.isdisjoint({raw.get("provider"), source.provider}):
        batch.turned_away += 1
        return
    read = _reading(listing_id(str(raw.get("family")), str(raw.get("source_key"))), source.id, raw, line)
    batch.listings[read.id].append(read)


def _read_listings(batch: _Batch, context: Context, known: Collection[str]) -> None:
    """Parse the listings whose line says something new."""
    for digest, (place, line) in batch.unread.items():
        if digest in known:
            continue
        try:
            raw = from_json(line)
        except ValueError as error:
            raise SpoolError(f"{place}: {error}") from error
        if not isinstance(raw, dict) or not isinstance(raw.get("listing"), dict):
            raise SpoolError(f"{place}: a listing line that holds no listing")
        _sort_listing(batch, context, place, raw["listing"], digest)


def _reading(id_: str, source: str, raw: Mapping[str, Any], line: str | None = None) -> _Read:
    payload = {name: value for name, value in raw.items() if name != "fetched_at"}
    return _Read(id_, source, payload, raw.get("fetched_at"), line)


STORED_COLUMNS = ("id", "source", "content_hash", "presence", "missed_runs", "missing_since", "seen_run")


def _write_batch(connection: Connection, context: Context, batch: _Batch, counts: RecordCounts) -> None:
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    same = _said_before(connection, batch.unread)
    _read_listings(batch, context, same)
    met = {row.id: row for row in same.values()}
    stored = _stored(connection, batch.listings)
    readings = [
        reading
        for id_, candidates in batch.listings.items()
        if (reading := _choose(candidates, stored.get(id_), context, batch)) is not None
    ]
    _write_new(connection, context, [each for each in readings if each.id not in stored], tallies)
    known = [each for each in readings if each.id in stored]
    differing = [each for each in known if _differs(each, stored[each.id])]
    changed = [each for each in differing if _holds(each, stored[each.id], context, met)]
    _write_changed(connection, context, changed, stored)
    _remember_lines(connection, [each for each in known if each not in differing])
    met |= {each.id: stored[each.id] for each in known}
    written = {each.id for each in changed}
    for id_, row in met.items():
        tallies[row.source]["changed" if id_ in written else "unchanged"] += 1
    met |= _stored(connection, batch.sighted - met.keys(), payload=False)
    _write_sighted(connection, context, [met[id_] for id_ in sorted(met)], tallies)
    _write_unasked(connection, context, batch.unasked - met.keys(), tallies)
    _write_pages(connection, context, batch)
    _write_rejected(connection, context, batch.rejected, tallies)
    _write_ends(connection, context, batch.ends, tallies)
    connection.execute(sa.update(RUN).where(RUN.c.id == context.run_id).values(spool_offset=batch.end))
    _add_up(counts, batch, tallies, len(batch.sighted & met.keys()))


def _said_before(connection: Connection, lines: Mapping[str, Any]) -> dict[str, sa.Row[Any]]:
    """The listings whose stored line is one of these, by its hash."""
    columns = [LISTING.c[name] for name in (*STORED_COLUMNS, "line_hash")]
    query = sa.select(*columns).where(LISTING.c.line_hash.in_(sorted(lines)))
    return {row.line_hash: row for row in connection.execute(query)} if lines else {}


def _differs(read: _Read, stored: sa.Row[Any]) -> bool:
    return bool(read.payload != stored.payload)


def _stored(connection: Connection, ids: Iterable[str], *, payload: bool = True) -> dict[str, sa.Row[Any]]:
    """What the catalog has of some listings."""
    names = (*STORED_COLUMNS, "payload") if payload else STORED_COLUMNS
    query = sa.select(*(LISTING.c[name] for name in names))
    return {
        row.id: row for part in parts(sorted(ids)) for row in connection.execute(query.where(LISTING.c.id.in_(part)))
    }


@dataclass(frozen=True, slots=True)
class PutCounts:
    """What :func:`put_listings` did: ids that are new, ids that changed, and how many were as they stood."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def put_listings(connection: Connection, context: Context, listings: Sequence[Listing]) -> PutCounts:
    """Write listings that no crawl brought, in the caller's transaction, with their versions and changes."""
    latest = {each.id: each for each in listings}.values()
    readings = [_reading(each.id, each.source, {**each.payload(), "fetched_at": each.fetched_at}) for each in latest]
    stored = _stored(connection, [each.id for each in readings])
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    new = [each for each in readings if each.id not in stored]
    _write_new(connection, context, new, tallies)
    changed = [each for each in readings if each.id in stored and _differs(each, stored[each.id])]
    _write_changed(connection, context, changed, stored)
    _write_sighted(connection, context, list(stored.values()), tallies)
    unchanged = len(readings) - len(new) - len(changed)
    return PutCounts(tuple(each.id for each in new), tuple(each.id for each in changed), unchanged)


def withdraw(connection: Connection, context: Context, ids: Sequence[str]) -> None:
    """Withdraw listings at once, because who added them took them back."""
    stored = _stored(connection, ids, payload=False).values()
    rows = [row for row in stored if row.presence is not Presence.WITHDRAWN]
    gone = PresenceState(Presence.WITHDRAWN, 0, context.now.date())
    _write_presence(connection, context, [(row, gone) for row in rows])


def _add_up(counts: RecordCounts, batch: _Batch, tallies: Mapping[str, Counter[str]], seen: int) -> None:
    total: Counter[str] = Counter()
    for tally in tallies.values():
        total.update(tally)
    for name in ("new", "changed", "unchanged", "returned", "rejected", "unasked"):
        setattr(counts, name, getattr(counts, name) + total[name])
    counts.listings += total["new"] + total["changed"] + total["unchanged"]
    counts.seen += seen
    counts.pages += len(batch.pages)
    counts.turned_away += batch.turned_away


def _choose(candidates: Sequence[_Read], stored: sa.Row[Any] | None, context: Context, batch: _Batch) -> _Read | None:
    """The reading that holds of those that one batch brings of one listing; what is invalid is rejected."""
    valid = [reading for each in candidates if (reading := _validated(each, stored, context, batch)) is not None]
    if len(valid) < 2:
        return valid[0] if valid else None
    return max(valid, key=lambda each: each.rank)


def _validated(read: _Read, stored: sa.Row[Any] | None, context: Context, batch: _Batch) -> _Read | None:
    if stored is not None and not _differs(read, stored):
        return read
    try:
        listing = Listing.model_validate({**read.payload, "fetched_at": read.fetched_at})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        batch.rejected.append(_rejection(read, context, ".".join(map(str, first["loc"])) or "listing", first["msg"]))
        return None
    problem = _misplaced(listing, stored, context)
    if problem is not None:
        batch.rejected.append(_rejection(read, context, *problem))
        return None
    return _reading(listing.id, listing.source, {**listing.payload(), "fetched_at": listing.fetched_at}, read.line_hash)


def _misplaced(listing: Listing, stored: sa.Row[Any] | None, context: Context) -> tuple[str, str] | None:
    """``(field, reason)`` where a valid listing has no place in this run."""
    source = context.sources[listing.source]
    if listing.sample != context.sample:
        return "sample", "sample data and live data never share a catalog"
    if listing.family != source.family:
        return "family", f"the source's family is {source.family!r}"
    try:
        canonical_url(listing.url)
    except ValueError as error:
        return "url", str(error)
    if stored is not None and stored.source != listing.source and stored.presence is Presence.ACTIVE:
        holder = context.sources[stored.source]
        if (holder.priority, holder.id) < (source.priority, source.id):
            return "source_key", f"source {holder.id!r} of the same family publishes the same key"
    return None


def _rejection(read: _Read, context: Context, field_name: str, reason: str) -> RejectedLine:
    url, key = read.payload.get("url"), read.payload.get("source_key")
    return RejectedLine(
        source=read.source,
        url=str(url),
        source_key=None if key is None else str(key),
        field=field_name,
        reason=reason,
        fetched_at=context.now,
    )


def _row_of(read: _Read) -> dict[str, Any]:
    payload = read.payload
    return {
        "id": read.id,
        "source": read.source,
        "source_key": payload["source_key"],
        "provider": payload["provider"],
        "url": payload["url"],
        "address": canonical_url(payload["url"]),
        "visibility": payload["visibility"],
        "sample": payload["sample"],
        "payload": read.text,
        "content_hash": read.hash,
        "line_hash": read.line_hash,
        "changed_at": read.fetched_at,
        "stale": True,
    }


def _write_new(
    connection: Connection, context: Context, readings: Sequence[_Read], tallies: Mapping[str, Counter[str]]
) -> None:
    if not readings:
        return
    fresh = {"presence": Presence.ACTIVE, "missed_runs": 0, "missing_since": None, "seen_run": context.run_id}
    rows = [_row_of(each) | fresh | {"first_read_at": each.fetched_at, "held_run": None} for each in readings]
    connection.execute(sa.insert(LISTING), rows)
    _write_versions(connection, context, readings)
    for each in readings:
        tallies[each.source]["new"] += 1


def _write_versions(connection: Connection, context: Context, readings: Sequence[_Read]) -> None:
    rows = [
        {
            "listing_id": each.id,
            "content_hash": each.hash,
            "payload": each.text,
            "first_read_at": each.fetched_at,
            "run_id": context.run_id,
        }
        for each in readings
    ]
    insert_missing(connection, ListingVersion, rows)


def _write_changed(
    connection: Connection,
    context: Context,
    readings: Sequence[_Read],
    stored: Mapping[str, sa.Row[Any]],
) -> None:
    """Write new payloads and a ``Change`` a field."""
    if not readings:
        return
    names = [name for name in _row_of(readings[0]) if name != "id"]
    update = sa.update(LISTING).where(LISTING.c.id == sa.bindparam("which"))
    rows = [{"which": row.pop("id"), **row} for row in map(_row_of, readings)]
    connection.execute(update.values({name: sa.bindparam(name) for name in names}), rows)
    _write_versions(connection, context, readings)
    changes = [
        _change(context, each, each.fetched_at, difference)
        for each in readings
        for difference in differences(stored[each.id].payload, each.payload)
    ]
    if changes:  # a version that knows a new field, which nobody states, writes another text that says the same
        connection.execute(sa.insert(CHANGE), changes)


def _remember_lines(connection: Connection, readings: Sequence[_Read]) -> None:
    """The same payload in other bytes: the next night finds these bytes."""
    rows = [{"which": each.id, "hash": each.line_hash} for each in readings if each.line_hash is not None]
    if rows:
        update = sa.update(LISTING).where(LISTING.c.id == sa.bindparam("which"))
        connection.execute(update.values(line_hash=sa.bindparam("hash")), rows)


def _holds(read: _Read, stored: sa.Row[Any], context: Context, met: Collection[str]) -> bool:
    """Whether a changed reading replaces what is stored. Of two readings in one run the fuller stays."""
    if stored.seen_run != context.run_id and stored.id not in met:
        return True
    return read.rank > (len(canonical_json(stored.payload)), stored.content_hash)


def _change(
    context: Context, listing: _Read | sa.Row[Any], at: datetime, difference: tuple[str, Any, Any]
) -> dict[str, Any]:
    name, before, after = difference
    return {
        "run_id": context.run_id,
        "at": at,
        "subject_kind": Subject.LISTING,
        "subject": listing.id,
        "source": listing.source,
        "field": name,
        "what": happening(name, before, after),
        "before": before,
        "after": after,
    }


def _write_sighted(
    connection: Connection, context: Context, rows: Sequence[sa.Row[Any]], tallies: Mapping[str, Counter[str]]
) -> None:
    """Mark what is known and was met: active again where it was not."""
    if not rows:
        return
    for part in parts([row.id for row in rows]):
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(part)).values(seen_run=context.run_id))
    returned = [row for row in rows if row.presence is not Presence.ACTIVE]
    _write_presence(connection, context, [(row, lifecycle.after_sighting(_state(row))) for row in returned])
    for row in returned:
        tallies[row.source]["returned"] += 1


def _write_unasked(
    connection: Connection, context: Context, ids: Collection[str], tallies: Mapping[str, Counter[str]]
) -> None:
    """Hold what stands on pages that were not due: it is not seen tonight, and it is not absent."""
    for row in _stored(connection, ids, payload=False).values():
        if row.seen_run != context.run_id:
            tallies[row.source]["unasked"] += 1
    for part in parts(sorted(ids)):
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(part)).values(held_run=context.run_id))


def _state(row: sa.Row[Any]) -> PresenceState:
    return PresenceState(row.presence, row.missed_runs, row.missing_since)


def _write_presence(
    connection: Connection, context: Context, moves: Sequence[tuple[sa.Row[Any], PresenceState]]
) -> None:
    """Store new states of presence; a new presence is a change and asks for a new projection."""
    if not moves:
        return
    update = sa.update(LISTING).where(LISTING.c.id == sa.bindparam("which"))
    names = ("presence", "missed_runs", "missing_since")
    states = [{"which": row.id} | {name: getattr(state, name) for name in names} for row, state in moves]
    connection.execute(update.values({name: sa.bindparam(name) for name in names}), states)
    turned = [(row, state) for row, state in moves if row.presence is not state.presence]
    if not turned:
        return
    for part in parts([row.id for row, _ in turned]):
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(part)).values(stale=True))
    connection.execute(
        sa.insert(CHANGE),
        [
            _change(context, row, context.now, (PRESENCE_FIELD, row.presence.value, state.presence.value))
            for row, state in turned
        ],
    )


def _write_pages(connection: Connection, context: Context, batch: _Batch) -> None:
    lists = {"source_keys", "followed_links", "rejections"}
    rows = [
        {
            **page.model_dump(exclude={"type", *lists}),
            **page.model_dump(mode="json", include=lists),
            "asked_at": page.fetched_at,
            "run_id": context.run_id,
        }
        for page in batch.pages.values()
    ]
    upsert(connection, Page, rows)
    if batch.unchanged:
        this = (PAGE.c.source == sa.bindparam("of")) & (PAGE.c.url == sa.bindparam("at"))
        asked = [{"of": source, "at": url} for source, url in sorted(batch.unchanged)]
        connection.execute(sa.update(PAGE).where(this).values(asked_at=context.now), asked)


def _write_rejected(
    connection: Connection, context: Context, lines: Sequence[RejectedLine], tallies: Mapping[str, Counter[str]]
) -> None:
    """Keep what was rejected, once; and hold the listings behind it, for a page that cannot be read is not absent."""
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        tallies[line.source]["rejected"] += 1
        row = _rejection_row(context, line)
        rows[row["id"]] = row
    if not rows:
        return
    insert = insert_into(connection, REJECTION)
    again = {name: insert.excluded[name] for name in ("last_at", "run_id", "resolved_at")}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_=again | {"times": REJECTION.c.times + 1}),
        list(rows.values()),
    )
    keys = [listing_id(context.sources[line.source].family, line.source_key) for line in lines if line.source_key]
    addresses = [(line.source, address) for line in lines if (address := _address(line.url)) is not None]
    here = sa.tuple_(LISTING.c.source, LISTING.c.address).in_(addresses)
    connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(keys) | here).values(held_run=context.run_id))


def _address(url: str) -> str | None:
    try:
        return canonical_url(url)
    except ValueError:
        return None  # a rejection may be of a listing whose URL is what is wrong with it


def _rejection_row(context: Context, line: RejectedLine) -> dict[str, Any]:
    what = line.model_dump(include={"source", "url", "source_key", "field", "reason"})
    what = {name: _legible(value) for name, value in what.items()}
    return {
        "id": text_hash(canonical_json(list(what.values()))),
        **what,
        "first_at": line.fetched_at,
        "last_at": line.fetched_at,
        "run_id": context.run_id,
        "times": 1,
        "resolved_at": None,
    }


def _legible(value: Any) -> Any:
    """A text without control characters: PostgreSQL keeps no NUL, and what was rejected may hold one."""
    return CONTROL.sub("\ufffd", value) if type(value) is str else value


FRESH_SOURCE_RUN = SourceRun(run_id="", source="").model_dump()
END_COLUMNS = (
    "finish", "cause", "detail", "url", "requests", "not_modified", "bytes", "listings", "seen", "seconds", "statuses",
    "coverage",
)  # fmt: skip


def _write_ends(
    connection: Connection, context: Context, ends: Sequence[SourceEndLine], tallies: Mapping[str, Counter[str]]
) -> None:
    """Bring the sources' rows of this run up to date: what was counted here, and how a source ended."""
    sources = sorted({*tallies, *(end.source for end in ends)})
    insert_missing(
        connection, SourceRun, [{**FRESH_SOURCE_RUN, "run_id": context.run_id, "source": each} for each in sources]
    )
    this = (SOURCE_RUN.c.run_id == context.run_id) & (SOURCE_RUN.c.source == sa.bindparam("which"))
    counted = ("new", "changed", "unchanged", "rejected", "returned", "unasked")
    if tallies:
        connection.execute(
            sa.update(SOURCE_RUN)
            .where(this)
            .values({name: SOURCE_RUN.c[name] + sa.bindparam(f"more_{name}") for name in counted}),
            [
                {"which": source} | {f"more_{name}": tally[name] for name in counted}
                for source, tally in tallies.items()
            ],
        )
    if ends:
        connection.execute(
            sa.update(SOURCE_RUN).where(this).values({name: sa.bindparam(f"end_{name}") for name in END_COLUMNS}),
            [
                {"which": end.source} | {f"end_{name}": _legible(getattr(end, name)) for name in END_COLUMNS}
                for end in ends
            ],
        )


# --- reconcile --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ReconcileCounts:
    """What :func:`reconcile` did. ``incomplete`` names the sources whose run says nothing about what is gone."""

    missing: int = 0
    withdrawn: int = 0
    resolved: int = 0
    complete: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)


def reconcile(catalog: Catalog, run_id: str, now: datetime) -> ReconcileCounts:
    """Judge what a run did not see, source by source, one transaction each; a source is judged once a run.

    Raises :class:`CatalogError` where the run is unknown.
    """
    context, _ = _context(catalog, run_id, now)
    with catalog.reading() as connection:
        unjudged = (SOURCE_RUN.c.run_id == run_id) & SOURCE_RUN.c.complete.is_(None)
        sources = list(connection.scalars(sa.select(SOURCE_RUN.c.source).where(unjudged).order_by(SOURCE_RUN.c.source)))
    counts = ReconcileCounts()
    for source in sources:
        with catalog.writing() as connection:
            _judge(connection, context, source, counts)
    return counts


def _judge(connection: Connection, context: Context, source: str, counts: ReconcileCounts) -> None:
    this = (SOURCE_RUN.c.run_id == context.run_id) & (SOURCE_RUN.c.source == source)
    finish, unasked = connection.execute(sa.select(SOURCE_RUN.c.finish, SOURCE_RUN.c.unasked).where(this)).one()
    met = (LISTING.c.source == source) & (LISTING.c.seen_run == context.run_id)
    brought = unasked + (connection.scalar(sa.select(sa.func.count()).select_from(LISTING).where(met)) or 0)
    recent = _recent(connection, context, source)
    complete = lifecycle.is_complete(finish, brought, recent)
    if not complete and recent:
        # A calendar of which much is over since is small and whole.
        complete = lifecycle.is_complete(finish, brought, [still_on(connection, source, context.now.date())])
    tally: Counter[Presence] = Counter()
    if complete:
        for rows in _absent(connection, context, source):
            moves = [
                (row, lifecycle.after_absence(_state(row), complete=True, today=context.now.date())) for row in rows
            ]
            _write_presence(connection, context, moves)
            tally.update(state.presence for row, state in moves if state.presence is not row.presence)
    missing, withdrawn = tally[Presence.MISSING], tally[Presence.WITHDRAWN]
    judged = {"brought": brought, "complete": complete, "missing": missing, "withdrawn": withdrawn}
    connection.execute(sa.update(SOURCE_RUN).where(this).values(judged))
    counts.missing += missing
    counts.withdrawn += withdrawn
    counts.resolved += _resolve(connection, context, source)
    (counts.complete if complete else counts.incomplete).append(source)


def _recent(connection: Connection, context: Context, source: str) -> list[int]:
    earlier = (SOURCE_RUN.c.source == source) & SOURCE_RUN.c.complete & (SOURCE_RUN.c.run_id < context.run_id)
    newest = sa.select(SOURCE_RUN.c.brought).where(earlier).order_by(SOURCE_RUN.c.run_id.desc())
    return [count or 0 for count in connection.scalars(newest.limit(lifecycle.RECENT_RUNS))]


def _absent(connection: Connection, context: Context, source: str) -> Iterator[Sequence[sa.Row[Any]]]:
    """What a source published and this run did not meet, in batches; what is withdrawn stays so."""
    columns = [LISTING.c[name] for name in STORED_COLUMNS]
    absent = sa.and_(
        LISTING.c.source == source,
        LISTING.c.seen_run != context.run_id,
        LISTING.c.held_run.is_distinct_from(context.run_id),
        LISTING.c.presence != Presence.WITHDRAWN,
    )
    last = ""
    while rows := connection.execute(
        sa.select(*columns).where(absent, LISTING.c.id > last).order_by(LISTING.c.id).limit(BATCH_LINES)
    ).all():
        last = rows[-1].id
        yield rows


def _resolve(connection: Connection, context: Context, source: str) -> int:
    """A rejection stands until its page is read again without it."""
    read = sa.select(PAGE.c.url).where(PAGE.c.source == source, PAGE.c.run_id == context.run_id)
    past = sa.and_(
        REJECTION.c.source == source,
        REJECTION.c.resolved_at.is_(None),
        REJECTION.c.run_id != context.run_id,
        REJECTION.c.url.in_(read),
    )
    return connection.execute(sa.update(REJECTION).where(past).values(resolved_at=context.now)).rowcount
