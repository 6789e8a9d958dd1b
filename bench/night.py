"""What the nights after the first one cost where nothing changed: requests, answers with a body, bytes, CPU seconds.

    python -m bench.night                 4,500 courses on the sample web
    python -m bench.night --courses 600   a small catalog, where starting two processes is most of a night
    python -m bench.night --carried       on a forge, where each night unpacks what the last one packed

The sample web's courses are copied under new addresses and numbers. Three nights follow one another: the first; the
next, on which nothing changed; and one on which nothing changed but a date came, so that a list of what comes soon is
another. Every file that a night wrote anew is named. Beside the whole cost stands the bare start of the two processes
of a night, the command and the crawl: no night can cost less.

What a night need not ask for it knows from the pages' ``Last-Modified``: their ages are spread evenly from a month to
three years, as those of a shop that has stood for a while. A site that does not tell them has to be known for months
before its pages take turns (see ``catalog/due.py``); ``--ageless`` measures that one.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aliquot import carrying
from bench.nights import House
from crawlers.sample_server import SAMPLE_WEB, SampleServer

ANCHOR = datetime(2026, 11, 22, 7, 17, tzinfo=UTC)
"""The society's dates are laid around this day: two days later none of them passes, three days later one does."""

FIRST, QUIET, DATED = (ANCHOR + timedelta(days=days) for days in (1, 2, 3))
HOST = "www.labce.com"
DATED_HOST = "society.example"
SOURCES = ("labce", "sample-society")
LIST = "mls_mlt_courses.aspx"
WANTED_SHARE = 0.1
COPIES = (".gz", ".br")
STARTS = (
    "import aliquot.cli, aliquot.commands.operations",
    "import scrapy.crawler, crawlers.run, crawlers.settings, crawlers.spiders.labelled_pages",
)
"""The command and the crawl, with nothing to do."""


@dataclass(frozen=True)
class Cost:
    """What one night cost. ``written`` are the files that it wrote anew, without their compressed copies."""

    requests: int
    bodies: int
    bytes: int
    cpu: float
    seconds: float
    written: Sequence[str]

    @property
    def pages(self) -> int:
        """How many of the files are pages."""
        return sum(name.endswith(".html") for name in self.written)


def carried(house: House, home: Path) -> House:
    """The installation on another machine, packed and unpacked; tells what that cost."""
    parcel, began = home.with_name(f"{home.name}-parcel"), time.process_time()
    there = House(home, house.port)
    packed = carrying.save(house.places, parcel)
    unpacked_from = time.process_time()
    carrying.load(there.places, parcel)
    seconds = f"{unpacked_from - began:.1f} CPU seconds to pack, {time.process_time() - unpacked_from:.1f} to unpack"
    print(f"carried: {carrying.words(packed)}; {seconds}")
    return there


YOUNGEST, OLDEST = timedelta(days=30), timedelta(days=3 * 365)


def enlarged_web(folder: Path, courses: int, *, ageless: bool = False) -> Path:
    """The sample web's LabCE with so many courses, and its society's calendar as it is."""
    host = folder / HOST
    for name in (HOST, DATED_HOST):
        shutil.copytree(SAMPLE_WEB / name, folder / name)
    listed = (host / LIST).read_text(encoding="utf-8")
    models = [host / f"{name}.aspx" for name in re.findall(r'<li><a href="/([\w-]+)\.aspx">', listed)]
    texts = [model.read_text(encoding="utf-8") for model in models if model.is_file()]
    links = []
    for number in range(courses):
        text = re.sub(r"<h1>(.*?) \(", rf"<h1>\1, part {number} (", texts[number % len(texts)], count=1)
        text = re.sub(r"578-\d{3}-", f"578-{number:04d}-", text)
        (host / f"course_{number}.aspx").write_text(text, encoding="utf-8")
        links.append(f'<li><a href="/course_{number}.aspx">Course {number}</a> - 1 hour(s)</li>')
    (host / LIST).write_text(listed.replace("</ul>\n", "\n".join(links) + "</ul>\n"), encoding="utf-8")
    pages = sorted(host.glob("*.aspx"))
    for number, page in enumerate(pages):
        changed = ANCHOR - YOUNGEST - (OLDEST - YOUNGEST) * number / len(pages)
        os.utime(page, (changed.timestamp(), changed.timestamp()))
    if ageless:
        told = host / "_host.toml"
        told.write_text(f'validators = ["etag"]\n{told.read_text(encoding="utf-8")}', encoding="utf-8")
    return folder


