"""Will this certificate pass? What each body asks a certificate to carry, held against one that a technician has.

The lists stand in the rule files (``certificate_fields``). California asks for the agency's and the course's number and
refuses a name that differs from the application; Florida asks for the license number, hours by specialty area and a
signature; ASCP and AMT ask for five plain things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    "participant": ("participant", "participant name", "name", "attendee", "learner", "student"),
    "license_number": ("license number", "license no", "licence number", "license"),
    "title": ("title", "course title", "course name", "course", "program", "program title", "activity"),
    "course_number": (
        "course number", "course no", "program number", "program no", "tracking number", "course tracking number",
        "session number", "course id", "p a c e program number", "pace program number",
    ),
    "provider": ("provider", "provider name", "sponsor"),
    "accreditor_number": (
        "approval number", "approval no", "accrediting agency number", "agency number", "provider number",
        "provider no", "accrediting agency no", "florida board approval number", "california accrediting agency number",
    ),
    "completed_on": ("date", "completion date", "date completed", "date of completion", "dates", "program date"),
    "hours": (
        "hours", "contact hours", "credits", "credit", "number of credits", "credits earned", "credit hours",
        "number of contact hours", "contact hours awarded", "p a c e contact hours", "cmle credits",
    ),
    "hours_by_topic": ("hours by specialty", "hours by specialty area", "specialty area", "hours by area"),
    "signature": ("signature", "signed", "authorized signature"),
}  # fmt: skip
"""The words that stand before each field on certificates, folded: as a label with a colon or a gap behind it, or alone
on the line above.
"""

PHRASES: dict[str, str] = {
    r"this (?:is to )?certif(?:y|ies) that": "participant",
    r"(?:is )?(?:awarded|presented) to": "participant",
    r"(?:has |for )?(?:successfully )?complet(?:ed|ing)(?! on\b)": "title",
    r"(?:offered|provided|sponsored|presented|conducted) by": "provider",
    r"(?:completed )?on(?= [A-Z][a-z]+ \d{1,2}, \d{4}| \d{1,2}/\d{1,2}/\d{2,4}| \d{4}-\d{2}-\d{2})": "completed_on",
    r"signed by": "signature",
}
"""The words of a running sentence and the field that follows each."""

PHRASE = re.compile("|".join(f"(?P<p{number}>\\b{words}\\b)" for number, words in enumerate(PHRASES)), re.IGNORECASE)
LABELED = re.compile(r"^\s*([^:#\n]{2,60}?(?:\s*#)?)(?:\s*:\s*|\s{2,}|(?<=#)\s*)(\S.*?)\s*$")
HOURS_IN_WORDS = re.compile(
    r"\b(\d+(?:\.\d+)?)\s+(?:[\w.®]+\s+){0,3}?(?:contact hours?|credit hours?|cmle credits?|ce hours?|ceus?)\b",
    re.IGNORECASE,
)

MEANINGS = {word: field for field, names in LABELS_ON_PAPER.items() for word in names}
DRAWN_SIGNATURE = "A signature that is drawn is no text: look for it yourself."

A_NUMBER, A_WORD = re.compile(r"\d"), re.compile(r"[^\W\d_]")
SHAPES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(FIELD_LABELS, A_WORD),
    **dict.fromkeys(("license_number", "course_number", "accreditor_number"), A_NUMBER),
    **dict.fromkeys(("completed_on", "hours", "hours_by_topic"), A_NUMBER),
}
"""What a value holds at least: a blank line to sign on is no signature, and "to be announced" no date."""


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
    """The fields that a certificate's text carries, by a label on the line, a label above it, or a running sentence.

    The first value that has the shape of its field counts. What stands in a picture, as many signatures do, is not in
    the text.
    """
    found: dict[str, str] = {}
    for field, value in (*_labeled(text.splitlines()), *_in_sentences(text), *_hours_in_words(text)):
        if SHAPES[field].search(value):
            found.setdefault(field, value)
    return found


def _labeled(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    filled = [line.strip() for line in lines if line.strip()]
    for line, below in pairwise((*filled, "")):
        own = _own_value(line)
        if own is not None:
            yield own
        elif (field := _meaning(line)) and field != "signature" and below and _own_value(below) is None:
            yield field, below


def _own_value(line: str) -> tuple[str, str] | None:
    """A line's field and the value behind its label; ``None`` where it bears no label that we know with a value."""
    match = LABELED.match(line)
    field = _meaning(match[1]) if match else None
    return (field, match[2]) if match and field else None


def _meaning(label: str) -> str | None:
    """The field that a label stands for; ``Course #`` means the course's number."""
    folded = fold(label.replace("#", " number "))
    return MEANINGS.get(folded)


def _in_sentences(text: str) -> Iterator[tuple[str, str]]:
    """What stands behind each phrase up to the next one, or on the line below where the phrase ends its line."""
    fields = tuple(PHRASES.values())
    matches = list(PHRASE.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        behind = text[match.end() : end].strip(" \t\r\n:,")
        if match.lastgroup and behind:
            yield fields[int(match.lastgroup[1:])], behind.splitlines()[0].strip(" ,.;")


def _hours_in_words(text: str) -> Iterator[tuple[str, str]]:
    yield from (("hours", match[0]) for match in HOURS_IN_WORDS.finditer(text))


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
    told = f"For {credential.body_name} it {' and '.join(problems)}."
    return f"{told} {DRAWN_SIGNATURE}" if "signature" in missing else told
