"""The plain guides: words of our own in ``guides.toml``, one page each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter

from catalog.listing import Frozen, Identifier
from render.press import Press

Words = Annotated[str, StringConstraints(min_length=1)]


class Section(Frozen):
    """A heading and its paragraphs."""

    heading: Words
    text: tuple[Words, ...] = Field(min_length=1)
    links: tuple[tuple[Words, Words], ...] = ()


class Guide(Frozen):
    """One guide; the links of its last section lead on."""

    id: Identifier
    title: Words
    lede: Words
    section: tuple[Section, ...] = Field(min_length=1)


@cache
def guides() -> tuple[Guide, ...]:
    """Every guide in the order of its file. Raises ``pydantic.ValidationError`` naming the field that is wrong."""
    raw = tomllib.loads(resources.files("render").joinpath("guides.toml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Guide, ...]).validate_python(raw["guide"])


def write_guides(press: Press, existing: set[str]) -> None:
    """Write the guides and their index. Links to lists that this catalog does not have are left out."""
    about = "How renewal works, the ways to earn credit, and what people ask most."
    values: dict[str, object] = {"title": "Guides", "section": "guides", "description": about, "guides": guides()}
    press.page("guides.html", "/guides/", values)
    for guide in guides():
        links = [(label, path) for part in guide.section for label, path in part.links if path in existing]
        values = {"title": guide.title, "section": "guides", "description": guide.lede, "guide": guide, "links": links}
        press.page("guide.html", f"/guides/{guide.id}/", values)
