"""A real Chromium for every test of this room, and the small site served over real HTTP.

Chromium is looked for on the machine; where there is none, Debian's is installed (as root, where apt is there), else
Playwright's. Where none can be had the tests are skipped, loudly; with ``CI`` set that is a failure.
"""

from __future__ import annotations

import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("browser", "render", "recommend")]

from chromium import FLAGS, QuietHandler, Served, find_chromium, install_chromium  # noqa: E402 - found by the path
from many import planner_records  # noqa: E402 - found by the path
from modules import Modules, Planner, modules_in, planner_of, site_files  # noqa: E402 - found by the path
from profiles import RULES  # noqa: E402 - found by the path
from small_site import build_small  # noqa: E402 - found by the path
from varied import ANCHOR, PACKAGES, VIEWS  # noqa: E402 - found by the path

from recommend.text import analyzer  # noqa: E402 - after the rooms' own
from render.output import Output  # noqa: E402 - after the rooms' own
from render.planner_catalog import (  # noqa: E402 - after the rooms' own
    catalog_text,
    figures,
    vocabulary_document,
    write_text,
)
from render.planner_data import rules  # noqa: E402 - after the rooms' own


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


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is served: the small site under a base path, and a varied catalog. Built once for all processes of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    built = shared / "served"
    with FileLock(shared / "served.lock"):
        if not built.exists():
            half = tmp_path_factory.mktemp("half")
            build_small(half / "ce")
            text = catalog_text(planner_records(VIEWS), PACKAGES, sample=True)
            write_text(Output(half / "varied"), "catalog", text)
            half.rename(built)
    return built


@pytest.fixture(scope="session")
def served(root: Path) -> Iterator[Served]:
    """The small site served over loopback HTTP."""
    handler = functools.partial(QuietHandler, directory=root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(root / "ce", f"http://127.0.0.1:{server.server_port}/ce/")
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def modules(browser: Browser) -> Iterator[Modules]:
    """A page with the planner's modules: the rules, figures and word lists are read, rules and analyzer kept on it."""
    with modules_in(browser) as found:
        found.call("rules.js", "window.rules = module.loadRules(value);", rules(RULES))
        found.call("figures.js", "module.takeFigures(value);", figures())
        words = vocabulary_document(analyzer().vocabulary)
        found.call("text.js", "window.analyzer = new module.Analyzer(value);", words)
        yield found


@pytest.fixture(scope="session")
def planner(browser: Browser, served: Served) -> Iterator[Planner]:
    """The small site's own worker under the site's own policy, with a varied catalog in place of the site's."""
    (catalog,) = served.folder.parent.glob("varied/planner/catalog.*.json")
    files = site_files(served) | {"catalog": served.address.removesuffix("ce/") + f"varied/planner/{catalog.name}"}
    with planner_of(browser, served, ANCHOR, files) as made:
        yield made
