"""Whether the addresses that people are sent to still answer.

One failure says little: a link counts as dead after four in a row, and one success makes it alive again. What asks
(with robots.txt, a pause and an honest name) is handed in; this module decides what to ask and what an answer means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

import sqlalchemy as sa

from catalog.bulk import upsert
from catalog.database import Catalog
from catalog.listing import Visibility
from catalog.models import Link, Opportunity, table
from catalog.views import Presence

FAILURES_TO_DIE = 4
CHECK_EVERY = timedelta(days=7)
PER_HOST = 20
"""How many addresses of one host are asked for in one go."""

LINK = table(Link)
OPPORTUNITY = table(Opportunity)


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What asking for an address gave: an HTTP status, or ``None`` and why there was none."""

    url: str
    status: int | None
    detail: str | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing was learned: robots.txt closes the address to us, and we do not ask."""
        return self.status is None and "robots" in (self.detail or "").lower()

    @property
    def is_good(self) -> bool:
        """Whether the page is there: any success or redirect. A page that asks for a login is there too."""
        return self.status is not None and (self.status < 400 or self.status in {401, 403, 405, 429})


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as the catalog knows it; dead since ``dead_since``, if it is."""

    url: str
    failures: int
    checked_at: datetime
    status: int | None
    detail: str | None
    dead_since: datetime | None


@dataclass(frozen=True, slots=True)
class LinkState:
    """Failures in a row, and since when it counts as dead."""

    failures: int = 0
    dead_since: datetime | None = None


def after_answer(state: LinkState, answer: LinkAnswer, now: datetime) -> LinkState:
    """The state after one answer: a pure function."""
    if answer.is_unknown:
        return state
    if answer.is_good:
        return LinkState()
    failures = state.failures + 1
    return LinkState(failures, state.dead_since or (now if failures >= FAILURES_TO_DIE else None))


def links_due(catalog: Catalog, now: datetime, limit: int = 200) -> list[str]:
    """Addresses of public opportunities that were not asked for within a week, the longest unasked first.

    Hosts take turns, and none is asked for more than :data:`PER_HOST`.
    """
    shown = (
        ~OPPORTUNITY.c.hidden
        & (OPPORTUNITY.c.visibility == Visibility.PUBLIC)
        & (OPPORTUNITY.c.presence != Presence.WITHDRAWN)
    )
    due = LINK.c.checked_at.is_(None) | (LINK.c.checked_at <= now - CHECK_EVERY)
    joined = OPPORTUNITY.join(LINK, LINK.c.url == OPPORTUNITY.c.url, isouter=True)
    query = sa.select(OPPORTUNITY.c.url, LINK.c.checked_at).select_from(joined).where(shown, due).distinct()
    with catalog.reading() as connection:
        rows = connection.execute(query).all()
    rows = sorted(rows, key=lambda row: (row.checked_at is not None, row.checked_at or now, row.url))
    return list(_in_turns(row.url for row in rows))[:limit]


def _in_turns(urls: Iterable[str]) -> Iterator[str]:
    by_host: dict[str | None, list[str]] = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).hostname].append(url)
    for turn in zip_longest(*(found[:PER_HOST] for found in by_host.values())):
        yield from (url for url in turn if url is not None)


def record_answers(catalog: Catalog, answers: Sequence[LinkAnswer], now: datetime) -> list[LinkView]:
    """Remember answers; gives back what became dead or came back to life."""
    by_url = {answer.url: answer for answer in answers}
    with catalog.writing() as connection:
        known = {row.url: row for row in connection.execute(sa.select(LINK).where(LINK.c.url.in_(sorted(by_url))))}
        views = []
        for url, answer in sorted(by_url.items()):
            before = known.get(url)
            old = LinkState(before.failures, before.dead_since) if before else LinkState()
            new = after_answer(old, answer, now)
            views.append((old, LinkView(url, new.failures, now, answer.status, answer.detail, new.dead_since)))
        names = LinkView.__slots__
        upsert(connection, Link, [{name: getattr(view, name) for name in names} for _, view in views])
    return [view for old, view in views if (old.dead_since is None) != (view.dead_since is None)]


def check_links(
    catalog: Catalog, ask: Callable[[Sequence[str]], Iterable[LinkAnswer]], now: datetime, limit: int = 200
) -> list[LinkView]:
    """Ask for what is due and remember the answers; gives back what became dead or came back to life."""
    due = links_due(catalog, now, limit)
    return record_answers(catalog, list(ask(due)), now) if due else []


def dead_links(catalog: Catalog) -> list[LinkView]:
    """Every link that counts as dead, in the order of addresses."""
    dead = sa.select(LINK).where(LINK.c.dead_since.is_not(None)).order_by(LINK.c.url)
    with catalog.reading() as connection:
        return [LinkView(**row) for row in connection.execute(dead).mappings()]
