"""The readers against real strings with the reading that a person gave them.

``formats.jsonl`` holds strings of real pages, ``variants.jsonl`` further spellings of the field, each reading judged by
eye against its text: one that a person would read otherwise is no row. Rows whose ``expected`` is null are ambiguous
and not scored.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawlers.extract.readings import KINDS, UnknownKindError, read

HERE = Path(__file__).parent

MISSES: dict[str, str] = {}
"""Text of a scored row that is not read exactly -> why. Empty: all are."""

LEAST_SHARE = 0.95


def rows(name: str) -> list[dict[str, Any]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["expected"] is not None]


def reading(row: dict[str, Any]) -> dict[str, Any]:
    return read(row["kind"], row["text"], date.fromisoformat(row["fetched_on"]))


def test_nearly_all_scored_formats_are_read_exactly_and_each_miss_is_explained() -> None:
    scored = rows("formats.jsonl")
    missed = {row["text"] for row in scored if reading(row) != row["expected"]}
    assert len(scored) == 61
    assert missed == set(MISSES)
    assert len(scored) - len(missed) >= LEAST_SHARE * len(scored)


@pytest.mark.parametrize("row", rows("variants.jsonl"), ids=lambda row: f"{row['kind']}: {row['text'][:60]}")
def test_a_variant_is_read_as_a_person_reads_it(row: dict[str, Any]) -> None:
    assert reading(row) == row["expected"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_variants(kind: str) -> None:
    assert sum(row["kind"] == kind for row in rows("variants.jsonl")) >= 20


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnknownKindError, match="'colour' is none of credits, money"):
        read("colour", "blue", date(2026, 11, 22))
