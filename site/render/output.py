"""Writing a release: every file goes into a fresh folder, and a file that did not change is not written again.

An unchanged file becomes a hard link to the same file of the previous release, so a night on which little happened
costs little, and a reader of the live release never sees a half-written page.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LEDGER = ".ledger.sqlite"
"""Beside the releases: what one build keeps for the next. It is there only where the live release was built."""


COMPILED = ".templates"
"""Beside the releases: templates as Python compiled them, for the next build. Like the ledger it may go at any time."""


class OutputError(ValueError):
    """A path that would leave the release folder, or one that two pages claim."""


@dataclass(slots=True)
class Counts:
    """Files of one build: written new, linked from the previous release, and bytes written."""

    written: int = 0
    linked: int = 0
    bytes: int = 0

    def add(self, more: Counts) -> None:
        """Count what another process wrote."""
        self.written += more.written
        self.linked += more.linked
        self.bytes += more.bytes


@dataclass(slots=True)
class Output:
    """A release folder being filled. ``previous`` is the live release, never written to.

    ``note`` is told each path, and whether it is a link, for the steps that come after.
    """

    folder: Path
    previous: Path | None = None
    note: Callable[[str, bool], None] = lambda _path, _linked: None
    counts: Counts = field(default_factory=Counts)
    _made: str = ""
    """The folder that was made last: mostly the next file goes into another new one, or into the same."""

    def write(self, path: str, content: str | bytes) -> None:
        """Put a file at ``path`` (relative, with slashes).

        Raises :class:`OutputError` for a path that leaves the folder or is already taken.
        """
        data = content.encode() if isinstance(content, str) else content
        if self._same_as_before(path, data) and self.keep(path):
            return
        with self._created(path) as file:
            file.write(data)
        self._written(path, len(data))

    def adopt(self, path: str, file: Path) -> None:
        """Take a finished file, which may be large, at ``path``; the same rules as :meth:`write`."""
        before = None if self.previous is None else self.previous / path
        same = before is not None and before.exists() and filecmp.cmp(before, file, shallow=False)
        if same and self.keep(path):
            return
        with file.open("rb") as source, self._created(path) as target:
            shutil.copyfileobj(source, target)
        self._written(path, file.stat().st_size)

    def keep(self, path: str) -> bool:
        """Link ``path`` from the previous release without looking at it; False where it is not there."""
        found = self.carry(path)
        if found:
            self.note(path, True)
        return found

    def carry(self, path: str) -> bool:
        """The same as :meth:`keep`, where the caller notes what is linked."""
        if self.previous is None:
            return False
        try:
            os.link(f"{self.previous}/{path}", self._place(path))
        except FileNotFoundError:
            return False
        except FileExistsError as error:
            raise OutputError(f"{path}: two pages claim this place") from error
        self.counts.linked += 1
        return True

    def _written(self, path: str, octets: int) -> None:
        self.note(path, False)
        self.counts.written += 1
        self.counts.bytes += octets

    def _created(self, path: str) -> BinaryIO:
        """A new file, open for writing."""
        target = self._place(path)
        try:
            return open(target, "xb")  # noqa: PTH123 - the plain call is twice as quick over 10,000 pages
        except FileExistsError as error:
            raise OutputError(f"{path}: two pages claim this place") from error

    def _place(self, path: str) -> str:
        """Where a file goes; its folder is made where it is not there yet."""
        target = self._inside(path)
        folder = target.rpartition("/")[0]
        if folder != self._made:
            _make(folder)
            self._made = folder
        return target

    def _inside(self, path: str) -> str:
        if path.startswith("/") or (".." in path and ".." in path.split("/")):
            raise OutputError(f"{path}: leaves the release folder")
        return f"{self.folder}/{path}"

    def _same_as_before(self, path: str, data: bytes) -> bool:
        if self.previous is None:
            return False
        before = f"{self.previous}/{path}"
        try:
            if os.stat(before).st_size != len(data):  # noqa: PTH116 - hot path
                return False
            with open(before, "rb") as file:  # noqa: PTH123 - hot path
                return file.read() == data
        except FileNotFoundError:
            return False


def _make(folder: str) -> None:
    """Make a folder; mostly it is the last one of its path that is not there yet."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - hot path
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - hot path
