"""What happens to a draft between the page and the spool: an ordered list of small steps, then validation.

A draft that fails is *rejected*: written to the spool with its page, field and reason, counted, and shown. Nothing is
repaired by guessing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from catalog.listing import (
    Delivery,
    Evidence,
    Kind,
    Listing,
    PackageStatement,
    SessionStatement,
    SessionStatus,
    Stated,
)
from catalog.spool import ListingLine, PageLine, RejectedThing
from crawlers.draft import Draft, Rejection, Visit, approved
from crawlers.extract.keywords import draw_keywords
from crawlers.extract.money import package_prices
from crawlers.extract.text import evidence
from crawlers.fields import FIELD_OF_WORDS, status_of_title
from crawlers.page import is_usable
from crawlers.source import PackageHint, Source

if TYPE_CHECKING:
    from crawlers.spiders.base import SourceSpider

COVERED = (
    "credits",
    "offers",
    "sessions",
    "delivery",
    "duration",
    "level",
    "audience",
    "place",
    "subjects",
    "course_number",
    "available_from",
    "available_through",
    "apply_by",
)
"""The fields whose presence is counted per source. Title and kind are not among them: without these nothing is kept."""


LIVE_KINDS = frozenset({Kind.WEBINAR, Kind.WORKSHOP, Kind.CONFERENCE, Kind.IN_SERVICE})


class RejectedDraftError(ValueError):
    """A draft that is no listing: ``field`` and ``reason`` say why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def refuse_what_is_over(draft: Draft, _source: Source) -> None:
    """A page that says of itself that its course is retired is no opportunity."""
    if draft.refusal is not None:
        raise RejectedDraftError(*draft.refusal)


def tell_the_kind(draft: Draft, source: Source) -> None:
    """The page's own kind first, then the source's hints on title and address, then the source's one kind."""
    if "kind" in draft.values:
        return
    for hint in source.kinds:
        found = re.search(hint.match, f"{draft.title}\n{draft.url}", re.IGNORECASE)
        if found:
            draft.state("kind", hint.kind, evidence(found.group(), "source"))
            return
    if source.kind is not None:
        draft.state("kind", source.kind, evidence(f'kind = "{source.kind}"', "source"))


def heed_the_title(draft: Draft, _source: Source) -> None:
    """A title that begins with "CANCELED:" speaks of every date that says nothing else of itself."""
    status = status_of_title(draft.title)
    if status is not None:
        draft.values["sessions"] = tuple(
            session.model_copy(update={"status": status}) if session.status is SessionStatus.SCHEDULED else session
            for session in draft.values.get("sessions", ())
        )


def join_the_approval(draft: Draft, _source: Source) -> None:
    """An approval that stands on a line of its own belongs to every credit of the page that names none itself."""
    if draft.approval.number is None and draft.approval.through is None:
        return
    draft.values["credits"] = tuple(approved(credit, draft.approval) for credit in draft.values.get("credits", ()))


def add_what_the_source_states(draft: Draft, source: Source) -> None:
    """Facts that hold for everything a source publishes and that its pages do not repeat: delivery, language, zone."""
    if source.delivery is not None:
        draft.state("delivery", source.delivery, evidence(f'delivery = "{source.delivery}"', "source"))
    if source.language is not None:
        draft.state("language", source.language, evidence(f'language = "{source.language}"', "source"))
    if source.zone is not None:
        draft.values["sessions"] = tuple(_zoned(session, source.zone) for session in draft.values.get("sessions", ()))


def _zoned(session: SessionStatement, zone: str) -> SessionStatement:
    if session.local_time is None or session.zone is not None:
        return session
    return session.model_copy(
        update={"zone": zone, "evidence": (*session.evidence, Evidence(text=f'zone = "{zone}"', where="source"))}
    )


