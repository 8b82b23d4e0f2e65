"""Where each capture of an archive stands: a database, in memory or kept for the next replay."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from weakref import finalize

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.index_rows import (
    RENDERED,
    REVISIT,
    TRUNCATED,
    Found,
    Row,
    UnsoundIndexError,
    hashed,
    rows_of_file,
    rows_of_index,
)
from newscrawler.archives.warc_sources import WarcSource

logger = logging.getLogger(__name__)

# Archives up to this size are read anew each time, in less than a second: bytes.
SMALL = 16 * 2**20
# Bytes of a file that take so long to read that one may wonder.
_LONG = 256 * 2**20
# Indexes that no replay has asked for in this time are removed: seconds.
_UNUSED = 90 * 86_400
# Seconds that a replay waits for another one which builds the same index.
_PATIENCE = 3600
# Captures of an address that are tried, the best first.
MOST_TRIES = 20
_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER, changed INTEGER, place INTEGER,
    distrusted INTEGER, first INTEGER, last INTEGER, revisits INTEGER, found TEXT
);
CREATE TABLE IF NOT EXISTS captures (
    file INTEGER, {", ".join(f"{name} INTEGER" for name in Row._fields)}
);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_GOOD = f"(flags & {TRUNCATED} = 0 AND (status BETWEEN 200 AND :last OR status = 0))"
_BEST = f"""
SELECT place, offset, flags FROM captures JOIN files ON file = files.id
WHERE (key = :own OR key = :twin AND status NOT BETWEEN 300 AND 399)
    AND flags & {RENDERED} = :rendered
"""  # noqa: S608, of our own numbers
# The latest; of two at the same time the later one in the file.
_LATEST = f"{_BEST} ORDER BY key = :own DESC, {_GOOD} DESC, date DESC, place DESC, offset DESC"
# The nearest; of two as near the earlier one, then as above.
_NEAREST = f"""{_BEST}
ORDER BY {_GOOD} DESC, date IS NULL, abs(date - :at), date, key = :own DESC, place DESC, offset DESC
"""
_ORIGINALS = """
SELECT place, offset, flags FROM captures JOIN files ON file = files.id
WHERE {} AND flags & {} = 0 ORDER BY file = :file DESC, place, offset LIMIT {}
"""


class Place(NamedTuple):
    """Where a capture stands: the number of its file, and the byte."""

    file: int
    offset: int
    flags: int


def index_folder() -> Path:
    """Return where indexes are kept, by the XDG Base Directory Specification."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    try:
        home = Path(stated) if Path(stated).is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        home = Path(tempfile.gettempdir()) / f"newscrawler-{os.getuid()}"
    return home / "newscrawler" / "indexes"