def cost(house: House, now: datetime) -> Cost:
    """Run a night and add up what it cost."""
    ended = house.night(now, SOURCES)
    if ended.code != 0:
        raise SystemExit(f"the night ended with {ended.code}:\n{ended.words}")
    report: Mapping[str, Any] = house.report() or {}
    ends = report["sources"]
    return Cost(
        requests=sum(end["requests"] for end in ends),
        bodies=sum(end["requests"] - end["not_modified"] for end in ends),
        bytes=sum(end["bytes"] for end in ends),
        cpu=ended.cpu,
        seconds=ended.seconds,
        written=written_anew(house.places.current.resolve()),
    )


def written_anew(release: Path) -> list[str]:
    """The files of a release that are no links to a file of the release before, without compressed copies."""
    files = (file for file in release.rglob("*") if file.is_file() and file.suffix not in COPIES)
    return sorted(file.relative_to(release).as_posix() for file in files if file.stat().st_nlink == 1)


def bare_start() -> float:
    """CPU seconds of starting both processes with nothing to do, the least of three times."""
    return min(_bare_start() for _ in range(3))


def _bare_start() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for code in STARTS:
        subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(nights: Sequence[Cost], start: float) -> list[tuple[str, list[float]]]:
    """What is shown of each night: a name and a number a night."""
    return [
        ("requests", [night.requests for night in nights]),
        ("answers with a body", [night.bodies for night in nights]),
        ("bytes read", [night.bytes for night in nights]),
        ("files written", [len(night.written) for night in nights]),
        ("pages among them", [night.pages for night in nights]),
        ("CPU seconds", [round(night.cpu, 1) for night in nights]),
        ("CPU seconds, without the start", [round(max(0.0, night.cpu - start), 1) for night in nights]),
        ("seconds", [round(night.seconds, 1) for night in nights]),
    ]


def main() -> int:
    """Print the nights; exit status 1 where the quiet one costs more than a tenth of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=4500, help="at most 4,900: a source is read to 5,000 pages")
    parser.add_argument("--ageless", action="store_true", help="the shop does not tell when its pages last changed")
    parser.add_argument("--carried", action="store_true", help="each night on a machine of its own, as on a forge")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aliquot-night-") as folder:
        root = enlarged_web(Path(folder) / "web", asked.courses, ageless=asked.ageless)
        with SampleServer(root, ANCHOR.date()) as web:
            house = House(Path(folder) / "home", web.port)
            house.places.home.mkdir(parents=True)
            (house.places.home / "sample_anchor").write_text(f"{ANCHOR.date()}\n", encoding="utf-8")
            nights = [cost(house, FIRST)]
            for now in (QUIET, DATED):
                if asked.carried:
                    house = carried(house, Path(folder) / f"home-{now:%d}")
                nights.append(cost(house, now))
    start = bare_start()
    rows = table(nights, start)
    print(f"{asked.courses} courses; the bare start of both processes takes {start:.1f} CPU seconds\n")
    print(f"{'':<32}{'first night':>13}{'nothing changed':>17}{'':>7}{'a date came':>15}")
    for name, (first, quiet, dated) in rows:
        print(f"{name:<32}{first:>13}{quiet:>17}{quiet / first:>7.1%}{dated:>15}{dated / first:>7.1%}")
    for title, night in zip(("nothing changed", "a date came"), nights[1:], strict=True):
        print(f"\n{title}: " + ", ".join(night.written))
    judged = ("requests", "bytes read", "files written", "pages among them", "CPU seconds")
    missed = [name for name, (first, quiet, _dated) in rows if name in judged and quiet > WANTED_SHARE * first]
    print("\nnothing changed: " + (f"more than a tenth: {', '.join(missed)}" if missed else "a tenth or less of each"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
