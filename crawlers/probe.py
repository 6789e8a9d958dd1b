"""Looks at a site before and beside the nightly crawl: try, approve, check, new.

Nothing here writes to the catalog. What is fetched is fetched by the same child process as a night's crawl, with the
same manners and guards, and read by the same spiders.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tomlkit
from protego import Protego

from catalog.listing import Kind, Listing
from catalog.spool import ListingLine, RejectedLine, SourceEndLine, read_spool
from crawlers.approval import SourceApproval, load_approvals
from crawlers.draft import Draft, Link, Rejection
from crawlers.page import Page
from crawlers.pipelines import RejectedDraftError, to_listing
from crawlers.recording import Recording, merge_hosts, read_recording, shown, write_recording
from crawlers.run import WARC, CrawlError, CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB
from crawlers.settings import user_agent
from crawlers.source import Limits, Source, Way
from crawlers.spiders import MODULES, spider_class
from crawlers.spiders.base import DOCUMENTED, RunContext
from crawlers.warc import RecordingDamagedError, read_warc

if TYPE_CHECKING:
    from scrapy.http import Response

Recorded = list[tuple[str, "Response | Exception"]]
TRIAL = Limits(seconds=120, pages=12, items=5, depth=3)
"""Bounds of a first look: five listings, politely."""


@dataclass(frozen=True)
class Attempt:
    """What one way of publishing makes of a page: its listings, the links it would follow, what it could not use."""

    way: Way
    listings: tuple[Listing, ...] = ()
    links: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether this way finds nothing at all on the page."""
        return not self.listings and not self.links


@dataclass(frozen=True)
class Asked:
    """Who asks, and when. ``sample`` leads to the sample web in place of the network."""

    now: datetime
    contact: str | None = None
    sample: SampleWeb | None = None


def source_for(url: str, way: Way, known: Mapping[str, Source]) -> Source:
    """The source whose host an address is on, read in the given way; a bare one where no source has that host."""
    host = urlsplit(url).hostname or ""
    for source in known.values():
        if host in source.all_hosts and source.spider == way:
            return source
    return Source(
        id="trial",
        name=host,
        provider="trial",
        spider=way,
        start=(url,),
        enabled=False,
        disabled_because="a trial",
        proof="assumed",
        unseen="everything",
        kind=Kind.COURSE,
    )


def try_page(page: Page, known: Mapping[str, Source], *, sample: bool = False) -> Iterator[Attempt]:
    """What each way of publishing would extract from a page, with evidence. Writes nothing.

    A source whose host the page is on lends its labels and hints to its own way. A page of a labelled site is read as
    one item where no pattern says otherwise.
    """
    for way in MODULES:
        source = source_for(page.url, way, known)
        if source.id == "trial" and way in {"labelled_pages", "feed"}:
            hint = source.pages.model_copy(update={"items": (r".",)})
            source = source.model_copy(update={"pages": hint, "start": (f"{page.url}#",)})
        yield read_page(page, source, sample=sample)


def read_page(page: Page, source: Source, *, sample: bool = False) -> Attempt:
    """What one source's spider makes of a page."""
    spider = spider_class(source.spider)(source, RunContext(page.fetched_at, sample=sample))
    listings: list[Listing] = []
    links: list[str] = []
    rejected: list[Rejection] = []
    unreadable: dict[str, str] = {}
    try:
        for found in spider.read(page):
            if isinstance(found, Link):
                links.append(found.url)
            elif isinstance(found, Rejection):
                rejected.append(found)
            elif isinstance(found, Draft):
                unreadable |= found.unreadable
                judged = _judged(found, source, page, sample=sample)
                if isinstance(judged, Listing):
                    listings.append(judged)
                else:
                    rejected.append(judged)
    except DOCUMENTED as error:
        rejected.append(Rejection(page.url, "page", f"{type(error).__name__}: {error}"))
    return Attempt(source.spider, tuple(listings), tuple(links), tuple(rejected), unreadable)


def _judged(draft: Draft, source: Source, page: Page, *, sample: bool) -> Listing | Rejection:
    try:
        return to_listing(draft, source, page.fetched_at, sample)
    except RejectedDraftError as error:
        return Rejection(draft.url, error.field, error.reason, draft.source_key)


