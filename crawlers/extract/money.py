"""Prices: for whom, of what, and when something is free.

An amount counts only with a sign or word that names its currency; a bare number is no price. Free is a price of 0 only
where the words say that taking part costs nothing: neither "free to members" for the public nor "free T4" for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise

from price_parser import Price

from catalog.listing import Audience, Evidence, OfferStatement
from crawlers.extract import money_words as words_of
from crawlers.extract.dates import read_dates
from crawlers.extract.text import REMEMBERED, TextTooLongError, Words, evidence, normalize, number, thousandths

MOST_PRICES = 100
"""A text with more prices is a list of a shop, which no reader takes."""

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
    """One price in minor units (cents). ``currency`` is ``None`` for "Free", which names none.

    ``is_named`` says that words name whom it is for. ``through`` is the last day of an early price, ``starts_on`` the
    first day of the one that follows it.
    """

    minor: int
    currency: str | None
    audience: Audience
    scope: Scope
    found: Words
    amount_span: tuple[int, int]
    per: str | None = None
    organization: str | None = None
    bound: Bound = Bound.EXACT
    through: date | None = None
    starts_on: date | None = None
    cap_thousandths: int | None = None
    is_named: bool = False

    @property
    def is_for_public(self) -> bool:
        """Whether anybody may pay it; an early price is one, for who comes early."""
        return self.audience in {Audience.PUBLIC, Audience.EARLY}

    @property
    def is_exact_item(self) -> bool:
        """Whether it is the price of the thing itself, and no range."""
        return self.scope is Scope.ITEM and self.bound is Bound.EXACT

    @property
    def is_free_for_all(self) -> bool:
        """Whether it is called free, with nobody named for whom and no day until when."""
        return self.minor == 0 and self.audience is Audience.PUBLIC and not self.is_named and self.through is None


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


@dataclass(frozen=True, slots=True)
class _Mention:
    minor: int
    currency: str | None
    start: int
    end: int
    for_members: bool = False


@lru_cache(maxsize=REMEMBERED)
def read_money(text: str, fetched_on: date | None = None) -> MoneyReading:
    """The prices of a text, in its order, with whom each is for and what it buys.

    ``fetched_on`` resolves the days without a year until which a price holds; without it they are left out.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    if sum(1 for _ in islice(words_of.MONEY.finditer(text), MOST_PRICES + 1)) > MOST_PRICES:
        raise TextTooLongError(f"a text with more than {MOST_PRICES} prices")
    mentions = [mention for mention in _mentions(text) if not _is_no_price(text, mention)]
    prices: dict[tuple[object, ...], PriceFound] = {}
    for start, end in _sentences(text):
        inside = [mention for mention in mentions if start <= mention.start < end]
        for price in _Sentence(text, start, end, inside, fetched_on).prices():
            key = (price.minor, price.currency, price.audience, price.scope, price.per, price.organization)
            prices.setdefault(key, price)
    return MoneyReading(text, tuple(_in_sequence(text, _without_contradiction(list(prices.values())))))


def _without_contradiction(prices: Sequence[PriceFound]) -> list[PriceFound]:
    """What is called free and has a price for the public too is not free for the public; a sale price is the price.

    "A free webinar ... members free; non-members $20" and "Registration $50 includes free CE" cost what they say.
    """
    has_price = any(price.minor and price.is_for_public and price.is_exact_item for price in prices)
    told_in_money = {price.audience for price in prices if price.minor == 0 and price.currency is not None}
    has_sale = any(words_of.SALE.search(price.found.words) for price in prices)
    return [
        price
        for price in prices
        if not (has_price and price.is_free_for_all)
        and not (price.minor == 0 and price.currency is None and price.audience in told_in_money)
        and not (has_sale and words_of.BEFORE_SALE.search(price.found.words))
    ]


def _in_sequence(text: str, prices: Sequence[PriceFound]) -> Iterator[PriceFound]:
    """In "$200 by January 31, 2027; $250 after" the second price begins on the day after the first one ends."""
    last_day: date | None = None
    for price in prices:
        start, end = price.amount_span
        follows = words_of.AFTER_BEHIND.match(text, end) or words_of.AFTER_BEFORE.search(
            text, max(0, start - 40), start
        )
        if last_day is not None and price.through is None and follows:
            yield replace(price, starts_on=last_day + timedelta(days=1))
        else:
            yield price
        last_day = price.through or last_day


