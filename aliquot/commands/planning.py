"""``owed`` and ``next``: what a technician still needs, and what to take next."""

from __future__ import annotations

import json

import typer

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, LimitOption, NowOption, ProfileOption, SampleOption, console, places
from aliquot.documents import owed_document, suggestion_document

app = typer.Typer()


@app.command("owed")
def owed_command(
    profile: ProfileOption = None, sample: SampleOption = False, now: NowOption = None, as_json: JsonOption = False
) -> None:
    """What you still need: if only confirmed things count, and if everything likely counts."""
    moment, where = read_now(now), places(sample=sample)
    owed = answers.find_owed(answers.read_profile(profile, where, moment), where, moment)
    if as_json:
        typer.echo(json.dumps(owed_document(owed), indent=2, ensure_ascii=False))
        return
    console.print(tables.owed_table(owed), highlight=False)


@app.command("next")
def next_command(
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 10,
) -> None:
    """What to take next, and why: what is still needed, then a ranked list."""
    moment, where = read_now(now), places(sample=sample)
    technician = answers.read_profile(profile, where, moment)
    found = answers.answer(technician, answers.open_existing(where), where, moment, limit)
    if as_json:
        document = {
            "owed": owed_document(found.owed),
            "suggestions": [suggestion_document(suggestion) for suggestion in found.suggestions],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if technician.sample:
        console.print("Sample data: an invented technician and invented offers.", style="yellow")
    console.print(tables.owed_table(found.owed), highlight=False)
    tables.show(console, tables.suggestion_lines(found.suggestions))
