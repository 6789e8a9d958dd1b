"""How fast a site is made: from a catalog file to pages and lists on disk, beside its floors and peers, in one run.

    python bench/site.py [--opportunities 10000] [--hugo PATH] [--eleventy PATH] [--pelican PATH] [--json]

The catalog is invented and is not timed. Every build runs in a process of its own into a fresh folder, so that its peak
memory is its own. Search index, compressed copies, downloads, feeds, the planner's data and the pages that are told
once are timed apart (``seconds`` has every step). What is compared:

* ``full``: the pages of opportunities and every list page, reading SQLite counted;
* ``again``: the same catalog on the next day, nothing changed;
* ``one percent``: one opportunity of a hundred changed since the release before (``by turns``: and a full build of the
  same, three times each, without search and compressed copies; the ratio is that of the medians);
* ``bytes``: the same files copied by plain reads and writes, the floor of any generator;
* ``hugo``, ``eleventy``, ``pelican``: the pages of opportunities and lists from a JSON file of what our own templates
  are given (``bench/site_peers.py``); each where its program is given. ``same_pages`` are those that say, word for
  word and element for element, what ours say. They and ours (``ours, by turns``) run three times by turns, so that a
  busy moment of the machine meets all; what is told are the medians.

The peers make the same pages: every opportunity, every list with its paging, what each credit counts for, JSON-LD, head
and foot. They are spared what ours does in the same steps: reading SQL, working out words and counts, a calendar file
for each opportunity with dates, the entries of feeds and of the planner, and the ledger that makes the next build
cheap. Nobody draws similar ones: a ranking, which is no part of a build, names them.

``--many 100000`` adds a full build of that many, whose peak memory is set beside that of the first. Its catalog holds
the rows of the first many times over, under other ids.

Seconds are those on the wall; ``processor_seconds`` beside them are not stretched by other work on the machine.
Targets: full / hugo <= 1, one percent / full <= 0.1, and a peak that does not follow the number of opportunities.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder holds a `catalog` that is no package
sys.path.insert(1, sys.path[0] + "/site")

import argparse
import importlib.util
import json
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from datetime import datetime, timedelta
from statistics import median
from types import ModuleType
from typing import Any

from bench import site_peers
from catalog import store
from catalog.database import open_catalog
from catalog.listing import Stated
from catalog.projection import project
from catalog.spool import Finish, ListingLine, SourceEndLine
from recommend.rules import load_credentials
from render.build import build_site
from render.output import LEDGER
from render.settings import SiteSettings

PAGES = ("read", "prepare", "opportunities", "lists", "finish")
"""Steps of a build that are the pages which the peers make too, with what keeps them for the next build."""

KEYS = {
    "opportunity": ("id", "family_id"),
    "credit": ("opportunity_id",),
    "offer": ("opportunity_id",),
    "scheduled_session": ("opportunity_id",),
    "topic_assignment": ("opportunity_id",),
    "opportunity_listing": ("opportunity_id", "listing_id"),
    "listing": ("id", "source_key", "url", "address"),
    "listing_version": ("listing_id",),
}
"""Tables whose rows follow the number of opportunities, and the columns that tell those rows apart."""

STEPS = ("night", "multiply", "data", "build", "pages")
CHANGED_EVERY = 100
TURNS = 3


def listings_module() -> ModuleType:
    """``bench/catalog.py``, which invents listings."""
    spec = importlib.util.spec_from_file_location("bench_catalog", Path(__file__).with_name("catalog.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def night(file: Path, count: int, now: datetime, *, changed: bool) -> None:
    """Record one night of invented listings and project it; ``changed`` gives every hundredth another title."""
    invented = listings_module()
    catalog = open_catalog(file)
    with catalog.session() as session:
        store.sync_sources(session, invented.facts())
    run = store.begin_run(catalog, now, False)
    spool = file.with_suffix(".jsonl")
    with spool.open("w", encoding="utf-8") as lines:
        for number, listing in enumerate(invented.listings(count, now)):
            shown = listing
            if changed and number % CHANGED_EVERY == 0:
                title = Stated(value=f"{listing.title.value} (new edition)", evidence=listing.title.evidence)
                shown = listing.model_copy(update={"title": title})
            lines.write(ListingLine(listing=shown).model_dump_json() + "\n")
        for source in invented.facts():
            end = SourceEndLine(source=source.id, finish=Finish.COMPLETE, listings=count // len(invented.facts()))
            lines.write(end.model_dump_json() + "\n")
    store.record(catalog, run, spool, now)
    store.reconcile(catalog, run, now)
    store.finish_run(catalog, run, now)
    project(catalog, now)


def multiply(file: Path, times: int, into: Path) -> None:
    """The same catalog with each opportunity ``times`` over: to project so many takes minutes, and is not timed."""
    shutil.copy(file, into)
    with closing(sqlite3.connect(into)) as sql:
        for table, keys in KEYS.items():
            columns = [row[1] for row in sql.execute(f"PRAGMA table_info({table})")]
            for number in range(1, times):
                values = ", ".join(f"\"{name}\" || '~{number}'" if name in keys else f'"{name}"' for name in columns)
                sql.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE \"{keys[0]}\" NOT LIKE '%~%'")  # noqa: S608 - our own words
        sql.commit()


def build_once(file: Path, output: Path, previous: Path | None, now: datetime, *, whole: bool) -> dict[str, Any]:
    """One build in this process: seconds by step, files, peak memory; without search and copies if not ``whole``."""
    catalog = open_catalog(file)
    start = time.perf_counter()
    settings = SiteSettings(base_url="https://ce.example.org/", search=whole, compress=whole)
    report = build_site(catalog, output, now=now, settings=settings, credentials=load_credentials(), previous=previous)
    return {
        "seconds": {name: round(seconds, 3) for name, seconds in report.seconds.items()},
        "processor_seconds": {name: round(seconds, 3) for name, seconds in report.processor.items()},
        "pages_seconds": round(sum(report.seconds.get(name, 0.0) for name in PAGES), 3),
        "pages_processor_seconds": round(sum(report.processor.get(name, 0.0) for name in PAGES), 3),
        "all_seconds": round(time.perf_counter() - start, 3),
        "pages": report.pages,
        "written": report.written,
        "linked": report.linked,
        "megabytes": round(report.bytes / 1e6, 1),
        "peak_megabytes": {name: round(peak) for name, peak in report.peak_megabytes.items()},
    }


def in_own_process(*order: str) -> dict[str, Any]:
    """One step of this script in a process of its own; what it prints is its answer.

    Every large step goes that way, for a process tells no smaller peak than the one that started it had.
    """
    done = subprocess.run([sys.executable, __file__, *order], check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout or "{}")
    return answer


def copy_bytes(site: Path, output: Path) -> dict[str, Any]:
    """Read and write every page of a site: what no generator can be faster than."""
    pages = [(path.relative_to(site), path.read_bytes()) for path in site.rglob("*.html")]
    start = time.perf_counter()
    for name, data in pages:
        file = output / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return {"pages": len(pages), "pages_seconds": round(time.perf_counter() - start, 3)}


def by_turns(programs: list[tuple[str, str]], file: Path, root: Path, now: datetime) -> dict[str, dict[str, Any]]:
    """Our pages and those of each peer by turns into fresh folders: of each the medians of its runs, and those."""
    runs: dict[str, list[dict[str, Any]]] = {"ours, by turns": [], **{name: [] for name, _program in programs}}
    for turn in range(TURNS):
        folder = root / f"turn{turn}"
        ours = folder / "releases" / "r1"
        made = in_own_process("pages", str(file), str(ours), "", now.isoformat())
        seconds = {"pages_seconds": made["pages_seconds"], "processor_seconds": made["pages_processor_seconds"]}
        runs["ours, by turns"].append({"pages": made["pages"], **seconds})
        for program in programs:
            for name, run in site_peers.run_peers([program], root / "data", folder, ours).items():
                runs[name].append(run)
        shutil.rmtree(folder)
    timed = ("pages_seconds", "processor_seconds")
    return {
        name: found[0] | {each: median(run[each] for run in found) for each in timed} | {"runs": found}
        for name, found in runs.items()
    }


def changed_by_turns(first: Path, changed: Path, folder: Path, now: datetime) -> dict[str, float]:
    """A full build of the changed catalog and one that carries on, by turns: the second's medians over the first's."""
    releases, kept = folder / "releases", folder / "ledger.sqlite"
    in_own_process("pages", str(first), str(releases / "r1"), "", now.isoformat())
    shutil.copy(releases / LEDGER, kept)
    runs: dict[str, list[dict[str, Any]]] = {"full": [], "one percent": []}
    for _turn in range(TURNS):
        runs["full"].append(in_own_process("pages", str(changed), str(folder / "full" / "r1"), "", now.isoformat()))
        shutil.copy(kept, releases / LEDGER)
        order = ("pages", str(changed), str(releases / "r2"), str(releases / "r1"), now.isoformat())
        runs["one percent"].append(in_own_process(*order))
        shutil.rmtree(folder / "full")
        shutil.rmtree(releases / "r2")
    medians = {
        (name, each): median(run[each] for run in found)
        for name, found in runs.items()
        for each in ("pages_seconds", "pages_processor_seconds")
    }
    return {f"{name}, by turns, {each}": round(value, 3) for (name, each), value in medians.items()} | {
        f"one percent / full, {each}": round(medians["one percent", each] / medians["full", each], 3)
        for each in ("pages_seconds", "pages_processor_seconds")
    }


def compare(count: int, programs: list[tuple[str, str]], many: int | None) -> dict[str, Any]:
    """Every build, and the ratios to the targets."""
    now = datetime.fromisoformat("2026-11-22T07:00:00+00:00")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        file, releases = root / "catalog.sqlite", root / "releases"
        releases.mkdir()
        in_own_process("night", str(file), str(count), now.isoformat(), "")
        found: dict[str, Any] = {"opportunities": count}
        found["full"] = in_own_process("build", str(file), str(releases / "r1"), "", now.isoformat())
        with closing(sqlite3.connect(file)) as written, closing(sqlite3.connect(root / "first.sqlite")) as kept:
            written.backup(kept)
        if programs:
            in_own_process("data", str(file), str(root / "data"), now.isoformat(), "")
        later = now + timedelta(days=1)
        order = ("build", str(file), str(releases / "r2"), str(releases / "r1"), later.isoformat())
        found["again"] = in_own_process(*order)
        in_own_process("night", str(file), str(count), later.isoformat(), "changed")
        order = ("build", str(file), str(releases / "r3"), str(releases / "r2"), later.isoformat())
        found["one percent"] = in_own_process(*order)
        found["bytes"] = copy_bytes(releases / "r1", root / "bytes")
        full = found["full"]
        found |= changed_by_turns(root / "first.sqlite", file, root / "changed", later)
        found["full / bytes"] = round(full["pages_seconds"] / found["bytes"]["pages_seconds"], 1)
        turns = by_turns(programs, root / "first.sqlite", root, now) if programs else {}
        found |= turns
        for name, _program in programs:
            for each in ("pages_seconds", "processor_seconds"):
                found[f"full / {name}, {each}"] = round(turns["ours, by turns"][each] / turns[name][each], 2)
        if many is not None:
            in_own_process("multiply", str(file), str(root / "many.sqlite"), str(many // count), "")
            order = ("build", str(root / "many.sqlite"), str(root / "many" / "r1"), "", now.isoformat())
            found[f"full of {many}"] = in_own_process(*order)
            peak, first = (max(found[name]["peak_megabytes"].values()) for name in (f"full of {many}", "full"))
            found["peak of many / peak"] = round(peak / first, 2)
        return found


def one_step(step: str, file: Path, *given: str) -> None:
    """What a process of its own is asked for; see :func:`in_own_process`."""
    first, second, third = given
    if step == "night":
        night(file, int(first), datetime.fromisoformat(second), changed=bool(third))
    elif step == "multiply":
        multiply(file, int(second), Path(first))
    elif step == "data":
        site_peers.write_data(file, Path(first), datetime.fromisoformat(second).date())
    else:
        previous, now = Path(second) if second else None, datetime.fromisoformat(third)
        print(json.dumps(build_once(file, Path(first), previous, now, whole=step == "build")))


def main() -> None:
    """Run the comparison, or one step of it in a process of its own."""
    if sys.argv[1:2] and sys.argv[1] in STEPS:
        one_step(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opportunities", type=int, default=10_000)
    for name in site_peers.PEER:
        parser.add_argument(f"--{name}", default=shutil.which(name), help=f"path of {name}; else it is left out")
    parser.add_argument("--many", type=int, help="a second, larger build, for its peak memory")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    programs = [(name, str(Path(path).absolute())) for name in site_peers.PEER if (path := getattr(given, name))]
    found = compare(given.opportunities, programs, given.many)
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name}: {json.dumps(value)}")


if __name__ == "__main__":
    main()
