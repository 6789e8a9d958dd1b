"""The Jinja2 environment: autoescape always, every link through ``url()``, every text through ``_()``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from pydantic_core import to_json

from catalog.code import code_hash
from render import formats, words
from render.digest import digest_of
from render.output import COMPILED
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


class PageCode(CodeGenerator):
    """Writes ``page.title`` and ``url(path)`` of a template as Python has them.

    Jinja2 looks at each value whether it may hold items in place of attributes, and asks each function whether it wants
    the context first. None of ours does: ``a.b`` is an attribute, ``a["b"]`` an item, and a call is a call.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - as Jinja2 calls it
        """The attribute itself; where there is none, ``AttributeError`` says so."""
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - as Jinja2 calls it
        """The call itself."""
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class PageMacro(Macro):
    """A macro that is called with every argument in its place, as most are, is called as it is."""

    def __call__(self, *values: Any, **named: Any) -> str:
        """The text of the macro, which its templates escaped."""
        if named or len(values) != self._argument_count:
            return super().__call__(*values, **named)
        return Markup(self._func(*values))  # noqa: S704 - an escaped template


class PageTemplate(Template):
    """Escapes each distinct text once, as most words of a page stand on a thousand others, and joins a block at once.

    Jinja2 hands each piece of a block up through every template that the page extends.
    """

    @classmethod
    def from_code(cls, *given: Any, **named: Any) -> Template:
        """The template of compiled code, with our ways to escape and to call a macro in place of Jinja2's."""
        made = super().from_code(*given, **named)
        made.root_render_func.__globals__.update(escape=escaped, Macro=PageMacro)
        made.blocks = {name: _joined(block) for name, block in made.blocks.items()}
        return made


Block = Callable[[Context], Iterator[str]]


def _joined(block: Block) -> Block:
    return lambda context: iter(("".join(block(context)),))


class PageEnvironment(Environment):
    """Jinja2 as it is, with what it does at each call, text and page made cheaper: a site has ten thousand pages."""

    code_generator_class = PageCode
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


def environment(settings: SiteSettings, asset_names: Mapping[str, str], releases: Path | None = None) -> Environment:
    """The environment for one build. ``asset_names`` maps an asset's plain name to its hashed one.

    Compiled templates are kept in the folder ``releases`` for the next build that is like this one.
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
        bytecode_cache=_compiled(releases / COMPILED, settings, asset_names) if releases else None,
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


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder. They are only a help: what cannot be read or written there is done without."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before, where it is whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a file that was cut or written over may be wrong in any way
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, where there is room for it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled(folder: Path, settings: SiteSettings, asset_names: Mapping[str, str]) -> CompiledTemplates:
    """Where templates that compile to the same are kept: what :class:`Fixed` puts into them is part of its name."""
    alike = folder / digest_of([code_hash("render"), settings.model_dump_json(), repr(sorted(asset_names.items()))])
    if not alike.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        alike.mkdir(parents=True)
    return CompiledTemplates(str(alike))


def _macros(made: Environment) -> dict[str, Macro]:
    """The macros, for every template: importing them at each page costs a tenth of it."""
    found = vars(made.get_template(MACROS).module)
    return {name: value for name, value in found.items() if isinstance(value, Macro)}
