"""How fast a night is written: record and reconcile beside bulk upserts and raw sqlite3 of the same rows, in one run.

    python bench/catalog.py [--listings 100000] [--small 10000] [--json]

The listings are invented. Every step runs in a process of its own on a fresh copy of the same empty catalog, so that
its peak memory is its own. Times are processor seconds of the step, which other work on the machine does not stretch;
starting Python and making the rows is left out. What is compared:

* ``raw``: the rows of ``listing`` and ``listing_version`` by ``sqlite3.executemany`` in transactions of 1,000;
* ``core``: the same rows by SQLAlchemy Core ``on_conflict_do_update`` in batches of 1,000;
* ``first``: ``record`` + ``reconcile`` of a spool with those listings (parsed, validated, hashed, kept as versions);
* ``second``: the same listings again, read anew a day later, nothing changed;
* ``seen``: the same as one 304 a page;
* ``project``: opportunities from the first night, for the small number only: it takes most of a run and is linear.

Targets: first / core <= 2.5, second / first <= 0.5, and peak memory that does not follow the number of listings.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder holds a `catalog` that is no package

import argparse
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog import store
from catalog.bulk import upsert
from catalog.database import open_catalog
from catalog.listing import (
    CreditStatement,
    CreditUnit,
    Delivery,
    Evidence,
    Kind,
    Listing,
    OfferStatement,
    SessionStatement,
    Stated,
)
from catalog.models import ListingRecord, ListingVersion, table
from catalog.projection import project
from catalog.recording import BATCH_LINES
from catalog.spool import Finish, ListingLine, SeenLine, SourceEndLine, SourceFacts

NIGHT = datetime(2026, 11, 22, 7, tzinfo=UTC)
NIGHTS = ("first", "second", "seen")
SOURCES = 20
WORDS = [
    "anemia",
    "hemostasis",
    "transfusion",
    "antibody",
    "malaria",
    "parasite",
    "culture",
    "sepsis",
    "glucose",
    "lipid",
    "thyroid",
    "cardiac",
    "marker",
    "enzyme",
    "electrolyte",
    "urine",
    "sediment",
    "crystal",
    "molecular",
    "sequencing",
    "virus",
    "fungal",
    "resistance",
    "platelet",
    "leukemia",
    "morphology",
    "smear",
    "quality",
    "control",
    "validation",
    "safety",
    "ethics",
    "management",
    "reagent",
    "automation",
    "specimen",
    "phlebotomy",
]  # a list of forty literals is no easier to read


def facts() -> list[SourceFacts]:
    """The sources that publish the invented listings."""
    return [
        SourceFacts(
            id=f"source{number}",
            name=f"Source {number}",
            provider=f"source{number}",
            provider_name=f"Source {number}",
            family=f"source{number}",
            url=f"https://source{number}.example/",
            spider="labelled_pages",
            proof="assumed",
            enabled=True,
        )
        for number in range(SOURCES)
    ]


def listings(count: int, read_at: datetime) -> Iterator[Listing]:
    """Invented listings, the same on every machine and on every night."""
    for number in range(count):
        dice = random.Random(number)
        source = f"source{number % SOURCES}"
        title = " ".join(dice.sample(WORDS, 4)).capitalize() + f" {number}"
        dated = number % 4 == 0
        yield Listing(
            source=source,
            family=source,
            source_key=f"course/{number}",
            provider=source,
            url=f"https://{source}.example/course/{number}",
            fetched_at=read_at,
            kind=said(Kind.WEBINAR if dated else Kind.COURSE),
            title=said(title),
            keywords=tuple(dice.sample(WORDS, 6)),
            course_number=said(f"{number % 900}-{number}-26"),
            subjects=(said("Hematology"),),
            credits=(
                CreditStatement(thousandths=1000, unit=CreditUnit.PACE, evidence=words("1 P.A.C.E. contact hour")),
            ),
            offers=(OfferStatement(minor=dice.randrange(0, 9000), currency="USD", evidence=words("Price $25")),),
            delivery=said(Delivery.LIVE_ONLINE if dated else Delivery.ON_DEMAND),
            sessions=(
                SessionStatement(
                    key="first",
                    local_date=date(2027, 1, 1) + timedelta(days=dice.randrange(300)),
                    evidence=words("January 1, 2027"),
                ),
            )
            if dated
            else (),
        )


def words(text: str) -> tuple[Evidence, ...]:
    """Evidence as a label gives it."""
    return (Evidence(text=text, where="label:Anything"),)


def said(value: Any) -> Stated[Any]:
    """A stated value."""
    return Stated(value=value, evidence=words(str(value)))


# --- what is timed ----------------------------------------------------------------------------------------------------


def write_spool(path: Path, count: int, read_at: datetime) -> None:
    """The spool of a night that reads everything."""
    with path.open("w", encoding="utf-8") as out:
        for listing in listings(count, read_at):
            out.write(ListingLine(listing=listing).model_dump_json() + "\n")
        for source in facts():
            out.write(SourceEndLine(source=source.id, finish=Finish.COMPLETE).model_dump_json() + "\n")


def write_seen(path: Path, count: int) -> None:
    """The spool of a night in which every page answers 304."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            source = f"source{number % SOURCES}"
            line = SeenLine(
                source=source, url=f"https://{source}.example/course/{number}", source_keys=(f"course/{number}",)
            )
            out.write(line.model_dump_json() + "\n")
        for source_facts in facts():
            out.write(SourceEndLine(source=source_facts.id, finish=Finish.COMPLETE).model_dump_json() + "\n")


