"""Data and feeds: everything that a machine may read, in one place, with how to use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from render.ledger import Ledger
from render.lists import Lists
from render.output import Output
from render.press import Press
from render.snapshot import Snapshot

DOWNLOADS = "/data/"
FORMAT: Final = {
    "catalog.csv": "CSV, one row a listing, for a spreadsheet",
    "catalog.json": "JSON, the whole catalog",
    "catalog.jsonl": "JSON lines, one listing a line",
    "catalog.jsonld": "JSON-LD, schema.org",
    "catalog.sqlite": "SQLite, to ask questions in SQL",
    "catalog.schema.json": "JSON Schema of the JSON",
}


@dataclass(frozen=True, slots=True)
class Download:
    """One file of the whole catalog."""

    path: str
    label: str
    size: str


def size_text(octets: int) -> str:
    """``412 kB``, ``3.1 MB``."""
    return f"{octets / 1_000_000:.1f} MB" if octets >= 1_000_000 else f"{max(1, round(octets / 1000))} kB"


def write_data(press: Press, lists: Lists, downloads: Sequence[Download]) -> None:
    """The page of feeds, calendars and downloads."""
    cuts = [(label, values) for label, _path, values in lists.groups()]
    values = {
        "title": "Data and feeds",
        "description": "Feeds, calendars and downloads of the whole catalog and of every list.",
        "cuts": cuts,
        "downloads": downloads,
    }
    press.page("data.html", DOWNLOADS, values)


def write_downloads(press: Press, ledger: Ledger, snapshot: Snapshot) -> list[Download]:
    """Write the whole catalog in every format that the snapshot exports.

    Where they hold the same as those of the last release but the day on which they were made, those stay.
    """
    if snapshot.export is None:
        return []
    made_from = snapshot.exported_from() if snapshot.exported_from else None
    if made_from is not None:
        ledger.page_is(DOWNLOADS, made_from)
    if made_from is None or ledger.page_was(DOWNLOADS) != made_from or not _keep_all(press.output):
        with TemporaryDirectory() as folder:
            for file in snapshot.export(Path(folder)):
                press.output.adopt(DOWNLOADS[1:] + file.name, file)
    made = press.output.folder / DOWNLOADS[1:]
    return [_download(made / name) for name in FORMAT if (made / name).exists()]


def _keep_all(output: Output) -> bool:
    """Link the downloads of the last release; False where one of them is not there."""
    before = output.previous
    names = [DOWNLOADS[1:] + name for name in FORMAT]
    return before is not None and all((before / name).exists() for name in names) and all(map(output.keep, names))


def _download(file: Path) -> Download:
    return Download(DOWNLOADS + file.name, FORMAT[file.name], size_text(file.stat().st_size))
