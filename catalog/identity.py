"""Which listings are one opportunity, and under which id.

Listings are compared only with those that share a key (a course number, a title, a day with a word of the title), and
every comparison gives a verdict with its reasons. Only *certain* pairs are merged, and never across different dates or
cities. The id is that of the first listing in a fixed total order, so it does not depend on what was crawled first.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, pairwise

import snowballstemmer
from rapidfuzz import fuzz

from catalog.instants import instant
from catalog.listing import Delivery, Kind, Listing, Place, Visibility

TITLE_NOTE = re.compile(
    r"\((?:online(?: ce)? course|online|by [^()]*|retired[^()]*|recorded(?: webinar)?|on[- ]demand)\)", re.IGNORECASE
)
WORD = re.compile(r"[a-z0-9]+")
YEAR = re.compile(r"^(?:19|20)\d\d$")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON_WORDS = _word_set(
    "a an and annual at by conference continuing course education event for from in into introduction laboratory lab "
    "medical meeting of on online or overview session the to training update virtual webinar with workshop"
)
TELLING_WORDS = _word_set(
    "adult advanced afternoon am automated basic basics beginner beginners chapter day donor evening fall female "
    "intermediate introduction introductory level male manual module morning neonatal newborn part pediatric pm "
    "spring summer track unit volume winter"
)
"""A title with one of these and a title without it are two courses, however alike they look."""

FUNCTION_WORDS = _word_set("a an and as at by for from in into of on or the to with")
_stemmer = snowballstemmer.stemmer("english")

LIVE = frozenset({Kind.WEBINAR, Kind.WORKSHOP, Kind.CONFERENCE, Kind.IN_SERVICE, Kind.INVOLVEMENT})
STUDIES = frozenset({Kind.CERTIFICATE, Kind.DEGREE})
BLOCK_AT_MOST = 64
"""A listing is compared with no more than this many of one key, those first in order: the work stays linear."""

CERTAIN_RATIO = 92.0
LIKELY_RATIO = 80.0


class Verdict(StrEnum):
    """What a comparison of two listings gives. Only ``CERTAIN`` merges."""

    CERTAIN = "certain"
    LIKELY = "likely"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """The place of a listing in the fixed total order: curated first, then its source's priority, then its id."""

    curated: int
    priority: int
    id: str


@dataclass(frozen=True, slots=True)
class Hour:
    """When on its day something starts: the local time, and the instant where the zone is known."""

    local: time
    instant: datetime | None

    def differs(self, other: Hour) -> bool:
        """By the instant where both have one: 1 PM in New York is 10 AM in Los Angeles."""
        if self.instant is not None and other.instant is not None:
            return self.instant != other.instant
        return self.local != other.local


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a listing decides whether it is the same as another.

    ``merged`` and ``split`` name the curators' decisions that it is part of.
    """

    rank: Rank
    source: str
    family: str
    provider: str
    kind: Kind
    title: str
    gist: str
    course_number: str | None
    visibility: Visibility
    sample: bool
    days: frozenset[date] = frozenset()
    hours: Mapping[date, Hour] = field(default_factory=dict)
    cities: frozenset[tuple[str, str | None]] = frozenset()
    on_demand: bool = False
    merged: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The listing's id."""
        return self.rank.id

    @property
    def words(self) -> frozenset[str]:
        """The words of the title."""
        return frozenset(self.title.split())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two listings, the verdict, and why; ``ratio`` is the likeness of their titles, 0 to 100."""

    first: str
    second: str
    verdict: Verdict
    reasons: tuple[str, ...]
    ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The listings of one opportunity, in order, each with the reason for which it belongs."""

    members: tuple[str, ...]
    reasons: Mapping[str, str]

    @property
    def opportunity(self) -> str:
        """The id of the opportunity: that of its first listing."""
        return opportunity_id(self.members[0])


def opportunity_id(listing: str) -> str:
    """The letter o and the twelve digits of a listing's id."""
    return "o" + listing.removeprefix("l")


