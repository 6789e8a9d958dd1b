"""A home with one published night of the sample web, and the command run in it as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aliquot.nightly import Night, run_night
from aliquot.places import places_of
from aliquot.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ``ALIQUOT_HOME`` whose sample catalog, index and site stand."""
    home = tmp_path_factory.mktemp("aliquot-home")
    chosen = Settings(home=home)
    report = run_night(Night(NOW, places_of(chosen, sample=True), chosen, lambda _: None))
    assert report.problems == ()
    return home


@pytest.fixture(scope="session")
def run(sample_home: Path) -> Run:
    """``run("next", "--sample")``: the real command in a process of its own, in ``sample_home``, 120 columns wide."""

    def invoke(*words: str, home: Path = sample_home, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ALIQUOT_HOME": str(home), "COLUMNS": "120", "NO_COLOR": "1"}
        command = [sys.executable, "-c", "from aliquot.cli import main; main()", *words]
        return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)

    return invoke
