"""The kit for in-house training."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalog.listing import Visibility, read_listing
from recommend.certificates import check_certificate, fields_of_text
from recommend.rules import load_credentials
from recommend.training_kit import (
    Training,
    TrainingError,
    certificate_lines,
    listing_text,
    load_training,
    private_listing,
)

RULES = load_credentials()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEXT = """
title = "New analyzer"
employer = "Sample Hospital"
held_on = 2026-12-03
starts_at = 13:00:00
ends_at = 15:00:00
zone = "America/Chicago"
place = "Conference room 2"
hours = 2
topics = ["chemistry", "quality"]
attendees = ["Ann A.", "<b>Ben</b>"]

[by_topic]
chemistry = 1.5
quality = 0.5
"""


def training(tmp_path: Path, text: str = TEXT) -> Training:
    path = tmp_path / "training.toml"
    path.write_text(text, encoding="utf-8")
    return load_training(path)


def test_the_listing_is_private_and_fits_the_published_shape(tmp_path: Path) -> None:
    payload = json.loads(listing_text(training(tmp_path), NOW))
    fetched = datetime.fromisoformat(payload.pop("fetched_at"))
    listing = read_listing(payload, fetched)
    assert listing == private_listing(training(tmp_path), NOW)
    assert listing.visibility is Visibility.PRIVATE
    assert [(credit.subject, credit.thousandths) for credit in listing.credits] == [
        ("Chemistry", 1500),
        ("Quality control and assurance", 500),
    ]
    assert len({credit.additive_group for credit in listing.credits}) == 1
    assert listing.sessions[0].local_date == date(2026, 12, 3)


def test_hours_without_a_topic_are_one_credit(tmp_path: Path) -> None:
    listing = private_listing(
        Training.model_validate({"title": "T", "employer": "E", "held_on": "2026-12-03", "hours": 1}), NOW
    )
    assert [(credit.thousandths, credit.subject) for credit in listing.credits] == [(1000, None)]


def test_the_certificate_carries_what_ascp_asks_for_and_leaves_lines_for_the_rest(tmp_path: Path) -> None:
    lines = certificate_lines(training(tmp_path), "Ann A.")
    text = "\n".join(f"{label}: {value or ''}" for label, value in lines)
    found = fields_of_text(text)
    ascp = check_certificate(found, RULES["ascp-mlt"], "Ann A.")
    assert ascp is not None
    assert ascp.passes
    florida = check_certificate(found, RULES["us-fl-technician"], "Ann A.")
    assert florida is not None
    assert florida.missing == ("license_number", "accreditor_number", "signature"), "lines that are left to fill in"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hours = 2", "hours = 0", "line 9: hours"),
        ("hours = 2", "hours = 1", "add up to more than the hours"),
        ("ends_at = 15:00:00", "ends_at = 12:00:00", "is not later than"),
        ("employer =", "employr =", "did you mean 'employer'"),
        ('"quality"]', '"quallity"]', "did you mean 'quality'"),
    ],
)
def test_a_bad_training_is_refused_with_its_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(TrainingError) as refused:
        training(tmp_path, TEXT.replace(old, new, 1))
    assert said in str(refused.value)
