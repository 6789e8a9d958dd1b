"""Similar ones: for each live opportunity the few that are most like it, as ``aliquot similar`` names them.

Scores are those of :func:`recommend.answers.similar`, worked out for a block of opportunities at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from catalog.views import OpportunityView
from recommend.answers import TOPIC_OF_LIKENESS
from recommend.index import rounded
from recommend.rank import Ranking
from render.entries import credits_line
from render.formats import price_text
from render.snapshot import Neighbor

SHOWN = 4
AT_ONCE = 200
"""Opportunities asked for in one product: 200 x 10,000 scores are 16 MB."""


def neighbors(ranking: Ranking, shown: int = SHOWN) -> dict[str, tuple[Neighbor, ...]]:
    """The live opportunities most like each live one, best first, ties by id; none where nothing is like it."""
    names = [_neighbor(opportunity) for opportunity in ranking.columns.opportunities]
    return {names[row].id: tuple(names[other] for other in like) for row, like in _alike(ranking, shown)}


def _neighbor(opportunity: OpportunityView) -> Neighbor:
    worth = (credits_line(opportunity) or "Credit not stated", price_text(opportunity) or "price not stated")
    return Neighbor(opportunity.id, opportunity.title, " · ".join((*worth, opportunity.provider_name)))


def _alike(ranking: Ranking, shown: int) -> Iterator[tuple[int, list[int]]]:
    """Rows of the ranking with the rows most like them. Rows stand in the order of ids, so ties go by row."""
    index = ranking.index
    for start in range(0, len(index.ids), AT_ONCE):
        asked = range(start, min(start + AT_ONCE, len(index.ids)))
        scores = index.scores_of_many([index.likeness(index.ids[row]) for row in asked])
        for row, (text, topic) in zip(asked, scores, strict=True):
            own = rounded(text + TOPIC_OF_LIKENESS * topic)
            own[row] = 0.0
            best = np.lexsort((np.arange(len(own)), -own))[:shown] if len(own) <= shown else _best(own, shown)
            yield row, [int(other) for other in best if own[other] > 0]


def _best(scores: np.ndarray, shown: int) -> np.ndarray:
    """The rows of the best scores, best first, ties by row."""
    least = np.partition(scores, -shown)[-shown]
    rows = np.flatnonzero(scores >= least)
    return rows[np.lexsort((rows, -scores[rows]))][:shown]
