"""What an employer pays of a price: a yearly allowance for CE, and help with tuition for studies.

Studies (a degree, a certificate program) are paid by the help with tuition where the employer gives any, everything
else, and studies where he gives none, by the allowance. Only this year's money is reckoned with: what next year brings
is not known. Amounts are in minor units of the profile's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.listing import Kind
from recommend.profile import Profile

STUDIES = frozenset({Kind.CERTIFICATE, Kind.DEGREE})
"""What is paid for as tuition."""

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Benefit:
    """One pot of an employer's money: ``percent`` of a price, up to ``left`` (``None``: no limit is told)."""

    name: str
    percent: int
    left: int | None
    currency: str
    is_tuition: bool = False
    service_months: int | None = None

    def share(self, minor: int) -> int:
        """What it pays of an amount, cents rounded down: it is never made larger than it is."""
        part = minor * self.percent // WHOLE
        return part if self.left is None else min(part, self.left)

    def shares(self, minor: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for a column of amounts, unknown where an amount is unknown."""
        part = minor * self.percent // WHOLE
        return part if self.left is None else np.minimum(part, self.left)


def allowance_of(profile: Profile | None, day: date) -> Benefit | None:
    """What is left of the yearly allowance, or ``None`` where there is none on ``day``."""
    pays = profile.employer_pays if profile else None
    if pays is None or pays.allowance_left_minor is None or (pays.starts_on and day < pays.starts_on):
        return None
    return Benefit("allowance", WHOLE, pays.allowance_left_minor, pays.currency)


def tuition_of(profile: Profile | None, day: date) -> Benefit | None:
    """The help with tuition, or ``None`` where there is none on ``day``."""
    pays = profile.employer_pays if profile else None
    if pays is None or (pays.tuition_percent is None and pays.tuition_cap is None):
        return None
    if pays.starts_on and day < pays.starts_on:
        return None
    percent = WHOLE if pays.tuition_percent is None else pays.tuition_percent
    return Benefit("help with tuition", percent, pays.tuition_left_minor, pays.currency, True, pays.service_months)


def benefit_for(kind: Kind, profile: Profile | None, day: date) -> Benefit | None:
    """The pot that pays for an opportunity of ``kind``."""
    tuition = tuition_of(profile, day) if kind in STUDIES else None
    return tuition or allowance_of(profile, day)


def benefits_of(profile: Profile, day: date, currency: str) -> tuple[Benefit, ...]:
    """All pots in one currency, the allowance first."""
    pots = (allowance_of(profile, day), tuition_of(profile, day))
    return tuple(pot for pot in pots if pot is not None and pot.currency == currency)
