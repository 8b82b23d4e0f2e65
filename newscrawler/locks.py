"""Where the state is kept, and the lock that one run at a time holds on it."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

IN_MEMORY = ":memory:"


class LockedError(Exception):
    """Another run works with the same state."""


def state_path(text: str) -> Path | None:
    """Return where the setting `NEWSCRAWLER_STATE` keeps the state, None for nowhere."""
    return None if text in ("", IN_MEMORY) else Path(text)


def lock_state(path: Path, wait: float = 0) -> FileLock:
    """Take the lock that one run at a time holds, waiting at most `wait` seconds.

    The system frees it when the process ends, however it ends, or when nothing refers to
    it any more. Within the process it can be taken again; as a context manager it is
    released at the end. Raises `LockedError`, `OSError`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, is_singleton=True)
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise LockedError(f"another run works with {path}") from error
    return lock
