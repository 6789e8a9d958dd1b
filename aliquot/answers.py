"""One technician's question, answered from an opened catalog: what is still needed, and what to take next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aliquot.errors import CommandError
from aliquot.places import Places
from catalog import queries
from catalog.store import Catalog, open_catalog
from catalog.views import OpportunityView, PackageView
from recommend.credential import Credential
from recommend.index import Index, open_index
from recommend.profile import Profile, load_profile, sample_profile
from recommend.rank import Suggestion, suggest
from recommend.rules import load_credentials
from recommend.shortfall import Owed, owed


@dataclass(frozen=True, slots=True)
class Answer:
    """What one technician still needs and should take next, with everything it was reckoned from."""

    profile: Profile
    owed: Owed
    suggestions: tuple[Suggestion, ...]


def read_profile(file: Path | None, places: Places, now: datetime) -> Profile:
    """The profile that a command works on: the file that is named, the sample's, or the one in the home.

    Raises :class:`CommandError` where there is none, and the profile's own error where it cannot be used.
    """
    if file is not None:
        return load_profile(file)
    if places.sample:
        return sample_profile(places.sample_anchor(now.date()))
    if not places.profile.exists():
        raise CommandError(
            f"no profile at {places.profile}; name one with --profile FILE, or look at the sample with --sample"
        )
    return load_profile(places.profile)


def has_catalog(places: Places) -> bool:
    """Whether a night has made the catalog: one in PostgreSQL is taken to stand."""
    return not places.catalog_address.startswith("sqlite") or (places.home / "catalog.sqlite").exists()


def open_existing(places: Places) -> Catalog:
    """The catalog of an installation that has one. Raises :class:`CommandError` before the first night."""
    if not has_catalog(places):
        first = "aliquot demo" if places.sample else "aliquot nightly"
        raise CommandError(f"there is no catalog in {places.home} yet; run `{first}` first")
    return open_catalog(places.catalog_address)


def find_owed(profile: Profile, places: Places, now: datetime) -> Owed:
    """What is still needed; needs no catalog."""
    return owed(profile, load_credentials(places.overlay("credentials")), now.date())


def answer(profile: Profile, catalog: Catalog, places: Places, now: datetime, limit: int | None) -> Answer:
    """Rank the opportunities of the catalog for one profile."""
    credentials: dict[str, Credential] = load_credentials(places.overlay("credentials"))
    opportunities: list[OpportunityView] = queries.opportunities(catalog)
    packages: list[PackageView] = queries.packages(catalog)
    index: Index = open_index(places.index, queries.fingerprint(catalog))
    suggestions = suggest(profile, opportunities, packages, credentials, index, now, limit=limit)
    return Answer(profile, owed(profile, credentials, now.date()), tuple(suggestions))
