"""Care of a catalog: a provider forgotten on request, rejections tried again, a backup, a check of everything."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.engine import Connection

from catalog.bulk import parts, text_hash, upsert
from catalog.corrections import Curation
from catalog.database import Catalog, CatalogError, canonical_json, catalog_url, migrate, open_catalog
from catalog.history import OPPORTUNITY_FIELD, PRESENCE_FIELD, replay
from catalog.identity import opportunity_id
from catalog.models import (
    Alias,
    Change,
    Credit,
    Forgotten,
    IdentityKey,
    Link,
    ListingRecord,
    ListingVersion,
    Memory,
    Offer,
    Opportunity,
    OpportunityListing,
    Package,
    PackageStatementRow,
    Page,
    Provider,
    Rejection,
    Row,
    RuleVersion,
    Run,
    RunState,
    ScheduledSession,
    Source,
    SourceRun,
    Subject,
    TopicAssignment,
    table,
)
from catalog.projection import project
from catalog.views import Presence

BATCH = 500
PROBLEMS_AT_MOST = 20
"""How many of one kind of problem are listed; the rest is counted."""

TABLES: tuple[type[Row], ...] = (
    Provider, Source, Forgotten, Run, SourceRun, ListingRecord, ListingVersion, Page, Rejection, Link, Change,
    RuleVersion, IdentityKey, Opportunity, OpportunityListing, ScheduledSession, Credit, Offer, PackageStatementRow,
    Package, TopicAssignment, Alias, Memory,
)  # fmt: skip
"""Every table, what is referred to before what refers to it."""

LISTING = table(ListingRecord)
MEMBER = table(OpportunityListing)
OPPORTUNITY = table(Opportunity)
STATEMENT = table(PackageStatementRow)
SOURCE = table(Source)


# --- forget -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForgetCounts:
    """What :func:`forget` removed. ``remaining`` opportunities lost a listing and stay: others publish them too."""

    listings: int
    opportunities: int
    remaining: int
    spools: int = 0


@dataclass(frozen=True, slots=True)
class ForgetRequest:
    """Who is to be forgotten, why, and when that was asked."""

    provider: str
    reason: str
    at: datetime


def forget(
    catalog: Catalog, request: ForgetRequest, *, runs: Path | None = None, curation: Curation | None = None
) -> ForgetCounts:
    """Remove a provider and all that it published, for good: the one deletion that there is.

    What later crawls bring of it is turned away, and its sources are no longer listed. With ``runs`` the spools of
    earlier runs lose its lines too, and a run that was left open is not gone on with. Raises :class:`CatalogError`
    where the provider is unknown.
    """
    provider = request.provider
    with catalog.writing() as connection:
        if not _is_known(connection, provider):
            raise CatalogError(f"no provider {provider!r} in this catalog")
        theirs = list(connection.scalars(sa.select(SOURCE.c.id).where(SOURCE.c.provider == provider)))
        published = (LISTING.c.provider == provider) | LISTING.c.source.in_(theirs)
        ids = sorted(connection.scalars(sa.select(LISTING.c.id).where(published)))
        opportunities, mates = _remove_listings(connection, ids)
        for model in (Page, Rejection):
            connection.execute(sa.delete(table(model)).where(table(model).c.source.in_(theirs)))
        connection.execute(sa.update(SOURCE).where(SOURCE.c.id.in_(theirs)).values(listed=False, enabled=False))
        left_open = {"state": RunState.INTERRUPTED, "ended_at": request.at}  # its spool is about to become shorter
        connection.execute(sa.update(table(Run)).where(table(Run).c.state == RunState.RUNNING).values(left_open))
        upsert(connection, Forgotten, [{"provider": provider, "forgotten_at": request.at, "reason": request.reason}])
    project(catalog, request.at, curation)
    with catalog.reading() as connection:
        left = len(_opportunities_of(connection, sorted(mates)))
    _wipe_free_pages(catalog)
    spools = sum(_purge(spool, provider, set(theirs)) for spool in sorted(runs.glob("*/*.jsonl"))) if runs else 0
    return ForgetCounts(len(ids), max(len(opportunities) - left, 0), left, spools)


def _is_known(connection: Connection, provider: str) -> bool:
    named = sa.select(table(Provider).c.id).where(table(Provider).c.id == provider)
    listed = sa.select(LISTING.c.provider).where(LISTING.c.provider == provider)
    return connection.scalar(sa.union_all(named, listed).limit(1)) is not None


def _opportunities_of(connection: Connection, listings: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in parts(listings):
        found.update(connection.scalars(sa.select(MEMBER.c.opportunity_id).where(MEMBER.c.listing_id.in_(part))))
    return found


def _remove_listings(connection: Connection, ids: Sequence[str]) -> tuple[set[str], set[str]]:
    """Delete listings with everything that hangs on them; what they were part of is projected anew.

    Gives back the opportunities they were part of, and the listings of others that were part of them too.
    """
    opportunities = _opportunities_of(connection, ids)
    mates: set[str] = set()
    packages: set[str] = set()
    for part in parts(ids):
        packages.update(connection.scalars(sa.select(STATEMENT.c.package_id).where(STATEMENT.c.listing_id.in_(part))))
    for part in parts(sorted(opportunities)):
        members = sa.select(MEMBER.c.listing_id).where(MEMBER.c.opportunity_id.in_(part))
        mates.update(connection.scalars(members))
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(members)).values(stale=True))
        for model in (ScheduledSession, Credit, Offer, TopicAssignment, Alias, OpportunityListing):
            children = table(model)
            connection.execute(sa.delete(children).where(children.c.opportunity_id.in_(part)))
        connection.execute(sa.delete(OPPORTUNITY).where(OPPORTUNITY.c.id.in_(part)))
    for part in parts(sorted(packages)):
        saying = sa.select(STATEMENT.c.listing_id).where(STATEMENT.c.package_id.in_(part))
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(saying)).values(stale=True))
        connection.execute(sa.delete(table(Package)).where(table(Package).c.id.in_(part)))
    for part in parts(ids):
        _delete_rows(connection, part)
    return opportunities, mates - set(ids)


def _delete_rows(connection: Connection, ids: Sequence[str]) -> None:
    change, link = table(Change), table(Link)
    addresses = sa.select(LISTING.c.url).where(LISTING.c.id.in_(ids))
    connection.execute(sa.delete(link).where(link.c.url.in_(addresses)))
    about = (change.c.subject_kind == Subject.LISTING) & change.c.subject.in_(ids)
    connection.execute(sa.delete(change).where(about))
    for model in (IdentityKey, PackageStatementRow, ListingVersion):
        rows = table(model)
        connection.execute(sa.delete(rows).where(rows.c.listing_id.in_(ids)))
    connection.execute(sa.delete(LISTING).where(LISTING.c.id.in_(ids)))


def _wipe_free_pages(catalog: Catalog) -> None:
    """SQLite leaves deleted words in its free pages and in its log until both are rewritten."""
    if catalog.path is None:
        return
    with contextlib.closing(sqlite3.connect(catalog.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA busy_timeout=30000")
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _purge(spool: Path, provider: str, sources: set[str]) -> int:
    """Take a provider's lines out of an old spool; 1 where there were any."""
    lines = spool.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not _is_theirs(line, provider, sources)]
    if len(kept) == len(lines):
        return 0
    beside = spool.with_suffix(".new")
    beside.write_bytes(b"".join(kept))
    beside.replace(spool)
    return 1


