"""schema.org JSON-LD: what a page says, once more for machines, and nothing that the page does not say.

Types and properties are those of schema.org 30. An on-demand opportunity is a ``Course``, a dated one a ``Course`` with
``CourseInstance`` or an ``EducationEvent``; programs are an ``EducationalOccupationalProgram``. A value that is not
stated is left out. Fractions of a credit need a ``StructuredValue``: an integer could not hold 1.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from catalog.listing import Audience, Delivery, Kind, SessionStatus
from catalog.taxonomy import topics
from catalog.views import OfferView, OpportunityView, SessionView, TopicOrigin
from render.entries import credits_line
from render.facets import captions_of
from render.formats import (
    amount,
    credit_text,
    credit_until,
    decimal_price,
    most_minutes,
    offer_audience,
    price_text,
    unit_totals,
)
from render.once import once
from render.settings import SiteSettings
from render.words import KIND, UNIT

CONTEXT = "https://schema.org"
BIOSCHEMAS = "https://bioschemas.org/profiles/Course/1.0-RELEASE"

PROGRAMS = {Kind.CERTIFICATE, Kind.DEGREE}
EVENTS = {Kind.CONFERENCE, Kind.IN_SERVICE, Kind.INVOLVEMENT, Kind.WEBINAR, Kind.WORKSHOP}

MODE = {
    Delivery.ON_DEMAND: "online",
    Delivery.LIVE_ONLINE: "online",
    Delivery.ONLINE: "online",
    Delivery.IN_PERSON: "onsite",
    Delivery.HYBRID: "blended",
}
ATTENDANCE = {
    Delivery.LIVE_ONLINE: "OnlineEventAttendanceMode",
    Delivery.ONLINE: "OnlineEventAttendanceMode",
    Delivery.IN_PERSON: "OfflineEventAttendanceMode",
    Delivery.HYBRID: "MixedEventAttendanceMode",
}
STATUS = {
    SessionStatus.SCHEDULED: "EventScheduled",
    SessionStatus.FULL: "EventScheduled",
    SessionStatus.MOVED: "EventRescheduled",
    SessionStatus.POSTPONED: "EventPostponed",
    SessionStatus.CANCELLED: "EventCancelled",
}


KEYWORD = {"type": "@type", "id": "@id", "context": "@context"}


def stated(**properties: object) -> dict[str, Any]:
    """The properties that have a value; ``type`` and ``id`` become ``@type`` and ``@id``."""
    return {KEYWORD.get(key, key): value for key, value in properties.items() if value or value == 0}


@once
def describe(opportunity: OpportunityView) -> str:
    """One plain sentence of facts in our own words: kind, credits, price, provider."""
    parts = [credits_line(opportunity, at_most=4) or "credit not stated", price_text(opportunity) or "price not stated"]
    return f"{KIND[opportunity.kind]} from {opportunity.provider_name}: {', '.join(parts)}."


def opportunity_data(opportunity: OpportunityView, settings: SiteSettings) -> dict[str, Any]:
    """The JSON-LD object of one opportunity's page."""
    address = settings.absolute(f"/o/{opportunity.id}/")
    minutes = most_minutes(opportunity)
    instances = [_instance(opportunity, session) for session in opportunity.sessions]
    common = stated(
        context=CONTEXT,
        id=address,
        name=opportunity.title,
        description=describe(opportunity),
        url=address,
        sameAs=opportunity.url,
        provider=stated(type="Organization", name=opportunity.provider_name),
        offers=_offers(opportunity.offers),
        inLanguage=opportunity.language,
        keywords=", ".join(opportunity.keywords),
        dateModified=opportunity.read_on.isoformat(),
    )
    if opportunity.kind in PROGRAMS:
        own = stated(
            type="EducationalOccupationalProgram",
            timeToComplete=None if minutes is None else f"PT{round(minutes)}M",
            applicationDeadline=opportunity.apply_by.isoformat() if opportunity.apply_by else None,
            educationalCredentialAwarded=list(opportunity.leads_to),
            programPrerequisites=list(opportunity.prerequisites),
        )
    elif opportunity.kind in EVENTS and len(opportunity.sessions) == 1:
        own = {**instances[0], "@type": "EducationEvent", "about": _about(opportunity)}
        common.pop("provider")
        own["organizer"] = stated(type="Organization", name=opportunity.provider_name)
    else:
        own = stated(
            type="Course",
            courseCode=opportunity.course_number,
            about=_about(opportunity),
            numberOfCredits=_credits(opportunity),
            timeRequired=None if minutes is None else f"PT{round(minutes)}M",
            educationalLevel=opportunity.level,
            accessibilityFeature=[slug for slug, _label in captions_of(opportunity)],
            audience=stated(type="EducationalAudience", educationalRole=opportunity.audience)
            if opportunity.audience
            else None,
            coursePrerequisites=list(opportunity.prerequisites),
            isAccessibleForFree=_free(opportunity),
            expires=_iso(credit_until(opportunity)),
            hasCourseInstance=instances,
        )
        own["http://purl.org/dc/terms/conformsTo"] = {"@id": BIOSCHEMAS}
    return {**common, **{key: value for key, value in own.items() if value not in (None, [])}}


