"""The site as a whole: one pass over the opportunities, then the lists, then everything that is told once.

Pages are pure functions of (template, data). Each is rendered, compared with the same page of the previous release and
written only where it differs; what is equal becomes a hard link.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.listing import Visibility
from catalog.views import OpportunityView
from recommend.credential import Credential
from render import calendars, feeds, plain
from render.acceptance import Acceptances
from render.answer import SampleAnswer, credential_rows, write_answer
from render.assets import hashed_assets, load_assets, write_assets
from render.calendar_pages import date_rows, write_calendar
from render.changes import history, write_changes
from render.compress import compress_written
from render.credential_pages import write_credentials
from render.data_page import write_data
from render.directory import directory_rows
from render.entries import Entry, card_of, entry_of
from render.facets import Cut, cuts_of
from render.guides import write_guides
from render.lists import Lists, gather, write_lists
from render.opportunity import opportunity_page
from render.output import Output
from render.press import Press
from render.search import index_folder, keep_index
from render.settings import SiteSettings
from render.sitemap import write_sitemap
from render.snapshot import Snapshot
from render.status import write_status
from render.templating import environment

if TYPE_CHECKING:
    from catalog.store import Catalog

RUNS_SHOWN = 14
CLOSING_SHOWN = 4
LINKED_FACETS = frozenset({"topic", "credit", "kind", "provider"})
"""Facets that an opportunity's own page links to, so that their lists exist even when nothing live is in them."""


class BuildError(ValueError):
    """Data that must not become a page."""


@dataclass(slots=True)
class BuildReport:
    """What a build did: opportunities seen and live, files written and linked, seconds by step."""

    opportunities: int = 0
    live: int = 0
    pages: int = 0
    written: int = 0
    linked: int = 0
    bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of a step to ``seconds``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Job:
    """What a build is asked for. ``previous`` is the live release: unchanged files are linked from it."""

    snapshot: Snapshot
    today: date
    settings: SiteSettings
    credentials: Mapping[str, Credential]
    answer: SampleAnswer | None = None
    previous: Path | None = None


@dataclass(slots=True)
class Gathered:
    """What one pass over the opportunities leaves for the pages that come after it."""

    entries: list[Entry] = field(default_factory=list)
    items: dict[str, feeds.Item] = field(default_factory=dict)
    dated: dict[str, OpportunityView] = field(default_factory=dict)
    events: dict[str, list[str]] = field(default_factory=dict)
    linked: set[Cut] = field(default_factory=set)


def build_site(  # noqa: PLR0913 - every name of it is given by the nightly job
    catalog: Catalog,
    output: Path,
    *,
    now: datetime,
    settings: SiteSettings,
    credentials: Mapping[str, Credential],
    answer: SampleAnswer | None = None,
    previous: Path | None = None,
) -> BuildReport:
    """Build the whole site of a catalog into the fresh folder ``output``.

    Files that did not change since ``previous``, the live release, are linked from it. Raises :class:`BuildError` where
    private data, or sample data as real, would be published, and :class:`render.search.SearchIndexError` where the
    search index fails.
    """
    from catalog import queries  # noqa: PLC0415 - only here, so that pages can be built without a database
    from catalog.export import export_public  # noqa: PLC0415

    report = BuildReport()
    with report.timed("read"):
        snapshot = Snapshot(
            opportunities=queries.opportunities(catalog),
            providers=queries.providers(catalog),
            sources=queries.sources(catalog),
            packages=queries.packages(catalog),
            runs=queries.runs(catalog, RUNS_SHOWN),
            changes=queries.changes(catalog, None),
            aliases=queries.aliases(catalog),
            data_date=queries.data_date(catalog),
            export=partial(export_public, catalog),
        )
    return build(Job(snapshot, now.date(), settings, credentials, answer, previous), output, report)


def build(job: Job, folder: Path, report: BuildReport | None = None) -> BuildReport:
    """Build the site of a snapshot into a folder. See :func:`build_site`."""
    report = report or BuildReport()
    folder.mkdir(parents=True, exist_ok=True)
    output = Output(folder, job.previous)
    assets = hashed_assets(load_assets())
    names = {name: hashed for name, (hashed, _content) in assets.items()}
    press = Press(output, environment(job.settings, names), job.settings)
    write_assets(output, assets)
    with report.timed("opportunities"):
        gathered = _write_opportunities(press, job, report)
    with report.timed("lists"):
        lists = gather(gathered.entries, sorted(gathered.linked, key=lambda cut: cut.path))
        dated = _cuts_with_dates(lists, gathered)
        write_lists(press, lists, dated)
    with report.timed("pages"):
        _write_pages(press, job, lists, gathered)
    with report.timed("feeds"):
        _write_feeds(press, lists, gathered, dated)
        write_sitemap(press)
    if job.settings.search:
        with report.timed("search"):
            _write_search(output)
    if job.settings.compress:
        with report.timed("compress"):
            compress_written(output)
    report.pages = sum(path.endswith(".html") for path in (*output.written, *output.linked))
    report.written, report.linked, report.bytes = output.counts.written, output.counts.linked, output.counts.bytes
    return report


