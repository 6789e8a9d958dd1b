"""The same work on many parts of a site, by one process or by several.

The children are forked: what rules, templates and settings hold is shared, and nothing needs to be sent to them. What
one writes is noted by the parent as if it had been written there.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, Generic, TypeVar

from render.output import Counts
from render.press import Press

WATCH_SECONDS = 1.0

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(slots=True)
class Written(Generic[Result]):
    """What a child tells of one task: what came of it, its pages for the sitemap, its files, and their counts."""

    result: Result
    places: list[tuple[str, date | None]] = field(default_factory=list)
    files: list[tuple[str, bool]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def spread(press: Press, work: Callable[[Task], Result], tasks: Iterable[Task], *, at_least: int) -> Iterator[Result]:
    """Do each task and give what comes of it, in their order; by several processes from ``at_least`` tasks on.

    ``work`` may write through ``press``. An error that it raises is raised here.
    """
    tasks = iter(tasks)
    first = list(islice(tasks, at_least))
    if len(first) < at_least or processors() == 1:
        yield from map(work, first)
        yield from map(work, tasks)
        return
    given = (press, work, os.getpid())
    with ProcessPoolExecutor(processors(), get_context("fork"), initializer=_begin, initargs=given) as pool:
        waiting: deque[Future[Written[Result]]] = deque(pool.submit(_do, task) for task in first)
        for task in tasks:
            yield _noted(press, waiting.popleft().result())
            waiting.append(pool.submit(_do, task))
        while waiting:
            yield _noted(press, waiting.popleft().result())


@contextmanager
def beside(
    press: Press, work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[tuple[Callable[[], Result], ...]]:
    """Do each task in a process of its own while this one goes on; what is given waits for what comes of each.

    ``work`` may write through ``press``, and so may this process meanwhile. An error that it raises is raised there.
    """
    begun = [_begun(press, work, task) for task in tasks]
    try:
        yield tuple(partial(_told, press, coming) for _process, coming in begun)
    finally:
        for process, coming in begun:
            process.kill()  # what it had to tell is told, or nobody waits for it any more
            process.join()
            coming.close()


def processors() -> int:
    """Among how many processes work can be divided."""
    return (os.cpu_count() or 1) if sys.platform == "linux" else 1


def _begun(press: Press, work: Callable[[Task], Result], task: Task) -> tuple[ForkProcess, Connection]:
    context = get_context("fork")
    coming, telling = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(telling, press, work, os.getpid(), task))
    process.start()
    telling.close()
    return process, coming


def _tell(telling: Connection, press: Press, work: Callable[[Any], Any], parent: int, task: Any) -> None:
    _begin(press, work, parent)
    try:
        telling.send(_do(task))
    except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for the result
        telling.send(error)


def _told(press: Press, coming: Connection) -> Any:
    try:
        told = coming.recv()
    except EOFError:
        raise ChildProcessError("a process that was to write pages ended before it was done") from None
    if isinstance(told, Exception):
        raise told
    return _noted(press, told)


_given: list[tuple[Press, Callable[[Any], Any]]] = []
"""What this process works with, where it is a child."""


def _begin(press: Press, work: Callable[[Any], Any], parent: int) -> None:
    _given[:] = [(press, work)]
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone, even where that one was killed."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def _do(task: Any) -> Written[Any]:
    ((press, work),) = _given
    written = Written[Any](None)
    press.output.counts = written.counts
    press.output.note = lambda path, linked: written.files.append((path, linked))
    press.place = lambda path, changed: written.places.append((path, changed))
    written.result = work(task)
    return written


def _noted(press: Press, written: Written[Result]) -> Result:
    """What a child wrote, noted as if it were written here."""
    for path, linked in written.files:
        press.output.note(path, linked)
    for path, changed in written.places:
        press.place(path, changed)
    press.output.counts.add(written.counts)
    return written.result
