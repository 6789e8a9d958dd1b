"""The browse pages: one list for each cut of the catalog, with paging, all from cards that are rendered once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlencode

from markupsafe import Markup

from render.digest import digest_of
from render.facets import BROWSE, FACETS, LENGTHS, Cut, Facet
from render.ledger import Counted, Ledger
from render.press import Press
from render.processes import beside, processors
from render.structured import item_list

FACET = {facet.id: facet for facet in FACETS}


@dataclass(frozen=True, slots=True)
class Value:
    """One cut: how many listings it has, and how many of them are free or have a price."""

    cut: Cut
    count: int = 0
    free: int = 0
    paid: int = 0

    @property
    def label(self) -> str:
        """Its words among the values of its facet."""
        return self.cut.label

    @property
    def path(self) -> str:
        """The address of its list."""
        return self.cut.path

    @property
    def unknown(self) -> int:
        """Listings whose page names no price."""
        return self.count - self.free - self.paid


Group = tuple[str, str, tuple[Value, ...]]
"""A facet's label, the path of its index page, and its values."""

EVERYTHING = "Continuing education for medical laboratory staff, from the pages that we read."

SEARCHED = frozenset({"credit", "format", "topic", "state", "level", "provider", "captions"})
"""Facets whose values are search filters under the same words."""

TEMPLATE = "list.html"
ANEW_FOR_TWO = 500
"""From so many opportunities on that were written anew, many lists change and the work is divided. Otherwise most pages
are linked, which takes less than starting a process."""

ALWAYS = ("free", "safety-and-ethics", "upcoming", "next-30-days", "live-this-week", "expiring")
"""Single-valued cuts that have a page even when nothing is in them, so that a link to them never breaks."""


@dataclass(slots=True)
class Lists:
    """Every list of the site, by its path."""

    by_path: dict[str, Value]

    def count(self, path: str) -> int:
        """How many live listings a cut has; 0 for a cut that does not exist."""
        found = self.by_path.get(path)
        return found.count if found else 0

    def groups(self) -> tuple[Group, ...]:
        """The facets that have several values, each with its values and counts, in the order of the facets."""
        made = []
        for facet in FACETS:
            values = [value for value in self.by_path.values() if value.cut.facet == facet.id]
            if values and not facet.single:
                made.append((facet.label, f"/{facet.id}/", tuple(sorted(values, key=_value_order(facet)))))
        return tuple(made)

    def quick(self) -> tuple[tuple[str, str, int], ...]:
        """The single-valued cuts and the lengths: label, path, count; empty ones are left out."""
        paths = [*(f"/{id_}/" for id_ in ALWAYS), *(f"/length/{limit}/" for limit in LENGTHS)]
        return tuple((self.by_path[path].cut.title, path, self.count(path)) for path in paths if self.count(path))


def _value_order(facet: Facet) -> Callable[[Value], tuple[object, ...]]:
    if facet.id == "length":
        return lambda value: (len(value.path), value.path)
    if facet.id in {"state", "provider"}:
        return lambda value: (value.label.casefold(),)
    return lambda value: (-value.count, value.label.casefold())


def gather(ledger: Ledger, empty: Iterable[Cut] = ()) -> Lists:
    """Every list of the ledger with its counts. ``empty`` cuts get a page even with nothing in it."""
    standing = [BROWSE, *(Cut(id_, f"/{id_}/", FACET[id_].label, FACET[id_].title) for id_ in ALWAYS)]
    counts = ledger.counts()
    nothing = Counted(0, 0, 0)
    by_path: dict[str, Value] = {}
    for cut in (*standing, *empty, *ledger.cuts()):
        found = counts.get(cut.path, nothing)
        by_path.setdefault(cut.path, Value(cut, found.listings, found.free, found.paid))
    return Lists(by_path)


@dataclass(frozen=True, slots=True)
class SupplyBar:
    """One value drawn: the shares of the longest bar that are free, priced and not stated, in percent."""

    value: Value
    free: str
    paid: str
    unknown: str
    paid_from: str
    unknown_from: str


def supply_bar(value: Value, among: Sequence[Value]) -> SupplyBar:
    """The bar of one value, as long as its share of the largest value."""
    most = max((other.count for other in among), default=0) or 1

    def percent(listings: int) -> str:
        return f"{100 * listings / most:.2f}".rstrip("0").rstrip(".")

    free, paid = value.free, value.paid
    return SupplyBar(value, percent(free), percent(paid), percent(value.unknown), percent(free), percent(free + paid))


def page_path(path: str, number: int) -> str:
    """The address of one page of a list: the list's own for the first."""
    return path if number == 1 else f"{path}page/{number}/"


