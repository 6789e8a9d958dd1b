"""What a technician has done: credits earned, from a profile, a spreadsheet or a pasted table.

Our own CSV has one column for each field (:data:`COLUMNS`) and comes back as it went out. Any other table is read
through a :class:`ColumnMapping`: guessed from its header, shown, confirmed, and remembered by whoever calls. Bad rows
are listed with line and reason while good rows are kept; what stands twice is told.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator
from rapidfuzz import fuzz, process

from catalog.errors import BadInputError
from catalog.listing import CreditUnit, Frozen, HttpUrl, Identifier
from catalog.taxonomy import fold, topics_of_subject
from catalog.taxonomy import topics as known_topics
from recommend.amounts import Amount, units
from recommend.credential import Activity, Topic
from recommend.documents import nearest
from recommend.sheets import Row, SheetError, Table, parse_table, read_table

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class EarnedCredit(Frozen):
    """One activity that was finished.

    ``amount`` is in units of ``unit`` (thousandths in memory); ``None`` where it is not known. For an activity without
    a credit unit it is how many of it: articles, talks, years. ``topics`` are stated by the provider or confirmed by
    the technician; ``guessed_topics`` are ours and count only as likely. ``by_topic`` splits the amount where the
    certificate does so. ``points`` are what a body itself assigned, by credential id, and stand before any conversion.
    ``counted_toward`` holds the technician's own choice: ``ascp-mlt:chemistry``.
    """

    completed_on: date
    title: Text
    amount: Amount | None = None
    unit: CreditUnit = CreditUnit.UNSTATED
    also: dict[CreditUnit, Amount] = Field(default_factory=dict)
    activity: Activity = Activity.COURSE
    topics: tuple[Topic, ...] = ()
    guessed_topics: tuple[Topic, ...] = ()
    by_topic: dict[Topic, Amount] = Field(default_factory=dict)
    points: dict[Identifier, Amount] = Field(default_factory=dict)
    counted_toward: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(:[a-z0-9_-]+)?$")], ...] = ()
    provider: Text | None = None
    provider_number: Text | None = None
    course_number: Text | None = None
    format: Text | None = None
    accreditor: Text | None = None
    accreditor_number: Text | None = None
    opportunity: Text | None = None
    url: HttpUrl | None = None
    certificate_file: Text | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    cost_paid: Text | None = None

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> Self:
        if self.by_topic and (self.amount is None or sum(self.by_topic.values()) > self.amount):
            raise ValueError("the parts of by_topic add up to more than the amount")
        return self

    @cached_property
    def id(self) -> str:
        """An e and ten hexadecimal digits from day, title, provider, unit and amount: equal ids are duplicates."""
        parts = (self.completed_on.isoformat(), self.title.lower(), (self.provider or "").lower())
        key = "\x1f".join((*parts, self.unit.value, str(self.amount)))
        return "e" + hashlib.sha256(key.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of our CSV: its name, the field behind it, and the words other tables use for it."""

    name: str
    field: str
    words: tuple[str, ...] = ()


COLUMNS: tuple[Column, ...] = (
    Column("completed_on", "completed_on", (
        "date", "completion date", "date completed", "date of completion", "completed", "completed date", "date earned",
        "activity date", "end date", "course date", "credit date", "date taken", "finish date",
    )),
    Column("title", "title", (
        "course", "course title", "course name", "activity", "program", "program title", "name", "activity title",
        "activity name", "event", "event title", "program name", "description",
    )),
    Column("provider", "provider", (
        "sponsor", "organization", "provider name", "offered by", "institution", "ce provider", "vendor", "host",
    )),
    Column("provider_no", "provider_number", ("provider number", "provider id", "cebroker provider")),
    Column("course_no", "course_number", ("course number", "program number", "tracking number", "pace number")),
    Column("credit_type", "unit", ("type", "type of credit", "unit", "credit unit", "ce type")),
    Column("hours", "amount", (
        "credits", "contact hours", "points", "hours earned", "amount", "ce hours", "credit", "ce credits",
        "credit hours", "credits earned", "hours awarded", "number of hours", "number of credits", "pace hours",
        "pace credits", "ce", "ceus", "ceu", "units",
    )),
    Column("also_credits", "also", ("other credits",)),
    Column("hours_by_area", "by_topic", ("hours by area", "hours by specialty")),
    Column("format", "format", ("delivery", "live or on demand")),
    Column("accreditor", "accreditor", ("accrediting agency", "approved by", "accredited by")),
    Column("accreditor_no", "accreditor_number", ("approval number", "agency number", "accreditation number")),
    Column("certificate_file", "certificate_file", ("certificate", "file", "document")),
    Column("sha256", "sha256"),
    Column("cost_paid", "cost_paid", ("cost", "price", "fee", "paid")),
    Column("counted_toward", "counted_toward", ("counts toward", "applied to", "allocated to")),
    Column("activity", "activity", ("activity type", "kind")),
    Column("topics", "topics", ("subject", "subject area", "category", "discipline", "specialty", "area", "topic")),
    Column("guessed_topics", "guessed_topics"),
    Column("points", "points", ("points by body",)),
    Column("opportunity", "opportunity"),
    Column("url", "url", ("link", "web page")),
)  # fmt: skip
NEEDED_COLUMNS = ("completed_on", "title")
SURE_GUESS = 88
"""Out of 100: how alike a header and one of our words have to be before it is offered as a guess."""