def normalized_title(title: str) -> str:
    """A title without case, marks, punctuation and the notes that hosts add: "(Online CE Course)", "(by LabCE)".

    >>> normalized_title("Blood Banking & Transfusion: Part II (Online CE Course)")
    'blood banking and transfusion part 2'
    """
    plain = unicodedata.normalize("NFKD", TITLE_NOTE.sub(" ", title)).replace("&", " and ")
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "®™©").casefold()
    words = WORD.findall(folded.replace("'", "").replace("\u2019", ""))
    return " ".join(_numbered(words))


def _numbered(words: Sequence[str]) -> Iterator[str]:
    """Roman numerals as figures where they number something: the last word, or the word after "part" and its like."""
    numbering = {"part", "level", "module", "unit", "volume", "chapter", "section", "phase"}
    for before, word in pairwise(["", *words]):
        last = word is words[-1]
        yield ROMAN.get(word, word) if before in numbering or (last and word not in {"i", "v", "x"}) else word


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def gist(title: str) -> str:
    """The stems of a normalized title without its function words, in order of the alphabet.

    >>> gist("anemias microcytic") == gist("the microcytic anemia")
    True
    """
    return " ".join(sorted(_stem(word) for word in title.split() if word not in FUNCTION_WORDS)) or title


def normalized_number(number: str) -> str:
    """A course number without case and spaces."""
    return re.sub(r"\s+", "", number).casefold()


@dataclass(frozen=True, slots=True)
class Decisions:
    """What curators decided about a listing: the merges and the splits that it is part of."""

    merged: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()


def signature(
    listing: Listing, *, family: str, priority: int, curated: bool = False, decisions: Decisions | None = None
) -> Signature:
    """The signature of a listing. ``family`` is the catalog family of its source, or its own family."""
    decided = decisions or Decisions()
    sessions = listing.sessions
    places: list[Place] = [session.place for session in sessions if session.place]
    if not places and listing.place:
        places = [listing.place.value]
    cities = {(_folded(place.city), _folded(place.region) or None) for place in places if place.city}
    title = normalized_title(listing.title.value)
    return Signature(
        rank=Rank(0 if curated else 1, priority, listing.id),
        source=listing.source,
        family=family,
        provider=listing.provider,
        kind=listing.kind.value,
        title=title,
        gist=gist(title),
        course_number=normalized_number(listing.course_number.value) if listing.course_number else None,
        visibility=listing.visibility,
        sample=listing.sample,
        days=frozenset(session.local_date for session in sessions),
        hours={
            session.local_date: Hour(session.local_time, instant(session.local_date, session.local_time, session.zone))
            for session in sessions
            if session.local_time
        },
        cities=frozenset(cities),
        on_demand=listing.delivery is not None and listing.delivery.value is Delivery.ON_DEMAND,
        merged=decided.merged,
        split=decided.split,
    )


def _folded(text: str | None) -> str:
    return normalized_title(text) if text else ""


def keys(one: Signature) -> frozenset[str]:
    """The keys under which a listing is compared with others."""
    scope = f"{one.visibility.value}:{'sample' if one.sample else 'live'}"
    found = {f"title:{scope}:{one.family}:{one.gist}", f"published:{scope}:{one.provider}:{one.gist}"}
    found |= {f"curated:{group}" for group in one.merged}
    if one.course_number:
        found.add(f"number:{scope}:{one.family}:{one.course_number}")
    if one.days:
        first = min(one.days).isoformat()
        found |= {f"day:{scope}:{first}:{_stem(word)}" for word in one.words - COMMON_WORDS if not YEAR.match(word)}
    elif len(one.words - COMMON_WORDS) > 1:
        found.add(f"words:{scope}:{one.gist}")
    return frozenset(found)


def compare(first: Signature, second: Signature) -> Comparison:
    """Whether two listings are one opportunity, and why."""
    ratio = fuzz.token_sort_ratio(first.title, second.title)

    def verdict(verdict: Verdict, *reasons: str) -> Comparison:
        return Comparison(first.id, second.id, verdict, reasons, round(ratio, 1))

    against = _against(first, second)
    if against:
        return verdict(Verdict.REJECTED, *against)
    return verdict(*_for(first, second, ratio))


