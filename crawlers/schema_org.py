"""From one schema.org node to the values of a draft.

Each reader takes one property and says in the evidence where it stood (``json-ld:offers[0].price``). The types and
properties are those of schema.org 30.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from catalog.listing import Audience, Delivery, Kind, Minutes, OfferStatement, Place, SessionStatement, SessionStatus
from crawlers.draft import Draft
from crawlers.extract.credits import statements
from crawlers.extract.level import language
from crawlers.extract.text import evidence, normalize
from crawlers.fields import Context, Words, place_of, read_field
from crawlers.metadata import Metadata, Node, several, text_of, types_of
from crawlers.money_units import minor_of
from crawlers.source import FieldName

COURSES = frozenset({"Course", "CourseInstance"})
PROGRAMS = frozenset({"EducationalOccupationalProgram", "WorkBasedProgram"})
EVENTS = frozenset({"Event", "EducationEvent", "BusinessEvent", "SocialEvent", "EventSeries", "Hackathon"})
VIDEOS = frozenset({"VideoObject"})
OFFERED = COURSES | PROGRAMS | EVENTS | VIDEOS
OCCURRENCES_AT_MOST = 200

DURATION = re.compile(
    r"^P(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
MOMENT = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$", re.IGNORECASE
)
MODES: tuple[tuple[re.Pattern[str], Delivery], ...] = (
    (re.compile(r"mixed|blended|hybrid", re.IGNORECASE), Delivery.HYBRID),
    (re.compile(r"offline|onsite|on-site|in.?person|classroom|on.?campus", re.IGNORECASE), Delivery.IN_PERSON),
    (re.compile(r"asynchronous|self.?paced|on.?demand", re.IGNORECASE), Delivery.ON_DEMAND),
    (re.compile(r"synchronous|live", re.IGNORECASE), Delivery.LIVE_ONLINE),
    (re.compile(r"online|distance|virtual", re.IGNORECASE), Delivery.ONLINE),
)
CONFERENCE = re.compile(r"conference|congress|annual meeting|symposium", re.IGNORECASE)
PROGRAM_KINDS = (
    (re.compile(r"certificate|diploma", re.IGNORECASE), Kind.CERTIFICATE),
    (re.compile(r"degree|bachelor|master|doctor|associate", re.IGNORECASE), Kind.DEGREE),
)
STATUSES = {
    "EventCancelled": SessionStatus.CANCELLED,
    "EventPostponed": SessionStatus.POSTPONED,
    "EventRescheduled": SessionStatus.MOVED,
}
FREQUENCIES = {"P1D": (DAILY, 1), "P1W": (WEEKLY, 1), "P2W": (WEEKLY, 2), "P1M": (MONTHLY, 1), "P1Y": (YEARLY, 1)}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AUDIENCES: tuple[tuple[re.Pattern[str], Audience], ...] = (
    (re.compile(r"\bnon-?\s?members?\b|\bgeneral\b|\bpublic\b", re.IGNORECASE), Audience.PUBLIC),
    (re.compile(r"\bmembers?\b", re.IGNORECASE), Audience.MEMBER),
    (re.compile(r"\bstudents?\b", re.IGNORECASE), Audience.STUDENT),
    (re.compile(r"\bearly\b", re.IGNORECASE), Audience.EARLY),
    (re.compile(r"\bemployees?\b|\bstaff\b", re.IGNORECASE), Audience.EMPLOYEE),
)


def is_offered(node: Node) -> bool:
    """Whether a node is of a type that a technician can take."""
    return bool(types_of(node) & OFFERED)


def kind_of(node: Node) -> tuple[Kind, str] | None:
    """The kind that a node states, with its words; ``None`` where a type such as Event leaves it open."""
    types = types_of(node)
    if types & PROGRAMS:
        return _kind_of_program(node)
    if types & (COURSES | VIDEOS):
        return Kind.COURSE, ", ".join(sorted(types))
    name, mode = text_of(node.get("name")), text_of(node.get("eventAttendanceMode"))
    if CONFERENCE.search(name):
        return Kind.CONFERENCE, name
    return (Kind.WEBINAR, mode) if "Online" in mode else None


def _kind_of_program(node: Node) -> tuple[Kind, str] | None:
    awarded = node.get("educationalCredentialAwarded")
    category = awarded.get("credentialCategory") if isinstance(awarded, dict) else None
    for text in map(text_of, (node.get("programType"), category, awarded, node.get("name"))):
        kind = next((kind for pattern, kind in PROGRAM_KINDS if pattern.search(text)), None)
        if kind is not None:
            return kind, text
    return None


class Reading:
    """One node being read into one draft."""

    def __init__(self, draft: Draft, way: str, metadata: Metadata, context: Context) -> None:
        self.draft = draft
        self.way = way
        self.metadata = metadata
        self.context = context
        self.source = context.source

    def words(self, name: FieldName, value: object, where: str) -> None:
        """Read a property's text as a field."""
        text = normalize(text_of(value)[:4000])
        read_field(self.draft, name, Words("", text, f"{self.way}:{where}"), self.context)

    def nodes(self, value: object) -> Iterator[tuple[int, Any]]:
        """The values of a property with their positions, references resolved."""
        for position, one in enumerate(several(value)):
            yield position, self.metadata.resolved(one)


