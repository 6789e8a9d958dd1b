"""What a spool becomes: new, changed, unchanged, seen, rejected; cut off and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog import queries, recording, store
from catalog.database import CatalogError
from catalog.history import replay
from catalog.listing import CreditUnit, Visibility
from catalog.models import Change, ListingRecord, ListingVersion, Run, RunState, table
from catalog.spool import (
    Cause,
    Finish,
    ListingLine,
    PageLine,
    RejectedLine,
    RejectedThing,
    SeenLine,
    SourceFacts,
    SpoolError,
)
from catalog.store import SampleMixedError
from catalog.views import Happening, Presence, TopicOrigin, TopicView
from tests.catalog.support import START, Crawl, Nights, credit, listing, offer, session, source, stated

Open = Callable[..., Nights]


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Open]:
    opened: list[Nights] = []

    def open_nights(*sources: SourceFacts) -> Nights:
        opened.append(Nights(tmp_path, sources or [source("one")]))
        return opened[-1]

    yield open_nights
    for each in opened:
        each.catalog.close()


def rows(nights: Nights, model: type, *names: str) -> list[tuple[object, ...]]:
    columns = [table(model).c[name] for name in names]
    with nights.catalog.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*columns))]


def presence(nights: Nights) -> dict[str, Presence]:
    return {str(key): Presence(str(value)) for key, value in rows(nights, ListingRecord, "source_key", "presence")}


def test_a_first_night_is_new_and_the_same_again_changes_nothing(nights: Open) -> None:
    house = nights()
    courses = [listing("one", f"c{number}", credits=(credit(1000),)) for number in range(5)]
    first = house.night({"one": courses})
    assert (first.recorded.new, first.recorded.unchanged) == (5, 0)
    before = queries.fingerprint(house.catalog)
    later = [each.model_copy(update={"fetched_at": house.now}) for each in courses]
    second = house.night({"one": later})
    assert (second.recorded.new, second.recorded.changed, second.recorded.unchanged) == (0, 0, 5)
    assert second.projected.listings == 0
    assert queries.fingerprint(house.catalog) == before
    assert {view.read_on for view in queries.opportunities(house.catalog)} == {START.date()}


def test_a_change_keeps_both_values_and_the_day_of_the_new_one(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", "a", title="Anemias", offers=(offer(2000),))]})
    changed = listing("one", "a", title="Anemias", offers=(offer(2500),), read_at=house.now)
    result = house.night({"one": [changed]})
    assert result.recorded.changed == 1
    (change,) = queries.changes(house.catalog, since=date(2026, 11, 23))
    assert (change.what, change.before, change.after) == (Happening.PRICE_UP, "20.00 USD", "25.00 USD")
    (view,) = queries.opportunities(house.catalog)
    assert view.offers[0].minor == 2500
    assert view.read_on == date(2026, 11, 23)


def test_history_replays_from_the_first_version_to_the_present(nights: Open) -> None:
    house = nights()
    prices = [2000, 2500, 2500, 1500]
    for number, price in enumerate(prices):
        title = "Anemias" if number < 2 else "Anemias, revised"
        house.night({"one": [listing("one", "a", title=title, offers=(offer(price),), read_at=house.now)]})
    with house.catalog.reading() as connection:
        versions = connection.execute(sa.select(table(ListingVersion)).order_by("first_read_at")).all()
        changes = connection.execute(sa.select(table(Change)).order_by("id")).all()
        present = connection.scalar(sa.select(table(ListingRecord).c.payload))
    assert len(versions) == 4
    assert replay(versions[0].payload, [(row.field, row.after) for row in changes]) == present


def test_reworded_evidence_is_kept_and_is_no_news(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", "a", title="Anemias")]})
    reworded = listing("one", "a", read_at=house.now).model_copy(update={"title": stated("Anemias", "ANEMIAS (new)")})
    assert house.night({"one": [reworded]}).recorded.changed == 1
    assert queries.changes(house.catalog, since=date(2026, 11, 23)) == []
    assert len(rows(house, Change, "field")) == 1


def test_a_listing_of_a_version_that_did_not_know_a_field_is_written_anew_and_is_no_news(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", "c")]})
    kept = table(ListingRecord)
    with house.catalog.writing() as connection:
        older = dict(connection.scalars(sa.select(kept.c.payload)).one())
        del older["captions"]
        connection.execute(sa.update(kept).values(payload=older, content_hash="of an older version", line_hash=None))
    assert house.night({"one": [listing("one", "c")]}).recorded.changed == 1
    [(payload,)] = rows(house, ListingRecord, "payload")
    assert isinstance(payload, dict)
    assert "captions" in payload
    assert rows(house, Change, "field") == []


def test_a_304_marks_as_seen_and_parses_nothing(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", "a"), listing("one", "b")]})
    seen = SeenLine(source="one", url="https://one.example/list", source_keys=("a", "b"))
    result = house.night({"one": Crawl(other=[seen])})
    assert result.recorded.seen == 2
    assert result.reconciled.complete == ["one"]
    assert set(presence(house).values()) == {Presence.ACTIVE}


def test_missing_after_one_complete_run_and_withdrawn_after_three_and_seven_days(nights: Open) -> None:
    house = nights()
    both = [listing("one", "a"), listing("one", "b")]
    house.night({"one": both})
    states = []
    for days in (1, 1, 1, 4, 1):
        house.night({"one": both[:1]}, days=days)
        states.append(presence(house)["b"])
    missing, withdrawn = Presence.MISSING, Presence.WITHDRAWN
    assert states == [missing, missing, missing, missing, withdrawn]
    assert presence(house)["a"] is Presence.ACTIVE
    result = house.night({"one": both})
    assert result.recorded.returned == 1
    assert presence(house)["b"] is Presence.ACTIVE
    told = [change.what for change in queries.changes(house.catalog) if change.field == "presence"]
    assert told == [Happening.RETURNED, Happening.WITHDRAWN, Happening.MISSING]


@pytest.mark.parametrize(
    "crawl",
    [
        Crawl(finish=Finish.FAILED, cause=Cause.DNS),
        Crawl(finish=Finish.TRUNCATED, cause=Cause.LIMIT),
        Crawl(listings=[listing("one", "c0")]),
        Crawl(),
    ],
    ids=["failed", "truncated", "far too few", "nothing"],
)
def test_an_outage_takes_nothing_away(nights: Open, crawl: Crawl) -> None:
    house = nights()
    house.night({"one": [listing("one", f"c{number}") for number in range(6)]})
    for _ in range(12):
        result = house.night({"one": crawl})
    assert result.reconciled.incomplete == ["one"]
    assert set(presence(house).values()) == {Presence.ACTIVE}


def test_a_calendar_of_which_much_is_over_is_small_and_whole(nights: Open) -> None:
    house = nights()
    past = [listing("one", f"past{n}", sessions=(session(START.date() - timedelta(days=n)),)) for n in range(9)]
    coming = [listing("one", f"next{n}", sessions=(session(START.date() + timedelta(days=90)),)) for n in range(4)]
    house.night({"one": [*past, *coming]})
    house.night({"one": coming[:1]})
    assert set(presence(house).values()) == {Presence.ACTIVE}  # one of four that are still on is an outage
    result = house.night({"one": coming})
    assert result.reconciled.complete == ["one"]
    missing = {key for key, state in presence(house).items() if state is Presence.MISSING}
    assert missing == {each.source_key for each in past}


def test_a_page_that_cannot_be_read_is_not_absent(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", f"c{number}") for number in range(4)]})
    rejected = [
        RejectedLine(source="one", url="https://one.example/c3", field="page", reason="HTTP 500", fetched_at=START)
    ]
    still = [listing("one", f"c{number}") for number in range(3)]
    for _ in range(10):
        house.night({"one": Crawl(still, other=rejected)})
    assert presence(house)["c3"] is Presence.ACTIVE
    (standing,) = queries.rejections(house.catalog)
    assert (standing.times, standing.reason) == (10, "HTTP 500")


def test_a_rejection_is_resolved_when_its_page_is_read_without_it(nights: Open) -> None:
    house = nights()
    url = "https://one.example/c1"
    rejected = RejectedLine(source="one", url=url, field="credits", reason="no unit", fetched_at=START)
    house.night({"one": Crawl([listing("one", "c0")], other=[rejected])})
    assert len(queries.rejections(house.catalog)) == 1
    page = PageLine(source="one", url=url, extractor_hash="x", source_keys=("c1",), fetched_at=house.now)
    house.night({"one": Crawl([listing("one", "c0"), listing("one", "c1")], other=[page])})
    assert queries.rejections(house.catalog) == []
    (resolved,) = queries.rejections(house.catalog, standing=False)
    assert resolved.resolved_at == START + timedelta(days=1)


def test_an_invalid_listing_is_rejected_with_its_field_and_costs_no_other(nights: Open) -> None:
    house = nights()
    run = store.begin_run(house.catalog, START, sample=False)
    good = ListingLine(listing=listing("one", "good")).model_dump_json()
    bad = ListingLine(listing=listing("one", "bad")).model_dump_json().replace('"course"', '"seance"')
    spool = house.folder / "spool.jsonl"
    spool.write_text(f"{bad}\n{good}\n", encoding="utf-8")
    counts = store.record(house.catalog, run, spool, START)
    assert (counts.new, counts.rejected) == (1, 1)
    (rejection,) = queries.rejections(house.catalog)
    assert rejection.field == "kind.value"
    assert rejection.source_key == "bad"


@pytest.mark.parametrize(
    ("line", "says"),
    [("{broken", "byte 0"), ('{"type": "seen", "source": "two", "url": "u", "source_keys": []}', "'two' is no source")],
)
def test_what_is_no_spool_line_is_an_error_that_names_the_place(nights: Open, line: str, says: str) -> None:
    house = nights()
    run = store.begin_run(house.catalog, START, sample=False)
    spool = house.folder / "spool.jsonl"
    spool.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SpoolError, match=says):
        store.record(house.catalog, run, spool, START)


def test_a_half_line_waits_until_it_is_whole(nights: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "BATCH_LINES", 2)
    house = nights()
    run = store.begin_run(house.catalog, START, sample=False)
    lines = "".join(ListingLine(listing=listing("one", f"c{number}")).model_dump_json() + "\n" for number in range(5))
    spool = house.folder / "spool.jsonl"
    spool.write_text(lines[:-40], encoding="utf-8")
    assert store.record(house.catalog, run, spool, START).new == 4
    spool.write_text(lines, encoding="utf-8")
    assert store.record(house.catalog, run, spool, START).new == 1
    assert store.record(house.catalog, run, spool, START).batches == 0


def test_of_two_readings_of_one_night_the_fuller_stays_whichever_came_first(tmp_path: Path) -> None:
    stub, full = listing("one", "a"), listing("one", "a", credits=(credit(1500),))
    found = []
    for name, order in (("first", [stub, full]), ("second", [full, stub])):
        (tmp_path / name).mkdir()
        house = Nights(tmp_path / name, [source("one")])
        house.night({"one": order})
        found.append(queries.fingerprint(house.catalog))
        (view,) = queries.opportunities(house.catalog)
        assert [each.thousandths for each in view.credits] == [1500]
        house.catalog.close()
    assert found[0] == found[1]


def test_sample_and_live_data_never_share_a_catalog(nights: Open) -> None:
    house = nights()
    house.night({"one": [listing("one", "a")]})
    with pytest.raises(SampleMixedError, match="holds live data"):
        store.begin_run(house.catalog, house.now, sample=True)
    result = house.night({"one": [listing("one", "b", sample=True)]})
    assert (result.recorded.new, result.recorded.rejected) == (0, 1)


def test_private_listings_are_given_only_to_who_asks(nights: Open) -> None:
    house = nights()
    private = listing("one", "b", title="Our own training", visibility=Visibility.PRIVATE)
    house.night({"one": [listing("one", "a"), private]})
    assert [view.title for view in queries.opportunities(house.catalog)] == ["Course a"]
    assert len(queries.opportunities(house.catalog, visibility=None)) == 2
    assert queries.opportunity(house.catalog, private.id.replace("l", "o", 1)) is None
    assert queries.opportunity(house.catalog, private.url) is None
    assert [change.title for change in queries.changes(house.catalog)] == ["Course a"]


def test_known_pages_leave_out_a_page_whose_listing_was_never_recorded(nights: Open) -> None:
    house = nights()
    pages = [
        PageLine(
            source="one",
            url=f"https://one.example/{key}",
            etag=f'"{key}"',
            extractor_hash="x",
            source_keys=(key,),
            fetched_at=START,
        )
        for key in ("a", "lost")
    ]
    house.night({"one": Crawl([listing("one", "a")], other=pages)})
    assert [page.url for page in store.known_pages(house.catalog, ["one"])] == ["https://one.example/a"]


def test_what_of_a_page_was_rejected_is_handed_to_the_next_crawl(nights: Open) -> None:
    house = nights()
    thing = RejectedThing(
        url="https://one.example/b", source_key="b", field="title", reason="the page does not state it"
    )
    page = PageLine(
        source="one",
        url="https://one.example/all",
        etag='"e"',
        extractor_hash="x",
        rejections=(thing,),
        fetched_at=START,
    )
    house.night({"one": Crawl([listing("one", "a")], other=[page])})
    assert [page.rejections for page in store.known_pages(house.catalog, ["one"])] == [(thing,)]


@pytest.mark.parametrize(("field", "due"), [("retired_on", False), ("title", True)])
def test_a_page_that_says_itself_that_it_is_over_may_rest(nights: Open, field: str, due: bool) -> None:
    house = nights()
    url = "https://one.example/b"
    page = PageLine(
        source="one",
        url=url,
        last_modified="Sat, 14 Sep 2024 00:00:00 GMT",
        extractor_hash="x",
        rejections=(RejectedThing(url=url, field=field, reason="the title says it is over"),),
        fetched_at=START,
    )
    house.night({"one": Crawl([listing("one", "a")], other=[page])})
    days = [START + timedelta(days=number) for number in range(1, 14)]
    asked = [known.due for day in days for known in store.known_pages(house.catalog, ["one"], day) if known.url == url]
    assert len(asked) == len(days)
    assert all(asked) if due else sum(asked) <= 1


def test_a_run_that_was_killed_is_found_by_the_next_one(nights: Open) -> None:
    house = nights()
    first = store.begin_run(house.catalog, START, sample=False)
    second = store.begin_run(house.catalog, START, sample=False)
    assert first != second
    assert dict(rows(house, Run, "id", "state")) == {first: RunState.INTERRUPTED, second: RunState.RUNNING}
    with pytest.raises(CatalogError, match="no run"):
        store.finish_run(house.catalog, "20200101T000000", START)


def test_guesses_stand_beside_what_is_stated_and_survive_a_new_projection(nights: Open) -> None:
    house = nights()
    course = listing("one", "a", subjects=(stated("Hematology"),))
    house.night({"one": [course]})
    (view,) = queries.opportunities(house.catalog)
    guesses = [TopicView(topic, TopicOrigin.GUESSED, 0.7) for topic in ("chemistry", "hematology")]
    assert store.save_topic_guesses(house.catalog, {view.id: guesses, "o000000000000": guesses}) == 1
    house.night({"one": [course.model_copy(update={"credits": (credit(1000, CreditUnit.FLORIDA),)})]})
    (view,) = queries.opportunities(house.catalog)
    assert [(topic.topic, topic.origin) for topic in view.topics] == [
        ("hematology", TopicOrigin.STATED),
        ("chemistry", TopicOrigin.GUESSED),
    ]
    with pytest.raises(ValueError, match="not guessed"):
        store.save_topic_guesses(house.catalog, {view.id: [TopicView("chemistry", TopicOrigin.STATED)]})


def test_rules_keep_their_history(nights: Open) -> None:
    house = nights()
    run = store.begin_run(house.catalog, START, sample=False)
    assert store.record_rules(house.catalog, run, {"ascp_mlt": {"total": 36}}, START) == 0
    assert store.record_rules(house.catalog, run, {"ascp_mlt": {"total": 36}}, START) == 0
    assert store.record_rules(house.catalog, run, {"ascp_mlt": {"total": 40}}, START) == 1
    assert rows(house, Change, "subject", "field", "before", "after") == [("ascp_mlt", "total", 36, 40)]


def test_every_instant_comes_back_aware(nights: Open) -> None:
    house = nights()
    at = datetime(2026, 12, 1, 13, tzinfo=UTC)
    house.night(
        {"one": [listing("one", "a", sessions=(session(date(2026, 12, 1), local_time=at.time(), zone="UTC"),))]}
    )
    (view,) = queries.opportunities(house.catalog)
    assert view.sessions[0].starts_at == at
    assert view.sessions[0].starts_at.utcoffset() == timedelta(0)
    assert all(run.started_at.tzinfo is not None for run in queries.runs(house.catalog))
    with pytest.raises(sa.exc.StatementError, match="no time zone"):
        store.begin_run(house.catalog, datetime(2026, 12, 1), sample=False)  # noqa: DTZ001  # a naive one is the point
