"""The doctor: a healthy home is well, and each thing that would spoil a night is found before it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from aliquot import doctor
from aliquot.commands.doctor import app
from aliquot.doctor import Finding, Outcome, Patient, examine, is_well
from aliquot.places import places_of
from aliquot.settings import Settings, settings
from catalog.store import open_catalog
from crawlers.source import load_sources

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


def make_patient(home: Path, **changes: object) -> Patient:
    """An installation that is ready for its first live night."""
    ready = Settings(
        home=home, contact="ce@lab.example", host_name="The Lab", base_url="https://ce.lab.example/"
    ).model_copy(update=changes)
    approve(home, next(identity for identity, source in load_sources().items() if source.enabled))
    told = {"ALIQUOT_WEBHOOK_URL": "https://hooks.lab.example/x", "ALIQUOT_HEARTBEAT_URL": "https://beat.lab.example/x"}
    return Patient(NOW, places_of(ready, sample=False), ready, told, live=False)


def approve(home: Path, identity: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    table = f'[{identity}]\nby = "Ann"\non = 2026-11-20\ncontact = "ce@lab.example"\n'
    (home / "approvals.toml").write_text(table, encoding="utf-8")


def found(patient: Patient, check: str) -> Finding:
    [finding] = [finding for finding in examine(patient) if finding.check == check]
    return finding


def test_a_ready_installation_is_well(tmp_path: Path) -> None:
    findings = examine(make_patient(tmp_path / "home"))
    assert [finding for finding in findings if finding.outcome is not Outcome.FINE] == []
    assert is_well(findings)


def test_looking_leaves_nothing_behind_but_the_catalog(tmp_path: Path) -> None:
    patient = make_patient(tmp_path / "home")
    examine(patient)
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in patient.places.home.iterdir()} <= {
        "approvals.toml",
        "catalog.sqlite.lock",
    }


def no_contact(patient: Patient) -> Patient:
    return replace(patient, settings=patient.settings.model_copy(update={"contact": None}))


def odd_contact(patient: Patient) -> Patient:
    return replace(patient, settings=patient.settings.model_copy(update={"contact": "Ann"}))


def no_approval(patient: Patient) -> Patient:
    (patient.places.home / "approvals.toml").unlink()
    return patient


def broken_approval(patient: Patient) -> Patient:
    (patient.places.home / "approvals.toml").write_text("[labce\n", encoding="utf-8")
    return patient


def broken_source(patient: Patient) -> Patient:
    overlay = patient.places.overlay("sources")
    overlay.mkdir(parents=True)
    (overlay / "mine.toml").write_text('name = "Mine"\nspyder = "feed"\n', encoding="utf-8")
    return patient


def broken_correction(patient: Patient) -> Patient:
    overlay = patient.places.overlay("curation")
    overlay.mkdir(parents=True)
    (overlay / "mine.toml").write_text("[[hide]]\nwhy = 3\n", encoding="utf-8")
    return patient


def damaged_catalog(patient: Patient) -> Patient:
    with open_catalog(patient.places.catalog_address):
        pass
    file = patient.places.home / "catalog.sqlite"
    raw = bytearray(file.read_bytes())
    raw[4096 : 4096 * 4] = b"\xff" * (4096 * 3)
    file.write_bytes(raw)
    return patient


def newer_catalog(patient: Patient) -> Patient:
    with open_catalog(patient.places.catalog_address):
        pass
    with closing(sqlite3.connect(patient.places.home / "catalog.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
        connection.commit()
    return patient


def clock_gone_back(patient: Patient) -> Patient:
    (patient.places.runs / "20261123T071700").mkdir(parents=True)
    return patient


def clock_of_a_dead_battery(patient: Patient) -> Patient:
    return replace(patient, now=datetime(1970, 1, 2, tzinfo=UTC))


def foreign_target(patient: Patient) -> Patient:
    folder = patient.places.home / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years", encoding="utf-8")
    return replace(patient, settings=patient.settings.model_copy(update={"publish_to": f"folder:{folder}"}))


def open_secret(patient: Patient) -> Patient:
    return replace(patient, environment={"ALIQUOT_WEBHOOK_URL": "http://hooks.lab.example/x"})


def no_home(patient: Patient) -> Patient:
    blocked = patient.places.home.parent / "blocked"
    blocked.write_text("a file where the home should be", encoding="utf-8")
    return replace(patient, places=replace(patient.places, home=blocked / "home"))


@pytest.mark.parametrize(
    ("spoil", "check", "words"),
    [
        (no_contact, "contact", "none is set"),
        (odd_contact, "contact", "no e-mail address"),
        (no_approval, "approvals", "no source was approved"),
        (broken_approval, "approvals", "approvals.toml"),
        (broken_source, "sources", "spyder"),
        (broken_correction, "rules", "mine"),
        (damaged_catalog, "catalog", "catalog.sqlite"),
        (newer_catalog, "catalog", "does not know"),
        (clock_gone_back, "clock", "later than now"),
        (clock_of_a_dead_battery, "clock", "1970"),
        (foreign_target, "target", "something else"),
        (open_secret, "telling", "https:"),
        (no_home, "home", "Not a directory"),
    ],
)
def test_what_would_spoil_a_night_is_found(
    tmp_path: Path, spoil: Callable[[Patient], Patient], check: str, words: str
) -> None:
    finding = found(spoil(make_patient(tmp_path / "home")), check)
    assert finding.outcome is Outcome.WRONG, finding
    assert words in finding.detail
    assert finding.action


def test_too_little_room_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk of this machine is full enough, so what a night wants is raised above what any disk has."""
    monkeypatch.setattr(doctor, "SPACE_AT_LEAST", 10**18)
    assert found(make_patient(tmp_path / "home"), "space").outcome is Outcome.WRONG


def test_a_run_at_work_is_a_warning(tmp_path: Path) -> None:
    patient = make_patient(tmp_path / "home")
    with FileLock(patient.places.home / "catalog.sqlite.lock"):
        finding = found(patient, "lock")
    assert finding.outcome is Outcome.WARNING
    assert found(patient, "lock").outcome is Outcome.FINE


def test_nobody_to_tell_and_no_name_are_warnings_only(tmp_path: Path) -> None:
    patient = replace(
        make_patient(tmp_path / "home", host_name=None, base_url="http://127.0.0.1:8000/"), environment={}
    )
    findings = examine(patient)
    assert {finding.check for finding in findings if finding.outcome is Outcome.WARNING} == {"host", "telling"}
    assert is_well(findings)


def test_a_host_without_an_address_is_named() -> None:
    assert doctor.unresolved(["localhost", "no-such-host.invalid"]) == ["no-such-host.invalid"]


def test_the_sample_needs_no_contact_and_no_approval(tmp_path: Path) -> None:
    sample = Settings(home=tmp_path)
    findings = examine(Patient(NOW, places_of(sample, sample=True), sample, {}, live=False))
    assert is_well(findings)
    assert not {"contact", "approvals"} & {finding.check for finding in findings}


def test_the_command_says_what_to_do_and_exits_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ALIQUOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALIQUOT_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    try:
        done = CliRunner().invoke(app, ["--offline", "--json", "--now", "2026-11-22"])
    finally:
        settings.cache_clear()
    assert done.exit_code == 2, done.output
    findings = {finding["check"]: finding for finding in json.loads(done.output)}
    assert findings["contact"]["outcome"] == "wrong"
    assert "ALIQUOT_CONTACT" in findings["contact"]["action"]
