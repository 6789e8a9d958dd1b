"""An answer made by hand: one credential half done on both sides, one whose total nobody found, one that is closed."""

from __future__ import annotations

from datetime import date

from recommend.credential import Confidence, RequirementKind, RuleSource, Standing, Unit
from recommend.cycles import Cycle
from recommend.profile import HoldingStatus
from recommend.shortfall import CredentialOwed, Owed, RequirementOwed
