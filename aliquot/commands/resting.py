"""``sources rest`` and ``sources wake``: a source that fails every night is left alone until somebody mends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from aliquot.clock import read_now
from aliquot.commands.options import NowOption, SampleOption, console, places
from aliquot.errors import CommandError
from aliquot.resting import Rest, load_resting, save_resting
from crawlers.source import load_sources

app = typer.Typer()

NameArgument = Annotated[str, typer.Argument(help="The source, as `aliquot sources list` names it.")]
BecauseOption = Annotated[str, typer.Option("--because", help="Why, for whoever comes after you.")]
DaysOption = Annotated[
    int | None, typer.Option("--days", min=1, max=3650, help="How long; for good without it.", show_default=False)
]


@app.command()
def rest(
    name: NameArgument,
    because: BecauseOption = "it failed night after night",
    days: DaysOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Do not ask a source for a while. Its listings stay as they are."""
    where, today = places(sample=sample), read_now(now).date()
    if name not in load_sources(where.overlay("sources")):
        raise CommandError(f"no such source: {name}; `aliquot sources list` names them all")
    until = today + timedelta(days=days) if days else None
    save_resting(where.home, {**load_resting(where.home), name: Rest(since=today, because=because, until=until)})
    console.print(
        f"{name} rests {f'until {until}' if until else f'until `aliquot sources wake {name}`'}", highlight=False
    )


@app.command()
def wake(name: NameArgument, sample: SampleOption = False) -> None:
    """Ask a resting source again from the next night on."""
    home = places(sample=sample).home
    resting = dict(load_resting(home))
    if resting.pop(name, None) is None:
        raise CommandError(f"{name} does not rest")
    save_resting(home, resting)
    console.print(f"{name} is asked again from the next night on", highlight=False)
