"""A night's log: one JSON object a line, each with the run's id, and never a secret."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOG_FILE = "night.jsonl"
HIDDEN = "[hidden]"
LOGGER = logging.getLogger("aliquot.night")
FIELDS = "aliquot_fields"
CHATTY = ("alembic", "filelock", "asyncio")
"""Libraries whose information is of no use to an operator; their warnings are kept."""


class JsonLines(logging.Formatter):
    """Each record as one line: ``at``, ``run``, ``level``, ``logger``, ``event``, and the fields of the event."""

    def __init__(self, run: str, secrets: Iterable[str]) -> None:
        super().__init__()
        self._run = run
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object without a line break."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "run": self._run,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self._hidden(record.getMessage()),
        }
        line.update(self._hidden_all(getattr(record, FIELDS, {})))
        if record.exc_info:
            line["error"] = self._hidden(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _hidden_all(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._hidden(value)
        if isinstance(value, dict):
            return {str(key): self._hidden_all(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._hidden_all(part) for part in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._hidden(str(value))


class LogFile(logging.FileHandler):
    """The log's file. Where it cannot be written (a full disk), that is said once, and the night goes on."""

    _is_lost = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - the base class's name and argument
        """Say once that the log cannot be written."""
        if not self._is_lost:
            self._is_lost = True
            sys.stderr.write(f"aliquot: {self.baseFilename} cannot be written\n")


def note(event: str, **fields: Any) -> None:
    """Log something that went as it should."""
    LOGGER.info(event, extra={FIELDS: fields})


def warn(event: str, **fields: Any) -> None:
    """Log something that somebody may have to look at."""
    LOGGER.warning(event, extra={FIELDS: fields})


@contextmanager
def kept(folder: Path, run: str, secrets: Iterable[str]) -> Iterator[Path]:
    """Write what is logged inside the block to ``night.jsonl`` in the run's folder, after what stands there."""
    file = folder / LOG_FILE
    handler = LogFile(file, encoding="utf-8")
    handler.setFormatter(JsonLines(run, secrets))
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or not record.name.startswith(CHATTY))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(min(level, logging.INFO) if level else logging.INFO)
    try:
        yield file
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()
