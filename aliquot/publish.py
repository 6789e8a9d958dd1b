"""Releases side by side, and the swap of one symbolic link that makes one of them the site.

A killed or failed night leaves yesterday's link untouched: a release is built and verified beside it first.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from aliquot.errors import CommandError

STAMP = "published.json"
"""What is remembered of the release that was published last, in the home; written when that one had been verified."""

NEVER = 0
"""The time (seconds since 1970) that the stamp bears where its release was verified on another machine."""

BUILDING = ".building-"
"""How the name of a release begins that is not finished: nothing that lists releases sees it."""


def standing(releases: Path) -> list[Path]:
    """Finished releases, in the order in which they were published."""
    return sorted(entry for entry in releases.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def release_name(now: datetime, taken: Path) -> str:
    """A name that sorts behind the releases that stand in ``taken``, also where the clock was set back meanwhile."""
    stem = now.strftime("%Y%m%dT%H%M%S")
    newest = max((entry.name.partition("-")[0] for entry in standing(taken)), default="") if taken.is_dir() else ""
    stem = max(stem, newest)
    number = 1
    while (taken / (name := f"{stem}-{number:02d}")).exists():
        number += 1
    return name


def clear_unfinished(releases: Path) -> list[str]:
    """Remove what a killed night was building; returns the names that went."""
    left = [entry for entry in releases.iterdir() if entry.name.startswith(BUILDING)]
    for entry in left:
        shutil.rmtree(entry)
    return [entry.name for entry in left]


def current_release(current: Path) -> Path | None:
    """The release that ``current`` points to, or ``None`` before the first one and where the link is broken."""
    return current.resolve() if current.is_symlink() and current.exists() else None


def publish(release: Path, current: Path) -> None:
    """Make ``release`` the published site in one step that cannot be seen half-done."""
    waiting = current.with_name(f".{current.name}.{os.getpid()}")
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(os.path.relpath(release, current.parent))
    waiting.replace(current)


def prune(releases: Path, current: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` releases, never the published one; returns the names that went."""
    live = current_release(current)
    doomed = [entry for entry in standing(releases)[:-keep] if entry.resolve() != live]
    for entry in doomed:
        shutil.rmtree(entry)
    return [entry.name for entry in doomed]


def roll_back(releases: Path, current: Path) -> Path:
    """Publish the newest release older than the present one, and return it.

    Raises :class:`CommandError` where there is none.
    """
    live = current_release(current)
    if live is None:
        raise CommandError(f"nothing is published at {current}")
    older = [entry for entry in standing(releases) if entry.name < live.name]
    if not older:
        raise CommandError(f"no release older than {live.name} is kept in {releases}")
    publish(older[-1], current)
    return older[-1]