def saved_page(path: Path, url: str, fetched_at: datetime) -> Page:
    """A page from a saved file. Raises :class:`CrawlError` where the file cannot be read."""
    try:
        return Page(url=url, body=path.read_bytes(), fetched_at=fetched_at)
    except OSError as error:
        raise CrawlError(f"{path}: {error}") from error


def fetch_page(url: str, asked: Asked) -> Page:
    """One page, fetched with all manners and guards by a crawl of its own.

    Raises :class:`CrawlError` with the cause where it cannot be had, or without a contact.
    """
    with tempfile.TemporaryDirectory(prefix="aliquot-") as name:
        folder = Path(name)
        overlay = folder / "sources"
        overlay.mkdir()
        table = {
            "name": "trial",
            "provider": "trial",
            "spider": "labelled_pages",
            "start": [url],
            "enabled": False,
            "disabled_because": "a trial",
            "proof": "assumed",
            "unseen": "everything",
        }
        (overlay / "trial.toml").write_text(tomlkit.dumps(table), encoding="utf-8")
        order = CrawlOrder(
            run_folder=folder / "run",
            sources=("trial",),
            now=asked.now,
            overlay=overlay,
            sample=asked.sample,
            contact=asked.contact,
            seconds=180,
            record=folder / "record",
            trial=True,
            limits=TRIAL.model_copy(update={"pages": 2, "depth": 0}),
        )
        end = crawl(order).ends[0]
        for address, answer in reversed(_recorded(folder / "record")):
            if not isinstance(answer, Exception) and answer.status == 200 and not address.endswith("/robots.txt"):
                return page_of(answer, asked.now)
    raise CrawlError(f"{url}: {end.cause}: {end.detail}")


def page_of(answer: Response, fetched_at: datetime) -> Page:
    """A recorded answer as a page, unpacked."""
    kind = answer.headers.get("Content-Type")
    return Page(answer.url, _unpacked(answer), fetched_at, kind.decode("latin-1") if kind else None)


def _recorded(folder: Path) -> Recorded:
    try:
        return read_warc(folder / WARC)
    except (RecordingDamagedError, FileNotFoundError):
        return []


def _unpacked(answer: Response) -> bytes:
    """A recorded body without its content encoding, by Scrapy's own middleware and under its bound."""
    from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware  # noqa: PLC0415
    from scrapy.http import Request, Response  # noqa: PLC0415
    from scrapy.utils.test import get_crawler  # noqa: PLC0415

    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": TRIAL.page_bytes})
    middleware = HttpCompressionMiddleware.from_crawler(crawler)
    unpacked = middleware.process_response(Request(answer.url), answer)
    return bytes(unpacked.body) if isinstance(unpacked, Response) else b""


@dataclass(frozen=True)
class ApprovalSheet:
    """What an operator sees before a source's first live crawl.

    ``robots`` is the verdict of robots.txt on each starting address in one sentence; ``agent`` the User-Agent and
    ``contact`` the From that the site will see; ``listings`` at most five, to be read beside their pages.
    """

    source: Source
    robots: tuple[str, ...]
    terms: str
    agent: str
    contact: str
    listings: tuple[Listing, ...]
    rejected: tuple[RejectedLine, ...]
    end: SourceEndLine


