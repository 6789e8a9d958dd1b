"""A process that is killed with SIGKILL at a random statement of a night, again and again.

    python -m tests.catalog.drill --points 50

After each kill the catalog must be sound, must hold exactly the listings of the spool's whole batches that it says it
holds, and the next night must bring it to the same state as a night that nobody disturbed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from catalog import projection, queries, recording, store
from catalog.database import Catalog, open_catalog
from catalog.listing import Listing
from catalog.maintenance import check
from catalog.models import ListingRecord, Run, table
from catalog.projection import project
from catalog.spool import ListingLine, SourceEndLine
from tests.catalog.support import START, Crawl, credit, listing, offer, on_demand, source

FAMILY = [source("labce", catalog_family="labce", priority=10), source("medialab", catalog_family="labce")]
BATCH = 10
LISTINGS = 60


def crawl(price: int) -> Iterator[ListingLine | SourceEndLine]:
    """What a night brings: courses of two hosts that merge."""
    for host in ("labce", "medialab"):
        courses: list[Listing] = [
            listing(
                host,
                f"c{number}",
                title=f"Course number {number}",
                delivery=on_demand(),
                credits=(credit(1000 if host == "labce" else 1500),),
                offers=(offer(price),),
            )
            for number in range(LISTINGS // 2)
        ]
        yield from Crawl(courses).lines(host)


def write_spool(path: Path, price: int) -> Path:
    """The spool of a night."""
    path.write_text("".join(line.model_dump_json() + "\n" for line in crawl(price)), encoding="utf-8")
    return path


def night(catalog: Catalog, spool: Path, days: int) -> None:
    """One whole night."""
    now = START + timedelta(days=days)
    with catalog.lock():
        run = store.begin_run(catalog, now, sample=False)
        store.record(catalog, run, spool, now)
        store.reconcile(catalog, run, now)
        project(catalog, now)
        store.finish_run(catalog, run, now)


def small_batches() -> None:
    """Many transactions in a short night."""
    recording.BATCH_LINES = BATCH
    projection.BATCH = BATCH


def killed_night(home: Path, spool: Path, days: int, point: int) -> None:
    """In a child: a night that kills its own process at statement number ``point``."""
    small_batches()
    count = 0

    def count_down(*_: object) -> None:
        nonlocal count
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)

    catalog = open_catalog(home / "catalog.sqlite")
    sa.event.listen(catalog.engine, "before_cursor_execute", count_down)
    sa.event.listen(catalog.engine, "commit", count_down)
    night(catalog, spool, days)
    catalog.close()
    (home / "statements").write_text(str(count), encoding="utf-8")


def run_child(home: Path, spool: Path, days: int, point: int) -> int | None:
    """The exit code of a night in a process of its own; minus nine where it was killed."""
    child = multiprocessing.get_context("fork").Process(target=killed_night, args=(home, spool, days, point))
    child.start()
    child.join()
    return child.exitcode


def new_home(folder: Path) -> Path:
    """A home with a catalog that knows its sources."""
    folder.mkdir(parents=True)
    with open_catalog(folder / "catalog.sqlite") as catalog, catalog.session() as session:
        store.sync_sources(session, FAMILY)
    return folder


def recorded_as_told(catalog: Catalog, spool: Path) -> bool:
    """Whether the listings are exactly those of the spool up to where the last run says it came, at a whole batch."""
    with catalog.reading() as connection:
        offset = connection.scalar(sa.select(table(Run).c.spool_offset).order_by(table(Run).c.id.desc()).limit(1)) or 0
        held = set(connection.scalars(sa.select(table(ListingRecord).c.source_key + table(ListingRecord).c.source)))
    done = spool.read_bytes()[:offset].splitlines()
    told = [json.loads(line)["listing"] for line in done if json.loads(line)["type"] == "listing"]
    whole = len(done) % BATCH == 0 or offset == spool.stat().st_size
    return whole and held == {each["source_key"] + each["source"] for each in told}


def drill(folder: Path, points: int, seed: int = 0) -> list[str]:
    """Kill a first and a second night at random points; gives back what went wrong, in sentences."""
    first, second = write_spool(folder / "first.jsonl", 2000), write_spool(folder / "second.jsonl", 2500)
    calm = new_home(folder / "calm")
    statements, prints = [], []
    for days, spool in enumerate((first, second)):
        shutil.copytree(calm, folder / f"before{days}")
        run_child(calm, spool, days, 0)
        statements.append(int((calm / "statements").read_text(encoding="utf-8")))
        with open_catalog(calm / "catalog.sqlite") as catalog:
            prints.append(queries.fingerprint(catalog))
    dice, problems = random.Random(seed), []
    for number in range(points):
        which = number % 2
        home = shutil.copytree(folder / f"before{which}", folder / f"killed{number}")
        point = dice.randrange(1, statements[which] + 1)
        code = run_child(home, (first, second)[which], which, point)
        where = f"night {which + 1}, statement {point} of {statements[which]}"
        problems += [f"{where}: {problem}" for problem in _after(home, (first, second), which, code, prints)]
    return problems


def _after(home: Path, spools: tuple[Path, Path], which: int, code: int | None, prints: list[str]) -> Iterator[str]:
    if code != -signal.SIGKILL:
        yield f"the process ended with {code} and was not killed"
    with open_catalog(home / "catalog.sqlite") as catalog:
        yield from check(catalog)
        if which == 0 and not recorded_as_told(catalog, spools[0]):
            yield "its listings are not those of whole batches"
        small_batches()
        night(catalog, spools[which], which)
        yield from check(catalog)
        if queries.fingerprint(catalog) != prints[which]:
            yield "the next night did not finish the work"


def main() -> int:
    """Drill and tell; exit 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        problems = drill(Path(folder), arguments.points, arguments.seed)
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.stdout.write(f"killed {arguments.points} times: {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