UNIT_WORDS: dict[str, CreditUnit] = {
    "p a c e": CreditUnit.PACE,
    "pace": CreditUnit.PACE,
    "p a c e contact hour": CreditUnit.PACE,
    "p a c e contact hours": CreditUnit.PACE,
    "ascls p a c e": CreditUnit.PACE,
    "cmle": CreditUnit.CMLE,
    "cme": CreditUnit.CME,
    "ama pra category 1": CreditUnit.CME,
    "accent": CreditUnit.ACCENT,
    "florida": CreditUnit.FLORIDA,
    "ceu": CreditUnit.CEU,
    "ceus": CreditUnit.CEU,
    "contact hour": CreditUnit.CONTACT_HOUR,
    "contact hours": CreditUnit.CONTACT_HOUR,
    "hours": CreditUnit.CONTACT_HOUR,
    "semester hour": CreditUnit.SEMESTER_HOUR,
    "semester hours": CreditUnit.SEMESTER_HOUR,
    "quarter hour": CreditUnit.QUARTER_HOUR,
    "quarter hours": CreditUnit.QUARTER_HOUR,
    "cmp": CreditUnit.CMP_POINT,
    "ccp": CreditUnit.CCP_POINT,
    "": CreditUnit.UNSTATED,
}
DAY_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")
"""US order where a day is written in figures: month first."""


class TranscriptError(BadInputError):
    """A table that is no transcript at all; names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that was left out, or one value that was."""

    name: str
    line: int
    field: str | None
    reason: str

    def __str__(self) -> str:
        where = [self.name, f"line {self.line}", *([self.field] if self.field else []), self.reason]
        return ": ".join(where)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that says the same as an earlier one. Both are kept; only one counts."""

    line: int
    same_as: int
    title: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column of a table is which of ours, by our names. Equal headers can use the same mapping again."""

    columns: Mapping[str, str]

    def missing(self) -> tuple[str, ...]:
        """The columns without which a row says nothing."""
        return tuple(name for name in NEEDED_COLUMNS if name not in self.columns)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table gave: good rows, rows left out and why, and what stands twice."""

    credits: tuple[EarnedCredit, ...]
    problems: tuple[Problem, ...]
    duplicates: tuple[Duplicate, ...]
    mapping: ColumnMapping


def read_transcript(path: Path, mapping: ColumnMapping | None = None) -> Reading:
    """Read a CSV or XLSX transcript; without a mapping the columns are guessed.

    Raises :class:`TranscriptError` where the file is no table or a needed column is missing.
    """
    try:
        return read_rows(read_table(path), mapping)
    except SheetError as error:
        raise TranscriptError(str(error)) from error


def paste_transcript(text: str, mapping: ColumnMapping | None = None) -> Reading:
    """Read a table that was pasted. Raises :class:`TranscriptError` as :func:`read_transcript` does."""
    try:
        return read_rows(parse_table(text, "pasted table"), mapping)
    except SheetError as error:
        raise TranscriptError(str(error)) from error


def guess_mapping(header: Sequence[str]) -> ColumnMapping:
    """The likely meaning of each column: our own names first, then words that other tables use, then near spellings."""
    found: dict[str, str] = {}
    for step in (_same, _near):
        for column in COLUMNS:
            if column.name in found:
                continue
            free = [name for name in header if name not in found.values()]
            match = step(column, free)
            if match is not None:
                found[column.name] = match
    return ColumnMapping(found)


def remember_mapping(folder: Path, header: Sequence[str], mapping: ColumnMapping) -> Path:
    """Keep a confirmed mapping for tables with the same header; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _mapping_file(folder, header)
    kept = {"header": list(header), "columns": dict(mapping.columns)}
    path.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def remembered_mapping(folder: Path, header: Sequence[str]) -> ColumnMapping | None:
    """The mapping that was confirmed for such a header, or ``None``.

    Raises :class:`TranscriptError` for a damaged file.
    """
    path = _mapping_file(folder, header)
    if not path.is_file():
        return None
    try:
        columns = json.loads(path.read_text(encoding="utf-8"))["columns"]
        return ColumnMapping({str(name): str(column) for name, column in columns.items()})
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise TranscriptError(f"{path}: no mapping of columns; delete it to be asked again") from error


def _mapping_file(folder: Path, header: Sequence[str]) -> Path:
    key = hashlib.sha256("\x1f".join(fold(name) for name in header).encode()).hexdigest()[:16]
    return folder / f"columns-{key}.json"