def read_node(draft: Draft, node: Node, way: str, metadata: Metadata, context: Context) -> None:
    """Read every property that we know of ``node`` into ``draft``. Unknown or malformed ones state nothing."""
    reading = Reading(draft, way, metadata, context)
    reading.words("title", node.get("name") or node.get("headline"), "name")
    draft.summary = normalize(re.sub(r"<[^>]+>", " ", text_of(node.get("description")))[:4000])
    reading.words("course_number", node.get("courseCode"), "courseCode")
    reading.words("level", node.get("educationalLevel"), "educationalLevel")
    reading.words("captions", _features(node.get("accessibilityFeature")), "accessibilityFeature")
    _audience(reading, node)
    _language(reading, node)
    for position, subject in reading.nodes(node.get("about")):
        reading.words("subject", subject, f"about[{position}]")
    for name in ("coursePrerequisites", "programPrerequisites"):
        for position, needed in reading.nodes(node.get(name)):
            reading.words("prerequisites", needed, f"{name}[{position}]")
    reading.words(
        "leads_to",
        reading.metadata.resolved(node.get("occupationalCredentialAwarded")),
        "occupationalCredentialAwarded",
    )
    _credits(reading, node)
    _duration(reading, node)
    _delivery(reading, node)
    _deadline(reading, node)
    _offers(reading, node)
    draft.extend("sessions", tuple(_sessions(reading, node)))


def _features(value: object) -> str:
    """schema.org's words for what a work offers, ``closedCaptions`` as two words."""
    return ", ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text_of(one)) for one in several(value))


def _audience(reading: Reading, node: Node) -> None:
    for _, audience in reading.nodes(node.get("audience")):
        if isinstance(audience, dict):
            kind = "audienceType" if "audienceType" in audience else "educationalRole"
            reading.words("audience", audience.get(kind) or audience, f"audience.{kind}")
        else:
            reading.words("audience", audience, "audience")


def _language(reading: Reading, node: Node) -> None:
    stated = language(text_of(node.get("inLanguage")), f"{reading.way}:inLanguage") if node.get("inLanguage") else None
    reading.draft.keep("language", stated)


def _credits(reading: Reading, node: Node) -> None:
    number = node.get("numberOfCredits")
    where = f"{reading.way}:numberOfCredits"
    if isinstance(number, dict):
        amount = f"{text_of(number.get('value'))} {text_of(number.get('unitText') or number.get('name'))}".strip()
        reading.draft.extend("credits", statements(normalize(amount), where))
    elif text_of(number):
        text = text_of(number)
        # A bare number names no unit; "credits" is the property's own word for it.
        reading.draft.extend(
            "credits", statements(normalize(text if re.search("[a-z]", text) else f"{text} credits"), where)
        )
    for position, awarded in reading.nodes(node.get("educationalCredentialAwarded")):
        text = normalize(text_of(awarded))
        if re.search(r"\d", text):
            reading.draft.extend("credits", statements(text, f"{reading.way}:educationalCredentialAwarded[{position}]"))


