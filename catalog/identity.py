"""Which listings are one opportunity, and under which id.

Listings are compared only with those that share a key (a course number, a title, a day with a word of the title), and
every comparison gives a verdict with its reasons. Only *certain* pairs are merged, and never across different dates or
cities. The id is that of the first listing in a fixed total order, so it does not depend on what was crawled first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from itertools import combinations, product

from rapidfuzz import fuzz

from catalog.addresses import canonical_url
from catalog.instants import instant
from catalog.listing import Delivery, Kind, Listing, Place, SessionStatement, Visibility
from catalog.titles import (
    EDITION_WORDS,
    STATES,
    Title,
    differing,
    normalized_title,
    numbers_differ,
    read_title,
    stem,
    told_apart,
)

EVENTS = frozenset({Kind.WEBINAR, Kind.WORKSHOP, Kind.CONFERENCE, Kind.IN_SERVICE})
LESSONS = frozenset({Kind.COURSE, Kind.WEBINAR, Kind.WORKSHOP, Kind.IN_SERVICE})
STUDIES = frozenset({Kind.CERTIFICATE, Kind.DEGREE})
LIVE_WAYS = frozenset({Delivery.LIVE_ONLINE, Delivery.IN_PERSON})

PACE_NUMBER = re.compile(r"\d{3}-\d{3}-\d{2}")
"""The approval number of P.A.C.E.: provider, program, year. It means one program wherever it is offered."""

BLOCK_AT_MOST = 64
"""A listing is compared with no more than this many of one key, those first in order: the work stays linear."""

LIKELY_RATIO = 80.0
GENERAL_WORDS = 3
"""A title of no more content words than this is one that many providers use: "Bloodborne Pathogens"."""

SAME_CITY_RATIO = 90.0
PAGE_WORDS = 3
ZONES_APART = 6
"""Hours between the first and the last zone of the United States: so far two unzoned hours may be one."""


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

    def is_same(self, other: Hour) -> bool:
        """By the instant where both have one: 1 PM in New York is 10 AM in Los Angeles."""
        if self.instant is not None and other.instant is not None:
            return self.instant == other.instant
        return self.local == other.local

    def may_be(self, other: Hour) -> bool:
        """Whether it is the same hour, or would be if the one without a zone were told in another zone."""
        if self.is_same(other):
            return True
        minutes = abs(_minutes(self.local) - _minutes(other.local))
        one_zoned = (self.instant is None) is not (other.instant is None)
        return one_zoned and minutes % 60 == 0 and minutes <= 60 * ZONES_APART


def _minutes(moment: time) -> int:
    return 60 * moment.hour + moment.minute


@dataclass(frozen=True, slots=True)
class City:
    """A city as it is compared, with region and country where they are stated."""

    name: str
    region: str | None
    country: str | None

    def may_be(self, other: City) -> bool:
        """Whether nothing that both state differs; a name may be spelled in two ways."""
        stated = ((self.region, other.region), (self.country, other.country))
        return fuzz.ratio(self.name, other.name) >= SAME_CITY_RATIO and all(
            one is None or another is None or one == another for one, another in stated
        )


@dataclass(frozen=True)
class Signature:
    """What of a listing decides whether it is the same as another.

    ``spans`` are its sessions' first and last days, ``hours`` when they start, ``page`` the name of its page where that
    is telling. ``merged`` and ``split`` name the curators' decisions that it is part of.
    """

    rank: Rank
    source: str
    family: str
    provider: str
    kind: Kind
    title: Title
    course_number: str | None
    visibility: Visibility
    sample: bool
    spans: frozenset[tuple[date, date]] = frozenset()
    hours: Mapping[date, frozenset[Hour]] = field(default_factory=dict)
    cities: frozenset[City] = frozenset()
    live: bool = False
    recorded: bool = False
    language: str | None = None
    page: str | None = None
    merged: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The listing's id."""
        return self.rank.id

    @cached_property
    def days(self) -> frozenset[date]:
        """The days on which its sessions start."""
        return frozenset(first for first, _ in self.spans)

    @cached_property
    def first_day(self) -> date | None:
        """Its first day."""
        return min((first for first, _ in self.spans), default=None)

    @cached_property
    def last_day(self) -> date | None:
        """Its last day."""
        return max((last for _, last in self.spans), default=None)

    @cached_property
    def years(self) -> frozenset[str]:
        """The years of its dates, or those that its title names."""
        return frozenset(str(day.year) for span in self.spans for day in span) or self.title.years

    @cached_property
    def scope(self) -> str:
        """Listings of two scopes are never compared."""
        return f"{self.visibility.value}:{'sample' if self.sample else 'live'}"

    @cached_property
    def surroundings(self) -> frozenset[str]:
        """Stems in its title that do not say what it is: who publishes it, and where it is."""
        names = {self.provider, self.family} | {word for city in self.cities for word in city.name.split()}
        regions = {word for city in self.cities if city.region for word in _region_words(city.region)}
        acronyms = self.title.acronyms if self.kind is Kind.CONFERENCE else frozenset()
        return frozenset(map(stem, names | regions | acronyms))


