"""A plan in a real Chromium is the command line's: what it costs, closes and leaves open, its proof and its words.

Where the browser's node limit ends before the proof, it says so, and its plan is at most 1 % worse. Among plans that
are equally good the two may take different courses; the same courses are counted toward the same requirements.
``ALIQUOT_PARITY_EXAMPLES`` profiles are planned (50, or what is set).
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modules import Modules, Planner
from parity import the_same_each_time
from profiles import ANCHOR
from pydantic import ValidationError
from varied import PACKAGES, VIEWS, command_line
from wishes import whole_profiles

from aliquot.plan_output import plan_calendar, plan_document
from recommend.holding import HoldingError
from recommend.plan import InsistedError, Objective, Options, Plan, plan_for

pytestmark = pytest.mark.browser

OBJECTIVES = (Objective.CHEAPEST, Objective.CHEAPEST, Objective.QUICKEST, Objective.INTERESTING)
NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
WORST = 1.01
FOLDED = 75
ALMOST_ALL = 0.99

CALENDAR = "return module.planCalendar(value.plan, new Date(value.now));"

tally: Counter[str] = Counter()


def on_screen(plan: Plan) -> dict[str, Any]:
    """What the command line prints."""
    shown: dict[str, Any] = json.loads(json.dumps(plan_document(plan)))
    return shown


def aim(plan: dict[str, Any]) -> list[float]:
    """What a plan makes least, one after the other."""
    weight = [plan["minutes"]] if plan["objective"] == "quickest" else []
    return [sum(gap["missing"] for gap in plan["gaps"]), *weight, plan["out_of_pocket"], plan["cost"]]


def without_records(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan of the browser without the records that it carries besides what is printed."""
    for item in plan["items"]:
        assert item["opportunity"]["id"] == item["id"]
        assert (item["session"] and item["session"]["key"]) == item["date"]
    return plan | {
        "items": [
            {name: value for name, value in item.items() if name not in {"opportunity", "session"}}
            for item in plan["items"]
        ]
    }


def answers(planner: Planner, profile: dict[str, Any], options: Options, today: date) -> tuple[Plan, dict[str, Any]]:
    """The command line's plan and the browser's."""
    line = command_line(today)
    asked = {
        "objective": options.objective.value,
        "no_budget": options.no_budget,
        "without": sorted(options.without),
        "with": sorted(options.insisted),
    }
    return plan_for(line.ranking, line.person(profile), options), planner.ask("plan", today, profile=profile, **asked)


def compare(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Equal where it is proved, never much worse, and the same in every word where the same courses are taken."""
    tally["plans"] += 1
    tally["proved"] += theirs["proof"]["proved"]
    tally["equal"] += aim(theirs) == aim(mine)
    if not theirs["proof"]["proved"]:
        assert theirs["proof"]["words"].startswith("May not be the ")
        assert all(value <= least * WORST for value, least in zip(aim(theirs), aim(mine), strict=True))
        return
    if mine["proof"]["proved"]:
        assert aim(theirs) == aim(mine)
    if [item["id"] for item in theirs["items"]] == [item["id"] for item in mine["items"]]:
        tally["the same"] += 1
        assert theirs == mine


def lines(calendar: str) -> list[str]:
    """The lines of a calendar as they are before folding; no folded one is too long."""
    assert all(len(line.encode()) <= FOLDED for line in calendar.split("\r\n"))
    return calendar.replace("\r\n ", "").split("\r\n")


@the_same_each_time
@given(data=st.data())
def test_a_plan_is_the_command_lines(planner: Planner, modules: Modules, data: st.DataObject) -> None:
    profile = data.draw(whole_profiles(VIEWS, PACKAGES))
    today = ANCHOR + timedelta(days=data.draw(st.sampled_from((0, 0, 0, 45))))
    options = Options(data.draw(st.sampled_from(OBJECTIVES)), no_budget=data.draw(st.booleans()))
    try:
        mine, theirs = answers(planner, profile, options, today)
    except (ValidationError, HoldingError):
        return  # profiles that are refused are compared where reading them is
    shown = without_records(theirs)
    compare(on_screen(mine), shown)
    if shown == on_screen(mine):
        calendar = modules.call("calendar.js", CALENDAR, {"plan": theirs, "now": NOW.isoformat()})
        assert lines(calendar) == lines(plan_calendar(mine, NOW))


def test_a_course_is_left_out_and_another_insisted_on_as_the_command_line_does(planner: Planner) -> None:
    profile = {
        "version": 1,
        "credentials": [{"id": "ascp-mlt", "cycle_start": "2025-01-01", "cycle_end": "2027-12-31"}],
    }
    whole, _ = answers(planner, profile, Options(), ANCHOR)
    taken = frozenset(item.opportunity.id for item in whole.items)
    other = next(item.opportunity.id for item in answers(planner, profile, Options(without=taken), ANCHOR)[0].items)
    for options in (
        Options(without=frozenset(sorted(taken)[:1])),
        Options(insisted=frozenset({other})),
        Options(without=frozenset(sorted(taken)[:2]), insisted=frozenset({other})),
    ):
        mine, theirs = answers(planner, profile, options, ANCHOR)
        compare(on_screen(mine), without_records(theirs))
        ids = {item["id"] for item in theirs["items"]}
        assert options.insisted <= ids
        assert not options.without & ids


def test_what_cannot_be_insisted_on_is_told_in_the_same_words(planner: Planner) -> None:
    profile = {
        "version": 1,
        "credentials": [{"id": "ascp-mlt", "cycle_start": "2025-01-01", "cycle_end": "2027-12-31"}],
    }
    with pytest.raises(InsistedError) as refused:
        answers(planner, profile, Options(insisted=frozenset({"o-nothing"})), ANCHOR)
    with pytest.raises(AssertionError, match=str(refused.value)):
        planner.ask("plan", ANCHOR, profile=profile, **{"with": ["o-nothing"]})


def test_nearly_all_plans_cost_what_the_command_lines_cost() -> None:
    assert tally["plans"], "this reads what the comparison above has counted: run the whole file"
    assert tally["equal"] >= ALMOST_ALL * tally["plans"], tally
