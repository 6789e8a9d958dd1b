"""The words of prices: currencies, what is free and what only sounds so, whom a price is for, and what is no price."""

from __future__ import annotations

import re

from catalog.listing import Audience
from crawlers.extract.text import NUMBER, any_of

CURRENCY_OF_SIGN = {
    **{"$": "USD", "US$": "USD", "USD$": "USD", "U.S. $": "USD"},
    **{"C$": "CAD", "CA$": "CAD", "CDN$": "CAD", "CAD$": "CAD"},
    **{"A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD", "R$": "BRL"},
    **{"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"},
}
"""A dollar sign alone is the US dollar, unless the text names another one."""

CURRENCY_OF_WORD = {
    "dollar": "USD",
    "us dollar": "USD",
    "u.s. dollar": "USD",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "euro": "EUR",
    "pound": "GBP",
}
CURRENCIES_WITHOUT_MINOR_UNIT = frozenset({"JPY", "KRW"})
CANADIAN = re.compile(r"\bcanadian (?:dollars?|funds)\b|\bCAD\b|\bCDN\b", re.IGNORECASE)

_SIGN = any_of(*(re.escape(sign) for sign in sorted(CURRENCY_OF_SIGN, key=len, reverse=True)))
_CODE = any_of(
    *("USD", "CAD", "CDN", "EUR", "GBP", "AUD", "NZD", "CHF", "JPY", "SGD", "HKD"),
    *("INR", "BRL", "MXN", "ZAR", "KES", "AED", "SEK", "NOK", "DKK", "PLN"),
)
_AMOUNT = any_of(r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{2})?(?!\d)", r"\d{1,7}(?:[.,]\d{1,2})?(?!\d)")
_CURRENCY_WORD = r"(?i:(?:u\.?s\.? |canadian |australian )?dollars?|euros?|pounds?)\b"
MONEY = re.compile(
    any_of(
        rf"(?<![\w$€£])(?:(?P<code_before>{_CODE})\s?)?(?P<sign>{_SIGN})\s?(?P<amount>{_AMOUNT})"
        rf"(?:\s?\(?(?P<code_behind>{_CODE})\b)?",
        rf"(?<=[A-Za-z])(?P<glued_sign>[$€£])(?P<glued_amount>{_AMOUNT})",
        rf"\b(?P<code>{_CODE})\s?(?P<coded_amount>{_AMOUNT})",
        rf"(?<![\w.,$€£])(?P<tailed_amount>{_AMOUNT})\s?"
        rf"(?:(?P<tail_sign>[€£]|\$(?!\s?\d))|(?P<tail_code>{_CODE})\b|(?P<tail_word>{_CURRENCY_WORD}))",
    )
)
"""An amount with its currency: "$25", "course$25", "CAD 99", "120 €", "50 US dollars"."""

_SOUNDS_FREE_BEHIND = any_of(
    r"t[34]\b|psa\b|dna\b|rna\b|kappa|lambda|light chain|h(?:a)?emoglobin|thyrox|testost|cortisol|fatty|radical",
    r"living|erythro|protein|calcium|iron|metanephrine",
    r"trial|shipping|sample|parking|wi-?fi|gift|breakfast|lunch|quote|newsletter|download|account|consult|estimate",
    r"brochure|catalog|app\b|time\b|from\b|of (?!charge)",
)
SOUNDS_FREE_BEFORE = re.compile(
    r"\b(?:toll|feel|latex|cell|gluten|sugar|risk|tax|hands|error|drug|pain|smoke|germ|not|no longer|never"
    r"|isn['’]t|aren['’]t)(?:[ -]|\s\w+\s)$",
    re.IGNORECASE,
)
"""Toll-free, cell-free DNA, "feel free", "not free"."""