def _against(first: Signature, second: Signature) -> tuple[str, ...]:
    """Every reason for which two listings cannot be one opportunity."""
    if _same_number(first, second):
        return _apart(first, second)
    checks = (
        (not _kinds_agree(first.kind, second.kind), "they are of different kinds"),
        (_numbers_differ(first, second), "their titles hold different numbers"),
        (_telling_words_differ(first, second), "their titles differ in a telling word"),
        (_same_source_apart(first, second), "their source gives them different course numbers"),
    )
    return (*_apart(first, second), *(reason for differs, reason in checks if differs))


def _apart(first: Signature, second: Signature) -> tuple[str, ...]:
    """Reasons that no title and no course number outweighs, also between members of two groups that would be joined."""
    checks = (
        (bool(first.split & second.split), "a curator split them"),
        (first.visibility is not second.visibility, "one is private"),
        (first.sample is not second.sample, "one is sample data"),
        (_dates_differ(first, second), "their dates differ"),
        (_times_differ(first, second), "their times differ"),
        (_cities_differ(first, second), "their cities differ"),
        (_live_and_recorded(first, second), "one has dates and the other is on demand"),
    )
    return tuple(reason for differs, reason in checks if differs)


def _for(first: Signature, second: Signature, ratio: float) -> tuple[Verdict, *tuple[str, ...]]:
    same_title = first.gist == second.gist
    apart = first.source != second.source
    rules = (
        (_same_number(first, second), Verdict.CERTAIN, f"one catalog, course number {first.course_number}"),
        (apart and same_title and first.family == second.family, Verdict.CERTAIN, "one catalog, the same title"),
        (apart and same_title and first.provider == second.provider, Verdict.CERTAIN, "one provider, the same title"),
    )
    for holds, verdict, reason in rules:
        if holds:
            return verdict, reason
    if apart and first.days and second.days and min(first.days) == min(second.days):
        return _for_dated(first, second, ratio)
    related = first.provider == second.provider or first.family == second.family
    if same_title or (ratio >= CERTAIN_RATIO and related):
        return Verdict.LIKELY, f"titles alike to {ratio:.0f} of 100", "in one source" if not apart else "in two sources"
    return Verdict.REJECTED, f"titles alike to {ratio:.0f} of 100 only"


def _for_dated(first: Signature, second: Signature, ratio: float) -> tuple[Verdict, str, str]:
    """Two listings with the same dates: the same place or hour makes them one where the titles agree."""
    titles = [" ".join(word for word in one.title.split() if not YEAR.match(word)) for one in (first, second)]
    contained = fuzz.token_set_ratio(*titles)
    alike = fuzz.token_sort_ratio(*titles)
    shared = (first.words & second.words) - COMMON_WORDS
    same_city = bool(first.cities and second.cities)  # different ones were turned away before
    same_hour = bool(first.hours.keys() & second.hours.keys())  # and so are different hours
    together = "the same dates" + (" and city" if same_city else " and hours" if same_hour else "")
    likeness = f"titles alike to {ratio:.0f} of 100"
    settled = same_city or same_hour
    if gist(titles[0]) == gist(titles[1]) and (settled or len(shared) > 1):
        return Verdict.CERTAIN, together, likeness
    if settled and len(shared) > 1 and (alike >= CERTAIN_RATIO or contained == 100.0):
        return Verdict.CERTAIN, together, likeness
    if max(alike, contained) >= LIKELY_RATIO and shared:
        return Verdict.LIKELY, together, likeness
    return Verdict.REJECTED, together, f"{likeness} only"


def _same_number(first: Signature, second: Signature) -> bool:
    same = first.course_number is not None and first.course_number == second.course_number
    return same and first.family == second.family


def _dates_differ(first: Signature, second: Signature) -> bool:
    """A source may have dropped past dates; apart from that the dates must be the same."""
    if not first.days or not second.days:
        return False
    return not (first.days <= second.days or second.days <= first.days)


def _times_differ(first: Signature, second: Signature) -> bool:
    return any(first.hours[day].differs(second.hours[day]) for day in first.hours.keys() & second.hours.keys())


def _cities_differ(first: Signature, second: Signature) -> bool:
    if not first.cities or not second.cities:
        return False
    return not any(
        city == other and (region is None or other_region is None or region == other_region)
        for city, region in first.cities
        for other, other_region in second.cities
    )