def _duration(reading: Reading, node: Node) -> None:
    for name in ("timeRequired", "duration", "courseWorkload"):
        text = text_of(node.get(name)).strip()
        minutes = iso_minutes(text)
        if minutes is not None:
            reading.draft.state(
                "duration", Minutes(at_least=minutes, at_most=minutes), evidence(text, f"{reading.way}:{name}")
            )
            return
        if text and not text.upper().startswith("P"):
            reading.words("duration", text, name)


def iso_minutes(text: str) -> float | None:
    """The minutes of an ISO 8601 duration of days, hours, minutes and seconds; ``None`` for months, weeks and years.

    A day is a length of access more often than 1440 minutes of instruction, so days alone state no duration either.
    """
    found = DURATION.match(text)
    if found is None or found["days"] or not any(found.groups()):
        return None
    hours, minutes, seconds = (float(found[name] or 0) for name in ("hours", "minutes", "seconds"))
    return hours * 60 + minutes + seconds / 60


def _delivery(reading: Reading, node: Node) -> None:
    for name in ("courseMode", "educationalProgramMode", "eventAttendanceMode"):
        said = " ".join(text_of(one) for one in several(node.get(name)))
        mode = delivery_of(said)
        if mode is not None:
            dated = mode is Delivery.ONLINE and name == "eventAttendanceMode"
            reading.draft.state(
                "delivery", Delivery.LIVE_ONLINE if dated else mode, evidence(said, f"{reading.way}:{name}")
            )
            return


def delivery_of(text: str) -> Delivery | None:
    """The way of taking part that a schema.org mode names; both online and onsite is hybrid."""
    if re.search("online", text, re.IGNORECASE) and re.search("onsite|in.?person", text, re.IGNORECASE):
        return Delivery.HYBRID
    return next((mode for pattern, mode in MODES if pattern.search(text)), None) if text else None


def _deadline(reading: Reading, node: Node) -> None:
    text = text_of(node.get("applicationDeadline")).strip()
    day = _moment(text)
    if day is not None:
        reading.draft.state("apply_by", day[0], evidence(text, f"{reading.way}:applicationDeadline"))
    elif text:
        reading.words("apply_by", text, "applicationDeadline")


def _offers(reading: Reading, node: Node) -> None:
    found = [
        offer
        for position, one in reading.nodes(node.get("offers"))
        for offer in _offer(reading, one, f"offers[{position}]")
    ]
    if not found and str(node.get("isAccessibleForFree", "")).lower() == "true":
        proof = evidence("isAccessibleForFree: true", f"{reading.way}:isAccessibleForFree")
        found.append(OfferStatement(minor=0, evidence=(proof,)))
    reading.draft.extend("offers", tuple(found))


def _offer(reading: Reading, offer: object, where: str) -> Iterator[OfferStatement]:
    if not isinstance(offer, dict):
        return
    if "AggregateOffer" in types_of(offer):
        for position, inner in reading.nodes(offer.get("offers")):
            yield from _offer(reading, inner, f"{where}.offers[{position}]")
        return
    priced = offer
    specification = next((one for one in several(offer.get("priceSpecification")) if isinstance(one, dict)), None)
    if text_of(offer.get("price")) == "" and specification is not None:
        priced, where = specification, f"{where}.priceSpecification"
    amount, currency = (
        text_of(priced.get("price")).strip(),
        text_of(priced.get("priceCurrency") or offer.get("priceCurrency")),
    )
    minor = 0 if amount.lower() == "free" else minor_of(amount, currency.strip().upper())
    if minor is None:
        if amount:
            reading.draft.unreadable.setdefault("offers", amount[:300])
        return
    currency = currency.strip().upper()
    known = currency if re.fullmatch("[A-Z]{3}", currency) else reading.source.currency
    if minor and known is None:
        reading.draft.unreadable.setdefault("offers", f"{amount} without a currency")
        return
    label = " ".join(
        filter(None, (text_of(offer.get("name")), text_of(offer.get("category")), text_of(offer.get("description"))))
    )
    through = _moment(text_of(offer.get("priceValidUntil") or offer.get("validThrough")))
    starts = _moment(text_of(offer.get("validFrom")))
    yield OfferStatement(
        audience=next((audience for pattern, audience in AUDIENCES if pattern.search(label)), Audience.PUBLIC),
        minor=minor,
        currency=known if minor else None,
        per=normalize(text_of(priced.get("unitText")))[:400] or None,
        scope="application" if re.search(r"application fee", label, re.IGNORECASE) else "item",
        starts_on=starts[0] if starts else None,
        through=through[0] if through else None,
        evidence=(evidence(f"{amount} {currency} {label}".strip(), f"{reading.way}:{where}.price"),),
    )


