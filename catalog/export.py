"""The catalog as files for others: JSON lines, CSV, JSON, JSON-LD, SQLite.

Every format carries the license, the data date and the mark of sample data. Only what is public is exported. What
pages said word for word is withheld: facts may be passed on, quotations prove them at the place where they are shown.
Names of columns and keys are stable and documented in ``docs/catalog.md``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final, TextIO

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from catalog.bulk import remembered
from catalog.database import Catalog
from catalog.listing import Audience, CreditUnit, Kind, Visibility
from catalog.models import (
    Alias,
    Credit,
    ListingRecord,
    Offer,
    Opportunity,
    OpportunityListing,
    Package,
    Provider,
    Row,
    ScheduledSession,
    Source,
    TopicAssignment,
    table,
)
from catalog.queries import data_date, iterate_opportunities, packages
from catalog.store import SAMPLE_MEMORY
from catalog.views import CreditView, OfferView, OpportunityView, PackageView, TopicOrigin

FORMAT_VERSION = 1
DATA_LICENSE = "CC0-1.0"
NOTICE = (
    "Facts compiled from public pages, with a link to each; quotations are withheld. Independent of every body named. "
    "Titles and trademarks are their owners'. Check the provider's page before you pay."
)
BATCH = 500
Adding = Callable[[OpportunityView], None]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class ExportFormat(StrEnum):
    """The formats of an export; the word is also the file's ending."""

    JSONL = "jsonl"
    CSV = "csv"
    JSON = "json"
    JSONLD = "jsonld"
    SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class ExportNote:
    """What stands in every export: of which day its data is, under which license, and whether it is sample data."""

    data_date: str | None
    sample: bool
    license: str = DATA_LICENSE
    notice: str = NOTICE
    format_version: int = FORMAT_VERSION


def export(catalog: Catalog, form: ExportFormat, destination: Path, *, quotations: bool = False) -> int:
    """Write one export; gives back how many records it holds. The file takes its place only when it is whole.

    ``quotations`` keeps the evidence in JSON lines, for moving a catalog to another machine of one's own.
    Raises ``ValueError`` where another format is asked to keep them.
    """
    if quotations and form is not ExportFormat.JSONL:
        raise ValueError("quotations are kept in JSON lines only")
    return _export(catalog, {form: destination}, quotations=quotations)


def _export(catalog: Catalog, wanted: Mapping[ExportFormat, Path], *, quotations: bool = False) -> int:
    """Write some exports; formats that tell of opportunities share one reading of them."""
    beside = {form: path.with_name(path.name + ".part") for form, path in wanted.items()}
    for part in beside.values():
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
    count = 0
    if ExportFormat.JSONL in beside:
        with _text(beside[ExportFormat.JSONL]) as out:
            count = _jsonl(catalog, out, quotations=quotations)
    if ExportFormat.SQLITE in beside:
        count = _sqlite(catalog, beside[ExportFormat.SQLITE])
    if told := beside.keys() & WRITERS.keys():
        count = _opportunities(catalog, {form: beside[form] for form in told})
    for form, path in wanted.items():
        beside[form].replace(path)
    return count


