"""Rest: a source is left alone, for a while or for good, and wakes again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aliquot.errors import CommandError
from aliquot.resting import FILE, Rest, load_resting, save_resting

TODAY = date(2026, 11, 22)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    resting = {
        "labce": Rest(since=TODAY, because='its "new" site'),
        "adlm": Rest(since=TODAY, because="down", until=date(2026, 12, 1)),
    }
    save_resting(tmp_path / "home", resting)
    assert load_resting(tmp_path / "home") == resting


def test_nothing_rests_where_nobody_said_so(tmp_path: Path) -> None:
    assert load_resting(tmp_path) == {}


@pytest.mark.parametrize(
    ("until", "lasts"), [(None, True), (date(2026, 11, 23), True), (TODAY, False), (date(2026, 11, 21), False)]
)
def test_a_rest_ends_on_its_day(until: date | None, lasts: bool) -> None:
    assert Rest(since=TODAY, because="down", until=until).lasts(TODAY) is lasts


@pytest.mark.parametrize(
    ("text", "words"),
    [("[labce", "resting.toml"), ('[labce]\nsince = "soon"\n', "since"), ("[labce]\nx = 1\n", "labce")],
)
def test_a_file_with_a_fault_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words if words != "labce" else "since|x|because"):
        load_resting(tmp_path)
