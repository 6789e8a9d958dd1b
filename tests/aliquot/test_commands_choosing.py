"""``plan``, ``why``, ``why-not``, ``similar`` and ``career`` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.aliquot.support import Run

DAY = ("--now", "2026-11-22")


@pytest.fixture(scope="module")
def suggested(run: Run) -> str:
    """The id that stands first for the sample technician."""
    document = json.loads(run("next", "--sample", "--json", "--limit", "1", *DAY).stdout)
    identity: str = document["suggestions"][0]["id"]
    return identity


def test_a_plan_closes_what_it_says_within_the_budget(run: Run) -> None:
    document = json.loads(run("plan", "--sample", "--json", *DAY).stdout)
    assert document["headline"].endswith(("everything we can confirm.", "the most that we can confirm."))
    assert document["cost"] <= document["budget"]
    assert document["cost"] == sum(item["cost"] for item in document["items"]) + sum(
        package["cost"] for package in document["packages"]
    )
    assert document["proof"]["proved"] is True
    assert document["closes_everything"] is (document["gaps"] == [])
    assert all(item["sample"] and item["closes"] for item in document["items"])


def test_a_plan_in_words_has_its_proof_beneath_it(run: Run) -> None:
    shown = run("plan", "--sample", *DAY)
    assert shown.returncode == 0, shown.stderr
    assert "Sample data" in shown.stdout
    words = " ".join(shown.stdout.split())
    assert "Cheapest among the" in words
    assert "prices read" in words
    assert "Check before you pay." in words


def test_the_same_plan_comes_twice(run: Run) -> None:
    first, second = (run("plan", "--sample", "--json", *DAY).stdout for _ in range(2))
    assert first == second


def test_a_plan_as_page_and_calendar_keeps_the_samples_mark(run: Run, tmp_path: Path) -> None:
    page, calendar = tmp_path / "plan.html", tmp_path / "plan.ics"
    shown = run("plan", "--sample", "--json", "--html", str(page), "--ics", str(calendar), *DAY)
    document = json.loads(shown.stdout)
    text = page.read_text(encoding="utf-8")
    assert "Sample data" in text
    assert "<script" not in text
    read = Calendar.from_ical(calendar.read_text(encoding="utf-8"))
    events = list(read.walk("VEVENT"))
    assert len(events) == len(document["items"])
    assert str(read["X-WR-CALNAME"]).startswith("Sample data")
    assert all(str(event["SUMMARY"]).startswith("Sample: ") for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_a_budget_of_nothing_plans_only_what_is_free(run: Run) -> None:
    document = json.loads(run("plan", "--sample", "--json", "--budget", "0", *DAY).stdout)
    assert document["cost"] == 0
    assert {item["cost"] for item in document["items"]} == {0}


def test_objectives_are_kept(run: Run) -> None:
    by_objective = {
        objective: json.loads(run("plan", "--sample", "--json", "--budget", "none", "--for", objective, *DAY).stdout)
        for objective in ("cheapest", "quickest")
    }
    assert by_objective["quickest"]["minutes"] <= by_objective["cheapest"]["minutes"]
    assert by_objective["cheapest"]["cost"] <= by_objective["quickest"]["cost"]


@pytest.mark.parametrize("budget", ["plenty", "-5", "NaN"])
def test_a_budget_that_is_no_amount_is_refused(run: Run, budget: str) -> None:
    refused = run("plan", "--sample", f"--budget={budget}", *DAY)
    assert refused.returncode == 2
    assert budget in refused.stderr


def test_why_gives_place_and_reasons(run: Run, suggested: str) -> None:
    document = json.loads(run("why", suggested, "--sample", "--json", *DAY).stdout)
    assert (document["listed"], document["place"], document["behind"]) == (True, 1, [])
    assert document["suggestion"]["reasons"]
    assert any("MLT(ASCP)" in rule for rule in document["rules"])
    assert "Number 1 of your list" in run("why", suggested, "--sample", *DAY).stdout


def test_why_not_tells_what_rules_it_out_on_a_later_day(run: Run, suggested: str) -> None:
    document = json.loads(run("plan", "--sample", "--json", *DAY).stdout)
    dated = next(item for item in document["items"] if item["date"])
    over = json.loads(run("why-not", dated["id"], "--sample", "--json", "--now", "2030-01-01").stdout)
    assert over["listed"] is False
    assert over["blocked"]
    assert "Not listed" in run("why-not", dated["id"], "--sample", "--now", "2030-01-01").stdout


def test_an_unknown_id_is_refused(run: Run) -> None:
    for command in ("why", "why-not", "similar"):
        refused = run(command, "o000000000000", "--sample", *DAY)
        assert refused.returncode == 2
        assert "o000000000000" in refused.stderr


def test_similar_lists_others_best_first(run: Run, suggested: str) -> None:
    document = json.loads(run("similar", suggested, "--sample", "--json", "--limit", "4", *DAY).stdout)
    assert 0 < len(document) <= 4
    assert suggested not in {one["id"] for one in document}
    likeness = [one["likeness"] for one in document]
    assert likeness == sorted(likeness, reverse=True)


def test_career_needs_a_goal_and_lists_its_steps(run: Run, tmp_path: Path) -> None:
    refused = run("career", "--sample", "--profile", str(profile(tmp_path, "")), *DAY)
    assert refused.returncode == 2
    assert "goal" in refused.stderr
    asked = run("career", "--sample", "--json", "--profile", str(profile(tmp_path, 'goal = "mls"\n')), *DAY)
    document = json.loads(asked.stdout)
    assert document["goal"] == "Medical laboratory scientist (MLS)"
    assert document["steps"][0]["kind"] == "degree"
    assert "leads to" in document["steps"][0]["reasons"][0]


def profile(folder: Path, more: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(f"version = 1\n{more}", encoding="utf-8")
    return path
