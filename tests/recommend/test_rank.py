"""The ranked list: what moves it, what never moves it, who is never on it, and what it says."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from catalog.listing import Audience, CreditUnit, Delivery, Kind, Minutes, Place, SessionStatus
from catalog.views import (
    CreditView,
    ListingReference,
    OfferView,
    OpportunityView,
    Presence,
    SessionView,
    TopicOrigin,
    TopicView,
)
from recommend.columns import last_chance
from recommend.distance import miles_between
from recommend.index import build_index
from recommend.plan import Options, plan_for
from recommend.profile import EmployerPays, FreeTime, Held, Home, Level, Profile, Target, TargetPart
from recommend.rank import WEIGHTS, Ranking, Suggestion, format_fit, person_of, suggest, time_fit
from recommend.rules import load_credentials
from recommend.team_plan import best_for_all, plan_team
from recommend.transcript import EarnedCredit

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TARGET = Target(
    id="mine",
    name="My target",
    total=12,
    starts_on=date(2025, 1, 1),
    due_on=date(2027, 12, 31),
    parts=(
        TargetPart(id="safety", label="Safety", needed=1, topics=("safety",)),
        TargetPart(id="chemistry", label="Chemistry", needed=2, topics=("chemistry",)),
    ),
)
NEEDY = Profile(targets=(TARGET,))

TITLES = (
    ("Troponin Testing in the Emergency Department", "chemistry"),
    ("Electrolytes and the Anion Gap", "chemistry"),
    ("Hazard Communication and Safety Data Sheets", "laboratory_safety"),
    ("Gram Stain Interpretation", "microbiology"),
    ("Malaria Species Identification", "parasitology_mycology_virology"),
    ("Prothrombin Time and INR Essentials", "coagulation"),
    ("Leadership for New Supervisors", "management"),
    ("Antibody Panels Step by Step", "blood_bank"),
)


def course(number: int = 0, **facts: Any) -> OpportunityView:
    title, topic = TITLES[number % len(TITLES)]
    identity = facts.pop("id", f"o{number:03}")
    url = f"https://provider.example/{identity}"
    told = {
        "kind": Kind.COURSE,
        "title": title,
        "provider": "provider",
        "provider_name": "Provider",
        "family": "provider",
        "url": url,
        "read_on": TODAY,
        "credits": (CreditView(1000, CreditUnit.PACE, "provider"),),
        "offers": (OfferView(Audience.PUBLIC, 2000, "USD", "provider", url),),
        "topics": (TopicView(topic, TopicOrigin.STATED),),
        "delivery": Delivery.ON_DEMAND,
        "listings": (ListingReference(identity, "provider", "Provider", url, Presence.ACTIVE, TODAY),),
        **facts,
    }
    return OpportunityView(id=identity, **told)


CATALOG = [course(number) for number in range(len(TITLES))]


def ranked(profile: Profile, catalog: list[OpportunityView], limit: int | None = None) -> list[Suggestion]:
    return suggest(profile, catalog, (), load_credentials(), build_index(catalog), NOW, limit)


def ids(profile: Profile, catalog: list[OpportunityView]) -> list[str]:
    return [suggestion.opportunity.id for suggestion in ranked(profile, catalog)]


def session(day: date = date(2026, 12, 10), hour: int | None = 18, **facts: Any) -> SessionView:
    starts = None if hour is None else datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    told = {"starts_at": starts, "ends_at": starts and starts + timedelta(hours=1), **facts}
    return SessionView(f"{day}", day, "provider", **told)


# What moves it


def test_what_closes_an_open_category_stands_before_what_does_not() -> None:
    found = ids(NEEDY, CATALOG)
    assert set(found[:3]) == {"o000", "o001", "o002"}


def test_interests_move_it_by_words_and_topic() -> None:
    found = ranked(Profile(interests=("blood clotting tests",)), CATALOG)
    assert found[0].opportunity.id == "o005"
    assert found[0].parts["text"] > 0
    assert found[0].parts["topic"] == 1.0
    assert ids(Profile(topics=("management",)), CATALOG)[0] == "o006"


def test_liked_and_hidden_things_move_what_is_like_them() -> None:
    twin = course(3, id="o900", title="Gram Stain Quality and Pitfalls")
    catalog = [*CATALOG, twin]
    plain = {one.opportunity.id: one.score for one in ranked(Profile(interests=("gram stain",)), catalog)}
    liked = {one.opportunity.id: one.score for one in ranked(Profile(interests=("x",), liked=("o003",)), catalog)}
    hidden = {
        one.opportunity.id: one.score for one in ranked(Profile(interests=("gram stain",), disliked=("o003",)), catalog)
    }
    assert liked["o900"] > liked["o006"]
    assert hidden["o900"] < plain["o900"]
    assert "o003" not in hidden


def test_a_free_course_stands_before_a_dear_one_and_an_unknown_price_between() -> None:
    prices = {"o900": 0, "o901": 10_000, "o902": None, "o903": 2_000}
    catalog = [
        course(
            0,
            id=name,
            title=f"Lipids {name}",
            offers=(OfferView(Audience.PUBLIC, minor, "USD", "p", "https://p.example/"),),
        )
        for name, minor in prices.items()
    ]
    assert ids(NEEDY, catalog) == ["o900", "o903", "o902", "o901"]
    unknown = next(one for one in ranked(NEEDY, catalog) if one.opportunity.id == "o902")
    assert "Price not stated" in unknown.unknowns
    assert not any("price" in reason.lower() for reason in unknown.reasons)


def test_a_nearer_deadline_presses_more() -> None:
    near = NEEDY.model_copy(update={"targets": (TARGET.model_copy(update={"due_on": date(2027, 2, 1)}),)})
    (far_one,), (near_one,) = ranked(NEEDY, CATALOG[:1]), ranked(near, CATALOG[:1])
    assert near_one.parts["deadline"] > far_one.parts["deadline"]
    assert near_one.parts["need"] == far_one.parts["need"]


def test_what_ends_soon_presses_and_says_so() -> None:
    catalog = [CATALOG[0], course(0, id="o900", title="Bilirubin", available_through=date(2026, 12, 1))]
    found = {one.opportunity.id: one for one in ranked(NEEDY, catalog)}
    assert found["o900"].parts["deadline"] > found["o000"].parts["deadline"]
    assert "Available until Dec 1, 2026." in found["o900"].reasons
    assert last_chance(catalog[1], TODAY) == date(2026, 12, 1)


def test_a_guessed_topic_closes_less_and_says_that_it_is_a_guess() -> None:
    guess = course(0, id="o900", title="Cortisol", topics=(TopicView("chemistry", TopicOrigin.GUESSED, 0.9),))
    found = {one.opportunity.id: one for one in ranked(NEEDY, [CATALOG[0], guess])}
    assert found["o000"].parts["need"] > found["o900"].parts["need"] > 0
    assert any("the topic is our guess" in reason for reason in found["o900"].reasons)
    assert "The topic is our guess" in found["o900"].unknowns


@pytest.mark.parametrize(
    ("delivery", "wanted", "fit"),
    [
        (Delivery.ON_DEMAND, (Delivery.ON_DEMAND,), 1.0),
        (Delivery.IN_PERSON, (Delivery.ON_DEMAND,), 0.0),
        (Delivery.ONLINE, (Delivery.LIVE_ONLINE,), 0.5),
        (Delivery.LIVE_ONLINE, (Delivery.ONLINE,), 1.0),
        (Delivery.HYBRID, (Delivery.IN_PERSON,), 1.0),
        (Delivery.HYBRID, (Delivery.ON_DEMAND,), 0.0),
    ],
)
def test_formats_fit_as_wished(delivery: Delivery, wanted: tuple[Delivery, ...], fit: float) -> None:
    assert format_fit(delivery, wanted) == fit


def test_a_live_session_is_measured_in_the_technicians_own_zone() -> None:
    evening = FreeTime(days=("thu",), after=time(12), before=time(14))
    live = course(0, sessions=(session(hour=18),), delivery=Delivery.LIVE_ONLINE)
    east = NEEDY.model_copy(update={"free_times": (evening,), "time_zone": "America/New_York"})
    west = NEEDY.model_copy(update={"free_times": (evening,), "time_zone": "America/Los_Angeles"})
    assert ranked(east, [live])[0].parts["fit"] == 1.0
    assert ranked(west, [live])[0].parts["fit"] == 0.5, "the language fits, the hour does not"
    assert time_fit(None, (evening,)) == 0.5


def test_length_and_language_are_wishes_and_unknown_is_not_no() -> None:
    asking = NEEDY.model_copy(update={"longest_minutes": 60})
    lengths = {"o900": Minutes(at_most=50.0), "o901": Minutes(at_most=90.0), "o902": None}
    catalog = [course(0, id=name, title=f"Iron {name}", duration=length) for name, length in lengths.items()]
    fits = {one.opportunity.id: one.parts["fit"] for one in ranked(asking, catalog)}
    assert fits == {"o900": 1.0, "o902": 0.75, "o901": 0.5}
    spanish = course(0, id="o903", title="Glucosa", language="es")
    assert ranked(NEEDY, [spanish])[0].parts["fit"] == 0.0


@pytest.mark.parametrize(
    ("stated", "fit"),
    [
        ("Basic", 0.0),
        ("Intermediate", 1.0),
        ("Basic, Intermediate", 1.0),
        ("This intermediate-level course is for supervisors.", 1.0),
        ("All levels", 0.5),
        (None, 0.5),
    ],
)
def test_the_level_of_instruction_is_a_wish(stated: str | None, fit: float) -> None:
    found = ranked(NEEDY.model_copy(update={"levels": (Level.INTERMEDIATE,)}), [course(level=stated)])
    assert found[0].parts["fit"] == (fit + 1.0) / 2, "beside the wish for a language"


def test_what_the_employer_pays_makes_a_price_ones_own() -> None:
    paid = NEEDY.model_copy(update={"employer_pays": EmployerPays(allowance_per_year="10", tuition_percent=75)})
    catalog = [course(0), course(1, kind=Kind.DEGREE)]
    parts = {one.opportunity.id: one.parts["price"] for one in ranked(paid, catalog)}
    assert parts == {"o000": round(2000 / 3000, 6), "o001": 0.8}, "$10 and $5 of $20 are left"


def test_distance_counts_for_what_is_held_in_person() -> None:
    home = Home(city="Columbus", region="OH", country="US", miles=60)
    asking = NEEDY.model_copy(update={"home": home})
    places = {
        "o900": Place(text="Dayton, OH", city="Dayton", region="OH", country="US"),
        "o901": Place(text="Newark, OH", city="Newark", region="OH", country="US"),
        "o902": Place(text="Somewhere"),
    }
    catalog = [
        course(0, id=name, title=f"Enzymes {name}", place=place, delivery=Delivery.IN_PERSON)
        for name, place in places.items()
    ]
    fits = {one.opportunity.id: one.parts["fit"] for one in ranked(asking, catalog)}
    assert fits == {"o901": 1.0, "o902": 0.75, "o900": 0.5}
    miles = miles_between(("Columbus", "OH", "US"), places["o900"])
    assert miles is not None
    assert 60 < miles < 80


# What never moves it


def test_renaming_every_provider_moves_no_place() -> None:
    asking = NEEDY.model_copy(update={"interests": ("lab safety", "coagulation"), "topics": ("chemistry",)})
    renamed = [
        replace(
            one,
            provider=f"acme-{number}",
            provider_name=f"Acme Premium Gold Partner {number}",
            family=f"acme-{number}",
            url=f"https://acme{number}.example/",
            offers=tuple(replace(offer, source=f"acme-{number}") for offer in one.offers),
        )
        for number, one in enumerate(CATALOG)
    ]
    before = [(one.opportunity.id, one.score) for one in ranked(asking, CATALOG)]
    after = [(one.opportunity.id, one.score) for one in ranked(asking, renamed)]
    assert before == after


def test_the_order_of_crawling_moves_no_place() -> None:
    asking = NEEDY.model_copy(update={"interests": ("bench microbiology",)})
    catalog = [*CATALOG, *(course(number, id=f"o9{number:02}") for number in range(8))]
    expected = [(one.opportunity.id, one.score, one.also) for one in ranked(asking, catalog)]
    for seed in range(5):
        shuffled = random.Random(seed).sample(catalog, len(catalog))
        assert [(one.opportunity.id, one.score, one.also) for one in ranked(asking, shuffled)] == expected


def test_the_score_is_the_published_sum() -> None:
    asking = NEEDY.model_copy(update={"interests": ("coagulation",)})
    for one in ranked(asking, CATALOG):
        assert one.score == pytest.approx(sum(WEIGHTS[name] * part for name, part in one.parts.items()), abs=2e-6)
        assert all(0 <= part <= 1 for part in one.parts.values())
    scores = [one.score for one in ranked(asking, CATALOG)]
    assert scores == sorted(scores, reverse=True)


# Who is never on it


@pytest.mark.parametrize(
    "facts",
    [
        {"available_through": date(2026, 11, 21)},
        {"retired_on": date(2026, 11, 22)},
        {"presence": Presence.WITHDRAWN},
        {"sessions": (session(date(2026, 11, 1)),)},
        {"sessions": (session(status=SessionStatus.FULL),)},
        {"sessions": (session(status=SessionStatus.CANCELLED),)},
        {"sessions": (session(registration_deadline=date(2026, 11, 20)),)},
        {"credits": (CreditView(1000, CreditUnit.PACE, "provider", approved_through=date(2026, 11, 1)),)},
    ],
)
def test_what_is_over_full_or_without_valid_credit_is_never_listed(facts: dict[str, Any]) -> None:
    assert ids(NEEDY, [course(0, **facts), CATALOG[1]]) == ["o001"]


def test_what_no_rule_accepts_is_never_listed() -> None:
    north_dakota = Profile(
        credentials=(Held(id="us-nd-lab", cycle_start=date(2026, 7, 1), cycle_end=date(2028, 6, 30)),)
    )
    general = course(2, id="o900", title="Slips, Trips and Falls", topics=(TopicView("safety", TopicOrigin.STATED),))
    assert ids(north_dakota, [CATALOG[0], general]) == ["o000"], "North Dakota refuses general safety"


@pytest.mark.parametrize(
    ("kind", "units", "is_study"),
    [
        (Kind.DEGREE, (), True),
        (Kind.DEGREE, (CreditUnit.UNSTATED,), True),
        (Kind.CERTIFICATE, (CreditUnit.SEMESTER_HOUR,), True),
        (Kind.COURSE, (CreditUnit.QUARTER_HOUR,), True),
        (Kind.COURSE, (), False),
        (Kind.COURSE, (CreditUnit.UNSTATED,), False),
        (Kind.COURSE, (CreditUnit.SEMESTER_HOUR, CreditUnit.PACE), False),
        (Kind.CERTIFICATE, (CreditUnit.CMLE,), False),
    ],
)
def test_college_studies_are_listed_only_for_whoever_has_a_goal(
    kind: Kind, units: tuple[CreditUnit, ...], is_study: bool
) -> None:
    catalog = [course(0, kind=kind, credits=tuple(CreditView(3000, unit, "provider") for unit in units)), CATALOG[1]]
    me = Profile(credentials=(Held(id="ascp-mlt", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31)),))
    assert ("o000" in ids(me, catalog)) is not is_study
    assert set(ids(me.model_copy(update={"goal": "mls"}), catalog)) == {"o000", "o001"}


@pytest.mark.parametrize(
    "earned",
    [
        {"title": "Something else", "opportunity": "o000"},
        {"title": "Something else", "url": "https://provider.example/o000"},
        {"title": "TROPONIN testing, in the emergency department"},
    ],
)
def test_what_was_taken_is_never_listed(earned: dict[str, Any]) -> None:
    taken = EarnedCredit(completed_on=date(2026, 1, 5), amount=1, unit=CreditUnit.PACE, topics=("safety",), **earned)
    assert "o000" not in ids(NEEDY.model_copy(update={"transcript": (taken,)}), CATALOG)


def test_near_duplicates_stand_behind_the_best_of_them() -> None:
    copies = [course(0, id=f"o8{number:02}", title="Hemoglobin A1c Methods and Interferences") for number in range(9)]
    found = ranked(NEEDY, [*copies, CATALOG[2]], limit=5)
    assert sorted(one.opportunity.id for one in found) == ["o002", "o800"]
    assert next(one for one in found if one.opportunity.id == "o800").also == tuple(f"o8{n:02}" for n in range(1, 9))


# What it says


def test_reasons_name_the_requirement_the_amount_the_words_and_the_price() -> None:
    asking = NEEDY.model_copy(update={"interests": ("heart attack",)})
    said = next(one for one in ranked(asking, CATALOG) if one.opportunity.id == "o000").reasons
    assert "Closes 1 of the 2 hours still needed: My target, chemistry (should count under this rule)." in said
    assert any(reason.startswith('Matches your interest "heart attack": Troponin') for reason in said)
    assert "Your price: $20, the provider's price." in said


def test_the_session_that_suits_is_the_one_that_is_told() -> None:
    sessions = (session(date(2026, 12, 9)), session(date(2026, 12, 10)))
    asking = NEEDY.model_copy(
        update={"free_times": (FreeTime(days=("thu",), after=time(8), before=time(20)),), "time_zone": "UTC"}
    )
    (found,) = ranked(asking, [course(0, sessions=sessions, delivery=Delivery.LIVE_ONLINE)])
    assert found.session is not None
    assert found.session.local_date == date(2026, 12, 10)


def test_a_limit_gives_the_beginning_of_the_whole_list() -> None:
    catalog = [course(number, id=f"o{number:03}", title=f"{TITLES[number % 8][0]} {number}") for number in range(80)]
    whole = [one.opportunity.id for one in ranked(NEEDY, catalog)]
    assert [one.opportunity.id for one in ranked(NEEDY, catalog, limit=7)] == whole[:7]


def test_private_opportunities_are_ranked_though_the_index_lacks_them() -> None:
    private = course(2, id="p001", title="Chemical Spill Drill")
    found = suggest(NEEDY, [*CATALOG, private], (), {}, build_index(CATALOG), NOW)
    assert "p001" in [one.opportunity.id for one in found]


def test_a_whole_roster_gets_what_each_would_get_alone() -> None:
    ranking = Ranking(CATALOG, (), build_index(CATALOG), TODAY)
    profiles = [
        NEEDY,
        Profile(interests=("malaria",)),
        Profile(topics=("blood_bank",), disliked=("o007",)),
        Profile(),
        NEEDY.model_copy(update={"interests": ("leadership", "gram stain")}),
    ]
    people = [person_of(profile, {}, TODAY) for profile in profiles]
    for person, found in zip(people, best_for_all(ranking, people, 5), strict=True):
        parts = ranking.parts(person)
        rows = ranking.best(parts, 5)[:5]
        assert [name for name, _ in found] == [ranking.columns.ids[row] for row in rows]
        np.testing.assert_allclose([score for _, score in found], parts.scores[rows], atol=2e-6)


def test_one_budget_over_a_team_closes_as_many_as_it_can() -> None:
    ranking = Ranking(CATALOG, (), build_index(CATALOG), TODAY)
    small = Target(id="small", name="Small", total=1, starts_on=date(2026, 1, 1), due_on=date(2027, 6, 30))
    early = small.model_copy(update={"due_on": date(2027, 3, 31)})
    large = small.model_copy(update={"total": 4000})
    people = [
        (name, person_of(Profile(targets=(target,)), {}, TODAY))
        for name, target in (("Ann", large), ("Bea", small), ("Cy", early))
    ]
    alone = [plan_for(ranking, person, Options(no_budget=True)).cost for _, person in people]
    assert alone == [8000, 2000, 2000]
    found = plan_team(ranking, people, 4500)
    assert [member.closes_everything for member in found.members] == [False, True, True]
    assert found.cost <= 4500
    assert found.needed == 12_000
    assert "2 of 3 people" in found.headline
    assert [member.closes_everything for member in plan_team(ranking, people, 2100).members] == [False, False, True]
    assert all(member.closes_everything for member in plan_team(ranking, people, None).members)


def test_a_catalog_with_nothing_in_it_gives_an_empty_list_for_whatever_is_held() -> None:
    rules = load_credentials()
    profile = Profile(credentials=tuple(Held(id=name) for name in sorted(rules)))
    assert suggest(profile, [], (), rules, build_index([]), NOW) == []
