"""``sources``: the places that publish, what is proved about each, and a look at a site before it is crawled."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.status import Status
from rich.table import Column
from rich.text import Text

from aliquot import tables
from aliquot.clock import read_now
from aliquot.commands import resting
from aliquot.commands.options import JsonOption, NowOption, SampleOption, console, places
from aliquot.errors import CommandError, ExitCode
from aliquot.night import APPROVALS
from aliquot.places import Places
from aliquot.settings import settings
from catalog.listing import CreditUnit, Evidence, Listing
from catalog.spool import SourceEndLine
from crawlers.approval import load_approvals
from crawlers.extract import readings
from crawlers.health import Level, verdict
from crawlers.page import Page
from crawlers.probe import (
    ApprovalSheet,
    Asked,
    Attempt,
    approval_sheet,
    approve,
    check_recording,
    expect_what_is_read,
    fetch_page,
    new_source,
    saved_page,
    try_page,
)
from crawlers.run import CrawlOrder, SampleWeb, crawl, replay
from crawlers.source import Source, Way, load_sources
from crawlers.spiders import MODULES
from recommend import amounts, price
from render.words import UNIT

app = typer.Typer(no_args_is_help=True, help="The places that publish: list, look, approve, try and read.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The source, as `aliquot sources list` names it.")]
FetchedOption = Annotated[
    str | None, typer.Option("--fetched-at", help="The day the text was read (2026-11-22).", show_default=False)
]
UrlOption = Annotated[
    str | None, typer.Option("--url", help="The address that a saved file was read from.", show_default=False)
]
RecordOption = Annotated[
    Path | None,
    typer.Option("--record", help="Keep what is fetched in this folder, to replay it.", show_default=False),
]


@app.command("list")
def list_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Every source: how it publishes, what is proved about its pages, whether it is crawled."""
    found = _sources(places(sample=sample))
    if as_json:
        rows = [source.facts(sample).model_dump(mode="json") for source in found.values()]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = tables.grid(
        Column("Source", no_wrap=True), Column("Way of publishing", no_wrap=True), "Proof", "Crawled", "Name"
    )
    for source in found.values():
        crawled = "yes" if source.enabled else f"no: {source.disabled_because}"
        cells = (source.id, source.spider.replace("_", " "), source.proof, crawled, source.name)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table, highlight=False)


