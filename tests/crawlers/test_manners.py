"""robots.txt by RFC 9309, Crawl-delay, Retry-After, and who we say we are: on real sockets where it matters."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from scrapy.http import Response

from catalog.spool import Cause, Finish
from crawlers.manners import ForbiddenByRobots, RobotsRules, RobotsUnreachable, retry_after
from crawlers.sample_server import Answer, Fault, body
from tests.crawlers.twins import Night, Twin, crawl_twins

AGENT = "Aliquot"


def rules(text: str = "", status: int = 200) -> RobotsRules:
    return RobotsRules.of(Response("https://a.test/robots.txt", status=status, body=text.encode()))


@pytest.fixture(scope="module")
def moments() -> list[float]:
    """When the host that asks to wait was asked for its sheet."""
    return []


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, moments: list[float]) -> Night:
    """One crawl of twins of a shop and of a hospital's sheet, each at a host with manners of its own."""

    def robots(rules: bytes) -> Fault:
        return Fault(body(b"User-agent: *\n" + rules), pattern=r"^/robots\.txt$")

    def sheet(change: Callable[[Answer], Answer], times: int | None = None) -> Fault:
        return Fault(change, pattern="in-service", times=times)

    def note(answer: Answer) -> Answer:
        moments.append(time.monotonic())
        return answer

    def wait(_: Answer) -> Answer:
        return Answer(status=503, headers={"Retry-After": "2"}, body=b"busy")

    def lead_home(_: Answer) -> Answer:
        return Answer(status=302, headers={"Location": "http://127.0.0.1/in-service-training.csv"})

    hospital = "sample-hospital"
    twins = {
        "one-closed": Twin("ascls-ce-store", (robots(b"Disallow: /c83673/\n"),)),
        "all-closed": Twin(hospital, (robots(b"Disallow: /\n"),)),
        "open": Twin(hospital),
        "busy": Twin(hospital, (sheet(note), sheet(wait, times=1))),
        "leads-home": Twin(hospital, (sheet(lead_home),)),
        "too-much": Twin(hospital, (sheet(body(b"x" * 200_000)),), more="[limits]\npage_bytes = 20000\n"),
    }
    return crawl_twins(tmp_path_factory.mktemp("manners"), twins)


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


def test_what_robots_txt_forbids_is_not_asked_for(night: Night) -> None:
    met = night.met["one-closed"]
    assert not met.times("c83673")
    assert met.end.finish is Finish.COMPLETE, "what a site closes to us is not missing"
    assert len(met.listings) == 7


def test_a_start_that_robots_txt_forbids_fails_the_source_with_that_cause(night: Night) -> None:
    end = night.met["all-closed"].end
    assert (end.finish, end.cause) == (Finish.FAILED, Cause.ROBOTS)


def test_every_request_says_honestly_who_asks(night: Night) -> None:
    assert night.met["open"].asked
    agents = {request.user_agent for request in night.asked}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent is not None
    assert agent.startswith("Aliquot/")
    assert "sample@aliquot.example" in agent


def test_a_host_that_asks_to_wait_is_left_alone_for_that_long(night: Night, moments: list[float]) -> None:
    assert night.met["busy"].end.finish is Finish.COMPLETE
    assert len(moments) == 2
    assert moments[1] - moments[0] >= 2


def test_a_redirect_to_a_private_address_is_refused_before_it_is_asked(night: Night) -> None:
    end = night.met["leads-home"].end
    assert end.cause is Cause.REFUSED
    assert "private address" in (end.detail or "")
    assert {request.host for request in night.asked} == night.hosts


def test_a_body_above_its_bound_is_not_taken(night: Night) -> None:
    end = night.met["too-much"].end
    assert (end.finish, end.cause) == (Finish.FAILED, Cause.LIMIT)
