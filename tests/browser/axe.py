"""What axe-core finds wrong with a page in a real Chromium."""

from __future__ import annotations

from importlib import resources

from playwright.sync_api import Page

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = "async (options) => (await axe.run(document, options)).violations"
"""Only the violations leave the page: what passed is as much again to gather and send as all rules are to run."""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it stands, in one line each."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, OPTIONS)
    return [f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:3]}" for one in found]
