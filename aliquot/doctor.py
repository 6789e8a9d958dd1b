"""Everything a night needs, looked at before the night: each check says what is wrong and the one thing to do."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from filelock import FileLock, Timeout
from pagefind.service import get_executable

from aliquot import carrying, targets, told
from aliquot.errors import CommandError
from aliquot.night import APPROVALS
from aliquot.places import Places
from aliquot.settings import Settings
from catalog.corrections import CorrectionError, load_curation
from catalog.store import CatalogError, CatalogNewerError, open_catalog
from catalog.taxonomy import topics
from crawlers.approval import ApprovalError, load_approvals
from crawlers.source import Source, SourceError, load_sources
from recommend.rules import RuleError, load_credentials

SPACE_AT_LEAST = 1_000_000_000
"""Bytes that must be free: a crawl's spool, a release and a search index for some ten thousand listings."""

RELEASES_OF_ROOM = 3
OLDEST_SENSIBLE = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this program was written is wrong."""

CLOCK_MAY_LAG = timedelta(minutes=10)
RESOLVE_SECONDS = 15.0
RESOLVERS = 16
CONTACT = re.compile(r"(mailto:)?[^@\s<>]+@[^@\s<>.]+\.[^@\s<>]+|https://\S+")
LOOPBACK = re.compile(r"https?://(127\.|localhost|\[::1\])")


class Outcome(StrEnum):
    """How a check came out. Only ``WRONG`` keeps a night from working."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do where it is not fine."""

    check: str
    outcome: Outcome
    detail: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. ``environment`` holds the settings of telling; ``live`` asks for names too."""

    now: datetime
    places: Places
    settings: Settings
    environment: MutableMapping[str, str]
    live: bool


Check = Callable[[Patient], Finding]


def examine(patient: Patient) -> list[Finding]:
    """Run every check, in the order in which a night would stumble over it."""
    checks = SAMPLE_CHECKS if patient.places.sample else (*SAMPLE_CHECKS, *LIVE_CHECKS)
    return [check(patient) for check in checks]


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is wrong; warnings do not keep a night from working."""
    return all(finding.outcome is not Outcome.WRONG for finding in findings)


def _fine(check: str, detail: str) -> Finding:
    return Finding(check, Outcome.FINE, detail)


def _wrong(check: str, detail: str, action: str) -> Finding:
    return Finding(check, Outcome.WRONG, detail, action)


def _warning(check: str, detail: str, action: str) -> Finding:
    return Finding(check, Outcome.WARNING, detail, action)


def check_home(patient: Patient) -> Finding:
    """The home can be made, written, and holds the links that publishing and unchanged pages need."""
    home = patient.places.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".doctor-") as folder:
            file = Path(folder) / "file"
            file.write_bytes(b"x")
            os.link(file, Path(folder) / "hard")
            (Path(folder) / "soft").symlink_to("file")
            (Path(folder) / "soft").replace(Path(folder) / "swapped")
    except OSError as error:
        return _wrong(
            "home", f"{home}: {error.strerror}", "Give this user the right to write there, or set ALIQUOT_HOME."
        )
    return _fine("home", f"{home} can be written")


def check_space(patient: Patient) -> Finding:
    """There is room for a crawl, the next release and its search index."""
    home = _nearest(patient.places.home)
    releases = patient.places.releases
    sizes = [_size(entry) for entry in releases.iterdir()] if releases.is_dir() else []
    needed = max(SPACE_AT_LEAST, RELEASES_OF_ROOM * max(sizes, default=0))
    free = shutil.disk_usage(home).free
    words = f"{free / 1e9:.1f} GB free at {home}, a night wants {needed / 1e9:.1f} GB"
    if free < needed:
        return _wrong("space", words, "Free some space, or set ALIQUOT_HOME to a larger disk.")
    if os.statvfs(home).f_files and os.statvfs(home).f_favail < 100_000:
        return _warning("space", f"only {os.statvfs(home).f_favail} more files fit on that disk", "Use a larger disk.")
    return _fine("space", words)


