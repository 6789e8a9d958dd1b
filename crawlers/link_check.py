"""Asks whether addresses still answer, with the manners and guards of a crawl.

Each host is a trial source of its own, crawled in the usual child process: robots.txt first, one connection, no private
address. What came back is read from the crawl's recording.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit

from catalog.links import LinkAnswer
from crawlers.page import is_usable, join
from crawlers.probe import Asked
from crawlers.run import WARC, CrawlOrder, crawl
from crawlers.source import Limits
from crawlers.warc import FAILURES, RecordingDamagedError, read_warc

REDIRECTS_AT_MOST = 5
START_AT_MOST = 50
"""Addresses that one source may start from."""


def ask_links(urls: Iterable[str], asked: Asked) -> list[LinkAnswer]:
    """One answer for each address: its last HTTP status after redirects, or why there was none.

    An address that robots.txt closes to us, or that leads to another host, has no status: nothing is known of it.
    Raises :class:`crawlers.run.CrawlError` for an order that cannot be carried out.
    """
    wanted = list(dict.fromkeys(urls))
    answers = {url: LinkAnswer(url, None, "no usable address") for url in wanted if not is_usable(url)}
    hosts: dict[str, list[str]] = {}
    for url in wanted:
        if url not in answers:
            hosts.setdefault(urlsplit(url).hostname or "", []).append(url)
    if hosts:
        answers |= {answer.url: answer for answer in _ask(hosts, asked)}
    return [answers[url] for url in wanted]


def _ask(hosts: dict[str, list[str]], asked: Asked) -> Iterator[LinkAnswer]:
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
        recorded = _statuses(folder / "record" / WARC)
    for identity, urls in sources.items():
        for url in urls:
            status, detail = _follow(url, recorded)
            yield LinkAnswer(url, status, detail or (None if status is not None else ends[identity].detail))


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


def _statuses(path: Path) -> dict[str, tuple[int | None, str | None]]:
    """The last status, or failure, that was recorded for each address; with the target of a redirect."""
    found: dict[str, tuple[int | None, str | None]] = {}
    try:
        records = read_warc(path)
    except (RecordingDamagedError, FileNotFoundError):
        return found
    for url, answer in records:
        if isinstance(answer, tuple(FAILURES.values())):
            found[url] = (None, str(answer))
        elif not isinstance(answer, Exception):
            target = answer.headers.get("Location")
            found[url] = (answer.status, target.decode("latin-1") if target and answer.status < 400 else None)
    return found


def _follow(url: str, recorded: dict[str, tuple[int | None, str | None]]) -> tuple[int | None, str | None]:
    for _ in range(REDIRECTS_AT_MOST):
        status, more = recorded.get(url, (None, None))
        if status is None or more is None:
            return status, more
        following = join(url, more)
        if following is None or following not in recorded:
            return status, f"leads to {more}"
        url = following
    return None, "too many redirects"