def _sessions(reading: Reading, node: Node) -> Iterator[SessionStatement]:
    types = types_of(node)
    if types & VIDEOS:
        return
    for position, instance in reading.nodes(node.get("hasCourseInstance")):
        if isinstance(instance, dict):
            _delivery(reading, instance)
            _offers(reading, instance)
            yield from _dated(reading, instance, f"hasCourseInstance[{position}]")
    for name in ("subEvent", "subEvents"):
        if "EventSeries" in types:
            for position, event in reading.nodes(node.get(name)):
                if isinstance(event, dict):
                    yield from _dated(reading, event, f"{name}[{position}]")
    yield from _dated(reading, node, "")


def _dated(reading: Reading, node: Node, where: str) -> Iterator[SessionStatement]:
    prefix = f"{where}." if where else ""
    for name in ("eventSchedule", "courseSchedule"):
        for position, schedule in reading.nodes(node.get(name)):
            if isinstance(schedule, dict):
                yield from _repeated(reading, node, schedule, f"{prefix}{name}[{position}]")
    text = text_of(node.get("startDate")).strip()
    start = _moment(text)
    if start is None:
        if text:
            reading.draft.unreadable.setdefault("sessions", text[:300])
        return
    yield _statement(reading, node, start, f"{prefix}startDate")


Moment = tuple[date, time | None, str | None]


def _statement(reading: Reading, node: Node, start: Moment, where: str) -> SessionStatement:
    words = " ".join(filter(None, (text_of(node.get(name)).strip() for name in ("startDate", "endDate"))))
    end = _moment(text_of(node.get("endDate")))
    if end is not None and end[0] < start[0]:
        start, end = end, start
    day, clock, _ = start
    place, mode = _where(reading, node)
    status = next(
        (STATUSES[name] for name in STATUSES if name in text_of(node.get("eventStatus"))), SessionStatus.SCHEDULED
    )
    program = bool(types_of(node) & PROGRAMS)
    seats = text_of(node.get("remainingAttendeeCapacity"))
    return SessionStatement(
        key=day.isoformat() if clock is None else f"{day.isoformat()}T{clock:%H:%M}",
        local_date=day,
        local_time=clock,
        # The end of a program's term is no end of its start.
        end_date=end[0] if end is not None and not program else None,
        end_time=end[1] if end is not None and not program else None,
        zone=_zone(reading, start),
        place=place,
        delivery=mode,
        status=status,
        seats_left=int(seats) if seats.isdigit() else None,
        evidence=(evidence(words, f"{reading.way}:{where}"),),
    )


def _moment(text: str) -> Moment | None:
    """Date, local time and offset of an ISO 8601 text; or ``None``. The offset stays text: it is no zone."""
    found = MOMENT.match(text.strip())
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
        clock = time.fromisoformat(found[2]) if found[2] else None
    except ValueError:
        return None
    return day, clock, found[3]


def _zone(reading: Reading, moment: Moment) -> str | None:
    """The source's zone if the written offset agrees with it; else the offset as the fixed zone that it is."""
    day, clock, offset = moment
    if clock is None or offset is None:
        return None
    if offset.upper() == "Z":
        minutes = 0
    else:
        digits = offset.replace(":", "")
        minutes = (int(digits[1:3]) * 60 + int(digits[3:5])) * (-1 if digits[0] == "-" else 1)
    if reading.source.zone is not None:
        there = datetime.combine(day, clock, ZoneInfo(reading.source.zone)).utcoffset()
        if there == timedelta(minutes=minutes):
            return reading.source.zone
    if minutes == 0:
        return "Etc/UTC"
    hours, rest = divmod(abs(minutes), 60)
    name = f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}"
    return name if rest == 0 and name in available_timezones() else None


