"""The Jinja2 environment: autoescape always, every link through ``url()``, every text through ``_()``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from render import formats, words
from render.settings import SiteSettings

FIXED_TEXT = re.compile(r"""\{\{ _\((?P<quote>["'])(?P<text>(?:(?!(?P=quote))[^\\{}])*)(?P=quote)\) \}\}""")
ESCAPED_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class FixedTexts(Extension):
    """Puts texts without values into the template before it is compiled: ``{{ _("Browse") }}`` becomes ``Browse``.

    A page has sixty of them and a site ten thousand pages. Texts with values still pass through ``_()`` at each page.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - as Jinja2 calls it
        """The source with its fixed texts in place."""
        return FIXED_TEXT.sub(lambda found: words.translate(found["text"]), source)


def embedded_json(value: object) -> Markup:
    """A value as JSON that is safe inside ``<script type="application/ld+json">``: no ``<``, ``>`` or ``&`` is left."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(ESCAPED_IN_SCRIPT))  # noqa: S704 - nothing that could end the block is left


def url_maker(settings: SiteSettings) -> Callable[[str], str]:
    """``url()``: a path of this site under the base path of its host."""
    base = settings.base_path

    def url(path: str) -> str:
        return base + path.removeprefix("/")

    return url


def environment(settings: SiteSettings, asset_names: Mapping[str, str]) -> Environment:
    """The environment for one build. ``asset_names`` maps an asset's plain name to its hashed one.

    A name that a template uses and nobody gave raises ``jinja2.UndefinedError``.
    """
    made = Environment(
        extensions=[FixedTexts],
        loader=PackageLoader("render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    url = url_maker(settings)
    sprite = url(f"/assets/{asset_names['icons.svg']}")

    @cache
    def icon(name: str) -> Markup:
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sprite, name)

    @cache
    def fixed(template: str, section: str = "") -> Markup:
        """A part that is the same on every page of a section."""
        return Markup(made.get_template(template).render(section=section))  # noqa: S704 - an escaped template

    made.globals.update(
        fixed=fixed,
        icon=icon,
        _=words.translate,
        url=url,
        asset=lambda name: url(f"/assets/{asset_names[name]}"),
        absolute=settings.absolute,
        webcal=lambda path: "webcal:" + settings.absolute(path).partition(":")[2],
        site=settings,
        words=words,
    )
    made.filters.update(
        day=formats.day,
        day_of_text=formats.day_of_text,
        weekday=formats.weekday,
        points=formats.points,
        amount=formats.amount,
        embedded_json=embedded_json,
    )
    return made
