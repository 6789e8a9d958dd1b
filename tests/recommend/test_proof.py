"""Certificates, reminders and the audit pack."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from recommend.certificates import check_certificate, fields_of_credit, fields_of_text
from recommend.profile import Profile, sample_profile
from recommend.reminders import reminder_calendar, reminders
from recommend.rules import load_credentials
from recommend.shortfall import owed
from recommend.transcript import EarnedCredit

RULES = load_credentials()
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

PAPER = """Certificate of Completion
Awarded to: Sam Sample
Course: Antibody Identification
Provider: Sample Society
Course Number: 578-023-26
Contact hours: 1.5
Completion date: November 2, 2026
"""


def test_a_plain_certificate_is_enough_for_ascp_and_amt_but_not_for_california_or_florida() -> None:
    fields = fields_of_text(PAPER)
    missing = {}
    for name in ("ascp-mlt", "amt-mlt", "us-ca-lab", "us-fl-technician"):
        check = check_certificate(fields, RULES[name], "Sam Sample")
        assert check is not None
        missing[name] = check.missing
    assert missing == {
        "ascp-mlt": (),
        "amt-mlt": (),
        "us-ca-lab": ("accreditor_number",),
        "us-fl-technician": ("license_number", "hours_by_topic", "accreditor_number", "signature"),
    }


SENTENCES = """Certificate of Completion
This certifies that
Sam Sample
has successfully completed
Antibody Identification
on November 2, 2026
Provided by Sample Society
1.5 P.A.C.E.® contact hours
P.A.C.E. Program # 578-023-26
Signature: ____________
"""

COLUMNS = """Participant name          Sam Sample
Course title              Antibody Identification
Contact hours awarded     1.5
Florida Board approval #: 50-4412
Date completed
November 2, 2026
Authorized signature      Alex Author
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SENTENCES,
            {
                "participant": "Sam Sample",
                "title": "Antibody Identification",
                "completed_on": "November 2, 2026",
                "provider": "Sample Society",
                "hours": "1.5 P.A.C.E.® contact hours",
                "course_number": "578-023-26",
            },
        ),
        (
            COLUMNS,
            {
                "participant": "Sam Sample",
                "title": "Antibody Identification",
                "hours": "1.5",
                "accreditor_number": "50-4412",
                "completed_on": "November 2, 2026",
                "signature": "Alex Author",
            },
        ),
        (
            "This is to certify that Sam Sample has completed Blood Gas Basics on 11/2/2026",
            {
                "participant": "Sam Sample",
                "title": "Blood Gas Basics",
                "completed_on": "11/2/2026",
            },
        ),
        ("Date: to be announced\nHours: see below\nLicense number: ____\nSignature: ________", {}),
        ("Awarded to: ______\nCourse: _____\nHours: 2", {"hours": "2"}),
    ],
)
def test_what_a_certificate_says_by_label_column_or_sentence(text: str, expected: dict[str, str]) -> None:
    assert fields_of_text(text) == expected


def test_a_drawn_signature_is_not_said_to_be_missing_for_sure() -> None:
    check = check_certificate(fields_of_text(SENTENCES), RULES["us-fl-technician"])
    assert check is not None
    assert check.sentence.endswith("A signature that is drawn is no text: look for it yourself.")


def test_a_full_florida_certificate_passes() -> None:
    more = (
        "License number: TN 1\nHours by specialty area: Immunohematology 1.5\nApproval number: 50-1\nSigned by: A. B.\n"
    )
    check = check_certificate(fields_of_text(PAPER + more), RULES["us-fl-technician"])
    assert check is not None
    assert check.passes
    assert "everything that Florida Board" in check.sentence


def test_a_label_with_nothing_behind_it_does_not_take_the_next_line() -> None:
    assert fields_of_text("License number:\nTitle: Lipids\n") == {"title": "Lipids"}


def test_another_name_fails_and_spelling_of_capitals_does_not() -> None:
    fields = fields_of_text(PAPER + "Approval number: 1\n")
    differs = check_certificate(fields, RULES["us-ca-lab"], "Samuel Sample")
    assert differs is not None
    assert not differs.passes
    assert "'Sam Sample', which is not the one expected" in differs.sentence
    same = check_certificate(fields, RULES["us-ca-lab"], "SAM SAMPLE")
    assert same is not None
    assert same.passes


def test_a_transcript_entry_is_checked_by_what_it_says() -> None:
    credit = EarnedCredit.model_validate({"completed_on": TODAY, "title": "Lipids", "amount": 1, "unit": "pace"})
    check = check_certificate(fields_of_credit(credit, "Sam Sample"), RULES["ascp-mlt"])
    assert check is not None
    assert check.missing == ("provider",)
    assert check.sentence == "For ASCP Board of Certification it does not show the provider."


def test_a_body_whose_rule_says_nothing_of_certificates_checks_nothing() -> None:
    assert check_certificate({}, RULES["us-tn-lab"]) is None


def test_the_ladder_of_reminders() -> None:
    profile = Profile.model_validate({"credentials": [{"id": "amt-mlt", "cycle_end": "2027-12-31"}]})
    assert [reminder.day for reminder in reminders(owed(profile, RULES, TODAY))] == [
        date(2027, 7, 4),
        date(2027, 10, 2),
        date(2027, 12, 1),
        date(2027, 12, 24),
        date(2027, 12, 31),
    ]


def test_ascp_wants_the_declaration_a_month_early_and_past_days_are_left_out() -> None:
    profile = Profile.model_validate({"credentials": [{"id": "ascp-mlt", "cycle_end": "2027-01-10"}]})
    found = reminders(owed(profile, RULES, TODAY))
    assert [(reminder.day, "asks to file" in reminder.summary) for reminder in found] == [
        (date(2026, 12, 11), True),
        (date(2027, 1, 3), False),
        (date(2027, 1, 10), False),
    ]


def test_the_calendar_is_well_formed_stable_and_marked_as_a_sample() -> None:
    answer = owed(sample_profile(TODAY), RULES, TODAY)
    calendar = Calendar.from_ical(reminder_calendar(answer, NOW, sample=True))
    events = calendar.walk("VEVENT")
    assert calendar["X-WR-CALNAME"] == "CE deadlines (sample)"
    assert all(str(event["SUMMARY"]).startswith("Sample: ") for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events) == 10
    assert "17.5 points if only confirmed things count" in str(events[0]["DESCRIPTION"])
    later = Calendar.from_ical(reminder_calendar(answer, NOW.replace(hour=13), sample=True))
    assert [event["UID"] for event in later.walk("VEVENT")] == [event["UID"] for event in events]


@pytest.mark.parametrize("held", [{"id": "aab-mlt"}, {"id": "ascp-mlt"}, {"id": "us-ga-lab"}])
def test_nothing_to_remind_of(held: dict[str, str]) -> None:
    assert reminders(owed(Profile.model_validate({"credentials": [held]}), RULES, TODAY)) == ()
