"""What people bring is read alike by Python and by the browser: profiles as files, tables as CSV or pasted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from many import many, packages
from modules import Modules
from parity import EXAMPLES, parity
from profiles import UNITS, Document, profiles
from pydantic import ValidationError
from wishes import whole_profiles

from catalog.taxonomy import topics
from recommend.profile import Profile, load_profile, sample_profile, write_profile
from recommend.transcript import COLUMNS, EarnedCredit, Reading, TranscriptError, paste_transcript, write_transcript

TODAY = date(2026, 11, 22)

READ_PROFILE = """
  try {
    const document = module.readProfile(value, "me.json", window.rules);
    module.toProfile(document, window.rules);
    return { written: module.writeProfile(document) };
  } catch (error) {
    if (!error.problems) throw error;
    return { problems: error.problems, message: error.message };
  }
"""
READ_TABLE = """
  try {
    const table = module.readTable(value, "pasted table", window.rules);
    return module.readRows(table, module.guessMapping(table.header, window.rules), window.rules);
  } catch (error) {
    if (!error.problems) throw error;
    return { refused: error.message };
  }
"""


def read_profile(modules: Modules, text: str) -> dict[str, Any]:
    return modules.call("profile.js", READ_PROFILE, text)


@parity
@given(document=whole_profiles(many(20, TODAY), packages()))
def test_a_profile_travels_from_file_to_browser_to_file(modules: Modules, document: Document) -> None:
    profile = Profile.model_validate_json(json.dumps(document))
    written = write_profile(profile, is_json=True)
    answer = read_profile(modules, written)
    assert json.loads(answer["written"]) == json.loads(written)
    assert Profile.model_validate_json(answer["written"]) == profile


def test_the_whole_sample_travels_too(modules: Modules, tmp_path: Path) -> None:
    sample = sample_profile(TODAY)
    path = tmp_path / "sample.json"
    path.write_text(read_profile(modules, write_profile(sample, is_json=True))["written"], encoding="utf-8")
    assert load_profile(path) == sample


WRONG = {
    '{\n  "version": 1,\n  "credentails": []\n}': (3, "credentails", "did you mean 'credentials'"),
    '{"version": 2, "dreams": []}': (1, "version", "2 is newer than the 1"),
    '{"credentials": [\n {"id": "ascp-mlt",\n  "cycle_end": "2027-02-30"}]}': (3, "credentials[1].cycle_end", "no day"),
    '{"credentials": [{"id": "a"},\n {"id": "a"}]}': (1, "credentials", "'a' stands twice"),
    '{"transcript": [{"title": "Lipids"}]}': (1, "transcript[1].completed_on", "is missing"),
    '{"topics": [\n"chemistri"]}': (2, "topics[1]", "did you mean 'chemistry'"),
    '{"transcript": [{"title": "x", "completed_on": "2026-01-01", "amount": 0.0001}]}': (
        1,
        "transcript[1].amount",
        "finer",
    ),
    '{"version": 1,\n "name": ,\n}': (2, None, "not well-formed JSON"),
    '["no profile"]': (1, None, "no table of fields"),
    '{"name": "\\u0000<script>", "employer": "' + "x" * 300 + '"}': (1, "employer", "at most 200"),
    '{"__proto__": {"a": 1}, "constructor": 1}': (1, "__proto__", "is no key we know"),
    '{"credentials": [{"id": "ascp-mlt", "own_requirements": {"Not An Id": 1}}]}': (
        1,
        "credentials[1].own_requirements.Not An Id",
        "is no key we know",
    ),
    '{"budget": {"amount": "much"}}': (1, "budget.amount", "no amount of money"),
    '{"employer_pays": {"tuition_cap": 1.005}}': (1, "employer_pays.tuition_cap", "no amount of money"),
    '{"time_zone": "America/New_Yorc"}': (1, "time_zone", "did you mean 'America/New_York'"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_profile_is_refused_with_line_and_field_by_both(modules: Modules, text: str) -> None:
    line, field, reason = WRONG[text]
    first = read_profile(modules, text)["problems"][0]
    assert (first.get("line"), first.get("field")) == (line, field)
    assert reason in first["message"]
    with pytest.raises(ValidationError):
        Profile.model_validate_json(text)


HEADERS = [word for column in COLUMNS for word in (column.name, *column.words)]
DAYS = (
    "2026-02-01",
    "02/03/2026",
    "2/3/26",
    "2/3/70",
    "Feb 3, 2026",
    "3 february 2026",
    "2026-02-30",
    "soon",
    "1-5-2026",
)
CELLS = st.one_of(
    st.sampled_from(("", "1", "1.5", "0.0001", "-2", "20000", "abc", "1e1", " 2 ", "chemistry", "Hematology; safety")),
    st.sampled_from(DAYS),
    st.sampled_from(("chemistry=1; hematology=0.5", "pace=1", "ascp-mlt=2", "ascp-mlt:chemistry", "nonsense=")),
    st.sampled_from(("https://a.example/b", "javascript:alert(1)", "=cmd|x", 'say "hi"', "two\nlines", "a,b;c|d\te")),
    st.sampled_from([*UNITS, "P.A.C.E.", "CEUs", "committee", "in service", *list(topics())[:8]]),
    st.text(max_size=12),
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table as somebody might have it: headers near ours, cells good and bad, any separator."""
    header = draw(st.lists(st.one_of(st.sampled_from(HEADERS), st.text(max_size=8)), min_size=1, max_size=8))
    header = [*draw(st.sampled_from((["Date", "Course"], ["completed_on", "title"], ["Completion dat"], []))), *header]
    rows = [[draw(st.sampled_from(DAYS)), *(draw(CELLS) for _ in header[1:])] for _ in range(draw(st.integers(0, 6)))]
    mark = draw(st.sampled_from(",\t;|"))
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    above = draw(st.sampled_from(("", "My credits\n", "\n\n")))
    return above + end.join(mark.join(_quoted(cell, mark) for cell in cells) for cells in [header, *rows])


