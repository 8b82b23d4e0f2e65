"""Pages of a WARC file (ISO 28500), as wget, browsertrix, Heritrix and warcio write it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import ArchiveError, Capture, Headers, payload_headers

logger = logging.getLogger(__name__)

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_SUCCESS = range(200, 300)
_MAX_BODY = 64 * 2**20  # bytes; no page is larger, but a few packed ones grow so


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where in the file a capture stands; `offset` is its record's, or that of the
    record which it repeats."""

    url: str
    offset: int
    status: int
    date: str

    @property
    def rank(self) -> tuple[bool, str, int]:
        return self.status in _SUCCESS, self.date, self.offset


class _Broken(Exception):
    """A record without a usable page."""


class WarcArchive:
    """The `response`, `resource` and resolvable `revisit` records of a file, by address.

    An address captured several times gives its latest successful capture, else its
    latest. It is looked up without its fragment, first as it is, then under the other
    scheme. `skipped` counts the records whose page cannot be read. A file that was
    cut off is read to its last whole record.

    Raises `ArchiveError` for what is no WARC file or is compressed as a whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped = 0
        self._entries: dict[str, _Entry] = {}
        try:
            with path.open("rb") as file:
                self._read_index(file)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, url: str) -> Capture | None:
        """Return the best capture of `url`.

        Raises `ArchiveError` for a body that unpacks to more than 64 MiB.
        """
        try:
            keys = address_keys(url)
        except ValueError:
            return None
        found = [self._entries[key] for key in keys if key in self._entries]
        return self._read(found[0]) if found else None
