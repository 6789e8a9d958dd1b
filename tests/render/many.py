"""A large, varied catalog by chance: titles of many different words, every unit, price, date, place and doubt.

Real titles repeat themselves more than these do, so what is measured on them is no flattery. The same seed gives the
same catalog.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from catalog.listing import Audience, CreditUnit, Delivery, Kind, Minutes, PackageCover, PackageEffect, Place
from catalog.listing import SessionStatus as Status
from catalog.taxonomy import topics
from catalog.views import (
    CreditView,
    ListingReference,
    OfferView,
    OpportunityView,
    PackageView,
    Presence,
    SessionView,
    TopicOrigin,
    TopicView,
)
from recommend.text import load_vocabulary
from recommend.topics import labelled_titles
from render.planner_catalog import PLAIN, record_of

PLACES = (
    Place(text="Columbus, Ohio", city="Columbus", region="OH", country="US"),
    Place(text="Chicago, IL", city="Chicago", region="Illinois", country="US"),
    Place(text="Springfield", city="Springfield", country="US"),
    Place(text="San Juan", city="San Juan", country="PR"),
    Place(text="Toronto, ON", city="Toronto", region="ON", country="CA"),
    Place(text="Hotel by the lake"),
)
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles", None)
ONE_OF_A_KIND = ("MALDI-TOF", "anti-D", "HbA1c", "P2Y12", "CLIA '88", "SARS-CoV-2", "β-lactamase", "Hôpital", "AI/ML")


@cache
def words() -> tuple[str, ...]:
    """The words of our own titles and word lists, each once."""
    vocabulary = load_vocabulary()
    texts = [one.title for one in labelled_titles()]
    texts += [phrase for rule in vocabulary.rules for phrase in (*rule.strong, *rule.weak)]
    texts += [phrase for group in vocabulary.groups for phrase in (*group.same, *group.related)]
    texts += list(vocabulary.abbreviations)
    texts += [sense for senses in vocabulary.abbreviations.values() for sense in senses]
    return tuple(sorted({word for text in texts for word in re.findall(r"[A-Za-z0-9'-]{2,}", text)}))


@dataclass
class Chance:
    """Draws one catalog."""

    today: date
    source: random.Random

    def one(self, *choices: object) -> object:
        return self.source.choice(choices)

    def likely(self, share: float) -> bool:
        return self.source.random() < share

    def some(self, pool: Sequence[str], least: int, most: int) -> list[str]:
        return self.source.sample(pool, self.source.randint(least, most))

    def day(self, first: int, last: int) -> date:
        return self.today + timedelta(days=self.source.randint(first, last))

    def opportunity(self, number: int) -> OpportunityView:
        """One opportunity, live on the day of the catalog."""
        id_ = f"l{self.source.getrandbits(48):012x}"
        provider = f"provider-{self.source.randint(1, 80)}"
        title = self.title()
        url = f"https://www.{provider}.example/{self.one('courses', 'events', 'ce')}/{_slug(title)}-{number}/"
        dated = self.likely(0.4)
        kind = self.source.choices(list(Kind), [60, 20, 5, 4, 3, 2, 2, 4])[0]
        return OpportunityView(
            id=id_,
            kind=kind,
            title=title,
            provider=provider,
            provider_name=provider.replace("-", " ").title(),
            family=f"family-{provider}",
            url=url,
            read_on=self.day(-40, -1),
            sample=True,
            keywords=tuple(self.some(words(), 0, 8)),
            credits=tuple(self.credit(provider) for _ in range(self.source.choices([0, 1, 2, 3], [10, 65, 18, 7])[0])),
            offers=tuple(
                self.offer(provider, url) for _ in range(self.source.choices([0, 1, 2, 3], [20, 55, 18, 7])[0])
            ),
            sessions=self.sessions() if dated else (),
            topics=self.topics(),
            delivery=self.source.choice(
                [Delivery.LIVE_ONLINE, *Delivery, None] if dated else [Delivery.ON_DEMAND, *Delivery]
            ),
            duration=self.source.choice([None, *(Minutes(at_least=m, at_most=m) for m in (15, 30, 50, 60, 90, 480))]),
            level=self.source.choice([None, None, "Basic", "Intermediate", "Advanced", "Basic, Intermediate", "All"]),
            language=self.source.choices([None, "en", "en-US", "es", "fr-CA"], [60, 30, 5, 3, 2])[0],
            place=self.source.choice(PLACES) if self.likely(0.15) else None,
            available_through=self.day(0, 400) if self.likely(0.1) else None,
            apply_by=self.day(0, 200) if self.likely(0.03) else None,
            retired_on=self.day(1, 100) if self.likely(0.02) else None,
            prerequisites=(" ".join(self.some(words(), 3, 6)),) if self.likely(0.05) else (),
            leads_to=("MLS(ASCP)",) if self.likely(0.02) else (),
            listings=(ListingReference(id_, provider, provider, url, Presence.ACTIVE, self.today),),
        )

    def title(self) -> str:
        if self.likely(0.2):
            return f"{self.source.choice(labelled_titles()).title}, {self.one('Part 1', 'Part 2', '2026', 'Update')}"
        found = self.some(words(), 3, 9)
        if self.likely(0.1):
            found.append(str(self.one(*ONE_OF_A_KIND)))
        return " ".join(word if word.isupper() else word.capitalize() for word in found)

    def credit(self, provider: str) -> CreditView:
        unit = self.source.choices(list(CreditUnit), [50, 12, 4, 4, 8, 4, 4, 8, 1, 1, 2, 1, 1, 2, 2, 6])[0]
        return CreditView(
            thousandths=self.source.choice([250, 500, 1000, 1000, 1000, 1500, 2000, 6000, None]),
            unit=unit,
            source=provider if self.likely(0.9) else "another-source",
            topics=tuple(self.some(list(topics()), 0, 1)) if self.likely(0.1) else (),
            additive_group="all" if self.likely(0.05) else None,
            upper_bound=self.likely(0.05),
            provisional=self.likely(0.03),
            approved_through=self.day(-30, 700) if self.likely(0.25) else None,
        )

    def offer(self, provider: str, url: str) -> OfferView:
        audience = self.source.choices(list(Audience), [60, 20, 6, 3, 4, 4, 3])[0]
        minor = self.source.choice([0, 0, 995, 1000, 1500, 2000, 2500, 4900, 19900, None])
        return OfferView(
            audience=audience,
            minor=minor,
            currency=None if not minor else str(self.source.choices(["USD", "CAD"], [95, 5])[0]),
            source=provider,
            url=url if self.likely(0.7) else f"https://shop.{provider}.example/{self.source.getrandbits(24)}",
            organization=f"Society {self.source.randint(1, 9)}" if self.likely(0.2) else None,
            per=str(self.one("person", "credit hour")) if self.likely(0.1) else None,
            scope="item",
            starts_on=self.day(-90, 30) if self.likely(0.05) else None,
            through=self.day(-10, 200) if self.likely(0.15) else None,
        )

    def sessions(self) -> tuple[SessionView, ...]:
        """Dates, of which the first can still be attended."""
        first = self.session(self.day(1, 200), Status.SCHEDULED)
        return (
            first,
            *(self.session(self.day(-60, 300), None) for _ in range(self.source.choices([0, 1, 3], [6, 3, 1])[0])),
        )

    def session(self, day: date, status: Status | None) -> SessionView:
        at = time(self.source.randint(7, 20), int(str(self.one(0, 30)))) if self.likely(0.85) else None
        zone = self.source.choice(ZONES)
        starts = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) if at and zone else None
        return SessionView(
            key=f"{day.isoformat()}-{self.source.randint(1, 999)}",
            local_date=day,
            source="sample",
            local_time=at,
            end_date=day + timedelta(days=self.source.randint(0, 3)) if self.likely(0.1) else None,
            zone=zone,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1) if starts else None,
            place=self.source.choice(PLACES) if self.likely(0.2) else None,
            status=status or self.source.choice(list(Status)),
            registration_deadline=day - timedelta(days=self.source.randint(0, 1))
            if self.likely(0.3) and not status
            else None,
        )

    def topics(self) -> tuple[TopicView, ...]:
        named = self.some(list(topics()), 1, 3)
        if self.likely(0.6):
            return tuple(TopicView(name, TopicOrigin.STATED) for name in named)
        return tuple(TopicView(name, TopicOrigin.GUESSED, round(self.source.random(), 3)) for name in named)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def many(count: int, today: date, seed: int = 5) -> list[OpportunityView]:
    """So many live opportunities in the order of their ids."""
    chance = Chance(today, random.Random(seed))
    return sorted((chance.opportunity(number) for number in range(count)), key=lambda one: one.id)


def packages() -> list[PackageView]:
    """One of each effect, and bundles with few hours."""
    shapes = (
        (PackageEffect.FREE, 9500, None, None, PackageCover(family="family-provider-1")),
        (PackageEffect.FREE, 5000, None, 8000, PackageCover(source="provider-2", units=(CreditUnit.PACE,))),
        (PackageEffect.PERCENT, 2000, 25, None, PackageCover(kinds=(Kind.WEBINAR, Kind.WORKSHOP))),
        (PackageEffect.PERCENT, 2000, 33, None, PackageCover(topics=("blood_bank", "safety"))),
        (PackageEffect.MEMBER_PRICE, 8900, None, None, PackageCover(family="family-provider-3")),
    )
    return [
        PackageView(
            id=f"p{number:012x}",
            name=f"Package {number}",
            source="sample",
            url="https://shop.example/",
            covers=cover,
            effect=effect,
            organization=f"Society {number}",
            minor=minor,
            currency="USD",
            percent=percent,
            cap_thousandths=cap,
            read_on=date(2026, 11, 1),
        )
        for number, (effect, minor, percent, cap, cover) in enumerate(shapes, start=1)
    ]


def planner_records(views: Iterable[OpportunityView]) -> list[str]:
    """What the planner's file holds of them, in its order."""
    order = [PLAIN.index(name) for name in ("provider", "url", "id")]
    return sorted(map(record_of, views), key=lambda record: [json.loads(record)[at] for at in order])
