"""Open the file of a state: made if need be, looked at first, brought up to date."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import stat
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from newscrawler.state.database import Database, companions, sync_folder
from newscrawler.state.errors import DamagedStateError, NewerStateError, StateError
from newscrawler.state.tables import (
    ADDRESS_HISTORY,
    ARCHIVE_FILES,
    META,
    ROBOTS_FILES,
    SCHEMA,
    SITE_MEMORY,
    TEXT_COPIES,
    statements,
)

# "news", so that `file` and we tell a state from the file of another application.
APPLICATION_ID = 0x6E657773
# Bytes; all rows of such a file are read in a second, and nobody waits longer for a start.
THOROUGH_BELOW = 32 * 1024 * 1024

Migration: TypeAlias = Callable[[Database], None]


def adding(tables: str) -> Migration:
    """Return the step that makes tables which an older schema lacks."""

    def step(database: Database) -> None:
        for statement in statements(tables):
            database.connection.execute(statement)

    return step


# The step at index 0 leads from schema version 1 to version 2.
MIGRATIONS: tuple[Migration, ...] = (
    adding(SITE_MEMORY),
    adding(ROBOTS_FILES),
    adding(ARCHIVE_FILES),
    adding(TEXT_COPIES),
    adding(ADDRESS_HISTORY),
)


def open_database(path: Path | None, migrations: Sequence[Migration] = MIGRATIONS) -> Database:
    """Open a state's file, made with its folder if need be.

    Raises `StateError`, `OSError`.
    """
    if path is None:
        return _in_memory()
    _make_if_missing(path)
    identity = _look_at(path, len(migrations) + 1)
    database = Database(path)
    database.identity = identity
    try:
        with database.guarded():
            database.prepare()
            _migrate(database, migrations)
            database.begin_session()  # fails here, not in the middle, where it cannot write
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


def _lay_out(database: Database) -> None:
    identity = secrets.token_hex(8)
    database.identity = bytes.fromhex(identity)
    with database.transaction():
        for statement in statements(SCHEMA):
            database.connection.execute(statement)
        # On the first page, without which nothing can be read anyway.
        database.connection.execute(f"CREATE VIEW identity AS SELECT '{identity}' AS value")
        database.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.set_version(len(MIGRATIONS) + 1)
        database.put(META, ("clean", "1"))


def _look_at(path: Path, known_version: int) -> bytes:
    """Return the identity of a sound file; one that is not sound stays as it is, with its WAL."""
    identity = identity_in_file(path)
    had_wal = companions(path)[0].exists()
    database = Database(path, reading_uri(path))
    with database.guarded(), closing(database.connection):
        database.prepare()
        database.identity = _identity(database)
        if database.identity != identity:
            raise DamagedStateError(f"{path} is damaged: its WAL belongs to another state")
        version = _check_version(database, known_version)
        _check_end(database, had_wal=had_wal)
        if version == known_version and _size(path) < THOROUGH_BELOW:
            database.check()
    return identity


def reading_uri(path: Path, *, alone: bool = False) -> str:
    """Return the URI under which SQLite reads a file, with its WAL, and changes neither."""
    wal = companions(path)[0]
    ignores_wal = alone or not wal.exists() or not wal.stat().st_size
    return f"{path.absolute().as_uri()}?mode=ro" + ("&immutable=1" if ignores_wal else "")


def _size(path: Path) -> int:
    return sum(it.stat().st_size for it in (path, companions(path)[0]) if it.exists())


def identity_in_file(path: Path) -> bytes:
    """Return the identity as the file alone has it, whatever stands in the WAL beside it.

    A checkpoint that was cut short leaves a file which is whole only with its WAL: then
    both are read, and the digests of the rows tell whether they belong together.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "the state cannot be a directory", str(path))
    if not path.stat().st_size:
        raise DamagedStateError(f"{path} is damaged: it is empty")
    try:
        return _read_identity(path, alone=True)
    except DamagedStateError:
        if not companions(path)[0].exists():
            raise
        return _read_identity(path, alone=False)


def _read_identity(path: Path, *, alone: bool) -> bytes:
    database = Database(path, reading_uri(path, alone=alone))
    with database.guarded(), closing(database.connection):
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


def _check_version(database: Database, known: int) -> int:
    version = int(database.pragma("user_version"))
    if version > known:
        raise NewerStateError(
            f"{database.name} was written by a newer version (schema {version}, known {known})"
        )
    if version < 1:
        raise DamagedStateError(f"{database.name} is damaged: it has no schema version")
    return version


def _check_end(database: Database, *, had_wal: bool) -> None:
    """Notice that the WAL of a run which was killed, and with it what it did, is lost."""
    row = database.get(META, "clean")
    if row is None or (row[1] != "1" and not had_wal):
        raise DamagedStateError(f"{database.name} is damaged: the WAL beside it is missing")


def _migrate(database: Database, migrations: Sequence[Migration]) -> None:
    version, known = database.pragma("user_version"), len(migrations) + 1
    if version == known:
        return
    with database.transaction():
        for step in migrations[version - 1 :]:
            step(database)
        database.set_version(known)
