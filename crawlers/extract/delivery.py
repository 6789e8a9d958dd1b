"""How something is taken: on demand, live online, online, in person, hybrid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.listing import Delivery, Stated
from crawlers.extract.text import Words, any_of, evidence, normalize

_WORDS: tuple[tuple[Delivery, tuple[str, ...]], ...] = (
    (
        Delivery.HYBRID,
        (
            r"hybrid|hyflex|blended(?: learning)?",
            r"(?:in[- ]person|on[- ]?site) (?:and|&|\+|or|/) (?:online|virtual(?:ly)?|live ?stream)",
        ),
    ),
    (Delivery.ONLINE, (r"live (?:and|&|\+|or|/) (?:on[- ]?demand|recorded)", r"live/on[- ]?demand")),
    (
        Delivery.ON_DEMAND,
        (
            r"on[- ]?demand|any ?time|upon registration",
            r"self[- ]?(?:paced|study|directed|guided)|(?:home|independent)[- ]study|asynchronous(?:ly)?",
            r"enduring (?:material|activity)|pre-?recorded",
            r"(?:video|webinar|session) recording|recording available|archived(?: webinar)?",
            r"recorded (?:webinar|session|presentation|lecture)|view webinar",
            r"online (?:ce )?course|online educational activity|e-?learning module",
        ),
    ),
    (
        Delivery.LIVE_ONLINE,
        (
            r"live (?:online|virtual|web(?:inars?|casts?)?|zoom|interactive webinar|broadcast|remote)",
            r"live(?:,| -| –) online|internet live|streaming live",
            r"live ?-?stream(?:ed|ing)?|(?:online|virtual|webinar)(?: \(live\)|,? live)",
            r"virtual (?:live|instructor-led|classroom)|vilt|teleconference",
            r"(?:(?:via|on|over|by) )?(?:zoom(?! in| out)|webex|microsoft teams|gotowebinar)(?: meeting| webinar)?",
            r"(?:via|on|over|by) teams|ms teams(?: meeting)?",
            r"synchronous(?:ly)?(?: online)?",
        ),
    ),
    (
        Delivery.IN_PERSON,
        (
            r"in[- ]person|face[- ]to[- ]face|on[- ]?site|presencial",
            r"on[- ]campus|campus (?:visits?|sessions?)|at (?:the |our )?(?:\w+ )?campus",
            r"(?:traditional )?classroom(?:[- ]based)?|wet[- ](?:lab|workshop)|hands-on|instructor-led training",
        ),
    ),
    (
        Delivery.ONLINE,
        (
            r"virtual(?:ly)?(?! (?:cross-?match|microscop|slide|patient|case))",
            r"online|web[- ]?based|internet(?:[- ]based)?|remote(?:ly)?|e-?learning",
            r"distance (?:learning|education)|(?:ensino )?a distância|webinars?|webcasts?|cbt|computer[- ]based",
        ),
    ),
)
_GROUPS = {f"mode{index}": delivery for index, (delivery, _) in enumerate(_WORDS)}
_MODE = re.compile(
    "|".join(rf"(?P<mode{index}>(?<![\w-]){any_of(*patterns)}(?!\w))" for index, (_, patterns) in enumerate(_WORDS)),
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not?|no longer|never|isn['’]t|without|neither|nor|instead of|rather than)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_OTHER_THING_BEFORE = re.compile(
    r"\b(?:regist(?:er|ration)|appl(?:y|ication)|enroll?|sign up|order|pay|submit|claim|purchase|complete|search)"
    r"\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_OTHER_THING_BEHIND = re.compile(
    r"\s"
    + any_of(
        r"regist\w+|appl\w+|payment|store|bookstore|catalog|portal",
        r"forms?|brochure|at www|access to|resources?|librar\w+",
        r"evaluation|(?:post-?)?test|exam|discussion",
    )
    + r"\b",
    re.IGNORECASE,
)
"""An online form or a test is no online course."""

_PRACTICE = re.compile(
    r"\b(?:practic(?:um|a)|clinical (?:rotations?|experience|practice)|externship|internship|rotations?)\b",
    re.IGNORECASE,
)
_PLACE_AND_VIRTUAL = re.compile(
    r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}(?:, [A-Z][A-Za-z ]{1,30})?,? (?:and|or|&|/) (?:virtual(?:ly)?|online)\b"
)
_REACH = 40
_ONLINE_MODES = frozenset({Delivery.ONLINE, Delivery.LIVE_ONLINE, Delivery.ON_DEMAND})


@dataclass(frozen=True, slots=True)
class DeliveryReading:
    """The way of taking part that a text states; ``None`` where it states none."""

    text: str
    delivery: Delivery | None = None
    found: Words | None = None


def read_delivery(text: str) -> DeliveryReading:
    """How something is taken, from the words that say so.

    Online together with a place, a campus or a practicum is hybrid. Live and on demand together is online, since the
    reader may choose. Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    stated: list[tuple[Delivery, re.Match[str]]] = [
        (_GROUPS[match.lastgroup or ""], match) for match in _MODE.finditer(text) if not _is_of_other_thing(text, match)
    ]
    if not stated:
        return DeliveryReading(text)
    delivery = _combined({delivery for delivery, _ in stated}, text)
    return DeliveryReading(text, delivery, Words.of(text, stated[0][1].start(), stated[-1][1].end()))


def _is_of_other_thing(text: str, match: re.Match[str]) -> bool:
    """Whether the words speak of something else: "Register online", "online evaluation", "not in person"."""
    start = max(0, match.start() - _REACH)
    return bool(
        _DENIED.search(text, start, match.start())
        or _OTHER_THING_BEFORE.search(text, start, match.start())
        or _OTHER_THING_BEHIND.match(text, match.end())
    )


def _combined(modes: set[Delivery], text: str) -> Delivery:
    online = modes & _ONLINE_MODES
    if Delivery.HYBRID in modes or (Delivery.IN_PERSON in modes and online):
        return Delivery.HYBRID
    if online and (_PRACTICE.search(text) or _PLACE_AND_VIRTUAL.search(text)):
        return Delivery.HYBRID
    if Delivery.IN_PERSON in modes:
        return Delivery.IN_PERSON
    specific = online - {Delivery.ONLINE}
    return specific.pop() if len(specific) == 1 else Delivery.ONLINE


def stated(text: str, where: str) -> Stated[Delivery] | None:
    """The delivery for a listing; ``None`` where the text states none."""
    reading = read_delivery(text)
    if reading.delivery is None or reading.found is None:
        return None
    return Stated(value=reading.delivery, evidence=(evidence(reading.found.words, where),))
