"""The ledger of a build: one SQLite file with what the lists need of each opportunity, beside the releases.

It keeps memory flat however many opportunities there are, and it is what one build keeps for the next: an opportunity
whose hash is the same, and for which no date has come that would change its place in a list, is neither loaded nor
rendered again; its page is linked from the last release. The file names the release it belongs to by the digest that
stands in that release; templates, rules, settings and our own code are part of its key.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from render.calendar_pages import DateRow
from render.digest import digest_of
from render.entries import Entry
from render.facets import Cut, Price
from render.feeds import Item
from render.output import LEDGER
from render.planner_catalog import PLAIN, Record

DIGEST = "build-id.txt"
BATCH = 500
NOTES = 5000
"""Places and files that are noted in one statement."""

SCHEMA = """
CREATE TABLE about (key TEXT NOT NULL, digest TEXT NOT NULL, planner TEXT NOT NULL);
CREATE TABLE told (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL, read_on TEXT NOT NULL, holds_through TEXT, calendar INTEGER NOT NULL,
    live INTEGER NOT NULL, rank TEXT, closes_on TEXT, card TEXT, item TEXT, events TEXT, planner TEXT
);
CREATE INDEX told_state ON told (id, hash, holds_through, calendar, read_on, live);
CREATE INDEX told_newest ON told (read_on DESC, id) WHERE live;
CREATE INDEX told_closing ON told (closes_on, rank) WHERE closes_on IS NOT NULL;
CREATE TABLE cut (path TEXT PRIMARY KEY, facet TEXT NOT NULL, label TEXT NOT NULL, title TEXT NOT NULL);
CREATE TABLE listed (
    path TEXT NOT NULL, rank TEXT NOT NULL, id TEXT NOT NULL, card TEXT NOT NULL, price TEXT NOT NULL,
    calendar INTEGER NOT NULL, PRIMARY KEY (path, rank, id)
) WITHOUT ROWID;
CREATE INDEX listed_id ON listed (id);
CREATE TABLE linked (path TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (path, id)) WITHOUT ROWID;
CREATE INDEX linked_id ON linked (id);
CREATE TABLE dated (day TEXT NOT NULL, rank TEXT NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL);
CREATE INDEX dated_day ON dated (day, rank, id);
CREATE INDEX dated_id ON dated (id);
CREATE TABLE page (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""
PASSING = """
CREATE TEMP TABLE place (path TEXT PRIMARY KEY, changed TEXT) WITHOUT ROWID;
CREATE TEMP TABLE file (path TEXT NOT NULL, linked INTEGER NOT NULL);
CREATE TEMP TABLE shown (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""
"""What one build needs only while it runs: every page for the sitemap, every file."""

CARRIED = (
    "INSERT INTO place SELECT '/o/' || id || '/', read_on FROM told",
    "INSERT INTO file SELECT 'o/' || id || '/index.html', TRUE FROM told",
    "INSERT INTO file SELECT 'o/' || id || '/event.ics', TRUE FROM told WHERE calendar",
)
"""How what is as it was is noted: its page for the sitemap, its page and calendar as links."""

LOST = (
    "DELETE FROM place WHERE path IN (SELECT '/o/' || value || '/' FROM json_each(?))",
    "DELETE FROM file WHERE path IN (SELECT 'o/' || value || '/index.html' FROM json_each(?))",
    "DELETE FROM file WHERE path IN (SELECT 'o/' || value || '/event.ics' FROM json_each(?))",
)
"""How the notes of some ids are taken back."""

BELONGS = ("listed", "linked", "dated", "told")
"""Tables whose rows belong to one opportunity."""


class Live(NamedTuple):
    """What the lists need of an opportunity that can be taken."""

    entry: Entry
    item: Item
    dates: tuple[DateRow, ...]
    events: tuple[str, ...]
    planner: Record


class Carried(NamedTuple):
    """An opportunity that is as it was, and whether it has a calendar."""

    id: str
    with_calendar: bool


class Told(NamedTuple):
    """What is kept of one opportunity.

    ``linked`` are the lists to which its page leads: they are there even where nothing in them is live. ``live`` is
    ``None`` where it is over. ``holds_through`` is the last day on which all of this stays as it is; ``None``: for as
    long as its facts do.
    """

    id: str
    hash: str
    read_on: date
    with_calendar: bool
    holds_through: date | None
    linked: tuple[Cut, ...]
    live: Live | None


Rows = dict[str, list[tuple[object, ...]]]
"""What is put into the ledger, by table: plain values, which go from process to process sooner than objects."""

CLASH = {
    **dict.fromkeys(("told", "linked", "listed", "dated", "file", "shown"), "ABORT"),
    "cut": "IGNORE",
    "place": "REPLACE",
}
"""What to do with a row that a table holds already."""


def rows_of(told: Sequence[Told]) -> Rows:
    """What the lists need of some opportunities, as rows."""
    live = [(one, one.live.entry) for one in told if one.live]
    over = [(one.id, cut) for one in told if not one.live for cut in one.linked]
    cuts = {cut for _id, cut in over} | {cut for _one, entry in live for cut in entry.cuts}
    return {
        "told": [_told_row(one) for one in told],
        "cut": [(cut.path, cut.facet, cut.label, cut.title) for cut in cuts],
        "linked": [(cut.path, id_) for id_, cut in over],
        "listed": sorted(  # as the table is: put in so, they go in sooner
            (cut.path, entry.rank, one.id, card, entry.price.value, one.with_calendar)
            for one, entry in live
            for card in (digest_of([entry.html]),)
            for cut in entry.cuts
        ),
        "dated": [
            (row.day.isoformat(), row.rank, one.id, _text(row)) for one in told if one.live for row in one.live.dates
        ],
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """How many listings a cut has, and how many of them are free or have a price."""

    listings: int
    free: int
    paid: int


class Ledger:
    """The tables of one build. Open one with :func:`open_ledger`."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self.sql, self.stands_at, self.process = connection, file, os.getpid()
        self._waiting: Rows = {}
        self.anew = 0
        """How many opportunities this build has told of, beyond those that are as they were."""
        found = connection.execute("SELECT planner FROM about").fetchone()
        self.planner: str = found[0] if found else ""
        """The mark of the planner's file."""

    def settle(self) -> None:
        """Let other processes read what is told so far; until they are done, nothing more of it may be told."""
        self.sql.execute("COMMIT")
        self.sql.execute("BEGIN")

    def here(self) -> Ledger:
        """This ledger, to be read in a forked process: the connection that stands open is the parent's."""
        if self.process != os.getpid():
            self._parents, self.process = self.sql, os.getpid()  # kept: the parent alone may close its connection
            self.sql = sqlite3.connect(f"{self.stands_at.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        return self

    # --- opportunities

    def compare(self, hashes: Mapping[str, str], today: date) -> list[Carried]:
        """Forget what is not as the catalog has it, by the hashes of its opportunities; gives back the others."""
        day, carried, gone = today.isoformat(), [], []
        told = self.sql.execute("SELECT id, hash, holds_through, calendar FROM told ORDER BY id")
        for id_, hash_, holds_through, calendar in told:
            if hashes.get(id_) == hash_ and (holds_through is None or holds_through >= day):
                carried.append(Carried(id_, bool(calendar)))
            else:
                gone.append(id_)
        self.forget(gone)
        return carried

    def note_carried(self) -> None:
        """Note the pages and calendars of all that is told so far: for the sitemap, and as links."""
        for statement in CARRIED:
            self.sql.execute(statement)

    def lose(self, ids: Collection[str]) -> None:
        """Forget what was noted as carried and is not there."""
        self.forget(ids)
        for statement in LOST:
            self.sql.execute(statement, (_text(tuple(ids)),))

    def forget(self, ids: Iterable[str]) -> None:
        """Forget some opportunities, so that they are rendered again."""
        rows = [(id_,) for id_ in ids]
        for table in BELONGS:
            self.sql.executemany(f"DELETE FROM {table} WHERE id = ?", rows)  # noqa: S608 - our own words

    def add(self, rows: Rows) -> None:
        """Put what the lists need of some opportunities."""
        self.anew += len(rows.get("told", ()))
        for table, values in rows.items():
            if values:
                places = ", ".join("?" * len(values[0]))
                self.sql.executemany(f"INSERT OR {CLASH[table]} INTO {table} VALUES ({places})", values)  # noqa: S608 - our own words

    def opportunities(self) -> tuple[int, int]:
        """How many opportunities there are, and how many of them are live."""
        total, live = self.sql.execute("SELECT count(*), coalesce(sum(live), 0) FROM told").fetchone()
        return total, live

    def ids(self) -> list[str]:
        """Every opportunity."""
        return [id_ for (id_,) in self.sql.execute("SELECT id FROM told ORDER BY id")]

    def holds(self, ids: Iterable[str]) -> set[str]:
        """Which of some ids have a page."""
        return {id_ for id_ in ids if self.sql.execute("SELECT 1 FROM told WHERE id = ?", (id_,)).fetchone()}

    def holds_through(self) -> date | None:
        """The last day on which every list stays as it is; ``None``: for as long as the facts do."""
        (last,) = self.sql.execute("SELECT min(holds_through) FROM told").fetchone()
        return date.fromisoformat(last) if last else None

    def fingerprint(self) -> Iterator[str]:
        """Everything that tells one release from another, a part at a time."""
        self._put_notes()
        yield from (f"{id_}{hash_}" for id_, hash_ in self.sql.execute("SELECT id, hash FROM told ORDER BY id"))
        yield from (path for (path,) in self.sql.execute("SELECT path FROM shown ORDER BY path"))

    # --- lists

    def cuts(self) -> list[Cut]:
        """Every cut that something belongs to or links to, in the order of paths."""
        rows = self.sql.execute(
            "SELECT facet, path, label, title FROM cut "
            "WHERE EXISTS (SELECT 1 FROM listed WHERE listed.path = cut.path) "
            "OR EXISTS (SELECT 1 FROM linked WHERE linked.path = cut.path) ORDER BY path"
        )
        return [Cut(*row) for row in rows]

    def counts(self) -> dict[str, Counted]:
        """How much there is in each list, by path."""
        rows = self.sql.execute(
            "SELECT path, count(*), sum(price = ?), sum(price = ?) FROM listed GROUP BY path",
            (Price.FREE.value, Price.PAID.value),
        )
        return {path: Counted(*numbers) for path, *numbers in rows}

    def with_calendar(self) -> set[str]:
        """Paths of the lists in which something has a date."""
        rows = self.sql.execute("SELECT DISTINCT path FROM listed WHERE calendar")
        return {path for (path,) in rows}

    def listed(self, path: str, size: int) -> Iterator[list[tuple[str, str]]]:
        """The pages of a list: ids with the digests of their cards, ``size`` at a time, in their order."""
        rows = self.sql.execute("SELECT id, card FROM listed WHERE path = ? ORDER BY rank, id", (path,))
        while page := rows.fetchmany(size):
            yield page

    def cards(self, ids: Sequence[str]) -> list[str]:
        """The cards of some opportunities, in their order."""
        among = ", ".join("?" * len(ids))
        found = dict(self.sql.execute(f"SELECT id, card FROM told WHERE id IN ({among})", ids).fetchall())  # noqa: S608 - our own words
        return [found[id_] for id_ in ids]

    def closing(self, at_most: int) -> list[str]:
        """The cards of what closes first."""
        rows = self.sql.execute(
            "SELECT card FROM told WHERE closes_on IS NOT NULL ORDER BY closes_on, rank, id LIMIT ?", (at_most,)
        )
        return [card for (card,) in rows]

    def items(self, path: str | None, at_most: int) -> list[Item]:
        """The newest feed entries of a list, or of everything."""
        newest = "ORDER BY told.read_on DESC, id LIMIT ?"
        if path is None:
            rows = self.sql.execute(f"SELECT item FROM told WHERE live {newest}", (at_most,))  # noqa: S608 - our own words
        else:
            listed = "SELECT item FROM listed JOIN told USING (id) WHERE path = ? "
            rows = self.sql.execute(listed + newest, (path, at_most))
        return [_item(text) for (text,) in rows]

    def events(self, path: str, at_most: int) -> list[str]:
        """The events of a list for its calendar, those of the soonest opportunities."""
        rows = self.sql.execute(
            "SELECT events FROM listed JOIN told USING (id) WHERE path = ? AND events IS NOT NULL "
            "ORDER BY listed.rank, id LIMIT ?",
            (path, at_most),
        )
        return [text for (text,) in rows]

    def months(self) -> list[tuple[str, int]]:
        """Months in which something begins, as ``2026-12``, with how many open dates they have."""
        rows = self.sql.execute("SELECT substr(day, 1, 7) AS month, count(*) FROM dated GROUP BY month ORDER BY month")
        return [(month, count) for month, count in rows]

    def dates(self, first: date, last: date, at_most: int) -> list[DateRow]:
        """Open dates that begin between two days, soonest first."""
        rows = self.sql.execute(
            "SELECT row FROM dated WHERE day BETWEEN ? AND ? ORDER BY day, rank, id LIMIT ?",
            (first.isoformat(), last.isoformat(), at_most),
        )
        return [_date_row(text) for (text,) in rows]

    def facts(self) -> Iterator[str]:
        """Everything live by id, with the hash of its facts."""
        return (f"{id_} {hash_}" for id_, hash_ in self.sql.execute("SELECT id, hash FROM told WHERE live ORDER BY id"))

    def records(self) -> Iterator[Record]:
        """What the planner's file holds of everything live, in its order: by provider, address and id."""
        order = ", ".join(f"json_extract(planner, '$[{PLAIN.index(name)}]')" for name in ("provider", "url", "id"))
        rows = self.sql.execute(f"SELECT planner FROM told WHERE live ORDER BY {order}")  # noqa: S608 - our own words
        return (record for (record,) in rows)

    # --- pages and files

    def page_was(self, path: str) -> str | None:
        """The digest of what stood on a list page in the last release."""
        found = self.sql.execute("SELECT digest FROM page WHERE path = ?", (path,)).fetchone()
        return found[0] if found else None

    def page_is(self, path: str, digest: str) -> None:
        """Note what stands on a list page now."""
        self._note("shown", (path, digest))

    def place(self, path: str, changed: date | None) -> None:
        """Note a page for the sitemap."""
        self._note("place", (path, _iso(changed)))

    def places(self) -> Iterator[tuple[str, str | None]]:
        """Every page for the sitemap with the day on which it changed, in order."""
        self._put_notes()
        yield from self.sql.execute("SELECT path, changed FROM place ORDER BY path")

    def file(self, path: str, linked: bool) -> None:
        """Note a file of the release, and whether it is a link to one of the last release."""
        self._note("file", (path, linked))

    def pages(self) -> int:
        """How many files of the release are pages."""
        self._put_notes()
        return int(self.sql.execute("SELECT count(*) FROM file WHERE path LIKE '%.html'").fetchone()[0])

    def files(self, *, linked: bool) -> Iterator[str]:
        """The files of the release that were linked from the last one, or those that were not."""
        self._put_notes()
        for (path,) in self.sql.execute("SELECT path FROM file WHERE linked = ?", (linked,)):
            yield path

    def _note(self, table: str, row: tuple[object, ...]) -> None:
        """Keep a row until there are enough for one statement."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) == NOTES:
            self._put_notes()

    def _put_notes(self) -> None:
        self.add(self._waiting)
        self._waiting = {}

    def finish(self, key: str, digest: str) -> None:
        """Name the release that all of this belongs to."""
        self._put_notes()
        self.sql.execute("DELETE FROM page")
        self.sql.execute("INSERT INTO page SELECT path, digest FROM shown")
        self.sql.execute("DELETE FROM about")
        self.sql.execute("INSERT INTO about VALUES (?, ?, ?)", (key, digest, self.planner))


def _told_row(one: Told) -> tuple[object, ...]:
    about = (one.id, one.hash, one.read_on.isoformat(), _iso(one.holds_through), one.with_calendar)
    if one.live is None:
        return (*about, False, *[None] * 6)
    entry, item, _dates, events, planner = one.live
    return (
        *about,
        True,
        entry.rank,
        _iso(entry.closes_on),
        entry.html,
        _text(item),
        "".join(events) or None,
        planner,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(row: tuple[object, ...]) -> str:
    """A row as JSON, days as ISO dates."""
    return to_json(row).decode()


def _item(text: str) -> Item:
    item = Item._make(from_json(text))
    return item._replace(updated=_day(item.updated))


def _date_row(text: str) -> DateRow:
    row = DateRow._make(from_json(text))
    return row._replace(day=_day(row.day), last_day=_day(row.last_day))


def _day(text: Any) -> date:
    return date.fromisoformat(text)


@contextmanager
def open_ledger(releases: Path, previous: Path | None, key: str, *, keep: bool, any_key: bool) -> Iterator[Ledger]:
    """The ledger of a new build, with what still holds of the last one (whatever its key, with ``any_key``).

    It takes that one's place when all went well, or is thrown away where nothing is to be kept.
    """
    file, waiting = releases / LEDGER, releases / f"{LEDGER}.new"
    waiting.unlink(missing_ok=True)
    carried = previous is not None and _belongs(file, previous, None if any_key else key)
    if carried:
        shutil.copyfile(file, waiting)
    connection = sqlite3.connect(waiting, isolation_level=None)
    kept = False
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;")
        connection.executescript(PASSING if carried else SCHEMA + PASSING)
        connection.execute("BEGIN")
        yield Ledger(waiting, connection)
        connection.execute("COMMIT")
        kept = keep
    finally:
        connection.close()
        if kept:
            waiting.replace(file)
        else:
            waiting.unlink(missing_ok=True)


def _belongs(file: Path, previous: Path, key: str | None) -> bool:
    """Whether a ledger is of this key (``None``: of any) and of the release that is to be carried on."""
    if not file.exists():
        return False
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        digest = (previous / DIGEST).read_text(encoding="ascii").strip()
        found = connection.execute("SELECT key, digest FROM about").fetchone()
        return bool(found) and found[1] == digest and key in {None, found[0]}
    except (OSError, sqlite3.DatabaseError):
        return False  # not there, cut short, or of another version: everything is rendered again
    finally:
        connection.close()
