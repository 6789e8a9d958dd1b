"""A real Chromium for every test of this room, and the small site served over real HTTP.

Chromium is looked for on the machine; where there is none, Debian's is installed (as root, where apt is there), else
Playwright's. Where none can be had the tests are skipped, loudly; with ``CI`` set that is a failure.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "render"))

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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real, headless Chromium."""
    path = find_chromium(playwright) or install_chromium(playwright)
    if path is None:
        reason = "no Chromium on this machine and none could be installed: the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        sys.stderr.write(f"\nSKIPPED: {reason}\n")
        pytest.skip(reason)
    try:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    except Error as error:
        pytest.fail(f"{path} does not start: {error}")
    yield started
    started.close()


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


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small site, built under a base path and served over loopback HTTP."""
    from small_site import build_small  # noqa: PLC0415 - found through the path set above

    root = tmp_path_factory.mktemp("served")
    handler = functools.partial(QuietHandler, directory=root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    address = f"http://127.0.0.1:{server.server_port}/ce/"
    build_small(root / "ce", base_url=address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(root / "ce", address)
    server.shutdown()
    server.server_close()
    thread.join()
