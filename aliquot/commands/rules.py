"""``rules``: what each certification and license asks, where each figure was read, and how sure it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column
from rich.text import Text

from aliquot import answers, tables
from aliquot.commands.options import JsonOption, SampleOption, console, places
from aliquot.documents import amount, plain
from aliquot.errors import CommandError
from aliquot.places import Places
from catalog.rule_pages import RulePageView, rule_pages
from recommend.amounts import words
from recommend.credential import Credential, CycleKind, Figure, Standing
from recommend.documents import nearest
from recommend.rule_flags import has_changed
from recommend.rules import OURS, check_rules, load_credentials

app = typer.Typer(no_args_is_help=True, help="What certifications and licenses ask, and where that was read.")

CHECK_BOARD = "check with the board"
PERIODS = {
    CycleKind.ANNIVERSARY: "{months} months from your own date",
    CycleKind.FIXED: "{months} months, the same end for all",
    CycleKind.CALENDAR_YEARS: "the {years} calendar years before renewal",
}
IdArgument = Annotated[str, typer.Argument(help="The credential's id, as `aliquot rules list` prints it.")]


@app.command("list")
def list_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Every credential: what it asks in all, how sure that is, over which period."""
    rules = load_credentials(places(sample=sample).overlay("credentials"))
    if as_json:
        typer.echo(json.dumps([_summary(rule) for rule in rules.values()], indent=2, ensure_ascii=False))
        return
    table = tables.grid(
        Column("Id", no_wrap=True),
        "Name",
        Column("Total", justify="right"),
        "Sure",
        "Renewal period",
        Column("Read on", no_wrap=True),
    )
    for rule in rules.values():
        read_on = rule.read_on()
        sure = str(rule.total.confidence) if rule.total is not None else ""
        table.add_row(rule.id, rule.short_name, _total(rule), sure, _period(rule), str(read_on) if read_on else "")
    console.print(table, highlight=False)


@app.command("show")
def show_command(credential: IdArgument, sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """One credential: every figure with its path, its source, the source's own date and the day we read it."""
    rule = find_rule(credential, load_credentials(places(sample=sample).overlay("credentials")))
    if as_json:
        document = {
            **_summary(rule),
            "figures": [_figure_document(rule, path, figure) for path, figure in _figures(rule)],
        }
        typer.echo(json.dumps({**document, "rule": plain(rule)}, indent=2, ensure_ascii=False))
        return
    console.print(f"[bold]{rule.name}[/bold]\n{rule.body_name}, {rule.jurisdiction}", highlight=False)
    console.print(f"{_total(rule)}; {_period(rule)}", highlight=False)
    table = tables.grid("What", Column("Figure", no_wrap=True), Column("Value", justify="right"), "Sure", "Read in")
    for path, figure in _figures(rule):
        source = f"[{figure.source}]" if figure.source else figure.note or "no page we read says so"
        cells = (_label(rule, path), path, words(figure.value), _sure(figure), source)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table, highlight=False)
    for line in (*_lines(rule), *_sources(rule, _watched_pages(places(sample=sample)))):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command("check")
def check_command(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of rule files; without it, ours and your own overlay.")
    ] = None,
    sample: SampleOption = False,
) -> None:
    """Check rule files. Each problem is told with file, line and field."""
    if folder is not None and not folder.is_dir():
        raise CommandError(f"{folder}: there is no such folder of rule files")
    overlay = places(sample=sample).overlay("credentials")
    chosen = [folder] if folder else [OURS, *([overlay] if overlay.is_dir() else [])]
    problems = [problem for each in chosen for problem in check_rules(each)]
    if problems:
        raise CommandError("\n".join(problems))
    count = sum(len(list(each.glob("*.toml"))) for each in chosen)
    console.print(f"{count} rule file{'' if count == 1 else 's'}: nothing wrong.", highlight=False)


def _watched_pages(where: Places) -> dict[str, RulePageView]:
    """What the nights have seen of the pages behind rules; nothing where no catalog stands yet."""
    if not answers.has_catalog(where):
        return {}
    with answers.open_existing(where) as catalog:
        return rule_pages(catalog)


def find_rule(name: str, rules: dict[str, Credential]) -> Credential:
    """The credential of that id. Raises :class:`CommandError` that names the nearest."""
    if name not in rules:
        raise CommandError(f"{name!r} is no credential we know{nearest(name, list(rules))}; see `aliquot rules list`")
    return rules[name]


