"""Will this certificate pass? What each body asks a certificate to carry, held against one that a technician has.

The lists stand in the rule files (``certificate_fields``). California asks for the agency's and the course's number and
refuses a name that differs from the application; Florida asks for the license number, hours by specialty area and a
signature; ASCP and AMT ask for five plain things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.taxonomy import fold
from recommend.amounts import words
from recommend.counting import UNIT_NAMES, amount_of
from recommend.credential import Credential
from recommend.transcript import EarnedCredit

FIELD_LABELS: dict[str, str] = {
    "participant": "your name",
    "license_number": "your license number",
    "title": "the course's title",
    "course_number": "the course's number",
    "provider": "the provider",
    "accreditor_number": "the accrediting agency's or approval number",
    "completed_on": "the completion date",
    "hours": "the number of hours or credits",
    "hours_by_topic": "hours by specialty area",
    "signature": "the provider's signature",
}

LABELS_ON_PAPER: dict[str, tuple[str, ...]] = {
    "participant": ("participant", "participant name", "name", "awarded to", "presented to", "this certifies that"),
    "license_number": ("license number", "license no", "licence number", "license"),
    "title": ("title", "course title", "course", "program", "activity", "has completed", "for completing"),
    "course_number": ("course number", "course no", "program number", "tracking number", "course tracking number"),
    "provider": ("provider", "provider name", "sponsor", "offered by", "presented by"),
    "accreditor_number": (
        "approval number", "approval no", "accrediting agency number", "agency number", "provider number",
        "provider no",
    ),
    "completed_on": ("date", "completion date", "date completed", "completed on", "date of completion", "dates"),
    "hours": ("hours", "contact hours", "credits", "credit", "number of credits", "p a c e contact hours"),
    "hours_by_topic": ("hours by specialty", "hours by specialty area", "specialty area", "hours by area"),
    "signature": ("signature", "signed", "signed by", "authorized signature"),
}  # fmt: skip
"""The words that stand before each field on certificates, folded."""

LINE = re.compile(r"^[^\S\n]*([^:\n]{2,60}):[^\S\n]*(\S.*?)[^\S\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """What one credential's body asks of a certificate and what this one carries.

    ``name_differs`` is the name on the paper where it is not the one that was expected.
    """

    credential: str
    short_name: str
    asked: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    name_differs: str | None
    sentence: str

    @property
    def passes(self) -> bool:
        """Whether everything asked for is there, as far as we can read."""
        return not self.missing and self.name_differs is None


def fields_of_text(text: str) -> dict[str, str]:
    """The fields that a certificate's text carries, from lines of a label, a colon and a value."""
    meanings = {word: field for field, names in LABELS_ON_PAPER.items() for word in names}
    found: dict[str, str] = {}
    for label, value in LINE.findall(text):
        field = meanings.get(fold(label))
        if field is not None:
            found.setdefault(field, value)
    return found


def fields_of_credit(credit: EarnedCredit, name: str | None = None) -> dict[str, str]:
    """The fields that a transcript's entry carries; ``name`` is the technician's own."""
    amount = None if credit.amount is None else amount_of(credit.amount, UNIT_NAMES[credit.unit])
    by_topic = "; ".join(f"{topic} {words(part)}" for topic, part in credit.by_topic.items())
    found = {
        "participant": name,
        "title": credit.title,
        "course_number": credit.course_number,
        "provider": credit.provider,
        "accreditor_number": credit.accreditor_number or credit.provider_number,
        "completed_on": credit.completed_on.isoformat(),
        "hours": amount,
        "hours_by_topic": by_topic or None,
    }
    return {field: value for field, value in found.items() if value}


def check_certificate(
    fields: Mapping[str, str], credential: Credential, expected_name: str | None = None
) -> CertificateCheck | None:
    """Hold a certificate's fields against one credential's body; ``None`` where its rule says nothing of certificates.

    ``expected_name`` is the name on the application; California refuses a certificate that bears another.
    """
    asked = credential.certificate_fields
    if not asked:
        return None
    present = tuple(field for field in asked if fields.get(field, "").strip())
    missing = tuple(field for field in asked if field not in present)
    name = fields.get("participant")
    differs = name if name and expected_name and fold(name) != fold(expected_name) else None
    return CertificateCheck(
        credential=credential.id,
        short_name=credential.short_name,
        asked=asked,
        present=present,
        missing=missing,
        name_differs=differs,
        sentence=_sentence(credential, missing, differs),
    )


def _sentence(credential: Credential, missing: tuple[str, ...], differs: str | None) -> str:
    problems = []
    if missing:
        problems.append("does not show " + ", ".join(FIELD_LABELS[field] for field in missing))
    if differs is not None:
        problems.append(f"bears the name {differs!r}, which is not the one expected")
    if not problems:
        return f"It shows everything that {credential.body_name} asks for, by the rule we read."
    return f"For {credential.body_name} it {' and '.join(problems)}."
