"""From listings to what people see, recomputed only for what changed.

:func:`project` takes the listings that are marked stale, and every listing that shares an identity key or an
opportunity with one of them, and makes their opportunities anew with :func:`catalog.merging.merge`. What comes out is
the same as if everything had been projected at once, whatever the order of the crawls.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog import identity
from catalog.bulk import insert_missing, parts, remembered, text_hash, upsert
from catalog.corrections import (
    SOURCE,
    TOPICS_FIELD,
    Correction,
    Curation,
    Hide,
    Merge,
    Split,
    corrected,
    groups,
    load_curation,
    sets,
    target,
)
from catalog.database import Catalog, canonical_json
from catalog.history import OPPORTUNITY_FIELD
from catalog.identity import Cluster, Decisions, Signature, opportunity_id
from catalog.listing import Listing, read_listing
from catalog.merging import PRESENCE_ORDER, Draft, Member, merge
from catalog.models import (
    Alias,
    Change,
    Credit,
    Forgotten,
    IdentityKey,
    ListingRecord,
    Memory,
    Offer,
    Opportunity,
    OpportunityListing,
    Package,
    PackageStatementRow,
    Provider,
    Row,
    Run,
    ScheduledSession,
    Source,
    Subject,
    TopicAssignment,
    table,
)
from catalog.recording import Context, put_listings, withdraw
from catalog.store import SAMPLE_MEMORY, source_row
from catalog.taxonomy import topics
from catalog.views import TopicOrigin

VERSION = 3
"""Raised when the same listings become something else; a catalog made with another version is projected anew."""

BATCH = 500
SEEDS_AT_ONCE = 50
"""How many stale listings are loaded with their neighbors before the batch is looked at: events of one day hang
together by the dozen, so that a batch of scattered seeds would grow with the catalog."""

MEMORY = "projection"
CURATION_MEMORY = "curation"

LISTING = table(ListingRecord)
SOURCES = table(Source)
KEY = table(IdentityKey)
OPPORTUNITY = table(Opportunity)
MEMBER = table(OpportunityListing)
ALIAS = table(Alias)
TOPIC = table(TopicAssignment)
STATEMENT = table(PackageStatementRow)
PACKAGE = table(Package)
CHILDREN: tuple[type[Row], ...] = (ScheduledSession, Credit, Offer)


@dataclass(slots=True)
class ProjectCounts:
    """What :func:`project` did, in opportunities; ``packages`` is how many packages were computed anew."""

    listings: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    packages: int = 0


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """What the projection needs of a source; ``family`` is its catalog family, or its own."""

    id: str
    name: str
    priority: int
    family: str


@dataclass(frozen=True, slots=True)
class _World:
    """What every batch is computed with."""

    sources: Mapping[str, SourceIdentity]
    providers: Mapping[str, str]
    curation: Curation


@dataclass(slots=True)
class _Neighborhood:
    """The listings of one batch: the stale ones and everything that may be one with them."""

    world: _World
    members: dict[str, Member] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    corrections: dict[str, list[Correction]] = field(default_factory=dict)


def project(catalog: Catalog, now: datetime, curation: Curation | None = None) -> ProjectCounts:
    """Bring opportunities, packages and aliases up to date with the listings; a batch is one transaction.

    ``curation`` is that of the package where none is given. Raises :class:`catalog.corrections.CorrectionError` where
    that cannot be read.
    """
    counts = ProjectCounts()
    corrections = load_curation() if curation is None else curation
    with catalog.writing() as connection:
        _forget_other_version(connection)
        _take_up(connection, corrections, now)
    while _project_batch(catalog, now, corrections, counts):
        pass
    return counts


def _made_with() -> dict[str, Any]:
    """What, beside the listings, decides what they become."""
    taxonomy = canonical_json([[topic.id, topic.label, topic.parent, topic.words] for topic in topics().values()])
    return {"version": VERSION, "taxonomy": text_hash(taxonomy)}


def _forget_other_version(connection: Connection) -> None:
    if remembered(connection, MEMORY) != _made_with():
        connection.execute(sa.update(LISTING).values(stale=True))
        upsert(connection, Memory, [{"name": MEMORY, "value": _made_with()}])


def _take_up(connection: Connection, curation: Curation, now: datetime) -> None:
    """Mark what a new, changed or withdrawn correction is about, and write what people added."""
    memory = table(Memory)
    before: dict[str, list[str]] = (
        connection.scalar(sa.select(memory.c.value).where(memory.c.name == CURATION_MEMORY)) or {}
    )
    after = {each.key: sorted({target(name) for name in each.names}) for each in curation.corrections}
    if before == after:
        return
    meant = sorted({name for key in before.keys() ^ after.keys() for name in (before | after)[key]})
    for part in parts(meant):
        about = LISTING.c.id.in_(part) | LISTING.c.address.in_(part)
        connection.execute(sa.update(LISTING).where(about).values(stale=True))
    _write_additions(connection, curation, now)
    upsert(connection, Memory, [{"name": CURATION_MEMORY, "value": after}])


def _write_additions(connection: Connection, curation: Curation, now: datetime) -> None:
    sample = bool(remembered(connection, SAMPLE_MEMORY))
    context = Context(f"curation-{curation.key}", sample, now, {SOURCE.id: SOURCE}, frozenset())
    forgotten = set(connection.scalars(sa.select(table(Forgotten).c.provider)))
    made = (each.made(sample=sample) for each in curation.additions() if each.provider not in forgotten)
    added = {listing.id: listing for listing in made}
    if added:
        insert_missing(connection, Provider, [{"id": SOURCE.provider, "name": SOURCE.provider_name}])
        insert_missing(connection, Source, [{**source_row(SOURCE), "listed": False}])
        put_listings(connection, context, list(added.values()))
    theirs = connection.scalars(sa.select(LISTING.c.id).where(LISTING.c.source == SOURCE.id))
    withdraw(connection, context, sorted(set(theirs) - added.keys()))


def _project_batch(catalog: Catalog, now: datetime, curation: Curation, counts: ProjectCounts) -> bool:
    """Project some stale listings; false where none is left."""
    with catalog.writing() as connection:
        stale = sa.select(LISTING.c.id).where(sa.text("stale")).limit(BATCH)  # as the partial index says it
        seeds = list(connection.scalars(stale))
        if not seeds:
            return False
        world = _world(connection, curation)
        neighborhood = _gather(connection, world, seeds)
        clusters = identity.cluster(list(neighborhood.signatures.values()))
        before = _opportunities_of(connection, sorted(neighborhood.members))
        _write_clusters(connection, neighborhood, clusters, set(before.values()), counts)
        _remember_moves(connection, neighborhood, before, clusters, now)
        counts.packages += _write_packages(connection, neighborhood)
        done = sorted(neighborhood.members)
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(done)).values(stale=False))
        counts.listings += len(done)
    return True


def _world(connection: Connection, curation: Curation) -> _World:
    provider = table(Provider)
    providers = dict(connection.execute(sa.select(provider.c.id, provider.c.name)).all())
    return _World(source_identities(connection), providers, curation)


def source_identities(connection: Connection) -> dict[str, SourceIdentity]:
    """What identity depends on of every source, by id."""
    return {
        row.id: SourceIdentity(row.id, row.name, row.priority, row.catalog_family or row.family)
        for row in connection.execute(sa.select(SOURCES))
    }


# --- which listings belong together -----------------------------------------------------------------------------------


def _gather(connection: Connection, world: _World, seeds: Sequence[str]) -> _Neighborhood:
    """Load seeds with all that may be one with them, some at a time, until a batch is full.

    What is loaded is always whole: everything that shares a key or an opportunity with anything that is loaded.
    """
    found = _Neighborhood(world)
    for some in parts(seeds, SEEDS_AT_ONCE):
        if len(found.members) >= BATCH:
            break
        frontier = set(some) - found.members.keys()
        while frontier:
            ids = sorted(frontier)
            _load(connection, ids, found)
            keys = _refresh_keys(connection, [found.signatures[id_] for id_ in ids])
            frontier = _neighbors(connection, ids, keys) - found.members.keys()
    return found


def _load(connection: Connection, ids: Sequence[str], found: _Neighborhood) -> None:
    for part in parts(ids):
        names = ("id", "source", "address", "payload", "presence", "changed_at")
        for row in connection.execute(sa.select(*(LISTING.c[name] for name in names)).where(LISTING.c.id.in_(part))):
            source = found.world.sources[row.source]
            listing = read_listing(row.payload, row.changed_at)
            found.members[row.id] = Member(listing, row.presence, row.changed_at, source.name)
            corrections = list(found.world.curation.of(row.id, row.address))
            found.corrections[row.id] = corrections
            found.signatures[row.id] = signed(listing, source, corrections)


def signed(listing: Listing, source: SourceIdentity, corrections: Sequence[Correction]) -> Signature:
    """The signature of a listing, with what people decided about it."""
    return identity.signature(
        listing,
        family=source.family,
        priority=source.priority,
        curated=source.id == SOURCE.id,
        decisions=Decisions(groups(corrections, Merge), groups(corrections, Split)),
    )


def _refresh_keys(connection: Connection, signatures: Sequence[Signature]) -> set[str]:
    """Store the identity keys of listings; give back those they have and those they had."""
    now = {one.id: identity.keys(one) for one in signatures}
    before: dict[str, set[str]] = defaultdict(set)
    for part in parts(sorted(now)):
        for row in connection.execute(sa.select(KEY).where(KEY.c.listing_id.in_(part))):
            before[row.listing_id].add(row.key)
    moved = [id_ for id_, keys in now.items() if keys != before[id_]]
    if moved:
        connection.execute(sa.delete(KEY).where(KEY.c.listing_id.in_(moved)))
        connection.execute(
            sa.insert(KEY), [{"key": key, "listing_id": id_} for id_ in moved for key in sorted(now[id_])]
        )
    return set().union(*now.values(), *before.values())


def _neighbors(connection: Connection, ids: Sequence[str], keys: Collection[str]) -> set[str]:
    found: set[str] = set()
    for part in parts(sorted(keys)):
        found.update(connection.scalars(sa.select(KEY.c.listing_id).where(KEY.c.key.in_(part))))
    for part in parts(ids):
        opportunities = sa.select(MEMBER.c.opportunity_id).where(MEMBER.c.listing_id.in_(part))
        mates = sa.select(MEMBER.c.listing_id).where(MEMBER.c.opportunity_id.in_(opportunities))
        found.update(connection.scalars(mates))
    return found


# --- writing opportunities --------------------------------------------------------------------------------------------


def _write_clusters(
    connection: Connection,
    neighborhood: _Neighborhood,
    clusters: Sequence[Cluster],
    before: Collection[str],
    counts: ProjectCounts,
) -> None:
    drafts = {each.opportunity: _draft(neighborhood, each) for each in clusters}
    here = sorted({*drafts, *before})
    hashes: dict[str, str] = {}
    for part in parts(here):
        held = sa.select(OPPORTUNITY.c.id, OPPORTUNITY.c.content_hash).where(OPPORTUNITY.c.id.in_(part))
        hashes |= dict(connection.execute(held).all())
    changed = {id_: draft for id_, draft in drafts.items() if hashes.get(id_) != draft.opportunity["content_hash"]}
    removed = sorted(set(before) - drafts.keys())
    _unlink(connection, sorted(neighborhood.members), here, sorted({*changed, *removed}))
    _insert_drafts(connection, changed)
    for part in parts(removed):
        connection.execute(sa.delete(TOPIC).where(TOPIC.c.opportunity_id.in_(part)))
        connection.execute(sa.delete(OPPORTUNITY).where(OPPORTUNITY.c.id.in_(part)))
    _link(connection, clusters)
    counts.written += len(changed)
    counts.unchanged += len(drafts) - len(changed)
    counts.removed += len(removed)


def _draft(neighborhood: _Neighborhood, cluster: Cluster) -> Draft:
    members = [neighborhood.members[id_] for id_ in cluster.members]
    draft = merge(_corrected(neighborhood, members))
    _correct_draft(neighborhood, members, draft)
    content = {
        "opportunity": draft.opportunity,
        "children": [rows for _, rows in draft.children],
        "topics": draft.topics,
        "provider": neighborhood.world.providers.get(draft.opportunity["provider"]),
        "listings": [
            [each.listing.id, each.source_name, each.presence.value, each.read_at.astimezone(UTC).date().isoformat()]
            for each in members
        ],
    }
    draft.opportunity["content_hash"] = content_hash(content)
    return draft


def _corrected(neighborhood: _Neighborhood, members: Sequence[Member]) -> list[Member]:
    listings = corrected([each.listing for each in members], neighborhood.corrections)
    return [replace(member, listing=listing) for member, listing in zip(members, listings, strict=True)]


def _correct_draft(neighborhood: _Neighborhood, members: Sequence[Member], draft: Draft) -> None:
    """What a curator decides of an opportunity and no listing could say: that it is hidden, and its topics."""
    listings = [each.listing for each in members]
    draft.opportunity["hidden"] = any(
        type(correction) is Hide for listing in listings for correction in neighborhood.corrections[listing.id]
    )
    for correction in sets(listings, neighborhood.corrections):
        if correction.field == TOPICS_FIELD:
            evidence = [correction.evidence.model_dump(mode="json")]
            draft.topics = [
                {"topic": topic, "origin": TopicOrigin.CONFIRMED, "confidence": None, "evidence": evidence}
                for topic in sorted(correction.stated())
            ]


def content_hash(content: Any) -> str:
    """A hash of rows; dates and instants by their text, so that it is the same on every machine."""
    return text_hash(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str))


def _unlink(connection: Connection, listings: Sequence[str], here: Sequence[str], rewritten: Sequence[str]) -> None:
    """Take away what the new rows replace: links and aliases of everything here, children of what is rewritten."""
    for part in parts(listings):
        connection.execute(sa.delete(MEMBER).where(MEMBER.c.listing_id.in_(part)))
    for part in parts(here):
        connection.execute(sa.delete(ALIAS).where(ALIAS.c.opportunity_id.in_(part)))
    for part in parts(rewritten):
        for child in CHILDREN:
            children = table(child)
            connection.execute(sa.delete(children).where(children.c.opportunity_id.in_(part)))
        stated = TOPIC.c.origin != TopicOrigin.GUESSED
        connection.execute(sa.delete(TOPIC).where(TOPIC.c.opportunity_id.in_(part), stated))


def _insert_drafts(connection: Connection, drafts: Mapping[str, Draft]) -> None:
    rows = [{"id": id_, "guess_hash": "", **draft.opportunity} for id_, draft in drafts.items()]
    upsert(connection, Opportunity, rows, keep=("guess_hash",))
    children: dict[type[Row], list[dict[str, Any]]] = defaultdict(list)
    for id_, draft in drafts.items():
        for model, found in draft.children:
            children[model] += [{"opportunity_id": id_, "position": place, **row} for place, row in enumerate(found)]
        children[TopicAssignment] += [{"opportunity_id": id_, **row} for row in draft.topics]
    for model, found in children.items():
        if found:
            connection.execute(sa.insert(table(model)), found)


def _link(connection: Connection, clusters: Sequence[Cluster]) -> None:
    """Tie listings to their opportunities; the id that a listing would have alone leads to the one it is part of."""
    links = [
        {"listing_id": id_, "opportunity_id": each.opportunity, "position": place, "reason": each.reasons[id_]}
        for each in clusters
        for place, id_ in enumerate(each.members)
    ]
    connection.execute(sa.insert(MEMBER), links)
    aliases = [
        {"id": opportunity_id(id_), "opportunity_id": each.opportunity} for each in clusters for id_ in each.members[1:]
    ]
    if aliases:
        connection.execute(sa.insert(ALIAS), aliases)


def _opportunities_of(connection: Connection, listings: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts(listings):
        links = sa.select(MEMBER.c.listing_id, MEMBER.c.opportunity_id).where(MEMBER.c.listing_id.in_(part))
        found |= dict(connection.execute(links).all())
    return found


def _remember_moves(
    connection: Connection,
    neighborhood: _Neighborhood,
    before: Mapping[str, str],
    clusters: Sequence[Cluster],
    now: datetime,
) -> None:
    """A listing that became part of another opportunity is a change; history shows merges and splits."""
    after = {id_: each.opportunity for each in clusters for id_ in each.members}
    moved = [id_ for id_ in sorted(before) if before[id_] != after[id_]]
    if not moved:
        return
    run = table(Run)
    last_run = connection.scalar(sa.select(sa.func.max(run.c.id))) or ""
    rows = [
        {
            "run_id": last_run,
            "at": now,
            "subject_kind": Subject.LISTING,
            "subject": id_,
            "source": neighborhood.members[id_].source,
            "field": OPPORTUNITY_FIELD,
            "what": None,
            "before": before[id_],
            "after": after[id_],
        }
        for id_ in moved
    ]
    connection.execute(sa.insert(table(Change)), rows)


# --- packages ---------------------------------------------------------------------------------------------------------


def package_id(family: str, key: str) -> str:
    """The letter p and twelve digits, from the source family and the package's own key."""
    return "p" + hashlib.sha256(f"{family}\x1f{key}".encode()).hexdigest()[:12]