def call_dated_events_live(draft: Draft, _source: Source) -> None:
    """A webinar or a conference with a date that says "online" is live; a degree that begins on a date is not."""
    stated = draft.values.get("delivery")
    value, proof = _value_of(stated), _evidence_of(stated)
    if value is Delivery.ONLINE and draft.values.get("sessions") and _value_of(draft.values.get("kind")) in LIVE_KINDS:
        draft.values["delivery"] = {"value": Delivery.LIVE_ONLINE, "evidence": proof}


def _value_of(stated: Any) -> object:
    return stated.value if isinstance(stated, Stated) else stated["value"] if stated else None


def _evidence_of(stated: Any) -> tuple[Evidence, ...]:
    return stated.evidence if isinstance(stated, Stated) else stated["evidence"] if stated else ()


def tell_the_delivery_by_its_sessions(draft: Draft, _source: Source) -> None:
    """Where every session states the same way of taking part, that is the opportunity's."""
    stated = {session.delivery for session in draft.values.get("sessions", ())}
    if "delivery" not in draft.values and len(stated) == 1 and (only := stated.pop()) is not None:
        draft.state("delivery", only, draft.values["sessions"][0].evidence[0])


def place_what_happens_at_one_place(draft: Draft, _source: Source) -> None:
    """A place with sessions and no word on delivery: a place is where one goes."""
    if "place" in draft.values and draft.values.get("sessions") and "delivery" not in draft.values:
        draft.state("delivery", Delivery.IN_PERSON, _evidence_of(draft.values["place"])[0])


def recognise_packages(draft: Draft, source: Source) -> None:
    """The packages that the source's TOML names, at the price that the page's own line gives them."""
    found = []
    for hint in source.packages:
        for text, where in draft.packages_seen:
            if hint.label.lower() in text.lower() and (package := _package(hint, text, where, source)) is not None:
                found.append(package)
                break
    if found:
        draft.values["packages"] = tuple(found)


def _package(hint: PackageHint, text: str, where: str, source: Source) -> PackageStatement | None:
    prices = package_prices(text, where)
    if not prices:
        return None
    price = prices[0]
    return PackageStatement(
        key=hint.key,
        name=hint.name,
        organization=source.provider_name or source.name,
        minor=price.minor,
        currency=price.currency,
        covers=hint.covers,
        effect=hint.effect,
        percent=hint.percent,
        cap_thousandths=hint.cap_hours * 1000 if hint.cap_hours else price.cap_thousandths,
        days=hint.days,
        evidence=price.evidence,
    )


def draw_the_keywords(draft: Draft, _source: Source) -> None:
    """At most eight words of the summary; the summary itself is the provider's and is not kept."""
    if draft.summary and "keywords" not in draft.values:
        draft.values["keywords"] = draw_keywords(draft.summary, draft.title)


Step = Callable[[Draft, Source], None]
STEPS: tuple[Step, ...] = (
    refuse_what_is_over,
    tell_the_kind,
    heed_the_title,
    join_the_approval,
    add_what_the_source_states,
    call_dated_events_live,
    tell_the_delivery_by_its_sessions,
    place_what_happens_at_one_place,
    recognise_packages,
    draw_the_keywords,
)


def to_listing(draft: Draft, source: Source, fetched_at: datetime, sample: bool) -> Listing:
    """The listing of a draft. Raises :class:`RejectedDraftError` with the first field that is wrong, and why."""
    if not is_usable(draft.url):
        raise RejectedDraftError("url", f"no usable address: {draft.url[:200]}")
    for step in STEPS:
        step(draft, source)
    values: dict[str, Any] = {name: value for name, value in draft.values.items() if value not in (None, ())}
    try:
        return Listing(
            source=source.id,
            family=source.listing_family,
            source_key=draft.source_key,
            provider=source.provider,
            url=draft.url,
            visibility=source.visibility,
            sample=sample or source.only_sample,
            fetched_at=fetched_at,
            **values,
        )
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "listing"
        message = first["msg"].removeprefix("Value error, ")
        reason = "the page does not state it" if first["type"] == "missing" else message
        raise RejectedDraftError(field, reason) from error


