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
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request
from small_catalog import NOW, TODAY

from recommend.profile import sample_profile

PATIENCE_MS = 15_000
"""How long anything is waited for before a test fails; nothing is measured by it."""

AS_IT_COMES: dict[str, Any] = {"media": "null", "color_scheme": "light", "forced_colors": "none"}
"""How a page is shown where a test says nothing else; ``null`` lets it be printed as print."""

BLOCKED = """
for (const name of ["indexedDB", "sessionStorage", "localStorage", "caches"]) {
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""
"""A browser whose owner forbids storage: every touch of it throws, as Chromium's own block does."""

FORGET = """async () => {
  sessionStorage.clear();
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done, refuse) => {
      const asked = indexedDB.deleteDatabase(name);
      asked.onsuccess = done;
      asked.onerror = asked.onblocked = refuse;
    });
  }
}"""


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
def opened(browser: Browser, *, script: str | None = None, **options: Any) -> Iterator[Page]:
    """A window of its own, on the small catalog's own day."""
    context = browser.new_context(viewport={"width": options.pop("width", 1280), "height": 900}, **options)
    context.set_default_timeout(PATIENCE_MS)
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    yield page
    context.close()


@contextmanager
def watched(page: Page, served: Served) -> Iterator[Visitor]:
    """A visitor in an open window; a script error or a refused request fails the test at the end."""
    visitor = Visitor(page.context, page, served)

    def fault(error: Error) -> None:
        visitor.faults.append(str(error))

    def line(told: ConsoleMessage) -> None:
        if told.type == "error":
            visitor.faults.append(told.text)

    def request(sent: Request) -> None:
        visitor.asked.append((sent.method, sent.url, sent.post_data))

    page.on("pageerror", fault)
    page.on("console", line)
    page.context.on("request", request)
    try:
        yield visitor
    finally:
        page.remove_listener("pageerror", fault)
        page.remove_listener("console", line)
        page.context.remove_listener("request", request)
    assert not visitor.faults, visitor.faults


@contextmanager
def visiting(browser: Browser, served: Served, **options: Any) -> Iterator[Visitor]:
    """A visitor who has never been here, in a window of its own."""
    with opened(browser, **options) as page, watched(page, served) as visitor:
        yield visitor


def forget(page: Page, served: Served) -> None:
    """Take everything from a browser that a visitor left in it; it keeps the site's own files."""
    page.goto(served.url("/robots.txt"))
    page.evaluate(FORGET)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(**AS_IT_COMES)


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
