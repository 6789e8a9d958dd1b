"""What you have done and can prove: tables, certificates, audit packs, reminders; and the converter."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, NowOption, ProfileOption, SampleOption, console, places, plain_cells
from aliquot.commands.rules import find_rule
from aliquot.documents import amount, plain
from aliquot.errors import CommandError
from catalog.listing import CreditUnit
from recommend.amounts import thousandths
from recommend.audit_pack import audit_packs
from recommend.certificate_files import certificate_text
from recommend.certificates import CertificateCheck, check_certificate, fields_of_credit, fields_of_text
from recommend.cycles import falls_in
from recommend.holding import for_holder
from recommend.profile import Held
from recommend.reminders import reminder_calendar
from recommend.rules import load_credentials
from recommend.sheets import read_pasted, read_table
from recommend.transcript import (
    ColumnMapping,
    Reading,
    guess_mapping,
    read_day,
    read_rows,
    read_unit,
    remember_mapping,
    remembered_mapping,
    write_transcript,
)
from recommend.whatif import convert

app = typer.Typer()
transcript = typer.Typer(no_args_is_help=True, help="What you have done, from any table.")
certificates = typer.Typer(no_args_is_help=True, help="Whether your certificates carry what each body asks for.")
app.add_typer(transcript, name="transcript")
app.add_typer(certificates, name="certificates")


@dataclass(frozen=True, slots=True)
class Paper:
    """One certificate to check. Of an entry that names none (not ``there``) only the list's own words are known."""

    title: str
    fields: Mapping[str, str]
    there: bool


