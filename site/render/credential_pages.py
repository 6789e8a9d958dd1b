"""The rules of each credential, with the source, age and confidence of every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from catalog.rule_pages import RulePageView
from recommend.amounts import THOUSANDTHS
from recommend.credential import Cap, Confidence, Credential, Figure, RequirementKind, Standing, Unit
from recommend.rule_flags import changed_sources
from render.formats import day, points
from render.press import Press
from render.settings import SiteSettings
from render.structured import CONTEXT, stated

BODIES_FIRST = ("ascp", "amt", "aab")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of a rule as words, with where it was read. ``amount`` is ``None`` where nobody found it."""

    label: str
    amount: str | None
    clause: str | None
    confidence: str | None
    source_url: str | None
    source_title: str | None
    source_dated: str | None
    read_on: str | None
    note: str | None


class Told(Protocol):
    """Anything of a rule that says how sure it is and what it was read from."""

    @property
    def confidence(self) -> Confidence: ...

    @property
    def source(self) -> str | None: ...


def _row(
    credential: Credential, label: str, amount: str | None, told: Told | None, note: str | None = None
) -> FigureRow:
    """One line of a rule: what it says in words, how sure that is, where and when it was read."""
    source = credential.source(told.source) if told else None
    return FigureRow(
        label=label,
        amount=amount,
        clause=told.clause if isinstance(told, Figure) else None,
        confidence=told.confidence.value if told else None,
        source_url=source.url if source else None,
        source_title=source.title if source else None,
        source_dated=source.dated if source else None,
        read_on=day(source.read_on) if source else None,
        note=note,
    )


def _amount(amount: int, unit: Unit) -> str:
    return f"{points(amount)} {unit.value.removesuffix('s') if amount == THOUSANDTHS else unit.value}"


def _figure_row(
    credential: Credential, label: str, figure: Figure | None, note: str | None = None, lead: str = ""
) -> FigureRow:
    if figure is None:
        return _row(credential, label, None, None, note)
    strict = f" (plan for {points(figure.planned)} until you checked)" if figure.planned != figure.value else ""
    notes = " ".join(part for part in (figure.note, note) if part)
    return _row(credential, label, f"{lead}{_amount(figure.value, credential.unit)}{strict}", figure, notes or None)


def figure_rows(credential: Credential) -> list[FigureRow]:
    """What a credential asks: how often, the total, each requirement, what counts at most, and the exceptions."""
    cycle = credential.cycle
    rows = [
        _row(credential, "Renewal period", cycle_text(credential), cycle, cycle.note if cycle else None),
        _figure_row(credential, "In all", credential.total),
    ]
    for part in credential.requirements:
        if part.kind is RequirementKind.REMAINDER:
            rows.append(_row(credential, part.label, "the rest of the total", credential.total, part.note))
            continue
        each = " for each specialty" if part.kind is RequirementKind.PER_SPECIALTY else ""
        rows.append(_figure_row(credential, part.label + each, part.needed, part.note, "at least "))
    rows += [
        _row(credential, cap.label, f"at most {_most(cap, credential.unit)}", cap, cap.note) for cap in credential.caps
    ]
    return [*rows, *_exceptions(credential)]


def _most(cap: Cap, unit: Unit) -> str:
    return f"{cap.percent_of_total}% of the total" if cap.amount is None else _amount(cap.amount, unit)


def _exceptions(credential: Credential) -> Iterator[FigureRow]:
    first, expired = credential.first_cycle, credential.expired
    if first is not None:
        yield _row(credential, "First renewal period", _first(credential), first, first.note)
    if expired is not None:
        whole = _row(credential, "Expired, to come back", "everything above", None, expired.note)
        yield _figure_row(credential, whole.label, expired.total, expired.note) if expired.total else whole


def _first(credential: Credential) -> str | None:
    """What the first period asks, in words; ``None`` where the note says all there is."""
    first = credential.first_cycle
    if first is None:
        return None
    if first.only:
        return "only " + ", ".join(credential.requirement(name).label for name in first.only)
    if first.exempt:
        return "nothing"
    steps = [f"{_amount(step.total, credential.unit)} before month {step.before_month}" for step in first.steps]
    return ", ".join(steps) or None


def activity_rows(credential: Credential) -> list[FigureRow]:
    """What other activities earn: ``None`` where it counts and nobody found how much."""
    return [
        _row(
            credential,
            f"{rule.label}, each {rule.per}",
            _amount(rule.value.value, credential.unit) if rule.value else None,
            rule.value or rule,
            rule.note,
        )
        for rule in credential.activities
    ]


