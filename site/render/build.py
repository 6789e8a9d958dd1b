"""The site as a whole: one pass over the opportunities, then the lists, then everything that is told once.

Pages are pure functions of (template, data). Each is rendered, compared with the same page of the previous release and
written only where it differs; what is equal becomes a hard link.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.views import OpportunityView, newest_first
from recommend.credential import Credential
from render import calendars, feeds, plain
from render.answer import SampleAnswer, credential_rows, write_answer
from render.assets import hashed_assets, keep_assets, load_assets, write_assets
from render.calendar_pages import write_calendar
from render.changes import AT_MOST, write_changes
from render.compress import compress_written
from render.credential_pages import write_credentials
from render.data_page import write_data, write_downloads
from render.digest import digest_of
from render.directory import directory_rows
from render.errors import BuildError
from render.facets import Cut
from render.guides import write_guides
from render.kept import key_of
from render.ledger import BATCH, DIGEST, Ledger, open_ledger, rows_of
from render.lists import Lists, gather, write_lists
from render.output import Output
from render.planner_catalog import cities_text, write_catalog, write_document, write_text
from render.planner_data import rules
from render.planner_pages import write_planner_pages, write_service_worker
from render.press import Press
from render.report import BuildReport
from render.search import index_folder, keep_index
from render.settings import SiteSettings
from render.sitemap import write_sitemap
from render.snapshot import RUNS_SHOWN, Need, Neighbor, Snapshot
from render.status import write_status
from render.templating import environment
from render.writer import Batch, OpportunityWriter, carrying, write_all

if TYPE_CHECKING:
    from catalog.store import Catalog

CLOSING_SHOWN = 4
GUIDED = ("/credentials/", "/calendar/", "/plan/", "/next/", "/team/", "/ranking/")
"""Pages that are always there, for guides to lead to."""

OF_SEVERAL = "pages of several builds"
"""The key of a release whose pages were not all made from the same templates: no whole build carries it on."""
UPCOMING = "/upcoming/"
"""Its calendar is there even without a single date: people subscribe to it, and other pages lead to it."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a build is asked for.

    ``previous`` is the live release: unchanged files are linked from it. A ``full`` build renders every page anew and
    links only those that come out equal. One of ``only`` a pattern (``/o/*``) renders the pages whose address is like
    that and links the others as they are, whatever they were made from: for a quick look at a template.
    """

    snapshot: Snapshot
    today: date
    settings: SiteSettings
    credentials: Mapping[str, Credential]
    answer: SampleAnswer | None = None
    previous: Path | None = None
    full: bool = False
    only: str | None = None


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
    only: str | None = None,
    similar: Mapping[str, Sequence[Neighbor]] | None = None,
    needs: Sequence[Need] | None = None,
) -> BuildReport:
    """Build the whole site of a catalog into the fresh folder ``output``.

    Files that did not change since ``previous``, the live release, are linked from it; ``full`` renders each page anew
    nevertheless, ``only`` none but those whose address is like that pattern. ``similar`` are the neighbors of each
    opportunity, ``needs`` what the sources ask of somebody. Raises :class:`BuildError` where private data, or sample
    data as real, would be published, and :class:`render.errors.SearchIndexError` where the search index fails.
    """
    from catalog import queries  # noqa: PLC0415 - only here, so that pages can be built without a database
    from catalog.code import code_hash  # noqa: PLC0415
    from catalog.rule_pages import rule_pages  # noqa: PLC0415

    report = BuildReport()
    with report.timed("read"):
        snapshot = Snapshot(
            opportunities=(),
            providers=queries.providers(catalog),
            sources=queries.sources(catalog),
            packages=queries.packages(catalog),
            runs=queries.runs(catalog, RUNS_SHOWN),
            changes=queries.changes(catalog, arrivals=0),
            arrivals=partial(queries.arrivals, catalog, AT_MOST + 1),
            aliases=queries.aliases(catalog),
            data_date=queries.data_date(catalog),
            hashes=partial(queries.opportunity_hashes, catalog),
            load=_Loader(catalog),
            export=partial(_export, catalog),
            exported_from=lambda: digest_of([code_hash("catalog"), queries.whole_fingerprint(catalog)]),
            rule_pages=rule_pages(catalog),
            similar=similar or {},
            needs=needs,
        )
    return build(Job(snapshot, now.date(), settings, credentials, answer, previous, full, only), output, report)


def _export(catalog: Catalog, folder: Path) -> list[Path]:
    from catalog.export import export_public  # noqa: PLC0415 - takes a while to load, and nothing may have changed

    return export_public(catalog, folder)


class _Loader:
    """Loads named opportunities, a batch at a time, so that memory does not follow their number."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog, self.process = catalog, os.getpid()

    def __call__(self, ids: Collection[str]) -> Iterator[OpportunityView]:
        from catalog import queries  # noqa: PLC0415 - see build_site

        if self.process != os.getpid():  # forked: the connections that stand open are the parent's
            self.catalog.engine.dispose(close=False)
            self.process = os.getpid()
        wanted = sorted(ids)
        for start in range(0, len(wanted), BATCH):
            yield from queries.opportunities(self.catalog, ids=wanted[start : start + BATCH])


def build(job: Job, folder: Path, report: BuildReport | None = None) -> BuildReport:
    """Build the site of a snapshot into a folder. See :func:`build_site`."""
    report = report or BuildReport()
    folder.mkdir(parents=True, exist_ok=True)
    with _rare_collections():
        _build_with_ledger(job, folder, report)
    return report


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for circles of garbage a hundred times less often: a page makes many objects and hardly a circle.

    It saves a quarter of the time, and memory stays as flat.
    """
    before = gc.get_threshold()
    gc.set_threshold(100 * before[0], *before[1:])
    gc.freeze()  # what was loaded before stays as it is
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def _build_with_ledger(job: Job, folder: Path, report: BuildReport) -> None:
    key = _key(job)
    keeping = job.snapshot.hashes is not None
    before = job.previous if keeping and not job.full else None
    if job.only is not None and before is None:
        raise BuildError("there is no release to take the other pages from; build everything once")
    only = job.only is not None
    with ExitStack() as standing:
        with report.timed("prepare"):
            given = open_ledger(folder.parent, before, key, keep=keeping, any_key=only)
            ledger = standing.enter_context(given)
        _build(job, folder, report, ledger)
        output = Output(folder, job.previous, ledger.file)
        with report.timed("finish"):
            digest = digest_of([key, *ledger.fingerprint()])
            output.write(DIGEST, digest + "\n")
            ledger.finish(key if job.only is None else OF_SEVERAL, digest)
        if job.settings.compress:
            with report.timed("compress"):
                compress_written(output, ledger.files(linked=False), ledger.files(linked=True))
        report.pages = ledger.pages()


def _build(job: Job, folder: Path, report: BuildReport, ledger: Ledger) -> None:
    """Every page and file of the release, but the digest of it all and the compressed copies."""
    with report.timed("prepare"):
        output = Output(folder, job.previous, ledger.file)
        assets = hashed_assets(load_assets())
        names = {name: hashed for name, (hashed, _content) in assets.items()}
        env = environment(job.settings, names, folder.parent)
        press = Press(output, env, job.settings, ledger.place, job.only)
        write_assets(output, assets)
        if job.only is not None:
            keep_assets(output)
    with report.timed("opportunities"):
        _write_opportunities(OpportunityWriter(press, job), ledger)
        report.opportunities, report.live = ledger.opportunities()
        report.holds_through = ledger.holds_through()
    with report.timed("lists"):
        lists = gather(ledger, (_provider_cut(provider.id, provider.name) for provider in job.snapshot.providers))
        dated = {UPCOMING, *ledger.with_calendar()}
        write_lists(press, ledger, lists, dated)
    with report.timed("downloads"):
        downloads = write_downloads(press, ledger, job.snapshot)
    with report.timed("planner"):
        _write_planner(press, job, ledger)
    with report.timed("pages"):
        _write_pages(press, job, lists, ledger)
        write_service_worker(press, assets)
        write_data(press, lists, downloads)
    with report.timed("feeds"):
        _write_feeds(press, lists, ledger, dated)
        write_sitemap(press, ledger.places())
    if job.settings.search:
        with report.timed("search"):
            _write_search(output, ledger)
    counts = output.counts
    report.written, report.linked, report.bytes = counts.written, counts.linked, counts.bytes


def _key(job: Job) -> str:
    """What shapes every page of an opportunity beside its own facts."""
    claims = {provider.id: (provider.name, provider.claim) for provider in job.snapshot.providers}
    rules = (credential.model_dump_json() for credential in job.credentials.values())
    return key_of({"settings": job.settings.model_dump_json(), "claims": repr(claims), "rules": digest_of(rules)})


def _write_opportunities(writer: OpportunityWriter, ledger: Ledger) -> None:
    """The one pass: each opportunity's page and calendar file, and what the lists need of it into the ledger."""
    snapshot, today = writer.job.snapshot, writer.job.today
    if snapshot.hashes is None:
        ledger.add(rows_of(writer.write(list(snapshot.opportunities), {})))
        return
    if writer.job.only is not None:
        ledger.forget([id_ for id_ in ledger.ids() if writer.press.is_asked_for(f"/o/{id_}/")])
    hashes = {id_: writer.page_hash(id_, hash_) for id_, hash_ in snapshot.hashes().items()}
    carried = ledger.compare(hashes, today)
    ledger.note_carried()
    known = {one.id for one in carried}
    with carrying(writer, carried) as lost:
        _write_missing(writer, ledger, [each for each in hashes.items() if each[0] not in known])
        gone = set(lost())
    ledger.lose(gone)
    _write_missing(writer, ledger, [each for each in hashes.items() if each[0] in gone])


def _write_missing(writer: OpportunityWriter, ledger: Ledger, missing: Batch) -> None:
    for rows in write_all(writer, missing):
        ledger.add(rows)


def _provider_cut(id_: str, name: str) -> Cut:
    return Cut("provider", f"/provider/{id_}/", name, name)


def _write_pages(press: Press, job: Job, lists: Lists, ledger: Ledger) -> None:
    """Everything that is told once."""
    snapshot = job.snapshot
    rows, directory = credential_rows(job.answer), directory_rows(snapshot.providers, lists)
    example = next((row for row in rows if row.tube), None)
    plain.write_home(press, plain.Home(lists, ledger.closing(CLOSING_SHOWN), len(directory), example))
    plain.write_fixed(press)
    plain.write_directory(press, directory)
    plain.write_opensearch(press)
    plain.write_ranking(press)
    news = newest_first([*snapshot.changes, *snapshot.arrivals()])
    with_page = ledger.holds(change.opportunity for change in news)
    write_changes(press, [change for change in news if change.opportunity in with_page])
    write_guides(press, {*lists.by_path, *GUIDED})
    write_answer(press, job.answer, rows)
    write_calendar(press, ledger)
    write_planner_pages(press, job.credentials)
    write_credentials(press, job.credentials, snapshot.rule_pages)
    write_status(press, snapshot, job.credentials, ledger.opportunities()[1])
    for alias, opportunity_id in snapshot.aliases.items():
        press.page("moved.html", f"/o/{alias}/", {"target": f"/o/{opportunity_id}/"}, listed=False)


def _write_planner(press: Press, job: Job, ledger: Ledger) -> None:
    """The data of the planner in the browser; pages find its places as ``planner``."""
    packages, sample = job.snapshot.packages, job.settings.sample
    facts, records = ledger.facts(), ledger.records()
    ledger.planner = write_catalog(press.output, facts, records, packages, sample=sample, before=ledger.planner)
    press.env.globals["planner"] = {
        "catalog": ledger.planner.partition(" ")[2],
        "rules": write_document(press.output, "rules", rules(job.credentials)),
        "cities": write_text(press.output, "cities", cities_text()),
    }


def _write_feeds(press: Press, lists: Lists, ledger: Ledger, dated: Collection[str]) -> None:
    settings = press.settings
    everything = ledger.items(None, feeds.AT_MOST)
    press.file("feed.atom", feeds.atom("New and changed", "/", everything, settings))
    press.file("feed.json", feeds.json_feed("New and changed", "/", everything, settings))
    for path, value in lists.by_path.items():
        if path != "/browse/":
            items = ledger.items(path, feeds.AT_MOST)
            press.file(f"{path}feed.atom", feeds.atom(value.cut.title, path, items, settings))
            press.file(f"{path}feed.json", feeds.json_feed(value.cut.title, path, items, settings))
        if path in dated:
            name = f"{settings.name}: {value.cut.title}"
            events = ledger.events(path, calendars.AT_MOST)
            press.file(f"{path}calendar.ics", calendars.calendar(name, path, events, settings))


def _write_search(output: Output, ledger: Ledger) -> None:
    """Index anew only where an opportunity's page changed, came or went; an empty catalog has nothing to index."""

    def pages(*, linked: bool) -> int:
        return sum(path.startswith("o/") and path.endswith(".html") for path in ledger.files(linked=linked))

    changed, kept = pages(linked=False), pages(linked=True)
    before = output.previous
    gone = before is not None and sum(1 for _ in before.glob("o/*/index.html")) != kept
    if changed + kept and (changed or gone or before is None or not keep_index(output.folder, before)):
        index_folder(output.folder)
