"""Plans against brute force: every subset of candidates and packages on small cases, random plans on large ones."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import Audience, CreditUnit, Delivery, Kind, PackageCover, PackageEffect
from catalog.views import (
    CreditView,
    ListingReference,
    OfferView,
    OpportunityView,
    PackageView,
    Presence,
    SessionView,
    TopicOrigin,
    TopicView,
)
from recommend.candidates import Candidate, Pool, pool_of, reduced
from recommend.index import build_index
from recommend.placement import placement_of
from recommend.plan import Objective, Options, plan_for
from recommend.profile import EmployerPays, Profile, Target, TargetPart
from recommend.program import Chosen, Program, clashes
from recommend.rank import Person, Ranking, person_of

TODAY = date(2026, 11, 22)
TOPICS = ("safety", "chemistry", "hematology", "general")
SOURCE = "sample"


def course(
    number: int,
    thousandths: int = 1000,
    minor: int | None = 1000,
    topics: Sequence[str] = ("general",),
    *,
    family: str = "alpha",
    session: SessionView | None = None,
    origin: TopicOrigin = TopicOrigin.STATED,
) -> OpportunityView:
    """An opportunity of so many contact hours."""
    return OpportunityView(
        id=f"l{number:012x}",
        kind=Kind.COURSE,
        title=f"Course {number} {' '.join(topics)}",
        provider="sample",
        provider_name="Sample provider",
        family=family,
        url=f"https://sample.example/{number}",
        read_on=TODAY,
        credits=(CreditView(thousandths=thousandths, unit=CreditUnit.PACE, source=SOURCE),),
        offers=(OfferView(Audience.PUBLIC, minor, "USD", SOURCE, "https://sample.example/"),),
        sessions=(session,) if session else (),
        topics=tuple(TopicView(topic, origin) for topic in topics),
        delivery=Delivery.LIVE_ONLINE if session else Delivery.ON_DEMAND,
        listings=(
            ListingReference(f"l{number:012x}", SOURCE, "Sample", "https://sample.example/", Presence.ACTIVE, TODAY),
        ),
    )


def bundle(minor: int, *, cap: int | None = None, family: str = "alpha", percent: int | None = None) -> PackageView:
    """A package over a family of courses."""
    return PackageView(
        id=f"package-{family}-{cap}-{percent}",
        name=f"Bundle {family}",
        source=SOURCE,
        url="https://sample.example/bundle",
        covers=PackageCover(family=family),
        effect=PackageEffect.FREE if percent is None else PackageEffect.PERCENT,
        minor=minor,
        currency="USD",
        percent=percent,
        cap_thousandths=cap,
    )


def target(name: str, total: float, parts: Mapping[str, float], days: int = 400) -> Target:
    return Target(
        id=name,
        name=name,
        total=total,
        starts_on=TODAY - timedelta(days=300),
        due_on=TODAY + timedelta(days=days),
        parts=tuple(
            TargetPart(id=topic, label=topic.title(), needed=amount, topics=(topic,)) for topic, amount in parts.items()
        ),
    )


def ranking_of(opportunities: Sequence[OpportunityView], packages: Sequence[PackageView]) -> Ranking:
    return Ranking(opportunities, packages, build_index(opportunities), TODAY)


def pool_and_person(
    profile: Profile, opportunities: Sequence[OpportunityView], packages: Sequence[PackageView]
) -> tuple[Pool, Person, Ranking]:
    ranking = ranking_of(opportunities, packages)
    person = person_of(profile, {}, TODAY)
    return pool_of(ranking, person, ranking.parts(person)), person, ranking


# The oracle: no solver, no reduction, nothing shared with the code but the candidates themselves.


def assignments(chosen: Sequence[Candidate]) -> Iterator[dict[tuple[int, int], int]]:
    """Every way to put each piece that fits several categories into one of them."""
    open_pieces = [
        (candidate.order, number, piece)
        for candidate in chosen
        for number, piece in enumerate(candidate.pieces)
        if piece.fits
    ]
    for places in itertools.product(*(piece.fits for _, _, piece in open_pieces)):
        yield {(order, number): at for (order, number, _), at in zip(open_pieces, places, strict=True)}


def closes(pool: Pool, chosen: Sequence[Candidate]) -> bool:
    for put in assignments(chosen):
        filled: dict[tuple[int, int], int] = {}
        totals = [0] * len(pool.needs)
        for candidate in chosen:
            for number, piece in enumerate(candidate.pieces):
                totals[piece.need] += piece.amount
                at = put.get((candidate.order, number))
                if at is not None:
                    filled[piece.need, at] = filled.get((piece.need, at), 0) + piece.amount
        if all(
            totals[at] >= need.total
            and all(filled.get((at, place), 0) >= still for place, (_, _, still, _) in enumerate(need.minimums))
            for at, need in enumerate(pool.needs)
        ):
            return True
    return False


def cheapest_payment(pool: Pool, chosen: Sequence[Candidate], most: int = 3) -> int | None:
    """The least money of one's own for these courses over every purchase of packages, each course paid in every way."""
    best: int | None = None
    for bought in itertools.product(*(range(most + 1 if one.cap_thousandths else 2) for one in pool.packages)):
        ways = []
        for candidate in chosen:
            ways.append(
                [number for number in candidate.prices if number is None or bought[number] or number in pool.held]
            )
        for paid in itertools.product(*ways):
            fits = all(
                sum(one.hours for one, number in zip(chosen, paid, strict=True) if number == at)
                <= (package.cap_thousandths or 10**9) * (bought[at] + (at in pool.held))
                for at, package in enumerate(pool.packages)
            )
            if fits:
                spent = Counter({pool.package_pot: sum(money_for(pool.packages, bought))})
                for one, number in zip(chosen, paid, strict=True):
                    spent[one.pot] += one.prices[number]
                cost = spent.total() - sum(one.share(spent[pot]) for pot, one in enumerate(pool.benefits))
                best = cost if best is None else min(best, cost)
    return best


