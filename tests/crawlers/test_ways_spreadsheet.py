"""Spreadsheets as people keep them: CSV, XLSX, TOML, with marks, semicolons and cells of other types."""

from __future__ import annotations

import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from catalog.listing import Kind, Visibility
from crawlers.page import PageError
from crawlers.safety import UnsafeContentError

FEBRUARY_3 = datetime.combine(date(2027, 2, 3), time())
"""How a workbook keeps a day: as a moment at midnight, without a zone."""

COLUMNS = {
    "labels": {
        "title": ["Training"],
        "date": ["Day"],
        "times": ["From", "To"],
        "credits": ["Hours", "Type"],
        "place": ["Room"],
        "subject": ["Field"],
    },
    "kind": "in_service",
    "zone": "America/New_York",
}


@pytest.fixture
def read(read_page):
    def read(body, content_type="text/csv", **table):
        url = table.pop("url", "https://way.example/plan.csv")
        return read_page("spreadsheet", body, url=url, content_type=content_type, **{**COLUMNS, **table})

    return read


@pytest.mark.parametrize(
    "body",
    [
        "Training,Day,From,To,Hours,Type\nGram stain,2027-01-05,10:00,11:00,1.0,P.A.C.E. contact hours\n",
        "\ufeffTraining,Day,From,To,Hours,Type\r\nGram stain,01/05/2027,10:00 AM,11:00 AM,1,P.A.C.E. contact hours\r\n",
        'Training;Day;From;To;Hours;Type\n"Gram stain";"January 5, 2027";10 AM;11 AM;1.0;P.A.C.E. contact hours\n',
        "Training\tDay\tFrom\tTo\tHours\tType\nGram stain\tJan 5, 2027\t10 AM\t11 AM\t1.0\tP.A.C.E. contact hours\n",
    ],
    ids=["commas", "byte order mark", "semicolons", "tabs"],
)
def test_a_row_is_one_thing_however_it_is_separated(read, body) -> None:
    listing = read(body).only
    [session] = listing.sessions
    assert (listing.title.value, listing.kind.value) == ("Gram stain", Kind.IN_SERVICE)
    assert (session.local_date, session.local_time, session.end_time) == (date(2027, 1, 5), time(10), time(11))
    assert session.zone == "America/New_York"
    assert [(credit.thousandths, credit.unit.value) for credit in listing.credits] == [(1000, "pace")]
    assert listing.title.evidence[0].where == "sheet:row 2, Training"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbooks_own_dates_and_numbers_are_read_as_they_are_shown(read) -> None:
    body = workbook(
        ("Training", "Day", "Hours", "Type", "Room", "Field"),
        (
            "Massive transfusion drill",
            FEBRUARY_3,
            1.5,
            "P.A.C.E. contact hours",
            "Toledo, Ohio",
            "Blood bank",
        ),
        (None, None, None, None, None, None),
        (None, FEBRUARY_3, 1, "P.A.C.E. contact hours", None, None),
    )
    found = read(
        body,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        url="https://way.example/plan.xlsx",
    )
    listing = found.only
    assert listing.sessions[0].local_date == date(2027, 2, 3)
    assert listing.sessions[0].local_time is None
    assert [credit.thousandths for credit in listing.credits] == [1500]
    assert [subject.value for subject in listing.subjects] == ["Blood bank"]
    assert [(rejection.field, rejection.reason) for rejection in found.rejections] == [("title", "row 4 has no title")]


def test_a_list_kept_as_toml(read) -> None:
    body = '[[item]]\nTraining = "Ethics rounds"\nDay = 2027-03-04\nHours = "1.0"\nType = "P.A.C.E. contact hours"\n'
    listing = read(body, content_type="application/toml", url="https://way.example/plan.toml").only
    assert listing.title.value == "Ethics rounds"
    assert listing.sessions[0].local_date == date(2027, 3, 4)


def test_a_type_without_an_amount_beside_it_is_a_forms_word(read) -> None:
    assert read("Training,Hours,Type\nNew analyzer,,P.A.C.E. contact hours\n").only.credits == ()


def test_rows_are_rejected_one_by_one(read) -> None:
    found = read("Training,Link,Day\nGood,https://way.example/1,2027-01-05\n,https://way.example/2,2027-01-06\n",
                 labels={"title": ["Training"], "date": ["Day"], "url": ["Link"]})  # fmt: skip
    assert [listing.url for listing in found.listings] == ["https://way.example/1"]
    assert [rejection.field for rejection in found.rejections] == ["title"]


def test_an_employers_sheet_stays_private(read) -> None:
    assert read("Training\nGram stain\n", visibility="private").only.visibility is Visibility.PRIVATE


@pytest.mark.parametrize(
    "body",
    [b"<html><table><tr><td>Please log in</td></tr></table></html>", b"\n\n", b"a\x00b,c\n1,2\n"],
    ids=["a page", "empty", "no text"],
)
def test_what_is_no_table_is_told(read, body) -> None:
    with pytest.raises(PageError):
        read(body)


def test_a_damaged_workbook_is_told(read) -> None:
    with pytest.raises((UnsafeContentError, PageError)):
        read(workbook(("Training",), ("Gram stain",))[:200], content_type="application/octet-stream")
