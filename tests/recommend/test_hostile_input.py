"""Files of any content end in a value or in a named error, never in a crash."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.certificates import fields_of_text
from recommend.documents import Document, DocumentError, parse_document, validate
from recommend.profile import Profile, sample_profile, write_profile
from recommend.transcript import TranscriptError, paste_transcript

SAMPLE = write_profile(sample_profile(date(2026, 11, 22)))
PIECES = [
    "version = 1\n", "[[credentials]]\n", 'id = "ascp-mlt"\n', "cycle_end = 2027-12-31\n", "[[transcript]]\n",
    'title = "x"\n', "completed_on = 2026-01-01\n", "amount = 1.5\n", 'unit = "pace"\n', "[credentials.opening]\n",
    "total = 3\n", "[budget]\n", "amount = nan\n", "amount = inf\n", "amount = -0.0\n", '"" = 1\n', "[a.b.c]\n",
    "topics = [\n",
    "]\n", '"""\n', "'''\n", "x = {a = [1, {b = 2}]}\n", "[[a]]\n[[a.b]]\n", "\x00", "\ufeff", "=", "\u2028",
    "id = 1e400\n", f"total = {'9' * 40}\n", 'interests = [""]\n', "free_times = [{}]\n",
]  # fmt: skip
CELLS = ["date", "title", ",", "\t", "\n", '"', "2026-01-01", "x", ";"]
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.builds(lambda cut: SAMPLE[:cut], st.integers(min_value=0, max_value=2500)),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.booleans())
def test_a_profile_of_any_content_is_read_or_refused(text: str, is_json: bool) -> None:
    try:
        document = parse_document(text, "any.toml", is_json=is_json)
        assert isinstance(document, Document)
        validate(Profile, document)
    except DocumentError as refused:
        assert str(refused).startswith("any.toml: ")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(CELLS)).map("".join)))
def test_a_table_of_any_content_is_read_or_refused(text: str) -> None:
    try:
        reading = paste_transcript(text)
    except TranscriptError as refused:
        assert str(refused).startswith("pasted table: ")
    else:
        assert all(problem.line > 1 for problem in reading.problems)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_a_certificate_of_any_content_gives_fields_without_line_breaks(text: str) -> None:
    assert all(value == value.strip() and "\n" not in value for value in fields_of_text(text).values())


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ("[" * 100_000, True),
        ('{"a": ' * 50_000, True),
        (f'{{"version": {"9" * 5000}}}', True),
        (f"version = {'9' * 5000}", False),
        (f"x = {'[' * 50_000}", False),
    ],
)
def test_what_is_nested_or_long_beyond_reason_is_refused(text: str, is_json: bool) -> None:
    with pytest.raises(DocumentError):
        validate(Profile, parse_document(text, "any", is_json=is_json))


def test_an_amount_beyond_reason_is_refused() -> None:
    for amount in ("nan", "inf", "-inf", "1e300", "-1"):
        document = parse_document(
            f'[[transcript]]\ncompleted_on = 2026-01-01\ntitle = "x"\namount = {amount}\n', "any.toml"
        )
        with pytest.raises(DocumentError, match=r"line 4: transcript\[1\].amount"):
            validate(Profile, document)
