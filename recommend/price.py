"""What something costs this person, and why; or that the price is not known. An unknown price is never 0.

A price comes from an offer that this person can take (the public one, a member's, a client's, an employee's, an early
one that still runs) or from a subscription or bundle that they hold. Of the prices that are known the lowest one is
theirs, with the reason in a plain sentence. What their employer pays of it is told apart. Money is integer minor units
with its currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.listing import Audience, PackageCover, PackageEffect
from catalog.taxonomy import fold
from catalog.views import OfferView, OpportunityView, PackageView, TopicOrigin
from recommend.benefits import Benefit, benefit_for
from recommend.profile import Profile

MINOR_PER_MAJOR = 100
CURRENCY = "USD"
"""Prices in it are compared; one in another currency is told and never reckoned with."""

NOT_STATED = "Price not stated"
ONE_PERSON = frozenset(
    {"person", "participant", "attendee", "registrant", "learner", "student", "individual", "course", "webinar"}
    | {"workshop", "event", "registration", "session", "module", "program", "member", "technologist", "employee"}
)
"""What a price may be "per" and still be all that one person pays. Per hour, year, credit or site is not."""


@dataclass(frozen=True, slots=True)
class PersonalPrice:
    """``minor`` is what this person is charged, ``None`` where that is not known; ``reason`` says why, in a sentence.

    ``source`` and ``url`` tell where that price is offered; ``package`` is the id of a held package that gives it, and
    ``public_minor`` what anybody pays, where that is known. ``employer_minor`` is the part that the employer pays.
    """

    minor: int | None
    currency: str | None
    reason: str
    source: str | None = None
    url: str | None = None
    package: str | None = None
    public_minor: int | None = None
    employer_minor: int = 0

    @property
    def own_minor(self) -> int | None:
        """What is left for this person to pay."""
        return None if self.minor is None else self.minor - self.employer_minor

    @property
    def known(self) -> bool:
        """Whether the price is known at all."""
        return self.minor is not None

    @property
    def free(self) -> bool:
        """Whether it is known to cost this person nothing."""
        return self.minor == 0


UNKNOWN_PRICE = PersonalPrice(minor=None, currency=None, reason=NOT_STATED)


def money(minor: int, currency: str | None) -> str:
    """An amount as it is written in the US: ``$20``, ``$12.50``, ``CAD 30``; ``free`` for 0."""
    if minor == 0:
        return "free"
    major, cents = divmod(minor, MINOR_PER_MAJOR)
    number = f"{major:,}.{cents:02d}" if cents else f"{major:,}"
    return f"${number}" if currency == CURRENCY else f"{currency} {number}"


def same_organization(one: str, other: str) -> bool:
    """Whether two names mean one organization: equal, or one of them whole words within the other."""
    left, right = fold(one), fold(other)
    return bool(left and right) and (f" {left} " in f" {right} " or f" {right} " in f" {left} ")


def belongs(profile: Profile, organization: str) -> bool:
    """Whether the profile names a membership or subscription of ``organization``."""
    return any(same_organization(held, organization) for held in (*profile.memberships, *profile.subscriptions))


def holds(profile: Profile, package: PackageView) -> bool:
    """Whether the profile names this package: by its id, by its name, or as a membership of its organization."""
    if any(held == package.id or fold(held) == fold(package.name) for held in profile.subscriptions):
        return True
    is_membership = package.effect is PackageEffect.MEMBER_PRICE and package.organization is not None
    return is_membership and any(same_organization(held, package.organization or "") for held in profile.memberships)


def covers(cover: PackageCover, opportunity: OpportunityView) -> bool:
    """Whether a package covers an opportunity: every selector that is set must match."""
    sources = {listing.source for listing in opportunity.listings} | {credit.source for credit in opportunity.credits}
    told = {topic.topic for topic in opportunity.topics if topic.origin is not TopicOrigin.GUESSED}
    units = {credit.unit for credit in opportunity.credits}
    return (
        cover.family in (None, opportunity.family)
        and (cover.source is None or cover.source in sources)
        and (not cover.kinds or opportunity.kind in cover.kinds)
        and (not cover.units or not units.isdisjoint(cover.units))
        and (not cover.topics or not told.isdisjoint(cover.topics))
    )


def runs(offer: OfferView, day: date) -> bool:
    """Whether an offer for the thing itself holds on ``day``; an early price without a last day is not relied on."""
    begun = offer.starts_on is None or offer.starts_on <= day
    open_end = offer.through is None and offer.audience is not Audience.EARLY
    return offer.scope == "item" and begun and (open_end or (offer.through is not None and offer.through >= day))


def is_whole(offer: OfferView) -> bool:
    """Whether an offer's amount is all that one person pays: "$420 per credit hour" is not."""
    return offer.minor == 0 or offer.per is None or bool(ONE_PERSON.intersection(fold(offer.per).split()))


