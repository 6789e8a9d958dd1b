"""What to take next: one published formula, and every suggestion says why.

::

    score = 0.40 need + 0.20 text + 0.10 topic + 0.08 deadline + 0.10 fit + 0.12 price

Each part lies between 0 and 1; ``docs/ranking.md`` tells each of them, and a test compares that page with this module.
Who the provider is, what anybody was paid, and the order of crawling are no part of it. Scores are rounded to 1e-6
before anything is ordered by them; ties go by id.

Never listed is what is over or full, what was taken, what was hidden, and what no rule of the person's accepts. College
studies, which would close everything at once and take years, are listed only for whoever has a career goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from catalog.listing import Delivery
from catalog.taxonomy import fold
from catalog.views import OpportunityView, PackageView, SessionView
from recommend.benefits import allowance_of, tuition_of
from recommend.columns import DELIVERIES, Column, Columns, CredentialColumns, Mask, local_start
from recommend.counting import CountsFor
from recommend.credential import Acceptance, Credential, RequirementKind
from recommend.distance import miles_between
from recommend.holding import for_holder
from recommend.index import Index, Question, build_index, combine, rounded
from recommend.price import CURRENCY, PersonalPrice, discounted, price
from recommend.profile import FreeTime, Level, Profile
from recommend.reasons import reasons_for, unknowns_of
from recommend.shortfall import CredentialOwed, Owed, owed

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"need": 0.40, "text": 0.20, "topic": 0.10, "deadline": 0.08, "fit": 0.10, "price": 0.12}
)
"""What each part of the formula weighs; together 1."""

REMAINDER_SHARE = 0.5
"""A point toward the rest of a total weighs this much of a point toward a category that is still open."""

LIKELY_SHARE = 0.4
"""A point that only probably counts weighs this much of a confirmed one."""

POINT = 1000.0
HORIZON_DAYS = 1095.0
"""Three years: a renewal period so far off presses not at all."""

CLOSING_DAYS = 60.0
"""An opportunity that can be had for longer than this does not press."""

FAIR_PRICE = 2000.0
"""Minor units ($20) at which the price part is one half."""

UNKNOWN_PRICE_PART = 0.3
"""An unknown price is neither free nor dear: it ranks like one of about $47."""

UNKNOWN_FIT = 0.5
"""A wish of which the page says nothing counts half."""

LIKED_SHARE = 0.5
DISLIKED_SHARE = -0.5
"""How much the words of what was liked, or hidden, weigh beside one interest."""

BLOCK = 128
"""Rows whose likeness is computed at once."""

NEAR_DUPLICATE = 0.85
"""From this likeness of words on, the better one of two is listed and the other stands behind it."""


@dataclass(frozen=True, slots=True)
class Closes:
    """What one opportunity closes of one requirement, in thousandths of the credential's unit.

    ``thousandths`` is the part of it that is still needed, ``None`` where the amount is not known. ``confirmed`` says
    on which side it counts.
    """

    credential: str
    requirement: str
    thousandths: int | None
    acceptance: Acceptance
    confirmed: bool
    label: str
    credential_name: str
    unit: str
    still: int
    reason: str
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One opportunity with its place in the ranking and the reasons for it.

    ``parts`` are the named parts of the formula, each 0 to 1; ``session`` is the date that suits best; ``also`` are ids
    of near-duplicates that stand behind this one.
    """

    opportunity: OpportunityView
    score: float
    parts: Mapping[str, float]
    reasons: tuple[str, ...]
    closes: tuple[Closes, ...]
    price: PersonalPrice
    unknowns: tuple[str, ...]
    session: SessionView | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """One technician on one day: the profile, the credentials as held, and what is still needed."""

    profile: Profile
    credentials: Mapping[str, Credential]
    owed: Owed

    @property
    def open_credentials(self) -> list[tuple[CredentialOwed, Credential]]:
        """The credentials that still need something on either side, in a renewal period that is not over."""
        return [
            (answer, self.credentials[answer.id])
            for answer in self.owed.credentials
            if (answer.still_confirmed or answer.still_likely) and not is_over(answer, self.owed.today)
        ]


