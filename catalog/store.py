"""Writing the catalog: its sources, its runs, and what the other rooms hand over.

What a crawl brings is written by :mod:`catalog.recording`; ``record`` and ``reconcile`` are given here too, so that a
night needs one import. Whoever writes holds :meth:`catalog.database.Catalog.lock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from catalog.bulk import text_hash, upsert
from catalog.database import (
    Catalog,
    CatalogError,
    CatalogLockedError,
    CatalogMissingError,
    CatalogNewerError,
    canonical_json,
    open_catalog,
)
from catalog.due import OVER, RESTLESS_SHARE, is_due, silence_of
from catalog.history import differences
from catalog.listing import listing_id
from catalog.models import (
    Change,
    Forgotten,
    ListingRecord,
    ListingVersion,
    Memory,
    Opportunity,
    Page,
    Provider,
    Rejection,
    RuleVersion,
    Run,
    RunState,
    Source,
    SourceRun,
    Subject,
    TopicAssignment,
    table,
)
from catalog.recording import BATCH_LINES, ReconcileCounts, RecordCounts, reconcile, record
from catalog.spool import (
    KnownPage,
    SourceFacts,
)
from catalog.views import Happening, Presence, TopicOrigin, TopicView

__all__ = [
    "Catalog",
    "CatalogError",
    "CatalogLockedError",
    "CatalogMissingError",
    "CatalogNewerError",
    "ReconcileCounts",
    "RecordCounts",
    "SampleMixedError",
    "begin_run",
    "finish_run",
    "known_pages",
    "open_catalog",
    "reconcile",
    "record",
    "record_rules",
    "save_topic_guesses",
    "sync_sources",
]

SAMPLE_MEMORY = "sample"

LISTING = table(ListingRecord)
VERSION = table(ListingVersion)
CHANGE = table(Change)
PAGE = table(Page)
REJECTION = table(Rejection)
SOURCE = table(Source)
SOURCE_RUN = table(SourceRun)
RUN = table(Run)


class SampleMixedError(CatalogError):
    """Sample data and live data never share a catalog."""


# --- sources and runs -------------------------------------------------------------------------------------------------


def sync_sources(session: Session, sources: Iterable[SourceFacts]) -> None:
    """Make the catalog's sources what the TOMLs say. A source whose TOML is gone keeps its listings and is not listed.
    Nor is a source of a provider that asked to be forgotten.

    A source whose rank or family changed has its listings projected anew, for identity depends on both.
    """
    connection = session.connection()
    facts = sorted(sources, key=lambda each: each.id)
    before = {row.id: row for row in connection.execute(sa.select(SOURCE))}
    upsert(connection, Provider, [{"id": each.provider, "name": each.provider_name} for each in _first_named(facts)])
    forgotten = set(connection.scalars(sa.select(table(Forgotten).c.provider)))
    gone = {"listed": False, "enabled": False}
    rows = [source_row(each) | (gone if each.provider in forgotten else {}) for each in facts]
    upsert(connection, Source, rows)
    ids = [each.id for each in facts]
    connection.execute(sa.update(SOURCE).where(SOURCE.c.id.not_in(ids)).values(listed=False, enabled=False))
    moved = [row["id"] for row in rows if row["id"] in before and _projects_otherwise(before[row["id"]], row)]
    connection.execute(sa.update(LISTING).where(LISTING.c.source.in_(moved)).values(stale=True))


def _first_named(facts: Sequence[SourceFacts]) -> list[SourceFacts]:
    """One source a provider: the one of best priority names it."""
    ranked = sorted(facts, key=lambda each: (each.priority, each.id), reverse=True)
    return sorted({each.provider: each for each in ranked}.values(), key=lambda each: each.provider)


def source_row(facts: SourceFacts) -> dict[str, Any]:
    """The row of a source's facts."""
    names = ("id", "provider", "name", "family", "catalog_family", "priority", "sample", "enabled")
    return {name: getattr(facts, name) for name in names} | {"listed": True, "facts": facts.model_dump(mode="json")}


def _projects_otherwise(before: sa.Row[Any], after: Mapping[str, Any]) -> bool:
    """Whether a source's listings must be projected anew: its facts show in what they become."""
    shown = ("provider", "name", "family", "catalog_family", "priority", "facts")
    return any(getattr(before, name) != after[name] for name in shown)


