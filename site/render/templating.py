"""The Jinja2 environment: autoescape always, every link through ``url()``, every text through ``_()``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.ext import Extension
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from pydantic_core import to_json

from render import formats, words
from render.settings import SiteSettings

FIXED = re.compile(
    r"""\{\{\ (?P<function>_|url|asset|icon)\((?P<quote>["'])(?P<text>(?:(?!(?P=quote))[^\\{}])*)(?P=quote)\)\ \}\}"""
)
MACROS = "macros.html"
ESCAPED_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Fixed(Extension):
    """Puts what is the same on every page into the template before it is compiled.

    ``{{ _("Browse") }}`` becomes ``Browse``, and ``{{ url("/browse/") }}``, ``{{ asset("site.css") }}`` and
    ``{{ icon("search") }}`` their text. A page has a hundred of them and a site ten thousand pages. Texts with values
    still pass through ``_()`` at each page.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - as Jinja2 calls it
        """The source with its fixed parts in place."""
        return FIXED.sub(self._text, source)

    def _text(self, found: re.Match[str]) -> str:
        function: Callable[[str], str] = self.environment.globals[found["function"]]  # type: ignore[assignment]
        return escape(function(found["text"]))


class PageContext(Context):
    """Calls a function as it is. Jinja2 asks each whether it wants the context first; none of ours does."""

    @staticmethod
    def call(
        function: Callable[..., Any], *values: Any, _block_vars: object = None, _loop_vars: object = None, **named: Any
    ) -> Any:
        """What the function gives."""
        return function(*values, **named)


class PageTemplate(Template):
    """Escapes each distinct text once, as most words of a page stand on a thousand others, and joins a block at once.

    Jinja2 hands each piece of a block up through every template that the page extends.
    """

    @classmethod
    def from_code(cls, *given: Any, **named: Any) -> Template:
        """The template of compiled code, with our way to escape in place of Jinja2's."""
        made = super().from_code(*given, **named)
        made.root_render_func.__globals__["escape"] = escaped
        made.blocks = {name: _joined(block) for name, block in made.blocks.items()}
        return made


Block = Callable[[Context], Iterator[str]]


def _joined(block: Block) -> Block:
    return lambda context: iter(("".join(block(context)),))


class PageEnvironment(Environment):
    """Jinja2 as it is, with what it does at each call, text and page made cheaper: a site has ten thousand pages."""

    context_class = PageContext
    template_class = PageTemplate

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.get_template = cache(super().get_template)  # type: ignore[method-assign]  # none changes while we run

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves where a template adds none: one dictionary is copied sooner than a chain of them."""
        return super().make_globals(d) if d else self.globals


def escaped(value: object) -> str:
    """The same text as ``markupsafe.escape`` gives, to be joined to a page."""
    if type(value) is Markup:
        return value
    return _escaped_text(value) if type(value) is str else escape(value)


SPECIAL = re.compile("[&<>'\"]").search


@lru_cache(maxsize=4096)
def _escaped_text(text: str) -> str:
    return escape(text) if SPECIAL(text) else text


def marks(kind: str, pairs: Iterable[tuple[str, str | int]]) -> Markup:
    """What the search index is told of a page and nobody sees: a hidden ``name:value`` each."""
    return Markup("\n".join([_mark(kind, name, value) for name, value in pairs]))  # noqa: S704 - each is escaped


@lru_cache(maxsize=4096)
def _mark(kind: str, name: str, value: str | int) -> str:
    return f'<span hidden data-pagefind-{kind}="{escape(name)}:{escape(value)}"></span>'


def embedded_json(value: object) -> Markup:
    """A value as JSON that is safe inside ``<script type="application/ld+json">``: no ``<``, ``>`` or ``&`` is left."""
    text = to_json(value).decode()
    for character, harmless in ESCAPED_IN_SCRIPT.items():
        text = text.replace(character, harmless)
    return Markup(text)  # noqa: S704 - nothing that could end the block is left


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
    made = PageEnvironment(
        extensions=[Fixed],
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
        marks=marks,
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
    made.globals.update(_macros(made))
    return made


def _macros(made: Environment) -> dict[str, Macro]:
    """The macros, for every template: importing them at each page costs a tenth of it."""
    found = vars(made.get_template(MACROS).module)
    return {name: value for name, value in found.items() if isinstance(value, Macro)}
