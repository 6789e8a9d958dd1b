"""Reading the catalog: what the site, the recommender and the command line ask of it.

Every query is one SQL statement or a fixed few, whatever the number of rows, and all statements of a query see one
moment of the catalog. What is private is given only to who asks for it; what a curator hid is given to nobody.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.addresses import canonical_url
from catalog.bulk import parts, remembered
from catalog.database import Catalog, canonical_json
from catalog.history import without_evidence
from catalog.listing import Evidence, Minutes, PackageCover, Place, Visibility
from catalog.models import (
    Alias,
    Change,
    Credit,
    ListingRecord,
    ListingVersion,
    Offer,
    Opportunity,
    OpportunityListing,
    Package,
    Provider,
    Rejection,
    Row,
    RulePage,
    Run,
    ScheduledSession,
    Source,
    SourceRun,
    Subject,
    TopicAssignment,
    table,
)
from catalog.spool import SourceFacts
from catalog.views import (
    ChangeView,
    Conflict,
    CreditView,
    Happening,
    ListingReference,
    OfferView,
    OpportunityView,
    PackageView,
    Presence,
    ProviderView,
    RejectionView,
    RunView,
    SessionView,
    SourceRunView,
    SourceView,
    TopicOrigin,
    TopicView,
    newest_first,
)

BATCH = 500
HISTORY_RUNS = 14
"""How many runs of a source its view tells of."""

OPPORTUNITY = table(Opportunity)
MEMBER = table(OpportunityListing)
LISTING = table(ListingRecord)
SOURCE = table(Source)
SOURCE_RUN = table(SourceRun)
RUN = table(Run)
PACKAGE = table(Package)
REJECTION = table(Rejection)
CHANGE = table(Change)
RULE_PAGE = table(RulePage)
PROVIDER = table(Provider)
ALIAS = table(Alias)
TOPIC = table(TopicAssignment)

LISTING_STATE = (
    *("id", "content_hash", "visibility", "presence", "missed_runs", "missing_since"),
    *("first_read_at", "changed_at"),
)
"""What tells one state of a listing from another."""


# --- opportunities ----------------------------------------------------------------------------------------------------


def opportunities(
    catalog: Catalog, *, visibility: Visibility | None = Visibility.PUBLIC, ids: Collection[str] | None = None
) -> list[OpportunityView]:
    """Every opportunity, live or not, in the order of ids; ``visibility`` ``None`` gives private ones too.

    ``ids`` limits them to those named; six statements whatever their number (and six a thousand ids).
    """
    shown = _shown(visibility)
    with catalog.reading() as connection:
        if ids is None:
            return _views(connection, shown)
        named = (OPPORTUNITY.c.id.in_(part) for part in parts(sorted(ids)))
        return [view for these in named for view in _views(connection, shown & these)]


def iterate_opportunities(
    catalog: Catalog, batch: int = BATCH, *, visibility: Visibility | None = Visibility.PUBLIC
) -> Iterator[OpportunityView]:
    """The same as :func:`opportunities`, with no more than ``batch`` of them in memory."""
    shown = _shown(visibility)
    last = ""
    with catalog.reading() as connection:
        while True:
            after = sa.select(OPPORTUNITY.c.id).where(shown, OPPORTUNITY.c.id > last)
            ids = list(connection.scalars(after.order_by(OPPORTUNITY.c.id).limit(batch)))
            if not ids:
                return
            last = ids[-1]
            yield from _views(connection, shown & OPPORTUNITY.c.id.between(ids[0], last))


def opportunity(
    catalog: Catalog, id_or_url: str, *, visibility: Visibility | None = Visibility.PUBLIC
) -> OpportunityView | None:
    """One opportunity by its id, by an id that it had, by the id of one of its listings, or by the address of one."""
    with catalog.reading() as connection:
        found = _find(connection, id_or_url.strip())
        views = _views(connection, _shown(visibility) & (OPPORTUNITY.c.id == found)) if found else []
    return views[0] if views else None


def _find(connection: Connection, id_or_url: str) -> str | None:
    if "://" in id_or_url:
        return _find_by_url(connection, id_or_url)
    alias = sa.select(ALIAS.c.opportunity_id).where(ALIAS.c.id == id_or_url)
    member = sa.select(MEMBER.c.opportunity_id).where(MEMBER.c.listing_id == id_or_url)
    return connection.scalar(sa.union_all(alias, member).limit(1)) or id_or_url


def _find_by_url(connection: Connection, url: str) -> str | None:
    try:
        address = canonical_url(url)
    except ValueError:
        return None
    here = sa.select(MEMBER.c.opportunity_id).join(LISTING, LISTING.c.id == MEMBER.c.listing_id)
    by_presence = sa.case({word.value: place for place, word in enumerate(Presence)}, value=LISTING.c.presence)
    return connection.scalar(here.where(LISTING.c.address == address).order_by(by_presence, LISTING.c.id).limit(1))


def opportunity_hashes(catalog: Catalog) -> dict[str, str]:
    """Hashes of everything that each public opportunity shows, topics included, as one text by id. One statement."""
    columns = (OPPORTUNITY.c.id, OPPORTUNITY.c.content_hash + OPPORTUNITY.c.guess_hash)
    with catalog.reading() as connection:
        return dict(
            connection.execute(sa.select(*columns).where(_shown(Visibility.PUBLIC)).order_by(OPPORTUNITY.c.id)).all()
        )


def fingerprint(catalog: Catalog) -> str:
    """A hash of everything that people see; equal catalogs have equal ones, whatever the order of their crawls."""
    digest = hashlib.sha256()
    hashes = sa.select(OPPORTUNITY.c.id, OPPORTUNITY.c.content_hash, OPPORTUNITY.c.guess_hash)
    with catalog.reading() as connection:
        for id_, content_hash, guess_hash in connection.execute(hashes.order_by(OPPORTUNITY.c.id)):
            digest.update(f"{id_} {content_hash} {guess_hash}\n".encode())
        for row in connection.execute(sa.select(PACKAGE).order_by(PACKAGE.c.id)):
            digest.update(canonical_json([str(value) for value in row]).encode())
        for row in connection.execute(sa.select(ALIAS).order_by(ALIAS.c.id)):
            digest.update(f"{row.id} {row.opportunity_id}\n".encode())
    return digest.hexdigest()[:32]


def whole_fingerprint(catalog: Catalog) -> str:
    """A hash of everything that a site and its downloads are made from: beyond :func:`fingerprint` the state of each
    listing, the news, the sources and providers, and the watched pages of rules. When something was read is no part.
    """
    as_stored = (sa.type_coerce(LISTING.c[name], sa.Text) for name in LISTING_STATE)  # to hash it, nothing need be read
    parts = (
        sa.select(*as_stored).order_by(LISTING.c.id),
        sa.select(sa.func.count(), sa.func.max(CHANGE.c.id)).select_from(CHANGE),
        sa.select(SOURCE.c.id, SOURCE.c.listed, SOURCE.c.enabled, sa.cast(SOURCE.c.facts, sa.Text)).order_by(
            SOURCE.c.id
        ),
        sa.select(PROVIDER.c.id, PROVIDER.c.name).order_by(PROVIDER.c.id),
        sa.select(RULE_PAGE.c.url, RULE_PAGE.c.changed_at, RULE_PAGE.c.quotes).order_by(RULE_PAGE.c.url),
    )
    digest = hashlib.sha256(fingerprint(catalog).encode())
    with catalog.reading() as connection:
        for query in parts:
            for rows in connection.execute(query).partitions(BATCH):
                digest.update(repr([tuple(row) for row in rows]).encode())
    return digest.hexdigest()[:32]


def aliases(catalog: Catalog) -> dict[str, str]:
    """Every id that leads to another opportunity, with the id it leads to; public ones only."""
    leads = sa.select(ALIAS.c.id, ALIAS.c.opportunity_id).join(OPPORTUNITY, OPPORTUNITY.c.id == ALIAS.c.opportunity_id)
    with catalog.reading() as connection:
        return dict(connection.execute(leads.where(_shown(Visibility.PUBLIC)).order_by(ALIAS.c.id)).all())


def data_date(catalog: Catalog) -> date | None:
    """The day (UTC) of the last run in which a source was read completely; ``None`` before the first."""
    read = sa.select(sa.func.max(RUN.c.started_at)).join(SOURCE_RUN, SOURCE_RUN.c.run_id == RUN.c.id)
    with catalog.reading() as connection:
        last: datetime | None = connection.scalar(read.where(SOURCE_RUN.c.complete))
    return None if last is None else last.astimezone(UTC).date()


def _shown(visibility: Visibility | None) -> sa.ColumnElement[bool]:
    visible = ~OPPORTUNITY.c.hidden
    return visible if visibility is None else visible & (OPPORTUNITY.c.visibility == visibility)


def _views(connection: Connection, which: sa.ColumnElement[bool]) -> list[OpportunityView]:
    """Six statements: opportunities, and five kinds of rows that belong to them."""
    ids = sa.select(OPPORTUNITY.c.id).where(which)
    credits_of = _children(connection, CREDITS, ids)
    offers_of = _children(connection, OFFERS, ids)
    sessions_of = _children(connection, SESSIONS, ids)
    topics_of = _topics(connection, ids)
    listings_of = _listings(connection, ids)
    columns = (OPPORTUNITY.c[name] for name in (*PLAIN_OPPORTUNITY, *SHAPED_OPPORTUNITY))
    with_provider = sa.select(*columns, PROVIDER.c.name).join(
        PROVIDER, PROVIDER.c.id == OPPORTUNITY.c.provider, isouter=True
    )
    return [
        _opportunity_view(
            row,
            credits=tuple(credits_of[row[0]]),
            offers=tuple(offers_of[row[0]]),
            sessions=tuple(sessions_of[row[0]]),
            topics=tuple(topics_of[row[0]].values()),
            listings=tuple(listings_of[row[0]]),
        )
        for row in connection.execute(with_provider.where(which).order_by(OPPORTUNITY.c.id)).all()
    ]


def _children(connection: Connection, kind: Children[View], ids: sa.Select[str]) -> Mapping[str, list[View]]:
    """The rows of a kind by opportunity, as views."""
    children, plain, count = table(kind.model), kind.plain, len(kind.plain)
    found: dict[str, list[View]] = defaultdict(list)
    query = sa.select(*(children.c[name] for name in ("opportunity_id", *plain, *kind.shaped)))
    of_these = query.where(children.c.opportunity_id.in_(ids))
    for id_, *values in connection.execute(of_these.order_by(children.c.opportunity_id, children.c.position)).all():
        found[id_].append(kind.view(dict(zip(plain, values, strict=False)), *values[count:]))
    return found


def _topics(connection: Connection, ids: sa.Select[str]) -> Mapping[str, dict[str, TopicView]]:
    """The topics of each opportunity, once each: what is stated or confirmed stands for a guess of the same."""
    found: dict[str, dict[str, TopicView]] = defaultdict(dict)
    order = sa.case({word.value: place for place, word in enumerate(TopicOrigin)}, value=TOPIC.c.origin)
    columns = (TOPIC.c[name] for name in ("opportunity_id", "topic", "origin", "confidence", "evidence"))
    query = sa.select(*columns).where(TOPIC.c.opportunity_id.in_(ids))
    for id_, topic, origin, confidence, evidence in connection.execute(
        query.order_by(TOPIC.c.opportunity_id, order, TOPIC.c.topic)
    ).all():
        if topic not in found[id_]:
            found[id_][topic] = TopicView(topic, origin, confidence, _evidence(evidence))
    return found


def _listings(connection: Connection, ids: sa.Select[str]) -> Mapping[str, list[ListingReference]]:
    columns = (
        *(MEMBER.c.opportunity_id, LISTING.c.id, LISTING.c.source, SOURCE.c.name),
        *(LISTING.c.url, LISTING.c.presence, LISTING.c.changed_at),
    )
    joined = MEMBER.join(LISTING, LISTING.c.id == MEMBER.c.listing_id).join(SOURCE, SOURCE.c.id == LISTING.c.source)
    query = sa.select(*columns).select_from(joined).where(MEMBER.c.opportunity_id.in_(ids))
    found: dict[str, list[ListingReference]] = defaultdict(list)
    for opportunity_id, id_, source, name, url, presence, changed_at in connection.execute(
        query.order_by(MEMBER.c.opportunity_id, MEMBER.c.position)
    ).all():
        read_on = changed_at.astimezone(UTC).date()
        found[opportunity_id].append(ListingReference(id_, source, name, url, presence, read_on))
    return found


def _evidence(rows: Quotations) -> tuple[Evidence, ...]:
    return tuple(_quotation(each["text"], each["where"]) for each in rows)


@lru_cache(maxsize=10_000)
def _quotation(text: str, where: str) -> Evidence:
    """One quotation, made once where a thousand pages say the same."""
    return Evidence.model_construct(text=text, where=where)


def _place(place: Mapping[str, Any] | None) -> Place | None:
    return None if place is None else Place.model_construct(**place)


PLAIN_CREDIT = (
    "thousandths", "unit", "source", "subject", "choice_group", "additive_group", "upper_bound", "provisional",
    "approval_number", "approved_through", "session_key",
)  # fmt: skip
PLAIN_OFFER = ("audience", "minor", "currency", "source", "url", "organization", "per", "scope", "starts_on", "through")
PLAIN_SESSION = (
    "key", "local_date", "source", "local_time", "end_date", "end_time", "zone", "starts_at", "ends_at", "delivery",
    "status", "url", "registration_deadline", "seats_left", "year_inferred", "weekday_conflict",
)  # fmt: skip
PLAIN_OPPORTUNITY = (
    "id", "kind", "title", "provider", "family", "url", "read_on", "presence", "visibility", "sample", "course_number",
    "delivery", "level", "audience", "language", "captions", "available_from", "available_through",
    "apply_by", "claim_by", "retired_on",
)  # fmt: skip


SHAPED_OPPORTUNITY = ("keywords", "prerequisites", "leads_to", "duration", "place", "conflicts", "evidence")

View = TypeVar("View")
Quotations = Sequence[Mapping[str, Any]]


def _plain(row: sa.Row[Any], names: Sequence[str]) -> dict[str, Any]:
    return dict(zip(names, attrgetter(*names)(row), strict=True))


def _credit_view(plain: Mapping[str, Any], topics: Sequence[str], evidence: Quotations) -> CreditView:
    return CreditView(**plain, topics=tuple(topics), evidence=_evidence(evidence))


def _offer_view(plain: Mapping[str, Any], evidence: Quotations) -> OfferView:
    return OfferView(**plain, evidence=_evidence(evidence))


def _session_view(plain: Mapping[str, Any], place: Mapping[str, Any] | None, evidence: Quotations) -> SessionView:
    return SessionView(**plain, place=_place(place), evidence=_evidence(evidence))


@dataclass(frozen=True, slots=True)
class Children(Generic[View]):
    """One kind of rows of an opportunity: ``view`` takes the plain columns by name, then the shaped ones in order."""

    model: type[Row]
    plain: Sequence[str]
    shaped: Sequence[str]
    view: Callable[..., View]


CREDITS = Children(Credit, PLAIN_CREDIT, ("topics", "evidence"), _credit_view)
OFFERS = Children(Offer, PLAIN_OFFER, ("evidence",), _offer_view)
SESSIONS = Children(ScheduledSession, PLAIN_SESSION, ("place", "evidence"), _session_view)


def _opportunity_view(row: Sequence[Any], **children: Any) -> OpportunityView:
    plain = dict(zip(PLAIN_OPPORTUNITY, row, strict=False))
    keywords, prerequisites, leads_to, duration, place, conflicts, evidence, provider_name = row[len(plain) :]
    return OpportunityView(
        **plain,
        keywords=tuple(keywords),
        prerequisites=tuple(prerequisites),
        leads_to=tuple(leads_to),
        **children,
        provider_name=provider_name or plain["provider"],
        duration=Minutes.model_construct(**duration) if duration else None,
        place=_place(place),
        conflicts=tuple(
            Conflict(each["field"], tuple((source, text) for source, text in each["values"])) for each in conflicts
        ),
        evidence={name: _evidence(quotations) for name, quotations in evidence.items()},
    )


# --- packages, providers, sources, runs -------------------------------------------------------------------------------


def packages(catalog: Catalog, *, visibility: Visibility | None = Visibility.PUBLIC) -> list[PackageView]:
    """Every package in the order of ids. One statement."""
    query = sa.select(PACKAGE).order_by(PACKAGE.c.id)
    if visibility is not None:
        query = query.where(PACKAGE.c.visibility == visibility)
    names = (
        "id", "name", "source", "url", "effect", "organization", "minor", "currency", "percent", "cap_thousandths",
        "days", "read_on",
    )  # fmt: skip
    with catalog.reading() as connection:
        return [
            PackageView(
                **_plain(row, names), covers=PackageCover.model_validate(row.covers), evidence=_evidence(row.evidence)
            )
            for row in connection.execute(query)
        ]


def providers(catalog: Catalog) -> list[ProviderView]:
    """Every provider with what is curated about it, in the order of names. Three statements."""
    counted = sa.select(OPPORTUNITY.c.provider, sa.func.count()).where(_shown(Visibility.PUBLIC))
    with catalog.reading() as connection:
        names = dict(connection.execute(sa.select(PROVIDER.c.id, PROVIDER.c.name)).all())
        counts: dict[str, int] = dict(connection.execute(counted.group_by(OPPORTUNITY.c.provider)).all())
        listed = connection.execute(sa.select(SOURCE.c.facts).where(SOURCE.c.listed)).scalars()
        facts = [SourceFacts.model_validate(each) for each in listed]
    by_provider: dict[str, list[SourceFacts]] = defaultdict(list)
    for each in sorted(facts, key=lambda each: (each.priority, each.id)):
        by_provider[each.provider].append(each)
    views = [_provider_view(id_, name, by_provider[id_], counts.get(id_, 0)) for id_, name in names.items()]
    return sorted(
        (view for view in views if view.sources or view.opportunities), key=lambda view: (view.name.casefold(), view.id)
    )


def _provider_view(id_: str, name: str, facts: Sequence[SourceFacts], count: int) -> ProviderView:
    directory = next((each.directory for each in facts if each.directory), None)
    return ProviderView(
        id=id_,
        name=name,
        url=directory.url if directory else next((each.url for each in facts), None),
        claim=next((each.claim for each in facts if each.claim), None),
        directory=directory,
        sample=any(each.sample for each in facts),
        sources=tuple(each.id for each in facts),
        opportunities=count,
    )


def sources(catalog: Catalog) -> list[SourceView]:
    """Every source that a TOML names, with its health, in the order of ids. Four statements."""
    with catalog.reading() as connection:
        listed = connection.scalars(sa.select(SOURCE.c.facts).where(SOURCE.c.listed))
        facts = sorted(map(SourceFacts.model_validate, listed), key=lambda each: each.id)  # databases sort "-" apart
        history = _source_runs(connection, SOURCE_RUN.c.run_id.in_(_last_runs(HISTORY_RUNS)))
        presence = _presence_counts(connection)
        standing = sa.select(REJECTION.c.source, sa.func.count()).where(REJECTION.c.resolved_at.is_(None))
        rejected: dict[str, int] = dict(connection.execute(standing.group_by(REJECTION.c.source)).all())
        read = _read_on(connection)
    return [
        SourceView(
            **each.model_dump(exclude={"claim", "directory"}),
            claim=each.claim,
            directory=each.directory,
            health=next(iter(history[each.id]), None),
            history=tuple(history[each.id][1:]),
            read_on=read.get(each.id),
            active=presence.get((each.id, Presence.ACTIVE), 0),
            missing=presence.get((each.id, Presence.MISSING), 0),
            withdrawn=presence.get((each.id, Presence.WITHDRAWN), 0),
            rejected=rejected.get(each.id, 0),
        )
        for each in facts
    ]


def _read_on(connection: Connection) -> dict[str, date]:
    last = sa.select(SOURCE_RUN.c.source, sa.func.max(RUN.c.started_at)).join(RUN, RUN.c.id == SOURCE_RUN.c.run_id)
    rows = connection.execute(last.where(SOURCE_RUN.c.complete).group_by(SOURCE_RUN.c.source)).all()
    return {source: started.astimezone(UTC).date() for source, started in rows}


def _presence_counts(connection: Connection) -> dict[tuple[str, Presence], int]:
    counted = sa.select(LISTING.c.source, LISTING.c.presence, sa.func.count())
    rows = connection.execute(counted.group_by(LISTING.c.source, LISTING.c.presence)).all()
    return {(source, presence): count for source, presence, count in rows}


def _last_runs(limit: int) -> sa.Select[str]:
    return sa.select(RUN.c.id).order_by(RUN.c.id.desc()).limit(limit)


def _source_runs(connection: Connection, which: sa.ColumnElement[bool]) -> Mapping[str, list[SourceRunView]]:
    """Source runs by source, newest first."""
    joined = sa.select(SOURCE_RUN, RUN.c.started_at).join(RUN, RUN.c.id == SOURCE_RUN.c.run_id).where(which)
    found: dict[str, list[SourceRunView]] = defaultdict(list)
    for row in connection.execute(joined.order_by(SOURCE_RUN.c.run_id.desc(), SOURCE_RUN.c.source)):
        found[row.source].append(_source_run_view(row))
    return found


SOURCE_RUN_FIELDS = (
    "source", "started_at", "finish", "cause", "detail", "url", "requests", "not_modified", "bytes", "listings", "seen",
    "unasked", "new", "changed", "unchanged", "rejected", "missing", "withdrawn", "returned", "seconds", "complete",
    "statuses", "coverage",
)  # fmt: skip


def _source_run_view(row: sa.Row[Any]) -> SourceRunView:
    return SourceRunView(run=row.run_id, **_plain(row, SOURCE_RUN_FIELDS))


def runs(catalog: Catalog, limit: int = 30) -> list[RunView]:
    """The last runs, newest first, each with its sources in the order of ids. Two statements."""
    with catalog.reading() as connection:
        rows = connection.execute(sa.select(RUN).order_by(RUN.c.id.desc()).limit(limit)).all()
        by_run: dict[str, list[SourceRunView]] = defaultdict(list)
        for views in _source_runs(connection, SOURCE_RUN.c.run_id.in_(_last_runs(limit))).values():
            for view in views:
                by_run[view.run].append(view)
    return [
        RunView(
            id=row.id,
            started_at=row.started_at,
            state=row.state.value,
            sample=row.sample,
            ended_at=row.ended_at,
            sources=tuple(sorted(by_run[row.id], key=lambda view: view.source)),
        )
        for row in rows
    ]


def rejections(catalog: Catalog, *, standing: bool = True, source: str | None = None) -> list[RejectionView]:
    """What failed validation, newest first; ``standing`` false gives also what was read well since. One statement."""
    query = sa.select(REJECTION).order_by(REJECTION.c.last_at.desc(), REJECTION.c.source, REJECTION.c.id)
    if standing:
        query = query.where(REJECTION.c.resolved_at.is_(None))
    if source is not None:
        query = query.where(REJECTION.c.source == source)
    names = ("source", "url", "field", "reason", "source_key", "first_at", "times", "resolved_at")
    with catalog.reading() as connection:
        return [
            RejectionView(**_plain(row, names), at=row.last_at, run=row.run_id) for row in connection.execute(query)
        ]


# --- history ----------------------------------------------------------------------------------------------------------


def changes(
    catalog: Catalog,
    since: date | None = None,
    *,
    what: Collection[Happening] | None = None,
    arrivals: int | None = None,
    visibility: Visibility | None = Visibility.PUBLIC,
) -> list[ChangeView]:
    """What happened to opportunities on or after a day (UTC), newest first: what is new, and every change that is news.

    ``what`` limits it to some kinds: price up or down, moved, cancelled ...; ``arrivals`` is how many of the newest
    opportunities are told as new, ``None`` all of them, 0 none. Two statements.
    """
    start = None if since is None else datetime.combine(since, time.min, tzinfo=UTC)
    later = sa.true() if start is None else CHANGE.c.at >= start
    wanted = CHANGE.c.what.is_not(None) if what is None else CHANGE.c.what.in_(sorted(what))
    with catalog.reading() as connection:
        found = list(_field_changes(connection, _shown(visibility) & later & wanted))
        if arrivals != 0 and (what is None or Happening.NEW in what):
            found += _arrivals(connection, start, arrivals, visibility)
    return newest_first(found)


def arrivals(catalog: Catalog, at_most: int) -> list[ChangeView]:
    """The newest public opportunities, none of whose listings was read before. One statement."""
    with catalog.reading() as connection:
        return list(_arrivals(connection, None, at_most, Visibility.PUBLIC))


def history(catalog: Catalog, id_or_url: str, *, visibility: Visibility | None = Visibility.PUBLIC) -> list[ChangeView]:
    """Every change of one opportunity's listings, newest first: also evidence that was merely reworded."""
    with catalog.reading() as connection:
        found = _find(connection, id_or_url.strip())
        this = _shown(visibility) & (OPPORTUNITY.c.id == found)
        return newest_first(_field_changes(connection, this)) if found else []


