"""Style sheets, scripts and drawings: copied under a name that carries the hash of their content; styles are shortened.

A changed file gets a new address, so hosts and browsers may keep the old one for ever. Scripts name one another (and
the worker that they start) by plain relative names; those names are replaced by the hashed ones, leaves first.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

import rcssmin

from render.output import Output

FOLDER = "assets"
SERVED = frozenset({".css", ".js", ".svg"})
"""What is served; what only the type checker reads (``tsconfig.json``) stays at home."""

IMPORT = re.compile(
    r"""(?P<quote>["'])(?:(?<!import\(.)|(?<=await import\(.)|(?<==> import\(.))"""
    r"""(?P<name>\.{1,2}/[\w./-]+\.js)(?P=quote)"""
)
"""Where one script names another: an import of either kind, or ``new URL("./worker.js", import.meta.url)``. Types in
comments (``{import("./engine.js").Answer}``) are left alone, so that they may point both ways."""


class AssetError(ValueError):
    """A script that imports a file which is not there, or imports itself in a circle."""


def load_assets() -> dict[str, bytes]:
    """Our asset files by their path below the folder: ``site.css``, ``planner/page.js``."""
    return dict(sorted(_files(resources.files("render").joinpath("assets"), "")))


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif PurePosixPath(entry.name).suffix in SERVED:
            yield path + entry.name, entry.read_bytes()


def hashed_assets(assets: dict[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Plain path to ``(hashed path, content)``, with the names of scripts inside scripts rewritten.

    Raises :class:`AssetError` for an import of a missing file or a circle of imports.
    """
    done: dict[str, tuple[str, bytes]] = {}

    def renamed(found: re.Match[str], importers: tuple[str, ...]) -> str:
        folder = posixpath.dirname(importers[-1])
        named = posixpath.normpath(posixpath.join(folder, found["name"]))
        relative = posixpath.relpath(finish(named, importers), folder or ".")
        dotted = relative if relative.startswith("../") else f"./{relative}"
        return f"{found['quote']}{dotted}{found['quote']}"

    def finish(name: str, importers: tuple[str, ...]) -> str:
        if name in importers:
            raise AssetError(f"{' -> '.join([*importers, name])}: scripts import each other in a circle")
        if name not in assets:
            raise AssetError(f"{importers[-1]} imports {name}, which is not among the assets")
        if name not in done:
            content = assets[name]
            if name.endswith(".js"):
                content = IMPORT.sub(lambda found: renamed(found, (*importers, name)), content.decode()).encode()
            elif name.endswith(".css"):
                content = rcssmin.cssmin(content)
            path = PurePosixPath(name)
            digest = hashlib.sha256(content).hexdigest()[:10]
            done[name] = (str(path.with_name(f"{path.stem}.{digest}{path.suffix}")), content)
        return done[name][0]

    for name in assets:
        finish(name, ())
    return done


def keep_assets(output: Output) -> None:
    """Link the last release's assets too, for pages that are kept as they were."""
    if output.previous is None:
        return
    for file in sorted((output.previous / FOLDER).rglob("*")):
        name = file.relative_to(output.previous).as_posix()
        if file.suffix in SERVED and not (output.folder / name).exists():
            output.keep(name)


def write_assets(output: Output, hashed: dict[str, tuple[str, bytes]]) -> None:
    """Write every asset into the release."""
    for name, content in hashed.values():
        output.write(f"{FOLDER}/{name}", content)
