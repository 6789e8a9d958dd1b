"""``nightly``, ``build``, ``serve``, ``rollback``, ``demo``: what an operator runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Annotated

import typer
from rich.status import Status

from aliquot.clock import read_now
from aliquot.commands.options import NowOption, SampleOption, console, places
from aliquot.demo import Demo, run_demo, stay_by_default
from aliquot.nightly import Night, NightReport, rebuild, run_night
from aliquot.publish import roll_back
from aliquot.serve import served
from aliquot.settings import settings

app = typer.Typer()

PortOption = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="Where to serve; the next free one if taken.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Read only this source; may be repeated.", show_default=False)
]
StayOption = Annotated[
    bool | None,
    typer.Option("--stay/--no-stay", help="Serve until interrupted, or look once and end.", show_default=False),
]


def _say(words: str) -> None:
    console.print(words, highlight=False, markup=False)


def _end(report: NightReport) -> None:
    """Say how it ended, and exit with its status."""
    if report.release is None:
        console.print(f"Not published: {len(report.problems)} problems; the site is as it was.", style="red")
    for end in report.failed:
        console.print(f"{end.source}: {end.detail or end.cause or end.finish}", style="yellow", highlight=False)
    raise typer.Exit(report.exit_code)


@app.command()
def nightly(source: SourceOption = None, sample: SampleOption = False, now: NowOption = None) -> None:
    """Read the sources, and publish what they say: the whole night in one command."""
    where = places(sample=sample)
    chosen = tuple(source) if source else None
    with Status("reading the sources", console=console) as status:
        report = run_night(Night(read_now(now), where, settings(), _say, chosen, doing=status.update))
    _end(report)


@app.command()
def build(sample: SampleOption = False, now: NowOption = None) -> None:
    """Build and publish the site from the catalog as it stands, without reading any source."""
    with Status("building", console=console) as status:
        report = rebuild(Night(read_now(now), places(sample=sample), settings(), _say, doing=status.update))
    _end(report)


@app.command()
def serve(sample: SampleOption = False, port: PortOption = 8000) -> None:
    """Serve the published site on this machine."""
    with served(places(sample=sample).current, port) as address:
        console.print(f"{address} (stop with Ctrl-C)", highlight=False)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


@app.command()
def rollback(sample: SampleOption = False) -> None:
    """Publish the release before the present one."""
    where = places(sample=sample)
    console.print(f"published {roll_back(where.releases, where.current).name}", highlight=False)


@app.command()
def demo(now: NowOption = None, port: PortOption = 8000, stay: StayOption = None) -> None:
    """Read the bundled sample web, build the site, print what the sample technician should take next, and serve."""
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
