"""Recording to a WACZ file: a WARC file while it grows, packed with its index at the end."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from newscrawler.archives.append_file import BusyError, hold_folder, sync_folder
from newscrawler.archives.exchange import Exchange
from newscrawler.archives.failures import Failure
from newscrawler.archives.wacz_package import WARC, extract_warc, pack, packed_size
from newscrawler.archives.warc_index import Entry
from newscrawler.archives.warc_writer import WarcWriter

logger = logging.getLogger(__name__)

WORK_SUFFIX = ".recording"
# Bytes beside the WARC file's own: index, pages and what sorting them takes.
SPARE = 2**20
SPARE_SHARE = 0.1


class WaczWriter:
    """Records to the folder `NAME.wacz.recording`, of which `close` makes `NAME.wacz`.

    The folder holds a WARC file with all that was recorded, what an earlier `NAME.wacz` has
    included. Killed at any moment, whoever opens the same path again goes on with it; the old
    file stands until the new one takes its place.

    Raises `BusyError`, `ArchiveError` for a file that is not ours or damaged, and `OSError`,
    also where the disk has no room for a copy.
    """

    def __init__(self, path: Path, about: Iterable[tuple[str, str]]) -> None:
        self.path = path
        self.folder = path.with_name(path.name + WORK_SUFFIX)
        self.warc = self.folder / WARC
        self.entries = self.folder / "entries"
        self._held = _held_folder(self.folder)
        try:
            if path.exists() and not self.warc.exists():
                self._take_up()
            # Of all records of the WARC file, in its order; made anew with each opening.
            self._lines = self.entries.open("w", encoding="utf-8")
            self._writer = WarcWriter(self.warc, about, self._note)
        except BaseException:
            os.close(self._held)
            raise

    def store(self, exchange: Exchange) -> str:
        """Append an exchange, as `WarcWriter.store` does."""
        return self._writer.store(exchange)

    def store_failure(self, failure: Failure) -> None:
        """Append a failure, as `WarcWriter.store_failure` does."""
        self._writer.store_failure(failure)

    def close(self) -> None:
        """Pack what was recorded. Raises `OSError`; the folder then stays as it is."""
        try:
            self._writer.close()
            self._lines.close()
            size = self.warc.stat().st_size if self.warc.exists() else 0
            if size and not (self.path.exists() and size == packed_size(self.path)):
                self._pack(size)
            shutil.rmtree(self.folder)
        finally:
            os.close(self._held)

    def _note(self, entry: Entry) -> None:
        self._lines.write(f"{entry.line(WARC)}\n")

    def _take_up(self) -> None:
        """Go on with the file that stands there."""
        check_room(self.folder, packed_size(self.path))
        part = self.folder / f"{WARC}.part"
        extract_warc(self.path, part)
        part.replace(self.warc)
        sync_folder(self.folder)

    def _pack(self, size: int) -> None:
        check_room(self.folder, size)
        part = self.folder / "packed.part"
        try:
            pack(part, self.warc, self.entries)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        part.replace(self.path)
        sync_folder(self.path.parent)
        logger.info("Packed %s", self.path)


def check_room(folder: Path, size: int) -> None:
    """Raise `OSError` where the disk has no room for a copy of `size` bytes."""
    needed, free = int(size * (1 + SPARE_SHARE)) + SPARE, shutil.disk_usage(folder).free
    if free < needed:
        told = f"{os.strerror(errno.ENOSPC)}: {needed:,} bytes are needed to pack, {free:,} free"
        raise OSError(errno.ENOSPC, told, str(folder))


def _held_folder(folder: Path) -> int:
    """Make the folder, or take up one that a killed run left, for this process alone."""
    folder.mkdir(exist_ok=True)
    held = hold_folder(folder)
    # Another process may just have packed it, and taken it away.
    if not folder.exists() or not os.path.samestat(os.fstat(held), folder.stat()):
        os.close(held)
        raise BusyError(f"{folder}: another run records there")
    sync_folder(folder.parent)
    return held