def offers(text: str, where: str, fetched_on: date | None = None) -> tuple[OfferStatement, ...]:
    """The prices of the thing itself (and of applying to it) for a listing: no packages, no "from $20"."""
    return tuple(
        OfferStatement(
            audience=price.audience,
            organization=price.organization,
            minor=price.minor,
            currency=price.currency,
            per=price.per,
            scope=price.scope.value,
            starts_on=price.starts_on,
            through=price.through,
            evidence=(evidence(price.found.words, where),),
        )
        for price in read_money(text, fetched_on).prices
        if price.scope is not Scope.PACKAGE and price.bound is Bound.EXACT
    )


@lru_cache(maxsize=REMEMBERED)
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
    money = words_of.MONEY.search(words)
    before = words[: money.start()] if money else words
    cut = words_of.CUT_NAME.search(before, 1)
    name = (before[: cut.start()] if cut else before).strip(" -–:,.(")
    return name[:120] or "package"


# --- mentions --------------------------------------------------------------------------------------------------------


def _mentions(text: str) -> list[_Mention]:
    found = [mention for match in words_of.MONEY.finditer(text) if (mention := _amount(text, match)) is not None]
    found += [
        _Mention(0, None, match.start(), match.end(), for_members=bool(match["included"]))
        for match in words_of.FREE.finditer(text)
        if _is_free(text, match)
    ]
    return sorted(found, key=lambda mention: mention.start)


def _amount(text: str, match: re.Match[str]) -> _Mention | None:
    written = match["amount"] or match["glued_amount"] or match["coded_amount"] or match["tailed_amount"]
    currency = _currency(text, match)
    amount = Price.fromstring(written).amount
    if amount is None or currency is None:
        return None
    minor = amount if currency in words_of.CURRENCIES_WITHOUT_MINOR_UNIT else amount * 100
    if minor != int(minor) or minor > MOST_MINOR:
        return None
    return _Mention(int(minor), currency, match.start(), match.end())


def _currency(text: str, match: re.Match[str]) -> str | None:
    code = match["code_before"] or match["code_behind"] or match["code"] or match["tail_code"]
    if code:
        return "CAD" if code == "CDN" else code
    if match["tail_word"]:
        return words_of.CURRENCY_OF_WORD.get(match["tail_word"].lower().rstrip("s"))
    sign = match["sign"] or match["glued_sign"] or match["tail_sign"]
    return "CAD" if sign == "$" and words_of.CANADIAN.search(text) else words_of.CURRENCY_OF_SIGN[sign]


def _is_free(text: str, match: re.Match[str]) -> bool:
    """Whether "free" speaks of a price: after a label, before what is free, or standing alone."""
    start, end = match.span()
    if match["no_charge"] or match["included"]:
        return True
    if words_of.SOUNDS_FREE_BEFORE.search(text, max(0, start - 40), start):
        return False
    if words_of.FREE_BEHIND.match(text, end):
        return True
    begins = start == 0 or text[:start].rstrip()[-1:] in set(".,;:!?|•(-–—")
    labelled = begins or words_of.FREE_LABEL.search(text, max(0, start - 60), start) is not None
    return labelled and words_of.FREE_ENDS.match(text, end) is not None


def _is_no_price(text: str, mention: _Mention) -> bool:
    """Savings, scholarships, fees for being late, and what something cost before."""
    if mention.currency is None:
        return False
    return bool(
        words_of.NO_PRICE_BEFORE.search(text, max(0, mention.start - 60), mention.start)
        or words_of.NO_PRICE_BEHIND.match(text, mention.end)
    )


# --- sentences -------------------------------------------------------------------------------------------------------


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in words_of.BREAK.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)


@dataclass(frozen=True, slots=True)
class _Limit:
    """The words that end a price: the last day it holds (``None`` without a year), and where they stand."""

    last_day: date | None
    start: int
    end: int


