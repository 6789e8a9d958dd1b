"""The one file of opportunities that the planner in the browser reads, and the table of cities beside it.

It holds every public live opportunity with what ranking, price, plan and the reasons need, the word lists of the
analyzer, and the figures of the formula, so that nothing is written down twice; no index and no weights are in it: the
browser computes TF-IDF from it as :mod:`recommend.index` does. Private opportunities never enter it.

The file is JSON, laid out in columns so that it compresses well (:mod:`render.columnar` has the layout,
``site/render/assets/planner/load.js`` reads it)::

    {"format": 1, "sample": bool, "opportunities": Table, "packages": Table, "vocabulary": {...}, "figures": {...}}

``inner`` tables hold what a row has several of (its credits, dates, offers); ``counts`` tells how many rows of the
inner table belong to each row of the outer one. Fields have the names of :mod:`catalog.views`; days are ISO texts,
instants ISO in UTC, money minor units, credit thousandths, ``null`` is what nobody states. An offer or listing whose
address is the opportunity's own has ``null`` for it, and a blank in that one stands for the title, small and with
hyphens. A place carries the point (latitude, longitude) of its city where
that is known.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pydantic_core import from_json, to_json

from catalog.listing import Place
from catalog.taxonomy import fold
from catalog.views import OpportunityView, PackageView
from recommend import answers, benefits, candidates, columns, distance, index, plan, price, program, rank, reasons, text
from recommend.text import Vocabulary, load_vocabulary
from render.columnar import NestedTable, Table
from render.digest import digest_of
from render.output import Output

FORMAT: Final = 1
FOLDER = "planner"

PLAIN = (
    *("id", "kind", "title", "provider", "provider_name", "family", "url", "read_on", "sample", "keywords", "delivery"),
    *("duration", "level", "language", "place", "available_through", "apply_by", "retired_on", "prerequisites"),
    "leads_to",
)
"""Fields of an opportunity that have one value."""

INNER: Mapping[str, tuple[str, ...]] = {
    "credits": (
        *("thousandths", "unit", "source", "topics", "additive_group", "upper_bound", "provisional"),
        *("approved_through", "session_key"),
    ),
    "offers": (
        *("audience", "minor", "currency", "source", "url", "organization", "per", "scope", "starts_on", "through"),
    ),
    "sessions": (
        *("key", "local_date", "local_time", "end_date", "end_time", "zone", "starts_at", "ends_at", "place"),
        *("delivery", "status", "url", "registration_deadline"),
    ),
    "topics": ("topic", "origin", "confidence"),
    "listings": ("source", "url"),
}
"""Fields of which an opportunity has several, and their own fields."""

SAME_ADDRESS = frozenset({"offers", "listings"})
"""Of which the address is mostly the opportunity's own, and left out then."""

TITLE_SLUG = " "
"""Stands in an address for the words of the title; no address holds a blank."""

PACKAGE = (
    *("id", "name", "source", "url", "covers", "effect", "organization", "minor", "currency", "percent"),
    *("cap_thousandths", "days", "read_on"),
)

HOME_COUNTRIES = ("US", "PR", "GU", "VI", "AS", "MP", "CA")
"""Where a home is looked up in the browser; a place is looked up all over the world."""


json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Record = str
"""One opportunity as it stands in the file, as JSON: its plain fields, then for each inner field a list of records."""

FIELDS = attrgetter(*PLAIN)
PART_FIELDS = {field: attrgetter(*names) for field, names in INNER.items()}
URL, PLACE = PLAIN.index("url"), PLAIN.index("place")
URL_OF_PART = {field: INNER[field].index("url") for field in SAME_ADDRESS}
PLACE_OF_PART = {"sessions": INNER["sessions"].index("place")}


def record_of(opportunity: OpportunityView) -> Record:
    """What the file holds of one opportunity."""
    own = list(FIELDS(opportunity))
    own[URL] = opportunity.url.replace(slug_of(opportunity.title), TITLE_SLUG, 1)
    own[PLACE] = _place(opportunity.place)
    inner = ([_part(part, field, opportunity.url) for part in getattr(opportunity, field)] for field in INNER)
    return to_json((*own, *inner)).decode()


