"""What a source's last nights amount to for the person who runs the site: fine, wait, act, or let it rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.spool import Cause, Finish
from catalog.views import SourceRunView, SourceView
from render.words import CAUSE, REPAIR

NIGHTS_TO_REST = 5
"""After so many failing nights in a row a source is proposed for rest: its host is asked in vain every night."""

PASSES_BY_ITSELF = 3
"""Nights after which even a trouble that usually passes by itself is a person's matter."""

PATIENCE: Mapping[Cause, int] = {
    Cause.DNS: PASSES_BY_ITSELF,
    Cause.TLS: 2,
    Cause.CONNECTION: PASSES_BY_ITSELF,
    Cause.TIMEOUT: PASSES_BY_ITSELF,
    Cause.NOT_FOUND: 2,
    Cause.FORBIDDEN: 1,
    Cause.TOO_MANY_REQUESTS: 2,
    Cause.SERVER_ERROR: PASSES_BY_ITSELF,
    Cause.ROBOTS: 1,
    Cause.PARSE: 1,
    Cause.LAYOUT: 1,
    Cause.EMPTY: 2,
    Cause.LIMIT: 2,
    Cause.REFUSED: 1,
    Cause.CRASH: 1,
}
"""Failing nights in a row before somebody is told: at once where only a person can mend it."""


class Need(StrEnum):
    """What a source asks of the person who runs the site."""

    NOTHING = "nothing"
    WAIT = "wait"
    ACT = "act"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One source after its last night. ``nights`` counts the failing ones in a row, ``since`` is the first of them."""

    source: str
    name: str
    need: Need
    cause: Cause | None = None
    nights: int = 0
    since: date | None = None
    detail: str | None = None
    url: str | None = None

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        if self.need is Need.NOTHING:
            return f"{self.name}: read."
        cause = CAUSE[self.cause] if self.cause else "It failed without saying why"
        nights = "last night" if self.nights == 1 else f"{self.nights} nights in a row, since {self.since}"
        return f"{self.name}: {cause} ({nights})."

    @property
    def action(self) -> str:
        """The one thing to do."""
        if self.need is Need.NOTHING:
            return ""
        if self.need is Need.WAIT:
            return "Wait: this usually passes by itself. Its listings are kept."
        repair = REPAIR[self.cause] if self.cause else "Read the run's log."
        if self.need is Need.REST:
            return f"{repair} Until then let it rest: `aliquot sources rest {self.source}`."
        return repair


def verdicts(sources: Iterable[SourceView]) -> tuple[Verdict, ...]:
    """A verdict for each source that is read at all, those that need somebody first, then by name."""
    found = [verdict(source) for source in sources if source.enabled and source.health is not None]
    order = (Need.REST, Need.ACT, Need.WAIT, Need.NOTHING)
    return tuple(sorted(found, key=lambda each: (order.index(each.need), each.name.casefold(), each.source)))


def verdict(source: SourceView) -> Verdict:
    """One source's verdict, from its runs, newest first."""
    last_run = (source.health,) if source.health else ()
    failing = _failing((*last_run, *source.history))
    if not failing:
        return Verdict(source.id, source.name, Need.NOTHING)
    last = failing[0]
    nights = len({run.started_at.date() for run in failing})
    if nights >= NIGHTS_TO_REST:
        need = Need.REST
    elif nights >= (PATIENCE[last.cause] if last.cause else 1):
        need = Need.ACT
    else:
        need = Need.WAIT
    since = min(run.started_at.date() for run in failing)
    return Verdict(source.id, source.name, need, last.cause, nights, since, last.detail, last.url)


def _failing(runs: Iterable[SourceRunView]) -> list[SourceRunView]:
    """The failed runs that stand before the newest one that was read to its end."""
    failing = []
    for run in runs:
        if run.finish is None:
            continue
        if run.finish is Finish.COMPLETE:
            break
        failing.append(run)
    return failing
