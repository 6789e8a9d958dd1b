"""Verdicts: when to wait, when a person is needed, and when a source is proposed for rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aliquot.verdicts import NIGHTS_TO_REST, PATIENCE, Need, verdict, verdicts
from catalog.spool import Cause, Finish
from catalog.views import SourceRunView, SourceView
from render.words import REPAIR

NIGHT = datetime(2026, 11, 22, 7, tzinfo=UTC)


def make_source(*finishes: tuple[Finish, Cause | None], runs_a_night: int = 1, name: str = "labce") -> SourceView:
    """A source with its runs, newest first."""
    runs = tuple(
        SourceRunView(
            run=f"r{number}",
            source=name,
            started_at=NIGHT - timedelta(days=number // runs_a_night),
            finish=finish,
            cause=cause,
        )
        for number, (finish, cause) in enumerate(finishes)
    )
    return SourceView(
        id=name,
        name=name.upper(),
        provider="p",
        provider_name="P",
        family=name,
        url="https://www.labce.com/",
        spider="labelled_pages",
        proof="seen",
        enabled=True,
        health=runs[0] if runs else None,
        history=runs[1:],
    )


GOOD = (Finish.COMPLETE, None)


def failed(cause: Cause) -> tuple[Finish, Cause | None]:
    return (Finish.FAILED, cause)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_a_patience_and_one_action(cause: Cause) -> None:
    assert 1 <= PATIENCE[cause] < NIGHTS_TO_REST
    found = verdict(make_source(*[failed(cause)] * PATIENCE[cause], GOOD))
    assert found.need is Need.ACT
    assert found.action == REPAIR[cause]


@pytest.mark.parametrize("cause", [cause for cause in Cause if PATIENCE[cause] > 1])
def test_a_trouble_that_may_pass_is_waited_for(cause: Cause) -> None:
    found = verdict(make_source(failed(cause), GOOD))
    assert (found.need, found.nights, found.since) == (Need.WAIT, 1, date(2026, 11, 22))


def test_a_layout_that_changed_is_told_the_first_night() -> None:
    assert verdict(make_source(failed(Cause.LAYOUT), GOOD)).need is Need.ACT


def test_five_failing_nights_propose_rest_with_the_cause_and_the_day_it_began() -> None:
    found = verdict(make_source(*[failed(Cause.DNS)] * 5, GOOD))
    assert (found.need, found.nights, found.since) == (Need.REST, 5, date(2026, 11, 18))
    assert "aliquot sources rest labce" in found.action
    assert REPAIR[Cause.DNS] in found.action


def test_five_runs_in_one_night_are_one_night() -> None:
    found = verdict(make_source(*[failed(Cause.DNS)] * 5, runs_a_night=5))
    assert (found.need, found.nights) == (Need.WAIT, 1)


def test_one_good_night_ends_the_count() -> None:
    found = verdict(make_source(failed(Cause.DNS), GOOD, *[failed(Cause.DNS)] * 6))
    assert found.nights == 1


def test_a_truncated_run_fails_and_a_run_without_end_is_passed_over() -> None:
    cut = (Finish.TRUNCATED, Cause.CONNECTION)
    source = make_source(cut, cut, cut)
    assert source.health is not None
    unended = replace(source.health, finish=None)
    before = (source.health, *source.history)
    assert verdict(replace(source, health=unended, history=before)).nights == 3


def test_those_that_need_somebody_come_first() -> None:
    sources = [
        make_source(GOOD, name="adlm"),
        make_source(failed(Cause.TIMEOUT), name="cdc"),
        make_source(*[failed(Cause.DNS)] * 9, name="nsh"),
        make_source(failed(Cause.ROBOTS), name="aphl"),
        replace(make_source(failed(Cause.DNS), name="off"), enabled=False),
        make_source(name="new"),
    ]
    assert [(each.source, each.need) for each in verdicts(sources)] == [
        ("nsh", Need.REST),
        ("aphl", Need.ACT),
        ("cdc", Need.WAIT),
        ("adlm", Need.NOTHING),
    ]
