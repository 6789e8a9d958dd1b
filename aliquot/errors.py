"""Exit codes, and the one exception that ends a command with a plain sentence."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command's exit status says; the same for every command."""

    GOOD = 0
    SOURCE_FAILED = 1
    BAD_INPUT = 2
    NOT_PUBLISHED = 3
    LOCKED = 4


class CommandError(Exception):
    """A command cannot go on: one sentence that says what to do, and the exit status."""

    def __init__(self, message: str, code: ExitCode = ExitCode.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code
