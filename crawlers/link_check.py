"""Asks whether addresses still answer, with the manners and guards of a crawl."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.links import LinkAnswer
from crawlers.asking import ask_pages
from crawlers.probe import Asked


def ask_links(urls: Iterable[str], asked: Asked) -> list[LinkAnswer]:
    """One answer for each address: its last HTTP status after redirects, or why there was none.

    Raises :class:`crawlers.run.CrawlError` for an order that cannot be carried out.
    """
    return [LinkAnswer(answer.url, answer.status, answer.detail) for answer in ask_pages(urls, asked)]