def _region_words(region: str) -> list[str]:
    return [region, *normalized_title(STATES.get(region.upper(), region)).split()]


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


def normalized_number(number: str) -> str:
    """A course number without case and spaces, its dashes alike."""
    return re.sub(r"\s+", "", number).casefold().replace("–", "-")


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
    title = read_title(listing.title.value, listing.provider)
    delivery = listing.delivery.value if listing.delivery else None
    return Signature(
        rank=Rank(0 if curated else 1, priority, listing.id),
        source=listing.source,
        family=family,
        provider=listing.provider,
        kind=listing.kind.value,
        title=title,
        course_number=normalized_number(listing.course_number.value) if listing.course_number else None,
        visibility=listing.visibility,
        sample=listing.sample,
        spans=frozenset((each.local_date, each.end_date or each.local_date) for each in listing.sessions),
        hours=_hours(listing.sessions),
        cities=_cities(listing),
        live=bool(listing.sessions) or delivery in LIVE_WAYS or title.live,
        recorded=delivery is Delivery.ON_DEMAND or title.recorded,
        language=listing.language.value.casefold() if listing.language else None,
        page=_page(listing.url, title),
        merged=decided.merged,
        split=decided.split,
    )


def _hours(sessions: Iterable[SessionStatement]) -> Mapping[date, frozenset[Hour]]:
    found: dict[date, set[Hour]] = defaultdict(set)
    for each in sessions:
        if each.local_time:
            found[each.local_date].add(Hour(each.local_time, instant(each.local_date, each.local_time, each.zone)))
    return {day: frozenset(hours) for day, hours in found.items()}


def _cities(listing: Listing) -> frozenset[City]:
    places: list[Place] = [session.place for session in listing.sessions if session.place]
    if not places and listing.place:
        places = [listing.place.value]
    return frozenset(_city(place) for place in places if place.city)


CITY_SPELLINGS = {"st": "saint", "ste": "saint", "ft": "fort", "mt": "mount", "nyc": "new york"}


def _city(place: Place) -> City:
    words = [CITY_SPELLINGS.get(word, word) for word in normalized_title(place.city or "").split()]
    name = " ".join(words).removesuffix(" city").removesuffix(" dc")
    region = normalized_title(place.region.replace(".", "")) if place.region else None
    return City(name, REGION_CODES.get(region, region) if region else None, place.country)


REGION_CODES = {normalized_title(name): code.casefold() for code, name in STATES.items()}


def _page(url: str, title: Title) -> str | None:
    """The words in the name of a page that is named after its title: hosts of one catalog name their pages alike."""
    name = canonical_url(url).partition("?")[0].rpartition("/")[2].rpartition(".")
    words = re.findall(r"[a-z]{2,}|\d+", (name[0] or name[2]).casefold())
    named = len(title.content & set(map(stem, words)))
    return "-".join(words) if len(words) >= PAGE_WORDS and named > 1 else None


