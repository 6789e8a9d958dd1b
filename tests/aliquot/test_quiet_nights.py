"""Nights on which little or nothing changed: almost nothing is made, and every real change still comes through.

A test of what is read anew has a whole night; one of what is made of it leaves the pages alone (``nightly --only``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from aliquot import carrying, releasing
from aliquot.errors import ExitCode
from aliquot.nightly import Night, NightReport, Stage, run_night
from aliquot.places import Places, places_of
from aliquot.settings import Settings
from crawlers.sample_server import SAMPLE_WEB, SampleServer
from recommend.rules import OURS
from render import kept

pytestmark = pytest.mark.long

ANCHOR = date(2026, 11, 22)
"""The society's first date passes on the day after it, the next ones two and three days later."""

SOURCES = ("labce", "sample-society")
HOSTS = ("www.labce.com", "society.example")
COURSE = "microcytic_anemias.aspx"
STATUS = {"status.json", "status/index.html", "status/labce/index.html", "status/sample-society/index.html"}
AFTER_READING = frozenset(Stage) - {Stage.CRAWL, Stage.RECORD}
COMMAND = """
import atexit, sys
from aliquot.cli import main
heavy = {"numpy", "scipy", "sklearn", "scrapy", "twisted", "openpyxl", "alembic", "pagefind", "icalendar"}
atexit.register(lambda: print("loaded:", *sorted(heavy & set(sys.modules))))
main()
"""


@dataclass
class House:
    """An installation over two hosts of the sample web, whose pages may be edited."""

    settings: Settings
    web: SampleServer
    root: Path

    @property
    def places(self) -> Places:
        return places_of(self.settings, sample=True)

    def night(self, day: int, hour: int = 7, **more: Any) -> NightReport:
        """A night of November 2026."""
        now = datetime(2026, 11, day, hour, tzinfo=UTC)
        return run_night(
            Night(
                now,
                self.places,
                self.settings,
                lambda _: None,
                SOURCES,
                sample_port=self.web.port,
                **more,
            )
        )

    def later_stages(self, day: int, hour: int = 7, only_pages: str | None = None) -> NightReport:
        """The same of what was read the night before: no page is asked for."""
        return self.night(day, hour, only=AFTER_READING, only_pages=only_pages)

    def files(self) -> dict[str, int]:
        """Every file of the live release that is no compressed copy, with what tells one from another."""
        release = self.places.current.resolve()
        return {
            file.relative_to(release).as_posix(): file.stat().st_ino
            for file in release.rglob("*")
            if file.is_file() and file.suffix not in {".gz", ".br"}
        }

    def text(self, path: str) -> str:
        """A file of the live release."""
        return (self.places.current / path).read_text(encoding="utf-8")

    def page_of(self, words: str) -> Path:
        """The page of the opportunity that holds some words."""
        pages = self.places.current.resolve().glob("o/*/index.html")
        return next(page for page in pages if words in page.read_text(encoding="utf-8"))