def fee_rows(credential: Credential) -> list[FigureRow]:
    """What the body charges, where anybody found it."""
    return [
        _row(credential, fee.name, None if fee.dollars is None else f"${fee.dollars:,}", fee, fee.note)
        for fee in credential.fees
    ]


def accepted_rows(credential: Credential) -> list[tuple[str, FigureRow]]:
    """What counts and how much one of it is worth: the word of acceptance and the figure."""
    return [
        (entry.acceptance.value, _figure_row(credential, entry.label, entry.per_unit)) for entry in credential.accepts
    ]


def cycle_text(credential: Credential) -> str | None:
    """``every 3 years``, ``every 2 years, ending Aug 31 of even years``; ``None`` where nobody found it."""
    cycle = credential.cycle
    if cycle is None:
        return None
    years, rest = divmod(cycle.months, 12)
    length = f"every {cycle.months} months" if rest else "every year" if years == 1 else f"every {years} years"
    if cycle.end_month is None or cycle.end_day is None:
        return length
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    even = " of even years" if cycle.even_years else ""
    return f"{length}, ending {months[cycle.end_month - 1]} {cycle.end_day}{even}"


def credential_data(credential: Credential, settings: SiteSettings) -> dict[str, Any]:
    """An ``EducationalOccupationalCredential``."""
    months = credential.cycle.months if credential.cycle else None
    return stated(
        context=CONTEXT,
        type="EducationalOccupationalCredential",
        id=settings.absolute(f"/credentials/{credential.id}/"),
        name=credential.name,
        url=settings.absolute(f"/credentials/{credential.id}/"),
        recognizedBy=stated(type="Organization", name=credential.body_name, url=credential.body_url),
        validIn=credential.jurisdiction,
        validFor=f"P{months}M" if months else None,
    )


def summary(credential: Credential) -> str:
    """One line of an index: what it asks, or that nobody found it."""
    if credential.standing is Standing.NO_CE:
        return "no CE required by the rule we read"
    if credential.standing is Standing.NO_LICENSE:
        return "no license by the rule we read"
    cycle = cycle_text(credential)
    if credential.total is None:
        return "total not found: check with the board"
    return f"{points(credential.total.value)} {credential.unit.value}" + (f" {cycle}" if cycle else "")


def by_body(credentials: Mapping[str, Credential]) -> list[tuple[str, list[tuple[Credential, str]]]]:
    """Credentials under their bodies: the national ones first, then by name."""
    groups: dict[str, list[Credential]] = {}
    for credential in credentials.values():
        groups.setdefault(credential.body, []).append(credential)

    def rank(body: str) -> tuple[int, str]:
        first = BODIES_FIRST.index(body) if body in BODIES_FIRST else len(BODIES_FIRST)
        return first, groups[body][0].body_name.casefold()

    return [
        (groups[body][0].body_name, [(c, summary(c)) for c in sorted(groups[body], key=lambda c: c.name.casefold())])
        for body in sorted(groups, key=rank)
    ]


def write_credentials(
    press: Press, credentials: Mapping[str, Credential], pages: Mapping[str, RulePageView] | None = None
) -> None:
    """Write the index of credentials and a page for each; ``pages`` are the watched pages of rules, by address."""
    about = "What each certification and license asks of continuing education, with sources and their age."
    values: dict[str, object] = {
        "title": "Renewal rules",
        "description": about,
        "section": "credentials",
        "bodies": by_body(credentials),
    }
    press.page("credentials.html", "/credentials/", values)
    for credential in credentials.values():
        line = summary(credential)
        values = {
            "title": credential.name,
            "description": f"{credential.name}: {line}, with the source of each figure.",
            "section": "credentials",
            "credential": credential,
            "summary": line,
            "figures": figure_rows(credential),
            "accepted": accepted_rows(credential),
            "others": (
                ("earns", "What other activities earn", "Activity", activity_rows(credential)),
                ("fees", "Fees", "Fee", fee_rows(credential)),
            ),
            "facts": _facts(credential),
            "changed": [
                (url, day(page.changed_at.date()), page.quotes)
                for url, page in changed_sources(credential, pages or {}).items()
                if page.changed_at is not None
            ],
            "structured": credential_data(credential, press.settings),
        }
        press.page("credential.html", f"/credentials/{credential.id}/", values)


def _facts(credential: Credential) -> Sequence[tuple[str, str, str | None]]:
    """Sentences of the rule that are no number: text, confidence, address of the source."""
    rows = []
    for fact in credential.documentation:
        source = credential.source(fact.source)
        rows.append((fact.text, fact.confidence.value, source.url if source else None))
    return rows
