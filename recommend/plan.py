"""A plan: which courses, dates and packages close everything that is still needed, at least cost, time or boredom.

Every open requirement of every credential is closed by what surely counts, each credential by its own last day (30 days
before its deadline unless the profile says otherwise). The answer comes with its proof in honest words: the cheapest
among so many with a known price and credit, prices read on such a day, so many left out; or that it may not be the
cheapest, and by how much. Where nothing can close a requirement, the plan closes the most and says which one has no
supply and where to look.

Ties are broken in a fixed order: least money, then fewest courses, then the earliest in the order of ids and dates.
The same input gives the same plan on every machine: the work is bounded by nodes and never by a clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from catalog.errors import BadInputError
from catalog.views import OpportunityView, PackageView, SessionView
from recommend.amounts import THOUSANDTHS, words
from recommend.candidates import Candidate, Need, Pool, pool_of, reduced, unlimited
from recommend.columns import last_chance
from recommend.counting import counts_for, unit_word
from recommend.credential import Acceptance, Credential, Standing, Unit, in_a_sentence
from recommend.index import Index
from recommend.placement import Placement, placement_of
from recommend.price import CURRENCY, charged, money, spoken_day
from recommend.profile import Profile
from recommend.program import Chosen, Program
from recommend.rank import Person, Ranking, is_over, person_of
from recommend.solver import NODE_LIMIT, SolverError

PLACES_TO_LOOK = 3
LIKELY_TOLD = 5
SMALLEST_GAP_TOLD = 0.0001
"""A gap is rounded up to this: what is not proved is never said to be off by nothing."""


DULLNESS_DECIMALS = 3
"""What is of no interest is told in thousandths of an hour: finer differences decide nothing, money does."""


class InsistedError(BadInputError):
    """Something that is insisted on cannot be in a plan."""


class BudgetError(BadInputError):
    """A budget in a currency in which we compare no prices."""


class Objective(StrEnum):
    """What a plan makes least: money, time, or what is of no interest."""

    CHEAPEST = "cheapest"
    QUICKEST = "quickest"
    INTERESTING = "interesting"


SUPERLATIVE = {
    Objective.CHEAPEST: "Cheapest",
    Objective.QUICKEST: "Fewest hours",
    Objective.INTERESTING: "Most interesting",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a plan.

    ``budget`` is in minor units and stands before the profile's own (``None``: the profile's); ``no_budget`` plans
    without any. ``without`` are ids of opportunities to leave out, ``insisted`` of those to take in any case.
    """

    objective: Objective = Objective.CHEAPEST
    budget: int | None = None
    no_budget: bool = False
    node_limit: int = NODE_LIMIT
    without: frozenset[str] = frozenset()
    insisted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """What one item of a plan gives to one requirement, in thousandths of the credential's unit."""

    credential: str
    credential_name: str
    requirement: str
    label: str
    thousandths: int
    unit: str
    acceptance: Acceptance


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One course, webinar or event of a plan.

    ``minor`` is what it costs in this plan; ``package`` the id of a package bought in this plan that makes it so;
    ``when`` the day on which it takes place, or a day that spreads the work evenly where it can be taken any time.
    """

    opportunity: OpportunityView
    session: SessionView | None
    when: date
    minor: int
    reason: str
    package: str | None
    closes: tuple[Share, ...]

    @property
    def closing_words(self) -> str:
        """``1 point of MLT(ASCP) safety, 1.5 points of MLT(AMT) ...`` in one line."""
        return ", ".join(
            f"{unit_word(Unit(share.unit), share.thousandths)} of {share.credential_name} {in_a_sentence(share.label)}"
            for share in self.closes
        )


@dataclass(frozen=True, slots=True)
class PlanPackage:
    """A package to buy, how often, and what it saves against paying each course alone (minor units, at least)."""

    package: PackageView
    times: int
    minor: int
    courses: int
    saves: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement that the plan leaves open, and where to look: providers that have published its topics."""

    credential: str
    credential_name: str
    requirement: str
    label: str
    missing: int
    unit: str
    supply: int
    look_at: tuple[str, ...]

    @property
    def words(self) -> str:
        """``No course we know closes ethics of ASCP MLT; try ...`` or how much of it stays open."""
        about = f"{in_a_sentence(self.label)} ({self.credential_name})"
        places = f" Try {_listed(self.look_at)}." if self.look_at else ' See "Where to look".'
        if not self.supply:
            return f"No course we know surely closes {about}.{places}"
        stays = "stays" if self.missing == THOUSANDTHS else "stay"
        return f"{unit_word(Unit(self.unit), self.missing)} of {about} {stays} open.{places}"


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the plan is proved, and out of what.

    ``gap`` is the share by which a better plan might beat it (0 where proved). ``candidates`` are the opportunities
    with known price and credit; ``without_price`` and ``only_likely`` were left out.
    """

    proved: bool
    gap: float
    candidates: int
    without_price: int
    only_likely: int
    read_from: date | None
    read_to: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. ``cost`` is in minor units of ``currency``, packages included; ``hours`` in thousandths.

    ``out_of_pocket`` is the cost less what the employer pays; ``budget`` is compared with it. ``likely`` are
    opportunities that only probably close something: offered, never planned. ``notes`` tell what no plan can close.
    """

    objective: Objective
    items: tuple[PlanItem, ...]
    packages: tuple[PlanPackage, ...]
    gaps: tuple[Gap, ...]
    likely: tuple[OpportunityView, ...]
    cost: int
    out_of_pocket: int
    currency: str
    hours: int
    minutes: float
    budget: int | None
    proof: Proof
    headline: str
    notes: tuple[str, ...] = ()

    @property
    def closes_everything(self) -> bool:
        """Whether nothing that the rules we know ask for stays open."""
        return not self.gaps and not self.notes


