"""From the words of a named field to the values of a draft: one table for labels, columns and items alike.

Each reader gets the field's words with their label in front ("Price: $30"), because the label tells what a number is.
It returns whether something was read; what stands on the page and could not be read is kept as *unreadable*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.listing import Audience, Delivery, Kind, OfferStatement, Place, SessionStatus, Stated
from crawlers.draft import Approval, Draft
from crawlers.extract import captions, dates, delivery, duration, level, money, place
from crawlers.extract.credits import read_credits, statements
from crawlers.extract.text import evidence, normalize
from crawlers.source import FieldName, Source

NOTHING = re.compile(r"^(none|n/?a|not applicable|none available|tba|tbd|to be announced|-+|–|—)\.?$", re.IGNORECASE)
NO_CREDIT = re.compile(r"\b(no|not|without)\b.{0,60}\b(credits?|ce|contact hours?)\b", re.IGNORECASE)
RETIRED = re.compile(r"\(\s*retired\b[^)]*\)", re.IGNORECASE)
COURSE_NUMBER = re.compile(r"(?:number|no\.?|#|code|id)\s*:?\s*([A-Z0-9][A-Z0-9./-]*[A-Z0-9])", re.IGNORECASE)
STATUS_WORDS: tuple[tuple[re.Pattern[str], SessionStatus], ...] = (
    (re.compile(r"\b(cancell?ed|called off)\b", re.IGNORECASE), SessionStatus.CANCELLED),
    (re.compile(r"\bpostponed\b", re.IGNORECASE), SessionStatus.POSTPONED),
    (re.compile(r"\b(rescheduled|moved)\b", re.IGNORECASE), SessionStatus.MOVED),
    (re.compile(r"\b(full|sold out|waitlist(ed)?( only)?|registration closed)\b", re.IGNORECASE), SessionStatus.FULL),
)


FIELD_OF_WORDS: Mapping[str, str] = {
    "price": "offers",
    "member_price": "offers",
    "date": "sessions",
    "approval": "credits",
    "subject": "subjects",
}
"""The listing's field that a field's words fill, where its name is another."""


ANNOUNCED = r"cancell?ed|postponed|rescheduled|sold out|full"
TITLE_STATUS = re.compile(rf"^\W*(?:{ANNOUNCED})\s*[:!–-]|[(\[]\s*(?:{ANNOUNCED})\b[^)\]]*[)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one field: ``label`` as the page writes it, ``value`` after it, ``where`` for the evidence.

    ``line`` is the page's own line where label and value share one, so that the evidence is what stands there.
    """

    label: str
    value: str
    where: str
    line: str = ""

    @property
    def whole(self) -> str:
        """Label and value as one line."""
        if self.line:
            return self.line
        if not self.label:
            return self.value
        return f"{self.label}: {self.value}" if self.label[-1:].isalnum() else f"{self.label} {self.value}"


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader may need beside the words: the source's own facts and the day of reading."""

    source: Source
    fetched_on: date


Reader = Callable[[Draft, Words, Context], bool]


def read_field(draft: Draft, name: FieldName, words: Words, context: Context) -> None:
    """Read one field's words into the draft. Words that say "none" state nothing; unreadable ones are noted."""
    read_lines(draft, name, (words,), context)


def read_lines(draft: Draft, name: FieldName, several: Sequence[Words], context: Context) -> None:
    """Read the lines below one label. The field is unreadable where there are words and none of them can be read."""
    stated = [words for words in several if words.value and not NOTHING.match(words.value)]
    read = [READERS[name](draft, words, context) for words in stated]
    if stated and not any(read):
        draft.unreadable.setdefault(name, stated[0].whole[:300])


def clean_title(raw: str, drop: tuple[str, ...]) -> str:
    """A title without what the provider's own patterns name as decoration, and without a note of retirement."""
    text = RETIRED.sub(" ", normalize(raw))
    for pattern in drop:
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return normalize(text).strip(" -–|")


def _title(draft: Draft, words: Words, context: Context) -> bool:
    retired = RETIRED.search(words.value)
    if retired:
        draft.refusal = ("retired_on", f"the title says it is over: {retired.group()}")
    title = clean_title(words.value, context.source.title_drop)
    draft.state("title", title, evidence(words.value, words.where))
    return bool(title)


def _summary(draft: Draft, words: Words, _context: Context) -> bool:
    draft.summary = f"{draft.summary} {words.value}".strip()
    return True


