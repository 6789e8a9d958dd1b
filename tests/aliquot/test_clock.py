"""``--now``: an aware moment or a clear refusal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aliquot.clock import read_now
from aliquot.errors import CommandError


def test_a_date_is_noon_utc() -> None:
    assert read_now("2026-11-22") == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_time_keeps_its_offset() -> None:
    assert read_now("2026-11-22T03:00-05:00") == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_without_it_the_machine_is_asked() -> None:
    before = datetime.now(UTC)
    assert before <= read_now(None) <= datetime.now(UTC)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-11-22T03:00"])
def test_anything_else_is_refused_with_the_words_given(text: str) -> None:
    with pytest.raises(CommandError, match=text[:10]):
        read_now(text)
