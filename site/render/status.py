"""Sources and their health: what the last run read, what needs somebody, and when each source was last read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.rule_pages import RulePageView
from catalog.spool import Finish
from catalog.views import RunView, SourceRunView, SourceView
from recommend.credential import Credential
from recommend.rule_flags import changed_sources
from render.formats import clock, day
from render.press import Press
from render.settings import SiteSettings
from render.snapshot import Need, Snapshot
from render.words import CAUSE, FINISH, REPAIR

SWITCHED_OFF = "Switched off"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source as words. Where it was never ``read`` its counts say nothing and are not shown."""

    id: str
    name: str
    url: str
    state: str
    read: bool
    failed: bool
    read_on: str | None
    listings: int
    new: int
    changed: int
    rejected: int
    proof: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One nightly run as words and counts."""

    began: str
    state: str
    sources: int
    failed: int
    new: int
    changed: int
    requests: int
    not_modified: int


def moment(at: datetime) -> str:
    """``Nov 22, 2026, 2:17 AM UTC``."""
    return f"{day(at.date())}, {clock(at.time())} {at.tzname() or ''}".strip()


def source_rows(sources: Sequence[SourceView]) -> list[SourceRow]:
    """Every source, those that failed first, then by name."""
    rows = [_source_row(source) for source in sources]
    return sorted(rows, key=lambda row: (not row.failed, row.name.casefold()))


def _failed(source: SourceView) -> bool:
    return source.enabled and source.health is not None and source.health.finish is Finish.FAILED


def _source_row(source: SourceView) -> SourceRow:
    health = source.health
    if not source.enabled:
        state = SWITCHED_OFF
    elif health is None or health.finish is None:
        state = "Not read yet"
    else:
        cause = f": {CAUSE[health.cause]}" if health.cause else ""
        state = FINISH[health.finish] + cause
    return SourceRow(
        id=source.id,
        name=source.name,
        url=source.url,
        state=state,
        read=health is not None or source.read_on is not None,
        failed=_failed(source),
        read_on=day(source.read_on) if source.read_on else None,
        listings=source.active + source.missing,
        new=health.new if health else 0,
        changed=health.changed if health else 0,
        rejected=source.rejected,
        proof=source.proof,
    )


def needs(snapshot: Snapshot) -> Sequence[Need]:
    """One action for each source that needs somebody: as the night judged it, else for each that failed."""
    if snapshot.needs is not None:
        return snapshot.needs
    return [
        Need(
            source.name,
            CAUSE[source.health.cause] if source.health.cause else "It failed without saying why",
            REPAIR[source.health.cause] if source.health.cause else "Read the run's log.",
        )
        for source in snapshot.sources
        if _failed(source) and source.health is not None
    ]


def rule_needs(pages: Mapping[str, RulePageView], credentials: Mapping[str, Credential]) -> list[Need]:
    """One action for each page of a rule that has changed since we read it."""
    found: dict[str, list[str]] = {}
    for credential in credentials.values():
        for url in changed_sources(credential, pages):
            found.setdefault(url, []).append(credential.short_name)
    return [
        Need(
            f"Rules of {', '.join(names)}",
            f"{url} has changed since we read it",
            "Read it, then set the figure and its read_on in the rule file.",
        )
        for url, names in sorted(found.items())
    ]


def headline(snapshot: Snapshot) -> str:
    """The first line: how the last run went, in one sentence."""
    if not snapshot.runs:
        return "Nothing was read yet."
    read = [source for source in snapshot.sources if source.enabled and source.health is not None]
    urgent = sum(need.urgent for need in needs(snapshot))
    how = "fine" if not any(_failed(source) for source in read) else "published, with failures"
    need = "none needs" if urgent == 0 else f"{urgent} need{'s' if urgent == 1 else ''}"
    when = day(snapshot.runs[0].started_at.date())
    return f"The run of {when}: {how}. {len(read)} sources read, {need} you, nothing lost."


def run_rows(runs: Sequence[RunView]) -> list[RunRow]:
    """The last runs, newest first."""
    return [
        RunRow(
            began=moment(run.started_at),
            state=run.state.capitalize(),
            sources=len(run.sources),
            failed=sum(source.finish is Finish.FAILED for source in run.sources),
            new=sum(source.new for source in run.sources),
            changed=sum(source.changed for source in run.sources),
            requests=sum(source.requests for source in run.sources),
            not_modified=sum(source.not_modified for source in run.sources),
        )
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class SourceRunRow:
    """One run of one source as words and counts."""

    began: str
    state: str
    found: int
    new: int
    changed: int
    rejected: int
    requests: int
    not_modified: int
    unasked: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a source's history: place and width in percent, height in pixels of 100."""

    x: str
    width: str
    height: int
    failed: bool