def _write_packages(connection: Connection, neighborhood: _Neighborhood) -> int:
    """Store what the listings state of packages, and compute anew the packages that they name or named."""
    listings = sorted(neighborhood.members)
    rows = [row for id_ in listings for row in _statement_rows(neighborhood.members[id_].listing)]
    touched = {row["package_id"] for row in rows}
    for part in parts(listings):
        had = sa.select(STATEMENT.c.package_id).where(STATEMENT.c.listing_id.in_(part))
        touched.update(connection.scalars(had))
        connection.execute(sa.delete(STATEMENT).where(STATEMENT.c.listing_id.in_(part)))
    if rows:
        connection.execute(sa.insert(STATEMENT), rows)
    for part in parts(sorted(touched)):
        connection.execute(sa.delete(PACKAGE).where(PACKAGE.c.id.in_(part)))
        packages = _packages(connection, neighborhood.world, part)
        if packages:
            connection.execute(sa.insert(PACKAGE), packages)
    return len(touched)


def _statement_rows(listing: Listing) -> list[dict[str, Any]]:
    by_id = {package_id(listing.family, package.key): package for package in listing.packages}
    statements = {id_: package.model_dump(mode="json") for id_, package in by_id.items()}
    return [
        {"package_id": id_, "listing_id": listing.id, "statement": statement, "statement_hash": _said(statement)}
        for id_, statement in sorted(statements.items())
    ]


