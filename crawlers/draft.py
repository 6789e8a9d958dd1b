"""What a spider hands over, before anything is validated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from catalog.listing import CreditStatement, Evidence


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that a page states apart from the credits it belongs to."""

    number: str | None = None
    through: date | None = None
    evidence: tuple[Evidence, ...] = ()


def slug(title: str) -> str:
    """A title as a key: lower case, hyphens; the title itself where no letter or digit of it is Latin."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:200] or title[:200]


def approved(credit: CreditStatement, approval: Approval) -> CreditStatement:
    """The credit with the approval's number and end, unless it states one of its own."""
    if credit.approval_number is not None or credit.approved_through is not None:
        return credit
    return credit.model_copy(
        update={
            "approval_number": approval.number,
            "approved_through": approval.through,
            "evidence": (*credit.evidence, *approval.evidence),
        }
    )


def _bare(statement: Any) -> Any:
    """A statement without its evidence: the same fact told twice on a page is one fact."""
    if isinstance(statement, BaseModel):
        return statement.model_copy(update={"evidence": ()})
    return statement.get("value") if isinstance(statement, dict) else statement


@dataclass(slots=True)
class Draft:
    """What was read of one thing, by the names of :class:`catalog.listing.Listing`'s fields, not yet validated.

    ``source_key`` is the provider's own key, or the canonical URL with what tells its sessions or years apart.
    ``unreadable`` maps a field to words that stand where its value should and could not be read. ``refusal`` is a
    field and a reason: the page says itself that this is no opportunity. ``summary`` serves to draw keywords and goes
    no further; ``packages_seen`` are lines in which a package of the provider may be named.
    """

    source_key: str
    url: str
    values: dict[str, Any] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    refusal: tuple[str, str] | None = None
    summary: str = ""
    approval: Approval = field(default_factory=Approval)
    packages_seen: list[tuple[str, str]] = field(default_factory=list)
    page: object | None = None

    def state(self, name: str, value: Any, evidence: Evidence) -> None:
        """Set a field to one stated value, unless an earlier and better way of reading has set it."""
        self.values.setdefault(name, {"value": value, "evidence": (evidence,)})

    def keep(self, name: str, stated: Any) -> bool:
        """Set a field to what an extractor returned, if that is something and the field is free. True if it is."""
        if stated is not None:
            self.values.setdefault(name, stated)
        return stated is not None

    def extend(self, name: str, found: tuple[Any, ...]) -> bool:
        """Add to a field of several values what is not in it yet, by any words. True if something was read."""
        known: tuple[Any, ...] = self.values.get(name, ())
        for one in found:
            if all(_bare(one) != _bare(other) for other in known):
                known = (*known, one)
        self.values[name] = known
        return bool(found)

    def approve(self, approval: Approval) -> None:
        """Join an approval to the credits read so far that have none; it stands after them on most pages.

        It is also kept for credits that come later, unless an earlier approval waits for them already.
        """
        self.values["credits"] = tuple(approved(credit, approval) for credit in self.values.get("credits", ()))
        if self.approval.number is None and self.approval.through is None:
            self.approval = approval

    @property
    def title(self) -> str:
        """The title as read so far, or an empty text."""
        stated = self.values.get("title")
        return str(stated["value"]) if stated else ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address to read next. The guard and the depth decide whether it is.

    ``modified`` is the day on which it last changed, where the page that leads there says so.
    """

    url: str
    modified: date | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing of a page that could not be used, and why."""

    url: str
    field: str
    reason: str
    source_key: str | None = None


@dataclass(frozen=True, slots=True)
class OutOfSeason:
    """One thing of a page that is over, or so far ahead that it is not read yet: nothing to tell, and no failure."""


@dataclass(slots=True)
class Visit:
    """One page that was read: what to remember of it so that the next crawl may ask whether it changed.

    ``unreadable`` says that the page as a whole could not be read; ``rejections`` are single things of it, and
    ``out_of_season`` of so many there is nothing to tell now.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    source_keys: list[str] = field(default_factory=list)
    followed_links: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    unreadable: bool = False
    out_of_season: int = 0
