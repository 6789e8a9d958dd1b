"""The same answer: what is still needed, reckoned by Python and by the planner's modules in a real Chromium.

Compared is the whole answer, sentences and all. ``ALIQUOT_PARITY_EXAMPLES`` says for how many profiles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from chromium import Served
from hypothesis import example, given, settings
from hypothesis import strategies as st
from modules import Modules, Planner, planner_of, site_files
from parity import EXAMPLES, parity
from playwright.sync_api import Browser
from profiles import AMOUNTS, RULES, TOPICS, UNITS, Document, credits_earned, days, profiles, todays
from pydantic_core import to_jsonable_python as plain
from worked_cases import CASES, TODAY

from catalog.listing import CreditUnit, Kind
from catalog.views import CreditView, OpportunityView, TopicOrigin, TopicView
from recommend.counting import counts_for
from recommend.credential import Credential
from recommend.holding import HoldingError, own_credential
from recommend.profile import Profile, Target
from recommend.shortfall import owed
from recommend.transcript import EarnedCredit
from recommend.whatif import as_earned, what_if
from render.planner_data import in_memory

few = settings(parity, max_examples=max(10, EXAMPLES // 4))

VIEWS = st.builds(
    CreditView,
    thousandths=st.one_of(st.none(), st.sampled_from(AMOUNTS).map(lambda amount: int(amount * 1000))),
    unit=st.sampled_from(UNITS).map(CreditUnit),
    source=st.sampled_from(("one", "two")),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple),
    additive_group=st.sampled_from((None, None, "a", "b")),
    upper_bound=st.sampled_from((False, False, True)),
    provisional=st.sampled_from((False, False, True)),
    approved_through=st.one_of(st.none(), days(-300, 300).map(date.fromisoformat)),
)
OPPORTUNITIES = st.builds(
    OpportunityView,
    id=st.just("o1"),
    kind=st.sampled_from(Kind),
    title=st.just("Lipids"),
    provider=st.just("sample"),
    provider_name=st.just("Sample society"),
    family=st.just("sample"),
    url=st.just("https://sample.example/lipids"),
    read_on=st.just(TODAY),
    credits=st.lists(VIEWS, max_size=5).map(tuple),
    topics=st.lists(
        st.builds(TopicView, topic=st.sampled_from(TOPICS), origin=st.sampled_from(TopicOrigin)), max_size=4
    ).map(tuple),
)
"""What one could take, as far as counting reads it."""

ANSWER = """
  const { toProfile, flawsOfProfile } = await import("/planner/profile.js");
  const { toEarned } = await import("/planner/transcript.js");
  const { whatIf } = await import("/planner/whatif.js");
  const flaws = flawsOfProfile(value.document, window.rules);
  if (flaws.length > 0) return { refused: flaws };
  const profile = toProfile(value.document, window.rules);
  try {
    if (value.taken) return whatIf(profile, window.rules, value.today, toEarned(value.taken));
    return module.owed(profile, window.rules, value.today);
  } catch (error) {
    return { error: error.message };
  }
"""


@pytest.fixture(scope="module")
def built(browser: Browser, served: Served) -> Iterator[Planner]:
    """The planner's own page of the built site, with its worker and its data."""
    with planner_of(browser, served, TODAY, site_files(served)) as found:
        yield found


def in_python(document: Document, today: date, taken: Document | None = None) -> Any:
    """The command line's answer to a profile as its file has it."""
    profile = Profile.model_validate_json(json.dumps(document))
    try:
        if taken is not None:
            return plain(what_if(profile, RULES, today, EarnedCredit.model_validate_json(json.dumps(taken))))
        return plain(owed(profile, RULES, today))
    except HoldingError as error:
        return {"error": str(error)}


def in_browser(modules: Modules, document: Document, today: date, taken: Document | None = None) -> Any:
    """The browser's answer to the same."""
    return modules.call("shortfall.js", ANSWER, {"document": document, "today": today.isoformat(), "taken": taken})


@parity
@given(document=profiles(), today=todays())
@example(document={"version": 1}, today=TODAY)
@example(document={"credentials": [{"id": "ascp-mtl"}]}, today=TODAY)
@example(document={"checked": [{"figure": "ascp-mlt.requirements.saftey"}]}, today=TODAY)
def test_what_is_owed_is_the_same_in_the_browser(modules: Modules, document: Document, today: date) -> None:
    assert in_browser(modules, document, today) == in_python(document, today)


@few
@given(document=profiles())
def test_the_built_page_answers_from_its_own_data(built: Planner, document: Document) -> None:
    expected = in_python(document, TODAY)
    if "error" in expected:
        with pytest.raises(AssertionError, match=re.escape(expected["error"])):
            built.ask("owed", TODAY, profile=document)
    else:
        assert built.ask("owed", TODAY, profile=document) == expected


@few
@given(document=profiles(), today=todays(), data=st.data())
def test_what_one_more_would_do_is_the_same(
    modules: Modules, document: Document, today: date, data: st.DataObject
) -> None:
    held = [credential["id"] for credential in document.get("credentials", ())]
    taken = data.draw(
        st.one_of(
            credits_earned(["chemistry", "safety", "hematology"], held),
            st.sampled_from(document.get("transcript") or [{"completed_on": "2026-12-01", "title": "Lipids"}]),
        )
    )
    assert in_browser(modules, document, today, taken) == in_python(document, today, taken)


@pytest.mark.parametrize(("title", "case"), CASES, ids=[title for title, _ in CASES])
def test_worked_cases_are_the_same(modules: Modules, title: str, case: dict[str, Any]) -> None:
    document = plain({name: value for name, value in case.items() if name not in ("today", "expect")})
    today = case.get("today", TODAY)
    answer = in_browser(modules, document, today)
    assert answer == in_python(document, today)
    assert {credential["id"] for credential in answer["credentials"]} == set(case["expect"])


@few
@given(opportunity=OPPORTUNITIES, names=st.lists(st.sampled_from(sorted(RULES)), min_size=12, max_size=12), on=todays())
def test_what_a_credit_counts_for_is_the_same(
    modules: Modules, opportunity: OpportunityView, names: list[str], on: date
) -> None:
    target = Target(id="own", name="Own target", total=12, starts_on=date(2025, 1, 1), due_on=date(2027, 1, 1))
    credentials: list[Credential] = [*(RULES[name] for name in names), own_credential(target)]
    body = """
      const { asEarned } = await import("/planner/whatif.js");
      const rows = value.credentials.map((each) => module.countsFor(value.opportunity, each, value.on));
      const told = rows.map((each) => each.map((row) => ({ ...row, reason: row.reason })));
      const confirmed = rows.map((each) => each.map(module.isConfirmed));
      return { rows: told, confirmed, earned: asEarned(value.opportunity, value.on) };
    """
    value = {"opportunity": plain(opportunity), "credentials": in_memory(credentials), "on": on.isoformat()}
    answer = modules.call("counting.js", body, value)
    rows = [counts_for(opportunity, credential, on) for credential in credentials]
    assert answer["rows"] == plain(rows)
    assert answer["confirmed"] == [[row.confirmed for row in each] for each in rows]
    assert EarnedCredit.model_validate_json(json.dumps(answer["earned"])) == as_earned(opportunity, on)