def _field_changes(connection: Connection, which: sa.ColumnElement[bool]) -> Iterator[ChangeView]:
    joined = CHANGE.join(MEMBER, MEMBER.c.listing_id == CHANGE.c.subject).join(
        OPPORTUNITY, OPPORTUNITY.c.id == MEMBER.c.opportunity_id
    )
    query = sa.select(CHANGE, OPPORTUNITY.c.id.label("opportunity"), OPPORTUNITY.c.title).select_from(joined)
    for row in connection.execute(query.where((CHANGE.c.subject_kind == Subject.LISTING) & which)):
        yield ChangeView(
            at=row.at,
            run=row.run_id,
            opportunity=row.opportunity,
            title=row.title,
            listing=row.subject,
            source=row.source,
            field=row.field,
            what=row.what or Happening.REWORDED,
            before=in_words(row.field, row.before),
            after=in_words(row.field, row.after),
        )


def _arrivals(
    connection: Connection, start: datetime | None, at_most: int | None, visibility: Visibility | None
) -> Iterator[ChangeView]:
    """Opportunities none of whose listings was read before."""
    first = sa.func.min(LISTING.c.first_read_at)
    joined = MEMBER.join(LISTING, LISTING.c.id == MEMBER.c.listing_id).join(
        OPPORTUNITY, OPPORTUNITY.c.id == MEMBER.c.opportunity_id
    )
    columns = (OPPORTUNITY.c.id, OPPORTUNITY.c.title, first.label("at"), sa.func.min(LISTING.c.source).label("source"))
    query = sa.select(*columns).select_from(joined).where(_shown(visibility))
    grouped = query.group_by(OPPORTUNITY.c.id, OPPORTUNITY.c.title)
    since = grouped if start is None else grouped.having(first >= start)
    for row in connection.execute(since.order_by(first.desc(), OPPORTUNITY.c.id).limit(at_most)):
        yield ChangeView(
            at=row.at,
            run="",
            opportunity=row.id,
            title=row.title,
            listing="l" + row.id.removeprefix("o"),
            source=row.source,
            field="opportunity",
            what=Happening.NEW,
            after=row.title,
        )