def _takes(offer: OfferView, opportunity: OpportunityView, profile: Profile | None, gained: Sequence[str]) -> bool:
    """Whether a person can take an offer; ``gained`` are organizations of which a package makes them a member."""
    organization = offer.organization or opportunity.provider_name
    if offer.audience in (Audience.PUBLIC, Audience.EARLY):
        return offer.organization is None or _belongs(profile, organization, gained)
    if offer.audience in (Audience.MEMBER, Audience.CLIENT):
        return _belongs(profile, organization, gained)
    if offer.audience is Audience.EMPLOYEE:
        employer = profile.employer if profile else None
        return employer is not None and same_organization(employer, organization)
    return False


def _belongs(profile: Profile | None, organization: str, gained: Sequence[str]) -> bool:
    own = profile is not None and belongs(profile, organization)
    return own or any(same_organization(name, organization) for name in gained)


WHO = {
    Audience.PUBLIC: "the provider's price",
    Audience.EARLY: "the early price",
    Audience.MEMBER: "the members' price",
    Audience.CLIENT: "the clients' price",
    Audience.EMPLOYEE: "the employees' price",
}
"""What the price of each audience is called."""


def _told(offer: OfferView, opportunity: OpportunityView) -> str:
    if offer.minor == 0 and offer.audience is Audience.PUBLIC and offer.through is None:
        return "Free"
    until = f" until {spoken_day(offer.through)}" if offer.through else ""
    of = "" if offer.audience in (Audience.PUBLIC, Audience.EARLY) else f" of {_organization(offer, opportunity)}"
    per = f" per {offer.per.removeprefix('per ')}" if offer.per else ""
    amount = money(offer.minor or 0, offer.currency)
    return f"{amount[0].upper()}{amount[1:]}{per}, {WHO[offer.audience]}{of}{until}"


def _organization(offer: OfferView, opportunity: OpportunityView) -> str:
    return offer.organization or opportunity.provider_name


def spoken_day(day: date) -> str:
    """A day as it is written in the US: ``Dec 10, 2026``."""
    return f"{day:%b} {day.day}, {day.year}"


def _from_offers(
    opportunity: OpportunityView, profile: Profile | None, day: date, gained: Sequence[str]
) -> PersonalPrice | None:
    taken = [offer for offer in opportunity.offers if runs(offer, day) and _takes(offer, opportunity, profile, gained)]
    known = [offer for offer in taken if offer.minor is not None and is_whole(offer)]
    best = min(
        known,
        key=lambda offer: (offer.minor != 0 and offer.currency != CURRENCY, offer.minor, offer.source, offer.audience),
        default=None,
    )
    if best is None:
        return _in_parts(taken)
    return PersonalPrice(best.minor, best.currency, _told(best, opportunity), best.source, best.url)


def _in_parts(taken: Sequence[OfferView]) -> PersonalPrice | None:
    """A price that is told by the part: the whole is not known, and the words say what is."""
    parts = [offer for offer in taken if offer.minor is not None]
    if not parts:
        return None
    first = min(parts, key=lambda offer: (offer.source, offer.audience, offer.minor))
    told = f"{money(first.minor or 0, first.currency)} per {(first.per or '').removeprefix('per ')}"
    return PersonalPrice(None, None, f"{NOT_STATED} as a whole: {told}", first.source, first.url)