def begin_run(catalog: Catalog, now: datetime, sample: bool) -> str:
    """Open a run and return its id, which sorts by time. A run that was left open was killed: it becomes *interrupted*.

    Raises :class:`SampleMixedError` where the catalog holds sample data and the run does not bring any, or the reverse.
    """
    with catalog.session() as session:
        memory = session.get(Memory, SAMPLE_MEMORY)
        if memory is not None and memory.value != sample:
            held, brought = ("sample", "live") if memory.value else ("live", "sample")
            raise SampleMixedError(f"this catalog holds {held} data; {brought} data needs a catalog of its own")
        if memory is None:
            session.add(Memory(name=SAMPLE_MEMORY, value=sample))
        connection = session.connection()
        connection.execute(
            sa.update(RUN).where(RUN.c.state == RunState.RUNNING).values(state=RunState.INTERRUPTED, ended_at=now)
        )
        run_id = _free_run_id(connection, now)
        session.add(Run(id=run_id, started_at=now, state=RunState.RUNNING, sample=sample))
    return run_id


def _free_run_id(connection: Connection, now: datetime) -> str:
    stamp = now.strftime("%Y%m%dT%H%M%S")
    taken = set(connection.scalars(sa.select(RUN.c.id).where(RUN.c.id.startswith(stamp))))
    numbers = (stamp if number == 1 else f"{stamp}-{number}" for number in range(1, len(taken) + 2))
    return next(run_id for run_id in numbers if run_id not in taken)


def finish_run(catalog: Catalog, run_id: str, now: datetime, *, failed: bool = False) -> None:
    """Close a run. Raises :class:`CatalogError` where it is unknown."""
    state = RunState.FAILED if failed else RunState.FINISHED
    with catalog.writing() as connection:
        closed = connection.execute(sa.update(RUN).where(RUN.c.id == run_id).values(state=state, ended_at=now))
        if closed.rowcount == 0:
            raise CatalogError(f"no run {run_id!r} in this catalog")


# --- what the next crawl and the other rooms hand over ----------------------------------------------------------------


def known_pages(catalog: Catalog, sources: Iterable[str], now: datetime | None = None) -> Iterator[KnownPage]:
    """The pages that the next crawl may ask about with conditional headers.

    ``now`` tells which of them are due (see :mod:`catalog.due`); without it all are. Always due are pages that lead to
    others, pages something of which is missing or was rejected (but not for saying itself that it is over), and all
    pages of a source in which much changed in its last run.

    A page is left out where one of its listings is not in the catalog (its crawl was killed before that was recorded):
    an answer of 304 would lose the listing until the page changes.
    """
    wanted = sorted(set(sources))
    with catalog.reading() as connection:
        families = dict(
            connection.execute(sa.select(SOURCE.c.id, SOURCE.c.family).where(SOURCE.c.id.in_(wanted))).all()
        )
        restless = _restless(connection, wanted)
        pages = sa.select(PAGE).where(PAGE.c.source.in_(wanted)).order_by(PAGE.c.source, PAGE.c.url)
        for rows in connection.execution_options(yield_per=BATCH_LINES).execute(pages).partitions():
            ids = {(row.source, key): listing_id(families[row.source], key) for row in rows for key in row.source_keys}
            columns = [LISTING.c[name] for name in ("id", "presence", "changed_at")]
            query = sa.select(*columns, sa.cast(LISTING.c.payload, sa.Text).label("text"))
            held = {row.id: row for row in connection.execute(query.where(LISTING.c.id.in_(set(ids.values()))))}
            for row in rows:
                listings = [held.get(ids[row.source, key]) for key in row.source_keys]
                if None not in listings:
                    due = now is None or row.source in restless or _is_due(row, listings, now)
                    yield _known_page(row, due=due)


def _is_due(page: sa.Row[Any], listings: Sequence[Any], now: datetime) -> bool:
    if page.followed_links or any(each.presence is not Presence.ACTIVE for each in listings):
        return True
    if any(rejected["field"] != OVER for rejected in page.rejections):
        return True
    read_at = max((each.changed_at for each in listings), default=page.fetched_at)
    silence = silence_of(read_at, page.last_modified, (each.text for each in listings), now)
    return is_due(page.url, _asked_at(page).date(), silence, now.astimezone(UTC).date())


def _asked_at(page: sa.Row[Any]) -> datetime:
    at: datetime = page.asked_at or page.fetched_at
    return at.astimezone(UTC)


