"""The planner in a real Chromium: its modules one by one, or the worker of a built site, over loopback HTTP."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chromium import QuietHandler, Served
from playwright.sync_api import Browser, Page

ASSETS = Path(__file__).resolve().parents[2] / "site" / "render" / "assets"
BLANK = "icon.svg"

AS_TEXT = """
(answer) => JSON.stringify(answer, (name, value) => {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${name} is ${value}`);
  return value === undefined ? null : value;
})
"""
"""Playwright carries a large value part by part, a text at once. What JSON cannot say is an error, not ``null``."""

START = """
address => {
  const worker = new Worker(address, { type: "module" });
  const waiting = new Map();
  let last = 0;
  worker.onmessage = ({ data }) => waiting.get(data.id)(data);
  worker.onerror = (event) => { for (const tell of waiting.values()) tell({ error: { message: event.message } }); };
  window.ask = (asked) => new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    worker.postMessage({ id: last, ...asked });
  });
}
"""


def answer_of(page: Page, function: str, value: Any) -> Any:
    """What a function of the page answers to a value; both cross as JSON."""
    script = f"async (text) => ({AS_TEXT})(await ({function})(JSON.parse(text)))"
    return json.loads(page.evaluate(script, json.dumps(value)))


@dataclass(frozen=True)
class Modules:
    """A page of a real Chromium that can load the planner's modules."""

    page: Page

    def call(self, module: str, body: str, value: Any = None) -> Any:
        """Run the body of a function of ``module`` (its exports) and ``value``, and give back what it returns."""
        script = f"async (value) => {{ const module = await import('/planner/{module}'); {body} }}"
        return answer_of(self.page, script, value)


@contextmanager
def modules_in(browser: Browser) -> Iterator[Modules]:
    """A page of an origin from which the planner's modules can be loaded one by one."""
    handler = functools.partial(QuietHandler, directory=ASSETS)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/{BLANK}")
    yield Modules(page)
    page.close()
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Planner:
    """A page of the built site with the site's own worker."""

    page: Page
    files: dict[str, str]

    def ask(self, question: str, today: date, **asked: Any) -> Any:
        """The worker's answer, or its error."""
        answer = answer_of(self.page, "ask", {"ask": question, "today": today.isoformat(), **asked})
        assert "error" not in answer, answer["error"]["message"]
        return answer["result"]


def site_files(served: Served) -> dict[str, str]:
    """The addresses of the planner's data files of a built site."""
    return {name: _only(served, f"planner/{name}.*.json") for name in ("catalog", "rules", "cities")}


@contextmanager
def planner_of(browser: Browser, served: Served, today: date, files: dict[str, str]) -> Iterator[Planner]:
    """The worker of a built site, started on its personal page under its own policy, with these data files open."""
    page = browser.new_page()
    page.goto(served.url("/plan/"))
    page.evaluate(START, _only(served, "assets/planner/worker.*.js"))
    made = Planner(page, files)
    made.ask("open", today, **files)
    yield made
    page.close()


def _only(served: Served, pattern: str) -> str:
    (found,) = served.folder.glob(pattern)
    return served.url(f"/{found.relative_to(served.folder)}")
