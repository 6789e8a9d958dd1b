"""The spool: what a crawl's child process appends, one JSON object a line, and only the parent reads.

A line is complete when its newline is written; a half line at the end of a killed run is ignored by the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from catalog.errors import BadInputError
from catalog.listing import Frozen, Identifier, Listing


class Finish(StrEnum):
    """How the crawl of one source ended."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    FAILED = "failed"


class Cause(StrEnum):
    """Why a source failed, for the status page."""

    DNS = "dns"
    TLS = "tls"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    ROBOTS = "robots"
    PARSE = "parse"
    LAYOUT = "layout"
    EMPTY = "empty"
    LIMIT = "limit"
    REFUSED = "refused"
    CRASH = "crash"


class ListingLine(Frozen):
    """A listing that passed validation."""

    type: Literal["listing"] = "listing"
    listing: Listing


class SeenLine(Frozen):
    """A page that answered 304: its listings are still there, nothing was parsed."""

    type: Literal["seen"] = "seen"
    source: Identifier
    url: str
    source_keys: tuple[str, ...]


class UnaskedLine(Frozen):
    """A page that was not due; one that was asked for still leads to it. Its listings are neither seen nor absent."""

    type: Literal["unasked"] = "unasked"
    source: Identifier
    url: str
    source_keys: tuple[str, ...]


class RejectedThing(Frozen):
    """One thing of a page that failed validation, and why."""

    url: str
    source_key: str | None = None
    field: str
    reason: str


class PageLine(Frozen):
    """What to remember of a page, so that the next crawl may ask whether it changed.

    ``rejections`` are told again each time that the page answers 304: what was wrong in it is wrong still.
    """

    type: Literal["page"] = "page"
    source: Identifier
    url: str
    etag: str | None = None
    last_modified: str | None = None
    extractor_hash: str
    source_keys: tuple[str, ...] = ()
    followed_links: tuple[str, ...] = ()
    rejections: tuple[RejectedThing, ...] = ()
    fetched_at: AwareDatetime


class RejectedLine(RejectedThing):
    """What failed validation: kept with its page and reason, counted, shown."""

    type: Literal["rejected"] = "rejected"
    source: Identifier
    fetched_at: AwareDatetime


class SourceEndLine(Frozen):
    """How a source's crawl ended, with what it cost and what its fields held.

    ``listings`` were read, ``seen`` stand on pages that answered 304, ``unasked`` on pages that were not due.
    """

    type: Literal["source_end"] = "source_end"
    source: Identifier
    finish: Finish
    cause: Cause | None = None
    detail: str | None = Field(default=None, max_length=500)
    url: str | None = None
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    listings: int = 0
    seen: int = 0
    unasked: int = 0
    rejected: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = Field(default_factory=dict)
    coverage: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="field -> present, missing, invalid counts"
    )

    @property
    def found(self) -> int:
        """Listings that the source still publishes, as far as this run can tell."""
        return self.listings + self.seen + self.unasked


SpoolLine = Annotated[
    ListingLine | SeenLine | UnaskedLine | PageLine | RejectedLine | SourceEndLine,
    Field(discriminator="type"),
]
SPOOL_LINE: TypeAdapter[SpoolLine] = TypeAdapter(SpoolLine)


class SpoolError(BadInputError):
    """A complete line of a spool that does not fit its schema; names the file and the line."""


def read_spool(path: Path) -> Iterator[SpoolLine]:
    """Yield the complete lines of a spool, in order. Raises :class:`SpoolError` for a complete line that is damaged."""
    with path.open("rb") as spool:
        for number, raw in enumerate(spool, start=1):
            if not raw.endswith(b"\n"):
                return
            try:
                yield SPOOL_LINE.validate_json(raw)
            except ValidationError as error:
                raise SpoolError(f"{path}: line {number}: {error}") from error


class KnownPage(Frozen):
    """A page as the catalog remembers it, handed to the next crawl.

    One that is not ``due`` is left unasked, unless something says that it changed after ``asked_on``.
    """

    source: Identifier
    url: str
    etag: str | None = None
    last_modified: str | None = None
    extractor_hash: str
    source_keys: tuple[str, ...] = ()
    followed_links: tuple[str, ...] = ()
    rejections: tuple[RejectedThing, ...] = ()
    due: bool = True
    asked_on: date | None = None


class Claim(Frozen):
    """How credit is claimed at a provider and how long it takes to arrive, in our own words."""

    steps: tuple[str, ...] = ()
    arrives: str | None = None
    checked_on: str | None = None


class DirectoryEntry(Frozen):
    """A provider in "Where to look": curated facts that help even when its pages cannot be read."""

    credits: tuple[str, ...] = ()
    cost: str | None = None
    about: str | None = None
    url: str
    checked_on: str | None = None


class SourceFacts(Frozen):
    """What the catalog keeps of a source's TOML."""

    id: Identifier
    name: str
    provider: Identifier
    provider_name: str
    family: Identifier
    catalog_family: Identifier | None = Field(
        default=None, description="sources that publish one catalog on several hosts"
    )
    priority: int = 50
    url: str
    spider: str
    proof: Literal["seen", "documented", "assumed"]
    enabled: bool
    sample: bool = False
    unseen: str | None = None
    claim: Claim | None = None
    directory: DirectoryEntry | None = None
