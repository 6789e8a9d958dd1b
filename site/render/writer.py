"""Writing the pages of opportunities: one by one, or by several processes where there are many.

A page depends on nothing but its opportunity, the rules and the settings, so any process may load, render and write a
batch. What the lists need of it comes back as :class:`render.ledger.Told`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from render.facets import Cut, cuts_of
from render.kept import holds_through
from render.ledger import BATCH, Carried, Live, Rows, Told, rows_of
from render.opportunity import OpportunityPage, opportunity_page
from render.planner_catalog import record_of
from render.press import Press
from render.processes import beside, processors, spread
from render.settings import SiteSettings

if TYPE_CHECKING:
    from render.build import Job

TEMPLATE = "opportunity.html"
LINKED_FACETS = frozenset({"topic", "credit", "kind", "provider"})
"""Facets that an opportunity's own page links to."""

BATCHES_FOR_TWO = 4
"""From so many batches on the work is divided: starting processes costs as much as one of them."""

LINKS_FOR_TWO = 2000
"""So many pages are linked in about the time that starting a process takes."""

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
        press.env.get_template(TEMPLATE)  # compiled once, before the work is divided

    def page_hash(self, id_: str, hash_: str) -> str:
        """The hash of everything that a page shows: the opportunity's own, its news and its neighbors."""
        history, similar = self.history.get(id_, ()), self.job.snapshot.similar.get(id_, ())
        return hash_ + digest_of([repr((history, similar))]) if history or similar else hash_

    def carry(self, one: Carried) -> bool:
        """Link an unchanged page and its calendar, which the ledger notes; False where the page is not there."""
        linked = self.press.output.carry(f"o/{one.id}/index.html")
        if linked and one.with_calendar and not self.press.output.carry(f"o/{one.id}/event.ics"):
            raise BuildError(
                f"{self.job.previous}: /o/{one.id}/ lost its calendar file; build without it once (--full)"
            )
        return linked

    def write(self, views: Sequence[OpportunityView], hashes: Mapping[str, str]) -> list[Told]:
        """Write the pages and calendars of some opportunities, and tell what the lists need of each.

        It goes step by step and not one by one: what a step works with stays near the processor, which saves a sixth.
        """
        settings, today = self.job.settings, self.job.today
        for view in views:
            refuse(view, settings)
        pages = [opportunity_page(view, self.providers, self.acceptances, settings) for view in views]
        for view, page in zip(views, pages, strict=True):
            self._write_page(view, page)
        events = {view.id: tuple(calendars.events_of(view, settings)) for view in views}
        for view in views:
            if events[view.id]:
                path = f"/o/{view.id}/"
                text = calendars.calendar(view.title, path, events[view.id], settings, "event.ics")
                self.press.file(f"{path}event.ics", text)
        cuts = {view.id: cuts_of(view, today) for view in views}
        live = self._live([view for view in views if view.is_live(today)], events, cuts)
        return [
            Told(
                view.id,
                hashes.get(view.id, ""),
                view.read_on,
                bool(events[view.id]),
                holds_through(view, today),
                tuple(cut for cut in cuts[view.id] if cut.facet in LINKED_FACETS),
                live.get(view.id),
            )
            for view in views
        ]

    def _write_page(self, view: OpportunityView, page: OpportunityPage) -> None:
        values = {
            "page": page,
            "title": page.title,
            "description": page.description,
            "section": "browse",
            "history": self.history.get(view.id, ()),
            "similar": self.job.snapshot.similar.get(view.id, ()),
        }
        self.press.page(TEMPLATE, f"/o/{view.id}/", values, changed=view.read_on)

    def _live(
        self,
        views: Sequence[OpportunityView],
        events: Mapping[str, tuple[str, ...]],
        cuts: Mapping[str, tuple[Cut, ...]],
    ) -> dict[str, Live]:
        """What the lists need of those that can be taken, by id."""
        today, counted = self.job.today, self.acceptances.counted
        cards = [self.card.render(card=card_of(view, today), counted=counted(view)) for view in views]
        parts = zip(
            [entry_of(view, today, card, cuts[view.id]) for view, card in zip(views, cards, strict=True)],
            [feeds.item_of(view) for view in views],
            [tuple(date_rows(view, today)) for view in views],
            [events[view.id] for view in views],
            [record_of(view) for view in views],
            strict=True,
        )
        return {view.id: Live(*part) for view, part in zip(views, parts, strict=True)}

    def write_batch(self, batch: Batch) -> Rows:
        """Load and write one batch."""
        hashes = dict(batch)
        return rows_of(self.write(list(self.job.snapshot.load(list(hashes))), hashes))

    def carry_all(self, carried: Sequence[Carried]) -> list[str]:
        """Link unchanged pages and their calendars; gives back the ids of those whose page is not there."""
        return [one.id for one in carried if not self.carry(one)]


def refuse(opportunity: OpportunityView, settings: SiteSettings) -> None:
    """Raise :class:`BuildError` for what must not be published."""
    if opportunity.visibility is not Visibility.PUBLIC:
        raise BuildError(f"{opportunity.id} is private and must not reach the site")
    if opportunity.sample and not settings.sample:
        raise BuildError(f"{opportunity.id} is sample data and this site is not marked as a sample")


@contextmanager
def carrying(writer: OpportunityWriter, carried: Sequence[Carried]) -> Iterator[Callable[[], list[str]]]:
    """Link unchanged pages, beside what this process does where they are many; what is given tells which are lost."""
    if len(carried) < LINKS_FOR_TWO or processors() == 1:
        lost = writer.carry_all(carried)
        yield lambda: lost
        return
    with beside(writer.press, writer.carry_all, [carried]) as (lost_there,):
        yield lost_there


def write_all(writer: OpportunityWriter, missing: Batch) -> Iterator[Rows]:
    """Write some opportunities, a batch at a time, and give what the lists need of each batch, in their order."""
    missing = sorted(missing)
    batches = (missing[start : start + BATCH] for start in range(0, len(missing), BATCH))
    return spread(writer.press, writer.write_batch, batches, at_least=BATCHES_FOR_TWO)
