"""The catalog as the site reads it: one consistent set of public views, taken once a build."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from catalog.rule_pages import RulePageView
from catalog.views import ChangeView, OpportunityView, PackageView, ProviderView, RunView, SourceView

RUNS_SHOWN = 14
"""How many of the last runs the status page lists."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A live opportunity that is like another one, in the words of its page."""

    id: str
    title: str
    worth: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a source asks of the person who runs the site: what happened, and one thing to do.

    ``urgent`` is false where waiting is all there is to do.
    """

    name: str
    cause: str
    repair: str
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything public that the pages show. ``data_date`` is the day of the last reading that went well.

    ``opportunities`` may be a one-way iterator: the build goes through it once. ``export`` writes the downloads of the
    whole catalog into a folder and names them; ``exported_from`` gives a hash of what they hold but their date. With
    ``hashes`` (of everything that each opportunity shows, by id) and ``load``, only the opportunities that changed are
    asked for, and ``opportunities`` stays untouched. ``similar`` names the neighbors of an opportunity, best first.
    ``changes`` may or may not hold what is new; the page of news asks for ``arrivals`` too.
    ``rule_pages`` are the watched pages of rules, by address. ``needs`` is what the sources ask of somebody, where the
    night has judged that; else it is read from how their last run ended.
    """

    opportunities: Iterable[OpportunityView]
    providers: Sequence[ProviderView] = ()
    sources: Sequence[SourceView] = ()
    packages: Sequence[PackageView] = ()
    runs: Sequence[RunView] = ()
    changes: Sequence[ChangeView] = ()
    arrivals: Callable[[], Sequence[ChangeView]] = tuple
    aliases: Mapping[str, str] = field(default_factory=dict)
    data_date: date | None = None
    hashes: Callable[[], Mapping[str, str]] | None = None
    similar: Mapping[str, Sequence[Neighbor]] = field(default_factory=dict)
    load: Callable[[Collection[str]], Iterable[OpportunityView]] = lambda _ids: ()
    export: Callable[[Path], list[Path]] | None = None
    exported_from: Callable[[], str] | None = None
    rule_pages: Mapping[str, RulePageView] = field(default_factory=dict)
    needs: Sequence[Need] | None = None
