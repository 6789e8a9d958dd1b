"""Three nights over real HTTP in which old pages are not asked for, with the catalog that remembers them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog import queries, store
from catalog.models import ListingRecord, Page, SourceRun, table
from catalog.spool import SourceEndLine
from catalog.store import Catalog, open_catalog
from catalog.views import Presence, SourceRunView
from crawlers.run import CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB, SampleServer
from crawlers.source import load_sources

FIRST = datetime(2026, 11, 22, 7, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "www.labce.com"
LIST = "mls_mlt_courses.aspx"
OLD_COURSES = 40
LISTING, PAGE, SOURCE_RUN = table(ListingRecord), table(Page), table(SourceRun)


@dataclass
class Nights:
    """A shop of forty courses that are two years old and one of yesterday, and the catalog that reads it."""

    folder: Path
    web: SampleServer
    catalog: Catalog

    @property
    def host(self) -> Path:
        """Where the shop's pages lie."""
        return self.folder / "web" / HOST

    def night(self, now: datetime) -> tuple[SourceEndLine, list[str]]:
        """Crawl, record, reconcile; how the crawl ended and the courses that were asked for."""
        known = self.folder / f"{now:%d}.jsonl"
        pages = store.known_pages(self.catalog, ["labce"], now)
        known.write_text("".join(f"{page.model_dump_json()}\n" for page in pages), encoding="utf-8")
        run = store.begin_run(self.catalog, now, sample=True)
        self.web.forget()
        sample = SampleWeb(anchor=FIRST.date(), port=self.web.port)
        folder = self.folder / run
        order = CrawlOrder(run_folder=folder, sources=("labce",), now=now, sample=sample, known_pages=known)
        outcome = crawl(order)
        store.record(self.catalog, run, outcome.spool, now)
        store.reconcile(self.catalog, run, now)
        store.finish_run(self.catalog, run, now)
        [end] = outcome.ends
        return end, [seen.target for seen in self.web.seen if "/course_" in seen.target]

    def last_run(self) -> SourceRunView:
        """What the catalog tells of the last night."""
        health = next(source.health for source in queries.sources(self.catalog) if source.id == "labce")
        assert health is not None
        return health

    def column(self, column: sa.Column[object]) -> dict[str, object]:
        """A column of every course's row, by the last part of its address."""
        rows = table_of(column)
        with self.catalog.reading() as connection:
            found = connection.execute(
                sa.select(rows.c.url, column).where(rows.c.url.contains("/course_", autoescape=True))
            )
            return {str(row[0]).rsplit("/", 1)[-1]: row[1] for row in found}


def table_of(column: sa.Column[object]) -> sa.Table:
    assert isinstance(column.table, sa.Table)
    return column.table


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("nights")
    host = folder / "web" / HOST
    host.mkdir(parents=True)
    model = (SAMPLE_WEB / HOST / "microcytic_anemias.aspx").read_text(encoding="utf-8")
    links = []
    for number in range(OLD_COURSES + 1):
        page = host / f"course_{number}.aspx"
        page.write_text(model.replace("Microcytic Anemias", f"Microcytic Anemias, part {number}"), encoding="utf-8")
        age = 700 * DAY if number < OLD_COURSES else DAY
        os.utime(page, ((FIRST - age).timestamp(),) * 2)
        links.append(f'<li><a href="/{page.name}">Part {number}</a></li>')
    for name, shown in {
        LIST: links,
        "histology_ce_courses.aspx": [],
        "phlebotomy_ce_continuing_education.aspx": [],
    }.items():
        text = f'<html><body><h1>Courses</h1><ul class="courselist">{"".join(shown)}</ul></body></html>'
        (host / name).write_text(text, encoding="utf-8")
    with (
        SampleServer(folder / "web", FIRST.date()) as web,
        open_catalog(f"sqlite:///{folder / 'catalog.sqlite'}") as catalog,
        catalog.lock(),
    ):
        with catalog.session() as session:
            store.sync_sources(session, [source.facts(sample=True) for source in load_sources().values()])
        yield Nights(folder, web, catalog)


def test_pages_that_are_old_take_turns_and_what_is_not_asked_is_neither_seen_nor_missing(nights: Nights) -> None:
    end, asked = nights.night(FIRST)
    assert (end.listings, len(asked)) == (OLD_COURSES + 1, OLD_COURSES + 1)
    first = nights.last_run().run

    end, asked = nights.night(FIRST + DAY)
    assert "/course_40.aspx" in asked, "it changed the day before"
    assert 1 < len(asked) < OLD_COURSES / 4
    assert (end.listings, end.seen, end.unasked) == (0, len(asked), OLD_COURSES + 1 - len(asked))
    run = nights.last_run()
    assert (run.complete, run.missing, run.seen, run.unasked) == (True, 0, end.seen, end.unasked)
    seen, asked_at = nights.column(LISTING.c.seen_run), nights.column(PAGE.c.asked_at)
    names = {target.removeprefix("/") for target in asked}
    assert {name for name, met in seen.items() if met == run.run} == names
    assert {met for name, met in seen.items() if name not in names} == {first}
    assert {name for name, at in asked_at.items() if at == FIRST + DAY} == names
    assert set(nights.column(LISTING.c.presence).values()) == {Presence.ACTIVE}


def test_a_course_that_leaves_the_list_is_missing_though_its_page_is_not_due(nights: Nights) -> None:
    page = nights.host / LIST
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace('<li><a href="/course_3.aspx">Part 3</a></li>', ""), encoding="utf-8")
    end, asked = nights.night(FIRST + 2 * DAY)
    assert "/course_3.aspx" not in asked
    assert end.found == OLD_COURSES
    presence = nights.column(LISTING.c.presence)
    assert [name for name, state in presence.items() if state is not Presence.ACTIVE] == ["course_3.aspx"]

    page.write_text(text, encoding="utf-8")
    _, asked = nights.night(FIRST + 3 * DAY)
    assert "/course_3.aspx" in asked, "what was missing is looked at before it counts as there"
    assert set(nights.column(LISTING.c.presence).values()) == {Presence.ACTIVE}


def test_a_source_in_which_much_changed_is_asked_whole_the_next_night(nights: Nights) -> None:
    last = nights.last_run().run
    with nights.catalog.writing() as connection:
        connection.execute(sa.update(SOURCE_RUN).where(SOURCE_RUN.c.run_id == last).values(changed=2))
    now = FIRST + 4 * DAY
    assert all(page.due for page in store.known_pages(nights.catalog, ["labce"], now))
    with nights.catalog.writing() as connection:
        connection.execute(sa.update(SOURCE_RUN).where(SOURCE_RUN.c.run_id == last).values(changed=0))
    assert not all(page.due for page in store.known_pages(nights.catalog, ["labce"], now))
    assert all(page.due for page in store.known_pages(nights.catalog, ["labce"]))
