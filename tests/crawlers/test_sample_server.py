"""The sample web's server, asked over a real socket."""

from __future__ import annotations

import gzip
import http.client
import os
import socket
import time
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from crawlers.sample_server import (
    FAILURE_HEADER,
    LOOPBACK,
    SAMPLE_WEB,
    Fault,
    SampleServer,
    SampleWebError,
    body,
    down,
    drip,
    expand,
    reset,
    slow,
    status,
    truncated,
    unknown_host,
)

ANCHOR = date(2026, 11, 22)
PAGE = "<!doctype html><title>Café {{anchor+30d|%B %-d, %Y}}</title>" + "<p>words</p>" * 100


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "one.example/index.html": PAGE,
        "one.example/courses/gram-stain.html": "<h1>Gram stain</h1>",
        "one.example/course.aspx@courseid=12": "<h1>Twelve</h1>",
        "one.example/events.ics": "BEGIN:VCALENDAR\r\nDTSTART:{{anchor+1w@tue|%Y%m%d}}\r\nEND:VCALENDAR\r\n",
        "one.example/feed@page=2": "<feed/>",
        "one.example/info/id%3A7.html": "<h1>Seven</h1>",
        "one.example/robots.txt": "User-agent: *\nDisallow: /cart\n",
        "one.example/_host.toml": '[redirects]\n"/old?x=1" = "/courses/gram-stain"\n'
        '[queries]\n"/feed" = ["page"]\n[types]\n"/feed" = "application/atom+xml"\n',
        "dated.example/index.html": "<h1>No ETag here</h1>",
        "dated.example/_host.toml": 'validators = ["last-modified"]\n',
        "wrong.example/index.html": "{{anchor+two days|%Y}}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


@pytest.fixture
def web(root: Path) -> Iterator[SampleServer]:
    with SampleServer(root, anchor=ANCHOR) as server:
        yield server


def get(
    web: SampleServer, host: str, target: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, web.port, timeout=10)
    try:
        sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=sent)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_host_and_path_choose_the_file_and_placeholders_are_dates(web: SampleServer) -> None:
    code, headers, text = get(web, "ONE.example:443", "/")
    assert code == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>Café December 22, 2026</title>" in text.decode()


@pytest.mark.parametrize(
    ("target", "code", "content"),
    [
        ("/courses/gram-stain", 200, b"Gram stain"),
        ("/courses/gram-stain?utm_source=x", 200, b"Gram stain"),
        ("/courses/Gram-Stain", 404, b"404"),
        ("/course.aspx?courseid=12", 200, b"Twelve"),
        ("/course.aspx?courseid=13", 404, b"404"),
        ("/info/id:7", 200, b"Seven"),
        ("/course.aspx", 404, b"404"),
        ("/feed?start=2026-11-22&page=2", 200, b"<feed/>"),
        ("/feed?start=2026-11-22&page=3", 404, b"404"),
        ("/_host.toml", 404, b"404"),
        ("/../dated.example/index.html", 404, b"404"),
        ("/%2e%2e/dated.example/index.html", 404, b"404"),
        ("/old?x=1", 301, b""),
    ],
)
def test_paths_and_queries(web: SampleServer, target: str, code: int, content: bytes) -> None:
    answered, _, text = get(web, "one.example", target)
    assert (answered, content in text) == (code, True)


def test_content_types(web: SampleServer) -> None:
    types = {
        target: get(web, "one.example", target)[1]["Content-Type"].split(";")[0]
        for target in ("/events.ics", "/course.aspx?courseid=12", "/robots.txt", "/feed?page=2")
    }
    assert list(types.values()) == ["text/calendar", "text/html", "text/plain", "application/atom+xml"]


def test_weekday_placeholder_and_line_ends_survive(web: SampleServer) -> None:
    assert get(web, "one.example", "/events.ics")[2] == b"BEGIN:VCALENDAR\r\nDTSTART:20261201\r\nEND:VCALENDAR\r\n"


def test_etag_answers_304_with_and_without_gzip_and_follows_the_anchor(web: SampleServer, root: Path) -> None:
    _, plain, text = get(web, "one.example", "/")
    _, packed, packed_text = get(web, "one.example", "/", Accept_Encoding="gzip, br")
    assert gzip.decompress(packed_text) == text
    assert len(packed_text) < len(text)
    assert plain["ETag"] == packed["ETag"]
    code, headers, nothing = get(web, "one.example", "/", If_None_Match=f'"other", W/{plain["ETag"]}')
    assert (code, headers["ETag"], nothing) == (304, plain["ETag"], b"")
    with SampleServer(root, anchor=date(2027, 1, 1)) as later:
        code, headers, _ = get(later, "one.example", "/", If_None_Match=plain["ETag"])
        assert code == 200
        assert headers["ETag"] != plain["ETag"]


def test_last_modified_alone_answers_304_until_the_file_changes(web: SampleServer, root: Path) -> None:
    _, headers, _ = get(web, "dated.example", "/")
    assert "ETag" not in headers
    since = headers["Last-Modified"]
    assert parsedate_to_datetime(since).date() >= ANCHOR
    assert get(web, "dated.example", "/", If_Modified_Since=since)[0] == 304
    page = root / "dated.example" / "index.html"
    page.write_text("<h1>Changed</h1>")
    stamp = parsedate_to_datetime(since).timestamp() + 60
    os.utime(page, (stamp, stamp))
    code, _, text = get(web, "dated.example", "/", If_Modified_Since=since)
    assert (code, text) == (200, b"<h1>Changed</h1>")