def is_over(answer: CredentialOwed, today: date) -> bool:
    """Whether something is still needed of a renewal period in which nothing can be earned any more."""
    return bool(answer.still_confirmed) and answer.cycle_end is not None and answer.cycle_end < today


def person_of(profile: Profile, credentials: Mapping[str, Credential], today: date) -> Person:
    """A technician with everything that the rules say of them. Raises what :func:`recommend.shortfall.owed` raises."""
    return Person(profile, for_holder(profile, credentials, today), owed(profile, credentials, today))


@dataclass(frozen=True)
class Parts:
    """The parts of the formula for every live opportunity, and who may be listed at all."""

    columns: Mapping[str, Column]
    listed: Mask

    @cached_property
    def scores(self) -> Column:
        """The weighted sum, rounded."""
        total = sum((WEIGHTS[name] * self.columns[name] for name in WEIGHTS), np.zeros(len(self.listed)))
        return rounded(total)


class Ranking:
    """Ranks the live opportunities of one day for any number of people.

    Words are weighed by what is live on that day alone, as in the browser, which has nothing else. The index is
    completed in memory where it lacks some of the opportunities, as it does for an employer's private ones.
    """

    def __init__(
        self,
        opportunities: Iterable[OpportunityView],
        packages: Iterable[PackageView],
        index: Index,
        today: date,
    ) -> None:
        self.columns = Columns(opportunities, packages, today)
        self.today = today
        if any(opportunity not in index.row_of for opportunity in self.columns.ids):
            index = build_index(self.columns.opportunities, previous=index)
        self.index = index if index.ids == self.columns.ids else index.only(self.columns.ids)
        self._questions: dict[tuple[tuple[str, ...], ...], Question | None] = {}
        self._languages: dict[str, Column] = {}
        self._starts: dict[str | None, list[tuple[int, list[datetime | None]]]] = {}

    # What a person asks

    def question(self, profile: Profile) -> Question | None:
        """The interests, topics, liked and hidden things of a profile as one question; ``None`` where it has none."""
        key = (profile.interests, profile.topics, profile.liked, profile.disliked)
        if key not in self._questions:
            self._questions[key] = self._make_question(profile)
        return self._questions[key]

    def _make_question(self, profile: Profile) -> Question | None:
        index = self.index
        asked = [(1.0, index.question(interest)) for interest in profile.interests]
        if profile.topics:
            asked.append((1.0, index.question("", dict.fromkeys(profile.topics, 1.0))))
        for share, named in ((LIKED_SHARE, profile.liked), (DISLIKED_SHARE, profile.disliked)):
            known = [name for name in named if name in index.row_of]
            asked += [(share / len(known), index.likeness(name)) for name in known]
        return combine(asked) if asked else None

    # The parts

    def parts(self, person: Person) -> Parts:
        """Every part of the formula for every live opportunity."""
        question = self.question(person.profile)
        if question is None:
            nothing = np.zeros(len(self.columns))
            return self.parts_with(person, nothing, nothing)
        text, topic = self.index.text_scores(question), self.index.topic_scores(question)
        return self.parts_with(person, text, topic)

    def parts_with(self, person: Person, text: Column, topic: Column) -> Parts:
        """The same, where what a person's interests give is known already."""
        asking = person.open_credentials
        counting = [self.columns.credential(credential) for _, credential in asking]
        need, deadline = self._need([answer for answer, _ in asking], counting)
        columns = {
            "need": need,
            "text": text,
            "topic": topic,
            "deadline": deadline,
            "fit": self._fit(person.profile),
            "price": self._price(self.own_prices(person.profile)),
        }
        return Parts(columns=columns, listed=self._listed(person.profile, counting))

    def interests(self, profiles: Sequence[Profile]) -> Iterator[tuple[Column, Column]]:
        """Text and topic scores of several people, one after the other, out of one sparse product."""
        return self.index.scores_of_many([self.question(profile) or self.index.nothing for profile in profiles])

    def _need(self, asking: Sequence[CredentialOwed], columns: Sequence[CredentialColumns]) -> tuple[Column, Column]:
        """What it closes, and how that presses: each ``1 - exp(-points)``, so that more is better and ever less so."""
        if not columns:
            return np.zeros(len(self.columns)), 0.0 * self._ending
        lines, worth = self.columns.joint(columns)
        closed, pressing = np.zeros(len(lines)), np.zeros(len(lines))
        for number, (answer, own) in enumerate(zip(asking, columns, strict=True)):
            points = points_closed(answer, own)[lines[:, number]]
            closed += points
            pressing += points * urgency(answer, self.today)
        need, presses = -np.expm1(-closed), -0.5 * np.expm1(-pressing)
        return need[worth], presses[worth] + 0.5 * self._ending * (closed > 0)[worth]

    @cached_property
    def _ending(self) -> Column:
        """1 where today is the last chance, 0 where it is :data:`CLOSING_DAYS` off or not known."""
        days = self.columns.days_left
        ending: Column = np.where(np.isnan(days), 0.0, np.clip(1.0 - days / CLOSING_DAYS, 0.0, 1.0))
        return ending

    def own_prices(self, profile: Profile) -> Column:
        """What is left of each price once the employer has paid his part, as if it were the only one."""
        own = self.prices(profile)
        allowance, studies = allowance_of(profile, self.today), self.columns.studies
        for rows, benefit in ((~studies, allowance), (studies, tuition_of(profile, self.today) or allowance)):
            if benefit is not None and benefit.currency == CURRENCY:
                own[rows] -= benefit.shares(own[rows])
        return own

    def prices(self, profile: Profile, held: Sequence[PackageView] | None = None) -> Column:
        """What this person is charged in minor units of US dollars, unknown where it is not known.

        ``held`` are the packages that apply; without it all that the profile holds.
        """
        columns = self.columns
        held = columns.held(profile) if held is None else held
        own = columns.public_prices.copy()
        if profile.memberships or profile.subscriptions or profile.employer:
            for row in columns.offers_for_some:
                found = price(columns.opportunities[row], profile, self.today)
                own[row] = (
                    np.nan if found.minor is None or (found.minor and found.currency != CURRENCY) else found.minor
                )
        for package in held:
            covered = columns.covered(package)
            if package.effect == "free":
                own[covered] = 0.0
            elif package.effect == "percent" and package.percent is not None:
                for row in np.flatnonzero(covered & ~np.isnan(own)).tolist():
                    own[row] = min(own[row], discounted(int(own[row]), package.percent))
            else:
                for row in np.flatnonzero(covered).tolist():
                    found = price(columns.opportunities[row], profile, self.today, held)
                    own[row] = np.nan if found.minor is None else found.minor
        return own

    def _price(self, minor: Column) -> Column:
        part: Column = FAIR_PRICE / (FAIR_PRICE + minor)
        part[np.isnan(part)] = UNKNOWN_PRICE_PART
        return part

    # Fit

    def _fit(self, profile: Profile) -> Column:
        """The mean over the wishes that a profile has; a wish of which the page says nothing counts half."""
        wishes = [
            wish
            for wish in (
                self._format(profile),
                self._length(profile),
                self._level(profile),
                self._time(profile),
                self._place(profile),
            )
            if wish is not None
        ]
        wishes.append(self._language(profile))
        return sum(wishes, np.zeros(len(self.columns))) / len(wishes)

    def _format(self, profile: Profile) -> Column | None:
        if not profile.formats:
            return None
        fits = {delivery: format_fit(delivery, profile.formats) for delivery in DELIVERIES}
        table = np.array([*(fits[delivery] for delivery in DELIVERIES), UNKNOWN_FIT])
        found: Column = table[self.columns.deliveries]
        return found

    def _length(self, profile: Profile) -> Column | None:
        if profile.longest_minutes is None:
            return None
        minutes = self.columns.minutes
        fits: Column = np.where(np.isnan(minutes), UNKNOWN_FIT, (minutes <= profile.longest_minutes).astype(np.float64))
        return fits

    def _level(self, profile: Profile) -> Column | None:
        if not profile.levels:
            return None
        wanted = np.array([level in profile.levels for level in Level], dtype=np.bool_)
        stated = self.columns.levels
        fits: Column = np.where(stated.any(axis=1), (stated & wanted).any(axis=1).astype(np.float64), UNKNOWN_FIT)
        return fits

    def _time(self, profile: Profile) -> Column | None:
        if not profile.free_times:
            return None
        fits = np.ones(len(self.columns))
        for row, starts in self._local_starts(profile.time_zone):
            fits[row] = max((time_fit(start, profile.free_times) for start in starts), default=0.0)
        return fits

    def _local_starts(self, zone: str | None) -> list[tuple[int, list[datetime | None]]]:
        if zone not in self._starts:
            self._starts[zone] = [
                (row, [local_start(session, zone) for session in sessions])
                for row, sessions in self.columns.with_sessions
            ]
        return self._starts[zone]

    def _place(self, profile: Profile) -> Column | None:
        home = profile.home
        if home is None or home.miles is None or home.city is None:
            return None
        fits = np.ones(len(self.columns))
        for row, opportunity in enumerate(self.columns.opportunities):
            if opportunity.delivery in (Delivery.IN_PERSON, Delivery.HYBRID):
                place = opportunity.place or next((s.place for s in opportunity.sessions if s.place), None)
                miles = miles_between((home.city, home.region, home.country), place)
                fits[row] = UNKNOWN_FIT if miles is None else float(miles <= home.miles)
        return fits

    def _language(self, profile: Profile) -> Column:
        wanted = profile.language.partition("-")[0]
        if wanted not in self._languages:
            told = self.columns.languages
            fits = (1.0 if language is None or language.startswith(wanted) else 0.0 for language in told)
            self._languages[wanted] = np.fromiter(fits, dtype=np.float64, count=len(self.columns))
        return self._languages[wanted]

    # Who is listed

    def _listed(self, profile: Profile, asking: Sequence[CredentialColumns]) -> Mask:
        listed = np.ones(len(self.columns), dtype=np.bool_)
        for taken in self._taken(profile):
            listed[taken] = False
        for hidden in profile.disliked:
            if hidden in self.columns.row_of:
                listed[self.columns.row_of[hidden]] = False
        if profile.goal is None:
            listed &= ~self.columns.college_studies
        if asking:
            named = np.any([columns.named for columns in asking], axis=0)
            listed &= named | self.columns.without_credit
        return listed

    def _taken(self, profile: Profile) -> Iterable[int]:
        """Rows that the transcript names: by id, by address, or by the same title."""
        by_name = self.columns.rows_by_name if profile.transcript else {}
        for earned in profile.transcript:
            for name in (earned.opportunity, earned.url, fold(earned.title)):
                if name:
                    yield from by_name.get(name, ())

    # The list

    def best(self, parts: Parts, limit: int | None) -> NDArray[np.int64]:
        """Rows that may be listed, best first, ties by id, without sorting those that cannot be among them."""
        rows = np.flatnonzero(parts.listed)
        scores = parts.scores[rows]
        if limit is not None and limit < len(rows):
            least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            rows, scores = rows[scores >= least], scores[scores >= least]
        ordered: NDArray[np.int64] = rows[np.lexsort((rows, -scores))]
        return ordered

    def suggestions(self, person: Person, limit: int | None = None) -> list[Suggestion]:
        """The ranked list for a person; near-duplicates of what is listed stand behind it and do not fill the list."""
        parts = self.parts(person)
        groups = list(islice(self.groups(self.best(parts, None if limit is None else 4 * limit + 20)), limit))
        if limit is not None and len(groups) < limit:
            groups = list(islice(self.groups(self.best(parts, None)), limit))
        return [self.suggestion(person, parts, first, also) for first, also in groups]

    def groups(self, ordered: NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
        """Rows in order, each with the later ones that are nearly the same in words."""
        weights = self.index.words.weights[ordered]
        behind: set[int] = set()
        for begin in range(0, len(ordered), BLOCK):
            likeness = (weights[begin : begin + BLOCK] @ weights.T).toarray()
            for position, row in enumerate(ordered[begin : begin + BLOCK], start=begin):
                if position in behind:
                    continue
                alike = np.flatnonzero(rounded(likeness[position - begin]) >= NEAR_DUPLICATE).tolist()
                alike = [at for at in alike if at > position and at not in behind]
                behind.update(alike)
                yield int(row), [int(ordered[at]) for at in alike]

    def suggestion(self, person: Person, parts: Parts, row: int, also: Sequence[int] = ()) -> Suggestion:
        """One opportunity with its score, its parts and the reasons for them."""
        opportunity = self.columns.opportunities[row]
        own_price = price(opportunity, person.profile, self.today, self.columns.packages)
        closes = self.closes(person, row)
        session = self.session_for(person.profile, row)
        return Suggestion(
            opportunity=opportunity,
            score=float(parts.scores[row]),
            parts=MappingProxyType({name: float(rounded(parts.columns[name][row])) for name in WEIGHTS}),
            reasons=reasons_for(
                opportunity,
                person.profile,
                closes=closes,
                price=own_price,
                language=self.index.language,
                today=self.today,
            ),
            closes=closes,
            price=own_price,
            unknowns=unknowns_of(opportunity, own_price),
            session=session,
            also=tuple(self.columns.ids[other] for other in also),
        )

    def closes(self, person: Person, row: int) -> tuple[Closes, ...]:
        """What one opportunity closes, credential by credential: its best requirement, and the rest that flows over."""
        found: list[Closes] = []
        for answer, credential in person.open_credentials:
            found.extend(closes_of(answer, self.columns.credential(credential).rows[row]))
        return tuple(found)

    def session_for(self, profile: Profile, row: int) -> SessionView | None:
        """The next open date that falls in the profile's free times, else the next one of all."""
        sessions = self.columns.opportunities[row].open_sessions(self.today)
        suits = (
            session
            for session in sessions
            if time_fit(local_start(session, profile.time_zone), profile.free_times) == 1.0
        )
        return next(suits, sessions[0] if sessions else None)


def points_closed(answer: CredentialOwed, columns: CredentialColumns) -> Column:
    """Points (or hours) of one credential that each worth closes, weighed by how surely and where.

    The best of its categories takes what is still needed there; what is left flows into the rest of the total at
    :data:`REMAINDER_SHARE`. What counts only probably weighs :data:`LIKELY_SHARE`.
    """
    still = {part.id: (part.still_confirmed or 0, part.still_likely or 0) for part in answer.requirements}
    sure = _closed(columns, columns.confirmed, [still[name][0] for name in columns.requirements])
    likely = _closed(columns, columns.likely, [still[name][1] for name in columns.requirements])
    best: Column = np.maximum(sure, LIKELY_SHARE * likely)
    return best


def _closed(columns: CredentialColumns, amounts: Column, still: Sequence[int]) -> Column:
    if not columns.requirements:
        return np.zeros(len(amounts))
    taken = np.minimum(amounts, np.array(still, dtype=np.float64))
    categories = taken[:, ~columns.is_remainder]
    category = categories.max(axis=1) if categories.shape[1] else np.zeros(len(amounts))
    room = float(sum(amount for amount, rest in zip(still, columns.is_remainder, strict=True) if rest))
    whole = amounts.max(axis=1)
    rest = np.minimum(np.maximum(whole - category, 0.0), room) if room else np.zeros(len(amounts))
    points: Column = (category + REMAINDER_SHARE * rest) / POINT
    return points


def urgency(answer: CredentialOwed, today: date) -> float:
    """0 where the plan's last day is three years off or not known, 1 where it is today."""
    if answer.plan_by is None:
        return 0.0
    return float(np.clip(1.0 - (answer.plan_by - today).days / HORIZON_DAYS, 0.0, 1.0))


def closes_of(answer: CredentialOwed, rows: Sequence[CountsFor]) -> tuple[Closes, ...]:
    """What the rows of one opportunity close of one credential: piece by piece, the requirement that takes most.

    Where that is surely only the rest of the total, and a category would take it if our guess of the topic is right,
    the category is told too.
    """
    closing = [(row.piece, closes) for row in rows if (closes := _close(answer, row)) is not None]
    by_piece = [[closes for at, closes in closing if at == piece] for piece in sorted({at for at, _ in closing})]
    return tuple(closes for options in by_piece for closes in _told(options))


def _told(options: Sequence[Closes]) -> Iterator[Closes]:
    best = max(options, key=_worth)
    yield best
    guessed = [one for one in options if not one.confirmed and not one.is_rest and one.thousandths]
    if best.is_rest and guessed:
        yield max(guessed, key=_worth)


def _worth(closes: Closes) -> tuple[bool, bool, int]:
    """What orders the requirements that one credit could close: surely, a category before the rest, the most."""
    return closes.confirmed, not closes.is_rest, closes.thousandths or 0


def _close(answer: CredentialOwed, row: CountsFor) -> Closes | None:
    """One row as what it closes; ``None`` where that requirement needs nothing more."""
    part = next(part for part in answer.requirements if part.id == row.requirement)
    still = (part.still_confirmed if row.confirmed else part.still_likely) or 0
    if still <= 0:
        return None
    amount = row.thousandths if row.confirmed else row.likely_thousandths
    return Closes(
        credential=answer.id,
        requirement=row.requirement,
        thousandths=None if amount is None else min(amount, still),
        acceptance=row.acceptance,
        confirmed=row.confirmed,
        label=part.label,
        credential_name=answer.short_name,
        unit=answer.unit.value,
        still=still,
        reason=row.reason,
        is_rest=part.kind is RequirementKind.REMAINDER,
    )


def format_fit(delivery: Delivery, wanted: Sequence[Delivery]) -> float:
    """1 where it is taken as wished, half where the page says only "online" and one kind of online is wished."""
    if delivery in wanted or (
        delivery is Delivery.HYBRID and not {*wanted}.isdisjoint({*Delivery} - {Delivery.ON_DEMAND})
    ):
        return 1.0
    online = {Delivery.ON_DEMAND, Delivery.LIVE_ONLINE, Delivery.ONLINE}
    if delivery is Delivery.ONLINE and not online.isdisjoint(wanted):
        return UNKNOWN_FIT
    return 1.0 if Delivery.ONLINE in wanted and delivery in online else 0.0


def time_fit(start: datetime | None, free_times: Sequence[FreeTime]) -> float:
    """1 where a local start falls into a free time (or none is told), half where the start is not known, else 0."""
    if not free_times:
        return 1.0
    if start is None:
        return UNKNOWN_FIT
    day = f"{start:%a}".lower()
    return float(any(day in free.days and free.after <= start.time() < free.before for free in free_times))


def suggest(  # noqa: PLR0913, PLR0917 - the whole question in one call, in the order that the other rooms know
    profile: Profile,
    opportunities: Iterable[OpportunityView],
    packages: Iterable[PackageView],
    credentials: Mapping[str, Credential],
    index: Index,
    now: datetime,
    limit: int | None = None,
) -> list[Suggestion]:
    """The ranked list for one profile on the day of ``now``, with reasons. See the module for the formula.

    Raises :class:`recommend.holding.HoldingError` where the profile names what the rules do not know.
    """
    today = now.date()
    ranking = Ranking(opportunities, packages, index, today)
    return ranking.suggestions(person_of(profile, credentials, today), limit)
