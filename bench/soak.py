"""The soak: many nights over a sample web that changes by chance and fails by chance.

    make soak                             365 nights (an hour or so)
    python -m bench.soak --nights 30 --seed 7

Each night some pages change their price, disappear, come back or are new, and every third night a host has a fault.
After each night the catalog is asked whether it is whole, the site is verified, no page may be lost, and the disk that
is used must stay bounded. Every thirty nights, and at the end, a fresh installation reads the same web: what it finds
must be what the old one shows as active, but for pages that changed so lately that the old one may not have asked for
them yet (`catalog.due`); how many it has not noticed is told. A seed gives the same year again.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aliquot import carrying
from aliquot.nightly import Night, NightReport, run_night
from aliquot.settings import Settings
from bench.nights import House
from catalog import queries
from catalog.due import LONGEST_SILENCE
from catalog.store import open_catalog
from catalog.views import Presence
from crawlers.sample_server import (
    SAMPLE_WEB,
    Fault,
    SampleServer,
    bad_certificate,
    body,
    down,
    reset,
    status,
    truncated,
    unknown_host,
)
from recommend.index import open_index

START = datetime(2026, 11, 22, 7, 17, tzinfo=UTC)
SOURCES = ("labce", "sample-college", "sample-society", "sample-hospital")
HOSTS = ("www.labce.com", "college.example", "society.example", "hospital.example")
FAULTS = (
    down(),
    unknown_host(),
    bad_certificate(),
    reset(),
    truncated(300),
    status(500),
    status(403),
    status(429, {"Retry-After": "60"}),
    body(b""),
    body(b"<form>please sign in</form>"),
)
FAULTY_SHARE = 1 / 3
CHANGES_A_NIGHT = 3
COMPARE_EVERY = 30
GROWTH_AT_MOST = 6.0
"""Times the disk of the first night: three releases that share their files, sixty runs, and a year of history."""

PRICE = re.compile(r"\$(\d+)(?=</span><a class=\"cart\" href=\"/cart\.aspx\?add=one)")


@dataclass
class World:
    """The sample web as it changes: a copy of the bundled one, pages that are away, and the nights of last changes."""

    root: Path
    chance: random.Random
    away: list[Path] = field(default_factory=list)
    touched: dict[str, int] = field(default_factory=dict)

    @property
    def courses(self) -> list[Path]:
        """Pages of courses that are there."""
        host = self.root / "www.labce.com"
        return sorted(page for page in host.glob("*.aspx") if PRICE.search(page.read_text(encoding="utf-8")))

    def live_on(self, night: int) -> None:
        """A few changes of pages, as a provider makes them."""
        for _ in range(self.chance.randint(0, CHANGES_A_NIGHT)):
            self.chance.choice((self._price, self._vanish, self._come_back, self._new))(night)

    def _price(self, night: int) -> None:
        page = self.chance.choice(self.courses)
        self.touched[page.stem] = night
        text = page.read_text(encoding="utf-8")
        page.write_text(PRICE.sub(lambda _: f"${self.chance.randint(10, 60)}", text), encoding="utf-8")

    def _vanish(self, night: int) -> None:
        if len(self.away) < 5:
            page = self.chance.choice(self.courses)
            self.touched[page.stem] = night
            page.rename(page.with_suffix(".away"))
            self.away.append(page)

    def _come_back(self, night: int) -> None:
        if self.away:
            page = self.away.pop(self.chance.randrange(len(self.away)))
            self.touched[page.stem] = night
            page.with_suffix(".away").rename(page)

    def _new(self, night: int) -> None:
        host = self.root / "www.labce.com"
        if len(self.courses) > 80:
            return
        name = f"new_course_{night}_{self.chance.randrange(10**6)}"
        text = self.chance.choice(self.courses).read_text(encoding="utf-8")
        text = re.sub(r"<h1>(.*?) \(", rf"<h1>\1, night {night} ({name}) (", text, count=1)
        (host / f"{name}.aspx").write_text(re.sub(r"578-\d{3}-", f"578-{night:03d}-", text), encoding="utf-8")
        listed = host / "mls_mlt_courses.aspx"
        link = f'<li><a href="/{name}.aspx">{name}</a> - 1 hour(s)</li>\n</ul>\n'
        listed.write_text(listed.read_text(encoding="utf-8").replace("</ul>\n", link, 2), encoding="utf-8")

    def touched_lately(self, url: str, night: int) -> bool:
        """Whether a page changed so short a time ago that an installation may not have asked for it since."""
        return night - self.touched.get(Path(url).stem, -LONGEST_SILENCE) < LONGEST_SILENCE

    def faults(self) -> tuple[Fault, ...]:
        """Tonight's trouble, if any."""
        if self.chance.random() > FAULTY_SHARE:
            return ()
        return (Fault(self.chance.choice(FAULTS), host=self.chance.choice(HOSTS)),)


