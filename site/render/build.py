"""The site as a whole: one pass over the opportunities, then the lists, then everything that is told once.

Pages are pure functions of (template, data). Each is rendered, compared with the same page of the previous release and
written only where it differs; what is equal becomes a hard link.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
from render.calendar_pages import date_rows, in_order, write_calendar
from render.changes import history, write_changes
from render.compress import compress_written
from render.credential_pages import write_credentials
from render.data_page import write_data, write_downloads
from render.digest import digest_of
from render.directory import directory_rows
from render.entries import Entry, card_of, entry_of
from render.facets import Cut, cuts_of
from render.guides import write_guides
from render.kept import DIGEST, Kept, Told, holds_through, key_of, read_kept, write_kept
from render.lists import Lists, gather, write_lists
from render.opportunity import opportunity_page
from render.output import Output
from render.planner_catalog import cities_document, record_of, write_catalog, write_document
from render.planner_data import rules
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
UPCOMING = "/upcoming/"
"""Its calendar is there even without a single date: people subscribe to it, and other pages lead to it."""

BATCH = 500
"""Opportunities in memory at once while pages are written."""

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
    """What a build is asked for.

    ``previous`` is the live release: unchanged files are linked from it. A ``full`` build renders every page anew and
    links only those that come out equal.
    """

    snapshot: Snapshot
    today: date
    settings: SiteSettings
    credentials: Mapping[str, Credential]
    answer: SampleAnswer | None = None
    previous: Path | None = None
    full: bool = False


@dataclass(slots=True)
class Gathered:
    """What one pass over the opportunities leaves for the pages that come after it, by the opportunities' ids."""

    told: dict[str, Told] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    linked: set[Cut] = field(default_factory=set)

    @property
    def entries(self) -> list[Entry]:
        """The entries of what is live."""
        return [told.entry for told in self.told.values() if told.entry is not None]


def build_site(  # noqa: PLR0913 - every name of it is given by the nightly job
    catalog: Catalog,
    output: Path,
    *,
    now: datetime,
    settings: SiteSettings,
    credentials: Mapping[str, Credential],
    answer: SampleAnswer | None = None,
    previous: Path | None = None,
    full: bool = False,
) -> BuildReport:
    """Build the whole site of a catalog into the fresh folder ``output``.

    Files that did not change since ``previous``, the live release, are linked from it; ``full`` renders each page anew
    nevertheless. Raises :class:`BuildError` where private data, or sample data as real, would be published, and
    :class:`render.search.SearchIndexError` where the search index fails.
    """
    from catalog import queries  # noqa: PLC0415 - only here, so that pages can be built without a database
    from catalog.export import export_public  # noqa: PLC0415

    report = BuildReport()
    with report.timed("read"):
        snapshot = Snapshot(
            opportunities=(),
            providers=queries.providers(catalog),
            sources=queries.sources(catalog),
            packages=queries.packages(catalog),
            runs=queries.runs(catalog, RUNS_SHOWN),
            changes=queries.changes(catalog, None),
            aliases=queries.aliases(catalog),
            data_date=queries.data_date(catalog),
            hashes=queries.opportunity_hashes(catalog),
            load=partial(_load, catalog),
            export=partial(export_public, catalog),
        )
    return build(Job(snapshot, now.date(), settings, credentials, answer, previous, full), output, report)


def _load(catalog: Catalog, ids: Collection[str]) -> Iterator[OpportunityView]:
    """The named opportunities, a batch at a time, so that memory does not follow their number."""
    from catalog import queries  # noqa: PLC0415 - see build_site

    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        yield from queries.opportunities(catalog, ids=wanted[start : start + BATCH])


def build(job: Job, folder: Path, report: BuildReport | None = None) -> BuildReport:
    """Build the site of a snapshot into a folder. See :func:`build_site`."""
    report = report or BuildReport()
    folder.mkdir(parents=True, exist_ok=True)
    output = Output(folder, job.previous)
    assets = hashed_assets(load_assets())
    names = {name: hashed for name, (hashed, _content) in assets.items()}
    press = Press(output, environment(job.settings, names), job.settings)
    write_assets(output, assets)
    with report.timed("kept"):
        kept = read_kept(None if job.full else job.previous, _key(job))
    with report.timed("opportunities"):
        gathered = _write_opportunities(press, job, kept, report)
    with report.timed("lists"):
        lists = gather(gathered.entries, sorted(gathered.linked, key=lambda cut: cut.path))
        dated = _cuts_with_dates(lists, gathered)
        pages = write_lists(press, lists, dated, kept.pages)
    with report.timed("downloads"):
        downloads = write_downloads(press, job.snapshot.export)
    with report.timed("planner"):
        planner = _write_planner(press, job, gathered, kept.planner)
    with report.timed("pages"):
        _write_pages(press, job, lists, gathered)
        write_data(press, lists, downloads)
    with report.timed("feeds"):
        _write_feeds(press, lists, gathered, dated)
        write_sitemap(press)
    with report.timed("kept"):
        _keep(press, gathered, Kept(kept.key, "", {}, kept.counts, pages, planner))
    if job.settings.search:
        with report.timed("search"):
            _write_search(output)
    if job.settings.compress:
        with report.timed("compress"):
            compress_written(output)
    report.pages = sum(path.endswith(".html") for path in (*output.written, *output.linked))
    report.written, report.linked, report.bytes = output.counts.written, output.counts.linked, output.counts.bytes
    return report


