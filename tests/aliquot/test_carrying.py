"""Carrying a home: what is packed is whole, what is damaged is refused, what is private stays."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from aliquot import carrying
from aliquot.errors import CommandError
from aliquot.places import Places
from aliquot.publish import current_release, publish
from render.output import LEDGER


def make_places(home: Path) -> Places:
    return Places(home=home, catalog_address=f"sqlite:///{home / 'catalog.sqlite'}", sample=False)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A home after a night: a catalog with an open write-ahead log, two releases, a report, and private things."""
    made = make_places(tmp_path / "home")
    for name in ("20261121-01", "20261122-01"):
        (made.releases / name).mkdir(parents=True)
        (made.releases / name / "index.html").write_text(name, encoding="utf-8")
    publish(made.releases / "20261122-01", made.current)
    (made.releases / LEDGER).write_bytes(b"what the next build needs of this release")
    made.index.mkdir()
    (made.index / "index.json").write_text("{}", encoding="utf-8")
    (made.runs / "r1").mkdir(parents=True)
    (made.runs / "r1" / "report.json").write_text("{}", encoding="utf-8")
    (made.runs / "r1" / "spool.jsonl").write_text("a crawl's spool\n" * 1000, encoding="utf-8")
    for name in ("private", "sources"):
        (made.home / name).mkdir()
        (made.home / name / "own.toml").write_text("own = true", encoding="utf-8")
    (made.home / "profile.toml").write_text("mine = true", encoding="utf-8")
    return made


@pytest.fixture
def catalog(places: Places) -> sqlite3.Connection:
    connection = sqlite3.connect(places.home / "catalog.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE listing (id TEXT)")
    connection.executemany("INSERT INTO listing VALUES (?)", [(f"{n:032x}",) for n in range(2000)])
    connection.commit()
    return connection


def files(folder: Path) -> set[str]:
    """Paths of every file; what lies behind a symbolic link is not looked into."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_home_comes_back_whole_without_what_is_private(
    places: Places, catalog: sqlite3.Connection, tmp_path: Path
) -> None:
    with closing(catalog):
        manifest = carrying.save(places, tmp_path / "carried", part_bytes=4000)
    assert len(manifest.parts) > 1
    there = make_places(tmp_path / "there")
    carrying.load(there, tmp_path / "carried")
    assert files(there.home) == {
        "catalog.sqlite",
        "index/index.json",
        "releases/.ledger.sqlite",
        "releases/20261122-01/index.html",
        "runs/r1/report.json",
    }
    live = current_release(there.current)
    assert live is not None
    assert live.name == "20261122-01"
    with closing(sqlite3.connect(there.home / "catalog.sqlite")) as copy:
        assert copy.execute("SELECT count(*) FROM listing").fetchone() == (2000,)


def test_a_damaged_part_is_named_and_leaves_the_home_empty(
    places: Places, catalog: sqlite3.Connection, tmp_path: Path
) -> None:
    with closing(catalog):
        manifest = carrying.save(places, tmp_path / "carried")
    part = tmp_path / "carried" / manifest.parts[0].name
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(raw)
    there = make_places(tmp_path / "there")
    with pytest.raises(CommandError, match=r"home\.tar\.xz\.000: damaged"):
        carrying.load(there, tmp_path / "carried")
    assert files(there.home) == set()


def test_a_catalog_that_is_there_is_not_written_over(
    places: Places, catalog: sqlite3.Connection, tmp_path: Path
) -> None:
    with closing(catalog):
        carrying.save(places, tmp_path / "carried")
        with pytest.raises(CommandError, match="not written over"):
            carrying.load(places, tmp_path / "carried")


@pytest.mark.parametrize("name", ["../../outside", "/outside", "releases/.kept-pages", "sources/evil.toml", "private"])
def test_an_archive_writes_only_where_a_home_has_its_things(tmp_path: Path, name: str) -> None:
    carried = tmp_path / "carried"
    carried.mkdir()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 4
        archive.addfile(member, io.BytesIO(b"evil"))
    raw = packed.getvalue()
    (carried / "home.tar.xz.000").write_bytes(raw)
    part = {"name": "home.tar.xz.000", "bytes": len(raw), "sha256": sha256(raw).hexdigest()}
    (carried / "manifest.json").write_text(json.dumps({"format": 1, "parts": [part]}), encoding="utf-8")
    with pytest.raises(CommandError, match="no place in what is carried"):
        carrying.load(make_places(tmp_path / "there"), carried)
    assert files(tmp_path / "there") == set()


@pytest.mark.parametrize("name", ["../home.tar.xz.000", "/etc/passwd", "catalog.sqlite"])
def test_a_manifest_names_only_parts(tmp_path: Path, name: str) -> None:
    part = {"name": name, "bytes": 1, "sha256": "0" * 64}
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "parts": [part]}), encoding="utf-8")
    with pytest.raises(CommandError, match=r"parts\.0\.name"):
        carrying.load(make_places(tmp_path / "there"), tmp_path)


def test_what_is_no_catalog_is_refused(places: Places, tmp_path: Path) -> None:
    (places.home / "catalog.sqlite").write_bytes(b"not a database, but long enough to look like one" * 30)
    with pytest.raises(CommandError, match="not a database"):
        carrying.save(places, tmp_path / "carried")
