"""Drupal JSON:API (``/jsonapi/node/course``): the content of a Drupal site as resources.

How it works: the source's ``labels`` name the attributes and relationships that hold a field ("field_duration"). A
relationship is read as the names of the terms that ``included`` resolves. Pages follow ``links.next``.

Where it lies: a text attribute is an object with ``value`` and ``processed``; an unpublished node says ``status:
false``; a number has no unit, so a bare number of credits or minutes is read only where the attribute's own name gives
the unit; what an anonymous visitor may not see is simply left out, and ``meta.omitted`` tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawlers.draft import Draft, Link, Rejection
from crawlers.fields import Words, read_field
from crawlers.jsonpages import describe, dicts, json_of, plain
from crawlers.labels import labels_of
from crawlers.page import Page, PageError, join
from crawlers.spiders.base import Found, SourceSpider

Included = Mapping[tuple[str, str], dict[str, Any]]


class Drupal(SourceSpider):
    """Reads the nodes of a Drupal site."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft a published node, and the link to the next page."""
        answer = json_of(page, dict)
        if not isinstance(answer.get("data"), list):
            raise PageError("no list of resources: not JSON:API, or it is closed")
        included: Included = {
            (plain(one.get("type")), plain(one.get("id"))): one for one in dicts(answer.get("included"))
        }
        for node in dicts(answer["data"]):
            found = self._draft(node, included, page)
            if found is not None:
                yield found
        following = _address(answer.get("links"), "next")
        if following and (address := join(page.url, following)) is not None:
            yield Link(address)

    def _draft(self, node: dict[str, Any], included: Included, page: Page) -> Draft | Rejection | None:
        attributes = node.get("attributes")
        if not isinstance(attributes, dict):
            return Rejection(page.url, "page", "a resource without attributes", plain(node.get("id")) or None)
        if attributes.get("status") is False:
            return None
        alias = attributes.get("path")
        path = plain(alias.get("alias")) if isinstance(alias, dict) else ""
        url = join(page.url, path or _address(node.get("links"), "self")) or page.url
        draft = Draft(source_key=plain(node.get("id")), url=url)
        read_field(draft, "title", Words("", plain(attributes.get("title")), "jsonapi:title"), self.context)
        for label in labels_of(self.source):
            for value in _texts(node, label.text, included):
                words = Words(_readable(label.text), value, f"jsonapi:{label.text}"[:120])
                read_field(draft, label.field, words, self.context)
        body = attributes.get("body")
        if isinstance(body, dict):
            describe(draft, body.get("processed") or body.get("value"), "jsonapi:body", self.context)
        return draft


def _readable(name: str) -> str:
    """An attribute's name as words: "field_pace_hours" as "pace hours"."""
    return re.sub(r"^field_", "", name).replace("_", " ")


def _texts(node: dict[str, Any], name: str, included: Included) -> Iterator[str]:
    attributes, relationships = node.get("attributes"), node.get("relationships")
    if isinstance(attributes, dict) and attributes.get(name) is not None:
        value = attributes[name]
        for one in value if isinstance(value, list) else [value]:
            text = plain(one.get("value", one.get("title"))) if isinstance(one, dict) else plain(one)
            if text:
                yield text
    if isinstance(relationships, dict) and isinstance(relationships.get(name), dict):
        data = relationships[name].get("data")
        for reference in dicts(data if isinstance(data, list) else [data]):
            term = included.get((plain(reference.get("type")), plain(reference.get("id"))), {})
            named = term.get("attributes")
            if isinstance(named, dict) and (text := plain(named.get("name") or named.get("title"))):
                yield text


def _address(links: object, name: str) -> str:
    """A link of JSON:API: a string, or an object with ``href``."""
    link = links.get(name) if isinstance(links, dict) else None
    return plain(link.get("href") if isinstance(link, dict) else link)
