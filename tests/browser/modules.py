"""The planner's modules in a real Chromium, served as files over loopback HTTP: what tests of single modules call."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chromium import QuietHandler
from playwright.sync_api import Browser, Page

ASSETS = Path(__file__).resolve().parents[2] / "site" / "render" / "assets"
BLANK = "icon.svg"


@dataclass(frozen=True)
class Modules:
    """A page of a real Chromium that can load the planner's modules."""

    page: Page

    def call(self, module: str, body: str, value: Any = None) -> Any:
        """Run the body of a function of ``module`` (its exports) and ``value``, and give back what it returns."""
        script = f"async ({{ value }}) => {{ const module = await import('/planner/{module}'); {body} }}"
        return self.page.evaluate(script, {"value": value})


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
