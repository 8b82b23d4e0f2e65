"""A file that grows by whole pieces, whatever ends the process that writes it."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from newscrawler.archives.capture import ArchiveError

# Seconds. A loss of power costs what was appended since then; one fdatasync takes milliseconds.
SYNC_EACH = 1.0


class BusyError(ArchiveError):
    """Another process records to the same place."""


def hold_folder(folder: Path) -> int:
    """Lock a folder, which the system frees when the process ends, until what this returns is
    closed. Raises `BusyError`.
    """
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    _lock(held, folder)
    return held


class AppendFile:
    """The file at `path`, held by this process alone and made where it is not there.

    A piece that was appended is kept when the process is killed, whole or, where it was
    being written, in part: whoever opens the file again cuts it to what is whole.

    Raises `BusyError`, `OSError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_new = not path.exists()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o666)
        _lock(self._file, path)
        self.size = os.fstat(self._file).st_size
        self._synced_at = time.monotonic()
        self._is_synced = True
        sync_folder(path.parent)

    def append(self, piece: bytes) -> int:
        """Write a piece at the end, and return where it begins.

        What was written of a piece for which there is no room is taken off again. Raises `OSError`.
        """
        start, rest = self.size, memoryview(piece)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
            self.size += len(piece)
            self._is_synced = False
            if time.monotonic() - self._synced_at >= SYNC_EACH:
                self.sync()
        except OSError:
            self.cut(start)
            raise
        return start

    def cut(self, size: int) -> None:
        """Take off what stands behind the first `size` bytes."""
        os.ftruncate(self._file, size)
        self.size = size

    def sync(self) -> None:
        """Wait until the disk has all that was appended. Raises `OSError`."""
        if not self._is_synced:
            os.fdatasync(self._file)
            self._is_synced = True
        self._synced_at = time.monotonic()

    def close(self) -> None:
        """Sync and close. Raises `OSError`; the file is closed all the same.

        One that was made here and has nothing in it goes again.
        """
        if self._file < 0:
            return
        try:
            self.sync()
            if self._is_new and not self.size:
                self.path.unlink(missing_ok=True)
        finally:
            os.close(self._file)
            self._file = -1


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise BusyError(f"{path}: another run records there") from error
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
