"""The small server: right types, the site's own 404, no listing of a folder, the next port where one is taken."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from aliquot.errors import CommandError
from aliquot.reloading import stamps
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


def test_while_templates_are_worked_on_pages_ask_for_their_release(built: Path, tmp_path: Path) -> None:
    (built / "index.html").write_text("<body><h1>home</h1></body>", encoding="utf-8")
    (tmp_path / "current").symlink_to(built)
    with served(tmp_path / "current", 18080, reload=True) as address:
        page = urllib.request.urlopen(address).read().decode()
        assert '<script type="module" src="/-reload.js"></script></body>' in page
        assert b"location.reload()" in urllib.request.urlopen(address + "-reload.js").read()
        assert urllib.request.urlopen(address + "-release").read().decode() == built.name
        assert urllib.request.urlopen(address + "all.ics").read() == b"BEGIN:VCALENDAR"


def test_a_changed_template_is_seen(tmp_path: Path) -> None:
    template, other = tmp_path / "page.html", tmp_path / "notes.txt"
    template.write_text("one", encoding="utf-8")
    before = stamps(tmp_path)
    other.write_text("no part of a page", encoding="utf-8")
    assert stamps(tmp_path) == before
    os.utime(template, ns=(1, 1))
    assert stamps(tmp_path) != before
