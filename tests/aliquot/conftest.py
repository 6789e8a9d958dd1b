"""A home with one published night of the sample web, and the command run in it as a person would."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from filelock import FileLock

from aliquot.nightly import Night, NightReport, run_night
from aliquot.places import places_of
from aliquot.settings import Settings
from tests.aliquot.support import NOW, Done, FirstNight, Run, run_in


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> FirstNight:
    """The first night over the whole sample web, run once for all processes of the tests and only copied from."""
    own = tmp_path_factory.getbasetemp()
    home = (own if worker_id == "master" else own.parent) / "first-night"
    report = home.with_suffix(".report")
    with FileLock(home.with_suffix(".lock")):
        if not report.exists():
            chosen = Settings(home=home)
            done = run_night(Night(NOW, places_of(chosen, sample=True), chosen, lambda _: None))
            report.write_bytes(pickle.dumps(done))
    told: NightReport = pickle.loads(report.read_bytes())  # noqa: S301 - written above
    return FirstNight(home, told)


@pytest.fixture(scope="session")
def sample_home(first_night: FirstNight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ``ALIQUOT_HOME`` whose sample catalog, index and site stand."""
    assert first_night.report.problems == ()
    return first_night.copied(tmp_path_factory.mktemp("aliquot-home") / "home")


@pytest.fixture(scope="session")
def run(sample_home: Path) -> Run:
    """``run("next", "--sample")``: the real command, in ``sample_home`` unless told otherwise."""

    def invoke(*words: str, home: Path = sample_home, stdin: str | None = None) -> Done:
        return run_in(home, words, stdin)

    return invoke