def approval_sheet(source: Source, asked: Asked, *, version: str, overlay: Path | None = None) -> ApprovalSheet:
    """Fetch at most five listings politely and lay out what an approval rests on.

    Raises :class:`CrawlError` without a contact, or for a source with nothing to crawl.
    """
    if not asked.contact:
        raise CrawlError("approving a source needs a contact: set `contact` to your e-mail address in the settings")
    if not source.start:
        raise CrawlError(f"{source.id} has nothing to crawl: {source.disabled_because}")
    with tempfile.TemporaryDirectory(prefix="aliquot-") as name:
        folder = Path(name)
        order = CrawlOrder(
            run_folder=folder / "run",
            sources=(source.id,),
            now=asked.now,
            overlay=overlay,
            sample=asked.sample,
            contact=asked.contact,
            seconds=300,
            record=folder / "record",
            trial=True,
            limits=TRIAL,
        )
        outcome = crawl(order)
        lines = list(read_spool(outcome.spool))
        recorded = _recorded(folder / "record")
    return ApprovalSheet(
        source=source,
        robots=tuple(_robots_verdict(url, recorded) for url in source.start),
        terms=source.terms or f"not known; look for them on https://{urlsplit(source.start[0]).hostname}/",
        agent=user_agent(asked.contact, version),
        contact=asked.contact,
        listings=tuple(line.listing for line in lines if isinstance(line, ListingLine))[:5],
        rejected=tuple(line for line in lines if isinstance(line, RejectedLine)),
        end=outcome.ends[0],
    )


def _robots_verdict(url: str, recorded: Recorded) -> str:
    from scrapy.http import Response  # noqa: PLC0415 - only where something was fetched

    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}/robots.txt"
    answer = next((answer for address, answer in recorded if address == place), None)
    if not isinstance(answer, Response):
        return f"{place} could not be read, which closes the host to us ({answer or 'no answer'})"
    if answer.status >= 500 or answer.status == 429:
        return f"{place} answered {answer.status}, which closes the host to us"
    if answer.status >= 300:
        return f"{place} answered {answer.status}: the site states no rules"
    rules = Protego.parse(_unpacked(answer).decode("utf-8", "replace"))
    delay = rules.crawl_delay("Aliquot")
    pace = f", one request every {delay:g} seconds" if delay else ""
    return f"{place} {'allows' if rules.can_fetch(url, 'Aliquot') else 'forbids'} {url}{pace}"