FREE = re.compile(
    any_of(
        r"(?P<free>(?<![\w-])"
        r"(?:free|complimentary|gratis|gratuit(?:[oae]|os|as)?|sin costo|sem custo|kostenlos|kostenfrei)\b"
        rf"(?!\s{_SOUNDS_FREE_BEHIND})(?!-))",
        r"(?P<no_charge>\b(?:no|without|zero)[ -](?:(?:registration|course|tuition|enrollment|admission)\s)?"
        r"(?:costs?|charges?|fees?)\b"
        r"|\b(?:fees?|charges?|costs?|tuition) (?:is |are |has been |have been )?waived\b)",
        r"(?P<included>\bincluded (?:with|in) (?:your |an? |the )?(?:\w+ )?membership\b)",
    ),
    re.IGNORECASE,
)
_FREE_LABEL_WORD = any_of(
    r"prices?|costs?|fees?|rates?|registration|tuition|admission|value|investment",
    r"(?:non-?)?members?|students?|public|attendees|residents|employees|staff|clients|customers|trainees|retirees",
    r"is|are|it['’]s|offered|available|provided|completely|totally|absolutely|always|100%|for|and|this|an?|our",
    r"online|now|also|currently|earn|get|receive|attend",
)
FREE_LABEL = re.compile(rf"{_FREE_LABEL_WORD}\s?(?:is|are)?\s?[:=–-]?\s?$", re.IGNORECASE)
"""Words before "free" that make it a price."""

FREE_BEHIND = re.compile(
    r"\s?[-–:]?\s?"
    + any_of(
        r"of charge|registration|admission|access|attendance|enrol?lment|entry|tuition",
        r"events?|webinars?|courses?|class(?:es)?|trainings?|lectures?|sessions?|workshops?|conference|seminars?",
        r"symposium|certificates?|modules?|programs?|education|educational|learning|resource|subscription",
        r"ce\b|ceus?\b|c\.e\.|cmle|cme|continuing|credits?|p\.a\.c\.e\.|ascls|ascp|adlm",
        r"online|virtual|live|on[- ]demand|self[- ]paced|and open|public",
        r"to (?:attend|all|everyone|anyone|register|join|view|watch|take|the public|use|access|enrol?l)",
        r"(?:to|for) (?:all|everyone|anyone|the public|participants?|attendees|laborator\w+|healthcare|health)",
    ),
    re.IGNORECASE,
)
"""Words behind "free" that name what costs nothing."""

FREE_ENDS = re.compile(
    r"\s?"
    + any_of(
        r"$|[.,;:!|)/*•(]|[-–]\s",
        r"(?:to|for|and|until|through|till)\b|with(?= (?:[\w']+ ){0,3}membership)",
        r"(?:non-?)?members?\b|students?\b|price\b",
        r"add to cart|register|enroll|get started|take this|log ?in",
    ),
    re.IGNORECASE,
)

_AUDIENCES: tuple[tuple[Audience, tuple[str, ...]], ...] = (
    (
        Audience.OTHER,
        (
            r"non-primary [\w ]{0,40}clients?|non-clients?",
            r"retired|retirees?|emeritus|fellows?|residents?(?! (?:tuition|rate|student))|trainees?|guests?",
            r"industry|vendors?|government|corporate|exhibitors?|physicians?|pathologists?",
            r"groups? (?:rate|price|of)|groups?(?:/\w+)?(?=\s?[:–-]?\s?[$€£])",
        ),
    ),
    (
        Audience.PUBLIC,
        (
            r"non[- ]?members?|not (?:a )?members?",
            r"general public|public(?! health)|everyone|(?:all )?others?(?! \w+ing)",
            r"regular|standard|general admission|individual|full price|list price",
        ),
    ),
    (
        Audience.MEMBER,
        (r"members?", r"membership(?= (?:price|rate))", r"(?:with|through) (?:[\w']+ ){0,3}membership"),
    ),
    (Audience.STUDENT, (r"students?",)),
    (Audience.CLIENT, (r"(?:primary )?clients?|customers?|subscribers?",)),
    (Audience.EMPLOYEE, (r"employees?|(?:hospital|health system|our|all|for) staff",)),
    (
        Audience.EARLY,
        (r"early[- ]?bird|early registration|early rate|early|advanced? registration|pre-?registration",),
    ),
)
_AUDIENCE_GROUPS = {f"audience{index}": audience for index, (audience, _) in enumerate(_AUDIENCES)}
AUDIENCE = re.compile(
    "|".join(
        rf"(?P<audience{index}>(?<![\w-])(?i:{any_of(*patterns)})(?!\w))"
        for index, (_, patterns) in enumerate(_AUDIENCES)
    )
)


