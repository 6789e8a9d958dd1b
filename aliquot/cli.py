"""The command ``aliquot``: its subjects by name, and errors turned into one sentence and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from aliquot.commands.options import console, errors
from aliquot.errors import CommandError, ExitCode
from catalog.database import CatalogError, CatalogLockedError
from catalog.errors import BadInputError
from render.errors import BuildError, SearchIndexError

SUBJECTS = ("sources", "catalog", "schedule", "carry", "profile", "rules", "team")
"""The words that have commands of their own below them."""

MODULES = {
    **dict.fromkeys(("owed", "next"), "planning"),
    **dict.fromkeys(("plan", "why", "why-not", "similar", "career"), "choosing"),
    **dict.fromkeys(("nightly", "build", "serve", "rollback", "demo"), "operations"),
    **{word: word for word in ("sources", "catalog", "doctor", "schedule")},
    "carry": "carrying",
    **{word: word for word in ("profile", "rules")},
    **dict.fromkeys(("audit-pack", "reminders", "convert", "cycle", "transcript", "certificates"), "records"),
    "team": "team",
}
"""Where the first word of the command line lives, in the order of the help."""


class Commands(TyperGroup):
    """Imports a command's module when it is asked for: a night needs no spreadsheets, a question no spiders."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        """Every first word."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """The command or the subject of that name, or ``None``."""
        if cmd_name not in MODULES:
            return None
        found = get_group(import_module(f"aliquot.commands.{MODULES[cmd_name]}").app)
        if cmd_name not in SUBJECTS:
            return found.commands[cmd_name]
        found.name = cmd_name
        return found


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _tell_version(wanted: bool) -> None:
    if wanted:
        console.print(version("aliquot"), highlight=False)
        raise typer.Exit


@app.callback()
def aliquot(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Continuing education for medical laboratory technicians: what you still need, and what to take next."""


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