def credit_expiring(catalog: Catalog, today: date, days: int = 60) -> list[OpportunityView]:
    """Public opportunities whose credit is approved through a day within the next ``days``, the soonest first."""
    credit, last = table(Credit), today + timedelta(days=days)
    soon = sa.select(credit.c.opportunity_id).where(credit.c.approved_through.between(today, last))
    with catalog.reading() as connection:
        views = _views(connection, _shown(Visibility.PUBLIC) & OPPORTUNITY.c.id.in_(soon))
    return sorted(views, key=lambda view: (view.credit_expires or last, view.id))


@dataclass(frozen=True, slots=True)
class Stats:
    """A catalog in numbers; opportunities are the public ones."""

    data_date: date | None
    sample: bool
    opportunities: int
    by_kind: Mapping[str, int]
    by_presence: Mapping[str, int]
    merged: int
    with_conflicts: int
    listings: int
    versions: int
    packages: int
    providers: int
    sources: int
    standing_rejections: int


def stats(catalog: Catalog) -> Stats:
    """The catalog in numbers."""
    day, shown = data_date(catalog), _shown(Visibility.PUBLIC)

    def number(connection: Connection, of: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(of).where(*conditions)) or 0

    def numbers(connection: Connection, column: sa.ColumnElement[Any]) -> dict[str, int]:
        counted = sa.select(column, sa.func.count()).where(shown).group_by(column).order_by(column)
        return {str(word): count for word, count in connection.execute(counted)}

    with catalog.reading() as connection:
        of_several = sa.select(MEMBER.c.opportunity_id).where(MEMBER.c.position == 1)
        kinds = numbers(connection, OPPORTUNITY.c.kind)
        return Stats(
            data_date=day,
            sample=bool(remembered(connection, "sample")),
            opportunities=sum(kinds.values()),
            by_kind=kinds,
            by_presence=numbers(connection, OPPORTUNITY.c.presence),
            merged=number(connection, OPPORTUNITY, shown, OPPORTUNITY.c.id.in_(of_several)),
            with_conflicts=number(connection, OPPORTUNITY, shown, sa.cast(OPPORTUNITY.c.conflicts, sa.String) != "[]"),
            listings=number(connection, LISTING),
            versions=number(connection, table(ListingVersion)),
            packages=number(connection, PACKAGE),
            providers=number(connection, PROVIDER),
            sources=number(connection, SOURCE, SOURCE.c.listed),
            standing_rejections=number(connection, REJECTION, REJECTION.c.resolved_at.is_(None)),
        )


