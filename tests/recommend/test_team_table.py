"""A team: rosters read, worst first, and outputs that no roster can turn against whoever opens them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from recommend.profile import sample_profile, write_profile
from recommend.roster import TeamError, read_team
from recommend.rules import load_credentials
from recommend.team import Team, team_owed
from recommend.team_output import team_workbook

RULES = load_credentials()
TODAY = date(2026, 11, 22)
ROSTER = """Employee,Certification,Expiration date,Total,Laboratory or patient safety,Chemistry,Specialties,On file
Ann A.,MLT(ASCP),12/31/2027,30,1,2,,yes
Ben B.,ascp-mlt,2027-01-31,10,,,,no
Cy C.,MLS(ASCP),2026-11-01,34,1,2,,yes
Dee D.,us-fl-technician,2028-08-31,0,,,hematology;chemistry,
Dee D.,MT(AMT),2027-06-30,45,,,,yes
Eve E.,us-ny-lab,2027-06-30,12,,,,yes
"""


def team_of(tmp_path: Path, text: str = ROSTER) -> Team:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return team_owed(read_team(path, RULES), RULES, TODAY)


def test_worst_first_overdue_then_most_needed_for_each_day_left(tmp_path: Path) -> None:
    """Cy is overdue; Ben needs 26 in 70 days, Dee 24 in 648, Ann 7 in 404 (ethics, blood bank, hematology, micro);
    Eve's total nobody knows; Dee's AMT points are reached.
    """
    team = team_of(tmp_path)
    order = [(row.name, row.credential, row.days_left, row.still_confirmed) for row in team.rows]
    assert order == [
        ("Cy C.", "ascp-mls", -21, 7000),
        ("Ben B.", "ascp-mlt", 70, 26_000),
        ("Dee D.", "us-fl-technician", 648, 24_000),
        ("Ann A.", "ascp-mlt", 404, 7000),
        ("Eve E.", "us-ny-lab", 220, None),
        ("Dee D.", "amt-mt", 220, 0),
    ]
    assert team.problems == ()
    assert {row.name for row in team.due_soon} == {"Ben B.", "Cy C."}


def test_staff_by_requirement(tmp_path: Path) -> None:
    lines = {(line.short_name, line.label): line for line in team_of(tmp_path).requirements}
    blood_bank = lines["MLT(ASCP)", "Blood banking"]
    assert blood_bank.people == (("Ann A.", 2000), ("Ben B.", 2000))
    assert blood_bank.total == 4000
    assert lines["MLT(ASCP)", "Chemistry"].people == (("Ben B.", 2000),)


def test_bad_rows_are_listed_and_good_ones_kept(tmp_path: Path) -> None:
    team = team_of(
        tmp_path,
        ROSTER
        + "Fay F.,MLT(ACSP),2027-01-01,1,,,,\n"
        + "Gus G.,ascp-mlt,soon,1,,,,\n"
        + "Hal H.,ascp-mlt,2027-01-01,-4,,,,\n"
        + ",ascp-mlt,2027-01-01,4,,,,\n"
        + "Ida I.,ascp-mlt,2027-01-01,1,2,,,\n"
        + "Ann A.,ascp-mlt,2028-01-01,1,,,,\n"
        + "Jo J.,us-fl-technician,2028-08-31,1,,,alchemy,\n",
    )
    assert len(team.rows) == 6
    said = [problem.partition("roster.csv: ")[2] for problem in team.problems]
    assert [problem.split(":")[0] for problem in said] == [f"line {number}" for number in range(8, 15)]
    assert "is no credential we know" in said[0]
    assert "'soon' is no day" in said[1]
    assert "-4 is negative" in said[2]
    assert "name: is missing" in said[3]
    assert "add up to more than the total" in said[4]
    assert "stands twice for this person" in said[5]
    assert "'alchemy' is no topic" in said[6]


def test_a_roster_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TeamError, match="no column for credential, expires; the columns are Name, Points"):
        team_of(tmp_path, "Name,Points\nAnn,3\n")


def test_a_roster_may_be_a_spreadsheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "Credential", "Expires", "Done"])
    sheet.append(["Ann A.", "MLT(AMT)", date(2027, 12, 31), 12.5])
    path = tmp_path / "roster.xlsx"
    book.save(path)
    (row,) = team_owed(read_team(path, RULES), RULES, TODAY).rows
    assert row.still_confirmed == 32_500


def test_a_folder_of_profiles_is_a_team_and_a_bad_profile_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "sam.toml").write_text(write_profile(sample_profile(TODAY)), encoding="utf-8")
    (tmp_path / "bad.json").write_text('{"interest": []}', encoding="utf-8")
    (tmp_path / "lost.toml").write_text('[[credentials]]\nid = "ascp-mtl"\n', encoding="utf-8")
    team = team_owed(read_team(tmp_path, RULES), RULES, TODAY)
    assert [(row.name, row.credential) for row in team.rows] == [("Sam Sample", "amt-mlt"), ("Sam Sample", "ascp-mlt")]
    assert [row.certificate for row in team.rows] == ["0 of 8", "0 of 9"]
    assert len(team.problems) == 2
    with pytest.raises(TeamError, match="no profile"):
        read_team(_empty(tmp_path), RULES)


def _empty(folder: Path) -> Path:
    empty = folder / "empty"
    empty.mkdir()
    return empty


def test_the_workbook_opens_and_text_never_becomes_a_formula(tmp_path: Path) -> None:
    team = team_of(tmp_path, ROSTER + '"=HYPERLINK(""http://evil.example"")",ascp-mlt,2027-01-01,1,,,,=1+1\n')
    out = io.BytesIO()
    team_workbook(team).save(out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    assert book.sheetnames == ["Still needed", "By requirement", "About"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}, "no formula"
    staff = list(book["Still needed"].iter_rows(values_only=True))
    assert staff[1][:5] == ("Cy C.", "MLS(ASCP)", staff[1][2], -21, 7)