def plan(  # noqa: PLR0913, PLR0917 - the whole question in one call, in the order of `suggest`
    profile: Profile,
    opportunities: Iterable[OpportunityView],
    packages: Iterable[PackageView],
    credentials: Mapping[str, Credential],
    index: Index,
    now: datetime,
    options: Options | None = None,
) -> Plan:
    """Plan for one profile on the day of ``now``.

    Raises :class:`recommend.holding.HoldingError` where the profile names what the rules do not know,
    :class:`BudgetError` for a budget in another currency, and :class:`InsistedError` where what is insisted on closes
    nothing, is not listed, has no known price, or is more than the budget allows.
    """
    today = now.date()
    return plan_for(Ranking(opportunities, packages, index, today), person_of(profile, credentials, today), options)


def plan_for(ranking: Ranking, person: Person, options: Options | None = None) -> Plan:
    """Plan for one person over a ranking's opportunities; for many people, make the ranking once."""
    options = options or Options()
    pool = pool_of(ranking, person, ranking.parts(person), options.without, options.insisted)
    _check_insisted(pool)
    budget = _budget(person.profile, options)
    weight = _weight(pool, options.objective)
    small = reduced(pool, weight)
    cheapest = options.objective is Objective.CHEAPEST
    program = Program(small, budget, options.node_limit, None if cheapest else weight)
    try:
        chosen = program.solve()
    except SolverError as error:
        if not options.insisted:
            raise
        raise InsistedError(
            "what you insist on cannot all be taken within the budget and at different times"
        ) from error
    placement = placement_of(pool.needs, [candidate for candidate, _ in chosen.candidates])
    return _Answer(ranking, person, pool, options, budget, chosen, placement).plan()


def _check_insisted(pool: Pool) -> None:
    possible = {candidate.opportunity.id for candidate in pool.candidates}
    for name in sorted(pool.insisted - possible):
        raise InsistedError(
            f"{name} cannot be planned: it is not listed for you, surely closes nothing that is needed, "
            "or has no known price"
        )


def _budget(profile: Profile, options: Options) -> int | None:
    """What the technician may spend; what the employer pays comes on top of it."""
    if options.no_budget:
        return None
    if options.budget is None and profile.budget and profile.budget.currency != CURRENCY:
        raise BudgetError(f"the budget is in {profile.budget.currency}, but prices are compared in {CURRENCY} only")
    if options.budget is not None:
        return options.budget
    return profile.budget.minor if profile.budget else None


def _weight(pool: Pool, objective: Objective) -> dict[int, float]:
    """What is made least beside money, by candidate order; all 0 for the cheapest plan."""
    if objective is Objective.QUICKEST:
        return {candidate.order: candidate.minutes for candidate in pool.candidates}
    if objective is Objective.INTERESTING:
        hours = {candidate.order: candidate.hours / THOUSANDTHS for candidate in pool.candidates}
        return {
            candidate.order: round_dullness(candidate.dullness * hours[candidate.order])
            for candidate in pool.candidates
        }
    return dict.fromkeys((candidate.order for candidate in pool.candidates), 0.0)


def round_dullness(dull_hours: float) -> float:
    """Hours of no interest in whole steps; halves to even, as the browser rounds them."""
    return float(np.round(dull_hours, DULLNESS_DECIMALS))


