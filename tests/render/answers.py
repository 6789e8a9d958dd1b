"""An answer made by hand: one credential half done on both sides, one whose total nobody found, one that is closed."""

from __future__ import annotations
