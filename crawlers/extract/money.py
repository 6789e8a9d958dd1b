"""Prices: for whom, of what, and when something is free.

An amount counts only with a sign or word that names its currency; a bare number is no price. Free is a price of 0 only
where the words say that taking part costs nothing: neither "free to members" for the public nor "free T4" for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from price_parser import Price

from catalog.listing import Audience, Evidence, OfferStatement
from crawlers.extract.text import NUMBER, Words, evidence, normalize, number, thousandths

MOST_MINOR = 100_000_000
"""What the catalog takes as a price."""


class Scope(StrEnum):
    """What the price is of: the thing itself, a bundle that holds it, or an application to it."""

    ITEM = "item"
    PACKAGE = "package"
    APPLICATION = "application"


class Bound(StrEnum):
    """Whether the words name the price itself, or leave it open: "from $20", "$20 - $65"."""

    EXACT = "exact"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PriceFound:
    """One price in minor units (cents). ``currency`` is ``None`` for "Free", which names none."""

    minor: int
    currency: str | None
    audience: Audience
    scope: Scope
    found: Words
    per: str | None = None
    organization: str | None = None
    bound: Bound = Bound.EXACT
    cap_thousandths: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyReading:
    """The prices of a text in its order. Nothing found means that the price is unknown, never that it is free."""

    text: str
    prices: tuple[PriceFound, ...] = ()

    @property
    def free(self) -> bool:
        """Whether the thing itself is free for the public."""
        return any(
            price.minor == 0 and price.audience is Audience.PUBLIC and price.scope is Scope.ITEM
            for price in self.prices
        )


@dataclass(frozen=True, slots=True)
class PackagePrice:
    """What a bundle or subscription costs; ``cap_thousandths`` is the "up to 8 CE hours" that it covers."""

    name: str
    minor: int
    currency: str | None
    per: str | None
    cap_thousandths: int | None
    evidence: tuple[Evidence, ...]


_CURRENCY_OF_SIGN = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "R$": "BRL",
    "C$": "CAD",
    "CA$": "CAD",
    "CDN$": "CAD",
    "CAD$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "US$": "USD",
    "USD$": "USD",
    "NZ$": "NZD",
    "S$": "SGD",
    "HK$": "HKD",
}
_CODES = (
    "USD",
    "CAD",
    "EUR",
    "GBP",
    "AUD",
    "NZD",
    "CHF",
    "JPY",
    "SGD",
    "HKD",
    "INR",
    "BRL",
    "MXN",
    "ZAR",
    "KES",
    "AED",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CDN",
)
_WORDS = {
    "dollar": "USD",
    "us dollar": "USD",
    "u.s. dollar": "USD",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "euro": "EUR",
    "pound": "GBP",
}
_NO_MINOR = frozenset({"JPY", "KRW"})
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCY_OF_SIGN, key=len, reverse=True))
_CODE = "|".join(_CODES)
_AMOUNT = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{2})?(?!\d)|\d{1,7}(?:[.,]\d{1,2})?(?!\d)"
_MONEY = re.compile(
    rf"(?P<signed>(?<![\w$€£])(?:(?P<code_before>{_CODE})\s?)?(?P<sign>{_SIGN})\s?(?P<amount>{_AMOUNT})(?:\s?(?P<code_behind>{_CODE})\b)?)"
    rf"|(?P<glued>(?<=[A-Za-z])(?P<glued_sign>[$€£])(?P<glued_amount>{_AMOUNT}))"
    rf"|(?P<coded>\b(?P<code>{_CODE})\s?(?P<coded_amount>{_AMOUNT}))"
    rf"|(?P<tailed>(?<![\w.,$€£])(?P<tailed_amount>{_AMOUNT})\s?(?:(?P<tail_sign>[€£])|(?P<tail_code>{_CODE})\b|(?P<tail_word>(?i:(?:u\.?s\.? |canadian |australian )?dollars?|euros?|pounds?)\b)))"
)

_FREE_THINGS = (
    r"(?:of charge|registration|admission|access|attendance|enrol?lment|entry|event|webinars?|courses?|class(?:es)?|training|trainings|lectures?|sessions?|workshops?|conference"
    r"|certificates?|ce\b|ceus?\b|c\.e\.|cmle|cme|continuing|credits?|p\.a\.c\.e\.|online|virtual|live|on[- ]demand|self[- ]paced|ascls|ascp|adlm|modules?|education|educational|programs?|seminars?|symposium"
    r"|learning|tuition|resource|and open|public|to (?:attend|all|everyone|anyone|register|join|view|watch|take|the public|use|participants?|laborator\w+|access|enrol?l)"
    r"|for (?:all|everyone|anyone|the public|participants?|attendees|laborator\w+|healthcare|health))"
)
_NOT_FREE_BEFORE = r"(?<![\w-])(?<!toll )(?<!toll-)(?<!feel )(?<!latex )(?<!cell )(?<!gluten )(?<!sugar )(?<!risk )(?<!tax )(?<!hands )(?<!error )"
_FREE = re.compile(
    rf"(?P<free>{_NOT_FREE_BEFORE}(?:free|complimentary|gratis|gratuit[oae]?|kostenlos|kostenfrei)"
    r"(?!\s(?:t[34]\b|psa\b|thyrox|testost|cortisol|h(?:a)?emoglobin|light chain|kappa|lambda|radical|living|fatty|dna|rna|erythro|protein|calcium|iron|trial|shipping|sample|parking|wi-?fi|gift|breakfast|lunch|quote|newsletter|download|account|from|time|app\b|brochure|catalog|consult))(?!-))"
    r"|(?P<no_charge>(?:\bat |\bthere is |\bthere's |\bfor )?\b(?:no|without|zero)[ -](?:registration |course |tuition |enrollment |admission )?(?:cost|charge|fee)s?\b(?! refund))"
    r"|(?P<included>\bincluded (?:with|in) (?:your |an? |the )?(?:\w+ )?membership\b)",
    re.IGNORECASE,
)
_FREE_LABEL = re.compile(
    r"(?:prices?|costs?|fees?|registration|tuition|admission|rates?|members?|non-?members?|students?|public|value|investment|attendees|(?:is|are|it['’]s|offered|available|provided|completely|totally|absolutely|always|100%|for|and|this|a|our|online|now|also|currently))\s?(?:is|are)?\s?[:=–-]?\s?$",
    re.IGNORECASE,
)
_FREE_BEHIND = re.compile(rf"\s?[-–:]?\s?{_FREE_THINGS}", re.IGNORECASE)
_FREE_ENDS = re.compile(
    r"\s?(?:$|[.,;:!|)/*•]|\(|(?:to|for|with)\b|(?:non-?)?members?\b|students?\b|price\b|and\b|add to cart|register|enroll|-\s|–\s)",
    re.IGNORECASE,
)
_EXTRA = re.compile(r"\b(?:extra|additional|hidden|further|other)\b", re.IGNORECASE)

_ORGANIZATION = r"(?P<organization>\b[A-Z]{2,}(?:[A-Z&-]*[A-Z])?\b\s)?"
_AUDIENCES: tuple[tuple[Audience, str], ...] = (
    (
        Audience.OTHER,
        r"non-primary [\w ]{0,40}clients?|non-clients?|retired|emeritus|industry|vendors?|government|corporate|exhibitors?|fellows?|residents?|trainees?|guests?|groups? (?:rate|price|of)",
    ),
    (
        Audience.PUBLIC,
        r"non[- ]?members?|not (?:a )?members?|general public|public(?! health)|everyone|all others?|regular|standard|general admission|individual|full price|list price",
    ),
    (Audience.MEMBER, r"members?|membership(?= (?:price|rate))|member[- ]only"),
    (Audience.STUDENT, r"students?"),
    (Audience.CLIENT, r"(?:primary )?clients?|customers?|subscribers?"),
    (Audience.EMPLOYEE, r"employees?|(?:hospital|health system|our) staff"),
    (
        Audience.EARLY,
        r"early[- ]?bird|early registration|early rate|early|advance(?:d)? registration|pre-?registration",
    ),
)
_AUDIENCE_GROUPS = {f"audience{index}": audience for index, (audience, _) in enumerate(_AUDIENCES)}
_AUDIENCE = re.compile(
    "|".join(rf"(?P<audience{index}>(?<![\w-])(?i:{pattern})(?!\w))" for index, (_, pattern) in enumerate(_AUDIENCES))
)
_ORGANIZATION_BEFORE = re.compile(r"\b(?P<organization>[A-Z][A-Z&-]{1,11})\s$")
_PACKAGE = re.compile(
    r"\b(?:packages?|bundles?|subscriptions?|subscribe|pick your|all[- ]access|season pass|annual pass|annual access|unlimited|memberships?(?! (?:price|rate))|dues|library access"
    r"|series of|passport|up to \d+\+? (?:ce|contact|credit|p\.a\.c\.e\.)|access to (?:over |more than |all )?\d+\+?|\d+\+? (?:ce )?(?:courses|hours of ce|ce hours|webinars) for|\d+-packs?|earn up to)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"\b(?:individual (?:course|webinar|session)|single (?:course|webinar|session)|per course|each course|this course)\b",
    re.IGNORECASE,
)
_APPLICATION = re.compile(
    r"\b(?:application|admissions?|processing|applying)\b[^.;]{0,20}\b(?:fees?|costs?)\b|\bapplication\b(?! deadline)",
    re.IGNORECASE,
)
_PER = re.compile(
    r"\s?(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s?(?P<per>year|yr|month|mo\b|week|quarter|semester|term|annum|credit hour|semester hour|contact hour|ce hour|credit|course|webinar|session|hour|person|participant|attendee|registrant|module|class|team|site|facility|laboratory|lab|day|unit|test|exam)\b"
    r"|\s?(?P<annually>annually|yearly|annual fee)\b|\s?(?P<monthly>monthly)\b",
    re.IGNORECASE,
)
_PER_BEFORE = re.compile(
    r"\b(?:per|each) (?P<per>credit hour|semester hour|contact hour|credit|course|year|person|participant|webinar|session|module|hour|semester|term|class)\b|\b(?P<annual>annual|yearly)\b",
    re.IGNORECASE,
)
_PER_NAMES = {"yr": "year", "annum": "year", "mo": "month", "registrant": "person", "lab": "laboratory"}
_NO_PRICE_BEFORE = re.compile(
    r"\b(?:save|saves|saving|savings(?: of)?|discount(?: of)?|scholarships?|awards?|grants?|stipends?|reimburs\w+|worth|valued? at|value of|value|refund(?:s|ed)?|late fee|cancellation fee"
    r"|gift cards?|prizes?|salary|earning|win|raffle|donat\w+|was|originally|original price|regularly|instead of|deposit|penalty|additional|extra|late registration fee|assistance|up to|shipping(?: and handling)?|tax(?:es)?|processing fee)"
    r"(?:\s(?:was|is|of|up|to|a|an|the|additional|as|much|:|maximum|fee|for|handling))*\s?:?\s?$",
    re.IGNORECASE,
)
_NO_PRICE_BEHIND = re.compile(
    r"\s?(?:off\b|discount|scholarship|gift|savings|credit toward|refund|stipend|award|grant|value\b|donation|deposit|(?:million|billion|k)\b|reimbursement|less\b|cancellation|late fee|shipping)",
    re.IGNORECASE,
)
_FROM_BEFORE = re.compile(
    r"\b(?:from|starting at|starts? at|starting from|as low as|beginning at)\s?:?\s?$", re.IGNORECASE
)
_RANGE_GAP = re.compile(r"\s?(?:-|–|—|\bto\b)\s?")
_BREAK = re.compile(r"[;•]|[.!?](?=\s|$)|add to cart|\bbuy now\b|\benroll now\b|\|", re.IGNORECASE)
_CAP = re.compile(rf"\bup to (?P<cap>{NUMBER})\+? (?:ce|contact|credit|p\.a\.c\.e\.|hours?)", re.IGNORECASE)
_DENIED_BEFORE = re.compile(r"\b(?:not|no longer|never|isn['’]t|aren['’]t)\s(?:\w+\s)?$", re.IGNORECASE)
_CANADIAN = re.compile(r"\bcanadian (?:dollars?|funds)\b|\bCAD\b|\bCDN\b")
_JOINED_AUDIENCES = re.compile(r"\s?(?:,|/|&|and|or|, and|, or)\s?(?:[A-Z]{2,}\s)?", re.IGNORECASE)
_ATTACHED = re.compile(
    r"\s?(?:[(\[]\s?|,?\s?(?:to|for)\s|-\s)(?:(?!(?:and|or|but|non)\b)[\w&'’-]+\s){0,5}?$", re.IGNORECASE
)
_CUT_NAME = re.compile(
    r"\s(?:includes?|including|up to|gives?|with|for just|for only|is|are|-|–)\b|[,:(]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Mention:
    minor: int
    currency: str | None
    start: int
    end: int
    for_members: bool = False


def read_money(text: str) -> MoneyReading:
    """The prices of a text, in its order, with whom each is for and what it buys.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    mentions = [mention for mention in _mentions(text) if not _is_no_price(text, mention)]
    prices: dict[tuple[object, ...], PriceFound] = {}
    for start, end in _sentences(text):
        inside = [mention for mention in mentions if start <= mention.start < end]
        for price in _Sentence(text, start, end, inside).prices():
            key = (price.minor, price.currency, price.audience, price.scope, price.per, price.organization)
            prices.setdefault(key, price)
    return MoneyReading(text, tuple(prices.values()))


