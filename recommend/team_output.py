"""A team's answer laid out: a workbook, and the rows that a page to print is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from recommend.amounts import units, words
from recommend.team import RequirementLine, Team, TeamRow

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no workbook may hold."""

STAFF_HEADER = (
    "Name",
    "Certification or license",
    "Expires",
    "Days left",
    "Still needed, confirmed only",
    "Still needed, if all likely counts",
    "Unit",
    "Open requirements",
    "Certificate on file",
)
STAFF_KEYS = ("name", "held", "expires", "left", "sure", "likely", "unit", "open", "file")
LINE_HEADER = ("Certification or license", "Requirement", "Needed together", "Unit", "Who")


def team_workbook(team: Team) -> Workbook:
    """The team as a workbook. Text never becomes a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet("Still needed"), STAFF_HEADER, (_staff_cells(row) for row in team.rows))
    _fill(book.create_sheet("By requirement"), LINE_HEADER, (_line_cells(line) for line in team.requirements))
    _fill(book.create_sheet("About"), ("About this table", ""), about_lines(team))
    return book


def staff_rows(team: Team) -> list[dict[str, Any]]:
    """The rows of the staff table by the names of their cells, for whoever lays them out."""
    return [dict(zip(STAFF_KEYS, _staff_cells(row), strict=True)) for row in team.rows]


def _staff_cells(row: TeamRow) -> tuple[Any, ...]:
    if row.still_confirmed == 0:
        parts = "Nothing more needed by the rules we know"
    else:
        parts = "; ".join(f"{label} {words(still)}" for label, still, _ in row.open) or "Check with the board"
    if row.notes:
        parts = f"{parts}. {' '.join(row.notes)}"
    return (
        row.name,
        row.short_name,
        row.expires,
        row.days_left,
        None if row.still_confirmed is None else units(row.still_confirmed),
        None if row.still_likely is None else units(row.still_likely),
        row.unit.value,
        parts,
        row.certificate or "not known",
    )


def _line_cells(line: RequirementLine) -> tuple[Any, ...]:
    who = "; ".join(f"{name} {words(amount)}" for name, amount in line.people)
    return line.short_name, line.label, units(line.total), line.unit.value, who


def about_lines(team: Team) -> list[tuple[str, str]]:
    """As of when, from which rules, from whose files, and what was left out."""
    dates = ", ".join(str(day) for day in team.rules_read) or "not known"
    return [
        ("As of", str(team.today)),
        ("Rules read on", dates),
        ("Made from", "files supplied by staff"),
        ("Who decides", "Each person's board decides what counts. Check its page before you rely on this."),
        *(("Left out", problem) for problem in team.problems),
    ]


def _fill(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for column, text in enumerate(header, start=1):
        sheet.cell(row=1, column=column, value=text).font = Font(bold=True)
    for number, cells in enumerate(rows, start=2):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row=number, column=column)
            if isinstance(value, str):
                cell.value = UNPRINTABLE.sub("", value)
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            else:
                cell.value = value
    sheet.freeze_panes = "A2"
    for column, text in enumerate(header):
        sheet.column_dimensions[get_column_letter(column + 1)].width = max(14, min(40, len(text) + 4))
