"""Files that people write by hand: TOML or JSON, refused with file, line, field and the nearest known key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError
from rapidfuzz import fuzz

from catalog.errors import BadInputError

LARGEST_BYTES = 5_000_000
"""No profile and no rule file comes near this; a larger file is not read into memory."""

CLOSE_ENOUGH = 50
"""Out of 100: how alike a word and a known one have to be before it is offered instead."""

HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=(.*)$""")
STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'")

Location = tuple[str | int, ...]


def _without_zone(clock: time) -> time:
    if clock.tzinfo is not None:
        raise ValueError(f"{clock} names a zone; write the time alone, like {clock:%H:%M}")
    return clock


WallTime = Annotated[time, AfterValidator(_without_zone)]
"""A time of day as the clock on the wall shows it; one with a zone is refused, since it could not be compared."""
Model = TypeVar("Model", bound=BaseModel)


class DocumentError(BadInputError):
    """A file that cannot be used. The message names the file, the line where it is known, the field and the reason."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data with the line on which each field stands."""

    name: str
    data: dict[str, Any]
    lines: Mapping[Location, int]

    def line_of(self, location: Location) -> int | None:
        """The line of a field, or of the nearest part around it; ``None`` where no line is known."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return None

    def problem(self, location: Location, reason: str) -> DocumentError:
        """An error that points at a field of this file."""
        line = self.line_of(location)
        where = [self.name, *([f"line {line}"] if line else []), *([field_name(location)] if location else []), reason]
        return DocumentError(": ".join(where))


def read_document(path: Path) -> Document:
    """Read a TOML or JSON file, told apart by its suffix.

    Raises :class:`DocumentError` for a file that is missing, too large, no UTF-8 or not well formed.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise DocumentError(f"{path}: {size:,} bytes is more than the {LARGEST_BYTES:,} that such a file may have")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: byte {error.start}: not UTF-8 text") from error
    return parse_document(text, str(path), is_json=path.suffix.lower() == ".json")


def parse_document(text: str, name: str, *, is_json: bool = False) -> Document:
    """Parse TOML or JSON text; ``name`` stands for the file in errors. Raises :class:`DocumentError`."""
    try:
        data = json.loads(text) if is_json else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name}: line {error.lineno}: not well-formed JSON: {error.msg}") from error
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"{name}: not well-formed TOML: {error}") from error
    except RecursionError as error:
        raise DocumentError(f"{name}: nested too deeply") from error
    except ValueError as error:
        raise DocumentError(f"{name}: holds a value that cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise DocumentError(f"{name}: holds a {type(data).__name__} where a table of fields belongs")
    return Document(name=name, data=data, lines={} if is_json else dict(_toml_lines(text)))


def validate(model: type[Model], document: Document) -> Model:
    """The document as ``model``. Raises :class:`DocumentError` that lists every wrong field."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = [str(document.problem(*_problem(model, dict(detail)))) for detail in error.errors()]
        raise DocumentError("\n".join(problems)) from error


def field_name(location: Location) -> str:
    """A field as people count: ``("requirements", 2, "needed")`` to ``requirements[3].needed``."""
    name = ""
    for part in location:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def nearest(word: str, known: Sequence[str]) -> str:
    """`` (did you mean 'needed'?)``, or the list of what is known where nothing is near and the list is short."""
    likeness, name = max(((fuzz.ratio(word, name), name) for name in known), default=(0.0, ""))
    if likeness >= CLOSE_ENOUGH:
        return f" (did you mean {name!r}?)"
    return f" (known: {', '.join(known)})" if known and len(known) <= 40 else ""


def _problem(model: type[BaseModel], detail: dict[str, Any]) -> tuple[Location, str]:
    location: Location = tuple(detail["loc"])
    if detail["type"] == "extra_forbidden" and location:
        key = str(location[-1])
        return location, f"is no key we know{nearest(key, _keys_at(model, location[:-1]))}"
    if detail["type"] == "missing":
        return location, "is missing"
    return location, str(detail["msg"]).removeprefix("Value error, ")


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the schema knows at a place, by walking its JSON Schema."""
    schema = model.model_json_schema()
    nodes = [schema]
    for part in location:
        nodes = [child for node in nodes for child in _children(schema, node, part)]
    nodes = [option for node in nodes for option in _options(schema, node)]
    return sorted({key for node in nodes for key in node.get("properties", {})})


def _options(schema: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    yield node
    for option in node.get("anyOf", ()):
        yield from _options(schema, option)


def _children(schema: dict[str, Any], node: dict[str, Any], part: str | int) -> Iterator[dict[str, Any]]:
    for option in _options(schema, node):
        if isinstance(part, int) and isinstance(option.get("items"), dict):
            yield option["items"]
        elif part in option.get("properties", {}):
            yield option["properties"][part]
        elif isinstance(option.get("additionalProperties"), dict):
            yield option["additionalProperties"]


def _toml_lines(text: str) -> Iterator[tuple[Location, int]]:
    """Yield each table header and key of a TOML text with its line. Values that span lines are skipped over."""
    table: Location = ()
    counts: dict[Location, int] = {}
    depth = 0
    quote: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if quote is not None:
            quote = None if quote in line else quote
            continue
        header = HEADER.match(line) if depth == 0 else None
        if header:
            table = _table(header[2], counts, is_array=header[1] == "[[")
            yield table, number
            continue
        key = KEY.match(line) if depth == 0 else None
        if key:
            yield (*table, *_parts(key[1])), number
        value = key[2] if key else line
        quote = _opened_quote(value)
        bare = STRINGS.sub("", value).partition("#")[0]
        depth = max(0, depth + sum(bare.count(bracket) for bracket in "[{") - sum(bare.count(b) for b in "]}"))


def _opened_quote(value: str) -> str | None:
    return next((mark for mark in ('"""', "'''") if value.count(mark) % 2), None)


def _parts(dotted: str) -> Location:
    return tuple(part.strip().strip('"') for part in dotted.split("."))


def _table(dotted: str, counts: dict[Location, int], *, is_array: bool) -> Location:
    """The place of a table header, with the index of each array of tables on the way."""
    place: Location = ()
    parts = _parts(dotted)
    for position, part in enumerate(parts):
        place = (*place, part)
        last = position == len(parts) - 1
        if is_array and last:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place
