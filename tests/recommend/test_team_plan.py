"""One budget over a team: whose plan is paid, seats that several share, and quotes as a manager writes them down."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import Audience, CreditUnit, Delivery, Kind
from catalog.views import CreditView, OfferView, OpportunityView, TopicOrigin, TopicView
from recommend.allocation import Allocation
from recommend.index import build_index
from recommend.profile import Budget, EmployerPays, Profile, Target
from recommend.rank import Person, Ranking, person_of
from recommend.seats import Seats, SeatsError, load_seats
from recommend.team_plan import plan_team
from recommend.team_spending import bundles

TODAY = date(2026, 11, 22)
PEOPLE_AT_MOST = 3

QUOTES = """
[[offers]]
name = "Two seats"
seats = 2
amount = 50.00
covers = { family = "store" }
"""


def course(number: int) -> OpportunityView:
    url = f"https://store.example/{number}"
    return OpportunityView(
        id=f"o{number:03}",
        kind=Kind.COURSE,
        title=f"Course {number}",
        provider="store",
        provider_name="Store",
        family="store",
        url=url,
        read_on=TODAY,
        credits=(CreditView(1000, CreditUnit.PACE, "store"),),
        offers=(OfferView(Audience.PUBLIC, 2000, "USD", "store", url),),
        topics=(TopicView("general", TopicOrigin.STATED),),
        delivery=Delivery.ON_DEMAND,
    )


CATALOG = [course(number) for number in range(6)]


def person(total: float, days: int = 300, **facts: object) -> Person:
    target = Target(
        id="mine", name="Mine", total=total, starts_on=date(2026, 1, 1), due_on=TODAY + timedelta(days=days)
    )
    return person_of(Profile(targets=(target,), **facts), {}, TODAY)


def ranking_with(seats: tuple[Seats, ...] = ()) -> Ranking:
    return Ranking(CATALOG, [one.package for one in seats], build_index(CATALOG), TODAY)


@pytest.fixture
def seats(tmp_path: Path) -> tuple[Seats, ...]:
    path = tmp_path / "seats.toml"
    path.write_text(QUOTES, encoding="utf-8")
    return load_seats(path)


def test_seats_are_bought_exactly_when_they_pay(seats: tuple[Seats, ...]) -> None:
    busy = [("Ann", person(3)), ("Bea", person(2)), ("Cy", person(1))]
    found = plan_team(ranking_with(seats), busy, None, seats=seats)
    (bought,) = found.packages
    assert (bought.times, bought.minor, bought.people) == (1, 5000, ("Ann", "Bea"))
    assert bought.saves == (3 + 2) * 2000 - 5000
    assert (found.cost, found.needed) == (5000 + 2000, 5000 + 2000)
    assert [member.seat for member in found.members] == ["seats-two-seats", "seats-two-seats", None]
    (told,) = bundles(found)
    assert (told.people, told.courses, told.saves) == (("Ann", "Bea"), 5, 5000)
    idle = [("Ann", person(1)), ("Bea", person(1))]
    assert plan_team(ranking_with(seats), idle, None, seats=seats).packages == ()


def test_a_budget_reaches_further_with_seats(seats: tuple[Seats, ...]) -> None:
    team = [("Ann", person(2)), ("Bea", person(2))]
    alone, seated = plan_team(ranking_with(), team, 5000), plan_team(ranking_with(seats), team, 5000, seats=seats)
    assert [member.closes_everything for member in alone.members].count(True) == 1
    assert all(member.closes_everything for member in seated.members)
    assert seated.cost == 5000


def test_a_spare_seat_goes_to_whoever_is_left(seats: tuple[Seats, ...]) -> None:
    """Nine points are more than there are courses: nobody's plan closes that, but a spare seat closes the most."""
    team = [("Ann", person(4)), ("Bea", person(9, days=400))]
    found = plan_team(ranking_with(seats), team, 5000, seats=seats)
    assert [member.seat for member in found.members] == ["seats-two-seats"] * 2
    assert (found.cost, len(found.members[1].plan.items)) == (5000, 6)


