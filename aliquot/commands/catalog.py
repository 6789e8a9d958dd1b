"""``catalog``: look into the catalog, care for it, take it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.status import Status
from rich.table import Column
from rich.text import Text

from aliquot import tables
from aliquot.answers import open_existing
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, LimitOption, NowOption, SampleOption, console, errors, places
from aliquot.errors import CommandError, ExitCode
from aliquot.places import Places
from aliquot.settings import settings
from catalog import export as exports
from catalog import maintenance, queries, reports
from catalog.corrections import load_curation
from catalog.export import ExportFormat
from catalog.identity import Verdict
from catalog.importing import import_lines
from catalog.links import check_links, dead_links
from catalog.maintenance import ForgetRequest
from catalog.projection import project
from catalog.store import Catalog, open_catalog
from catalog.views import ChangeView, OpportunityView
from crawlers.link_check import ask_links
from crawlers.probe import Asked
from crawlers.run import SampleWeb

app = typer.Typer(no_args_is_help=True, help="The catalog: look into it, care for it, take it elsewhere.")

DestinationArgument = Annotated[Path, typer.Argument(help="The file to write.", dir_okay=False)]
FileArgument = Annotated[
    Path, typer.Argument(help="JSON lines, as `export jsonl` writes them.", exists=True, dir_okay=False)
]
WhichArgument = Annotated[str, typer.Argument(help="An opportunity's id, or the address of its page.")]


def _opened(*, sample: bool) -> Catalog:
    return open_existing(places(sample=sample))


def _plain(value: Any) -> Any:
    """A view as JSON: models and data classes as objects, days and times as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False))


def _print_rows(columns: Iterable[str | Column], rows: Iterable[Sequence[object]], empty: str) -> None:
    table = tables.grid(*columns)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))  # text of pages is no markup
    console.print(table if table.row_count else empty, highlight=False, markup=False)


def _found(catalog: Catalog, which: str) -> OpportunityView:
    view = queries.opportunity(catalog, which, visibility=None)
    if view is None:
        raise CommandError(f"nothing in the catalog is called {which!r}")
    return view


# --- looking ----------------------------------------------------------------------------------------------------------


FACTS = (
    "course_number", "delivery", "duration", "level", "audience", "language", "captions", "place",
    "available_from", "available_through", "apply_by", "claim_by", "retired_on", "prerequisites", "leads_to",
)  # fmt: skip


