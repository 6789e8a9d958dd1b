"""Asking once: the page, the card, the feed and the calendar of one opportunity want the same words ten times over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def once(function: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """A function of one immutable value that keeps its answer for as long as it is asked about the same object."""
    known: tuple[object, Answer] | None = None

    @wraps(function)
    def answer(asked: Asked) -> Answer:
        nonlocal known
        if known is None or known[0] is not asked:
            known = (asked, function(asked))
        return known[1]

    return answer
