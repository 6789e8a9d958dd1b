"""The edge where the present moment enters: ``--now``, or the machine's clock. No other room reads a clock."""

from __future__ import annotations

from datetime import UTC, datetime

from aliquot.errors import CommandError


def read_now(text: str | None) -> datetime:
    """The moment that a command works at, aware.

    ``text`` is a date ("2026-11-22", read as noon UTC) or a date and time with an offset; ``None`` asks the machine.
    Raises :class:`CommandError` for anything else.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--now takes a date like 2026-11-22 or a time like 2026-11-22T03:00+00:00, not {text!r}"
        ) from error
    if moment.tzinfo is None:
        if len(text) > len("2026-11-22"):
            raise CommandError(f"--now {text!r} has no time zone; write for example {text}+00:00")
        moment = moment.replace(hour=12, tzinfo=UTC)
    return moment
