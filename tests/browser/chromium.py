"""Finding a real Chromium, installing one where none is, and serving the small site over loopback HTTP."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
INSTALL_SECONDS = 600


def find_chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium that is there already, or ``None``."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).exists() else None)


def install_chromium(playwright: Playwright) -> str | None:
    """Install Debian's Chromium where we may, else Playwright's; ``None`` where neither works."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    if find_chromium(playwright) is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_chromium(playwright)


def _run(*order: str) -> None:
    sys.stderr.write(f"no Chromium here: {' '.join(order)}\n")
    subprocess.run(order, check=False, timeout=INSTALL_SECONDS, stdout=subprocess.DEVNULL)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@dataclass(frozen=True)
class Served:
    """The small site on a real port."""

    folder: Path
    address: str

    def url(self, path: str = "/") -> str:
        """The full address of a path of the site."""
        return self.address + path.removeprefix("/")
