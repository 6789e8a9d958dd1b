"""``schedule``: print, or install, what makes the nightly job run by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aliquot import schedule as schedules
from aliquot.clock import read_now
from aliquot.commands.options import NowOption, console, places
from aliquot.errors import CommandError
from aliquot.schedule import Schedule
from aliquot.settings import settings

app = typer.Typer(no_args_is_help=True, help="Make the nightly job run by itself: systemd, cron or a forge.")

AtOption = Annotated[str, typer.Option("--at", help="When a night begins, like 02:17.")]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="The time zone of --at, like America/New_York; the machine's own without it."),
]
JitterOption = Annotated[
    int, typer.Option("--jitter", min=0, max=180, help="Minutes within which a night begins by chance.")
]
CommandOption = Annotated[
    Path | None, typer.Option("--command", help="The `aliquot` to call.", show_default="the one that runs")
]
InstallOption = Annotated[bool, typer.Option("--install", help="Put it where it belongs, and switch it on.")]


def _schedule(at: str, zone: str | None, jitter: int, command: Path | None) -> Schedule:
    contact = settings().contact
    if not contact:
        raise CommandError("set ALIQUOT_CONTACT to your e-mail address first: crawled sites and cron write to it")
    return Schedule(
        at=schedules.read_clock(at),
        zone=schedules.read_zone(zone),
        jitter=jitter,
        command=(command or schedules.own_command()).expanduser().absolute(),
        home=places(sample=False).home,
        contact=contact,
    )


@app.command()
def systemd(
    at: AtOption = "02:17",
    zone: ZoneOption = None,
    jitter: JitterOption = 30,
    command: CommandOption = None,
    install: InstallOption = False,
) -> None:
    """A service and a timer for a Linux server."""
    order = _schedule(at, zone, jitter, command)
    if install:
        for path in schedules.install_systemd(order):
            console.print(f"wrote {path}", highlight=False)
        console.print("The timer is on. See the next night with: systemctl list-timers aliquot-nightly")
        return
    for name, text in schedules.systemd_units(order).items():
        typer.echo(f"# {schedules.UNIT_FOLDER / name}\n{text}")


@app.command()
def cron(
    at: AtOption = "02:17",
    jitter: JitterOption = 30,
    command: CommandOption = None,
    install: InstallOption = False,
) -> None:
    """Lines for a crontab, for a machine without systemd."""
    order = _schedule(at, None, jitter, command)
    if install:
        schedules.install_cron(order)
        console.print("The crontab has it. See it with: crontab -l")
        return
    typer.echo(schedules.crontab(order), nl=False)


@app.command()
def github(
    at: AtOption = "02:17",
    zone: ZoneOption = "America/New_York",
    jitter: JitterOption = 15,
    install: InstallOption = False,
    now: NowOption = None,
) -> None:
    """A workflow for a forge that runs it and hosts the site: no server needed."""
    order = Schedule(
        at=schedules.read_clock(at),
        zone=schedules.read_zone(zone),
        jitter=jitter,
        command=Path("aliquot"),
        home=Path(".aliquot"),
        contact="",
    )
    moment = read_now(now)
    if install:
        path = schedules.install_workflow(order, moment, Path.cwd())
        console.print(f"wrote {path}; commit it, and the forge does the rest", highlight=False)
        return
    typer.echo(schedules.workflow(order, moment), nl=False)
