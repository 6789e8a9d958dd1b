"""The audit pack: for each body one ZIP with an index, copies of the certificates in order, and a sheet to enter from.

The pack is the same, byte for byte, for the same profile and files. A certificate is taken only from inside the folder
of certificates: a transcript that somebody sent must not be able to pack other files of this machine.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.errors import BadInputError
from catalog.taxonomy import fold
from recommend.amounts import words
from recommend.certificates import FIELD_LABELS, check_certificate, fields_of_credit
from recommend.counting import unit_word
from recommend.credential import Credential
from recommend.holding import for_holder
from recommend.profile import Profile
from recommend.shortfall import CredentialOwed, owed
from recommend.transcript import EarnedCredit

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every member: a ZIP made again is the same ZIP."""

LARGEST_CERTIFICATE = 20_000_000
SUFFIX = re.compile(r"^\.[A-Za-z0-9]{1,5}$")


class PackError(BadInputError):
    """A certificate that may not be packed; names the activity and the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity in a pack: what it counted for, its copy (``None`` where there is none), what is not in order."""

    credit: EarnedCredit
    requirement: str
    amount: int
    copy: str | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditPack:
    """One body's pack. ``content`` is the ZIP."""

    credential: str
    file_name: str
    entries: tuple[Entry, ...]
    content: bytes

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not in order, in the order of the entries."""
        return tuple(f"{entry.credit.title}: {problem}" for entry in self.entries for problem in entry.problems)


def audit_packs(
    profile: Profile, credentials: Mapping[str, Credential], today: date, certificates: Path
) -> tuple[AuditPack, ...]:
    """A pack for each credential that is held and counts something. ``certificates`` is the folder of the copies.

    Raises :class:`PackError` for a certificate outside that folder or too large to send, and
    :class:`recommend.holding.HoldingError` as :func:`recommend.shortfall.owed` does.
    """
    personal = for_holder(profile, credentials, today)
    packs = []
    for answer in owed(profile, credentials, today).credentials:
        entries = tuple(_entries(answer, personal[answer.id], profile, certificates))
        if entries:
            content = _pack(answer, entries, certificates, today)
            packs.append(AuditPack(answer.id, f"audit-{answer.id}-{today}.zip", entries, content))
    return tuple(packs)


def _entries(answer: CredentialOwed, credential: Credential, profile: Profile, certificates: Path) -> Iterator[Entry]:
    """The activities that count, oldest first, each once though it may fill two lines of the answer."""
    uses = [use for use in answer.uses_likely if use.requirement is not None and use.thousandths]
    labels = {requirement.id: requirement.label for requirement in credential.requirements}
    by_id = {credit.id: credit for credit in profile.transcript}
    for number, credit_id in enumerate(dict.fromkeys(use.credit for use in uses if use.credit in by_id), start=1):
        credit = by_id[credit_id]
        mine = [use for use in uses if use.credit == credit_id]
        copy = _copy_name(number, credit)
        yield Entry(
            credit=credit,
            requirement="; ".join(dict.fromkeys(labels[use.requirement] for use in mine if use.requirement)),
            amount=sum(use.thousandths for use in mine),
            copy=copy,
            problems=tuple(_problems(credit, credential, profile, certificates)),
        )


def _problems(credit: EarnedCredit, credential: Credential, profile: Profile, certificates: Path) -> Iterator[str]:
    check = check_certificate(fields_of_credit(credit, profile.name), credential)
    missing = [FIELD_LABELS[field] for field in check.missing] if check is not None else []
    if missing:
        yield f"the list does not say {', '.join(missing)}; look whether the certificate does"
    if credit.certificate_file is None:
        yield "no certificate is named"
        return
    path = _certificate(credit, certificates)
    if path is None:
        yield f"the certificate {credit.certificate_file} is not there"
    elif credit.sha256 is not None and hashlib.sha256(path.read_bytes()).hexdigest() != credit.sha256:
        yield f"the certificate {credit.certificate_file} is not the one that was entered"


def _certificate(credit: EarnedCredit, certificates: Path) -> Path | None:
    """The certificate's file, ``None`` where there is none. Raises :class:`PackError` for one that may not be sent."""
    if credit.certificate_file is None:
        return None
    folder = certificates.resolve()
    path = (folder / credit.certificate_file).resolve()
    if not path.is_relative_to(folder):
        raise PackError(f"{credit.title}: {credit.certificate_file} lies outside {certificates}")
    if not path.is_file():
        return None
    if path.stat().st_size > LARGEST_CERTIFICATE:
        raise PackError(f"{credit.title}: {credit.certificate_file} is larger than {LARGEST_CERTIFICATE:,} bytes")
    return path


def _copy_name(number: int, credit: EarnedCredit) -> str | None:
    """``03-2026-04-05-antibody-identification.pdf``: sorted as the index is."""
    if credit.certificate_file is None:
        return None
    suffix = Path(credit.certificate_file).suffix.lower()
    slug = fold(credit.title).replace(" ", "-")[:60].strip("-") or "certificate"
    return f"{number:02d}-{credit.completed_on}-{slug}{suffix if SUFFIX.match(suffix) else ''}"


def _pack(answer: CredentialOwed, entries: Sequence[Entry], certificates: Path, today: date) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _write(archive, "index.txt", _index(answer, entries, today).encode())
        _write(archive, "entry-sheet.csv", _entry_sheet(entries).encode())
        for entry in entries:
            path = _certificate(entry.credit, certificates)
            if path is not None and entry.copy is not None:
                _write(archive, entry.copy, path.read_bytes())
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, FIXED_TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)


def _index(answer: CredentialOwed, entries: Sequence[Entry], today: date) -> str:
    period = f"{answer.cycle.start} to {answer.cycle.end}" if answer.cycle else "not known"
    lines = [
        f"{answer.name}, {answer.body_name}",
        f"Renewal period: {period}. Made on {today}.",
        f"Listed: {unit_word(answer.unit, sum(entry.amount for entry in entries))} in {len(entries)} activities.",
        "",
    ]
    for number, entry in enumerate(entries, start=1):
        credit = entry.credit
        lines.append(f"{number}. {credit.completed_on}  {credit.title}  ({credit.provider or 'provider not entered'})")
        lines.append(f"   {unit_word(answer.unit, entry.amount)} toward {entry.requirement}")
        lines.append(f"   copy: {entry.copy or 'none'}")
        lines.extend(f"   check: {problem}" for problem in entry.problems)
    return "\n".join([*lines, "", "Made from what you entered. Your board decides what counts.", ""])


def _entry_sheet(entries: Sequence[Entry]) -> str:
    """The order in which ASCP's form asks: kind of activity, title, date, credits; then the category."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["activity type", "title", "date", "credits", "category", "provider"])
    for entry in entries:
        credit = entry.credit
        row = (credit.activity.value, credit.title, credit.completed_on.strftime("%m/%d/%Y"), words(entry.amount))
        writer.writerow([harmless(cell) for cell in (*row, entry.requirement, credit.provider or "")])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading sign gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
