"""The pages behind rules: watched over real HTTP, told when they change, and no figure edited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aliquot import told
from aliquot.cli import app
from aliquot.commands import options
from aliquot.errors import ExitCode
from aliquot.night import REPORT, NightReport, Stage
from aliquot.nightly import Night, run_night
from aliquot.places import places_of
from aliquot.rule_watch import watch_rules
from aliquot.settings import Settings
from catalog.rule_pages import RulePageAnswer, RulePageView, after_answer, rule_pages
from catalog.store import open_catalog
from crawlers.page import Page
from crawlers.rule_pages import passages
from crawlers.sample_server import SAMPLE_WEB, Fault, SampleServer, body, status
from recommend.rules import load_credentials

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
URL = "https://agency.example/renewal"
BOARD = """<!doctype html><title>Renewal</title><nav>7 hours of news</nav><main><h1>Renewal</h1>
<p>News of {day}: the office moved.</p>
<p>Technicians complete {hours} contact hours every two years. Read the rule first.</p>
<p>The renewal fee is $45.</p></main>"""
BODY = """id = "board"
name = "Board of the Sample State"
short_name = "Board"
url = "https://agency.example/"

[sources.page]
url = "https://agency.example/renewal"
title = "Renewal"
dated = "undated"
read_on = {read_on}
"""
RULE = """id = "sample-technician"
name = "Sample technician"
short_name = "Sample technician"
body = "board"
jurisdiction = "Sample State"
unit = "hours"

[total]
value = 24
confidence = "high"
source = "page"