def _total(rule: Credential) -> str:
    if rule.standing is Standing.NO_CE:
        return "no CE asked, by the rule we read"
    if rule.standing is Standing.NO_LICENSE:
        return "this license has ended"
    return CHECK_BOARD if rule.total is None else f"{words(rule.total.value)} {rule.unit}"


def _period(rule: Credential) -> str:
    if rule.cycle is None:
        return CHECK_BOARD if rule.standing is Standing.ACTIVE else ""
    return PERIODS[rule.cycle.kind].format(months=rule.cycle.months, years=rule.cycle.months // 12)


def _summary(rule: Credential) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "body": rule.body_name,
        "jurisdiction": rule.jurisdiction,
        "unit": rule.unit.value,
        "standing": rule.standing.value,
        "total": amount(rule.total.value) if rule.total is not None else None,
        "confidence": rule.total.confidence.value if rule.total is not None else None,
        "cycle": plain(rule.cycle),
        "read_on": plain(rule.read_on()),
    }


def _figures(rule: Credential) -> Iterator[tuple[str, Figure]]:
    yield from rule.figures().items()


def _figure_document(rule: Credential, path: str, figure: Figure) -> dict[str, Any]:
    source = rule.source(figure.source)
    return {
        "figure": f"{rule.id}.{path}",
        "value": amount(figure.value),
        "strict": amount(figure.strict),
        "confidence": figure.confidence.value,
        "clause": figure.clause,
        "assumed": figure.assumed,
        "note": figure.note,
        "source": plain(source),
    }


def _label(rule: Credential, path: str) -> str:
    kind, _, name = path.partition(".")
    labels = {
        "total": "Total",
        **{f"requirements.{part.id}": part.label for part in rule.requirements},
        **{f"accepts.{entry.id}": f"One of: {entry.label}" for entry in rule.accepts},
        **{f"activities.{activity.activity}": activity.label for activity in rule.activities},
    }
    return labels.get(path, name or kind)


def _sure(figure: Figure) -> str:
    if figure.strict is not None:
        return f"{figure.confidence}; planned as {words(figure.planned)} until you check it"
    return f"{figure.confidence}, assumed" if figure.assumed else str(figure.confidence)


def _sources(rule: Credential, pages: Mapping[str, RulePageView]) -> Iterator[str]:
    """Each source that a figure names: its own date, the day we read it, its address on a line of its own."""
    named = dict.fromkeys(figure.source for _, figure in _figures(rule) if figure.source is not None)
    clauses = {figure.source: figure.clause for _, figure in _figures(rule) if figure.clause is not None}
    if named:
        yield "\nRead in"
    for key in named:
        source = rule.source(key)
        if source is not None:
            clause = f", {clauses[key]}" if key in clauses else ""
            yield f"  [{key}] {source.title}{clause}. Its date: {source.dated}. Read on {source.read_on}."
            yield f"      {source.url}"
            if has_changed(source, pages):
                yield "      This page has changed since: read it before you rely on the figure."
    yield f"\nTo say that you checked a figure, name it in your profile, like {rule.id}.total"


def _lines(rule: Credential) -> Iterator[str]:
    """What is no figure, in plain lines."""
    groups = (
        ("Limits", [f"{cap.label}: {_cap(cap.percent_of_total, cap.amount, rule)}" for cap in rule.caps]),
        ("Counts, but how much was not found", [a.label for a in rule.activities if a.value is None]),
        ("First period", [rule.first_cycle.note] if rule.first_cycle and rule.first_cycle.note else []),
        ("Expired", [rule.expired.note] if rule.expired else []),
        ("Papers", [fact.text for fact in rule.documentation]),
        ("Fees", [_fee(fee.name, fee.dollars, fee.note) for fee in rule.fees]),
        ("Not found", list(rule.open_questions)),
        ("Note", [rule.note] if rule.note else []),
    )
    for title, lines in groups:
        if lines:
            yield f"\n{title}"
            yield from (f"  {line}" for line in lines)


def _cap(percent: int | None, most: int | None, rule: Credential) -> str:
    return f"at most {percent}% of the total" if most is None else f"at most {words(most)} {rule.unit}"


def _fee(name: str, dollars: int | None, note: str | None) -> str:
    price = f"${dollars}" if dollars is not None else "price not found"
    return f"{name}: {price}{f'. {note}' if note else ''}"
