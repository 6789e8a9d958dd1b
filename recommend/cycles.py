"""Renewal periods: where a credential's present one starts and ends, and into which one a day falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cycle:
    """One renewal period. Credits earned from ``start`` through ``end`` count; the renewal is due by ``renew_by``."""

    start: date
    end: date
    renew_by: date

    def holds(self, day: date) -> bool:
        """Whether something finished on ``day`` falls in this period."""
        return self.start <= day <= self.end
