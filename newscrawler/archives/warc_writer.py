"""Recording to a WARC file, record by record, and going on with one where it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from newscrawler.archives.append_file import AppendFile
from newscrawler.archives.capture import REDIRECTS
from newscrawler.archives.exchange import Exchange
from newscrawler.archives.failures import Failure
from newscrawler.archives.originals import Originals
from newscrawler.archives.warc_continuing import records_to_keep
from newscrawler.archives.warc_format import (
    IDENTICAL,
    NOT_MODIFIED,
    Record,
    conversion_record,
    digest_of,
    failure_record,
    info_record,
    request_record,
    response_record,
    revisit_record,
)
from newscrawler.archives.warc_index import (
    Entry,
    entry_of_exchange,
    entry_of_failure,
    entry_of_record,
)

logger = logging.getLogger(__name__)

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

    def store_failure(self, failure: Failure) -> None:
        """Append the record of a request that nobody answered. Raises `OSError`."""
        with self._lock:
            self._begin(failure.at)
            piece = self._bytes(failure_record(failure))
            start = self._file.append(piece)
            self._note(entry_of_failure(failure, start, len(piece)))

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
        for record in records_to_keep(self.path, is_packed=self._is_packed):
            end = record.offset + record.length
            entry = entry_of_record(record)
            if entry:
                self._originals.note(entry)
                self._note(entry)
        logger.info("Going on with %s behind byte %d", self.path, end)
        if end < self._file.size:
            told = (self.path, self._file.size - end, end)
            logger.warning("%s: the last %d bytes are no whole record; cut to %d bytes", *told)
            self._file.cut(end)
