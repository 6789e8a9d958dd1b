"""The browse pages: one list for each cut of the catalog, with paging, all from cards that are rendered once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from render.digest import digest_of
from render.facets import BROWSE, FACETS, LENGTHS, Cut, Facet
from render.ledger import Counted, Ledger
from render.press import Press
from render.settings import SiteSettings
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
    """Write every page of every list.

    ``with_dates`` are the paths that have a calendar. A page that shows the same as before is linked, not rendered.
    """
    for path, value in lists.by_path.items():
        for page in _pages(ledger, value, press.settings.page_size):
            place = page_path(path, page.number)
            digest = _digest(page, lists, path in with_dates)
            ledger.page_is(place, digest)
            anew = ledger.page_was(place) != digest or (press.only is not None and press.is_asked_for(place))
            if anew or not press.kept_page(place):
                press.page("list.html", place, _values(page, lists, press.settings, with_dates))
    for label, path, values in lists.groups():
        about = f"Continuing education for laboratory staff by {label.lower()}: what there is, and what is free."
        bars = [supply_bar(value, values) for value in values]
        title = f"By {label.lower()}"
        shown = {"title": title, "label": label, "description": about, "section": "browse", "values": bars}
        press.page("values.html", path, shown)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of one list: the ids on it, and their cards."""

    value: Value
    cards: Sequence[tuple[str, str]]
    number: int
    pages: int


def _digest(page: ListPage, lists: Lists, with_dates: bool) -> str:
    around = (lists.groups(), lists.quick()) if page.value.cut == BROWSE and page.number == 1 else ()
    about = (page.value.cut, page.number, page.pages, page.value.count, with_dates, around)
    return digest_of([repr(about), *(card for _id, card in page.cards)])


def _pages(ledger: Ledger, value: Value, size: int) -> Iterator[ListPage]:
    pages = max(1, -(-value.count // size))
    if not value.count:
        yield ListPage(value, (), 1, pages)
    for number, cards in enumerate(ledger.cards(value.path, size), 1):
        yield ListPage(value, cards, number, pages)


def _values(page: ListPage, lists: Lists, settings: SiteSettings, with_dates: Collection[str]) -> dict[str, object]:
    cut, number = page.value.cut, page.number
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
        "groups": lists.groups() if first else (),
        "quick": lists.quick() if first else (),
        "cards": Markup("\n".join(card for _id, card in page.cards)),  # noqa: S704 - rendered by card.html
        "pages": page.pages,
        "number": number,
        "path_of": lambda wanted: page_path(cut.path, wanted),
        "structured": item_list(cut.title, [id_ for id_, _card in page.cards], settings),
        "calendar": f"{cut.path}calendar.ics" if cut.path in with_dates else None,
        "feed": f"{cut.path}feed.atom" if facet else "/feed.atom",
        "refine": _refine(cut),
    }


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
