"""The search index: Pagefind's own binary, run over the built folder.

Only the small ``data-pagefind-body`` block of each opportunity's page is indexed, because Pagefind's memory follows the
words it sees. Its Python API answers one page every tenth of a second; the binary does 1,500 a second.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pagefind.service import get_executable

from render.errors import SearchIndexError

FOLDER = "pagefind"
GLOB = "o/**/index.html"
UNUSED = ("pagefind-ui.js", "pagefind-ui.css", "pagefind-modular-ui.js", "pagefind-modular-ui.css")
TIMEOUT_SECONDS = 1800


def index_folder(folder: Path) -> int:
    """Index the opportunities' pages of a built folder into ``pagefind/`` inside it.

    Returns the number of files written. Raises :class:`SearchIndexError` where Pagefind fails or writes nothing.
    """
    order = [str(get_executable()), "--site", str(folder), "--glob", GLOB, "--force-language", "en", "--silent"]
    done = subprocess.run(order, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)  # noqa: S603 - our own binary, no shell
    made = folder / FOLDER
    if done.returncode != 0 or not (made / "pagefind.js").exists():
        raise SearchIndexError(f"Pagefind ended with {done.returncode}: {(done.stderr or done.stdout).strip()[:500]}")
    _drop_unused(made)
    return sum(1 for file in made.rglob("*") if file.is_file())


def keep_index(folder: Path, previous: Path) -> bool:
    """Link the previous release's index into ``folder``; False where there is none."""
    before = previous / FOLDER
    if not (before / "pagefind.js").exists():
        return False
    shutil.copytree(before, folder / FOLDER, copy_function=os.link)
    return True


def _drop_unused(made: Path) -> None:
    for file in made.iterdir():
        if file.name in UNUSED or "-ui." in file.name or "component" in file.name:
            file.unlink()
