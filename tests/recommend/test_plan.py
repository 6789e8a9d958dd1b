"""What a plan says: packages, budgets, gaps, several credentials, its proof in honest words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from catalog.listing import Audience, CreditUnit, Delivery, Kind, PackageCover, PackageEffect
from catalog.views import CreditView, OfferView, OpportunityView, PackageView, SessionView, TopicOrigin, TopicView
from recommend.index import build_index
from recommend.plan import BudgetError, InsistedError, Objective, Options, Plan, plan
from recommend.profile import Budget, EmployerPays, Held, Profile, Target, TargetPart
from recommend.rank import Ranking, person_of
from recommend.rules import load_credentials
from recommend.team_plan import plan_team
from recommend.team_spending import bundles
from render.papers import team_plan_page

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE = Options(no_budget=True)


def course(number: int, minor: int | None = 2000, topic: str = "general", **facts: Any) -> OpportunityView:
    url = f"https://store.example/{number}"
    told = {
        "id": f"o{number:03}",
        "kind": Kind.COURSE,
        "title": f"Course {number}",
        "provider": "store",
        "provider_name": "Store",
        "family": "store",
        "url": url,
        "read_on": date(2026, 11, 1) + timedelta(days=number % 5),
        "credits": (CreditView(1000, CreditUnit.PACE, "store"),),
        "topics": (TopicView(topic, TopicOrigin.STATED),),
        "delivery": Delivery.ON_DEMAND,
        **facts,
    }
    return OpportunityView(offers=(OfferView(Audience.PUBLIC, minor, "USD", "store", url),), **told)


def package(minor: int, **facts: Any) -> PackageView:
    told = {
        "id": "store-all",
        "name": "Store subscription",
        "source": "store",
        "url": "https://store.example/all",
        "covers": PackageCover(family="store"),
        "effect": PackageEffect.FREE,
        "currency": "USD",
        **facts,
    }
    return PackageView(minor=minor, **told)


def target(total: float, days: int = 400, name: str = "mine", **parts: float) -> Target:
    return Target(
        id=name,
        name=name,
        total=total,
        starts_on=date(2025, 1, 1),
        due_on=TODAY + timedelta(days=days),
        parts=tuple(TargetPart(id=part, label=part, needed=amount, topics=(part,)) for part, amount in parts.items()),
    )


def planned(
    profile: Profile,
    catalog: Sequence[OpportunityView],
    packages: Sequence[PackageView] = (),
    options: Options = FREE,
) -> Plan:
    return plan(profile, catalog, packages, load_credentials(), build_index(catalog), NOW, options)


def names(found: Plan) -> set[str]:
    return {item.opportunity.id for item in found.items}


CATALOG = [course(number, 2000) for number in range(12)]


@pytest.mark.parametrize(("hours", "bought"), [(2, 0), (4, 0), (5, 1), (8, 1)])
def test_a_subscription_is_bought_exactly_when_it_pays(hours: int, bought: int) -> None:
    found = planned(Profile(targets=(target(hours),)), CATALOG, [package(9500)])
    assert len(found.packages) == bought
    assert found.cost == min(hours * 2000, 9500)
    if bought:
        (one,) = found.packages
        assert one.saves == hours * 2000 - 9500
        assert {item.package for item in found.items} == {"store-all"}


def test_a_bundle_covers_only_its_hours_and_may_be_bought_again() -> None:
    bundle = package(5000, id="store-8", name="Up to 8 hours", cap_thousandths=8000)
    eight = planned(Profile(targets=(target(8),)), CATALOG, [bundle])
    assert (eight.cost, [one.times for one in eight.packages]) == (5000, [1])
    ten = planned(Profile(targets=(target(10),)), CATALOG, [bundle])
    assert (ten.cost, [one.times for one in ten.packages]) == (5000 + 4000, [1])
    twelve = planned(Profile(targets=(target(12),)), CATALOG, [bundle])
    assert (twelve.cost, [one.times for one in twelve.packages]) == (10_000, [2])


def test_a_package_that_is_held_is_used_and_not_bought() -> None:
    held = Profile(targets=(target(3),), subscriptions=("Store subscription",))
    found = planned(held, CATALOG, [package(9500)])
    assert (found.cost, found.packages) == (0, ())


def test_a_held_bundle_pays_for_no_more_hours_than_it_has() -> None:
    bundle = package(5000, id="store-8", name="Up to 8 hours", cap_thousandths=8000)
    held = ("Up to 8 hours",)
    eight = planned(Profile(targets=(target(8),), subscriptions=held), CATALOG, [bundle])
    assert (eight.cost, eight.packages) == (0, ())
    assert {item.reason for item in eight.items} == {"Free with Up to 8 hours, which you hold"}
    ten = planned(Profile(targets=(target(10),), subscriptions=held), CATALOG, [bundle])
    assert (ten.cost, ten.packages) == (2 * 2000, ())
    twelve = planned(Profile(targets=(target(12),), subscriptions=held), CATALOG, [bundle])
    assert (twelve.cost, [one.times for one in twelve.packages]) == (5000, [1])


def test_a_subscription_does_not_reach_beyond_its_days() -> None:
    anytime = planned(Profile(targets=(target(5),)), CATALOG, [package(1000, days=90)])
    assert all(item.when <= TODAY + timedelta(days=90) for item in anytime.items)
    late = SessionView("late", TODAY + timedelta(days=200), "store")
    catalog = [course(number, 9000, sessions=(late,), delivery=Delivery.LIVE_ONLINE) for number in range(1)]
    short = package(1000, days=90)
    assert planned(Profile(targets=(target(1),)), catalog, [short]).cost == 9000
    assert planned(Profile(targets=(target(1),)), catalog, [package(1000, days=365)]).cost == 1000


def test_a_discount_is_weighed_against_its_price() -> None:
    half = package(1500, effect=PackageEffect.PERCENT, percent=50)
    assert planned(Profile(targets=(target(1),)), CATALOG, [half]).cost == 2000
    assert planned(Profile(targets=(target(2),)), CATALOG, [half]).cost == 1500 + 2 * 1000


def test_one_course_pays_several_credentials() -> None:
    profile = Profile(targets=(target(1, safety=1), target(1, name="other", chemistry=1)))
    both = course(
        50, 2500, "safety", topics=(TopicView("safety", TopicOrigin.STATED), TopicView("chemistry", TopicOrigin.STATED))
    )
    found = planned(profile, [course(1, 2000, "safety"), course(2, 2000, "chemistry"), both])
    assert names(found) == {"o050"}
    assert {share.credential for share in found.items[0].closes} == {"mine", "other"}


def test_within_one_credential_a_course_fills_one_category() -> None:
    profile = Profile(targets=(target(2, safety=1, chemistry=1),))
    both = course(
        50, 0, "safety", topics=(TopicView("safety", TopicOrigin.STATED), TopicView("chemistry", TopicOrigin.STATED))
    )
    found = planned(profile, [both])
    assert not found.closes_everything
    assert planned(profile, [both, course(2, 2000, "chemistry")]).closes_everything


def test_each_credential_is_closed_by_its_own_last_day() -> None:
    late = SessionView("late", TODAY + timedelta(days=60), "store")
    live = course(50, 0, sessions=(late,), delivery=Delivery.LIVE_ONLINE)
    soon = Profile(targets=(target(1, days=80),))
    assert names(planned(soon, [live, CATALOG[1]])) == {"o001"}, "thirty days before the deadline the date is too late"
    told = soon.model_copy(update={"plan_days_before": 5})
    assert names(planned(told, [live, CATALOG[1]])) == {"o050"}


def test_two_dates_at_one_time_are_never_both_planned() -> None:
    begin = datetime(2027, 1, 5, 15, tzinfo=UTC)
    same = SessionView("x", begin.date(), "store", starts_at=begin, ends_at=begin + timedelta(hours=1))
    live = [course(number, 0, sessions=(same,), delivery=Delivery.LIVE_ONLINE) for number in (1, 2)]
    found = planned(Profile(targets=(target(2),)), [*live, course(3, 1500)])
    assert found.cost == 1500
    assert len(found.items) == 2


def test_a_guessed_topic_never_closes_and_is_offered_as_likely() -> None:
    guessed = course(
        9,
        0,
        topics=(TopicView("safety", TopicOrigin.GUESSED, 0.95),),
        credits=(CreditView(1000, CreditUnit.UNSTATED, "store"),),
    )
    sure = course(1, 2500, "safety")
    found = planned(
        Profile(credentials=(Held(id="ascp-mlt", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31)),)),
        [guessed, sure],
    )
    assert names(found) == {"o001"}
    assert [one.id for one in found.likely] == ["o009"]


def test_a_credit_of_an_unknown_price_is_left_out_and_counted() -> None:
    found = planned(Profile(targets=(target(1),)), [course(1, None), course(2, 2500)])
    assert names(found) == {"o002"}
    assert found.proof.without_price == 1
    assert found.proof.words == (
        "Cheapest among the 1 course with a known price and credit, prices read on Nov 3, 2026; 1 left out."
    )


def test_a_requirement_without_supply_is_named_with_where_to_look() -> None:
    profile = Profile(targets=(target(3, medical_ethics=1),))
    found = planned(profile, [*CATALOG, course(40, None, "medical_ethics", provider_name="Ethics House")])
    (gap,) = found.gaps
    assert (gap.requirement, gap.missing, gap.supply) == ("medical_ethics", 1000, 0)
    assert gap.look_at == ("Ethics House",)
    (nothing,) = planned(profile, CATALOG).gaps
    assert nothing.look_at == ("Store",), "nothing near: whose credit the body takes at all"
    assert gap.words == "No course we know surely closes medical_ethics (mine). Try Ethics House."
    assert "the most that we can confirm" in found.headline
    assert len(found.items) == 2, "the rest is closed all the same"


def test_a_period_that_is_over_is_told_and_never_called_done() -> None:
    over = target(2).model_copy(update={"due_on": TODAY - timedelta(days=3), "id": "over", "name": "Over"})
    alone = planned(Profile(targets=(over,)), CATALOG)
    assert alone.headline == "Nothing that a plan can close."
    assert alone.notes == ("The renewal period of Over is over: ask the board what it takes now.",)
    beside = planned(Profile(targets=(over, target(2))), CATALOG)
    assert "the most that we can confirm" in beside.headline
    assert not beside.closes_everything


def test_a_total_that_nobody_found_is_told() -> None:
    unknown = next(name for name, rule in load_credentials().items() if rule.total is None and rule.requirements)
    found = planned(Profile(credentials=(Held(id=unknown, cycle_end=TODAY + timedelta(days=300)),)), CATALOG)
    assert "check with the board" in found.notes[0]
    assert not found.closes_everything


def test_a_budget_closes_the_most_that_it_can() -> None:
    profile = Profile(targets=(target(4),), budget=Budget(amount="50"))
    found = planned(profile, CATALOG, (), Options())
    assert (found.cost, len(found.items)) == (4000, 2)
    assert found.gaps[0].missing == 2000
    assert planned(profile, CATALOG, (), Options(budget=8000)).closes_everything


def test_an_employers_allowance_comes_on_top_of_the_budget() -> None:
    profile = Profile(
        targets=(target(4),), budget=Budget(amount="50"), employer_pays=EmployerPays(allowance_per_year="40")
    )
    found = planned(profile, CATALOG, (), Options())
    assert found.closes_everything
    assert (found.cost, found.out_of_pocket) == (8000, 4000)


def test_tuition_is_shared_by_the_studies_of_a_plan_and_paid_for_nothing_else() -> None:
    """Two studies of $40 at half price are dearer than free ones, and cheaper than courses of $30."""
    studies = [course(number, 4000, "hematology", kind=Kind.CERTIFICATE) for number in (1, 2)]
    courses = [course(number, 3000, "hematology") for number in (3, 4)]
    profile = Profile(targets=(target(4),), employer_pays=EmployerPays(tuition_percent=50, tuition_cap="40"))
    found = planned(profile, [*studies, *courses], (), Options())
    assert {item.opportunity.kind for item in found.items if item.minor == 4000} == {Kind.CERTIFICATE}
    assert (found.cost, found.out_of_pocket) == (14000, 10000)
    one = planned(profile.model_copy(update={"targets": (target(1),)}), [*studies, *courses], (), Options())
    assert (one.cost, one.out_of_pocket) == (4000, 2000), "half of $40 is less than $30"
    spent = profile.model_copy(update={"employer_pays": EmployerPays(tuition_percent=50, tuition_cap="5")})
    dear = planned(spent.model_copy(update={"targets": (target(1),)}), [*studies, *courses], (), Options())
    assert (dear.cost, dear.out_of_pocket) == (3000, 3000), "$35 of one's own is more than $30"


def test_of_plans_that_cost_oneself_the_same_the_employer_pays_the_least() -> None:
    dear, cheap = course(1, 4000, "hematology"), course(2, 3000, "hematology")
    profile = Profile(targets=(target(1),), employer_pays=EmployerPays(allowance_per_year="100"))
    found = planned(profile, [dear, cheap], (), Options())
    assert (found.cost, found.out_of_pocket) == (3000, 0)


def test_a_budget_in_another_currency_is_refused() -> None:
    profile = Profile(targets=(target(1),), budget=Budget(amount="50", currency="CAD"))
    with pytest.raises(BudgetError, match="CAD"):
        planned(profile, CATALOG, (), Options())


def test_objectives_choose_differently() -> None:
    long_free = course(1, 0, "hematology", credits=(CreditView(3000, CreditUnit.PACE, "store"),))
    short_dear = [course(number, 3000, "coagulation") for number in (2, 3)]
    profile = Profile(targets=(target(2),), topics=("coagulation",))
    catalog = [long_free, *short_dear]
    assert names(planned(profile, catalog)) == {"o001"}
    assert names(planned(profile, catalog, (), Options(Objective.QUICKEST, no_budget=True))) == {"o002", "o003"}
    assert names(planned(profile, catalog, (), Options(Objective.INTERESTING, no_budget=True))) == {"o002", "o003"}


def test_of_plans_as_cheap_the_one_with_the_fewest_courses_is_taken() -> None:
    double = course(20, 4000, credits=(CreditView(2000, CreditUnit.PACE, "store"),))
    assert names(planned(Profile(targets=(target(2),)), [*CATALOG, double])) == {"o020"}


def test_where_the_nodes_run_out_the_words_say_so() -> None:
    chance = random.Random(0)
    catalog = []
    for number in range(40):
        amount = chance.randrange(900, 2100)
        credit = CreditView(amount, CreditUnit.PACE, "store")
        catalog.append(course(number, amount + chance.randrange(30), credits=(credit,)))
    profile = Profile(targets=(target(24.937),))
    limited = planned(profile, catalog, (), Options(no_budget=True, node_limit=1))
    assert not limited.proof.proved
    assert limited.closes_everything
    assert 0 < limited.proof.gap < 0.01
    assert limited.proof.words.startswith("May not be the cheapest among the 40 courses with a known price and credit")
    assert "at most 0.0% better" not in limited.proof.words
    proved = planned(profile, catalog)
    assert proved.proof.proved
    assert limited.cost * (1 - limited.proof.gap) <= proved.cost <= limited.cost


def test_nothing_needed_is_said_in_words_and_never_as_done() -> None:
    found = planned(Profile(targets=(target(0),)), CATALOG)
    assert found.headline == "Nothing more needed by the rules we know."
    assert found.items == ()


def test_days_spread_the_work_before_it_is_due() -> None:
    found = planned(Profile(targets=(target(4),)), CATALOG)
    days = [item.when for item in found.items]
    assert days == sorted(set(days))
    assert days[0] > TODAY
    assert days[-1] <= TODAY + timedelta(days=370)


def test_a_real_credential_is_planned_by_its_rules() -> None:
    held = Held(id="ascp-mlt", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31))
    topics = ["laboratory_safety", "medical_ethics", "blood_bank", "chemistry", "hematology", "microbiology", "quality"]
    catalog = [course(number, 500 * (number % 3), topics[number % 7]) for number in range(90)]
    found = planned(Profile(credentials=(held,)), catalog)
    assert found.closes_everything and found.proof.proved
    given: dict[str, int] = {}
    for item in found.items:
        for share in item.closes:
            given[share.requirement] = given.get(share.requirement, 0) + share.thousandths
    assert sum(given.values()) == 36_000
    assert given["medical_ethics"] == given["safety"] == 1000
    assert all(given[area] == 2000 for area in ("blood_bank", "chemistry", "hematology", "microbiology"))


def test_what_a_team_buys_for_many_courses_stands_beside_the_same_courses_one_by_one() -> None:
    ranking = Ranking(CATALOG, [package(9500)], build_index(CATALOG), TODAY)
    people = [
        (name, person_of(Profile(targets=(target(hours),)), {}, TODAY))
        for name, hours in (("Ann", 8), ("<b>Bo</b>", 6), ("Cy", 2))
    ]
    found = plan_team(ranking, people, 50_000)
    (bundle,) = bundles(found)
    assert (bundle.name, bundle.people, bundle.times, bundle.courses) == (
        "Store subscription",
        ("Ann", "<b>Bo</b>"),
        2,
        14,
    )
    assert (bundle.minor, bundle.saves) == (19_000, 14 * 2000 - 19_000)
    page = team_plan_page(found, ["roster.csv: line 9: credential: is missing"], NOW)
    for words in ("$190", "by $90", "Budget $500", "prices read from Nov 1, 2026 to Nov 5, 2026", "roster.csv: line 9"):
        assert words in page
    assert "<b>Bo" not in page
    assert "Sample" not in page


def test_a_team_that_buys_single_courses_only_says_so() -> None:
    ranking = Ranking(CATALOG, [package(9500)], build_index(CATALOG), TODAY)
    page = team_plan_page(
        plan_team(ranking, [("Cy", person_of(Profile(targets=(target(2),)), {}, TODAY))], None), [], NOW
    )
    assert "single courses cost no more" in page
    assert "Budget" not in page


def test_a_plan_leaves_out_and_insists_on_what_it_is_told_to() -> None:
    catalog = [course(1, 1000), course(2, 2000), course(3, 3000), course(4, None)]
    profile = Profile(targets=(target(1),))
    assert names(planned(profile, catalog)) == {"o001"}
    without = planned(profile, catalog, options=Options(no_budget=True, without=frozenset({"o001"})))
    assert (names(without), without.proof.candidates) == ({"o002"}, 2)
    insisted = planned(profile, catalog, options=Options(no_budget=True, insisted=frozenset({"o003"})))
    assert (names(insisted), insisted.cost) == ({"o003"}, 3000)
    with pytest.raises(InsistedError, match="o004 cannot be planned"):
        planned(profile, catalog, options=Options(no_budget=True, insisted=frozenset({"o004"})))
    with pytest.raises(InsistedError, match="within the budget"):
        planned(profile, catalog, options=Options(budget=100, insisted=frozenset({"o003"})))
