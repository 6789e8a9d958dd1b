"""What something costs this person: offers, memberships, subscriptions, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import Audience, CreditUnit, Kind, PackageCover, PackageEffect
from catalog.views import CreditView, OfferView, OpportunityView, PackageView, TopicOrigin, TopicView
from recommend.benefits import Benefit
from recommend.price import NOT_STATED, covers, discounted, money, price, price_with, same_organization
from recommend.profile import EmployerPays, Profile

TODAY = date(2026, 11, 22)


def offer(minor: int | None, audience: Audience = Audience.PUBLIC, **facts: Any) -> OfferView:
    told = {"currency": "USD", "source": "store", "url": "https://store.example/", **facts}
    return OfferView(audience=audience, minor=minor, **told)


def course(*offers: OfferView, **facts: Any) -> OpportunityView:
    told = {
        "id": "o1",
        "kind": Kind.COURSE,
        "title": "A course",
        "provider": "store",
        "provider_name": "Laboratory Society",
        "family": "store",
        "url": "https://store.example/1",
        "read_on": TODAY,
        "credits": (CreditView(1000, CreditUnit.PACE, "store"),),
        **facts,
    }
    return OpportunityView(offers=offers, **told)


def package(effect: PackageEffect, **facts: Any) -> PackageView:
    told = {
        "id": "store-all",
        "name": "Store subscription",
        "source": "store",
        "url": "https://store.example/all",
        "covers": PackageCover(family="store"),
        "minor": 9500,
        "currency": "USD",
        **facts,
    }
    return PackageView(effect=effect, **told)


NOBODY = Profile()
MEMBER = Profile(memberships=("Laboratory Society",))


@pytest.mark.parametrize(
    ("offers", "profile", "minor"),
    [
        ((offer(2000),), NOBODY, 2000),
        ((offer(0),), NOBODY, 0),
        ((offer(2000), offer(0, Audience.MEMBER)), NOBODY, 2000),
        ((offer(2000), offer(0, Audience.MEMBER)), MEMBER, 0),
        ((offer(2000), offer(500, Audience.MEMBER, organization="Another Society")), MEMBER, 2000),
        ((offer(500, Audience.MEMBER),), NOBODY, None),
        ((offer(2000), offer(0, Audience.EMPLOYEE, organization="Riverbend")), Profile(employer="Riverbend"), 0),
        ((offer(2000), offer(0, Audience.STUDENT)), NOBODY, 2000),
        ((offer(2000), offer(1500, Audience.EARLY, through=date(2026, 11, 22))), NOBODY, 1500),
        ((offer(2000), offer(1500, Audience.EARLY, through=date(2026, 11, 21))), NOBODY, 2000),
        ((offer(2000), offer(1500, Audience.EARLY)), NOBODY, 2000),
        ((offer(2000), offer(1500, starts_on=date(2026, 12, 1))), NOBODY, 2000),
        ((offer(2000), offer(100, scope="application")), NOBODY, 2000),
        ((), NOBODY, None),
        ((offer(None),), NOBODY, None),
        ((offer(42_000, per="credit hour"),), NOBODY, None),
        ((offer(2000, per="person"),), NOBODY, 2000),
    ],
)
def test_the_lowest_price_that_one_can_take_is_ones_own(
    offers: tuple[OfferView, ...], profile: Profile, minor: int | None
) -> None:
    found = price(course(*offers), profile, TODAY)
    assert found.minor == minor
    assert found.known == (minor is not None)


def test_an_unknown_price_says_so_and_is_not_free() -> None:
    found = price(course(), NOBODY, TODAY)
    assert (found.minor, found.reason, found.free) == (None, NOT_STATED, False)


def test_a_price_by_the_part_tells_the_part() -> None:
    assert price(course(offer(42_000, per="credit hour")), NOBODY, TODAY).reason.endswith("$420 per credit hour")


def test_reasons_are_plain_words() -> None:
    assert price(course(offer(0)), NOBODY, TODAY).reason == "Free"
    assert price(course(offer(2550)), NOBODY, TODAY).reason == "$25.50, the provider's price"
    early = course(offer(1500, Audience.EARLY, through=date(2026, 12, 10)))
    assert price(early, NOBODY, TODAY).reason == "$15, the early price until Dec 10, 2026"
    assert (
        price(course(offer(500, Audience.MEMBER)), MEMBER, TODAY).reason
        == "$5, the members' price of Laboratory Society"
    )


def test_a_subscription_that_is_held_makes_it_free_and_says_why() -> None:
    free = package(PackageEffect.FREE)
    held = Profile(subscriptions=("Store subscription",))
    found = price(course(offer(2000)), held, TODAY, [free])
    assert (found.minor, found.package, found.public_minor) == (0, "store-all", 2000)
    assert "Included in Store subscription" in found.reason
    assert price(course(offer(2000)), NOBODY, TODAY, [free]).minor == 2000


def test_a_percentage_is_taken_off_and_never_rounded_down() -> None:
    third = package(PackageEffect.PERCENT, percent=33)
    held = Profile(subscriptions=("store-all",))
    assert price(course(offer(1000)), held, TODAY, [third]).minor == 670
    assert discounted(101, 33) == 68


def test_a_membership_package_opens_the_members_price() -> None:
    membership = package(PackageEffect.MEMBER_PRICE, organization="Laboratory Society")
    thing = course(offer(2000), offer(700, Audience.MEMBER))
    assert price_with(thing, NOBODY, TODAY, [membership]).minor == 700
    assert price_with(thing, NOBODY, TODAY, []).minor == 2000


@pytest.mark.parametrize(
    ("cover", "covered"),
    [
        (PackageCover(), True),
        (PackageCover(family="store"), True),
        (PackageCover(family="other"), False),
        (PackageCover(source="store"), True),
        (PackageCover(kinds=(Kind.WEBINAR,)), False),
        (PackageCover(units=(CreditUnit.PACE,)), True),
        (PackageCover(units=(CreditUnit.CMLE,)), False),
        (PackageCover(topics=("safety",)), False),
        (PackageCover(topics=("chemistry",)), True),
    ],
)
def test_a_package_covers_what_every_selector_names(cover: PackageCover, covered: bool) -> None:
    topics = (TopicView("chemistry", TopicOrigin.STATED), TopicView("safety", TopicOrigin.GUESSED, 0.9))
    assert covers(cover, course(topics=topics)) is covered


def test_organizations_are_compared_by_whole_words() -> None:
    assert same_organization("ASCLS", "ascls")
    assert same_organization("ASCLS", "ASCLS members")
    assert not same_organization("ASCP", "ASCPA")
    assert not same_organization("", "ASCP")


@given(st.integers(0, 10**7), st.integers(0, 100))
def test_a_discount_stays_between_nothing_and_everything(minor: int, percent: int) -> None:
    assert 0 <= discounted(minor, percent) <= minor
    assert discounted(minor, percent) * 100 >= minor * (100 - percent)


def test_an_allowance_pays_what_is_left_of_it() -> None:
    pays = EmployerPays(allowance_per_year="50", allowance_used="35")
    found = price(course(offer(2000)), Profile(employer_pays=pays), TODAY)
    assert (found.minor, found.employer_minor, found.own_minor) == (2000, 1500, 500)
    assert found.reason == "$20, the provider's price; your employer's allowance pays $15 of it"
    assert price(course(offer(1000)), Profile(employer_pays=pays), TODAY).reason.endswith("allowance pays all of it")
    assert price(course(offer(0)), Profile(employer_pays=pays), TODAY).reason == "Free"


@pytest.mark.parametrize(
    ("pays", "paid"),
    [
        (EmployerPays(tuition_percent=75, tuition_cap="5250"), 150_000),
        (EmployerPays(tuition_percent=75, tuition_cap="1000", tuition_used="400"), 60_000),
        (EmployerPays(tuition_cap="5250"), 200_000),
        (EmployerPays(tuition_percent=50), 100_000),
        (EmployerPays(allowance_per_year="300"), 30_000),
        (EmployerPays(allowance_per_year="300", tuition_percent=10), 20_000),
        (EmployerPays(tuition_percent=75, starts_on=date(2027, 1, 1)), 0),
        (EmployerPays(tuition_percent=75, currency="CAD"), 0),
    ],
)
def test_tuition_is_paid_back_by_share_and_cap(pays: EmployerPays, paid: int) -> None:
    found = price(course(offer(200_000), kind=Kind.DEGREE), Profile(employer_pays=pays), TODAY)
    assert (found.minor, found.employer_minor) == (200_000, paid)


def test_help_with_tuition_tells_its_term_of_service_and_pays_for_no_course() -> None:
    pays = EmployerPays(tuition_percent=75, tuition_cap="5250", service_months=24)
    profile = Profile(employer_pays=pays)
    degree = price(course(offer(42_000, per="credit hour"), kind=Kind.DEGREE), profile, TODAY)
    assert degree.minor is None
    assert degree.reason.endswith("your employer pays 75% of tuition up to $5,250 if you then stay 24 months")
    assert price(course(offer(2000)), profile, TODAY).employer_minor == 0


@settings(deadline=None)
@given(
    minor=st.integers(0, 10**7),
    percent=st.integers(0, 100),
    left=st.none() | st.integers(0, 10**6),
)
def test_a_benefit_pays_a_column_as_it_pays_each_price(minor: int, percent: int, left: int | None) -> None:
    benefit = Benefit("help", percent, left, "USD")
    assert 0 <= benefit.share(minor) <= minor
    assert benefit.shares(np.array([float(minor)])).tolist() == [benefit.share(minor)]


def test_money_is_written_as_in_the_us() -> None:
    assert (money(0, "USD"), money(123456, "USD"), money(3000, "CAD")) == ("free", "$1,234.56", "CAD 30")
