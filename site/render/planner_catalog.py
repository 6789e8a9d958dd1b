"""The one file of opportunities that the planner in the browser reads, and the table of cities beside it.

It holds every public live opportunity with what ranking, price, plan and the reasons need, the word lists of the
analyzer, and the figures of the formula, so that nothing is written down twice; no index and no weights are in it: the
browser computes TF-IDF from it as :mod:`recommend.index` does. Private opportunities never enter it.

The file is JSON, laid out in columns so that it compresses well (``site/render/assets/planner/load.js`` reads it)::

    {"format": 1, "sample": bool, "opportunities": Table, "packages": Table, "vocabulary": {...}, "figures": {...}}

    Table  = {"rows": n, "columns": {field: Column}, "inner"?: {field: Table}, "counts"?: Column}
    Column = {"all": value}                          the same value in every row
           | {"values": [...], "at": [place, ...]}   a dictionary, the most frequent value first
           | {"each": [value, ...]}                  each row's own

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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Final

from catalog.listing import Minutes, PackageCover, Place
from catalog.taxonomy import fold
from catalog.views import OpportunityView, PackageView
from recommend import answers, benefits, candidates, columns, distance, index, plan, price, program, rank, reasons, text
from recommend.text import Vocabulary, load_vocabulary
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


Record = tuple[Any, ...]
"""One opportunity as it stands in the file: its plain fields, then for each inner field a tuple of records."""


FIELDS = attrgetter(*PLAIN)
PART_FIELDS = {field: attrgetter(*names) for field, names in INNER.items()}
URL_OF_PART = {field: INNER[field].index("url") for field in SAME_ADDRESS}


def record_of(opportunity: OpportunityView) -> Record:
    """What the file holds of one opportunity."""
    own = [_plain(value) for value in FIELDS(opportunity)]
    own[PLAIN.index("url")] = opportunity.url.replace(slug_of(opportunity.title), TITLE_SLUG, 1)
    inner = (tuple(_part(part, field, opportunity.url) for part in getattr(opportunity, field)) for field in INNER)
    return (*own, *inner)


def slug_of(title: str) -> str:
    """A title as most providers write it into the address of its page."""
    return fold(title).replace(" ", "-") or TITLE_SLUG


def _part(part: object, field: str, address: str) -> Record:
    """The fields of one part; its address is left out where it is the opportunity's own."""
    values = [_plain(value) for value in PART_FIELDS[field](part)]
    place = URL_OF_PART.get(field)
    if place is not None and values[place] == address:
        values[place] = None
    return tuple(values)


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
    return _of_model(value)


@cache
def _of_model(value: Minutes | Place | PackageCover) -> dict[str, Any]:
    known = value.model_dump(mode="json")
    if isinstance(value, Place):
        known["point"] = distance.locate(value.city, value.region, value.country)
    return known


def _table(rows: Sequence[Record], names: Sequence[str]) -> dict[str, Any]:
    return {"rows": len(rows), "columns": {name: _column([row[at] for row in rows]) for at, name in enumerate(names)}}


def _column(values: Sequence[Any]) -> dict[str, Any]:
    """The shortest of the three layouts. Values that are not plain are told apart by their JSON."""
    keys = [_json(value) if isinstance(value, list | dict) else value for value in values]
    found = Counter(keys)
    by_key = dict(zip(keys, values, strict=True))
    if len(found) == 1:
        return {"all": values[0]}
    if len(found) * 2 > len(values):
        return {"each": list(values)}
    order = [key for key, _ in found.most_common()]
    place = {key: at for at, key in enumerate(order)}
    return {"values": [by_key[key] for key in order], "at": [place[key] for key in keys]}


def catalog_document(records: Iterable[Record], packages: Iterable[PackageView], *, sample: bool) -> dict[str, Any]:
    """The whole file. Rows of one provider stand together, which compresses better than the order of ids."""
    at = {name: place for place, name in enumerate(PLAIN)}
    rows = sorted(records, key=lambda row: (row[at["provider"]], row[at["url"]], row[at["id"]]))
    table = _table(rows, PLAIN)
    table["inner"] = {
        field: _inner([row[len(PLAIN) + number] for row in rows], names)
        for number, (field, names) in enumerate(INNER.items())
    }
    bought = sorted(packages, key=lambda package: package.id)
    return {
        "format": FORMAT,
        "sample": sample,
        "opportunities": table,
        "packages": _table([tuple(_plain(getattr(one, name)) for name in PACKAGE) for one in bought], PACKAGE),
        "vocabulary": vocabulary_document(load_vocabulary()),
        "figures": figures(),
    }


def _inner(parts: Sequence[Sequence[Record]], names: Sequence[str]) -> dict[str, Any]:
    table = _table([part for own in parts for part in own], names)
    return {**table, "counts": _column([len(own) for own in parts])}


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


@cache
def cities_document() -> dict[str, Any]:
    """The cities among which a home is looked up, the larger of one name first, and the codes of the states."""
    names = ("country", "region", "name", "latitude", "longitude")
    found = [
        (-population, (country, region, name, *point))
        for (country, name), cities in distance.cities().items()
        if country in HOME_COUNTRIES
        for region, population, point in cities
    ]
    ordered = sorted(found, key=lambda entry: (entry[1][:3], entry[0]))
    return {"states": distance.states(), "cities": _table([row for _, row in ordered], names)}


def write_documents(output: Output, documents: Mapping[str, Any]) -> dict[str, str]:
    """Write each document under a name that carries the hash of its content; gives their places by name."""
    places = {}
    for name, document in documents.items():
        content = _json(document).encode()
        places[name] = f"/{FOLDER}/{name}.{hashlib.sha256(content).hexdigest()[:10]}.json"
        output.write(places[name][1:], content)
    return places


def write_catalog(
    output: Output,
    records: Mapping[str, tuple[str, Record]],
    packages: Sequence[PackageView],
    *,
    sample: bool,
    before: str,
) -> str:
    """Write the file of opportunities; gives the mark under which the next build knows it: its digest and its place.

    ``records`` are what is live, by id, each with the hash of its facts (empty where that is not known). ``before`` is
    the mark of the last build: where nothing changed since, the file is linked and not made.
    """
    shape = _json([vocabulary_document(load_vocabulary()), figures(), sample])
    facts = (f"{id_} {hash_}" for id_, (hash_, _) in sorted(records.items()))
    digest = digest_of([shape, repr(packages), *facts])
    former, _, place = before.partition(" ")
    if former == digest and all(hash_ for hash_, _ in records.values()) and output.keep(place[1:]):
        return before
    document = catalog_document((record for _, record in records.values()), packages, sample=sample)
    return f"{digest} {write_document(output, 'catalog', document)}"


def write_document(output: Output, name: str, document: Any) -> str:
    """Write a file under a name that carries the hash of its content; gives its place on the site."""
    content = _json(document).encode()
    place = f"/{FOLDER}/{name}.{hashlib.sha256(content).hexdigest()[:10]}.json"
    output.write(place[1:], content)
    return place


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