@app.command("show")
def show_command(identity: IdArgument, sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """One source: where it starts, how it is read, what nobody has seen, who approved it."""
    where = places(sample=sample)
    source = _find(identity, where)
    approval = load_approvals(where.home / APPROVALS).get(identity)
    if as_json:
        document = source.model_dump(mode="json", exclude={"fingerprint"})
        document["approval"] = approval.model_dump(mode="json") if approval is not None else None
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    approved = f"by {approval.by} on {approval.on}" if approval is not None else "not yet"
    rows = {
        "Name": source.name,
        "Provider": source.provider_name or source.provider,
        "Way of publishing": source.spider.replace("_", " "),
        "Starts at": "\n".join(source.start),
        "Proof": source.proof,
        "Not seen": source.unseen or "",
        "Crawled": "yes" if source.enabled else f"no: {source.disabled_because}",
        "Approved": approved,
        "Labels": "\n".join(f"{field}: {', '.join(names)}" for field, names in source.labels.items()),
        "How to claim": "\n".join(source.claim.steps) if source.claim is not None else "",
    }
    _print_rows(rows)


@app.command("run")
def run_command(
    identity: IdArgument, record: RecordOption = None, sample: SampleOption = False, now: NowOption = None
) -> None:
    """Crawl one source now and say what was found. The catalog is left alone; `nightly --source` records."""
    where, moment = places(sample=sample), read_now(now)
    source = _find(identity, where)
    folder = where.runs / f"source-{identity}-{moment:%Y%m%dT%H%M%S}"
    order = CrawlOrder(
        run_folder=folder,
        sources=(identity,),
        now=moment,
        overlay=where.overlay("sources"),
        approvals=where.home / APPROVALS,
        sample=_sample_web(where, moment),
        contact=settings().contact,
        record=record,
    )
    with Status(f"reading {source.name}", console=console) as status:
        outcome = crawl(order, lambda event: status.update(_progress(event)))
    console.print(f"what was read: {outcome.spool}", highlight=False, soft_wrap=True)
    _report(outcome.ends, {identity: source})


@app.command("replay")
def replay_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `--record` wrote.", file_okay=False)],
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Run today's spiders on what a recorded crawl fetched, without a network."""
    where, moment = places(sample=sample), read_now(now)
    outcome = replay(folder, where.runs / f"replay-{moment:%Y%m%dT%H%M%S}")
    console.print(f"what was read: {outcome.spool}", highlight=False, soft_wrap=True)
    _report(outcome.ends, _sources(where))


@app.command("check")
def check_command(
    identity: Annotated[str | None, typer.Argument(metavar="[ID]", help="One source; all without it.")] = None,
    pages: Annotated[
        Path, typer.Option("--pages", help="The folder of recorded pages, one folder a source.", file_okay=False)
    ] = Path("tests/pages"),
    write: Annotated[
        bool, typer.Option("--write", help="Take what is read today as expected; read it beside the pages afterwards.")
    ] = False,
    sample: SampleOption = False,
) -> None:
    """Check the TOML files, and that each recorded page still gives the listings that were checked by eye."""
    where = places(sample=sample)
    found = _sources(where)
    if write:
        if identity is None:
            raise CommandError("--write takes one source: its listings must be read beside their pages")
        count = expect_what_is_read(_find(identity, where), pages / identity, where.overlay("sources"))
        console.print(f"{count} listings written to {pages / identity / 'expected.json'}: read them beside the pages")
        return
    chosen = [_find(identity, where)] if identity is not None else list(found.values())
    wrong = 0
    for source in chosen:
        if not (pages / source.id / "expected.json").is_file():
            continue
        differences = check_recording(source, pages / source.id, where.overlay("sources"))
        wrong += bool(differences)
        for difference in differences:
            console.print(f"{source.id}: {difference.source_key}: {difference.field}", style="yellow", highlight=False)
            console.print(
                f"  expected {difference.expected}\n  got      {difference.got}", highlight=False, markup=False
            )
    console.print(f"{len(chosen)} sources are well formed; the pages of {wrong} give other listings", highlight=False)
    raise typer.Exit(ExitCode.SOURCE_FAILED if wrong else ExitCode.GOOD)


@app.command("try")
def try_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    target: Annotated[str, typer.Argument(metavar="URL|FILE", help="An address, or a saved page with --url.")],
    url: UrlOption = None,
    fetched_at: FetchedOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """What each way of publishing would read from a page, with the words it was read from. Writes nothing."""
    where = places(sample=sample)
    page = _page(target, url, read_now(fetched_at or now), where)
    attempts = [attempt for attempt in try_page(page, _sources(where), sample=sample) if not attempt.is_empty]
    if as_json:
        for attempt in attempts:
            for listing in attempt.listings:
                typer.echo(json.dumps(listing.model_dump(mode="json"), ensure_ascii=False))
        return
    for attempt in attempts:
        _show_attempt(attempt)
    if not attempts:
        console.print("No way of publishing finds anything on this page.")


@app.command("read")
def read_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(sorted(readings.KINDS))}.")],
    fetched_at: FetchedOption = None,
    now: NowOption = None,
) -> None:
    """Read lines from standard input and print what each states, one JSON object a line."""
    if kind not in readings.KINDS:
        raise CommandError(f"{kind!r} is none of: {', '.join(sorted(readings.KINDS))}")
    day = read_now(fetched_at or now).date()
    for line in sys.stdin:
        if line.strip():
            typer.echo(json.dumps(readings.read(kind, line.rstrip("\n"), day), ensure_ascii=False))


