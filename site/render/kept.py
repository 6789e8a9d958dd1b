"""What one build keeps for the next one, so that a night on which little happened costs little.

Beside the releases stands one file with what the lists need of each opportunity, under the hash of everything that its
page shows. An opportunity whose hash is the same, and for which no date has come that would change its place in a list,
is neither loaded nor rendered again: its page is linked from the last release. The file names the release it belongs to
by the digest that stands in that release; templates, rules, settings and our own code are part of the key.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.views import OpportunityView
from render.acceptance import Counted
from render.calendar_pages import DateRow
from render.digest import digest_of
from render.entries import Entry
from render.facets import EXPIRING_DAYS, NEXT_DAYS, WEEK_DAYS, Cut
from render.feeds import Item
from render.formats import credit_until
from render.planner_catalog import Record

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILE = ".kept-pages"
DIGEST = "build-id.txt"


@dataclass(frozen=True, slots=True)
class Told:
    """What the lists need of one opportunity. ``entry`` and what follows are empty where it is over.

    ``holds_through`` is the last day on which all of this stays as it is; ``None``: for as long as its facts do.
    """

    id: str
    read_on: date
    with_calendar: bool
    linked: tuple[Cut, ...]
    holds_through: date | None
    entry: Entry | None = None
    item: Item | None = None
    dates: tuple[DateRow, ...] = ()
    events: tuple[str, ...] = ()
    planner: Record | None = None


@dataclass(slots=True)
class Kept:
    """Everything that is kept.

    ``pages`` maps a list page to the digest of what stood on it; ``planner`` is the mark of the planner's file.
    """

    key: str
    digest: str = ""
    told: dict[str, tuple[str, Told]] = field(default_factory=dict)
    counts: dict[object, Counted] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    planner: str = ""

    def valid(self, id_: str, page_hash: str, today: date) -> Told | None:
        """What is kept of an opportunity, where it still holds."""
        known = self.told.get(id_)
        if known is None or known[0] != page_hash:
            return None
        told = known[1]
        return told if told.holds_through is None or told.holds_through >= today else None


def holds_through(opportunity: OpportunityView, today: date) -> date | None:
    """The last day on which an opportunity stands in the same lists with the same card: the day before a date comes."""
    return min((day for day in _last_days(opportunity) if day >= today), default=None)


def _last_days(opportunity: OpportunityView) -> Iterator[date]:
    """Days after which something is over, or after which it enters a list of what comes soon."""
    one = timedelta(days=1)
    for session in opportunity.sessions:
        yield session.last_day
        yield session.registration_deadline or session.last_day
        yield session.local_date - timedelta(days=NEXT_DAYS) - one
        yield session.local_date - timedelta(days=WEEK_DAYS)
    for credit in opportunity.credits:
        if credit.approved_through is not None:
            yield credit.approved_through
    until = credit_until(opportunity)
    if until is not None:
        yield until - timedelta(days=EXPIRING_DAYS) - one
    yield from (day for day in (opportunity.available_through, opportunity.apply_by) if day is not None)
    if opportunity.retired_on is not None:
        yield opportunity.retired_on - one


@cache
def code_hash() -> str:
    """A hash of this package: its templates, assets, words and code."""
    made = hashlib.sha256()
    for entry in _files(resources.files("render")):
        made.update(entry.name.encode())
        made.update(entry.read_bytes())
    return made.hexdigest()[:24]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry)
        elif entry.is_file():
            yield entry


def read_kept(previous: Path | None, key: str) -> Kept:
    """What was kept of the previous release under the same key; empty where it belongs to another one."""
    empty = Kept(key)
    if previous is None:
        return empty
    file, digest = previous.parent / FILE, previous / DIGEST
    try:
        kept = pickle.loads(file.read_bytes())  # noqa: S301 - our own file, beside our own releases
        same = isinstance(kept, Kept) and kept.key == key and kept.digest == digest.read_text(encoding="ascii").strip()
    except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError):
        return empty  # not there, cut short, or of another version: everything is rendered again
    return kept if same else empty


def write_kept(release: Path, kept: Kept) -> None:
    """Keep for the build after this one; the file is replaced in one step."""
    file = release.parent / FILE
    waiting = file.with_name(f"{FILE}.new")
    waiting.write_bytes(pickle.dumps(kept, protocol=pickle.HIGHEST_PROTOCOL))
    waiting.replace(file)


def key_of(parts: Mapping[str, str]) -> str:
    """The key under which a build keeps: whatever shapes every page, by name."""
    return digest_of([code_hash(), *(f"{name}={value}" for name, value in sorted(parts.items()))])