def money_for(packages: Sequence[PackageView], bought: Sequence[int]) -> list[int]:
    return [(package.minor or 0) * times for package, times in zip(packages, bought, strict=True)]


def possible(chosen: Sequence[Candidate]) -> bool:
    if len({one.opportunity.id for one in chosen}) < len(chosen):
        return False
    dated = [one for one in chosen if one.session]
    for one, other in itertools.combinations(dated, 2):
        first, second = one.session, other.session
        assert first and second and first.starts_at and second.starts_at and first.ends_at and second.ends_at
        if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
            return False
    return True


def oracle(pool: Pool) -> int | None:
    best: int | None = None
    for size in range(len(pool.candidates) + 1):
        for chosen in itertools.combinations(pool.candidates, size):
            if possible(chosen) and closes(pool, chosen):
                cost = cheapest_payment(pool, chosen)
                if cost is not None and (best is None or cost < best):
                    best = cost
    return best


BENEFITS = (
    None,
    None,
    EmployerPays(allowance_per_year="12"),
    EmployerPays(tuition_percent=50),
    EmployerPays(allowance_per_year="5", tuition_percent=50, tuition_cap="10"),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Profile, list[OpportunityView], list[PackageView]]:
    count = draw(st.integers(1, 7))
    courses = []
    for number in range(count):
        starts = draw(st.sampled_from([None, 0, 30, 60]))
        begin = None if starts is None else datetime(2027, 1, 5, 15, 0, tzinfo=UTC) + timedelta(minutes=starts)
        session = begin and SessionView(
            key=f"s{number}",
            local_date=begin.date(),
            source=SOURCE,
            local_time=begin.time(),
            zone="UTC",
            starts_at=begin,
            ends_at=begin + timedelta(minutes=45),
        )
        courses.append(
            course(
                number,
                draw(st.sampled_from([500, 1000, 1500, 2000])),
                draw(st.sampled_from([None, 0, 500, 1000, 1500, 2500])),
                draw(st.sampled_from([("safety",), ("chemistry",), ("safety", "chemistry"), ("general",)])),
                family=draw(st.sampled_from(["alpha", "beta"])),
                session=session or None,
            )
        )
    courses = [
        replace(one, kind=draw(st.sampled_from([Kind.COURSE, Kind.COURSE, Kind.CERTIFICATE]))) for one in courses
    ]
    packages = draw(
        st.lists(
            st.sampled_from([bundle(1500), bundle(1200, cap=2000), bundle(300, percent=50, family="beta")]),
            max_size=2,
            unique_by=lambda package: package.id,
        )
    )
    parts = draw(st.fixed_dictionaries({}, optional={"safety": st.sampled_from([1, 1.5]), "chemistry": st.just(1)}))
    total = sum(parts.values()) + draw(st.sampled_from([0, 1, 2]))
    targets = [target("mine", total, parts)]
    if draw(st.booleans()):
        targets.append(target("other", draw(st.sampled_from([1, 2])), {}, days=draw(st.sampled_from([50, 200]))))
    held = draw(st.sampled_from([(), (bundle(1200, cap=2000).id,)]))
    return (
        Profile(targets=tuple(targets), employer_pays=draw(st.sampled_from(BENEFITS)), subscriptions=held),
        courses,
        packages,
    )


