"""What a plan may choose from: every way to take an opportunity that surely closes something, and what it costs.

Only credits with a stated or confirmed topic and a known amount are here. What cannot be part of any best plan is left
out beforehand by an exact dominance reduction, the same for every planner that reads these candidates.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.listing import Kind, PackageEffect
from catalog.views import OpportunityView, PackageView, SessionView
from recommend.amounts import THOUSANDTHS
from recommend.benefits import Benefit, benefit_for, benefits_of
from recommend.columns import day_taken
from recommend.counting import CountsFor, counts_for
from recommend.credential import Credential, RequirementKind
from recommend.price import CURRENCY, discounted, holds, price_with
from recommend.profile import Profile
from recommend.rank import Parts, Person, Ranking
from recommend.shortfall import CredentialOwed

SESSIONS_AT_MOST = 24
"""Dates of one opportunity that a plan looks at, soonest first."""

MINUTES_OF_HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Need:
    """What one credential still needs, surely counted, and the last day on which a plan may earn it.

    ``minimums`` are the open categories as (id, label, thousandths still needed, splittable); ``total`` is everything
    still needed, at least their sum. ``caps`` maps a cap's id to the thousandths that it still takes.
    """

    credential: str
    name: str
    unit: str
    minimums: tuple[tuple[str, str, int, bool], ...]
    rest: tuple[str, str] | None
    total: int
    caps: Mapping[str, int]
    last_day: date | None


class Amount(NamedTuple):
    """What one credit gives: to which need, the open minimums it fits, whether the rest, under which cap, how much."""

    need: int
    fits: tuple[int, ...]
    rest: bool
    cap: str | None
    amount: int


Amounts = tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One credit of a candidate under one need: its amount, the open minimums it fits, whether it fits the rest."""

    need: int
    amount: int
    fits: tuple[int, ...]
    rest: bool
    cap: str | None
    row: CountsFor


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to take one opportunity: on demand, or on one date.

    ``prices`` maps a package's position (or ``None``: without a package) to minor units; what is not there has no known
    price. ``hours`` are thousandths of a contact hour; ``minutes`` what it takes; ``dullness`` 0 (of most interest) to
    1. ``order`` is its place among all candidates; ``pot`` the position of the benefit out of which the employer pays.
    """

    opportunity: OpportunityView
    session: SessionView | None
    pieces: tuple[Piece, ...]
    prices: Mapping[int | None, int]
    hours: int
    minutes: float
    dullness: float
    order: int
    pot: int | None = None

    @property
    def amounts(self) -> Amounts:
        """What it closes: equal amounts close the same."""
        return tuple(Amount(piece.need, piece.fits, piece.rest, piece.cap, piece.amount) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Pool:
    """Needs, packages, what an employer pays, candidates, and how many were left out and why.

    ``packages`` can be bought; those at the positions of ``held`` are held once already, with hours of their own left.
    ``insisted`` are ids of opportunities that the plan has to take.
    """

    needs: tuple[Need, ...]
    packages: tuple[PackageView, ...]
    candidates: tuple[Candidate, ...]
    considered: int
    without_price: tuple[Candidate, ...]
    only_likely: tuple[OpportunityView, ...]
    benefits: tuple[Benefit, ...] = ()
    held: frozenset[int] = frozenset()
    insisted: frozenset[str] = frozenset()

    @property
    def package_pot(self) -> int | None:
        """The benefit that pays for packages: the allowance."""
        return next((number for number, benefit in enumerate(self.benefits) if not benefit.is_tuition), None)


def needs_of(person: Person) -> tuple[Need, ...]:
    """What is still needed of every credential whose renewal period is not over."""
    found = []
    for answer, credential in person.open_credentials:
        if answer.still_confirmed:
            found.append(_need(answer, credential))
    return tuple(found)


def _need(answer: CredentialOwed, credential: Credential) -> Need:
    splittable = {part.id: part.splittable for part in credential.requirements}
    used = {cap.id: cap for cap in answer.caps}
    rest = next((part for part in answer.requirements if part.kind is RequirementKind.REMAINDER), None)
    return Need(
        credential=answer.id,
        name=answer.short_name,
        unit=answer.unit.value,
        minimums=tuple(
            (part.id, part.label, part.still_confirmed, splittable[part.id])
            for part in answer.requirements
            if part.kind is RequirementKind.MINIMUM and part.still_confirmed
        ),
        rest=(rest.id, rest.label) if rest else None,
        total=answer.still_confirmed or 0,
        caps={name: max(0, cap.most - cap.confirmed) for name, cap in used.items() if cap.most is not None},
        last_day=answer.plan_by,
    )


def pool_of(
    ranking: Ranking,
    person: Person,
    parts: Parts,
    without: Collection[str] = (),
    insisted: Collection[str] = (),
) -> Pool:
    """Everything that a plan for this person may choose from, in the order of ids and dates.

    Opportunities whose ids are in ``without`` are as if they did not exist; those in ``insisted`` have to be taken.
    """
    needs = needs_of(person)
    packages = _packages(ranking.columns.packages, person.profile)
    maker = _Maker(ranking, person, needs, packages, parts)
    candidates: list[Candidate] = []
    likely: list[OpportunityView] = []
    for row in np.flatnonzero(parts.listed).tolist():
        if ranking.columns.ids[row] in without:
            continue
        ways = maker.ways(row)
        for session, pieces in ways:
            candidates.append(maker.candidate(row, session, pieces, len(candidates)))
        if not ways and maker.likely_closes(row):
            likely.append(ranking.columns.opportunities[row])
    priced = tuple(candidate for candidate in candidates if candidate.prices)
    useful = sorted({number for candidate in priced for number in candidate.prices if number is not None})
    return Pool(
        needs=needs,
        packages=tuple(packages[number] for number in useful),
        candidates=tuple(_renumbered(candidate, useful) for candidate in priced),
        considered=len({candidate.opportunity.id for candidate in priced}),
        without_price=tuple(candidate for candidate in candidates if not candidate.prices),
        only_likely=tuple(likely),
        benefits=maker.benefits,
        held=frozenset(place for place, number in enumerate(useful) if holds(person.profile, packages[number])),
        insisted=frozenset(insisted),
    )


class _Maker:
    """Makes the candidates of one person, reading what the ranking has laid out already."""

    def __init__(
        self, ranking: Ranking, person: Person, needs: Sequence[Need], packages: Sequence[PackageView], parts: Parts
    ) -> None:
        self.ranking = ranking
        self.person = person
        self.needs = needs
        self.packages = packages
        self.prices = ranking.prices(person.profile, unlimited(ranking.columns.held(person.profile)))
        self.benefits = benefits_of(person.profile, ranking.today, CURRENCY)
        self.dullness = 1.0 - (parts.columns["text"] + parts.columns["topic"]) / 2.0
        self.covered = [ranking.columns.covered(package) for package in packages]
        self.counted = [ranking.columns.credential(person.credentials[need.credential]).rows for need in needs]
        self.open_rows = [ranking.columns.credential(credential).rows for _, credential in person.open_credentials]
        self._undated: dict[tuple[int, ...], tuple[Piece, ...]] = {}

    def candidate(self, row: int, session: SessionView | None, pieces: tuple[Piece, ...], order: int) -> Candidate:
        """One way to take the opportunity of one row."""
        opportunity = self.ranking.columns.opportunities[row]
        hours = _hours(opportunity)
        return Candidate(
            opportunity=opportunity,
            session=session,
            pieces=pieces,
            prices=self._prices(row, session),
            hours=hours,
            minutes=_minutes(opportunity, hours),
            dullness=float(self.dullness[row]),
            order=order,
            pot=self._pot(opportunity.kind),
        )

    def _pot(self, kind: Kind) -> int | None:
        benefit = benefit_for(kind, self.person.profile, self.ranking.today)
        return self.benefits.index(benefit) if benefit in self.benefits else None

    def ways(self, row: int) -> list[tuple[SessionView | None, tuple[Piece, ...]]]:
        """Each way to take an opportunity with what it surely closes; empty where it surely closes nothing."""
        today = self.ranking.today
        opportunity = self.ranking.columns.opportunities[row]
        sessions = opportunity.open_sessions(today)[:SESSIONS_AT_MOST]
        if not sessions:
            pieces = self._undated_pieces(row)
            return [(None, pieces)] if pieces else []
        ways = ((session, self._pieces(row, session, session.last_day)) for session in sessions)
        return [(session, pieces) for session, pieces in ways if pieces]

    def _undated_pieces(self, row: int) -> tuple[Piece, ...]:
        """The same for all opportunities without a date that share what they count for."""
        key = tuple(id(rows[row]) for rows in self.counted)
        if key not in self._undated:
            self._undated[key] = self._pieces(row, None, self.ranking.today)
        return self._undated[key]

    def _pieces(self, row: int, session: SessionView | None, finished: date) -> tuple[Piece, ...]:
        return tuple(
            piece
            for number, need in enumerate(self.needs)
            if need.last_day is None or finished <= need.last_day
            for piece in _pieces(self._rows(row, number, finished), session, need, number)
        )

    def _rows(self, row: int, number: int, finished: date) -> Sequence[CountsFor]:
        """What an opportunity counts for under one need when finished on a day; laid out for the earliest day."""
        opportunity = self.ranking.columns.opportunities[row]
        if finished == day_taken(opportunity, self.ranking.today):
            return self.counted[number][row]
        return counts_for(opportunity, self.person.credentials[self.needs[number].credential], finished)

    def likely_closes(self, row: int) -> bool:
        """Whether something of it counts only probably."""
        return any(not one.confirmed and one.likely_thousandths for rows in self.open_rows for one in rows[row])

    def _prices(self, row: int, session: SessionView | None) -> dict[int | None, int]:
        """What it costs without and with each package that could be bought; what is not known is not there."""
        base = None if np.isnan(self.prices[row]) else int(self.prices[row])
        prices: dict[int | None, int] = {} if base is None else {None: base}
        for number, package in enumerate(self.packages):
            if base == 0 or not self.covered[number][row] or not self._lasts(package, session):
                continue
            minor = self._under(row, package, base)
            if minor is not None and (base is None or minor < base):
                prices[number] = minor
        return prices

    def _lasts(self, package: PackageView, session: SessionView | None) -> bool:
        """Whether a package that is bought today still runs when a date is over."""
        if session is None or package.days is None:
            return True
        return session.last_day <= self.ranking.today + timedelta(days=package.days)

    def _under(self, row: int, package: PackageView, base: int | None) -> int | None:
        """What it costs once ``package`` is held; ``None`` where the package changes nothing that is known."""
        if package.effect is PackageEffect.FREE:
            return 0
        if package.effect is PackageEffect.PERCENT:
            return None if base is None or package.percent is None else discounted(base, package.percent)
        opportunity = self.ranking.columns.opportunities[row]
        found = price_with(opportunity, self.person.profile, self.ranking.today, [package])
        return found.minor if found.minor == 0 or found.currency == CURRENCY else None


def _renumbered(candidate: Candidate, useful: Sequence[int]) -> Candidate:
    place: dict[int | None, int | None] = {number: position for position, number in enumerate(useful)}
    place[None] = None
    prices: dict[int | None, int] = {place[number]: minor for number, minor in candidate.prices.items()}
    return replace(candidate, prices=prices)


def unlimited(held: Iterable[PackageView]) -> list[PackageView]:
    """The packages without a limit of hours: a plan takes no more hours of the others than they have."""
    return [package for package in held if package.cap_thousandths is None]


def _packages(packages: Iterable[PackageView], profile: Profile) -> tuple[PackageView, ...]:
    """Packages that a plan reckons with: those with a known price, and those held whose hours are limited."""
    return tuple(
        package
        for package in packages
        if (package.cap_thousandths is not None if holds(profile, package) else can_be_bought(package))
    )


def can_be_bought(package: PackageView) -> bool:
    """Whether its price is known and in US dollars."""
    return package.minor is not None and (package.minor == 0 or package.currency == CURRENCY)


def _pieces(rows: Iterable[CountsFor], session: SessionView | None, need: Need, number: int) -> Iterator[Piece]:
    """The credits that surely count, one piece each; a credit of another date is left out."""
    place = {name: position for position, (name, _, _, _) in enumerate(need.minimums)}
    date_key = session.key if session else None
    pieces: dict[int, list[CountsFor]] = {}
    for row in rows:
        if row.confirmed and (row.credit is None or row.credit.session_key in (None, date_key)):
            pieces.setdefault(row.piece, []).append(row)
    for own in pieces.values():
        fits = tuple(sorted(place[row.requirement] for row in own if row.requirement in place))
        rest = need.rest is not None and any(row.requirement == need.rest[0] for row in own)
        if fits or rest:
            yield Piece(number, own[0].thousandths or 0, fits, rest, own[0].cap, own[0])


def _hours(opportunity: OpportunityView) -> int:
    """Contact hours in thousandths: the largest amount of credit that is stated."""
    return max((credit.thousandths for credit in opportunity.credits if credit.thousandths), default=0)


def _minutes(opportunity: OpportunityView, hours: int) -> float:
    """The stated length; where none is stated, the hours for which it gives credit."""
    stated = opportunity.duration.at_most if opportunity.duration else None
    return stated if stated is not None else hours / THOUSANDTHS * MINUTES_OF_HOUR


# Dominance


def reduced(pool: Pool, weight: Mapping[int, float]) -> Pool:
    """The pool without candidates that no best plan needs. ``weight`` is what the plan minimizes, by candidate order.

    A candidate falls if so many others close the same or more for no more money under any packages, weigh no more, and
    bind to no date of their own, that a plan that needs nothing twice has no room for it: at most as many as its own
    amount goes into everything it fits. Exact: what is left holds a plan as good as any of the whole pool. What is
    insisted on stays.
    """
    kept = [one for one in pool.candidates if one.opportunity.id in pool.insisted]
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    for candidate in pool.candidates:
        if candidate.opportunity.id in pool.insisted:
            continue
        same = (candidate.amounts, _cover(candidate), candidate.hours, candidate.pot)
        groups.setdefault(same, []).append(candidate)
    for group in groups.values():
        kept += _undominated(group, weight, _room(group[0], pool.needs))
    return replace(pool, candidates=tuple(sorted(kept, key=lambda one: one.order)))


def _undominated(group: Sequence[Candidate], weight: Mapping[int, float], room: int) -> list[Candidate]:
    """Those of which fewer than ``room`` others are at least as good: bound to no date, no dearer, no heavier.

    Whoever is as good as one stands before it in the order of costs, and the first ``room`` of these are kept
    themselves: it is enough to look among those that are kept.
    """
    costs, orders = _costs(group, weight), np.array([one.order for one in group])
    free, found = np.empty_like(costs), 0
    kept = []
    for place in np.lexsort((orders, *costs.T[::-1])).tolist():
        if found >= room and int(np.count_nonzero((free[:found] <= costs[place]).all(axis=1))) >= room:
            continue
        kept.append(group[place])
        if group[place].session is None:
            free[found] = costs[place]
            found += 1
    return kept


def _costs(group: Sequence[Candidate], weight: Mapping[int, float]) -> NDArray[np.float64]:
    """Candidates x (weight, price without a package, price with each); infinite where a price is not known."""
    ways = (None, *_cover(group[0]))
    rows = [[weight[one.order], *(float(one.prices.get(way, math.inf)) for way in ways)] for one in group]
    return np.array(rows, dtype=np.float64)


def _cover(candidate: Candidate) -> tuple[int, ...]:
    """The packages that change its price."""
    return tuple(sorted(number for number in candidate.prices if number is not None))


def _room(candidate: Candidate, needs: Sequence[Need]) -> int:
    """How many pieces of a candidate's size a plan can use at most: as often as each goes into what it fits."""
    room = 0
    for piece in candidate.pieces:
        need = needs[piece.need]
        if piece.amount:
            room += math.ceil(need.total / piece.amount)
            room += sum(math.ceil(need.minimums[place][2] / piece.amount) for place in piece.fits)
    return max(1, room)
