"""Why, why not, what is like it, and the steps of a career."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog.listing import Audience, CreditUnit, Delivery, Kind, SessionStatus
from catalog.views import CreditView, OfferView, OpportunityView, Presence, SessionView, TopicOrigin, TopicView
from recommend.answers import similar, verdict
from recommend.career import LEADS, MAY_PREPARE, NAMES, PREPARES, goals, steps
from recommend.index import build_index
from recommend.profile import Held, Profile
from recommend.rank import Ranking, person_of
from recommend.rules import load_credentials
from recommend.transcript import EarnedCredit

TODAY = date(2026, 11, 22)
ME = Profile(credentials=(Held(id="ascp-mlt", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31)),))


def thing(identity: str, title: str, topic: str = "chemistry", **facts: Any) -> OpportunityView:
    url = f"https://provider.example/{identity}"
    told = {
        "kind": Kind.COURSE,
        "provider": "provider",
        "provider_name": "Provider",
        "family": "provider",
        "url": url,
        "read_on": TODAY,
        "credits": (CreditView(1000, CreditUnit.PACE, "provider"),),
        "offers": (OfferView(Audience.PUBLIC, 1000, "USD", "provider", url),),
        "topics": (TopicView(topic, TopicOrigin.STATED),),
        "delivery": Delivery.ON_DEMAND,
        **facts,
    }
    return OpportunityView(id=identity, title=title, **told)


CATALOG = [
    thing("o1", "Troponin Testing"),
    thing("o2", "Cardiac Biomarkers in Practice"),
    thing("o3", "Blood Culture Contamination", "microbiology"),
    thing("o4", "Leadership for Supervisors", "management"),
]


def over(catalog: list[OpportunityView]) -> Ranking:
    return Ranking(catalog, (), build_index(catalog), TODAY)


def asked(profile: Profile, about: OpportunityView, catalog: list[OpportunityView] = CATALOG) -> Any:
    return verdict(over(catalog), person_of(profile, load_credentials(), TODAY), about)


def test_what_is_listed_has_its_place_reasons_and_what_stands_before_it() -> None:
    liking = ME.model_copy(update={"interests": ("troponin",)})
    first, last = asked(liking, CATALOG[0]), asked(liking, CATALOG[3])
    assert first.place == 1 and first.behind == ()
    assert first.suggestion.reasons
    assert any("MLT(ASCP) chemistry" in rule for rule in first.rules)
    assert last.place == 4
    assert any('"Troponin Testing" stands first' in line for line in last.behind)
    assert {asked(liking, one).place for one in CATALOG} == {1, 2, 3, 4}


def test_what_is_nearly_the_same_as_something_better_shares_its_place_and_says_so() -> None:
    twin = thing(
        "o5", "Troponin Testing", offers=(OfferView(Audience.PUBLIC, 9000, "USD", "provider", "https://x.example"),)
    )
    catalog = [*CATALOG, twin]
    said = asked(ME.model_copy(update={"interests": ("troponin",)}), twin, catalog)
    assert (said.place, said.behind[0]) == (1, 'Nearly the same as "Troponin Testing".')
    assert asked(ME, CATALOG[3], catalog).place == 4, "near-duplicates take up no places of the list"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"available_through": date(2026, 11, 1)}, "It was available until Nov 1, 2026."),
        ({"retired_on": date(2026, 11, 22)}, "It was retired on Nov 22, 2026."),
        ({"apply_by": date(2026, 11, 20)}, "Applications closed on Nov 20, 2026."),
        ({"presence": Presence.WITHDRAWN}, "Its provider no longer lists it."),
        ({"sessions": (SessionView("a", date(2026, 11, 2), "p"),)}, "Its last date was Nov 2, 2026."),
        ({"sessions": (SessionView("a", date(2026, 12, 2), "p", status=SessionStatus.FULL),)}, "Its dates are full."),
        (
            {"sessions": (SessionView("a", date(2026, 12, 2), "p", status=SessionStatus.CANCELLED),)},
            "Its dates were cancelled.",
        ),
        (
            {"sessions": (SessionView("a", date(2026, 12, 2), "p", registration_deadline=date(2026, 11, 1)),)},
            "None of its dates can be attended any more.",
        ),
    ],
)
def test_what_is_over_says_since_when(facts: dict[str, Any], said: str) -> None:
    answer = asked(ME, thing("o9", "Something", **facts))
    assert answer.place is None
    assert said in answer.blocked


def test_what_was_taken_or_hidden_says_so() -> None:
    earned = EarnedCredit(completed_on=date(2026, 5, 1), title="troponin testing", amount=1, unit=CreditUnit.PACE)
    assert asked(ME.model_copy(update={"transcript": (earned,)}), CATALOG[0]).blocked == (
        "You took it on May 1, 2026.",
    )
    assert asked(ME.model_copy(update={"disliked": ("o1",)}), CATALOG[0]).blocked == ("You hid it.",)


def test_college_study_says_whom_it_is_listed_for() -> None:
    study = thing("o9", "BS in MLS", kind=Kind.DEGREE, credits=(CreditView(30_000, CreditUnit.SEMESTER_HOUR, "p"),))
    catalog = [*CATALOG, study]
    assert asked(ME, study, catalog).blocked == (
        "It is college study, which is listed only where you have a career goal.",
    )
    assert asked(ME.model_copy(update={"goal": "mls"}), study, catalog).place == 1


def test_a_renewal_period_that_is_over_is_closed_by_nothing() -> None:
    over = ME.model_copy(
        update={"credentials": (*ME.credentials, Held(id="us-fl-technician", cycle_end=date(2026, 8, 31)))}
    )
    said = asked(over, CATALOG[0])
    assert {one.credential for one in said.suggestion.closes} == {"ascp-mlt"}
    assert [rule for rule in said.rules if "is over" in rule] == [
        "The renewal period of Florida technician is over: ask the board what it takes now."
    ]


def test_an_ended_approval_is_named_as_the_reason() -> None:
    ended = thing("o9", "X", credits=(CreditView(1000, CreditUnit.PACE, "p", approved_through=date(2026, 1, 1)),))
    assert "MLT(ASCP): the approval of its credit has ended." in asked(ME, ended).rules
    assert "MLT(ASCP): its page states no credit." in asked(ME, thing("o8", "Y", credits=())).rules


def test_what_is_like_it_comes_first_and_never_itself() -> None:
    ranking = Ranking(CATALOG, (), build_index(CATALOG), TODAY)
    found = similar(ranking, "o1", 3)
    assert found[0][0].id == "o2"
    assert "o1" not in {one.id for one, _ in found}
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    with pytest.raises(KeyError):
        similar(ranking, "o999")


def test_steps_toward_a_goal_are_told_by_how_direct_they_are() -> None:
    catalog = [
        thing(
            "o1",
            "Bachelor of Science",
            kind=Kind.DEGREE,
            leads_to=("Medical Laboratory Scientist",),
            prerequisites=("an associate degree",),
        ),
        thing("o2", "MLT to MLS Bridge", kind=Kind.CERTIFICATE),
        thing("o3", "Preceptor Training", "education"),
        thing("o4", "Ended MLS Program", kind=Kind.DEGREE, available_through=date(2026, 1, 1)),
    ]
    toward_mls = steps(over(catalog), ME.model_copy(update={"goal": "mls"}))
    assert [(step.opportunity.id, step.directness) for step in toward_mls] == [("o1", LEADS), ("o2", NAMES)]
    assert toward_mls[0].asks_for == ("an associate degree",)
    educator = steps(over(catalog), ME.model_copy(update={"goal": "educator"}))
    assert [(step.opportunity.id, step.directness) for step in educator] == [("o3", NAMES)]
    lead = steps(over(CATALOG), ME.model_copy(update={"goal": "lead"}))
    assert [(step.opportunity.id, step.directness) for step in lead] == [("o4", PREPARES)]


def test_a_step_by_our_guess_stands_last_and_says_so() -> None:
    guess = (TopicView("management", TopicOrigin.GUESSED, 0.9),)
    catalog = [thing("o1", "Budgets", topics=guess), thing("o2", "Staffing", "management")]
    found = steps(over(catalog), ME.model_copy(update={"goal": "supervisor"}))
    assert [(step.opportunity.id, step.directness) for step in found] == [("o2", PREPARES), ("o1", MAY_PREPARE)]
    assert "by our guess" in found[1].reasons[0]


def test_of_equally_direct_steps_the_one_more_about_the_goal_stands_first() -> None:
    catalog = [thing("o1", "Hazard Communication", "quality"), thing("o2", "Leading the Bench: Lead Roles", "quality")]
    found = steps(over(catalog), ME.model_copy(update={"goal": "lead"}))
    assert [step.opportunity.id for step in found] == ["o2", "o1"]


def test_a_specialists_goal_is_about_the_specialty() -> None:
    catalog = [thing("o1", "Antibody Panels", "blood_bank"), thing("o2", "Troponin", "chemistry")]
    asking = ME.model_copy(update={"goal": "specialist", "goal_topic": "blood_bank"})
    assert [step.opportunity.id for step in steps(over(catalog), asking)] == ["o1"]
    assert steps(over(catalog), ME) == []


def test_every_goal_of_a_profile_has_its_steps_described() -> None:
    assert set(goals()) == {"mls", "specialist", "lead", "supervisor", "educator", "administrator"}
