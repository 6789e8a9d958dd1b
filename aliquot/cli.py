"""The command ``aliquot``: subjects joined, and errors turned into one sentence and an exit status."""

from __future__ import annotations

import sys

import typer
from click.exceptions import ClickException

from aliquot.commands import operations, planning, sources
from aliquot.commands.options import errors
from aliquot.errors import CommandError, ExitCode

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Continuing education for medical laboratory technicians: what you still need, and what to take next.",
)
app.add_typer(planning.app)
app.add_typer(operations.app)
app.add_typer(sources.app, name="sources")


def main() -> None:
    """Run the command line; bad input ends with a sentence on standard error and exit status 2."""
    try:
        sys.exit(app(standalone_mode=False))
    except CommandError as problem:
        errors.print(f"aliquot: {problem}", style="red", highlight=False, markup=False)
        sys.exit(problem.code)
    except ClickException as problem:
        problem.show()
        sys.exit(ExitCode.BAD_INPUT)
