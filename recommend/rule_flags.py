"""Which figures of a rule stand on a page that has changed since we read it: a flag asks a person to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from catalog.rule_pages import RulePageView
from recommend.credential import Credential, RuleSource


def named_sources(credential: Credential) -> dict[str, RuleSource]:
    """The sources that something of this credential was read from, by key: not all that its body has."""
    keys = dict.fromkeys(_keys(credential))
    return {key: credential.sources[key] for key in keys if key in credential.sources}


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, BaseModel):
        source = getattr(part, "source", None)
        if isinstance(source, str):
            yield source
        for name in type(part).model_fields:
            yield from _keys(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _keys(each)


def has_changed(source: RuleSource, pages: Mapping[str, RulePageView]) -> bool:
    """Whether a page was seen to change on the day we read it or later. Reading it anew takes the flag away."""
    page = pages.get(source.url)
    return page is not None and page.changed_at is not None and page.changed_at.date() >= source.read_on


def changed_sources(credential: Credential, pages: Mapping[str, RulePageView]) -> dict[str, RulePageView]:
    """The pages behind a credential that have changed since we read them, by address."""
    sources = named_sources(credential).values()
    return {source.url: pages[source.url] for source in sources if has_changed(source, pages)}
