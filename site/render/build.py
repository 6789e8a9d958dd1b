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
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment

from catalog.listing import Visibility
from catalog.views import OpportunityView
from recommend.credential import Credential
from render import calendars, feeds, plain, status
from render.acceptance import Acceptances
from render.answer import SampleAnswer, credential_rows, write_answer
from render.assets import hashed_assets, load_assets, write_assets
from render.calendar_pages import date_rows, write_calendar
from render.compress import compress_written
from render.credential_pages import write_credentials
from render.directory import directory_rows
from render.entries import Entry, card_of, entry_of
from render.facets import Cut
from render.lists import Lists, gather, page_path, write_lists
from render.opportunity import opportunity_page
from render.output import Output
from render.search import index_folder, keep_index
from render.settings import SiteSettings
from render.sitemap import write_sitemap
from render.snapshot import Snapshot
from render.templating import environment

if TYPE_CHECKING:
    from catalog.store import Catalog

RUNS_SHOWN = 14
CLOSING_SHOWN = 4


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


@dataclass(slots=True)
class Gathered:
    """What one pass over the opportunities leaves for the pages that come after it."""

    entries: list[Entry] = field(default_factory=list)
    items: dict[str, feeds.Item] = field(default_factory=dict)
    dated: dict[str, OpportunityView] = field(default_factory=dict)
    places: dict[str, date | None] = field(default_factory=dict)
    sample: bool = False


