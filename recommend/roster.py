"""A laboratory's staff: read from a roster or from a folder of profiles.

A roster has a row for each person and credential: name, credential, expiry, what is done in all, and, where the manager
has them, totals by category in columns named as the requirements are. Nothing leaves the machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from catalog.errors import BadInputError
from catalog.taxonomy import fold, topics, topics_of_subject
from recommend.amounts import thousandths, units
from recommend.credential import Credential
from recommend.documents import nearest
from recommend.profile import Held, Profile, ProfileError, load_profile
from recommend.sheets import Row, SheetError, Table, read_table
from recommend.transcript import Problem, read_day

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("employee", "staff", "person", "full name", "staff name"),
    "credential": ("certification", "license", "licence", "credential id"),
    "expires": ("expiry", "expiration", "expiration date", "cycle end", "renewal date", "valid through", "due"),
    "starts": ("cycle start", "start", "issued", "renewed on"),
    "done": ("total", "totals", "credits", "points", "hours", "total done", "earned"),
    "specialties": ("specialty", "categories", "licensed categories"),
    "certificate": ("certificate on file", "certificates on file", "on file", "certificate file"),
}
"""The columns of a roster and the words that others use for them. Any other column may name a requirement."""


class TeamError(BadInputError):
    """A roster or folder that cannot be used at all; names it and the reason."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a team and, by credential id, what the roster says of the certificate."""

    profile: Profile
    certificates: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a roster or folder, and the rows or files that were left out, with reasons."""

    members: tuple[Member, ...]
    problems: tuple[str, ...]


def read_team(path: Path, credentials: Mapping[str, Credential]) -> Roster:
    """A roster (CSV or XLSX), or a folder of profiles (TOML or JSON).

    Raises :class:`TeamError` where there is nothing to read or a needed column is missing. Bad rows and bad profiles
    are listed, good ones kept.
    """
    if path.is_dir():
        return _folder(path)
    try:
        return read_roster(read_table(path), credentials)
    except SheetError as error:
        raise TeamError(str(error)) from error


def read_roster(table: Table, credentials: Mapping[str, Credential]) -> Roster:
    """The people of a roster; rows of the same name are one person with several credentials."""
    places = _places(table)
    problems: list[Problem] = []
    people: dict[str, tuple[list[Held], dict[str, str]]] = {}
    for row in table.rows:
        held = _held(table, row, places, credentials, problems)
        if held is None:
            continue
        credential, certificate = held
        held_so_far, certificates = people.setdefault(row.cells[places["name"]], ([], {}))
        if any(other.id == credential.id for other in held_so_far):
            problems.append(
                Problem(table.name, row.line, "credential", f"{credential.id} stands twice for this person")
            )
            continue
        held_so_far.append(credential)
        if certificate:
            certificates[credential.id] = certificate
    members = tuple(
        Member(Profile(name=name, credentials=tuple(held_all)), certificates)
        for name, (held_all, certificates) in people.items()
    )
    return Roster(members, tuple(str(problem) for problem in problems))


def _folder(path: Path) -> Roster:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in (".toml", ".json"))
    if not files:
        raise TeamError(f"{path}: no profile (TOML or JSON) in this folder")
    members: list[Member] = []
    problems: list[str] = []
    for file in files:
        try:
            profile = load_profile(file)
        except ProfileError as error:
            problems.append(str(error))
            continue
        members.append(Member(profile if profile.name else profile.model_copy(update={"name": file.stem}), {}))
    return Roster(tuple(members), tuple(problems))


def _places(table: Table) -> dict[str, int]:
    meanings = {fold(word): name for name, words_for in COLUMNS.items() for word in (name, *words_for)}
    places: dict[str, int] = {}
    for index, header in enumerate(table.header):
        name = meanings.get(fold(header), header)
        places.setdefault(name, index)
    missing = [name for name in ("name", "credential", "expires") if name not in places]
    if missing:
        raise TeamError(f"{table.name}: no column for {', '.join(missing)}; the columns are {', '.join(table.header)}")
    return places


def _held(
    table: Table, row: Row, places: Mapping[str, int], credentials: Mapping[str, Credential], problems: list[Problem]
) -> tuple[Held, str] | None:
    """The credential of one row and what it says of the certificate, or ``None`` with a problem."""

    def cell(name: str) -> str:
        return row.cells[places[name]] if name in places else ""

    try:
        _present("name", cell("name"))
        credential = _credential(cell("credential"), credentials)
        fields: dict[str, Any] = {"id": credential.id, "specialties": _specialties(cell("specialties"))}
        fields["cycle_end"] = _day("expires", cell("expires"))
        if cell("starts"):
            fields["cycle_start"] = _day("starts", cell("starts"))
        opening = _opening(cell("done"), _by_requirement(table, row, credential))
        return Held.model_validate({**fields, "opening": opening}), cell("certificate")
    except _FieldError as error:
        problems.append(Problem(table.name, row.line, error.field, error.reason))
    except ValidationError as error:
        reasons = "; ".join(str(detail["msg"]).removeprefix("Value error, ") for detail in error.errors())
        problems.append(Problem(table.name, row.line, None, reasons))
    return None


class _FieldError(ValueError):
    """One cell that cannot be read."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def _present(field: str, text: str) -> None:
    if not text:
        raise _FieldError(field, "is missing")


def _credential(text: str, credentials: Mapping[str, Credential]) -> Credential:
    """A credential by its id, name or short name, in any spelling of spaces and signs."""
    _present("credential", text)
    known: dict[str, Credential] = {}
    for credential in credentials.values():
        for name in (credential.id, credential.short_name, credential.name):
            known.setdefault(fold(name), credential)
    found = known.get(fold(text))
    if found is None:
        raise _FieldError("credential", f"{text!r} is no credential we know{nearest(text, list(credentials))}")
    return found


def _day(field: str, text: str) -> date:
    try:
        return read_day(text)
    except ValueError as error:
        raise _FieldError(field, str(error)) from error


def _specialties(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in filter(None, (part.strip() for part in re.split(r"[;|]", text))):
        named = (part,) if part in topics() else topics_of_subject(part)
        if not named:
            raise _FieldError("specialties", f"{part!r} is no topic we know{nearest(part, list(topics()))}")
        found.extend(named)
    return tuple(dict.fromkeys(found))


def _by_requirement(table: Table, row: Row, credential: Credential) -> dict[str, int | float]:
    """Totals from columns that are named as a requirement of this credential is."""
    named = {fold(part.label): part.id for part in credential.requirements}
    named.update({fold(part.id): part.id for part in credential.requirements})
    found: dict[str, int | float] = {}
    for header, text in zip(table.header, row.cells, strict=True):
        requirement = named.get(fold(header))
        if requirement is not None and text:
            found[requirement] = units(_amount(header, text))
    return found


def _amount(field: str, text: str) -> int:
    try:
        amount = thousandths(text)
    except ValueError as error:
        raise _FieldError(field, str(error)) from error
    if not isinstance(amount, int):
        raise _FieldError(field, f"{text!r} is not an amount")
    return amount


def _opening(done: str, by_requirement: Mapping[str, int | float]) -> dict[str, Any] | None:
    if not done and not by_requirement:
        return None
    total = units(_amount("done", done)) if done else sum(by_requirement.values())
    return {"total": total, "by_requirement": dict(by_requirement)}
