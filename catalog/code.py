"""A hash of a room's code and data: what it makes of the same facts is the same while this is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable


@cache
def code_hash(package: str) -> str:
    """The hash of a package: its modules, templates, assets, rules and word lists, each under its path."""
    digest = hashlib.sha256()
    for path, content in sorted(_files(resources.files(package), "")):
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()[:32]


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry, f"{path}{entry.name}/")
        else:
            yield path + entry.name, entry.read_bytes()