def keys(one: Signature) -> frozenset[str]:
    """The keys under which a listing is compared with others."""
    gist = one.title.gist
    found = {f"title:{one.scope}:{one.family}:{gist}", f"published:{one.scope}:{one.provider}:{gist}"}
    found |= {f"curated:{group}" for group in one.merged}
    if one.course_number:
        whose = "pace" if PACE_NUMBER.fullmatch(one.course_number) else one.family
        found.add(f"number:{one.scope}:{whose}:{one.course_number}")
    if one.page:
        found.add(f"page:{one.scope}:{one.family}:{one.page}")
    if one.spans:
        days = [day.isoformat() for day in (one.first_day, one.last_day) if day]
        told_by = one.title.content | {f"in {city.name}" for city in one.cities} or one.surroundings
        found |= {f"day:{one.scope}:{day}:{word}" for day in days for word in told_by}
    elif len(one.title.content) > 1:
        found.add(f"words:{one.scope}:{gist}")
    return frozenset(found)


def compare(first: Signature, second: Signature) -> Comparison:
    """Whether two listings are one opportunity, and why."""
    ratio = fuzz.token_sort_ratio(first.title.text, second.title.text)
    verdict, reasons = _judged(first, second, ratio)
    return Comparison(first.id, second.id, verdict, tuple(reasons), round(ratio, 1))


def _judged(first: Signature, second: Signature, ratio: float) -> tuple[Verdict, Sequence[str]]:
    apart = _apart(first, second)
    if apart:
        return Verdict.REJECTED, apart
    against = _titles_against(first, second)
    if _same_number(first, second):
        return _numbered_alike(first, second, against)
    if not _kinds_agree(first, second):
        against = (*against, "they are of different kinds")
    if first.source == second.source and first.course_number and second.course_number:
        against = (*against, "their source gives them different course numbers")
    if against:
        return Verdict.REJECTED, against
    verdict, reasons = _for(first, second, ratio)
    doubts = _doubts(first, second)
    if verdict is Verdict.REJECTED or not doubts:
        return verdict, reasons
    return Verdict.LIKELY, (*reasons, *doubts)


def _apart(first: Signature, second: Signature) -> tuple[str, ...]:
    """Reasons that no title and no course number outweighs, also between members of two groups that would be joined."""
    checks = (
        (bool(first.split & second.split), "a curator split them"),
        (first.visibility is not second.visibility, "one is private"),
        (first.sample is not second.sample, "one is sample data"),
        (_dates_differ(first, second), "their dates differ"),
        (_times_differ(first, second), "their times differ"),
        (_cities_differ(first, second), "their cities differ"),
        (_live_and_recorded(first, second), "one is live and the other is on demand"),
        (_languages_differ(first, second), "their languages differ"),
    )
    return tuple(reason for differs, reason in checks if differs)


def _titles_against(first: Signature, second: Signature) -> tuple[str, ...]:
    """What their titles have against it, whatever else agrees."""
    told = _told_apart(first, second)
    checks = (
        (numbers_differ(first.title, second.title), "their titles hold different numbers"),
        (_years_differ(first, second), "they are of different years"),
        (told is not None, f"their titles differ in a telling word: {told}"),
    )
    return tuple(reason for differs, reason in checks if differs)


def _told_apart(first: Signature, second: Signature) -> str | None:
    """The telling word; of two events in one place its name tells nothing."""
    told = told_apart(first.title, second.title)
    placed = bool(first.cities and second.cities)
    return None if told is not None and placed and stem(told) in first.surroundings | second.surroundings else told


def _numbered_alike(first: Signature, second: Signature, against: tuple[str, ...]) -> tuple[Verdict, Sequence[str]]:
    """One course number in one catalog, or one approval of P.A.C.E.: one course, unless the titles speak against it."""
    one_catalog = first.family == second.family
    reason = f"{'one catalog' if one_catalog else 'P.A.C.E.'}, course number {first.course_number}"
    unlike = not (first.title.content & second.title.content)
    if against or unlike:
        return Verdict.LIKELY, (reason, *against, *(("their titles share no word",) if unlike else ()))
    return Verdict.CERTAIN, (reason,)


