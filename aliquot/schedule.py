"""Ready files that make the nightly job run by itself: systemd units, a crontab, a forge's workflow.

Each is a template of this package with a few words filled in, so that what is printed is what the tests and the tools
of systemd and of the forge have looked at.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aliquot.errors import CommandError

PLACEHOLDER = re.compile(r"@([A-Z_]+)@")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
BUSY_MINUTES = frozenset({0, 30})
"""When most schedules of a forge start: runs are delayed or dropped then."""

BUSY_MINUTE_MOVE = 7
UNITS = ("aliquot-nightly.service", "aliquot-nightly.timer")
UNIT_FOLDER = Path("etc/systemd/system")
ENVIRONMENT = Path("etc/aliquot/environment")
WORKFLOW = Path(".github/workflows/nightly.yml")
HIDDEN_FROM_UNITS = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"))  # noqa: S108 - compared, not used
CRON_BEGIN = "# aliquot: begin (this part is written by `aliquot schedule cron --install`)"
CRON_END = "# aliquot: end"
ENVIRONMENT_TEXT = """\
# Settings and secrets of the nightly job, one NAME=value a line. Only root may read this file.
ALIQUOT_CONTACT={contact}
# ALIQUOT_HOST_NAME=
# ALIQUOT_BASE_URL=https://ce.example.org/
# ALIQUOT_WEBHOOK_URL=
# ALIQUOT_HEARTBEAT_URL=
"""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a night begins and what is called. ``jitter`` minutes spread installations that chose the same time."""

    at: time
    zone: str | None
    jitter: int
    command: Path
    home: Path
    contact: str

    def utc(self, now: datetime) -> time:
        """The time of ``at`` on a clock that knows only UTC, by the zone's offset on the day of ``now``."""
        if self.zone is None:
            return self.at
        local = datetime.combine(now.astimezone(ZoneInfo(self.zone)).date(), self.at, ZoneInfo(self.zone))
        return (local - (local.utcoffset() or timedelta())).time()


def read_clock(text: str) -> time:
    """``02:17`` as a time. Raises :class:`CommandError` for anything else."""
    found = CLOCK.fullmatch(text)
    if found is None:
        raise CommandError(f"--at takes a time like 02:17, not {text!r}")
    return time(int(found[1]), int(found[2]))


def read_zone(name: str | None) -> str | None:
    """A time zone that the machine knows, or ``None`` for its own. Raises :class:`CommandError` for any other."""
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"--zone takes a name like America/New_York, not {name!r}") from error


def own_command() -> Path:
    """Where this installation's ``aliquot`` lies. Raises :class:`CommandError` where it was not installed."""
    beside = Path(sys.executable).absolute().with_name("aliquot")
    found = beside if beside.exists() else shutil.which("aliquot")
    if found is None:
        raise CommandError("the command `aliquot` is not installed here; name it with --command")
    return Path(found)


def template(name: str) -> str:
    """A template's text as it lies in the package."""
    return resources.files("aliquot").joinpath("templates", name).read_text(encoding="utf-8")


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put words in place of ``@NAMES@``. Raises ``KeyError`` for a name without a word."""
    return PLACEHOLDER.sub(lambda found: words[found[1]], text)


def _checked(value: str, what: str) -> str:
    """A word that may stand in a file of one line each. Raises :class:`CommandError` where it would break out of it."""
    if any(character in value for character in "\n\r\0%\"'\\`$"):
        raise CommandError(f"{what} {value!r} holds a character that has a meaning in these files; choose another")
    return value


def _checked_path(path: Path, what: str) -> str:
    if any(character.isspace() for character in str(path)):
        raise CommandError(f"{what} {str(path)!r} holds a space; install aliquot in a folder without")
    return _checked(str(path), what)


def systemd_units(schedule: Schedule) -> dict[str, str]:
    """The service and its timer, by file name.

    The service runs as a user of its own that cannot see anybody's home. Raises :class:`CommandError` where the command
    lies in one.
    """
    for hidden in HIDDEN_FROM_UNITS:
        if schedule.command.is_relative_to(hidden):
            raise CommandError(
                f"{schedule.command} lies in {hidden}, which the nightly job's own user cannot see; install aliquot "
                "for the whole machine, for example in /opt/aliquot, or name another with --command"
            )
    words = {
        "COMMAND": _checked_path(schedule.command, "--command"),
        "ENVIRONMENT": f"/{ENVIRONMENT}",
        "TIME": schedule.at.strftime("%H:%M"),
        "ZONE": f" {schedule.zone}" if schedule.zone else "",
        "JITTER": str(schedule.jitter),
    }
    return {name: fill(template(name), words) for name in UNITS}


def crontab(schedule: Schedule) -> str:
    """The lines for a crontab; cron's clock is the machine's own."""
    if schedule.zone is not None:
        raise CommandError("cron uses the machine's own time zone; leave --zone out")
    words = {
        "COMMAND": _checked_path(schedule.command, "--command"),
        "HOME": _checked_path(schedule.home, "ALIQUOT_HOME"),
        "CONTACT": _checked(schedule.contact, "ALIQUOT_CONTACT"),
        "MINUTE": str(schedule.at.minute),
        "HOUR": str(schedule.at.hour),
        "JITTER_SECONDS": str(schedule.jitter * 60),
    }
    return fill(template("crontab"), words)


def workflow(schedule: Schedule, now: datetime) -> str:
    """The forge's workflow. Its schedule knows only UTC and avoids the minutes at which everybody starts."""
    utc = schedule.utc(now)
    minute = utc.minute + BUSY_MINUTE_MOVE if utc.minute in BUSY_MINUTES else utc.minute
    words = {
        "MINUTE": str(minute),
        "HOUR": str(utc.hour),
        "AT": schedule.at.strftime("%H:%M"),
        "ZONE_NAME": schedule.zone or "UTC",
        "JITTER_SECONDS": str(max(1, schedule.jitter * 60)),
    }
    return fill(template("nightly.yml"), words)


