"""One night: crawl, record, reconcile, project, topics, index, render, verify, publish, report.

Each stage is safe to repeat, and a killed night is taken up where it was. Nothing that visitors see changes before the
last swap, so a night that is killed or that fails leaves yesterday's site.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aliquot import nightlog, told
from aliquot.carrying import CATALOG, copy_catalog
from aliquot.collecting import begin, collect
from aliquot.documents import plain
from aliquot.errors import CommandError, ExitCode
from aliquot.night import APPROVALS, REPORT, Night, NightReport, Say, Stage
from aliquot.places import Places
from aliquot.releasing import release_site
from aliquot.rule_watch import watch_rules
from aliquot.understanding import understand
from aliquot.verdicts import verdicts
from catalog import queries, store
from catalog.database import CatalogError
from catalog.errors import BadInputError
from render.errors import BuildError, SearchIndexError

__all__ = ["APPROVALS", "REPORT", "Night", "NightReport", "Say", "Stage", "rebuild", "run_night"]

ACCEPT_CLOCK = "clock"
CLOCK_MAY_LAG = timedelta(minutes=10)
CLOCK_MAY_LEAP = timedelta(days=400)
MISSED_AFTER = timedelta(hours=20)
OVERLAYS = ("sources", "curation", "credentials", "approvals.toml", "resting.toml", "sample_anchor")
REBUILD = "rebuild"

NAMED_ERRORS = (CommandError, CatalogError, BadInputError, BuildError, SearchIndexError)
"""Errors of the rooms that name what a person can mend; the command line has an exit status for each."""


def run_night(night: Night) -> NightReport:
    """Run the stages that were asked for, in order, and report.

    Raises ``catalog.database.CatalogLockedError`` where another run is at work, the rooms' own errors where something
    must be mended, and :class:`CommandError` with exit status 3 for anything else that ended the night. Whatever ends
    it is reported and told before it is raised.
    """
    try:
        if night.dry_run:
            return _rehearse(night)
        night.places.home.mkdir(parents=True, exist_ok=True)
        with store.open_catalog(night.places.catalog_address) as catalog, catalog.lock():
            return _work(night, catalog)
    except NAMED_ERRORS:
        raise
    except Exception as error:
        raise CommandError(f"the night failed: {_first_line(error)}", ExitCode.NOT_PUBLISHED) from error


def _first_line(error: Exception) -> str:
    """What an error of a library says, without its second thoughts."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _work(night: Night, catalog: store.Catalog) -> NightReport:
    _check_clock(night, catalog)
    begun = begin(night, catalog)
    report = NightReport(
        run=begun.run,
        now=night.now,
        sample=night.places.sample,
        resumed=begun.resumed,
        publishes=night.publishes,
    )
    with nightlog.kept(night.folder(begun.run), begun.run, night.telling.secrets), _reported(night, catalog, report):
        with _timed(report, "collect"):
            collect(night, catalog, begun, report)
        with _timed(report, "rules"):
            watch_rules(night, catalog, report)
        _finish(night, catalog, report)
    return report


def rebuild(night: Night) -> NightReport:
    """Render, verify and publish from the catalog as it stands, without a crawl."""
    with store.open_catalog(night.places.catalog_address) as catalog, catalog.lock():
        report = NightReport(run=REBUILD, now=night.now, sample=night.places.sample)
        _finish(night, catalog, report)
    return report


