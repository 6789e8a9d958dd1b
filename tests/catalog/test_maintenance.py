"""Forgetting a provider, trying rejections again, backups, checks, links."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog import queries, store
from catalog.corrections import Add, Curation
from catalog.database import CatalogError, CatalogLockedError, CatalogMissingError, CatalogNewerError, open_catalog
from catalog.links import LinkAnswer, LinkState, after_answer, check_links, dead_links, links_due
from catalog.listing import PackageCover, PackageStatement
from catalog.maintenance import ForgetRequest, backup, check, forget, forgotten_providers, retry_rejections
from catalog.models import ListingRecord, Opportunity, OpportunityListing, table
from catalog.projection import project
from catalog.reports import outlived
from catalog.spool import PageLine, RejectedLine, RejectedThing
from tests.catalog.support import START, Crawl, Nights, credit, evidence, listing, offer, on_demand, source

FAMILY = [source("labce", catalog_family="labce", priority=10), source("medialab", catalog_family="labce")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Nights]:
    nights = Nights(tmp_path, FAMILY)
    yield nights
    nights.catalog.close()


def two_hosts(house: Nights) -> None:
    """A course on both hosts, one of each host alone, changed on a second night, with a package and a rejection."""
    package = PackageStatement(
        key="all",
        name="Everything by Secretword",
        minor=9500,
        currency="USD",
        covers=PackageCover(),
        evidence=evidence(),
    )
    for price in (2000, 2500):
        shared = {"title": "Anemias", "delivery": on_demand()}
        first = [
            listing("labce", "a", offers=(offer(price),), credits=(credit(1000),), packages=(package,), **shared),
            listing("labce", "b", title="Secretword and the Laboratory"),
        ]
        second = [listing("medialab", "a", **shared), listing("medialab", "c", title="Sepsis")]
        rejected = RejectedLine(
            source="labce", url="https://labce.example/z", field="price", reason="Secretword", fetched_at=START
        )
        page = PageLine(source="labce", url="https://labce.example/z", etag="e", extractor_hash="x", fetched_at=START)
        house.night({"labce": Crawl(first, other=[page, rejected]), "medialab": second})


def test_a_catalog_that_was_lived_in_has_nothing_wrong(house: Nights) -> None:
    two_hosts(house)
    assert check(house.catalog) == []


DAMAGE: dict[str, tuple[str, str]] = {
    "a payload": ("UPDATE listing SET payload = '{}' WHERE source_key = 'b'", "does not have the hash"),
    "a version": ("DELETE FROM listing_version WHERE 1 = 1", "is not kept"),
    "history": ("UPDATE change SET after = '[]' WHERE field = 'offers'", "its history does not lead"),
    "a link": ("DELETE FROM opportunity_listing WHERE position = 1", "belongs to no opportunity"),
    "an opportunity": ("DELETE FROM opportunity_listing WHERE position = 0", "its first listing is None"),
    "an alias": ("INSERT INTO alias SELECT id, id FROM opportunity LIMIT 1", "an opportunity has this id"),
    "presence": ("UPDATE listing SET missed_runs = 2 WHERE source_key = 'b'", "active and counted as missing"),
    "a reference": ("DELETE FROM source", "refers to a row of source"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_check_finds_what_is_damaged(house: Nights, damage: tuple[str, str]) -> None:
    two_hosts(house)
    statement, says = damage
    with sqlite3.connect(house.folder / "catalog.sqlite") as raw:
        raw.execute(statement)
    raw.close()
    assert any(says in problem for problem in check(house.catalog))


def test_a_forgotten_provider_is_gone_from_every_byte_and_stays_out(house: Nights) -> None:
    two_hosts(house)
    file, runs = house.folder / "catalog.sqlite", house.folder / "runs"
    for number, spool in enumerate(sorted(house.folder.glob("*.jsonl"))):
        (runs / str(number)).mkdir(parents=True)
        spool.rename(runs / str(number) / "spool.jsonl")
    counts = forget(house.catalog, ForgetRequest("labce", "asked by letter", house.now), runs=runs)
    assert (counts.listings, counts.opportunities, counts.remaining, counts.spools) == (2, 1, 1, 2)
    assert forgotten_providers(house.catalog) == {"labce"}
    assert sorted(view.title for view in queries.opportunities(house.catalog)) == ["Anemias", "Sepsis"]
    assert queries.packages(house.catalog) == []
    assert [view.id for view in queries.sources(house.catalog)] == ["medialab"]
    assert check(house.catalog) == []
    left = b"".join(path.read_bytes() for path in [file, *runs.rglob("spool.jsonl"), *house.folder.glob("*-wal")])
    assert b"Secretword" not in left
    house.sync(FAMILY)
    assert [view.id for view in queries.sources(house.catalog)] == ["medialab"]
    result = house.night({"labce": [listing("labce", "a")], "medialab": [listing("medialab", "d", provider="labce")]})
    assert (result.recorded.new, result.recorded.turned_away) == (0, 2)


def test_a_correction_does_not_bring_a_forgotten_provider_back(house: Nights) -> None:
    house.night({"labce": [listing("labce", "a")]})
    forget(house.catalog, ForgetRequest("labce", "asked", house.now))
    added = Add(
        provider="labce",
        url="https://labce.example/rounds",
        listing={"kind": "course", "title": "Rounds"},
        reason="r",
        author="a",
        date=date(2026, 11, 22),
    )
    project(house.catalog, house.now, Curation((added,)))
    assert queries.opportunities(house.catalog) == []
    (told,) = outlived(house.catalog, Curation((added,)))
    assert told.why == "its provider asked to be forgotten"


def test_forgetting_one_who_is_not_there_is_an_error(house: Nights) -> None:
    with pytest.raises(CatalogError, match="no provider 'nobody'"):
        forget(house.catalog, ForgetRequest("nobody", "asked", START))


def test_rejections_are_tried_again_by_reading_their_pages_anew(house: Nights) -> None:
    two_hosts(house)
    assert [page.etag for page in store.known_pages(house.catalog, ["labce"])] == ["e"]
    assert retry_rejections(house.catalog, "medialab") == []
    assert retry_rejections(house.catalog) == [("labce", "https://labce.example/z")]
    assert [page.etag for page in store.known_pages(house.catalog, ["labce"])] == [None]


def test_a_rejected_event_is_tried_again_by_reading_its_calendar_anew(house: Nights) -> None:
    calendar, event = "https://labce.example/events.ics", "https://labce.example/events/7"
    thing = RejectedThing(url=event, field="sessions", reason="no date")
    page = PageLine(
        source="labce", url=calendar, etag="e", extractor_hash="1", rejections=(thing,), fetched_at=house.now
    )
    rejected = RejectedLine(source="labce", fetched_at=house.now, **thing.model_dump())
    house.night({"labce": Crawl([listing("labce", "a")], other=(page, rejected))})
    assert retry_rejections(house.catalog) == [("labce", calendar)]
    assert [page.etag for page in store.known_pages(house.catalog, ["labce"])] == [None]


def test_a_backup_is_whole_and_opens_anywhere(house: Nights, tmp_path: Path) -> None:
    two_hosts(house)
    copy = backup(house.catalog, tmp_path / "kept" / "copy.sqlite")
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.sqlite"]
    with open_catalog(copy) as opened:
        assert queries.fingerprint(opened) == queries.fingerprint(house.catalog)
        assert check(opened) == []
    with pytest.raises(CatalogError, match="never replaces"):
        backup(house.catalog, copy)


def test_only_one_process_writes_and_readers_go_on(house: Nights) -> None:
    two_hosts(house)
    other = open_catalog(house.folder / "catalog.sqlite")
    with house.catalog.lock():
        with pytest.raises(CatalogLockedError, match="being written by another process"), other.lock():
            pass
        with house.catalog.writing() as connection:
            connection.execute(sa.delete(table(OpportunityListing)))
            assert len(queries.opportunities(other)) == 3
            connection.rollback()
    with other.lock():
        pass
    other.close()


def test_a_missing_or_newer_catalog_is_told(house: Nights, tmp_path: Path) -> None:
    with pytest.raises(CatalogMissingError, match="there is no catalog"):
        open_catalog(tmp_path / "nowhere.sqlite", create=False)
    assert not (tmp_path / "nowhere.sqlite").exists()
    with house.catalog.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CatalogNewerError, match="'9999'"):
        open_catalog(tmp_path / "catalog.sqlite")
    with pytest.raises(CatalogError, match="not 'mysql'"):
        open_catalog("mysql://localhost/catalog")


def answers(status: int | None) -> Callable[[Sequence[str]], list[LinkAnswer]]:
    return lambda urls: [LinkAnswer(url, status) for url in urls]


def test_a_link_dies_of_four_failures_and_one_success_brings_it_back(house: Nights) -> None:
    house.night({"labce": [listing("labce", "a")]})
    now, told = house.now, []
    for status in (500, None, 404, 200, 404, 404, 404, 404, 404, 200):
        changed = check_links(house.catalog, answers(status), now)
        told.append([view.dead_since is not None for view in changed])
        now += timedelta(days=7)
    assert told == [[], [], [], [], [], [], [], [True], [], [False]]
    assert dead_links(house.catalog) == []


def test_links_are_asked_for_once_a_week_and_hosts_take_turns(house: Nights) -> None:
    house.night({id_: [listing(id_, f"{id_}{number}") for number in range(3)] for id_ in ("labce", "medialab")})
    due = links_due(house.catalog, house.now)
    assert [url.split("/")[2].split(".")[0] for url in due] == ["labce", "medialab"] * 3
    assert check_links(house.catalog, answers(200), house.now, limit=4) == []
    assert len(links_due(house.catalog, house.now)) == 2
    assert len(links_due(house.catalog, house.now + timedelta(days=7))) == 6


@pytest.mark.parametrize("status", [200, 301, 401, 403, 429])
def test_a_page_that_is_there_is_alive(status: int) -> None:
    dead = LinkState(5, START)
    assert after_answer(dead, LinkAnswer("https://a.example/", status), START) == LinkState()


def test_what_robots_txt_closes_is_unknown_and_no_failure() -> None:
    failing = LinkState(3)
    assert after_answer(failing, LinkAnswer("https://a.example/", None, "closed by robots.txt"), START) == failing
    assert after_answer(failing, LinkAnswer("https://a.example/", None, "no such host"), START).dead_since == START


def test_nothing_is_left_of_a_rolled_back_session(house: Nights) -> None:
    two_hosts(house)
    with pytest.raises(RuntimeError, match="stop"), house.catalog.session() as session:
        session.execute(sa.delete(table(OpportunityListing)))
        raise RuntimeError("stop")
    assert len(queries.opportunities(house.catalog)) == 3
    with house.catalog.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table(Opportunity))) == 3
        assert connection.scalar(sa.select(sa.func.count()).select_from(table(ListingRecord))) == 4