def offers(text: str, where: str) -> tuple[OfferStatement, ...]:
    """The prices of the thing itself (and of applying to it) for a listing: no packages, no "from $20"."""
    return tuple(
        OfferStatement(
            audience=price.audience,
            organization=price.organization,
            minor=price.minor,
            currency=price.currency,
            per=price.per,
            scope=price.scope.value,
            evidence=(evidence(price.found.words, where),),
        )
        for price in read_money(text).prices
        if price.scope is not Scope.PACKAGE and price.bound is Bound.EXACT
    )


def package_prices(text: str, where: str) -> tuple[PackagePrice, ...]:
    """What the bundles and subscriptions of a text cost, which is never the price of the course beside them."""
    return tuple(
        PackagePrice(
            name=_package_name(price.found.words),
            minor=price.minor,
            currency=price.currency,
            per=price.per,
            cap_thousandths=price.cap_thousandths,
            evidence=(evidence(price.found.words, where),),
        )
        for price in read_money(text).prices
        if price.scope is Scope.PACKAGE and price.bound is Bound.EXACT
    )


def _package_name(words: str) -> str:
    """The name that stands before what the package includes and costs."""
    money = _MONEY.search(words)
    before = words[: money.start()] if money else words
    cut = _CUT_NAME.search(before, 1)
    name = (before[: cut.start()] if cut else before).strip(" -–:,.(")
    return name[:120] or "package"