class _Sentence:
    """The prices between two breaks, and the words among them that say for whom they are."""

    def __init__(self, text: str, start: int, end: int, mentions: Sequence[_Mention], fetched_on: date | None) -> None:
        self._text, self._start, self._end = text, start, end
        self._fetched_on = fetched_on
        self._mentions = mentions
        self._limits: list[_Limit | None] = []
        for index in range(len(mentions)):
            self._limits.append(self._limit_of(index))
        self._audiences = list(words_of.AUDIENCE.finditer(text, start, end)) if mentions else []
        self._attached = self._in_pairs() or [self._attached_to(index) for index in range(len(mentions))]
        self._words_follow = self._audience_words_follow()

    def prices(self) -> Iterator[PriceFound]:
        """The prices in order; one that is for several is told once for each."""
        for index, mention in enumerate(self._mentions):
            before, behind = self._reach(index)
            audiences = self._audiences_of(index)
            per, last = self._per(mention, before)
            scope = self._scope(mention, before, max([mention.end, *(match.end() for match in audiences)]), behind)
            limit = self._limits[index]
            ends = [last, mention.end, limit.end if limit else 0, *(match.end() for match in audiences)]
            words = Words.of(self._text, _past_punctuation(self._text, before), max(ends))
            cap = words_of.CAP.search(words.words) if scope is Scope.PACKAGE else None
            for audience, organization in self._named(mention, audiences):
                is_early = limit is not None and audience is Audience.PUBLIC and mention.minor > 0
                yield PriceFound(
                    minor=mention.minor,
                    currency=mention.currency,
                    audience=Audience.EARLY if is_early else audience,
                    scope=scope,
                    found=words,
                    amount_span=(mention.start, mention.end),
                    through=limit.last_day if limit else None,
                    per=per,
                    organization=organization,
                    bound=self._bound(index),
                    cap_thousandths=thousandths(number(cap["cap"])) if cap else None,
                    is_named=bool(audiences),
                )

    def _reach(self, index: int) -> tuple[int, int]:
        """Where the words that belong to a price begin and end: at the prices beside it, or at the break."""
        before = self._mentions[index - 1].end if index else self._start
        if index and self._attached[index - 1]:
            before = max(before, self._attached[index - 1][-1].end())
        per = words_of.PER_BEHIND.match(self._text, before) if index else None
        before = per.end() if per else before
        limit = self._limits[index - 1] if index else None
        if limit is not None and limit.start >= before:
            before = limit.end
        behind = self._mentions[index + 1].start if index + 1 < len(self._mentions) else self._end
        return before, behind

    def _in_pairs(self) -> list[list[re.Match[str]]]:
        """The audience of each price where both are told in one row each: "$20/$30 (member/nonmember)"."""
        if len(self._mentions) < _FEWEST_PAIRS or len(self._mentions) != len(self._audiences):
            return []
        prices = [(first.end, second.start) for first, second in pairwise(self._mentions)]
        names = [(first.end(), second.start()) for first, second in pairwise(self._audiences)]
        joined = all(words_of.IN_PAIRS.fullmatch(self._text, *gap) for gap in (*prices, *names))
        return [[audience] for audience in self._audiences] if joined else []

    def _attached_to(self, index: int) -> list[re.Match[str]]:
        """Words right behind a price that speak of it, whatever the order: "Free to ASCLS members", "$5 (students)"."""
        mention = self._mentions[index]
        is_last = index + 1 == len(self._mentions)
        behind = self._end if is_last else self._mentions[index + 1].start
        found: list[re.Match[str]] = []
        for match in self._audiences:
            if mention.end <= match.start() < behind:
                gap = words_of.AUDIENCES_JOINED if found else words_of.AUDIENCE_ATTACHED
                start = found[-1].end() if found else mention.end
                is_early = match.start() - start == 1 and words_of.audience_of(match) is Audience.EARLY
                if is_early or gap.fullmatch(self._text, start, match.start()):
                    found.append(match)
        # In "$20 for members and students $10" and in "$30 (students $10)" the last word is the next price's.
        if found and not is_last and not self._text[found[-1].end() : behind].strip(" :–-"):
            found.pop()
        return found

    def _audience_words_follow(self) -> bool:
        """Whether audiences stand behind their prices, as in "$25 members $50 non-members": a price comes first."""
        if not self._mentions:
            return False
        taken = {match.start() for matches in self._attached for match in matches}
        # "Early bird: $295 members / $395 non-members": what stands before all prices speaks of them all.
        first = self._mentions[0].start
        free = [
            match
            for match in self._audiences
            if match.start() not in taken
            and (match.start() > first or words_of.audience_of(match) is not Audience.EARLY)
        ]
        prices = [mention for mention, attached in zip(self._mentions, self._attached, strict=True) if not attached]
        if not free or not prices:
            return False
        return prices[0].start < free[0].start() and prices[-1].start < free[-1].start()

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
        named = [(words_of.audience_of(match), match) for match in audiences]
        if not named:
            yield Audience.PUBLIC, None
            return
        joined = all(
            words_of.AUDIENCES_JOINED.fullmatch(self._text, first.end(), second.start())
            for first, second in pairwise(audiences)
        )
        if not joined:
            # "Member early bird $50": who must be one of them pays it; the narrower word counts.
            named = [min(named, key=lambda pair: _NARROWNESS.index(pair[0]))]
        for audience, match in named:
            yield audience, self._organization(match) if audience is Audience.MEMBER else None

    def _organization(self, match: re.Match[str]) -> str | None:
        found = words_of.ORGANIZATION_BEFORE.search(self._text, max(0, match.start() - 16), match.start())
        return found["organization"] if found and found["organization"] not in words_of.NO_ORGANIZATION else None

    def _scope(self, mention: _Mention, before: int, after: int, behind: int) -> Scope:
        """The last word before the price that names what it buys; behind it only where none stands before.

        ``after`` is where the price and its audience end: in "Free with membership" the membership is whom it is for.
        """
        if words_of.SEVERAL_FOR.search(self._text, before, mention.start):
            return Scope.PACKAGE
        found = _last_scope(self._text, before, mention.start)
        if found is None and words_of.NOTHING_BEFORE.fullmatch(self._text, before, mention.start):
            found = _last_scope(self._text, after, max(after, min(behind, mention.end + _SCOPE_REACH)))
        if found is None and words_of.APPLICATION_BEHIND.match(self._text, mention.end):
            found = Scope.APPLICATION
        return found or Scope.ITEM

    def _per(self, mention: _Mention, before: int) -> tuple[str | None, int]:
        """What the price is counted by ("/year", "per credit"), and where those words end."""
        behind = words_of.PER_BEHIND.match(self._text, mention.end)
        if behind:
            return _per_name(behind), behind.end()
        prior = list(words_of.PER_BEFORE.finditer(self._text, max(before, mention.start - _PER_REACH), mention.start))
        return (_per_name(prior[-1]) if prior else None), 0

    def _limit_of(self, index: int) -> _Limit | None:
        """The day until which a price holds: behind it, or before it in words that no other price has taken."""
        mention = self._mentions[index]
        match = words_of.LIMIT_BEHIND.match(self._text, mention.end)
        if match is None:
            taken = self._limits[index - 1] if index else None
            start = max([mention.start - _LIMIT_REACH, self._start, *([taken.end] if taken else [])])
            match = words_of.LIMIT_BEFORE.search(self._text, start, mention.start)
        if match is None:
            return None
        days = [found for found in read_dates(match["date"], self._fetched_on or _NO_CLOCK).dates if found.start]
        if not days or days[0].start is None:
            return None
        last = days[0].start - timedelta(days=match["how"].lower() in {"before", "prior to"})
        is_known = self._fetched_on is not None or not days[0].year_inferred
        end = match.start("date") + days[0].found.span[1]
        return _Limit(last if is_known else None, match.start(), end)

    def _bound(self, index: int) -> Bound:
        mention = self._mentions[index]
        if mention.currency is None:
            return Bound.EXACT
        is_from = words_of.FROM_BEFORE.search(self._text, max(0, mention.start - _FROM_REACH), mention.start)
        if is_from or words_of.RANGE_BEHIND.match(self._text, mention.end):
            return Bound.OPEN
        neighbors = self._mentions[max(0, index - 1) : index + 2]
        in_range = any(
            words_of.RANGE_GAP.fullmatch(self._text, first.end, second.start) for first, second in pairwise(neighbors)
        )
        return Bound.OPEN if in_range else Bound.EXACT