def _text(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _opportunities(catalog: Catalog, files: Mapping[ExportFormat, Path]) -> int:
    """Every opportunity in each of some formats."""
    about, offered = note(catalog), packages(catalog)
    count = 0
    with ExitStack() as standing:
        outs = {form: standing.enter_context(_text(path)) for form, path in files.items()}
        adding = [standing.enter_context(WRITERS[form](out, about, offered)) for form, out in outs.items()]
        for view in iterate_opportunities(catalog):
            count += 1
            for add in adding:
                add(view)
    return count


def note(catalog: Catalog) -> ExportNote:
    """The note of an export made now."""
    day = data_date(catalog)
    with catalog.reading() as connection:
        sample = bool(remembered(connection, SAMPLE_MEMORY))
    return ExportNote(day.isoformat() if day else None, sample)


def _as_dict(of: ExportNote) -> dict[str, Any]:
    return {name: getattr(of, name) for name in ExportNote.__slots__}


# --- JSON lines: the listings themselves ------------------------------------------------------------------------------

STATE_COLUMNS = ("presence", "missed_runs", "missing_since", "first_read_at")


def _jsonl(catalog: Catalog, out: TextIO, *, quotations: bool) -> int:
    """One object a line: a note, the sources, then every public listing with its state. ``import`` reads it back."""
    _line(out, {"type": "note", "quotations": quotations, **_as_dict(note(catalog))})
    count = 0
    listing, source = table(ListingRecord), table(Source)
    with catalog.reading() as connection:
        for facts in connection.scalars(sa.select(source.c.facts).order_by(source.c.id)):
            _line(out, {"type": "source", "source": facts})
        public = sa.select(listing).where(listing.c.visibility == Visibility.PUBLIC).order_by(listing.c.id)
        if not quotations:
            public = public.where(listing.c.id.not_in(_hidden_listings()))
        for row in connection.execution_options(yield_per=BATCH).execute(public):
            payload = {**row.payload, "fetched_at": row.changed_at.isoformat()}
            _line(
                out,
                {
                    "type": "listing",
                    "listing": payload if quotations else withhold(payload),
                    "state": {
                        "presence": row.presence.value,
                        "missed_runs": row.missed_runs,
                        "missing_since": row.missing_since.isoformat() if row.missing_since else None,
                        "first_read_at": row.first_read_at.isoformat(),
                    },
                },
            )
            count += 1
    return count


def _hidden_listings() -> sa.Select[Any]:
    """What a curator hid is given to nobody; only the operator's own copy keeps it, for the corrections go with it."""
    member, opportunity = table(OpportunityListing), table(Opportunity)
    joined = member.join(opportunity, opportunity.c.id == member.c.opportunity_id)
    return sa.select(member.c.listing_id).select_from(joined).where(opportunity.c.hidden)


def _line(out: TextIO, record: Mapping[str, Any]) -> None:
    out.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")


def withhold(value: Any) -> Any:
    """The same payload with empty quotations: where each value stood is told, what was said there is not."""
    if isinstance(value, dict):
        return {
            key: [{**each, "text": ""} for each in part] if key == "evidence" else withhold(part)
            for key, part in value.items()
        }
    return [withhold(part) for part in value] if isinstance(value, list) else value


# --- CSV --------------------------------------------------------------------------------------------------------------


def _credit_text(stated: Iterable[CreditView]) -> str:
    """ "1 pace; 0.5 florida (Hematology)"; an amount that is not stated is a question mark."""
    return "; ".join(
        f"{'?' if credit.thousandths is None else f'{credit.thousandths / 1000:g}'} {credit.unit.value}"
        + (f" ({credit.subject})" if credit.subject else "")
        for credit in stated
    )


def _offer_text(offers: Iterable[OfferView]) -> str:
    """ "25.00 USD; 20.00 USD member"."""
    return "; ".join(
        f"{'?' if offer.minor is None else f'{offer.minor / 100:.2f}'} {offer.currency or ''}".strip()
        + ("" if offer.audience is Audience.PUBLIC else f" {offer.audience.value}")
        for offer in offers
    )


def _lowest(offers: Iterable[OfferView]) -> OfferView | None:
    stated = [offer for offer in offers if offer.audience is Audience.PUBLIC and offer.minor is not None]
    return min(stated, key=lambda offer: offer.minor or 0, default=None)


def _thousandths(view: OpportunityView, unit: CreditUnit) -> int | None:
    """The lowest amount that a source states: where amounts conflict, the lowest counts."""
    return min(
        (each.thousandths for each in view.credits if each.unit is unit and each.thousandths is not None), default=None
    )


def _topic_text(view: OpportunityView, *, guessed: bool) -> str:
    return " ".join(each.topic for each in view.topics if (each.origin is TopicOrigin.GUESSED) is guessed)


COLUMNS: Mapping[str, Callable[[OpportunityView], Any]] = {
    "id": lambda view: view.id,
    "kind": lambda view: view.kind.value,
    "title": lambda view: view.title,
    "provider": lambda view: view.provider,
    "provider_name": lambda view: view.provider_name,
    "url": lambda view: view.url,
    "course_number": lambda view: view.course_number,
    "delivery": lambda view: view.delivery.value if view.delivery else None,
    "credits": lambda view: _credit_text(view.credits),
    "pace_thousandths": lambda view: _thousandths(view, CreditUnit.PACE),
    "credit_expires": lambda view: view.credit_expires,
    "price_minor": lambda view: getattr(_lowest(view.offers), "minor", None),
    "currency": lambda view: getattr(_lowest(view.offers), "currency", None),
    "offers": lambda view: _offer_text(view.offers),
    "dates": lambda view: "; ".join(session.local_date.isoformat() for session in view.sessions),
    "first_starts_at": lambda view: next(
        (each.starts_at.isoformat() for each in view.sessions if each.starts_at), None
    ),
    "place": lambda view: view.place.text if view.place else None,
    "topics_stated": lambda view: _topic_text(view, guessed=False),
    "topics_guessed": lambda view: _topic_text(view, guessed=True),
    "level": lambda view: view.level,
    "language": lambda view: view.language,
    "captions": lambda view: view.captions.value if view.captions else None,
    "available_through": lambda view: view.available_through,
    "apply_by": lambda view: view.apply_by,
    "claim_by": lambda view: view.claim_by,
    "retired_on": lambda view: view.retired_on,
    "presence": lambda view: view.presence.value,
    "conflicts": lambda view: " ".join(conflict.field for conflict in view.conflicts),
    "read_on": lambda view: view.read_on,
    "sample": lambda view: "sample" if view.sample else "",
}
"""The columns of the CSV, in order; ``data_date`` and ``license`` follow them."""


@contextmanager
def _csv(out: TextIO, about: ExportNote, _packages: object) -> Iterator[Adding]:
    """One row an opportunity. Unknown is an empty cell."""
    rows = csv.writer(out)
    rows.writerow([*COLUMNS, "data_date", "license"])

    def add(view: OpportunityView) -> None:
        cells = [column(view) for column in COLUMNS.values()]
        rows.writerow([*map(guarded, cells), about.data_date, about.license])

    yield add


def guarded(cell: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula; a number stays a number.

    After OWASP's "CSV Injection": a text that begins with one of ``= + - @``, a tab or a line end gets an apostrophe.
    """
    if cell is None:
        return ""
    if isinstance(cell, int):
        return str(cell)
    text = str(cell)
    return "'" + text if text.lstrip(" ").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


# --- JSON -------------------------------------------------------------------------------------------------------------

_VIEW = TypeAdapter(OpportunityView)
_PACKAGE = TypeAdapter(PackageView)


QUOTATIONS: Final[Any] = {
    "evidence": True,
    **{name: {"__all__": {"evidence"}} for name in ("credits", "offers", "sessions", "topics")},
}
"""Where an opportunity holds what pages said word for word."""


@contextmanager
def _json(out: TextIO, about: ExportNote, offered: Sequence[PackageView]) -> Iterator[Adding]:
    """One object: the note, the packages, the opportunities; its shape is :func:`export_schema`."""
    shown = [_PACKAGE.dump_python(each, mode="json", exclude={"evidence"}) for each in offered]
    with _list(out, {**_as_dict(about), "packages": shown}, "opportunities") as write:
        yield lambda view: write(_VIEW.dump_json(view, exclude=QUOTATIONS).decode())


@contextmanager
def _list(out: TextIO, head: Mapping[str, Any], name: str) -> Iterator[Callable[[str], None]]:
    """A JSON object whose last member is a list, written one record at a time."""
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + f', "{name}": [')
    between = chain(["\n"], repeat(",\n"))

    def write(record: str) -> None:
        out.write(next(between) + record)

    yield write
    out.write("\n]}\n")


def export_schema() -> dict[str, Any]:
    """The published JSON Schema of the JSON export."""
    _, schema = TypeAdapter.json_schemas(
        [("view", "serialization", _VIEW), ("package", "serialization", _PACKAGE)],
        ref_template="#/$defs/{model}",
    )
    definitions = _schema_without_evidence(schema["$defs"])
    definitions.pop("Evidence", None)
    note_types = {"data_date": ["string", "null"], "sample": "boolean", "format_version": "integer"}
    properties = {name: {"type": note_types.get(name, "string")} for name in ExportNote.__slots__}
    lists = {"packages": "PackageView", "opportunities": "OpportunityView"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Aliquot catalog export",
        "type": "object",
        "properties": properties
        | {name: {"type": "array", "items": {"$ref": f"#/$defs/{of}"}} for name, of in lists.items()},
        "required": [*properties, *lists],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _schema_without_evidence(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _schema_without_evidence(part) for key, part in value.items() if key != "evidence"}
        if isinstance(kept.get("required"), list):
            kept["required"] = [name for name in kept["required"] if name != "evidence"]
        return kept
    return [_schema_without_evidence(part) for part in value] if isinstance(value, list) else value


# --- JSON-LD ----------------------------------------------------------------------------------------------------------

LD_TYPES: Mapping[Kind, str] = {
    Kind.COURSE: "Course",
    Kind.WEBINAR: "EducationEvent",
    Kind.WORKSHOP: "EducationEvent",
    Kind.CONFERENCE: "EducationEvent",
    Kind.CERTIFICATE: "EducationalOccupationalProgram",
    Kind.DEGREE: "EducationalOccupationalProgram",
    Kind.IN_SERVICE: "Course",
    Kind.INVOLVEMENT: "Event",
}


@contextmanager
def _jsonld(out: TextIO, about: ExportNote, _packages: object) -> Iterator[Adding]:
    """A schema.org graph: a data set with its license and date, then every opportunity."""
    dataset = {
        "@type": "Dataset",
        "name": "Aliquot catalog" + (" (sample data)" if about.sample else ""),
        "description": about.notice,
        "license": f"https://spdx.org/licenses/{about.license}",
        "dateModified": about.data_date,
    }
    with _list(out, {"@context": "https://schema.org"}, "@graph") as write:
        write(json.dumps(dataset, ensure_ascii=False))
        yield lambda view: write(json.dumps(linked_data(view), ensure_ascii=False))


def linked_data(view: OpportunityView) -> dict[str, Any]:
    """An opportunity in the terms of schema.org, with what is known and nothing else."""
    thing: dict[str, Any] = {
        "@type": LD_TYPES[view.kind],
        "identifier": view.id,
        "name": view.title,
        "url": view.url,
        "courseCode": view.course_number if LD_TYPES[view.kind] == "Course" else None,
        "inLanguage": view.language,
        ("organizer" if LD_TYPES[view.kind].endswith("Event") else "provider"): {
            "@type": "Organization",
            "name": view.provider_name,
        },
        "offers": [_ld_offer(offer) for offer in view.offers if offer.minor is not None] or None,
    }
    if view.sessions:
        thing |= _ld_dates(view)
    return {name: value for name, value in thing.items() if value is not None}


def _ld_offer(offer: OfferView) -> dict[str, Any]:
    facts = {
        "@type": "Offer",
        "price": f"{(offer.minor or 0) / 100:.2f}",
        "priceCurrency": offer.currency,
        "url": offer.url,
        "priceValidUntil": offer.through.isoformat() if offer.through else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _ld_dates(view: OpportunityView) -> dict[str, Any]:
    events = [
        {
            "@type": "CourseInstance" if LD_TYPES[view.kind] == "Course" else "EducationEvent",
            "startDate": (session.starts_at or session.local_date).isoformat(),
            "endDate": (session.ends_at or session.last_day).isoformat(),
            **({"location": {"@type": "Place", "name": session.place.text}} if session.place else {}),
        }
        for session in view.sessions
    ]
    if LD_TYPES[view.kind] == "Course":
        return {"hasCourseInstance": events}
    if len(events) == 1:
        return {name: value for name, value in events[0].items() if name != "@type"}
    return {"startDate": events[0]["startDate"], "subEvent": events}


WRITERS: Mapping[
    ExportFormat, Callable[[TextIO, ExportNote, Sequence[PackageView]], AbstractContextManager[Adding]]
] = {
    ExportFormat.CSV: _csv,
    ExportFormat.JSON: _json,
    ExportFormat.JSONLD: _jsonld,
}
"""The formats that tell of opportunities one by one; each gives what takes the next one."""

# --- SQLite -----------------------------------------------------------------------------------------------------------

WITHHELD_COLUMNS = frozenset({"evidence", "content_hash", "guess_hash", "hidden", "visibility"})
CHILDREN: tuple[type[Row], ...] = (ScheduledSession, Credit, Offer, TopicAssignment, Alias)


def _public_rows() -> Mapping[type[Row], sa.ColumnElement[bool]]:
    """Which rows of each exported table are public."""
    opportunity, provider, package = table(Opportunity), table(Provider), table(Package)
    shown = ~opportunity.c.hidden & (opportunity.c.visibility == Visibility.PUBLIC)
    ids = sa.select(opportunity.c.id).where(shown)
    of_shown = {model: table(model).c.opportunity_id.in_(ids) for model in CHILDREN}
    return {
        Provider: provider.c.id.in_(sa.select(opportunity.c.provider).where(shown)),
        Opportunity: shown,
        Package: package.c.visibility == Visibility.PUBLIC,
        **of_shown,
    }


def _sqlite(catalog: Catalog, destination: Path) -> int:
    """The public tables without quotations, and ``about`` with the note, in a file of its own."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(destination)))
    metadata = sa.MetaData()
    about = sa.Table("about", metadata, *(sa.Column(name, sa.String) for name in ExportNote.__slots__))
    named = ("opportunity_id", "id", "source", "url", "presence")
    links = sa.Table("listing", metadata, *(sa.Column(name, sa.String) for name in named))
    public = _public_rows()
    copies = {model: _plain_table(model, metadata) for model in public}
    metadata.create_all(engine)
    of_note = {name: None if value is None else str(value) for name, value in _as_dict(note(catalog)).items()}
    with catalog.reading() as source, engine.begin() as target:
        target.execute(sa.insert(about), [of_note])
        for model, copy in copies.items():
            columns = [table(model).c[column.name] for column in copy.c]
            _copy_rows(source, target, sa.select(*columns).where(public[model]), copy)
        _copy_rows(source, target, _public_links(public[Opportunity]), links)
        count = target.scalar(sa.select(sa.func.count()).select_from(copies[Opportunity])) or 0
    engine.dispose()
    return count


def _public_links(shown: sa.ColumnElement[bool]) -> sa.Select[Any]:
    listing, member, opportunity = table(ListingRecord), table(OpportunityListing), table(Opportunity)
    joined = member.join(listing, listing.c.id == member.c.listing_id).join(
        opportunity, opportunity.c.id == member.c.opportunity_id
    )
    columns = (member.c.opportunity_id, listing.c.id, listing.c.source, listing.c.url, listing.c.presence)
    return sa.select(*columns).select_from(joined).where(shown).order_by(member.c.opportunity_id, member.c.position)


def _plain_table(model: type[Row], metadata: sa.MetaData) -> sa.Table:
    columns = [column for column in table(model).c if column.name not in WITHHELD_COLUMNS]
    copies = (sa.Column(column.name, column.type, primary_key=column.primary_key) for column in columns)
    return sa.Table(str(model.__tablename__), metadata, *copies)


def _copy_rows(source: Connection, target: Connection, query: sa.Select[Any], into: sa.Table) -> None:
    for part in source.execution_options(yield_per=BATCH).execute(query).mappings().partitions():
        target.execute(sa.insert(into), [dict(row) for row in part])


# --- all of them ------------------------------------------------------------------------------------------------------


def export_public(catalog: Catalog, folder: Path) -> list[Path]:
    """Every format, and the schema of the JSON, into a folder: what a site offers for download."""
    made = {form: folder / f"catalog.{form.value}" for form in ExportFormat}
    _export(catalog, made)
    schema = folder / "catalog.schema.json"
    schema.write_text(json.dumps(export_schema(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return [*made.values(), schema]