def made_anew(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """The files that are not the very same as before."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("quiet")
    for host in HOSTS:
        shutil.copytree(SAMPLE_WEB / host, folder / "web" / host)
    with SampleServer(folder / "web", ANCHOR) as web:
        settings = Settings(home=folder / "home")
        places_of(settings, sample=True).home.mkdir(parents=True)
        made = House(settings, web, folder / "web")
        (made.places.home / "sample_anchor").write_text(f"{ANCHOR.isoformat()}\n", encoding="utf-8")
        assert made.night(23).exit_code is ExitCode.GOOD
        yield made


def test_a_quiet_night_draws_the_status_alone_and_loads_nothing_that_learns_or_crawls(house: House) -> None:
    before = house.files()
    home = {"ALIQUOT_HOME": str(house.settings.home), "ALIQUOT_SAMPLE_PORT": str(house.web.port), "NO_COLOR": "1"}
    words = ["nightly", "--sample", "--now", "2026-11-24T07:00+00:00", *(f"--source={name}" for name in SOURCES)]
    order = [sys.executable, "-c", COMMAND, *words]
    done = subprocess.run(order, env={**os.environ, **home}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].split() == ["loaded:"]
    assert made_anew(before, house.files()) == STATUS
    assert "The run of Nov 24, 2026: fine." in house.text("status/index.html")
    assert json.loads(house.text("status.json"))["data_date"] == "2026-11-24"
    for began in ("Nov 24, 2026, 7:00 AM UTC", "Nov 23, 2026, 7:00 AM UTC"):
        assert began in house.text("status/labce/index.html")
    packed = house.places.current / "status" / "index.html.gz"
    assert packed.stat().st_nlink == 1, "its compressed copy is of tonight too"


def test_a_home_that_was_carried_goes_on_where_it_was_and_nothing_of_it_is_believed(
    house: House, tmp_path: Path
) -> None:
    carrying.save(house.places, tmp_path / "parcel")
    there = House(Settings(home=tmp_path / "home"), house.web, house.root)
    carrying.load(there.places, tmp_path / "parcel")
    page = there.page_of("Microcytic Anemias")
    whole, told = page.read_bytes(), page.stat()
    page.write_bytes(whole.replace(b"</main>", b'<a href="/nowhere/">gone</a></main>'))
    os.utime(page, ns=(told.st_atime_ns, told.st_mtime_ns))
    report = there.later_stages(24, hour=8)
    assert report.exit_code is ExitCode.NOT_PUBLISHED
    assert [problem for problem in report.problems if "/nowhere/" in problem]
    page.write_bytes(whole)
    os.utime(page, ns=(told.st_atime_ns, told.st_mtime_ns))
    before = there.files()
    assert there.night(24, hour=9).exit_code is ExitCode.GOOD
    assert made_anew(before, there.files()) <= STATUS
    assert "render" not in there.later_stages(24, hour=10).counts


def test_a_date_that_passes_redraws_the_lists_that_depend_on_it_and_no_download(house: House) -> None:
    before, index = house.files(), (house.places.index / "made-from").stat().st_mtime_ns
    listed = house.text("live-this-week/index.html")
    assert house.night(25).exit_code is ExitCode.GOOD
    anew = made_anew(before, house.files())
    assert "live-this-week/index.html" in anew
    assert house.text("live-this-week/index.html") != listed
    assert not [name for name in anew if name.startswith("data/catalog")]
    assert len([name for name in anew if name.startswith("o/")]) <= 1
    assert (house.places.index / "made-from").stat().st_mtime_ns == index


def test_a_listing_that_changed_comes_through_everywhere(house: House) -> None:
    page = house.root / HOSTS[0] / COURSE
    page.write_text(page.read_text(encoding="utf-8").replace("Microcytic Anemias", "Small Red Cells"), encoding="utf-8")
    before, index = house.files(), (house.places.index / "made-from").read_text(encoding="utf-8")
    assert house.night(26).exit_code is ExitCode.GOOD
    anew = made_anew(before, house.files())
    changed = house.page_of("Small Red Cells").relative_to(house.places.current.resolve()).as_posix()
    assert {changed, "feed.atom", "changes/index.html", "data/catalog.json"} <= anew
    assert all("Small Red Cells" in house.text(f"data/catalog.{form}") for form in ("csv", "json", "jsonl", "jsonld"))
    assert (house.places.index / "made-from").read_text(encoding="utf-8") != index


def test_a_rule_file_that_changed_comes_through(house: House) -> None:
    before = house.files()
    rule = (OURS / "ascp-mlt.toml").read_text(encoding="utf-8").replace("Medical Laboratory Technician", "Bench Expert")
    overlay = house.places.overlay("credentials")
    overlay.mkdir()
    (overlay / "ascp-mlt.toml").write_text(rule, encoding="utf-8")
    assert house.later_stages(27).exit_code is ExitCode.GOOD
    assert "credentials/ascp-mlt/index.html" in made_anew(before, house.files())
    assert "Bench Expert" in house.text("credentials/ascp-mlt/index.html")


def test_a_page_that_was_written_to_since_it_was_verified_is_looked_at_again(house: House) -> None:
    page = house.page_of("Small Red Cells")
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b"</main>", b'<a href="/nowhere/">gone</a></main>'))
    live = house.places.current.readlink()
    report = house.later_stages(28)
    assert report.exit_code is ExitCode.NOT_PUBLISHED
    assert [problem for problem in report.problems if "/nowhere/" in problem]
    assert house.places.current.readlink() == live
    page.write_bytes(whole)
    assert house.later_stages(28, hour=8).exit_code is ExitCode.GOOD


def test_a_new_version_of_the_templates_draws_everything_and_verifies_everything(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = []
    check = releasing.verify

    def noted(folder: Path, previous: Path | None, verified_at: float | None) -> list[object]:
        trusted.append(verified_at)
        return [*check(folder, previous, verified_at)]

    monkeypatch.setattr(releasing, "verify", noted)
    for module in (releasing, kept):
        monkeypatch.setattr(module, "code_hash", lambda _room: "another version")
    report = house.later_stages(28, hour=9)
    assert report.exit_code is ExitCode.GOOD
    assert report.counts["render"]["opportunities"] == len(list(house.places.current.glob("o/*/index.html")))
    assert "opportunities" in report.counts["render"]["seconds"]
    assert trusted == [None]


def test_a_damaged_index_is_made_anew(house: House) -> None:
    file = next(house.places.index.glob("*.npz"))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert house.later_stages(28, hour=10).exit_code is ExitCode.GOOD
    assert file.read_bytes() == whole


def test_a_release_of_which_only_some_pages_were_rendered_is_not_carried_on(house: House) -> None:
    assert house.later_stages(28, hour=11, only_pages="/about/").exit_code is ExitCode.GOOD
    assert "opportunities" in house.later_stages(28, hour=12).counts["render"]["seconds"], "it is built"
    assert "render" not in house.later_stages(28, hour=13).counts, "and then nothing is new"
