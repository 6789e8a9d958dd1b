"""What a ranking needs of every opportunity, laid out once a day as columns of numbers, so that a person is one pass.

Nothing here knows a person: a column holds what an opportunity is worth under one credential's rules, what anybody pays
for it, when it ends, how it is taken. :mod:`recommend.rank` puts a person's own numbers beside them.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from catalog.listing import CreditUnit, Delivery
from catalog.taxonomy import fold
from catalog.views import OpportunityView, PackageView, SessionView
from recommend.benefits import STUDIES
from recommend.counting import CountsFor, counts_for
from recommend.credential import Credential, RequirementKind
from recommend.price import CURRENCY, covers, holds, price
from recommend.profile import Level, Profile

Column = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

DELIVERIES = tuple(Delivery)
LEVEL_WORDS = {
    Level.BASIC: frozenset({"basic", "beginner", "beginners", "beginning", "entry", "introductory", "introduction"}),
    Level.INTERMEDIATE: frozenset({"intermediate"}),
    Level.ADVANCED: frozenset({"advanced", "expert"}),
}
"""What pages call the three levels of instruction."""

COLLEGE_UNITS = frozenset({CreditUnit.SEMESTER_HOUR, CreditUnit.QUARTER_HOUR})
"""What a college counts its credit in."""

UNKNOWN = np.nan
"""Stands in a column for what is not known."""


@dataclass(frozen=True, slots=True)
class CredentialColumns:
    """What each opportunity is worth toward each requirement of one credential, in thousandths.

    Few different worths stand for many opportunities: ``confirmed`` and ``likely`` are worths x requirements, and
    ``worth`` maps each opportunity to its line in them. ``rows`` are shared by opportunities whose credits and topics
    are the same, so a row's credit may be another's with the same facts. ``named`` tells where the rules name any
    credit of the opportunity at all, whether or not its amount is known.
    """

    requirements: tuple[str, ...]
    is_remainder: Mask
    confirmed: Column
    likely: Column
    worth: Rows
    named: Mask
    rows: tuple[tuple[CountsFor, ...], ...]


def day_taken(opportunity: OpportunityView, today: date) -> date:
    """The earliest day on which it could be finished: the last day of the next open session, or today."""
    return next((session.last_day for session in opportunity.open_sessions(today)), today)


def last_chance(opportunity: OpportunityView, today: date) -> date | None:
    """The last day on which something can still be had of it: to register, to take it, or for its credit."""
    open_sessions = opportunity.open_sessions(today)
    ends = [opportunity.available_through, opportunity.apply_by, opportunity.credit_expires]
    if open_sessions:
        last = open_sessions[-1]
        ends.append(last.registration_deadline or last.local_date)
    return min((end for end in ends if end is not None and end >= today), default=None)


def is_college_study(opportunity: OpportunityView) -> bool:
    """Whether all credit that it is known to give is a college's: a degree, or a course of a semester, is no CE."""
    units = {credit.unit for credit in opportunity.credits}
    if opportunity.kind in STUDIES:
        return units <= COLLEGE_UNITS | {CreditUnit.UNSTATED}
    return bool(units) and units <= COLLEGE_UNITS


