"""Statements that write many rows at once, on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from catalog.models import Memory, Row, table


def upsert(
    connection: Connection, model: type[Row], rows: Sequence[Mapping[str, Any]], *, keep: Iterable[str] = ()
) -> None:
    """Insert rows, or bring the rows of the same primary key up to date but for the columns named in ``keep``."""
    if not rows:
        return
    target = table(model)
    keys = {column.name for column in target.primary_key}
    insert = insert_into(connection, target)
    fresh = {name: insert.excluded[name] for name in rows[0] if name not in keys and name not in set(keep)}
    statement = (
        insert.on_conflict_do_update(index_elements=sorted(keys), set_=fresh)
        if fresh
        else insert.on_conflict_do_nothing()
    )
    connection.execute(statement, list(rows))


def insert_missing(connection: Connection, model: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if rows:
        connection.execute(insert_into(connection, table(model)).on_conflict_do_nothing(), list(rows))


PARAMETERS_AT_MOST = 1000
Item = TypeVar("Item")


def parts(items: Sequence[Item], size: int = PARAMETERS_AT_MOST) -> Iterator[Sequence[Item]]:
    """Slices; by default small enough for the parameters of one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_into(connection: Connection, target: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(target) if connection.dialect.name == "sqlite" else postgresql.insert(target)


def text_hash(text: str) -> str:
    """The content hash of a payload's canonical text; equal to :meth:`catalog.listing.Listing.content_hash`."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def remembered(connection: Connection, name: str) -> Any:
    """A fact that the catalog keeps about itself, or ``None``."""
    memory = table(Memory)
    return connection.scalar(sa.select(memory.c.value).where(memory.c.name == name))