_FEWEST_PAIRS = 2
_SCOPE_REACH = 60
_PER_REACH = 50
_FROM_REACH = 24
_LIMIT_REACH = 60
_NO_CLOCK = date(2000, 1, 1)
_NARROWNESS = (
    Audience.STUDENT,
    Audience.EMPLOYEE,
    Audience.CLIENT,
    Audience.MEMBER,
    Audience.OTHER,
    Audience.EARLY,
    Audience.PUBLIC,
)


def _past_punctuation(text: str, position: int) -> int:
    while position < len(text) and text[position] in " ,;:)]|/–—-":
        position += 1
    return position


def _per_name(match: re.Match[str]) -> str:
    if match["year"] or match["month"]:
        return "year" if match["year"] else "month"
    per = match["per"].lower()
    return words_of.PER_NAMES.get(per, per)


def _last_scope(text: str, start: int, end: int) -> Scope | None:
    found: tuple[int, Scope] | None = None
    for pattern, scope in (
        (words_of.PACKAGE, Scope.PACKAGE),
        (words_of.SINGLE, Scope.ITEM),
        (words_of.APPLICATION, Scope.APPLICATION),
    ):
        for match in pattern.finditer(text, start, end):
            if found is None or match.end() > found[0]:
                found = (match.end(), scope)
    return found[1] if found else None
