"""What a feed has named before, kept on disk: a million lines need no more memory than one."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b

PREPARING = (
    "PRAGMA journal_mode = OFF",  # it is thrown away in any case
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -8192",  # KiB
    "CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER NOT NULL)",
    "BEGIN",
)


class Seen:
    """Names with the line that named them first; in a file that SQLite itself removes."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in PREPARING:
            self._database.execute(statement)

    def first_line(self, name: str, line: int) -> int | None:
        """Return the line that had this name before; of a new one, note its line."""
        key = _digest(name)
        inserted = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        if inserted.rowcount:
            return None
        row = self._database.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def close(self) -> None:
        self._database.close()


def _digest(name: str) -> int:
    """Return 64 bits: among ten million names two are alike once in 400,000 feeds."""
    data = name.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
