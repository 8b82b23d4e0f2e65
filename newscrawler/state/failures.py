"""SQLite's errors as those that the state promises."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from newscrawler.state.errors import DamagedStateError

DAMAGED = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_TOOBIG,  # no row of ours is; a damaged length says so
)
# Extended codes of SQLITE_IOERR that speak of the file, not of the disk.
DAMAGED_READS = (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
NUMBERS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_BUSY: errno.EBUSY,
    sqlite3.SQLITE_LOCKED: errno.EBUSY,
    sqlite3.SQLITE_PROTOCOL: errno.EBUSY,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
REFUSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def translated(error: sqlite3.Error, path: Path | None) -> Exception | None:
    """Return our error for one of SQLite's, None where it is a mistake in our own code."""
    extended = getattr(error, "sqlite_errorcode", None)
    code = (extended or 0) & 0xFF  # the primary code is the low byte
    if code in DAMAGED or extended in DAMAGED_READS or _tells_of_damage(error):
        return DamagedStateError(f"{path or 'the state in memory'} is damaged: {error}")
    if code in REFUSED:
        return _named(_why_refused(path), error, path)
    if code in NUMBERS:
        return _named(NUMBERS[code], error, path)
    return None


def _tells_of_damage(error: sqlite3.Error) -> bool:
    text = str(error)
    return text.startswith(("no such table", "no such column", "Could not decode to UTF-8"))


def _why_refused(path: Path | None) -> int:
    near = next((it for it in (path, *path.parents) if it.exists()), None) if path else None
    if near and os.statvfs(near).f_flag & os.ST_RDONLY:
        return errno.EROFS
    return errno.EACCES


def _named(number: int, error: sqlite3.Error, path: Path | None) -> OSError:
    why = f"cannot write the state: {os.strerror(number)} ({error})"
    return OSError(number, why, str(path or ""))