def write_lists(press: Press, ledger: Ledger, lists: Lists, with_dates: Collection[str]) -> None:
    """Write every page of every list; by several processes where there are many.

    ``with_dates`` are the paths that have a calendar. A page that shows the same as before is linked, not rendered.
    """
    ledger.settle()
    press.env.get_template(TEMPLATE)  # compiled once, before the work is divided
    writer = ListWriter(press, ledger, lists, with_dates)
    mine, *others = _shares(writer.pages(), processors() if ledger.anew >= ANEW_FOR_TWO else 1)
    with beside(press, writer.write, others) as results:
        written = [writer.write(mine), *(result() for result in results)]
    for path, digest in chain.from_iterable(written):
        ledger.page_is(path, digest)
    for label, path, values in lists.groups():
        about = f"Continuing education for laboratory staff by {label.lower()}: what there is, and what is free."
        bars = [supply_bar(value, values) for value in values]
        title = f"By {label.lower()}"
        shown = {"title": title, "label": label, "description": about, "section": "browse", "values": bars}
        press.page("values.html", path, shown)


def _shares(counted: Mapping[Value, int], number: int) -> list[list[Value]]:
    """The lists in ``number`` shares, each with about as many pages."""
    shares: list[list[Value]] = [[] for _ in range(number)]
    pages = [0] * number
    for value, count in sorted(counted.items(), key=lambda each: -each[1]):
        least = pages.index(min(pages))
        shares[least].append(value)
        pages[least] += count
    return shares


@dataclass(frozen=True, slots=True)
class ListWriter:
    """Writes pages of lists, or links them from the last release."""

    press: Press
    ledger: Ledger
    lists: Lists
    with_dates: Collection[str]

    def pages(self) -> dict[Value, int]:
        """How many pages each list has."""
        size = self.press.settings.page_size
        return {value: max(1, -(-value.count // size)) for value in self.lists.by_path.values()}

    def write(self, values: Sequence[Value]) -> list[tuple[str, str]]:
        """Write the pages of some lists, or link those that show the same as before; the path and digest of each."""
        press, ledger = self.press, self.ledger.here()
        digests = []
        for page in self._pages(values):
            path = page.path
            digest = _digest(page, self.lists, page.value.path in self.with_dates)
            digests.append((path, digest))
            same = ledger.page_was(path) == digest and (press.only is None or not press.is_asked_for(path))
            if not same or not press.kept_page(path):
                press.page(TEMPLATE, path, self._values(page))
        return digests

    def _pages(self, values: Sequence[Value]) -> Iterator[ListPage]:
        counted, size = self.pages(), self.press.settings.page_size
        for value in values:
            if not value.count:
                yield ListPage(value, (), 1, counted[value])
            for number, listed in enumerate(self.ledger.listed(value.path, size), 1):
                yield ListPage(value, listed, number, counted[value])

    def _values(self, page: ListPage) -> dict[str, object]:
        """What a page of a list shows."""
        press, cut, number = self.press, page.value.cut, page.number
        ids = [id_ for id_, _card in page.listed]
        facet = FACET.get(cut.facet)
        about = facet.about if facet else EVERYTHING
        total = page.value.count
        first = facet is None and number == 1
        return {
            "title": cut.title + (f", page {number}" if number > 1 else ""),
            "heading": cut.title,
            "description": f"{cut.title} for medical laboratory staff: {total} listings. {about}",
            "section": "browse",
            "about": about,
            "steps": _steps(facet),
            "total": total,
            "dated": bool(facet and facet.dated),
            "groups": self.lists.groups() if first else (),
            "quick": self.lists.quick() if first else (),
            "cards": Markup("\n".join(self.ledger.cards(ids))),  # noqa: S704 - rendered by card.html
            "pages": page.pages,
            "number": number,
            "path_of": lambda wanted: page_path(cut.path, wanted),
            "structured": item_list(cut.title, ids, press.settings),
            "calendar": f"{cut.path}calendar.ics" if cut.path in self.with_dates else None,
            "feed": f"{cut.path}feed.atom" if facet else "/feed.atom",
            "refine": _refine(cut),
        }


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of one list: the ids on it, and the digests of their cards."""

    value: Value
    listed: Sequence[tuple[str, str]]
    number: int
    pages: int

    @property
    def path(self) -> str:
        """Its address."""
        return page_path(self.value.path, self.number)


def _digest(page: ListPage, lists: Lists, with_dates: bool) -> str:
    around = (lists.groups(), lists.quick()) if page.value.cut == BROWSE and page.number == 1 else ()
    about = (page.value.cut, page.number, page.pages, page.value.count, with_dates, around)
    return digest_of([repr(about), *chain.from_iterable(page.listed)])


def _refine(cut: Cut) -> str | None:
    """The search with this list's filter set already, where search knows the facet."""
    if cut.facet == "free":
        return "/search/?price=Free"
    return f"/search/?{urlencode({cut.facet: cut.label})}" if cut.facet in SEARCHED else None


def _steps(facet: Facet | None) -> tuple[tuple[str, str], ...]:
    """The way back: browse, and the index of the facet where it has one."""
    if facet is None:
        return ()
    return (("Browse", "/browse/"),) + (() if facet.single else ((facet.label, f"/{facet.id}/"),))
