"""The night's middle: opportunities, guessed topics and the relevance index, made only where something changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aliquot.documents import plain
from aliquot.night import Night, NightReport, Stage, counted
from catalog import projection, queries, store
from catalog.code import code_hash
from catalog.corrections import load_curation

STAMP = "made-from"
"""In the folder of the index: what it was made from, the catalog and the code."""

INDEX_FILES = "*.npz"


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
