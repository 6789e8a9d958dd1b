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
from recommend.index import Index, IndexRefusedError, build_index, open_index

STAMP = "made-from"
"""In the folder of the index: what it was made from, the catalog and the code."""

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
    if _is_fresh(folder, queries.fingerprint(catalog)):
        night.say("index: nothing new")
        return
    night.doing("index: guessing topics, weighing words")
    from recommend.topics import classify  # noqa: PLC0415 - what learns takes long to load, and most nights need it not

    opportunities = queries.opportunities(catalog)
    store.save_topic_guesses(catalog, classify(opportunities))
    fingerprint = queries.fingerprint(catalog)
    index = build_index(queries.opportunities(catalog), fingerprint=fingerprint, previous=_former(folder))
    index.save(folder)
    (folder / STAMP).write_text(_stamp(fingerprint), encoding="utf-8")
    night.say(f"index: {len(opportunities)} opportunities")


def _is_fresh(folder: Path, fingerprint: str) -> bool:
    """Whether the index is of this catalog and this code, and can be opened."""
    stamp = folder / STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != _stamp(fingerprint):
        return False
    try:
        open_index(folder, fingerprint)
    except IndexRefusedError:
        return False
    return True


def _former(folder: Path) -> Index | None:
    """The index of the night before, to go on from; ``None`` where there is none that can be used."""
    try:
        return open_index(folder, None)
    except IndexRefusedError:
        return None


def _stamp(fingerprint: str) -> str:
    return f"{fingerprint} {code_hash('recommend')}\n"


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
