"""``owed`` and ``next`` as a person runs them, on the sample technician and on bad input."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

from icalendar import Calendar

from tests.aliquot.support import Run

DAY = ("--now", "2026-11-22")


def test_owed_tells_both_sides_of_every_credential(run: Run) -> None:
    shown = run("owed", "--sample", *DAY)
    assert shown.returncode == 0, shown.stderr
    assert "MLT(ASCP)" in shown.stdout
    assert "MLT(AMT)" in shown.stdout
    assert re.search(r"Medical ethics\s+│\s+0 of 1 │\s+0 of 1 │\s+1 │\s+1 │", shown.stdout)
    assert "Check it" in shown.stdout, "a figure of medium confidence is told"


def test_owed_as_json_has_plain_numbers(run: Run) -> None:
    document = json.loads(run("owed", "--sample", "--json", *DAY).stdout)
    ascp = next(credential for credential in document["credentials"] if credential["id"] == "ascp-mlt")
    ethics = next(part for part in ascp["requirements"] if part["id"] == "medical_ethics")
    assert ascp["total"] == 36
    assert (ethics["needed"], ethics["confirmed"], ethics["still_confirmed"]) == (1, 0, 1)
    assert ethics["source"].startswith("https://")


def test_what_if_tells_what_a_course_would_close_and_in_which_period(run: Run) -> None:
    first = json.loads(run("next", "--sample", "--json", "--limit", "1", *DAY).stdout)["suggestions"][0]
    shown = run("owed", "--sample", "--what-if", first["id"], *DAY)
    assert shown.returncode == 0, shown.stderr
    assert "falls in the present renewal period" in shown.stdout
    document = json.loads(run("owed", "--sample", "--what-if", first["id"], "--json", *DAY).stdout)
    assert any(effect["closes_confirmed"] > 0 for effect in document["effects"])
    late = json.loads(run("owed", "--sample", "--what-if", first["id"], "--on", "2040-01-01", "--json", *DAY).stdout)
    assert {effect["period"] for effect in late["effects"]} == {"later"}
    assert all(effect["closes_confirmed"] == 0 for effect in late["effects"])
    assert run("owed", "--sample", "--what-if", "o000000000000", *DAY).returncode == 2


def test_a_teams_budget_is_spent_on_whole_plans(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    rows = "Ann,us-ca-phlebotomy,2027-06-30,5\nBo,us-ca-phlebotomy,2027-03-31,4\nCy,nobody,2027-03-31,4\n"
    roster.write_text(f"Name,Credential,Expires,Done\n{rows}", encoding="utf-8")
    found = run("team", "plan", str(roster), "--sample", "--budget", "50", "--json", *DAY)
    assert found.returncode == 0, found.stderr
    document = json.loads(found.stdout)
    assert [member["name"] for member in document["members"]] == ["Ann", "Bo"]
    assert document["cost_minor"] <= document["budget_minor"] == 5000
    assert "'nobody' is no credential we know" in document["problems"][0]
    assert "people close everything" in run("team", "plan", str(roster), "--sample", *DAY).stdout


def test_next_puts_what_closes_open_requirements_first_and_says_why(run: Run) -> None:
    document = json.loads(run("next", "--sample", "--json", "--limit", "5", *DAY).stdout)
    assert len(document["suggestions"]) == 5
    for suggestion in document["suggestions"]:
        assert suggestion["closes"], f"{suggestion['title']} closes nothing"
        assert suggestion["reasons"]
        assert suggestion["sample"] is True
    matched = [
        reason for suggestion in document["suggestions"] for reason in suggestion["reasons"] if "interest" in reason
    ]
    assert matched, "the sample technician's interests match nothing"


def test_next_prints_the_list_and_its_reasons(run: Run) -> None:
    shown = run("next", "--sample", *DAY)
    assert shown.returncode == 0, shown.stderr
    assert "Sample data" in shown.stdout
    assert re.search(r"^ 1\. \S", shown.stdout, re.MULTILINE)
    assert "Your price" in shown.stdout


def test_the_list_as_page_and_calendar_keeps_the_samples_mark(run: Run, tmp_path: Path) -> None:
    page, calendar = tmp_path / "next.html", tmp_path / "next.ics"
    shown = run("next", "--sample", "--json", "--html", str(page), "--ics", str(calendar), *DAY)
    listed = json.loads(shown.stdout)["suggestions"]
    text = page.read_text(encoding="utf-8")
    assert "Sample data" in text
    assert all(escape(one["title"]) in text for one in listed)
    events = list(Calendar.from_ical(calendar.read_text(encoding="utf-8")).walk("VEVENT"))
    assert 0 < len(events) <= len(listed), "what can be taken any time has no date"
    assert all(str(event["SUMMARY"]).startswith("Sample: ") for event in events)


def test_the_site_shows_the_same_list_in_the_same_order(run: Run, sample_home: Path) -> None:
    document = json.loads(run("next", "--sample", "--json", "--limit", "20", *DAY).stdout)
    page = (sample_home / "sample" / "current" / "next" / "index.html").read_text(encoding="utf-8")
    ranked = list(dict.fromkeys(re.findall(r'/o/(o[0-9a-f]{12})/"', page)))
    assert ranked[: len(document["suggestions"])] == [suggestion["id"] for suggestion in document["suggestions"]]


def test_without_a_catalog_the_advice_is_to_make_one(run: Run, tmp_path: Path) -> None:
    refused = run("next", "--sample", *DAY, home=tmp_path)
    assert refused.returncode == 2
    assert "run `aliquot demo` first" in refused.stderr


def test_without_a_profile_the_advice_is_to_name_one(run: Run) -> None:
    refused = run("owed", *DAY)
    assert refused.returncode == 2
    assert "--profile FILE" in refused.stderr


def test_a_bad_profile_is_refused_with_file_and_field(run: Run, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text('version = 1\nintrests = ["molecular"]\n', encoding="utf-8")
    refused = run("owed", "--profile", str(profile), *DAY)
    assert refused.returncode == 2
    assert "mine.toml" in refused.stderr
    assert "intrests" in refused.stderr
    assert "interests" in refused.stderr, "the nearest known key is named"


def test_a_bad_clock_is_refused(run: Run) -> None:
    refused = run("owed", "--sample", "--now", "yesterday")
    assert refused.returncode == 2
    assert "yesterday" in refused.stderr