def rows_of(count: int) -> Iterator[list[tuple[dict[str, Any], dict[str, Any]]]]:
    """The rows that ``record`` writes, in batches: one of each table a listing."""
    batch: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for listing in listings(count, NIGHT):
        payload, digest = listing.payload(), listing.content_hash()
        record = {
            "id": listing.id,
            "source": listing.source,
            "source_key": listing.source_key,
            "provider": listing.provider,
            "url": listing.url,
            "address": listing.url,
            "visibility": "public",
            "sample": False,
            "presence": "active",
            "missed_runs": 0,
            "missing_since": None,
            "payload": payload,
            "content_hash": digest,
            "first_read_at": NIGHT,
            "changed_at": NIGHT,
            "seen_run": "bench",
            "held_run": None,
            "stale": True,
            "line_hash": digest,
        }
        version = {
            "listing_id": listing.id,
            "content_hash": digest,
            "payload": payload,
            "first_read_at": NIGHT,
            "run_id": "bench",
        }
        batch.append((record, version))
        if len(batch) == BATCH_LINES:
            yield batch
            batch = []
    if batch:
        yield batch


def step_core(home: Path, count: int) -> float:
    """Bulk upserts of rows that are ready."""
    spent = 0.0
    with open_catalog(home / "catalog.sqlite") as catalog:
        for batch in rows_of(count):
            start = time.process_time()
            with catalog.writing() as connection:
                upsert(connection, ListingRecord, [record for record, _ in batch])
                upsert(connection, ListingVersion, [version for _, version in batch])
            spent += time.process_time() - start
    return spent


def step_raw(home: Path, count: int) -> float:
    """The same rows with no library between; JSON is made inside the time, as Core makes it."""
    spent = 0.0
    raw = sqlite3.connect(home / "catalog.sqlite", isolation_level=None)
    raw.execute("PRAGMA synchronous=NORMAL")
    raw.execute("PRAGMA foreign_keys=ON")
    moment = NIGHT.replace(tzinfo=None).isoformat(" ")
    statements = [_raw_insert(ListingRecord), _raw_insert(ListingVersion)]
    for batch in rows_of(count):
        start = time.process_time()
        raw.execute("BEGIN IMMEDIATE")
        for place, statement in enumerate(statements):
            raw.executemany(statement, [[_plain(value, moment) for value in pair[place].values()] for pair in batch])
        raw.execute("COMMIT")
        spent += time.process_time() - start
    raw.close()
    return spent


def _raw_insert(model: type[ListingRecord] | type[ListingVersion]) -> str:
    record, version = next(rows_of(1))[0]
    names = list(record if model is ListingRecord else version)
    marks = ", ".join("?" * len(names))
    return f"INSERT OR REPLACE INTO {table(model).name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # our own names