@app.command("show")
def show_command(which: WhichArgument, sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Everything known of one opportunity: its facts with their sources, its offers, what the sources disagree on."""
    with _opened(sample=sample) as catalog:
        view = _found(catalog, which)
    if as_json:
        _print_json(view)
        return
    for line in _lines_of(view):
        console.print(line, highlight=False, markup=False)


def _lines_of(view: OpportunityView) -> Iterable[str]:
    yield f"{view.title}" + (" (sample)" if view.sample else "")
    yield f"{view.id} · {view.kind.value} · {view.provider_name} · {view.presence.value} · read on {view.read_on}"
    yield view.url
    for name in FACTS:
        said = queries.in_words(name, _plain(getattr(view, name)))
        quotations = "; ".join(f"“{each.text}”" for each in view.evidence.get(name, ()) if each.text)
        if said is not None:
            yield f"{name.replace('_', ' ')}: {said}" + (f" ({quotations})" if quotations else "")
    for credit in view.credits:
        amount = "amount not stated" if credit.thousandths is None else f"{credit.thousandths / 1000:g}"
        subject = f" ({credit.subject})" if credit.subject else ""
        through = f", approved through {credit.approved_through}" if credit.approved_through else ""
        yield f"credit: {amount} {credit.unit.value}{subject}{through} [{credit.source}]"
    for offer in view.offers:
        price = "price not stated" if offer.minor is None else f"{offer.minor / 100:.2f} {offer.currency or ''}".strip()
        yield f"offer: {price} for {offer.audience.value} [{offer.source}]"
    for session in view.sessions:
        when = f"{session.local_date}" + (
            f" {session.local_time:%H:%M} {session.zone or ''}" if session.local_time else ""
        )
        where = f" in {session.place.text}" if session.place else ""
        yield f"date: {when.strip()}{where}, {session.status.value} [{session.source}]"
    for topic in view.topics:
        yield f"topic: {topic.topic} ({topic.origin.value})"
    for conflict in view.conflicts:
        yield f"conflict: {conflict.field}: " + "; ".join(f"{source} says {text}" for source, text in conflict.values)
    for listing in view.listings:
        yield f"listing: {listing.id} at {listing.source_name}, {listing.presence.value}: {listing.url}"


@app.command("history")
def history_command(which: WhichArgument, sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Every change of one opportunity, newest first, with both values."""
    with _opened(sample=sample) as catalog:
        view = _found(catalog, which)
        changes = queries.history(catalog, view.id, visibility=None)
    if as_json:
        _print_json(changes)
        return
    _print_changes(changes, f"Nothing changed since {view.title!r} was first read.")


def _print_changes(changes: Sequence[ChangeView], empty: str) -> None:
    rows = (
        (f"{each.at:%Y-%m-%d}", each.what.value.replace("_", " "), each.title, each.field, each.before, each.after)
        for each in changes
    )
    _print_rows([Column("Day", no_wrap=True), "What", "Title", "Field", "Before", "After"], rows, empty)


@app.command("changes")
def changes_command(
    since: Annotated[str | None, typer.Option("--since", help="From this day on.", show_default=False)] = None,
    sample: SampleOption = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """What is new, changed, dearer, cheaper, moved, cancelled or gone, newest first."""
    day = read_now(since).date() if since else None
    with _opened(sample=sample) as catalog:
        changes = queries.changes(catalog, day)[:limit]
    if as_json:
        _print_json(changes)
        return
    _print_changes(changes, "Nothing changed.")


@app.command("stats")
def stats_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """The catalog in numbers."""
    with _opened(sample=sample) as catalog:
        found = queries.stats(catalog)
    if as_json:
        _print_json(found)
        return
    rows = [(name.replace("_", " "), value) for name, value in asdict(found).items() if not isinstance(value, dict)]
    kinds = [(f"kind {name.replace('_', ' ')}", count) for name, count in found.by_kind.items()]
    presence = [(name, count) for name, count in found.by_presence.items()]
    _print_rows(["What", Column("Number", justify="right")], [*rows, *kinds, *presence], "")


@app.command("duplicates")
def duplicates_command(
    rejected: Annotated[bool, typer.Option("--rejected", help="Show also pairs that were kept apart.")] = False,
    sample: SampleOption = False,
    as_json: JsonOption = False,
) -> None:
    """Pairs of listings that are, or may be, one opportunity, each with the reasons."""
    verdicts = tuple(Verdict) if rejected else (Verdict.CERTAIN, Verdict.LIKELY)
    where = places(sample=sample)
    with _opened(sample=sample) as catalog:
        pairs = reports.duplicates(catalog, verdicts, curation=load_curation(where.overlay("curation")))
    if as_json:
        _print_json(pairs)
        return
    rows = (
        (pair.verdict.value, "; ".join(pair.reasons), pair.first_title, pair.first, pair.second_title, pair.second)
        for pair in pairs
    )
    columns: list[str | Column] = [
        "Verdict",
        "Why",
        "First",
        Column("Id", no_wrap=True),
        "Second",
        Column("Id", no_wrap=True),
    ]
    _print_rows(columns, rows, "No two listings look like one opportunity.")


@app.command("links")
def links_command(
    check: Annotated[bool, typer.Option("--check", help="Ask first for those not asked for within a week.")] = False,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Links that failed four times in a row."""
    where, moment = places(sample=sample), read_now(now)
    with _opened(sample=sample) as catalog:
        if check:
            _ask_for_links(catalog, where, moment)
        dead = dead_links(catalog)
    if as_json:
        _print_json(dead)
        return
    rows = ((f"{each.dead_since:%Y-%m-%d}", each.status or each.detail, each.url) for each in dead)
    _print_rows([Column("Dead since", no_wrap=True), "Answer", "Link"], rows, "No dead link.")


def _ask_for_links(catalog: Catalog, where: Places, moment: datetime) -> None:
    web = SampleWeb(anchor=where.sample_anchor(moment.date())) if where.sample else None
    asked = Asked(moment, settings().contact, web)
    with catalog.lock(), Status("asking whether the links still answer", console=errors):
        turned = check_links(catalog, lambda urls: ask_links(urls, asked), moment)
    for view in turned:
        state = "dead" if view.dead_since else "alive again"
        errors.print(f"{state}: {view.url}", highlight=False, markup=False, soft_wrap=True)


@app.command("corrections")
def corrections_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Corrections of the curation files that no longer apply, and why."""
    where = places(sample=sample)
    with _opened(sample=sample) as catalog:
        found = reports.outlived(catalog, load_curation(where.overlay("curation")))
    if as_json:
        _print_json(found)
        return
    rows = ((each.file, each.block, " ".join(each.targets), each.why) for each in found)
    _print_rows(["File", "Correction", "Of", "Why it no longer applies"], rows, "Every correction still applies.")


@app.command("rejected")
def rejected_command(
    retry: Annotated[bool, typer.Option("--retry", help="Read their pages anew on the next crawl.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="Of one source only.", show_default=False)] = None,
    sample: SampleOption = False,
    as_json: JsonOption = False,
) -> None:
    """What failed validation: the page, the field and the reason."""
    with _opened(sample=sample) as catalog:
        found = queries.rejections(catalog, source=source)
        if retry:
            with catalog.lock():
                pages = maintenance.retry_rejections(catalog, source)
            errors.print(f"{len(pages)} pages will be read anew on the next crawl", highlight=False)
    if as_json:
        _print_json(found)
        return
    rows = ((each.source, each.field, each.reason, each.times, each.url) for each in found)
    columns: list[str | Column] = ["Source", "Field", "Reason", Column("Times", justify="right"), "Page"]
    _print_rows(columns, rows, "Nothing is rejected.")


# --- caring -----------------------------------------------------------------------------------------------------------


@app.command("forget")
def forget_command(  # one parameter an option
    provider: Annotated[str, typer.Argument(help="The provider's id.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Who asked, when and how.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Remove a provider and all that it published, at its request. It stays out, and this cannot be undone."""
    where = places(sample=sample)
    if not yes:
        typer.confirm(f"Remove {provider} and everything it published, for good?", abort=True)
    with _opened(sample=sample) as catalog, catalog.lock():
        counts = maintenance.forget(
            catalog,
            ForgetRequest(provider, reason, read_now(now)),
            runs=where.runs,
            curation=load_curation(where.overlay("curation")),
        )
    typer.echo(f"forgot {provider}: {counts.listings} listings, {counts.opportunities} opportunities")
    if counts.remaining:
        typer.echo(f"{counts.remaining} opportunities stay: others publish them too")
    typer.echo("run `aliquot build` to take it off the site; old backups and releases are yours to delete")


@app.command("backup")
def backup_command(destination: DestinationArgument, sample: SampleOption = False) -> None:
    """Copy the whole catalog into one SQLite file, also while a night is being written."""
    with _opened(sample=sample) as catalog:
        typer.echo(f"wrote {maintenance.backup(catalog, destination)}")


@app.command("check")
def check_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Look for anything wrong in the catalog; exit status 2 where something is."""
    with _opened(sample=sample) as catalog:
        problems = maintenance.check(catalog)
    if as_json:
        _print_json(problems)
    else:
        for problem in problems:
            console.print(problem, highlight=False, markup=False)
        if not problems:
            console.print("Nothing is wrong.", highlight=False)
    if problems:
        raise typer.Exit(ExitCode.BAD_INPUT)


# --- taking it elsewhere ----------------------------------------------------------------------------------------------


@app.command("export")
def export_command(
    form: Annotated[ExportFormat, typer.Argument(help="The format.", metavar="FORMAT")],
    destination: DestinationArgument,
    quotations: Annotated[
        bool, typer.Option("--quotations", help="Keep what pages said word for word (jsonl only, for your own use).")
    ] = False,
    sample: SampleOption = False,
) -> None:
    """Write the public catalog as jsonl, csv, json, jsonld or sqlite."""
    if quotations and form is not ExportFormat.JSONL:
        raise CommandError("--quotations goes with jsonl only")
    with _opened(sample=sample) as catalog:
        count = exports.export(catalog, form, destination, quotations=quotations)
    typer.echo(f"wrote {count} records to {destination}")


@app.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the JSON export."""
    _print_json(exports.export_schema())


@app.command("import")
def import_command(file: FileArgument, sample: SampleOption = False, now: NowOption = None) -> None:
    """Take listings into the catalog. Bad lines are listed with their number; the good ones are taken all the same."""
    where, moment = places(sample=sample), read_now(now)
    where.home.mkdir(parents=True, exist_ok=True)
    with open_catalog(where.catalog_address) as catalog, catalog.lock():
        report = import_lines(catalog, file, moment)
        project(catalog, moment, load_curation(where.overlay("curation")))
    typer.echo(f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged")
    for bad in report.bad:
        errors.print(
            f"{file}: line {bad.number}: {bad.reason}", style="red", highlight=False, markup=False, soft_wrap=True
        )
    if report.bad:
        raise typer.Exit(ExitCode.BAD_INPUT)
