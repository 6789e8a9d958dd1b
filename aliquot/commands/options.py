"""Options that several commands share, written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from aliquot.places import Places, places_of
from aliquot.settings import settings

NowOption = Annotated[
    str | None, typer.Option("--now", help="Work as if it were this day (2026-11-22) or this time.", show_default=False)
]
SampleOption = Annotated[bool, typer.Option("--sample", help="Use the sample catalog and the sample technician.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
ProfileOption = Annotated[
    Path | None,
    typer.Option("--profile", help="A profile file, TOML or JSON.", dir_okay=False, show_default=False),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=500, help="How many to show.")]


def plain_cells(*cells: str) -> tuple[Text, ...]:
    """Cells of a table whose words are nobody's markup: names, titles and headers come from files and pages."""
    return tuple(Text(cell) for cell in cells)


console = Console()
errors = Console(stderr=True)


def places(*, sample: bool) -> Places:
    """The folders that a command works in."""
    return places_of(settings(), sample=sample)