def _for(first: Signature, second: Signature, ratio: float) -> tuple[Verdict, Sequence[str]]:
    """What speaks for it, where nothing speaks against it."""
    likeness = f"titles alike to {ratio:.0f} of 100"
    across = first.source != second.source
    catalog, publisher = first.family == second.family, first.provider == second.provider
    same_title = first.title.gist == second.title.gist
    only = differing(first.title, second.title, first.surroundings & second.surroundings)
    if across and same_title and (catalog or publisher):
        return Verdict.CERTAIN, (f"one {'catalog' if catalog else 'provider'}, the same title",)
    if across and catalog and first.page is not None and first.page == second.page and not all(only):
        return Verdict.CERTAIN, ("one catalog, the same name of the page", likeness)
    if first.spans and second.spans and (across or same_title):
        return _for_dated(first, second, likeness, across=across)
    if not (catalog or publisher):
        return _for_strangers(first, likeness, same_title=same_title)
    where = "in two sources" if across else "in one source"
    if same_title or not any(only) or (not all(only) and (ratio >= LIKELY_RATIO or _one_heads(first, second))):
        return Verdict.LIKELY, (likeness, where)
    return Verdict.REJECTED, (_named_apart(only) or f"{likeness} only",)


def _for_strangers(one: Signature, likeness: str, *, same_title: bool) -> tuple[Verdict, Sequence[str]]:
    """Two providers with nothing in common but a title, and no date to go by."""
    if one.kind in STUDIES:
        return Verdict.REJECTED, ("programs of two schools",)
    if same_title and len(one.title.content) > GENERAL_WORDS:
        return Verdict.LIKELY, (likeness, "of two providers")
    return Verdict.REJECTED, ("of two providers, under a title that many use",)


def _for_dated(first: Signature, second: Signature, likeness: str, *, across: bool) -> tuple[Verdict, Sequence[str]]:
    """Two listings of one day: the same place or hour makes them one where the titles agree."""
    same_city = bool(first.cities and second.cities)  # different ones were turned away before
    same_hour = _share_an_hour(first, second)
    together = "the same dates" + (" and city" if same_city else " and hours" if same_hour else "")
    unsaid = first.surroundings | second.surroundings
    only = differing(first.title, second.title, unsaid)
    shared = first.title.content & second.title.content
    named_alike = bool(first.surroundings & second.surroundings) and first.kind is second.kind
    agree = not any(only) and (bool(shared) or named_alike)
    contained = not all(only) and len(shared - unsaid) >= (2 if _one_run(first, second) else GENERAL_WORDS)
    if not _share_dates(first, second):
        together, agree, contained = "dates that overlap", False, False
    settled = same_city or same_hour or (agree and len(shared - unsaid) > 1)
    if across and settled and (agree or (contained and (same_hour or _one_run(first, second)))):
        return Verdict.CERTAIN, (together, likeness)
    if (
        not any(only)
        or (settled and not all(only))
        or (fuzz.token_set_ratio(first.title.text, second.title.text) >= LIKELY_RATIO and shared)
    ):
        return Verdict.LIKELY, (together, likeness)
    return Verdict.REJECTED, (together, _named_apart(only) or f"{likeness} only")


def _one_run(first: Signature, second: Signature) -> bool:
    """Both say the same of more than one day: what is part of a conference seldom lasts as long."""
    return first.spans == second.spans and all(end > start for start, end in first.spans)


def _named_apart(only: tuple[set[str], set[str]]) -> str | None:
    """Both titles have something that the other has not: two things are named."""
    return None if not all(only) else f"their titles name different things: {min(only[0])} and {min(only[1])}"


def _one_heads(first: Signature, second: Signature) -> bool:
    """One title is the other's part before the colon: the subtitle is left out."""
    heads = ((first.title.head, second.title.gist), (second.title.head, first.title.gist))
    return any(head == whole and len(head.split()) > 1 for head, whole in heads)


def _doubts(first: Signature, second: Signature) -> tuple[str, ...]:
    """What does not speak against it and leaves it to a curator."""
    words = frozenset(first.title.words) ^ frozenset(second.title.words)
    checks = (
        (_kinds_blur(first, second), f"one is a {first.kind.value} and the other a {second.kind.value}"),
        (bool(first.title.years) is not bool(second.title.years) and not _dated(first, second), "one names a year"),
        (bool(words & EDITION_WORDS), "one is an edition"),
        (not _hours_agree(first, second), "their hours differ and one names no zone"),
    )
    return tuple(reason for holds, reason in checks if holds)


