"""What if I took this, and what is it worth? Worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.listing import CreditUnit, Kind
from catalog.views import CreditView, OpportunityView, TopicOrigin, TopicView
from recommend.counting import counts_for
from recommend.cycles import Period
from recommend.profile import Profile
from recommend.rules import load_credentials
from recommend.transcript import EarnedCredit
from recommend.whatif import Effect, as_earned, convert, what_if

RULES = load_credentials()
TODAY = date(2026, 11, 22)
PERIOD = {"cycle_start": "2025-01-01", "cycle_end": "2027-12-31"}


def effects(taken: EarnedCredit, *held: str, **fields: object) -> dict[str, Effect]:
    profile = Profile.model_validate({"credentials": [{"id": name, **PERIOD} for name in held], **fields})
    return {effect.credential: effect for effect in what_if(profile, RULES, TODAY, taken)}


def course(day: str, amount: float, *topics: str) -> EarnedCredit:
    return EarnedCredit.model_validate(
        {"completed_on": day, "title": "New", "amount": amount, "unit": "pace", "topics": topics}
    )


def test_one_course_closes_a_part_of_each_credential() -> None:
    found = effects(course("2027-02-01", 2, "blood_bank"), "ascp-mlt", "us-ca-lab", "amt-mlt")
    assert (found["ascp-mlt"].closes_confirmed, found["ascp-mlt"].closes_likely) == (2000, 2000)
    assert (found["us-ca-lab"].closes_confirmed, found["us-ca-lab"].lost) == (2000, 0)
    assert (found["amt-mlt"].closes_confirmed, found["amt-mlt"].closes_likely) == (0, 2000)
    assert [use.requirement for use in found["ascp-mlt"].uses] == ["blood_bank"]


def test_what_goes_beyond_the_total_is_lost() -> None:
    """Five of six are done and three more are taken: one counts, two are beyond."""
    done = [{"completed_on": "2026-02-01", "title": "Done", "amount": 5, "unit": "pace"}]
    effect = effects(course("2027-02-01", 3), "us-ca-phlebotomy", transcript=done)["us-ca-phlebotomy"]
    assert (effect.closes_likely, effect.lost) == (1000, 2000)


def test_a_course_after_the_period_does_not_help_it() -> None:
    effect = effects(course("2028-01-01", 2, "blood_bank"), "ascp-mlt")["ascp-mlt"]
    assert effect.falls.period is Period.LATER
    assert effect.falls.cycle is not None
    assert (effect.falls.cycle.start, effect.falls.cycle.end) == (date(2028, 1, 1), date(2030, 12, 31))
    assert (effect.closes_confirmed, effect.closes_likely, effect.lost) == (0, 0, 0)


def test_an_own_target_is_answered_too() -> None:
    target = {"id": "mine", "name": "Mine", "total": 4, "starts_on": "2026-01-01", "due_on": "2026-12-31"}
    found = effects(course("2026-12-01", 1), targets=[target])
    assert found["mine"].closes_confirmed == 1000
    assert found["mine"].falls.period is Period.PRESENT


def opportunity(*offered: CreditView, kind: Kind = Kind.COURSE) -> OpportunityView:
    return OpportunityView(
        id="o1", kind=kind, title="Lipids", provider="labce", provider_name="LabCE", family="labce",
        url="https://www.labce.com/lipids", read_on=TODAY, credits=offered,
        topics=(TopicView("chemistry", TopicOrigin.STATED), TopicView("quality", TopicOrigin.GUESSED, 0.6)),
    )  # fmt: skip


def offer(amount: int | None, unit: CreditUnit, source: str = "labce", **fields: object) -> CreditView:
    return CreditView(thousandths=amount, unit=unit, source=source, **fields)  # type: ignore[arg-type] # test data


def test_an_opportunity_becomes_the_credit_that_one_would_have() -> None:
    earned = as_earned(
        opportunity(
            offer(2000, CreditUnit.PACE),
            offer(1000, CreditUnit.PACE, "medialab"),
            offer(1500, CreditUnit.FLORIDA),
            offer(1000, CreditUnit.CMLE, approved_through=date(2026, 1, 1)),
        ),
        date(2026, 12, 1),
    )
    assert (earned.unit, earned.amount) == (CreditUnit.PACE, 1000)
    assert earned.also == {CreditUnit.FLORIDA: 1500}
    assert (earned.topics, earned.guessed_topics) == (("chemistry",), ("quality",))
    assert earned.opportunity == "o1"


def test_parts_of_an_additive_group_keep_their_topics() -> None:
    parts = [
        offer(1000, CreditUnit.FLORIDA, additive_group="g", topics=("hematology",)),
        offer(500, CreditUnit.FLORIDA, additive_group="g", topics=("chemistry",)),
    ]
    earned = as_earned(opportunity(*parts), date(2026, 12, 1))
    assert earned.amount == 1500
    assert earned.by_topic == {"hematology": 1000, "chemistry": 500}


def test_parts_that_do_not_fit_the_lower_amount_are_left_out() -> None:
    parts = [
        offer(2000, CreditUnit.FLORIDA, additive_group="g", topics=("hematology",)),
        offer(1000, CreditUnit.FLORIDA, additive_group="g", topics=("chemistry",)),
        offer(1000, CreditUnit.FLORIDA, "medialab"),
    ]
    earned = as_earned(opportunity(*parts), date(2026, 12, 1))
    assert (earned.amount, earned.by_topic) == (1000, {})


OFFERS = st.builds(
    offer,
    st.one_of(st.none(), st.integers(min_value=0, max_value=12).map(lambda halves: halves * 500)),
    st.sampled_from(CreditUnit),
    st.sampled_from(["labce", "medialab"]),
    additive_group=st.sampled_from([None, "g", "h"]),
    topics=st.sampled_from([(), ("chemistry",), ("hematology", "coagulation")]),
    upper_bound=st.booleans(),
    provisional=st.booleans(),
    approved_through=st.sampled_from([None, date(2026, 6, 1), date(2027, 6, 1)]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(OFFERS, max_size=6), st.sampled_from(Kind), st.sampled_from(sorted(RULES)))
def test_any_offers_can_be_counted_and_earned(offers: list[CreditView], kind: Kind, credential: str) -> None:
    found = opportunity(*offers, kind=kind)
    earned = as_earned(found, date(2026, 12, 1))
    assert earned.amount is None or earned.amount >= sum(earned.by_topic.values())
    for row in counts_for(found, RULES[credential], date(2026, 12, 1)):
        assert row.reason.endswith(".")
        assert row.thousandths is None or row.likely_thousandths is None or row.thousandths <= row.likely_thousandths
        assert row.credit is None or row.credit.approved_through != date(2026, 6, 1)
        if row.confirmed:
            assert row.credit is not None
            assert not row.credit.provisional
            assert not row.credit.upper_bound


def test_a_credit_without_an_amount_stays_without_one() -> None:
    earned = as_earned(opportunity(offer(None, CreditUnit.PACE)), date(2026, 12, 1))
    assert earned.amount is None
    assert as_earned(opportunity(), date(2026, 12, 1)).unit is CreditUnit.UNSTATED


@pytest.mark.parametrize(
    ("amount", "unit", "credential", "confirmed", "likely"),
    [
        (300, CreditUnit.CEU, "ascp-mlt", 300, 3000),
        (300, CreditUnit.CEU, "us-nd-lab", 3000, 3000),
        (1500, CreditUnit.PACE, "ascp-mlt", 1500, 1500),
        (2000, CreditUnit.SEMESTER_HOUR, "ascp-mlt", 30_000, 30_000),
        (2000, CreditUnit.QUARTER_HOUR, "ascp-mlt", 20_000, 20_000),
        (1000, CreditUnit.PACE, "amt-mlt", 0, 1000),
        (1000, CreditUnit.SEMESTER_HOUR, "amt-mlt", None, None),
        (1000, CreditUnit.CSMLS_PEP, "ascp-mlt", None, None),
    ],
)
def test_the_converter(
    amount: int, unit: CreditUnit, credential: str, confirmed: int | None, likely: int | None
) -> None:
    conversion = convert(amount, unit, RULES[credential])
    assert (conversion.confirmed, conversion.likely) == (confirmed, likely)
    if likely is None:
        assert "was not found" in conversion.sentence
    elif confirmed != likely:
        assert "until you check it" in conversion.sentence


def test_the_converter_names_its_source() -> None:
    conversion = convert(300, CreditUnit.CEU, RULES["ascp-mlt"])
    assert conversion.sentence == (
        "0.3 CEUs would be 3 points for MLT(ASCP), but that is not sure: we plan with 0.3 points until you check it."
    )
    assert conversion.source is not None
    assert conversion.source.url == "http://iacet.org/ceus/about-the-ceu"
