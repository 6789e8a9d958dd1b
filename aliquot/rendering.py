"""The site rendered from the catalog: what ranks, renders and indexes, loaded only where something has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from aliquot.night import Night
from aliquot.publish import current_release
from catalog import queries, store
from catalog.code import code_hash
from recommend.index import open_index
from recommend.profile import sample_profile
from recommend.rank import Ranking, person_of
from recommend.rules import load_credentials
from recommend.shortfall import owed
from render.answer import SampleAnswer
from render.build import build_site
from render.neighbors import neighbors
from render.report import BuildReport
from render.settings import SiteSettings
from render.snapshot import Need, Neighbor

SAMPLE_SUGGESTIONS = 20
"""How long the sample technician's list on the site is."""

NEIGHBORS = "neighbors.json"
"""Beside the index: which opportunities are alike, under the hash of what that was reckoned from."""

Alike = Mapping[str, Sequence[Neighbor]]
KEPT: TypeAdapter[tuple[str, dict[str, tuple[Neighbor, ...]]]] = TypeAdapter(
    tuple[str, dict[str, tuple[Neighbor, ...]]]
)


def render_site(
    night: Night,
    catalog: store.Catalog,
    settings: SiteSettings,
    needs: Sequence[Need],
    building: Path,
) -> BuildReport:
    """Build the release ``building`` from the catalog; what did not change is linked from the live one."""
    fingerprint = queries.fingerprint(catalog)
    index = open_index(night.places.index, fingerprint)
    ranking = Ranking(queries.opportunities(catalog), queries.packages(catalog), index, night.today)
    return build_site(
        catalog,
        building,
        now=night.now,
        settings=settings,
        credentials=load_credentials(night.places.overlay("credentials")),
        answer=_sample_answer(night, ranking),
        previous=current_release(night.places.current),
        full=night.full,
        only=night.only_pages,
        similar=_alike(ranking, fingerprint, night.places.index / NEIGHBORS),
        needs=needs,
    )


def _sample_answer(night: Night, ranking: Ranking) -> SampleAnswer:
    """What the site's own example still needs, and should take next."""
    profile = sample_profile(night.places.sample_anchor(night.today) if night.places.sample else night.today)
    credentials = load_credentials(night.places.overlay("credentials"))
    suggestions = ranking.suggestions(person_of(profile, credentials, night.today), SAMPLE_SUGGESTIONS)
    return SampleAnswer(profile, owed(profile, credentials, night.today), tuple(suggestions))


def _alike(ranking: Ranking, fingerprint: str, file: Path) -> Alike:
    """The neighbors of each live opportunity, as they were kept where the same ones are live in the same catalog."""
    made_from = (fingerprint, code_hash("recommend"), code_hash("render"), ranking.columns.ids)
    key = hashlib.sha256(repr(made_from).encode()).hexdigest()
    try:
        kept_under, kept = KEPT.validate_json(file.read_bytes())
    except (OSError, ValueError):  # not there, or cut short
        kept_under, kept = "", {}
    if kept_under == key:
        return kept
    found = neighbors(ranking)
    file.write_bytes(KEPT.dump_json((key, found)))
    return found