def test_the_money_is_the_employers() -> None:
    """What each has of their own, or would be paid each, is no part of the team's budget."""
    rich = person(2, budget=Budget(amount="1"), employer_pays=EmployerPays(allowance_per_year="500"))
    found = plan_team(ranking_with(), [("Ann", rich)], 4000)
    assert (found.cost, found.members[0].plan.out_of_pocket) == (4000, 4000)
    assert plan_team(ranking_with(), [("Ann", rich)], 2000).members[0].closes_everything is False


def test_who_can_close_everything_is_paid_before_who_cannot() -> None:
    team = [("Ann", person(9, days=100)), ("Bea", person(6, days=400))]
    found = plan_team(ranking_with(), team, 12_000)
    assert [member.closes_everything for member in found.members] == [False, True]


def test_a_team_of_nobody_costs_nothing() -> None:
    assert plan_team(ranking_with(), [], 1000).cost == 0


@st.composite
def allocations(draw: st.DrawFn) -> tuple[Allocation, int | None]:
    people, kinds = draw(st.integers(1, PEOPLE_AT_MOST)), draw(st.integers(0, 2))
    number = st.integers(0, 6)

    def table(value: st.SearchStrategy[object]) -> list[list[object]]:
        row = st.lists(value, min_size=1 + kinds, max_size=1 + kinds)
        return draw(st.lists(row, min_size=people, max_size=people))

    return (
        Allocation(
            costs=np.array(table(number), dtype=np.int64),
            closing=np.array(table(st.booleans()), dtype=np.bool_),
            early=np.array(draw(st.permutations(range(1, people + 1))), dtype=np.int64),
            kinds=[(draw(st.integers(1, 2)), draw(number)) for _ in range(kinds)],
        ),
        draw(st.none() | st.integers(0, 15)),
    )


def reached(
    case: Allocation, ways: tuple[int | None, ...], bought: tuple[int, ...]
) -> tuple[int, int, int, int] | None:
    """What an answer reaches, each the more the better; ``None`` where it takes more seats than it buys."""
    if any(ways.count(kind + 1) > seats * bought[kind] for kind, (seats, _) in enumerate(case.kinds)):
        return None
    taken = [(at, way) for at, way in enumerate(ways) if way is not None]
    money = sum(minor * times for (_, minor), times in zip(case.kinds, bought, strict=True))
    money += sum(int(case.costs[at, way]) for at, way in taken)
    closing = sum(bool(case.closing[at, way]) for at, way in taken)
    return closing, len(taken), sum(int(case.early[at]) for at, _ in taken), -money


@settings(max_examples=100, deadline=None)
@given(allocations())
def test_an_allocation_is_the_best_of_all_there_are(drawn: tuple[Allocation, int | None]) -> None:
    case, budget = drawn
    people, ways = case.costs.shape
    every = itertools.product(
        itertools.product([None, *range(ways)], repeat=people), itertools.product(range(people + 1), repeat=ways - 1)
    )
    values = [value for taken, bought in every if (value := reached(case, taken, bought)) is not None]
    best = max(value for value in values if budget is None or -value[3] <= budget)
    chosen, bought = case.solve(budget)
    assert reached(case, tuple(chosen.get(at) for at in range(people)), bought) == best


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QUOTES.replace("seats = 2", "seats = 0"), "seats"),
        (QUOTES.replace("amount = 50.00", 'amount = 50.00\ncurrency = "CAD"'), "USD only"),
        (QUOTES + QUOTES, "stands twice"),
        (QUOTES.replace("seats = 2", "chairs = 2"), "chairs"),
        ("", "offers"),
    ],
)
def test_a_quote_that_cannot_be_used_names_its_field(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "seats.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SeatsError, match=said) as refused:
        load_seats(path)
    assert "seats.toml" in str(refused.value)
