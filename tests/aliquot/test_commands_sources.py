"""``sources`` as an operator and a developer run it: list, show, run, check, try, read, new, approve, replay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aliquot.commands.sources import in_words
from crawlers.probe import check_recording
from crawlers.recording import read_recording
from crawlers.sample_server import SAMPLE_WEB
from crawlers.source import read_source
from tests.aliquot.support import Run

DAY = ("--now", "2026-11-22")
COURSE = "https://www.labce.com/microcytic_anemias.aspx"
SAVED = SAMPLE_WEB / "www.labce.com" / "microcytic_anemias.aspx"


def test_list_names_every_source_and_why_one_is_not_crawled(run: Run) -> None:
    rows = {row["id"]: row for row in json.loads(run("sources", "list", "--json").stdout)}
    assert rows["labce"]["proof"] == "seen"
    shown = run("sources", "list").stdout
    assert "clma" in shown
    assert "ASCP" in shown


def test_show_tells_what_nobody_has_seen_and_that_nobody_approved_yet(run: Run) -> None:
    shown = run("sources", "show", "labce").stdout
    assert "Not seen" in shown
    assert "not yet" in shown
    assert json.loads(run("sources", "show", "labce", "--json").stdout)["approval"] is None


def test_an_unknown_source_is_one_sentence_and_exit_status_2(run: Run) -> None:
    shown = run("sources", "show", "nowhere")
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "aliquot sources list" in shown.stderr


def test_run_crawls_one_source_records_it_and_replay_reads_the_same(run: Run, tmp_path: Path) -> None:
    ran = run("sources", "run", "sample-hospital", "--sample", *DAY, "--record", str(tmp_path / "kept"))
    assert ran.returncode == 0, ran.stderr
    assert "10 listings" in ran.stdout
    again = run("sources", "replay", str(tmp_path / "kept"), "--sample", *DAY)
    assert again.returncode == 0, again.stderr
    assert "10 listings" in again.stdout


def test_a_live_run_without_a_contact_is_refused_in_one_sentence(run: Run) -> None:
    ran = run("sources", "run", "labce", *DAY)
    assert ran.returncode == 1
    assert "set `contact`" in ran.stdout


def test_try_shows_what_a_page_states_beside_its_words(run: Run) -> None:
    shown = run("sources", "try", COURSE, "--sample", *DAY)
    assert shown.returncode == 0, shown.stderr
    assert "Microcytic Anemias" in shown.stdout
    assert "label:" in shown.stdout


def test_try_reads_a_saved_file_and_prints_one_listing_a_line(run: Run) -> None:
    words = ("sources", "try", str(SAVED), "--url", COURSE, "--fetched-at", "2026-11-22", "--json")
    listings = [json.loads(line) for line in run(*words).stdout.splitlines()]
    course = next(listing for listing in listings if listing["source"] == "labce")
    assert course["title"]["value"] == "Microcytic Anemias"
    assert course["fetched_at"].startswith("2026-11-22")
    assert {"text", "where"} == set(course["credits"][0]["evidence"][0])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sources", "try", str(SAVED)), "--url"),
        (("sources", "try", "nowhere.html", "--url", COURSE), "nowhere.html"),
        (("sources", "read", "weight"), "is none of"),
        (("sources", "new", "x", str(SAVED), "--url", COURSE, "--way", "guessing"), "is no way of publishing"),
        (("sources", "replay", "nowhere"), "order.json"),
    ],
)
def test_bad_input_is_told_and_ends_with_status_2(run: Run, words: tuple[str, ...], sentence: str) -> None:
    ended = run(*words)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_page_that_cannot_be_fetched_says_why(run: Run) -> None:
    ended = run("sources", "try", "https://nowhere.example/", "--sample", *DAY)
    assert ended.returncode == 2
    assert "dns" in ended.stderr


def test_read_prints_one_object_a_line(run: Run) -> None:
    ended = run("sources", "read", "credits", stdin="1.5 P.A.C.E.® contact hours\n\nNone available.\n")
    first, second = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(credit["amount"], credit["unit"]) for credit in first["credits"]] == [("1.5", "pace")]
    assert second["credits"] == []


def test_approve_shows_robots_and_five_listings_and_keeps_the_yes(run: Run, tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - only this test sets the environment

    os.environ["ALIQUOT_CONTACT"] = "ce@lab.example"
    try:
        words = ("sources", "approve", "sample-hospital", "--by", "A. Sample", "--yes", "--sample", *DAY)
        ended = run(*words, home=tmp_path)
    finally:
        del os.environ["ALIQUOT_CONTACT"]
    assert ended.returncode == 0, ended.stderr
    assert "robots.txt allows" in ended.stdout
    assert "ce@lab.example" in ended.stdout
    kept = (tmp_path / "sample" / "approvals.toml").read_text("utf-8")
    assert "A. Sample" in kept
    assert "2026-11-22" in kept


def test_approve_without_a_contact_is_refused(run: Run) -> None:
    ended = run("sources", "approve", "sample-hospital", "--sample", *DAY)
    assert ended.returncode == 2
    assert "contact" in ended.stderr


def test_new_writes_a_source_its_page_what_is_read_and_a_failing_test(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(SAMPLE_WEB.parents[1]))
    words = ("sources", "new", "new-society", str(SAVED), "--url", COURSE, "--fetched-at", "2026-11-22")
    ended = run(*words)
    assert ended.returncode == 0, ended.stderr
    toml = tmp_path / "crawlers" / "sources" / "new_society.toml"
    source = read_source(toml.read_bytes(), str(toml))
    recording = read_recording(tmp_path / "tests" / "pages" / "new-society")
    assert [listing.title.value for listing in recording.expected()] == ["Microcytic Anemias (Online CE Course)"]
    overlay = toml.parent
    assert check_recording(source, recording.folder, overlay) == ()
    test = tmp_path / "tests" / "crawlers" / "test_source_new_society.py"
    assert "sign here" in test.read_text("utf-8")
    assert run(*words).returncode == 2, "a second time nothing is written over"


def test_check_compares_recorded_pages_with_what_was_checked(run: Run) -> None:
    pages = Path(__file__).parents[1] / "pages"
    good = run("sources", "check", "sample-chapter", "--pages", str(pages))
    assert good.returncode == 0, good.stdout
    assert "the pages of 0 give other listings" in good.stdout


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("course", "course"),
        ({"value": "Basic"}, "Basic"),
        (
            {"thousandths": 1500, "unit": "pace", "approved_through": "2028-05-31"},
            "1.5 P.A.C.E., approved through 2028-05-31",
        ),
        ({"unit": "cmle", "provisional": True}, "CMLE, amount not stated, provisional"),
        ({"minor": 2500, "currency": "USD", "audience": "member"}, "$25, audience member"),
        ({"minor": 2500}, "currency not stated: 25"),
        ({"name": "Eight", "minor": 5500, "currency": "CAD", "cap_thousandths": 8000}, "CAD 55, name Eight, cap 8"),
        ({"covers": {"ids": ["a", "b"], "source": "labce"}}, "covers ids a; b, source labce"),
    ],
)
def test_what_was_read_is_said_in_words(value: object, said: str) -> None:
    assert in_words(value) == said
