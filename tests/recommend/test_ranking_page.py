"""The page that publishes the ranking rule says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recommend import index, rank, text
from recommend.profile import DAYS_BEFORE_DEADLINE

PAGE = (Path(__file__).parents[2] / "docs" / "ranking.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(PAGE.split())


def test_the_formula_is_the_programs() -> None:
    formula = re.search(r"^score = (.+)$", PAGE, re.MULTILINE)
    assert formula is not None
    told = {name: float(weight) for weight, name in re.findall(r"([\d.]+) (\w+)", formula.group(1))}
    assert told == dict(rank.WEIGHTS)
    assert sum(told.values()) == pytest.approx(1.0)


def test_the_table_names_every_part_with_its_weight() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \|", PAGE, re.MULTILINE)
    assert {name: float(weight) for name, weight in rows} == dict(rank.WEIGHTS)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("flows into the rest of the total and counts {}", rank.REMAINDER_SHARE),
        ("a credit that the rule does not name) counts {}", rank.LIKELY_SHARE),
        ("a word of the same meaning weighs {}", text.SAME_WEIGHT),
        ("a narrower or neighboring word {}", text.RELATED_WEIGHT),
        ("what an abbreviation stands for {}", text.SENSE_WEIGHT),
        ("two, from {} letters on", text.SLIP_LETTERS[1]),
        ("is read as that one too, for {}", text.SENSE_WEIGHT),
        ('such as "test" or "review", weigh {} of what they would', text.FAINT_WEIGHT),
        ("count as half an interest together ({})", rank.LIKED_SHARE),
        ("count against what is like them ({})", rank.DISLIKED_SHARE),
        ("A parent or child of a topic counts {}", index.PARENT_SHARE),
        ("growing evenly from 0 at {} days to 1 today, plus", int(rank.HORIZON_DAYS)),
        ("last chance, growing evenly from 0 at {} days", int(rank.CLOSING_DAYS)),
        ("one of which the page says nothing {}", rank.UNKNOWN_FIT),
        ("`{} / (20 + price)`", int(rank.FAIR_PRICE / 100)),
        ("A price that is not known gives {}", rank.UNKNOWN_PRICE_PART),
        ("a likeness of {} or more", rank.NEAR_DUPLICATE),
        ("each {} days before its own deadline", DAYS_BEFORE_DEADLINE),
    ],
)
def test_every_figure_on_the_page_is_the_programs(said: str, value: float) -> None:
    assert said.format(value) in ONE_LINE