def audience_of(match: re.Match[str]) -> Audience:
    """Whom a match of :data:`AUDIENCE` names."""
    return _AUDIENCE_GROUPS[match.lastgroup or ""]


ORGANIZATION_BEFORE = re.compile(r"\b(?P<organization>[A-Z][A-Z&-]{1,11})\s$")
NO_ORGANIZATION = frozenset(
    {"FREE", "PRICE", "NON", "ALL", "FOR", "TO", "COST", "FEE", "CE", "MEMBER", "OR", "AND", "CURRENT", "ACTIVE"}
)
AUDIENCES_JOINED = re.compile(r"\s?(?:,|/|&|and|or|, and|, or)\s?(?:[A-Z]{2,}\s)?", re.IGNORECASE)
IN_PAIRS = re.compile(r"\s?/\s?")
"""What joins two prices, and the two audiences that they are for in the same order: "member/non-member: $20/$30"."""

AUDIENCE_ATTACHED = re.compile(
    r"\s?(?:[(\[]\s?|,?\s?(?:to|for)\s|-\s)(?:(?!(?:and|or|but|non)\b)[\w&'’-]+\s){0,5}?", re.IGNORECASE
)
"""What may stand between a price and whom it is for, where both belong together: "Free to all current members"."""

PACKAGE = re.compile(
    r"\b"
    + any_of(
        r"packages?|bundles?|passport|\d+-packs?|series of|(?:entire|full|whole|complete) series",
        r"all (?:\d+|two|three|four|five|six|seven|eight|nine|ten)",
        r"subscriptions?|subscribe|memberships?(?! (?:price|rate))|dues",
        r"pick your|all[- ]access|season pass|annual pass|annual access|library access",
        r"unlimited(?! (?:attend\w+|participants|people|staff|users|seats|number))",
        r"access to (?:over |more than |all )?\d+\+?",
        r"(?:earn )?up to \d+\+? (?:ce|contact|credit|p\.a\.c\.e\.)",
        r"\d+\+? (?:ce )?(?:courses|hours of ce|ce hours|webinars) for",
    )
    + r"(?!\w)",
    re.IGNORECASE,
)
SEVERAL_FOR = re.compile(r"\b(?:any )?\d+ (?:courses |webinars |sessions |modules )?for\s?$", re.IGNORECASE)
"""Right before a price: "5 for $100"."""

SINGLE = re.compile(r"\b(?:(?:individual|single) (?:course|webinar|session)|(?:per|each|this) course)\b", re.IGNORECASE)
APPLICATION = re.compile(
    r"\b(?:application|admissions?|applying)\b[^.;]{0,20}\b(?:fees?|costs?)\b|\bapplication\b(?! deadline)",
    re.IGNORECASE,
)
APPLICATION_BEHIND = re.compile(
    r"\s(?:non-?refundable )?"
    r"(?:(?:application|admissions?) fees?\b|fee (?:to|for) [^.;]{0,40}\b(?:admissions?|application)\b)",
    re.IGNORECASE,
)
NOTHING_BEFORE = re.compile(r"[\s:,–-]*(?:each|apiece)?[\s:,–-]*(?:or|and|plus)?[\s:,–-]*", re.IGNORECASE)

_PER_UNIT = any_of(
    r"credit hour|semester hour|contact hour|ce hour|credit|hour",
    r"year|yr|annum|month|mo|week|quarter|semester|term|day",
    r"course|webinar|session|module|class|unit|test|exam",
    r"person|participant|attendee|registrant|team|site|facility|laboratory|lab",
)
PER_BEHIND = re.compile(
    any_of(
        rf"\s?(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s?(?P<per>{_PER_UNIT})\b",
        r"\s?(?P<year>annually|yearly)\b",
        r"\s?(?P<month>monthly)\b",
    ),
    re.IGNORECASE,
)
PER_BEFORE = re.compile(
    rf"\b(?:per|each) (?P<per>{_PER_UNIT})\b|\b(?P<year>annual|yearly)\b|\b(?P<month>monthly)\b", re.IGNORECASE
)
PER_NAMES = {"yr": "year", "annum": "year", "mo": "month", "registrant": "person", "lab": "laboratory"}

