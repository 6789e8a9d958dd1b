"""What is checked before a release goes live: every internal link, feed, calendar and JSON-LD block, and the counts.

The pages are our own and escaped, so links are found by pattern: a quotation mark inside a text is never a bare one.
(The tests parse the same pages with a real HTML parser.)

A file that is the very same one (a hard link) as in a release that passed this very check, and was not written to
since, is not parsed again; only its links are looked at where they may lead to something that is gone.
"""

from __future__ import annotations

import html
import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')
STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
BASE = re.compile(r'<body data-base="([^"]*)"')
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*default-src \'none\'')
SAMPLE = 'class="sample-mark"'
NOINDEX = '<meta name="robots" content="noindex">'
ATOM = "{http://www.w3.org/2005/Atom}"
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
PAGE = re.compile(r"o/([^/]+)/index\.html")
LEAST_KEPT = 0.7
"""A release with fewer than this share of the last one's opportunity pages is not published: a crawl went wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a release from being published: the file, and what is wrong with it."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def verify(folder: Path, previous: Path | None = None, verified_at: float | None = None) -> list[Problem]:
    """Everything wrong with a built site; empty where it may be published.

    ``previous`` is the live release; its number of pages is compared with. ``verified_at`` is when it passed this same
    version of the check (seconds since 1970, by the clock of the file system): without it every file is looked at.
    """
    files, before = files_of(folder), files_of(previous) if previous else {}
    base, sample = _base_and_sample(folder)
    if base is None:
        return [Problem("index.html", "is missing or names no base path")]
    leads_nowhere = _leads_to(before.keys() - files.keys(), base)
    problems: list[Problem] = []
    for name in sorted(files):
        known = verified_at is not None and _is_as_verified(files[name], before.get(name), verified_at)
        if known and (leads_nowhere is None or not name.endswith(".html")):
            continue
        path = folder / name
        if not name.endswith(".html"):
            problems += _data(name, path)
            continue
        text = path.read_text(encoding="utf-8")
        if not known or (leads_nowhere is not None and leads_nowhere.search(text)):
            problems += _links(name, text, files, base)
        problems += [] if known else _page(name, text, sample=sample)
    return [*problems, *_counts(files, before)]


def files_of(folder: Path) -> dict[str, os.stat_result]:
    """Every file below a folder by its path in it, with slashes."""
    return dict(_files(str(folder), ""))


def _files(folder: str, path: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path, f"{path}{entry.name}/")
            else:
                yield path + entry.name, entry.stat()


def _is_as_verified(now: os.stat_result, before: os.stat_result | None, verified_at: float) -> bool:
    return before is not None and os.path.samestat(now, before) and now.st_mtime <= verified_at


def _leads_to(gone: Collection[str], base: str) -> re.Pattern[str] | None:
    """What the address of anything that is gone looks like in a page; ``None`` where nothing is gone."""
    if not gone:
        return None
    if not all(map(PLAIN.fullmatch, gone)):
        return re.compile("")  # such an address may be written in several ways: look at every page
    return re.compile("|".join(re.escape(base + name.removesuffix("index.html")) for name in sorted(gone)))


def _base_and_sample(folder: Path) -> tuple[str | None, bool]:
    home = folder / "index.html"
    if not home.exists():
        return None, False
    text = home.read_text(encoding="utf-8")
    found = BASE.search(text)
    return (found[1] if found else None), SAMPLE in text


def _links(name: str, text: str, files: Mapping[str, object], base: str) -> Iterator[Problem]:
    for raw in set(LINK.findall(text)):
        address = html.unescape(raw)
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        if not parts.path.startswith(base):
            yield Problem(name, f"links to {address}, which is outside the base path {base}")
            continue
        target = unquote(parts.path.removeprefix(base))
        wanted = f"{target}index.html" if target == "" or target.endswith("/") else target
        if wanted not in files:
            yield Problem(name, f"links to {address}, which is not there")


def _page(name: str, text: str, *, sample: bool) -> Iterator[Problem]:
    if not POLICY.search(text):
        yield Problem(name, "has no content security policy")
    if sample and (SAMPLE not in text or NOINDEX not in text):
        yield Problem(name, "shows sample data without its mark or may be indexed")
    for block in STRUCTURED.findall(text):
        yield from (Problem(name, f"JSON-LD: {what}") for what in _structured(block))


def _structured(block: str) -> Iterator[str]:
    try:
        data = json.loads(block)
    except json.JSONDecodeError as error:
        yield f"is not JSON: {error}"
        return
    if data.get("@context") != "https://schema.org" or "@type" not in data:
        yield "has no @context or @type"
    elif "name" not in data:
        yield f"a {data['@type']} without a name"


def _data(name: str, path: Path) -> Iterator[Problem]:
    check = next((check for ending, check in CHECKS.items() if name.endswith(ending)), None)
    if check is None:
        return
    try:
        yield from (Problem(name, what) for what in check(path.read_bytes()))
    except (ValueError, ET.ParseError) as error:
        yield Problem(name, f"cannot be parsed: {error}")


def _atom(data: bytes) -> Iterator[str]:
    feed = ET.fromstring(data)  # noqa: S314 - our own file
    seen: set[str] = set()
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        missing = [tag for tag in ("id", "title", "updated") if not part.findtext(f"{ATOM}{tag}")]
        if missing:
            yield f"an Atom {part.tag.removeprefix(ATOM)} without {', '.join(missing)}"
        id_ = part.findtext(f"{ATOM}id") or ""
        if part is not feed and id_ in seen:
            yield f"two entries have the id {id_}"
        seen.add(id_)


def _xml(data: bytes) -> Iterator[str]:
    ET.fromstring(data)  # noqa: S314 - our own file
    yield from ()


def _json(data: bytes) -> Iterator[str]:
    json.loads(data)
    yield from ()


def _json_feed(data: bytes) -> Iterator[str]:
    feed = json.loads(data)
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        yield "is no JSON Feed"
    ids = [item.get("id") for item in feed.get("items", [])]
    if None in ids or len(ids) != len(set(ids)):
        yield "has an item without an id of its own"


def _calendar(data: bytes) -> Iterator[str]:
    from icalendar import Calendar  # noqa: PLC0415 - a night on which nothing changed reads no calendar

    calendar = Calendar.from_ical(data)
    if "PRODID" not in calendar or "VERSION" not in calendar:
        yield "has no PRODID or VERSION"
    seen: set[str] = set()
    for event in calendar.walk("VEVENT"):
        missing = [field for field in ("UID", "DTSTAMP", "DTSTART", "SUMMARY") if field not in event]
        if missing:
            yield f"an event without {', '.join(missing)}"
        uid = str(event.get("UID"))
        if uid in seen:
            yield f"two events have the UID {uid}"
        seen.add(uid)


CHECKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".atom": _atom,
    "feed.json": _json_feed,
    ".json": _json,
    ".ics": _calendar,
    ".xml": _xml,
}
"""By the end of a file's name, the longer ending first."""


def _counts(files: Iterable[str], before: Iterable[str]) -> Iterator[Problem]:
    now, then = (len(opportunities_of(names)) for names in (files, before))
    if now < then * LEAST_KEPT:
        yield Problem("o/", f"holds {now} pages where the last release held {then}")


def opportunities_of(files: Iterable[str]) -> set[str]:
    """The addresses that people keep, one page an opportunity, redirects included, among the files of a release."""
    return {found[1] for found in map(PAGE.fullmatch, files) if found}
