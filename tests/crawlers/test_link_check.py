"""Asking addresses whether they still answer, over real HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crawlers.link_check import ask_links
from crawlers.probe import Asked
from crawlers.run import SampleWeb
from crawlers.sample_server import SAMPLE_WEB, SampleServer

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
COURSE = "https://www.labce.com/microcytic_anemias.aspx"


def test_each_address_gets_its_status_or_the_reason_why_there_is_none() -> None:
    urls = [
        COURSE,
        "https://www.labce.com/never_was.aspx",
        "https://www.labce.com/",
        "https://nowhere.example/",
        "http://127.0.0.1/",
        "not an address",
    ]
    with SampleServer(SAMPLE_WEB, ANCHOR) as web:
        asked = Asked(NOW, "ce@lab.example", SampleWeb(anchor=ANCHOR, port=web.port))
        answers = ask_links(urls, asked)
        targets = {(request.host, request.target) for request in web.seen}
    assert [answer.url for answer in answers] == urls
    assert [answer.status for answer in answers] == [200, 404, 200, None, None, None]
    assert [answer.is_good for answer in answers] == [True, False, True, False, False, False]
    assert "private address" in (answers[4].detail or "")
    assert answers[5].detail == "no usable address"
    assert ("www.labce.com", "/robots.txt") in targets
    assert not [host for host, _ in targets if host.startswith("127.")]
