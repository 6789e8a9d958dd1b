"""Tables that people have: CSV, XLSX and what they paste. Read with limits, so that no file can fill the memory.

Everything read here is hostile: a spreadsheet is a ZIP archive and may unpack to a thousand times its size.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from catalog.errors import BadInputError

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 60_000_000
MOST_MEMBERS = 500
MOST_ROWS = 20_000
LAST_LINE = 100_000
"""Blank lines are skipped, but nobody's table goes on that far."""

MOST_COLUMNS = 200
FEWEST_COLUMNS = 2
LINES_TO_JUDGE = 10
"""Lines looked at for what separates the cells: a title may stand above the header."""

LONGEST_CELL = 4_000
SPREADSHEETS = {".xlsx", ".xlsm"}


class SheetError(BadInputError):
    """A table that cannot be read at all; names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table with the line (or sheet row) on which it stands. Cells are text, stripped."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows, all of the header's width. ``name`` is the file in messages."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX file, told apart by its content rather than its name.

    Raises :class:`SheetError` for a file that is missing, too large, damaged, or without a header.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SheetError(f"{path}: {size:,} bytes is more than the {LARGEST_FILE:,} that a file may have")
        content = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith(b"PK\x03\x04"):
        return _table(str(path), _spreadsheet(str(path), content))
    if path.suffix.lower() in SPREADSHEETS:
        raise SheetError(f"{path}: is named as a spreadsheet and is none")
    return parse_table(_decoded(str(path), content), str(path))


def parse_table(text: str, name: str) -> Table:
    """A table from CSV text or from one pasted out of a page or a sheet (tabs). Raises :class:`SheetError`."""
    return _table(name, _lines(name, text))


def read_pasted(stream: BinaryIO, name: str) -> Table:
    """A table from a stream, like what is pasted into a terminal. Raises :class:`SheetError` as others do."""
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SheetError(f"{name}: more than the {LARGEST_FILE:,} bytes that a file may have")
    return parse_table(_decoded(name, content), name)


def _decoded(name: str, content: bytes) -> str:
    if b"\x00" in content:
        raise SheetError(f"{name}: holds bytes that no text has")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise SheetError(f"{name}: line {reader.line_num}: {error}") from error


def _delimiter(text: str) -> str:
    """The separator of which one of the first lines has most; a comma where none is there."""
    head = [line for line in text.splitlines() if line.strip()][:LINES_TO_JUDGE]
    return max(",\t;|", key=lambda mark: (max((line.count(mark) for line in head), default=0), mark == ","))


def _spreadsheet(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet, after a look at what the archive would unpack to."""
    from openpyxl import load_workbook  # noqa: PLC0415 - takes long to load, and few commands read a spreadsheet
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        _refuse_bomb(name, content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise error if isinstance(error, SheetError) else SheetError(f"{name}: no spreadsheet: {error}") from error
    try:
        sheet = book.worksheets[0]
        for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
            yield number, [_cell(value) for value in values]
    finally:
        book.close()


def _refuse_bomb(name: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise SheetError(f"{name}: would unpack to {unpacked:,} bytes in {len(members)} parts, more than a table needs")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(name: str, lines: Iterable[tuple[int, list[str]]]) -> Table:
    """The first line that fills two cells is the header: a title often stands above it, alone on its line."""
    filled: list[Row] = []
    for line, raw in lines:
        if line > LAST_LINE:
            raise SheetError(f"{name}: goes on beyond line {LAST_LINE:,}")
        cells = tuple(cell.strip()[:LONGEST_CELL] for cell in raw[:MOST_COLUMNS])
        if not any(cells):
            continue
        if len(filled) > MOST_ROWS:
            raise SheetError(f"{name}: more than {MOST_ROWS:,} rows")
        filled.append(Row(line, cells))
    if not filled:
        raise SheetError(f"{name}: is empty")
    at = next((place for place, row in enumerate(filled) if sum(map(bool, row.cells)) >= FEWEST_COLUMNS), 0)
    header = _without_empty_end(filled[at].cells)
    rows = (replace(row, cells=(row.cells + ("",) * len(header))[: len(header)]) for row in filled[at + 1 :])
    return Table(name, header, tuple(rows))


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    used = max(place for place, cell in enumerate(cells) if cell)
    return cells[: used + 1]