def slug_of(title: str) -> str:
    """A title as most providers write it into the address of its page."""
    return fold(title).replace(" ", "-") or TITLE_SLUG


def _part(part: object, field: str, address: str) -> Sequence[Any]:
    """The fields of one part; its address is left out where it is the opportunity's own."""
    values: tuple[Any, ...] = PART_FIELDS[field](part)
    if field in URL_OF_PART and values[URL_OF_PART[field]] == address:
        return _with(values, URL_OF_PART[field], None)
    if field in PLACE_OF_PART:
        return _with(values, PLACE_OF_PART[field], _place(values[PLACE_OF_PART[field]]))
    return values


def _with(values: tuple[Any, ...], at: int, value: object) -> tuple[Any, ...]:
    return (*values[:at], value, *values[at + 1 :])


@cache
def _place(place: Place | None) -> dict[str, Any] | None:
    """A place with the point of its city."""
    if place is None:
        return None
    return place.model_dump(mode="json") | {"point": distance.locate(place.city, place.region, place.country)}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or type(value) in {str, bool, int, float}:
        return value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value.model_dump(mode="json")


def catalog_text(records: Iterable[Record], packages: Iterable[PackageView], *, sample: bool) -> Iterator[bytes]:
    """The whole file, a piece at a time. ``records`` come in the order of provider, address and id: rows of one
    provider that stand together compress better than the order of ids.
    """
    with TemporaryDirectory() as folder, ExitStack() as files:
        table = NestedTable(Path(folder), PLAIN, tuple(INNER.items()), files)
        for record in records:
            table.add(from_json(record))
        yield f'{{"format":{FORMAT},"sample":{json_text(sample)},"opportunities":'.encode()
        yield from table.text()
        yield b'},"packages":'
        bought = sorted(packages, key=lambda package: package.id)
        yield from table_text(PACKAGE, ([_plain(getattr(one, name)) for name in PACKAGE] for one in bought))
        yield f',"vocabulary":{json_text(vocabulary_document(load_vocabulary()))},'.encode()
        yield f'"figures":{json_text(figures())}}}'.encode()


def table_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A plain table, a piece at a time."""
    with TemporaryDirectory() as folder, ExitStack() as files:
        table = Table(Path(folder), names, files)
        for row in rows:
            table.add(row)
        yield from table.text()
        yield b"}"


def vocabulary_document(vocabulary: Vocabulary) -> dict[str, Any]:
    """The analyzer's word lists and tables."""
    return {
        "abbreviations": {key: list(senses) for key, senses in vocabulary.abbreviations.items()},
        "everyday_words": sorted(vocabulary.everyday_words),
        "groups": [{"same": list(group.same), "related": list(group.related)} for group in vocabulary.groups],
        "rules": [
            {"topic": rule.topic, "strong": list(rule.strong), "weak": list(rule.weak)} for rule in vocabulary.rules
        ],
        "forms": dict(vocabulary.forms),
        "signs": {chr(sign): read for sign, read in text.SIGNS.items()},
        "combining": combining_marks(),
        "prefixes": sorted(text.PREFIXES),
        "british": [list(pair) for pair in text.BRITISH],
        "little_words": sorted(text.LITTLE_WORDS),
        "faint_words": sorted(text.FAINT_WORDS),
        "slip_letters": list(text.SLIP_LETTERS),
        "weights": {
            "same": text.SAME_WEIGHT,
            "related": text.RELATED_WEIGHT,
            "sense": text.SENSE_WEIGHT,
            "faint": text.FAINT_WEIGHT,
            "strong": text.STRONG,
            "weak": text.WEAK,
        },
    }


LAST_PLANE_OF_SCRIPTS = 0x20000
"""The code points from here on are ideographs, tags and private use, none of them a combining mark."""


@cache
def combining_marks() -> list[tuple[int, int]]:
    """Runs of code points that are combining marks, first and last: no regular expression of a browser names them."""
    runs: list[tuple[int, int]] = []
    for point in range(LAST_PLANE_OF_SCRIPTS):
        if unicodedata.combining(chr(point)):
            first = runs.pop()[0] if runs and runs[-1][1] == point - 1 else point
            runs.append((first, point))
    return runs


