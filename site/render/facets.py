"""The facets: the ways in which listings are cut, declared once as data, in the order in which people ask.

Free first, then credit type, format, length, topic, date, credit expiry, state, level, provider, captions, kind.
A *cut* is one
value of one facet; its page, feed and calendar all stand under its path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from catalog.listing import Captions, CreditUnit, Delivery
from catalog.taxonomy import topics, with_ancestors
from catalog.views import OpportunityView
from render.formats import credit_until, most_minutes, public_price
from render.words import COUNTRY_REGIONS, DELIVERY, KINDS, UNIT, UNIT_RANK

EXPIRING_DAYS = 90
NEXT_DAYS = 30
WEEK_DAYS = 7
LENGTHS = (15, 30, 60)
LIVE = frozenset({Delivery.LIVE_ONLINE, Delivery.IN_PERSON, Delivery.HYBRID})
STATE_UNITS = {CreditUnit.FLORIDA: "FL", CreditUnit.CALIFORNIA: "CA"}
WITH_CAPTIONS, WITH_TRANSCRIPT = ("captions", "Captions"), ("transcript", "Transcript")
TO_READ: Mapping[Captions | None, tuple[tuple[str, str], ...]] = {
    Captions.CAPTIONS: (WITH_CAPTIONS,),
    Captions.TRANSCRIPT: (WITH_TRANSCRIPT,),
    Captions.CAPTIONS_AND_TRANSCRIPT: (WITH_CAPTIONS, WITH_TRANSCRIPT),
}
SAFETY_AND_ETHICS = frozenset({"safety", "medical_ethics"})

Value = tuple[str, str]
"""A value's slug and its label."""


@cache
def slug(text: str) -> str:
    """Lower-case letters and digits with hyphens, fit for an address; empty where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class Cut(NamedTuple):
    """One value of one facet: where it lives and what it is called."""

    facet: str
    path: str
    label: str
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """One way to cut the catalog.

    ``values`` gives what an opportunity has on a day. ``title`` is the heading of a cut's page, with ``{}`` for the
    value's label. A ``single`` facet has one value and lives at ``/<id>/``, others at ``/<id>/<value>/``. A ``dated``
    one depends on the day.
    """

    id: str
    label: str
    title: str
    about: str
    values: Callable[[OpportunityView, date], Iterable[Value]]
    single: bool = False
    dated: bool = False


@cache
def _cut(facet: Facet, value: str, label: str) -> Cut:
    """One cut, made once however many opportunities belong to it."""
    path = f"/{facet.id}/" if facet.single else f"/{facet.id}/{value}/"
    return Cut(facet.id, path, label, facet.title.format(label))


def is_free(opportunity: OpportunityView) -> bool:
    """Whether a page states that anybody may take it at no cost."""
    price = public_price(opportunity)
    return price is not None and price[0] == 0


class Price(StrEnum):
    """What the page says of the price to anybody."""

    FREE = "Free"
    PAID = "Paid"
    UNKNOWN = "Not stated"


def price_of(opportunity: OpportunityView) -> Price:
    """Free, paid, or not stated."""
    return Price.FREE if is_free(opportunity) else Price.PAID if public_price(opportunity) else Price.UNKNOWN


def _free(opportunity: OpportunityView, _today: date) -> Iterator[Value]:
    if is_free(opportunity):
        yield "all", "Free"


def _free_with_credit(opportunity: OpportunityView, today: date) -> Iterator[Value]:
    return iter(_credit(opportunity, today)) if is_free(opportunity) else iter(())


def _credit(opportunity: OpportunityView, _today: date) -> list[Value]:
    units = sorted({credit.unit for credit in opportunity.credits}, key=UNIT_RANK.__getitem__)
    return [(slug(unit), UNIT[unit]) for unit in units]


def _format(opportunity: OpportunityView, _today: date) -> list[Value]:
    found = {opportunity.delivery, *(session.delivery for session in opportunity.sessions)}
    return [(slug(delivery), DELIVERY[delivery]) for delivery in Delivery if delivery in found]


def _length(opportunity: OpportunityView, _today: date) -> list[Value]:
    minutes = most_minutes(opportunity)
    return [(str(limit), f"{limit} minutes") for limit in LENGTHS if minutes is not None and minutes <= limit]


def _topic(opportunity: OpportunityView, _today: date) -> tuple[Value, ...]:
    return _topic_values(tuple(view.topic for view in opportunity.topics))


@cache
def _topic_values(ids: tuple[str, ...]) -> tuple[Value, ...]:
    named = {topic for id_ in ids for topic in with_ancestors(id_)}
    return tuple((slug(topic.id), topic.label) for topic in topics().values() if topic.id in named)


def _safety_and_ethics(opportunity: OpportunityView, _today: date) -> Iterator[Value]:
    if any(SAFETY_AND_ETHICS & set(with_ancestors(view.topic)) for view in opportunity.topics):
        yield "all", "Safety and ethics"


def _upcoming(opportunity: OpportunityView, today: date) -> Iterator[Value]:
    if opportunity.open_sessions(today):
        yield "all", "Upcoming"


def _next_days(opportunity: OpportunityView, today: date) -> Iterator[Value]:
    last = today + timedelta(days=NEXT_DAYS)
    if any(session.local_date <= last for session in opportunity.open_sessions(today)):
        yield "all", f"Next {NEXT_DAYS} days"


def _live_this_week(opportunity: OpportunityView, today: date) -> Iterator[Value]:
    before = today + timedelta(days=WEEK_DAYS)
    if any(
        session.local_date < before and (session.delivery or opportunity.delivery) in LIVE
        for session in opportunity.open_sessions(today)
    ):
        yield "all", "Live this week"


def _expiring(opportunity: OpportunityView, today: date) -> Iterator[Value]:
    expires = credit_until(opportunity)
    if expires is not None and today <= expires <= today + timedelta(days=EXPIRING_DAYS):
        yield "all", "Credit ends soon"


def states_of(opportunity: OpportunityView) -> list[Value]:
    """The states in which it is held, and those whose board's credit it carries."""
    places = [opportunity.place, *(session.place for session in opportunity.sessions)]
    regions = {place.region.upper() for place in places if place and place.region and place.country in {None, "US"}}
    regions |= {STATE_UNITS[credit.unit] for credit in opportunity.credits if credit.unit in STATE_UNITS}
    return [(slug(region), COUNTRY_REGIONS[region]) for region in sorted(regions & COUNTRY_REGIONS.keys())]


