"""Asks for single pages, with the manners and guards of a crawl: for the link check, and for the pages behind rules.

Each host is a trial source of its own, crawled in the usual child process: robots.txt first, one connection, no private
address. What came back is read from the crawl's recording.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tomlkit

from crawlers.page import is_usable, join
from crawlers.probe import Asked
from crawlers.run import WARC, CrawlOrder, crawl
from crawlers.source import Limits
from crawlers.warc import FAILURES, RecordingDamagedError, read_warc

if TYPE_CHECKING:
    from scrapy.http import Response

REDIRECTS_AT_MOST = 5
BAD_REQUEST = 400
START_AT_MOST = 50
"""Addresses that one source may start from."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What asking for an address gave: the last HTTP status after redirects, or ``None`` and why there was none.

    ``response`` is the last answer as it came, still packed. An address that robots.txt closes to us, or that leads to
    another host, has no status: nothing is known of it.
    """

    url: str
    status: int | None
    detail: str | None = None
    response: Response | None = None


def ask_pages(urls: Iterable[str], asked: Asked) -> list[PageAnswer]:
    """One answer for each address, each asked for once.

    Raises :class:`crawlers.run.CrawlError` for an order that cannot be carried out.
    """
    wanted = list(dict.fromkeys(urls))
    answers = {url: PageAnswer(url, None, "no usable address") for url in wanted if not is_usable(url)}
    hosts: dict[str, list[str]] = {}
    for url in wanted:
        if url not in answers:
            hosts.setdefault(urlsplit(url).hostname or "", []).append(url)
    if hosts:
        answers |= {answer.url: answer for answer in _ask(hosts, asked)}
    return [answers[url] for url in wanted]


def _ask(hosts: dict[str, list[str]], asked: Asked) -> Iterator[PageAnswer]:
    with tempfile.TemporaryDirectory(prefix="aliquot-") as name:
        folder = Path(name)
        sources = _write_trials(folder / "sources", hosts)
        order = CrawlOrder(
            run_folder=folder / "run",
            sources=tuple(sources),
            now=asked.now,
            overlay=folder / "sources",
            sample=asked.sample,
            contact=asked.contact,
            seconds=3600,
            record=folder / "record",
            trial=True,
            limits=Limits(seconds=3000, depth=0, redirects=REDIRECTS_AT_MOST),
        )
        ends = {end.source: end for end in crawl(order).ends}
        recorded = _recorded(folder / "record" / WARC)
    for identity, urls in sources.items():
        for url in urls:
            answer = _follow(url, recorded)
            yield answer if answer.status is not None or answer.detail else PageAnswer(url, None, ends[identity].detail)


def _write_trials(folder: Path, hosts: dict[str, list[str]]) -> dict[str, list[str]]:
    folder.mkdir(parents=True)
    sources: dict[str, list[str]] = {}
    for host, urls in hosts.items():
        for start in range(0, len(urls), START_AT_MOST):
            identity = f"links-{len(sources)}"
            sources[identity] = urls[start : start + START_AT_MOST]
            table = {
                "name": host,
                "provider": "links",
                "spider": "labelled_pages",
                "start": sources[identity],
                "enabled": False,
                "disabled_because": "only asked whether it answers",
                "proof": "assumed",
                "unseen": "everything",
            }
            (folder / f"{identity}.toml").write_text(tomlkit.dumps(table), encoding="utf-8")
    return sources


def _recorded(path: Path) -> dict[str, Response | Exception]:
    """The last answer, or failure, that was recorded for each address."""
    try:
        return dict(read_warc(path))
    except (RecordingDamagedError, FileNotFoundError):
        return {}


def _follow(wanted: str, recorded: Mapping[str, Response | Exception]) -> PageAnswer:
    url = wanted
    for _ in range(REDIRECTS_AT_MOST):
        answer = recorded.get(url)
        if answer is None or isinstance(answer, Exception):
            return PageAnswer(wanted, None, str(answer) if isinstance(answer, tuple(FAILURES.values())) else None)
        target = answer.headers.get("Location") if answer.status < BAD_REQUEST else None
        if target is None:
            return PageAnswer(wanted, answer.status, None, answer)
        more = target.decode("latin-1")
        following = join(url, more)
        if following is None or following not in recorded:
            return PageAnswer(wanted, answer.status, f"leads to {more}")
        url = following
    return PageAnswer(wanted, None, "too many redirects")
