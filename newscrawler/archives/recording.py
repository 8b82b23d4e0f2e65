"""Which kind of archive is recorded, and the folder, which keeps pages as people read them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from newscrawler.archives.append_file import hold_folder
from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.exchange import Exchange
from newscrawler.archives.failures import Failure
from newscrawler.archives.recorder import FolderRecorder
from newscrawler.archives.wacz_writer import WaczWriter
from newscrawler.archives.warc_writer import WarcWriter

_UNCHANGED = 304
KINDS = ("response", "revisit", "conversion", "failure")


class Recording(Protocol):
    """An archive that a crawl writes, also from several threads.

    Every method raises `OSError` or `ArchiveError`.
    """

    def store(self, exchange: Exchange) -> str:
        """Keep an exchange; return what became of its answer, empty where it was left out.

        `response`, `revisit` or `conversion`, as WARC calls it.
        """

    def store_failure(self, failure: Failure) -> None:
        """Keep that a request had no answer, and why."""

    def close(self) -> None:
        """Complete the archive, which may take as long as copying it."""


class FolderRecording:
    """The folder at `root`: the page of an address, decoded, and not how it was asked for.

    Left out are a 304 answer, which has no page, and a body that cannot be decoded or is too
    large.
    """

    def __init__(self, root: Path) -> None:
        self.recorder = FolderRecorder(root)
        self._held = hold_folder(self.recorder.root)
        self._lock = threading.Lock()

    def store(self, exchange: Exchange) -> str:
        page = None if exchange.status == _UNCHANGED else exchange.page()
        if page is None:
            return ""
        with self._lock:
            self.recorder.store(page)
        return "conversion" if exchange.rendered is not None else "response"

    def store_failure(self, failure: Failure) -> None:
        with self._lock:
            self.recorder.store_failure(failure)

    def close(self) -> None:
        os.close(self._held)


def open_recording(path: Path, about: Iterable[tuple[str, str]]) -> Recording:
    """Open what is at `path`, or begin it: its name says what it is to be.

    `about` says who records, and how. Raises `BusyError`, `ArchiveError`, `OSError`.
    """
    check_name(path)
    name = path.name.lower()
    if name.endswith(".wacz"):
        return WaczWriter(path, about)
    if name.endswith((".warc", ".warc.gz")):
        return WarcWriter(path, about)
    return FolderRecording(path)


def record_report(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return what the report says of a recording, nothing where none was made."""
    found = {kind: stats.get(f"record/{kind}", 0) for kind in KINDS}
    return {"record": found} if any(found.values()) else {}


def check_name(path: Path) -> None:
    """Raise `ArchiveError` for a path that is not, and cannot become, such an archive."""
    is_file = path.name.lower().endswith((".warc", ".warc.gz", ".wacz"))
    if is_file and path.is_dir():
        raise ArchiveError(f"{path}: is a folder, and named like a file")
    if not is_file and path.exists() and not path.is_dir():
        raise ArchiveError(f"{path}: is neither a folder nor named .warc.gz, .warc or .wacz")
