"""Where to look: the curated directory of providers, useful even where their pages cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.views import ProviderView
from render.formats import day_of_text
from render.lists import Lists


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One provider as words; ``path`` is its browse page where it has listings."""

    name: str
    url: str
    path: str | None
    count: int
    about: str | None
    credits: str | None
    cost: str | None
    steps: str | None
    checked_on: str | None


def directory_rows(providers: Sequence[ProviderView], lists: Lists) -> list[DirectoryRow]:
    """Every provider that has an address, by name."""
    rows = []
    for provider in sorted(providers, key=lambda provider: (provider.name.casefold(), provider.id)):
        entry, path = provider.directory, f"/provider/{provider.id}/"
        url = (entry.url if entry else None) or provider.url
        if url is None:
            continue
        rows.append(
            DirectoryRow(
                name=provider.name,
                url=url,
                path=path if path in lists.by_path else None,
                count=lists.count(path),
                about=entry.about if entry else None,
                credits=", ".join(entry.credits) or None if entry else None,
                cost=entry.cost if entry else None,
                steps="; ".join(step.rstrip(".") for step in provider.claim.steps) or None if provider.claim else None,
                checked_on=day_of_text(entry.checked_on) if entry else None,
            )
        )
    return rows
