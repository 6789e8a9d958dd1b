"""The pages that are told once: home, where to look, search, about, privacy, and the page for a lost address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from recommend.rank import WEIGHTS
from render.answer import CredentialRow
from render.directory import DirectoryRow
from render.lists import Lists
from render.press import Press

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


PARTS: Final = {
    "need": "It closes what you still need: more for an open category than for the rest of the total.",
    "text": "Its title and keywords match your interests, liked and disliked listings.",
    "topic": "It is about the topics that you follow.",
    "deadline": "Your deadline is near, or the listing itself ends soon.",
    "fit": "Format, length, time, place and language suit you; what is not stated counts half.",
    "price": "What it costs you, with your memberships; an unknown price counts less than a fair one.",
}
"""What each part of the ranking means, in the order of their weights."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first screen shows a little of."""

    lists: Lists
    closing: Sequence[str]
    providers: int
    example: CredentialRow | None


def write_home(press: Press, home: Home) -> None:
    """The first screen: the question, an example's tube, four doors, what closes soon, where to look."""
    lists = home.lists
    doors = [
        (label, path if path in lists.by_path else "/browse/", lists.count(path), mark) for label, path, mark in DOORS
    ]
    values = {
        "title": "What to take next",
        "description": "Continuing education for medical laboratory staff: what you still need, and what to take next.",
        "doors": doors,
        "closing": Markup("\n".join(home.closing)),  # noqa: S704 - rendered by card.html
        "providers": home.providers,
        "example": home.example,
    }
    press.page("home.html", "/", values)


def write_fixed(press: Press) -> None:
    """The pages without data, and 404.html."""
    for name, title, section, description in FIXED:
        extra = {"searching": True} if name == "search" else {}
        values = {"title": title, "section": section, "description": description, **extra}
        press.page(f"{name}.html", f"/{name}/", values)
    press.page("not_found.html", "/404.html", {"title": "Not here", "noindex": True}, listed=False)


def write_ranking(press: Press) -> None:
    """How the personal list is ranked, with the weights that the ranking itself uses."""
    weights = {name: round(100 * weight) for name, weight in WEIGHTS.items()}
    order = sorted(weights, key=lambda name: -weights[name])
    parts = [(name.capitalize(), PARTS[name], weights[name]) for name in order]
    about = "One published formula, the same for everybody. No place in it is for sale."
    press.page("ranking.html", "/ranking/", {"title": "How the list is ranked", "description": about, "parts": parts})


def write_directory(press: Press, rows: Sequence[DirectoryRow]) -> None:
    """Where to look."""
    about = "Providers of continuing education for laboratory staff, with credit, cost and how to claim."
    values = {"title": "Where to look", "description": about, "section": "where", "entries": rows}
    press.page("where_to_look.html", "/where-to-look/", values)


def write_opensearch(press: Press) -> None:
    """The OpenSearch 1.1 description with which a browser offers this site's search."""
    settings = press.settings
    name, address = escape(settings.name[:16]), escape(settings.absolute("/search/?q="))
    press.file(
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
