"""The shortfall: which earned credit counts toward what, what is still needed, and by when.

Told twice. *Confirmed* counts only what is sure: an accepted credit, a stated or confirmed topic, a figure that is
sure or checked. *Likely* counts everything that probably counts. All amounts are thousandths of the credential's unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recommend.credential import Confidence, RequirementKind, RuleSource, Standing, Unit
from recommend.cycles import Cycle
from recommend.profile import HoldingStatus


@dataclass(frozen=True, slots=True)
class RequirementOwed:
    """One requirement: what it asks, what fills it and what is still needed, on both sides. ``None`` is not known.

    ``confirmed`` and ``likely`` never exceed ``needed``; overflow is told in the remainder.
    """

    id: str
    label: str
    kind: RequirementKind
    topics: tuple[str, ...]
    needed: int | None
    confirmed: int
    likely: int
    still_confirmed: int | None
    still_likely: int | None
    figure: str | None
    confidence: Confidence | None
    checked: bool
    source_url: str | None
    source_dated: str | None
    read_on: date | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CreditUse:
    """Where one credit counted within one credential, and why there and not elsewhere.

    ``requirement`` is ``None`` where it did not count; ``thousandths`` is what counted.
    """

    credit: str
    title: str
    completed_on: date | None
    requirement: str | None
    thousandths: int
    reason: str


@dataclass(frozen=True, slots=True)
class CapUse:
    """How much of a cap is used on each side; ``most`` is ``None`` where the total is not known."""

    id: str
    label: str
    most: int | None
    confirmed: int
    likely: int


@dataclass(frozen=True, slots=True)
class CredentialOwed:
    """One credential: the renewal period, its requirements, and both sides of what is still needed.

    ``confirmed`` and ``likely`` are what counts, at most ``total``. ``still_confirmed`` is the least amount that closes
    every requirement: never less than what the minimums still need. ``unsure`` are plain sentences on figures and
    credits that are not confirmed. ``plan_by`` is the day by which a plan ends. An asked total that nobody found is
    ``None``.
    """

    id: str
    name: str
    short_name: str
    body_name: str
    unit: Unit
    standing: Standing
    status: HoldingStatus
    total: int | None
    total_figure: str | None
    total_confidence: Confidence | None
    total_source: RuleSource | None
    cycle: Cycle | None
    plan_by: date | None
    requirements: tuple[RequirementOwed, ...]
    confirmed: int
    likely: int
    still_confirmed: int | None
    still_likely: int | None
    uses_confirmed: tuple[CreditUse, ...] = ()
    uses_likely: tuple[CreditUse, ...] = ()
    caps: tuple[CapUse, ...] = ()
    unsure: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def cycle_start(self) -> date | None:
        """The first day of the renewal period, where it is known."""
        return self.cycle.start if self.cycle else None

    @property
    def cycle_end(self) -> date | None:
        """The last day on which a credit may be earned, where it is known."""
        return self.cycle.end if self.cycle else None


@dataclass(frozen=True, slots=True)
class Owed:
    """What one technician still needs, credential by credential, the earlier deadline first."""

    today: date
    credentials: tuple[CredentialOwed, ...]

    def credential(self, credential_id: str) -> CredentialOwed:
        """The answer for one credential. Raises ``KeyError`` where it is not held."""
        for credential in self.credentials:
            if credential.id == credential_id:
                return credential
        raise KeyError(credential_id)
