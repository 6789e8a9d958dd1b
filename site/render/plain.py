"""The pages that are told once: home, where to look, search, about, privacy, and the page for a lost address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from jinja2 import Environment
from markupsafe import Markup, escape

from render.answer import CredentialRow
from render.directory import DirectoryRow
from render.entries import Entry
from render.lists import Lists
from render.output import Output
from render.settings import SiteSettings

DOORS: Final = (
    ("Free with P.A.C.E.", "/free-credit/pace/", "check"),
    ("Under 30 minutes", "/length/30/", "clock"),
    ("Safety and ethics", "/safety-and-ethics/", "shield"),
    ("Live this week", "/live-this-week/", "webinar"),
)
"""The four large doors of the home page: label, path, icon."""

FIXED: Final = (
    ("search", "Search", "search", "Search continuing education for medical laboratory staff."),
    ("about", "About", "about", "What this site is, what it keeps, and what it does not know."),
    ("privacy", "Privacy", "privacy", "Nothing is sent, nothing is needed."),
)
"""Pages without data: template and path, title, section, description."""

PLACES: Final[dict[str, date | None]] = dict.fromkeys(
    ("/", "/where-to-look/", "/status/", "/next/", *(f"/{name}/" for name, *_rest in FIXED)), None
)
"""What the sitemap lists of these pages, without a day: they change with their words, not with the catalog."""


def write_home(  # noqa: PLR0913 - the first screen shows a little of everything
    output: Output,
    env: Environment,
    lists: Lists,
    closing: Sequence[Entry],
    providers: int,
    example: CredentialRow | None,
) -> None:
    """The first screen: the question, an example's tube, four doors, what closes soon, where to look."""
    doors = [(label, path, lists.count(path), mark) for label, path, mark in DOORS]
    doors = [door if door[1] in lists.by_path else (door[0], "/browse/", 0, door[3]) for door in doors]
    text = env.get_template("home.html").render(
        title="What to take next",
        description="Continuing education for medical laboratory staff: what you still need, and what to take next.",
        path="/",
        section="home",
        doors=doors,
        closing=Markup("\n").join(Markup(entry.html) for entry in closing),  # noqa: S704 - rendered by card.html
        providers=providers,
        example=example,
    )
    output.write("index.html", text)


def write_fixed(output: Output, env: Environment) -> None:
    """The pages without data, and 404.html."""
    for name, title, section, description in FIXED:
        extra = {"searching": True} if name == "search" else {}
        page = env.get_template(f"{name}.html")
        text = page.render(title=title, section=section, description=description, path=f"/{name}/", **extra)
        output.write(f"{name}/index.html", text)
    lost = env.get_template("not_found.html")
    text = lost.render(title="Not here", section="none", description=None, path=None, noindex=True)
    output.write("404.html", text)


def write_directory(output: Output, env: Environment, rows: Sequence[DirectoryRow]) -> None:
    """Where to look."""
    text = env.get_template("where_to_look.html").render(
        title="Where to look",
        description="Providers of continuing education for laboratory staff, with credit, cost and how to claim.",
        path="/where-to-look/",
        section="where",
        entries=rows,
    )
    output.write("where-to-look/index.html", text)


def write_opensearch(output: Output, settings: SiteSettings) -> None:
    """The OpenSearch 1.1 description with which a browser offers this site's search."""
    name, address = escape(settings.name[:16]), escape(settings.absolute("/search/?q="))
    output.write(
        "opensearch.xml",
        f"""<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{name}</ShortName>
<Description>Continuing education for medical laboratory staff</Description>
<Language>en-US</Language>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="{address}{{searchTerms}}"/>
</OpenSearchDescription>
""",
    )
