"""The database behind a catalog: one SQLite file, or PostgreSQL by URL; opened, migrated, locked.

SQLite runs in WAL mode, so that readers see the last committed batch while a night is being written. Every write
transaction takes the write lock when it begins: a transaction that reads first and writes later could otherwise fail
half way with "database is locked", whatever the busy timeout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from pydantic_core import from_json
from sqlalchemy.engine import Connection, Engine
from sqlmodel import Session

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_TIMEOUT_SECONDS = 30
LOCK_NUMBER = 0x416C6971
"""The key of PostgreSQL's advisory lock: "Aliq"."""

MIGRATION_LOCK_NUMBER = LOCK_NUMBER + 1

REVISION_TABLE = "alembic_version"
REVISION_FILE = re.compile(r"(\d{4})_\w+\.py$")


class CatalogError(RuntimeError):
    """Something about the catalog as a whole stands in the way."""


class CatalogMissingError(CatalogError):
    """There is no catalog at this place, and none was to be made."""


class CatalogNewerError(CatalogError):
    """The catalog was written by a later version of this program."""


class CatalogLockedError(CatalogError):
    """Another process is writing this catalog."""


def canonical_json(value: Any) -> str:
    """JSON text that is the same for equal values on every machine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class JsonText(str):
    """JSON that is already text; it is stored as it is, and not once more inside quotation marks."""

    __slots__ = ()


def _serialize(value: Any) -> str:
    return value if isinstance(value, JsonText) else canonical_json(value)


@dataclass(frozen=True, slots=True)
class Catalog:
    """An open catalog. ``path`` is its file, or ``None`` where it is a server's."""

    engine: Engine
    path: Path | None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session in a write transaction: committed at the end, rolled back where an exception leaves it."""
        with Session(self.engine.execution_options(begin="BEGIN IMMEDIATE")) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction, for statements in bulk; committed at the end."""
        with self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements all see one moment of the catalog, whatever is written meanwhile."""
        options: dict[str, Any] = {} if self.path else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the catalog for one writing process; the system lets go when the process dies.

        Raises :class:`CatalogLockedError` at once where another process holds it.
        """
        with _file_lock(self.path) if self.path else _server_lock(self.engine):
            yield

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CatalogLockedError(f"{path} is being written by another process; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _server_lock(engine: Engine) -> Iterator[None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_NUMBER))):
            raise CatalogLockedError("the catalog is being written by another process; wait for it to end")
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK_NUMBER)))


def catalog_url(target: str | Path) -> sa.URL:
    """The SQLAlchemy URL of a path or of a PostgreSQL URL. Raises :class:`CatalogError` for any other database."""
    if isinstance(target, Path) or "://" not in target:
        return sa.URL.create("sqlite", database=str(target))
    url = sa.make_url(target)
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url
    raise CatalogError(f"a catalog is an SQLite file or a PostgreSQL database, not {backend!r}")


def _make_engine(url: sa.URL, *, foreign_keys: bool = True) -> Engine:
    engine = sa.create_engine(url, json_serializer=_serialize, json_deserializer=from_json)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, foreign_keys=foreign_keys)
    return engine


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    """Take transactions out of the driver's hands (it begins them late and commits around DDL) and set the pragmas."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@cache
def migrations() -> Config:
    """Alembic's configuration, made in code so that it works from an installed wheel."""
    from alembic.config import Config  # noqa: PLC0415 - takes long to load, and a catalog is seldom brought up to date

    config = Config()
    folder = str(resources.files("catalog").joinpath("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def migrate(url: sa.URL, revision: str = "head") -> None:
    """Bring a database up or down to a revision, in one transaction.

    Foreign keys are not enforced meanwhile: SQLite alters a table by copying it. Raises :class:`CatalogNewerError`
    where the database is at a revision that this version does not know.
    """
    engine = _make_engine(url, foreign_keys=False)
    try:
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK_NUMBER)))
            _move(connection, revision)
    finally:
        engine.dispose()


def _move(connection: Connection, revision: str) -> None:
    current = current_revision(connection)
    if current == (newest_revision() if revision == "head" else revision):
        return
    from alembic import command  # noqa: PLC0415 - see migrations
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory.from_config(migrations())
    order = [step.revision for step in script.walk_revisions()]  # newest first
    if current is not None and current not in order:
        raise CatalogNewerError(f"the catalog is at revision {current!r}, which this version of Aliquot does not know")
    target = order[0] if revision == "head" else revision
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", migrations().get_main_option("script_location") or "")
    down = current is not None and (target == "base" or order.index(target) > order.index(current))
    (command.downgrade if down else command.upgrade)(config, target)


def current_revision(connection: Connection) -> str | None:
    """The revision that a database is at, or ``None`` where it is empty."""
    if not sa.inspect(connection).has_table(REVISION_TABLE):
        return None
    found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {REVISION_TABLE}"))  # noqa: S608 - our own word
    return found


@cache
def newest_revision() -> str:
    """The revision of this version: the number that the last of the migrations' files begins with."""
    versions = resources.files("catalog").joinpath("migrations", "versions")
    return max(found[1] for found in map(REVISION_FILE.match, (entry.name for entry in versions.iterdir())) if found)


def open_catalog(target: str | Path, *, create: bool = True) -> Catalog:
    """Open the catalog at a path or PostgreSQL URL, bringing its tables up to date.

    With ``create`` false a missing file raises :class:`CatalogMissingError` and nothing is made. Raises
    :class:`CatalogNewerError` where a later version wrote it.
    """
    url = catalog_url(target)
    path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if path is not None and not path.exists():
        if not create:
            raise CatalogMissingError(f"there is no catalog at {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
    migrate(url)
    return Catalog(engine=_make_engine(url), path=path)
