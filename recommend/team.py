"""What a whole laboratory still needs: everybody's answer in one table, worst first, and staff by requirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recommend.credential import Credential, Standing, Unit
from recommend.holding import HoldingError
from recommend.roster import Member, Roster
from recommend.shortfall import CredentialOwed, owed

DUE_SOON_DAYS = 90


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One person's one credential, in thousandths; ``open`` are (requirement, still confirmed, still likely)."""

    name: str
    credential: str
    short_name: str
    unit: Unit
    expires: date | None
    days_left: int | None
    still_confirmed: int | None
    still_likely: int | None
    open: tuple[tuple[str, int, int], ...]
    certificate: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One requirement over the whole team: who still needs how much of it, the one with most first."""

    short_name: str
    label: str
    unit: Unit
    people: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """What the team needs of it together, in thousandths."""
        return sum(amount for _, amount in self.people)


@dataclass(frozen=True, slots=True)
class Team:
    """The answer for a team on one day."""

    today: date
    rows: tuple[TeamRow, ...]
    problems: tuple[str, ...]
    rules_read: tuple[date, ...]

    @property
    def requirements(self) -> tuple[RequirementLine, ...]:
        """Staff by requirement, the requirement that most is needed of first."""
        needed: dict[tuple[str, str, Unit], list[tuple[str, int]]] = {}
        for row in self.rows:
            for label, still, _ in row.open:
                needed.setdefault((row.short_name, label, row.unit), []).append((row.name, still))
        lines = [RequirementLine(*key, tuple(sorted(people, key=_most_first))) for key, people in needed.items()]
        return tuple(sorted(lines, key=lambda line: (-line.total, line.short_name, line.label)))

    @property
    def due_soon(self) -> tuple[TeamRow, ...]:
        """Rows whose deadline lies within :data:`DUE_SOON_DAYS` and that still need something."""
        return tuple(
            row
            for row in self.rows
            if row.days_left is not None and row.days_left <= DUE_SOON_DAYS and row.still_confirmed != 0
        )


def team_owed(roster: Roster, credentials: Mapping[str, Credential], today: date) -> Team:
    """What everybody still needs, worst first: overdue, then most needed for each day that is left."""
    rows: list[TeamRow] = []
    problems = list(roster.problems)
    read_on: set[date] = set()
    for member in roster.members:
        try:
            answer = owed(member.profile, credentials, today)
        except HoldingError as error:
            problems.append(f"{member.profile.name}: {error}")
            continue
        for credential in answer.credentials:
            rows.append(_row(member, credential, today))
            read_on.update(part.read_on for part in credential.requirements if part.read_on is not None)
    return Team(today, tuple(sorted(rows, key=_worst_first)), tuple(problems), tuple(sorted(read_on)))


def _row(member: Member, credential: CredentialOwed, today: date) -> TeamRow:
    expires = credential.cycle.renew_by if credential.cycle and not credential.cycle.looks_back else None
    still_open = tuple(
        (part.label, part.still_confirmed, part.still_likely or 0)
        for part in credential.requirements
        if part.still_confirmed
    )
    certificate = member.certificates.get(credential.id)
    if certificate is None and member.profile.transcript:
        counted = [use.credit for use in credential.uses_confirmed if use.requirement is not None]
        named = {credit.id for credit in member.profile.transcript if credit.certificate_file is not None}
        certificate = f"{len(named.intersection(counted))} of {len(set(counted))}"
    return TeamRow(
        name=member.profile.name or "",
        credential=credential.id,
        short_name=credential.short_name,
        unit=credential.unit,
        expires=expires,
        days_left=None if expires is None else (expires - today).days,
        still_confirmed=credential.still_confirmed if credential.standing is Standing.ACTIVE else 0,
        still_likely=credential.still_likely if credential.standing is Standing.ACTIVE else 0,
        open=still_open,
        certificate=certificate,
        notes=credential.notes,
    )


def _worst_first(row: TeamRow) -> tuple[int, float, str, str]:
    """Overdue first, then most needed for each day left, then what is not known, then nothing needed."""
    if row.still_confirmed is None or row.days_left is None:
        return 2, 0.0, row.name, row.credential
    if row.still_confirmed == 0:
        return 3, 0.0, row.name, row.credential
    if row.days_left < 0:
        return 0, float(row.days_left), row.name, row.credential
    return 1, -row.still_confirmed / (row.days_left + 1), row.name, row.credential


def _most_first(person: tuple[str, int]) -> tuple[int, str]:
    return -person[1], person[0]
