"""Every reader on random, mutated and hostile texts: it raises nothing but its documented error, and ends in time.

``ALIQUOT_FUZZ_EXAMPLES`` sets the number of inputs for each reader: 200 unless told, 10,000 in `make check`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.extract import captions, dates, duration, level, money, place, readings
from crawlers.extract.credits import statements
from crawlers.extract.keywords import draw_keywords
from crawlers.extract.text import LONGEST_TEXT, ReadingError, normalize

EXAMPLES = int(os.environ.get("ALIQUOT_FUZZ_EXAMPLES", "200"))
SECONDS_A_TEXT = 5.0
"""Of the processor's time, for a text of the greatest length; a short one takes less than a millisecond."""

HERE = Path(__file__).parent
REAL = sorted(
    {json.loads(line)["text"] for name in ("formats.jsonl", "variants.jsonl") for line in (HERE / name).open()}
)
PIECES = st.sampled_from(
    [
        *(
            "P.A.C.E.",
            "P.A.C.E.ツョ",
            "CME",
            "CMLE",
            "ACCENT",
            "Florida",
            "State of CA",
            "CEU",
            "contact hour(s)",
            "credits",
        ),
        *("$", "€", "CAD", "25", "1,250.00", "free", "members", "non-members", "/year", "package", "from", "up to"),
        *("May", "5", "31", "2027", "'27", "Tuesday", "1:00", "1-2 pm", "noon", "ET", "(PDT)", "Singapore Time"),
        *(
            "approved through",
            "deadline",
            "expires",
            "each year",
            "10/31/2027",
            "2027-03-04T10:00:00+05:30",
            "16-FEB-2027",
        ),
        *(
            "one",
            "One (1)",
            "½",
            "1 1/2",
            "ten – eight",
            "hour",
            "minutes",
            "weeks",
            "per week",
            "each",
            "PT1H",
            "75:22",
        ),
        *(
            "-",
            "–",
            "to",
            "and",
            "or",
            "/",
            "|",
            ",",
            ":",
            ";",
            ".",
            "(",
            ")",
            "=",
            "not",
            "no",
            "in the area of",
            "General (",
        ),
        *(
            "online",
            "in person",
            "and virtual",
            "Chicago, IL",
            "Georgia",
            "é",
            "\N{NO-BREAK SPACE}",
            "日本",
            "\ud83d\ude00",
            "٣",
        ),
    ]
)
WRITTEN = st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real text with a slice of it repeated, dropped, or replaced by a slice of another."""
    text, other = draw(st.sampled_from(REAL)), draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        cut = draw(st.integers(0, len(other)))
        text = text[:start] + draw(st.sampled_from(["", text[start:end] * 2, other[:cut], other[cut:]])) + text[end:]
    return text[:2000]


ANY_TEXT = st.text(max_size=300) | WRITTEN | mutated()
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
READERS: dict[str, Callable[[str, date], object]] = {
    **{kind: (lambda text, day, kind=kind: readings.read(kind, text, day)) for kind in readings.KINDS},
    "statements": lambda text, _: statements(text, "fuzz"),
    "offers": lambda text, _: money.offers(text, "fuzz"),
    "package_prices": lambda text, _: money.package_prices(text, "fuzz"),
    "sessions": lambda text, day: dates.sessions(text, "fuzz", day),
    "role_dates": lambda text, day: dates.role_dates(text, "fuzz", day, label=text[:20]),
    "minutes": lambda text, _: duration.minutes(text, "fuzz"),
    "place": lambda text, _: place.stated(text, "fuzz"),
    "level": lambda text, _: (level.level(text, "fuzz"), level.audience(text, "fuzz"), level.language(text, "fuzz")),
    "captions": lambda text, _: (captions.stated(text, "fuzz"), captions.stated(text, "fuzz", labelled=True)),
    "keywords": lambda text, _: draw_keywords(text, text[:10]),
    "normalize": lambda text, _: normalize(text),
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_raises_nothing_but_its_documented_error(name: str) -> None:
    place.read_place("Chicago, IL")  # loads the gazetteer, so that no example is slow

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES <= 200
    )
    @given(ANY_TEXT, DAYS)
    def check(text: str, day: date) -> None:
        started = time.process_time()
        try:
            READERS[name](text, day)
        except ReadingError:
            assert len(text) > LONGEST_TEXT or text.count("$") > 50
        assert time.process_time() - started < SECONDS_A_TEXT

    check()


HOSTILE = [
    *("1 P.A.C.E. ", "Florida ", "1, ", "5 – ", "1 CME or CMLE / ", "CE Credits: ", "CE/", "= ", "in the area of x"),
    *(
        "$1 ",
        "$1,000,",
        "$1 members ",
        "free ",
        "members ",
        "1/1/2024 ",
        "1:00 PM ",
        "May 5 ",
        "May 5, 6, 7, ",
        "2026 ",
    ),
    *(
        "1 hour a day for ",
        "1 hour 2 minutes ",
        "10 (",
        "2 x ",
        "Aa, ",
        "A ",
        "Chicago, IL ",
        "(",
        "a",
        "0",
        "ツョ",
        "&amp;",
    ),
    *("deadline x y z ", "claim a b ", "not ", "by aaaaaaaaaaaa • ", "approved for a b c ", "one (1) "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_of_the_greatest_length_ends_in_time(unit: str) -> None:
    text = (unit * LONGEST_TEXT)[:LONGEST_TEXT]
    for kind in readings.KINDS:
        started = time.process_time()
        try:
            readings.read(kind, text, date(2026, 11, 22))
        except ReadingError as error:
            assert "prices" in str(error)
        assert time.process_time() - started < SECONDS_A_TEXT


def test_the_same_text_reads_the_same_twice() -> None:
    for text in REAL:
        for kind in readings.KINDS:
            assert readings.read(kind, text, date(2026, 11, 22)) == readings.read(kind, text, date(2026, 11, 22))