def _key(job: Job) -> str:
    """What shapes every page of an opportunity beside its own facts."""
    claims = {provider.id: (provider.name, provider.claim) for provider in job.snapshot.providers}
    rules = (credential.model_dump_json() for credential in job.credentials.values())
    return key_of({"settings": job.settings.model_dump_json(), "claims": repr(claims), "rules": digest_of(rules)})


def _keep(press: Press, gathered: Gathered, kept: Kept) -> None:
    """Keep for the next build, under a digest that stands in the release too."""
    kept.told = {id_: (gathered.hashes[id_], told) for id_, told in gathered.told.items() if id_ in gathered.hashes}
    kept.digest = digest_of(
        [kept.key, *(f"{id_}{hash_}" for id_, hash_ in sorted(gathered.hashes.items())), *kept.pages]
    )
    press.file(DIGEST, kept.digest + "\n")
    if gathered.hashes:
        write_kept(press.output.folder, kept)


def _write_opportunities(press: Press, job: Job, kept: Kept, report: BuildReport) -> Gathered:
    """The one pass: each opportunity's page and calendar file, and what the lists need of it."""
    snapshot = job.snapshot
    writer = OpportunityWriter(press, job, kept)
    gathered = Gathered(linked={_provider_cut(provider.id, provider.name) for provider in snapshot.providers})
    views = snapshot.opportunities
    if snapshot.hashes is not None and snapshot.load is not None:
        gathered.hashes = {id_: hash_ + writer.history_hash(id_) for id_, hash_ in snapshot.hashes.items()}
        for id_, hash_ in gathered.hashes.items():
            told = kept.valid(id_, hash_, job.today)
            if told is not None and writer.keep(told):
                gathered.told[id_] = told
        views = snapshot.load([id_ for id_ in gathered.hashes if id_ not in gathered.told])
    for opportunity in views:
        _refuse(opportunity, job.settings)
        gathered.told[opportunity.id] = writer.write(opportunity)
    for told in gathered.told.values():
        gathered.linked.update(told.linked)
    report.opportunities, report.live = len(gathered.told), len(gathered.entries)
    return gathered


class OpportunityWriter:
    """Writes the pages of opportunities, or links them from the previous release."""

    def __init__(self, press: Press, job: Job, kept: Kept) -> None:
        self.press, self.job = press, job
        self.providers = {provider.id: provider for provider in job.snapshot.providers}
        self.history = history(job.snapshot.changes)
        self.acceptances = Acceptances(job.credentials, press.env.get_template("counts.html"), kept.counts)
        self.card = press.env.get_template("card.html")

    def history_hash(self, id_: str) -> str:
        """What an opportunity's news add to the hash of its page; empty without news."""
        news = self.history.get(id_)
        return digest_of([repr(news)]) if news else ""

    def keep(self, told: Told) -> bool:
        """Link an unchanged page and its calendar; False where one of them is not there."""
        path = f"/o/{told.id}/"
        linked = self.press.kept_page(path, changed=told.read_on)
        if linked and told.with_calendar and not self.press.output.keep(f"o/{told.id}/event.ics"):
            raise BuildError(f"{self.job.previous}: {path} lost its calendar file; build without it once (--full)")
        return linked

    def write(self, opportunity: OpportunityView) -> Told:
        """Write one opportunity's page and calendar, and tell what the lists need of it."""
        settings, today = self.job.settings, self.job.today
        path = f"/o/{opportunity.id}/"
        page = opportunity_page(opportunity, self.providers, self.acceptances, settings)
        values = {
            "page": page,
            "title": page.title,
            "description": page.description,
            "section": "browse",
            "history": self.history.get(opportunity.id, ()),
            "similar": (),
        }
        self.press.page("opportunity.html", path, values, changed=opportunity.read_on)
        events = tuple(calendars.events_of(opportunity, settings))
        if events:
            text = calendars.calendar(page.title, path, events, settings, "event.ics")
            self.press.file(f"{path}event.ics", text)
        linked = tuple(cut for cut in cuts_of(opportunity, today) if cut.facet in LINKED_FACETS)
        told = Told(opportunity.id, opportunity.read_on, bool(events), linked, holds_through(opportunity, today))
        if not opportunity.is_live(today):
            return told
        return replace(
            told,
            entry=entry_of(opportunity, today, self._card(opportunity)),
            item=feeds.item_of(opportunity),
            dates=tuple(date_rows([opportunity], today)),
            events=events,
            planner=record_of(opportunity),
        )

    def _card(self, opportunity: OpportunityView) -> str:
        counted = self.acceptances.counted(opportunity)
        return self.card.render(card=card_of(opportunity, self.job.today), counted=counted)


