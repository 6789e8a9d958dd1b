"""The real command, run in this process: starting one for each command would take a third of all the tests' time."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from aliquot.cli import main
from aliquot.settings import settings


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def run_in(home: Path, words: tuple[str, ...], stdin: str | None) -> Done:
    """``aliquot WORDS`` in this home, 200 columns wide."""
    with pytest.MonkeyPatch.context() as here:
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
    return Done(int(end.value.code or 0), said.getvalue(), complained.getvalue())