def _restless(connection: Connection, sources: Sequence[str]) -> set[str]:
    """The sources of whose listings many changed in their last complete run."""
    complete = SOURCE_RUN.c.source.in_(sources) & SOURCE_RUN.c.complete
    last = sa.select(sa.func.max(SOURCE_RUN.c.run_id)).where(complete).group_by(SOURCE_RUN.c.source)
    changed = SOURCE_RUN.c.changed > RESTLESS_SHARE * (SOURCE_RUN.c.listings + SOURCE_RUN.c.seen)
    return set(
        connection.scalars(sa.select(SOURCE_RUN.c.source).where(complete, SOURCE_RUN.c.run_id.in_(last), changed))
    )


REMEMBERED = ("source", "url", "etag", "last_modified", "extractor_hash", "source_keys", "followed_links", "rejections")


def _known_page(row: sa.Row[Any], *, due: bool) -> KnownPage:
    remembered = {name: getattr(row, name) for name in REMEMBERED}
    return KnownPage.model_validate({**remembered, "due": due, "asked_on": _asked_at(row).date()})


def save_topic_guesses(catalog: Catalog, guesses: Mapping[str, Sequence[TopicView]]) -> int:
    """Replace the guessed topics of the given opportunities, and give back how many of them the catalog has.

    Raises ``ValueError`` for a topic whose origin is not a guess: only pages and people state topics.
    """
    for opportunity, topics in guesses.items():
        for topic in topics:
            if topic.origin is not TopicOrigin.GUESSED:
                raise ValueError(f"{opportunity}: {topic.topic} is {topic.origin}, not guessed")
    known = 0
    wanted = iter(sorted(guesses))
    while ids := list(islice(wanted, BATCH_LINES)):
        with catalog.writing() as connection:
            known += _save_guesses(connection, ids, guesses)
    return known


def _save_guesses(connection: Connection, ids: Sequence[str], guesses: Mapping[str, Sequence[TopicView]]) -> int:
    opportunity, assignment = table(Opportunity), table(TopicAssignment)
    here = sorted(connection.scalars(sa.select(opportunity.c.id).where(opportunity.c.id.in_(ids))))
    guessed = (assignment.c.opportunity_id.in_(here)) & (assignment.c.origin == TopicOrigin.GUESSED)
    connection.execute(sa.delete(assignment).where(guessed))
    rows = [
        {
            "opportunity_id": id_,
            "topic": topic.topic,
            "origin": TopicOrigin.GUESSED,
            "confidence": topic.confidence,
            "evidence": [each.model_dump(mode="json") for each in topic.evidence],
        }
        for id_ in here
        for topic in sorted(guesses[id_], key=lambda each: each.topic)
    ]
    if rows:
        connection.execute(sa.insert(assignment), rows)
    hashes = [
        {"which": id_, "hash": text_hash(canonical_json([row for row in rows if row["opportunity_id"] == id_]))}
        for id_ in here
    ]
    if hashes:
        update = sa.update(opportunity).where(opportunity.c.id == sa.bindparam("which"))
        connection.execute(update.values(guess_hash=sa.bindparam("hash")), hashes)
    return len(here)


def record_rules(catalog: Catalog, run_id: str, rules: Mapping[str, Mapping[str, Any]], now: datetime) -> int:
    """Keep each credential's rules as JSON, one version a distinct text, with a ``Change`` a field.

    Gives back how many changed.
    """
    versions = table(RuleVersion)
    changed = 0
    with catalog.writing() as connection:
        current = {row.credential: row for row in connection.execute(sa.select(versions).where(versions.c.current))}
        for credential, rule in sorted(rules.items()):
            digest = text_hash(canonical_json(rule))
            before = current.get(credential)
            if before is not None and before.content_hash == digest:
                continue
            changed += before is not None
            connection.execute(sa.update(versions).where(versions.c.credential == credential).values(current=False))
            row = {
                "credential": credential,
                "content_hash": digest,
                "payload": dict(rule),
                "first_read_at": now,
                "current": True,
            }
            upsert(connection, RuleVersion, [row], keep=("payload", "first_read_at"))
            if before is not None:
                connection.execute(
                    sa.insert(CHANGE),
                    [
                        {
                            "run_id": run_id,
                            "at": now,
                            "subject_kind": Subject.RULE,
                            "subject": credential,
                            "field": name,
                            "what": Happening.CHANGED,
                            "before": old,
                            "after": new,
                        }
                        for name, old, new in differences(before.payload, rule)
                    ],
                )
    return changed
