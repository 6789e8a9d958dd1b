"""Whole nights over the sample web: real HTTP, a real SQLite file, a real built site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aliquot.errors import ExitCode
from aliquot.nightly import Night, NightReport, Stage, run_night
from aliquot.places import places_of
from aliquot.settings import Settings
from catalog import queries
from catalog.database import CatalogLockedError
from catalog.listing import Kind
from catalog.store import open_catalog
from crawlers.sample_server import SAMPLE_WEB, Fault, SampleServer, down
from render.verify import Problem
from tests.aliquot.support import NOW, FirstNight

pytestmark = pytest.mark.long


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a site by path, with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def web() -> Iterator[SampleServer]:
    with SampleServer(root=SAMPLE_WEB, anchor=NOW.date()) as running:
        yield running


@pytest.fixture(scope="module")
def first(
    first_night: FirstNight, web: SampleServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Night, NightReport]:
    """A night on an empty home."""
    settings = Settings(home=first_night.copied(tmp_path_factory.mktemp("night") / "home"))
    night = Night(NOW, places_of(settings, sample=True), settings, lambda _: None, sample_port=web.port)
    return night, first_night.report


def test_the_first_night_publishes_every_kind_from_at_least_eight_sources(first: tuple[Night, NightReport]) -> None:
    night, report = first
    assert report.problems == ()
    assert report.exit_code is ExitCode.GOOD
    assert len(report.sources) >= 8
    with open_catalog(night.places.catalog_address) as catalog:
        opportunities = queries.opportunities(catalog)
    assert len(opportunities) >= 80
    assert {opportunity.kind for opportunity in opportunities} == set(Kind)
    assert sum(opportunity.is_live(night.today) for opportunity in opportunities) >= 40
    assert all(opportunity.sample for opportunity in opportunities)


def test_sample_pages_job_aids_and_retired_courses_are_not_offered(first: tuple[Night, NightReport]) -> None:
    night, _ = first
    with open_catalog(night.places.catalog_address) as catalog:
        opportunities = queries.opportunities(catalog)
    unwanted = [
        entry.url
        for opportunity in opportunities
        for entry in opportunity.listings
        if "/spg" in entry.url or "/jobaid/" in entry.url
    ]
    assert unwanted == []
    assert not [opportunity.title for opportunity in opportunities if "retired" in opportunity.title.lower()]


def test_a_report_stands_beside_the_spool(first: tuple[Night, NightReport]) -> None:
    night, report = first
    document = json.loads((night.places.runs / report.run / "report.json").read_text(encoding="utf-8"))
    assert document["exit_code"] == 0
    assert {end["source"] for end in document["sources"]} == {end.source for end in report.sources}


def test_an_unchanged_second_night_reads_304s_and_writes_no_page(first: tuple[Night, NightReport]) -> None:
    night, _ = first
    before = tree(night.places.current)
    report = run_night(replace(night, now=NOW + timedelta(days=1)))
    assert report.exit_code is ExitCode.GOOD
    assert sum(end.listings for end in report.sources) == 0
    assert sum(end.not_modified for end in report.sources) > 80
    after = tree(night.places.current)
    # What is within 30 days depends on the day, and so does its count in the list of lists; what comes near moves up in
    # the sample's own list; an export tells its date.
    days = ("status", "pagefind/", "next-30-days/", "browse/index.html", "next/index.html", "data/")
    dated = {path for path in after if path.startswith(days)}
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed <= dated


def test_a_source_that_is_down_keeps_its_opportunities_and_exits_1(
    first: tuple[Night, NightReport], web: SampleServer
) -> None:
    night, _ = first
    with open_catalog(night.places.catalog_address) as catalog:
        before = {opportunity.id for opportunity in queries.opportunities(catalog)}
    web.faults = (Fault(down(), host="society.example"),)
    try:
        report = run_night(replace(night, now=NOW + timedelta(days=2)))
    finally:
        web.faults = ()
    assert report.exit_code is ExitCode.SOURCE_FAILED
    assert [end.source for end in report.failed] == ["sample-society"]
    with open_catalog(night.places.catalog_address) as catalog:
        assert {opportunity.id for opportunity in queries.opportunities(catalog)} == before


def test_a_second_run_at_the_same_time_is_refused(first: tuple[Night, NightReport]) -> None:
    night, _ = first
    with (
        open_catalog(night.places.catalog_address) as catalog,
        catalog.lock(),
        pytest.raises(CatalogLockedError),
    ):
        run_night(night)


def test_a_release_with_a_fault_is_not_published(
    first: tuple[Night, NightReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that links nowhere is put into the release once it is rendered, as a broken template would do."""
    night, _ = first
    live = night.places.current.readlink()
    from aliquot import releasing  # noqa: PLC0415 - the module whose stage is followed by the damage

    check = releasing.verify

    def damage_and_check(release: Path, previous: Path | None, verified_at: float | None) -> list[Problem]:
        (release / "broken.html").write_text('<a href="/nowhere/at/all/">gone</a>', encoding="utf-8")
        return check(release, previous, verified_at)

    monkeypatch.setattr(releasing, "verify", damage_and_check)
    later_stages = frozenset(Stage) - {Stage.CRAWL, Stage.RECORD}
    report = run_night(replace(night, now=NOW + timedelta(days=3), only=later_stages))
    assert report.exit_code is ExitCode.NOT_PUBLISHED
    assert any("nowhere" in problem for problem in report.problems)
    assert night.places.current.readlink() == live
