"""The ranked list in a real Chromium is the command line's: ids, scores, reasons, what it closes, prices, why not.

A built site's own worker, under its own Content Security Policy, answers from the file of a varied catalog.
``ALIQUOT_PARITY_EXAMPLES`` profiles are compared (50, or what is set).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modules import Planner
from parity import the_same_each_time
from profiles import ANCHOR
from pydantic import ValidationError
from varied import PACKAGES, VIEWS, command_line
from wishes import whole_profiles

from aliquot.commands.choosing import step_document
from aliquot.documents import plain, suggestion_document
from recommend.answers import Verdict, verdict
from recommend.career import goal_of, goals, steps
from recommend.holding import HoldingError
from recommend.profile import Profile
from recommend.rank import Suggestion

pytestmark = pytest.mark.browser

LIMIT = 20


def told(suggestion: Suggestion) -> dict[str, Any]:
    """Everything that the list shows of one suggestion."""
    shown = suggestion_document(suggestion)
    return _as_json(shown | {"also": suggestion.also, "session": suggestion.session and suggestion.session.key})


def told_in_browser(suggestion: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in suggestion.items() if name != "opportunity"}
    return fields | {"session": suggestion["session"] and suggestion["session"]["key"]}


def told_of(said: Verdict) -> dict[str, Any]:
    return _as_json(
        {
            "id": said.opportunity.id,
            "title": said.opportunity.title,
            "listed": said.place is not None,
            "place": said.place,
            "blocked": said.blocked,
            "rules": said.rules,
            "behind": said.behind,
            "suggestion": said.suggestion and told(said.suggestion),
        }
    )


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(plain(value)))


def test_open_tells_what_there_is(planner: Planner) -> None:
    opened = planner.ask("open", ANCHOR, **planner.files)
    assert opened["opportunities"] == len(VIEWS)
    assert opened["sample"] is True
    assert [package["id"] for package in opened["packages"]] == [package.id for package in PACKAGES]


@pytest.mark.parametrize("goal", goals())
@pytest.mark.parametrize("specialty", [None, "hematology"])
def test_steps_toward_a_goal_are_the_command_lines(planner: Planner, goal: str, specialty: str | None) -> None:
    document = {"goal": goal, "goal_topic": specialty, "disliked": [VIEWS[1].id], "memberships": ["Society 3"]}
    profile = Profile.model_validate(document)
    asked = {name: value for name, value in document.items() if value is not None}
    answer = planner.ask("steps", ANCHOR, profile=asked, limit=LIMIT)
    found = steps(command_line(ANCHOR).ranking, profile, LIMIT)
    told_goal = goal_of(profile)
    assert told_goal and answer["goal"] == told_goal.label
    shown = [{name: value for name, value in step.items() if name != "opportunity"} for step in answer["steps"]]
    assert shown == _as_json([step_document(step) for step in found])


@the_same_each_time
@given(data=st.data())
def test_the_list_is_the_command_lines(planner: Planner, data: st.DataObject) -> None:
    document = data.draw(whole_profiles(VIEWS, PACKAGES))
    line = command_line(ANCHOR + timedelta(days=data.draw(st.sampled_from((0, 0, 0, 0, 45)))))
    try:
        person = line.person(document)
    except (ValidationError, HoldingError):
        return  # profiles that are refused are compared where reading them is
    listed = planner.ask("next", line.today, profile=document, limit=LIMIT)["suggestions"]
    assert [told_in_browser(one) for one in listed] == [told(one) for one in line.ranking.suggestions(person, LIMIT)]
    for view in (data.draw(st.sampled_from(VIEWS)), VIEWS[0]):
        if view.id not in line.ranking.columns.row_of:
            continue
        why = planner.ask("whyNot", line.today, profile=document, opportunity=view.id)
        del why["opportunity"]
        suggestion = why["suggestion"] and told_in_browser(why["suggestion"])
        assert why | {"suggestion": suggestion} == told_of(verdict(line.ranking, person, view))
