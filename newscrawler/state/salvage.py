"""What can still be read of a damaged file: every row that matches its digest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from newscrawler.state.database import Database
from newscrawler.state.errors import StateError
from newscrawler.state.opening import identity_in_file, read_identity, reading_uri
from newscrawler.state.tables import ARCHIVES, LESSONS, META, TABLES, Row, Table, digest_of

# What SQLite raises on damaged pages, and what comes of a length that is no length.
UNREADABLE = (sqlite3.Error, MemoryError, OverflowError)
# What was read of an archive may be among what is lost, so that it has to be read again.
LEFT = (META, ARCHIVES, LESSONS)
# Powers of two; no table of ours has more rows.
FURTHEST = 40


def salvage(damaged: Path, database: Database) -> int:
    """Copy all whole rows into the database of a new state, but for `LEFT`; return their number."""
    try:
        identity = identity_in_file(damaged)
    except (StateError, OSError):
        return 0
    with closing(_reader(damaged, identity)) as connection:
        return sum(
            _copy(connection, identity, table, database) for table in TABLES if table not in LEFT
        )


def _reader(damaged: Path, identity: bytes) -> sqlite3.Connection:
    """Open the file as it is, with its WAL unless that belongs to another state."""
    connection = sqlite3.connect(reading_uri(damaged), uri=True)
    with suppress(sqlite3.Error, TypeError, ValueError):
        if read_identity(connection) == identity:
            return connection
    connection.close()
    return sqlite3.connect(reading_uri(damaged, alone=True), uri=True)


def _copy(connection: sqlite3.Connection, identity: bytes, table: Table, database: Database) -> int:
    saved = 0
    with database.transaction():
        for row in _readable_rows(connection, table):
            if digest_of(identity, table.name, row[:-1]) == row[-1]:
                with suppress(sqlite3.IntegrityError):  # the table's other key is taken
                    database.put(table, row[:-1])
                    saved += 1
    return saved


def _readable_rows(connection: sqlite3.Connection, table: Table) -> Iterator[Row]:
    start: int | None = 1
    while start is not None:
        try:
            for rowid, *row in _rows_from(connection, table, start):
                if rowid < start:
                    return  # the pages lead in a circle
                start = rowid + 1
                yield tuple(row)
        except UNREADABLE:
            start = _behind_the_gap(connection, table, start)
        else:
            return


def _rows_from(connection: sqlite3.Connection, table: Table, start: int) -> sqlite3.Cursor:
    columns = table.reading.removeprefix("SELECT ")
    return connection.execute(f"SELECT rowid, {columns} WHERE rowid >= ? ORDER BY rowid", (start,))


def _behind_the_gap(connection: sqlite3.Connection, table: Table, start: int) -> int | None:
    """Return the first rowid after `start` from which the table can be read again."""
    low = start
    for power in range(FURTHEST):
        high = start + (1 << power)
        if _is_readable(connection, table, high):
            break
        low = high
    else:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _is_readable(connection, table, middle):
            high = middle
        else:
            low = middle
    return high


def _is_readable(connection: sqlite3.Connection, table: Table, rowid: int) -> bool:
    try:
        _rows_from(connection, table, rowid).fetchone()
    except UNREADABLE:
        return False
    return True
