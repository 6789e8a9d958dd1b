"""One opportunity from its listings: a pure function.

Sources that disagree are both shown: the first in order gives the value, and a conflict names every source's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from catalog import identity
from catalog.database import canonical_json
from catalog.instants import instant
from catalog.listing import CreditStatement, Listing, OfferStatement, SessionStatement, SessionStatus, Stated
from catalog.models import Credit, Offer, Row, ScheduledSession
from catalog.taxonomy import topics_of_subject
from catalog.titles import normalized_title
from catalog.views import Presence, TopicOrigin

PRESENCE_ORDER = {Presence.ACTIVE: 0, Presence.MISSING: 1, Presence.WITHDRAWN: 2}


@dataclass(frozen=True, slots=True)
class Member:
    """A listing as the projection sees it."""

    listing: Listing
    presence: Presence
    read_at: datetime
    source_name: str

    @property
    def source(self) -> str:
        """The id of its source."""
        return self.listing.source


@dataclass(slots=True)
class Draft:
    """The rows of one opportunity, ready to be written but for their ``opportunity_id``."""

    opportunity: dict[str, Any]
    sessions: list[dict[str, Any]] = field(default_factory=list)
    credits: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)

    @property
    def children(self) -> tuple[tuple[type[Row], list[dict[str, Any]]], ...]:
        """The rows of the tables that hang on an opportunity by position."""
        return (ScheduledSession, self.sessions), (Credit, self.credits), (Offer, self.offers)


SCALARS = (
    "kind", "title", "course_number", "delivery", "duration", "level", "audience", "language", "captions", "place",
    "available_from", "available_through", "apply_by", "claim_by",
)  # fmt: skip
"""Fields of a listing that state one value each."""

COMPARED: Mapping[str, Callable[[Any], str]] = {
    "title": normalized_title,
    "course_number": identity.normalized_number,
    "place": lambda place: normalized_title(place.city or place.text),
    "level": normalized_title,
    "audience": normalized_title,
    "language": normalized_title,
}
"""How two values of a field are compared, where equal facts may be worded apart."""


def merge(members: Sequence[Member]) -> Draft:
    """One opportunity from its listings, in the order of their rank.

    What a listing of better presence says comes first; a withdrawn listing says nothing while another one stands.
    """
    ordered = sorted(members, key=lambda each: PRESENCE_ORDER[each.presence])  # stable: rank decides within a presence
    standing = [each for each in ordered if each.presence is not Presence.WITHDRAWN] or ordered
    first = standing[0].listing
    winners = {name: winner for name in SCALARS if (winner := _first_stated(standing, name)) is not None}
    retired = _retired(standing)
    sessions, session_conflicts, session_keys = _sessions(standing)
    conflicts = [
        *(conflict for name in SCALARS if (conflict := _conflict(standing, name)) is not None),
        *_retirement_conflict(standing),
        *_credit_conflicts(standing),
        *session_conflicts,
    ]
    opportunity = {
        "provider": first.provider,
        "family": first.family,
        "url": first.url,
        "read_on": max(each.read_at for each in standing).astimezone(UTC).date(),
        "presence": ordered[0].presence,
        "visibility": first.visibility,
        "sample": first.sample,
        "hidden": False,
        "keywords": list(next((each.listing.keywords for each in standing if each.listing.keywords), ())),
        **{name: _column(winners[name].value) if name in winners else None for name in SCALARS},
        "retired_on": retired.value if retired else None,
        "prerequisites": _texts(standing, "prerequisites"),
        "leads_to": _texts(standing, "leads_to"),
        "conflicts": conflicts,
        "evidence": {
            name: [each.model_dump(mode="json") for each in stated.evidence]
            for name, stated in sorted({**winners, **({"retired_on": retired} if retired else {})}.items())
        },
    }
    return Draft(opportunity, sessions, _credits(standing, session_keys), _offers(standing), _topics(standing))


def _column(value: Any) -> Any:
    """A value as its column holds it: models as JSON objects, everything else as it is."""
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _stated(member: Member, name: str) -> Stated[Any] | None:
    stated: Stated[Any] | None = getattr(member.listing, name)
    return stated


def _first_stated(members: Sequence[Member], name: str) -> Stated[Any] | None:
    return next((stated for member in members if (stated := _stated(member, name)) is not None), None)


def _conflict(members: Sequence[Member], name: str) -> dict[str, Any] | None:
    """Every source's own value of a field, where two of them disagree."""
    stated = [(member.source, each.value) for member in members if (each := _stated(member, name)) is not None]
    comparable = COMPARED.get(name, _as_text)
    compared = {comparable(value) for _, value in stated}
    return _as_conflict(name, [(source, _as_text(value)) for source, value in stated]) if len(compared) > 1 else None


