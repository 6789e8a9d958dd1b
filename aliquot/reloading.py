"""For people who work on templates: build again when one of the site's files changes, and let the browser show it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

WATCHED = frozenset({".html", ".css", ".js", ".svg", ".toml", ".py"})
SECONDS = 0.5
COMMAND = "from aliquot.cli import main; main()"

Stamps = Mapping[Path, int]


def rebuild_on_change(*, sample: bool, say: Callable[[str], None], seconds: float = SECONDS) -> None:
    """Look at the files that pages are made from every ``seconds``; where one changed, build. Never ends by itself.

    The build is a process of its own, so that changed code is what runs.
    """
    folder = Path(str(resources.files("render")))
    before = stamps(folder)
    while True:
        time.sleep(seconds)
        now = stamps(folder)
        if now != before:
            before = now
            say("changed: building again")
            order = [sys.executable, "-c", COMMAND, "build", *(["--sample"] if sample else [])]
            done = subprocess.run(order, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
            say((done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-1])


def stamps(folder: Path) -> Stamps:
    """When each file was written last."""
    return {
        file: file.stat().st_mtime_ns
        for file in folder.rglob("*")
        if file.suffix in WATCHED and "__pycache__" not in file.parts
    }