@app.command("new")
def new_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    identity: Annotated[str, typer.Argument(metavar="ID", help="A new id, like state-society.")],
    target: Annotated[str, typer.Argument(metavar="URL|FILE", help="A page of the source, or a saved one with --url.")],
    way: Annotated[str, typer.Option("--way", help=f"How it publishes: {', '.join(MODULES)}.")] = "labelled_pages",
    url: UrlOption = None,
    fetched_at: FetchedOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Write a source's TOML, its recorded page, what is read of it, and a test that fails until somebody checked it."""
    where = places(sample=sample)
    made = new_source(identity, _page(target, url, read_now(fetched_at or now), where), _way(way), Path.cwd())
    for path in (made.toml, made.recording, made.test):
        console.print(str(path), highlight=False, soft_wrap=True)
    console.print("Next: docs/adding-a-provider.md")


@app.command("approve")
def approve_command(
    identity: IdArgument,
    by: Annotated[
        str | None, typer.Option("--by", help="Your name, kept with the approval.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: the five listings were read.")] = False,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Look at a source before its first live crawl: robots.txt, terms, what the site will see, five listings."""
    where, moment = places(sample=sample), read_now(now)
    source = _find(identity, where)
    asked = Asked(moment, settings().contact, _sample_web(where, moment))
    with Status(f"reading at most five listings of {source.name}", console=console):
        sheet = approval_sheet(source, asked, version=version("aliquot"), overlay=where.overlay("sources"))
    _show_sheet(sheet)
    if not sheet.listings:
        raise CommandError(
            f"{identity} was not approved: nothing could be read ({sheet.end.detail or sheet.end.cause})"
        )
    if not yes and not typer.confirm("Do these listings say what their pages say, and may this source be crawled?"):
        console.print("Not approved.")
        raise typer.Exit(ExitCode.GOOD)
    name = by or typer.prompt("Your name")
    approve(where.home / APPROVALS, source, by=name, on=moment.date(), contact=sheet.contact)
    console.print(
        f"{identity} is approved by {name}; kept in {where.home / APPROVALS}", highlight=False, soft_wrap=True
    )


def _sources(where: Places) -> dict[str, Source]:
    return load_sources(where.overlay("sources"))


def _find(identity: str, where: Places) -> Source:
    """The source of an id. Raises :class:`CommandError` where there is none."""
    found = _sources(where).get(identity)
    if found is None:
        raise CommandError(f"no such source: {identity}; `aliquot sources list` names them all")
    return found


def _way(name: str) -> Way:
    """A way of publishing by its name. Raises :class:`CommandError`."""
    known = next((way for way in MODULES if way == name), None)
    if known is None:
        raise CommandError(f"{name!r} is no way of publishing; the ways are: {', '.join(MODULES)}")
    return known


def _sample_web(where: Places, now: datetime) -> SampleWeb | None:
    if not where.sample:
        return None
    return SampleWeb(anchor=where.sample_anchor(now.date()), port=settings().sample_port)


def _page(target: str, url: str | None, now: datetime, where: Places) -> Page:
    """The page of an address, fetched with all manners, or of a saved file."""
    if target.startswith(("http://", "https://")):
        return fetch_page(target, Asked(now, settings().contact, _sample_web(where, now)))
    if url is None:
        raise CommandError("a saved file needs --url, the address that it was read from")
    return saved_page(Path(target), url, now)


def _progress(event: Mapping[str, object]) -> str:
    return f"{event['source']}: {event.get('pages', '')} pages, {event['listings']} listings"


def _print_rows(rows: Mapping[str, str]) -> None:
    table = tables.grid(Column(style="bold", no_wrap=True), Column(), show_header=False, box=None)
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value))
    console.print(table, highlight=False)


def _report(ends: Iterable[SourceEndLine], known: Mapping[str, Source]) -> None:
    """Each source's end in a line, and the reasons where somebody should look. Exits 1 where one failed."""
    levels = []
    for end in ends:
        source = known.get(end.source)
        judged = verdict(end, (), source.floors if source is not None else {})
        counts = f"{end.listings} listings, {end.seen} unchanged, {end.rejected} rejected, {end.requests} requests"
        console.print(f"{end.source}: {judged.level}: {counts}, {end.seconds:.1f} s", highlight=False)
        for reason in judged.reasons:
            console.print(f"  {reason}", style="yellow", highlight=False, markup=False)
        levels.append(judged.level)
    if Level.FAILED in levels:
        raise typer.Exit(ExitCode.SOURCE_FAILED)


def _show_attempt(attempt: Attempt) -> None:
    links = f", {len(attempt.links)} links to follow" if attempt.links else ""
    console.print(
        f"[bold]{attempt.way.replace('_', ' ')}[/bold]: {len(attempt.listings)} listings{links}", highlight=False
    )
    for listing in attempt.listings:
        _show_listing(listing)
    for rejection in attempt.rejected:
        console.print(
            f"  rejected: {rejection.field}: {rejection.reason}", style="yellow", highlight=False, markup=False
        )
    for field, words in attempt.unreadable.items():
        console.print(f"  could not be read: {field}: {words!r}", style="yellow", highlight=False, markup=False)


def _show_listing(listing: Listing) -> None:
    """What was read beside the words it was read from."""
    table = tables.grid(
        Column("Field", no_wrap=True), "Value", "What the page said", "Where", title=listing.title.value
    )
    for name, value, proof in _facts(listing):
        table.add_row(name, Text(value), Text("; ".join(one.text for one in proof)), Text(proof[0].where))
    console.print(table, highlight=False)
    console.print(listing.url, highlight=False, markup=False, soft_wrap=True)


def _facts(listing: Listing) -> Iterable[tuple[str, str, tuple[Evidence, ...]]]:
    for name in type(listing).model_fields:
        stated = getattr(listing, name)
        for one in stated if isinstance(stated, tuple) else (stated,):
            proof = getattr(one, "evidence", ())
            if proof:
                yield name, in_words(one.model_dump(mode="json", exclude={"evidence"}, exclude_defaults=True)), proof


def in_words(value: Any) -> str:
    """A value as a person would say it: ``1.5 P.A.C.E., approved through 2028-05-31``, or ``$25``."""
    if isinstance(value, list):
        return "; ".join(map(in_words, value))
    if not isinstance(value, dict):
        return str(value)
    left, told = dict(value), []
    if "unit" in left:
        unit, amount = UNIT[CreditUnit(left.pop("unit"))], left.pop("thousandths", None)
        told.append(f"{amounts.words(amount)} {unit}" if amount is not None else f"{unit}, amount not stated")
    if "minor" in left:
        told.append(price.money(left.pop("minor"), left.pop("currency", "currency not stated:")))
    told += [in_words(each) if name == "value" else _named(name, each) for name, each in left.items()]
    return ", ".join(told)


def _named(name: str, value: Any) -> str:
    """One fact under its name; what is counted in thousandths is told in whole units."""
    if name.endswith("_thousandths"):
        return f"{name.removesuffix('_thousandths')} {amounts.words(value)}"
    said = name.replace("_", " ")
    return said if value is True else f"{said} {in_words(value)}"


def _show_sheet(sheet: ApprovalSheet) -> None:
    _print_rows(
        {
            "Source": sheet.source.name,
            "robots.txt": "\n".join(sheet.robots),
            "Terms": sheet.terms,
            "The site will see": f"User-Agent: {sheet.agent}\nFrom: {sheet.contact}",
            "Not seen yet": sheet.source.unseen or "",
        }
    )
    for listing in sheet.listings:
        _show_listing(listing)
    for line in sheet.rejected:
        console.print(
            f"rejected: {line.url}: {line.field}: {line.reason}", style="yellow", markup=False, soft_wrap=True
        )


app.add_typer(resting.app)
