"""Exports that others can read, and the way back in."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from catalog import queries, store
from catalog.corrections import Curation, Hide
from catalog.database import open_catalog
from catalog.export import DATA_LICENSE, ExportFormat, export, export_public, export_schema, guarded
from catalog.importing import BadLine, import_lines
from catalog.listing import Evidence, Kind, PackageCover, PackageStatement, Stated, Visibility
from catalog.maintenance import ForgetRequest, check, forget
from catalog.projection import project
from catalog.views import TopicOrigin, TopicView
from tests.catalog.support import (
    START,
    Nights,
    city,
    credit,
    evidence,
    listing,
    offer,
    on_demand,
    session,
    source,
    stated,
)

FAMILY = [source("labce", catalog_family="labce", priority=10), source("medialab", catalog_family="labce")]
QUOTE = "Words that only the page may say"
HOSTILE = '=HYPERLINK("https://evil.example","Free")'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A catalog with everything in it that an export must carry or withhold."""
    nights = Nights(tmp_path_factory.mktemp("house"), FAMILY)
    quoted = Stated(value="Anemias", evidence=(Evidence(text=QUOTE, where="label:Title"),))
    package = PackageStatement(
        key="all", name="Everything", minor=9500, currency="USD", covers=PackageCover(), evidence=evidence(QUOTE)
    )
    day = date(2027, 4, 16)
    for price in (2000, 2500):
        anemias = listing("labce", "a", delivery=on_demand(), offers=(offer(price),), packages=(package,))
        nights.night(
            {
                "labce": [
                    anemias.model_copy(update={"title": quoted, "credits": (credit(1000),)}),
                    listing("labce", "evil", title=HOSTILE, course_number=stated("-1+2")),
                    listing("labce", "own", title="Our own rounds", visibility=Visibility.PRIVATE),
                ],
                "medialab": [
                    listing("medialab", "a", title="Anemias", delivery=on_demand(), credits=(credit(1500),)),
                    listing(
                        "medialab",
                        "w",
                        title="Bench workshop",
                        kind=stated(Kind.WORKSHOP),
                        sessions=(session(day, place=city("Reno", "NV"), seats_left=4, credits=(credit(None),)),),
                    ),
                ],
            }
        )
    view = next(view for view in queries.opportunities(nights.catalog) if view.title == "Anemias")
    store.save_topic_guesses(nights.catalog, {view.id: [TopicView("hematology", TopicOrigin.GUESSED, 0.9)]})
    yield nights
    nights.catalog.close()


def exported(house: Nights, folder: Path, form: ExportFormat) -> Path:
    path = folder / f"catalog.{form.value}"
    assert export(house.catalog, form, path) == (4 if form is ExportFormat.JSONL else 3)
    assert [each.name for each in folder.iterdir()] == [path.name]
    return path


@pytest.mark.parametrize("form", ExportFormat)
def test_an_export_tells_its_license_and_date_and_withholds_quotations_and_what_is_private(
    house: Nights, tmp_path: Path, form: ExportFormat
) -> None:
    content = exported(house, tmp_path, form).read_bytes()
    assert b"Anemias" in content
    assert DATA_LICENSE.encode() in content
    assert b"2026-11-23" in content
    assert QUOTE.encode() not in content
    assert b"Our own rounds" not in content