@settings(max_examples=120, deadline=None)
@given(cases())
def test_a_plan_costs_what_brute_force_finds(case: tuple[Profile, list[OpportunityView], list[PackageView]]) -> None:
    profile, courses, packages = case
    pool, person, ranking = pool_and_person(profile, courses, packages)
    expected = oracle(pool)
    found = plan_for(ranking, person, Options(no_budget=True))
    assert found.closes_everything == (expected is not None)
    if expected is not None:
        assert found.out_of_pocket == expected
        assert found.proof.proved


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_reduction_changes_no_plan(case: tuple[Profile, list[OpportunityView], list[PackageView]]) -> None:
    profile, courses, packages = case
    pool, _, _ = pool_and_person(profile, courses, packages)
    weight = dict.fromkeys((one.order for one in pool.candidates), 0.0)
    whole = Program(pool, None).solve()
    small = Program(reduced(pool, weight), None).solve()

    def cost(chosen: Chosen) -> int:
        paid = sum(candidate.prices[number] for candidate, number in chosen.candidates)
        return paid + sum((pool.packages[number].minor or 0) * times for number, times in chosen.bought.items())

    def left_open(chosen: Chosen) -> int:
        short = placement_of(pool.needs, [candidate for candidate, _ in chosen.candidates]).short
        return sum(missing for parts in short for _, missing in parts)

    assert left_open(whole) == left_open(small)
    assert cost(whole) == cost(small)
    assert len(whole.candidates) == len(small.candidates)


def test_a_large_plan_is_never_dearer_than_a_thousand_random_ones() -> None:
    chance = random.Random(7)
    courses = [
        course(
            number,
            chance.choice([500, 1000, 1000, 1500, 2000]),
            chance.choice([0, 900, 1200, 1500, 2000, 2500]) if number % 9 else 2000,
            chance.choice([("safety",), ("chemistry",), ("hematology",), ("safety", "chemistry"), ("general",)]),
            family=chance.choice(["alpha", "beta", "gamma"]),
        )
        for number in range(600)
    ]
    courses = [replace(one, offers=one.offers) for one in courses if one.offers[0].minor]
    packages = [bundle(9500), bundle(5000, cap=8000, family="beta"), bundle(1000, percent=30, family="gamma")]
    profile = Profile(
        targets=(target("mine", 24, {"safety": 2, "chemistry": 3}), target("other", 12, {"hematology": 4}))
    )
    pool, person, ranking = pool_and_person(profile, courses, packages)
    found = plan_for(ranking, person, Options(no_budget=True))
    assert found.closes_everything and found.proof.proved
    costs = []
    while len(costs) < 1000:
        shuffled = chance.sample(pool.candidates, len(pool.candidates))
        chosen: list[Candidate] = []
        for candidate in shuffled:
            chosen.append(candidate)
            if len(chosen) >= 20 and _closes_greedily(pool, chosen):
                break
        bought = [number for number in range(len(pool.packages)) if chance.random() < 0.5 and number != 1]
        cost = sum(pool.packages[number].minor or 0 for number in bought)
        cost += sum(min(one.prices[way] for way in one.prices if way is None or way in bought) for one in chosen)
        costs.append(cost)
    assert found.cost <= min(costs)


def _closes_greedily(pool: Pool, chosen: Sequence[Candidate]) -> bool:
    """Enough for a plan to be feasible: each piece into its first category that still needs it."""
    open_needs = {
        (at, place): still for at, need in enumerate(pool.needs) for place, (_, _, still, _) in enumerate(need.minimums)
    }
    totals = {at: need.total for at, need in enumerate(pool.needs)}
    for candidate in chosen:
        for piece in candidate.pieces:
            totals[piece.need] -= piece.amount
            at = next((place for place in piece.fits if open_needs[piece.need, place] > 0), None)
            if at is not None:
                open_needs[piece.need, at] -= piece.amount
    return all(left <= 0 for left in (*open_needs.values(), *totals.values()))


@pytest.mark.parametrize("objective", list(Objective))
def test_the_same_input_gives_the_same_plan_in_any_order(objective: Objective) -> None:
    courses = [course(number, 1000, 1000, ("safety",) if number % 2 else ("general",)) for number in range(40)]
    profile = Profile(targets=(target("mine", 6, {"safety": 2}),), interests=("safety",))
    options = Options(objective=objective, no_budget=True)
    plans = []
    for arranged in (courses, courses[::-1], random.Random(3).sample(courses, len(courses))):
        _, person, ranking = pool_and_person(profile, arranged, [])
        plans.append([item.opportunity.id for item in plan_for(ranking, person, options).items])
    assert plans[0] == plans[1] == plans[2]
    assert len(plans[0]) == 6


def test_dates_that_run_at_one_time_are_told() -> None:
    begin = datetime(2027, 1, 5, 15, 0, tzinfo=UTC)
    sessions = [
        SessionView("a", begin.date(), SOURCE, starts_at=begin, ends_at=begin + timedelta(hours=1)),
        SessionView(
            "b", begin.date(), SOURCE, starts_at=begin + timedelta(hours=1), ends_at=begin + timedelta(hours=2)
        ),
        SessionView("c", begin.date(), SOURCE),
    ]
    courses = [course(number, session=session) for number, session in enumerate(sessions)]
    pool, _, _ = pool_and_person(Profile(targets=(target("mine", 3, {}),)), courses, [])
    met = {
        frozenset(pool.candidates[place].session.key for place in clash if pool.candidates[place].session)
        for clash in clashes(pool.candidates)
    }
    assert frozenset({"a", "b"}) not in met
    assert any({"a", "c"} <= group for group in met)
    assert any({"b", "c"} <= group for group in met)