def figures() -> dict[str, Any]:
    """The figures and words of the formula, by their names in Python in small letters."""
    told: Mapping[Any, tuple[str, ...]] = {
        rank: (
            *("WEIGHTS", "REMAINDER_SHARE", "LIKELY_SHARE", "HORIZON_DAYS", "CLOSING_DAYS", "FAIR_PRICE"),
            *("UNKNOWN_PRICE_PART", "UNKNOWN_FIT", "LIKED_SHARE", "DISLIKED_SHARE", "NEAR_DUPLICATE"),
        ),
        index: ("DECIMALS", "INNER_DECIMALS", "PARENT_SHARE", "CHARACTER_GRAMS"),
        reasons: ("SOON_DAYS", "MATCH_WEIGHT", "MATCHES_TOLD", "ACCEPTANCE_WORDS"),
        price: ("CURRENCY", "NOT_STATED", "ONE_PERSON", "WHO"),
        benefits: ("STUDIES",),
        columns: ("LEVEL_WORDS", "COLLEGE_UNITS"),
        answers: ("PART_WORDS",),
        distance: ("EARTH_MILES",),
        candidates: ("SESSIONS_AT_MOST",),
        program: (*("BUNDLES_AT_MOST", "SLACK", "ORDER_NODES", "WHOLE_DAY_MINUTES", "EARLIEST_ZONE", "LATEST_ZONE"),),
        plan: ("SUPERLATIVE", "DULLNESS_DECIMALS", "PLACES_TO_LOOK", "LIKELY_TOLD", "SMALLEST_GAP_TOLD"),
    }
    return {name.lower(): _figure(getattr(module, name)) for module, names in told.items() for name in names}


def _figure(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(key): _figure(part) for key, part in value.items()}
    return sorted(_plain(part) for part in value) if isinstance(value, frozenset) else _plain(value)


def cities_text() -> Iterator[bytes]:
    """The cities among which a home is looked up, the larger of one name first, and the codes of the states."""
    names = ("country", "region", "name", "latitude", "longitude")
    found = [
        (-population, (country, region, name, *point))
        for (country, name), cities in distance.cities().items()
        if country in HOME_COUNTRIES
        for region, population, point in cities
    ]
    ordered = sorted(found, key=lambda entry: (entry[1][:3], entry[0]))
    yield f'{{"states":{json_text(distance.states())},"cities":'.encode()
    yield from table_text(names, (row for _, row in ordered))
    yield b"}"


def write_catalog(  # noqa: PLR0913 - what is live is told twice: by its hashes, and whole where those differ
    output: Output,
    facts: Iterable[str],
    records: Iterable[Record],
    packages: Sequence[PackageView],
    *,
    sample: bool,
    before: str,
) -> str:
    """Write the file of opportunities; gives the mark under which the next build knows it: its digest and its place.

    ``facts`` are the id and the hash of whatever is live, ``records`` the same as :func:`catalog_text` wants it.
    ``before`` is the mark of the last build: where nothing changed since, the file is linked and no record asked for.
    """
    shape = json_text([vocabulary_document(load_vocabulary()), figures(), sample])
    digest = digest_of([shape, repr(packages), *facts])
    former, _, place = before.partition(" ")
    if former == digest and output.keep(place[1:]):
        return before
    return f"{digest} {write_text(output, 'catalog', catalog_text(records, packages, sample=sample))}"


def write_document(output: Output, name: str, document: Any) -> str:
    """Write a document as :func:`write_text` does."""
    return write_text(output, name, [json_text(document).encode()])


def write_text(output: Output, name: str, pieces: Iterable[bytes]) -> str:
    """Write a file under a name that carries the hash of its content; gives its place on the site."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        with file.open("wb") as target:
            target.writelines(pieces)
        with file.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()[:10]
        place = f"/{FOLDER}/{name}.{digest}.json"
        output.adopt(place[1:], file)
    return place
