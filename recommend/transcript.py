"""What a technician has done: credits earned, from a profile, a spreadsheet or a pasted table."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from catalog.listing import CreditUnit, Frozen, HttpUrl, Identifier
from catalog.taxonomy import topics as known_topics
from recommend.amounts import Amount
from recommend.credential import Activity

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class EarnedCredit(Frozen):
    """One activity that was finished.

    ``amount`` is in units of ``unit`` (thousandths in memory); ``None`` where it is not known. ``topics`` are stated by
    the provider or confirmed by the technician; ``guessed_topics`` are ours and count only as likely. ``by_topic``
    splits the amount where the certificate does so. ``points`` are what a body itself assigned, by credential id, and
    stand before any conversion. ``only_for`` limits the credit to some credentials.
    """

    completed_on: date
    title: Text
    amount: Amount | None = None
    unit: CreditUnit = CreditUnit.UNSTATED
    activity: Activity = Activity.COURSE
    topics: tuple[str, ...] = ()
    guessed_topics: tuple[str, ...] = ()
    by_topic: dict[str, Amount] = Field(default_factory=dict)
    points: dict[Identifier, Amount] = Field(default_factory=dict)
    only_for: tuple[Identifier, ...] = ()
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

    @field_validator("topics", "guessed_topics")
    @classmethod
    def _topics_are_known(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        for topic in topics:
            if topic not in known_topics():
                raise ValueError(f"{topic!r} is no topic we know; the topics are {', '.join(known_topics())}")
        return topics

    @property
    def id(self) -> str:
        """An e and ten hexadecimal digits from day, title, provider, unit and amount: equal ids are duplicates."""
        parts = (self.completed_on.isoformat(), self.title.casefold(), (self.provider or "").casefold())
        key = "\x1f".join((*parts, self.unit.value, str(self.amount)))
        return "e" + hashlib.sha256(key.encode()).hexdigest()[:10]
