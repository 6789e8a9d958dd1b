"""Corrections by people: they win over crawling, survive it, and are reported when they are outlived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import queries
from catalog.corrections import CorrectionError, Curation, load_curation
from catalog.identity import Verdict
from catalog.listing import Kind, Listing
from catalog.projection import project
from catalog.reports import duplicates, outlived
from catalog.views import Presence, TopicOrigin
from tests.catalog.support import Nights, credit, listing, on_demand, source, stated

SIGNED = 'reason = "Checked by telephone"\nauthor = "A. Curator"\ndate = 2026-11-22\n'
ANEMIA = "https://one.example/a"
SOURCES = [source("one"), source("two", priority=60)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Nights]:
    nights = Nights(tmp_path, SOURCES)
    yield nights
    nights.catalog.close()


def curate(folder: Path, text: str, name: str = "ours.toml") -> Curation:
    curation = folder / "curation"
    curation.mkdir(exist_ok=True)
    (curation / name).write_text(text, encoding="utf-8")
    return load_curation(curation)


def course(source_id: str, key: str, title: str, **facts: object) -> Listing:
    return listing(source_id, key, title=title, delivery=on_demand(), **facts)


def titles(house: Nights) -> list[str]:
    return sorted(view.title for view in queries.opportunities(house.catalog))


def test_a_set_field_wins_survives_a_crawl_and_is_undone_with_its_entry(house: Nights, tmp_path: Path) -> None:
    house.night({"one": [course("one", "a", "Anaemias")]})
    set_title = f'[[set]]\ntarget = "{ANEMIA}"\nfield = "title"\nvalue = "Anemias"\nwas = "Anaemias"\n{SIGNED}'
    curation = curate(tmp_path, set_title)
    assert project(house.catalog, house.now, curation).written == 1
    assert titles(house) == ["Anemias"]
    house.night({"one": [course("one", "a", "Anaemias", credits=(credit(1000),))]})
    project(house.catalog, house.now, curation)
    (view,) = queries.opportunities(house.catalog)
    assert view.title == "Anemias"
    assert view.credits[0].thousandths == 1000
    assert view.evidence["title"][0].where == "curation:ours.toml"
    assert outlived(house.catalog, curation) == []
    project(house.catalog, house.now, Curation())
    assert titles(house) == ["Anaemias"]


@pytest.mark.parametrize(
    ("said", "why"),
    [("Anemias", "its source says so itself now"), ("Anemia, revised", "its source said 'Anaemias' and says")],
)
def test_a_set_field_is_reported_when_its_source_moved_on(house: Nights, tmp_path: Path, said: str, why: str) -> None:
    set_title = f'[[set]]\ntarget = "{ANEMIA}"\nfield = "title"\nvalue = "Anemias"\nwas = "Anaemias"\n{SIGNED}'
    curation = curate(tmp_path, set_title)
    house.night({"one": [course("one", "a", said)]})
    project(house.catalog, house.now, curation)
    (report,) = outlived(house.catalog, curation)
    assert report.why.startswith(why)
    assert titles(house) == ["Anemias"]


def test_lists_and_topics_can_be_set(house: Nights, tmp_path: Path) -> None:
    house.night({"one": [course("one", "a", "Anemias", credits=(credit(3000),), subjects=(stated("Chemistry"),))]})
    text = (
        f'[[set]]\ntarget = "{ANEMIA}"\nfield = "credits"\nvalue = [{{ thousandths = 1000, unit = "pace" }}]\n{SIGNED}'
        f'[[set]]\ntarget = "{ANEMIA}"\nfield = "topics"\nvalue = ["hematology"]\n{SIGNED}'
    )
    project(house.catalog, house.now, curate(tmp_path, text))
    (view,) = queries.opportunities(house.catalog)
    assert [each.thousandths for each in view.credits] == [1000]
    assert [(topic.topic, topic.origin) for topic in view.topics] == [("hematology", TopicOrigin.CONFIRMED)]


def test_a_merge_and_a_split_decide_against_the_comparison(house: Nights, tmp_path: Path) -> None:
    alike = [course("two", "s", "Sepsis", provider="one")]
    house.night(
        {
            "one": [course("one", "a", "Anemias"), course("one", "s", "Sepsis")],
            "two": [*alike, course("two", "b", "All about red cells")],
        }
    )
    assert titles(house) == ["All about red cells", "Anemias", "Sepsis"]
    text = (
        f'[[merge]]\ntargets = ["{ANEMIA}", "https://two.example/b"]\n{SIGNED}'
        f'[[split]]\ntargets = ["https://one.example/s", "{alike[0].id}"]\n{SIGNED}'
    )
    curation = curate(tmp_path, text)
    project(house.catalog, house.now, curation)
    assert titles(house) == ["Anemias", "Sepsis", "Sepsis"]
    project(house.catalog, house.now, Curation())
    assert titles(house) == ["All about red cells", "Anemias", "Sepsis"]


def test_a_correction_may_come_before_its_listing(house: Nights, tmp_path: Path) -> None:
    curation = curate(tmp_path, f'[[merge]]\ntargets = ["{ANEMIA}", "https://two.example/b"]\n{SIGNED}')
    project(house.catalog, house.now, curation)
    (report,) = outlived(house.catalog, curation)
    assert report.why == f"there is no listing {ANEMIA}"
    for crawl in ({"one": [course("one", "a", "Anemias")]}, {"two": [course("two", "b", "All about red cells")]}):
        run = house.night(crawl)
        assert run.recorded.new == 1
        project(house.catalog, house.now, curation)
    assert titles(house) == ["Anemias"]


def test_what_is_hidden_is_given_to_nobody(house: Nights, tmp_path: Path) -> None:
    house.night({"one": [course("one", "a", "Anemias"), course("one", "b", "Sepsis")]})
    project(house.catalog, house.now, curate(tmp_path, f'[[hide]]\ntarget = "{ANEMIA}"\n{SIGNED}'))
    assert titles(house) == ["Sepsis"]
    assert [view.title for view in queries.opportunities(house.catalog, visibility=None)] == ["Sepsis"]
    assert queries.opportunity(house.catalog, ANEMIA) is None
    assert [change.title for change in queries.changes(house.catalog)] == ["Sepsis"]


ADDED = """
[[add]]
provider = "hospital"
url = "https://hospital.example/rounds"
listing = { kind = "in_service", title = "Blood bank rounds", credits = [{ thousandths = 1000, unit = "pace" }] }
"""


def test_what_people_add_is_there_changes_and_goes_with_its_entry(house: Nights, tmp_path: Path) -> None:
    house.night({"one": [course("one", "a", "Anemias")]})
    curation = curate(tmp_path, ADDED + SIGNED)
    project(house.catalog, house.now, curation)
    added = queries.opportunity(house.catalog, "https://hospital.example/rounds")
    assert added is not None
    assert (added.kind, added.title, added.provider) == (Kind.IN_SERVICE, "Blood bank rounds", "hospital")
    assert added.credits[0].evidence[0].text == "Checked by telephone (A. Curator, 2026-11-22)"
    changed = curate(tmp_path, (ADDED + SIGNED).replace('rounds",', 'grand rounds",'))
    project(house.catalog, house.now, changed)
    again = queries.opportunity(house.catalog, added.id)
    assert again is not None
    assert again.title == "Blood bank grand rounds"
    project(house.catalog, house.now, Curation())
    gone = queries.opportunity(house.catalog, added.id)
    assert gone is not None
    assert gone.presence is Presence.WITHDRAWN


def test_an_addition_is_reported_when_a_source_publishes_it(house: Nights, tmp_path: Path) -> None:
    curation = curate(tmp_path, (ADDED + SIGNED).replace("https://hospital.example/rounds", ANEMIA))
    house.night({"one": [course("one", "a", "Blood bank rounds")]})
    project(house.catalog, house.now, curation)
    (report,) = outlived(house.catalog, curation)
    assert report.why == "source one publishes it now"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[set]\n", "ours.toml: "),
        ('[[sett]]\ntarget = "x"\n', r"\[\[sett\]\]"),
        (f'[[hide]]\ntarget = "anemia"\n{SIGNED}', r"\[\[hide\]\] number 1: 'anemia' is neither"),
        ('[[hide]]\ntarget = "l0123456789ab"\n', r"number 1: reason: "),
        (f'[[set]]\ntarget = "{ANEMIA}"\nfield = "colour"\nvalue = "red"\n{SIGNED}', "'colour' is no field"),
        (f'[[set]]\ntarget = "{ANEMIA}"\nfield = "kind"\nvalue = "seance"\n{SIGNED}', r"\[\[set\]\] number 1: "),
        (
            f'[[set]]\ntarget = "{ANEMIA}"\nfield = "topics"\nvalue = ["astrology"]\n{SIGNED}',
            "no such topic: astrology",
        ),
        (f'[[merge]]\ntargets = ["{ANEMIA}"]\n{SIGNED}', "targets"),
        (f'[[add]]\nprovider = "p"\nurl = "https://p.example/"\nlisting = {{ title = "T" }}\n{SIGNED}', "kind"),
    ],
)
def test_a_bad_correction_names_file_entry_and_field(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CorrectionError, match=says):
        curate(tmp_path, text)


def test_duplicates_are_listed_with_verdict_and_reasons(house: Nights) -> None:
    house.night(
        {
            "one": [course("one", "a", "Sickle Cell Anemia"), course("one", "s", "Sepsis Markers")],
            "two": [
                course("two", "a", "Sickle Cell Anemia Testing", provider="one"),
                course("two", "s", "Sepsis markers", provider="one"),
                course("two", "m", "Malaria Smears, Part 1"),
                course("two", "n", "Malaria Smears, Part 2"),
            ],
        }
    )
    found = {(pair.first_title, pair.second_title): pair for pair in duplicates(house.catalog, list(Verdict))}
    certain = found["Sepsis Markers", "Sepsis markers"]
    assert (certain.verdict, certain.reasons) == (Verdict.CERTAIN, ("one provider, the same title",))
    assert found["Sickle Cell Anemia", "Sickle Cell Anemia Testing"].verdict is Verdict.LIKELY
    parts = next(
        pair for names, pair in found.items() if set(names) == {"Malaria Smears, Part 1", "Malaria Smears, Part 2"}
    )
    assert (parts.verdict, parts.reasons[0]) == (Verdict.REJECTED, "their titles hold different numbers")
    assert {pair.verdict for pair in duplicates(house.catalog)} == {Verdict.CERTAIN, Verdict.LIKELY}