# --- mentions --------------------------------------------------------------------------------------------------------


def _mentions(text: str) -> list[_Mention]:
    found = [mention for match in _MONEY.finditer(text) if (mention := _amount(text, match)) is not None]
    found += [
        _Mention(0, None, match.start(), match.end(), for_members=bool(match["included"]))
        for match in _FREE.finditer(text)
        if _is_free(text, match)
    ]
    return sorted(found, key=lambda mention: mention.start)


def _amount(text: str, match: re.Match[str]) -> _Mention | None:
    written = match["amount"] or match["glued_amount"] or match["coded_amount"] or match["tailed_amount"]
    currency = _currency(text, match)
    amount = Price.fromstring(written).amount
    if amount is None or currency is None:
        return None
    minor = amount if currency in _NO_MINOR else amount * 100
    if minor != int(minor) or minor > MOST_MINOR:
        return None
    return _Mention(int(minor), currency, match.start(), match.end())


def _currency(text: str, match: re.Match[str]) -> str | None:
    code = match["code_before"] or match["code_behind"] or match["code"] or match["tail_code"]
    if code:
        return "CAD" if code == "CDN" else code
    if match["tail_word"]:
        return _WORDS.get(match["tail_word"].lower().rstrip("s").replace("us ", "us "))
    sign = match["sign"] or match["glued_sign"] or match["tail_sign"]
    return "CAD" if sign == "$" and _CANADIAN.search(text) else _CURRENCY_OF_SIGN[sign]


