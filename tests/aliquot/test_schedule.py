"""Schedules: what is printed passes the tools that will read it, and installing puts it where it belongs."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, time
from pathlib import Path, PurePosixPath

import pytest
import yaml
from typer.testing import CliRunner

from aliquot import schedule
from aliquot.commands.schedule import app
from aliquot.errors import CommandError
from aliquot.schedule import Schedule
from aliquot.settings import settings

WINTER = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXPOSURE = 3.0
CRON_LINE = re.compile(r"^(\d{1,2}) (\d{1,2}) \* \* \* (.+)$", re.MULTILINE)

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd's tools are not here")


def make_schedule(
    at: time = time(2, 17),
    zone: str | None = None,
    command: Path = Path("/usr/bin/env"),
    contact: str = "ce@lab.example",
) -> Schedule:
    return Schedule(at=at, zone=zone, jitter=30, command=command, home=Path("/srv/aliquot"), contact=contact)


def written_units(folder: Path, order: Schedule) -> list[Path]:
    for name, text in schedule.systemd_units(order).items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in schedule.UNITS]


@needs_systemd
@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path, zone: str | None) -> None:
    units = written_units(tmp_path, make_schedule(zone=zone))
    verdict = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (verdict.returncode, verdict.stderr) == (0, "")


@needs_systemd
def test_the_service_is_exposed_three_at_most(tmp_path: Path) -> None:
    service, _ = written_units(tmp_path, make_schedule())
    verdict = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", service],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", verdict.stdout)
    assert found, verdict.stdout + verdict.stderr
    assert float(found[1]) <= EXPOSURE
    assert verdict.returncode == 0


@needs_systemd
def test_the_timer_comes_every_night_in_its_own_time_zone(tmp_path: Path) -> None:
    _, timer = written_units(tmp_path, make_schedule(zone="America/New_York"))
    on_calendar = re.search(r"^OnCalendar=(.+)$", timer.read_text(encoding="utf-8"), re.MULTILINE)
    assert on_calendar
    told = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=2", "--base-time=2026-11-22 00:00:00 UTC", on_calendar[1]],
        capture_output=True,
        text=True,
        check=True,
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin"},
    ).stdout
    assert "2026-11-22 07:17:00 UTC" in told
    assert "2026-11-23 07:17:00 UTC" in told


@needs_systemd
def test_installing_into_an_image_switches_the_timer_on(tmp_path: Path) -> None:
    schedule.install_systemd(make_schedule(), tmp_path)
    wanted = tmp_path / "etc/systemd/system/timers.target.wants/aliquot-nightly.timer"
    assert wanted.is_symlink()
    environment = tmp_path / schedule.ENVIRONMENT
    assert environment.stat().st_mode & 0o777 == 0o600
    assert "ALIQUOT_CONTACT=ce@lab.example\n" in environment.read_text(encoding="utf-8")


@needs_systemd
def test_installing_again_keeps_the_settings(tmp_path: Path) -> None:
    schedule.install_systemd(make_schedule(), tmp_path)
    environment = tmp_path / schedule.ENVIRONMENT
    environment.write_text("ALIQUOT_CONTACT=other@lab.example\n", encoding="utf-8")
    schedule.install_systemd(make_schedule(at=time(3, 5)), tmp_path)
    assert environment.read_text(encoding="utf-8") == "ALIQUOT_CONTACT=other@lab.example\n"
    timer = (tmp_path / schedule.UNIT_FOLDER / schedule.UNITS[1]).read_text(encoding="utf-8")
    assert "OnCalendar=*-*-* 03:05:00\n" in timer


@pytest.mark.parametrize("folder", ["/home/ann/aliquot", str(PurePosixPath("/root", ".venv", "bin", "aliquot"))])
def test_a_command_that_the_service_cannot_see_is_refused(folder: str) -> None:
    with pytest.raises(CommandError, match="/opt/aliquot"):
        schedule.systemd_units(make_schedule(command=Path(folder)))


@pytest.mark.parametrize("contact", ["a@b.example\nExecStart=/bin/sh", "100%@lab.example", "$(id)@lab.example"])
def test_a_word_that_would_break_out_of_its_line_is_refused(contact: str) -> None:
    with pytest.raises(CommandError, match="ALIQUOT_CONTACT"):
        schedule.crontab(make_schedule(contact=contact))


def test_the_crontab_locks_spreads_mails_and_catches_up() -> None:
    text = schedule.crontab(make_schedule())
    found = CRON_LINE.search(text)
    assert found
    assert (int(found[2]), int(found[1])) == (2, 17)
    assert "flock -n /srv/aliquot/nightly.lock /usr/bin/env nightly --quiet" in found[3]
    assert "shuf -i 0-1800 -n 1" in found[3]
    assert "%" not in text, "cron takes % for a line's end"
    assert "\nMAILTO=ce@lab.example\n" in text
    assert re.search(r"^@reboot .*--catch-up$", text, re.MULTILINE)


def test_cron_has_no_time_zone_of_its_own() -> None:
    with pytest.raises(CommandError, match="time zone"):
        schedule.crontab(make_schedule(zone="America/New_York"))


def test_the_crontab_of_others_is_left_alone() -> None:
    theirs = "MAILTO=ann@lab.example\n5 4 * * * backup"
    first = schedule.merged_crontab(theirs, schedule.crontab(make_schedule()))
    second = schedule.merged_crontab(first + "1 1 * * * late\n", schedule.crontab(make_schedule(at=time(4, 44))))
    assert first.startswith(theirs + "\n")
    assert second.startswith(theirs + "\n")
    assert second.endswith("1 1 * * * late\n")
    assert second.count(schedule.CRON_BEGIN) == 1
    assert "\n44 4 * * * " in second
    assert "17 2 * * *" not in second


@pytest.mark.parametrize(
    ("now", "at", "cron"),
    [
        (WINTER, time(2, 17), "17 7 * * *"),
        (SUMMER, time(2, 17), "17 6 * * *"),
        (WINTER, time(2, 0), "7 7 * * *"),
        (WINTER, time(21, 30), "37 2 * * *"),
    ],
)
def test_the_workflow_starts_by_utc_and_never_at_a_busy_minute(now: datetime, at: time, cron: str) -> None:
    document = yaml.safe_load(schedule.workflow(make_schedule(at=at, zone="America/New_York"), now))
    # YAML reads the bare word `on` as true.
    assert document[True]["schedule"] == [{"cron": cron}]


def test_only_the_job_that_reads_no_web_may_write() -> None:
    document = yaml.safe_load(schedule.workflow(make_schedule(zone="UTC"), WINTER))
    jobs = document["jobs"]
    assert document["permissions"] == {}
    assert document["concurrency"] == {"group": "nightly", "cancel-in-progress": False}
    assert jobs["night"]["permissions"] == {"contents": "read"}
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["keep"]["permissions"] == {"contents": "write", "actions": "write"}
    assert not any("nightly " in step.get("run", "") for step in jobs["keep"]["steps"])
    secrets = [step.get("name") for step in jobs["night"]["steps"] if "secrets." in str(step)]
    assert secrets == ["Night"]


def test_every_shell_step_of_the_workflow_is_a_shell_script() -> None:
    document = yaml.safe_load(schedule.workflow(make_schedule(zone="UTC"), WINTER))
    scripts = [step["run"] for job in document["jobs"].values() for step in job["steps"] if "run" in step]
    assert len(scripts) >= 6
    for script in scripts:
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_the_workflow_in_deploy_is_the_one_that_is_printed() -> None:
    """It can be copied from the web page of the repository by somebody who has no Python."""
    kept = Path(__file__).resolve().parents[2] / "deploy" / "github" / "nightly.yml"
    order = Schedule(time(2, 17), "America/New_York", 15, Path("aliquot"), Path(".aliquot"), "")
    assert kept.read_text(encoding="utf-8") == schedule.workflow(order, WINTER)


def test_the_workflow_goes_into_a_checkout_and_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no checkout"):
        schedule.install_workflow(make_schedule(zone="UTC"), WINTER, tmp_path)
    (tmp_path / ".git").mkdir()
    path = schedule.install_workflow(make_schedule(zone="UTC"), WINTER, tmp_path)
    assert path == tmp_path / ".github" / "workflows" / "nightly.yml"


@pytest.mark.parametrize("text", ["25:00", "2.17", "02:60", "", "noon"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="02:17"):
        schedule.read_clock(text)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="America/New_York"):
        schedule.read_zone("New York")


def test_the_command_prints_units_that_name_the_asked_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALIQUOT_HOME", str(tmp_path))
    monkeypatch.setenv("ALIQUOT_CONTACT", "ce@lab.example")
    settings.cache_clear()
    try:
        done = CliRunner().invoke(app, ["systemd", "--at", "3:41", "--command", "/usr/bin/env"])
    finally:
        settings.cache_clear()
    assert done.exit_code == 0, done.output
    assert "OnCalendar=*-*-* 03:41:00\n" in done.output
    assert "ExecStart=/usr/bin/env nightly --quiet\n" in done.output