def _nearest(path: Path) -> Path:
    """The path, or the nearest of its parents that exists."""
    return next(each for each in (path, *path.parents) if each.exists())


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def check_lock(patient: Patient) -> Finding:
    """No other run is at work."""
    home = patient.places.home
    if not home.is_dir() or not patient.places.catalog_address.startswith("sqlite"):
        return _fine("lock", "nobody else is at work")
    lock = FileLock(home / "catalog.sqlite.lock")
    try:
        with lock.acquire(timeout=0):
            return _fine("lock", "nobody else is at work")
    except Timeout:
        return _warning("lock", "a run is at work right now", "Wait for it to end.")
    except OSError as error:
        return _wrong("lock", f"{lock.lock_file}: {error.strerror}", "Give this user the right to write there.")


def check_clock(patient: Patient) -> Finding:
    """The clock is sensible and has not gone back behind the last run; a time zone can be looked up."""
    if patient.now < OLDEST_SENSIBLE:
        return _wrong("clock", f"the clock says {patient.now:%Y-%m-%d}", "Set the machine's clock.")
    try:
        ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        return _wrong("clock", "this Python knows no time zones", "Install the package tzdata.")
    last = _last_run(patient.places)
    if last is not None and last > patient.now + CLOCK_MAY_LAG:
        return _wrong(
            "clock",
            f"the last run began {last:%Y-%m-%d %H:%M} UTC, which is later than now",
            "Set the machine's clock.",
        )
    return _fine("clock", f"{patient.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _last_run(places: Places) -> datetime | None:
    """When the newest run began, by the names of the run folders."""
    names = [entry.name[:15] for entry in places.runs.iterdir()] if places.runs.is_dir() else []
    stamps = [name for name in names if re.fullmatch(r"\d{8}T\d{6}", name)]
    return datetime.strptime(max(stamps), "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if stamps else None


def check_catalog(patient: Patient) -> Finding:
    """The catalog is whole and was not written by a later version; its tables are brought up to date."""
    address = patient.places.catalog_address
    file = patient.places.home / carrying.CATALOG
    action = "Restore it: `aliquot carry load FOLDER` unpacks a kept copy, after the damaged file was moved away."
    if address.startswith("sqlite"):
        if not file.exists():
            return _fine("catalog", "none yet; the first night makes it")
        try:
            carrying.check_catalog(file)
        except CommandError as error:
            return _wrong("catalog", str(error), action)
    try:
        with open_catalog(address):
            pass
    except CatalogNewerError as error:
        return _wrong("catalog", str(error), "Install the version of Aliquot that wrote it, or a later one.")
    except (CatalogError, OSError, sqlite3.Error) as error:
        return _wrong("catalog", str(error), action)
    return _fine("catalog", f"{address.partition(':')[0]}, whole, tables up to date")


def check_sources(patient: Patient) -> Finding:
    """Every source's file can be used."""
    overlay = patient.places.overlay("sources")
    try:
        sources = load_sources(overlay)
    except SourceError as error:
        return _wrong("sources", str(error), "Mend the line that is named.")
    enabled = sum(source.enabled for source in sources.values())
    return _fine("sources", f"{len(sources)} known, {enabled} switched on")


def check_rules(patient: Patient) -> Finding:
    """Every credential's rules, every topic and every correction can be used."""
    try:
        credentials = load_credentials(patient.places.overlay("credentials"))
        load_curation(patient.places.overlay("curation"))
    except (RuleError, CorrectionError) as error:
        return _wrong("rules", str(error), "Mend the line that is named.")
    return _fine("rules", f"{len(credentials)} credentials, {len(topics())} topics")


def check_search(_patient: Patient) -> Finding:
    """The search index can be built: Pagefind's binary is there and starts."""
    try:
        binary = str(get_executable())
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own binary, no shell
    except (OSError, subprocess.SubprocessError, FileNotFoundError) as error:
        return _wrong("search", f"Pagefind does not start: {error}", "Install it again: pip install 'pagefind[bin]'.")
    if done.returncode != 0:
        return _wrong(
            "search", f"Pagefind ended with {done.returncode}", "Install it again: pip install 'pagefind[bin]'."
        )
    return _fine("search", done.stdout.strip() or "Pagefind starts")


def check_contact(patient: Patient) -> Finding:
    """Crawled sites can see whom to write to."""
    contact = patient.settings.contact
    if not contact:
        return _wrong(
            "contact", "none is set", "Set ALIQUOT_CONTACT to your e-mail address: sites must be able to write to you."
        )
    if not CONTACT.fullmatch(contact):
        return _wrong("contact", f"{contact!r} is no e-mail address and no https: address", "Set ALIQUOT_CONTACT anew.")
    return _fine("contact", contact)


def check_approvals(patient: Patient) -> Finding:
    """At least one source was approved; the file can be read and names sources that exist."""
    file = patient.places.home / APPROVALS
    try:
        approved = load_approvals(file)
        sources = load_sources(patient.places.overlay("sources"))
    except (ApprovalError, SourceError) as error:
        return _wrong("approvals", str(error), "Mend the line that is named.")
    unknown = sorted(set(approved) - set(sources))
    if unknown:
        return _warning("approvals", f"no such source: {', '.join(unknown)}", f"Take it out of {file}.")
    ready = [identity for identity in approved if sources[identity].enabled]
    if not ready:
        return _wrong(
            "approvals", "no source was approved yet", "Look at one and say yes: `aliquot sources approve NAME`."
        )
    return _fine("approvals", f"{len(ready)} sources approved")


def check_host(patient: Patient) -> Finding:
    """The pages can say where they live and who runs them."""
    if LOOPBACK.match(patient.settings.base_url):
        return _warning(
            "host", f"the site's address is {patient.settings.base_url}", "Set ALIQUOT_BASE_URL to its public address."
        )
    if not patient.settings.host_name:
        return _warning("host", "the pages do not say who runs them", "Set ALIQUOT_HOST_NAME.")
    return _fine("host", f"{patient.settings.base_url}, run by {patient.settings.host_name}")


def check_target(patient: Patient) -> Finding:
    """The place that releases go to can be written."""
    text = patient.settings.publish_to
    if text is None:
        return _fine("target", f"the site is served from {patient.places.current}")
    try:
        problem = targets.read_target(text).problem()
    except CommandError as error:
        return _wrong("target", str(error), "Set it anew.")
    return _wrong("target", problem, f"Set {targets.SETTING} anew.") if problem else _fine("target", text)


def check_telling(patient: Patient) -> Finding:
    """Somebody hears of a night that failed, and silence is noticed."""
    try:
        telling = told.read_telling(dict(patient.environment))
    except told.TellError as error:
        return _wrong("telling", str(error), "Mend that setting.")
    if not telling.reaches_somebody:
        return _warning("telling", "nobody is told when a night fails", "Set ALIQUOT_WEBHOOK_URL, or mail by SMTP.")
    if not telling.heartbeat_url:
        return _warning("telling", "nobody notices when no night runs at all", "Set ALIQUOT_HEARTBEAT_URL.")
    return _fine("telling", "messages and a heartbeat are set")


def check_names(patient: Patient) -> Finding:
    """The hosts of the approved sources have addresses; nothing is fetched from them."""
    if not patient.live:
        return _fine("names", "not asked (--offline)")
    try:
        approved = load_approvals(patient.places.home / APPROVALS)
        sources = load_sources(patient.places.overlay("sources"))
    except (ApprovalError, SourceError):
        return _fine("names", "not asked: the files above come first")
    hosts = sorted({host for identity in approved if identity in sources for host in _hosts(sources[identity])})
    if not hosts:
        return _fine("names", "nothing to ask for")
    lost = unresolved(hosts)
    if len(lost) == len(hosts):
        return _wrong("names", "no host has an address", "Look at this machine's network and its DNS.")
    if lost:
        return _warning("names", f"no address for {', '.join(lost[:5])}", "Check the host in that source's file.")
    return _fine("names", f"{len(hosts)} hosts have addresses")


def _hosts(source: Source) -> Iterable[str]:
    return source.all_hosts if source.enabled else ()


def unresolved(hosts: Iterable[str], seconds: float = RESOLVE_SECONDS) -> list[str]:
    """The hosts for which no address came within the time."""
    pool = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")
    asked: Mapping[Future[object], str] = {pool.submit(socket.getaddrinfo, host, 443): host for host in hosts}
    done, _ = wait(asked, timeout=seconds)
    # A name server that is silent holds its thread; nobody waits for it.
    pool.shutdown(wait=False, cancel_futures=True)
    answered = {asked[future] for future in done if future.exception() is None}
    return sorted(set(asked.values()) - answered)


SAMPLE_CHECKS: tuple[Check, ...] = (
    check_home,
    check_space,
    check_lock,
    check_clock,
    check_catalog,
    check_sources,
    check_rules,
    check_search,
)
LIVE_CHECKS: tuple[Check, ...] = (
    check_contact,
    check_approvals,
    check_host,
    check_target,
    check_telling,
    check_names,
)
