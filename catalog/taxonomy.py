"""The topics of laboratory CE: their ids, labels, parents, and the words that providers use for them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

FOLD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``words`` are folded names that state it outright."""

    id: str
    label: str
    parent: str | None
    words: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, each run of punctuation and space folded to one space: "Blood-Banking / QA" to "blood banking qa"."""
    return FOLD.sub(" ", text.lower()).strip()


@cache
def topics() -> dict[str, Topic]:
    """Every topic by id, in the order of ``taxonomy.toml``."""
    raw = tomllib.loads(resources.files(__package__).joinpath("taxonomy.toml").read_text(encoding="utf-8"))
    return {
        entry["id"]: Topic(
            id=entry["id"],
            label=entry["label"],
            parent=entry.get("parent"),
            words=tuple(dict.fromkeys([fold(entry["label"]), *map(fold, entry["words"])])),
        )
        for entry in raw["topic"]
    }


@cache
def _topics_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for topic in topics().values():
        for word in topic.words:
            found.setdefault(word, []).append(topic.id)
    return {word: tuple(ids) for word, ids in found.items()}


def topics_of_subject(subject: str) -> tuple[str, ...]:
    """Topic ids that a provider's own words name outright, in taxonomy order; empty where they name none of ours.

    The whole phrase is tried first; then its parts between slashes, commas, semicolons and "and", all of which must be
    known, so that "Hematology and something else" states nothing.
    """
    known = _topics_by_word()
    whole = known.get(fold(subject))
    if whole is not None:
        return whole
    parts = [part for part in re.split(r"[/,;&()]|\band\b", subject, flags=re.IGNORECASE) if fold(part)]
    found = [known.get(fold(part)) for part in parts]
    named = {topic for ids in found if ids for topic in ids}
    return tuple(topic for topic in topics() if topic in named) if parts and all(found) else ()


def with_ancestors(topic_id: str) -> tuple[str, ...]:
    """The topic and its parents, nearest first: ``medical_errors, patient_safety, safety``."""
    chain: list[str] = []
    current: str | None = topic_id
    while current is not None and current not in chain:
        chain.append(current)
        current = topics()[current].parent
    return tuple(chain)
