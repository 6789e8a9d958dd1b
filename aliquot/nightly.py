"""One night: crawl, record, reconcile, project, topics, index, render, verify, publish, report.

Each stage is safe to repeat. Nothing that visitors see changes before the last swap, so a night that is killed or that
fails leaves yesterday's site.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from aliquot.answers import answer
from aliquot.documents import plain
from aliquot.errors import CommandError, ExitCode
from aliquot.places import Places
from aliquot.publish import current_release, prune, publish, release_name
from aliquot.settings import Settings
from catalog import projection, queries, store
from catalog.spool import Finish, SourceEndLine
from crawlers.run import KNOWN_PAGES, SPOOL, CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB
from crawlers.source import load_sources, sources_of_sample_web
from recommend.index import build_index
from recommend.profile import sample_profile
from recommend.rules import load_credentials
from recommend.topics import classify
from render.answer import SampleAnswer
from render.build import build_site
from render.settings import SiteSettings
from render.verify import verify

Say = Callable[[str], None]
REPORT = "report.json"
APPROVALS = "approvals.toml"
SAMPLE_SUGGESTIONS = 20
"""How long the sample technician's list on the site is."""


def _keep_quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night's order: the clock, where everything lives, and what is asked for.

    ``say`` gets one line a stage that ended, ``doing`` what is going on between them. ``sources`` of ``None`` is every
    enabled source. ``sample_port`` names a sample web that already runs.
    """

    now: datetime
    places: Places
    settings: Settings
    say: Say
    sources: tuple[str, ...] | None = None
    sample_port: int | None = None
    doing: Say = _keep_quiet

    @property
    def today(self) -> date:
        """The day of the night's clock."""
        return self.now.date()


