"""Tables as JSON in columns, which compress well, written with no more than half of one column in memory.

Rows pass once and leave each value as a line of its column's file. Then each column is written in the shortest of three
layouts::

    Table  = {"rows": n, "columns": {field: Column}, "inner"?: {field: Table}, "counts"?: Column}
    Column = {"all": value}                          the same value in every row
           | {"values": [...], "at": [place, ...]}   a dictionary, the most frequent value first
           | {"each": [value, ...]}                  each row's own
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pydantic_core import to_json

LINES = 1000
"""Values of a column that are looked at together."""

OCTETS = 1 << 16
"""What is read of a column at once where its values are written as they stand."""

Row = Sequence[Any]


class Table:
    """A table that is filled row by row and then written out. Its files lie in ``folder``; the stack closes them."""

    def __init__(self, folder: Path, names: Sequence[str], stack: ExitStack) -> None:
        self.names, self.rows = names, 0
        self._files = [stack.enter_context((folder / name).open("w+b")) for name in names]

    def add(self, row: Row) -> None:
        """Put a row of JSON values, in the order of the names; what follows them is left alone."""
        line_end = b"\n" if self.rows else b""
        self.rows += 1
        for file, value in zip(self._files, row, strict=False):
            file.write(line_end + to_json(value))  # JSON holds no line end of its own

    def columns(self) -> Iterator[bytes]:
        """``"name":column`` of every column, a piece at a time, with commas between them."""
        comma = ""
        for name, file in zip(self.names, self._files, strict=True):
            yield f'{comma}"{name}":'.encode()
            yield from _column(file, self.rows)
            comma = ","

    def text(self) -> Iterator[bytes]:
        """The table without its last brace, a piece at a time."""
        yield f'{{"rows":{self.rows},"columns":{{'.encode()
        yield from self.columns()
        yield b"}"


class NestedTable(Table):
    """A table whose rows end with the rows of inner tables: ``inner`` names those and their columns."""

    def __init__(
        self, folder: Path, names: Sequence[str], inner: Sequence[tuple[str, Sequence[str]]], stack: ExitStack
    ) -> None:
        super().__init__(folder, names, stack)
        self._inner: dict[str, tuple[Table, Table]] = {}
        for field, columns in inner:
            (folder / f"{field}.inner").mkdir()
            counts = Table(folder / f"{field}.inner", ("counts",), stack)
            self._inner[field] = (Table(folder / f"{field}.inner", columns, stack), counts)

    def add(self, row: Row) -> None:
        """Put a row and the rows inside it."""
        super().add(row)
        for (table, counts), parts in zip(self._inner.values(), row[len(self.names) :], strict=True):
            counts.add((len(parts),))
            for part in parts:
                table.add(part)

    def text(self) -> Iterator[bytes]:
        """The table without its last brace, a piece at a time."""
        yield from super().text()
        comma = ',"inner":{'
        for field, (table, counts) in self._inner.items():
            yield f'{comma}"{field}":'.encode()
            yield from table.text()
            yield b","
            yield from counts.columns()
            yield b"}"
            comma = ","
        yield b"}"


def _column(file: BinaryIO, rows: int) -> Iterator[bytes]:
    """The shortest of the three layouts. Values are told apart by their JSON."""
    found = _counted(file, rows)
    if len(found) == 1:
        yield b'{"all":' + next(iter(found)) + b"}"
    elif len(found) * 2 > rows:
        yield b'{"each":['
        file.seek(0)
        yield from (octets.replace(b"\n", b",") for octets in iter(lambda: file.read(OCTETS), b""))
        yield b"]}"
    else:
        order = [value for value, _count in found.most_common()]
        place = {value: str(at) for at, value in enumerate(order)}
        yield b'{"values":[' + b",".join(order) + b'],"at":['
        comma = ""
        for values in _values(file):
            yield (comma + ",".join([place[value] for value in values])).encode()
            comma = ","
        yield b"]}"


def _counted(file: BinaryIO, rows: int) -> Counter[bytes]:
    """How often each value stands in a column; it is not counted to the end where most values stand there once."""
    found: Counter[bytes] = Counter()
    for values in _values(file):
        found.update(values)
        if len(found) > 1 and len(found) * 2 > rows:
            break
    return found


def _values(file: BinaryIO) -> Iterator[list[bytes]]:
    file.seek(0)
    while lines := list(islice(file, LINES)):
        yield [line.rstrip(b"\n") for line in lines]
