"""Style sheets, scripts and drawings: copied under a name that carries the hash of their content.

A changed file gets a new address, so hosts and browsers may keep the old one for ever. Scripts import one another by
their plain names; those names are replaced by the hashed ones, leaves first.
"""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from pathlib import PurePosixPath

from render.output import Output

FOLDER = "assets"
IMPORT = re.compile(r"""(?P<before>\bfrom\s+|\bimport\s*\(?\s*)(?P<quote>["'])\./(?P<name>[\w.-]+)(?P=quote)""")


class AssetError(ValueError):
    """A script that imports a file which is not there, or imports itself in a circle."""


def load_assets() -> dict[str, bytes]:
    """Our asset files by name."""
    folder = resources.files("render").joinpath("assets")
    return {entry.name: entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda e: e.name)}


def hashed_assets(assets: dict[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Plain name to ``(hashed name, content)``, with the imports between scripts rewritten.

    Raises :class:`AssetError` for an import of a missing file or a circle of imports.
    """
    done: dict[str, tuple[str, bytes]] = {}

    def renamed(found: re.Match[str], importers: tuple[str, ...]) -> str:
        return f"{found['before']}{found['quote']}./{finish(found['name'], importers)}{found['quote']}"

    def finish(name: str, importers: tuple[str, ...]) -> str:
        if name in importers:
            raise AssetError(f"{' -> '.join([*importers, name])}: scripts import each other in a circle")
        if name not in assets:
            raise AssetError(f"{importers[-1]} imports {name}, which is not among the assets")
        if name not in done:
            content = assets[name]
            if name.endswith(".js"):
                content = IMPORT.sub(lambda found: renamed(found, (*importers, name)), content.decode()).encode()
            path = PurePosixPath(name)
            digest = hashlib.sha256(content).hexdigest()[:10]
            done[name] = (f"{path.stem}.{digest}{path.suffix}", content)
        return done[name][0]

    for name in assets:
        finish(name, ())
    return done


def write_assets(output: Output, hashed: dict[str, tuple[str, bytes]]) -> None:
    """Write every asset into the release."""
    for name, content in hashed.values():
        output.write(f"{FOLDER}/{name}", content)
