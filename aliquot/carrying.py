"""The catalog carried from night to night where no machine stays: packed into a few files, and unpacked again.

What is packed is what the next night needs to go on: the catalog, the index, the published release with the ledger of
its build, and the reports of the last runs. An operator's overlays come from the repository instead, and what is
private (a profile, private listings, secrets) is never packed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aliquot.errors import CommandError
from aliquot.places import Places
from aliquot.publish import NEVER, STAMP, current_release, publish
from render.output import LEDGER

MANIFEST = "manifest.json"
CATALOG = "catalog.sqlite"
FORMAT = 1
PART_BYTES = 90_000_000
"""Forges refuse files of 100 MB and more in a branch."""

COMPRESSION_LEVEL: Final = 3
REPORTS_CARRIED = 30
STATE_FILES = ("told.json", STAMP, "sample_anchor")
REPORT_FILES = ("report.json",)
PLACES = re.compile(
    rf"({'|'.join(map(re.escape, (CATALOG, *STATE_FILES)))}"
    rf"|index(/[^/]+)*|releases/({re.escape(LEDGER)}|[0-9A-Za-z-]+(/.+)?)|runs/[^/]+/report\.json)"
)
"""All that a packed home may hold. Nothing else is unpacked."""


class Part(BaseModel):
    """One packed file with its checksum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^home\.tar\.xz\.\d{3}$")
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What was packed: the parts in order, and the release that was published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    release: str | None = Field(default=None, pattern=r"^[0-9A-Za-z-]+$")
    parts: tuple[Part, ...] = Field(min_length=1)


def save(places: Places, folder: Path, part_bytes: int = PART_BYTES) -> Manifest:
    """Pack a home into the fresh folder ``folder``.

    Raises :class:`CommandError` where there is nothing to pack, or where the catalog is a server's.
    """
    catalog = places.home / CATALOG
    if not places.catalog_address.startswith("sqlite"):
        raise CommandError("a catalog in PostgreSQL stays where it is and needs no carrying")
    if not catalog.exists():
        raise CommandError(f"there is no catalog in {places.home} to carry")
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    release = current_release(places.current)
    with tempfile.TemporaryDirectory(dir=places.home, prefix=".carry-") as waiting:
        packed = Path(waiting) / "home.tar.xz"
        copy_catalog(catalog, Path(waiting) / CATALOG)
        with tarfile.open(packed, "w:xz", preset=COMPRESSION_LEVEL) as archive:
            archive.add(Path(waiting) / CATALOG, CATALOG)
            for path in _kept(places, release):
                archive.add(path, str(path.relative_to(places.home)))
        parts = tuple(_split(packed, folder, part_bytes))
    manifest = Manifest(format=FORMAT, release=release.name if release else None, parts=parts)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def copy_catalog(source: Path, target: Path) -> None:
    """Copy an SQLite catalog as of one moment, with what still stands in its write-ahead log.

    Raises :class:`CommandError` where it cannot be read.
    """
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{source}: {error}") from error


def _kept(places: Places, release: Path | None) -> Iterator[Path]:
    if places.index.is_dir():
        yield places.index
    if release is not None:
        yield from (path for path in (places.releases / release.name, places.releases / LEDGER) if path.exists())
    for name in STATE_FILES:
        if (places.home / name).is_file():
            yield places.home / name
    runs = sorted(places.runs.iterdir()) if places.runs.is_dir() else []
    for run in runs[-REPORTS_CARRIED:]:
        yield from (run / name for name in REPORT_FILES if (run / name).is_file())


def _split(packed: Path, folder: Path, part_bytes: int) -> Iterator[Part]:
    with packed.open("rb") as whole:
        number = 0
        while piece := whole.read(part_bytes):
            name = f"home.tar.xz.{number:03d}"
            (folder / name).write_bytes(piece)
            yield Part(name=name, bytes=len(piece), sha256=hashlib.sha256(piece).hexdigest())
            number += 1


def load(places: Places, folder: Path) -> Manifest:
    """Unpack what :func:`save` packed into an empty home, all of it or nothing. The next night looks at every file of
    its release, as nothing of it has been verified here.

    Raises :class:`CommandError` where a part is missing or damaged, and where the home has a catalog already.
    """
    if (places.home / CATALOG).exists():
        raise CommandError(f"{places.home} has a catalog already; it is not written over")
    if not hasattr(tarfile, "data_filter"):
        raise CommandError("this Python cannot unpack an archive safely; use Python 3.11.4 or newer")
    manifest = read_manifest(folder / MANIFEST)
    places.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.home, prefix=".carry-") as waiting:
        packed = Path(waiting) / "home.tar.xz"
        _join(manifest, folder, packed)
        unpacked = Path(waiting) / "home"
        try:
            with tarfile.open(packed, "r:xz") as archive:
                # The filter refuses members that would leave the folder, devices, and links to elsewhere.
                archive.extractall(unpacked, members=_expected(folder, archive), filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise CommandError(f"{folder}: what was carried cannot be unpacked: {error}") from error
        check_catalog(unpacked / CATALOG)
        # The catalog comes last: where it stands, everything else does too.
        if (unpacked / STAMP).exists():
            os.utime(unpacked / STAMP, (NEVER, NEVER))
        for entry in sorted(unpacked.iterdir(), key=lambda each: each.name == CATALOG):
            _replace(entry, places.home / entry.name)
    if manifest.release is not None and (places.releases / manifest.release).is_dir():
        publish(places.releases / manifest.release, places.current)
    return manifest


def _expected(folder: Path, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        if not PLACES.fullmatch(member.name):
            raise CommandError(f"{folder}: {member.name!r} has no place in what is carried")
        yield member


def read_manifest(file: Path) -> Manifest:
    """Read a manifest. Raises :class:`CommandError` naming file and field."""
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise CommandError(f"there is no {file}; was it written by `aliquot carry save`?") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if manifest.format != FORMAT:
        raise CommandError(f"{file}: format: {manifest.format} was written by another version of this program")
    return manifest


def _join(manifest: Manifest, folder: Path, packed: Path) -> None:
    with packed.open("wb") as whole:
        for part in manifest.parts:
            try:
                piece = (folder / part.name).read_bytes()
            except OSError as error:
                raise CommandError(f"{folder / part.name}: {error.strerror}") from error
            if hashlib.sha256(piece).hexdigest() != part.sha256:
                raise CommandError(f"{folder / part.name}: damaged, its checksum is another")
            whole.write(piece)


def check_catalog(file: Path) -> None:
    """Ask SQLite whether a catalog is whole. Raises :class:`CommandError` where it is not."""
    if not file.is_file():
        raise CommandError(f"there is no {CATALOG} in what was carried")
    try:
        with closing(sqlite3.connect(file)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{file}: {error}") from error
    if verdict != "ok":
        raise CommandError(f"{file}: {verdict}")


def _replace(entry: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    entry.replace(target)


def words(manifest: Manifest) -> str:
    """What was carried, in words: "2 parts, 113.4 MB, release 20261122T071700-01"."""
    megabytes = sum(part.bytes for part in manifest.parts) / 1_000_000
    count = len(manifest.parts)
    return f"{count} part{'s' if count != 1 else ''}, {megabytes:.1f} MB, release {manifest.release or 'none yet'}"