def approve(path: Path, source: Source, *, by: str, on: date, contact: str) -> SourceApproval:
    """Keep the operator's yes in the operator's own file, beside those already there.

    Raises :class:`crawlers.approval.ApprovalError` for a damaged file, ``ValueError`` for an empty name.
    """
    approval = SourceApproval(by=by, on=on, contact=contact)
    load_approvals(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    document[source.id] = {"by": by, "on": on, "contact": contact}
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return approval


@dataclass(frozen=True)
class Difference:
    """A listing that a recorded page should give and does not, or gives and should not, or gives otherwise."""

    source_key: str
    field: str
    expected: object
    got: object


def check_recording(source: Source, folder: Path, overlay: Path | None = None) -> tuple[Difference, ...]:
    """Crawl a source's recorded pages over real HTTP and compare the listings with the expected ones.

    ``folder`` is the recording (see :mod:`crawlers.recording`). Raises :class:`crawlers.recording.RecordingError`.
    """
    recording = read_recording(folder)
    expected = {listing.source_key: shown(listing) for listing in recording.expected()}
    got = {listing.source_key: shown(listing) for listing in _crawl_recording(source, recording, overlay)}
    return tuple(_differences(expected, got))


def expect_what_is_read(source: Source, folder: Path, overlay: Path | None = None) -> int:
    """Write what is read of the recorded pages today as what is expected; it is then read beside the pages, by eye.

    Returns the number of listings.
    """
    recording = read_recording(folder)
    listings = _crawl_recording(source, recording, overlay)
    recording.write_expected(listings)
    return len(listings)


def _crawl_recording(source: Source, recording: Recording, overlay: Path | None) -> list[Listing]:
    now = recording.head.fetched_at
    with tempfile.TemporaryDirectory(prefix="aliquot-") as name:
        web = Path(name) / "web"
        merge_hosts([recording], SAMPLE_WEB, web)
        sample = SampleWeb(anchor=now.date(), root=web)
        order = CrawlOrder(run_folder=Path(name) / "run", sources=(source.id,), now=now, overlay=overlay, sample=sample)
        lines = list(read_spool(crawl(order).spool))
    return [line.listing for line in lines if isinstance(line, ListingLine)]


def _differences(expected: Mapping[str, object], got: Mapping[str, object]) -> Iterator[Difference]:
    for key in sorted(expected.keys() | got.keys()):
        wanted, found = expected.get(key), got.get(key)
        if not isinstance(wanted, dict) or not isinstance(found, dict):
            yield Difference(key, "listing", wanted, found)
            continue
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield Difference(key, name, wanted.get(name), found.get(name))


@dataclass(frozen=True)
class NewSource:
    """The files that :func:`new_source` wrote."""

    toml: Path
    recording: Path
    test: Path


def new_source(identity: str, page: Page, way: Way, project: Path) -> NewSource:
    """Write a source's TOML, its recorded page, what is read of it today, and a test that fails until it is read.

    ``identity`` is the source's id ("state-society"). In a clone the files land where the others of their kind lie;
    ``project`` is its root. Raises :class:`CrawlError` where one of them exists already.
    """
    file_name = identity.replace("-", "_")
    made = NewSource(
        toml=project / "crawlers" / "sources" / f"{file_name}.toml",
        recording=project / "tests" / "pages" / identity,
        test=project / "tests" / "crawlers" / f"test_source_{file_name}.py",
    )
    for path in (made.toml, made.recording, made.test):
        if path.exists():
            raise CrawlError(f"{path} exists already")
    host = urlsplit(page.url).hostname or ""
    for path in (made.toml, made.test):
        path.parent.mkdir(parents=True, exist_ok=True)
    made.toml.write_text(_new_toml(identity, host, page, way), encoding="utf-8")
    recording = write_recording(made.recording, page.fetched_at, "what is hard about this site")
    _write_page(made.recording, page)
    source = read_new(made.toml)
    recording.write_expected(read_page(page, source).listings)
    made.test.write_text(NEW_TEST.format(identity=identity, file_name=file_name), encoding="utf-8")
    return made


def read_new(path: Path) -> Source:
    """The source of one TOML alone. Raises :class:`crawlers.source.SourceError`."""
    from crawlers.source import read_source  # noqa: PLC0415 - keeps the loader's name apart from this module's

    return read_source(path.read_bytes(), str(path))


def _write_page(folder: Path, page: Page) -> None:
    parts = urlsplit(page.url)
    path = parts.path.lstrip("/") or "index.html"
    if path.endswith("/"):
        path += "index.html"
    elif "." not in path.rsplit("/", 1)[-1] and not parts.query:
        path += ".html"
    target = folder / (parts.hostname or "host") / (f"{path}@{parts.query}" if parts.query else path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(page.body)


def _new_toml(identity: str, host: str, page: Page, way: Way) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment("Read docs/adding-a-provider.md; aliquot sources try shows what is read."))
    document["name"] = host
    document["provider"] = identity
    document["spider"] = way
    document["start"] = [page.url]
    document["enabled"] = False
    document["disabled_because"] = "New: not yet read beside its pages."
    document["proof"] = "seen"
    document["unseen"] = "robots.txt, terms, and every page but the recorded one."
    document["kind"] = "course"
    pages = tomlkit.table()
    # A site's first page is taken as a page of one thing; its lists come into `start` and this into `items`.
    pages["items"] = [f"^{page.url.split('?')[0].replace('.', chr(92) + '.')}"]
    labels = tomlkit.table()
    labels["credits"] = ["Credits"]
    labels["price"] = ["Price"]
    document["pages"], document["labels"] = pages, labels
    directory = tomlkit.table()
    directory["url"] = f"https://{host}/"
    directory["about"] = "What a technician finds here, in your own words."
    document["directory"] = directory
    return tomlkit.dumps(document)


NEW_TEST = '''"""The recorded pages of {identity}: written by `aliquot sources new`, to be finished by hand."""

from pathlib import Path

from crawlers.probe import check_recording
from crawlers.source import load_sources

FOLDER = Path(__file__).parents[1] / "pages" / "{identity}"


def test_the_recorded_page_gives_the_listings_that_were_checked() -> None:
    assert check_recording(load_sources()["{identity}"], FOLDER) == ()


def test_somebody_has_read_the_expected_listings_beside_the_page() -> None:
    checked = "yes, by NAME on DATE"  # replace NAME and DATE once every value of expected.json stands on the page
    assert "NAME" not in checked, "read tests/pages/{identity}/expected.json beside its page, then sign here"
'''
