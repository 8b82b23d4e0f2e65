"""Records as one SQLite file, made anew and renamed whole."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable
from contextlib import closing

from newscrawler.exports.shapes import Row
from newscrawler.exports.sinks import Sink
from newscrawler.exports.sqlite_tables import MAIN, SEARCHED, Table, tables
from newscrawler.exports.values import batches
from newscrawler.items import Article

# A file of a name that nobody has yet needs no journal: what breaks off is thrown away.
PREPARING = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -32768",  # KiB; its default of 2 MiB makes the indexes slow
    "PRAGMA temp_store = FILE",  # sorting an index of a million rows takes its size otherwise
)
# Words are found whatever their case and accents.
TOKENS = "unicode61 remove_diacritics 2"


def write_sqlite(rows: Iterable[Row], record: type, sink: Sink) -> None:
    """Write the rows into a database of their own. Raises `OSError`."""
    try:
        with closing(sqlite3.connect(f"{sink.path}", isolation_level=None)) as database:
            for statement in PREPARING:
                database.execute(statement)
            _fill(database, rows, record)
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error


def _fill(database: sqlite3.Connection, rows: Iterable[Row], record: type) -> None:
    made = tables(record)
    database.execute("BEGIN")
    for table in made:
        database.execute(table.creating)
    number = 0
    for some in batches(rows):
        for table in made:
            _insert(database, table, list(enumerate(some, number + 1)))
        number += len(some)
    # Sorted once: an index that grows with the rows is written over and over.
    for table in made:
        for statement in table.indexing:
            database.execute(statement)
    if record is Article:
        _index_words(database)
    database.execute("COMMIT")


def _insert(database: sqlite3.Connection, table: Table, some: list[tuple[int, Row]]) -> None:
    filled = (values for number, row in some for values in table.filled(number, row))
    database.executemany(table.inserting, filled)


def _index_words(database: sqlite3.Connection) -> None:
    """Add the full-text search, which refers to the articles and repeats no text."""
    named = f"{', '.join(SEARCHED)}, content='{MAIN[Article]}', content_rowid='number'"
    database.execute(f"CREATE VIRTUAL TABLE words USING fts5({named}, tokenize='{TOKENS}')")
    database.execute("INSERT INTO words (words) VALUES ('rebuild')")
