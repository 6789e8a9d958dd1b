"""Column types that keep a value what it is, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

WORD_LENGTH = 40


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. A naive datetime is refused; what comes back is aware, in UTC.

    SQLite has no time zones and gives naive values back, so UTC is stored there and put back on reading.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """``TIMESTAMP WITH TIME ZONE`` where there is one."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; naive for SQLite. Raises ``ValueError`` for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; an instant needs one")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A member of a ``StrEnum``, stored as its word, so that a new member needs no change of the schema."""

    impl = sa.String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(WORD_LENGTH)
        self.words = words
        self.members: dict[str | None, StrEnum] = {member.value: member for member in words}

    def process_bind_param(self, value: StrEnum | str | None, _dialect: Dialect) -> str | None:
        """The member's word. Raises ``ValueError`` for a word that the enum does not know."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        """The member. Raises ``ValueError`` for a word that the enum does not know."""
        return self.members.get(value) or (None if value is None else self.words(value))