def _is_theirs(line: bytes, provider: str, sources: set[str]) -> bool:
    try:
        parsed = from_json(line)
    except ValueError:
        return False  # the half line of a killed run
    listing = parsed.get("listing", parsed) if isinstance(parsed, dict) else {}
    return isinstance(listing, dict) and bool(listing.get("provider") == provider or listing.get("source") in sources)


def forgotten_providers(catalog: Catalog) -> frozenset[str]:
    """The providers that asked to be removed. Their sources are not to be crawled."""
    with catalog.reading() as connection:
        return frozenset(connection.scalars(sa.select(table(Forgotten).c.provider)))


# --- rejections tried again -------------------------------------------------------------------------------------------


def retry_rejections(catalog: Catalog, source: str | None = None) -> list[tuple[str, str]]:
    """Forget what is remembered of the pages behind the standing rejections, so that the next crawl reads them anew.

    An event of a calendar or an entry of a feed may have an address of its own; its page is the calendar's or the
    feed's. Gives back ``(source, url)`` of each page.
    """
    rejection, page = table(Rejection), table(Page)
    standing = sa.select(rejection.c.source, rejection.c.url).where(rejection.c.resolved_at.is_(None)).distinct()
    if source is not None:
        standing = standing.where(rejection.c.source == source)
    with catalog.writing() as connection:
        rejected = [(row.source, row.url) for row in connection.execute(standing)]
        carried = _pages_that_hold(connection, sorted({of for of, _ in rejected}))
        pages = sorted({(of, carried.get((of, url), url)) for of, url in rejected})
        for part in parts(pages):
            these = sa.tuple_(page.c.source, page.c.url).in_(part)
            connection.execute(sa.update(page).where(these).values(etag=None, last_modified=None, extractor_hash=""))
    return pages


