"""``doctor``: what a night needs, looked at before the night."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from aliquot import tables, told
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, NowOption, SampleOption, console, places
from aliquot.doctor import Outcome, Patient, examine, is_well
from aliquot.errors import CommandError, ExitCode
from aliquot.settings import settings

app = typer.Typer()

OfflineOption = Annotated[bool, typer.Option("--offline", help="Do not ask for the addresses of the sources' hosts.")]
SendOption = Annotated[bool, typer.Option("--send", help="Send a test message by every way that is set.")]
STYLES = {Outcome.FINE: "green", Outcome.WARNING: "yellow", Outcome.WRONG: "bold red"}


@app.command()
def doctor(
    sample: SampleOption = False,
    offline: OfflineOption = False,
    send: SendOption = False,
    as_json: JsonOption = False,
    now: NowOption = None,
) -> None:
    """Look at everything a night needs, before the night. Exit status 2 where something is wrong."""
    where = places(sample=sample)
    findings = examine(Patient(read_now(now), where, settings(), os.environ, live=not (sample or offline)))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        table = tables.grid("Looked at", "Found", "What", "What to do")
        for finding in findings:
            cells = (finding.check, finding.outcome.value, finding.detail, finding.action)
            table.add_row(*(Text(cell) for cell in cells), style=STYLES[finding.outcome])
        console.print(table, highlight=False)
    if send:
        _send()
    raise typer.Exit(ExitCode.GOOD if is_well(findings) else ExitCode.BAD_INPUT)


def _send() -> None:
    """Send the test message. Raises :class:`CommandError` where it did not arrive."""
    telling = told.read_telling(os.environ)
    if not telling.reaches_somebody:
        raise CommandError("there is nobody to tell: set ALIQUOT_WEBHOOK_URL, or mail by SMTP")
    failures = told.deliver(told.Message("Aliquot: a test", ("If you can read this, telling works.",)), telling, "test")
    if failures:
        raise CommandError("; ".join(failures))
    console.print("The test message was sent; look whether it arrived.")
