"""The pages that rules were read from, and whether they still say what they said.

A page is remembered by the hashes of its passages on renewal, never by its text. Where a passage is new or gone, the
page counts as changed from that day on, with a few short quotations of what is new; whoever looks after the rules reads
it and moves the rule's own date. No figure is edited here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.bulk import text_hash, upsert
from catalog.database import Catalog
from catalog.models import RulePage, table

CHECK_EVERY = timedelta(days=7)
AT_MOST = 40
"""Pages asked for in one night."""

QUOTES = 3
LONGEST_QUOTE = 200

RULE_PAGE = table(RulePage)


@dataclass(frozen=True, slots=True)
class RulePageAnswer:
    """The passages of a page that name a figure of renewal; none, and why, where it could not be read."""

    url: str
    passages: tuple[str, ...]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RulePageView:
    """A page as it is remembered. ``changed_at`` is when a change was first seen; ``quotes`` what was new then."""

    url: str
    checked_at: datetime
    passages: tuple[str, ...] = ()
    changed_at: datetime | None = None
    quotes: tuple[str, ...] = ()
    detail: str | None = None


def after_answer(known: RulePageView | None, answer: RulePageAnswer, now: datetime) -> RulePageView:
    """The page after one answer: a pure function. A page that could not be read keeps what is known of it."""
    if not answer.passages:
        kept = known or RulePageView(answer.url, now)
        return RulePageView(answer.url, now, kept.passages, kept.changed_at, kept.quotes, answer.detail)
    hashes = {text_hash(passage)[:16]: passage for passage in answer.passages}
    told = tuple(sorted(hashes))
    if known is None or not known.passages or known.passages == told:
        changed = (known.changed_at, known.quotes) if known else (None, ())
        return RulePageView(answer.url, now, told, *changed)
    new = [passage[:LONGEST_QUOTE] for digest, passage in hashes.items() if digest not in known.passages]
    return RulePageView(answer.url, now, told, now, tuple(new[:QUOTES]))


def rule_pages(catalog: Catalog) -> dict[str, RulePageView]:
    """Every page that was asked for, by address."""
    with catalog.reading() as connection:
        rows = connection.execute(sa.select(RULE_PAGE)).mappings().all()
    return {row["url"]: _view(row) for row in rows}


def watch_rule_pages(
    catalog: Catalog, urls: Collection[str], ask: Callable[[Sequence[str]], Iterable[RulePageAnswer]], now: datetime
) -> list[RulePageView]:
    """Ask for the pages that were not asked for within a week and remember what they say.

    Gives back those that changed. At most :data:`AT_MOST` are asked for, the longest unasked first.
    """
    known = rule_pages(catalog)
    due = [url for url in sorted(urls) if url not in known or known[url].checked_at <= now - CHECK_EVERY]
    due.sort(key=lambda url: known[url].checked_at.timestamp() if url in known else 0.0)
    if not due:
        return []
    views = [after_answer(known.get(answer.url), answer, now) for answer in ask(due[:AT_MOST])]
    with catalog.writing() as connection:
        upsert(connection, RulePage, [_row(view) for view in views])
    return [view for view in views if view.changed_at == now]


def _view(row: sa.RowMapping) -> RulePageView:
    return RulePageView(**{**row, "passages": tuple(row["passages"]), "quotes": tuple(row["quotes"])})


def _row(view: RulePageView) -> dict[str, object]:
    return {
        "url": view.url,
        "checked_at": view.checked_at,
        "passages": list(view.passages),
        "changed_at": view.changed_at,
        "quotes": list(view.quotes),
        "detail": view.detail,
    }