def _state(opportunity: OpportunityView, _today: date) -> list[Value]:
    return states_of(opportunity)


def _level(opportunity: OpportunityView, _today: date) -> Iterator[Value]:
    if opportunity.level and slug(opportunity.level):
        yield slug(opportunity.level), opportunity.level.capitalize()


def captions_of(opportunity: OpportunityView) -> tuple[Value, ...]:
    """What of the spoken words can be read, where the page says so."""
    return TO_READ.get(opportunity.captions, ())


def _captions(opportunity: OpportunityView, _today: date) -> tuple[Value, ...]:
    return captions_of(opportunity)


def _provider(opportunity: OpportunityView, _today: date) -> Iterator[Value]:
    yield opportunity.provider, opportunity.provider_name


def _kind(opportunity: OpportunityView, _today: date) -> Iterator[Value]:
    yield slug(opportunity.kind), KINDS[opportunity.kind]


FACETS: tuple[Facet, ...] = (
    Facet("free", "Free", "Free", "Anybody may take these at no cost, the provider's page says.", _free, single=True),
    Facet(
        "free-credit",
        "Free, with credit",
        "Free with {}",
        "No cost to anybody, and the page names this credit.",
        _free_with_credit,
    ),
    Facet(
        "credit", "Credit type", "{}", "The page names this credit. What a board accepts is the board's word.", _credit
    ),
    Facet("format", "Format", "{}", "How it is taken, where the page says so.", _format),
    Facet("length", "Length", "Under {}", "The page gives a length, and it is no longer than this.", _length),
    Facet(
        "topic",
        "Topic",
        "{}",
        "Stated by the provider, or our guess from title and keywords. A guess alone never closes a requirement.",
        _topic,
    ),
    Facet(
        "safety-and-ethics",
        "Safety and ethics",
        "Safety and ethics",
        "The two topics that nearly every renewal asks for.",
        _safety_and_ethics,
        single=True,
    ),
    Facet("upcoming", "Upcoming", "Upcoming", "At least one date is still open.", _upcoming, single=True, dated=True),
    Facet(
        "next-30-days",
        "Next 30 days",
        "The next 30 days",
        "A date within 30 days.",
        _next_days,
        single=True,
        dated=True,
    ),
    Facet(
        "live-this-week",
        "Live this week",
        "Live this week",
        "Live, online or in person, within seven days.",
        _live_this_week,
        single=True,
        dated=True,
    ),
    Facet(
        "expiring",
        "Credit ends soon",
        "Credit ends soon",
        f"The approval of the credit ends within {EXPIRING_DAYS} days. Finish and claim before that day.",
        _expiring,
        single=True,
        dated=True,
    ),
    Facet("state", "State", "{}", "Held in this state, or with credit that its board names.", _state),
    Facet("level", "Level", "{}", "The provider's own word for its level.", _level),
    Facet("provider", "Provider", "{}", "Everything that we read from this provider.", _provider),
    Facet("captions", "Captions", "{} offered", "The page says that what is spoken can be read as well.", _captions),
    Facet("kind", "Kind", "{}", "Everything of this kind.", _kind),
)

BROWSE = Cut("browse", "/browse/", "Everything", "Browse")


def cuts_of(opportunity: OpportunityView, today: date) -> tuple[Cut, ...]:
    """Every cut to which an opportunity belongs on a day, the whole catalog first."""
    cuts = [_cut(facet, *value) for facet in FACETS for value in facet.values(opportunity, today)]
    return (BROWSE, *cuts)
