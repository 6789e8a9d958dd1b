"""Who writes the pages, and which: several processes, a part of the site alone, neighbors, and what sources ask."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment
from releases import SETTINGS, Store, built, tree
from small_catalog import TODAY, opportunities, snapshot

from recommend.answers import similar
from recommend.index import build_index
from recommend.rank import Ranking
from recommend.rules import load_credentials
from render import lists, processes, writer
from render.build import Job, build
from render.errors import BuildError
from render.neighbors import SHOWN, neighbors
from render.output import Output
from render.press import Press
from render.settings import SiteSettings
from render.snapshot import Need

LOST = "o/o06/index.html"
"""A page with a calendar beside it."""


def build_only(store: Store, folder: Path, previous: Path | None, only: str, name: str) -> None:
    settings = SETTINGS.model_copy(update={"name": name})
    build(Job(store.snapshot(), TODAY, settings, load_credentials(), None, previous, only=only), folder)


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few pages are many, and there are two processors."""
    monkeypatch.setattr(writer, "BATCH", 3)
    monkeypatch.setattr(writer, "BATCHES_FOR_TWO", 2)
    monkeypatch.setattr(writer, "LINKS_FOR_TWO", 2)
    monkeypatch.setattr(lists, "ANEW_FOR_TWO", 1)
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 2)


def second_of(first: Path) -> dict[str, bytes]:
    """The next build, before which something changed and a page of the first release was lost."""
    (first / LOST).unlink()
    assert (first / LOST).with_name("event.ics").exists()
    store = Store([replace(view, title="Another Title") if view.id == "o02" else view for view in opportunities()])
    built(store, first.with_name("r2"), first)
    return tree(first.with_name("r2"))


def test_several_processes_write_the_same_site_as_one(
    first: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first_by_one = tree(first)
    second_by_one = second_of(first)
    request.getfixturevalue("several")
    by_several = tmp_path / "several" / "r1"
    assert built(Store(opportunities()), by_several) == []  # loaded, but by the children
    assert tree(by_several) == first_by_one
    assert second_of(by_several) == second_by_one
    assert b"Another Title" in second_by_one["o/o02/index.html"]
    assert second_by_one[LOST] == first_by_one[LOST]


@pytest.mark.usefixtures("several")
def test_what_a_child_refuses_ends_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="sample data"):
        built(Store(opportunities()), tmp_path / "r1", sample=False, base_url="https://ce.example.org/")


@pytest.mark.usefixtures("several")
def test_what_a_child_finds_lost_ends_the_build(first: Path, tmp_path: Path) -> None:
    next(first.glob("o/*/event.ics")).unlink()
    with pytest.raises(BuildError, match="lost its calendar file"):
        built(Store(opportunities()), tmp_path / "r2", first)


def test_a_child_that_is_killed_ends_the_build_and_one_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    press = Press(Output(tmp_path), Environment(autoescape=True), SETTINGS)
    with (
        processes.beside(press, lambda number: os.kill(os.getpid(), number), [signal.SIGKILL]) as (killed,),
        pytest.raises(ChildProcessError, match="ended before it was done"),
    ):
        killed()
    with processes.beside(press, time.sleep, [600]):
        pass


def test_only_some_pages_are_made_anew_and_no_whole_build_carries_them_on(first: Path, tmp_path: Path) -> None:
    store, second, third = Store(opportunities()), tmp_path / "r2", tmp_path / "r3"
    build_only(store, second, first, "o/o02/", "Another Name")
    before, after = tree(first), tree(second)
    assert b"Another Name" in after["o/o02/index.html"]
    changed = {name for name in before if name.endswith(".html") and after[name] != before[name]}
    assert changed == {"o/o02/index.html"}
    assert built(store, third, second) == sorted(view.id for view in store.views)
    assert tree(third) == before


def test_only_some_pages_need_a_release_to_take_the_others_from(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="build everything once"):
        build_only(Store(opportunities()), tmp_path / "r1", None, "/browse/", "Name")


def test_neighbors_are_those_that_the_command_names() -> None:
    views = opportunities()
    ranking = Ranking(views, (), build_index(views), TODAY)
    found = neighbors(ranking)
    assert found
    for id_, near in found.items():
        assert [one.id for one in near] == [view.id for view, _score in similar(ranking, id_, SHOWN)]
        assert id_ not in {one.id for one in near}


def test_a_page_names_its_neighbors_and_follows_them(tmp_path: Path) -> None:
    views = opportunities()
    ranking = Ranking(views, (), build_index(views), TODAY)
    near = neighbors(ranking)
    settings = SiteSettings(sample=True, search=False, compress=False)
    build(Job(replace(snapshot(), similar=near), TODAY, settings, load_credentials()), tmp_path / "r1")
    id_, (first, *_) = next((id_, found) for id_, found in near.items() if found)
    page = (tmp_path / "r1" / "o" / id_ / "index.html").read_text(encoding="utf-8")
    assert f'href="/o/{first.id}/"' in page.split('id="similar"')[1]


def test_the_status_page_tells_what_was_held_back(tmp_path: Path) -> None:
    asked = (Need("A Source", "held back, its listings stand as they were: 3 of 4 are gone.", "Look at its pages."),)
    settings = SiteSettings(sample=True, search=False, compress=False)
    build(Job(replace(snapshot(), needs=asked), TODAY, settings, load_credentials()), tmp_path / "r1")
    page = (tmp_path / "r1" / "status" / "index.html").read_text(encoding="utf-8")
    assert "held back, its listings stand as they were: 3 of 4 are gone. Look at its pages." in page
    assert "1 needs you" in page
