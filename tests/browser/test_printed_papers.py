"""The papers that people print, printed by a real Chromium and read back as PDF."""

from __future__ import annotations

import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from recommend.certificate_files import CertificateFileError, certificate_text
from recommend.certificates import check_certificate, fields_of_text
from recommend.profile import Profile
from recommend.roster import Member, Roster
from recommend.rules import load_credentials
from recommend.team import team_owed
from recommend.training_kit import Training
from render.papers import certificate, sign_in_sheet, team_page

pytestmark = pytest.mark.browser

RULES = load_credentials()
TODAY = date(2026, 11, 22)
TRAINING = Training.model_validate(
    {
        "title": "Urine sediment at the bench",
        "employer": "Sample County Hospital",
        "held_on": TODAY,
        "hours": 1.5,
        "topics": ["urinalysis_body_fluids"],
        "by_topic": {"urinalysis_body_fluids": 1.5},
        "course_number": "SCH-26-04",
        "approval_number": "50-4412",
        "attendees": ["Sam Sample"],
    }
)


def printed(browser: Browser, page: str) -> bytes:
    """A page as the browser prints it, on Letter paper unless the page itself says otherwise."""
    context = browser.new_context(java_script_enabled=False)
    try:
        tab = context.new_page()
        tab.set_content(page)
        return tab.pdf(format="Letter", prefer_css_page_size=True)
    finally:
        context.close()


def test_a_certificate_of_our_own_kit_is_read_back_from_its_pdf(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(printed(browser, certificate(TRAINING, "Sam Sample")))
    fields = fields_of_text(certificate_text(file))
    assert fields["participant"] == "Sam Sample"
    assert fields["hours"] == "1.5"
    for name, missing in (("ascp-mlt", ()), ("us-ca-lab", ()), ("us-fl-technician", ("license_number", "signature"))):
        check = check_certificate(fields, RULES[name], "Sam Sample")
        assert check is not None
        assert (check.missing, check.name_differs) == (missing, None)


def test_a_pdf_of_a_picture_says_what_to_do(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(printed(browser, "<svg width=99 height=99><rect width=99 height=99></rect></svg>"))
    with pytest.raises(CertificateFileError, match="holds a picture and no words; copy the words"):
        certificate_text(file)


def test_a_laboratory_of_thirty_prints_on_landscape_pages_with_the_header_on_each(browser: Browser) -> None:
    members = [
        Member(
            Profile.model_validate(
                {"name": f"Person {number}", "credentials": [{"id": "ascp-mlt", "cycle_end": "2027-06-30"}]}
            ),
            {},
        )
        for number in range(30)
    ]
    pdf = PdfReader(BytesIO(printed(browser, team_page(team_owed(Roster(tuple(members), ()), RULES, TODAY)))))
    for page in pdf.pages:
        assert page.mediabox.width > page.mediabox.height
        words = unicodedata.normalize("NFKC", " ".join(page.extract_text().split()))
        assert "Certificate on file" in words


def test_a_sign_in_sheet_is_one_page(browser: Browser) -> None:
    assert len(PdfReader(BytesIO(printed(browser, sign_in_sheet(TRAINING)))).pages) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\nbroken", "this PDF cannot be read"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "neither a PDF nor a text"),
        (b"a" * 1_000_001, "are no certificate's words"),
    ],
)
def test_what_is_no_certificate_is_refused_with_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(content)
    with pytest.raises(CertificateFileError, match=words) as refused:
        certificate_text(file)
    assert "file.bin" in str(refused.value)


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateFileError, match=r"none\.pdf: cannot be read"):
        certificate_text(tmp_path / "none.pdf")