def _kind(draft: Draft, words: Words, _context: Context) -> bool:
    name = re.sub(r"[\s-]+", "_", words.value.strip().lower())
    if name not in set(Kind):
        name = name.removesuffix("s")
    if name not in set(Kind):
        return False
    draft.state("kind", Kind(name), evidence(words.value, words.where))
    return True


def _credits(draft: Draft, words: Words, _context: Context) -> bool:
    """A label on a line of its own is a heading, and states no credit ("Continuing education units") of its own."""
    texts = (words.line,) if words.line else (words.value, words.whole)
    found = next(filter(None, (statements(text, words.where) for text in texts)), ())
    return draft.extend("credits", found) or NO_CREDIT.search(words.value) is not None


def _approval(draft: Draft, words: Words, _context: Context) -> bool:
    reading = read_credits(words.whole)
    number_read, through = reading.approval_number, reading.valid_through
    proof = evidence(words.whole, words.where)
    number = COURSE_NUMBER.search(words.whole)
    if number:
        draft.state("course_number", number.group(1), proof)
    draft.approve(Approval(number_read.words if number_read else None, through, (proof,)))
    return through is not None or number_read is not None or number is not None


def _course_number(draft: Draft, words: Words, _context: Context) -> bool:
    draft.state("course_number", words.value, evidence(words.whole, words.where))
    return True


def _subject(draft: Draft, words: Words, _context: Context) -> bool:
    parts = [part.strip() for part in re.split(r"[;|\n]", words.value)]
    proof = (evidence(words.whole, words.where),)
    return draft.extend("subjects", tuple({"value": part, "evidence": proof} for part in parts if part))


def _price(draft: Draft, words: Words, context: Context) -> bool:
    return draft.extend("offers", money.offers(words.whole, words.where, context.fetched_on))


def _member_price(draft: Draft, words: Words, context: Context) -> bool:
    found = money.offers(words.whole, words.where, context.fetched_on)
    return draft.extend("offers", tuple(_for_members(offer, context.source) for offer in found))


def _for_members(offer: OfferStatement, source: Source) -> OfferStatement:
    return offer.model_copy(
        update={"audience": Audience.MEMBER, "organization": offer.organization or source.member_of}
    )


def _date(draft: Draft, words: Words, context: Context) -> bool:
    found = dates.sessions(words.whole, words.where, context.fetched_on)
    draft.extend("sessions", found)
    if not found and dates.read_dates(words.whole, context.fetched_on).on_demand:
        draft.state("delivery", Delivery.ON_DEMAND, evidence(words.whole, words.where))
        return True
    return bool(found)


def _role_date(name: str, label: str) -> Reader:
    def read(draft: Draft, words: Words, context: Context) -> bool:
        return draft.keep(name, _dated(name, label, words, context))

    return read


def _dated(name: str, label: str, words: Words, context: Context) -> Stated[date] | None:
    """The day of a role. The page's own label is asked first, then the plain one that the TOML says it means."""
    for asked in (words.label, label):
        found = getattr(dates.role_dates(words.value, words.where, context.fetched_on, label=asked), name)
        if isinstance(found, Stated):
            return Stated[date](value=found.value, evidence=(evidence(words.whole, words.where),))
    return None


def _duration(draft: Draft, words: Words, _context: Context) -> bool:
    return draft.keep("duration", duration.minutes(words.whole, words.where))


def _delivery(draft: Draft, words: Words, _context: Context) -> bool:
    return draft.keep("delivery", delivery.stated(words.value, words.where))


def _place(draft: Draft, words: Words, _context: Context) -> bool:
    online = delivery.stated(words.value, words.where)
    draft.keep("delivery", online)
    if online is not None and online.value not in {Delivery.IN_PERSON, Delivery.HYBRID}:
        return True
    where = place.stated(words.value, words.where)
    if where is None:
        # A place needs no city to be one: "Conference room 4" is where to go.
        draft.state("place", Place(text=words.value[:400]), evidence(words.value, words.where))
        return True
    return draft.keep("place", where)


def _level(draft: Draft, words: Words, _context: Context) -> bool:
    return draft.keep("level", level.level(words.whole, words.where))


def _audience(draft: Draft, words: Words, _context: Context) -> bool:
    draft.state("audience", words.value[:400], evidence(words.whole, words.where))
    return True


def _language(draft: Draft, words: Words, _context: Context) -> bool:
    return draft.keep("language", level.language(words.whole, words.where))


def _captions(draft: Draft, words: Words, _context: Context) -> bool:
    return draft.keep("captions", captions.stated(words.whole, words.where, labelled=True))


