"""Rules, profiles, records and teams as a person runs them: output, JSON and exit codes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from icalendar import Calendar
from openpyxl import load_workbook
from typer.testing import CliRunner

from aliquot.cli import app, exit_status
from aliquot.settings import settings
from recommend.profile import load_profile

DAY = ("--now", "2026-11-22")
PROFILE = """
version = 1
name = "Sam Sample"
interests = ["molecular"]

[[credentials]]
id = "ascp-mlt"
cycle_start = 2025-01-01
cycle_end = 2027-12-31

[[credentials]]
id = "us-ca-lab"
cycle_start = 2026-01-01
cycle_end = 2027-12-31

[[transcript]]
completed_on = 2026-02-01
title = "Lipids"
provider = "Sample society"
amount = 2
unit = "pace"
topics = ["chemistry"]
certificate_file = "lipids.pdf"
"""


class Here:
    """One home with one profile, and the command run in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.profile = home / "me.toml"
        self.profile.write_text(PROFILE, encoding="utf-8")

    def run(self, *words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, [*words], input=stdin)

    def good(self, *words: str, stdin: str | None = None) -> str:
        done = self.run(*words, stdin=stdin)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def refused(self, *words: str, stdin: str | None = None) -> str:
        done = self.run(*words, stdin=stdin)
        assert isinstance(done.exception, Exception)
        assert exit_status(done.exception) == 2
        return str(done.exception)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.setenv("ALIQUOT_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("aliquot.commands.options.console.width", 160)
    settings.cache_clear()
    return Here(tmp_path)


def test_rules_list_has_every_credential_and_says_what_was_not_found(here: Here) -> None:
    shown = here.good("rules", "list")
    assert "ascp-mlt" in shown
    assert "check with the board" in shown
    rows = {row["id"]: row for row in json.loads(here.good("rules", "list", "--json"))}
    assert len(rows) == 52
    assert (rows["ascp-mlt"]["total"], rows["ascp-pbt"]["total"]) == (36, None)


def test_rules_show_says_where_each_figure_was_read_and_how_sure_it_is(here: Here) -> None:
    shown = here.good("rules", "show", "us-fl-technician")
    assert "requirements.medical_errors" in shown
    assert "Fla. Admin. Code 64B3-11.001" in shown
    assert "Read on 2026-11-22" in shown
    assert "https://regulations.justia.com/states/florida" in shown
    assert "First license: this period asks only" in shown
    figures = {row["figure"]: row for row in json.loads(here.good("rules", "show", "amt-mlt", "--json"))["figures"]}
    assert figures["amt-mlt.accepts.hours"]["strict"] == 0
    assert figures["amt-mlt.accepts.hours"]["assumed"] is True
    assert figures["amt-mlt.total"]["source"]["dated"] == "undated, uploaded about 2023"
    assert "did you mean 'ascp-mlt'" in here.refused("rules", "show", "ascp-mtl")


def test_rules_check_names_file_line_and_field(here: Here) -> None:
    assert "52 rule files: nothing wrong" in here.good("rules", "check")
    assert "there is no such folder" in here.refused("rules", "check", "nowhere")
    folder = here.home / "credentials"
    folder.mkdir()
    (folder / "mine.toml").write_text('id = "mine"\nnmae = "Mine"\n', encoding="utf-8")
    told = here.refused("rules", "check")
    assert f"{folder / 'mine.toml'}: line 2: nmae: is no key we know (did you mean 'name'?)" in told
    assert f"{folder / 'mine.toml'}: jurisdiction: is missing" in told
    (folder / "mine.toml").unlink()
    assert "nothing wrong" in here.good("rules", "check")


def test_profile_new_asks_and_what_it_writes_can_be_used(here: Here) -> None:
    answers = (
        "ascp-mtl\nMLT(ASCP), us-fl-technician\nsoon\n12/31/2027\n-1\nabout 12\nhematolgy\nHematology\n\n"
        "molecular\nabc\n100\nEastern\nUS/Eastern\n"
    )
    target = here.home / "new" / "me.toml"
    shown = here.good("profile", "new", "--output", str(target), stdin=answers)
    assert "did you mean 'ascp-mlt'" in shown
    for words in ("is no day", "-1 is negative", "did you mean 'hematology'", "valid decimal", "is no time zone"):
        assert words in shown, "a slip is asked again and loses no answer"
    profile = load_profile(target)
    assert profile.time_zone == "US/Eastern"
    assert profile.credentials[1].specialties == ("hematology",)
    assert [held.id for held in profile.credentials] == ["ascp-mlt", "us-fl-technician"]
    opening = profile.credentials[0].opening
    assert opening is not None
    assert opening.total == 12_000
    assert profile.budget is not None
    assert profile.budget.minor == 10_000
    document = json.loads(here.good("owed", "--profile", str(target), "--json", *DAY))
    assert [credential["still_confirmed"] for credential in document["credentials"]] == [24, 24]
    assert "is there already" in here.refused("profile", "new", "--output", str(target))


def test_profile_check_and_schema_and_the_copy_for_a_manager(here: Here) -> None:
    shown = json.loads(here.good("profile", "check", "--profile", str(here.profile), "--json", *DAY))
    assert "checked: ascp-mlt.requirements.chemistry" in {gap["field"] for gap in shown}
    assert "time_zone" in here.good("profile", "check", "--profile", str(here.profile), *DAY)
    assert "credentials" in json.loads(here.good("profile", "schema"))["properties"]
    copy = here.home / "copy.toml"
    here.good("profile", "for-manager", "--profile", str(here.profile), "--output", str(copy))
    assert "molecular" not in copy.read_text("utf-8")
    assert load_profile(copy).transcript == load_profile(here.profile).transcript


def test_a_profile_is_copied_into_the_other_notation_and_back(here: Here) -> None:
    json_copy, toml_copy = here.home / "me.json", here.home / "again.toml"
    here.good("profile", "copy", "--profile", str(here.profile), "--output", str(json_copy))
    assert json.loads(json_copy.read_text("utf-8"))["transcript"][0]["amount"] == 2
    here.good("profile", "copy", "--profile", str(json_copy), "--output", str(toml_copy))
    assert load_profile(toml_copy) == load_profile(here.profile)
    assert "is there already" in here.refused("profile", "copy", "--sample", "--output", str(json_copy))


def test_transcript_import_shows_columns_and_problems_and_remembers(here: Here) -> None:
    table = here.home / "theirs.csv"
    table.write_text(
        "When,What,CE Credits\n01/05/2026,Lipids,1\n13/45/2026,Bad,1\n01/05/2026,Lipids,1\n", encoding="utf-8"
    )
    assert "no column for completed_on, title" in here.refused("transcript", "import", str(table))
    named = ("--map", "completed_on=When", "--map", "title=What", "--map", "hours=CE Credits")
    output = here.home / "ours.csv"
    shown = here.good("transcript", "import", str(table), *named, "--output", str(output), stdin="y\n")
    assert "line 3: completed_on" in shown
    assert "line 4 says the same as line 2" in shown
    pasted = ("transcript", "import", "-", "--output", str(output), *named)
    assert "nothing was written; say --yes" in here.refused(*pasted, stdin=table.read_text("utf-8"))
    assert "2 activities written" in here.good(*pasted, "--yes", stdin=table.read_text("utf-8"))
    rows = list(csv.DictReader(io.StringIO(output.read_text("utf-8"))))
    assert [row["completed_on"] for row in rows] == ["2026-01-05", "2026-01-05"]
    again = json.loads(here.good("transcript", "import", str(table), "--json"))
    assert again["columns"]["hours"] == "CE Credits"
    assert "nothing was written" in here.refused("transcript", "import", str(table), stdin="n\n")


def test_certificates_are_checked_from_the_transcript_and_from_a_text(here: Here) -> None:
    found = json.loads(here.good("certificates", "check", "--profile", str(here.profile), "--json", *DAY))
    assert {(row["short_name"], row["passes"]) for row in found} == {
        ("MLT(ASCP)", True),
        ("California laboratory license", False),
    }
    here.profile.write_text(PROFILE.replace('certificate_file = "lipids.pdf"', ""), encoding="utf-8")
    without = json.loads(here.good("certificates", "check", "--profile", str(here.profile), "--json", *DAY))
    assert [row["passes"] for row in without] == [False, False], "what no certificate shows is not proved"
    assert "no certificate is named" in here.good("certificates", "check", "--profile", str(here.profile), *DAY)
    paper = here.home / "paper.txt"
    paper.write_text("Name: Somebody Else\nTitle: Lipids\n", encoding="utf-8")
    words = ("certificates", "check", str(paper), "--name", "Sam Sample", "--profile", str(here.profile), *DAY)
    assert "is not the one expected" in here.good(*words)
    paper.write_bytes(b"\xff\xfe%PDF")
    assert "neither a PDF nor a text" in here.refused(*words)


def test_owed_explains_where_each_credit_counted(here: Here) -> None:
    shown = here.good("owed", "--explain", "--profile", str(here.profile), *DAY)
    assert "MLT(ASCP): where each credit counted" in shown
    assert "Fills chemistry." in shown
    assert "where each credit counted" not in here.good("owed", "--profile", str(here.profile), *DAY)


def test_an_audit_pack_for_each_body(here: Here) -> None:
    folder = here.home / "certificates"
    folder.mkdir()
    (folder / "lipids.pdf").write_bytes(b"%PDF")
    output = here.home / "packs"
    here.good("audit-pack", str(folder), "--output", str(output), "--profile", str(here.profile), *DAY)
    names = sorted(path.name for path in output.iterdir())
    assert names == ["audit-ascp-mlt-2026-11-22.zip", "audit-us-ca-lab-2026-11-22.zip"]
    with zipfile.ZipFile(output / names[0]) as archive:
        assert "01-2026-02-01-lipids.pdf" in archive.namelist()
    here.profile.write_text(PROFILE.replace("lipids.pdf", "../me.toml"), encoding="utf-8")
    assert "lies outside" in here.refused("audit-pack", str(folder), "--profile", str(here.profile), *DAY)


def test_reminders_are_a_calendar(here: Here) -> None:
    output = here.home / "deadlines.ics"
    here.good("reminders", "--output", str(output), "--profile", str(here.profile), *DAY)
    assert len(Calendar.from_ical(output.read_bytes()).walk("VEVENT")) == 10


def test_the_converter_says_what_is_sure(here: Here) -> None:
    assert "3 points for MLT(ASCP), but that is not sure" in here.good("convert", "0.3", "CEU", "--for", "ascp-mlt")
    found = json.loads(here.good("convert", "1.5", "P.A.C.E.", "--for", "ascp-mlt", "--json"))
    assert (found["confirmed"], found["likely"], found["acceptance"]) == (1.5, 1.5, "should")
    assert "no credit type we know" in here.refused("convert", "1", "bananas", "--for", "ascp-mlt")
    assert "negative" in here.refused("convert", "--for", "ascp-mlt", "--", "-1", "CEU")


def test_the_cycle_of_a_day(here: Here) -> None:
    words = ("cycle", "ascp-mlt", "2028-01-01", "--profile", str(here.profile), *DAY)
    assert "later period, 2028-01-01 to 2030-12-31" in here.good(*words)
    assert json.loads(here.good(*words, "--json"))["period"] == "later"
    assert "is no day" in here.refused("cycle", "ascp-mlt", "someday", "--profile", str(here.profile), *DAY)


def test_a_team_as_table_json_workbook_and_page(here: Here) -> None:
    roster = here.home / "roster.csv"
    roster.write_text(
        "Name,Credential,Expires,Done\nAnn [/x],ascp-mlt,2027-01-31,30\nBo,nobody,2027-01-31,1\n", encoding="utf-8"
    )
    xlsx, page = here.home / "team.xlsx", here.home / "team.html"
    shown = here.good("team", "owed", str(roster), "--xlsx", str(xlsx), "--page", str(page), *DAY)
    assert "Ann [/x]" in shown, "a name is nobody's markup"
    assert "line 3: credential: 'nobody' is no credential we know" in shown
    assert load_workbook(xlsx).sheetnames[0] == "Still needed"
    assert "CE still needed" in page.read_text("utf-8")
    document = json.loads(here.good("team", "owed", str(roster), "--json", *DAY))
    assert document["rows"][0]["still_confirmed"] == 10
    assert document["due_soon"] == 1
    roster.write_text("Name\nAnn\n", encoding="utf-8")
    assert "no column for credential, expires" in here.refused("team", "owed", str(roster), *DAY)


def test_a_training_kit_is_written_once(here: Here) -> None:
    training = here.home / "training.toml"
    training.write_text('title = "T"\nemployer = "E"\nheld_on = 2026-12-03\nhours = 1\n', encoding="utf-8")
    output = here.home / "kit"
    here.good("team", "training-kit", str(training), "--output", str(output), *DAY)
    names = sorted(path.name for path in output.iterdir())
    assert names == ["certificate-01-blank.html", "listing.json", "sign-in.html"]
    assert "already" in here.refused("team", "training-kit", str(training), "--output", str(output), *DAY)
