"""What the night after the first one costs where nothing changed: requests, answers with a body, bytes, CPU seconds.

    python -m bench.night                 600 courses on the sample web
    python -m bench.night --courses 2000

The sample web's courses are copied under new addresses and numbers, so that the cost of starting two processes does not
hide the cost of the work. Both figures are shown: the whole night, and the night without the bare start of the command.

The second night is the very next one. What it need not ask for it knows from the pages' ``Last-Modified``: their ages
are spread evenly from a month to three years, as those of a shop that has stood for a while. A site that does not tell
them has to be known for months before its pages take turns (see ``catalog/due.py``); ``--ageless`` measures that one.
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
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.nights import House
from crawlers.sample_server import SAMPLE_WEB, SampleServer

FIRST = datetime(2026, 11, 22, 7, 17, tzinfo=UTC)
HOST = "www.labce.com"
DATED_HOST = "society.example"
SOURCES = ("labce", "sample-society")
LIST = "mls_mlt_courses.aspx"
WANTED_SHARE = 0.1


@dataclass(frozen=True)
class Cost:
    """What one night cost."""

    requests: int
    bodies: int
    bytes: int
    cpu: float
    seconds: float
    pages_written: int


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
        changed = FIRST - YOUNGEST - (OLDEST - YOUNGEST) * number / len(pages)
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
    rendered = report["counts"].get("render", {})
    return Cost(
        requests=sum(end["requests"] for end in ends),
        bodies=sum(end["requests"] - end["not_modified"] for end in ends),
        bytes=sum(end["bytes"] for end in ends),
        cpu=ended.cpu,
        seconds=ended.seconds,
        pages_written=rendered.get("written", 0),
    )


def bare_start() -> float:
    """CPU seconds of starting the command and a crawl's process with nothing to do."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    starts = (
        "import aliquot.cli, aliquot.commands.operations",
        "import scrapy.crawler, crawlers.settings, crawlers.spiders, crawlers.pipelines",
    )
    for code in starts:
        subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print both nights; exit status 1 where the second costs more than a tenth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=600)
    parser.add_argument("--ageless", action="store_true", help="the shop does not tell when its pages last changed")
    asked = parser.parse_args()
    courses = asked.courses
    with tempfile.TemporaryDirectory(prefix="aliquot-night-") as folder:
        root = enlarged_web(Path(folder) / "web", courses, ageless=asked.ageless)
        with SampleServer(root, FIRST.date()) as web:
            house = House(Path(folder) / "home", web.port)
            first = cost(house, FIRST)
            second = cost(house, FIRST + timedelta(days=1))
    start = bare_start()
    rows = [
        ("requests", first.requests, second.requests),
        ("answers with a body", first.bodies, second.bodies),
        ("bytes read", first.bytes, second.bytes),
        ("files written", first.pages_written, second.pages_written),
        ("CPU seconds, whole", round(first.cpu, 1), round(second.cpu, 1)),
        ("CPU seconds, without the start", round(first.cpu - start, 1), round(max(0.0, second.cpu - start), 1)),
        ("seconds", round(first.seconds, 1), round(second.seconds, 1)),
    ]
    print(f"{courses} courses; the bare start of both processes takes {start:.1f} CPU seconds\n")
    print(f"{'':<32}{'first night':>14}{'second night':>14}{'share':>9}")
    for name, one, two in rows:
        print(f"{name:<32}{one:>14}{two:>14}{two / one:>9.1%}")
    shares = {name: two / one for name, one, two in rows}
    judged = ("requests", "answers with a body", "bytes read", "files written", "CPU seconds, without the start")
    missed = [name for name in judged if shares[name] > WANTED_SHARE]
    print(
        "\n"
        + (
            f"more than a tenth: {', '.join(missed)}"
            if missed
            else "all of what changes with the work: a tenth or less"
        )
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