def _plain(value: Any, moment: str) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"), sort_keys=True)
    return moment if isinstance(value, datetime) else value


def step_record(home: Path, night: datetime, spool: str) -> float:
    """One night's record and reconcile."""
    with open_catalog(home / "catalog.sqlite") as catalog:
        start = time.process_time()
        run = store.begin_run(catalog, night, sample=False)
        store.record(catalog, run, home / spool, night)
        store.reconcile(catalog, run, night)
        store.finish_run(catalog, run, night)
        return time.process_time() - start


def step_project(home: Path) -> float:
    """Opportunities from what a night wrote."""
    with open_catalog(home / "catalog.sqlite") as catalog:
        start = time.process_time()
        project(catalog, NIGHT)
        return time.process_time() - start


def run_step(name: str, home: Path, count: int) -> dict[str, float]:
    """One step in this process: its seconds, and the peak of this process in MB."""
    steps: dict[str, Callable[[], float]] = {
        "raw": lambda: step_raw(home, count),
        "core": lambda: step_core(home, count),
        "first": lambda: step_record(home, NIGHT, "first.jsonl"),
        "second": lambda: step_record(home, NIGHT + timedelta(days=1), "second.jsonl"),
        "seen": lambda: step_record(home, NIGHT + timedelta(days=2), "seen.jsonl"),
        "project": lambda: step_project(home),
    }
    seconds = steps[name]()
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def in_own_process(name: str, home: Path, count: int) -> dict[str, float]:
    """The same step in a fresh process."""
    command = [sys.executable, __file__, "--step", name, "--home", str(home), "--listings", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    print(
        f"{count:,} listings, {name}: {found['seconds']:.2f} s, {found['peak_mb']:.0f} MB", file=sys.stderr, flush=True
    )
    return found


def measure(count: int, nights: Sequence[str]) -> dict[str, dict[str, float]]:
    """The peers and these steps of ours for one number of listings."""
    with tempfile.TemporaryDirectory() as folder:
        empty, night = Path(folder, "empty"), Path(folder, "night")
        empty.mkdir()
        with open_catalog(empty / "catalog.sqlite") as catalog, catalog.session() as session:
            store.sync_sources(session, facts())
        results = {}
        for peer in ("raw", "core"):
            home = Path(folder, peer)
            shutil.copytree(empty, home)
            results[peer] = in_own_process(peer, home, count)
            shutil.rmtree(home)
        shutil.copytree(empty, night)
        write_spool(night / "first.jsonl", count, NIGHT)
        write_spool(night / "second.jsonl", count, NIGHT + timedelta(days=1))
        write_seen(night / "seen.jsonl", count)
        for step in nights:
            results[step] = in_own_process(step, night, count)
    return results


def main() -> int:
    """Measure and print; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(run_step(arguments.step, arguments.home, arguments.listings)))
        return 0
    small = measure(arguments.small, (*NIGHTS, "project"))
    large = measure(arguments.listings, NIGHTS)
    ratios = {
        "first / core": (large["first"]["seconds"] / large["core"]["seconds"], 2.5),
        "second / first": (large["second"]["seconds"] / large["first"]["seconds"], 0.5),
        "peak memory, large / small": (large["first"]["peak_mb"] / small["first"]["peak_mb"], 1.25),
    }
    missed = [name for name, (ratio, most) in ratios.items() if ratio > most]
    if arguments.json:
        print(
            json.dumps({"large": large, "small": small, "ratios": {name: ratio for name, (ratio, _) in ratios.items()}})
        )
        return 1 if missed else 0
    print(f"{'step':10} {'seconds':>9} {'listings/s':>11} {'peak MB':>8} {'peak MB, small':>15}")
    for name, result in large.items():
        rate = arguments.listings / result["seconds"]
        print(
            f"{name:10} {result['seconds']:9.2f} {rate:11,.0f} {result['peak_mb']:8.0f} {small[name]['peak_mb']:15.0f}"
        )
    print(f"project: {1000 * small['project']['seconds'] / arguments.small:.1f} ms a listing")
    for name, (ratio, most) in ratios.items():
        print(f"{name}: {ratio:.2f} (at most {most}){'  MISSED' if ratio > most else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