NO_PRICE_BEFORE = re.compile(
    r"\b"
    + any_of(
        r"saves?|saving|savings(?: of)?|discount(?: of)?|win|raffle|prizes?|gift cards?",
        r"scholarships?|awards?|grants?|stipends?|reimburs\w+|assistance|donat\w+|up to",
        r"worth|valued? at|value(?: of)?|salary|earning",
        r"was|originally|original price|regularly|reg\.?|normally|usually|reduced from|down from|msrp|instead of",
        r"textbooks?|books?|materials fee|supplies|hotel|lodging|room rate|parking|lunch|dinner|banquet",
        r"refund(?:s|ed)?|deposit|penalty|late fee|late registration fee|cancellation fee|processing fee",
        r"additional|extra|shipping(?: and handling)?|tax(?:es)?",
    )
    + r"(?:\s(?:was|is|of|up|to|an?|the|additional|as|much|maximum|fee|for|handling|in)){0,6}\s?:?\s?$",
    re.IGNORECASE,
)
NO_PRICE_BEHIND = re.compile(
    r"\s?"
    + any_of(
        r"off\b|less\b|discount|savings|gift|value\b|(?:referral )?bonus|reward|(?:fee )?for replacement",
        r"scholarship|stipend|award|grant|donation|reimbursement|credit toward",
        r"refund|deposit|cancellation|late fee|shipping",
        r"(?:million|billion|k)\b",
        r"(?:/|per|a) night\b",
    ),
    re.IGNORECASE,
)
"""Savings, scholarships, fees for being late, and what something cost before are no prices."""

_UNTIL = r"(?P<how>on or before|by|before|prior to|until|till|through|thru)"
_UNTIL_WHAT = r"[^;|()$€£]{3,40}"
LIMIT_BEHIND = re.compile(
    r"\s?[,(]?\s?(?:(?:if|when) (?:you )?\w+ |for registrations? (?:received )?)?"
    rf"{_UNTIL}\s(?P<date>{_UNTIL_WHAT})",
    re.IGNORECASE,
)
LIMIT_BEFORE = re.compile(rf"\b{_UNTIL}\s(?P<date>{_UNTIL_WHAT}?)\)?\s?[:,–-]?\s?$", re.IGNORECASE)
"""A price that holds until a day: "$200 by January 31, 2027", "Early bird (until March 1): $250"."""

AFTER_BEHIND = re.compile(r"\s?,?\s?\(?(?:after|thereafter|afterwards?|later)\b", re.IGNORECASE)
AFTER_BEFORE = re.compile(r"\b(?:after(?:wards?)?|thereafter|then|later)\b[^.;|$€£]{0,30}$", re.IGNORECASE)
"""A price that holds from the day on which the earlier one ends."""

SALE = re.compile(r"\b(?:sale|your|current|special|discounted) price\b|\bon sale\b", re.IGNORECASE)
BEFORE_SALE = re.compile(r"\b(?:regular|list|retail|standard|full) price\b", re.IGNORECASE)

FROM_BEFORE = re.compile(r"\b(?:from|start(?:ing|s)? (?:at|from)|as low as|beginning at)\s?:?\s?$", re.IGNORECASE)
RANGE_GAP = re.compile(r"\s?(?:-|–|—|\bto\b)\s?", re.IGNORECASE)
RANGE_BEHIND = re.compile(r"\s?[-–—]\s?\d")
BREAK = re.compile(r"[;•|]|[.!?](?=\s|$)|add to cart|\bbuy now\b|\benroll now\b", re.IGNORECASE)
"""Where the words that speak of one price end."""

CAP = re.compile(rf"\bup to (?P<cap>{NUMBER})\+? (?:ce|contact|credit|p\.a\.c\.e\.|hours?)", re.IGNORECASE)
CUT_NAME = re.compile(
    r"\s(?:includes?|including|up to|gives?|with|for just|for only|is|are)\b|\s[-–]\s|[,:(]", re.IGNORECASE
)
