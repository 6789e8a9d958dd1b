"""Mending of damaged text, and the numbers that all readers share."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from crawlers.extract.text import (
    LONGEST_TEXT,
    NUMBER,
    TextTooLongError,
    Words,
    evidence,
    normalize,
    number,
    thousandths,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "P.A.C.E.®",
        "P.A.C.E. ®",
        "P.A.C.E®",
        "P.A.C.E.ツョ",
        "P.A.C.E.Â®",
        "P.A.C.E.&reg;",
        "P.A.C.E.(R)",
        "P.A.C.E.™",
        "P. A. C. E.",
        "P.A.C.E",
        "PACE",
        "PACE®",
        "P.A.C.E.\N{NO-BREAK SPACE}®",
    ],
)
def test_every_spelling_of_pace_becomes_one(spelling: str) -> None:
    assert normalize(f"1.0 {spelling} contact hour") == "1.0 P.A.C.E. contact hour"


@pytest.mark.parametrize("text", ["LEARN AT YOUR OWN PACE", "SPACE", "PACEMAKER", "at your own pace", "a PACE's"])
def test_other_words_with_pace_stay(text: str) -> None:
    assert normalize(text) == text


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("itâ€™s", "it’s"),
        ("it窶冱 here", "it’s here"),
        ("1\N{NO-BREAK SPACE}hour\n\n 2\thours ", "1 hour 2 hours"),
        ("con\N{SOFT HYPHEN}tact\N{ZERO WIDTH SPACE} hours", "contact hours"),
        ("Q&amp;A", "Q&A"),
        ("日本語のテキスト", "日本語のテキスト"),
        ("Sociedade Portuguesa: 13 Março", "Sociedade Portuguesa: 13 Março"),
        ("nul\x00l", "null"),
        ("P.A.C.E.credit", "P.A.C.E. credit"),
    ],
)
def test_damage_is_mended_and_words_are_kept(damaged: str, mended: str) -> None:
    assert normalize(damaged) == mended


def test_a_text_that_is_no_value_is_refused_and_its_length_named() -> None:
    assert normalize("a" * LONGEST_TEXT) == "a" * LONGEST_TEXT
    with pytest.raises(TextTooLongError, match=str(LONGEST_TEXT + 1)):
        normalize("a" * (LONGEST_TEXT + 1))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.5", Fraction(3, 2)),
        ("1,5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("1,464", Fraction(1464)),
        ("One (1)", Fraction(1)),
        ("One and one half (1.5)", Fraction(3, 2)),
        ("twenty-four", Fraction(24)),
        ("1 1/2", Fraction(3, 2)),
        ("1½", Fraction(3, 2)),
        ("3/4", Fraction(3, 4)),
        ("one and a half", Fraction(3, 2)),
        ("one-half", Fraction(1, 2)),
        ("zero", Fraction(0)),
    ],
)
def test_numbers_as_pages_write_them(written: str, value: Fraction) -> None:
    match = re.fullmatch(NUMBER, written, re.IGNORECASE)
    assert match is not None
    assert number(match.group()) == value


def test_a_third_of_an_hour_has_no_thousandths() -> None:
    assert thousandths(Fraction(3, 2)) == 1500
    assert thousandths(Fraction(1, 3)) is None


def test_words_know_where_they_stood() -> None:
    words = Words.of("say  1.5 hours now", 3, 14)
    assert words.words == "1.5 hours"
    assert "say  1.5 hours now"[slice(*words.span)] == words.words


def test_evidence_is_cut_to_what_the_catalog_keeps() -> None:
    assert len(evidence("x" * 900, "label:Price").text) == 300
