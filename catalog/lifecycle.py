"""Whether a listing is still published: pure functions over (last state, what a run saw, today).

Absence is weak evidence. A run counts only where it ended well and was of normal size; one such run without the
listing makes it *missing*, three of them and seven days make it *withdrawn*; one sighting makes it active again.
Nothing is ever deleted for being absent.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.spool import Finish
from catalog.views import Presence

RUNS_TO_WITHDRAW = 3
TIME_TO_WITHDRAW = timedelta(days=7)
NORMAL_SHARE = 0.5
RECENT_RUNS = 7
"""How many of a source's last complete runs make its normal size."""


@dataclass(frozen=True, slots=True)
class PresenceState:
    """``missed_runs`` counts complete runs in a row that did not see it; ``missing_since`` is the day of the first."""

    presence: Presence = Presence.ACTIVE
    missed_runs: int = 0
    missing_since: date | None = None


def after_sighting(_state: PresenceState) -> PresenceState:
    """A listing that was seen is active, whatever it was before."""
    return PresenceState()


def after_absence(state: PresenceState, *, complete: bool, today: date) -> PresenceState:
    """A listing that a run did not see. An incomplete run says nothing."""
    if not complete:
        return state
    missed_runs = state.missed_runs + 1
    missing_since = state.missing_since or today
    gone = missed_runs >= RUNS_TO_WITHDRAW and today - missing_since >= TIME_TO_WITHDRAW
    return PresenceState(Presence.WITHDRAWN if gone else Presence.MISSING, missed_runs, missing_since)


def is_complete(finish: Finish | None, brought: int, recent: Sequence[int]) -> bool:
    """Whether a run of a source may say that something is missing.

    It ended well and brought at least half of the median of ``recent``, the counts of the source's last complete runs.
    A source's first run is complete if it brought anything: an empty answer is an outage until shown otherwise.
    """
    if finish is not Finish.COMPLETE or brought == 0:
        return False
    return brought >= NORMAL_SHARE * statistics.median(recent) if recent else True
