"""The audit pack: what is in it, in which order, and what it refuses to pack."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from recommend.audit_pack import AuditPack, PackError, audit_packs
from recommend.profile import Profile
from recommend.rules import load_credentials

RULES = load_credentials()
TODAY = date(2026, 11, 22)


def packs(folder: Path, *earned: dict[str, Any], held: tuple[str, ...] = ("ascp-mlt",)) -> dict[str, AuditPack]:
    profile = Profile.model_validate(
        {
            "name": "Sam Sample",
            "credentials": [{"id": name, "cycle_start": "2025-01-01", "cycle_end": "2027-12-31"} for name in held],
            "transcript": earned,
        }
    )
    return {pack.credential: pack for pack in audit_packs(profile, RULES, TODAY, folder)}


def course(day: str, title: str, **fields: Any) -> dict[str, Any]:
    return {"completed_on": day, "title": title, "amount": 1, "unit": "pace", "provider": "P", **fields}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    (certificates / "a.pdf").write_bytes(b"%PDF a")
    (certificates / "b.pdf").write_bytes(b"%PDF b")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return certificates


def members(pack: AuditPack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_copies_are_named_in_the_order_of_the_index(folder: Path) -> None:
    pack = packs(
        folder,
        course("2026-05-01", "Lipids & you", topics=["chemistry"], certificate_file="b.pdf"),
        course("2026-02-01", "Anemias", topics=["hematology"], certificate_file="a.pdf"),
        course("2024-02-01", "Too early", certificate_file="a.pdf"),
    )["ascp-mlt"]
    found = members(pack)
    assert list(found) == ["index.txt", "entry-sheet.csv", "01-2026-02-01-anemias.pdf", "02-2026-05-01-lipids-you.pdf"]
    assert found["01-2026-02-01-anemias.pdf"] == b"%PDF a"
    index = found["index.txt"].decode()
    assert "Listed: 2 points in 2 activities." in index
    assert "1 point toward Hematology" in index
    assert "Too early" not in index


def test_the_sheet_stands_in_the_order_of_ascps_form(folder: Path) -> None:
    pack = packs(folder, course("2026-05-01", "=cmd()", topics=["chemistry"]))["ascp-mlt"]
    rows = list(csv.reader(io.StringIO(members(pack)["entry-sheet.csv"].decode())))
    assert rows[0][:4] == ["activity type", "title", "date", "credits"]
    assert rows[1] == ["course", "'=cmd()", "05/01/2026", "1", "Chemistry", "P"]


def test_the_same_profile_gives_the_same_bytes(folder: Path) -> None:
    credit = course("2026-05-01", "Lipids", topics=["chemistry"], certificate_file="a.pdf")
    assert packs(folder, credit)["ascp-mlt"].content == packs(folder, credit)["ascp-mlt"].content


def test_what_is_not_in_order_is_told(folder: Path) -> None:
    good = hashlib.sha256(b"%PDF a").hexdigest()
    pack = packs(
        folder,
        course("2026-01-01", "One", certificate_file="a.pdf", sha256=good),
        course("2026-01-02", "Two", certificate_file="b.pdf", sha256=good),
        course("2026-01-03", "Three", certificate_file="gone.pdf"),
        course("2026-01-04", "Four"),
    )["ascp-mlt"]
    assert pack.problems == (
        "Two: the certificate b.pdf is not the one that was entered",
        "Three: the certificate gone.pdf is not there",
        "Four: no certificate is named",
    )


def test_each_body_has_its_own_pack_and_asks_its_own_fields(folder: Path) -> None:
    found = packs(folder, course("2026-05-01", "Lipids", certificate_file="a.pdf"), held=("ascp-mlt", "us-ca-lab"))
    assert found["ascp-mlt"].problems == ()
    assert "the course's number, the accrediting agency's or approval number" in found["us-ca-lab"].problems[0]


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/hostname", "sub/../../secret.txt"])
def test_a_file_outside_the_folder_is_never_packed(folder: Path, path: str) -> None:
    with pytest.raises(PackError, match="lies outside"):
        packs(folder, course("2026-05-01", "Lipids", certificate_file=path))


def test_a_link_that_leads_outside_is_never_packed(folder: Path) -> None:
    (folder / "link.pdf").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(PackError, match="lies outside"):
        packs(folder, course("2026-05-01", "Lipids", certificate_file="link.pdf"))