def read_rows(table: Table, mapping: ColumnMapping | None = None) -> Reading:
    """Read the rows of a table through a mapping. Raises :class:`TranscriptError` where a needed column is missing."""
    mapping = mapping or guess_mapping(table.header)
    if mapping.missing():
        missing, have = ", ".join(mapping.missing()), ", ".join(table.header)
        raise TranscriptError(f"{table.name}: no column for {missing}; the columns are {have}")
    for name, header in mapping.columns.items():
        if header not in table.header:
            raise TranscriptError(f"{table.name}: no column {header!r} for {name}{nearest(header, table.header)}")
    places = {name: table.header.index(header) for name, header in mapping.columns.items()}
    kept: list[tuple[int, EarnedCredit]] = []
    problems: list[Problem] = []
    for row in table.rows:
        credit = _read_row(table.name, row, places, problems)
        if credit is not None:
            kept.append((row.line, credit))
    return Reading(tuple(credit for _, credit in kept), tuple(problems), tuple(_duplicates(kept)), mapping)


def write_transcript(earned: Iterable[EarnedCredit]) -> str:
    """Our CSV. Reading it again gives the same credits."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    for credit in earned:
        writer.writerow([_written(getattr(credit, column.field)) for column in COLUMNS])
    return out.getvalue()


def read_day(text: str) -> date:
    """A day as people write it, month first where it is in figures. Raises ``ValueError``."""
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day without a time has no zone
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no day we can read; write 2026-11-22 or 11/22/2026")


def _same(column: Column, header: Sequence[str]) -> str | None:
    known = {fold(column.name), *map(fold, column.words)}
    return next((name for name in header if fold(name) in known), None)


def _near(column: Column, header: Sequence[str]) -> str | None:
    words = [fold(column.name), *map(fold, column.words)]
    scored = [(process.extractOne(fold(name), words, scorer=fuzz.ratio), name) for name in header]
    best = max(((match[1], name) for match, name in scored if match is not None), default=(0, ""))
    return best[1] if best[0] >= SURE_GUESS else None


def _read_row(name: str, row: Row, places: Mapping[str, int], problems: list[Problem]) -> EarnedCredit | None:
    """One credit, or ``None`` with a problem for each field that cannot be read."""
    fields: dict[str, Any] = {}
    found = len(problems)
    for column in COLUMNS:
        text = row.cells[places[column.name]] if column.name in places else ""
        if not text:
            continue
        try:
            fields[column.field] = _READERS.get(column.field, str)(text)
        except ValueError as error:
            problems.append(Problem(name, row.line, column.name, str(error)))
    if len(problems) > found:
        return None
    try:
        return EarnedCredit.model_validate(fields)
    except ValidationError as error:
        for detail in error.errors():
            field = str(detail["loc"][0]) if detail["loc"] else None
            reason = "is missing" if detail["type"] == "missing" else str(detail["msg"]).removeprefix("Value error, ")
            problems.append(Problem(name, row.line, _column_of(field), reason))
        return None


def _column_of(field: str | None) -> str | None:
    return next((column.name for column in COLUMNS if column.field == field), field)


def _duplicates(kept: Sequence[tuple[int, EarnedCredit]]) -> Iterable[Duplicate]:
    first: dict[str, int] = {}
    for line, credit in kept:
        if credit.id in first:
            yield Duplicate(line, first[credit.id], credit.title)
        first.setdefault(credit.id, line)


def read_unit(text: str) -> CreditUnit:
    """A credit unit by our name or by the words that certificates use. Raises ``ValueError``."""
    folded = fold(text)
    if folded in UNIT_WORDS:
        return UNIT_WORDS[folded]
    known = [unit.value for unit in CreditUnit]
    if text.strip().lower() in known:
        return CreditUnit(text.strip().lower())
    raise ValueError(f"{text!r} is no credit type we know{nearest(text.strip().lower(), known)}")


def _activity(text: str) -> Activity:
    value = fold(text).replace(" ", "_")
    known = [activity.value for activity in Activity]
    if value not in known:
        raise ValueError(f"{text!r} is no activity we know{nearest(value, known)}")
    return Activity(value)


def _topics(text: str) -> tuple[str, ...]:
    """Topic ids, or the words that a provider uses for topics."""
    found: list[str] = []
    for part in filter(None, (part.strip() for part in re.split(r"[;|]", text))):
        named = (part,) if part in known_topics() else topics_of_subject(part)
        if not named:
            raise ValueError(f"{part!r} is no topic we know{nearest(part, list(known_topics()))}")
        found.extend(named)
    return tuple(dict.fromkeys(found))


def _parts(text: str) -> dict[str, str]:
    """``chemistry=1; hematology=0.5``."""
    parts: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, sign, amount = part.partition("=")
        if not sign:
            raise ValueError(f"{part!r} is not written as name=amount")
        parts[name.strip()] = amount.strip()
    return parts


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


_READERS: dict[str, Any] = {
    "completed_on": read_day,
    "unit": read_unit,
    "activity": _activity,
    "topics": _topics,
    "guessed_topics": _topics,
    "also": _parts,
    "by_topic": _parts,
    "points": _parts,
    "counted_toward": _list,
}


def _written(value: Any) -> str:
    """A field as it stands in our CSV; the reverse of reading it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name!s}={units(amount)}" for name, amount in value.items())
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, int):
        return str(units(value))
    return str(value)
