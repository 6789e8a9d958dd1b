"""Transcripts: our CSV comes back as it went out, other tables are mapped, bad rows listed, bad files refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from catalog.listing import CreditUnit
from catalog.taxonomy import topics
from recommend.amounts import units
from recommend.credential import Activity
from recommend.sheets import LARGEST_FILE, MOST_ROWS, SheetError, read_pasted
from recommend.transcript import (
    COLUMNS,
    ColumnMapping,
    EarnedCredit,
    Reading,
    TranscriptError,
    guess_mapping,
    paste_transcript,
    read_transcript,
    remember_mapping,
    remembered_mapping,
    write_transcript,
)

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40
).filter(lambda text: text.strip() == text and text.strip())
TOPIC = st.sampled_from(list(topics()))
HALVES = st.integers(min_value=0, max_value=80).map(lambda halves: halves / 2)


@st.composite
def credits_earned(draw: st.DrawFn) -> EarnedCredit:
    split = draw(st.dictionaries(TOPIC, st.sampled_from([0.5, 1]), max_size=2))
    amount = draw(st.one_of(st.none(), HALVES)) if not split else sum(split.values()) + draw(HALVES)
    return EarnedCredit.model_validate(
        {
            "completed_on": draw(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1))),
            "title": draw(TEXT),
            "amount": amount,
            "unit": draw(st.sampled_from(CreditUnit)),
            "also": draw(st.dictionaries(st.sampled_from(CreditUnit), HALVES, max_size=2)),
            "activity": draw(st.sampled_from(Activity)),
            "topics": draw(st.lists(TOPIC, unique=True, max_size=3)),
            "guessed_topics": draw(st.lists(TOPIC, unique=True, max_size=2)),
            "by_topic": split,
            "points": draw(st.dictionaries(st.sampled_from(["ascp-mlt", "amt-mlt"]), HALVES, max_size=2)),
            "counted_toward": draw(
                st.lists(st.sampled_from(["ascp-mlt:chemistry", "amt-mlt"]), unique=True, max_size=2)
            ),
            "provider": draw(st.one_of(st.none(), TEXT)),
            "course_number": draw(st.one_of(st.none(), TEXT)),
            "cost_paid": draw(st.sampled_from([None, "$20", "20.00 USD"])),
            "sha256": draw(st.sampled_from([None, "0" * 64])),
            "url": draw(st.sampled_from([None, "https://www.labce.com/course?a=1;b=2"])),
        }
    )


def read(tmp_path: Path, text: str) -> Reading:
    path = tmp_path / "done.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_transcript(path)


@settings(max_examples=60, deadline=None)
@given(st.lists(credits_earned(), max_size=5))
def test_our_csv_comes_back_as_it_went_out(earned: list[EarnedCredit]) -> None:
    reading = paste_transcript(write_transcript(earned))
    assert reading.problems == ()
    assert list(reading.credits) == earned


def test_our_columns_are_those_that_were_agreed_on() -> None:
    names = [column.name for column in COLUMNS]
    agreed = (
        "completed_on, title, provider, provider_no, course_no, credit_type, hours, hours_by_area, format, accreditor, "
        "accreditor_no, certificate_file, sha256, cost_paid, counted_toward"
    )
    assert [name for name in names if name in agreed.split(", ")] == agreed.split(", ")
    assert {column.field for column in COLUMNS} == set(EarnedCredit.model_fields)


def test_another_table_is_mapped_by_what_its_columns_say(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Course Title;Date Completed;Contact Hours;Type of Credit;Subject Area;Sponsor\n"
        "Antibody ID;03/04/2026;1.5;P.A.C.E.;Blood Banking;ASCLS\n",
    )
    (credit,) = reading.credits
    assert credit.completed_on == date(2026, 3, 4)
    assert (credit.title, credit.amount, credit.unit) == ("Antibody ID", 1500, CreditUnit.PACE)
    assert credit.topics == ("blood_bank",)
    assert credit.provider == "ASCLS"


def test_near_spellings_are_guessed_and_strangers_are_left_alone() -> None:
    mapping = guess_mapping(["Completion Dte", "Course Titel", "Shoe size"])
    assert mapping.columns == {"completed_on": "Completion Dte", "title": "Course Titel"}


def test_a_confirmed_mapping_stands_before_any_guess(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n2026-01-05,Lipids,2\n", encoding="utf-8")
    with pytest.raises(TranscriptError, match="no column for completed_on, title; the columns are a, b, c"):
        read_transcript(path)
    reading = read_transcript(path, ColumnMapping({"completed_on": "a", "title": "b", "hours": "c"}))
    assert reading.credits[0].amount == 2000
    with pytest.raises(TranscriptError, match="no column 'date'"):
        read_transcript(path, ColumnMapping({"completed_on": "date", "title": "b"}))


def test_a_confirmed_mapping_is_remembered_for_the_same_header(tmp_path: Path) -> None:
    header = ["a", "b", "c"]
    mapping = ColumnMapping({"completed_on": "a", "title": "b", "hours": "c"})
    assert remembered_mapping(tmp_path, header) is None
    path = remember_mapping(tmp_path, header, mapping)
    assert remembered_mapping(tmp_path, ["A ", "b", "C"]) == mapping
    assert remembered_mapping(tmp_path, ["a", "b"]) is None
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(TranscriptError, match="delete it to be asked again"):
        remembered_mapping(tmp_path, header)


def test_a_pasted_table_is_read(tmp_path: Path) -> None:
    reading = paste_transcript("Date\tCourse\tCredits\n11/02/2026\tLipids\t1\nNov 3, 2026\tUrine\t0.5\n")
    assert [(credit.completed_on, credit.amount) for credit in reading.credits] == [
        (date(2026, 11, 2), 1000),
        (date(2026, 11, 3), 500),
    ]


def test_bad_rows_are_listed_with_line_and_reason_and_good_ones_kept(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "completed_on,title,hours,credit_type,topics\n"
        "2026-01-05,Good,1,pace,chemistry\n"
        "2026-02-30,No such day,1,pace,\n"
        "2026-03-01,Negative,-1,pace,\n"
        "2026-03-02,,1,pace,\n"
        "\n"
        "2026-03-03,Strange unit,1,bananas,\n"
        "2026-03-04,Strange topic,1,pace,astrology\n"
        "2026-03-05,Words,one,pace,\n"
        '2026-03-06,"Two\nlines",1,pace,\n'
        "2026-03-07,Last,1,pace,\n",
    )
    assert [credit.title for credit in reading.credits] == ["Good", "Two\nlines", "Last"]
    told = {(problem.line, problem.field) for problem in reading.problems}
    assert told == {(3, "completed_on"), (4, "hours"), (5, "title"), (7, "credit_type"), (8, "topics"), (9, "hours")}
    assert "-1 is negative" in str(reading.problems[1])
    assert str(reading.problems[0]).startswith(f"{tmp_path / 'done.csv'}: line 3: completed_on: ")


def test_what_stands_twice_is_told(tmp_path: Path) -> None:
    row = "2026-01-05,Lipids,1,pace\n"
    reading = read(tmp_path, f"completed_on,title,hours,credit_type\n{row}2026-01-06,Other,1,pace\n{row}")
    assert [(twice.line, twice.same_as, twice.title) for twice in reading.duplicates] == [(4, 2, "Lipids")]
    assert len(reading.credits) == 3, "nothing is lost"


def test_a_spreadsheet_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Date", "Title", "Hours"])
    book.active.append([datetime(2026, 4, 5), "Lipids", 1.5])  # noqa: DTZ001 - a spreadsheet's dates have no zone
    book.active.append([date(2026, 4, 6), "Urine", 2])
    path = tmp_path / "done.xlsx"
    book.save(path)
    reading = read_transcript(path)
    assert reading.problems == ()
    assert [(credit.completed_on.day, credit.amount) for credit in reading.credits] == [(5, 1500), (6, 2000)]


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    assert len(packed.getvalue()) < 200_000
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(packed.getvalue())
    with pytest.raises(TranscriptError, match="would unpack to 80,000,000 bytes"):
        read_transcript(path)


def test_a_bomb_that_lies_about_its_size_is_refused_too(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"0" * 80_000_000)
    size = (80_000_000).to_bytes(4, "little")
    path = tmp_path / "liar.xlsx"
    path.write_bytes(packed.getvalue().replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(TranscriptError, match="no spreadsheet"):
        read_transcript(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("large.csv", b"x" * (LARGEST_FILE + 1), "is more than the"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n,,\n", "is empty"),
        ("binary.csv", b"date,title\n\x00\x01", "bytes that no text has"),
        ("fake.xlsx", b"date,title\n", "is named as a spreadsheet and is none"),
        ("broken.xlsx", b"PK\x03\x04 nothing more", "no spreadsheet"),
        ("open.csv", b'date,title\n2026-01-01,"never closed\n', "line "),
        ("rows.csv", b"date,title\n" + b"2026-01-01,x\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TranscriptError) as refused:
        read_transcript(path)
    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


def test_a_spreadsheet_that_claims_a_million_rows_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Date", "Title"])
    book.active.cell(row=1_000_000, column=1, value="2026-01-01")
    path = tmp_path / "tall.xlsx"
    book.save(path)
    with pytest.raises(TranscriptError, match="goes on beyond line 100,000"):
        read_transcript(path)


def test_old_windows_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("date,title\n2026-01-01,Ménière\n".encode("cp1252"))
    assert read_transcript(path).credits[0].title == "Ménière"


def test_an_amount_is_exact() -> None:
    reading = paste_transcript("date,title,hours\n2026-01-01,x,0.1\n")
    assert reading.credits[0].amount == 100
    assert units(100) == 0.1


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_title_above_the_table_is_passed_over_and_trackers_words_are_known(separator: str) -> None:
    lines = (("Completed Date", "Activity Title", "CE Credits"), ("11/02/2026", "Antibody identification", "1.5"))
    text = "Transcript of Sam Sample\n\n" + "\n".join(separator.join(line) for line in lines)
    reading = paste_transcript(text)
    assert reading.mapping.columns == {
        "completed_on": "Completed Date",
        "title": "Activity Title",
        "hours": "CE Credits",
    }
    assert [(credit.title, credit.amount) for credit in reading.credits] == [("Antibody identification", 1500)]


def test_a_pasted_table_has_a_largest_size() -> None:
    with pytest.raises(SheetError, match="pasted table: more than the 10,000,000 bytes"):
        read_pasted(io.BytesIO(b"a" * 10_000_001), "pasted table")
