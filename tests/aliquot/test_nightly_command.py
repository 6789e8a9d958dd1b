"""The night as cron calls it: stages, dry runs, killed nights, guards and messages, each with the real command.

What is killed, stopped or must be quiet from its very start has a process of its own; the others are run in this one,
which has loaded everything that a night needs. The crawl is a process in any case.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aliquot.collecting import chosen_sources
from aliquot.nightly import Night, is_due
from aliquot.places import Places, places_of
from aliquot.resting import Rest, save_resting
from aliquot.settings import Settings
from catalog import queries
from catalog.store import open_catalog
from crawlers.sample_server import SAMPLE_WEB, Answer, Fault, SampleServer
from crawlers.source import load_sources
from tests.aliquot.support import Done, run_in

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 22, 7, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCES = ("--source", "medialab", "--source", "sample-shop")
KILL = "import os, signal, {module} as m\nm.{name} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
COMMAND = "from aliquot.cli import main; main()"

Nightly = Callable[..., Done]
Process = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def web() -> Iterator[SampleServer]:
    with SampleServer(SAMPLE_WEB, NOW.date()) as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def places(home: Path) -> Places:
    return places_of(Settings(home=home), sample=True)


@pytest.fixture(scope="module")
def nightly(web: SampleServer, home: Path) -> Nightly:
    """``nightly(now, *words)``: the command over two sources of the sample web."""

    def invoke(now: datetime, *words: str, **variables: str) -> Done:
        return run_in(home, order(now, *words), None, ALIQUOT_SAMPLE_PORT=str(web.port), **variables)

    return invoke


@pytest.fixture(scope="module")
def process(web: SampleServer, home: Path) -> Process:
    """``process(now, *words)``: the same in a process of its own, which ``before`` may damage."""

    def begin(now: datetime, *words: str, before: str = "") -> subprocess.Popen[str]:
        environment = {**os.environ, "ALIQUOT_HOME": str(home), "ALIQUOT_SAMPLE_PORT": str(web.port)}
        command = [sys.executable, "-c", before + COMMAND, *order(now, *words)]
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )

    return begin


def order(now: datetime, *words: str) -> tuple[str, ...]:
    """The words behind ``aliquot``."""
    return ("nightly", "--sample", "--now", now.isoformat(), *SOURCES, *words)


def ended(process: subprocess.Popen[str]) -> Done:
    """How it ended, and all that it said."""
    said, _ = process.communicate(timeout=300)
    return Done(process.returncode, said, "")


@pytest.fixture(scope="module", autouse=True)
def first(process: Process) -> Done:
    """One good night, asked to be quiet."""
    done = ended(process(NOW, "--quiet"))
    assert done.returncode == 0, done.stdout
    return done


@pytest.fixture(scope="module")
def days() -> Iterator[datetime]:
    """One evening after the other: a clock that only goes forward."""
    return (NOW + DAY * number for number in itertools.count(1))


def runs(places: Places) -> list[str]:
    return sorted(entry.name for entry in places.runs.iterdir())


def report_of(places: Places, run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((places.runs / run / "report.json").read_text(encoding="utf-8"))
    return found


def pages(places: Places) -> dict[str, bytes]:
    return {str(page.relative_to(places.current)): page.read_bytes() for page in places.current.glob("o/*/index.html")}


def test_a_quiet_night_says_nothing_and_leaves_a_log_and_a_report(first: Done, places: Places) -> None:
    assert first.stdout == ""
    [run] = runs(places)
    report = report_of(places, run)
    assert report["exit_code"] == 0
    assert {verdict["need"] for verdict in report["verdicts"]} == {"nothing"}
    lines = [json.loads(line) for line in (places.runs / run / "night.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["run"] for line in lines} == {run}
    assert [line["stage"] for line in lines if line["event"] == "stage.ended"] == [
        "collect",
        "rules",
        "understand",
        "site",
    ]


def test_on_the_same_day_with_nothing_new_no_release_is_made_and_no_secret_is_written(
    nightly: Nightly, places: Places
) -> None:
    live = places.current.readlink()
    done = nightly(NOW + DAY / 12, ALIQUOT_WEBHOOK_URL="http://127.0.0.1:9/verysecrettoken")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "index: nothing new" in done.stdout
    assert "render: nothing new" in done.stdout
    assert places.current.readlink() == live
    run = runs(places)[-1]
    assert report_of(places, run)["untold"] == []
    written = "".join(file.read_text(encoding="utf-8") for file in (places.runs / run).iterdir())
    assert "verysecrettoken" not in written + done.stdout + done.stderr


def test_a_run_killed_before_recording_is_taken_up_and_not_crawled_again(
    nightly: Nightly, process: Process, places: Places, web: SampleServer, days: Iterator[datetime]
) -> None:
    moment = next(days)
    before = pages(places)
    done = ended(process(moment, before=KILL.format(module="catalog.store", name="record")))
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert pages(places) == before
    run = runs(places)[-1]
    web.forget()
    done = nightly(moment + timedelta(minutes=20))
    assert done.returncode == 0, done.stdout + done.stderr
    assert web.seen == ()
    assert runs(places)[-1] == run
    assert report_of(places, run)["resumed"] is True


def test_a_night_killed_before_the_swap_leaves_the_site_and_the_next_one_clears_up(
    nightly: Nightly, process: Process, places: Places, days: Iterator[datetime]
) -> None:
    moment, live = next(days), places.current.readlink()
    before = pages(places)
    done = ended(process(moment, before=KILL.format(module="aliquot.releasing", name="verify")))
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert (places.current.readlink(), pages(places)) == (live, before)
    assert list(places.releases.glob(".building-*"))
    again = nightly(moment + timedelta(minutes=20))
    assert again.returncode == 0, again.stdout + again.stderr
    assert pages(places).keys() == before.keys()
    assert not list(places.releases.glob(".building-*"))


def test_stopping_a_night_ends_its_crawl_and_says_so(
    process: Process, places: Places, days: Iterator[datetime]
) -> None:
    before = set(runs(places))
    night = process(next(days))
    deadline = time.monotonic() + 60
    while not (begun := set(runs(places)) - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    [run] = begun
    while not (places.runs / run / "crawl.log").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    night.terminate()
    done = ended(night)
    assert done.returncode == 3, done.stdout
    assert "stopped by the system" in done.stdout
    report = report_of(places, run)
    assert any("stopped by the system" in problem for problem in report["problems"])


def test_a_dry_run_changes_nothing(
    nightly: Nightly, places: Places, web: SampleServer, days: Iterator[datetime]
) -> None:
    live, known = places.current.readlink(), runs(places)
    with open_catalog(places.catalog_address) as catalog:
        before = queries.fingerprint(catalog)
    web.faults = (Fault(retitled, host="www.medialabinc.net", pattern=r"^/microcytic_anemias\.aspx$"),)
    try:
        done = nightly(next(days), "--dry-run")
    finally:
        web.faults = ()
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "record: 1 listings, 1 changed" in done.stdout
    assert "render: " in done.stdout
    assert (places.current.readlink(), runs(places)) == (live, known)
    with open_catalog(places.catalog_address) as catalog:
        assert queries.fingerprint(catalog) == before
    assert not [entry for entry in places.home.iterdir() if entry.name.startswith(".dry-run")]


def test_one_stage_alone(nightly: Nightly, places: Places, web: SampleServer, days: Iterator[datetime]) -> None:
    live, moment = places.current.readlink(), next(days)
    done = nightly(moment, "--only", "crawl")
    assert done.returncode == 0, done.stdout + done.stderr
    web.forget()
    done = nightly(moment + timedelta(hours=1), "--only", "record", "--only", "project", "--only", "report")
    assert done.returncode == 0, done.stdout + done.stderr
    assert web.seen == ()
    assert places.current.readlink() == live


def test_since_and_rest_leave_sources_out(places: Places) -> None:
    night = Night(NOW + DAY, places, Settings(), lambda _: None)
    with open_catalog(places.catalog_address) as catalog:
        every = chosen_sources(night, catalog, load_sources())
        since = chosen_sources(replace(night, since=NOW.date()), catalog, load_sources())
        later = chosen_sources(replace(night, since=NOW.date() + 40 * DAY), catalog, load_sources())
        save_resting(places.home, {"labce": Rest(since=NOW.date(), because="its site is down")})
        awake = chosen_sources(night, catalog, load_sources())
        save_resting(places.home, {})
    assert set(every) - set(since) == {"medialab", "sample-shop"}
    assert later == every
    assert set(every) - set(awake) == {"labce"}


def test_a_night_is_due_twenty_hours_after_one_that_published(places: Places) -> None:
    published = [run for run in runs(places) if (places.runs / run / "report.json").exists()]
    last = max(
        datetime.fromisoformat(report_of(places, run)["now"])
        for run in published
        if report_of(places, run)["exit_code"] == 0
    )
    assert not is_due(places, last + timedelta(hours=19))
    assert is_due(places, last + timedelta(hours=20))
    assert is_due(replace(places, home=places.home / "nowhere"), last)


def retitled(answer: Answer) -> Answer:
    """A page under another title."""
    page = re.sub(rb"<h1[^>]*>.*?</h1>", b"<h1>Welcome to our new site</h1>", plain(answer).body)
    return Answer(answer.status, {"Content-Type": "text/html; charset=utf-8"}, page)


def test_a_redesign_is_held_back_said_and_can_be_accepted(
    nightly: Nightly, places: Places, web: SampleServer, days: Iterator[datetime]
) -> None:
    before = pages(places)
    web.faults = (
        Fault(
            retitled,
            host="www.medialabinc.net",
            pattern=r"^/(?!courses|robots)[\w.?=-]+$",
        ),
    )
    try:
        done = nightly(next(days))
        assert done.returncode == 1, done.stdout + done.stderr
        assert "was held back: " in done.stdout
        assert pages(places).keys() == before.keys()
        report = report_of(places, runs(places)[-1])
        assert list(report["held"]) == ["medialab"]
        [verdict] = [each for each in report["verdicts"] if each["source"] == "medialab"]
        assert verdict["need"] == "act"
        with open_catalog(places.catalog_address) as catalog:
            titles = {each.title for each in queries.opportunities(catalog)}
        assert "Welcome to our new site" not in titles
        accepted = nightly(next(days), "--accept", "medialab")
    finally:
        web.faults = ()
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    with open_catalog(places.catalog_address) as catalog:
        assert "Welcome to our new site" in {each.title for each in queries.opportunities(catalog)}


def plain(answer: Answer) -> Answer:
    """A page as it is before compression."""
    import gzip  # noqa: PLC0415 - only this fault looks into a page

    packed = answer.headers.get("Content-Encoding") == "gzip"
    return Answer(answer.status, {}, gzip.decompress(answer.body) if packed else answer.body)


def test_a_clock_that_went_back_is_refused_in_one_sentence(nightly: Nightly, places: Places) -> None:
    live = places.current.readlink()
    done = nightly(NOW - DAY * 30)
    assert done.returncode == 2
    assert "the clock says 2026-10-23" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert places.current.readlink() == live
