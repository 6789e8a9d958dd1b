"""Embedded metadata of a page: JSON-LD, microdata and RDFa as plain nodes.

JSON-LD is read directly and costs next to nothing; extruct is asked only for a syntax whose marks the page holds,
because its default tries six of them on every page and costs twenty times as much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import chompjs
import extruct

from crawlers.page import Page

NODES_AT_MOST = 5000
DEPTH_AT_MOST = 40
MARKS = {"microdata": "itemscope", "rdfa": "typeof="}
Node = dict[str, Any]


@dataclass(frozen=True)
class Metadata:
    """The nodes of one page, in document order, with how each was written (``json-ld``, ``microdata``, ``rdfa``).

    ``damaged`` holds the beginning of each JSON-LD block that could not be read by any means.
    """

    nodes: tuple[tuple[str, Node], ...]
    damaged: tuple[str, ...]
    by_id: dict[str, Node]

    def resolved(self, value: object) -> object:
        """A bare reference (``{"@id": ...}``) as the node it points to; anything else as it is."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and value.get("@id") in self.by_id:
            return self.by_id[str(value["@id"])]
        return value


def read_metadata(page: Page) -> Metadata:
    """Everything that the page embeds."""
    damaged: list[str] = []
    nodes: list[tuple[str, Node]] = []
    for block in page.tree.iter("script"):
        if "ld+json" in (block.get("type") or "").lower():
            text = block.text or ""
            loaded = load_json(text)
            if loaded is None and text.strip():
                damaged.append(text.strip()[:120])
            nodes.extend(("json-ld", node) for node in _walk(loaded))
    wanted = [syntax for syntax, mark in MARKS.items() if mark in page.text]
    if wanted:
        found = extruct.extract(page.text, base_url=page.url, syntaxes=wanted, uniform=True, errors="ignore")
        nodes.extend((syntax, _bare(node)) for syntax in wanted for node in _walk(found.get(syntax)))
    kept = tuple(nodes[:NODES_AT_MOST])
    return Metadata(
        kept, tuple(damaged), {str(node["@id"]): node for _, node in kept if len(node) > 2 and node.get("@id")}
    )


def _bare(node: Node) -> Node:
    """A node with its properties' names without their vocabulary, which RDFa spells out: ``https://schema.org/name``."""
    return {key if key.startswith("@") else re.split(r"[/#]", key)[-1]: value for key, value in node.items()}


def load_json(text: str) -> object:
    """A JSON-LD block, also with comments, control characters or trailing commas; ``None`` where nothing reads it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    stripped = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", "", text.strip())
    start = re.search(r"[\[{]", stripped)
    if start is None:
        return None
    try:
        return json.loads(stripped[start.start() :], strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return chompjs.parse_js_object(stripped[start.start() :], loader_kwargs={"strict": False})
    except (ValueError, RecursionError):
        return None


def _walk(value: object) -> Iterator[Node]:
    """Every node with a type, outermost first; lists and ``@graph`` are opened, no recursion on hostile depth."""
    stack: list[tuple[object, int]] = [(value, 0)]
    count = 0
    while stack and count < NODES_AT_MOST:
        current, depth = stack.pop()
        if depth > DEPTH_AT_MOST:
            continue
        if isinstance(current, list):
            stack.extend((one, depth + 1) for one in reversed(current))
        elif isinstance(current, dict):
            if "@type" in current:
                count += 1
                yield current
            below = current.get("@graph"), current.get("mainEntity"), current.get("mainEntityOfPage")
            stack.extend((one, depth + 1) for one in reversed(below) if isinstance(one, dict | list))


def types_of(node: Node) -> frozenset[str]:
    """The node's types without their vocabulary: ``{"Course"}``."""
    raw = node.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return frozenset(re.split(r"[/#:]", str(name))[-1] for name in names if name)


def first(value: object) -> object:
    """The first of several values, or the value itself."""
    return value[0] if isinstance(value, list) and value else (None if isinstance(value, list) else value)


def several(value: object) -> list[object]:
    """One value or many, as a list without empty ones."""
    many = value if isinstance(value, list) else [value]
    return [one for one in many if one not in (None, "", [], {})]


def text_of(value: object) -> str:
    """A value as text: a string, a number, the ``name`` or ``@value`` of a node; an empty text for anything else."""
    one = first(value)
    if isinstance(one, dict):
        one = first(one.get("@value", one.get("name", one.get("alternateName"))))
    if isinstance(one, bool) or not isinstance(one, str | int | float):
        return ""
    return str(one)