def item_list(name: str, ids: Sequence[str], settings: SiteSettings) -> dict[str, Any]:
    """An ``ItemList`` of opportunities' pages, in the order of the page."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "name": name,
        "itemListElement": [
            {"@type": "ListItem", "position": position, "url": settings.absolute(f"/o/{id_}/")}
            for position, id_ in enumerate(ids, start=1)
        ],
    }


def _about(opportunity: OpportunityView) -> list[dict[str, Any]]:
    sure = [view.topic for view in opportunity.topics if view.origin is not TopicOrigin.GUESSED]
    return [stated(type="DefinedTerm", name=topics()[topic].label) for topic in sure]


def _credits(opportunity: OpportunityView) -> list[dict[str, Any]]:
    return [
        stated(
            type="StructuredValue",
            name=credit_text(thousandths, unit),
            value=float(amount(thousandths)),
            unitText=UNIT[unit],
        )
        for unit, thousandths in unit_totals(opportunity.credits).items()
        if thousandths is not None
    ]


def _free(opportunity: OpportunityView) -> bool | None:
    public = [
        offer.minor for offer in opportunity.offers if offer.audience is Audience.PUBLIC and offer.scope == "item"
    ]
    return None if not public or None in public else min(minor or 0 for minor in public) == 0


def _offers(offers: Sequence[OfferView]) -> list[dict[str, Any]]:
    return [
        stated(
            type="Offer",
            name=offer_audience(offer),
            price=decimal_price(offer.minor, offer.currency),
            priceCurrency=offer.currency,
            validFrom=offer.starts_on.isoformat() if offer.starts_on else None,
            validThrough=offer.through.isoformat() if offer.through else None,
            url=offer.url,
        )
        for offer in offers
        if offer.minor is not None and offer.scope == "item" and (offer.currency or offer.minor == 0)
    ]


def _instance(opportunity: OpportunityView, session: SessionView) -> dict[str, Any]:
    delivery = session.delivery or opportunity.delivery
    place = session.place or opportunity.place
    location: dict[str, Any] | None = None
    if place is not None and delivery not in {Delivery.LIVE_ONLINE, Delivery.ONLINE, Delivery.ON_DEMAND}:
        location = stated(
            type="Place",
            name=place.text,
            address=stated(
                type="PostalAddress",
                addressLocality=place.city,
                addressRegion=place.region,
                addressCountry=place.country,
            ),
        )
    elif delivery in {Delivery.LIVE_ONLINE, Delivery.ONLINE}:
        location = stated(type="VirtualLocation", url=session.url or opportunity.url)
    return stated(
        type="CourseInstance",
        name=opportunity.title,
        startDate=_moment(session, start=True),
        endDate=_moment(session, start=False),
        courseMode=MODE[delivery] if delivery else None,
        eventAttendanceMode=f"{CONTEXT}/{ATTENDANCE[delivery]}" if delivery in ATTENDANCE else None,
        eventStatus=f"{CONTEXT}/{STATUS[session.status]}",
        location=location,
        remainingAttendeeCapacity=session.seats_left,
    )


def _moment(session: SessionView, *, start: bool) -> str | None:
    """An instant with its offset where the zone is known, else the plain date: a floating time would be a guess."""
    instant = session.starts_at if start else session.ends_at
    if instant is not None and session.zone is not None:
        return instant.astimezone(ZoneInfo(session.zone)).isoformat()
    if start:
        return session.local_date.isoformat()
    return session.end_date.isoformat() if session.end_date else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
