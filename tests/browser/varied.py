"""A varied catalog, and what the command line answers about it on one day."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from many import many, packages
from profiles import ANCHOR, RULES

from catalog.views import OpportunityView
from recommend.index import Index, build_index
from recommend.profile import Profile
from recommend.rank import Person, Ranking, person_of

VIEWS = many(300, ANCHOR)
PACKAGES = packages()


def catalog_in_hand() -> list[OpportunityView]:
    """All that the command line knows: more than the browser's file, and no score may feel what is over."""
    return [*VIEWS, *(replace(view, id=f"z{view.id}", retired_on=ANCHOR) for view in VIEWS[:40])]


@functools.cache
def _index() -> Index:
    return build_index(catalog_in_hand())


@dataclass(frozen=True)
class CommandLine:
    """What the command line answers on one day."""

    today: date

    @cached_property
    def ranking(self) -> Ranking:
        """The ranking of that day."""
        return Ranking(catalog_in_hand(), PACKAGES, _index(), self.today)

    def person(self, document: dict[str, Any]) -> Person:
        """Somebody whose profile stands in a file as this document."""
        return person_of(Profile.model_validate(document), RULES, self.today)


@functools.cache
def command_line(today: date) -> CommandLine:
    """One for each day, so that its columns are laid once."""
    return CommandLine(today)
