"""In-house training that counts: its data, what its certificates say, and its private listing.

An in-service counts at ASCP where the employer assigns its hours, and proof is a completion certificate or a signed
sheet with date, title, provider, name and hours; routine staff meetings and orientation do not count. California and
Florida ask for more on paper; the certificate has a line for each of those fields and leaves blank what nobody gave.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.errors import BadInputError
from catalog.listing import (
    CreditStatement,
    CreditUnit,
    Delivery,
    Evidence,
    Frozen,
    Kind,
    Listing,
    Place,
    SessionStatement,
    Stated,
    Visibility,
)
from catalog.taxonomy import fold
from catalog.taxonomy import topics as known_topics
from recommend.amounts import Amount, words
from recommend.certificates import LABELS_ON_PAPER
from recommend.credential import Topic
from recommend.documents import DocumentError, WallTime, read_document, validate

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class TrainingError(BadInputError):
    """A training that cannot be used; names file, line where known, field and reason."""


class Training(Frozen):
    """One in-house session. ``hours`` are what the employer assigns (50 to 60 minutes of instruction each).

    ``by_topic`` splits them where they belong to several areas; ``approval_number`` is an agency's, where one approved.
    """

    title: Text
    employer: Text
    held_on: date
    starts_at: WallTime | None = None
    ends_at: WallTime | None = None
    zone: Text | None = None
    place: Text | None = None
    presenter: Text | None = None
    hours: Annotated[Amount, Field(gt=0)]
    topics: tuple[Topic, ...] = ()
    by_topic: dict[Topic, Amount] = Field(default_factory=dict)
    objectives: tuple[Text, ...] = ()
    course_number: Text | None = None
    approval_number: Text | None = None
    attendees: tuple[Text, ...] = ()
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")] = "https://intranet.example/training"

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> Self:
        if sum(self.by_topic.values()) > self.hours:
            raise ValueError("the parts of by_topic add up to more than the hours")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError(f"ends_at {self.ends_at} is not later than starts_at {self.starts_at}")
        return self

    @property
    def key(self) -> str:
        """What tells it from other trainings: its day and title."""
        return f"{self.held_on}-{fold(self.title).replace(' ', '-')}"[:120]


def load_training(path: Path) -> Training:
    """Read a training from TOML or JSON. Raises :class:`TrainingError`."""
    try:
        return validate(Training, read_document(path))
    except DocumentError as error:
        raise TrainingError(str(error)) from error


def certificate_lines(training: Training, attendee: str | None) -> list[tuple[str, str | None]]:
    """A certificate's lines: each field that a board asks for with its value, ``None`` where it is left to fill in."""
    by_topic = "; ".join(f"{known_topics()[name].label} {words(part)}" for name, part in training.by_topic.items())
    values = {
        "participant": attendee,
        "license_number": None,
        "title": training.title,
        "course_number": training.course_number,
        "provider": training.employer,
        "accreditor_number": training.approval_number,
        "completed_on": training.held_on.isoformat(),
        "hours": words(training.hours),
        "hours_by_topic": by_topic or None,
        "signature": None,
    }
    return [(LABELS_ON_PAPER[field][0], value) for field, value in values.items()]


def private_listing(training: Training, now: datetime) -> Listing:
    """The training as a listing of one's own. It is private: it never reaches the site or an export."""

    def told(value: Any, field: str) -> Any:
        return Stated[Any](value=value, evidence=_evidence(str(value), field))

    parts = training.by_topic
    group = "hours" if len(parts) > 1 else None
    by_topic = tuple(
        CreditStatement(
            thousandths=amount,
            unit=CreditUnit.CONTACT_HOUR,
            subject=known_topics()[topic].label,
            additive_group=group,
            approval_number=training.approval_number,
            evidence=_evidence(words(amount), "hours"),
        )
        for topic, amount in parts.items()
    )
    return Listing.model_validate(
        {
            "source": "in-house",
            "family": "in-house",
            "source_key": training.key,
            "provider": "in-house",
            "url": training.url,
            "visibility": Visibility.PRIVATE,
            "fetched_at": now,
            "kind": told(Kind.IN_SERVICE, "kind"),
            "title": told(training.title, "title"),
            "subjects": [told(known_topics()[topic].label, "topics") for topic in training.topics],
            "credits": by_topic or (_whole(training),),
            "sessions": (_session(training),),
            "delivery": told(Delivery.IN_PERSON, "place") if training.place else None,
            "course_number": told(training.course_number, "course_number") if training.course_number else None,
        }
    )


def _whole(training: Training) -> CreditStatement:
    return CreditStatement(
        thousandths=training.hours,
        unit=CreditUnit.CONTACT_HOUR,
        approval_number=training.approval_number,
        evidence=_evidence(words(training.hours), "hours"),
    )


def _session(training: Training) -> SessionStatement:
    return SessionStatement(
        key=training.held_on.isoformat(),
        local_date=training.held_on,
        local_time=training.starts_at,
        end_time=training.ends_at,
        zone=training.zone,
        place=Place(text=training.place) if training.place else None,
        evidence=_evidence(training.held_on.isoformat(), "held_on"),
    )


def _evidence(text: str, field: str) -> tuple[Evidence, ...]:
    return (Evidence(text=text, where=f"training:{field}"),)


def listing_text(training: Training, now: datetime) -> str:
    """The private listing as JSON, as the catalog imports it."""
    listing = private_listing(training, now)
    payload = {**listing.payload(), "fetched_at": now.isoformat()}
    return json.dumps(payload, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
