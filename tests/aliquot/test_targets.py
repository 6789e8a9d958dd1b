"""Targets: a release arrives whole, nothing that is not ours is replaced, and sample data goes nowhere."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from aliquot import targets
from aliquot.errors import CommandError, ExitCode

needs_rsync = pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not here")


def make_release(folder: Path, words: str) -> Path:
    """A release whose page is a hard link, as unchanged pages of a real one are."""
    (folder / "o" / "x").mkdir(parents=True)
    (folder / "status.json").write_text("{}", encoding="utf-8")
    (folder / "index.html").write_text(words, encoding="utf-8")
    os.link(folder / "index.html", folder / "o" / "x" / "index.html")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_becomes_the_release_and_forgets_the_former_one(tmp_path: Path) -> None:
    old, new = make_release(tmp_path / "a", "old"), make_release(tmp_path / "b", "new")
    (old / "gone.html").write_text("gone", encoding="utf-8")
    served = tmp_path / "www"
    for release in (old, new):
        assert targets.deliver(f"folder:{served}", release, sample=False) == f"folder:{served}"
    assert files(served) == files(new)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "www"]


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "new")
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "chapter1.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(CommandError, match="something else") as refusal:
        targets.deliver(f"folder:{precious}", release, sample=False)
    assert refusal.value.code is ExitCode.NOT_PUBLISHED
    assert files(precious) == {"chapter1.txt": "years of work"}


def test_a_half_copied_folder_of_a_killed_night_is_cleared_away(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "new")
    (tmp_path / ".www.new").mkdir()
    (tmp_path / ".www.new" / "half").write_text("half", encoding="utf-8")
    targets.deliver(f"folder:{tmp_path / 'www'}", release, sample=False)
    assert files(tmp_path / "www") == files(release)


def test_sample_data_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "sample")
    with pytest.raises(CommandError, match="this machine only"):
        targets.deliver(f"folder:{tmp_path / 'www'}", release, sample=True)
    assert not (tmp_path / "www").exists()


@needs_rsync
def test_rsync_sends_what_differs_and_deletes_what_is_gone(tmp_path: Path) -> None:
    old, new = make_release(tmp_path / "a", "old"), make_release(tmp_path / "b", "new")
    (old / "gone.html").write_text("gone", encoding="utf-8")
    for release in (old, new):
        targets.deliver(f"rsync:{tmp_path}/far/", release, sample=False)
    assert files(tmp_path / "far") == files(new)


@needs_rsync
def test_rsync_that_fails_is_told_in_its_own_words(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "new")
    with pytest.raises(CommandError, match="rsync: ") as refusal:
        targets.deliver("rsync:rsync://127.0.0.1:9/ce", release, sample=False)
    assert refusal.value.code is ExitCode.NOT_PUBLISHED


@pytest.mark.parametrize("destination", ["-e sh evil", "--rsh=sh:x", "host:/a b", "h;id:/x", "$(id):/x"])
def test_a_destination_cannot_smuggle_an_option_or_a_command(destination: str) -> None:
    with pytest.raises(CommandError, match="no destination"):
        targets.read_target(f"rsync:{destination}")


def test_an_artifact_holds_plain_files_only_and_is_the_same_for_the_same_release(tmp_path: Path) -> None:
    release = make_release(tmp_path / "a", "new")
    targets.deliver(f"artifact:{tmp_path}/one.tar", release, sample=False)
    os.utime(release / "index.html", (1, 1))
    targets.deliver(f"artifact:{tmp_path}/two.tar", release, sample=False)
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    with tarfile.open(tmp_path / "one.tar") as archive:
        assert all(member.isreg() or member.isdir() for member in archive.getmembers())
        archive.extractall(tmp_path / "out", filter="data")
    assert files(tmp_path / "out") == files(release)


@pytest.mark.parametrize(
    "text", ["", "folder", "folder:", "folder:www", "folder:/", "folder:/srv", "ftp:/srv/www", "artifact:site.tar"]
)
def test_a_target_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match=targets.SETTING):
        targets.read_target(text)