def test_csv_cells_are_no_formulas_and_unknown_is_empty(house: Nights, tmp_path: Path) -> None:
    with exported(house, tmp_path, ExportFormat.CSV).open(encoding="utf-8", newline="") as file:
        rows = {row["title"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"Anemias", "'" + HOSTILE, "Bench workshop"}
    evil, anemias, workshop = rows["'" + HOSTILE], rows["Anemias"], rows["Bench workshop"]
    assert evil["course_number"] == "'-1+2"
    assert (evil["credits"], evil["price_minor"]) == ("", "")
    assert (anemias["credits"], anemias["pace_thousandths"], anemias["price_minor"]) == (
        "1 pace; 1.5 pace",
        "1000",
        "2500",
    )
    assert (anemias["conflicts"], anemias["topics_guessed"], anemias["topics_stated"]) == (
        "credits:pace",
        "hematology",
        "",
    )
    assert (workshop["dates"], workshop["credits"]) == ("2027-04-16", "? pace")
    assert not [cell for row in rows.values() for cell in row.values() if cell[:1] in "=+-@" and cell]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n=1"])
def test_every_start_of_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text
    assert guarded(-5) == "-5"


def test_json_fits_its_published_schema(house: Nights, tmp_path: Path) -> None:
    document = json.loads(exported(house, tmp_path, ExportFormat.JSON).read_text(encoding="utf-8"))
    schema = export_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert '"evidence"' not in json.dumps(schema) + json.dumps(document)
    assert [package["name"] for package in document["packages"]] == ["Everything"]
    broken = {**document, "opportunities": [{**document["opportunities"][0], "kind": "seance"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_json_ld_speaks_schema_org(house: Nights, tmp_path: Path) -> None:
    graph = json.loads(exported(house, tmp_path, ExportFormat.JSONLD).read_text(encoding="utf-8"))["@graph"]
    assert graph[0]["@type"] == "Dataset"
    by_name = {thing["name"]: thing for thing in graph[1:]}
    assert by_name["Anemias"]["@type"] == "Course"
    assert by_name["Anemias"]["offers"][0]["price"] == "25.00"
    assert by_name["Bench workshop"]["startDate"] == "2027-04-16"
    assert by_name["Bench workshop"]["location"] == {"@type": "Place", "name": "Reno, NV"}


def test_the_sqlite_copy_is_plain_tables(house: Nights, tmp_path: Path) -> None:
    with sqlite3.connect(exported(house, tmp_path, ExportFormat.SQLITE)) as copy:
        titles = {row[0] for row in copy.execute("SELECT title FROM opportunity")}
        hosts = copy.execute(
            "SELECT source FROM listing WHERE opportunity_id = (SELECT id FROM opportunity "
            "WHERE title = 'Anemias') ORDER BY source"
        ).fetchall()
        license_ = copy.execute("SELECT license FROM about").fetchone()
    copy.close()
    assert titles == {"Anemias", HOSTILE, "Bench workshop"}
    assert hosts == [("labce",), ("medialab",)]
    assert license_ == (DATA_LICENSE,)


def test_a_site_gets_every_format_and_the_schema(house: Nights, tmp_path: Path) -> None:
    names = [path.name for path in export_public(house.catalog, tmp_path)]
    assert names == [*(f"catalog.{form.value}" for form in ExportFormat), "catalog.schema.json"]
    assert all((tmp_path / name).stat().st_size for name in names)


def test_the_round_trip_through_json_lines_loses_nothing(house: Nights, tmp_path: Path) -> None:
    lines = tmp_path / "catalog.jsonl"
    export(house.catalog, ExportFormat.JSONL, lines, quotations=True)
    assert QUOTE in lines.read_text(encoding="utf-8")
    with open_catalog(tmp_path / "other.sqlite") as other:
        report = import_lines(other, lines, START)
        assert (report.new, report.sources, report.bad) == (4, 2, [])
        project(other, START)
        known = queries.opportunities(house.catalog)
        stated_only = [[topic for topic in view.topics if topic.origin is not TopicOrigin.GUESSED] for view in known]
        back = queries.opportunities(other)
        assert [list(view.topics) for view in back] == stated_only
        assert [replace(view, topics=()) for view in back] == [replace(view, topics=()) for view in known]
        assert queries.packages(other) == queries.packages(house.catalog)
        assert check(other) == []
        again = tmp_path / "again.jsonl"
        export(other, ExportFormat.JSONL, again, quotations=True)
        ours, theirs = (path.read_text(encoding="utf-8").splitlines()[1:] for path in (lines, again))
        assert ours == theirs
        assert import_lines(other, again, START).unchanged == 4


def test_bad_lines_are_listed_and_the_good_ones_taken(house: Nights, tmp_path: Path) -> None:
    good = listing("labce", "new", title="A new course").model_dump_json()
    lines = [
        good,
        "{broken",
        "[]",
        good.replace('"course"', '"seance"'),
        listing("nobody", "x").model_dump_json(),
        listing("labce", "y", sample=True).model_dump_json(),
        "",
        listing("labce", "z").model_dump_json().replace("https://labce.example/z", "https://labce.example:port/z"),
        listing("labce", "f", family="medialab").model_dump_json(),
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    with open_catalog(tmp_path / "catalog.sqlite") as catalog:
        with catalog.session() as session_:
            store.sync_sources(session_, FAMILY)
        report = import_lines(catalog, file, START)
        project(catalog, START)
        assert [view.title for view in queries.opportunities(catalog)] == ["A new course"]
    assert report.new == 1
    assert [bad.number for bad in report.bad] == [2, 3, 4, 5, 6, 8, 9]
    assert report.bad[2].reason.startswith("kind.value: Input should be 'course'")
    assert report.bad[3] == BadLine(5, "source: 'nobody' is no source of this catalog")


def test_what_was_forgotten_does_not_come_back_by_import(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    house.night({"labce": [listing("labce", "a")]})
    lines = tmp_path / "catalog.jsonl"
    export(house.catalog, ExportFormat.JSONL, lines, quotations=True)
    forget(house.catalog, ForgetRequest("labce", "asked", house.now))
    report = import_lines(house.catalog, lines, house.now)
    assert (report.new, report.bad) == (0, [BadLine(4, "provider: 'labce' asked to be forgotten")])
    house.catalog.close()


def test_what_a_curator_hid_is_exported_to_nobody(tmp_path: Path) -> None:
    nights = Nights(tmp_path, FAMILY)
    nights.night({"labce": [listing("labce", "a", title="Shown"), listing("labce", "b", title="Hidden")]})
    signed = {"reason": "r", "author": "a", "date": date(2026, 11, 22)}
    project(nights.catalog, nights.now, Curation((Hide(target="https://labce.example/b", **signed),)))
    for form in ExportFormat:
        export(nights.catalog, form, tmp_path / form.value)
        content = (tmp_path / form.value).read_bytes()
        assert b"Shown" in content
        assert b"Hidden" not in content
    assert export(nights.catalog, ExportFormat.JSONL, tmp_path / "own", quotations=True) == 2
    nights.catalog.close()


def test_other_formats_do_not_keep_quotations(house: Nights, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON lines only"):
        export(house.catalog, ExportFormat.CSV, tmp_path / "x.csv", quotations=True)
