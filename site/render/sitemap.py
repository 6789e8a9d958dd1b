"""sitemap.xml and robots.txt. ``lastmod`` is the day on which what a page says changed, and is left out elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from xml.sax.saxutils import escape

from render.press import Press

MOST_ADDRESSES = 50_000
"""The protocol's limit for one file."""

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write_sitemap(press: Press, places: Iterable[tuple[str, str | None]]) -> None:
    """Write the sitemap (an index and parts where there are more pages than one file may hold) and robots.txt.

    ``places`` are the pages in order, each with the ISO day on which it changed, where that is known.
    """
    settings = press.settings
    rows = (
        f"<url><loc>{escape(settings.absolute(path))}</loc>"
        + (f"<lastmod>{changed}</lastmod>" if changed else "")
        + "</url>"
        for path, changed in places
    )
    parts = iter(lambda: list(islice(rows, MOST_ADDRESSES)), [])
    first, second = next(parts, []), next(parts, None)
    if second is None:
        press.file("sitemap.xml", _urlset(first))
    else:
        numbered = enumerate(chain((first, second), parts), 1)
        names = [_part(press, f"sitemap-{number}.xml", part) for number, part in numbered]
        listed = "\n".join(f"<sitemap><loc>{escape(settings.absolute(name))}</loc></sitemap>" for name in names)
        press.file("sitemap.xml", f"{HEAD}<sitemapindex {SPACE}>\n{listed}\n</sitemapindex>\n")
    rules = "Disallow: /" if settings.sample else "Allow: /"
    press.file("robots.txt", f"User-agent: *\n{rules}\n\nSitemap: {settings.absolute('/sitemap.xml')}\n")


def _urlset(rows: Sequence[str]) -> str:
    return f"{HEAD}<urlset {SPACE}>\n" + "\n".join(rows) + "\n</urlset>\n"


def _part(press: Press, name: str, rows: Sequence[str]) -> str:
    press.file(name, _urlset(rows))
    return name
