"""Make `.venv` from requirements.lock, once; needs nothing but Python 3.11 or newer.

Usage: python3 deploy/bootstrap.py

Does nothing when the environment already matches the lock and this project's own metadata. Uses `uv` where it is on
the path, else the standard `venv` module and pip. Exit status 2 with one clear sentence where the machine lacks
something.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed-from"
OLDEST_PYTHON = (3, 11)


def say(words: str) -> None:
    """One line of progress on standard output, at once."""
    sys.stdout.write(f"setup: {words}\n")
    sys.stdout.flush()


def stop(words: str) -> None:
    """End with one clear sentence and exit status 2."""
    sys.stderr.write(f"setup: {words}\n")
    raise SystemExit(2)


def wanted() -> str:
    """What an up-to-date environment was made from: the lock, the project's metadata and the Python version."""
    digest = hashlib.sha256()
    for part in (LOCK, ROOT / "pyproject.toml"):
        digest.update(part.read_bytes())
    return f"{digest.hexdigest()} {sys.version_info.major}.{sys.version_info.minor}\n"


def run(*command: str | Path) -> None:
    """Run one command in the project's root; end with its own words where it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=False)  # noqa: S603 - our own commands
    if done.returncode != 0:
        stop(f"`{Path(str(command[0])).name} {' '.join(str(part) for part in command[1:4])} ...` failed")


def make_with_uv(uv: str) -> None:
    """Create and fill the environment with uv."""
    python = VENV / "bin" / "python"
    run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCK)
    run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", "-e", ROOT)


def make_with_pip() -> None:
    """Create and fill the environment with the standard venv module and pip."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it, and venv then fails half-way
        import venv  # noqa: F401, PLC0415
    except ImportError:
        stop("this Python has no venv module; on Debian or Ubuntu run: apt-get install python3-venv")
    python = VENV / "bin" / "python"
    run(sys.executable, "-m", "venv", "--clear", VENV)
    run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT)


def main() -> None:
    """Bring `.venv` in line with the lock, or say that it is."""
    if sys.version_info < OLDEST_PYTHON:
        stop(f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed, this is {sys.version.split()[0]}")
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted():
        say("the environment is up to date")
        return
    uv = shutil.which("uv")
    say(f"making .venv with {'uv' if uv else 'venv and pip'} from requirements.lock (a minute or two, once)")
    if uv:
        make_with_uv(uv)
    else:
        make_with_pip()
    STAMP.write_text(wanted(), encoding="utf-8")
    say("done")


if __name__ == "__main__":
    main()