def _refuse(opportunity: OpportunityView, settings: SiteSettings) -> None:
    if opportunity.visibility is not Visibility.PUBLIC:
        raise BuildError(f"{opportunity.id} is private and must not reach the site")
    if opportunity.sample and not settings.sample:
        raise BuildError(f"{opportunity.id} is sample data and this site is not marked as a sample")


def _provider_cut(id_: str, name: str) -> Cut:
    return Cut("provider", f"/provider/{id_}/", name, name)


def _cuts_with_dates(lists: Lists, gathered: Gathered) -> set[str]:
    dated = {told.id for told in gathered.told.values() if told.events}
    return {UPCOMING, *(path for path, found in lists.by_path.items() if any(e.id in dated for e in found.entries))}


def _write_planner(press: Press, job: Job, gathered: Gathered, before: str) -> str:
    """The data of the planner in the browser; pages find its places as ``planner``. Gives the mark to keep."""
    live = {
        told.id: (gathered.hashes.get(told.id, ""), told.planner)
        for told in gathered.told.values()
        if told.planner is not None
    }
    mark = write_catalog(press.output, live, job.snapshot.packages, sample=job.settings.sample, before=before)
    press.env.globals["planner"] = {
        "catalog": mark.partition(" ")[2],
        "rules": write_document(press.output, "rules", rules(job.credentials)),
        "cities": write_document(press.output, "cities", cities_document()),
    }
    return mark


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
    write_changes(press, [change for change in snapshot.changes if change.opportunity in gathered.told])
    write_guides(press, {*lists.by_path, "/credentials/", "/calendar/"})
    write_answer(press, job.answer, rows)
    write_calendar(press, in_order(row for told in gathered.told.values() for row in told.dates))
    write_credentials(press, job.credentials)
    write_status(press, snapshot, len(gathered.entries))
    for alias, opportunity_id in snapshot.aliases.items():
        press.page("moved.html", f"/o/{alias}/", {"target": f"/o/{opportunity_id}/"}, listed=False)


def _write_feeds(press: Press, lists: Lists, gathered: Gathered, dated: set[str]) -> None:
    settings = press.settings
    items_of = {told.id: told.item for told in gathered.told.values() if told.item is not None}
    everything = list(items_of.values())
    press.file("feed.atom", feeds.atom("New and changed", "/", everything, settings))
    press.file("feed.json", feeds.json_feed("New and changed", "/", everything, settings))
    for path, found in lists.by_path.items():
        items = [items_of[entry.id] for entry in found.entries]
        if path != "/browse/":
            press.file(f"{path}feed.atom", feeds.atom(found.cut.title, path, items, settings))
            press.file(f"{path}feed.json", feeds.json_feed(found.cut.title, path, items, settings))
        if path in dated:
            shown = [event for entry in found.entries for event in gathered.told[entry.id].events]
            name = f"{settings.name}: {found.cut.title}"
            press.file(f"{path}calendar.ics", calendars.calendar(name, path, shown, settings))


def _write_search(output: Output) -> None:
    """Index anew only where an opportunity's page changed, came or went; an empty catalog has nothing to index."""
    changed = any(path.startswith("o/") and path.endswith(".html") for path in output.written)
    pages = sum(path.startswith("o/") and path.endswith(".html") for path in output.linked)
    before = output.previous
    gone = before is not None and sum(1 for _ in before.glob("o/*/index.html")) != pages
    anything = pages > 0 or changed
    if anything and (changed or gone or before is None or not keep_index(output.folder, before)):
        index_folder(output.folder)
