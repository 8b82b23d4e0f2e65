"""Recording to a WARC file, record by record, and going on with one where it ended."""

from __future__ import annotations

import logging
import re
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from newscrawler.archives.append_file import AppendFile
from newscrawler.archives.capture import REDIRECTS, ArchiveError
from newscrawler.archives.exchange import Exchange
from newscrawler.archives.originals import Originals
from newscrawler.archives.warc_captures import LONGEST_HEAD
from newscrawler.archives.warc_format import (
    IDENTICAL,
    NOT_MODIFIED,
    Record,
    conversion_record,
    digest_of,
    info_record,
    request_record,
    response_record,
    revisit_record,
)
from newscrawler.archives.warc_index import Entry, entry_of_exchange, entry_of_record
from newscrawler.archives.warc_records import Damage, WarcRecord, read_records

logger = logging.getLogger(__name__)

SOFTWARE = "newscrawler/"
_FIRST = b"WARC/1.1\r\nWARC-Type: warcinfo\r\n"
_LENGTH = re.compile(rb"^Content-Length: (\d+)", re.MULTILINE)
# Bytes of an info record's block that are looked at.
_LONGEST_INFO = 4096
_UNCHANGED = 304


class WarcWriter:
    """Appends exchanges to the WARC file at `path`, packed record by record if it ends in `.gz`.

    `about` are the fields of the info record that begins what is recorded. `note` is told of
    each record of an answer: those that the file holds already, when it is opened, and then
    each that is written. It may be used from several threads.

    A file that this class wrote is gone on with. What a kill left behind its last whole record
    is cut off. Raises `BusyError` for one that another process writes, `ArchiveError` for one
    that is damaged elsewhere or not ours, `OSError`.
    """

    def __init__(
        self,
        path: Path,
        about: Iterable[tuple[str, str]],
        note: Callable[[Entry], None] = lambda _: None,
    ) -> None:
        self.path = path
        self.about = tuple(about)
        self._note = note
        self._is_packed = path.name.lower().endswith(".gz")
        self._is_begun = False
        self._lock = threading.Lock()
        self._originals = Originals(path)
        self._file = AppendFile(path)
        try:
            self._continue()
        except BaseException:
            self._file.close()
            raise

    def store(self, exchange: Exchange) -> str:
        """Append the records of an exchange, and return the type of that of its answer.

        Raises `OSError`; the file is then as it was.
        """
        with self._lock:
            self._begin(exchange.at)
            answer = self._answer(exchange)
            records = [answer]
            if exchange.rendered is None:  # what the browser asked for is not known
                records.append(request_record(exchange, answer))
            pieces = [self._bytes(record) for record in records]
            start = self._file.append(b"".join(pieces))
            entry = entry_of_exchange(exchange, answer, start, len(pieces[0]))
            self._originals.note(entry)
            self._note(entry)
            return answer.kind

    def close(self) -> None:
        """Close the file once the disk has it. Raises `OSError`."""
        with self._lock:
            self._file.close()

    def _begin(self, at: datetime) -> None:
        if not self._is_begun:
            record = info_record(self.path.name, self.about, at)
            self._file.append(self._bytes(record))
            self._is_begun = True

    def _answer(self, exchange: Exchange) -> Record:
        if exchange.rendered is not None:
            return conversion_record(exchange, self._originals.page(exchange.url))
        if exchange.status == _UNCHANGED:
            original = self._originals.page(exchange.url)
            if original:
                return revisit_record(exchange, original, NOT_MODIFIED)
        elif exchange.body and exchange.status not in REDIRECTS and not exchange.is_cut:
            # Readers take a redirect's target from the original.
            same = self._originals.same(exchange.status, digest_of(exchange.body))
            if same:
                return revisit_record(exchange, same, IDENTICAL)
        return response_record(exchange)

    def _bytes(self, record: Record) -> bytes:
        return record.packed() if self._is_packed else record.content

    # A file that is there

    def _continue(self) -> None:
        if not self._file.size:
            return
        end = 0
        for record in self._whole_records():
            if not end and not _is_ours(record):
                raise ArchiveError(f"{self.path}: was not written by this program; name another")
            end = record.offset + record.length
            entry = entry_of_record(record)
            if entry:
                self._originals.note(entry)
                self._note(entry)
        if end < self._file.size:
            told = (self.path, self._file.size - end, end)
            logger.warning("%s: the last %d bytes are no whole record; cut to %d bytes", *told)
            self._file.cut(end)

    def _whole_records(self) -> Iterator[WarcRecord]:
        """Give what can be kept; raise `ArchiveError` where a whole record stands behind damage."""
        if _is_beginning(self.path, is_packed=self._is_packed):
            return
        damage: Damage | None = None
        for found in read_records(self.path, keep=_keep):
            if isinstance(found, Damage):
                damage = damage or found
            elif damage:
                raise ArchiveError(
                    f"{self.path}: is damaged at byte {damage.offset} ({damage.reason}), with whole"
                    " records behind it; nothing is added to it, name another file"
                )
            else:
                yield found


def _keep(record: WarcRecord) -> int:
    return _LONGEST_INFO if record.kind == "warcinfo" else LONGEST_HEAD


def _is_ours(record: WarcRecord) -> bool:
    is_info = record.kind == "warcinfo" and not record.offset
    return is_info and f"software: {SOFTWARE}".encode() in record.block


def _is_beginning(path: Path, *, is_packed: bool) -> bool:
    """Tell a file that ends within its first record, as it was written here."""
    with path.open("rb") as file:
        first = file.read(_LONGEST_INFO)
    if len(first) == _LONGEST_INFO:
        return False
    if is_packed:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            first = unpacker.decompress(first)
        except zlib.error:
            return False
        return not unpacker.eof and first.startswith(_FIRST[: len(first)])
    head, end, block = first.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    is_whole = end and length and len(block) >= int(length[1])
    return not is_whole and first.startswith(_FIRST[: len(first)])
