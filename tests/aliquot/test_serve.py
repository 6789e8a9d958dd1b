"""The small server: right types, the site's own 404, no listing of a folder, the next port where one is taken."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from aliquot.errors import CommandError
from aliquot.serve import open_server, served


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<h1>home</h1>", encoding="utf-8")
    (tmp_path / "404.html").write_text("<h1>lost</h1>", encoding="utf-8")
    (tmp_path / "all.ics").write_text("BEGIN:VCALENDAR", encoding="utf-8")
    return tmp_path


def test_pages_and_calendars_have_their_types(built: Path) -> None:
    with served(built, 18080) as address:
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"<h1>home</h1>"
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        with urllib.request.urlopen(address + "all.ics") as answer:
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize("path", ["nowhere/", "assets/", "../../etc/passwd"])
def test_what_is_not_there_gets_the_sites_own_page(built: Path, path: str) -> None:
    with served(built, 18080) as address, pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(address + path)
    assert refusal.value.code == 404
    assert refusal.value.read() == b"<h1>lost</h1>"


def test_a_taken_port_is_passed_over(built: Path) -> None:
    with served(built, 18080) as first, served(built, int(first.rsplit(":", 1)[1].strip("/"))) as second:
        assert first != second


def test_a_folder_without_a_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no built site"):
        open_server(tmp_path, 18080)
