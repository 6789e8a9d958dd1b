"""``plan``, ``why``, ``why-not``, ``similar`` and ``career``: choosing among what the catalog holds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, LimitOption, NowOption, ProfileOption, SampleOption, console, places
from aliquot.documents import plain, suggestion_document
from aliquot.errors import CommandError
from aliquot.places import Places
from aliquot.plan_output import plan_calendar, plan_document, plan_lines
from catalog import queries
from catalog.store import Catalog
from catalog.views import OpportunityView
from recommend.answers import Verdict, similar, verdict
from recommend.career import Step, goal_of, goals, steps
from recommend.index import open_index
from recommend.plan import Objective, Options, plan_for
from recommend.price import MINOR_PER_MAJOR
from recommend.profile import Profile
from recommend.rank import Person, Ranking, person_of
from recommend.rules import load_credentials
from render.papers import plan_page

app = typer.Typer()

WhatArgument = Annotated[str, typer.Argument(metavar="ID", help="An opportunity's id or its address.")]
ObjectiveOption = Annotated[Objective, typer.Option("--for", help="What the plan makes least.")]
BudgetOption = Annotated[
    str | None, typer.Option("--budget", help='What may be spent in US dollars, or "none".', show_default=False)
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="ID", help="Plan without this (id or address); may be repeated."),
]
WithOption = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="ID", help="Plan with this in any case (id or address); may be repeated."),
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Write it as a page to print.", dir_okay=False, show_default=False)
]
IcsOption = Annotated[
    Path | None, typer.Option("--ics", help="Write its dates as a calendar.", dir_okay=False, show_default=False)
]


@dataclass(frozen=True, slots=True)
class Desk:
    """One technician at an opened catalog."""

    catalog: Catalog
    profile: Profile
    person: Person
    ranking: Ranking
    now: datetime


def desk(profile: Path | None, where: Places, now: datetime) -> Desk:
    """Open the catalog, its index and the profile; private opportunities of the home are among the ranked ones."""
    technician = answers.read_profile(profile, where, now)
    catalog = answers.open_existing(where)
    today = now.date()
    index = open_index(where.index, queries.fingerprint(catalog))
    ranking = Ranking(queries.opportunities(catalog, visibility=None), queries.packages(catalog), index, today)
    person = person_of(technician, load_credentials(where.overlay("credentials")), today)
    return Desk(catalog, technician, person, ranking, now)


def find(catalog: Catalog, name: str) -> OpportunityView:
    """The opportunity of an id or address. Raises :class:`CommandError` where there is none."""
    found = queries.opportunity(catalog, name)
    if found is None:
        raise CommandError(
            f"there is no opportunity {name!r} in the catalog; give an id (o...) or the address of its page"
        )
    return found


def read_budget(told: str | None) -> Options:
    """``--budget`` as options: ``120`` or ``120.50`` dollars, ``none``, or nothing for the profile's own."""
    if told is None:
        return Options()
    if told.lower() == "none":
        return Options(no_budget=True)
    try:
        amount = Decimal(told.removeprefix("$"))
    except InvalidOperation as problem:
        raise CommandError(f"--budget {told!r} is no amount; write 120 or 120.50, or none") from problem
    if not amount.is_finite() or amount < 0:
        raise CommandError(f"--budget {told!r} is no amount that can be spent")
    return Options(budget=int(amount * MINOR_PER_MAJOR))


@app.command("plan")
def plan_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    objective: ObjectiveOption = Objective.CHEAPEST,
    budget: BudgetOption = None,
    without: WithoutOption = None,
    insisted: WithOption = None,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    ics: IcsOption = None,
) -> None:
    """Which courses close everything that you still need, at least cost, time or boredom, and how sure that is."""
    asked = read_budget(budget)
    found = desk(profile, places(sample=sample), read_now(now))
    left_out, taken = (frozenset(find(found.catalog, name).id for name in names or ()) for names in (without, insisted))
    options = replace(asked, objective=objective, without=left_out, insisted=taken)
    plan = plan_for(found.ranking, found.person, options)
    for target, written in ((html, plan_page), (ics, plan_calendar)):
        if target is not None:
            target.write_text(written(plan, found.now), encoding="utf-8", newline="")
    if as_json:
        typer.echo(json.dumps(plan_document(plan), indent=2, ensure_ascii=False))
        return
    _tell_sample(found.profile)
    tables.show(console, plan_lines(plan))