class Coverage:
    """Counts what the listings of one source hold: each field present, missing, or invalid (unreadable words)."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in COVERED}

    def count(self, listing: Listing, unreadable: frozenset[str]) -> None:
        """Count one accepted listing."""
        for name in COVERED:
            value = getattr(listing, name)
            present = value is not None and value != ()
            self._counts[name]["present" if present else "invalid" if name in unreadable else "missing"] += 1

    def count_rejected(self, field: str) -> None:
        """Count a field that made its draft fail."""
        if field in self._counts:
            self._counts[field]["invalid"] += 1

    def as_dict(self) -> dict[str, dict[str, int]]:
        """``{field: {"present": n, "missing": n, "invalid": n}}`` for the fields that were met at all."""
        return {
            name: {state: counts[state] for state in ("present", "missing", "invalid")}
            for name, counts in self._counts.items()
            if counts
        }


def rejected(rejection: Rejection) -> RejectedThing:
    """A rejection as the spool tells it."""
    return RejectedThing(
        url=rejection.url, source_key=rejection.source_key, field=rejection.field, reason=rejection.reason[:500]
    )


class SpoolPipeline:
    """Scrapy's item pipeline: turns drafts into listings and writes every line of the spool, in order."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider
        self._hashes: dict[str, bytes] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> SpoolPipeline:
        """Made by Scrapy, one for each source."""
        return cls(crawler.spider)

    def process_item(self, item: object) -> object:
        """Write one draft, rejection or visit."""
        if isinstance(item, Draft):
            self._draft(item)
        elif isinstance(item, Rejection):
            self._reject(item)
        elif isinstance(item, Visit):
            self._visit(item)
        return item

    def _draft(self, draft: Draft) -> None:
        spider = self._spider
        visit = draft.page if isinstance(draft.page, Visit) else None
        try:
            listing = to_listing(draft, spider.source, spider.clock, spider.sample)
            line = ListingLine(listing=listing).model_dump_json().encode()
            new = self._is_new(listing, line)
        except RejectedDraftError as error:
            rejection = Rejection(draft.url, error.field, error.reason, draft.source_key)
            if visit is not None:
                visit.rejections.append(rejection)
            self._reject(rejection)
            return
        if visit is not None and listing.source_key not in visit.source_keys:
            visit.source_keys.append(listing.source_key)
        if not new:
            return
        unreadable = frozenset(FIELD_OF_WORDS.get(name, name) for name in draft.unreadable)
        spider.tally.accepted(listing, unreadable)
        spider.spool.append(line)

    def _is_new(self, listing: Listing, line: bytes) -> bool:
        """Whether its key is met for the first time. Two different things under one key would overwrite each other."""
        digest = hashlib.blake2b(line, digest_size=16).digest()
        known = self._hashes.setdefault(listing.source_key, digest)
        if known is digest:
            return True
        if known != digest:
            raise RejectedDraftError("source_key", "another listing of this crawl has the same key and other contents")
        return False

    def _reject(self, rejection: Rejection) -> None:
        self._spider.tally.rejected(rejection.field)
        self._spider.write_rejected(rejected(rejection))

    def _visit(self, visit: Visit) -> None:
        # A page that could not be read is fetched whole again next time, so that its rejection stays in sight; and one
        # that holds nothing but events out of season, of which a 304 could tell nothing.
        conditional = not visit.unreadable and (visit.source_keys or not visit.out_of_season)
        self._spider.spool.write(
            PageLine(
                source=self._spider.source.id,
                url=visit.url,
                etag=visit.etag if conditional else None,
                last_modified=visit.last_modified if conditional else None,
                extractor_hash=self._spider.extractor_hash(),
                source_keys=tuple(visit.source_keys),
                followed_links=tuple(dict.fromkeys(visit.followed_links)),
                rejections=tuple(rejected(rejection) for rejection in visit.rejections),
                fetched_at=self._spider.clock,
            )
        )
