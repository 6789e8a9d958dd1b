"""A crawl: the parent's side (:func:`crawl`) and the child process that it starts (``python -m crawlers.run``).

Twisted's reactor cannot be started twice in one process, and a spider that eats all memory must not take the night
with it: so every crawl is a process of its own. It gets its order as JSON on standard input, appends to
``RUN_FOLDER/spool.jsonl``, logs to ``RUN_FOLDER/crawl.log``, and tells its progress on standard output, one JSON object
a line. Only the parent touches the catalog.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field, TypeAdapter

from catalog.errors import BadInputError
from catalog.listing import Frozen, Identifier
from catalog.spool import Cause, Finish, KnownPage, SourceEndLine, read_spool
from crawlers.approval import load_approvals
from crawlers.settings import SAMPLE_CONTACT, user_agent
from crawlers.source import Limits, Source, load_sources
from crawlers.spooling import SpoolWriter, mend

SPOOL = "spool.jsonl"
KNOWN_PAGES = "known_pages.jsonl"
LOG = "crawl.log"
ORDER = "order.json"
WARC = "crawl.warc.gz"
EX_SOFTWARE = 70
LANES = 16
"""Groups of sources that are crawled side by side. Sources that share a host are one group, one after another."""

KNOWN_PAGE: TypeAdapter[KnownPage] = TypeAdapter(KnownPage)
ProgressCallback = Callable[[dict[str, Any]], None]


class SampleWeb(Frozen):
    """That a crawl is of the sample web. Without a ``port`` the crawl starts a server for its own duration."""

    anchor: date
    root: Path | None = None
    port: int | None = Field(default=None, gt=0, lt=65536)


class CrawlOrder(Frozen):
    """What to crawl, and how. ``now`` becomes the ``fetched_at`` of every listing.

    ``record`` is a folder that will keep what is fetched (see :mod:`crawlers.warc`), ``replay`` one that answers in
    place of the network. A live crawl (no ``sample``) needs a ``contact`` and, for each source, an approval in
    ``approvals``; one without is refused in a ``source_end`` line that says what to do. ``seconds`` bounds it all.
    """

    run_folder: Path
    sources: tuple[Identifier, ...] = Field(min_length=1)
    now: AwareDatetime
    overlay: Path | None = None
    approvals: Path | None = None
    sample: SampleWeb | None = None
    known_pages: Path | None = None
    contact: str | None = Field(default=None, max_length=200)
    seconds: float = Field(default=6 * 3600, gt=0)
    record: Path | None = None
    replay: Path | None = None
    trial: bool = Field(default=False, description="a look at a few pages, before the operator has approved the source")
    limits: Limits | None = Field(default=None, description="in place of the sources' own")


class CrawlOutcome(Frozen):
    """How a crawl ended: the child's exit code, whether its time bound stopped it, and each source's last line."""

    spool: Path
    exit_code: int
    timed_out: bool
    ends: tuple[SourceEndLine, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Ids of the sources that did not end completely."""
        return tuple(end.source for end in self.ends if end.finish is not Finish.COMPLETE)


class CrawlError(BadInputError):
    """An order that cannot be carried out; says which part."""


def crawl(order: CrawlOrder, progress: ProgressCallback | None = None) -> CrawlOutcome:
    """Crawl the ordered sources in a child process and wait for its end.

    ``progress`` gets ``{"event": "page" | "end", "source": id, ...}`` as it happens, on the calling thread. Whatever
    happens to the child, every ordered source has a ``source_end`` line in the spool afterwards.
    Raises :class:`CrawlError` for unknown sources or a damaged file of known pages,
    :class:`crawlers.source.SourceError` for a bad TOML.
    """
    sources = load_sources(order.overlay)
    unknown = [identity for identity in order.sources if identity not in sources]
    if unknown:
        raise CrawlError(f"no such source: {', '.join(unknown)}")
    load_known_pages(order.known_pages, order.sources)
    order.run_folder.mkdir(parents=True, exist_ok=True)
    spool = order.run_folder / SPOOL
    mend(spool)
    refused = dict(refusals([sources[identity] for identity in order.sources], order))
    _append(spool, (_refusal_line(identity, reason) for identity, reason in refused.items()))
    allowed = tuple(identity for identity in order.sources if identity not in refused)
    exit_code, timed_out = 0, False
    if allowed:
        with _sample_web(order) as ready:
            _begin_recording(ready)
            exit_code, timed_out = _run_child(ready.model_copy(update={"sources": allowed}), progress)
    mend(spool)
    _append(spool, _crashes(spool, order.sources, exit_code, timed_out=timed_out))
    return CrawlOutcome(spool=spool, exit_code=exit_code, timed_out=timed_out, ends=tuple(_ends(spool).values()))