def _run_row(run: SourceRunView) -> SourceRunRow:
    state = FINISH[run.finish] if run.finish else "Not ended"
    return SourceRunRow(
        began=moment(run.started_at),
        state=state + (f": {CAUSE[run.cause]}" if run.cause else ""),
        found=run.listings + run.seen + run.unasked,
        new=run.new,
        changed=run.changed,
        rejected=run.rejected,
        requests=run.requests,
        not_modified=run.not_modified,
        unasked=run.unasked,
        failed=run.finish is Finish.FAILED,
    )


def bars(runs: Sequence[SourceRunRow]) -> list[Bar]:
    """The runs as bars, oldest first; a run that found nothing is a thin line and not invisible."""
    most = max((run.found for run in runs), default=0) or 1
    step = 100 / max(len(runs), 7)
    return [
        Bar(f"{number * step:.2f}", f"{step * 0.7:.2f}", max(2, round(96 * run.found / most)), run.failed)
        for number, run in enumerate(reversed(runs))
    ]


def _source_values(source: SourceView) -> dict[str, object]:
    runs = [_run_row(run) for run in ((source.health, *source.history) if source.health else ())]
    return {
        "title": source.name,
        "description": f"{source.name}: how its last runs went.",
        "source": source,
        "row": _source_row(source),
        "runs": runs,
        "bars": bars(runs),
        "claim": source.claim,
    }


def status_json(snapshot: Snapshot, live: int, settings: SiteSettings) -> str:
    """``status.json``: what the script on each page compares with the reader's clock."""
    return json.dumps(
        {
            "data_date": snapshot.data_date.isoformat() if snapshot.data_date else None,
            "sample": settings.sample,
            "live": live,
            "sources": [
                {
                    "id": source.id,
                    "read_on": source.read_on.isoformat() if source.read_on else None,
                    "finish": source.health.finish.value if source.health and source.health.finish else None,
                    "cause": source.health.cause.value if source.health and source.health.cause else None,
                }
                for source in sorted(snapshot.sources, key=lambda source: source.id)
            ],
        },
        indent=1,
    )


def write_status(press: Press, snapshot: Snapshot, credentials: Mapping[str, Credential], live: int) -> None:
    """``/status/`` and ``status.json``."""
    rows = source_rows(snapshot.sources)
    unread = [row for row in rows if not row.read]
    waiting = (
        ("Not read yet", [row for row in unread if row.state != SWITCHED_OFF]),
        ("Switched off", [row for row in unread if row.state == SWITCHED_OFF]),
    )
    values = {
        "title": "Sources and health",
        "description": "Which sources were read, when, and what needs somebody.",
        "headline": headline(snapshot),
        "failing": [*needs(snapshot), *rule_needs(snapshot.rule_pages, credentials)],
        "rows": rows,
        "waiting": [(heading, group) for heading, group in waiting if group],
        "runs": run_rows(snapshot.runs),
    }
    press.page("status.html", "/status/", values)
    for source in snapshot.sources:
        press.page("source.html", f"/status/{source.id}/", _source_values(source))
    press.file("status.json", status_json(snapshot, live, press.settings))