@dataclass(frozen=True, slots=True)
class _Answer:
    """Puts what the solver chose into words and numbers."""

    ranking: Ranking
    person: Person
    pool: Pool
    options: Options
    budget: int | None
    chosen: Chosen
    placement: Placement

    def plan(self) -> Plan:
        items = self._items()
        bought = self._packages(items)
        gaps, notes = tuple(self._gaps()), tuple(self._notes())
        cost = sum(item.minor for item in items) + sum(package.minor for package in bought)
        hours = sum(candidate.hours for candidate, _ in self.chosen.candidates)
        return Plan(
            objective=self.options.objective,
            items=items,
            packages=bought,
            gaps=gaps,
            likely=self.pool.only_likely[:LIKELY_TOLD],
            cost=cost,
            out_of_pocket=cost - self._paid_by_employer(items, bought),
            currency=CURRENCY,
            hours=hours,
            minutes=sum(candidate.minutes for candidate, _ in self.chosen.candidates),
            budget=self.budget,
            proof=self._proof(),
            headline=self._headline(items, hours, cost, closed=not gaps and not notes),
            notes=notes,
        )

    def _notes(self) -> Iterable[str]:
        """What no plan can close: a renewal period that is over, a total that nobody found."""
        for answer in self.person.owed.credentials:
            if answer.standing is Standing.ACTIVE and answer.total is None:
                yield f"What {answer.short_name} asks for in all is not known: check with the board."
            elif is_over(answer, self.ranking.today):
                yield f"The renewal period of {answer.short_name} is over: ask the board what it takes now."

    def _paid_by_employer(self, items: Sequence[PlanItem], bought: Sequence[PlanPackage]) -> int:
        """What each benefit pays of all that is spent on it."""
        pots = {candidate.opportunity.id: candidate.pot for candidate, _ in self.chosen.candidates}
        spent = Counter({self.pool.package_pot: sum(package.minor for package in bought)})
        for item in items:
            spent[pots[item.opportunity.id]] += item.minor
        return sum(benefit.share(spent[pot]) for pot, benefit in enumerate(self.pool.benefits))

    def _headline(self, items: Sequence[PlanItem], hours: int, cost: int, *, closed: bool) -> str:
        if not self.pool.needs:
            return "Nothing more needed by the rules we know." if closed else "Nothing that a plan can close."
        count = f"{len(items)} {'course' if len(items) == 1 else 'courses'}"
        time = f"{words(hours)} {'hour' if hours == THOUSANDTHS else 'hours'}"
        end = "everything we can confirm" if closed else "the most that we can confirm"
        return f"{count}, {time}, {money(cost, CURRENCY)}: {end}."

    # Items

    def _items(self) -> tuple[PlanItem, ...]:
        days = self._days()
        items = [
            PlanItem(
                opportunity=candidate.opportunity,
                session=candidate.session,
                when=days[candidate.order],
                minor=candidate.prices[paid],
                reason=self._price_words(candidate, paid),
                package=self._bought(paid),
                closes=tuple(self._shares(candidate)),
            )
            for candidate, paid in self.chosen.candidates
        ]
        return tuple(sorted(items, key=lambda item: (item.when, item.opportunity.id)))

    def _bought(self, paid: int | None) -> str | None:
        """The id of the package that an item is paid through, where this plan buys it."""
        return None if paid is None or paid not in self.chosen.bought else self.pool.packages[paid].id

    def _price_words(self, candidate: Candidate, paid: int | None) -> str:
        profile, columns = self.person.profile, self.ranking.columns
        if paid is None:
            held = unlimited(columns.held(profile))
            return charged(candidate.opportunity, profile, self.ranking.today, held).reason
        amount = money(candidate.prices[paid], CURRENCY)
        how = "bought in this plan" if self._bought(paid) else "which you hold"
        return f"{amount[0].upper()}{amount[1:]} with {self.pool.packages[paid].name}, {how}"

    def _shares(self, candidate: Candidate) -> Iterable[Share]:
        """What each credit gives to each category, and what of it goes to the total."""
        for number, piece in enumerate(candidate.pieces):
            need = self.pool.needs[piece.need]
            for place, amount in self.placement.given[candidate.order, number]:
                part = need.rest if place is None else need.minimums[place][:2]
                if part is not None:
                    yield self._share(need, part, amount, piece.row.acceptance)

    @staticmethod
    def _share(need: Need, part: tuple[str, str], amount: int, acceptance: Acceptance) -> Share:
        return Share(need.credential, need.name, part[0], part[1], amount, need.unit, acceptance)

    def _days(self) -> dict[int, date]:
        """A day for each item: its date, or a day that spreads what can be taken any time evenly before it is due."""
        today = self.ranking.today
        days: dict[int, date] = {}
        free: list[tuple[date, Candidate]] = []
        for candidate, paid in self.chosen.candidates:
            if candidate.session is not None:
                days[candidate.order] = candidate.session.local_date
                continue
            lasts = [self.pool.needs[piece.need].last_day for piece in candidate.pieces]
            lasts += [last_chance(candidate.opportunity, today), self._runs_out(paid)]
            ends = [day for day in lasts if day is not None]
            free.append((min(ends, default=today), candidate))
        for number, (due, candidate) in enumerate(sorted(free, key=lambda pair: (pair[0], pair[1].order)), start=1):
            span = max(0, (due - today).days)
            days[candidate.order] = today + timedelta(days=span * number // (len(free) + 1))
        return days

    def _runs_out(self, paid: int | None) -> date | None:
        """The last day of a package that is bought today, where its days are limited."""
        days = None if paid is None else self.pool.packages[paid].days
        return None if days is None else self.ranking.today + timedelta(days=days)

    # Packages

    def _packages(self, items: Sequence[PlanItem]) -> tuple[PlanPackage, ...]:
        found = []
        for number, times in sorted(self.chosen.bought.items()):
            package = self.pool.packages[number]
            through = [candidate for candidate, paid in self.chosen.candidates if paid == number]
            alone = [candidate.prices.get(None) for candidate in through]
            cost = (package.minor or 0) * times
            inside = sum(item.minor for item in items if item.package == package.id)
            known = [minor for minor in alone if minor is not None]
            saves = sum(known) - cost - inside if len(known) == len(alone) else None
            found.append(PlanPackage(package, times, cost, len(through), saves))
        return tuple(found)

    # What stays open

    def _gaps(self) -> Iterable[Gap]:
        for at, (need, short) in enumerate(zip(self.pool.needs, self.placement.short, strict=True)):
            for place, missing in short:
                part = need.minimums[place][:2] if place is not None else need.rest or ("total", "the total")
                yield Gap(
                    credential=need.credential,
                    credential_name=need.name,
                    requirement=part[0],
                    label=part[1],
                    missing=missing,
                    unit=need.unit,
                    supply=self._supply(at, place),
                    look_at=self._places(need, part[0]),
                )

    def _supply(self, at: int, place: int | None) -> int:
        """Thousandths that all candidates together could give."""
        best: dict[str, int] = {}
        for candidate in self.pool.candidates:
            amount = sum(
                piece.amount
                for piece in candidate.pieces
                if piece.need == at and (place is None or place in piece.fits)
            )
            best[candidate.opportunity.id] = max(best.get(candidate.opportunity.id, 0), amount)
        return sum(best.values())

    def _places(self, need: Need, requirement: str) -> tuple[str, ...]:
        """Providers of which something probably counts there, or has no known price; else those that count at all."""
        credential = self.person.credentials[need.credential]
        left_out = (*self.pool.only_likely, *(one.opportunity for one in self.pool.without_price))
        near = [one for one in left_out if any(row.requirement == requirement for row in counts_for(one, credential))]
        columns = self.ranking.columns
        named = columns.credential(credential).named
        counted = [one for one, counts in zip(columns.opportunities, named.tolist(), strict=True) if counts]
        return tuple(_providers(near or counted)[:PLACES_TO_LOOK])

    # The proof

    def _proof(self) -> Proof:
        days = sorted(candidate.opportunity.read_on for candidate, _ in self.chosen.candidates)
        without_price = len({candidate.opportunity.id for candidate in self.pool.without_price})
        return Proof(
            proved=self.chosen.proved,
            gap=self.chosen.gap,
            candidates=self.pool.considered,
            without_price=without_price,
            only_likely=len(self.pool.only_likely),
            read_from=days[0] if days else None,
            read_to=days[-1] if days else None,
            words=self._proof_words(days, without_price),
        )

    def _proof_words(self, days: Sequence[date], without_price: int) -> str:
        count = self.pool.considered
        left_out = without_price + len(self.pool.only_likely)
        read = _read_words(days)
        what = f"the {count} {'course' if count == 1 else 'courses'} with a known price and credit{read}"
        tail = f"; {left_out} left out" if left_out else ""
        if self.chosen.proved:
            return f"{SUPERLATIVE[self.options.objective]} among {what}{tail}."
        adjective = SUPERLATIVE[self.options.objective].lower()
        gap = f"{max(self.chosen.gap, SMALLEST_GAP_TOLD):.2%}"
        return f"May not be the {adjective} among {what}: at most {gap} better is possible{tail}."


def _providers(opportunities: Iterable[OpportunityView]) -> list[str]:
    """Their providers, the one with most of them first."""
    names = Counter(opportunity.provider_name for opportunity in opportunities)
    return sorted(names, key=lambda name: (-names[name], name))


def _read_words(days: Sequence[date]) -> str:
    if not days:
        return ""
    if days[0] == days[-1]:
        return f", prices read on {spoken_day(days[0])}"
    return f", prices read from {spoken_day(days[0])} to {spoken_day(days[-1])}"


def _listed(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
