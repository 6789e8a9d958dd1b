"""``team``: what a whole laboratory still needs, and in-house training that counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column
from rich.text import Text

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.choosing import BudgetOption, ObjectiveOption, read_budget
from aliquot.commands.options import JsonOption, NowOption, SampleOption, console, places, plain_cells
from aliquot.documents import amount, plain
from aliquot.errors import CommandError
from catalog import queries
from recommend.amounts import words
from recommend.index import open_index
from recommend.plan import Objective
from recommend.price import money
from recommend.rank import Ranking, person_of
from recommend.roster import read_team
from recommend.rules import load_credentials
from recommend.seats import load_seats
from recommend.team import Team, TeamRow, team_owed
from recommend.team_output import team_workbook
from recommend.team_plan import TeamPlan, plan_team
from recommend.training_kit import load_training
from render.papers import team_page, team_plan_page, training_kit

app = typer.Typer(no_args_is_help=True, help="For managers and educators. Nothing leaves this machine.")

CHECK_BOARD = "check with the board"
NOTHING_MORE = "nothing more, by the rules we know"
SIDE_WIDTH = 9
"""Characters of the two answers: what is open needs the room."""

PageOption = Annotated[Path | None, typer.Option("--page", help="Write a page to print.", show_default=False)]


SeatsOption = Annotated[
    Path | None,
    typer.Option("--seats", help="Seats that providers quoted, TOML or JSON.", dir_okay=False, show_default=False),
]


@app.command("owed")
def owed_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    roster: Annotated[Path, typer.Argument(help="A roster (CSV, XLSX), or a folder of profiles.")],
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook there.", show_default=False)] = None,
    page: PageOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """What everybody still needs, worst first, and staff by requirement."""
    moment, where = read_now(now), places(sample=sample)
    rules = load_credentials(where.overlay("credentials"))
    team = team_owed(read_team(roster, rules), rules, moment.date())
    if xlsx is not None:
        team_workbook(team).save(xlsx)
    if page is not None:
        page.write_text(team_page(team, sample=sample), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_document(team), indent=2, ensure_ascii=False))
        return
    _show(team)
    for written in (xlsx, page):
        if written is not None:
            console.print(f"Written to {written}.", highlight=False, soft_wrap=True)


@app.command("plan")
def plan_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    roster: Annotated[Path, typer.Argument(help="A roster (CSV, XLSX), or a folder of profiles.")],
    budget: BudgetOption = None,
    objective: ObjectiveOption = Objective.CHEAPEST,
    seats: SeatsOption = None,
    page: PageOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """One budget spent well: as many people as possible close everything, the earlier deadline first."""
    moment, where = read_now(now), places(sample=sample)
    rules = load_credentials(where.overlay("credentials"))
    staff = read_team(roster, rules)
    catalog = answers.open_existing(where)
    index = open_index(where.index, queries.fingerprint(catalog))
    today = moment.date()
    quoted = () if seats is None else load_seats(seats)
    packages = [*queries.packages(catalog), *(one.package for one in quoted)]
    ranking = Ranking(queries.opportunities(catalog, visibility=None), packages, index, today)
    people = [(member.profile.name or "", person_of(member.profile, rules, today)) for member in staff.members]
    found = plan_team(ranking, people, read_budget(budget).budget, seats=quoted, objective=objective)
    if page is not None:
        page.write_text(team_plan_page(found, staff.problems, moment), encoding="utf-8")
    if as_json:
        typer.echo(
            json.dumps({**_plan_document(found), "problems": list(staff.problems)}, indent=2, ensure_ascii=False)
        )
        return
    _show_plan(found)
    for problem in staff.problems:
        console.print(f"  left out: {problem}", highlight=False, markup=False, soft_wrap=True)
    if page is not None:
        console.print(f"Written to {page}.", highlight=False, soft_wrap=True)


@app.command("training-kit")
def training_kit_command(
    training: Annotated[Path, typer.Argument(help="A training, TOML or JSON.", dir_okay=False)],
    output: Annotated[Path, typer.Option("--output", help="A folder for the kit.", file_okay=False)],
    now: NowOption = None,
) -> None:
    """A sign-in sheet, certificates with the fields the boards ask for, and a private listing."""
    kit = training_kit(load_training(training), read_now(now))
    output.mkdir(parents=True, exist_ok=True)
    there = [name for name in kit if (output / name).exists()]
    if there:
        raise CommandError(f"{output} holds {', '.join(there)} already; choose another folder")
    for name, text in kit.items():
        (output / name).write_text(text, encoding="utf-8")
        console.print(str(output / name), highlight=False, soft_wrap=True)


def _show_plan(found: TeamPlan) -> None:
    console.print(found.headline, style="bold", highlight=False)
    table = tables.grid(
        "Name", Column("Cost", justify="right"), Column("Alone", justify="right"), "Closes everything", "Take"
    )
    for member in found.members:
        titles = "; ".join(item.opportunity.title for item in member.plan.items)
        told = titles or " ".join((member.plan.headline, *member.plan.notes))
        closes = "yes, as far as we can confirm" if member.closes_everything else "no"
        costs = (money(member.plan.cost, found.currency), money(member.full_cost, found.currency))
        table.add_row(*plain_cells(member.name, *costs, closes, told))
    console.print(table, highlight=False)
    for bought in found.packages:
        times = f" {bought.times} times" if bought.times > 1 else ""
        price, saved = money(bought.minor, found.currency), money(bought.saves, found.currency)
        console.print(
            Text(f"Buy {bought.seats.package.name}{times}: {price} for {', '.join(bought.people)}; saves {saved}.")
        )


def _plan_document(found: TeamPlan) -> dict[str, Any]:
    return {
        "headline": found.headline,
        "budget_minor": found.budget,
        "cost_minor": found.cost,
        "needed_minor": found.needed,
        "currency": found.currency,
        "members": [
            {
                "name": member.name,
                "cost_minor": member.plan.cost,
                "full_cost_minor": member.full_cost,
                "closes_everything": member.closes_everything,
                "seat": member.seat,
                "items": [{"id": item.opportunity.id, "title": item.opportunity.title} for item in member.plan.items],
            }
            for member in found.members
        ],
        "packages": [
            {
                "id": bought.seats.package.id,
                "name": bought.seats.package.name,
                "seats": bought.seats.seats,
                "times": bought.times,
                "cost_minor": bought.minor,
                "saves_minor": bought.saves,
                "people": list(bought.people),
            }
            for bought in found.packages
        ],
    }


def _show(team: Team) -> None:
    table = tables.grid(
        Column("Who, and what is open", ratio=1),
        Column("Expires", no_wrap=True),
        Column("Days\nleft", justify="right"),
        Column("Still\nneeded", justify="right", max_width=SIDE_WIDTH),
        Column("If likely\ncounts", justify="right", max_width=SIDE_WIDTH),
        show_lines=True,
        expand=True,
    )
    for row in team.rows:
        days = "" if row.days_left is None else str(row.days_left)
        sides = (_still(row.still_confirmed), _still(row.still_likely))
        who = "\n".join(filter(None, (f"{row.name}, {row.short_name}", _open(row))))
        table.add_row(*plain_cells(who, str(row.expires or "not known"), days, *sides))
    console.print(table, highlight=False)
    lines = tables.grid("Requirement", "Of", Column("Together", justify="right"), "Who")
    for line in team.requirements:
        who = ", ".join(f"{name} {words(needed)}" for name, needed in line.people)
        lines.add_row(*plain_cells(line.label, line.short_name, words(line.total), who))
    console.print(lines, highlight=False)
    console.print(f"{len(team.due_soon)} due within 90 days with something still needed. As of {team.today}.")
    for problem in team.problems:
        console.print(f"  left out: {problem}", highlight=False, markup=False, soft_wrap=True)


def _still(needed: int | None) -> str:
    """Never a bare 0, which would read as a promise."""
    if needed is None:
        return CHECK_BOARD
    return words(needed) if needed else NOTHING_MORE


def _open(row: TeamRow) -> str:
    parts = "; ".join(f"{label} {words(still)}" for label, still, _ in row.open)
    return ". ".join(filter(None, (parts, " ".join(row.notes))))


def _document(team: Team) -> dict[str, Any]:
    return {
        "today": team.today.isoformat(),
        "rows": [
            {
                "name": row.name,
                "credential": row.credential,
                "expires": plain(row.expires),
                "days_left": row.days_left,
                "unit": row.unit.value,
                "still_confirmed": amount(row.still_confirmed),
                "still_likely": amount(row.still_likely),
                "open": [
                    {"requirement": label, "confirmed": amount(s), "likely": amount(t)} for label, s, t in row.open
                ],
                "certificate": row.certificate,
                "notes": list(row.notes),
            }
            for row in team.rows
        ],
        "requirements": [
            {
                "credential": line.short_name,
                "requirement": line.label,
                "unit": line.unit.value,
                "total": amount(line.total),
                "people": [{"name": name, "needed": amount(needed)} for name, needed in line.people],
            }
            for line in team.requirements
        ],
        "due_soon": len(team.due_soon),
        "problems": list(team.problems),
    }
