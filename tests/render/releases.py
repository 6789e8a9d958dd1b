"""Releases of the small catalog, one made from the other, and which opportunities were loaded for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from small_catalog import TODAY, snapshot

from catalog.views import OpportunityView
from recommend.rules import load_credentials
from render.build import Job, build
from render.settings import SiteSettings
from render.snapshot import Snapshot

SETTINGS = SiteSettings(sample=True, page_size=6, search=False)


@dataclass
class Store:
    """A catalog that remembers which opportunities it was asked for."""

    views: list[OpportunityView]
    asked: list[str] = field(default_factory=list)

    def snapshot(self) -> Snapshot:
        """What a build reads."""
        return replace(
            snapshot(),
            opportunities=(),
            hashes=lambda: {view.id: str(hash(repr(view))) for view in self.views},
            load=self.load,
        )

    def load(self, ids: Collection[str]) -> Iterable[OpportunityView]:
        """The named ones."""
        self.asked += ids
        return [view for view in self.views if view.id in set(ids)]


def built(store: Store, folder: Path, previous: Path | None = None, today: date = TODAY, **more: object) -> list[str]:
    """Build and give the ids that were loaded for it."""
    store.asked.clear()
    settings = SETTINGS.model_copy(update=more)
    build(Job(store.snapshot(), today, settings, load_credentials(), None, previous), folder)
    return sorted(store.asked)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a site with its content."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
