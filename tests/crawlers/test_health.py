"""The verdict on a run: what makes somebody look."""

from __future__ import annotations

import pytest

from catalog.spool import Cause, Finish, SourceEndLine
from crawlers.health import Level, verdict


def end(**changes: object) -> SourceEndLine:
    coverage = {"credits": {"present": 19, "missing": 1, "invalid": 0}}
    plain = SourceEndLine(
        source="a", finish=Finish.COMPLETE, listings=20, statuses={"200": 25, "404": 1}, coverage=coverage
    )
    return plain.model_copy(update=changes)


def test_a_usual_night_is_fine() -> None:
    assert verdict(end(), (21, 20, 19), {"credits": 0.9}) == verdict(end(), (), {})
    assert verdict(end(), (21,), {}).level is Level.FINE


def test_a_night_of_unchanged_pages_is_as_good_as_one_of_new_ones() -> None:
    assert verdict(end(listings=0, seen=20, coverage={}), (20, 20), {"credits": 0.9}).level is Level.FINE
    retold = end(listings=0, seen=20, rejected=5, coverage={})
    assert verdict(retold, (20, 20), {}).level is Level.FINE, "5 of 25 is no more than it was when it was new"


@pytest.mark.parametrize(
    ("changes", "earlier", "floors", "word"),
    [
        ({"listings": 9}, (20, 20, 20), {}, "last runs found about 20"),
        ({"statuses": {"200": 10, "500": 4}}, (), {}, "4 times 500"),
        ({"rejected": 8}, (), {}, "8 of 28"),
        ({}, (), {"credits": 0.99}, "its floor is 99%"),
    ],
)
def test_what_is_unusual_is_said_in_a_sentence(
    changes: dict[str, object], earlier: tuple[int, ...], floors: dict[str, float], word: str
) -> None:
    judged = verdict(end(**changes), earlier, floors)
    assert judged.level is Level.LOOK
    assert word in judged.reasons[0]


@pytest.mark.parametrize("finish", [Finish.FAILED, Finish.TRUNCATED])
def test_a_run_that_did_not_read_everything_has_failed(finish: Finish) -> None:
    judged = verdict(end(finish=finish, cause=Cause.DNS, detail="no such host"), (), {})
    assert judged.level is Level.FAILED
    assert "no such host" in judged.reasons[0]
