"""From listings to opportunities: ids, merging, conflicts, and that the order of crawls makes no difference."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog import queries
from catalog.history import OPPORTUNITY_FIELD
from catalog.listing import CreditUnit, Kind, Listing, PackageCover, PackageStatement, SessionStatus, Visibility
from catalog.models import Change, ListingRecord, table
from catalog.projection import project
from catalog.spool import SourceFacts
from catalog.views import Conflict, OpportunityView, Presence
from tests.catalog.support import (
    Crawl,
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

FAMILY = [
    source("labce", catalog_family="labce", priority=10),
    source("medialab", catalog_family="labce", priority=20),
    source("store", catalog_family="labce", priority=30),
]
SOCIETIES = [source("ascls"), source("amt"), source("state")]
JULY = date(2027, 7, 26)


def course(source_id: str, key: str, title: str, number: str | None = None, **facts: object) -> Listing:
    numbered = {"course_number": stated(number)} if number else {}
    return listing(source_id, key, title=title, delivery=on_demand(), **numbered, **facts)


def event(source_id: str, key: str, title: str, *days: date, **facts: object) -> Listing:
    shared = {name: facts.pop(name) for name in ("place", "local_time", "zone") if name in facts}
    sessions = tuple(session(day, **shared) for day in days)
    return listing(source_id, key, **{"title": title, "kind": stated(Kind.CONFERENCE), "sessions": sessions, **facts})


def seen(folder: Path, sources: Sequence[SourceFacts], *nights: Sequence[Listing]) -> list[OpportunityView]:
    """The opportunities after nights that each bring some listings."""
    folder.mkdir(parents=True, exist_ok=True)
    house = Nights(folder, sources)
    for listings in nights:
        by_source: dict[str, list[Listing]] = {each.id: [] for each in sources}
        for each in listings:
            by_source[each.source].append(each)
        house.night({id_: found for id_, found in by_source.items() if found})
    views = queries.opportunities(house.catalog)
    house.catalog.close()
    return views


def test_one_course_on_three_hosts_is_one_opportunity_with_its_offers_and_its_conflict(tmp_path: Path) -> None:
    views = seen(
        tmp_path,
        FAMILY,
        [
            course("labce", "a", "Microcytic Anemias", "578-010-26", credits=(credit(1000),), offers=(offer(2500),)),
            course("medialab", "m/a", "Microcytic Anemias", credits=(credit(1500),), offers=(offer(2000),)),
            course("store", "c10", "Anemias, Microcytic", "578-010-26", credits=(credit(1000),), offers=(offer(1800),)),
            course("labce", "b", "Macrocytic Anemias", "578-011-26", credits=(credit(1000),)),
        ],
    )
    assert sorted(view.title for view in views) == ["Macrocytic Anemias", "Microcytic Anemias"]
    view = next(view for view in views if view.title == "Microcytic Anemias")
    assert [(each.source, each.minor) for each in view.offers] == [("labce", 2500), ("medialab", 2000), ("store", 1800)]
    assert [(each.source, each.thousandths) for each in view.credits] == [("labce", 1000), ("medialab", 1500)]
    assert Conflict("credits:pace", (("labce", "1"), ("medialab", "1.5"), ("store", "1"))) in view.conflicts
    assert (
        Conflict(
            "title",
            tuple(
                (each, title)
                for each, title in [
                    ("labce", "Microcytic Anemias"),
                    ("medialab", "Microcytic Anemias"),
                    ("store", "Anemias, Microcytic"),
                ]
            ),
        )
        in view.conflicts
    )
    assert view.id == "o" + course("labce", "a", "Microcytic Anemias").id[1:]
    assert [each.source for each in view.listings] == ["labce", "medialab", "store"]


def test_an_approval_that_lasts_longer_is_the_one_shown(tmp_path: Path) -> None:
    until = {year: credit(1000, approved_through=date(year, 3, 31)) for year in (2026, 2028)}
    (view,) = seen(
        tmp_path,
        FAMILY,
        [
            course("labce", "a", "Anemias", "1-2-3", credits=(until[2026],)),
            course("medialab", "a", "Anemias", "1-2-3", credits=(until[2028],)),
        ],
    )
    assert [(each.source, each.approved_through) for each in view.credits] == [("medialab", date(2028, 3, 31))]


def test_credits_that_two_sources_sum_are_not_summed_together(tmp_path: Path) -> None:
    parts = (credit(1000, additive_group="a"), credit(500, CreditUnit.FLORIDA, additive_group="a"))
    (view,) = seen(
        tmp_path,
        FAMILY,
        [course(each, "a", "Anemias", "1-2-3", credits=parts) for each in ("labce", "medialab")],
    )
    groups = [each.additive_group for each in view.credits]
    assert len(groups) == 4
    assert len(set(groups)) == 2


def test_a_course_is_retired_only_where_every_source_says_so(tmp_path: Path) -> None:
    gone = {"retired_on": stated(date(2026, 1, 1))}
    hosts = ("labce", "medialab")
    (half,) = seen(
        tmp_path / "half", FAMILY, [course("labce", "a", "Anemias", **gone), course("medialab", "a", "Anemias")]
    )
    assert half.retired_on is None
    assert Conflict("retired_on", (("labce", "2026-01-01"), ("medialab", "still offered"))) in half.conflicts
    (whole,) = seen(tmp_path / "whole", FAMILY, [course(each, "a", "Anemias", **gone) for each in hosts])
    assert whole.retired_on == date(2026, 1, 1)


LOOK_ALIKES = {
    "parts": (course("labce", "a", "Hemostasis, Part I"), course("medialab", "a", "Hemostasis, Part II")),
    "years": (course("labce", "a", "CAP Pro Course 2025"), course("medialab", "a", "CAP Pro Course 2026")),
    "levels": (course("labce", "a", "Basic Hematology"), course("medialab", "a", "Advanced Hematology")),
    "kinds": (course("labce", "a", "Hematology"), course("medialab", "a", "Hematology", kind=stated(Kind.DEGREE))),
    "dates": (
        event("ascls", "a", "Annual Lab Symposium", JULY, place=city("Reno", "NV")),
        event("amt", "a", "Annual Lab Symposium", date(2027, 7, 27), place=city("Reno", "NV")),
    ),
    "cities": (
        event("ascls", "a", "Annual Lab Symposium", JULY, place=city("Reno", "NV")),
        event("amt", "a", "Annual Lab Symposium", JULY, place=city("Tulsa", "OK")),
    ),
    "states": (
        event("ascls", "a", "Annual Lab Symposium", JULY, place=city("Portland", "OR")),
        event("amt", "a", "Annual Lab Symposium", JULY, place=city("Portland", "ME")),
    ),
    "times": (
        event("ascls", "a", "Sepsis and the Laboratory", JULY, local_time=time(10), zone="America/New_York"),
        event("amt", "a", "Sepsis and the Laboratory", JULY, local_time=time(14), zone="America/New_York"),
    ),
    "years of one address": (
        event("ascls", "a-2026", "ADLM University: Immunoassay", date(2026, 7, 26)),
        event("ascls", "a-2027", "ADLM University: Immunoassay", JULY),
    ),
    "live and recorded": (
        event("ascls", "a", "Sepsis and the Laboratory", JULY),
        course("amt", "a", "Sepsis and the Laboratory", provider="ascls"),
    ),
    "private": (course("labce", "a", "Anemias"), course("medialab", "a", "Anemias", visibility=Visibility.PRIVATE)),
    "numbers of one source": (course("labce", "a", "Anemias", "1-2-3"), course("labce", "b", "Anemias", "1-2-4")),
    "openings of one source": (course("labce", "a", "Mentor"), course("labce", "b", "Mentor")),
}
SAME = {
    "notes of hosts": (
        course("labce", "a", "Anemias (Online CE Course)"),
        course("medialab", "a", "ANEMIAS (Online Course)"),
    ),
    "marks": (
        course("labce", "a", "Blood Banking & Transfusion"),
        course("store", "c", "Blood banking and transfusion®"),
    ),
    "conference of two societies": (
        event(
            "ascls",
            "a",
            "2027 Joint Annual Meeting (JAM) of Laboratory Science",
            JULY,
            place=city("Reno", "NV"),
        ),
        event("amt", "b", "Joint Annual Meeting (JAM) of Laboratory Science", JULY, place=city("Reno")),
    ),
    "webinar at one hour": (
        event("ascls", "a", "Sepsis and the Laboratory", JULY, local_time=time(13), zone="America/New_York"),
        event("amt", "b", "Sepsis & the Laboratory", JULY, local_time=time(13), zone="America/New_York"),
    ),
    "one hour in two zones": (
        event("ascls", "a", "Sepsis and the Laboratory", JULY, local_time=time(13), zone="America/New_York"),
        event("amt", "b", "Sepsis and the Laboratory", JULY, local_time=time(10), zone="America/Los_Angeles"),
    ),
    "a past date dropped": (
        event("ascls", "a", "Sepsis and the Laboratory", date(2026, 11, 1), JULY),
        event("state", "b", "Sepsis and the Laboratory", JULY, provider="ascls"),
    ),
    "provider's own page elsewhere": (
        course("ascls", "a", "Malaria Microscopy"),
        course("amt", "b", "Malaria Microscopy", provider="ascls"),
    ),
}


@pytest.mark.parametrize("pair", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alikes_stay_apart(tmp_path: Path, pair: Sequence[Listing]) -> None:
    house = Nights(tmp_path, [*FAMILY, *SOCIETIES])
    by_source: dict[str, list[Listing]] = {}
    for each in pair:
        by_source.setdefault(each.source, []).append(each)
    house.night(by_source)
    assert len(queries.opportunities(house.catalog, visibility=None)) == 2
    house.catalog.close()


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_real_duplicates_are_one(tmp_path: Path, pair: Sequence[Listing]) -> None:
    (view,) = seen(tmp_path, [*FAMILY, *SOCIETIES], pair)
    assert len(view.listings) == 2


def test_a_cancelled_date_of_one_source_is_believed_and_the_conflict_shown(tmp_path: Path) -> None:
    shared = {"local_time": time(13), "zone": "America/New_York"}
    called_off = session(JULY, status=SessionStatus.CANCELLED, **shared)
    (view,) = seen(
        tmp_path,
        SOCIETIES,
        [
            event("amt", "a", "Sepsis and the Laboratory", JULY, **shared),
            listing("ascls", "b", title="Sepsis and the Laboratory", kind=stated(Kind.WEBINAR), sessions=(called_off,)),
        ],
    )
    assert [each.status for each in view.sessions] == [SessionStatus.CANCELLED]
    assert view.conflicts[-1] == Conflict("sessions:2027-07-26:status", (("amt", "scheduled"), ("ascls", "cancelled")))


def test_two_dates_are_two_sessions_and_credits_of_a_session_name_it(tmp_path: Path) -> None:
    days = (date(2027, 6, 4), date(2027, 4, 16))
    sessions = tuple(session(day, credits=(credit(2000),)) for day in days)
    (view,) = seen(tmp_path, SOCIETIES, [listing("amt", "a", sessions=sessions)])
    assert [each.local_date for each in view.sessions] == sorted(days)
    assert [each.session_key for each in view.credits] == ["2027-06-04", "2027-04-16"]
    assert view.is_live(date(2027, 4, 17))
    assert not view.is_live(date(2027, 6, 5))


@pytest.mark.parametrize(
    ("local_time", "zone", "starts"),
    [
        (time(13), "America/New_York", "2027-03-14T17:00:00+00:00"),
        (time(2, 30), "America/New_York", None),
        (None, "America/New_York", None),
        (time(13), None, None),
        (time(13), "America/Nowhere", None),
    ],
    ids=["known", "skipped by summer time", "no time", "no zone", "unknown zone"],
)
def test_an_instant_exists_only_when_date_time_and_zone_are_known(
    tmp_path: Path, local_time: time | None, zone: str | None, starts: str | None
) -> None:
    day = date(2027, 3, 14)
    (view,) = seen(tmp_path, SOCIETIES, [event("amt", "a", "Sepsis", day, local_time=local_time, zone=zone)])
    found = view.sessions[0].starts_at
    assert (found.isoformat() if found else None) == starts


def all_listings() -> list[Listing]:
    """A mixture in which nearly everything may be one with something else."""
    titles = ("Anemias", "Hemostasis, Part I", "Hemostasis, Part II", "Malaria")
    courses = [
        course(
            host, f"{host}-{number}", title, f"1-{number}-26" if number % 2 else None, credits=(credit(1000 + number),)
        )
        for host in ("labce", "medialab", "store")
        for number, title in enumerate(titles)
    ]
    events = [
        event(society, f"{society}-{title}", f"{title} Symposium of Laboratory Science", JULY, place=city("Reno"))
        for society in ("ascls", "amt", "state")
        for title in ("Spring", "Summer")
    ]
    return courses + events


@pytest.mark.parametrize("seed", range(4))
def test_two_machines_that_crawl_in_different_orders_end_equal(tmp_path: Path, seed: int) -> None:
    listings = all_listings()
    order = random.Random(seed)
    shuffled = order.sample(listings, len(listings))
    sources = [*FAMILY, *SOCIETIES]
    cut = order.randrange(1, len(shuffled))
    at_once = seen(tmp_path / "at once", sources, listings)
    in_nights = Nights(tmp_path, sources)
    for part in (shuffled[:cut], shuffled[cut:]):
        by_source: dict[str, list[Listing]] = {}
        for each in part:
            by_source.setdefault(each.source, []).append(each)
        in_nights.night(by_source, days=0)
    with in_nights.catalog.writing() as connection:  # a second night misses what only the first one brought
        connection.execute(sa.update(table(ListingRecord)).values(presence=Presence.ACTIVE, stale=True))
    project(in_nights.catalog, in_nights.now)
    assert queries.opportunities(in_nights.catalog) == at_once
    in_nights.catalog.close()


def test_an_id_that_gives_way_stays_an_alias(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    later, earlier = course("medialab", "a", "Anemias"), course("labce", "a", "Anemias")
    house.night({"medialab": [later]})
    (before,) = queries.opportunities(house.catalog)
    house.night({"labce": [earlier], "medialab": [later]})
    (after,) = queries.opportunities(house.catalog)
    assert before.id != after.id
    assert queries.aliases(house.catalog) == {before.id: after.id}
    for name in (before.id, after.id, later.id, earlier.id, "http://www.medialab.example/a?utm_source=mail"):
        assert queries.opportunity(house.catalog, name) == after
    assert queries.opportunity(house.catalog, "https://medialab.example/b") is None
    with house.catalog.reading() as connection:
        moves = connection.execute(sa.select(table(Change)).where(table(Change).c.field == OPPORTUNITY_FIELD)).all()
    assert [(row.before, row.after) for row in moves] == [(before.id, after.id)]


def test_ids_survive_a_changed_title_price_and_date(tmp_path: Path) -> None:
    house = Nights(tmp_path, SOCIETIES)
    house.night({"amt": [event("amt", "uid-1", "Spring Meeting", JULY)]})
    (before,) = queries.opportunities(house.catalog)
    changed = event("amt", "uid-1", "Spring Meeting and Expo", date(2027, 8, 1), offers=(offer(9900),))
    house.night({"amt": [changed]})
    (after,) = queries.opportunities(house.catalog)
    assert (after.id, after.title) == (before.id, "Spring Meeting and Expo")


def test_what_one_source_withdraws_stays_while_another_offers_it(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    first = [course("labce", "a", "Anemias", credits=(credit(1000),)), course("labce", "b", "Other things")]
    second = [course("medialab", "a", "Anemias", credits=(credit(1500),)), course("medialab", "b", "More things")]
    house.night({"labce": first, "medialab": second})
    for _ in range(9):
        house.night({"labce": first[1:], "medialab": second})
    view = queries.opportunity(house.catalog, first[0].id)
    assert view is not None
    assert view.presence is Presence.ACTIVE
    assert [each.presence for each in view.listings] == [Presence.WITHDRAWN, Presence.ACTIVE]
    assert [(each.source, each.thousandths) for each in view.credits] == [("medialab", 1500)]


def package(minor: int, **facts: object) -> PackageStatement:
    return PackageStatement(
        **{
            "key": "eight-hours",
            "name": "Pick Your Courses",
            "minor": minor,
            "currency": "USD",
            "covers": PackageCover(source="labce"),
            "cap_thousandths": 8000,
            "evidence": evidence(),
            **facts,
        }
    )


def test_a_package_that_many_pages_name_is_one_and_most_of_them_are_believed(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    prices = (5000, 5500, 5500)
    pages = [course("labce", f"c{at}", f"Course {at}", packages=(package(price),)) for at, price in enumerate(prices)]
    house.night({"labce": pages})
    (view,) = queries.packages(house.catalog)
    assert (view.minor, view.cap_thousandths, view.covers.source) == (5500, 8000, "labce")
    house.night(
        {"labce": Crawl([course("labce", f"c{at}", f"Course {at}", packages=(package(5000),)) for at in range(3)])}
    )
    (view,) = queries.packages(house.catalog)
    assert view.minor == 5000


def test_a_new_rank_of_a_source_projects_anew(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    house.night({each: [course(each, "a", "Anemias")] for each in ("labce", "medialab")})
    (before,) = queries.opportunities(house.catalog)
    house.sync([each.model_copy(update={"priority": 5}) if each.id == "medialab" else each for each in FAMILY])
    project(house.catalog, house.now)
    (after,) = queries.opportunities(house.catalog)
    assert (before.family, after.family) == ("labce", "medialab")
    assert queries.aliases(house.catalog) == {before.id: after.id}


def test_queries_take_a_fixed_few_statements(tmp_path: Path) -> None:
    house = Nights(tmp_path, FAMILY)
    counts = []
    for size in (2, 40):
        house.night({"labce": [course("labce", f"{size}-{at}", f"Course {size} {at}") for at in range(size)]})
        statements: list[str] = []

        def count(
            _connection: object, _cursor: object, statement: str, *_: object, into: list[str] = statements
        ) -> None:
            into.append(statement)

        sa.event.listen(house.catalog.engine, "before_cursor_execute", count)
        assert len(queries.opportunities(house.catalog)) >= size
        queries.sources(house.catalog)
        queries.providers(house.catalog)
        queries.runs(house.catalog)
        queries.changes(house.catalog)
        sa.event.remove(house.catalog.engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 25


def test_iterating_gives_the_same_as_all_at_once(tmp_path: Path) -> None:
    house = Nights(tmp_path, [*FAMILY, *SOCIETIES])
    by_source: dict[str, list[Listing]] = {}
    for each in all_listings():
        by_source.setdefault(each.source, []).append(each)
    house.night(by_source)
    everything = queries.opportunities(house.catalog)
    assert list(queries.iterate_opportunities(house.catalog, batch=3)) == everything
    some = [everything[0].id, everything[-1].id]
    assert [view.id for view in queries.opportunities(house.catalog, ids=some)] == some
    assert list(queries.opportunity_hashes(house.catalog)) == [view.id for view in everything]
