"""The command ``aliquot``: subjects joined, and errors turned into one sentence and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import typer

from aliquot.commands import (
    carrying,
    catalog,
    choosing,
    doctor,
    operations,
    planning,
    profile,
    records,
    resting,
    rules,
    schedule,
    sources,
    team,
)
from aliquot.commands.options import errors
from aliquot.errors import CommandError, ExitCode
from catalog.database import CatalogError, CatalogLockedError
from catalog.errors import BadInputError
from render.build import BuildError
from render.search import SearchIndexError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Continuing education for medical laboratory technicians: what you still need, and what to take next.",
)
app.add_typer(planning.app)
app.add_typer(choosing.app)
app.add_typer(operations.app)
sources.app.add_typer(resting.app)
app.add_typer(sources.app, name="sources")
app.add_typer(catalog.app, name="catalog")
app.add_typer(doctor.app)
app.add_typer(schedule.app, name="schedule")
app.add_typer(carrying.app, name="carry")
app.add_typer(profile.app, name="profile")
app.add_typer(rules.app, name="rules")
app.add_typer(records.app)
app.add_typer(team.app, name="team")

STATUS_OF: Mapping[type[Exception], ExitCode] = {
    CatalogLockedError: ExitCode.LOCKED,
    SearchIndexError: ExitCode.NOT_PUBLISHED,
    BuildError: ExitCode.NOT_PUBLISHED,
    CatalogError: ExitCode.BAD_INPUT,
    BadInputError: ExitCode.BAD_INPUT,
}
"""What a person can mend; each says file, line and field. The first match counts."""


def exit_status(problem: Exception) -> ExitCode:
    """The exit status for an error of the rooms."""
    if isinstance(problem, CommandError):
        return problem.code
    return next(code for kind, code in STATUS_OF.items() if isinstance(problem, kind))


def main() -> None:
    """Run the command line. An error that a person can mend ends with its sentence on standard error."""
    known: tuple[type[Exception], ...] = (CommandError, *STATUS_OF)
    try:
        app()
    except known as problem:
        errors.print(f"aliquot: {problem}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(exit_status(problem))
