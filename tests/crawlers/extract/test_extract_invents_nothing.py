"""No amount, price or date that the raw text does not hold, on every raw text of 176 real listings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawlers.extract.calendar_words import MONTH_OF
from crawlers.extract.credits import read_credits
from crawlers.extract.dates import read_dates
from crawlers.extract.duration import read_duration
from crawlers.extract.money import read_money
from crawlers.extract.text import NUMBER, normalize, number

FETCHED_ON = date(2026, 11, 22)
LINES = (Path(__file__).parent / "raw_texts.jsonl").read_text(encoding="utf-8").splitlines()
TEXTS = sorted({text for line in LINES for key, texts in json.loads(line).items() if key != "url" for text in texts})
SAYS_FREE = re.compile(r"\b(?:free|complimentary|gratuito|no charge|no cost|no fee|\$0)", re.IGNORECASE)


def numbers_in(text: str) -> set[float]:
    return {float(number(match.group())) for match in re.finditer(NUMBER, text, re.IGNORECASE)} | {
        float(digits) for digits in re.findall(r"\d+", text)
    }


def months_in(text: str) -> Iterator[int]:
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if word in MONTH_OF:
            yield MONTH_OF[word]
    yield from (int(digits) for digits in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text))


def test_the_texts_are_there() -> None:
    assert len(TEXTS) > 150


@pytest.mark.parametrize("text", TEXTS)
def test_every_credit_stands_in_the_text(text: str) -> None:
    reading = read_credits(text)
    for credit in reading.credits:
        start, end = credit.found.span
        assert reading.text[start:end] == credit.found.words
        if credit.thousandths is not None:
            assert credit.thousandths / 1000 in numbers_in(credit.found.words)
        if credit.subject is not None:
            assert credit.subject in reading.text
    if reading.valid_through is not None:
        assert str(reading.valid_through.year)[2:] in reading.text


@pytest.mark.parametrize("text", TEXTS)
def test_every_price_stands_in_the_text(text: str) -> None:
    reading = read_money(text)
    digits = {float(amount.replace(",", "")) for amount in re.findall(r"\d[\d,]*(?:\.\d{2})?", reading.text)}
    for price in reading.prices:
        start, end = price.found.span
        assert reading.text[start:end] == price.found.words
        if price.minor:
            assert price.minor / 100 in digits
            assert price.currency == "USD"
            assert "$" in price.found.words
        else:
            assert SAYS_FREE.search(price.found.words)


@pytest.mark.parametrize("text", TEXTS)
def test_every_date_stands_in_the_text(text: str) -> None:
    reading = read_dates(text, FETCHED_ON)
    stated = numbers_in(reading.text)
    for found in reading.dates:
        for day in (found.start, found.end):
            if day is not None:
                assert day.day in stated
                assert day.month in set(months_in(reading.text))
                assert found.year_inferred or {day.year, day.year - 2000} & stated
        if found.start_time is not None:
            assert found.start_time.hour % 12 in {hour % 12 for hour in stated}
        if found.zone is not None:
            assert found.start_time is not None


@pytest.mark.parametrize("text", TEXTS)
def test_every_length_stands_in_the_text(text: str) -> None:
    reading = read_duration(text)
    if reading.found is not None:
        assert reading.found.words in normalize(text)
        assert numbers_in(reading.found.words)
