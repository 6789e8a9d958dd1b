"""Data and feeds: everything that a machine may read, in one place, with how to use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from render.lists import Lists
from render.press import Press

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
    press.page("data.html", "/data/", values)


def write_downloads(press: Press, export: Callable[[Path], list[Path]] | None) -> list[Download]:
    """Write the whole catalog in every format that ``export`` makes."""
    if export is None:
        return []
    downloads = []
    with TemporaryDirectory() as folder:
        for file in export(Path(folder)):
            path = f"/data/{file.name}"
            press.output.adopt(path[1:], file)
            downloads.append(Download(path, FORMAT.get(file.name, file.name), size_text(file.stat().st_size)))
    return downloads
