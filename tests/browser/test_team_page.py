"""The manager's page in a real Chromium: files read here and nowhere else, in the order of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import violations
from chromium import Served
from planner_page import Visitor, sample_file, visiting
from playwright.sync_api import Browser, expect
from small_catalog import TODAY

from recommend.amounts import words
from recommend.roster import Roster, read_team
from recommend.rules import load_credentials
from recommend.team import team_owed

pytestmark = pytest.mark.browser

ROSTER = """Name,Certification,Expires,Points,Chemistry,Certificate on file
Ana Abel,MLT(ASCP),2027-10-04,12,2,3 of 4
Ben Boyd,amt-mlt,2027-01-15,30,,
Cay Cole,MLS(ASCP),2026-11-01,20,1,none
Dee Dunn,Florida technician,2028-08-31,,,
Eve Eck,MLT(ASPC),2027-01-01,1,,
Fay <b>Fox</b>,MLT(AAB),2026-12-31,,,
Gus Gore,MLT(ASCP),13/45/2026,1,,
Cay Cole,ascp-mls,2027-11-01,,,
"""


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Visitor]:
    """A manager who has never been here."""
    with visiting(browser, served, accept_downloads=False) as one:
        yield one


def test_a_roster_and_profile_files_give_the_order_of_the_command_line(visitor: Visitor, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    folder = tmp_path / "files"
    folder.mkdir()
    sample = sample_file(folder)
    credentials = load_credentials()
    both = [read_team(roster, credentials), read_team(folder, credentials)]
    known = Roster(
        tuple(member for one in both for member in one.members), tuple(p for one in both for p in one.problems)
    )
    answer = team_owed(known, credentials, TODAY)
    page = visitor.go("/team/")
    page.set_input_files("[data-files]", [roster, sample])
    rows = page.locator("[data-team-answer] table").first.locator("tbody tr")
    expect(rows).to_have_count(len(answer.rows))
    for place, row in enumerate(answer.rows):
        cells = rows.nth(place).locator("th, td").all_inner_texts()
        assert cells[:2] == [row.name, row.short_name]
        still = "nothing more" if row.still_confirmed == 0 else f"{words(row.still_confirmed or 0)} {row.unit}"
        assert cells[3] == still
    lines = page.locator("[data-team-answer] table").nth(1).locator("tbody tr")
    expect(lines).to_have_count(len(answer.requirements))
    for place, line in enumerate(answer.requirements):
        who = "; ".join(f"{name} {words(amount)}" for name, amount in line.people)
        assert lines.nth(place).locator("td").last.inner_text() == who
    said = page.locator("[data-messages]")
    for told in (
        "roster.csv, line 6, credential",
        "roster.csv, line 8, expires",
        "line 9, credential: ascp-mls stands twice",
    ):
        expect(said).to_contain_text(told)
    assert page.locator("main b, main img").count() == 0
    assert [url for _, url, _ in visitor.asked if not url.startswith(visitor.served.address)] == []
    assert {method for method, _, _ in visitor.asked} == {"GET"}


def test_a_bad_roster_is_told_and_a_good_one_prints_on_one_landscape_page(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.go("/team/")
    assert violations(page) == []
    bad = tmp_path / "bad.csv"
    bad.write_text("Moon,Sun\n1,2\n", encoding="utf-8")
    page.set_input_files("[data-files]", bad)
    expect(page.locator("[data-messages]")).to_contain_text("no column for name, credential, expires")
    page.set_input_files("[data-files]", [tmp_path / "bad.csv", sample_file(tmp_path)])
    page.locator("[data-team-answer] table").first.wait_for()
    assert violations(page) == []
    sheet = page.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 792 612]" in sheet
