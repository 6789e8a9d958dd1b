"""Releases: the swap is one step, the published one is never pruned, and rolling back goes one release back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aliquot.errors import CommandError, ExitCode
from aliquot.publish import current_release, prune, publish, release_name, roll_back

NOW = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)


def make_release(releases: Path, name: str) -> Path:
    release = releases / name
    release.mkdir(parents=True)
    (release / "index.html").write_text(name, encoding="utf-8")
    return release


def test_two_releases_in_one_second_have_two_names(tmp_path: Path) -> None:
    first = release_name(NOW, tmp_path)
    (tmp_path / first).mkdir()
    second = release_name(NOW, tmp_path)
    assert first < second


def test_publishing_replaces_the_link_and_nothing_else(tmp_path: Path) -> None:
    old, new = (make_release(tmp_path / "releases", name) for name in ("a", "b"))
    current = tmp_path / "current"
    assert current_release(current) is None
    publish(old, current)
    publish(new, current)
    assert (current / "index.html").read_text(encoding="utf-8") == "b"
    assert current_release(current) == new.resolve()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["current", "releases"]


def test_the_published_release_survives_pruning(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    for name in "abcde":
        make_release(releases, name)
    publish(releases / "a", tmp_path / "current")
    assert prune(releases, tmp_path / "current", keep=2) == ["b", "c"]
    assert sorted(entry.name for entry in releases.iterdir()) == ["a", "d", "e"]


def test_rolling_back_publishes_the_one_before(tmp_path: Path) -> None:
    releases, current = tmp_path / "releases", tmp_path / "current"
    for name in "abc":
        make_release(releases, name)
    publish(releases / "c", current)
    assert roll_back(releases, current).name == "b"
    assert (current / "index.html").read_text(encoding="utf-8") == "b"


def test_rolling_back_without_an_older_release_is_refused(tmp_path: Path) -> None:
    releases, current = tmp_path / "releases", tmp_path / "current"
    publish(make_release(releases, "a"), current)
    with pytest.raises(CommandError, match="no release older than a") as refusal:
        roll_back(releases, current)
    assert refusal.value.code is ExitCode.BAD_INPUT