def _quoted(cell: str, mark: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in (mark, '"', "\n", "\r")) else cell


def in_python(text: str) -> Reading | str:
    try:
        return paste_transcript(text)
    except TranscriptError as error:
        return str(error)


@settings(parity, max_examples=EXAMPLES * 4)
@given(text=tables())
@example(text='Date,Course\n2026-01-01,"never closed')
@example(text='Date,Course\n2026-01-01,"a"b')
@example(text="")
@example(text="Date,Course\n2026-01-01,Lipids\n2026-01-01,Lipids\n\n2026-01-02,")
def test_a_table_is_read_alike(modules: Modules, text: str) -> None:
    expected = in_python(text)
    answer = modules.call("transcript.js", READ_TABLE, text)
    if isinstance(expected, str):
        assert "refused" in answer, expected
        return
    assert "refused" not in answer, answer
    assert answer["mapping"] == dict(expected.mapping.columns)
    assert tuple(map(EarnedCredit.model_validate, answer["credits"])) == expected.credits
    assert answer["duplicates"] == [
        {"line": found.line, "same_as": found.same_as, "title": found.title} for found in expected.duplicates
    ]
    told = {(problem["line"], problem["field"]) for problem in answer["problems"]}
    assert told == {(problem.line, problem.field) for problem in expected.problems}


@parity
@given(document=profiles())
def test_our_csv_is_the_same_from_both(modules: Modules, document: Document) -> None:
    earned = document.get("transcript", [])
    profile = Profile.model_validate_json(json.dumps(document))
    written = modules.call("transcript.js", "return module.writeTranscript(value, window.rules);", earned)
    assert written == write_transcript(profile.transcript)


def test_a_file_too_large_or_no_text_is_refused_before_it_is_read(modules: Modules) -> None:
    body = """
      const told = [];
      for (const [name, content] of [["huge.csv", new Uint8Array(50e6)], ["book.xlsx", new Uint8Array([80, 75, 3, 4])],
                                     ["zeros.csv", new Uint8Array(10)]]) {
        try { await module.textOf(new File([content], name), window.rules.tables); told.push("read"); }
        catch (error) { told.push(error.message); }
      }
      return told;
    """
    huge, book, zeros = modules.call("sheets.js", body)
    assert huge == "huge.csv: 50,000,000 bytes is more than the 10,000,000 that a file may have"
    assert "save it as CSV" in book
    assert "bytes that no text has" in zeros