def one_night(house: House, now: datetime) -> NightReport:
    """A night in this process; its crawl is a process of its own as always."""
    chosen = Settings(home=house.home)
    return run_night(Night(now, house.places, chosen, lambda _: None, SOURCES, sample_port=house.port))


def troubles(house: House, report: NightReport, faulty: bool, pages: set[str]) -> Iterator[str]:
    """Everything that is not as it should be after a night."""
    if report.release is None:
        yield f"not published: {report.problems[:2]}"
    if not faulty and report.failed:
        yield f"failed without a fault: {[(end.source, end.detail) for end in report.failed]}"
    carrying.check_catalog(house.places.home / carrying.CATALOG)
    yield from house.faults_of_site()[:2]
    if gone := pages - house.pages():
        yield f"{len(gone)} pages are gone: {sorted(gone)[:3]}"
    with open_catalog(house.places.catalog_address) as catalog:
        open_index(house.places.index, queries.fingerprint(catalog))


Shown = dict[str, tuple[str, int, tuple[int | None, ...]]]


def active(house: House, today: date) -> Shown:
    """What is active: title, credits and prices by the address of the first listing."""
    with open_catalog(house.places.catalog_address) as catalog:
        return {
            each.url: (each.title, len(each.credits), tuple(sorted((offer.minor or -1) for offer in each.offers)))
            for each in queries.opportunities(catalog)
            if each.presence is Presence.ACTIVE and each.is_live(today)
        }


def drift(house: House, web: SampleServer, now: datetime, folder: Path) -> dict[str, str]:
    """How what the old installation shows differs from what a fresh one finds on the same web, by address."""
    fresh = House(folder / "fresh", web.port)
    one_night(fresh, now)
    found, shown = active(fresh, now.date()), active(house, now.date())
    fresh.remove()
    return {
        url: f"a fresh installation finds {found.get(url)}, the old one shows {shown.get(url)}"
        for url in sorted(found.keys() | shown.keys())
        if found.get(url) != shown.get(url)
    }


def soak(nights: int, seed: int, folder: Path) -> int:
    """Live through the nights; gives back how many went wrong."""
    shutil.copytree(SAMPLE_WEB, folder / "web")
    world = World(folder / "web", random.Random(seed))
    wrong, pages, first_bytes = 0, set[str](), 0
    with SampleServer(world.root, START.date()) as web:
        house = House(folder / "home", web.port)
        for night in range(nights):
            now = START + timedelta(days=night)
            if night:
                world.live_on(night)
            compare = night % COMPARE_EVERY == COMPARE_EVERY - 1 or night == nights - 1
            web.faults = () if night == 0 or compare else world.faults()
            report = one_night(house, now)
            found = list(troubles(house, report, bool(web.faults), pages))
            pages |= house.pages()
            told = [f"{end.source} {end.cause}" for end in report.failed]
            if compare:
                drifts = drift(house, web, now, folder)
                late = {url for url in drifts if world.touched_lately(url, night)}
                found += [f"drift at {url}: {words}" for url, words in drifts.items() if url not in late][:3]
                told.append(f"compared: {len(late)} of {len(world.courses)} courses changed lately, not yet asked for")
            used = house.bytes()
            first_bytes = first_bytes or used
            if used > GROWTH_AT_MOST * first_bytes:
                found.append(f"{used / 1e6:.0f} MB on disk, {first_bytes / 1e6:.0f} MB after the first night")
            wrong += bool(found)
            print(
                f"{'WRONG' if found else 'ok   '} night {night + 1:>3} {now:%Y-%m-%d}  {len(pages):>4} pages  "
                f"{used / 1e6:>6.1f} MB  {', '.join(told)}",
                flush=True,
            )
            for words in found:
                print(f"      {words}", flush=True)
    return wrong


def main() -> int:
    """Run the soak; exit status 1 where a night went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=20261122)
    order = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aliquot-soak-") as folder:
        wrong = soak(order.nights, order.seed, Path(folder))
    print(f"\n{order.nights} nights, {wrong} went wrong (seed {order.seed})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
