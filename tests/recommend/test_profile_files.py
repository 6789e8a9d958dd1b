"""Profiles: read, refused, written and read again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from catalog.listing import Delivery
from recommend.holding import HoldingError
from recommend.profile import (
    Profile,
    ProfileError,
    for_manager,
    load_profile,
    profile_schema,
    sample_profile,
    write_profile,
)
from recommend.profile_check import gaps
from recommend.rules import load_credentials
from recommend.shortfall import owed

RULES = load_credentials()
TODAY = date(2026, 11, 22)

GOOD = """
version = 1
interests = ["transfusion medicine"]
formats = ["on_demand"]
transcript_file = "done.csv"

[budget]
amount = 99.50

[[credentials]]
id = "ascp-mlt"
cycle_start = 2025-01-01
cycle_end = 2027-12-31

[[transcript]]
completed_on = 2026-02-01
title = "Lipids"
amount = 1.5
unit = "pace"
topics = ["chemistry"]
"""
DONE = "completed_on,title,credit_type,hours,topics\n2026-03-01,Anemias,pace,2,hematology\n"


def write(folder: Path, text: str, name: str = "me.toml", done: str = DONE) -> Path:
    (folder / "done.csv").write_text(done, encoding="utf-8")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_brings_the_transcript_that_it_points_to(tmp_path: Path) -> None:
    profile = load_profile(write(tmp_path, GOOD))
    assert [(credit.title, credit.amount) for credit in profile.transcript] == [("Lipids", 1500), ("Anemias", 2000)]
    assert profile.budget is not None
    assert profile.budget.minor == 9950
    assert profile.formats == (Delivery.ON_DEMAND,)


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    profile = load_profile(write(tmp_path, GOOD.replace('transcript_file = "done.csv"\n', "")))
    path = tmp_path / "me.json"
    path.write_text(profile.model_dump_json(), encoding="utf-8")
    assert json.loads(path.read_text("utf-8"))["transcript"][0]["amount"] == 1.5
    assert load_profile(path) == profile


def test_what_is_written_is_read_again_the_same(tmp_path: Path) -> None:
    profile = sample_profile(TODAY)
    path = tmp_path / "sample.toml"
    path.write_text(write_profile(profile), encoding="utf-8")
    assert load_profile(path) == profile


def test_the_published_schema_takes_what_is_written() -> None:
    schema = profile_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(sample_profile(TODAY).model_dump_json()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"interest": []}, schema)


@pytest.mark.parametrize("anchor", [date(2026, 11, 22), date(2028, 2, 29), date(2031, 12, 31)])
def test_the_sample_technician_is_in_the_middle_of_both_periods_whenever_the_demonstration_starts(anchor: date) -> None:
    answer = owed(sample_profile(anchor), RULES, anchor)
    assert [credential.id for credential in answer.credentials] == ["ascp-mlt", "amt-mlt"]
    for credential in answer.credentials:
        assert credential.cycle is not None
        assert credential.cycle.holds(anchor)
        assert credential.plan_by is not None
        assert credential.plan_by > anchor
        assert credential.still_confirmed
        assert credential.still_likely is not None
        assert credential.still_likely < credential.still_confirmed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("interests =", "interest =", "line 3: interest: is no key we know (did you mean 'interests'?)"),
        (
            "cycle_end =",
            "cycle_ends =",
            "line 13: credentials[1].cycle_ends: is no key we know (did you mean 'cycle_end'?)",
        ),
        (
            "cycle_end = 2027-12-31",
            "cycle_end = 2024-12-31",
            "line 10: credentials[1]: cycle_end 2024-12-31 is not after",
        ),
        ("cycle_end = 2027-12-31", 'cycle_end = "soon"', "line 13: credentials[1].cycle_end: "),
        ("amount = 1.5", "amount = -1", "line 18: transcript[1].amount: -1 is negative"),
        ("amount = 1.5", "amount = 20000", "line 18: transcript[1].amount: 20000 is more than"),
        (
            '"chemistry"',
            '"chemestry"',
            "line 20: transcript[1].topics[1]: topic 'chemestry' is not in the taxonomy (did you mean",
        ),
        ('unit = "pace"', 'unit = "pases"', "line 19: transcript[1].unit: "),
        ("version = 1", "version = 2", "line 2: version: "),
        ('formats = ["on_demand"]', 'time_zone = "America/New_Yrok"', "did you mean 'America/New_York'"),
        ("amount = 99.50", "amount = -1", "line 8: budget.amount: "),
    ],
)
def test_a_bad_profile_is_refused_with_its_line_and_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ProfileError) as refused:
        load_profile(path)
    assert str(refused.value).startswith(f"{path}: line ")
    assert said in str(refused.value)


def test_two_periods_of_one_credential_that_overlap_are_refused(tmp_path: Path) -> None:
    second = '\n[[credentials]]\nid = "ascp-mlt"\ncycle_start = 2026-01-01\ncycle_end = 2028-12-31\n'
    with pytest.raises(ProfileError, match="'ascp-mlt' stands twice, with renewal periods that overlap"):
        load_profile(write(tmp_path, GOOD + second))


def test_a_bad_row_of_the_transcript_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    bad = DONE + "2026-13-01,Wrong,pace,1,\n"
    with pytest.raises(ProfileError, match=r"done\.csv: line 3: completed_on: '2026-13-01' is no day"):
        load_profile(write(tmp_path, GOOD, done=bad))


def test_files_that_are_not_there_or_not_well_formed(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "nobody.toml")
    with pytest.raises(ProfileError, match="line 1: not well-formed JSON"):
        load_profile(write(tmp_path, "{", "me.json"))
    with pytest.raises(ProfileError, match="not well-formed TOML"):
        load_profile(write(tmp_path, "[[credentials"))
    with pytest.raises(ProfileError, match="holds a list"):
        load_profile(write(tmp_path, "[]", "list.json"))


def test_a_credential_or_figure_that_the_rules_do_not_know_is_named_with_the_nearest() -> None:
    with pytest.raises(HoldingError, match=r"'ascp-mtl' is not among the rules \(did you mean 'ascp-mlt'\?\)"):
        owed(Profile.model_validate({"credentials": [{"id": "ascp-mtl"}]}), RULES, TODAY)
    loose = {"credentials": [{"id": "amt-mlt"}], "checked": [{"figure": "amt-mlt.accepts.hour"}]}
    with pytest.raises(HoldingError, match=r"no such figure \(did you mean 'accepts.hours'\?\)"):
        owed(Profile.model_validate(loose), RULES, TODAY)
    opening = {"id": "ascp-mlt", "cycle_end": "2027-12-31", "opening": {"total": 3, "by_requirement": {"chemstry": 1}}}
    with pytest.raises(HoldingError, match="did you mean 'chemistry'"):
        owed(Profile.model_validate({"credentials": [opening]}), RULES, TODAY)


def test_a_copy_for_a_manager_leaves_out_what_is_private() -> None:
    profile = sample_profile(TODAY)
    copy = for_manager(profile)
    assert copy.transcript == profile.transcript
    assert copy.credentials == profile.credentials
    text = write_profile(copy)
    for word in ("transfusion", "budget", "Columbus", "free_times", "ASCLS", "formats"):
        assert word in write_profile(profile)
        assert word not in text


def test_the_check_tells_what_is_missing_first_what_cannot_be_done_without() -> None:
    profile = Profile.model_validate(
        {"credentials": [{"id": "us-fl-technician"}, {"id": "ascp-pbt"}, {"id": "us-tn-lab"}]}
    )
    found = gaps(profile, RULES, TODAY)
    needed = [gap.field for gap in found if gap.needed]
    assert needed == [
        "us-fl-technician: specialties",
        "ascp-pbt: cycle_end",
        "ascp-pbt: own_total",
        "us-tn-lab: cycle_end",
    ]
    assert {gap.field for gap in found} >= {"time_zone", "budget", "interests", "transcript"}
    assert [gap.needed for gap in found] == sorted((gap.needed for gap in found), reverse=True)


def test_nothing_held_and_no_target_is_a_gap() -> None:
    assert gaps(Profile(), RULES, TODAY)[0].field == "credentials"


def test_a_free_time_that_names_a_zone_is_refused_with_its_field(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text('[[free_times]]\ndays = ["mon"]\nafter = 18:00:00\nbefore = "22:00Z"\n', encoding="utf-8")
    with pytest.raises(
        ProfileError, match=r"line 4: free_times\[1\]\.before: 22:00:00\+00:00 names a zone; write the time alone"
    ):
        load_profile(path)
