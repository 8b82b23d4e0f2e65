"""The SQLite database below the state: transactions, rows with digests, checks."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import finalize

from newscrawler.state.errors import DamagedStateError
from newscrawler.state.failures import translated
from newscrawler.state.tables import COUNTERS, META, TABLES, Row, Table, digest_of, storable

BUSY_TIMEOUT = 5  # seconds; another process only looks at the file for a moment
# KiB; at the default of 2 MiB, look-ups among a million pages read the disk too often.
CACHE_SIZE = 8192


class Database:
    """One connection for all threads; whoever has `guarded()` has it alone.

    Each row bears a digest of its table, its values and the identity of this file, so
    that a row which was damaged, or came from a file of somebody else, is not believed.
    """

    def __init__(self, path: Path | None, uri: str = "") -> None:
        self.path = path
        self.name = str(path or "the state in memory")
        self.lock = RLock()
        self.identity = b""
        self.forgotten: finalize[Any, Database] | None = None
        with self.translating():
            self.connection = sqlite3.connect(
                uri or path or ":memory:",
                uri=bool(uri),
                timeout=BUSY_TIMEOUT,
                isolation_level=None,  # transactions begin and end where we say
                check_same_thread=False,
            )

    def prepare(self) -> None:
        for pragma in (
            f"cache_size = -{CACHE_SIZE}",
            "synchronous = NORMAL",
            "cell_size_check = ON",
            "trusted_schema = OFF",
            "temp_store = MEMORY",
        ):
            self.connection.execute(f"PRAGMA {pragma}")

    # Transactions

    @contextmanager
    def translating(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            ours = translated(error, self.path)
            if ours is None:
                raise
            raise ours from error

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep other threads out, and turn SQLite's errors into ours."""
        with self.lock, self.translating():
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything inside together, or nothing of it; an inner one is part of the outer."""
        with self.guarded():
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # SQLite has rolled back by itself where the disk was full.
        with suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    # Rows

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self.connection.execute(sql, tuple(map(storable, values)))

    def select(self, table: Table, where: str = "TRUE", *values: Any) -> Iterator[Row]:
        """Give the rows without their digests; raises `DamagedStateError` where one differs."""
        for row in self.execute(f"{table.reading} WHERE {where}", *values):
            self.verify(table, row)
            yield row[:-1]

    def first(self, table: Table, where: str, *values: Any) -> Row | None:
        return next(self.select(table, where, *values), None)

    def get(self, table: Table, key: str | int | bytes) -> Row | None:
        """Return the row with a key of one column."""
        return self.first(table, f"{table.key[0]} = ?", key)

    def verify(self, table: Table, row: Row) -> None:
        if digest_of(self.identity, table.name, row[:-1]) != row[-1]:
            raise DamagedStateError(f"{self.name}: a row of {table.name} does not match its digest")

    def put(self, table: Table, values: Iterable[Any]) -> None:
        """Insert a row, or replace the one with its key."""
        self._write(table, table.putting, values)

    def insert(self, table: Table, values: Iterable[Any]) -> None:
        self._write(table, table.inserting, values)

    def add(self, table: Table, values: Iterable[Any]) -> bool:
        """Insert a row unless its key stands in the table; tell whether it did not."""
        return self._write(table, table.adding, values).rowcount > 0

    def _write(self, table: Table, sql: str, values: Iterable[Any]) -> sqlite3.Cursor:
        row = tuple(map(storable, values))
        digest = digest_of(self.identity, table.name, row)
        return self.connection.execute(sql, (*row, digest))

    def delete(self, table: Table, where: str, *values: Any) -> int:
        return self.execute(f"{table.deleting} WHERE {where}", *values).rowcount

    def next_id(self, table: Table) -> int:
        """Return a number above those that stand in the table."""
        highest = self.execute(f"SELECT max(id) FROM {table.name}").fetchone()[0]  # noqa: S608
        return int(highest or 0) + 1

    def count_up(self, name: str, floor: int = 0) -> int:
        """Return a number that was never given before, and is above `floor`."""
        row = self.get(COUNTERS, name)
        number = max(row[1] if row else 0, floor) + 1
        self.put(COUNTERS, (name, number))
        return number

    @property
    def changes(self) -> int:
        return self.connection.total_changes

    # Soundness

    def pragma(self, name: str) -> Any:
        return self.connection.execute(f"PRAGMA {name}").fetchone()[0]

    def set_version(self, version: int) -> None:
        self.connection.execute(f"PRAGMA user_version = {version}")

    def check(self) -> None:
        """Raise `DamagedStateError` unless SQLite and all digests find the file sound."""
        found = self.pragma("integrity_check")
        if found != "ok":
            raise DamagedStateError(f"{self.name} is damaged: {' '.join(str(found).split())}")
        for table in TABLES:
            for _ in self.select(table):
                pass

    def checkpoint(self) -> None:
        """Bring all that was committed from the WAL into the file, and sync it."""
        if self.path:
            # Not TRUNCATE: the WAL keeps its place on the disk for the last write of all.
            sql = "PRAGMA wal_checkpoint(RESTART)"
            is_busy = self.connection.execute(sql).fetchone()[0]
            if is_busy:  # somebody reads; the WAL itself is as good
                _sync(companions(self.path)[0])

    def begin_session(self) -> None:
        """Note that the WAL must be there at the next start, unless `close` was called."""
        with self.transaction():
            self.put(META, ("clean", "0"))
        self.checkpoint()
        # The connection ends with its owner, and the WAL with it, without a call of `close`.
        self.forgotten = finalize(self, _close_forgotten, os.getpid(), self.connection, self._end())

    def _end(self) -> Row:
        return "clean", "1", digest_of(self.identity, META.name, ("clean", "1"))

    def close(self) -> None:
        with self.lock, closing(self.connection), suppress(OSError):
            if self.forgotten and self.forgotten.detach():
                with self.guarded():
                    self.checkpoint()
                    self.connection.execute(META.putting, self._end())


def _close_forgotten(process: int, connection: sqlite3.Connection, end: Row) -> None:
    if process == os.getpid():  # a forked child shares the file with its parent
        with suppress(sqlite3.Error), closing(connection):
            connection.execute(META.putting, end)


def companions(path: Path) -> tuple[Path, Path]:
    """Return the files that SQLite keeps beside a database: WAL and shared memory."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    _sync(folder)
