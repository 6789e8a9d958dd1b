"""``aliquot catalog`` as a person runs it: output, JSON and exit codes."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.aliquot.support import Run

SIGNED = 'reason = "Checked"\nauthor = "A. Curator"\ndate = 2026-11-22\n'


@pytest.fixture
def own(run: Run, sample_home: Path, tmp_path: Path) -> Run:
    """The same command in a copy of the home that a test may change."""
    home = tmp_path / "home"
    (home / "sample").mkdir(parents=True)
    for name in ("catalog.sqlite", "sample_anchor"):
        shutil.copy(sample_home / "sample" / name, home / "sample" / name)
    return lambda *words, **more: run(*words, home=home, **more)


def shown(run: Run, *words: str) -> object:
    done = run("catalog", *words, "--sample", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_one_course_of_several_hosts_is_shown_with_its_offers_and_its_conflict(run: Run) -> None:
    with_conflict = next(
        pair for pair in shown(run, "duplicates") if pair["verdict"] == "certain" and "labce" in pair["first_url"]
    )
    view = shown(run, "show", with_conflict["first_url"])
    assert len({listing["source"] for listing in view["listings"]}) > 1
    told = run("catalog", "show", view["id"], "--sample").stdout
    assert view["title"] in told
    assert "(sample)" in told
    assert all(f"[{offer['source']}]" in told for offer in view["offers"])
    assert run("catalog", "show", with_conflict["second"], "--sample").stdout == told


def test_what_is_not_there_is_told_with_status_2(run: Run, tmp_path: Path) -> None:
    done = run("catalog", "show", "o000000000000", "--sample")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing in the catalog is called 'o000000000000'" in done.stderr
    done = run("catalog", "stats", home=tmp_path)
    assert done.returncode == 2
    assert "there is no catalog" in done.stderr


def test_numbers_changes_and_a_sound_catalog(run: Run) -> None:
    numbers = shown(run, "stats")
    assert numbers["sample"] is True
    assert numbers["opportunities"] == sum(numbers["by_kind"].values()) >= 80
    assert numbers["merged"] > 0
    assert numbers["with_conflicts"] > 0
    assert {change["what"] for change in shown(run, "changes", "--limit", "500")} == {"new"}
    assert "Nothing is wrong." in run("catalog", "check", "--sample").stdout
    assert shown(run, "links") == []
    assert shown(run, "corrections") == []


def test_damage_is_told_with_status_2(own: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "home" / "sample" / "catalog.sqlite") as raw:
        raw.execute("DELETE FROM listing_version")
    raw.close()
    done = own("catalog", "check", "--sample")
    assert done.returncode == 2
    assert "its present version is not kept" in done.stdout


def test_links_are_asked_for_over_real_http(own: Run, tmp_path: Path) -> None:
    done = own("catalog", "links", "--check", "--sample", "--now", "2026-11-22", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
    with sqlite3.connect(tmp_path / "home" / "sample" / "catalog.sqlite") as raw:
        answers = dict(raw.execute("SELECT status, count(*) FROM link GROUP BY status").fetchall())
    raw.close()
    assert answers.get(200, 0) >= 40


def test_a_backup_and_every_export_are_written(own: Run, tmp_path: Path) -> None:
    assert own("catalog", "backup", str(tmp_path / "copy.sqlite"), "--sample").returncode == 0
    again = own("catalog", "backup", str(tmp_path / "copy.sqlite"), "--sample")
    assert (again.returncode, "never replaces a file" in again.stderr) == (2, True)
    for form in ("jsonl", "csv", "json", "jsonld", "sqlite"):
        assert own("catalog", "export", form, str(tmp_path / f"out.{form}"), "--sample").returncode == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert {row["sample"] for row in csv.DictReader(file)} == {"sample"}
    refused = own("catalog", "export", "csv", str(tmp_path / "x.csv"), "--quotations", "--sample")
    assert (refused.returncode, "jsonl only" in refused.stderr) == (2, True)
    assert json.loads(own("catalog", "schema").stdout)["title"] == "Aliquot catalog export"


def test_a_catalog_moves_to_another_machine(own: Run, run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "catalog.jsonl"
    assert own("catalog", "export", "jsonl", str(lines), "--quotations", "--sample").returncode == 0
    with lines.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    number = len(lines.read_text(encoding="utf-8").splitlines())
    elsewhere = tmp_path / "elsewhere"
    done = run("catalog", "import", str(lines), "--sample", "--now", "2026-11-22", home=elsewhere)
    assert done.returncode == 2
    assert f"line {number}: " in done.stderr
    there = json.loads(run("catalog", "stats", "--sample", "--json", home=elsewhere).stdout)
    here = json.loads(own("catalog", "stats", "--sample", "--json").stdout)
    for name in ("opportunities", "by_kind", "merged", "with_conflicts", "listings", "packages"):
        assert there[name] == here[name]


def test_a_provider_is_forgotten_only_when_it_is_meant(own: Run) -> None:
    words = ("catalog", "forget", "sample-society", "--reason", "asked by letter", "--sample", "--now", "2026-11-23")
    before = json.loads(own("catalog", "stats", "--sample", "--json").stdout)["opportunities"]
    assert own(*words, stdin="n\n").returncode == 1
    assert json.loads(own("catalog", "stats", "--sample", "--json").stdout)["opportunities"] == before
    done = own(*words, "--yes")
    assert done.returncode == 0, done.stderr
    assert "forgot sample-society" in done.stdout
    assert json.loads(own("catalog", "stats", "--sample", "--json").stdout)["opportunities"] < before
    assert "no provider 'nobody'" in own("catalog", "forget", "nobody", "--reason", "r", "--yes", "--sample").stderr


def test_rejections_are_listed_and_read_anew_on_request(own: Run) -> None:
    listed = json.loads(own("catalog", "rejected", "--sample", "--json").stdout)
    assert all(each["reason"] and each["field"] and each["url"] for each in listed)
    done = own("catalog", "rejected", "--retry", "--sample")
    assert done.returncode == 0
    assert f"{len({(each['source'], each['url']) for each in listed})} pages will be read anew" in done.stderr


def test_a_bad_correction_is_told_with_its_file(own: Run, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "sample" / "curation"
    folder.mkdir()
    (folder / "mine.toml").write_text('[[hide]]\ntarget = "anemia"\n' + SIGNED, encoding="utf-8")
    done = own("catalog", "corrections", "--sample")
    assert done.returncode == 2
    assert "mine.toml: [[hide]] number 1: 'anemia' is neither" in done.stderr
    (folder / "mine.toml").write_text('[[hide]]\ntarget = "l000000000000"\n' + SIGNED, encoding="utf-8")
    assert "there is no listing l000000000000" in own("catalog", "corrections", "--sample", "--json").stdout
