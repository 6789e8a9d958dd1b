"""The ranked list in a real Chromium is the command line's: ids, scores, reasons, what it closes, prices, why not.

The site is built with a varied catalog; its own worker, under its own Content Security Policy, answers from its own
data files. ``ALIQUOT_PARITY_EXAMPLES`` profiles are compared (50, or what is set).
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pytest
from chromium import QuietHandler, Served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from many import many, packages
from modules import Planner, planner_of
from playwright.sync_api import Browser
from profiles import ANCHOR
from pydantic import ValidationError
from wishes import whole_profiles

from aliquot.documents import plain, suggestion_document
from recommend.answers import Verdict, verdict
from recommend.holding import HoldingError
from recommend.index import build_index
from recommend.profile import Profile
from recommend.rank import Person, Ranking, Suggestion, person_of
from recommend.rules import load_credentials
from render.build import Job, build
from render.settings import SiteSettings
from render.snapshot import Snapshot

pytestmark = pytest.mark.browser

EXAMPLES = int(os.environ.get("ALIQUOT_PARITY_EXAMPLES", "50"))
CREDENTIALS = load_credentials()
VIEWS = many(300, ANCHOR)
OVER = [replace(view, id=f"z{view.id}", retired_on=ANCHOR) for view in VIEWS[:40]]
"""What can no longer be taken is in the command line's index and not in the browser's file; no score may feel it."""

PACKAGES = packages()
INDEX = build_index([*VIEWS, *OVER])
LIMIT = 20


@pytest.fixture(scope="module")
def planner(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """The site of the varied catalog, served over loopback HTTP, and its worker with the data files open."""
    folder = tmp_path_factory.mktemp("planner")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=folder))
    address = f"http://127.0.0.1:{server.server_port}/"
    site = SiteSettings(sample=True, base_url=address, search=False, compress=False)
    build(Job(Snapshot([*VIEWS, *OVER], packages=PACKAGES), ANCHOR, site, CREDENTIALS), folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with planner_of(browser, Served(folder, address), "/about/", ANCHOR) as made:
        yield made
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class CommandLine:
    """What the command line answers on one day."""

    today: date

    @cached_property
    def ranking(self) -> Ranking:
        return Ranking([*VIEWS, *OVER], PACKAGES, INDEX, self.today)

    def person(self, document: dict[str, Any]) -> Person:
        return person_of(Profile.model_validate(document), CREDENTIALS, self.today)


@functools.cache
def command_line(today: date) -> CommandLine:
    return CommandLine(today)


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


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
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