def test_head_has_the_headers_and_no_body(web: SampleServer) -> None:
    code, headers, text = get(web, "one.example", "/", method="HEAD")
    assert (code, text) == (200, b"")
    assert int(headers["Content-Length"]) > 1000


def test_unknown_host_says_so_and_a_malformed_placeholder_names_its_file(web: SampleServer) -> None:
    code, headers, _ = get(web, "nobody.example", "/")
    assert (code, headers[FAILURE_HEADER]) == (421, "dns")
    code, _, text = get(web, "wrong.example", "/")
    assert code == 500
    assert b"wrong.example/index.html: placeholder not understood: '{{anchor+two days|%Y}}'" in text


def test_what_was_asked_is_kept(web: SampleServer) -> None:
    get(web, "one.example", "/courses/gram-stain?x=1", User_Agent="Tester/1")
    get(web, "dated.example", "/missing")
    assert [(seen.host, seen.target, seen.status, seen.user_agent) for seen in web.seen] == [
        ("one.example", "/courses/gram-stain?x=1", 200, "Tester/1"),
        ("dated.example", "/missing", 404, None),
    ]
    web.forget()
    assert web.seen == ()


def test_faults_strike_where_they_are_meant_and_as_often(web: SampleServer) -> None:
    web.faults = (
        Fault(status(503, {"Retry-After": "7"}), host="one.example", pattern=r"^/courses/", times=2),
        Fault(body(b"<h1>Please log in</h1>"), host="dated.example"),
    )
    answers = [get(web, "one.example", "/courses/gram-stain") for _ in range(3)]
    assert [answer[0] for answer in answers] == [503, 503, 200]
    assert answers[0][1]["Retry-After"] == "7"
    assert get(web, "one.example", "/")[0] == 200
    assert get(web, "dated.example", "/")[2] == b"<h1>Please log in</h1>"
    web.faults = ()
    assert get(web, "dated.example", "/")[2] == b"<h1>No ETag here</h1>"


def test_slow_and_dripping_answers_are_whole(web: SampleServer) -> None:
    whole = get(web, "one.example", "/")[2]
    web.faults = (Fault(slow(0.3)),)
    began = time.monotonic()
    assert get(web, "one.example", "/")[2] == whole
    assert time.monotonic() - began >= 0.3
    web.faults = (Fault(drip(0.02)),)
    began = time.monotonic()
    assert get(web, "one.example", "/")[2] == whole
    assert time.monotonic() - began >= 0.02 * (len(whole) // 256)


def test_truncated_body_and_reset_connection(web: SampleServer) -> None:
    web.faults = (Fault(truncated(100)),)
    with pytest.raises(http.client.IncompleteRead) as short:
        get(web, "one.example", "/")
    assert len(short.value.partial) == 100
    web.faults = (Fault(reset()),)
    with pytest.raises(ConnectionResetError):
        get(web, "one.example", "/")


def test_dead_hosts_are_marked_for_the_handler(web: SampleServer) -> None:
    web.faults = (Fault(down(), host="one.example"), Fault(unknown_host(), host="dated.example"))
    assert get(web, "one.example", "/robots.txt")[1][FAILURE_HEADER] == "refused"
    assert get(web, "dated.example", "/")[1][FAILURE_HEADER] == "dns"


def test_leaving_the_block_closes_the_port_and_open_connections(root: Path) -> None:
    with SampleServer(root, anchor=ANCHOR) as web:
        port = web.port
        waiting = socket.create_connection((LOOPBACK, port), timeout=5)
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: one.example\r\n\r\n")
        assert waiting.recv(16).startswith(b"HTTP/1.1 200")
    waiting.settimeout(5)
    while waiting.recv(65536):
        pass
    waiting.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), timeout=5)
    with pytest.raises(RuntimeError, match="only inside"):
        _ = web.port


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{anchor|%Y-%m-%d}}", "2026-11-22"),
        ("{{anchor-3d|%Y-%m-%d}}", "2026-11-19"),
        ("{{anchor+2w|%B %-d}}", "December 6"),
        ("{{anchor@sun|%d}}", "22"),
        ("{{anchor@sat|%-m/%-d/%Y}}", "11/28/2026"),
        ("{{anchor+45d|%-m/%-d}} {{braces}}", "1/6 {{braces}}"),
    ],
)
def test_expand(text: str, expected: str) -> None:
    assert expand(text, ANCHOR) == expected


@pytest.mark.parametrize("text", ["{{anchor+3y|%Y}}", "{{anchor@day|%Y}}", "{{anchor+3d}}"])
def test_expand_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(SampleWebError):
        expand(text, ANCHOR)


def test_bad_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(SampleWebError, match="no host folder"):
        SampleServer(tmp_path / "absent", anchor=ANCHOR)
    (tmp_path / "a.example").mkdir()
    (tmp_path / "a.example" / "_host.toml").write_text("[redirect]\n")
    with pytest.raises(SampleWebError, match=r"_host.toml: unknown key 'redirect'"):
        SampleServer(tmp_path, anchor=ANCHOR)


def test_every_file_of_the_sample_web_is_served() -> None:
    with SampleServer(SAMPLE_WEB, anchor=ANCHOR) as web:
        served = 0
        for path in sorted(SAMPLE_WEB.glob("*/**/*")):
            if path.is_dir() or path.name == "_host.toml":
                continue
            host, _, rest = path.relative_to(SAMPLE_WEB).as_posix().partition("/")
            code, _, text = get(web, host, "/" + rest.replace("@", "?", 1))
            assert code == 200, path
            assert b"{{anchor" not in text, path
            served += 1
    assert served >= 140
