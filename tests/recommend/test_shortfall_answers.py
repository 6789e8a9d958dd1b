"""The whole answer for a profile: what must hold whatever is in it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.taxonomy import topics
from recommend.credential import RequirementKind
from recommend.profile import Profile, sample_profile
from recommend.rules import load_credentials
from recommend.shortfall import CredentialOwed, owed

RULES = load_credentials()
TODAY = date(2026, 11, 22)
TOPIC = st.sampled_from(list(topics()))
UNIT = st.sampled_from(["pace", "cmle", "florida", "contact_hour", "ceu", "semester_hour", "unstated", "ccp_point"])
HELD = ("ascp-mlt", "ascp-bb", "amt-mlt", "us-fl-technician", "us-nd-lab", "us-ca-lab", "ascp-pbt")


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "completed_on": TODAY - timedelta(days=draw(st.integers(min_value=-30, max_value=900))),
        "title": f"Course {draw(st.integers(min_value=0, max_value=50))}",
        "amount": draw(st.integers(min_value=0, max_value=12)) / 2,
        "unit": draw(UNIT),
        "topics": draw(st.lists(TOPIC, max_size=3, unique=True)),
        "guessed_topics": draw(st.lists(TOPIC, max_size=2, unique=True)),
    }


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    held = []
    for name in draw(st.lists(st.sampled_from(HELD), min_size=1, max_size=3, unique=True)):
        dates = {} if name.startswith(("us-fl", "us-nd")) else {"cycle_end": TODAY + timedelta(days=200)}
        held.append({"id": name, **dates, "specialties": draw(st.lists(TOPIC, max_size=2, unique=True))})
    return Profile.model_validate({"credentials": held, "transcript": draw(st.lists(entries(), max_size=10))})


def check_adds_up(credential: CredentialOwed) -> None:
    for side, uses in (("confirmed", credential.uses_confirmed), ("likely", credential.uses_likely)):
        still = credential.still_confirmed if side == "confirmed" else credential.still_likely
        parts = [getattr(part, side) for part in credential.requirements]
        assert getattr(credential, side) == sum(parts)
        for part in credential.requirements:
            told = sum(use.thousandths for use in uses if use.requirement == part.id)
            filled = getattr(part, side)
            assert told == filled if part.kind is RequirementKind.MINIMUM else told >= filled
        if credential.total is not None and still is not None and side == "confirmed":
            assert getattr(credential, side) + still == credential.total


@settings(max_examples=120, deadline=None)
@given(profiles())
def test_the_figures_add_up_and_everything_likely_never_needs_more(profile: Profile) -> None:
    for credential in owed(profile, RULES, TODAY).credentials:
        check_adds_up(credential)
        if credential.still_confirmed is not None:
            assert credential.still_likely is not None
            assert 0 <= credential.still_likely <= credential.still_confirmed


@settings(max_examples=60, deadline=None)
@given(profiles(), st.randoms(use_true_random=False))
def test_the_order_of_the_transcript_changes_nothing(profile: Profile, chance: random.Random) -> None:
    shuffled = list(profile.transcript)
    chance.shuffle(shuffled)
    other = profile.model_copy(update={"transcript": tuple(shuffled)})
    assert owed(other, RULES, TODAY) == owed(profile, RULES, TODAY)


@settings(max_examples=60, deadline=None)
@given(profiles())
def test_every_credit_is_accounted_for_with_a_reason(profile: Profile) -> None:
    titles = sorted(credit.title for credit in profile.transcript)
    for credential in owed(profile, RULES, TODAY).credentials:
        for uses in (credential.uses_confirmed, credential.uses_likely):
            assert all(use.reason.endswith(".") for use in uses)
            assert sorted({use.title for use in uses}) == sorted(set(titles))


def test_the_earlier_deadline_stands_first() -> None:
    answer = owed(sample_profile(TODAY), RULES, TODAY)
    ends = [credential.cycle_end for credential in answer.credentials]
    assert ends == sorted(ends, key=lambda end: end or date.max)


def test_a_rule_that_nobody_has_read_for_a_year_says_so() -> None:
    profile = Profile.model_validate({"credentials": [{"id": "ascp-mlt", "cycle_end": "2028-12-31"}]})
    fresh = owed(profile, RULES, date(2027, 11, 22)).credential("ascp-mlt").unsure
    stale = owed(profile, RULES, date(2027, 11, 23)).credential("ascp-mlt").unsure
    assert not any("12 months ago" in sentence for sentence in fresh)
    assert any("last read on 2026-11-22, more than 12 months ago" in sentence for sentence in stale)


def test_a_guessed_topic_is_told_among_what_is_not_sure() -> None:
    unsure = owed(sample_profile(TODAY), RULES, TODAY).credential("ascp-mlt").unsure
    assert any(
        sentence.startswith("Bench notes: what the smear can tell: Its topic is our guess") for sentence in unsure
    )


def test_the_reason_says_why_a_guessed_topic_closes_no_category_for_certain() -> None:
    credential = owed(sample_profile(TODAY), RULES, TODAY).credential("ascp-mlt")
    reasons = {
        side: next(use for use in uses if use.title.startswith("Bench notes"))
        for side, uses in (("confirmed", credential.uses_confirmed), ("likely", credential.uses_likely))
    }
    assert reasons["confirmed"].requirement == "related"
    assert "Its topic is our guess" in reasons["confirmed"].reason
    assert (reasons["likely"].requirement, reasons["likely"].reason) == ("microbiology", "Fills microbiology.")


def test_unknown_is_told_and_is_never_a_zero() -> None:
    answer = owed(
        Profile.model_validate({"credentials": [{"id": "ascp-pbt", "cycle_end": "2027-12-31"}]}), RULES, TODAY
    )
    credential = answer.credential("ascp-pbt")
    assert credential.total is None
    rest = credential.requirements[-1]
    assert (rest.needed, rest.still_confirmed, rest.still_likely) == (None, None, None)
    assert any("Check with the board and enter it" in sentence for sentence in credential.unsure)


def test_calm_notes_for_each_way_of_holding() -> None:
    said = {}
    for status in ("on_leave", "voluntary", "expired"):
        held = {"id": "ascp-mlt", "status": status, "cycle_end": "2027-12-31"}
        said[status] = " ".join(
            owed(Profile.model_validate({"credentials": [held]}), RULES, TODAY).credentials[0].notes
        )
    assert "Leave may not move your deadline. Ask the board." in said["on_leave"]
    assert "voluntarily" in said["voluntary"]
    assert "last three years" in said["expired"]


def test_who_has_expired_has_no_deadline_to_plan_for() -> None:
    held = {"id": "ascp-mlt", "status": "expired"}
    credential = owed(Profile.model_validate({"credentials": [held]}), RULES, TODAY).credentials[0]
    assert (credential.plan_by, credential.file_by) == (None, None)
    assert credential.cycle is not None
    assert credential.cycle.looks_back


def test_a_plan_ends_thirty_days_early_or_as_told_and_at_the_deadline_when_that_day_is_over() -> None:
    held = [{"id": "amt-mlt", "cycle_end": "2027-12-31"}]
    plans = {}
    for days in (30, 90, 0):
        profile = Profile.model_validate({"credentials": held, "plan_days_before": days})
        plans[days] = owed(profile, RULES, TODAY).credentials[0].plan_by
    assert plans == {30: date(2027, 12, 1), 90: date(2027, 10, 2), 0: date(2027, 12, 31)}
    late = owed(Profile.model_validate({"credentials": held}), RULES, date(2027, 12, 20)).credentials[0]
    assert late.plan_by == date(2027, 12, 31)
