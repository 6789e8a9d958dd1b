"""The index made anew: guessed topics, weighed words. It takes long to load, so it is a module of its own."""

from __future__ import annotations

from pathlib import Path

from catalog import queries, store
from recommend.index import Index, IndexRefusedError, build_index, open_index
from recommend.topics import classify


def index_anew(catalog: store.Catalog, folder: Path) -> tuple[str, int]:
    """Guess the topics and index every opportunity; gives back the catalog's fingerprint and how many there are."""
    opportunities = queries.opportunities(catalog)
    store.save_topic_guesses(catalog, classify(opportunities))
    fingerprint = queries.fingerprint(catalog)
    build_index(queries.opportunities(catalog), fingerprint=fingerprint, previous=_former(folder)).save(folder)
    return fingerprint, len(opportunities)


def _former(folder: Path) -> Index | None:
    """The index of the night before, to go on from; ``None`` where there is none that can be used."""
    try:
        return open_index(folder, None)
    except IndexRefusedError:
        return None
