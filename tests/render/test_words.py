"""Values as words: amounts, money, days, times, lengths; and the pieces of pages that are computed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from jinja2 import Environment
from small_catalog import HOSTILE, NOW, TODAY, credit, made, offer, opportunities, session

from catalog.listing import Audience, CreditUnit, Delivery, Kind, Minutes, SessionStatus
from catalog.views import ChangeView, Conflict, Happening, ListingReference, Presence
from recommend.rules import load_credentials
from render.acceptance import Acceptances
from render.assets import AssetError, hashed_assets
from render.calendars import calendar, events_of, folded
from render.changes import change_rows
from render.entries import closes_on, credits_line
from render.facets import FACETS, cuts_of, slug
from render.feeds import atom, item_of, json_feed
from render.formats import (
    amount,
    clock,
    credit_text,
    minutes_text,
    money,
    points,
    price_text,
    session_days,
    session_time,
    short_days,
    unit_totals,
)
from render.opportunity import opportunity_page
from render.output import Output, OutputError
from render.settings import SiteSettings
from render.structured import opportunity_data
from render.templating import embedded_json
from render.tube import Filling, draw
from render.words import AMOUNT_OF_UNIT, AUDIENCE, DELIVERY, KIND, KINDS, SESSION_STATUS, UNIT, translate

SETTINGS = SiteSettings(sample=True)


@pytest.mark.parametrize(
    ("thousandths", "shown", "short"),
    [(1000, "1.0", "1"), (1250, "1.25", "1.25"), (125, "0.125", "0.125"), (0, "0.0", "0")],
)
def test_amounts_keep_what_is_stated(thousandths: int, shown: str, short: str) -> None:
    assert amount(thousandths) == shown
    assert points(thousandths) == short


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, None, "Free"),
        (2000, "USD", "$20"),
        (1950, "USD", "$19.50"),
        (398000, "USD", "$3,980"),
        (1500, "MXN", "MXN 15"),
        (500, "JPY", "JPY 500"),
    ],
)
def test_money_has_its_currency(minor: int, currency: str | None, text: str) -> None:
    assert money(minor, currency) == text


def test_every_value_of_a_vocabulary_has_its_word() -> None:
    assert set(KIND) == set(KINDS) == set(Kind)
    assert set(UNIT) == set(AMOUNT_OF_UNIT) == set(CreditUnit)
    assert set(DELIVERY) == set(Delivery)
    assert set(AUDIENCE) == set(Audience)
    assert set(SESSION_STATUS) == set(SessionStatus)


def test_credit_words_tell_the_unit_and_an_unknown_amount() -> None:
    assert credit_text(1000, CreditUnit.PACE) == "1.0 hour P.A.C.E."
    assert credit_text(2500, CreditUnit.CMLE) == "2.5 CMLE credits"
    assert credit_text(None, CreditUnit.PACE) == "P.A.C.E., amount not stated"


def test_of_conflicting_amounts_the_lowest_is_shown_and_only_additive_ones_are_summed() -> None:
    assert unit_totals((credit(1500), credit(1000, source="mirror"))) == {CreditUnit.PACE: 1000}
    parts = (credit(1000, additive_group="a"), credit(500, additive_group="a"))
    assert unit_totals(parts) == {CreditUnit.PACE: 1500}
    assert unit_totals((credit(None),)) == {CreditUnit.PACE: None}


def test_alternatives_are_told_with_or() -> None:
    either = next(view for view in opportunities() if view.id == "o03")
    assert credits_line(either) == "1.0 hour P.A.C.E. or 1.0 CMLE credit"


def test_a_price_for_some_is_not_a_price_for_all() -> None:
    members = made("x", Kind.COURSE, "x", offers=(offer(0, Audience.MEMBER, organization="ASCLS"),))
    assert price_text(members) == "Free for ASCLS members"
    assert price_text(made("x", Kind.COURSE, "x")) is None
    early = made("x", Kind.COURSE, "x", offers=(offer(4000), offer(3000, through=date(2026, 12, 1))))
    assert price_text(early) == "$40"


def test_days_and_times_are_absolute_and_a_missing_zone_is_told() -> None:
    one = session(18)
    assert session_days(one) == "Thu Dec 10, 2026"
    assert short_days(one, TODAY) == "Thu Dec 10"
    assert short_days(session(60), TODAY) == "Thu Jan 21, 2027"
    assert session_time(one) == "1:00 PM to 2:00 PM ET"
    assert session_time(session(18, zone=None)) == "1:00 PM to 2:00 PM, time zone not stated"
    assert session_time(session(18, None, None)) is None
    assert session_days(session(18, end_date=date(2026, 12, 12))) == "Thu Dec 10 to Sat Dec 12, 2026"
    assert [clock(time(hour)) for hour in (0, 12, 13)] == ["12:00 AM", "12:00 PM", "1:00 PM"]


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [
        (45, 45, "45 minutes"),
        (60, 60, "1 hour"),
        (150, 150, "2 hours 30 minutes"),
        (30, 45, "30 minutes to 45 minutes"),
        (None, 60, "up to 1 hour"),
        (None, None, None),
    ],
)
def test_lengths(least: float | None, most: float | None, text: str | None) -> None:
    assert minutes_text(Minutes(at_least=least, at_most=most)) == text


def test_what_closes_first_is_told() -> None:
    workshop = next(view for view in opportunities() if view.id == "o08")
    assert closes_on(workshop, TODAY) == workshop.sessions[0].registration_deadline


def test_every_opportunity_is_in_the_whole_catalog_and_its_cuts_have_paths_of_their_own() -> None:
    facets = {facet.id for facet in FACETS} | {"browse"}
    for view in opportunities():
        cuts = cuts_of(view, TODAY)
        assert cuts[0].path == "/browse/"
        assert len({cut.path for cut in cuts}) == len(cuts)
        assert {cut.facet for cut in cuts} <= facets


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_a_slug_is_safe_in_an_address(text: str) -> None:
    assert all(character in "abcdefghijklmnopqrstuvwxyz0123456789-" for character in slug(text))


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_nothing_ends_a_script_block(text: str) -> None:
    block = str(embedded_json({"name": text}))
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(block)
    assert json.loads(block) == {"name": text}


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=120))
@settings(max_examples=150)
def test_a_feed_and_a_calendar_of_any_title_can_be_read_again(title: str) -> None:
    view = made("x", Kind.WEBINAR, title or "x", sessions=(session(3),))
    feed = ET.fromstring(atom("All", "/", [item_of(view)], SETTINGS))
    assert feed.findtext("{http://www.w3.org/2005/Atom}title") == "Aliquot: SAMPLE All"
    text = calendar("All", "/upcoming/", events_of(view, SETTINGS), SETTINGS)
    event = next(iter(Calendar.from_ical(text).walk("VEVENT")))
    kept = "".join(character for character in view.title if character == "\n" or ord(character) >= 32)
    assert str(event["SUMMARY"]).endswith(kept)


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_folded_lines_are_short_and_whole(text: str) -> None:
    line = "".join(character for character in text if character not in "\r\n")
    parts = folded(line).split("\r\n ")
    assert "".join(parts) == line
    assert all(len(part.encode()) <= 75 for part in parts)


def test_an_event_keeps_its_identity_and_tells_its_zone_and_its_end() -> None:
    view = next(view for view in opportunities() if view.id == "o08")
    calendars = [calendar("x", "/o/o08/", events_of(view, SETTINGS), SETTINGS, "event.ics") for _ in range(2)]
    assert calendars[0] == calendars[1]
    event = next(iter(Calendar.from_ical(calendars[0]).walk("VEVENT")))
    starts = datetime(2027, 1, 1, 9, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)
    assert event.decoded("DTSTART") == starts
    assert "Springfield, IL" in str(event["LOCATION"])
    meeting = next(view for view in opportunities() if view.id == "o09")
    days = next(iter(Calendar.from_ical(calendar("x", "/", events_of(meeting, SETTINGS), SETTINGS)).walk("VEVENT")))
    assert days.decoded("DTSTART") == meeting.sessions[0].local_date
    assert (days.decoded("DTEND") - days.decoded("DTSTART")).days == 3


def test_a_cancelled_date_is_told_and_not_left_out() -> None:
    view = next(view for view in opportunities() if view.id == "o16")
    text = calendar("x", "/", events_of(view, SETTINGS), SETTINGS)
    assert "STATUS:CANCELLED" in text


def test_a_json_feed_has_what_its_specification_asks_for() -> None:
    feed = json.loads(json_feed("All", "/", [item_of(view) for view in opportunities()], SETTINGS))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len({item["id"] for item in feed["items"]}) == len(opportunities())
    assert all(item["content_text"] for item in feed["items"])


def test_structured_data_says_no_more_than_the_page() -> None:
    by_id = {view.id: opportunity_data(view, SETTINGS) for view in opportunities()}
    assert by_id["o01"]["@type"] == "Course"
    assert by_id["o01"]["numberOfCredits"][0]["value"] == 2.0
    assert by_id["o01"]["isAccessibleForFree"] is False
    assert by_id["o06"]["hasCourseInstance"][0]["startDate"].endswith("-05:00")
    assert by_id["o08"]["@type"] == "EducationEvent"
    assert by_id["o10"]["@type"] == "EducationalOccupationalProgram"
    assert "priceCurrency" not in by_id["o02"]["offers"][0], "free is no reason to name a currency"
    assert by_id["o08"]["offers"][0] | {"price": "195.00", "priceCurrency": "USD"} == by_id["o08"]["offers"][0]
    nothing = by_id["o04"]
    assert not {"offers", "numberOfCredits", "timeRequired", "isAccessibleForFree", "about"} & nothing.keys()
    assert by_id["o07"].get("about") is None, "a guess of ours is not stated to machines"
    assert by_id["o14"]["name"] == HOSTILE


def test_news_of_credit_is_told_in_words() -> None:
    news = ChangeView(NOW, "r", "o01", "A", "l", "s", "credits", Happening.CHANGED, "1 pace", "1.5 pace, 2 florida")
    row = change_rows([news])[0]
    assert (row.field, row.before, row.after) == (
        "Credit",
        "1.0 hour P.A.C.E.",
        "1.5 hours P.A.C.E., 2.0 Florida hours",
    )


def test_disagreements_name_the_unit_and_the_sources() -> None:
    names = (
        ListingReference("l1", "labce", "LabCE", "https://a.example/", Presence.ACTIVE, TODAY),
        ListingReference("l2", "mirror", "The Mirror", "https://b.example/", Presence.ACTIVE, TODAY),
    )
    view = made(
        "x",
        Kind.COURSE,
        "x",
        listings=names,
        conflicts=(Conflict("credits:pace", (("labce", "1"), ("mirror", "1.5"))),),
    )
    template = Environment(autoescape=True).from_string("")
    page = opportunity_page(view, {}, Acceptances({}, template), SETTINGS)
    assert page.conflicts[0].label == "Credit, P.A.C.E."
    assert page.conflicts[0].values == (("LabCE", "1"), ("The Mirror", "1.5"))


def test_the_rows_of_technicians_stand_first() -> None:
    template = Environment(autoescape=True).from_string("")
    smear = next(view for view in opportunities() if view.id == "o01")
    rows = Acceptances(load_credentials(), template).rows(smear)
    first = [path for row in rows[:2] for _name, path in row.credentials]
    assert {"/credentials/ascp-mlt/", "/credentials/amt-mlt/"} <= set(first)
    assert all(row.worth != "0 points" for row in rows)


def test_a_tube_shows_both_sides_and_never_overflows() -> None:
    drawn = draw("t", "MLT", Filling("points", 36000, 18500, 19500))
    assert (drawn.confirmed, drawn.likely) == ("51.389", "2.778")
    assert drawn.label == "MLT: 18.5 of 36 points confirmed, 1 more likely, 16.5 still needed"
    assert drawn.marks[0].label == "0"
    assert drawn.marks[-1].label == "36"
    full = draw("t", "MLT", Filling("points", 2000, 5000, 4000))
    assert (full.confirmed, full.likely) == ("100", "0")


def test_a_script_that_imports_another_gets_its_hashed_name() -> None:
    made_ = hashed_assets({"a.js": b'import { b } from "./b.js";', "b.js": b"export const b = 1;"})
    assert made_["b.js"][0].encode() in made_["a.js"][1]
    changed = hashed_assets({"a.js": b'import { b } from "./b.js";', "b.js": b"export const b = 2;"})
    assert changed["a.js"][0] != made_["a.js"][0]
    with pytest.raises(AssetError, match="not among the assets"):
        hashed_assets({"a.js": b'import "./c.js";'})
    with pytest.raises(AssetError, match="in a circle"):
        hashed_assets({"a.js": b'import "./b.js";', "b.js": b'import "./a.js";'})


def test_scripts_in_a_folder_name_each_other_by_relative_paths() -> None:
    made_ = hashed_assets(
        {
            "site.js": b"export const a = 1;",
            "planner/page.js": (
                b'import {\n  one,\n  two,\n} from "./one.js";\nimport * as site from "../site.js";\n'
                b'/** @typedef {import("./page.js").Own} Own */\n'
                b'const later = () => import("./team.js");\n'
                b'new Worker(new URL("./worker.js", import.meta.url), { type: "module" });\n'
            ),
            "planner/one.js": b'export { a as one, a as two } from "../site.js";',
            "planner/team.js": b"",
            "planner/worker.js": b"",
        }
    )
    text = made_["planner/page.js"][1].decode()
    for name in ("planner/one.js", "planner/team.js", "planner/worker.js"):
        assert f'"./{made_[name][0].removeprefix("planner/")}"' in text, name
    assert f'"../{made_["site.js"][0]}"' in text
    assert f'"../{made_["site.js"][0]}"' in made_["planner/one.js"][1].decode()
    assert '{import("./page.js").Own}' in text


def test_two_pages_never_share_a_place_and_none_leaves_the_folder(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.write("a/index.html", "x")
    with pytest.raises(OutputError, match="two pages claim"):
        output.write("a/index.html", "y")
    with pytest.raises(OutputError, match="leaves the release folder"):
        output.write("../a.html", "y")


def test_values_in_a_text_are_escaped_and_the_text_itself_is_not() -> None:
    assert translate("<b>%(name)s</b>", name="<i>") == "<b>&lt;i&gt;</b>"
    with pytest.raises(KeyError):
        translate("%(name)s", other="x")