def _pages_that_hold(connection: Connection, sources: Sequence[str]) -> dict[tuple[str, str], str]:
    """The page of each rejected thing of these sources, by source and the thing's own address."""
    page = table(Page)
    told = sa.cast(page.c.rejections, sa.Text) != "[]"
    rows = connection.execute(
        sa.select(page.c.source, page.c.url, page.c.rejections).where(page.c.source.in_(sources), told)
    )
    return {(row.source, thing["url"]): row.url for row in rows for thing in row.rejections}


# --- backup -----------------------------------------------------------------------------------------------------------


def backup(catalog: Catalog, destination: Path) -> Path:
    """A copy of the whole catalog as one SQLite file, of one moment, also while a night is being written.

    It takes its place only when it is whole. A PostgreSQL catalog is copied into SQLite too, table by table, so that a
    backup can be opened anywhere. Raises :class:`CatalogError` where the destination exists.
    """
    if destination.exists():
        raise CatalogError(f"{destination} exists; a backup never replaces a file")
    destination.parent.mkdir(parents=True, exist_ok=True)
    beside = destination.with_name(destination.name + ".part")
    beside.unlink(missing_ok=True)
    if catalog.path is not None:
        with (
            contextlib.closing(sqlite3.connect(catalog.path)) as source,
            contextlib.closing(sqlite3.connect(beside)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    else:
        copy_tables(catalog, beside)
    beside.replace(destination)
    return destination


def copy_tables(
    catalog: Catalog, destination: Path, which: Mapping[type[Row], sa.ColumnElement[bool]] | None = None
) -> None:
    """Copy every table, or those rows of the tables named in ``which``, into a new SQLite file."""
    url = catalog_url(destination)
    migrate(url)
    with open_catalog(destination) as copy, catalog.reading() as source, copy.writing() as target:
        for model in TABLES if which is None else which:
            rows = table(model)
            query = sa.select(rows) if which is None else sa.select(rows).where(which[model])
            for part in source.execution_options(yield_per=BATCH).execute(query).mappings().partitions():
                target.execute(sa.insert(rows), [dict(row) for row in part])
    with contextlib.closing(sqlite3.connect(destination)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")


# --- check ------------------------------------------------------------------------------------------------------------


def check(catalog: Catalog) -> list[str]:
    """Everything that is wrong with a catalog, in sentences; empty where nothing is.

    The database's own integrity, then that every payload has its hash and its version, that history replays to the
    present, and that opportunities, listings and aliases fit together.
    """
    with catalog.reading() as connection:
        return [problem for checks in CHECKS for problem in _few(checks(connection))]


def _few(problems: Iterator[str]) -> Iterator[str]:
    more = 0
    for number, problem in enumerate(problems):
        if number < PROBLEMS_AT_MOST:
            yield problem
        else:
            more += 1
    if more:
        yield f"... and {more} more of the same kind"


def _database_is_sound(connection: Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL enforces its constraints and checks its pages itself
    for row in connection.exec_driver_sql("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"database: {row[0]}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"database: a row of {row[0]} refers to a row of {row[2]} that is not there"


def _payloads_have_their_hash(connection: Connection) -> Iterator[str]:
    columns = (LISTING.c.id, LISTING.c.payload, LISTING.c.content_hash)
    for row in connection.execution_options(yield_per=BATCH).execute(sa.select(*columns)):
        if text_hash(canonical_json(row.payload)) != row.content_hash:
            yield f"listing {row.id}: its payload does not have the hash {row.content_hash}"


def _listings_have_their_version(connection: Connection) -> Iterator[str]:
    version = table(ListingVersion)
    same = (version.c.listing_id == LISTING.c.id) & (version.c.content_hash == LISTING.c.content_hash)
    missing = sa.select(LISTING.c.id).where(~sa.exists().where(same))
    for id_ in connection.scalars(missing.order_by(LISTING.c.id)):
        yield f"listing {id_}: its present version is not kept"


def _history_replays(connection: Connection) -> Iterator[str]:
    """Each change of a field begins where the one before it ended, and the last ends at the present value."""
    change, version = table(Change), table(ListingVersion)
    ours = (PRESENCE_FIELD, OPPORTUNITY_FIELD)
    about = (change.c.subject_kind == Subject.LISTING) & change.c.field.not_in(ours)
    changed = sa.select(change.c.subject).where(about).distinct().order_by(change.c.subject)
    for part in parts(list(connection.scalars(changed))):
        payloads = dict(
            connection.execute(sa.select(LISTING.c.id, LISTING.c.payload).where(LISTING.c.id.in_(part))).all()
        )
        steps: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        for row in connection.execute(sa.select(change).where(about, change.c.subject.in_(part)).order_by(change.c.id)):
            steps[row.subject].append(row)
        known: dict[str, set[str]] = defaultdict(set)
        versions = sa.select(version.c.listing_id, version.c.content_hash).where(version.c.listing_id.in_(part))
        for row in connection.execute(versions):
            known[row.listing_id].add(row.content_hash)
        for id_ in part:
            if not _leads_to(steps[id_], payloads[id_], known[id_]):
                yield f"listing {id_}: its history does not lead from a version that is kept to its present payload"


def _leads_to(steps: Sequence[sa.Row[Any]], present: Mapping[str, Any], known: Collection[str]) -> bool:
    first = replay(present, [(step.field, step.before) for step in reversed(steps)])
    follows = all(
        earlier.after == later.before
        for field in {step.field for step in steps}
        for earlier, later in pairwise(step for step in steps if step.field == field)
    )
    last = replay(first, [(step.field, step.after) for step in steps])
    return follows and last == present and text_hash(canonical_json(first)) in known


def _listings_are_projected_once(connection: Connection) -> Iterator[str]:
    linked = sa.select(LISTING.c.id).join(MEMBER, MEMBER.c.listing_id == LISTING.c.id, isouter=True)
    alone = (~LISTING.c.stale) & MEMBER.c.listing_id.is_(None)
    for id_ in connection.scalars(linked.where(alone).order_by(LISTING.c.id)):
        yield f"listing {id_}: it belongs to no opportunity"


def _opportunities_have_their_first_listing(connection: Connection) -> Iterator[str]:
    first = (MEMBER.c.opportunity_id == OPPORTUNITY.c.id) & (MEMBER.c.position == 0)
    joined = OPPORTUNITY.join(MEMBER, first, isouter=True)
    for row in connection.execute(sa.select(OPPORTUNITY.c.id, MEMBER.c.listing_id).select_from(joined)):
        if row.listing_id is None or opportunity_id(row.listing_id) != row.id:
            yield f"opportunity {row.id}: its first listing is {row.listing_id}"


def _aliases_lead_somewhere_else(connection: Connection) -> Iterator[str]:
    alias = table(Alias)
    taken = sa.select(alias.c.id).where(alias.c.id.in_(sa.select(OPPORTUNITY.c.id)))
    for id_ in connection.scalars(taken.order_by(alias.c.id)):
        yield f"alias {id_}: an opportunity has this id"


def _presence_is_consistent(connection: Connection) -> Iterator[str]:
    active = LISTING.c.presence == Presence.ACTIVE
    counted = (LISTING.c.missed_runs > 0) | LISTING.c.missing_since.is_not(None)
    for id_ in connection.scalars(sa.select(LISTING.c.id).where(active & counted).order_by(LISTING.c.id)):
        yield f"listing {id_}: it is active and counted as missing"


CHECKS: tuple[Callable[[Connection], Iterator[str]], ...] = (
    _database_is_sound,
    _payloads_have_their_hash,
    _listings_have_their_version,
    _history_replays,
    _listings_are_projected_once,
    _opportunities_have_their_first_listing,
    _aliases_lead_somewhere_else,
    _presence_is_consistent,
)
