"""Listings from a file: JSON lines, as :mod:`catalog.export` writes them or one bare listing a line.

Good lines are taken, bad ones are listed with their number and the reason; nothing is half written. What an export says
of a listing's state (presence, when it was first read) comes back with it, so that a catalog moves to another machine
and its opportunities are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import AwareDatetime, ValidationError
from pydantic_core import from_json
from sqlalchemy.engine import Connection

from catalog.addresses import canonical_url
from catalog.bulk import insert_missing, remembered, upsert
from catalog.database import Catalog
from catalog.listing import Frozen, Listing
from catalog.models import Forgotten, ListingRecord, Memory, Provider, Source, table
from catalog.recording import Context, PutCounts, put_listings
from catalog.spool import SourceFacts
from catalog.store import SAMPLE_MEMORY, source_row
from catalog.views import Presence

BATCH = 500
LISTING = table(ListingRecord)


class ListingState(Frozen):
    """What the catalog knew of a listing beside its payload."""

    presence: Presence = Presence.ACTIVE
    missed_runs: int = 0
    missing_since: date | None = None
    first_read_at: AwareDatetime


class NoteLine(Frozen):
    """The first line of an export; only the mark of sample data matters here."""

    type: Literal["note"]
    sample: bool


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken: its number, counted from 1, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What :func:`import_lines` did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    sources: int = 0
    bad: list[BadLine] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    listings: list[Listing] = field(default_factory=list)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """What lines are judged by: the sources known so far, and whether the catalog holds sample data."""

    sources: dict[str, SourceFacts]
    forgotten: frozenset[str]
    sample: bool | None
    report: ImportReport


def import_lines(catalog: Catalog, file: Path, now: datetime) -> ImportReport:
    """Take the listings of a file into the catalog; afterwards :func:`catalog.projection.project` makes them visible.

    A source that the catalog does not know is taken from the file's own source lines, as one that is not crawled.
    """
    report = ImportReport()
    with catalog.writing() as connection:
        reader = _reader(connection, report)
        context = Context(f"import-{now:%Y%m%dT%H%M%S}", bool(reader.sample), now, reader.sources, reader.forgotten)
        for batch in _batches(file, reader, connection):
            counts = put_listings(connection, context, batch.listings)
            _put_states(connection, counts, batch)
            report.new += len(counts.new)
            report.changed += len(counts.changed)
            report.unchanged += counts.unchanged
        if reader.sample is not None:
            insert_missing(connection, Memory, [{"name": SAMPLE_MEMORY, "value": reader.sample}])
    return report


def _reader(connection: Connection, report: ImportReport) -> _Reader:
    facts = connection.scalars(sa.select(table(Source).c.facts))
    sources = {each.id: each for each in map(SourceFacts.model_validate, facts)}
    forgotten = frozenset(connection.scalars(sa.select(table(Forgotten).c.provider)))
    return _Reader(sources, forgotten, remembered(connection, SAMPLE_MEMORY), report)


def _batches(file: Path, reader: _Reader, connection: Connection) -> Iterator[_Batch]:
    batch = _Batch()
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                _take(line, reader, connection, batch)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = ".".join(map(str, first["loc"]))
                reader.report.bad.append(BadLine(number, f"{place}: {first['msg']}" if place else first["msg"]))
            except ValueError as error:
                reader.report.bad.append(BadLine(number, str(error)))
            if len(batch.listings) >= BATCH:
                yield batch
                batch = _Batch()
    yield batch


def _take(line: bytes, reader: _Reader, connection: Connection, batch: _Batch) -> None:
    """Sort one line. Raises ``ValueError`` (or pydantic's) with the reason where it cannot be taken."""
    raw = from_json(line)
    if not isinstance(raw, dict):
        raise ValueError("a line is one JSON object")  # noqa: TRY004  # the caller lists it beside other bad values
    if raw.get("type") == "note":
        _take_note(NoteLine.model_validate({"type": "note", "sample": raw.get("sample")}), reader)
        return
    if raw.get("type") == "source":
        _take_source(SourceFacts.model_validate(raw.get("source")), reader, connection)
        return
    listing = Listing.model_validate(raw.get("listing", raw))
    state = ListingState.model_validate(raw["state"]) if "state" in raw else None
    _judge(listing, reader)
    batch.listings.append(listing)
    if state is not None:
        batch.states[listing.id] = state.model_dump()


def _take_note(note: NoteLine, reader: _Reader) -> None:
    if reader.sample is not None and reader.sample != note.sample:
        raise ValueError("sample data and live data never share a catalog")
    reader.sample = note.sample


def _take_source(facts: SourceFacts, reader: _Reader, connection: Connection) -> None:
    if facts.id in reader.sources:
        return
    insert_missing(connection, Provider, [{"id": facts.provider, "name": facts.provider_name}])
    upsert(connection, Source, [source_row(facts) | {"listed": False, "enabled": False}])
    reader.sources[facts.id] = facts
    reader.report.sources += 1


def _judge(listing: Listing, reader: _Reader) -> None:
    if listing.source not in reader.sources:
        raise ValueError(f"source: {listing.source!r} is no source of this catalog")
    if listing.family != reader.sources[listing.source].family:
        raise ValueError(f"family: the source's family is {reader.sources[listing.source].family!r}")
    if not reader.forgotten.isdisjoint({listing.provider, reader.sources[listing.source].provider}):
        raise ValueError(f"provider: {listing.provider!r} asked to be forgotten")
    if reader.sample is None:
        reader.sample = listing.sample
    if listing.sample != reader.sample:
        raise ValueError("sample: sample data and live data never share a catalog")
    canonical_url(listing.url)


def _put_states(connection: Connection, counts: PutCounts, batch: _Batch) -> None:
    """What an export knew of listings that are new here."""
    rows = [{"which": id_, **batch.states[id_]} for id_ in counts.new if id_ in batch.states]
    if rows:
        names = tuple(ListingState.model_fields)
        update = sa.update(LISTING).where(LISTING.c.id == sa.bindparam("which"))
        connection.execute(update.values({name: sa.bindparam(name) for name in names}), rows)
