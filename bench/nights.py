"""Nights for the drill, the soak and the bench: the real command in a process of its own, over the sample web.

A night is the command as cron would call it. Where a fault must strike at an exact point, the process is started
through a few lines that put the blow there (:class:`Blow`), and then run the same command.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aliquot.places import Places, places_of
from aliquot.settings import Settings
from catalog import queries
from catalog.store import open_catalog
from render.verify import verify

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "from aliquot.cli import main; main()"
SECONDS_AT_MOST = 600


@dataclass(frozen=True)
class Blow:
    """Python that runs in the night's process before the command; it may wrap functions of the rooms."""

    code: str


def killed(module: str, name: str, when: str) -> Blow:
    """The process dies, as in a power cut, ``before`` or ``after`` a function of a stage."""
    die = "os.kill(os.getpid(), signal.SIGKILL)"
    body = f"{die}" if when == "before" else f"done = real(*given, **named); {die}; return done"
    return Blow(
        f"import os, signal, {module} as module\nreal = module.{name}\n"
        f"def struck(*given, **named):\n    {body}\nmodule.{name} = struck\n"
    )


def _served_by(server: str) -> str:
    """Code that points a sample night at a server's catalog."""
    return (
        "import dataclasses, aliquot.places as places\nreal_places = places.places_of\n"
        "places.places_of = lambda *given, **named: "
        f"dataclasses.replace(real_places(*given, **named), catalog_address={server!r})\n"
    )


@dataclass(frozen=True)
class Ended:
    """How a night's process ended: exit status (negative: killed by that signal), what it said, and what it cost."""

    code: int
    words: str
    seconds: float
    cpu: float


@dataclass
class House:
    """One installation of the sample catalog, made for an experiment."""

    home: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    server: str | None = None
    """The address of a PostgreSQL server that holds the catalog. A real sample catalog is always a file."""

    @property
    def places(self) -> Places:
        """Where everything of it lies."""
        places = places_of(Settings(home=self.home), sample=True)
        return replace(places, catalog_address=self.server) if self.server else places

    def copy(self, home: Path) -> House:
        """The same installation somewhere else; unchanged pages stay hard links of each other."""
        subprocess.run(["cp", "-a", str(self.home), str(home)], check=True)
        return House(home, self.port, self.environment)

    def start(
        self, now: datetime, *words: str, blow: Blow | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Begin a night without waiting for its end."""
        code = (_served_by(self.server) if self.server else "") + (blow.code if blow else "") + COMMAND
        return subprocess.Popen(
            [sys.executable, "-c", code, *words, "--sample", "--now", now.isoformat()],
            env={**os.environ, **self._variables(), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _variables(self) -> dict[str, str]:
        return {
            "ALIQUOT_HOME": str(self.home),
            "ALIQUOT_SAMPLE_PORT": str(self.port),
            "NO_COLOR": "1",
            "COLUMNS": "200",
            **self.environment,
        }

    def night(
        self,
        now: datetime,
        sources: Sequence[str] = (),
        *words: str,
        blow: Blow | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """One night from begin to end."""
        named = [word for source in sources for word in ("--source", source)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        process = self.start(now, "nightly", *named, *words, blow=blow, environment=environment)
        said, _ = process.communicate(timeout=SECONDS_AT_MOST)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Ended(process.returncode, said, time.monotonic() - start, cpu)

    def report(self) -> dict[str, Any] | None:
        """The newest report, if any."""
        files = sorted(self.places.runs.glob("*/report.json"), key=lambda file: file.stat().st_mtime_ns)
        return json.loads(files[-1].read_text(encoding="utf-8")) if files else None

    def status_page(self) -> str:
        """The published status page."""
        return (self.places.current / "status" / "index.html").read_text(encoding="utf-8")

    def pages(self) -> set[str]:
        """The published pages of opportunities."""
        return {page.parent.name for page in self.places.current.glob("o/*/index.html")}

    def faults_of_site(self) -> list[str]:
        """Everything wrong with the published site."""
        return [str(problem) for problem in verify(self.places.current.resolve())]

    def contents(self) -> dict[str, tuple[str, str, int, int]]:
        """What the catalog offers: title, presence, numbers of credits and of prices, by id."""
        with open_catalog(self.places.catalog_address) as catalog:
            return {
                each.id: (each.title, each.presence.value, len(each.credits), len(each.offers))
                for each in queries.opportunities(catalog)
            }

    def bytes(self) -> int:
        """Disk used, each hard link counted once."""
        seen: dict[int, int] = {}
        for path in self.home.rglob("*"):
            if path.is_file() and not path.is_symlink():
                found = path.stat()
                seen[found.st_ino] = found.st_blocks * 512
        return sum(seen.values())

    def remove(self) -> None:
        """Throw it away."""
        shutil.rmtree(self.home, ignore_errors=True)
