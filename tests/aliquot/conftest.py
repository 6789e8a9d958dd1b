"""A home with one published night of the sample web, and the command run in it as a person would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aliquot.nightly import Night, run_night
from aliquot.places import places_of
from aliquot.settings import Settings
from tests.aliquot.support import Done, Run, run_in

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


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
    """``run("next", "--sample")``: the real command, in ``sample_home`` unless told otherwise."""

    def invoke(*words: str, home: Path = sample_home, stdin: str | None = None) -> Done:
        return run_in(home, words, stdin)

    return invoke