def _dated(first: Signature, second: Signature) -> bool:
    return bool(first.spans and second.spans)


def _same_number(first: Signature, second: Signature) -> bool:
    number = first.course_number
    if number is None or number != second.course_number:
        return False
    return first.family == second.family or bool(PACE_NUMBER.fullmatch(number))


def _share_dates(first: Signature, second: Signature) -> bool:
    """A source may have dropped past dates; apart from that the dates must be the same."""
    return first.days <= second.days or second.days <= first.days


def _dates_differ(first: Signature, second: Signature) -> bool:
    """Dates that overlap and are not the same (one counts the day before the opening) are for a curator."""
    if not _dated(first, second) or _share_dates(first, second):
        return False
    single = len(first.spans) == len(second.spans) == 1
    return not (single and any(a <= d and c <= b for (a, b), (c, d) in product(first.spans, second.spans)))


def _days_with_hours(first: Signature, second: Signature) -> Iterator[tuple[frozenset[Hour], frozenset[Hour]]]:
    return ((first.hours[day], second.hours[day]) for day in first.hours.keys() & second.hours.keys())


def _times_differ(first: Signature, second: Signature) -> bool:
    return any(
        not any(one.may_be(other) for one, other in product(ours, theirs))
        for ours, theirs in _days_with_hours(first, second)
    )


def _hours_agree(first: Signature, second: Signature) -> bool:
    return all(
        any(one.is_same(other) for one, other in product(ours, theirs))
        for ours, theirs in _days_with_hours(first, second)
    )


def _share_an_hour(first: Signature, second: Signature) -> bool:
    return bool(first.hours.keys() & second.hours.keys()) and _hours_agree(first, second)


def _cities_differ(first: Signature, second: Signature) -> bool:
    if not first.cities or not second.cities:
        return False
    return not any(one.may_be(other) for one, other in product(first.cities, second.cities))


def _live_and_recorded(first: Signature, second: Signature) -> bool:
    ways = [(one.live, one.recorded) for one in (first, second)]
    return sorted(ways) == [(False, True), (True, False)]


def _languages_differ(first: Signature, second: Signature) -> bool:
    if first.language is None or second.language is None:
        return False
    length = min(len(first.language), len(second.language))
    return first.language[:length] != second.language[:length]


def _years_differ(first: Signature, second: Signature) -> bool:
    return bool(first.years and second.years and first.years.isdisjoint(second.years)) or bool(
        first.title.years and second.title.years and first.title.years != second.title.years
    )


def _kinds_agree(first: Signature, second: Signature) -> bool:
    kinds = {first.kind, second.kind}
    return len(kinds) == 1 or kinds <= EVENTS or kinds <= LESSONS or kinds <= STUDIES


def _kinds_blur(first: Signature, second: Signature) -> bool:
    """Two kinds that may be one thing: a course and a webinar, a certificate and a degree, a conference and a workshop
    in it; one hour settles it.
    """
    return first.kind is not second.kind and not _share_an_hour(first, second)


def near_keys(one: Signature) -> frozenset[str]:
    """Wider keys, for a report that merges nothing: within one catalog or provider, a title short of any one word."""
    words = one.title.gist.split()
    if len(words) < 2:
        return frozenset()
    shorter = {" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))} | {one.title.head}
    return frozenset(f"{whose}:{one.scope}:{title}" for whose in (one.family, one.provider) for title in shorter)


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
    one is apart from a member of the other by its dates, its city, the numbers in its title and the like.
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
    return first is not second and not any(
        _apart(by_id[one], by_id[other]) or _titles_against(by_id[one], by_id[other])
        for one, other in product(first, second)
    )


def _join(groups: dict[str, list[str]], members: Sequence[str], reasons: dict[str, str], reason: str) -> None:
    for first, second in combinations(members, 2):
        if groups[first] is not groups[second]:
            joined = groups[first] + groups[second]
            for member in joined:
                groups[member] = joined
        reasons.setdefault(first, reason)
        reasons.setdefault(second, reason)