def _from_package(package: PackageView, base: PersonalPrice | None) -> PersonalPrice | None:
    """What a held package makes of the price; ``base`` is the price without it."""
    limit = f", as long as its {package.cap_thousandths // 1000} hours last" if package.cap_thousandths else ""
    if package.effect is PackageEffect.FREE:
        reason = f"Included in {package.name}, which you hold{limit}"
        return PersonalPrice(0, package.currency or CURRENCY, reason, package.source, package.url, package.id)
    if package.effect is PackageEffect.PERCENT and package.percent is not None and base and base.minor is not None:
        minor = discounted(base.minor, package.percent)
        reason = f"{money(minor, base.currency)}: {package.percent}% off with {package.name}, which you hold{limit}"
        return PersonalPrice(minor, base.currency, reason, base.source, base.url, package.id)
    return None


def discounted(minor: int, percent: int) -> int:
    """An amount less ``percent``, rounded up: a discount is never made larger than it is."""
    return -(-minor * (100 - percent) // 100)


def price(
    opportunity: OpportunityView,
    profile: Profile | None,
    day: date,
    packages: Iterable[PackageView] = (),
) -> PersonalPrice:
    """What ``opportunity`` costs the person of ``profile`` (``None``: anybody) on ``day``, or :data:`UNKNOWN_PRICE`.

    ``packages`` are all that the catalog knows; those that the profile holds and that cover the opportunity apply.
    """
    return _less_benefit(charged(opportunity, profile, day, packages), benefit_for(opportunity.kind, profile, day))


def charged(
    opportunity: OpportunityView,
    profile: Profile | None,
    day: date,
    packages: Iterable[PackageView] = (),
) -> PersonalPrice:
    """The same before the employer pays anything: in a plan, all of its courses share what the employer pays."""
    held = [
        package for package in packages if profile and holds(profile, package) and covers(package.covers, opportunity)
    ]
    return price_with(opportunity, profile, day, held)


def price_with(
    opportunity: OpportunityView,
    profile: Profile | None,
    day: date,
    held: Sequence[PackageView],
) -> PersonalPrice:
    """What is charged with exactly these packages taken as held and covering: what a plan asks before it buys one."""
    public = _from_offers(opportunity, None, day, ())
    gained = [
        package.organization
        for package in held
        if package.effect is PackageEffect.MEMBER_PRICE and package.organization is not None
    ]
    own = _from_offers(opportunity, profile, day, gained)
    prices = [own, *(_from_package(package, own) for package in held)]
    told = [found for found in prices if found is not None]
    known = [found for found in told if found.minor is not None]
    unknown = told[0] if told else UNKNOWN_PRICE
    best = min(known, key=lambda found: (found.minor, found.package or ""), default=unknown)
    return replace(best, public_minor=public.minor if public else None)


def _less_benefit(priced: PersonalPrice, benefit: Benefit | None) -> PersonalPrice:
    """The price with what the employer pays of it; of a price told in parts only the words are known."""
    if benefit is None or not (share := _share_words(priced, benefit)):
        return priced
    paid = 0 if priced.minor is None else benefit.share(priced.minor)
    return replace(priced, reason=f"{priced.reason}; {share}", employer_minor=paid)


def _share_words(priced: PersonalPrice, benefit: Benefit) -> str:
    stays = f" if you then stay {benefit.service_months} months" if benefit.service_months else ""
    if priced.minor is None:
        limit = "" if benefit.left is None else f" up to {money(benefit.left, benefit.currency)}"
        told_in_parts = benefit.is_tuition and priced.source is not None
        return f"your employer pays {benefit.percent}% of tuition{limit}{stays}" if told_in_parts else ""
    if priced.minor == 0 or priced.currency != benefit.currency or benefit.share(priced.minor) == 0:
        return ""
    paid = benefit.share(priced.minor)
    amount = "all" if paid == priced.minor else money(paid, priced.currency)
    return f"your employer's {benefit.name} pays {amount} of it{stays}"
