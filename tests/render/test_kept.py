"""A second night: what did not change is neither loaded nor rendered, and the site is the same as a full build's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from releases import SETTINGS, Store, built, tree
from small_catalog import TODAY, opportunities, session

from recommend.rules import load_credentials
from render.build import Job, build
from render.entries import card_of
from render.facets import cuts_of
from render.kept import holds_through
from render.output import COMPILED, LEDGER

pytestmark = pytest.mark.long


def test_a_quiet_night_loads_nothing_and_gives_the_same_site(first: Path, tmp_path: Path) -> None:
    store, second = Store(opportunities()), tmp_path / "r2"
    assert built(store, second, first) == []
    assert tree(second) == tree(first)


def test_one_changed_opportunity_is_the_only_one_loaded(first: Path, tmp_path: Path) -> None:
    store, second, full = Store(opportunities()), tmp_path / "r2", tmp_path / "full" / "r2"
    store.views = [replace(view, title="Another Title") if view.id == "o02" else view for view in store.views]
    assert built(store, second, first) == ["o02"]
    built(store, full)
    assert tree(second) == tree(full)


def test_compiled_templates_are_a_help_and_no_more(tmp_path: Path) -> None:
    store = Store(opportunities())
    built(store, tmp_path / "r1")
    compiled = sorted((tmp_path / COMPILED).rglob("*.cache"))
    for number, file in enumerate(compiled):  # cut at every place, and other bytes after the mark of their version
        whole = file.read_bytes()
        file.write_bytes(whole[: 7 * number] if number % 2 else whole[:18] + b"\xff" * 100)
    (tmp_path / LEDGER).unlink()
    built(store, tmp_path / "r2")
    assert tree(tmp_path / "r2") == tree(tmp_path / "r1")
    assert len(compiled) > 20
    assert sorted((tmp_path / COMPILED).rglob("*.cache")) == compiled
    built(store, tmp_path / "r3", name="Another Name")
    assert not [file for file in compiled if file.exists()]


def test_what_goes_away_leaves_no_page(first: Path, tmp_path: Path) -> None:
    store, second, full = Store(opportunities()), tmp_path / "r2", tmp_path / "full" / "r2"
    store.views = [view for view in store.views if view.id != "o02"]
    assert built(store, second, first) == []
    built(store, full)
    assert tree(second) == tree(full)
    assert not (second / "o/o02").exists()


@pytest.mark.parametrize("days", [1, 4, 7, 10, 12, 25, 31, 40, 41, 54, 71, 200])
def test_a_later_day_gives_the_site_that_a_full_build_of_that_day_gives(first: Path, tmp_path: Path, days: int) -> None:
    store, second, full = Store(opportunities()), tmp_path / "r2", tmp_path / "full" / "r2"
    later = TODAY + timedelta(days=days)
    loaded = built(store, second, first, later)
    built(store, full, None, later)
    assert tree(second) == tree(full)
    assert len(loaded) < len(store.views)


def test_a_full_build_renders_everything_and_links_what_is_equal(first: Path, tmp_path: Path) -> None:
    store, second = Store(opportunities()), tmp_path / "r2"
    report = build(Job(store.snapshot(), TODAY, SETTINGS, load_credentials(), None, first, full=True), second)
    assert sorted(store.asked) == sorted(view.id for view in store.views)
    assert report.written == 0
    assert tree(second) == tree(first)


def test_other_settings_or_a_damaged_file_render_everything_again(first: Path, tmp_path: Path) -> None:
    store = Store(opportunities())
    everything = sorted(view.id for view in store.views)
    assert built(store, tmp_path / "r2", first, name="Another Name") == everything
    built(store, tmp_path / "r3", tmp_path / "r2")
    (tmp_path / LEDGER).write_bytes(b"\x80\x05 cut short")
    assert built(store, tmp_path / "r4", tmp_path / "r3") == everything


def test_a_kept_file_of_another_release_is_not_used(first: Path, tmp_path: Path) -> None:
    store = Store(opportunities()[:-1])
    built(store, tmp_path / "r2", first)
    assert built(store, tmp_path / "r3", first) == sorted(view.id for view in store.views)


def test_holds_through_names_the_last_day_before_a_list_or_card_changes() -> None:
    for view in opportunities():
        day, last = TODAY, holds_through(view, TODAY)
        now = (cuts_of(view, TODAY), card_of(view, TODAY), view.is_live(TODAY))
        for _step in range(150):
            day += timedelta(days=1)
            if last is not None and day > last:
                break
            assert (cuts_of(view, day), card_of(view, day), view.is_live(day)) == now, f"{view.id} on {day}"


def test_an_opportunity_without_dates_holds_for_ever() -> None:
    plain = replace(opportunities()[3], sessions=())
    assert holds_through(plain, TODAY) is None
    assert holds_through(replace(plain, sessions=(session(40),)), TODAY) == TODAY + timedelta(days=9)
