"""The planner's one file: what it holds, what never enters it, how large it is, and when it is written anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import pytest
from many import many, packages, planner_records
from small_catalog import TODAY, snapshot

from catalog.listing import Place, Visibility
from catalog.views import OpportunityView
from recommend.rules import load_credentials
from render.build import Job, build
from render.compress import BROTLI_QUALITY
from render.errors import BuildError
from render.output import Output
from render.planner_catalog import (
    INNER,
    PLAIN,
    catalog_text,
    cities_text,
    slug_of,
    write_catalog,
    write_document,
)
from render.planner_data import rules
from render.settings import SiteSettings
from render.snapshot import Snapshot

VIEWS = many(1500, TODAY)
OCTETS_FOR_ALL = 1_000_000
OPPORTUNITIES = 10_000


def records_of(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A table read again, as the browser reads it."""
    columns = {name: _values(column, table["rows"]) for name, column in table["columns"].items()}
    found = [{name: values[row] for name, values in columns.items()} for row in range(table["rows"])]
    for name, inner in table.get("inner", {}).items():
        parts = iter(records_of(inner))
        for record, count in zip(found, _values(inner["counts"], table["rows"]), strict=True):
            record[name] = [next(parts) for _ in range(count)]
    return found


def _values(column: Mapping[str, Any], rows: int) -> list[Any]:
    if "all" in column:
        return [column["all"]] * rows
    return list(column["each"]) if "each" in column else [column["values"][at] for at in column["at"]]


def document_of(views: Iterable[OpportunityView], **more: Any) -> dict[str, Any]:
    """The file as it is read from JSON."""
    return json.loads(b"".join(catalog_text(planner_records(views), packages(), sample=more.get("sample", False))))


def octets(document: object) -> int:
    """The size of a file as the site serves it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return len(brotli.compress(text.encode(), mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))


def test_every_fact_comes_back() -> None:
    read = {record["id"]: record for record in records_of(document_of(VIEWS)["opportunities"])}
    assert len(read) == len(VIEWS)
    for view in VIEWS:
        record = read[view.id]
        assert set(record) == {*PLAIN, *INNER}
        assert record["url"].replace(" ", slug_of(view.title)) == view.url
        assert (record["title"], record["kind"], record["read_on"]) == (view.title, view.kind, view.read_on.isoformat())
        assert [offer["url"] or view.url for offer in record["offers"]] == [offer.url for offer in view.offers]
        assert [credit["thousandths"] for credit in record["credits"]] == [one.thousandths for one in view.credits]
        assert [one["local_date"] for one in record["sessions"]] == [
            one.local_date.isoformat() for one in view.sessions
        ]
        assert [(one["topic"], one["confidence"]) for one in record["topics"]] == [
            (one.topic, one.confidence) for one in view.topics
        ]
        assert (record["place"] is None) == (view.place is None)


def test_a_place_carries_the_point_of_its_city_where_that_is_known() -> None:
    columbus = Place(text="Columbus, Ohio", city="Columbus", region="Ohio", country="US")
    lake = Place(text="Hotel by the lake")
    read = records_of(document_of([replace(VIEWS[0], place=columbus), replace(VIEWS[1], place=lake)])["opportunities"])
    points = {record["place"]["text"]: record["place"]["point"] for record in read}
    assert points == {"Columbus, Ohio": [39.96118, -82.99879], "Hotel by the lake": None}


def test_ten_thousand_opportunities_with_rules_and_cities_are_at_most_a_megabyte() -> None:
    small, large = octets(document_of(VIEWS[:500])), octets(document_of(VIEWS))
    each = (large - small) / (len(VIEWS) - 500)
    rest = octets(rules(load_credentials())) + octets(json.loads(b"".join(cities_text()))) + small - 500 * each
    assert rest + OPPORTUNITIES * each <= OCTETS_FOR_ALL


def test_only_fields_of_an_opportunity_are_named() -> None:
    named = {field.name for field in fields(OpportunityView)}
    assert {*PLAIN, *INNER} <= named
    assert "evidence" not in {*PLAIN, *INNER}


def test_a_private_opportunity_never_enters_the_site(tmp_path: Path) -> None:
    private = replace(VIEWS[0], visibility=Visibility.PRIVATE)
    job = Job(Snapshot([private]), TODAY, SiteSettings(sample=True, search=False, compress=False), load_credentials())
    with pytest.raises(BuildError, match="private"):
        build(job, tmp_path)
    assert not list(tmp_path.glob("planner/*"))


def test_the_built_file_has_what_is_live_and_the_mark_of_samples(tmp_path: Path) -> None:
    shown = snapshot()
    settings = SiteSettings(sample=True, search=False, compress=False)
    build(Job(shown, TODAY, settings, load_credentials()), tmp_path)
    (file,) = tmp_path.glob("planner/catalog.*.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    live = {view.id for view in snapshot().opportunities if view.is_live(TODAY)}
    assert {record["id"] for record in records_of(document["opportunities"])} == live
    assert document["sample"] is True


def written(folder: Path, previous: Path | None, views: Iterable[OpportunityView], before: str) -> tuple[str, Output]:
    """One build's file of the planner, with the mark to keep."""
    facts = [f"{view.id} {hash(view.title)}" for view in views]
    output = Output(folder, previous)
    folder.mkdir()
    return write_catalog(output, facts, planner_records(views), packages(), sample=True, before=before), output


def test_it_is_made_anew_only_where_something_changed(tmp_path: Path) -> None:
    views = VIEWS[:20]
    first, _ = written(tmp_path / "1", None, views, "")
    second, output = written(tmp_path / "2", tmp_path / "1", views, first)
    assert second == first
    assert (output.counts.linked, output.counts.written) == (1, 0)
    third, output = written(tmp_path / "3", tmp_path / "2", [replace(views[0], title="New"), *views[1:]], second)
    assert third.split()[1] != second.split()[1]
    assert (output.counts.linked, output.counts.written) == (0, 1)
    assert (tmp_path / "3" / third.split()[1][1:]).exists()


def test_the_address_follows_the_content(tmp_path: Path) -> None:
    output = Output(tmp_path)
    one = write_document(output, "catalog", {"a": date.min.isoformat()})
    other = write_document(output, "catalog", {"a": date.max.isoformat()})
    assert one != other
