"""What is verified again of a release whose files passed before: what is new, written to, or leads to what is gone."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from render.verify import verify

POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'


def page(*links: str) -> str:
    """A page of a site under ``/ce/`` with links."""
    leading = "".join(f'<a href="/ce/{link}">x</a>' for link in links)
    return f'<head>{POLICY}</head><body data-base="/ce/">{leading}</body>'


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A release without a fault: a home page, two pages that it leads to, and one that leads to the second."""
    release = tmp_path / "live"
    for path, links in {"": ("a/", "b/"), "a/": ("b/",), "b/": (), "c/": ()}.items():
        (release / path).mkdir(exist_ok=True, parents=True)
        (release / path / "index.html").write_text(page(*links))
    (release / "status.json").write_text("{}")
    return release


def linked(live: Path) -> Path:
    """The same release again, all of it hard links."""
    shutil.copytree(live, live.with_name("building"), copy_function=os.link)
    return live.with_name("building")


def found(building: Path, live: Path, verified_at: float | None) -> list[str]:
    return [str(problem) for problem in verify(building, live, verified_at)]


def test_what_is_the_very_same_file_is_not_read_again(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building = linked(live)
    read: list[str] = []
    real = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, **named: read.append(self.name) or real(self, **named))
    assert found(building, live, time.time() + 1) == []
    assert len(read) == 1, "the home page tells where the site stands"
    read.clear()
    assert found(building, live, None) == []
    assert len(read) == 5


@pytest.mark.parametrize("verified", [False, True], ids=["verified by another version", "written to since"])
def test_a_fault_of_a_file_that_was_not_verified_as_it_is_now_is_found(live: Path, verified: bool) -> None:
    building = linked(live)
    verified_at = time.time() + 1
    (live / "a" / "index.html").write_text(page("nowhere/"))
    os.utime(live / "a" / "index.html", (verified_at + 60,) * 2)
    problems = found(building, live, verified_at if verified else None)
    assert problems == ["a/index.html: links to /ce/nowhere/, which is not there"]


def test_an_unchanged_page_that_leads_to_something_gone_is_found(live: Path) -> None:
    building = linked(live)
    shutil.rmtree(building / "b")
    assert found(building, live, time.time() + 1) == [
        "a/index.html: links to /ce/b/, which is not there",
        "index.html: links to /ce/b/, which is not there",
    ]


def test_something_gone_to_which_nothing_leads_is_no_fault(live: Path) -> None:
    building = linked(live)
    shutil.rmtree(building / "c")
    assert found(building, live, time.time() + 1) == []


def test_a_file_that_is_no_page_is_read_again_where_it_is_another(live: Path) -> None:
    building = linked(live)
    (building / "status.json").unlink()
    (building / "status.json").write_text("{")
    [problem] = found(building, live, time.time() + 1)
    assert problem.startswith("status.json: cannot be parsed")