def _live_and_recorded(first: Signature, second: Signature) -> bool:
    return (bool(first.days) and second.on_demand) or (bool(second.days) and first.on_demand)


def _kinds_agree(first: Kind, second: Kind) -> bool:
    return first is second or {first, second} <= LIVE or {first, second} <= STUDIES


def _numbers_differ(first: Signature, second: Signature) -> bool:
    """Different figures tell "Part 1" from "Part 2". A year that only one title has tells nothing."""
    numbers = [sorted(word for word in one.words if word.isdigit()) for one in (first, second)]
    without_years = [[word for word in found if not YEAR.match(word)] for found in numbers]
    if without_years[0] != without_years[1]:
        return True
    years = [{word for word in found if YEAR.match(word)} for found in numbers]
    return bool(years[0] and years[1] and years[0] != years[1])


def _telling_words_differ(first: Signature, second: Signature) -> bool:
    return bool((first.words ^ second.words) & TELLING_WORDS)


def _same_source_apart(first: Signature, second: Signature) -> bool:
    same_source = first.source == second.source
    return bool(same_source and first.course_number and second.course_number) and not _same_number(first, second)


def near_keys(one: Signature) -> frozenset[str]:
    """Wider keys, for a report that merges nothing: within one catalog or provider, a title short of any one word."""
    scope = f"{one.visibility.value}:{'sample' if one.sample else 'live'}"
    words = one.gist.split()
    if len(words) < 2:
        return frozenset()
    shorter = [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    return frozenset(f"{whose}:{scope}:{title}" for whose in (one.family, one.provider) for title in shorter)


def comparisons(signatures: Iterable[Signature], *, near: bool = False) -> Iterator[Comparison]:
    """Compare the listings that share a key (with ``near`` a wider one too), each pair once, in order."""
    blocks: dict[str, list[Signature]] = defaultdict(list)
    for one in sorted(signatures, key=lambda each: each.rank):
        for key in keys(one) | near_keys(one) if near else keys(one):
            blocks[key].append(one)
    by_rank = {one.rank: one for block in blocks.values() for one in block}
    pairs = {
        (first.rank, second.rank)
        for block in blocks.values()
        for position, second in enumerate(block)
        for first in block[: min(position, BLOCK_AT_MOST)]
    }
    for first, second in sorted(pairs):
        yield compare(by_rank[first], by_rank[second])


def cluster(signatures: Sequence[Signature]) -> list[Cluster]:
    """Put listings that are certainly one opportunity together.

    What a curator merged is together whatever the comparison says. Two groups are joined only where no member of the
    one is apart from a member of the other by its dates, cities and the like.
    """
    by_id = {one.id: one for one in signatures}
    groups: dict[str, list[str]] = {id_: [id_] for id_ in by_id}
    reasons: dict[str, str] = {}
    for group in _curated_groups(signatures):
        _join(groups, group, reasons, "a curator merged them")
    for each in comparisons(signatures):
        if each.verdict is Verdict.CERTAIN and _may_join(groups[each.first], groups[each.second], by_id):
            _join(groups, [each.first, each.second], reasons, "; ".join(each.reasons))
    distinct = {id(group): sorted(group, key=lambda member: by_id[member].rank) for group in groups.values()}
    ordered = sorted(distinct.values(), key=lambda group: by_id[group[0]].rank)
    return [Cluster(tuple(group), {member: reasons.get(member, "") for member in group}) for group in ordered]


def _curated_groups(signatures: Sequence[Signature]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in sorted(signatures, key=lambda each: each.rank):
        for name in one.merged:
            found[name].append(one.id)
    return [found[name] for name in sorted(found)]


def _may_join(first: list[str], second: list[str], by_id: Mapping[str, Signature]) -> bool:
    return first is not second and not any(_apart(by_id[one], by_id[other]) for one in first for other in second)


def _join(groups: dict[str, list[str]], members: Sequence[str], reasons: dict[str, str], reason: str) -> None:
    for first, second in combinations(members, 2):
        if groups[first] is not groups[second]:
            joined = groups[first] + groups[second]
            for member in joined:
                groups[member] = joined
        reasons.setdefault(first, reason)
        reasons.setdefault(second, reason)
