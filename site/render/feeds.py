"""Atom (RFC 4287) and JSON Feed 1.1: what is new or changed, newest first, for the whole site and for each cut."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from catalog.views import OpportunityView
from render.settings import SiteSettings
from render.structured import describe

AT_MOST = 50
"""Entries of one feed."""

FORBIDDEN = dict.fromkeys([*(code for code in range(32) if code not in {9, 10, 13}), 0xFFFE, 0xFFFF])
"""Characters that no XML document may hold."""


class Item(NamedTuple):
    """One entry of a feed."""

    id: str
    title: str
    summary: str
    external_url: str
    kind: str
    updated: date


def item_of(opportunity: OpportunityView) -> Item:
    """The feed entry of an opportunity: its facts in one sentence, dated by the day they were first read."""
    mark = "SAMPLE: " if opportunity.sample else ""
    return Item(
        id=opportunity.id,
        title=mark + opportunity.title,
        summary=describe(opportunity),
        external_url=opportunity.url,
        kind=opportunity.kind.value,
        updated=opportunity.read_on,
    )


def _stamp(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")


def _text(value: str) -> str:
    return escape(value.translate(FORBIDDEN))


def _attribute(value: str) -> str:
    return quoteattr(value.translate(FORBIDDEN))


def atom(title: str, path: str, items: Sequence[Item], settings: SiteSettings) -> str:
    """An Atom feed of items, newest first. Its ``updated`` is theirs, so an unchanged feed stays the same file."""
    updated = _stamp(items[0].updated) if items else "1970-01-01T00:00:00Z"
    name = f"SAMPLE {title}" if settings.sample else title
    page = settings.absolute(path)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-US">',
        f"<id>{_text(page)}</id>",
        f"<title>{_text(f'{settings.name}: {name}')}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{_text(settings.host_name or settings.name)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(page + "feed.atom")}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(page)}/>',
    ]
    for item in items:
        address = settings.absolute(f"/o/{item.id}/")
        lines += [
            "<entry>",
            f"<id>{_text(address)}</id>",
            f"<title>{_text(item.title)}</title>",
            f"<updated>{_stamp(item.updated)}</updated>",
            f'<link rel="alternate" type="text/html" href={_attribute(address)}/>',
            f'<link rel="via" href={_attribute(item.external_url)}/>',
            f"<category term={_attribute(item.kind)}/>",
            f"<summary>{_text(item.summary)}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def json_feed(title: str, path: str, items: Sequence[Item], settings: SiteSettings) -> str:
    """The same entries as JSON Feed 1.1."""
    name = f"SAMPLE {title}" if settings.sample else title
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{settings.name}: {name}",
            "home_page_url": settings.absolute(path),
            "feed_url": settings.absolute(f"{path}feed.json"),
            "language": "en-US",
            "authors": [{"name": settings.host_name or settings.name}],
            "items": [
                {
                    "id": settings.absolute(f"/o/{item.id}/"),
                    "url": settings.absolute(f"/o/{item.id}/"),
                    "external_url": item.external_url,
                    "title": item.title,
                    "content_text": item.summary,
                    "date_modified": _stamp(item.updated),
                    "tags": [item.kind],
                }
                for item in items
            ],
        },
        ensure_ascii=False,
        indent=1,
    )
