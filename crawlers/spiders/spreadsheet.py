"""Spreadsheets: CSV, XLSX or TOML, one row a thing, for an employer's in-house training and for curated openings.

How it works: the first row names the columns; ``labels`` of the source's TOML map column names to fields, so that a
hospital keeps its own sheet as it is. A column called as a field is that field. Two columns of one field are read as
one text ("CE hours" and "Credit type"). A start and an end time belong to the date of their row.

Where it lies: dates that a spreadsheet program has turned into its own type (read as they are shown), a byte-order
mark, semicolons instead of commas, empty rows, and rows whose title nobody has filled in, which are rejected one by
one.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from zipfile import BadZipFile

from crawlers.draft import Draft, Rejection, slug
from crawlers.extract.text import normalize
from crawlers.fields import READERS, Words, in_reading_order, read_field
from crawlers.page import Page, PageError
from crawlers.safety import UnsafeContentError, check_archive
from crawlers.source import FieldName
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.labelled_pages import key_of

ROWS_AT_MOST = 20_000
COLUMNS_AT_MOST = 200
CELL_AT_MOST = 4000
Row = dict[str, str]


class Spreadsheet(SourceSpider):
    """Reads tables whose columns have names."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft a row; rows without a title are rejected."""
        for number, row in rows_of(page, self.source.limits.page_bytes):
            if not any(row.values()):
                continue
            yield self._draft(page, number, row)

    def _draft(self, page: Page, number: int, row: Row) -> Draft | Rejection:
        columns = self._columns(row)
        title = _text(row, columns.get("title", ()))
        if not title:
            return Rejection(url=page.url, field="title", reason=f"row {number} has no title")
        url = _text(row, columns.get("url", ()))
        key = _text(row, columns.get("key", ())) or (key_of(url, self.source) if url else slug(title))
        draft = Draft(source_key=key[:500], url=url or page.url)
        for field in in_reading_order(columns):
            words = _words(field, columns, row, number)
            if words is not None:
                read_field(draft, field, words, self.context)
        return draft

    def _columns(self, row: Row) -> dict[FieldName, tuple[str, ...]]:
        """Field to the columns that hold it, in the order in which the TOML names them."""
        known = {name.strip().lower(): name for name in row}
        found: dict[FieldName, tuple[str, ...]] = {}
        for field in READERS:
            wanted = [*self.source.labels.get(field, ()), field, field.replace("_", " ")]
            names = tuple(dict.fromkeys(known[name.lower()] for name in wanted if name.lower() in known))
            if names:
                found[field] = names
        return found


def _words(field: FieldName, columns: Mapping[FieldName, tuple[str, ...]], row: Row, number: int) -> Words | None:
    """The words of a field in one row, a date with its times; ``None`` where the row states nothing."""
    names = columns[field]
    value = _text(row, names)
    if field == "date" and value:
        end, times = (_text(row, columns.get(name, ()), " - ") for name in ("end_date", "times"))
        value = f"{value} - {end}" if end else value
        value = f"{value}, {times}" if times else value
    if field == "credits" and len(names) > 1 and not re.search(r"\d", value):
        return None  # a type in a column of its own, with no amount beside it, is a form's word and no credit
    return Words("" if field in {"title", "credits"} else names[0], value, f"sheet:row {number}, {names[0]}")


def rows_of(page: Page, at_most: int) -> Iterator[tuple[int, Row]]:
    """The rows of a table with the numbers a reader sees, as texts by column name. Raises :class:`PageError`."""
    if page.body[:4] == b"PK\x03\x04":
        rows = _rows_of_xlsx(page.body, at_most)
    elif re.search(r"\.toml($|\?)", page.url):
        yield from _rows_of_toml(page.body)
        return
    else:
        rows = _rows_of_csv(page.body)
    header: list[str] = []
    for number, cells in rows:
        if number > ROWS_AT_MOST or len(cells) > COLUMNS_AT_MOST:
            raise PageError(f"row {number}: a table has at most {ROWS_AT_MOST} rows and {COLUMNS_AT_MOST} columns")
        texts = [normalize(cell[:CELL_AT_MOST]) for cell in cells]
        if not header:
            header = texts
            if not any(header) or b"<html" in page.body[:2000].lower():
                raise PageError("the first row names no columns: this is no table")
            continue
        yield number, {name: text for name, text in zip(header, texts, strict=False) if name}


def _rows_of_csv(body: bytes) -> Iterator[tuple[int, list[str]]]:
    text = body.decode("utf-8-sig", "replace")
    if "\x00" in text:
        raise PageError("not a text file: it holds null bytes")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1)
    except csv.Error as error:
        raise PageError(f"not a readable table: {error}") from error


def _rows_of_xlsx(body: bytes, at_most: int) -> Iterator[tuple[int, list[str]]]:
    # Imported here and not above: most sheets are CSV, and openpyxl brings NumPy along.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    check_archive(body, at_most * 4)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS_AT_MOST), start=1):
            yield number, [_shown(cell) for cell in cells]
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        OSError,
        SyntaxError,
    ) as error:
        # openpyxl documents none of what it raises for a damaged workbook.
        raise UnsafeContentError(f"not a readable workbook: {type(error).__name__}: {error}") from error


def _shown(cell: object) -> str:
    """A cell as a reader sees it: a date without a time as a date."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _rows_of_toml(body: bytes) -> Iterator[tuple[int, Row]]:
    """``[[item]]`` tables; the number is that of the item."""
    try:
        items = tomllib.loads(body.decode("utf-8-sig")).get("item", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PageError(f"not readable TOML: {error}") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PageError("a TOML of openings holds [[item]] tables")
    for number, item in enumerate(items[:ROWS_AT_MOST], start=1):
        yield number, {str(name): normalize(_shown(value)[:CELL_AT_MOST]) for name, value in item.items()}


def _text(row: Row, names: tuple[str, ...], joint: str = " ") -> str:
    """The cells of these columns as one text, in the order in which the TOML names them."""
    return joint.join(filter(None, (row.get(name, "") for name in names)))
