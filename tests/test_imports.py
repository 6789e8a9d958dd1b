"""The table of allowed imports: rooms import downward only, and the ground floor stays free of the big libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    "catalog": ROOT / "catalog",
    "crawlers": ROOT / "crawlers",
    "recommend": ROOT / "recommend",
    "render": ROOT / "site" / "render",
    "aliquot": ROOT / "aliquot",
}

MAY_IMPORT = {
    "catalog": set[str](),
    "crawlers": {"catalog"},
    "recommend": {"catalog"},
    "render": {"catalog", "recommend"},
    "aliquot": {"catalog", "crawlers", "recommend", "render"},
}

LIBRARIES_OF_ONE_ROOM = {
    "scrapy": {"crawlers"},
    "twisted": {"crawlers"},
    "sklearn": {"recommend"},
    "jinja2": {"render"},
    "sqlmodel": {"catalog"},
    "sqlalchemy": {"catalog"},
    "typer": {"aliquot"},
}


def imported_names(file: Path) -> Iterator[tuple[str, int]]:
    """Top-level package names that a file imports, with the line; relative imports stay in their own room."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0], node.lineno


def imports_of(room: str) -> list[tuple[str, str, int]]:
    """(file, imported package, line) of every import in a room."""
    return [
        (str(file.relative_to(ROOT)), name, line)
        for file in sorted(ROOMS[room].rglob("*.py"))
        for name, line in imported_names(file)
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_downward_only(room: str) -> None:
    imports = imports_of(room)
    assert imports, f"{room} holds no code that imports anything: is the path right?"
    upward = [
        f"{file}:{line} imports {name}"
        for file, name, line in imports
        if name in ROOMS and name != room and name not in MAY_IMPORT[room]
    ]
    assert not upward, "\n".join(upward)


@pytest.mark.parametrize("room", ROOMS)
def test_each_big_library_stays_in_its_room(room: str) -> None:
    strays = [
        f"{file}:{line} imports {name}"
        for file, name, line in imports_of(room)
        if name in LIBRARIES_OF_ONE_ROOM and room not in LIBRARIES_OF_ONE_ROOM[name]
    ]
    assert not strays, "\n".join(strays)