[[requirements]]
id = "rest"
label = "Anything else"
kind = "remainder"
"""


def page(hours: int, day: str = "Monday") -> bytes:
    return BOARD.format(hours=hours, day=day).encode()


@pytest.fixture
def web() -> Iterator[SampleServer]:
    with SampleServer(root=SAMPLE_WEB, anchor=NOW.date()) as running:
        running.faults = (Fault(body(page(24)), host="agency.example", pattern="^/renewal"),)
        yield running


@pytest.fixture
def night(web: SampleServer, tmp_path: Path) -> Night:
    settings = Settings(home=tmp_path / "home")
    places = places_of(settings, sample=True)
    write_rule(places.overlay("credentials"))
    only = frozenset({Stage.CRAWL, Stage.RECORD, Stage.REPORT})
    return Night(NOW, places, settings, lambda _: None, ("sample-shop",), sample_port=web.port, only=only)


def write_rule(folder: Path, read_on: str = "2026-11-01") -> None:
    (folder / "bodies").mkdir(parents=True, exist_ok=True)
    (folder / "bodies" / "board.toml").write_text(BODY.format(read_on=read_on), encoding="utf-8")
    (folder / "sample-technician.toml").write_text(RULE, encoding="utf-8")


def asked_for(web: SampleServer) -> int:
    return sum(request.target == "/renewal" for request in web.seen)


def test_only_what_speaks_of_renewal_in_figures_is_compared() -> None:
    read = Page(URL, page(24), NOW, "text/html")
    assert passages(read) == ("Technicians complete 24 contact hours every two years.", "The renewal fee is $45.")
    assert passages(Page(URL, page(24, "Friday 13"), NOW, "text/html")) == passages(read)
    assert passages(Page(URL, b"%PDF-1.7 one", NOW, "application/pdf")) != passages(
        Page(URL, b"%PDF-1.7 two", NOW, "application/pdf")
    )


def test_a_page_that_cannot_be_read_changes_nothing_that_is_known() -> None:
    first = after_answer(None, RulePageAnswer(URL, ("24 hours",)), NOW)
    down = after_answer(first, RulePageAnswer(URL, (), "answered 503"), NOW + timedelta(days=7))
    assert (down.passages, down.changed_at, down.detail) == (first.passages, None, "answered 503")
    again = after_answer(down, RulePageAnswer(URL, ("24 hours",)), NOW + timedelta(days=14))
    assert (again.changed_at, again.detail) == (None, None)
    changed = after_answer(again, RulePageAnswer(URL, ("30 hours",)), NOW + timedelta(days=21))
    assert (changed.changed_at, changed.quotes) == (NOW + timedelta(days=21), ("30 hours",))
    gone = after_answer(RulePageView(URL, NOW, changed.passages), RulePageAnswer(URL, ("30 hours", "5 points")), NOW)
    assert gone.quotes == ("5 points",)


def test_a_changed_page_flags_its_credential_until_somebody_has_read_it(night: Night, web: SampleServer) -> None:
    first = run_night(night)
    assert first.exit_code is ExitCode.GOOD
    assert (first.rules_changed, asked_for(web)) == ({}, 1)
    web.faults = (Fault(body(page(30, "Tuesday")), host="agency.example", pattern="^/renewal"),)
    assert run_night(replace(night, now=NOW + timedelta(days=2))).rules_changed == {}
    assert asked_for(web) == 1, "a page is asked for once a week"
    eighth = run_night(replace(night, now=NOW + timedelta(days=8)))
    assert eighth.rules_changed == {URL: ("sample-technician",)}
    report = json.loads((night.folder(eighth.run) / REPORT).read_text(encoding="utf-8"))
    assert report["rules_changed"] == {URL: ["sample-technician"]}
    with open_catalog(night.places.catalog_address) as catalog:
        known = rule_pages(catalog)[URL]
    assert known.quotes == ("Technicians complete 30 contact hours every two years.",)
    total = load_credentials(night.places.overlay("credentials"))["sample-technician"].total
    assert total is not None
    assert total.value == 24_000, "no figure is edited"
    write_rule(night.places.overlay("credentials"), read_on="2026-12-02")
    assert run_night(replace(night, now=NOW + timedelta(days=10))).rules_changed == {}


def test_a_change_is_told_to_a_person(night: Night) -> None:
    summary = told.NightSummary("r", NOW.date(), ExitCode.GOOD, rules_changed={URL: ("sample-technician",)})
    message = told.message_for(summary, told.State())
    assert message is not None
    assert message.subject == "Aliquot: 1 thing needs you"
    assert f"A page that rules were read from has changed: {URL}" in message.lines
    assert "  Read it, then set the figures and read_on of sample-technician." in message.lines


def test_a_page_that_does_not_answer_harms_no_night(night: Night, web: SampleServer) -> None:
    web.faults = (Fault(status(500), host="agency.example", pattern="^/renewal"),)
    assert run_night(night).exit_code is ExitCode.GOOD
    with open_catalog(night.places.catalog_address) as catalog:
        assert rule_pages(catalog)[URL].detail == "answered 500"


def test_without_a_contact_no_live_page_is_asked_for(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    night = Night(NOW, places_of(settings, sample=False), settings, lambda _: None)
    report = NightReport(run="r", now=NOW, sample=False)
    tmp_path.mkdir(exist_ok=True)
    with open_catalog(night.places.catalog_address) as catalog:
        watch_rules(night, catalog, report)
        assert rule_pages(catalog) == {}


def test_the_flag_stands_where_a_person_looks(night: Night, web: SampleServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run_night(night)
    web.faults = (Fault(body(page(30)), host="agency.example", pattern="^/renewal"),)
    built = run_night(replace(night, now=NOW + timedelta(days=8), only=frozenset(Stage)))
    assert built.release is not None
    site = night.places.current
    told_on_page = (site / "credentials" / "sample-technician" / "index.html").read_text(encoding="utf-8")
    assert "A page that we read this from has changed." in told_on_page
    assert "<q>Technicians complete 30 contact hours every two years.</q>" in told_on_page
    assert "Rules of Sample technician" in (site / "status" / "index.html").read_text(encoding="utf-8")
    assert "has changed" not in (site / "credentials" / "ascp-mlt" / "index.html").read_text(encoding="utf-8")
    monkeypatch.setenv("ALIQUOT_HOME", str(night.settings.home))
    monkeypatch.setattr(options, "settings", Settings)
    shown = CliRunner().invoke(app, ["rules", "show", "sample-technician", "--sample"])
    assert "This page has changed since" in shown.output
