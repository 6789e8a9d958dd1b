"""What the ways of publishing that answer with JSON share: parsing, texts with markup, addresses with a page number."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html

from crawlers.draft import Draft
from crawlers.extract.text import LONGEST_TEXT, normalize
from crawlers.fields import Context
from crawlers.freetext import read_free_text
from crawlers.page import Page, PageError, lines_of

LONGEST_MARKUP = 200_000


def json_of(page: Page, kind: type[Any]) -> Any:
    """The page's JSON, of the kind that its way of publishing answers with. Raises :class:`PageError`."""
    try:
        found = json.loads(page.text)
    except (ValueError, RecursionError) as error:
        raise PageError(f"not JSON: {error}") from error
    if not isinstance(found, kind):
        raise PageError(f"a JSON {kind.__name__} was expected and a {type(found).__name__} came")
    return found


def plain(value: object) -> str:
    """A string or number without entities and markup; an empty text for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = entities.unescape(str(value))
    return normalize(re.sub(r"<[^>]*>", " ", text)[:LONGEST_TEXT])


def lines_of_markup(value: object) -> list[str]:
    """The lines that a reader sees of a piece of HTML."""
    text = value if isinstance(value, str) else ""
    if not text.strip():
        return []
    fragment = html.fragment_fromstring(text[:LONGEST_MARKUP].replace("\x00", ""), create_parent="div")
    return [line.text for line in lines_of(fragment)]


def describe(draft: Draft, markup: object, where: str, context: Context) -> list[str]:
    """Read a description's lines for labels, credits, prices and delivery, and keep its words for the keywords."""
    lines = lines_of_markup(markup)
    read_free_text(draft, lines, where, context)
    draft.summary = " ".join([draft.summary, *lines])[:LONGEST_TEXT].strip()
    return lines


def dicts(value: object) -> Iterator[dict[str, Any]]:
    """The JSON objects of a list; nothing of anything else."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def page_number(url: str) -> int:
    """The ``page`` parameter of an address, 1 where it has none."""
    written = dict(parse_qsl(urlsplit(url).query)).get("page", "1")
    return int(written) if written.isdigit() else 1


def with_parameters(url: str, **changed: object) -> str:
    """The address with some of its query parameters changed or added."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {name: str(value) for name, value in changed.items()}
    return urlunsplit(parts._replace(query=urlencode(query)))
