"""The press: what every page goes through. It renders a template, writes the file, and remembers it for the sitemap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from jinja2 import Environment

from render.output import Output
from render.settings import SiteSettings


def file_of(path: str) -> str:
    """The file behind an address: ``/about/`` is ``about/index.html``, ``/404.html`` is itself."""
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


@dataclass(slots=True)
class Press:
    """Renders and writes the pages of one build. ``place`` is told each listed page and the day on which it changed.

    Where ``only`` is given, pages whose address is not like that pattern are taken from the last release as they are.
    """

    output: Output
    env: Environment
    settings: SiteSettings
    place: Callable[[str, date | None], None] = lambda _path, _changed: None
    only: str | None = None

    def page(
        self,
        template: str,
        path: str,
        values: Mapping[str, object],
        *,
        changed: date | None = None,
        listed: bool = True,
    ) -> None:
        """Render a page at ``path`` and write it. ``title`` is among the values; section and description may be."""
        if not self.is_asked_for(path) and self.output.keep(file_of(path)):
            if listed:
                self.place(path, changed)
            return
        filled = {"description": None, "section": "", **values}
        text = self.env.get_template(template).render(path=path if listed else None, **filled)
        self.output.write(file_of(path), text)
        if listed:
            self.place(path, changed)

    def is_asked_for(self, path: str) -> bool:
        """Whether a page is to be rendered where only some are: its address is like the pattern."""
        return self.only is None or fnmatchcase(path, f"/{self.only.removeprefix('/')}")

    def kept_page(self, path: str) -> bool:
        """Link a page that did not change from the previous release; False where it is not there."""
        if not self.output.keep(file_of(path)):
            return False
        self.place(path, None)
        return True

    def file(self, path: str, content: str | bytes) -> None:
        """Write a file that is no page."""
        self.output.write(path.removeprefix("/"), content)