def _where(reading: Reading, node: Node) -> tuple[Place | None, Delivery | None]:
    mode = delivery_of(text_of(node.get("eventAttendanceMode")) or text_of(node.get("courseMode")))
    if mode is Delivery.ONLINE:
        mode = Delivery.LIVE_ONLINE
    for _, location in reading.nodes(node.get("location")):
        if isinstance(location, dict) and "VirtualLocation" in types_of(location):
            mode = mode or Delivery.LIVE_ONLINE
            continue
        place = _place(location)
        if place is not None:
            return place, mode
    return None, mode


def _place(location: object) -> Place | None:
    if not isinstance(location, dict):
        text = normalize(text_of(location))[:400]
        return Place(text=text) if text else None
    name, address = normalize(text_of(location.get("name"))), location.get("address")
    if not isinstance(address, dict):
        text = ", ".join(filter(None, (name, normalize(text_of(address)))))[:400]
        return Place(text=text) if text else None
    street, city, region = (
        normalize(text_of(address.get(part))) for part in ("streetAddress", "addressLocality", "addressRegion")
    )
    place = place_of(name, street, city, region)
    country = text_of(address.get("addressCountry")).strip().upper()
    if place is None or not re.fullmatch("[A-Z]{2}", country):
        return place
    return place.model_copy(update={"country": country})


def _repeated(reading: Reading, node: Node, schedule: Node, where: str) -> Iterator[SessionStatement]:
    """The dates of a Schedule within the source's horizon; a frequency that we do not know states none."""
    begins = _moment(text_of(schedule.get("startDate")))
    every = FREQUENCIES.get(text_of(schedule.get("repeatFrequency")).strip().upper())
    if begins is None or every is None:
        return
    ends = _moment(text_of(schedule.get("endDate")))
    last = bounded_end(ends[0] if ends else None, reading)
    days = [text_of(one).rsplit("/", 1)[-1] for one in several(schedule.get("byDay"))]
    count = text_of(schedule.get("repeatCount"))
    dates = rrule(
        every[0],
        interval=every[1],
        dtstart=datetime.combine(begins[0], time()),
        until=datetime.combine(last, time()),
        count=None,
        byweekday=[weekday(WEEKDAYS.index(day)) for day in days if day in WEEKDAYS] or None,
    )
    excepted = {text_of(one)[:10] for one in several(schedule.get("exceptDate"))}
    starts, stops = (_clock(text_of(schedule.get(name))) for name in ("startTime", "endTime"))
    zone = text_of(schedule.get("scheduleTimezone"))
    at_most = min(int(count), OCCURRENCES_AT_MOST) if count.isdigit() and int(count) else OCCURRENCES_AT_MOST
    place, mode = _where(reading, node)
    for number, moment in enumerate(dates):
        if number >= at_most:
            return
        day = moment.date()
        if day.isoformat() in excepted or day < reading.context.fetched_on:
            continue
        yield SessionStatement(
            key=day.isoformat(),
            local_date=day,
            local_time=starts,
            end_time=stops,
            zone=zone if starts is not None and zone in available_timezones() else None,
            place=place,
            delivery=mode,
            evidence=(
                evidence(
                    f"every {text_of(schedule.get('repeatFrequency'))} from {begins[0]}", f"{reading.way}:{where}"
                ),
            ),
        )


def bounded_end(end: date | None, reading: Reading) -> date:
    """The earlier of the schedule's own end and the source's horizon."""
    horizon = reading.context.fetched_on + timedelta(days=reading.source.horizon_days)
    return min(end, horizon) if end is not None else horizon


def _clock(text: str) -> time | None:
    found = re.match(r"^(?:T)?(\d{2}:\d{2})", text.strip())
    try:
        return time.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None
