"""``owed`` and ``next``: what a technician still needs, and what to take next."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated

import typer

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.choosing import HtmlOption, IcsOption, find
from aliquot.commands.options import JsonOption, LimitOption, NowOption, ProfileOption, SampleOption, console, places
from aliquot.documents import effect_document, owed_document, suggestion_document
from aliquot.errors import CommandError
from aliquot.places import Places
from aliquot.plan_output import list_calendar
from catalog.views import OpportunityView
from recommend.profile import Profile
from recommend.rules import load_credentials
from recommend.transcript import read_day
from recommend.whatif import as_earned, what_if
from render.papers import list_page

app = typer.Typer()


WhatIfOption = Annotated[
    str | None, typer.Option("--what-if", metavar="ID", help="As if you took this (id or address).", show_default=False)
]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Say where each credit counted, and why there.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day on which you would finish it.", show_default=False)]


@app.command("owed")
def owed_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
    taken: WhatIfOption = None,
    on: OnOption = None,
    explain: ExplainOption = False,
) -> None:
    """What you still need: if only confirmed things count, and if everything likely counts."""
    moment, where = read_now(now), places(sample=sample)
    if taken is not None:
        _what_if(answers.read_profile(profile, where, moment), taken, on, (where, moment), as_json=as_json)
        return
    owed = answers.find_owed(answers.read_profile(profile, where, moment), where, moment)
    if as_json:
        typer.echo(json.dumps(owed_document(owed), indent=2, ensure_ascii=False))
        return
    console.print(tables.owed_table(owed), highlight=False)
    if explain:
        tables.show(console, tables.use_tables(owed))


def _what_if(technician: Profile, taken: str, on: str | None, here: tuple[Places, datetime], *, as_json: bool) -> None:
    """What one opportunity would do for each credential held."""
    where, moment = here
    opportunity = find(answers.open_existing(where), taken)
    credit = as_earned(opportunity, _finished_on(opportunity, on, moment.date()))
    rules = load_credentials(where.overlay("credentials"))
    effects = what_if(technician, rules, moment.date(), credit)
    if as_json:
        document = {
            "opportunity": opportunity.id,
            "title": opportunity.title,
            "finished_on": credit.completed_on.isoformat(),
            "effects": [effect_document(effect) for effect in effects],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    console.print(f"If you finish {opportunity.title!r} on {credit.completed_on}:", highlight=False, markup=False)
    tables.show(console, tables.effect_lines(effects))


def _finished_on(opportunity: OpportunityView, on: str | None, today: date) -> date:
    """The day that is named, else the last day of the next open date, else today."""
    if on is not None:
        try:
            return read_day(on)
        except ValueError as error:
            raise CommandError(f"--on: {error}") from error
    dates = opportunity.open_sessions(today)
    return dates[0].last_day if dates else today


@app.command("next")
def next_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 10,
    html: HtmlOption = None,
    ics: IcsOption = None,
) -> None:
    """What to take next, and why: what is still needed, then a ranked list."""
    moment, where = read_now(now), places(sample=sample)
    technician = answers.read_profile(profile, where, moment)
    found = answers.answer(technician, answers.open_existing(where), where, moment, limit)
    for target, written in ((html, list_page), (ics, list_calendar)):
        if target is not None:
            target.write_text(written(found.suggestions, moment), encoding="utf-8", newline="")
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