def _finish(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Everything after the crawl."""
    with _timed(report, "understand"):
        understand(night, catalog, report)
    if Stage.SITE in night.only:
        with _timed(report, "site"):
            release_site(night, catalog, report)


def _rehearse(night: Night) -> NightReport:
    """A dry run: the same stages over a copy of the catalog in a folder that is thrown away."""
    night.places.home.mkdir(parents=True, exist_ok=True)
    if not night.places.catalog_address.startswith("sqlite"):
        raise CommandError("a dry run works on a copy, and a catalog in PostgreSQL is not copied")
    with TemporaryDirectory(dir=night.places.home, prefix=".dry-run-") as folder:
        home = Path(folder)
        if (night.places.home / CATALOG).exists():
            copy_catalog(night.places.home / CATALOG, home / CATALOG)
        for name in OVERLAYS:
            if (night.places.home / name).exists():
                (home / name).symlink_to(night.places.home / name)
        places = Places(home, f"sqlite:///{home / CATALOG}", night.places.sample)
        copied = replace(night, places=places)
        with store.open_catalog(places.catalog_address) as catalog, catalog.lock():
            return _work(copied, catalog)


def _check_clock(night: Night, catalog: store.Catalog) -> None:
    """Refuse to work by a clock that cannot be right: what is live, missing or withdrawn is reckoned from it."""
    for last in queries.runs(catalog, 1):
        apart = night.now - last.started_at
        if (apart < -CLOCK_MAY_LAG or apart > CLOCK_MAY_LEAP) and ACCEPT_CLOCK not in night.accepted:
            raise CommandError(
                f"the clock says {night.now:%Y-%m-%d %H:%M} UTC, but the last run began "
                f"{last.started_at:%Y-%m-%d %H:%M}; set the clock (or add --accept {ACCEPT_CLOCK})"
            )


@contextmanager
def _timed(report: NightReport, stage: str) -> Iterator[None]:
    start = time.perf_counter()
    nightlog.note("stage.begun", stage=stage)
    try:
        yield
    finally:
        report.seconds[stage] = round(time.perf_counter() - start, 3)
        nightlog.note("stage.ended", stage=stage, seconds=report.seconds[stage])


@contextmanager
def _reported(night: Night, catalog: store.Catalog, report: NightReport) -> Iterator[None]:
    """Report and tell whatever happens inside, before it goes on its way."""
    try:
        yield
    except Exception as error:
        report.problems = (*report.problems, _first_line(error))
        nightlog.LOGGER.error("night.failed", exc_info=error)
        _report(night, catalog, report)
        raise
    _report(night, catalog, report)


def _report(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """The last stage: the report, the message, and the runs that are kept. Nothing here can undo a night."""
    if Stage.REPORT not in night.only:
        return
    try:
        report.verdicts = verdicts(queries.sources(catalog))
    except Exception as error:  # noqa: BLE001 - the catalog itself may be what failed; the report says so
        nightlog.warn("report.no_verdicts", reason=f"{type(error).__name__}: {error}")
    if not night.dry_run:
        report.untold = told.tell(_summary(night, report), night.telling, night.places.home)
    try:
        write_report(night, report)
        prune_runs(night.places.runs, night.settings.keep_runs)
    except OSError as error:
        nightlog.warn("report.unwritten", reason=error.strerror)


def _summary(night: Night, report: NightReport) -> told.NightSummary:
    return told.NightSummary(
        run=report.run,
        today=night.today,
        exit_code=report.exit_code,
        problems=report.problems,
        held={source: _held_sentence(source, loss) for source, loss in report.held.items()},
        verdicts=report.verdicts,
        live=report.live,
        address=None if night.places.sample else night.settings.base_url,
        rules_changed=report.rules_changed,
    )


def _held_sentence(source: str, loss: str) -> str:
    accept = f"`aliquot nightly --source {source} --accept {source}`"
    return f"{source} was held back: {loss}. Look at its pages; if they are right: {accept}"


def is_due(places: Places, now: datetime) -> bool:
    """Whether the last night that published began so long ago that one was missed."""
    for run in sorted(places.runs.iterdir(), reverse=True) if places.runs.is_dir() else ():
        file = run / REPORT
        if file.exists():
            report = json.loads(file.read_text(encoding="utf-8"))
            if report["exit_code"] <= ExitCode.SOURCE_FAILED:
                return now - datetime.fromisoformat(report["now"]) >= MISSED_AFTER
    return True


def write_report(night: Night, report: NightReport) -> None:
    """Keep what the night did beside its spool, in one step: a report that is there is whole."""
    sentences = [
        {**plain(verdict), "sentence": verdict.sentence, "action": verdict.action} for verdict in report.verdicts
    ]
    document = {**plain(report), "verdicts": sentences, "exit_code": int(report.exit_code)}
    file = night.folder(report.run) / REPORT
    waiting = file.with_name(f".{REPORT}.new")
    waiting.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    waiting.replace(file)


def prune_runs(runs: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` folders of runs; returns the names that went."""
    standing = sorted(entry for entry in runs.iterdir() if entry.is_dir())
    doomed = standing[:-keep]
    for entry in doomed:
        shutil.rmtree(entry)
    return [entry.name for entry in doomed]