def _write_opportunities(press: Press, job: Job, report: BuildReport) -> Gathered:
    """The one pass: each opportunity's page and calendar file, and what the lists need of it."""
    providers = {provider.id: provider for provider in job.snapshot.providers}
    changed = history(job.snapshot.changes)
    acceptances = Acceptances(job.credentials, press.env.get_template("counts.html"))
    card = press.env.get_template("card.html")
    gathered = Gathered(linked={_provider_cut(provider.id, provider.name) for provider in providers.values()})
    for opportunity in job.snapshot.opportunities:
        _refuse(opportunity, job.settings)
        report.opportunities += 1
        path = f"/o/{opportunity.id}/"
        page = opportunity_page(opportunity, providers, acceptances, job.settings)
        values: dict[str, object] = {
            "page": page,
            "title": page.title,
            "description": page.description,
            "section": "browse",
        }
        values["history"] = changed.get(opportunity.id, ())
        press.page("opportunity.html", path, values, changed=opportunity.read_on)
        events = []
        if opportunity.sessions:
            events = calendars.events_of(opportunity, job.settings)
            press.file(f"{path}event.ics", calendars.calendar(page.title, path, events, job.settings, "event.ics"))
        gathered.linked.update(cut for cut in cuts_of(opportunity, job.today) if cut.facet in LINKED_FACETS)
        if opportunity.is_live(job.today):
            html = card.render(card=card_of(opportunity, job.today))
            gathered.entries.append(entry_of(opportunity, job.today, html))
            gathered.items[opportunity.id] = feeds.item_of(opportunity)
            if opportunity.sessions:
                gathered.dated[opportunity.id] = opportunity
                gathered.events[opportunity.id] = events
    report.live = len(gathered.entries)
    return gathered


def _refuse(opportunity: OpportunityView, settings: SiteSettings) -> None:
    if opportunity.visibility is not Visibility.PUBLIC:
        raise BuildError(f"{opportunity.id} is private and must not reach the site")
    if opportunity.sample and not settings.sample:
        raise BuildError(f"{opportunity.id} is sample data and this site is not marked as a sample")


def _provider_cut(id_: str, name: str) -> Cut:
    return Cut("provider", f"/provider/{id_}/", name, name)


def _cuts_with_dates(lists: Lists, gathered: Gathered) -> set[str]:
    return {path for path, found in lists.by_path.items() if any(entry.id in gathered.dated for entry in found.entries)}


def _write_pages(press: Press, job: Job, lists: Lists, gathered: Gathered) -> None:
    """Everything that is told once."""
    snapshot = job.snapshot
    closing = sorted((e for e in gathered.entries if e.closes_on), key=lambda e: (e.closes_on, e.order))
    rows, directory = credential_rows(job.answer), directory_rows(snapshot.providers, lists)
    example = next((row for row in rows if row.tube), None)
    plain.write_home(press, plain.Home(lists, closing[:CLOSING_SHOWN], len(directory), example))
    plain.write_fixed(press)
    plain.write_directory(press, directory)
    plain.write_opensearch(press)
    plain.write_ranking(press)
    write_changes(press, snapshot.changes)
    write_guides(press, {*lists.by_path, "/credentials/", "/calendar/"})
    write_data(press, lists, snapshot.export)
    write_answer(press, job.answer, rows)
    write_calendar(press, date_rows(gathered.dated.values(), job.today))
    write_credentials(press, job.credentials)
    write_status(press, snapshot, len(gathered.entries))
    for alias, opportunity_id in snapshot.aliases.items():
        press.page("moved.html", f"/o/{alias}/", {"target": f"/o/{opportunity_id}/"}, listed=False)


def _write_feeds(press: Press, lists: Lists, gathered: Gathered, dated: set[str]) -> None:
    settings = press.settings
    everything = list(gathered.items.values())
    press.file("feed.atom", feeds.atom("New and changed", "/", everything, settings))
    press.file("feed.json", feeds.json_feed("New and changed", "/", everything, settings))
    for path, found in lists.by_path.items():
        items = [gathered.items[entry.id] for entry in found.entries]
        if path != "/browse/":
            press.file(f"{path}feed.atom", feeds.atom(found.cut.title, path, items, settings))
            press.file(f"{path}feed.json", feeds.json_feed(found.cut.title, path, items, settings))
        if path in dated:
            shown = [event for entry in found.entries for event in gathered.events.get(entry.id, ())]
            name = f"{settings.name}: {found.cut.title}"
            press.file(f"{path}calendar.ics", calendars.calendar(name, path, shown, settings))


def _write_search(output: Output) -> None:
    """Index anew only where an opportunity's page changed, came or went."""
    changed = any(path.startswith("o/") and path.endswith(".html") for path in output.written)
    pages = sum(path.startswith("o/") and path.endswith(".html") for path in output.linked)
    before = output.previous
    gone = before is not None and sum(1 for _ in before.glob("o/*/index.html")) != pages
    if changed or gone or before is None or not keep_index(output.folder, before):
        index_folder(output.folder)
