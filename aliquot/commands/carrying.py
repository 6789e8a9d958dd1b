"""``carry``: the home packed and unpacked, for a forge where no machine stays between two nights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aliquot import carrying
from aliquot.commands.options import SampleOption, console, places

app = typer.Typer(no_args_is_help=True, help="Carry the catalog from night to night where no machine stays.")

FolderArgument = Annotated[Path, typer.Argument(help="The folder that holds the packed files.", file_okay=False)]


@app.command()
def save(folder: FolderArgument, sample: SampleOption = False) -> None:
    """Pack the catalog, the index and the published site into FOLDER."""
    manifest = carrying.save(places(sample=sample), folder)
    console.print(f"packed {carrying.words(manifest)}", highlight=False)


@app.command()
def load(folder: FolderArgument, sample: SampleOption = False) -> None:
    """Unpack what was packed into FOLDER, into a home that has no catalog yet."""
    manifest = carrying.load(places(sample=sample), folder)
    console.print(f"unpacked {carrying.words(manifest)}", highlight=False)
