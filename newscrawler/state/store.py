"""The state of all series: what was asked for, what is held, what is not yet published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

from newscrawler.normalise.urls import url_key
from newscrawler.state.address_history import AddressHistory
from newscrawler.state.errors import DamagedStateError, NewerStateError, StateError
from newscrawler.state.frontier import Frontier
from newscrawler.state.hosts import KnownHosts
from newscrawler.state.opening import open_database
from newscrawler.state.rebuild import Meaning, no_marks, rebuild, text_fingerprint
from newscrawler.state.runs import RESUMABLE, Runs
from newscrawler.state.series import SeriesList

__all__ = ["RESUMABLE", "DamagedStateError", "NewerStateError", "State", "StateError"]


class State(Frontier, SeriesList, AddressHistory, Runs, KnownHosts):
    """Every method is one transaction, and safe to call from any thread.

    Raises `DamagedStateError` where a row does not match its digest or SQLite finds the
    file malformed, `OSError` with `ENOSPC`, `EROFS`, `EIO` or `EACCES` and the file's name
    where it cannot be written.

    Each row is compared with its digest whenever it is read. While the file is small
    (below 32 MiB) `open` also reads all of it, as `check` does; of a larger one it trusts
    SQLite's own recovery after a kill, and rows are compared as they are met.
    """

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Open the file, made with its folder if need be; `None` keeps all in memory.

        Raises `StateError`, `OSError`.
        """
        return cls(open_database(path))

    def close(self) -> None:
        self._database.close()

    @property
    def changes(self) -> int:
        """Return how many rows were changed since it was opened; what was read stands until then.

        Only the process that has the lock of the state changes it.
        """
        return self._database.changes

    def check(self) -> None:
        """Read every row and compare it with its digest; raises `DamagedStateError`."""
        with self._database.guarded():
            self._database.check()


def open_or_rebuild(
    path: Path,
    feeds: Iterable[Path],
    *,
    now: str,
    key_of: Callable[[str], str] = url_key,
    marks_of: Callable[[dict[str, Any]], tuple[str, ...]] = no_marks,
    fingerprint_of: Callable[[dict[str, Any]], str] = text_fingerprint,
) -> tuple[State, str | None]:
    """Open the state; set a damaged one aside, save from it what is whole, add the feeds.

    `feeds` are files and folders of feeds; `key_of` gives the key of a page's address,
    `marks_of` and `fingerprint_of` what an article's record is known by. Returns what was
    done, for the log and the report, None for a sound file. Raises `DamagedStateError`
    where nothing at all could be recovered, `NewerStateError`, `OSError`.
    """
    try:
        return State.open(path), None
    except DamagedStateError:
        told = rebuild(path, feeds, now, Meaning(key_of, marks_of, fingerprint_of))
        return State.open(path), told
