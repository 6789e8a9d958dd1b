"""Listings built by hand and nights run on a real catalog: what the tests of this room share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from catalog import store
from catalog.database import Catalog, open_catalog
from catalog.listing import (
    CreditStatement,
    CreditUnit,
    Delivery,
    Evidence,
    Kind,
    Listing,
    OfferStatement,
    Place,
    SessionStatement,
    Stated,
)
from catalog.projection import ProjectCounts, project
from catalog.spool import Cause, Finish, ListingLine, PageLine, RejectedLine, SeenLine, SourceEndLine, SourceFacts
from catalog.store import ReconcileCounts, RecordCounts

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
Line = ListingLine | SeenLine | PageLine | RejectedLine | SourceEndLine


def evidence(text: str = "as the page says", where: str = "label:Anything") -> tuple[Evidence, ...]:
    return (Evidence(text=text, where=where),)


def stated(value: Any, text: str = "as the page says") -> Stated[Any]:
    return Stated(value=value, evidence=evidence(text))


def credit(thousandths: int | None, unit: CreditUnit = CreditUnit.PACE, **facts: Any) -> CreditStatement:
    return CreditStatement(thousandths=thousandths, unit=unit, evidence=evidence(), **facts)


def offer(minor: int | None, **facts: Any) -> OfferStatement:
    return OfferStatement(minor=minor, currency="USD" if minor is not None else None, evidence=evidence(), **facts)


def session(day: date, **facts: Any) -> SessionStatement:
    return SessionStatement(**{"key": day.isoformat(), "local_date": day, "evidence": evidence(), **facts})


def city(name: str, region: str | None = None) -> Place:
    return Place(text=f"{name}, {region}" if region else name, city=name, region=region)


def source(id_: str, **facts: Any) -> SourceFacts:
    return SourceFacts(
        **{
            "id": id_,
            "name": id_.replace("-", " ").title(),
            "provider": id_,
            "provider_name": id_.replace("-", " ").title(),
            "family": id_,
            "url": f"https://{id_}.example/",
            "spider": "labelled_pages",
            "proof": "seen",
            "enabled": True,
            **facts,
        }
    )


def listing(source_id: str, key: str, *, title: str | None = None, read_at: datetime = START, **facts: Any) -> Listing:
    return Listing(
        **{
            "source": source_id,
            "family": source_id,
            "source_key": key,
            "provider": source_id,
            "url": f"https://{source_id}.example/{key}",
            "fetched_at": read_at,
            "kind": stated(Kind.COURSE),
            "title": stated(title or f"Course {key}"),
            **facts,
        }
    )


def on_demand() -> Stated[Any]:
    return stated(Delivery.ON_DEMAND)


@cache
def new_catalog() -> bytes:
    """The file of a catalog in which nothing stands yet: the migrations take twenty times as long as a copy of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.sqlite"
        open_catalog(file).close()
        return file.read_bytes()


@dataclass
class Crawl:
    """What one source's crawl brings."""

    listings: Sequence[Listing] = ()
    finish: Finish = Finish.COMPLETE
    cause: Cause | None = None
    other: Sequence[Line] = ()

    def lines(self, source_id: str) -> list[Line]:
        found = [ListingLine(listing=each) for each in self.listings]
        return [*found, *self.other, SourceEndLine(source=source_id, finish=self.finish, cause=self.cause)]


@dataclass
class NightResult:
    run: str
    recorded: RecordCounts
    reconciled: ReconcileCounts
    projected: ProjectCounts


@dataclass
class Nights:
    """A catalog and the nights that were run on it, a day apart."""

    folder: Path
    sources: Sequence[SourceFacts]
    target: str | Path | None = None
    now: datetime = START
    catalog: Catalog = field(init=False)

    def __post_init__(self) -> None:
        file = self.folder / "catalog.sqlite"
        if self.target is None and not file.exists():
            file.write_bytes(new_catalog())
        self.catalog = open_catalog(self.target or file)
        self.sync(self.sources)

    def sync(self, sources: Sequence[SourceFacts]) -> None:
        self.sources = sources
        with self.catalog.session() as session_:
            store.sync_sources(session_, sources)

    def spool(self, run: str, lines: Iterable[Line]) -> Path:
        path = self.folder / f"{run}.jsonl"
        path.write_text("".join(line.model_dump_json() + "\n" for line in lines), encoding="utf-8")
        return path

    def night(self, crawls: Mapping[str, Crawl | Sequence[Listing]], *, days: int = 1) -> NightResult:
        """One whole night; the clock goes on by ``days`` when it is over."""
        made = {id_: crawl if isinstance(crawl, Crawl) else Crawl(crawl) for id_, crawl in crawls.items()}
        run = store.begin_run(self.catalog, self.now, sample=False)
        spool = self.spool(run, (line for id_, crawl in made.items() for line in crawl.lines(id_)))
        result = NightResult(
            run,
            store.record(self.catalog, run, spool, self.now),
            store.reconcile(self.catalog, run, self.now),
            project(self.catalog, self.now),
        )
        store.finish_run(self.catalog, run, self.now)
        self.now += timedelta(days=days)
        return result
