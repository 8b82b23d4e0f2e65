"""Pages of a WARC file (ISO 28500), as wget, browsertrix, Heritrix and warcio write it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import (
    REDIRECTS,
    STATUS_CODES,
    ArchiveError,
    Capture,
    Headers,
    payload_headers,
)

logger = logging.getLogger(__name__)

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_SUCCESS = range(200, 300)
_MAX_BODY = 64 * 2**20  # bytes; no page is larger, but a packed one may grow without end
_LONGEST_GAP = 64  # bytes; two line breaks stand between records
_DECODED = {"", "identity", "gzip", "deflate"}
# The longer name first: the parser takes the first that fits.
_PROTOCOLS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/3"]


class _BrokenPage(ValueError):
    """A record whose HTTP part or address cannot be read."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A capture; `offset` is where its record starts, or the record that it repeats."""

    url: str
    offset: int
    status: int
    date: str

    @property
    def rank(self) -> tuple[bool, str, int]:
        return self.status in _SUCCESS, self.date, self.offset


class WarcArchive:
    """The `response` and `resource` records of a file, and the `revisit` records of these.

    An address captured several times gives its latest successful capture, else its
    latest. It is looked up without its fragment, first as it is, then under the other
    scheme. `skipped` counts the records whose page cannot be read or is not in the
    file. A file that was cut off is read to its last whole record.

    Raises `ArchiveError` for what is no WARC file, or is compressed as a whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped = 0
        self._entries: dict[str, _Entry] = {}
        self._originals: dict[str, _Entry] = {}
        with _opened(path) as file:
            self._read_index(file)
        self._originals.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, url: str, *, rendered: bool = False) -> Capture | None:
        """Return the best capture of `url`, and nothing `rendered`: it holds what servers sent.

        A content encoding beyond gzip and deflate stays, named in the headers, for
        Scrapy to decode. Raises `ArchiveError` for a body of more than 64 MiB.
        """
        try:
            keys = [] if rendered else address_keys(url)
        except ValueError:
            keys = []
        if not keys:
            return None
        own, twin = (self._entries.get(key) for key in keys)
        if own is None and twin and twin.status not in REDIRECTS:
            own = twin
        return self._read(own) if own else None

    def _read(self, entry: _Entry) -> Capture:
        try:
            with self.path.open("rb") as file:
                file.seek(entry.offset)
                record = next(iter(WARCIterator(file, no_record_parse=True)))
                _parse_http(record)
                headers = _page_headers(record)
                body = record.content_stream().read(_MAX_BODY + 1)
        except (OSError, ArchiveLoadFailed, StopIteration, _BrokenPage) as error:
            raise ArchiveError(f"{self.path}: changed while it was read: {error}") from error
        if len(body) > _MAX_BODY:
            raise ArchiveError(f"{self.path}: {entry.url}: has more than {_MAX_BODY} bytes")
        return Capture(entry.url, entry.status, headers, body, entry.date or None)

    def _read_index(self, file: BinaryIO) -> None:
        revisits = []
        for record, status, offset in _scan(self.path, file):
            if not _is_page(record):
                continue
            if record.rec_type == "revisit":
                revisits.append(record.rec_headers)
            else:
                self._add_page(record.rec_headers, offset, status)
        for headers in revisits:
            self._add_revisit(headers)

    def _add_page(self, headers: Any, offset: int, status: int | None) -> None:
        url = headers.get_header("WARC-Target-URI")
        if status is None:
            self.skipped += 1
            return
        entry = _Entry(url, offset, status, _date(headers.get_header("WARC-Date")))
        self._originals[headers.get_header("WARC-Record-ID", "")] = entry
        self._originals[f"{url} {headers.get_header('WARC-Date')}"] = entry
        self._enter(entry)

    def _add_revisit(self, headers: Any) -> None:
        """Index a page that was the same as one captured before (ISO 28500, section 6.7)."""
        uri = headers.get_header("WARC-Refers-To-Target-URI", "").strip("<>")
        names = (
            headers.get_header("WARC-Refers-To", ""),
            f"{uri} {headers.get_header('WARC-Refers-To-Date')}",
        )
        found = [self._originals[name] for name in names if name in self._originals]
        if not found:
            self.skipped += 1
            return
        date = _date(headers.get_header("WARC-Date"))
        self._enter(replace(found[0], url=headers.get_header("WARC-Target-URI"), date=date))

    def _enter(self, entry: _Entry) -> None:
        try:
            key = address_keys(entry.url)[0]
        except ValueError:
            self.skipped += 1
            return
        known = self._entries.get(key)
        self._entries[key] = max(known, entry, key=lambda each: each.rank) if known else entry


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error


def _scan(path: Path, file: BinaryIO) -> Iterator[tuple[Any, int | None, int]]:
    """Give each whole record with its HTTP status, if it has a readable page, and its offset."""
    records = WARCIterator(file, no_record_parse=True)
    count = end = 0
    try:
        for count, record in enumerate(records, start=1):  # noqa: B007, told when it fails
            status = _status(record)
            offset = records.get_record_offset()  # reads the record to its end
            if not _is_whole(record):
                break
            end = offset + records.get_record_length()
            yield record, status, offset
    except ArchiveLoadFailed as error:
        _refuse(path, count, str(error))
    if not count:
        raise ArchiveError(f"{path}: holds no WARC record")
    file.seek(end)
    if file.read(_LONGEST_GAP).strip():
        logger.warning(
            "%s: is cut off or damaged after byte %d; later pages are missing", path, end
        )


def check_warc(path: Path) -> None:
    """Raise `ArchiveError` where `WarcArchive` would; two records tell."""
    with _opened(path) as file:
        records = islice(WARCIterator(file, no_record_parse=True), 2)
        count = 0
        try:
            for _ in records:
                count += 1
        except ArchiveLoadFailed as error:
            _refuse(path, count, str(error))
        if not count:
            raise ArchiveError(f"{path}: holds no WARC record")


def _refuse(path: Path, count: int, reason: str) -> None:
    """Raise `ArchiveError` where the reason, met after `count` records, is not mere damage."""
    if "non-chunked" in reason:
        raise ArchiveError(
            f"{path}: is compressed as a whole, not record by record;"
            " `warcio recompress` makes a file that can be read"
        )
    if not count:
        raise ArchiveError(f"{path}: is no WARC file: {reason.strip()}")


def _is_page(record: Any) -> bool:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    is_web = url.lower().startswith(("http://", "https://"))
    return is_web and record.rec_type in {"response", "resource", "revisit"}


def _is_whole(record: Any) -> bool:
    stream = record.raw_stream
    return isinstance(stream, LimitReader) and stream.limit == 0


def _status(record: Any) -> int | None:
    if not _is_page(record):
        return None
    try:
        _parse_http(record)
    except _BrokenPage:
        return None
    return int(record.http_headers.get_statuscode()) if record.http_headers else 200


def _parse_http(record: Any) -> None:
    """Read the HTTP headers of a response, which leaves the body to be read.

    Raises `_BrokenPage` where there are none.
    """
    if record.rec_type != "response":
        return
    try:
        headers = StatusAndHeadersParser(_PROTOCOLS).parse(record.raw_stream)
        if int(headers.get_statuscode()) not in STATUS_CODES:
            raise _BrokenPage(f"status {headers.get_statuscode()}")
    except (EOFError, ValueError, StatusAndHeadersParserException) as error:
        raise _BrokenPage(str(error)) from error
    coding = headers.get_header("Transfer-Encoding", "").strip().lower()
    headers.replace_header("Transfer-Encoding", coding)  # warcio compares it literally
    record.http_headers = headers


def _page_headers(record: Any) -> Headers:
    """Return the headers of the page, and have its body decoded accordingly."""
    if not record.http_headers:
        return (("Content-Type", record.content_type),) if record.content_type else ()
    headers = payload_headers(tuple(record.http_headers.headers))
    coding = record.http_headers.get_header("Content-Encoding", "").strip().lower()
    if coding in _DECODED:
        return headers
    # warcio knows brotli too, and breaks with what brotli has become.
    record.http_headers.remove_header("Content-Encoding")
    return (*headers, ("Content-Encoding", coding))


def _date(value: str | None) -> str:
    match = _DATE.fullmatch(value or "")
    return f"{match[1]}Z" if match else ""
