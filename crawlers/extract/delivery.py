"""How something is taken: on demand, live online, online, in person, hybrid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.listing import Delivery, Stated
from crawlers.extract.text import Words, evidence, normalize

_WORDS: tuple[tuple[Delivery, str], ...] = (
    (
        Delivery.HYBRID,
        r"hybrid|blended(?: learning)?|(?:in[- ]person|on[- ]?site) (?:and|&|\+|or|/) (?:online|virtual(?:ly)?|live ?stream)|HyFlex",
    ),
    (
        Delivery.ON_DEMAND,
        r"on[- ]?demand|self[- ]?paced|self[- ]?study|self[- ]directed|home[- ]study|asynchronous(?:ly)?|enduring (?:material|activity)|pre-?recorded"
        r"|recorded (?:webinar|session|presentation|lecture)|recording|archived(?: webinar)?|upon registration|any ?time|independent study|online (?:ce )?course"
        r"|online educational activity|e-?learning module|view webinar",
    ),
    (
        Delivery.LIVE_ONLINE,
        r"live (?:online|virtual|webinars?|webcasts?|web|stream(?:ed|ing)?|zoom|interactive webinar|broadcast|remote)|virtual (?:live|instructor-led|classroom)"
        r"|(?:online|virtual|webinar) \(live\)|live ?-?stream(?:ed|ing)?|(?:via|on|over|by) (?:zoom|webex|(?:microsoft )?teams|gotowebinar)|zoom(?: meeting| webinar)?"
        r"|synchronous(?:ly)?(?: online)?|teleconference|VILT",
    ),
    (
        Delivery.IN_PERSON,
        r"in[- ]person|face[- ]to[- ]face|on[- ]?site|on[- ]campus|classroom(?:[- ]based)?|wet[- ]lab|hands-on|traditional classroom|instructor-led training",
    ),
    (
        Delivery.ONLINE,
        r"online|virtual(?:ly)?|web[- ]?based|internet(?:[- ]based)?|distance (?:learning|education)|remote(?:ly)?|e-?learning|webinars?|webcasts?|cbt|computer[- ]based",
    ),
)
_GROUPS = {f"mode{index}": delivery for index, (delivery, _) in enumerate(_WORDS)}
_MODE = re.compile(
    "|".join(rf"(?P<mode{index}>(?<![\w-])(?:{pattern})(?![\w]))" for index, (_, pattern) in enumerate(_WORDS)),
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not?|no longer|never|isn['’]t|without|neither|nor|instead of|rather than)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_NOT_DELIVERY_BEHIND = re.compile(
    r"\s(?:regist\w+|appl\w+|form|payment|store|access to|resources?|librar\w+|catalog|evaluation|post-?test|test|exam|portal|brochure|at www|bookstore|discussion)",
    re.IGNORECASE,
)
_PRACTICE = re.compile(
    r"\b(?:practic(?:um|a)|clinical (?:rotations?|experience|practice)|externship|internship|rotations?)\b",
    re.IGNORECASE,
)
_PLACE_AND_VIRTUAL = re.compile(
    r"(?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)*(?:, [A-Z][A-Za-z ]+)?),? (?:and|or|&|/) (?:virtual(?:ly)?|online)\b"
)
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
        (_GROUPS[match.lastgroup or ""], match)
        for match in _MODE.finditer(text)
        if not _DENIED.search(text, max(0, match.start() - 40), match.start())
        and not _NOT_DELIVERY_BEHIND.match(text, match.end())
    ]
    if not stated:
        return DeliveryReading(text)
    delivery = _combined({delivery for delivery, _ in stated}, text)
    return DeliveryReading(text, delivery, Words.of(text, stated[0][1].start(), stated[-1][1].end()))


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
