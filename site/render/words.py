"""The words on the screen: one label for each value of the catalog's vocabularies, in US English.

Everything a reader sees passes through :func:`translate` (``_`` in templates), so that a second language is a table
and no change of code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from catalog.listing import Audience, Captions, CreditUnit, Delivery, Kind, SessionStatus
from catalog.spool import Cause, Finish
from catalog.views import Happening, Presence, TopicOrigin

NOT_STATED: Final = "not stated"


@lru_cache(maxsize=4096, typed=True)  # typed: a text and the same as safe markup are not the same value
def translate(text: str, **values: object) -> Markup:
    """The text in the reader's language as safe markup, with ``%(name)s`` replaced by escaped values.

    The text itself is ours (a literal in a template or in this package) and may hold markup; the values may be hostile.
    Raises ``KeyError`` where the text names a value that is not given.
    """
    return Markup(text % {name: escape(value) for name, value in values.items()} if values else text)  # noqa: S704 - literals of our own


KIND: Final[dict[Kind, str]] = {
    Kind.COURSE: "Course",
    Kind.WEBINAR: "Webinar",
    Kind.WORKSHOP: "Workshop",
    Kind.CONFERENCE: "Conference",
    Kind.CERTIFICATE: "Certificate program",
    Kind.DEGREE: "Degree",
    Kind.IN_SERVICE: "Employer training",
    Kind.INVOLVEMENT: "Teaching and volunteering",
}

KINDS: Final[dict[Kind, str]] = {
    Kind.COURSE: "Courses",
    Kind.WEBINAR: "Webinars",
    Kind.WORKSHOP: "Workshops",
    Kind.CONFERENCE: "Conferences",
    Kind.CERTIFICATE: "Certificate programs",
    Kind.DEGREE: "Degrees",
    Kind.IN_SERVICE: "Employer training",
    Kind.INVOLVEMENT: "Teaching and volunteering",
}

UNIT: Final[dict[CreditUnit, str]] = {
    CreditUnit.PACE: "P.A.C.E.",
    CreditUnit.CMLE: "CMLE",
    CreditUnit.CME: "CME",
    CreditUnit.ACCENT: "ACCENT",
    CreditUnit.FLORIDA: "Florida hours",
    CreditUnit.CALIFORNIA: "California hours",
    CreditUnit.CEU: "CEU",
    CreditUnit.CONTACT_HOUR: "Contact hours",
    CreditUnit.CSMLS_PEP: "CSMLS PEP",
    CreditUnit.CSMLS_CPS: "CSMLS CPS",
    CreditUnit.SEMESTER_HOUR: "Semester hours",
    CreditUnit.QUARTER_HOUR: "Quarter hours",
    CreditUnit.CLOCK_HOUR: "Clock hours",
    CreditUnit.CMP_POINT: "CMP points",
    CreditUnit.CCP_POINT: "CCP points",
    CreditUnit.UNSTATED: "Unit not stated",
}

AMOUNT_OF_UNIT: Final[dict[CreditUnit, tuple[str, str]]] = {
    CreditUnit.PACE: ("%s hour P.A.C.E.", "%s hours P.A.C.E."),
    CreditUnit.CMLE: ("%s CMLE credit", "%s CMLE credits"),
    CreditUnit.CME: ("%s CME credit", "%s CME credits"),
    CreditUnit.ACCENT: ("%s ACCENT credit", "%s ACCENT credits"),
    CreditUnit.FLORIDA: ("%s Florida hour", "%s Florida hours"),
    CreditUnit.CALIFORNIA: ("%s California hour", "%s California hours"),
    CreditUnit.CEU: ("%s CEU", "%s CEU"),
    CreditUnit.CONTACT_HOUR: ("%s contact hour", "%s contact hours"),
    CreditUnit.CSMLS_PEP: ("%s CSMLS PEP hour", "%s CSMLS PEP hours"),
    CreditUnit.CSMLS_CPS: ("%s CSMLS CPS hour", "%s CSMLS CPS hours"),
    CreditUnit.SEMESTER_HOUR: ("%s semester hour", "%s semester hours"),
    CreditUnit.QUARTER_HOUR: ("%s quarter hour", "%s quarter hours"),
    CreditUnit.CLOCK_HOUR: ("%s clock hour", "%s clock hours"),
    CreditUnit.CMP_POINT: ("%s CMP point", "%s CMP points"),
    CreditUnit.CCP_POINT: ("%s CCP point", "%s CCP points"),
    CreditUnit.UNSTATED: ("%s CE, unit not stated", "%s CE, unit not stated"),
}
"""One and many, in the order in which units are shown: the ones that most boards accept stand first."""

UNIT_RANK: Final[dict[CreditUnit, int]] = {unit: rank for rank, unit in enumerate(AMOUNT_OF_UNIT)}

DELIVERY: Final[dict[Delivery, str]] = {
    Delivery.ON_DEMAND: "Any time, online",
    Delivery.LIVE_ONLINE: "Live, online",
    Delivery.ONLINE: "Online",
    Delivery.IN_PERSON: "In person",
    Delivery.HYBRID: "Online and in person",
}

CAPTIONS: Final[dict[Captions, str]] = {
    Captions.CAPTIONS: "Captions",
    Captions.TRANSCRIPT: "Transcript",
    Captions.CAPTIONS_AND_TRANSCRIPT: "Captions and transcript",
    Captions.NONE: "None, the page says",
}

AUDIENCE: Final[dict[Audience, str]] = {
    Audience.PUBLIC: "Public",
    Audience.MEMBER: "Members",
    Audience.EARLY: "Early registration",
    Audience.STUDENT: "Students",
    Audience.CLIENT: "Clients",
    Audience.EMPLOYEE: "Employees",
    Audience.OTHER: "Others",
}

SESSION_STATUS: Final[dict[SessionStatus, str]] = {
    SessionStatus.SCHEDULED: "Scheduled",
    SessionStatus.MOVED: "Moved",
    SessionStatus.POSTPONED: "Postponed",
    SessionStatus.CANCELLED: "Cancelled",
    SessionStatus.FULL: "Full",
}

PRESENCE: Final[dict[Presence, str]] = {
    Presence.ACTIVE: "On the provider's page",
    Presence.MISSING: "Not found on the provider's page at the last reading",
    Presence.WITHDRAWN: "Withdrawn by the provider",
}

TOPIC_ORIGIN: Final[dict[TopicOrigin, str]] = {
    TopicOrigin.STATED: "stated by the provider",
    TopicOrigin.CONFIRMED: "confirmed",
    TopicOrigin.GUESSED: "our guess",
}

ACCEPTANCE: Final[dict[str, str]] = {
    "stated": "The provider states it",
    "should": "Should count under this rule",
    "unknown": "Not known",
}
"""The three words for acceptance, everywhere the same."""

ACCEPTANCE_ICON: Final[dict[str, str]] = {"stated": "check", "should": "half", "unknown": "question"}

ACCEPTED_LINE: Final[dict[str, str]] = {
    "stated": "The provider states",
    "should": "Should count",
    "unknown": "Not known if it counts",
}
"""The same three before the names of credentials, on a card."""

FINISH: Final[dict[Finish, str]] = {
    Finish.COMPLETE: "Read to the end",
    Finish.TRUNCATED: "Stopped early",
    Finish.FAILED: "Failed",
}

CAUSE: Final[dict[Cause, str]] = {
    Cause.DNS: "The host name was not found",
    Cause.TLS: "The secure connection failed",
    Cause.CONNECTION: "No connection",
    Cause.TIMEOUT: "No answer in time",
    Cause.NOT_FOUND: "The start page is gone (404)",
    Cause.FORBIDDEN: "The host refused us (403)",
    Cause.TOO_MANY_REQUESTS: "The host asked us to slow down (429)",
    Cause.SERVER_ERROR: "The host had an error of its own",
    Cause.ROBOTS: "robots.txt asks us not to read it",
    Cause.PARSE: "The page could not be read",
    Cause.LAYOUT: "The page's layout changed",
    Cause.EMPTY: "Nothing was found where listings used to be",
    Cause.LIMIT: "A limit was reached",
    Cause.REFUSED: "We refused an address on this page",
    Cause.CRASH: "Our reader failed",
}

REPAIR: Final[dict[Cause, str]] = {
    Cause.DNS: "Check the host in the source's file; the provider may have moved.",
    Cause.TLS: "Open the start page in a browser and look at its certificate.",
    Cause.CONNECTION: "Wait one night; then check that the host is reachable from this machine.",
    Cause.TIMEOUT: "Wait one night; then lower the pace of this source.",
    Cause.NOT_FOUND: "Find the new start page and put it in the source's file.",
    Cause.FORBIDDEN: "Ask the provider for permission; do not disguise the reader.",
    Cause.TOO_MANY_REQUESTS: "Raise the delay in the source's file.",
    Cause.SERVER_ERROR: "Wait one night.",
    Cause.ROBOTS: "Respect it: switch the source off, or ask the provider.",
    Cause.PARSE: "Try the page with `aliquot sources try` and mend the source's file.",
    Cause.LAYOUT: "Try the page with `aliquot sources try` and mend the source's file.",
    Cause.EMPTY: "Open the start page and see whether its listings moved.",
    Cause.LIMIT: "Raise the limit in the source's file if the site really is that large.",
    Cause.REFUSED: "Look at the address in the run's log.",
    Cause.CRASH: "Read the run's log and report it.",
}
"""One next step for each cause, for the person who runs the site."""

FIELD: Final[dict[str, str]] = {
    "title": "Title",
    "kind": "Kind",
    "credits": "Credit",
    "offers": "Price",
    "sessions": "Dates",
    "topics": "Topics",
    "subjects": "Topics",
    "delivery": "Format",
    "duration": "Length",
    "level": "Level",
    "audience": "Who it is for",
    "language": "Language",
    "captions": "Captions",
    "place": "Place",
    "course_number": "Course number",
    "available_from": "Available from",
    "available_through": "Available through",
    "apply_by": "Apply by",
    "claim_by": "Claim credit by",
    "retired_on": "Retired on",
    "prerequisites": "Needed before",
    "leads_to": "Leads to",
    "packages": "Subscription or bundle",
}

COUNTRY_REGIONS: Final[dict[str, str]] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
"""States, the District and Puerto Rico by their postal codes."""

HAPPENING: Final[dict[Happening, str]] = {
    Happening.NEW: "New",
    Happening.CHANGED: "Changed",
    Happening.PRICE_UP: "Price up",
    Happening.PRICE_DOWN: "Price down",
    Happening.MOVED: "Date moved",
    Happening.CANCELLED: "Cancelled",
    Happening.MISSING: "Not found at the last reading",
    Happening.WITHDRAWN: "Withdrawn",
    Happening.RETURNED: "Back again",
}
