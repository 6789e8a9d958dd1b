"""What one opportunity counts for. Expected amounts were worked out by hand from the rules' sources."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.listing import CreditUnit, Kind
from catalog.views import CreditView, OpportunityView, TopicOrigin, TopicView
from recommend.counting import CountsFor, counts_for
from recommend.credential import Acceptance, Credential
from recommend.holding import for_holder
from recommend.profile import CheckedFigure, Held, Profile
from recommend.rules import load_credentials

RULES = load_credentials()
TODAY = date(2026, 11, 22)


def credit(amount: int | None, unit: CreditUnit = CreditUnit.PACE, **fields: object) -> CreditView:
    return CreditView(**{"thousandths": amount, "unit": unit, "source": "labce", **fields})  # type: ignore[arg-type] # test data


def course(
    *offered: CreditView, stated: tuple[str, ...] = (), guessed: tuple[str, ...] = (), **fields: object
) -> OpportunityView:
    topics = [TopicView(topic, TopicOrigin.STATED) for topic in stated]
    topics += [TopicView(topic, TopicOrigin.GUESSED, 0.8) for topic in guessed]
    base = {
        "id": "o1",
        "kind": Kind.COURSE,
        "title": "A course",
        "provider": "labce",
        "provider_name": "LabCE",
        "family": "labce",
        "url": "https://www.labce.com/course",
        "read_on": TODAY,
        "credits": offered,
        "topics": tuple(topics),
    }
    return OpportunityView(**{**base, **fields})  # type: ignore[arg-type] # test data


def rows(opportunity: OpportunityView, credential: Credential | str, **fields: object) -> dict[str, CountsFor]:
    rule = RULES[credential] if isinstance(credential, str) else credential
    return {row.requirement: row for row in counts_for(opportunity, rule, **fields)}  # type: ignore[arg-type] # test data


def held(credential: str, *checked: str, **fields: object) -> Credential:
    profile = Profile.model_validate(
        {"credentials": [{"id": credential, **fields}], "checked": [{"figure": name} for name in checked]}
    )
    return for_holder(profile, RULES, TODAY)[credential]


def test_a_pace_hour_on_chemistry_fills_chemistry_or_the_rest() -> None:
    found = rows(course(credit(1500), stated=("chemistry",)), "ascp-mlt")
    assert set(found) == {"chemistry", "related"}
    assert found["chemistry"].thousandths == 1500
    assert found["chemistry"].acceptance is Acceptance.SHOULD
    assert found["chemistry"].confirmed
    assert found["chemistry"].piece == found["related"].piece, "one course fills one category"
    assert (
        found["chemistry"].reason
        == "Should count: 1.5 P.A.C.E. contact hours is 1.5 points toward MLT(ASCP) chemistry."
    )


@pytest.mark.parametrize(
    ("topic", "requirement"),
    [
        ("toxicology", "chemistry"),
        ("coagulation", "hematology"),
        ("parasitology_mycology_virology", "microbiology"),
        ("laboratory_safety", "safety"),
        ("medical_errors", "safety"),
        ("quality", "safety"),
    ],
)
def test_a_subtopic_fits_its_parents_requirement(topic: str, requirement: str) -> None:
    assert requirement in rows(course(credit(1000), stated=(topic,)), "ascp-mlt")


def test_a_parent_topic_does_not_fit_a_narrower_requirement() -> None:
    assert "medical_errors" not in rows(
        course(credit(1000, CreditUnit.FLORIDA), stated=("safety",)), "us-fl-technician"
    )


def test_a_guessed_topic_is_told_and_does_not_confirm() -> None:
    found = rows(course(credit(1000), guessed=("hematology",)), "ascp-mlt")
    assert found["hematology"].topic_origin is TopicOrigin.GUESSED
    assert not found["hematology"].confirmed
    assert "our guess" in found["hematology"].reason
    assert found["related"].confirmed, "the rest asks for no topic"


def test_of_alternative_credits_the_largest_accepted_one_counts() -> None:
    opportunity = course(credit(1000, CreditUnit.CME), credit(1500, CreditUnit.CMLE), stated=("hematology",))
    assert rows(opportunity, "ascp-mlt")["hematology"].thousandths == 1500


def test_only_an_additive_group_is_summed_and_each_part_has_its_own_topic() -> None:
    opportunity = course(
        credit(1000, CreditUnit.FLORIDA, additive_group="parts", topics=("hematology",), subject="Hematology"),
        credit(500, CreditUnit.FLORIDA, additive_group="parts", topics=("chemistry",), subject="Chemistry"),
        stated=("hematology", "chemistry"),
    )
    found = counts_for(opportunity, RULES["ascp-mlt"])
    by_piece = {row.piece: row for row in found if row.requirement != "related"}
    assert {(row.requirement, row.thousandths) for row in by_piece.values()} == {
        ("hematology", 1000),
        ("chemistry", 500),
    }


def test_where_sources_disagree_the_lowest_is_planned_with() -> None:
    opportunity = course(credit(1000), credit(2000, source="medialab"), stated=("chemistry",))
    row = rows(opportunity, "ascp-mlt")["chemistry"]
    assert (row.thousandths, row.likely_thousandths) == (1000, 2000)
    assert "lower reading, 1" in row.reason


def test_a_source_that_names_no_amount_is_no_disagreement() -> None:
    opportunity = course(credit(1000), credit(None, source="medialab"), stated=("chemistry",))
    assert rows(opportunity, "ascp-mlt")["chemistry"].thousandths == 1000


def test_an_amount_that_is_not_stated_stays_unknown() -> None:
    row = rows(course(credit(None), stated=("chemistry",)), "ascp-mlt")["chemistry"]
    assert row.thousandths is None
    assert not row.confirmed
    assert "the amount is not stated" in row.reason


def test_up_to_so_many_hours_counts_only_as_likely() -> None:
    row = rows(course(credit(12_000, upper_bound=True)), "ascp-mlt")["related"]
    assert (row.thousandths, row.likely_thousandths, row.confirmed) == (None, 12_000, False)


def test_an_approval_that_ended_before_the_day_does_not_count() -> None:
    opportunity = course(credit(1000, approved_through=date(2026, 12, 31)), stated=("chemistry",))
    assert "chemistry" in rows(opportunity, "ascp-mlt", on=date(2026, 12, 31))
    assert rows(opportunity, "ascp-mlt", on=date(2027, 1, 1)) == {}


def test_a_ceu_is_planned_as_one_until_it_is_checked_that_it_means_ten_hours() -> None:
    opportunity = course(credit(300, CreditUnit.CEU))
    strict = rows(opportunity, "ascp-mlt")["related"]
    assert (strict.thousandths, strict.likely_thousandths) == (300, 3000)
    checked = rows(opportunity, held("ascp-mlt", "ascp-mlt.accepts.ceu"))["related"]
    assert checked.thousandths == 3000


def test_a_semester_hour_is_fifteen_points_under_the_college_cap() -> None:
    row = rows(course(credit(3000, CreditUnit.SEMESTER_HOUR), kind=Kind.DEGREE), "ascp-mlt")["related"]
    assert (row.thousandths, row.cap) == (45_000, "college")


def test_an_hour_for_amt_is_assumed_until_it_is_checked() -> None:
    opportunity = course(credit(1000))
    assumed = rows(opportunity, "amt-mlt")["any"]
    assert (assumed.thousandths, assumed.likely_thousandths, assumed.confirmed) == (0, 1000, False)
    assert "assumed" in assumed.reason
    assert rows(opportunity, held("amt-mlt", "amt-mlt.accepts.hours"))["any"].confirmed


def test_a_stated_point_counts_as_the_provider_states_it() -> None:
    row = rows(course(credit(2000, CreditUnit.CCP_POINT)), "amt-mlt")["any"]
    assert (row.thousandths, row.acceptance) == (2000, Acceptance.STATED)
    assert row.reason.startswith("The provider states it")


def test_contact_hours_of_a_program_are_not_taken_for_ce_hours() -> None:
    program = course(credit(120_000, CreditUnit.CONTACT_HOUR), kind=Kind.CERTIFICATE)
    for name, requirement in (("ascp-mlt", "related"), ("us-nd-lab", "any"), ("us-mt-lab", "any")):
        row = rows(program, name)[requirement]
        assert row.acceptance is Acceptance.UNKNOWN
        assert not row.confirmed
    assert rows(course(credit(2000, CreditUnit.CONTACT_HOUR)), "ascp-mlt")["related"].confirmed


def test_florida_takes_its_own_hours_and_does_not_know_about_others() -> None:
    rule = held("us-fl-technician", specialties=["hematology"])
    own = rows(course(credit(1000, CreditUnit.FLORIDA), stated=("hematology",)), rule)
    assert own["specialty_hematology"].acceptance is Acceptance.STATED
    other = rows(course(credit(1000), stated=("hematology",)), rule)
    assert other["specialty_hematology"].acceptance is Acceptance.UNKNOWN
    assert not other["specialty_hematology"].confirmed


def test_florida_asks_for_a_board_approved_course_on_medical_errors() -> None:
    rule = held("us-fl-technician")
    assert "medical_errors" in rows(course(credit(2000, CreditUnit.FLORIDA), stated=("medical_errors",)), rule)
    assert "medical_errors" not in rows(course(credit(2000), stated=("medical_errors",)), rule)


def test_california_takes_pace_and_does_not_know_about_cmle() -> None:
    assert rows(course(credit(1000)), "us-ca-lab")["any"].acceptance is Acceptance.SHOULD
    assert rows(course(credit(1000, CreditUnit.CMLE)), "us-ca-lab")["any"].acceptance is Acceptance.UNKNOWN


def test_north_dakota_refuses_general_safety_and_takes_laboratory_safety() -> None:
    assert rows(course(credit(1000), stated=("safety",)), "us-nd-lab") == {}
    assert "any" in rows(course(credit(1000), stated=("laboratory_safety",)), "us-nd-lab")
    assert "any" in rows(course(credit(1000)), "us-nd-lab")


def test_a_body_that_asks_for_nothing_counts_nothing() -> None:
    assert counts_for(course(credit(1000)), RULES["aab-mlt"]) == ()
    assert counts_for(course(credit(1000)), RULES["us-ga-lab"]) == ()


def test_teaching_without_a_credit_is_not_known_and_never_a_number() -> None:
    row = rows(course(kind=Kind.INVOLVEMENT), "ascp-mlt")["related"]
    assert row.thousandths is None
    assert row.likely_thousandths is None
    assert "how much was not found" in row.reason


def test_a_checked_figure_can_be_changed() -> None:
    profile = Profile(
        credentials=(Held(id="amt-mlt"),),
        checked=(CheckedFigure.model_validate({"figure": "amt-mlt.accepts.hours", "value": 0.5}),),
    )
    rule = for_holder(profile, RULES, TODAY)["amt-mlt"]
    assert rows(course(credit(1000)), rule)["any"].thousandths == 500
