"""A night that is killed leaves a sound catalog, and the next one finishes its work."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import projection, recording
from tests.catalog import drill


@pytest.fixture(autouse=True)
def batches_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drill makes batches small for itself only."""
    monkeypatch.setattr(recording, "BATCH_LINES", recording.BATCH_LINES)
    monkeypatch.setattr(projection, "BATCH", projection.BATCH)


def test_a_killed_night_is_a_night_before_or_after_a_batch(tmp_path: Path) -> None:
    assert drill.drill(tmp_path, points=8, seed=7) == []


def test_the_drill_sees_a_night_that_leaves_half_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can fail: a recording that forgets how far it came is found out."""
    real = recording._write_batch

    def forgetful(connection: object, context: object, batch: recording._Batch, counts: object) -> None:
        batch.end -= 1
        real(connection, context, batch, counts)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(recording, "_write_batch", forgetful)
    problems = drill.drill(tmp_path, points=4, seed=7)
    assert any("not those of whole batches" in problem or "did not finish" in problem for problem in problems)