class CaptureIndex:
    """The captures of some WARC files, of which memory holds no more than a few megabytes.

    Of small archives it is made anew each time, in memory; of others it is kept in
    `index_folder()` under `label`, and what is known of a file counts as long as its size and
    time of change are the same. Raises `ArchiveError`.
    """

    def __init__(self, sources: list[WarcSource], label: str) -> None:
        self.sources = sources
        size = sum(source.size or source.stamp[0] for source in sources)
        self.path = None if size <= SMALL else _kept_at(label)
        with _told(self.path):
            self.database = self._opened()
            finalize(self, self.database.close)
            self._update()

    def close(self) -> None:
        self.database.close()

    def found(self) -> dict[str, Found]:
        """Return what was met in each file, by its name."""
        rows = self.database.execute("SELECT name, found FROM files ORDER BY place")
        return {name: Found(**json.loads(found)) for name, found in rows}

    def best(self, keys: list[str], at: int | None, *, rendered: bool) -> Iterator[Place]:
        """Give the captures of an address, the best first.

        Without `at` this is the latest success under the address itself, else under its
        other scheme, and other answers come last. With `at`, in seconds since 1970, it is the
        success or redirect nearest to it. A redirect of the other scheme is never among them.
        """
        own, twin = (hashed(key) for key in keys)
        asked = {"own": own, "twin": twin, "rendered": RENDERED * rendered, "at": at}
        asked["last"] = 299 if at is None else 399
        order = _LATEST if at is None else _NEAREST
        yield from self._places(f"{order} LIMIT {MOST_TRIES}", asked)

    def originals(self, column: str, value: int, date: int | None, file: int) -> Iterator[Place]:
        """Give the captures that a revisit may repeat, by a column; those of its file first."""
        which = f"{column} = :value" + ("" if date is None else " AND date = :date")
        # A page that a browser made of another may have its address and time.
        others = REVISIT if column == "record" else REVISIT | RENDERED
        query = _ORIGINALS.format(which, others, MOST_TRIES)
        yield from self._places(query, {"value": value, "date": date, "file": file + 1})

    def rebuild(self, file: int) -> bool:
        """Read a file whose index beside it turned out to be wrong; tell if that was new."""
        name = self.sources[file].name
        with _told(self.path):
            query = "UPDATE files SET distrusted = 1, size = -1 WHERE name = ? AND distrusted = 0"
            with self.database:
                is_new = self.database.execute(query, (name,)).rowcount == 1
            if is_new:
                self._update()
        return is_new

    def _places(self, query: str, asked: dict[str, int | None]) -> Iterator[Place]:
        with _told(self.path):
            places = self.database.execute(query, asked).fetchall()
        yield from (Place(*place) for place in places)

    def _opened(self) -> sqlite3.Connection:
        if self.path is None:
            database = sqlite3.connect(":memory:")
            database.executescript(_SCHEMA)
            return database
        if self.path.exists() and _is_ours(self.path):
            return _connected(self.path)
        _remove_unused(self.path)
        database = _connected(self.path)
        database.executescript(_SCHEMA)
        return database

    def _update(self) -> None:
        """Read what is new or changed; write nothing where nothing is."""
        rows = self.database.execute("SELECT name, size, changed, place FROM files")
        known = {name: ((size, changed), place) for name, size, changed, place in rows}
        for place, source in enumerate(self.sources):
            if known.get(source.name, (None,))[0] != source.stamp:
                self._index(place, source)
        names = [source.name for source in self.sources]
        moved = [name for n, name in enumerate(names) if known.get(name, (None, n))[1] != n]
        stale = known.keys() - set(names)
        if moved or stale:
            with self.database:
                for name in stale:
                    self._forget(name)
                self.database.executemany(
                    "UPDATE files SET place = ? WHERE name = ?",
                    [(names.index(name), name) for name in moved],
                )
        self._make_findable()

    def _index(self, place: int, source: WarcSource) -> None:
        """Read a file, by its index where there is a sound one, in one transaction."""
        size = source.size or source.stamp[0]
        if size > _LONG:  # before a crawl begins, only warnings are seen
            logger.warning("Reading which pages are in %s, once", source.name)
        query = "SELECT distrusted FROM files WHERE name = ?"
        distrusted = any(flag for (flag,) in self.database.execute(query, (source.name,)))
        stamp = source.stamp
        try:
            if not distrusted and self._insert(place, source, stamp, is_beside=True).pages:
                return
        except UnsoundIndexError as error:
            logger.warning("The index of %s is not used: %s", source.name, error)
        self._insert(place, source, stamp, is_beside=False, distrusted=distrusted)

    def _insert(
        self,
        place: int,
        source: WarcSource,
        stamp: tuple[int, int],
        *,
        is_beside: bool,
        distrusted: bool = False,
    ) -> Found:
        found, others = Found(), list[int]()
        with self.database:
            self._forget(source.name)
            query = "INSERT INTO files (name, place, distrusted) VALUES (?, ?, ?)"
            number = self.database.execute(query, (source.name, place, distrusted)).lastrowid or 0
            first = self._last_row() + 1
            rows = (
                rows_of_index(source, found) if is_beside else rows_of_file(source, found, others)
            )
            marks = ", ".join("?" * (1 + len(Row._fields)))
            self.database.executemany(
                f"INSERT INTO captures VALUES ({marks})",  # noqa: S608
                ((number, *row) for row in rows),
            )
            self._drop(others, first)
            last, told = self._last_row(), json.dumps(asdict(found))
            self.database.execute(
                "UPDATE files SET size = ?, changed = ?, first = ?, last = ?,"
                " revisits = ?, found = ? WHERE id = ?",
                (*stamp, first, last, found.revisits, told, number),
            )
        return found

    def _last_row(self) -> int:
        return int(
            self.database.execute("SELECT ifnull(max(rowid), 0) FROM captures").fetchone()[0]
        )

    def _drop(self, others: list[int], first: int) -> None:
        """Take out the records, from a row on, that answer no `GET`."""
        if others:
            self.database.execute("CREATE TEMP TABLE others (record INTEGER PRIMARY KEY)")
            rows = ((other,) for other in others)
            self.database.executemany("INSERT OR IGNORE INTO others VALUES (?)", rows)
            which = "rowid >= ? AND record IN (SELECT record FROM others)"
            self.database.execute(f"DELETE FROM captures WHERE {which}", (first,))  # noqa: S608
            self.database.execute("DROP TABLE others")

    def _forget(self, name: str) -> None:
        query = "SELECT first, last FROM files WHERE name = ?"
        for rows in self.database.execute(query, (name,)).fetchall():
            self.database.execute("DELETE FROM captures WHERE rowid BETWEEN ? AND ?", rows)
        self.database.execute("DELETE FROM files WHERE name = ?", (name,))

    def _make_findable(self) -> None:
        """Sort once, when all is read; identifiers and digests are of use to revisits alone."""
        wanted = ["key"]
        if self.database.execute("SELECT 1 FROM files WHERE revisits > 0").fetchone():
            wanted += ["record", "digest"]
        with self.database:
            for name in wanted:
                query = f"CREATE INDEX IF NOT EXISTS captures_{name} ON captures ({name})"
                self.database.execute(query)  # where it exists nothing is written


def _kept_at(label: str) -> Path:
    name = sha256(label.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return index_folder() / f"{name}.sqlite"


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE)
    # It can be made again; without waiting for the disk that takes half the time.
    database.execute("PRAGMA synchronous = OFF")
    return database


def _is_ours(path: Path) -> bool:
    """Tell an index that can be used, and note that it is."""
    with closing(sqlite3.connect(path)) as database, suppress(sqlite3.DatabaseError, OSError):
        os.utime(path)
        return bool(database.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
    return False


def _remove_unused(path: Path) -> None:
    """Make room for an index: remove what is in its place, and what nobody has used for long."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    for other in path.parent.glob("*.sqlite"):
        with suppress(OSError):
            if time.time() - other.stat().st_mtime > _UNUSED:
                other.unlink()


@contextmanager
def _told(path: Path | None) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if path and isinstance(error, sqlite3.DatabaseError) and "malformed" in str(error):
            path.unlink(missing_ok=True)  # the next replay makes it anew
        raise ArchiveError(f"{path or 'the index'}: cannot be used: {error}") from error