PASTED = Path("-")
ForOption = Annotated[str, typer.Option("--for", help="A credential's id, like ascp-mlt.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="Our column = theirs, like hours=Value. Repeat it.", show_default=False),
]


@transcript.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file; - for a table that you paste.", dir_okay=False)],
    output: Annotated[Path | None, typer.Option("--output", help="Write our CSV there.", show_default=False)] = None,
    columns: MapOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take the columns as they are shown.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a table: show which column is which, list what could not be read, write our CSV."""
    folder = places(sample=False).home / "columns"
    pasted = file == PASTED
    table = read_pasted(sys.stdin.buffer, "pasted table") if pasted else read_table(file)
    mapping = _mapping(columns, remembered_mapping(folder, table.header) or guess_mapping(table.header))
    reading = read_rows(table, mapping)
    if as_json:
        typer.echo(json.dumps(_reading_document(reading), indent=2, ensure_ascii=False))
    else:
        _show_reading(reading)
        if not yes and (pasted or not typer.confirm("Are these the right columns?")):
            raise CommandError("nothing was written; say --yes, or name columns with --map, like --map hours=Value")
    remember_mapping(folder, table.header, mapping)
    if output is not None:
        output.write_text(write_transcript(reading.credits), encoding="utf-8")
        console.print(f"{_activities(reading)} written to {output}.", highlight=False, soft_wrap=True)


@certificates.command("check")
def certificates_check(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[
        Path | None, typer.Argument(help="A certificate: PDF or text. Without it: your transcript.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The name on your application.", show_default=False)
    ] = None,
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Does a certificate carry what the bodies of what you hold ask for?"""
    moment, where = read_now(now), places(sample=sample)
    technician = answers.read_profile(profile, where, moment)
    held = for_holder(technician, load_credentials(where.overlay("credentials")), moment.date())
    if file is not None:
        papers = [Paper(file.name, fields_of_text(certificate_text(file)), there=True)]
    else:
        papers = [
            Paper(entry.title, fields_of_credit(entry, technician.name), there=entry.certificate_file is not None)
            for entry in technician.transcript
        ]
    checks = [
        (paper, check)
        for paper in papers
        for rule in held.values()
        if (check := check_certificate(paper.fields, rule, name)) is not None
    ]
    if as_json:
        document = [
            {"certificate": paper.title, "there": paper.there, "passes": paper.there and check.passes, **plain(check)}
            for paper, check in checks
        ]
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show_checks(checks)


@app.command("audit-pack")
def audit_pack_command(
    folder: Annotated[Path, typer.Argument(help="The folder of your certificates.", file_okay=False)],
    output: Annotated[Path, typer.Option("--output", help="Where to write the ZIP files.", file_okay=False)] = Path(),
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """One ZIP for each body: an index, copies named in order, and a sheet in the order of the entry form."""
    moment, where = read_now(now), places(sample=sample)
    if not folder.is_dir():
        raise CommandError(f"{folder}: there is no such folder of certificates")
    technician = answers.read_profile(profile, where, moment)
    packs = audit_packs(technician, load_credentials(where.overlay("credentials")), moment.date(), folder)
    output.mkdir(parents=True, exist_ok=True)
    for pack in packs:
        (output / pack.file_name).write_bytes(pack.content)
        console.print(f"{output / pack.file_name}: {len(pack.entries)} activities", highlight=False, soft_wrap=True)
        for problem in pack.problems:
            console.print(f"  ? {problem}", highlight=False, markup=False, style="dim")
    if not packs:
        console.print("Nothing counts for a credential that you hold, so there is nothing to pack.")


@app.command("reminders")
def reminders_command(
    output: Annotated[Path, typer.Option("--output", help="Where to write the calendar file.")],
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
) -> None:
    """Your deadlines as a calendar file: 180, 90, 30 and 7 days before, and the day itself."""
    moment, where = read_now(now), places(sample=sample)
    technician = answers.read_profile(profile, where, moment)
    calendar = reminder_calendar(answers.find_owed(technician, where, moment), moment, sample=technician.sample)
    output.write_bytes(calendar)
    console.print(f"Written to {output}.", highlight=False, soft_wrap=True)


@app.command("convert")
def convert_command(
    number: Annotated[str, typer.Argument(metavar="AMOUNT", help="How much, like 0.3.")],
    unit: Annotated[str, typer.Argument(help="Of what, like CEU, P.A.C.E., contact_hour, semester_hour.")],
    credential: ForOption,
    sample: SampleOption = False,
    as_json: JsonOption = False,
) -> None:
    """What an amount of one unit is worth to one credential, and where that was read."""
    rule = find_rule(credential, load_credentials(places(sample=sample).overlay("credentials")))
    found = convert(_amount(number), _unit(unit), rule)
    if as_json:
        document = {
            "credential": rule.id,
            "unit": found.unit.value,
            "into": found.into.value,
            "amount": amount(found.amount),
            "confirmed": amount(found.confirmed),
            "likely": amount(found.likely),
            "acceptance": found.acceptance.value,
            "source": plain(found.source),
            "sentence": found.sentence,
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    console.print(found.sentence, highlight=False)
    if found.source is not None:
        told = f"{found.source.title} ({found.source.dated}; read {found.source.read_on}) {found.source.url}"
        console.print(f"Read in: {told}", highlight=False, markup=False, soft_wrap=True)


@app.command("cycle")
def cycle_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    credential: Annotated[str, typer.Argument(help="A credential that you hold, like ascp-mlt.")],
    day: Annotated[str, typer.Argument(help="The day on which you would finish something.")],
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """If you finish something on that day, which renewal period does it fall in?"""
    moment, where = read_now(now), places(sample=sample)
    rule = find_rule(credential, load_credentials(where.overlay("credentials")))
    technician = answers.read_profile(profile, where, moment)
    held = next((held for held in technician.credentials if held.id == rule.id), Held(id=rule.id))
    try:
        finished = read_day(day)
    except ValueError as error:
        raise CommandError(str(error)) from error
    fall = falls_in(rule, held, finished, moment.date())
    if as_json:
        typer.echo(json.dumps(plain(fall), indent=2, ensure_ascii=False))
        return
    console.print(fall.sentence, highlight=False)


def _mapping(columns: list[str] | None, guessed: ColumnMapping) -> ColumnMapping:
    named = dict(guessed.columns)
    for pair in columns or ():
        name, sign, header = pair.partition("=")
        if not sign:
            raise CommandError(f"--map {pair!r} is not written as ours=theirs, like hours=Value")
        named[name.strip()] = header.strip()
    return ColumnMapping(named)


def _activities(reading: Reading) -> str:
    count = len(reading.credits)
    return f"{count} {'activity' if count == 1 else 'activities'}"


def _show_reading(reading: Reading) -> None:
    table = tables.grid("Our column", "Theirs")
    for name, header in reading.mapping.columns.items():
        table.add_row(*plain_cells(name, header))
    console.print(table, highlight=False)
    console.print(f"{_activities(reading)} read.", highlight=False)
    for problem in reading.problems:
        console.print(f"  left out: {problem}", highlight=False, markup=False, soft_wrap=True)
    for twice in reading.duplicates:
        told = f"  stands twice: line {twice.line} says the same as line {twice.same_as}: {twice.title}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)


def _reading_document(reading: Reading) -> dict[str, Any]:
    return {
        "columns": dict(reading.mapping.columns),
        "credits": plain(reading.credits),
        "problems": [str(problem) for problem in reading.problems],
        "duplicates": plain(reading.duplicates),
    }


def _show_checks(checks: list[tuple[Paper, CertificateCheck]]) -> None:
    table = tables.grid("Certificate", Column("For", no_wrap=True), "Passes", "What is missing")
    for paper, check in checks:
        passes = ("yes" if check.passes else "no") if paper.there else "not known: no certificate is named"
        sentence = "" if check.passes else check.sentence
        table.add_row(*plain_cells(paper.title, check.short_name, passes, sentence))
    console.print(table, highlight=False)


def _amount(text: str) -> int:
    try:
        return int(thousandths(text))
    except ValueError as error:
        raise CommandError(str(error)) from error


def _unit(text: str) -> CreditUnit:
    try:
        return read_unit(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
