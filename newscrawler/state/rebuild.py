"""A damaged state set aside, and a new one made of what can be read of it and of the feeds."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from newscrawler.state.database import companions, sync_folder
from newscrawler.state.errors import DamagedStateError
from newscrawler.state.feed_lines import feed_files
from newscrawler.state.opening import open_database
from newscrawler.state.refill import Refill
from newscrawler.state.salvage import salvage


class Meaning(NamedTuple):
    """What a feed's record tells of its article."""

    key_of: Callable[[str], str]
    marks_of: Callable[[dict[str, Any]], tuple[str, ...]]
    fingerprint_of: Callable[[dict[str, Any]], str]


def no_marks(record: dict[str, Any]) -> tuple[str, ...]:  # noqa: ARG001
    return ()


def text_fingerprint(record: dict[str, Any]) -> str:
    """Return the digest of headline and body, by which a version is told from the next."""
    said = f"{record.get('headline') or ''}\n\n{record.get('body') or ''}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def rebuild(path: Path, feeds: Iterable[Path], now: str, meaning: Meaning) -> str:
    """Put a new state in the place of a damaged one, and return what was done.

    A kill leaves the damaged one or the new one, whole. Raises `DamagedStateError`.
    """
    new = path.with_name(f"{path.name}.rebuilt")
    for leftover in (new, *companions(new)):
        leftover.unlink(missing_ok=True)
    try:
        rows, articles, broken = _fill(new, path, feeds, meaning, now)
        aside = _set_aside(path, now)
        if not rows and not articles:
            path.unlink()
            raise DamagedStateError(f"{path} is damaged, nothing could be read of it: see {aside}")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
        sync_folder(path.parent)
    skipped = f", {broken} feed lines could not be read" if broken else ""
    return (
        f"the state {path} was damaged and is set aside as {aside}: "
        f"{rows} rows of it and {articles} articles of the feeds are recovered{skipped}"
    )


def _fill(
    new: Path, damaged: Path, feeds: Iterable[Path], meaning: Meaning, now: str
) -> tuple[int, int, int]:
    """Return the numbers of rows and articles recovered, and of lines that are broken."""
    database = open_database(new)
    try:
        rows = salvage(damaged, database)
        refill = Refill(database, meaning.key_of, meaning.marks_of, meaning.fingerprint_of)
        # Not all at once, the moment after: the site has done nothing.
        refill.due_at = f"{datetime.fromisoformat(now) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
        refill.drop_what_lost_its_text()
        refill.index_copies_anew()
        refill.read(feed_files(feeds))
        refill.mend_outbox()
        refill.let_wait_again()
        refill.drop_pages_without_article()
    finally:
        database.close()
    return rows, refill.articles, refill.broken


def _set_aside(path: Path, now: str) -> Path:
    """Give the damaged files another name; the main one keeps its own until it is replaced."""
    aside = _free_name(path, now)
    try:
        aside.hardlink_to(path)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        path.rename(aside)  # the file system knows no second names
        path.touch(0o600)
    for own, other in zip(companions(path), companions(aside), strict=True):
        with suppress(FileNotFoundError):
            own.rename(other)
    return aside


def _free_name(path: Path, now: str) -> Path:
    stamp = "".join(it for it in now if it.isalnum())
    names = (f"{path.name}.damaged-{stamp}" + (f"-{n}" if n > 1 else "") for n in count(1))
    free = (it for it in map(path.with_name, names) if not _any_exists(it))
    return next(free)


def _any_exists(path: Path) -> bool:
    return any(it.exists() for it in (path, *companions(path)))
