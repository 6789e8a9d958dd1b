"""Programs of colleges: academic credit is a kind of its own, and old editions of a catalog are left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.listing import CreditUnit
from crawlers.draft import Draft, Link
from crawlers.fields import Words
from crawlers.page import Page
from crawlers.pipelines import RejectedDraftError, to_listing
from crawlers.source import Source
from crawlers.spiders.base import RunContext
from crawlers.spiders.program_catalog import ProgramCatalog, academic_credit

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CATALOG = "https://catalog.college.example/"


def college(**more: object) -> Source:
    table: dict[str, object] = {
        "id": "college",
        "name": "College",
        "provider": "college",
        "spider": "program_catalog",
        "start": [f"{CATALOG}content.php?catoid=23"],
        "proof": "assumed",
        "unseen": "All of it.",
        "kind": "degree",
        "pages": {"items": [r"preview_program\.php"], "key": r"poid=(\d+)"},
        "labels": {"credits": ["Credits Required", "Program Credits"]},
    }
    return Source.model_validate({**table, **more})


def read(url: str, body: str, source: Source) -> list[object]:
    spider = ProgramCatalog(source, RunContext(NOW, sample=True))
    return list(spider.read(Page(url, body.encode(), NOW, "text/html; charset=utf-8")))


@pytest.mark.parametrize(
    ("value", "thousandths", "unit"),
    [
        ("A minimum of 30 semester hours of graduate courses", 30_000, CreditUnit.SEMESTER_HOUR),
        ("16 quarter credits", 16_000, CreditUnit.QUARTER_HOUR),
        ("15-18 semester hours", 15_000, CreditUnit.SEMESTER_HOUR),
        ("100 contact hours", 100_000, CreditUnit.CLOCK_HOUR),
        ("1.5 semester credit hours", 1_500, CreditUnit.SEMESTER_HOUR),
    ],
)
def test_academic_credit_is_what_the_words_say(value: str, thousandths: int, unit: CreditUnit) -> None:
    credit = academic_credit(Words("Credits Required", value, "label:Credits Required"), college())
    assert credit is not None
    assert (credit.thousandths, credit.unit) == (thousandths, unit)
    assert credit.evidence[0].text == f"Credits Required: {value}"


def test_plain_credit_hours_have_a_unit_only_by_their_source() -> None:
    words = Words("Credits Required", "120 credit hours", "label:Credits Required")
    assert academic_credit(words, college()) is None
    told = academic_credit(words, college(approvals=["semester_hour"]))
    assert told is not None
    assert told.unit is CreditUnit.SEMESTER_HOUR
    assert [proof.where for proof in told.evidence] == ["label:Credits Required", "source"]
    assert academic_credit(Words("Credits Required", "see the adviser", "label:x"), college()) is None


def test_hours_of_a_classroom_are_never_contact_hours_of_continuing_education() -> None:
    page = "<h1>Phlebotomy</h1><p>Program Credits: 6 semester hours</p><p>The laboratory has 100 contact hours.</p>"
    source = college()
    [draft] = read(f"{CATALOG}preview_program.php?catoid=23&poid=7", page, source)
    assert isinstance(draft, Draft)
    listing = to_listing(draft, source, NOW, sample=True)
    assert [credit.unit for credit in listing.credits] == [CreditUnit.SEMESTER_HOUR]
    assert listing.source_key == "7"


def test_only_the_newest_edition_of_a_catalog_is_followed() -> None:
    links = "".join(
        f'<a href="preview_program.php?catoid={edition}&amp;poid={program}">Program</a>'
        for edition, program in ((22, 1), (23, 2), (23, 3), (9, 4))
    )
    found = read(f"{CATALOG}content.php?catoid=23", f"<h1>Programs</h1>{links}", college())
    assert [one.url.rpartition("=")[2] for one in found if isinstance(one, Link)] == ["2", "3"]


def test_an_archived_catalog_is_refused_with_its_own_words() -> None:
    page = "<h1>Biology (BS)</h1><p>2019-2020 [ARCHIVED CATALOG]</p><p>Credits Required: 120 semester hours</p>"
    source = college()
    [draft] = read(f"{CATALOG}preview_program.php?catoid=6&poid=9", page, source)
    assert isinstance(draft, Draft)
    with pytest.raises(RejectedDraftError, match=r"2019-2020 \[ARCHIVED CATALOG\]"):
        to_listing(draft, source, NOW, sample=True)
