"""Any order of nights, outages, truncations, edits, returns and corrections keeps what the catalog promises."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog import queries
from catalog.corrections import Correction, Curation, Hide, Merge, SetField, Split
from catalog.identity import Verdict
from catalog.listing import Listing
from catalog.maintenance import check
from catalog.models import ListingRecord, table
from catalog.projection import project
from catalog.reports import duplicates
from catalog.spool import Cause, Finish, RejectedLine, SeenLine
from catalog.views import Presence
from tests.catalog.support import Crawl, Nights, credit, listing, offer, on_demand, source

SOURCES = [
    source("labce", catalog_family="labce", priority=10),
    source("medialab", catalog_family="labce", priority=20),
    source("amt", priority=30),
]
IDS = [each.id for each in SOURCES]
KEYS = ["a", "b", "c", "d"]
TITLES = ["Anemias", "Sepsis, Part 1", "Sepsis, Part 2"]
SIGNED: dict[str, Any] = {"reason": "r", "author": "a", "date": date(2026, 11, 22), "file": "f.toml"}

sources = some.sampled_from(IDS)
keys = some.sampled_from(KEYS)
addresses = some.builds(lambda source_id, key: f"https://{source_id}.example/{key}", sources, keys)
corrections = some.one_of(
    some.builds(lambda one, other: Merge(targets=(one, other), **SIGNED), addresses, addresses),
    some.builds(lambda one, other: Split(targets=(one, other), **SIGNED), addresses, addresses),
    some.builds(lambda one: Hide(target=one, **SIGNED), addresses),
    some.builds(
        lambda one, to: SetField(target=one, field="title", value=to, **SIGNED), addresses, some.sampled_from(TITLES)
    ),
)


class CatalogMachine(RuleBasedStateMachine):
    """The world outside is ``published``: what each source has on its pages now."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.house = Nights(Path(self.folder.name), SOURCES)
        self.published: dict[str, dict[str, Listing]] = {id_: {} for id_ in IDS}
        self.curation = Curation()
        self.ever: set[str] = set()
        self.opportunities: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.catalog.close()
            self.folder.cleanup()

    # --- the world ---

    @rule(
        source_id=sources,
        key=keys,
        title=some.sampled_from(TITLES),
        price=some.sampled_from([None, 0, 2000, 2500]),
        amount=some.sampled_from([1000, 1500]),
    )
    def publish(self, source_id: str, key: str, title: str, price: int | None, amount: int) -> None:
        """A page appears, or says something else."""
        offers = () if price is None else (offer(price),)
        self.published[source_id][key] = listing(
            source_id, key, title=title, delivery=on_demand(), offers=offers, credits=(credit(amount),)
        )

    @rule(source_id=sources, key=keys)
    def take_down(self, source_id: str, key: str) -> None:
        self.published[source_id].pop(key, None)

    # --- the nights ---

    def _night(self, crawls: dict[str, Crawl], days: int) -> None:
        read = {
            id_: Crawl(
                [each.model_copy(update={"fetched_at": self.house.now}) for each in crawl.listings],
                crawl.finish,
                crawl.cause,
                crawl.other,
            )
            for id_, crawl in crawls.items()
        }
        self.house.night(read, days=days)
        project(self.house.catalog, self.house.now, self.curation)
        self.ever |= {each.id for crawl in crawls.values() for each in crawl.listings}

    @rule(chosen=some.sets(sources, min_size=1), days=some.sampled_from([1, 1, 4]))
    def good_night(self, chosen: set[str], days: int) -> None:
        self._night({id_: Crawl(list(self.published[id_].values())) for id_ in sorted(chosen)}, days)

    @rule(source_id=sources, order=some.randoms(use_true_random=False))
    def shuffled_night(self, source_id: str, order: Any) -> None:
        found = list(self.published[source_id].values())
        order.shuffle(found)
        self._night({source_id: Crawl([*found, *found])}, 1)

    @rule(source_id=sources, kept=some.integers(0, 3), finish=some.sampled_from([Finish.FAILED, Finish.TRUNCATED]))
    def bad_night(self, source_id: str, kept: int, finish: Finish) -> None:
        """An outage or a truncation takes nothing away."""
        before = self._presence()
        found = list(self.published[source_id].values())[:kept]
        self._night({source_id: Crawl(found, finish, Cause.CONNECTION)}, 1)
        after = self._presence()
        assert all(after[id_] in {before[id_], Presence.ACTIVE} for id_ in before)

    @rule(source_id=sources)
    def unchanged_night(self, source_id: str) -> None:
        """Every page answers 304."""
        held = tuple(key for key, each in self.published[source_id].items() if each.id in self.ever)
        seen = SeenLine(source=source_id, url=f"https://{source_id}.example/", source_keys=held)
        self._night({source_id: Crawl(other=[seen])}, 1)
        presence = self._presence()
        assert all(presence[self.published[source_id][key].id] is Presence.ACTIVE for key in held)

    @rule(source_id=sources, key=keys)
    def unreadable_night(self, source_id: str, key: str) -> None:
        """One page cannot be read: it is not gone."""
        before = self._presence()
        rest = [each for name, each in self.published[source_id].items() if name != key]
        url = f"https://{source_id}.example/{key}"
        rejected = RejectedLine(source=source_id, url=url, field="page", reason="HTTP 500", fetched_at=self.house.now)
        self._night({source_id: Crawl(rest, other=[rejected])}, 1)
        id_ = listing(source_id, key).id
        assert self._presence().get(id_) == before.get(id_)

    # --- the curator ---

    @rule(made=some.lists(corrections, max_size=3))
    def curate(self, made: list[Correction]) -> None:
        self.curation = Curation(tuple(made))
        project(self.house.catalog, self.house.now, self.curation)

    # --- what always holds ---

    def _presence(self) -> dict[str, Presence]:
        columns = (table(ListingRecord).c.id, table(ListingRecord).c.presence)
        with self.house.catalog.reading() as connection:
            return {row.id: row.presence for row in connection.execute(sa.select(*columns))}

    @invariant()
    def nothing_is_lost_and_everything_fits(self) -> None:
        if not hasattr(self, "house"):
            return
        assert set(self._presence()) == self.ever
        assert check(self.house.catalog) == []

    @invariant()
    def ids_stay_or_lead_on(self) -> None:
        """An id that was ever given out leads to an opportunity for ever, unless a curator hides it."""
        if not hasattr(self, "house"):
            return
        hides = any(type(each) is Hide for each in self.curation.corrections)
        for id_ in self.opportunities:
            assert hides or queries.opportunity(self.house.catalog, id_) is not None
        self.opportunities |= {view.id for view in queries.opportunities(self.house.catalog)}

    @invariant()
    def no_two_opportunities_are_certainly_one(self) -> None:
        """Unless a curator said so, or a third listing stands between them."""
        if not hasattr(self, "house") or self.curation.corrections:
            return
        for pair in duplicates(self.house.catalog, [Verdict.CERTAIN], curation=self.curation):
            first, second = (queries.opportunity(self.house.catalog, id_) for id_ in (pair.first, pair.second))
            assert first == second

    @invariant()
    def projecting_everything_anew_changes_nothing(self) -> None:
        """What was computed only for what changed is what would be computed at once."""
        if not hasattr(self, "house"):
            return
        before = queries.fingerprint(self.house.catalog)
        with self.house.catalog.writing() as connection:
            connection.execute(sa.update(table(ListingRecord)).values(stale=True))
        project(self.house.catalog, self.house.now, self.curation)
        assert queries.fingerprint(self.house.catalog) == before


CatalogMachine.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCatalogMachine = CatalogMachine.TestCase
