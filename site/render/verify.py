"""What is checked before a release goes live: every internal link, feed, calendar and JSON-LD block, and the counts.

The pages are our own and escaped, so links are found by pattern: a quotation mark inside a text is never a bare one.
(The tests parse the same pages with a real HTML parser.) A file that is the very same one as in the previous release
was checked then; only its links are looked at again where something is gone, since they may lead to it.
"""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from icalendar import Calendar

LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')
STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
BASE = re.compile(r'<body data-base="([^"]*)"')
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*default-src \'none\'')
SAMPLE = 'class="sample-mark"'
NOINDEX = '<meta name="robots" content="noindex">'
ATOM = "{http://www.w3.org/2005/Atom}"
LEAST_KEPT = 0.7
"""A release with fewer than this share of the last one's opportunity pages is not published: a crawl went wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a release from being published: the file, and what is wrong with it."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def verify(folder: Path, previous: Path | None = None) -> list[Problem]:
    """Everything wrong with a built site; empty where it may be published."""
    files = _files(folder)
    base, sample = _base_and_sample(folder)
    problems: list[Problem] = []
    gone = previous is not None and any(name not in files for name in _files(previous))
    if base is None:
        return [Problem("index.html", "is missing or names no base path")]
    for name in sorted(files):
        path = folder / name
        unchanged = previous is not None and _same_file(path, previous / name)
        if unchanged and not gone:
            continue
        if name.endswith(".html"):
            text = path.read_text(encoding="utf-8")
            problems += _links(name, text, files, base)
            problems += [] if unchanged else _page(name, text, sample=sample)
        elif not unchanged:
            problems += _data(name, path)
    return [*problems, *_counts(folder, previous)]


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _base_and_sample(folder: Path) -> tuple[str | None, bool]:
    home = folder / "index.html"
    if not home.exists():
        return None, False
    text = home.read_text(encoding="utf-8")
    found = BASE.search(text)
    return (found[1] if found else None), SAMPLE in text


def _same_file(path: Path, before: Path) -> bool:
    return before.exists() and path.samefile(before)


def _links(name: str, text: str, files: set[str], base: str) -> Iterator[Problem]:
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


def _counts(folder: Path, previous: Path | None) -> Iterator[Problem]:
    if previous is None:
        return
    now, before = (sum(1 for _ in place.glob("o/*/index.html")) for place in (folder, previous))
    if now < before * LEAST_KEPT:
        yield Problem("o/", f"holds {now} pages where the last release held {before}")
