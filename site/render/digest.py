"""Short hashes of texts: what tells whether something has to be rendered again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest_of(parts: Iterable[str]) -> str:
    """A short hash of texts in their order."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part.encode())
        made.update(b"\x1f")
    return made.hexdigest()[:24]
