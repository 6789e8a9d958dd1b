"""The folders of one installation, and the choice between the real one and the sample one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aliquot.errors import CommandError
from aliquot.settings import Settings

SAMPLE_FOLDER = "sample"


@dataclass(frozen=True, slots=True)
class Places:
    """Where one catalog and everything made from it live. Sample data has places of its own and never mixes."""

    home: Path
    catalog_address: str
    sample: bool

    @property
    def runs(self) -> Path:
        """One folder a run: known pages, spool, log, report."""
        return self.home / "runs"

    @property
    def releases(self) -> Path:
        """Built sites side by side."""
        return self.home / "releases"

    @property
    def current(self) -> Path:
        """A symbolic link to the published release."""
        return self.home / "current"

    @property
    def index(self) -> Path:
        """The saved relevance index."""
        return self.home / "index"

    @property
    def profile(self) -> Path:
        """The technician's own profile, where no ``--profile`` names another."""
        return self.home / "profile.toml"

    def overlay(self, name: str) -> Path:
        """An operator's own ``sources``, ``curation``, ``credentials`` or ``private``, merged over the bundled ones."""
        return self.home / name

    def sample_anchor(self, today: date) -> date:
        """The day that the sample web's dates are reckoned from: kept at the first start, so that nothing drifts."""
        kept = self.home / "sample_anchor"
        if not kept.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            kept.write_text(f"{today.isoformat()}\n", encoding="utf-8")
        text = kept.read_text(encoding="utf-8").strip()
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise CommandError(f"{kept}: line 1: {text!r} is no date like 2026-11-22") from error


def places_of(settings: Settings, *, sample: bool) -> Places:
    """The real places, or those of the sample data beside them. PostgreSQL is for real data only."""
    home = (settings.home / SAMPLE_FOLDER if sample else settings.home).expanduser().resolve()
    address = settings.catalog_url if settings.catalog_url and not sample else f"sqlite:///{home / 'catalog.sqlite'}"
    return Places(home=home, catalog_address=address, sample=sample)
