"""``nightly``, ``build``, ``serve``, ``rollback``, ``demo``: what an operator runs."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import nullcontext, suppress
from datetime import datetime
from types import FrameType
from typing import Annotated

import typer
from rich.status import Status

from aliquot.clock import read_now
from aliquot.commands.options import NowOption, SampleOption, console, places
from aliquot.errors import CommandError, ExitCode
from aliquot.nightly import Night, NightReport, Stage, is_due, rebuild, run_night
from aliquot.publish import roll_back
from aliquot.reloading import rebuild_on_change
from aliquot.serve import served
from aliquot.settings import settings
from aliquot.told import read_telling

app = typer.Typer()

PortOption = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="Where to serve; the next free one if taken.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Read only this source; may be repeated.", show_default=False)
]
OnlyOption = Annotated[
    list[Stage] | None,
    typer.Option("--only", help="Run only this stage; may be repeated.", show_default=False),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d"],
        help="Leave out sources that were read to their end on this day or later.",
        show_default=False,
    ),
]
AcceptOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        help="A source whose losses are meant so; or pages, live, clock. May be repeated.",
        show_default=False,
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Work on a copy: say what would change, publish nothing, tell nobody.")
]
CatchUpOption = Annotated[bool, typer.Option("--catch-up", help="Do nothing unless a night was missed.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Say nothing while all is well.")]
OnlyPagesOption = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN",
        help="Render only pages whose address is like this (/browse/, /o/*) and take the others as they are.",
    ),
]
ReloadOption = Annotated[
    bool, typer.Option("--reload", help="Build again when a template, style or script changes, and show it at once.")
]
FullOption = Annotated[bool, typer.Option("--full", help="Render every page anew, also those that did not change.")]
StayOption = Annotated[
    bool | None,
    typer.Option("--stay/--no-stay", help="Serve until interrupted, or look once and end.", show_default=False),
]


def _say(words: str) -> None:
    console.print(words, highlight=False, markup=False)


def _end(report: NightReport) -> None:
    """Say how it ended, and exit with its status."""
    if report.release is None and report.publishes:
        console.print(f"Not published: {len(report.problems)} problems; the site is as it was.", style="red")
    for end in report.failed:
        console.print(f"{end.source}: {end.detail or end.cause or end.finish}", style="yellow", highlight=False)
    raise typer.Exit(report.exit_code)


@app.command()
def nightly(  # noqa: PLR0913, PLR0917 - each is an option of the command
    source: SourceOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    only: OnlyOption = None,
    since: SinceOption = None,
    accept: AcceptOption = None,
    dry_run: DryRunOption = False,
    catch_up: CatchUpOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read the sources, and publish what they say: the whole night in one command."""
    where, moment = places(sample=sample), read_now(now)
    if catch_up and not is_due(where, moment):
        return
    telling = read_telling(os.environ)
    words = Words(quiet=quiet)
    chosen = settings()
    # The address of a PostgreSQL catalog holds its password: no child process needs it.
    os.environ.pop("ALIQUOT_CATALOG_URL", None)
    signal.signal(signal.SIGTERM, _stop)
    with Status("reading the sources", console=console) if not quiet else nullcontext() as status:
        night = Night(
            moment,
            where,
            chosen,
            words.say,
            tuple(source) if source else None,
            sample_port=chosen.sample_port,
            doing=status.update if status else lambda _: None,
            only=frozenset(only) if only else frozenset(Stage),
            since=since.date() if since else None,
            accepted=frozenset(accept or ()),
            telling=telling,
            dry_run=dry_run,
        )
        report = run_night(night)
    if report.exit_code is not ExitCode.GOOD:
        words.release()
    _end(report)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End the night in order: what was recorded stays, the crawl's process is stopped, the report is written."""
    raise CommandError("stopped by the system before it could publish", ExitCode.NOT_PUBLISHED)


class Words:
    """What a night says: at once, or with ``quiet`` only once it is known that not all is well."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._kept: list[str] = []

    def say(self, words: str) -> None:
        """Say it, or keep it."""
        if self._quiet:
            self._kept.append(words)
        else:
            _say(words)

    def release(self) -> None:
        """Say what was kept."""
        for words in self._kept:
            _say(words)
        self._kept.clear()


@app.command()
def build(
    sample: SampleOption = False,
    now: NowOption = None,
    accept: AcceptOption = None,
    full: FullOption = False,
    only: OnlyPagesOption = None,
) -> None:
    """Build and publish the site from the catalog as it stands, without reading any source."""
    if full and only is not None:
        raise CommandError("--full renders every page, --only some of them: give one of the two")
    with Status("building", console=console) as status:
        where, accepted = places(sample=sample), frozenset(accept or ())
        report = rebuild(
            Night(
                read_now(now),
                where,
                settings(),
                _say,
                doing=status.update,
                accepted=accepted,
                full=full,
                only_pages=only,
            )
        )
    _end(report)


@app.command()
def serve(sample: SampleOption = False, port: PortOption = 8000, reload: ReloadOption = False) -> None:
    """Serve the published site on this machine."""
    with served(places(sample=sample).current, port, reload=reload) as address:
        console.print(f"{address} (stop with Ctrl-C)", highlight=False)
        with suppress(KeyboardInterrupt):
            if reload:
                rebuild_on_change(sample=sample, say=_say)
            threading.Event().wait()


@app.command()
def rollback(sample: SampleOption = False) -> None:
    """Publish the release before the present one."""
    where = places(sample=sample)
    console.print(f"published {roll_back(where.releases, where.current).name}", highlight=False)


@app.command()
def demo(now: NowOption = None, port: PortOption = 8000, stay: StayOption = None) -> None:
    """Read the bundled sample web, build the site, print what the sample technician should take next, and serve."""
    from aliquot.demo import Demo, run_demo, stay_by_default  # noqa: PLC0415 - it ranks, and a night need not

    report = run_demo(
        Demo(
            now=read_now(now),
            places=places(sample=True),
            settings=settings(),
            console=console,
            port=port,
            stay=stay_by_default() if stay is None else stay,
        ),
        _say,
    )
    _end(report)
