"""Guards between a crawl and the catalog: what lost too much of a source in one night is held back, and said.

A redesigned site often still answers; what is read from it is then a listing without price, a title that is the site's
own name, or half of the list. The lifecycle waits before it calls something withdrawn, but it believes a page that was
read. So each source's part of the spool is compared with what the catalog has of it. Where too much is lost, that part
is not recorded: the source counts as failed for the night and keeps everything it had.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from catalog.listing import Listing
from catalog.payloads import is_over
from catalog.spool import Cause, Finish, ListingLine, SeenLine, SourceEndLine, SpoolLine, UnaskedLine, read_spool

ADMITTED = "admitted.jsonl"
"""The part of a spool that may be recorded; beside the spool, which stays whole."""

LEAST_TO_JUDGE = 10
"""Below so many listings a share says nothing."""

LOST_SHARE = 0.3
FIELD_SHARE = 0.3
TITLE_SHARE = 0.5
GUARDED_FIELDS = ("credits", "offers", "sessions", "delivery", "duration", "keywords", "course_number")
"""Fields whose sudden absence means that a layout changed."""

FIELD_NAMES = {
    "credits": "the credit",
    "offers": "the price",
    "sessions": "the date",
    "delivery": "how it is delivered",
    "duration": "the duration",
    "keywords": "the summary",
    "course_number": "the course number",
}

Stored = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Brought:
    """What one source's part of a spool holds, by the provider's own keys."""

    listings: dict[str, Listing] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    end: SourceEndLine | None = None

    @property
    def keys(self) -> set[str]:
        """Everything that the night met."""
        return self.listings.keys() | self.seen


def brought(spool: Path) -> dict[str, Brought]:
    """A spool by source. Raises :class:`catalog.spool.SpoolError` for a damaged line."""
    found: dict[str, Brought] = defaultdict(Brought)
    for line in read_spool(spool):
        match line:
            case ListingLine(listing=listing):
                found[listing.source].listings[listing.source_key] = listing
            case SeenLine() | UnaskedLine():
                found[line.source].seen.update(line.source_keys)
            case SourceEndLine():
                found[line.source].end = line
    return dict(found)


def losses(part: Brought, stored: Stored, today: date) -> Iterator[str]:
    """What a source's night would lose of what is stored, one sentence each; none where it may be recorded.

    What is over by ``today`` is no loss: a calendar drops its past events, many of them on the first of a month.
    """
    if part.end is not None and part.end.finish is Finish.COMPLETE and len(stored) >= LEAST_TO_JUDGE:
        met = part.keys
        due = [key for key, payload in stored.items() if key in met or not is_over(payload, today)]
        gone = sum(key not in met for key in due)
        if gone > LOST_SHARE * len(due):
            yield f"{gone} of {len(due)} listings are gone"
    known = {key: listing.payload() for key, listing in part.listings.items() if key in stored}
    if len(known) < LEAST_TO_JUDGE:
        return
    for name in GUARDED_FIELDS:
        had = [key for key in known if stored[key].get(name)]
        lost = sum(not known[key].get(name) for key in had)
        if len(had) >= LEAST_TO_JUDGE and lost > FIELD_SHARE * len(had):
            yield f"{FIELD_NAMES[name]} is gone from {lost} of {len(had)} listings"
    titles = sum(_words(payload) != _words(stored[key]) for key, payload in known.items())
    if titles > TITLE_SHARE * len(known):
        yield f"{titles} of {len(known)} titles are other ones"
    yield from _same_title(known, stored)


def _same_title(known: Stored, stored: Stored) -> Iterator[str]:
    """A layout that changed often makes the site's own name the title of everything."""
    now, before = (_most_shared(each) for each in (known, {key: stored[key] for key in known}))
    if now > TITLE_SHARE * len(known) >= before:
        yield f"{now} of {len(known)} listings have one and the same title"


def _most_shared(payloads: Stored) -> int:
    return max(Counter(_words(payload) for payload in payloads.values()).values(), default=0)


def _words(payload: Mapping[str, Any]) -> str:
    title = payload.get("title")
    text = title.get("value") if isinstance(title, dict) else title
    return " ".join(str(text).split()).casefold()


def admit(
    spool: Path, stored_of: Callable[[str], Stored], today: date, accepted: Collection[str] = ()
) -> tuple[Path, dict[str, str]]:
    """Write what may be recorded beside the spool, and tell what each source that was held back would have lost.

    ``accepted`` sources are let through as they are. A file that an earlier, killed call wrote is taken as it stands.
    Raises :class:`catalog.spool.SpoolError` for a damaged line of the spool.
    """
    admitted = spool.with_name(ADMITTED)
    parts = brought(spool)
    held = {
        source: "; ".join(found)
        for source, part in sorted(parts.items())
        if source not in accepted and (found := list(losses(part, stored_of(source), today)))
    }
    if admitted.exists():
        return admitted, _held_before(admitted, parts)
    waiting = spool.with_name(f".{ADMITTED}.{os.getpid()}")
    if not held:
        waiting.unlink(missing_ok=True)
        os.link(spool, waiting)
    else:
        with waiting.open("w", encoding="utf-8") as lines:
            for line in read_spool(spool):
                kept = _kept(line, held)
                if kept is not None:
                    lines.write(kept.model_dump_json() + "\n")
    waiting.replace(admitted)
    return admitted, held


def _kept(line: SpoolLine, held: Mapping[str, str]) -> SpoolLine | None:
    """The line as it may be recorded: of a source that is held back only its end, which says why."""
    source = line.listing.source if isinstance(line, ListingLine) else line.source
    if source not in held:
        return line
    if not isinstance(line, SourceEndLine):
        return None
    detail = f"held back: {held[source]}"[:500]
    return line.model_copy(update={"finish": Finish.FAILED, "cause": Cause.LAYOUT, "detail": detail})


def _held_before(admitted: Path, parts: Mapping[str, Brought]) -> dict[str, str]:
    """What an earlier call held back, from the ends that it changed."""
    prefix = "held back: "
    return {
        line.source: (line.detail or "").removeprefix(prefix)
        for line in read_spool(admitted)
        if isinstance(line, SourceEndLine) and line.source in parts and (line.detail or "").startswith(prefix)
    }
