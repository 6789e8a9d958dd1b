"""Guards: what a source would lose in one night is held back, said, and can be accepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aliquot import guards
from aliquot.guards import Brought, admit, losses
from catalog.listing import Audience, CreditStatement, CreditUnit, Evidence, Kind, Listing, OfferStatement, Stated
from catalog.spool import Cause, Finish, ListingLine, PageLine, SeenLine, SourceEndLine, read_spool

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
TODAY = NOW.date()
SAID = (Evidence(text="2 hours", where="label:Credit"),)


def make_listing(number: int, title: str = "", *, priced: bool = True, credited: bool = True) -> Listing:
    name = title or f"Course {number}"
    return Listing(
        source="labce",
        family="labce",
        source_key=f"k{number}",
        provider="labce",
        url=f"https://www.labce.com/c{number}.aspx",
        fetched_at=NOW,
        kind=Stated[Kind](value=Kind.COURSE, evidence=SAID),
        title=Stated[str](value=name, evidence=SAID),
        credits=(CreditStatement(thousandths=2000, unit=CreditUnit.PACE, evidence=SAID),) if credited else (),
        offers=(OfferStatement(audience=Audience.PUBLIC, minor=2500, currency="USD", evidence=SAID),) if priced else (),
    )


def stored(count: int) -> dict[str, dict[str, object]]:
    return {f"k{number}": make_listing(number).payload() for number in range(count)}


def brought(listings: Iterable[Listing], seen: Iterable[int] = (), finish: Finish = Finish.COMPLETE) -> Brought:
    end = SourceEndLine(source="labce", finish=finish)
    return Brought({each.source_key: each for each in listings}, {f"k{number}" for number in seen}, end)


@pytest.mark.parametrize(
    ("kept", "held"), [(range(20), False), (range(14), False), (range(13), True), (range(0), True)]
)
def test_a_third_of_the_listings_may_not_go_at_once(kept: range, held: bool) -> None:
    found = list(losses(brought((), kept), stored(20), TODAY))
    assert found == ([f"{20 - len(kept)} of 20 listings are gone"] if held else [])


def test_a_calendar_may_drop_what_is_over() -> None:
    courses = {key: {**payload, "sessions": []} for key, payload in stored(20).items()}
    past = {"sessions": [{"local_date": day, "end_date": None} for day in ("2026-10-01", "2026-10-30")]}
    lasting = {"sessions": [{"local_date": "2026-11-20", "end_date": "2026-11-22"}]}
    rows = dict.fromkeys(list(courses)[10:], past)
    assert list(losses(brought((), range(10)), {**courses, **rows}, TODAY)) == []
    assert list(losses(brought((), range(10)), {**courses, **dict.fromkeys(rows, lasting)}, TODAY)) == [
        "10 of 20 listings are gone"
    ]
    ended = {"available_through": {"value": "2026-11-21", "evidence": []}}
    assert list(losses(brought((), range(10)), {**courses, **dict.fromkeys(rows, ended)}, TODAY)) == []


def test_what_a_failed_crawl_did_not_meet_is_not_called_gone() -> None:
    assert list(losses(brought((), range(2), Finish.TRUNCATED), stored(20), TODAY)) == []


def test_a_field_that_is_gone_from_many_listings_is_a_loss() -> None:
    bare = [make_listing(number, credited=number >= 7) for number in range(20)]
    assert list(losses(brought(bare), stored(20), TODAY)) == ["the credit is gone from 7 of 20 listings"]


def test_a_few_that_lose_a_field_may_have_lost_it() -> None:
    bare = [make_listing(number, credited=number >= 6) for number in range(20)]
    assert list(losses(brought(bare), stored(20), TODAY)) == []


def test_a_field_that_was_never_there_cannot_be_lost() -> None:
    before = {f"k{n}": make_listing(n, priced=False).payload() for n in range(20)}
    assert list(losses(brought([make_listing(n, priced=False) for n in range(20)]), before, TODAY)) == []


def test_one_title_for_everything_is_a_loss() -> None:
    same = [make_listing(number, "Welcome to our new site") for number in range(20)]
    assert list(losses(brought(same), stored(20), TODAY)) == [
        "20 of 20 titles are other ones",
        "20 of 20 listings have one and the same title",
    ]


def test_too_few_listings_are_not_judged() -> None:
    same = [make_listing(number, "Welcome", priced=False, credited=False) for number in range(9)]
    assert list(losses(brought(same), stored(9), TODAY)) == []


def write_spool(folder: Path, listings: Iterable[Listing]) -> Path:
    """A spool of two sources: one as given, and a small one that is well."""
    lines = [ListingLine(listing=listing).model_dump_json() for listing in listings]
    page = PageLine(source="labce", url="https://www.labce.com/", extractor_hash="x", fetched_at=NOW)
    lines += [
        page.model_dump_json(),
        SeenLine(source="cdc", url="https://www.cdc.gov/a", source_keys=("a",)).model_dump_json(),
        SourceEndLine(source="labce", finish=Finish.COMPLETE, listings=20).model_dump_json(),
        SourceEndLine(source="cdc", finish=Finish.COMPLETE, seen=1).model_dump_json(),
    ]
    spool = folder / "spool.jsonl"
    spool.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return spool


def stored_of(source: str) -> dict[str, dict[str, object]]:
    return stored(20) if source == "labce" else {}


def test_of_a_source_that_is_held_back_only_its_end_is_admitted(tmp_path: Path) -> None:
    spool = write_spool(tmp_path, [make_listing(number, "Welcome") for number in range(20)])
    whole = spool.read_bytes()
    admitted, held = admit(spool, stored_of, TODAY)
    assert list(held) == ["labce"]
    lines = list(read_spool(admitted))
    assert [type(line) for line in lines] == [SeenLine, SourceEndLine, SourceEndLine]
    [end] = [line for line in lines if isinstance(line, SourceEndLine) and line.source == "labce"]
    assert (end.finish, end.cause) == (Finish.FAILED, Cause.LAYOUT)
    assert end.detail is not None
    assert end.detail.startswith("held back: 20 of 20 titles")
    assert spool.read_bytes() == whole


def test_what_is_accepted_passes(tmp_path: Path) -> None:
    spool = write_spool(tmp_path, [make_listing(number, "Welcome") for number in range(20)])
    admitted, held = admit(spool, stored_of, TODAY, accepted={"labce"})
    assert held == {}
    assert admitted.read_bytes() == spool.read_bytes()


def test_a_killed_night_finds_the_same_verdict(tmp_path: Path) -> None:
    spool = write_spool(tmp_path, [make_listing(number, "Welcome") for number in range(20)])
    admitted, held = admit(spool, stored_of, TODAY)
    text = admitted.read_text(encoding="utf-8")
    assert admit(spool, lambda _: {}, TODAY) == (admitted, held)
    assert admitted.read_text(encoding="utf-8") == text


def test_a_healthy_spool_is_not_copied(tmp_path: Path) -> None:
    spool = write_spool(tmp_path, [make_listing(number) for number in range(20)])
    admitted, held = admit(spool, stored_of, TODAY)
    assert held == {}
    assert admitted.samefile(spool)


def halve(text: str) -> str:
    return text[: len(text) // 2]


def damage(text: str) -> str:
    return text.replace('"type":"listing"', '"type":"lisping"', 1)


@pytest.mark.parametrize(("harm", "read"), [(halve, True), (damage, False)])
def test_half_a_line_at_the_end_is_read_over_and_a_damaged_one_is_not(
    tmp_path: Path, harm: Callable[[str], str], read: bool
) -> None:
    spool = write_spool(tmp_path, [make_listing(0)])
    spool.write_text(harm(spool.read_text(encoding="utf-8")), encoding="utf-8")
    if read:
        assert guards.brought(spool) == {}
    else:
        with pytest.raises(ValueError, match="line 1"):
            guards.brought(spool)


def test_every_guarded_field_is_a_field_of_a_listing_and_has_words() -> None:
    assert set(guards.GUARDED_FIELDS) <= set(Listing.model_fields)
    assert set(guards.FIELD_NAMES) == set(guards.GUARDED_FIELDS)
    assert json.dumps(make_listing(1).payload())
