"""What a build did and what it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

KILOBYTES = 1024
STATUS = Path("/proc/self/status")
"""What Linux tells of a process."""


@dataclass(slots=True)
class BuildReport:
    """What a build did: opportunities seen and live, files written and linked.

    By step: seconds, seconds of processors (those of other processes that it started and ended too), and the peak of
    this process's memory so far in megabytes. ``holds_through`` is the last day on which every list stays as it is;
    ``None``: for as long as the facts do.
    """

    opportunities: int = 0
    live: int = 0
    pages: int = 0
    written: int = 0
    linked: int = 0
    bytes: int = 0
    holds_through: date | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    peak_megabytes: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note what a step takes, or one more part of it."""
        start, processor = time.perf_counter(), _processor_seconds()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - start
            self.processor[step] = self.processor.get(step, 0.0) + _processor_seconds() - processor
            self.peak_megabytes[step] = _peak_kilobytes() / KILOBYTES


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_kilobytes() -> int:
    """The peak of this process alone: ``getrusage`` begins with the peak of the one that started it."""
    if STATUS.exists():
        peak = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