def _several(name: str) -> Reader:
    def read(draft: Draft, words: Words, _context: Context) -> bool:
        proof = (evidence(words.whole, words.where),)
        return draft.extend(name, ({"value": words.value[:400], "evidence": proof},))

    return read


def _status(draft: Draft, words: Words, _context: Context) -> bool:
    """The status of every session read so far: it is the item's own word."""
    found = status_of(words.value)
    if found is None:
        return False
    draft.values["sessions"] = tuple(
        session.model_copy(update={"status": found}) for session in draft.values.get("sessions", ())
    )
    return True


def place_of(name: str, street: str, city: str, region: str) -> Place | None:
    """The place of an address whose parts stand apart, with the same codes as one read from a line of text."""
    text = ", ".join(filter(None, (name, street, city, region)))[:400]
    if not text:
        return None
    read = place.stated(", ".join(filter(None, (city, region))), "address") if city else None
    known = read.value if read is not None else None
    return Place(
        text=text,
        city=city[:400] or None,
        region=known.region if known is not None and known.region else region[:400] or None,
        country=known.country if known is not None else None,
    )


def status_of(text: str) -> SessionStatus | None:
    """The status that words such as "sold out" or "CANCELLED" name, or ``None``."""
    return next((status for pattern, status in STATUS_WORDS if pattern.search(text)), None)


def _registration(draft: Draft, words: Words, context: Context) -> bool:
    """The last day to register for every session read so far."""
    found = _dated("apply_by", "Apply by", words, context)
    if found is None:
        return False
    draft.values["sessions"] = tuple(
        session.model_copy(
            update={"registration_deadline": found.value, "evidence": (*session.evidence, *found.evidence)}
        )
        for session in draft.values.get("sessions", ())
    )
    return True


def _recorded(draft: Draft, words: Words, context: Context) -> bool:
    """A recording makes of past dates something that can still be taken: it is on demand, and has no date any more."""
    said = words.value.strip().lower()
    sessions = draft.values.get("sessions", ())
    if said.startswith("yes") and sessions and all(session.local_date < context.fetched_on for session in sessions):
        proof = evidence(words.whole, words.where)
        draft.values["delivery"] = {"value": Delivery.ON_DEMAND, "evidence": (proof,)}
        first = min(sessions, key=lambda session: session.local_date)
        draft.values["available_from"] = {"value": first.local_date, "evidence": first.evidence}
        draft.values["sessions"] = ()
    return said.startswith(("yes", "no"))


def status_of_title(title: str) -> SessionStatus | None:
    """The status that a title announces before a colon or in brackets: "CANCELED: ...", "... (postponed)".

    Anywhere else the word may belong to the subject: "Full Blood Count".
    """
    found = TITLE_STATUS.search(title)
    return status_of(found.group()) if found else None


def _seats(draft: Draft, words: Words, _context: Context) -> bool:
    found = re.search(r"\d{1,5}", words.value)
    if found is None:
        return False
    draft.values["sessions"] = tuple(
        session.model_copy(update={"seats_left": int(found.group())}) for session in draft.values.get("sessions", ())
    )
    return True


def _nothing_to_read(_draft: Draft, _words: Words, _context: Context) -> bool:
    return True


READERS: Mapping[FieldName, Reader] = {
    "title": _title,
    "kind": _kind,
    "summary": _summary,
    "credits": _credits,
    "approval": _approval,
    "course_number": _course_number,
    "subject": _subject,
    "price": _price,
    "member_price": _member_price,
    "date": _date,
    # Times and end dates are read together with the date they belong to, keys and addresses by the spider.
    "times": _nothing_to_read,
    "end_date": _nothing_to_read,
    "key": _nothing_to_read,
    "url": _nothing_to_read,
    "duration": _duration,
    "delivery": _delivery,
    "place": _place,
    "level": _level,
    "audience": _audience,
    "language": _language,
    "captions": _captions,
    "available_from": _role_date("available_from", "Released"),
    "available_through": _role_date("available_through", "Expires"),
    "apply_by": _role_date("apply_by", "Apply by"),
    "claim_by": _role_date("claim_by", "Claim credit by"),
    "prerequisites": _several("prerequisites"),
    "leads_to": _several("leads_to"),
    "registration": _registration,
    "recorded": _recorded,
    "status": _status,
    "seats": _seats,
}
"""Every field name and how its words are read. Order of reading: the date comes before what qualifies it."""


def in_reading_order(names: Mapping[FieldName, object]) -> list[FieldName]:
    """The given names in the order of :data:`READERS`."""
    return [name for name in READERS if name in names]
