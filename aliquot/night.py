"""A night's order and its report: the shapes that every stage shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from aliquot.errors import ExitCode
from aliquot.places import Places
from aliquot.settings import Settings
from aliquot.told import Telling
from aliquot.verdicts import Verdict
from catalog.spool import Finish, SourceEndLine

Say = Callable[[str], None]
REPORT = "report.json"
APPROVALS = "approvals.toml"


class Stage(StrEnum):
    """The stages of a night, in their order. Each is safe to repeat.

    ``record`` compares with the catalog first, and reconciles; ``index`` guesses topics first; ``site`` renders,
    verifies and publishes; ``report`` writes the report and tells who must be told.
    """

    CRAWL = "crawl"
    RECORD = "record"
    PROJECT = "project"
    INDEX = "index"
    SITE = "site"
    REPORT = "report"


def _keep_quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night's order: the clock, where everything lives, and what is asked for.

    ``say`` gets one line a stage that ended, ``doing`` what is going on between them. ``sources`` of ``None`` is every
    enabled source; ``since`` leaves out those that were read completely on that day or later. ``accepted`` sources may
    lose what the guards would hold back. ``sample_port`` names a sample web that already runs. A ``dry_run`` publishes
    nothing and tells nobody. A ``full`` night renders every page anew, one of
    ``only_pages`` (a pattern of addresses) those alone.
    """

    now: datetime
    places: Places
    settings: Settings
    say: Say
    sources: tuple[str, ...] | None = None
    sample_port: int | None = None
    doing: Say = _keep_quiet
    only: frozenset[Stage] = frozenset(Stage)
    since: date | None = None
    accepted: frozenset[str] = frozenset()
    telling: Telling = field(default_factory=Telling)
    dry_run: bool = False
    full: bool = False
    only_pages: str | None = None

    @property
    def today(self) -> date:
        """The day of the night's clock."""
        return self.now.date()

    @property
    def publishes(self) -> bool:
        """Whether a release is to become the site."""
        return Stage.SITE in self.only and not self.dry_run

    def folder(self, run: str) -> Path:
        """Where a run's spool, log and report lie."""
        return self.places.runs / run


@dataclass(slots=True)
class NightReport:
    """What a night did; written to ``runs/<id>/report.json``.

    ``held`` is what the guards held back, a sentence by source; ``seconds`` the time of each stage; ``untold`` what
    could not be sent. ``publishes`` tells whether publishing was asked for at all; ``rules_changed`` names the
    credentials by the address of each page that has changed since their rules were read from it.
    """

    run: str
    now: datetime
    sample: bool
    sources: tuple[SourceEndLine, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    release: str | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    resumed: bool = False
    live: int | None = None
    publishes: bool = True
    rules_changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[SourceEndLine, ...]:
        """Sources whose crawl did not end completely."""
        return tuple(end for end in self.sources if end.finish is not Finish.COMPLETE)

    @property
    def exit_code(self) -> ExitCode:
        """0 good; 1 published, but a source failed; 3 not published, though it should have been."""
        if self.release is None and (self.problems or self.publishes):
            return ExitCode.NOT_PUBLISHED
        return ExitCode.SOURCE_FAILED if self.failed else ExitCode.GOOD


def counted(counts: Mapping[str, Any]) -> str:
    """The numbers of a count, in words: "12 new, 3 changed"."""
    return (
        ", ".join(
            f"{number} {name.replace('_', ' ')}"
            for name, number in counts.items()
            if isinstance(number, int) and number
        )
        or "nothing to do"
    )