def _as_conflict(name: str, values: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"field": name, "values": [list(pair) for pair in dict.fromkeys(values)]}


def _as_text(value: Any) -> str:
    if hasattr(value, "text"):
        return str(value.text)
    return canonical_json(value.model_dump(mode="json")) if hasattr(value, "model_dump") else str(value)


def _retired(members: Sequence[Member]) -> Stated[date] | None:
    """The last day of retirement, where every source says that it is retired: one that goes on offering it keeps it."""
    stated = [member.listing.retired_on for member in members]
    known = [each for each in stated if each is not None]
    return max(known, key=lambda each: each.value) if len(known) == len(stated) else None


def _retirement_conflict(members: Sequence[Member]) -> list[dict[str, Any]]:
    values = [
        (member.source, str(member.listing.retired_on.value) if member.listing.retired_on else "still offered")
        for member in members
    ]
    return [_as_conflict("retired_on", values)] if len({text for _, text in values}) > 1 else []


def _texts(members: Sequence[Member], name: str) -> list[str]:
    return list(dict.fromkeys(stated.value for member in members for stated in getattr(member.listing, name)))


def _evidence(statement: Any) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in statement.evidence]


# --- credits ----------------------------------------------------------------------------------------------------------


def _stated_credits(member: Member) -> Iterator[tuple[str | None, CreditStatement]]:
    """``(session key, credit)`` of everything a listing states."""
    for credit in member.listing.credits:
        yield None, credit
    for session in member.listing.sessions:
        for credit in session.credits:
            yield session.key, credit


def _credit_facts(session: str | None, credit: CreditStatement) -> tuple[Any, ...]:
    """What makes two sources' credits the same: everything but their evidence and how long they are approved."""
    subject = normalized_title(credit.subject) if credit.subject else None
    return session, credit.unit, credit.thousandths, subject, credit.upper_bound, credit.provisional


