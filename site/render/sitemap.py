"""sitemap.xml and robots.txt. ``lastmod`` is the day on which what a page says changed, and is left out elsewhere."""

from __future__ import annotations

from xml.sax.saxutils import escape

from render.press import Press

MOST_ADDRESSES = 50_000
"""The protocol's limit for one file."""

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write_sitemap(press: Press) -> None:
    """Write the sitemap (an index and parts where there are more pages than one file may hold) and robots.txt."""
    settings = press.settings
    rows = [
        f"<url><loc>{escape(settings.absolute(path))}</loc>"
        + (f"<lastmod>{changed.isoformat()}</lastmod>" if changed else "")
        + "</url>"
        for path, changed in sorted(press.places.items())
    ]
    parts = [rows[start : start + MOST_ADDRESSES] for start in range(0, len(rows), MOST_ADDRESSES)] or [[]]
    names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        press.file(name, f"{HEAD}<urlset {SPACE}>\n" + "\n".join(part) + "\n</urlset>\n")
    if len(parts) > 1:
        places = "\n".join(f"<sitemap><loc>{escape(settings.absolute(name))}</loc></sitemap>" for name in names)
        press.file("sitemap.xml", f"{HEAD}<sitemapindex {SPACE}>\n{places}\n</sitemapindex>\n")
    rules = "Disallow: /" if settings.sample else "Allow: /"
    press.file("robots.txt", f"User-agent: *\n{rules}\n\nSitemap: {settings.absolute('/sitemap.xml')}\n")