def refusals(sources: Iterable[Source], order: CrawlOrder) -> Iterator[tuple[str, str]]:
    """The sources that may not be crawled under this order, each with the one sentence of advice."""
    offline = order.sample is not None or order.replay is not None
    approvals = {} if offline else load_approvals(order.approvals)
    for source in sources:
        approved = order.trial or source.id in approvals
        reason = why_not(source, offline=offline, trial=order.trial, contact=order.contact, approved=approved)
        if reason is not None:
            yield source.id, reason


def why_not(source: Source, *, offline: bool, trial: bool, contact: str | None, approved: bool) -> str | None:
    """Why a source may not be crawled, or ``None`` where it may."""
    if not source.start:
        return f"{source.id} has nothing to crawl: {source.disabled_because}"
    if offline:
        return None
    reasons = (
        (source.only_sample, f"{source.id} exists only on the sample web; use it with `aliquot demo`."),
        (
            source.proof == "assumed" and not trial,
            f"{source.id} is only assumed, nobody has seen its pages: try it with `aliquot sources try URL` first.",
        ),
        (not source.enabled and not trial, f"{source.id} is switched off: {source.disabled_because}"),
        (
            not contact,
            "A live crawl tells the sites whom to write to: set `contact` to your e-mail address in the settings.",
        ),
        (not approved, f"{source.id} has not been approved yet: run `aliquot sources approve {source.id}`."),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _refusal_line(identity: str, reason: str) -> SourceEndLine:
    return SourceEndLine(source=identity, finish=Finish.FAILED, cause=Cause.REFUSED, detail=reason)


def _append(spool: Path, lines: Iterable[SourceEndLine]) -> None:
    writer = SpoolWriter(spool)
    try:
        for line in lines:
            writer.write(line)
    finally:
        writer.close()


def _ends(spool: Path) -> dict[str, SourceEndLine]:
    return {line.source: line for line in read_spool(spool) if isinstance(line, SourceEndLine)}


def _crashes(spool: Path, ordered: Iterable[str], exit_code: int, *, timed_out: bool) -> list[SourceEndLine]:
    """A last line for each source that the child did not live to end."""
    cause = Cause.LIMIT if timed_out else Cause.CRASH
    detail = "the crawl was stopped at its time bound" if timed_out else f"the crawl ended with exit code {exit_code}"
    known = _ends(spool)
    return [
        SourceEndLine(source=identity, finish=Finish.FAILED, cause=cause, detail=detail)
        for identity in ordered
        if identity not in known
    ]


@contextlib.contextmanager
def _sample_web(order: CrawlOrder) -> Iterator[CrawlOrder]:
    """The order with the port of a running sample web, if it is a crawl of it."""
    if order.sample is None or order.sample.port is not None or order.replay is not None:
        yield order
        return
    from crawlers.sample_server import SAMPLE_WEB, SampleServer  # noqa: PLC0415 - a live crawl has no server

    with SampleServer(order.sample.root or SAMPLE_WEB, order.sample.anchor) as web:
        yield order.model_copy(update={"sample": order.sample.model_copy(update={"port": web.port})})


def _begin_recording(order: CrawlOrder) -> None:
    """Put the order and what it remembers beside the recording, so that it can be played back anywhere."""
    if order.record is None:
        return
    order.record.mkdir(parents=True, exist_ok=True)
    if order.known_pages is not None and order.known_pages.exists():
        shutil.copyfile(order.known_pages, order.record / KNOWN_PAGES)
    (order.record / ORDER).write_text(order.model_dump_json(indent=1), encoding="utf-8")


def replay(recording: Path, run_folder: Path, progress: ProgressCallback | None = None) -> CrawlOutcome:
    """Run the spiders of today on what a recorded crawl fetched; its clock is the recorded one.

    Raises :class:`CrawlError` where the folder holds no recording.
    """
    try:
        order = CrawlOrder.model_validate_json((recording / ORDER).read_bytes())
    except (OSError, ValueError) as error:
        raise CrawlError(f"{recording / ORDER}: {error}") from error
    known = recording / KNOWN_PAGES
    played = {
        "run_folder": run_folder,
        "replay": recording,
        "record": None,
        "known_pages": known if known.exists() else None,
    }
    return crawl(order.model_copy(update=played), progress)


def _run_child(order: CrawlOrder, progress: ProgressCallback | None) -> tuple[int, bool]:
    """Exit code of the child, and whether it had to be stopped at its time bound."""
    with (order.run_folder / LOG).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "crawlers.run"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        expired = threading.Event()
        watch = threading.Timer(order.seconds, _stop, (child, expired))
        watch.daemon = True  # a night that is stopped at this very moment must not wait for it
        try:
            watch.start()
            with contextlib.suppress(BrokenPipeError):  # its exit code tells that it died before it read its order
                child.stdin.write(order.model_dump_json().encode())  # type: ignore[union-attr]  # a pipe, as asked above
            with contextlib.suppress(BrokenPipeError):
                child.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked above
            for raw in child.stdout or ():
                if progress is not None:
                    progress(json.loads(raw))
            code = child.wait()
        finally:
            watch.cancel()
            if child.poll() is None:
                child.kill()
                child.wait()
            if child.stdout is not None:
                child.stdout.close()
    return code, expired.is_set()


def _stop(child: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    child.kill()


def host_groups(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources by the hosts they share: each group is crawled one source after another, one connection to a host."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        hosts, members = set(source.all_hosts), [source]
        apart = []
        for group in groups:
            if group[0] & hosts:
                hosts |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (hosts, members)]
    return [members for _, members in groups]


def load_known_pages(path: Path | None, sources: Iterable[str]) -> dict[str, dict[str, KnownPage]]:
    """What earlier crawls remember, by source and URL. Raises :class:`CrawlError` naming the line of a damaged file."""
    known: dict[str, dict[str, KnownPage]] = {identity: {} for identity in sources}
    if path is None or not path.exists():
        return known
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, start=1):
            try:
                page = KNOWN_PAGE.validate_json(raw)
            except ValueError as error:
                raise CrawlError(f"{path}: line {number}: {error}") from error
            if page.source in known:
                known[page.source][page.url] = page
    return known


def main() -> int:
    """The child: read the order from standard input, crawl, exit 0. What failed stands in the spool."""
    order = CrawlOrder.model_validate_json(sys.stdin.buffer.read())
    every = load_sources(order.overlay)
    sources = [every[identity] for identity in order.sources]
    if order.limits is not None:
        sources = [source.model_copy(update={"limits": order.limits}) for source in sources]
    known = load_known_pages(order.known_pages, order.sources)
    _crawl_in_this_process(order, sources, known)
    return 0


def _crawl_in_this_process(
    order: CrawlOrder, sources: list[Source], known: Mapping[str, Mapping[str, KnownPage]]
) -> None:
    # Imported here and not above: a parent needs no Scrapy, and starting without it is ten times as fast. The first of
    # them searches every loaded module for every frame below it, so it comes early, with few of both.
    import scrapy.core.downloader.contextfactory  # noqa: F401, PLC0415
    from scrapy.crawler import AsyncCrawlerProcess, Crawler  # noqa: PLC0415

    from crawlers.settings import process_settings, recording_settings, replay_settings, source_settings  # noqa: PLC0415
    from crawlers.spiders import spider_class  # noqa: PLC0415
    from crawlers.spiders.base import RunContext  # noqa: PLC0415

    contact = order.contact or SAMPLE_CONTACT
    settings = process_settings(
        user_agent(contact, version("aliquot")),
        contact,
        str(order.run_folder / LOG),
        order.sample.port if order.sample is not None else None,
    )
    if order.record is not None:
        settings = recording_settings(settings, str(order.record / WARC))
    if order.replay is not None:
        settings = replay_settings(settings, str(order.replay / WARC))
    spool = SpoolWriter(order.run_folder / SPOOL)
    run = RunContext(order.now, sample=order.sample is not None, spool=spool, progress=_print_progress)
    process = AsyncCrawlerProcess(settings)
    # Scrapy makes a line for each page and then throws it away; that redirects bear no Referer is meant so.
    logging.disable(logging.DEBUG)
    logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)
    waiting = deque(host_groups(sources))

    def next_of(lane: deque[Source]) -> None:
        """Start the next source of a lane; when the lane is empty it takes the next group."""
        if not lane:
            if not waiting:
                return
            lane.extend(waiting.popleft())
        source = lane.popleft()
        crawler = Crawler(spider_class(source.spider), {**settings, **source_settings(source)})
        task = process.crawl(
            crawler,
            source=source,
            run=run,
            known=known[source.id],
        )
        task.add_done_callback(lambda _: next_of(lane))

    for _ in range(min(LANES, len(waiting))):
        next_of(deque())
    process.start()
    spool.close()


def _print_progress(event: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The parent is dead. An orphan must not go on writing to a spool that the next night takes up.
        os._exit(EX_SOFTWARE)


if __name__ == "__main__":
    sys.exit(main())