def _said(statement: Mapping[str, Any]) -> str:
    return text_hash(canonical_json({name: value for name, value in statement.items() if name != "evidence"}))


def _packages(connection: Connection, world: _World, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Each package as most of the listings of the best presence state it; of a tie the dearer holds."""
    shown = ("source", "url", "presence", "visibility", "sample", "changed_at")
    columns = (*STATEMENT.c, *(LISTING.c[name] for name in shown))
    joined = STATEMENT.join(LISTING, LISTING.c.id == STATEMENT.c.listing_id)
    stated: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(*columns).select_from(joined).where(STATEMENT.c.package_id.in_(ids))):
        stated[row.package_id].append(row)
    return [_package_row(world, id_, rows) for id_, rows in sorted(stated.items())]


def _package_row(world: _World, id_: str, rows: Sequence[sa.Row[Any]]) -> dict[str, Any]:
    best = min(PRESENCE_ORDER[row.presence] for row in rows)
    standing = [row for row in rows if PRESENCE_ORDER[row.presence] == best]
    votes = Counter(row.statement_hash for row in standing)
    price = {row.statement_hash: row.statement["minor"] or 0 for row in standing}
    winner = max(votes, key=lambda said: (votes[said], price[said], said))
    saying = [row for row in standing if row.statement_hash == winner]
    first = min(saying, key=lambda row: (world.sources[row.source].priority, row.listing_id))
    names = ("name", "covers", "effect", "organization", "minor", "currency", "percent", "cap_thousandths", "days")
    return {name: first.statement[name] for name in (*names, "evidence")} | {
        "id": id_,
        "source": first.source,
        "url": first.url,
        "visibility": first.visibility,
        "sample": first.sample,
        "read_on": max(row.changed_at for row in saying).astimezone(UTC).date(),
    }
