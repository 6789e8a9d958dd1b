"""Crawl speed: Aliquot's labelled-pages spider beside a bare Scrapy spider that reads eight fields by CSS.

Both read the same pages from the same local server in one run, each in a process of its own, with one connection, the
same robots.txt and no throttle. The crawl is repeated twice on the unchanged pages: as the next night does it, with
what the catalog made of the first (pages that have long been the same take turns, see ``catalog/due.py``; the server
says that these are a month to three years old), and with every page asked for and answered by 304, which no night does
but which tells what one such answer costs. A third spider reads nothing, which is what fetching costs; what each
further step of a page costs is measured without a network, on pages that no step has met before: their amounts, dates
and outlines differ as those of a shop do.

    python bench/crawl.py [--pages 1000] [--rounds 3]

A crawl's seconds run from the making of its spider to the last line of its source: the engine, its middlewares,
robots.txt and the pages, in the second crawl as in the first; the bare spider's run from the start of its engine to its
end. Beside them stands the processor time of the crawl's process alone, without the server's and without what the same
process costs on a list without a course (starting Python, importing, reading the sources): on a machine that others use
it is the better witness.

Prints pages per second (the best of the rounds), their ratios, and milliseconds a page: of the clock for fetching, of
processor time for the steps.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder holds a `catalog` that is no package

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from catalog import store
from catalog.spool import KnownPage, ListingLine, SourceEndLine, read_spool
from crawlers.draft import Draft
from crawlers.extract.credits import read_credits
from crawlers.extract.dates import read_dates
from crawlers.extract.money import package_prices, read_money
from crawlers.labels import Hit, find_labels, labels_of, product_lines
from crawlers.page import Page
from crawlers.pipelines import to_listing
from crawlers.run import CrawlOrder, SampleWeb, crawl
from crawlers.sample_server import SAMPLE_WEB, SampleServer
from crawlers.source import load_sources
from crawlers.spiders import spider_class
from crawlers.spiders.base import RunContext
from crawlers.spooling import SpoolWriter

ANCHOR, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
NEXT = NOW + timedelta(days=1)
YOUNGEST, OLDEST = timedelta(days=30), timedelta(days=3 * 365)
HOST = "www.labce.com"
MODEL = SAMPLE_WEB / HOST / "microcytic_anemias.aspx"
LIST = "mls_mlt_courses.aspx"
EXACT_RATIO, GOAL_RATIO, UNCHANGED_RATIO = 0.5, 0.8, 3.0

BARE = """
import json, sys, time
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = ["https://www.labce.com/mls_mlt_courses.aspx"]

    def parse(self, response):
        for link in response.css("ul.courselist a::attr(href)").getall():
            yield response.follow(link, self.read)

    def read(self, response):
        if sys.argv[2] == "nothing":
            return
        yield {
            "title": response.css("h1::text").get(),
            "author": response.css("#content > p::text").get(),
            "price": response.css(".product:last-child .price::text").get(),
            "credits": response.css(".credits li:nth-child(1)::text").get(),
            "approved": response.css(".credits li:nth-child(2)::text").get(),
            "florida": response.css(".credits li:nth-child(3)::text").get(),
            "level": response.css("p:nth-last-of-type(4)::text").get(),
            "summary": response.css("meta[name=description]::attr(content)").get(),
        }

settings = json.loads(sys.argv[1])
process = AsyncCrawlerProcess(settings)
process.crawl(Bare)
started = time.monotonic()
process.start()
print(time.monotonic() - started)
"""


@dataclass(frozen=True, order=True)
class Spent:
    """What one crawl took: seconds of the clock, and of its process's processor."""

    seconds: float
    processor: float


