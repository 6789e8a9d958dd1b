"""What an opportunity counts for, credential by credential, as rows of a table.

Many courses carry the same credits and topics; the answer is worked out once for each distinct set of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import Template
from markupsafe import Markup

from catalog.views import CreditView, OpportunityView, TopicOrigin
from recommend import rules
from recommend.credential import Acceptance, Credential, RequirementKind, Standing, Unit
from recommend.rules import CountsFor
from render.formats import points
from render.words import ACCEPTED_LINE

RANK = {Acceptance.STATED: 0, Acceptance.SHOULD: 1, Acceptance.UNKNOWN: 2}
TECHNICIANS = ("ascp-mlt", "amt-mlt")
"""Whom the site is for: their rows stand first, then the surest."""

NAMES_IN_A_LINE = 2
UNIT_WORDS = {Unit.POINTS: ("point", "points"), Unit.HOURS: ("hour", "hours")}


@dataclass(frozen=True, slots=True)
class CountsRow:
    """One row: these credentials, toward this, so much, with this acceptance.

    ``credentials`` are ``(short name, path)``; ``worth`` is ``None`` where it is not known.
    """

    credentials: tuple[tuple[str, str], ...]
    toward: str
    worth: str | None
    acceptance: str
    guessed: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What one opportunity counts for: the table drawn, and the one line of a card with its word for acceptance.

    ``names`` are the credentials that the provider names or a rule accepts, for the search filter.
    """

    table: Markup
    acceptance: str
    line: str
    names: tuple[str, ...]


@dataclass(slots=True)
class Acceptances:
    """Answers :meth:`counted` for many opportunities under one set of rules. ``template`` draws the rows.

    ``known`` holds what was drawn before, of this build or an earlier one under the same rules.
    """

    credentials: Mapping[str, Credential]
    template: Template
    known: dict[object, Counted] = field(default_factory=dict)
    _active: list[Credential] = field(init=False)

    def __post_init__(self) -> None:
        self._active = [c for c in self.credentials.values() if c.standing is Standing.ACTIVE]

    def counted(self, opportunity: OpportunityView) -> Counted:
        """What an opportunity counts for; in words where no rule we read accepts its credits."""
        key = (opportunity.kind, _essence(opportunity.credits), tuple((v.topic, v.origin) for v in opportunity.topics))
        found = self.known.get(key)
        if found is None:
            rows = self.rows(opportunity)
            table = Markup(self.template.render(rows=rows))  # noqa: S704 - an escaped template's text
            found = self.known[key] = Counted(table, *_in_a_line(rows), names=_names(rows))
        return found

    def rows(self, opportunity: OpportunityView) -> tuple[CountsRow, ...]:
        """The rows of one opportunity, those of technicians first, then the surest."""
        alike: dict[tuple[str, str | None, str, bool], list[tuple[str, str]]] = {}
        for credential in sorted(self._active, key=lambda credential: credential.id not in TECHNICIANS):
            best = _best(rules.counts_for(opportunity, credential), credential)
            if best is not None:
                name = (credential.short_name, f"/credentials/{credential.id}/")
                alike.setdefault(_said(best, credential), []).append(name)
        rows = [
            CountsRow(tuple(names), toward, worth, acceptance, guessed)
            for (toward, worth, acceptance, guessed), names in alike.items()
        ]
        return tuple(sorted(rows, key=_surest_first))


def _surest_first(row: CountsRow) -> tuple[bool, int, bool, int]:
    technician = any(_is_technicians(path) for _name, path in row.credentials)
    return not technician, RANK[Acceptance(row.acceptance)], row.guessed, -len(row.credentials)


def _in_a_line(rows: Sequence[CountsRow]) -> tuple[str, str]:
    """The word for acceptance and the line of a card: the technicians' credentials where one accepts it, else others.

    ``Should count: MLT(ASCP), MLT(AMT)``. A topic that is only guessed says nothing here: it closes no requirement.
    """
    accepted = [row for row in rows if row.acceptance != Acceptance.UNKNOWN.value]
    mine = [row for row in accepted if any(_is_technicians(path) for _name, path in row.credentials)] or accepted
    if not mine:
        return Acceptance.UNKNOWN.value, ACCEPTED_LINE[Acceptance.UNKNOWN.value]
    best = min(mine, key=_surest_first).acceptance
    named = [one for row in mine if row.acceptance == best for one in row.credentials]
    technicians = sorted((_place(path), name) for name, path in named if _is_technicians(path))
    shown = [name for _, name in technicians] or [name for name, _path in named[:NAMES_IN_A_LINE]]
    return best, f"{ACCEPTED_LINE[best]}: {', '.join(shown)}"


def _names(rows: Sequence[CountsRow]) -> tuple[str, ...]:
    """Credentials to filter by: the technicians' own and every license."""
    return tuple(
        name
        for row in rows
        if row.acceptance != Acceptance.UNKNOWN.value
        for name, path in row.credentials
        if _is_technicians(path) or path.startswith("/credentials/us-")
    )


def _is_technicians(path: str) -> bool:
    return _id_in(path) in TECHNICIANS


def _place(path: str) -> int:
    return TECHNICIANS.index(_id_in(path))


def _id_in(path: str) -> str:
    return path.split("/")[2]


def _essence(credits_: Sequence[CreditView]) -> tuple[object, ...]:
    """What the rules look at: everything of a credit but its quotations, its number and the name of its source."""
    sources = list(dict.fromkeys(credit.source for credit in credits_))
    return tuple(
        (
            credit.thousandths,
            credit.unit,
            sources.index(credit.source),
            credit.subject,
            credit.topics,
            credit.choice_group,
            credit.additive_group,
            credit.upper_bound,
            credit.provisional,
            credit.approved_through,
            credit.session_key,
        )
        for credit in credits_
    )


def _best(rows: tuple[CountsFor, ...], credential: Credential) -> list[CountsFor] | None:
    """The rows to tell: a requirement's own where one fits, else the remainder that takes anything."""
    if not rows:
        return None
    exact = [row for row in rows if credential.requirement(row.requirement).kind is not RequirementKind.REMAINDER]
    chosen = exact or list(rows)
    surest = min(RANK[row.acceptance] for row in chosen)
    return [row for row in chosen if RANK[row.acceptance] == surest]


def _said(rows: list[CountsFor], credential: Credential) -> tuple[str, str | None, str, bool]:
    labels = list(dict.fromkeys(credential.requirement(row.requirement).label for row in rows))
    sure = max((row.thousandths or 0 for row in rows), default=0)
    likely = max((row.likely_thousandths or 0 for row in rows), default=0)
    worth = None
    if sure or likely:
        one, many = UNIT_WORDS[credential.unit]
        most = sure or likely
        worth = f"{'' if sure else 'likely '}{points(most)} {one if most == 1000 else many}"
    guessed = all(row.topic_origin is TopicOrigin.GUESSED for row in rows)
    return " or ".join(labels), worth, rows[0].acceptance.value, guessed