class Columns:
    """The live opportunities of one day, in the order of ids, and their columns."""

    def __init__(self, opportunities: Iterable[OpportunityView], packages: Iterable[PackageView], today: date) -> None:
        live = (opportunity for opportunity in opportunities if opportunity.is_live(today))
        self.today = today
        self.opportunities = tuple(sorted(live, key=lambda opportunity: opportunity.id))
        self.packages = tuple(sorted(packages, key=lambda package: package.id))
        self.ids = tuple(opportunity.id for opportunity in self.opportunities)
        self._credentials: dict[str, list[tuple[Credential, CredentialColumns]]] = {}
        self._joint: dict[tuple[int, ...], tuple[Rows, Rows]] = {}
        self._covered: dict[str, Mask] = {}

    def __len__(self) -> int:
        return len(self.opportunities)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Opportunity id -> row."""
        return {opportunity: row for row, opportunity in enumerate(self.ids)}

    @cached_property
    def public_prices(self) -> Column:
        """What anybody pays, in minor units of US dollars; unknown where it is not known or in another currency."""
        found = (price(opportunity, None, self.today) for opportunity in self.opportunities)
        return _column(
            None if here.minor is None or (here.minor and here.currency != CURRENCY) else here.minor for here in found
        )

    @cached_property
    def offers_for_some(self) -> tuple[int, ...]:
        """Rows of the opportunities that have a price for somebody in particular."""
        return tuple(
            row
            for row, opportunity in enumerate(self.opportunities)
            if any(offer.audience != "public" or offer.organization for offer in opportunity.offers)
        )

    def held(self, profile: Profile) -> list[PackageView]:
        """The packages that a profile holds."""
        return [package for package in self.packages if holds(profile, package)]

    def covered(self, package: PackageView) -> Mask:
        """Which opportunities a package covers."""
        if package.id not in self._covered:
            cover = (covers(package.covers, opportunity) for opportunity in self.opportunities)
            self._covered[package.id] = np.fromiter(cover, dtype=np.bool_, count=len(self))
        return self._covered[package.id]

    @cached_property
    def days_left(self) -> Column:
        """Days to the last chance; unknown where there is none."""
        ends = (last_chance(opportunity, self.today) for opportunity in self.opportunities)
        return _column((end - self.today).days if end else None for end in ends)

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """The language of each, in small letters, where it is stated."""
        return tuple(one.language.lower() if one.language else None for one in self.opportunities)

    @cached_property
    def rows_by_name(self) -> dict[str, list[int]]:
        """Rows by folded title, by address and by id: how a transcript names what was taken."""
        found: dict[str, list[int]] = {}
        for row, one in enumerate(self.opportunities):
            for name in {one.id, fold(one.title), one.url, *(listing.url for listing in one.listings)}:
                found.setdefault(name, []).append(row)
        return found

    @cached_property
    def minutes(self) -> Column:
        """The length at most, in minutes."""
        return _column(
            opportunity.duration.at_most if opportunity.duration else None for opportunity in self.opportunities
        )

    @cached_property
    def levels(self) -> Mask:
        """Opportunities x levels of instruction: which of them each states; none where it states none that we know."""
        stated = [levels_of(opportunity.level) for opportunity in self.opportunities]
        found = [[level in levels for level in Level] for levels in stated]
        return np.array(found, dtype=np.bool_).reshape(len(self), len(Level))

    @cached_property
    def studies(self) -> Mask:
        """Which of them an employer pays as tuition."""
        return np.array([opportunity.kind in STUDIES for opportunity in self.opportunities], dtype=np.bool_)

    @cached_property
    def college_studies(self) -> Mask:
        """Which of them are listed only for whoever has a goal."""
        return np.array([is_college_study(opportunity) for opportunity in self.opportunities], dtype=np.bool_)

    @cached_property
    def deliveries(self) -> NDArray[np.int8]:
        """The position of how it is taken in :data:`DELIVERIES`, -1 where it is not known."""
        found = (DELIVERIES.index(one.delivery) if one.delivery else -1 for one in self.opportunities)
        return np.fromiter(found, dtype=np.int8, count=len(self))

    @cached_property
    def with_sessions(self) -> tuple[tuple[int, tuple[SessionView, ...]], ...]:
        """Rows that have dates, with the dates that are still open."""
        return tuple(
            (row, opportunity.open_sessions(self.today))
            for row, opportunity in enumerate(self.opportunities)
            if opportunity.sessions
        )

    @cached_property
    def without_credit(self) -> Mask:
        """Opportunities that state no credit at all."""
        return np.array([not opportunity.credits for opportunity in self.opportunities], dtype=np.bool_)

    def credential(self, credential: Credential) -> CredentialColumns:
        """What each opportunity is worth under one credential, as it is held."""
        known = self._credentials.setdefault(credential.id, [])
        for same, columns in known:
            if same is credential or same == credential:
                return columns
        columns = self._reckon(credential)
        known.append((credential, columns))
        return columns

    def joint(self, columns: Sequence[CredentialColumns]) -> tuple[Rows, Rows]:
        """The different worths under several credentials at once, and the line of each opportunity among them.

        The first is lines x credentials, each entry a line in that credential's ``confirmed`` and ``likely``.
        """
        key = tuple(id(own) for own in columns)
        if key not in self._joint:
            lines, worth = np.unique(np.stack([own.worth for own in columns], axis=1), axis=0, return_inverse=True)
            self._joint[key] = (lines, worth.ravel().astype(np.int64))
        return self._joint[key]

    @cached_property
    def _signatures(self) -> tuple[Hashable, ...]:
        """All that decides what an opportunity counts for: those with equal signatures count for the same."""
        return tuple(_signature(opportunity, self.today) for opportunity in self.opportunities)

    def _reckon(self, credential: Credential) -> CredentialColumns:
        parts = tuple(part for part in credential.requirements if part.kind is not RequirementKind.PER_SPECIALTY)
        place = {part.id: number for number, part in enumerate(parts)}
        amounts = np.zeros((len(self), 2, len(parts)))
        known: dict[Hashable, tuple[CountsFor, ...]] = {}
        for signature, opportunity in zip(self._signatures, self.opportunities, strict=True):
            if signature not in known:
                known[signature] = counts_for(opportunity, credential, day_taken(opportunity, self.today))
        rows = tuple(known[signature] for signature in self._signatures)
        for row, found in enumerate(rows):
            for one in found:
                amounts[row, 0, place[one.requirement]] += (one.thousandths or 0) if one.confirmed else 0
                amounts[row, 1, place[one.requirement]] += one.likely_thousandths or 0
        flat, worth = np.unique(amounts.reshape(len(self), math.prod(amounts.shape[1:])), axis=0, return_inverse=True)
        return CredentialColumns(
            requirements=tuple(part.id for part in parts),
            is_remainder=np.array([part.kind is RequirementKind.REMAINDER for part in parts], dtype=np.bool_),
            confirmed=flat[:, : len(parts)],
            likely=flat[:, len(parts) :],
            worth=worth.ravel().astype(np.int64),
            named=np.array([bool(found) for found in rows], dtype=np.bool_),
            rows=rows,
        )


def _signature(opportunity: OpportunityView, today: date) -> Hashable:
    finished = day_taken(opportunity, today)
    offered = tuple(
        (
            credit.thousandths,
            credit.unit,
            credit.source,
            credit.subject,
            credit.topics,
            credit.choice_group,
            credit.additive_group,
            credit.upper_bound,
            credit.provisional,
            credit.session_key,
            credit.approved_through is not None and credit.approved_through < finished,
        )
        for credit in opportunity.credits
    )
    return opportunity.kind, offered, tuple((topic.topic, topic.origin) for topic in opportunity.topics)


def _column(values: Iterable[float | None]) -> Column:
    return np.array([UNKNOWN if value is None else float(value) for value in values], dtype=np.float64)


def levels_of(stated: str | None) -> frozenset[Level]:
    """The levels of instruction that a page's own words name: ``Basic, Intermediate`` is two, ``All`` is none."""
    told = set(fold(stated or "").split())
    return frozenset(level for level, names in LEVEL_WORDS.items() if not told.isdisjoint(names))


def local_start(session: SessionView, zone: str | None) -> datetime | None:
    """When a session starts by the clock of ``zone``; ``None`` where its time or one of the zones is not known."""
    if session.starts_at is None or zone is None:
        return None
    return session.starts_at.astimezone(ZoneInfo(zone))