def _credits(members: Sequence[Member], session_keys: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """Every source's credits; one that several state alike stands once, with the approval that lasts longest.

    Groups belong to the listing that states them: two listings that each sum "a" and "b" are not summed together.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for member in members:
        for own_key, credit in _stated_credits(member):
            session = session_keys[member.listing.id, own_key] if own_key is not None else None
            grouped = credit.additive_group or credit.choice_group
            own = (member.listing.id, credit.additive_group, credit.choice_group) if grouped else ()
            facts = (*_credit_facts(session, credit), *own)
            row = _credit_row(member, session, credit)
            if facts not in rows or _lasts_longer(row, rows[facts]):
                rows[facts] = row
    return list(rows.values())


def _lasts_longer(row: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    return row["approved_through"] is not None and row["approved_through"] > (than["approved_through"] or date.min)


def _credit_row(member: Member, session: str | None, credit: CreditStatement) -> dict[str, Any]:
    plain = ("thousandths", "unit", "subject", "upper_bound", "provisional", "approval_number", "approved_through")
    return {name: getattr(credit, name) for name in plain} | {
        "source": member.source,
        "topics": list(topics_of_subject(credit.subject)) if credit.subject else [],
        "choice_group": _scoped(member, credit.choice_group),
        "additive_group": _scoped(member, credit.additive_group),
        "session_key": session,
        "evidence": _evidence(credit),
    }


def _scoped(member: Member, group: str | None) -> str | None:
    return None if group is None else f"{member.listing.id}:{group}"


def _credit_conflicts(members: Sequence[Member]) -> list[dict[str, Any]]:
    """For each unit the amounts that each source states, where two sources that name the unit disagree."""
    stated: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in members:
        for _, credit in _stated_credits(member):
            if credit.thousandths is not None:
                stated[credit.unit.value][member.source].add(_amount(credit))
    return [
        _as_conflict(f"credits:{unit}", [(source, " + ".join(sorted(texts))) for source, texts in sources.items()])
        for unit, sources in sorted(stated.items())
        if len({tuple(sorted(texts)) for texts in sources.values()}) > 1
    ]


def _amount(credit: CreditStatement) -> str:
    """ "1.5" or "1.5 (General (Hematology))": the amount in whole units and the subject it is for."""
    amount = f"{(credit.thousandths or 0) / 1000:g}"
    return f"{amount} ({credit.subject})" if credit.subject else amount


# --- offers, topics ---------------------------------------------------------------------------------------------------


def _offers(members: Sequence[Member]) -> list[dict[str, Any]]:
    """Every source's prices; two listings of one source that state the same price state it once."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for member in members:
        for offer in member.listing.offers:
            facts = offer.model_dump(exclude={"evidence"})
            rows.setdefault((member.source, *facts.values()), _offer_row(member, offer, facts))
    return list(rows.values())


def _offer_row(member: Member, offer: OfferStatement, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**facts, "source": member.source, "url": member.listing.url, "evidence": _evidence(offer)}


def _topics(members: Sequence[Member]) -> list[dict[str, Any]]:
    """The topics that the sources name outright, in their subjects or in the subject of a credit."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for member in members:
        named = [(subject.value, subject) for subject in member.listing.subjects]
        credited = [(credit.subject, credit) for _, credit in _stated_credits(member) if credit.subject]
        for text, statement in (*named, *credited):
            for topic in topics_of_subject(text):
                found[topic] += [each for each in _evidence(statement) if each not in found[topic]]
    return [
        {"topic": topic, "origin": TopicOrigin.STATED, "confidence": None, "evidence": evidence}
        for topic, evidence in sorted(found.items())
    ]


# --- sessions ---------------------------------------------------------------------------------------------------------


def _sessions(
    members: Sequence[Member],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[tuple[str, str], str]]:
    """Every date once, where sources disagree about it, and under which key each listing's own session stands.

    A source that says *cancelled* is believed.
    """
    rows: list[tuple[SessionStatement, dict[str, Any]]] = []
    conflicts: list[dict[str, Any]] = []
    keys: dict[tuple[str, str], str] = {}
    for member in members:
        for session in member.listing.sessions:
            row = _session_row(member, session)
            twin = next((other for known, other in rows if _same_session(known, session, other, member)), None)
            keys[member.listing.id, session.key] = (twin or row)["key"]
            if twin is None:
                rows.append((session, row))
            else:
                conflicts += _complete_session(twin, row)
    in_order = sorted(
        (row for _, row in rows), key=lambda row: (row["local_date"], row["local_time"] or time.min, row["key"])
    )
    return in_order, conflicts, keys


def _same_session(known: SessionStatement, session: SessionStatement, row: Mapping[str, Any], member: Member) -> bool:
    """Two sources' sessions are one where the day is the same and nothing that both state differs."""
    if row["source"] == member.source:
        return known.key == session.key and known.local_date == session.local_date
    places = [each.place.city if each.place else None for each in (known, session)]
    stated = ((known.local_time, session.local_time), (places[0], places[1]))
    return known.local_date == session.local_date and all(
        first is None or second is None or first == second for first, second in stated
    )


def _complete_session(row: dict[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fill what the first source leaves open; give back the disagreement about its status, if there is one."""
    sources = ((row["source"], row["status"].value), (other["source"], other["status"].value))
    for name in ("local_time", "end_date", "end_time", "zone", "place", "delivery", "url", "registration_deadline"):
        if row[name] is None:
            row[name] = other[name]
    row["starts_at"] = instant(row["local_date"], row["local_time"], row["zone"])
    row["ends_at"] = instant(row["end_date"] or row["local_date"], row["end_time"], row["zone"])
    if row["status"] is other["status"]:
        return []
    if other["status"] is SessionStatus.CANCELLED:
        row["status"] = SessionStatus.CANCELLED
    return [_as_conflict(f"sessions:{row['local_date'].isoformat()}:status", sources)]


def _session_row(member: Member, session: SessionStatement) -> dict[str, Any]:
    facts = session.model_dump(exclude={"credits", "evidence", "place"})
    return facts | {
        "source": member.source,
        "place": session.place.model_dump(mode="json") if session.place else None,
        "starts_at": instant(session.local_date, session.local_time, session.zone),
        "ends_at": instant(session.end_date or session.local_date, session.end_time, session.zone),
        "evidence": _evidence(session),
    }
