"""Short hashes of texts: what tells whether something has to be rendered again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest_of(parts: Iterable[str]) -> str:
    """A short hash of texts in their order."""
    return hashlib.sha256("\x1f".join([*parts, ""]).encode()).hexdigest()[:24]
