"""The night's first half: crawl, compare with what is known, record, reconcile. A killed night goes on where it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from aliquot import guards, nightlog
from aliquot.documents import plain
from aliquot.errors import CommandError
from aliquot.night import APPROVALS, REPORT, Night, NightReport, Stage, counted
from aliquot.resting import load_resting
from catalog import queries, store
from catalog.maintenance import forgotten_providers
from catalog.payloads import active_payloads
from catalog.spool import SourceEndLine, read_spool
from crawlers.run import KNOWN_PAGES, SPOOL, CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB
from crawlers.source import Source, load_sources, sources_of_sample_web
from recommend.rules import load_credentials

ORDERED = "ordered.json"
"""The sources that a run was begun with; a night goes on with an interrupted run only where it wants the same."""

RESUME_WITHIN = timedelta(hours=12)
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was opened, or taken up again, with the sources that it reads."""

    run: str
    sources: tuple[str, ...]
    resumed: bool


def begin(night: Night, catalog: store.Catalog) -> Begun:
    """Open a run, or take up the one that a killed night left open a few hours ago."""
    sources = load_sources(night.places.overlay("sources"))
    with catalog.session() as session:
        store.sync_sources(session, [source.facts(night.places.sample) for source in sources.values()])
    chosen = chosen_sources(night, catalog, sources)
    left = _left_open(night, catalog, chosen)
    if left is not None:
        nightlog.note("night.resumed", run_taken_up=left)
        return Begun(left, chosen, resumed=True)
    run = store.begin_run(catalog, night.now, night.places.sample)
    folder = night.folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ORDERED).write_text(json.dumps(chosen), encoding="utf-8")
    return Begun(run, chosen, resumed=False)


def _left_open(night: Night, catalog: store.Catalog, chosen: tuple[str, ...]) -> str | None:
    """The newest run, where it was killed before its end, is young enough, and was to read the same."""
    for run in queries.runs(catalog, 1):
        folder = night.folder(run.id)
        if run.state != RUNNING or not timedelta(0) <= night.now - run.started_at <= RESUME_WITHIN:
            return None
        if (folder / REPORT).exists() or not (folder / ORDERED).exists():
            return None
        return run.id if tuple(json.loads((folder / ORDERED).read_text(encoding="utf-8"))) == chosen else None
    return None


def chosen_sources(night: Night, catalog: store.Catalog, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Ids of the sources that this night reads.

    Raises :class:`CommandError` for a name that is no source, and where nothing is left to read.
    """
    if night.sources is not None:
        unknown = [name for name in night.sources if name not in sources]
        if unknown:
            raise CommandError(f"no such source: {', '.join(unknown)}; `aliquot sources list` names them all")
        return night.sources
    if night.places.sample:
        found = sources_of_sample_web(sources, SAMPLE_WEB)
    else:
        found = tuple(source.id for source in sources.values() if source.enabled and not source.only_sample)
    resting = {name for name, rest in load_resting(night.places.home).items() if rest.lasts(night.today)}
    if night.since is not None:
        resting |= {
            source.id
            for source in queries.sources(catalog)
            if source.read_on is not None and source.read_on >= night.since
        }
    gone = forgotten_providers(catalog)
    left = tuple(name for name in found if name not in resting and sources[name].provider not in gone)
    if not left:
        raise CommandError("no source is left to read; `aliquot sources list` says why")
    return left


def collect(night: Night, catalog: store.Catalog, begun: Begun, report: NightReport) -> None:
    """Crawl, compare, record, reconcile: what the sources publish now, kept."""
    spool = night.folder(begun.run) / SPOOL
    if Stage.CRAWL in night.only and not spool.with_name(guards.ADMITTED).exists():
        _crawl(night, catalog, begun)
    if Stage.RECORD not in night.only or not spool.exists():
        report.sources = _ends(spool) if spool.exists() else ()
        return
    night.doing("record: comparing with what is known")
    admitted, held = guards.admit(spool, lambda source: active_payloads(catalog, source), night.today, night.accepted)
    report.held = held
    for source, loss in held.items():
        night.say(f"guard: {source} was held back: {loss}")
        nightlog.warn("guard.held", source=source, loss=loss)
    report.counts["record"] = plain(store.record(catalog, begun.run, admitted, night.now))
    report.counts["reconcile"] = plain(store.reconcile(catalog, begun.run, night.now))
    rules = {id_: plain(rule) for id_, rule in load_credentials(night.places.overlay("credentials")).items()}
    store.record_rules(catalog, begun.run, rules, night.now)
    store.finish_run(catalog, begun.run, night.now)
    report.sources = _ends(admitted)
    for end in report.failed:
        night.say(f"crawl: {end.source} {end.finish.value}: {end.detail or end.cause or 'no reason given'}")
        nightlog.warn("source.failed", source=end.source, cause=end.cause, detail=end.detail, url=end.url)
    night.say(f"record: {counted(report.counts['record'])}")


def _crawl(night: Night, catalog: store.Catalog, begun: Begun) -> None:
    folder = night.folder(begun.run)
    ended = {end.source for end in _ends(folder / SPOOL)} if (folder / SPOOL).exists() else set[str]()
    left = tuple(name for name in begun.sources if name not in ended)
    if not left:
        return
    _remember_pages(night, catalog, left, folder / KNOWN_PAGES)
    night.say(f"crawl: {len(left)} sources")
    pages: Counter[str] = Counter()

    def watch(event: dict[str, Any]) -> None:
        pages[event["source"]] += 1
        night.doing(f"crawl: {pages.total()} pages, now {event['source']}")

    crawl(_crawl_order(night, folder, left), watch)


def _ends(spool: Path) -> tuple[SourceEndLine, ...]:
    """The last line of each source, in the order in which they ended."""
    return tuple({line.source: line for line in read_spool(spool) if isinstance(line, SourceEndLine)}.values())


def _crawl_order(night: Night, folder: Path, chosen: tuple[str, ...]) -> CrawlOrder:
    places = night.places
    return CrawlOrder(
        run_folder=folder,
        sources=chosen,
        now=night.now,
        overlay=places.overlay("sources"),
        approvals=places.home / APPROVALS,
        sample=SampleWeb(anchor=places.sample_anchor(night.today), port=night.sample_port) if places.sample else None,
        known_pages=folder / KNOWN_PAGES,
        contact=night.settings.contact,
    )


def _remember_pages(night: Night, catalog: store.Catalog, sources: tuple[str, ...], file: Path) -> None:
    """Write what the crawl needs to know. Of a source that is to be accepted as it is, every page is asked for."""
    whole = night.accepted & set(sources)
    parts = ((whole, None), (set(sources) - whole, night.now))
    with file.open("w", encoding="utf-8") as lines:
        for page in chain.from_iterable(store.known_pages(catalog, names, now) for names, now in parts if names):
            lines.write(page.model_dump_json() + "\n")
