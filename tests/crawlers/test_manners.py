"""robots.txt by RFC 9309, Crawl-delay, Retry-After, and who we say we are: on real sockets where it matters."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from catalog.spool import Cause, Finish, ListingLine, read_spool
from crawlers.manners import ForbiddenByRobots, RobotsRules, RobotsUnreachable, retry_after
from crawlers.run import CrawlOrder, CrawlOutcome, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB, Answer, Fault, SampleServer, body

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
AGENT = "Aliquot"


def rules(text: str = "", status: int = 200) -> RobotsRules:
    return RobotsRules.of(Response("https://a.test/robots.txt", status=status, body=text.encode()))


def night(folder: Path, web: SampleServer, *sources: str) -> CrawlOutcome:
    order = CrawlOrder(run_folder=folder, sources=sources, now=NOW, sample=SampleWeb(anchor=ANCHOR, port=web.port))
    return crawl(order)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /course", True),
        ("User-agent: *\nDisallow:\n\nUser-agent: aliquot\nDisallow: /course", False),
        ("User-agent: other\nDisallow: /", True),
        ("\ufeffUser-agent: *\nDisallow: /course", False),
        ("User-agent: *\nDisallow: /*.aspx$", True),
        ("<html>not found</html>", True),
    ],
)
def test_the_longest_match_of_our_group_decides(text: str, allowed: bool) -> None:
    if allowed:
        rules(text).check("https://a.test/course/1", AGENT)
    else:
        with pytest.raises(ForbiddenByRobots):
            rules(text).check("https://a.test/course/1", AGENT)


@pytest.mark.parametrize("status", [404, 403, 410, 401])
def test_a_missing_robots_txt_allows_everything(status: int) -> None:
    rules("User-agent: *\nDisallow: /", status).check("https://a.test/", AGENT)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failing_robots_txt_closes_the_host(status: int) -> None:
    with pytest.raises(RobotsUnreachable):
        rules("", status).check("https://a.test/", AGENT)


def test_crawl_delay_is_honoured_within_a_bound() -> None:
    assert rules("User-agent: *\nCrawl-delay: 7").delay(AGENT) == 7
    assert rules("User-agent: *\nCrawl-delay: 9000").delay(AGENT) == 60
    assert rules("User-agent: *").delay(AGENT) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 60),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Response("https://a.test/", status=503, headers=headers)) == seconds


def test_what_robots_txt_forbids_is_not_asked_for(tmp_path: Path) -> None:
    closed = Fault(body(b"User-agent: *\nDisallow: /c83673/\n"), host="www.asclsce.org", pattern=r"^/robots\.txt$")
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(closed,)) as web:
        outcome = night(tmp_path, web, "ascls-ce-store")
        asked = [request.target for request in web.seen]
    assert not [target for target in asked if "c83673" in target]
    assert outcome.ends[0].finish is Finish.COMPLETE, "what a site closes to us is not missing"
    assert sum(isinstance(line, ListingLine) for line in read_spool(outcome.spool)) == 7


def test_a_start_that_robots_txt_forbids_fails_the_source_with_that_cause(tmp_path: Path) -> None:
    closed = Fault(body(b"User-agent: *\nDisallow: /\n"), host="hospital.example", pattern=r"^/robots\.txt$")
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(closed,)) as web:
        outcome = night(tmp_path, web, "sample-hospital")
    assert (outcome.ends[0].finish, outcome.ends[0].cause) == (Finish.FAILED, Cause.ROBOTS)


def test_every_request_says_honestly_who_asks(tmp_path: Path) -> None:
    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        night(tmp_path, web, "sample-hospital")
        agents = {request.user_agent for request in web.seen}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent is not None
    assert agent.startswith("Aliquot/")
    assert "sample@aliquot.example" in agent


def test_a_host_that_asks_to_wait_is_left_alone_for_that_long(tmp_path: Path) -> None:
    def wait(answer: Answer) -> Answer:
        return Answer(status=503, headers={"Retry-After": "2"}, body=b"busy")

    moments: list[float] = []

    def note(answer: Answer) -> Answer:
        moments.append(time.monotonic())
        return answer

    path = r"in-service"
    faults = (Fault(note, pattern=path), Fault(wait, host="hospital.example", pattern=path, times=1))
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=faults) as web:
        outcome = night(tmp_path, web, "sample-hospital")
    assert outcome.ends[0].finish is Finish.COMPLETE
    assert len(moments) == 2
    assert moments[1] - moments[0] >= 2


def test_a_redirect_to_a_private_address_is_refused_before_it_is_asked(tmp_path: Path) -> None:
    def lead_home(answer: Answer) -> Answer:
        return Answer(status=302, headers={"Location": "http://127.0.0.1/in-service-training.csv"})

    fault = Fault(lead_home, host="hospital.example", pattern="in-service")
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(fault,)) as web:
        outcome = night(tmp_path, web, "sample-hospital")
        hosts = {request.host for request in web.seen}
    assert outcome.ends[0].cause is Cause.REFUSED
    assert "private address" in (outcome.ends[0].detail or "")
    assert hosts == {"hospital.example"}


def test_a_body_above_its_bound_is_not_taken(tmp_path: Path) -> None:
    overlay = tmp_path / "sources"
    overlay.mkdir()
    toml = (SAMPLE_WEB.parent / "sources" / "sample_hospital.toml").read_text("utf-8")
    (overlay / "sample_hospital.toml").write_text(f"{toml}\n[limits]\npage_bytes = 20000\n", encoding="utf-8")
    fault = Fault(body(b"x" * 200_000), host="hospital.example", pattern="in-service")
    with SampleServer(SAMPLE_WEB, ANCHOR, faults=(fault,)) as web:
        order = CrawlOrder(
            run_folder=tmp_path / "run",
            sources=("sample-hospital",),
            now=NOW,
            overlay=overlay,
            sample=SampleWeb(anchor=ANCHOR, port=web.port),
        )
        outcome = crawl(order)
    assert (outcome.ends[0].finish, outcome.ends[0].cause) == (Finish.FAILED, Cause.LIMIT)