def build_site(  # noqa: PLR0913 - the contract of the nightly job
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

    ``previous`` is the live release: unchanged files are linked from it. Raises :class:`BuildError` where sample data
    would be published as real, :class:`render.search.SearchIndexError` where the search index fails.
    """
    from catalog import queries  # noqa: PLC0415 - only here, so that pages can be built without a database

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
            fingerprint=queries.fingerprint(catalog),
        )
    return build(snapshot, output, now.date(), settings, credentials, answer, previous, report)


def build(  # noqa: PLR0913 - see build_site
    snapshot: Snapshot,
    folder: Path,
    today: date,
    settings: SiteSettings,
    credentials: Mapping[str, Credential],
    answer: SampleAnswer | None = None,
    previous: Path | None = None,
    report: BuildReport | None = None,
) -> BuildReport:
    """Build the site of a snapshot as of ``today``. See :func:`build_site`."""
    report = report or BuildReport()
    folder.mkdir(parents=True, exist_ok=True)
    output = Output(folder, previous)
    assets = hashed_assets(load_assets())
    env = environment(settings, {name: hashed for name, (hashed, _content) in assets.items()})
    write_assets(output, assets)

    with report.timed("opportunities"):
        gathered = _write_opportunities(output, env, snapshot, today, settings, Acceptances(credentials), report)
    with report.timed("lists"):
        lists = gather(gathered.entries, _provider_cuts(snapshot))
        dated = _cuts_with_dates(lists, gathered)
        write_lists(output, env, lists, settings, dated)
    with report.timed("pages"):
        closing = sorted((e for e in gathered.entries if e.closes_on), key=lambda e: (e.closes_on, e.order))
        rows = credential_rows(answer)
        example = next((row for row in rows if row.tube), None)
        plain.write_home(output, env, lists, closing[:CLOSING_SHOWN], _directory_size(snapshot), example)
        plain.write_fixed(output, env)
        plain.write_directory(output, env, directory_rows(snapshot.providers, lists))
        _write_status(output, env, snapshot, report.live, settings)
        _write_aliases(output, env, snapshot)
        write_answer(output, env, answer, rows)
        dates = date_rows(gathered.dated.values(), today)
        told = [*write_calendar(output, env, dates), *write_credentials(output, env, credentials, settings)]
        plain.write_opensearch(output, settings)
    with report.timed("feeds"):
        _write_feeds(output, lists, gathered, dated, settings)
        write_sitemap(
            output,
            {**_list_places(lists, settings), **plain.PLACES, **dict.fromkeys(told), **gathered.places},
            settings,
        )
    if settings.search:
        with report.timed("search"):
            _write_search(output)
    if settings.compress:
        with report.timed("compress"):
            compress_written(output)
    report.pages = sum(path.endswith(".html") for path in (*output.written, *output.linked))
    report.written, report.linked, report.bytes = output.counts.written, output.counts.linked, output.counts.bytes
    return report


def _write_opportunities(  # noqa: PLR0913 - the one pass over everything
    output: Output,
    env: Environment,
    snapshot: Snapshot,
    today: date,
    settings: SiteSettings,
    acceptances: Acceptances,
    report: BuildReport,
) -> Gathered:
    providers = {provider.id: provider for provider in snapshot.providers}
    page_template, card_template = env.get_template("opportunity.html"), env.get_template("card.html")
    gathered = Gathered()
    for opportunity in snapshot.opportunities:
        _refuse(opportunity, settings)
        report.opportunities += 1
        path = f"/o/{opportunity.id}/"
        page = opportunity_page(opportunity, providers, acceptances, settings)
        text = page_template.render(
            page=page, title=page.title, description=page.description, path=path, section="browse"
        )
        output.write(f"o/{opportunity.id}/index.html", text)
        gathered.places[path] = opportunity.read_on
        if opportunity.sessions:
            name = opportunity.title
            events = calendars.events_of(opportunity, settings)
            output.write(f"o/{opportunity.id}/event.ics", calendars.calendar(name, path, events, settings))
        if opportunity.is_live(today):
            html = card_template.render(card=card_of(opportunity, today))
            gathered.entries.append(entry_of(opportunity, today, html))
            gathered.items[opportunity.id] = feeds.item_of(opportunity)
            if opportunity.sessions:
                gathered.dated[opportunity.id] = opportunity
    report.live = len(gathered.entries)
    return gathered


def _refuse(opportunity: OpportunityView, settings: SiteSettings) -> None:
    if opportunity.visibility is not Visibility.PUBLIC:
        raise BuildError(f"{opportunity.id} is private and must not reach the site")
    if opportunity.sample and not settings.sample:
        raise BuildError(f"{opportunity.id} is sample data and this site is not marked as a sample")


def _provider_cuts(snapshot: Snapshot) -> list[Cut]:
    return [Cut("provider", f"/provider/{p.id}/", p.name, p.name) for p in snapshot.providers]


def _cuts_with_dates(lists: Lists, gathered: Gathered) -> set[str]:
    return {path for path, found in lists.by_path.items() if any(entry.id in gathered.dated for entry in found.entries)}


def _directory_size(snapshot: Snapshot) -> int:
    return sum(1 for p in snapshot.providers if p.url or (p.directory and p.directory.url))


def _write_status(output: Output, env: Environment, snapshot: Snapshot, live: int, settings: SiteSettings) -> None:
    text = env.get_template("status.html").render(
        title="Sources and health",
        description="Which sources were read, when, and what needs somebody.",
        path="/status/",
        section="status",
        headline=status.headline(snapshot),
        failing=status.needs(snapshot.sources),
        rows=status.source_rows(snapshot.sources),
        runs=status.run_rows(snapshot.runs),
    )
    output.write("status/index.html", text)
    output.write("status.json", status.status_json(snapshot, live, settings))


def _write_aliases(output: Output, env: Environment, snapshot: Snapshot) -> None:
    template = env.get_template("moved.html")
    for alias, opportunity_id in snapshot.aliases.items():
        output.write(f"o/{alias}/index.html", template.render(target=f"/o/{opportunity_id}/"))


def _write_feeds(output: Output, lists: Lists, gathered: Gathered, dated: set[str], settings: SiteSettings) -> None:
    everything = list(gathered.items.values())
    output.write("feed.atom", feeds.atom("New and changed", "/", everything, settings))
    output.write("feed.json", feeds.json_feed("New and changed", "/", everything, settings))
    events = {id_: calendars.events_of(opportunity, settings) for id_, opportunity in gathered.dated.items()}
    for path, found in lists.by_path.items():
        items = [gathered.items[entry.id] for entry in found.entries]
        if path != "/browse/":
            output.write(f"{path[1:]}feed.atom", feeds.atom(found.cut.title, path, items, settings))
            output.write(f"{path[1:]}feed.json", feeds.json_feed(found.cut.title, path, items, settings))
        if path in dated:
            shown = [event for entry in found.entries for event in events.get(entry.id, ())]
            name = f"{settings.name}: {found.cut.title}"
            output.write(f"{path[1:]}calendar.ics", calendars.calendar(name, path, shown, settings))


def _list_places(lists: Lists, settings: SiteSettings) -> dict[str, date | None]:
    places: dict[str, date | None] = {}
    for path, found in lists.by_path.items():
        pages = max(1, -(-len(found.entries) // settings.page_size))
        places.update(dict.fromkeys((page_path(path, number) for number in range(1, pages + 1)), None))
    places.update({path: None for _label, path, _values in lists.groups()})
    return places


def _write_search(output: Output) -> None:
    """Index anew only where an opportunity's page changed, came or went."""
    changed = any(path.startswith("o/") and path.endswith(".html") for path in output.written)
    pages = sum(path.startswith("o/") and path.endswith(".html") for path in output.linked)
    before = output.previous
    gone = before is not None and sum(1 for _ in before.glob("o/*/index.html")) != pages
    if changed or gone or before is None or not keep_index(output.folder, before):
        index_folder(output.folder)