@dataclass(slots=True)
class NightReport:
    """What a night did; written to ``runs/<id>/report.json``."""

    run: str
    now: datetime
    sample: bool
    sources: tuple[SourceEndLine, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    release: str | None = None

    @property
    def failed(self) -> tuple[SourceEndLine, ...]:
        """Sources whose crawl did not end completely."""
        return tuple(end for end in self.sources if end.finish is not Finish.COMPLETE)

    @property
    def exit_code(self) -> ExitCode:
        """0 good; 1 published, but a source failed; 3 not published."""
        if self.release is None:
            return ExitCode.NOT_PUBLISHED
        return ExitCode.SOURCE_FAILED if self.failed else ExitCode.GOOD


def run_night(night: Night) -> NightReport:
    """Run every stage in order, and report.

    Raises ``catalog.database.CatalogLockedError`` where another run is at work.
    """
    night.places.home.mkdir(parents=True, exist_ok=True)
    with store.open_catalog(night.places.catalog_address) as catalog, catalog.lock():
        report = collect(night, catalog)
        understand(night, catalog, report)
        release_site(night, catalog, report)
        write_report(night, report)
    return report


def rebuild(night: Night) -> NightReport:
    """Render, verify and publish from the catalog as it stands, without a crawl."""
    with store.open_catalog(night.places.catalog_address) as catalog, catalog.lock():
        report = NightReport(run="rebuild", now=night.now, sample=night.places.sample)
        understand(night, catalog, report)
        release_site(night, catalog, report)
    return report


def collect(night: Night, catalog: store.Catalog) -> NightReport:
    """Crawl, record, reconcile: what the sources publish now, kept."""
    places = night.places
    sources = load_sources(places.overlay("sources"))
    with catalog.session() as session:
        store.sync_sources(session, [source.facts(places.sample) for source in sources.values()])
    chosen = chosen_sources(night)
    run = store.begin_run(catalog, night.now, places.sample)
    folder = places.runs / run
    folder.mkdir(parents=True, exist_ok=True)
    _remember_pages(catalog, chosen, folder / KNOWN_PAGES)
    night.say(f"crawl: {len(chosen)} sources")
    pages: Counter[str] = Counter()

    def watch(event: dict[str, Any]) -> None:
        pages[event["source"]] += 1
        night.doing(f"crawl: {pages.total()} pages, now {event['source']}")

    outcome = crawl(_crawl_order(night, folder, chosen), watch)
    report = NightReport(run=run, now=night.now, sample=places.sample, sources=outcome.ends)
    for end in report.failed:
        night.say(f"crawl: {end.source} {end.finish.value}: {end.detail or end.cause or 'no reason given'}")
    report.counts["record"] = plain(store.record(catalog, run, folder / SPOOL, night.now))
    report.counts["reconcile"] = plain(store.reconcile(catalog, run, night.now))
    store.finish_run(catalog, run, night.now)
    night.say(f"record: {_counted(report.counts['record'])}")
    return report


def chosen_sources(night: Night) -> tuple[str, ...]:
    """Ids of the sources that this night reads.

    Raises :class:`CommandError` for a name that is no source, and where nothing is left to read.
    """
    sources = load_sources(night.places.overlay("sources"))
    if night.sources is not None:
        unknown = [name for name in night.sources if name not in sources]
        if unknown:
            raise CommandError(f"no such source: {', '.join(unknown)}; `aliquot sources list` names them all")
        return night.sources
    if night.places.sample:
        return sources_of_sample_web(sources, SAMPLE_WEB)
    found = tuple(source.id for source in sources.values() if source.enabled and not source.only_sample)
    if not found:
        raise CommandError("no source is enabled; `aliquot sources list` says why")
    return found


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


def _remember_pages(catalog: store.Catalog, sources: tuple[str, ...], file: Path) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for page in store.known_pages(catalog, sources):
            lines.write(page.model_dump_json() + "\n")


def understand(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Project, topics, index: opportunities from listings, their topics, and the relevance index."""
    night.doing("project: making opportunities of listings")
    report.counts["project"] = plain(projection.project(catalog, night.now))
    night.say(f"project: {_counted(report.counts['project'])}")
    opportunities = queries.opportunities(catalog)
    store.save_topic_guesses(catalog, classify(opportunities))
    index = build_index(queries.opportunities(catalog), fingerprint=queries.fingerprint(catalog))
    index.save(night.places.index)
    night.say(f"index: {len(opportunities)} opportunities")


def release_site(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Render beside the live release, verify, and publish what has no fault."""
    places = night.places
    places.releases.mkdir(parents=True, exist_ok=True)
    live = current_release(places.current)
    night.doing("render: writing the site")
    release = places.releases / release_name(night.now, places.releases)
    built = build_site(
        catalog,
        release,
        now=night.now,
        settings=site_settings(night.settings, sample=places.sample),
        credentials=load_credentials(places.overlay("credentials")),
        answer=_sample_answer(night, catalog),
        previous=live,
    )
    report.counts["render"] = plain(built)
    night.say(f"render: {_counted(report.counts['render'])}")
    report.problems = tuple(str(problem) for problem in verify(release, live))
    for problem in report.problems:
        night.say(f"verify: {problem}")
    if not report.problems:
        publish(release, places.current)
        prune(places.releases, places.current, night.settings.keep_releases)
        report.release = release.name
        night.say(f"publish: {release.name}")


def site_settings(settings: Settings, *, sample: bool) -> SiteSettings:
    """What the pages tell of their host. Sample data stays on this machine, whatever the address of the real site."""
    if sample:
        return SiteSettings(sample=True, host_name=settings.host_name)
    return SiteSettings(
        base_url=settings.base_url,
        host_name=settings.host_name,
        host_sells=settings.host_sells,
        contact=f"mailto:{settings.contact}" if settings.contact else None,
    )


def _sample_answer(night: Night, catalog: store.Catalog) -> SampleAnswer:
    profile = sample_profile(night.places.sample_anchor(night.today) if night.places.sample else night.today)
    found = answer(profile, catalog, night.places, night.now, SAMPLE_SUGGESTIONS)
    return SampleAnswer(profile=found.profile, owed=found.owed, suggestions=found.suggestions)


def _counted(counts: dict[str, Any]) -> str:
    """The numbers of a count, in words: "12 new, 3 changed"."""
    return (
        ", ".join(
            f"{number} {name.replace('_', ' ')}"
            for name, number in counts.items()
            if isinstance(number, int) and number
        )
        or "nothing to do"
    )


def write_report(night: Night, report: NightReport) -> None:
    """Keep what the night did beside its spool."""
    document = {**plain(report), "exit_code": int(report.exit_code)}
    file = night.places.runs / report.run / REPORT
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
