"""Twins of sample sources: the same pages at a host of each case's own, so that one crawl meets every case.

Starting a crawl's process costs far more than reading a small source in it. A twin is a source like any other, with a
TOML, a robots.txt, a connection and a last line of its own, and what befalls its host befalls no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from catalog.spool import ListingLine, RejectedLine, SourceEndLine, read_spool
from crawlers.run import CrawlOrder, CrawlOutcome, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB, Fault, SampleServer, SeenRequest
from crawlers.source import load_sources

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Twin:
    """A case: whose twin it is, what befalls its host (the host of a fault is filled in), and more of its TOML."""

    of: str
    faults: tuple[Fault, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class Met:
    """What the crawl wrote about one twin, and what its host was asked."""

    end: SourceEndLine
    listings: list[ListingLine]
    rejected: list[RejectedLine]
    asked: tuple[SeenRequest, ...]

    def times(self, part: str) -> int:
        """How often an address with this part was asked for."""
        return sum(part in request.target for request in self.asked)


@dataclass(frozen=True)
class Night:
    """One crawl of twins."""

    outcome: CrawlOutcome
    met: Mapping[str, Met]
    hosts: frozenset[str]
    asked: tuple[SeenRequest, ...]


def crawl_twins(folder: Path, twins: Mapping[str, Twin]) -> Night:
    """One crawl of the sample web in which every twin stands under its name, which becomes its source's id."""
    root, overlay = folder / "web", folder / "sources"
    root.mkdir()
    overlay.mkdir()
    hosts = {name: _settle(name, twin, root, overlay) for name, twin in twins.items()}
    faults = [replace(fault, host=hosts[name]) for name, twin in twins.items() for fault in twin.faults]
    with SampleServer(root, ANCHOR, faults=faults) as web:
        order = CrawlOrder(
            run_folder=folder / "run",
            sources=tuple(twins),
            now=NOW,
            overlay=overlay,
            sample=SampleWeb(anchor=ANCHOR, port=web.port),
        )
        outcome = crawl(order)
        asked = web.seen
    lines = list(read_spool(outcome.spool))
    ends = {end.source: end for end in outcome.ends}
    met = {
        name: Met(
            ends[name],
            [line for line in lines if isinstance(line, ListingLine) and line.listing.source == name],
            [line for line in lines if isinstance(line, RejectedLine) and line.source == name],
            tuple(request for request in asked if request.host == host),
        )
        for name, host in hosts.items()
    }
    return Night(outcome, met, frozenset(hosts.values()), asked)


def _settle(name: str, twin: Twin, root: Path, overlay: Path) -> str:
    """Give a twin its pages and its TOML; its host, which is ``NAME.HOST``."""
    [host] = load_sources()[twin.of].all_hosts
    own = f"{name}.{host}"
    (root / own).symlink_to(SAMPLE_WEB / host, target_is_directory=True)
    file = f"{twin.of.replace('-', '_')}.toml"
    toml = (SAMPLE_WEB.parent / "sources" / file).read_text(encoding="utf-8").replace(f"//{host}/", f"//{own}/")
    (overlay / f"{name.replace('-', '_')}.toml").write_text(f"{toml}\n{twin.more}", encoding="utf-8")
    return own