@app.command("why")
def why_command(
    what: WhatArgument,
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why something is suggested to you: what it closes, what it matches, your price, and its place in the list."""
    _tell_verdict(what, desk(profile, places(sample=sample), read_now(now)), as_json=as_json)


@app.command("why-not")
def why_not_command(
    what: WhatArgument,
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why something is not suggested to you, or not first: what rules it out, or what stands before it."""
    _tell_verdict(what, desk(profile, places(sample=sample), read_now(now)), as_json=as_json)


@app.command("similar")
def similar_command(
    what: WhatArgument,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 10,
) -> None:
    """What is like something, by its words and topics."""
    where, moment = places(sample=sample), read_now(now)
    catalog = answers.open_existing(where)
    opportunity = find(catalog, what)
    index = open_index(where.index, queries.fingerprint(catalog))
    ranking = Ranking(queries.opportunities(catalog), queries.packages(catalog), index, moment.date())
    if opportunity.id not in ranking.index.row_of:
        raise CommandError(f"{opportunity.id} is not among what can still be taken")
    alike = similar(ranking, opportunity.id, limit)
    if as_json:
        document = [{"id": one.id, "title": one.title, "url": one.url, "likeness": score} for one, score in alike]
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    console.print(f"Like {opportunity.title}:", style="bold", markup=False, highlight=False)
    for one, score in alike:
        console.print(Text.assemble(f"  {score:.2f}  {one.title}", (f"  {one.provider_name} · {one.id}", "dim")))


@app.command("career")
def career_command(
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 10,
) -> None:
    """Steps toward the goal of your profile, beside the credits."""
    where, moment = places(sample=sample), read_now(now)
    technician = answers.read_profile(profile, where, moment)
    goal = goal_of(technician)
    if goal is None:
        named = ", ".join(f'"{name}"' for name in goals())
        raise CommandError(f"the profile names no goal; write goal = one of {named}")
    found = steps(desk(profile, where, moment).ranking, technician, limit)
    if as_json:
        document = {"goal": goal.label, "steps": [step_document(step) for step in found]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _tell_sample(technician)
    console.print(f"Toward {goal.label}:", style="bold", markup=False, highlight=False)
    for step in found:
        console.print(Text.assemble(f"  {step.opportunity.title}", (f"  {step.opportunity.id}", "dim")))
        for sentence in (*step.reasons, *(f"Asks for: {asked}" for asked in step.asks_for), f"{step.price.reason}."):
            console.print(Text(f"    {sentence}"))
    if not found:
        console.print("  No step that we know. Try your employer, or the providers of degrees and certificates.")


def _tell_sample(profile: Profile) -> None:
    if profile.sample:
        console.print("Sample data: an invented technician and invented offers.", style="yellow")


def step_document(step: Step) -> dict[str, object]:
    """A step as ``--json`` prints it."""
    return {
        "id": step.opportunity.id,
        "title": step.opportunity.title,
        "kind": step.opportunity.kind.value,
        "url": step.opportunity.url,
        "reasons": list(step.reasons),
        "asks_for": list(step.asks_for),
        "price": plain(step.price),
    }


def _tell_verdict(what: str, found: Desk, *, as_json: bool) -> None:
    said = verdict(found.ranking, found.person, find(found.catalog, what))
    if as_json:
        typer.echo(json.dumps(_verdict_document(said), indent=2, ensure_ascii=False))
        return
    _tell_sample(found.profile)
    console.print(Text(said.opportunity.title, style="bold"))
    for line in _verdict_lines(said):
        console.print(Text(f"  {line}"))


def _verdict_document(said: Verdict) -> dict[str, object]:
    return {
        "id": said.opportunity.id,
        "title": said.opportunity.title,
        "listed": said.place is not None,
        "place": said.place,
        "blocked": list(said.blocked),
        "rules": list(said.rules),
        "behind": list(said.behind),
        "suggestion": suggestion_document(said.suggestion) if said.suggestion else None,
    }


def _verdict_lines(said: Verdict) -> list[str]:
    if said.place is None or said.suggestion is None:
        return [
            "Not listed:",
            *(f"- {line}" for line in said.blocked),
            "By the rules:",
            *(f"- {line}" for line in said.rules),
        ]
    return [
        f"Number {said.place} of your list (score {said.suggestion.score:.3f}).",
        *(f"- {line}" for line in said.suggestion.reasons),
        *(f"? {line}" for line in said.suggestion.unknowns),
        "By the rules:",
        *(f"- {line}" for line in said.rules),
        *(["What stands before it:"] if said.behind else []),
        *(f"- {line}" for line in said.behind),
    ]
