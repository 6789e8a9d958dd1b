"""Writing the pages of opportunities: one by one, or by several processes where there are many.

A page depends on nothing but its opportunity, the rules and the settings, so any process may load, render and write a
batch. What the lists need of it comes back as :class:`render.ledger.Told`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING

from catalog.listing import Visibility
from catalog.views import OpportunityView
from render import calendars, feeds
from render.acceptance import Acceptances
from render.calendar_pages import date_rows
from render.changes import ChangeRow, history
from render.digest import digest_of
from render.entries import card_of, entry_of
from render.errors import BuildError
from render.facets import cuts_of
from render.kept import holds_through
from render.ledger import Rows, Told, rows_of
from render.opportunity import opportunity_page
from render.output import Counts
from render.planner_catalog import record_of
from render.press import Press
from render.settings import SiteSettings

if TYPE_CHECKING:
    from render.build import Job

LINKED_FACETS = frozenset({"topic", "credit", "kind", "provider"})
"""Facets that an opportunity's own page links to, so that their lists exist even when nothing live is in them."""

BATCHES_FOR_TWO = 4
"""From so many batches on the work is divided: starting processes costs as much as one of them."""

Batch = Sequence[tuple[str, str]]
"""Ids of opportunities with the hashes of what their pages show."""


class OpportunityWriter:
    """Writes the pages of opportunities, or links them from the previous release."""

    def __init__(self, press: Press, job: Job) -> None:
        self.press, self.job = press, job
        self.providers = {provider.id: provider for provider in job.snapshot.providers}
        self.history: dict[str, tuple[ChangeRow, ...]] = history(job.snapshot.changes)
        self.acceptances = Acceptances(job.credentials, press.env.get_template("counts.html"))
        self.card = press.env.get_template("card.html")

    def page_hash(self, id_: str, hash_: str) -> str:
        """The hash of everything that a page shows: the opportunity's own, its news and its neighbors."""
        more = (self.history.get(id_, ()), self.job.snapshot.similar.get(id_, ()))
        return hash_ + digest_of([repr(more)]) if any(more) else hash_

    def keep(self, id_: str, read_on: object, *, with_calendar: bool) -> bool:
        """Link an unchanged page and its calendar; False where one of them is not there."""
        path = f"/o/{id_}/"
        linked = self.press.kept_page(path, changed=read_on)  # type: ignore[arg-type]  # a date
        if linked and with_calendar and not self.press.output.keep(f"o/{id_}/event.ics"):
            raise BuildError(f"{self.job.previous}: {path} lost its calendar file; build without it once (--full)")
        return linked

    def write(self, opportunity: OpportunityView, hash_: str = "") -> Told:
        """Write one opportunity's page and calendar, and tell what the lists need of it."""
        settings, today = self.job.settings, self.job.today
        refuse(opportunity, settings)
        path = f"/o/{opportunity.id}/"
        page = opportunity_page(opportunity, self.providers, self.acceptances, settings)
        values = {
            "page": page,
            "title": page.title,
            "description": page.description,
            "section": "browse",
            "history": self.history.get(opportunity.id, ()),
            "similar": self.job.snapshot.similar.get(opportunity.id, ()),
        }
        self.press.page("opportunity.html", path, values, changed=opportunity.read_on)
        events = tuple(calendars.events_of(opportunity, settings))
        if events:
            text = calendars.calendar(page.title, path, events, settings, "event.ics")
            self.press.file(f"{path}event.ics", text)
        cuts = cuts_of(opportunity, today)
        linked = tuple(cut for cut in cuts if cut.facet in LINKED_FACETS)
        holds = holds_through(opportunity, today)
        told = Told(opportunity.id, hash_, opportunity.read_on, bool(events), linked, holds)
        if not opportunity.is_live(today):
            return told
        card = self.card.render(card=card_of(opportunity, today), counted=self.acceptances.counted(opportunity))
        return replace(
            told,
            entry=entry_of(opportunity, today, card, cuts),
            item=feeds.item_of(opportunity),
            dates=tuple(date_rows(opportunity, today)),
            events=events,
            planner=record_of(opportunity),
        )

    def write_batch(self, batch: Batch) -> Rows:
        """Load and write one batch."""
        hashes = dict(batch)
        return rows_of([self.write(one, hashes[one.id]) for one in self.job.snapshot.load(list(hashes))])


def refuse(opportunity: OpportunityView, settings: SiteSettings) -> None:
    """Raise :class:`BuildError` for what must not be published."""
    if opportunity.visibility is not Visibility.PUBLIC:
        raise BuildError(f"{opportunity.id} is private and must not reach the site")
    if opportunity.sample and not settings.sample:
        raise BuildError(f"{opportunity.id} is sample data and this site is not marked as a sample")


def write_all(writer: OpportunityWriter, batches: Iterable[Batch]) -> Iterator[Rows]:
    """Write every batch and give what each tells, in their order; by several processes where there are many batches."""
    batches = iter(batches)
    first = [batch for _number, batch in zip(range(BATCHES_FOR_TWO), batches, strict=False)]
    processes = os.cpu_count() or 1
    if len(first) < BATCHES_FOR_TWO or processes == 1 or sys.platform != "linux":
        yield from (writer.write_batch(batch) for batch in first)
        yield from (writer.write_batch(batch) for batch in batches)
        return
    # The children are forked: what the rules and templates hold is shared, and nothing needs to be sent to them.
    context = get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(writer, os.getpid())) as pool:
        waiting: deque[Future[Written]] = deque(pool.submit(_write, batch) for batch in first)
        for batch in batches:
            yield _noted(writer, waiting.popleft().result())
            waiting.append(pool.submit(_write, batch))
        while waiting:
            yield _noted(writer, waiting.popleft().result())


@dataclass(slots=True)
class Written:
    """What a child tells of one batch: what the lists need, its pages for the sitemap, its files, and their counts."""

    rows: Rows = field(default_factory=dict)
    places: list[tuple[str, date | None]] = field(default_factory=list)
    files: list[tuple[str, bool]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


_child: list[OpportunityWriter] = []
"""The writer of this process, where it is a child."""

WATCH_SECONDS = 1.0


def _begin(writer: OpportunityWriter, parent: int) -> None:
    _child.append(writer)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone, even where that one was killed."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def _write(batch: Batch) -> Written:
    (writer,) = _child
    written = Written()
    output, press = writer.press.output, writer.press
    output.counts = written.counts
    output.note = lambda path, linked: written.files.append((path, linked))
    press.place = lambda path, changed: written.places.append((path, changed))
    written.rows = writer.write_batch(batch)
    return written


def _noted(writer: OpportunityWriter, written: Written) -> Rows:
    """What a child wrote, noted as if it were written here."""
    output = writer.press.output
    for path, linked in written.files:
        output.note(path, linked)
    for path, changed in written.places:
        writer.press.place(path, changed)
    output.counts.add(written.counts)
    return written.rows
