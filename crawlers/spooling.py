"""The writing side of the spool: one line at a time, complete on disk before the next begins."""

from __future__ import annotations

from pathlib import Path

from catalog.spool import SpoolLine


class SpoolWriter:
    """Appends lines to a spool, each flushed whole, so that a killed crawl leaves a readable file.

    With no path the lines are only kept in ``lines``: that is how a page is tried out.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("ab") if path is not None else None
        self.lines: list[bytes] = []

    def write(self, line: SpoolLine) -> None:
        """Append one line and flush it."""
        self.append(line.model_dump_json().encode())

    def append(self, line: bytes) -> None:
        """Append one line that is JSON already, and flush it."""
        if self._file is None:
            self.lines.append(line)
            return
        self._file.write(line + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file; further writes fail."""
        if self._file is not None:
            self._file.close()


def mend(path: Path) -> None:
    """Cut a half line off the end of the spool of a killed crawl, so that more lines can be appended."""
    if not path.exists():
        path.touch()
        return
    with path.open("rb+") as spool:
        raw = spool.read()
        end = raw.rfind(b"\n") + 1
        if end != len(raw):
            spool.truncate(end)