def _is_free(text: str, match: re.Match[str]) -> bool:
    """Whether "free" speaks of a price: after a label, before what is free, or standing alone."""
    start, end = match.span()
    if _DENIED_BEFORE.search(text, max(0, start - 40), start):
        return False
    if match["no_charge"] or match["included"]:
        return not _EXTRA.search(match.group())
    if _FREE_BEHIND.match(text, end):
        return True
    begins = start == 0 or text[:start].rstrip()[-1:] in set(".,;:!?|•(-–—")
    labelled = begins or _FREE_LABEL.search(text, max(0, start - 60), start) is not None
    return labelled and _FREE_ENDS.match(text, end) is not None


def _is_no_price(text: str, mention: _Mention) -> bool:
    """Savings, scholarships, fees for being late, and what something cost before."""
    if mention.currency is None:
        return False
    return bool(
        _NO_PRICE_BEFORE.search(text, max(0, mention.start - 60), mention.start)
        or _NO_PRICE_BEHIND.match(text, mention.end)
    )


# --- sentences -------------------------------------------------------------------------------------------------------


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)


class _Sentence:
    """The prices between two breaks, and the words among them that say for whom they are."""

    def __init__(self, text: str, start: int, end: int, mentions: Sequence[_Mention]) -> None:
        self._text, self._start, self._end = text, start, end
        self._mentions = mentions
        self._audiences = list(_AUDIENCE.finditer(text, start, end)) if mentions else []
        self._attached = [self._attached_to(index) for index in range(len(mentions))]
        self._words_follow = self._audience_words_follow()

    def prices(self) -> Iterator[PriceFound]:
        for index, mention in enumerate(self._mentions):
            before, behind = self._reach(index)
            audiences = self._audiences_of(index)
            first = min([mention.start, before, *(match.start() for match in audiences)])
            last = max([mention.end, *(match.end() for match in audiences)])
            per_end, per = self._per(mention, before)
            scope = self._scope(mention, before, behind)
            words = Words.of(
                self._text,
                first,
                max(
                    last,
                    per_end,
                    behind if scope is Scope.PACKAGE and not self._text[before : mention.start].strip() else 0,
                ),
            )
            cap = _CAP.search(words.words) if scope is Scope.PACKAGE else None
            for audience, organization in self._named(mention, audiences):
                yield PriceFound(
                    minor=mention.minor,
                    currency=mention.currency,
                    audience=audience,
                    scope=scope,
                    found=words,
                    per=per,
                    organization=organization,
                    bound=self._bound(index),
                    cap_thousandths=thousandths(number(cap["cap"])) if cap else None,
                )

    def _reach(self, index: int) -> tuple[int, int]:
        """Where the words that belong to a price begin and end: at the prices beside it, or at the break."""
        before = self._mentions[index - 1].end if index else self._start
        if index and self._attached[index - 1]:
            before = max(before, self._attached[index - 1][-1].end())
        behind = self._mentions[index + 1].start if index + 1 < len(self._mentions) else self._end
        return before, behind

    def _attached_to(self, index: int) -> list[re.Match[str]]:
        """ "Free to ASCLS members", "$50 (non-members)": the words right behind a price speak of it, whatever the order."""
        mention = self._mentions[index]
        behind = self._mentions[index + 1].start if index + 1 < len(self._mentions) else self._end
        found: list[re.Match[str]] = []
        for match in self._audiences:
            if not mention.end <= match.start() < behind:
                continue
            if not found and _ATTACHED.fullmatch(self._text, mention.end, match.start()):
                found.append(match)
            elif found and _JOINED_AUDIENCES.fullmatch(self._text, found[-1].end(), match.start()):
                found.append(match)
        # In "$20 for members and students $10" the last word belongs to the next price.
        if (
            len(found) > 1
            and index + 1 < len(self._mentions)
            and not self._text[found[-1].end() : behind].strip(" :–-")
        ):
            found.pop()
        return found

    def _audience_words_follow(self) -> bool:
        """Whether audiences stand behind their prices ("$25 members $50 non-members"): the first word then is a price."""
        taken = {match.start() for matches in self._attached for match in matches}
        free = [match for match in self._audiences if match.start() not in taken]
        if not free or not self._mentions:
            return False
        return self._mentions[0].start < free[0].start() and self._mentions[-1].start < free[-1].start()

    def _audiences_of(self, index: int) -> list[re.Match[str]]:
        if self._attached[index]:
            return self._attached[index]
        mention = self._mentions[index]
        before, behind = self._reach(index)
        begin, end = (mention.end, behind) if self._words_follow else (before, mention.start)
        return [match for match in self._audiences if begin <= match.start() < end]

    def _named(self, mention: _Mention, audiences: Sequence[re.Match[str]]) -> Iterator[tuple[Audience, str | None]]:
        if mention.for_members:
            yield Audience.MEMBER, None
            return
        named = [(_AUDIENCE_GROUPS[match.lastgroup or ""], match) for match in audiences]
        if not named:
            yield Audience.PUBLIC, None
            return
        joined = all(
            _JOINED_AUDIENCES.fullmatch(self._text, first.end(), second.start())
            for first, second in zip(audiences, audiences[1:], strict=False)
        )
        if not joined:
            # "Member early bird $50": who must be one of them pays it; the narrower word counts.
            named = [min(named, key=lambda pair: _NARROWNESS.index(pair[0]))]
        for audience, match in named:
            yield audience, self._organization(match) if audience is Audience.MEMBER else None

    def _organization(self, match: re.Match[str]) -> str | None:
        found = _ORGANIZATION_BEFORE.search(self._text, max(0, match.start() - 16), match.start())
        return found["organization"] if found and found["organization"] not in _NO_ORGANIZATION else None

    def _scope(self, mention: _Mention, before: int, behind: int) -> Scope:
        """The last word before the price that names what it buys; behind it only where none stands before."""
        found = _last_scope(self._text, before, mention.start)
        if found is None and self._text[before : mention.start].strip(" :–-") == "":
            found = _last_scope(self._text, mention.end, min(behind, mention.end + 60))
        return found or Scope.ITEM

    def _per(self, mention: _Mention, before: int) -> tuple[int, str | None]:
        behind = _PER.match(self._text, mention.end)
        if behind:
            per = "year" if behind["annually"] else "month" if behind["monthly"] else behind["per"].lower()
            return behind.end(), _PER_NAMES.get(per, per)
        prior = None
        for prior in _PER_BEFORE.finditer(self._text, max(before, mention.start - 50), mention.start):
            pass
        if prior is None:
            return 0, None
        per = "year" if prior["annual"] else prior["per"].lower()
        return 0, _PER_NAMES.get(per, per)

    def _bound(self, index: int) -> Bound:
        mention = self._mentions[index]
        if mention.currency is None:
            return Bound.EXACT
        if _FROM_BEFORE.search(self._text, max(0, mention.start - 24), mention.start) or _RANGE_OF_NUMBERS.match(
            self._text, mention.end
        ):
            return Bound.OPEN
        gaps = []
        if index:
            gaps.append((self._mentions[index - 1].end, mention.start))
        if index + 1 < len(self._mentions):
            gaps.append((mention.end, self._mentions[index + 1].start))
        return Bound.OPEN if any(_RANGE_GAP.fullmatch(self._text, *gap) for gap in gaps) else Bound.EXACT


_RANGE_OF_NUMBERS = re.compile(r"\s?[-–—]\s?\d")
_NARROWNESS = (
    Audience.STUDENT,
    Audience.EMPLOYEE,
    Audience.CLIENT,
    Audience.MEMBER,
    Audience.OTHER,
    Audience.EARLY,
    Audience.PUBLIC,
)
_NO_ORGANIZATION = frozenset(
    {"FREE", "PRICE", "NON", "ALL", "FOR", "TO", "COST", "FEE", "CE", "MEMBER", "OR", "AND", "CURRENT", "ACTIVE"}
)


def _last_scope(text: str, start: int, end: int) -> Scope | None:
    found: tuple[int, Scope] | None = None
    for pattern, scope in ((_PACKAGE, Scope.PACKAGE), (_SINGLE, Scope.ITEM), (_APPLICATION, Scope.APPLICATION)):
        for match in pattern.finditer(text, start, end):
            if found is None or match.end() > found[0]:
                found = (match.end(), scope)
    return found[1] if found else None
