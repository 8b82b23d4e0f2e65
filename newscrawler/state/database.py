"""The SQLite file below the state: opening it, transactions, rows with digests, checks."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias
from weakref import finalize

from newscrawler.state.errors import DamagedStateError, NewerStateError, StateError
from newscrawler.state.failures import translated
from newscrawler.state.tables import COUNTERS, META, SCHEMA, TABLES, Row, Table, digest_of, storable

# "news", so that `file` and we tell a state from the file of another application.
APPLICATION_ID = 0x6E657773
BUSY_TIMEOUT = 5  # seconds; another process only looks at the file for a moment
# KiB; at the default of 2 MiB, look-ups among a million pages read the disk too often.
CACHE_SIZE = 8192
# Bytes; to read all rows of a larger file takes longer than anyone waits for a start.
THOROUGH_BELOW = 64 * 1024 * 1024

Migration: TypeAlias = Callable[["Database"], None]
# The step at index 0 leads from schema version 1 to version 2.
MIGRATIONS: tuple[Migration, ...] = ()


class Database:
    """One connection for all threads; whoever has `guarded()` has it alone.

    Each row bears a digest of its table, its values and the identity of this file, so
    that a row which was damaged, or came from a file of somebody else, is not believed.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.name = str(path or "the state in memory")
        self.lock = RLock()
        self.identity = b""
        self.forgotten: finalize[Any, Database] | None = None
        with self.translating():
            self.connection = sqlite3.connect(
                path or ":memory:",
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

    def _write(self, table: Table, sql: str, values: Iterable[Any]) -> None:
        row = tuple(map(storable, values))
        digest = digest_of(self.identity, table.name, row)
        self.connection.execute(sql, (*row, digest))

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
            self.connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()

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


def open_database(path: Path | None, migrations: Sequence[Migration] = MIGRATIONS) -> Database:
    """Open a state's file, made with its folder if need be.

    Raises `StateError`, `OSError`.
    """
    if path is None:
        return _in_memory()
    _make_if_missing(path)
    identity = identity_in_file(path)
    database = Database(path)
    try:
        with database.guarded():
            _take_up(database, path, identity, migrations)
    except BaseException:
        database.connection.close()
        raise
    return database


def _in_memory() -> Database:
    database = Database(None)
    database.prepare()
    _lay_out(database)
    return database


def _make_if_missing(path: Path) -> None:
    """Let the file appear under its name with all its tables, so that no part of one is met."""
    if path.exists():
        return
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(stat.S_IRWXU)  # whatever the umask
    new = path.with_name(f"{path.name}.new")
    for leftover in (new, *companions(new), *companions(path)):
        leftover.unlink(missing_ok=True)
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    new.chmod(stat.S_IRUSR | stat.S_IWUSR)
    database = Database(new)
    with database.guarded(), closing(database.connection):
        database.connection.execute("PRAGMA journal_mode = WAL")
        _lay_out(database)
    new.replace(path)
    sync_folder(path.parent)


def companions(path: Path) -> tuple[Path, Path]:
    """Return the files that SQLite keeps beside a database."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lay_out(database: Database) -> None:
    identity = secrets.token_hex(8)
    database.identity = bytes.fromhex(identity)
    with database.transaction():
        for statement in filter(str.strip, SCHEMA.split(";\n")):
            database.connection.execute(statement)
        # On the first page, without which nothing can be read anyway.
        database.connection.execute(f"CREATE VIEW identity AS SELECT '{identity}' AS value")
        database.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.set_version(len(MIGRATIONS) + 1)
        database.put(META, ("clean", "1"))


def identity_in_file(path: Path) -> bytes:
    """Return the identity as the file alone has it, whatever stands in the WAL beside it."""
    if path.is_dir():
        raise IsADirectoryError(21, "the state cannot be a directory", str(path))
    if not path.stat().st_size:
        raise DamagedStateError(f"{path} is damaged: it is empty")
    database = Database(None)
    database.path, database.name = path, str(path)
    database.connection.close()
    with database.translating():
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database.connection = sqlite3.connect(uri, uri=True)
        with closing(database.connection):
            _check_application(database)
            return _identity(database)


def _check_application(database: Database) -> None:
    if database.pragma("application_id") == APPLICATION_ID:
        return
    try:
        read_identity(database.connection)
    except (sqlite3.OperationalError, TypeError, ValueError) as error:
        raise StateError(f"{database.name} is a database of another application") from error
    raise DamagedStateError(f"{database.name} is damaged: its header is not that of a state")


def _identity(database: Database) -> bytes:
    try:
        return read_identity(database.connection)
    except (sqlite3.OperationalError, TypeError, ValueError) as error:
        raise DamagedStateError(f"{database.name} is damaged: it has no identity") from error


def read_identity(connection: sqlite3.Connection) -> bytes:
    """Return what the digests of a file's rows are made with."""
    return bytes.fromhex(connection.execute("SELECT value FROM identity").fetchone()[0])


def _take_up(
    database: Database, path: Path, identity: bytes, migrations: Sequence[Migration]
) -> None:
    had_wal = companions(path)[0].exists()
    database.prepare()
    _check_application(database)
    database.identity = _identity(database)
    if database.identity != identity:
        raise DamagedStateError(f"{path} is damaged: its WAL belongs to another state")
    _check_end(database, had_wal=had_wal)
    _migrate(database, migrations)
    if path.stat().st_size < THOROUGH_BELOW:
        database.check()
    database.begin_session()  # fails here, and not in the middle, where nothing can be written


def _check_end(database: Database, *, had_wal: bool) -> None:
    """Notice that the WAL of a run which was killed, and with it what it did, is lost."""
    row = database.get(META, "clean")
    if row is None or (row[1] != "1" and not had_wal):
        raise DamagedStateError(f"{database.name} is damaged: the WAL beside it is missing")


def _migrate(database: Database, migrations: Sequence[Migration]) -> None:
    version, known = database.pragma("user_version"), len(migrations) + 1
    if version > known:
        raise NewerStateError(
            f"{database.name} was written by a newer version (schema {version}, known {known})"
        )
    if version < 1:
        raise DamagedStateError(f"{database.name} is damaged: it has no schema version")
    with database.transaction():
        for step in migrations[version - 1 :]:
            step(database)
        if version < known:
            database.set_version(known)


def _close_forgotten(process: int, connection: sqlite3.Connection, end: Row) -> None:
    if process == os.getpid():  # a forked child shares the file with its parent
        with suppress(sqlite3.Error), closing(connection):
            connection.execute(META.putting, end)
