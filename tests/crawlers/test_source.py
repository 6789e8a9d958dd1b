"""Sources: what a TOML may say, and how an error names its place."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from crawlers.run import why_not
from crawlers.source import SourceError, load_sources, read_source, sources_of_sample_web
from crawlers.spiders import MODULES, spider_class

PLAIN = """name = "A society"
provider = "society"
spider = "icalendar"
start = ["https://society.test/events.ics"]
proof = "seen"
kind = "webinar"
"""
SOURCES = load_sources()
FOLDER = Path(__file__).parents[2] / "crawlers" / "sources"


def test_every_source_of_the_wheel_loads_and_its_spider_exists() -> None:
    assert len(SOURCES) >= 40
    assert {source.spider for source in SOURCES.values()} <= set(MODULES)
    assert {spider_class(way).__name__ for way in MODULES} == {name for _, name in MODULES.values()}


def test_a_median_source_is_at_most_35_lines() -> None:
    assert statistics.median(len(path.read_text("utf-8").splitlines()) for path in FOLDER.glob("*.toml")) <= 35


def test_what_is_assumed_is_never_crawled_outside_the_sample_web_and_says_what_nobody_has_seen() -> None:
    for source in SOURCES.values():
        if source.proof == "assumed":
            assert source.unseen
            assert source.only_sample or not source.enabled
            assert why_not(source, offline=False, trial=False, contact="ce@lab.test", approved=True)


def test_every_provider_that_can_be_crawled_helps_on_day_one() -> None:
    without = [source.id for source in SOURCES.values() if source.enabled and source.directory is None]
    assert without == []


def test_clma_points_to_ascp_and_is_not_crawled() -> None:
    clma = SOURCES["clma"]
    assert (clma.alias_of, clma.enabled) == ("ascp", False)
    assert "ASCP" in (clma.disabled_because or "")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ('spider = "icalender"', "line 3: spider: "),
        ('start = ["ftp://society.test/"]', "line 4: start.0: "),
        ('proof = "guessed"', "line 5: proof: "),
        ('proof = "assumed"', "unseen: an assumed layout says what nobody has seen"),
        ("enabled = false", "disabled_because: say why"),
        ('zone = "Eastern"', "line 7: zone: 'Eastern' is no zone"),
        ('[pages]\nitems = ["("]', "line 8: pages.items.0: '(' is no regular expression"),
        ('[labels]\ncost = ["Price"]', "labels.cost"),
        ('colour = "blue"', "line 7: colour: Extra inputs are not permitted"),
        ('id = "other"', "id: a source is named by its file"),
        ('start = ["https://medbox.iiab.me/cdc/"]', "deny-list"),
    ],
)
def test_a_bad_toml_is_told_with_file_line_and_field(change: str, complaint: str) -> None:
    key = change.split(" ", 1)[0]
    lines = [line for line in PLAIN.splitlines() if not line.startswith(f"{key} ")]
    position = next((n for n, line in enumerate(PLAIN.splitlines()) if line.startswith(f"{key} ")), len(lines))
    text = "\n".join([*lines[:position], change, *lines[position:]])
    with pytest.raises(SourceError) as caught:
        read_source(text.encode(), "sources/society.toml")
    assert "sources/society.toml" in str(caught.value)
    assert complaint in str(caught.value)


def test_toml_that_is_none_is_told_with_its_line() -> None:
    with pytest.raises(SourceError, match=r"society\.toml: .*line 1"):
        read_source(b'name = "a\n', "society.toml")


def test_an_overlay_replaces_a_source_whole_and_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "labce.toml").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "our_hospital.toml").write_text(PLAIN.replace("society.test", "hospital.test"), encoding="utf-8")
    found = load_sources(tmp_path)
    assert found["labce"].name == "A society"
    assert found["our-hospital"].all_hosts == {"hospital.test"}
    assert len(found) == len(SOURCES) + 1


def test_like_takes_over_how_pages_are_written_and_not_who_publishes_them() -> None:
    medialab, labce = SOURCES["medialab"], SOURCES["labce"]
    assert medialab.labels["level"] == labce.labels["level"]
    assert medialab.catalog_family == labce.catalog_family == "labce"
    assert medialab.provider != labce.provider
    assert medialab.packages == ()


def test_the_extractor_hash_changes_with_the_toml_and_with_the_one_it_is_like() -> None:
    one = read_source(PLAIN.encode(), "society.toml")
    other = read_source((PLAIN + "\n# a remark\n").encode(), "society.toml")
    assert one.extractor_hash() == read_source(PLAIN.encode(), "society.toml").extractor_hash()
    assert one.extractor_hash() != other.extractor_hash()
    child = b'name = "B"\nprovider = "b"\nlike = "society"\nstart = ["https://b.test/"]\nproof = "seen"\n'
    models = [PLAIN.encode(), PLAIN.encode() + b"\n"]
    hashes = {read_source(child, "b.toml", lambda _, model=model: model).extractor_hash() for model in models}
    assert len(hashes) == 2


def test_sources_of_the_sample_web_are_those_with_a_folder_for_every_start(tmp_path: Path) -> None:
    (tmp_path / "society.example").mkdir()
    assert sources_of_sample_web(SOURCES, tmp_path) == ("sample-society",)