def processor_of_children() -> float:
    """Seconds of processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def course(number: int) -> str:
    """One course page of a shop: what differs from course to course differs here too."""
    changes = {
        "Microcytic Anemias": f"Microcytic Anemias, Case {number}",
        "1 hour(s)": f"{1 + number % 6 / 2:g} hour(s)",
        "5/31/2028": f"{1 + number % 12}/{1 + number % 28}/{2027 + number % 4}",
        "<li>Iron and heme</li>": f"<li>Iron and heme in case {number}</li>",
        "<li>Read indices and smear together</li>": f"<li>Read the indices and the smear of case {number}</li>",
    }
    text = MODEL.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"the model page has changed: {old!r} is no longer in it"
        text = text.replace(old, new)
    return text


def make_web(root: Path, pages: int) -> None:
    """A host with one list and ``pages`` course pages."""
    host = root / HOST
    host.mkdir(parents=True)
    (host / "robots.txt").write_text("User-agent: *\nDisallow: /cart.aspx\n", encoding="utf-8")
    links = []
    for number in range(pages):
        page = host / f"case_{number}.aspx"
        page.write_text(course(number), encoding="utf-8")
        changed = NOW - YOUNGEST - (OLDEST - YOUNGEST) * number / pages
        os.utime(page, (changed.timestamp(), changed.timestamp()))
        links.append(f'<li><a href="/case_{number}.aspx">Case {number}</a></li>')
    for name in (LIST, "histology_ce_courses.aspx", "phlebotomy_ce_continuing_education.aspx"):
        shown = links if name == LIST else []
        text = f'<html><body><h1>Courses</h1><ul class="courselist">{"".join(shown)}</ul></body></html>'
        (host / name).write_text(text, encoding="utf-8")


def bare_crawl(port: int, folder: Path, reads: str = "fields") -> Spent:
    """The bare spider over the whole host; ``reads`` is "fields" or "nothing"."""
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    settings = {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.sample_handler.SampleWebDownloadHandler"),
        "SAMPLE_WEB_PORT": port,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "FEEDS": {str(folder / "bare.jsonl"): {"format": "jsonlines", "overwrite": True}},
    }
    before = processor_of_children()
    run = subprocess.run(
        [sys.executable, str(script), json.dumps(settings), reads], check=True, capture_output=True, text=True
    )
    return Spent(float(run.stdout.strip().splitlines()[-1]), processor_of_children() - before)


def our_crawl(port: int, folder: Path, known: Path | None, expected: int) -> Spent:
    """Our crawl of the host; its seconds are those that its source_end tells."""
    now, sample = NEXT if known else NOW, SampleWeb(anchor=ANCHOR, port=port)
    before = processor_of_children()
    outcome = crawl(CrawlOrder(run_folder=folder, sources=("labce",), now=now, sample=sample, known_pages=known))
    end = next(line for line in read_spool(outcome.spool) if isinstance(line, SourceEndLine))
    assert end.found == expected, f"{end.listings} read, {end.seen} seen, {end.unasked} not due: {end.detail}"
    return Spent(end.seconds, processor_of_children() - before)


def start_of_processes(folder: Path) -> tuple[float, float]:
    """Processor seconds of the bare spider's process and of ours where the list names no course."""
    make_web(folder / "web", 0)
    with SampleServer(folder / "web", ANCHOR) as web:
        return bare_crawl(web.port, folder).processor, our_crawl(web.port, folder / "run", None, 0).processor


def remember(folder: Path) -> tuple[Path, Path]:
    """What the catalog hands to the next night's crawl, and the same with every page due."""
    with store.open_catalog(folder / "catalog.sqlite") as catalog:
        with catalog.session() as session:
            store.sync_sources(session, [load_sources()["labce"].facts(sample=True)])
        run = store.begin_run(catalog, NOW, sample=True)
        store.record(catalog, run, folder / "spool.jsonl", NOW)
        store.reconcile(catalog, run, NOW)
        store.finish_run(catalog, run, NOW)
        rested, every = (list(store.known_pages(catalog, ("labce",), now)) for now in (NEXT, None))
    return _written(rested, folder / "rested.jsonl"), _written(every, folder / "every.jsonl")


def _written(pages: Iterable[KnownPage], path: Path) -> Path:
    path.write_text("".join(f"{page.model_dump_json()}\n" for page in pages), encoding="utf-8")
    return path


def best(rounds: list[Spent], start: float) -> Spent:
    """The least of each figure over the rounds, the processor's without what the start takes."""
    return Spent(min(each.seconds for each in rounds), min(each.processor for each in rounds) - start)


NUMBERS = count(1_000_000)
REMEMBERING = (read_credits, read_money, package_prices, read_dates)
"""Readers that keep their last readings; each measurement begins as a crawl does, with nothing kept."""