def in_words(field: str, value: Any) -> str | None:
    """A field's JSON value as a short plain text, without its evidence; ``None`` where it is unknown."""
    plain = without_evidence(value)
    if isinstance(plain, Mapping) and set(plain) == {"value"}:
        plain = plain["value"]
    if plain is None or plain in ([], {}):
        return None
    if isinstance(plain, list):
        return "; ".join(_item_in_words(field, item) for item in plain)
    return _item_in_words(field, plain)


def _item_in_words(field: str, item: Any) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    return WORDS.get(field, _parts_in_words)(item)


def _parts_in_words(item: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in item.items() if value not in (None, [], {}, False))


def _credit_in_words(item: Mapping[str, Any]) -> str:
    amount = "amount not stated" if item["thousandths"] is None else f"{item['thousandths'] / 1000:g}"
    subject = f" ({item['subject']})" if item["subject"] else ""
    through = f", approved through {item['approved_through']}" if item["approved_through"] else ""
    return f"{amount} {item['unit']}{subject}{through}"


def _offer_in_words(item: Mapping[str, Any]) -> str:
    prices = {None: "price not stated", 0: "free"}
    price = prices.get(item["minor"]) or f"{item['minor'] / 100:.2f} {item['currency']}"
    return price if item["audience"] == "public" else f"{price} ({item['organization'] or item['audience']})"


def _session_in_words(item: Mapping[str, Any]) -> str:
    parts = (
        item["local_date"],
        item["local_time"] and item["local_time"][:5],
        item["place"] and item["place"]["text"],
        item["status"] if item["status"] != "scheduled" else None,
    )
    return " ".join(str(part) for part in parts if part)


WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "credits": _credit_in_words,
    "offers": _offer_in_words,
    "sessions": _session_in_words,
    "place": lambda item: str(item["text"]),
    "packages": lambda item: str(item["name"]),
}
