"""The real command, run in this process: starting one for each command would take a third of all the tests' time."""

from __future__ import annotations

import io
import shutil
import signal
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aliquot.cli import main
from aliquot.nightly import NightReport
from aliquot.settings import settings

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
"""When the first night begins."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class FirstNight:
    """A home after its first night, and what that night reported."""

    home: Path
    report: NightReport

    def copied(self, to: Path) -> Path:
        """The home once more, to be written to."""
        return shutil.copytree(self.home, to, symlinks=True)


Run = Callable[..., Done]


def run_in(home: Path, words: tuple[str, ...], stdin: str | None, **variables: str) -> Done:
    """``aliquot WORDS`` in this home, 200 columns wide; ``variables`` of the environment are set meanwhile."""
    at_stop = signal.getsignal(signal.SIGTERM)  # a night has a way of its own to be stopped
    with pytest.MonkeyPatch.context() as here:
        for name, value in variables.items():
            here.setenv(name, value)
        here.setenv("ALIQUOT_HOME", str(home))
        here.setenv("COLUMNS", "200")
        here.setattr("aliquot.commands.options.console.width", 200)
        here.setattr("sys.argv", ["aliquot", *words])
        here.setattr("sys.stdin", io.StringIO(stdin or ""))
        settings.cache_clear()
        try:
            with (
                redirect_stdout(io.StringIO()) as said,
                redirect_stderr(io.StringIO()) as complained,
                pytest.raises(SystemExit) as end,
            ):
                main()
        finally:
            settings.cache_clear()
            signal.signal(signal.SIGTERM, at_stop)
    return Done(int(end.value.code or 0), said.getvalue(), complained.getvalue())