def steps(folder: Path, rounds: int) -> dict[str, float]:
    """Milliseconds of processor time that each step of one page costs by itself, without a network.

    Steps that only run together are measured together, and the one before is taken off.
    """
    source = load_sources()["labce"]
    spider = spider_class(source.spider)(source, RunContext(NOW))
    spool = SpoolWriter(folder / "steps.jsonl")
    labels = labels_of(source)

    def hits(page: Page) -> list[Hit]:
        return find_labels(product_lines(page, source), labels)

    def draft(page: Page) -> Draft:
        return next(one for one in spider.read(page) if isinstance(one, Draft))

    def listing(page: Page) -> ListingLine:
        return ListingLine(listing=to_listing(draft(page), source, NOW, True))

    def day_texts(page: Page) -> list[str]:
        return [words.whole for hit in hits(page) if hit.field == "approval" for words in hit.lines]

    def dates(texts: list[str]) -> None:
        for text in texts:
            read_dates(text, NOW.date())

    parse = cost(lambda page: page.tree, rounds)
    lines = cost(lambda page: page.lines, rounds)
    found = cost(hits, rounds)
    drafts = cost(draft, rounds)
    listings = cost(listing, rounds)
    days = cost(dates, rounds, prepare=day_texts)
    spooled = cost(spool.append, rounds, prepare=lambda page: listing(page).model_dump_json().encode())
    written = cost(ListingLine.model_dump_json, rounds, prepare=listing)
    spool.close()
    return {
        "parse": parse,
        "lines": lines - parse,
        "labels": found - lines,
        "dates": days,
        "credits, prices and the other values": drafts - found - days,
        "validation": listings - drafts,
        "spool": written + spooled,
    }


def fresh_page() -> Page:
    """A page that nothing has read yet."""
    number = next(NUMBERS)
    return Page(f"https://{HOST}/case_{number}.aspx", course(number).encode(), NOW, "text/html; charset=utf-8")


def as_it_is(page: Page) -> Any:
    """No preparation."""
    return page


def cost(work: Callable[[Any], object], rounds: int, prepare: Callable[[Page], Any] = as_it_is) -> float:
    """Milliseconds of processor time of one call on a fresh page, the least of several rounds of a hundred.

    What ``prepare`` makes of the page is what ``work`` gets; it is not in the time.
    """
    best = float("inf")
    for _ in range(rounds):
        prepared = [prepare(fresh_page()) for _ in range(100)]
        for reader in REMEMBERING:
            reader.cache_clear()
        started = time.process_time()
        for one in prepared:
            work(one)
        best = min(best, time.process_time() - started)
    return best * 10


def main() -> int:
    """Measure, print, and say whether the bounds hold (exit code 0) or not (1)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    total = asked.pages + 3
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[1]))
    with tempfile.TemporaryDirectory(prefix="aliquot-bench-") as name:
        folder = Path(name)
        make_web(folder / "web", asked.pages)
        fetch, bare, ours, rested, every = [], [], [], [], []
        bare_start, our_start = start_of_processes(folder / "empty")
        with SampleServer(folder / "web", ANCHOR) as web:
            for number in range(asked.rounds):
                fetch.append(bare_crawl(web.port, folder, "nothing"))
                bare.append(bare_crawl(web.port, folder))
                first = folder / f"first{number}"
                ours.append(our_crawl(web.port, first, None, asked.pages))
                assert sum(isinstance(line, ListingLine) for line in read_spool(first / "spool.jsonl")) == asked.pages
                due, all_pages = remember(first)
                rested.append(our_crawl(web.port, folder / f"rested{number}", due, asked.pages))
                every.append(our_crawl(web.port, folder / f"every{number}", all_pages, asked.pages))
        print(f"{asked.pages} pages, best of {asked.rounds} rounds, one connection; processor time without the start")
        rows = (
            ("bare Scrapy, 8 CSS fields", bare, bare_start),
            ("Aliquot, first crawl", ours, our_start),
            ("Aliquot, unchanged, next night", rested, our_start),
            ("Aliquot, unchanged, all asked", every, our_start),
        )
        found = [(name, best(spent, start)) for name, spent, start in rows]
        for label, spent in found:
            milliseconds = spent.processor / total * 1000
            print(f"{label:32s}{total / spent.seconds:8.0f} pages/s {milliseconds:8.2f} ms of processor a page")
        by_bare, by_first, by_next, by_all = (spent for _, spent in found)
        compared = (
            ("first crawl / bare", by_bare, by_first, f"at least {EXACT_RATIO}, goal {GOAL_RATIO}"),
            ("next night / first crawl", by_first, by_next, f"at least {UNCHANGED_RATIO}"),
            ("all asked / first crawl", by_first, by_all, "what a 304 costs"),
        )
        print(f"{'':26s}{'by the clock':>16s}{'by the processor':>18s}")
        for label, slower, faster, bound in compared:
            clock, processor = slower.seconds / faster.seconds, slower.processor / faster.processor
            print(f"{label:26s}{clock:16.2f}{processor:18.2f}  ({bound})")
        for step, milliseconds in {"fetch": min(fetch).seconds / total * 1000, **steps(folder, asked.rounds)}.items():
            print(f"{step:40s} {milliseconds:6.2f} ms a page")
    fast = by_bare.seconds / by_first.seconds >= EXACT_RATIO
    return 0 if fast and by_first.seconds / by_next.seconds >= UNCHANGED_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