def _run(command: Sequence[str | Path], given: str | None = None) -> str:
    """Standard output of a system's own tool. Raises :class:`CommandError` with its words where it fails."""
    tool = shutil.which(str(command[0]))
    if tool is None:
        raise CommandError(
            f"this machine has no `{command[0]}`; print the file without --install and place it yourself"
        )
    words = [tool, *(str(part) for part in command[1:])]
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode != 0:
        raise CommandError(f"`{' '.join(str(part) for part in command)}` failed: {done.stderr.strip()}")
    return done.stdout


def write_file(path: Path, text: str, mode: int = 0o644) -> Path:
    """Write a whole file in one step, never half."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            file.write(text)
        waiting.chmod(mode)
        waiting.replace(path)
    except PermissionError as error:
        raise CommandError(f"{path} may not be written ({error.strerror}); run this as root, with sudo") from error
    return path


def install_systemd(schedule: Schedule, root: Path = Path("/")) -> list[Path]:
    """Write the units and the file of settings, and switch the timer on. ``root`` other than ``/`` prepares an image.

    A file of settings that exists is left as it is. Raises :class:`CommandError` where a step fails.
    """
    written = [write_file(root / UNIT_FOLDER / name, text) for name, text in systemd_units(schedule).items()]
    environment = root / ENVIRONMENT
    if not environment.exists():
        text = ENVIRONMENT_TEXT.format(contact=_checked(schedule.contact, "ALIQUOT_CONTACT"))
        written.append(write_file(environment, text, 0o600))
    if root == Path("/"):
        _run(["systemctl", "daemon-reload"])
        _run(["systemctl", "enable", "--now", UNITS[1]])
    else:
        _run(["systemctl", f"--root={root}", "enable", UNITS[1]])
    return written


def merged_crontab(existing: str, ours: str) -> str:
    """A crontab with our part put in, or put in anew; every other line stays as it is."""
    part = f"{CRON_BEGIN}\n{ours.rstrip()}\n{CRON_END}\n"
    begin, end = existing.find(CRON_BEGIN), existing.find(CRON_END)
    if begin < 0 or end < begin:
        gap = "" if not existing or existing.endswith("\n") else "\n"
        return f"{existing}{gap}{part}"
    return existing[:begin] + part + existing[end + len(CRON_END) :].removeprefix("\n")


def install_cron(schedule: Schedule) -> None:
    """Put our part into the crontab of the present user. Raises :class:`CommandError` where there is no cron."""
    ours = crontab(schedule)
    listed = shutil.which("crontab")
    if listed is None:
        raise CommandError("this machine has no `crontab`; install cron, or use `aliquot schedule systemd`")
    present = subprocess.run([listed, "-l"], capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    # `crontab -l` fails where there is none yet.
    _run(["crontab", "-"], merged_crontab(present.stdout if present.returncode == 0 else "", ours))


def install_workflow(schedule: Schedule, now: datetime, repository: Path) -> Path:
    """Write the workflow into a checkout. Raises :class:`CommandError` where ``repository`` is none."""
    if not (repository / ".git").exists():
        raise CommandError(f"{repository} is no checkout of a repository; go to its folder first")
    return write_file(repository / WORKFLOW, workflow(schedule, now))
