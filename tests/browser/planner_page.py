"""A visitor at the planner's pages: what the tests of both pages do again and again."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chromium import QuietHandler, Served
from playwright.sync_api import Browser, BrowserContext, Page
from small_catalog import NOW, TODAY

from recommend.profile import sample_profile

PATIENCE_MS = 15_000
"""How long anything is waited for before a test fails; nothing is measured by it."""

BLOCKED = """
for (const name of ["indexedDB", "sessionStorage", "localStorage", "caches"]) {
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""
"""A browser whose owner forbids storage: every touch of it throws, as Chromium's own block does."""


@dataclass
class Visitor:
    """One browser context with one page; what goes wrong or leaves is noted."""

    context: BrowserContext
    page: Page
    served: Served
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def go(self, path: str = "/plan/") -> Page:
        """Open a page of the site and, at the planner's, wait until it asks."""
        self.page.goto(self.served.url(path))
        if path.startswith("/plan/"):
            self.page.locator("[data-questions]").wait_for()
        return self.page

    def answer(self, credential: str = "ascp-mlt", expires: str = "2027-10-04") -> Page:
        """Answer the three questions in the shortest way, and wait for the list."""
        page = self.go()
        page.check(f"input[value={credential}]")
        page.fill("#question-2 input[type=date]", expires)
        page.click("[data-show]")
        page.locator(".suggestion").first.wait_for()
        return page

    def plan(self) -> Page:
        """Bring the plan into sight and wait for it."""
        self.page.locator("#my-plan").scroll_into_view_if_needed()
        self.page.locator(".plan-headline").wait_for()
        return self.page

    def load(self, path: Path) -> Page:
        """Load a profile file and wait for its answer."""
        before = self.page.locator("[data-planner]").get_attribute("data-ready")
        self.page.set_input_files("[data-load-file]", path)
        self.page.locator(f"[data-planner]:not([data-ready='{before or 0}'])[data-ready]").wait_for()
        return self.page

    def saved(self) -> dict[str, Any]:
        """Save the file, and read what was saved."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name="Save my file").click()
        return json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@contextmanager
def visiting(browser: Browser, served: Served, *, script: str | None = None, **options: Any) -> Iterator[Visitor]:
    """A visitor on the small catalog's own day; a script error or a refused request fails the test at the end."""
    context = browser.new_context(viewport={"width": options.pop("width", 1280), "height": 900}, **options)
    context.set_default_timeout(PATIENCE_MS)
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    visitor = Visitor(context, page, served)
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    page.on("console", lambda line: visitor.faults.append(line.text) if line.type == "error" else None)
    context.on("request", lambda request: visitor.asked.append((request.method, request.url, request.post_data)))
    yield visitor
    context.close()
    assert not visitor.faults, visitor.faults


def sample_file(folder: Path) -> Path:
    """The sample technician as the JSON file that the browser reads and the command line too."""
    profile = sample_profile(TODAY)
    document = {"version": 1, **profile.model_dump(mode="json", exclude_defaults=True)}
    path = folder / "sample.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@dataclass(frozen=True)
class OwnServer(Served):
    """A site on a server of its own that can be stopped while a browser looks at it."""

    server: http.server.ThreadingHTTPServer

    def stop(self) -> None:
        """No network any more."""
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def serving(root: Path, path: str) -> Iterator[OwnServer]:
    """A folder of its own on a port of its own, for who has to take it down or change it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=root))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    own = OwnServer(root / path, f"http://127.0.0.1:{server.server_port}/{path}/", server)
    yield own
    own.stop()
    thread.join()
