"""The night's middle: opportunities, guessed topics and the relevance index, made only where something changed."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from aliquot.documents import plain
from aliquot.night import Night, NightReport, Stage, counted
from catalog import projection, queries, store
from catalog.corrections import load_curation

STAMP = "made-from"
"""In the folder of the index: what it was made from, the catalog and the code."""

INDEX_FILES = "*.npz"

SUFFIXES_OF_CODE = (".py", ".toml", ".tsv", ".txt", ".html", ".css", ".js", ".xml", ".svg")


def understand(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Project, topics, index. Where nothing changed since the index was made, nothing is made."""
    if Stage.PROJECT in night.only:
        night.doing("project: making opportunities of listings")
        curation = load_curation(night.places.overlay("curation"))
        report.counts["project"] = plain(projection.project(catalog, night.now, curation))
        night.say(f"project: {counted(report.counts['project'])}")
    if Stage.INDEX not in night.only:
        return
    folder = night.places.index
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == _stamp(queries.fingerprint(catalog), folder):
        night.say("index: nothing new")
        return
    night.doing("index: guessing topics, weighing words")
    from aliquot.indexing import index_anew  # noqa: PLC0415 - takes long to load, and most nights need it not

    fingerprint, indexed = index_anew(catalog, folder)
    stamp.write_text(_stamp(fingerprint, folder), encoding="utf-8")
    night.say(f"index: {indexed} opportunities")


def _stamp(fingerprint: str, folder: Path) -> str:
    """What an index was made from, and the hash of the file itself: one that was damaged since is made anew."""
    made = hashlib.sha256()
    for file in sorted(folder.glob(INDEX_FILES)):
        made.update(file.read_bytes())
    return f"{fingerprint} {code_hash('recommend')} {made.hexdigest()}\n"


@cache
def code_hash(package: str) -> str:
    """A hash of a package's code and data: what it makes of the same catalog is the same while this is the same."""
    digest = hashlib.sha256()
    for path, content in sorted(_code(resources.files(package), "")):
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()[:32]


def _code(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _code(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(SUFFIXES_OF_CODE):
            found.append((path + entry.name, entry.read_bytes()))
    return found
