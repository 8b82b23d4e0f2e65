"""The rows of an archive's index, one a capture, from the files or from indexes beside them."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.cdxj import CdxjLine, lines_about, read_cdxj_line
from newscrawler.archives.failures import is_failure, is_rendered_failure
from newscrawler.archives.warc_captures import (
    NOT_MODIFIED,
    BrokenPageError,
    keep_heads,
    may_hold_page,
    method_of,
    rendered_of,
    status_of,
)
from newscrawler.archives.warc_records import Damage, WarcRecord, record_at, records_of
from newscrawler.archives.warc_sources import WarcSource
from newscrawler.archives.warc_stretches import ByteSource

RENDERED, TRUNCATED, REVISIT = 1, 2, 4
_CONCURRENT = "WARC-Concurrent-To"
# Requests and their answers stand next to each other.
_PAIRS_APART = 100
# What a request says that is none of them, and not GET either, is damaged and tells nothing.
_OTHER_METHODS = {"HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}
# Bytes of a request that have its method.
_LONGEST_METHOD = 32
# Lines of an index that are compared with the file when it is read: spread evenly, and the last.
_SAMPLES = 32
# Records behind the last one that an index names: of a page there are three or four.
_LONGEST_TAIL = 1000
# What reading an index may raise: ArchiveError and JSON's errors are among the first.
_UNREADABLE = (ValueError, TypeError, RecursionError, OSError, EOFError, zlib.error)


class Row(NamedTuple):
    """A capture, by digests of 64 bits: they are compared with what the record says.

    `date` is in seconds since 1970, None where it is not known; `status` is 0 for a revisit
    that does not say; `record` and `digest` stand for the record's identifier and the digest of
    its payload, None where there is none.
    """

    key: int
    date: int | None
    status: int
    flags: int
    offset: int
    record: int | None
    digest: int | None


@dataclass(slots=True)
class Found:
    """What was met while a file was read: captures, pages that cannot be read, damage."""

    pages: int = 0
    revisits: int = 0
    broken: int = 0
    damaged: int = 0
    lost: int = 0
    """Bytes that hold no whole record."""
    first_damage: str = ""

    @property
    def told(self) -> str:
        """Say what cannot be read, empty where all can."""
        parts = []
        if self.damaged:
            size = f"{self.damaged} ({self.lost} bytes)"
            parts.append(f"damaged stretches {size}, the first at {self.first_damage}")
        if self.broken:
            parts.append(f"records that cannot be read {self.broken}")
        return "; ".join(parts)


class UnsoundIndexError(ValueError):
    """An index that does not belong to its file; says why."""


def hashed(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def seconds_of(date: str) -> int | None:
    """Return the seconds since 1970 of a date as records have it, None for none."""
    try:
        return int(datetime.fromisoformat(date).timestamp()) if date else None
    except ValueError:
        return None


def digest_of(text: str) -> int | None:
    return hashed(text.upper()) if text else None


# From the file itself


def rows_of_file(source: WarcSource, found: Found, others: list[int]) -> Iterator[Row]:
    """Give a row for each capture in a file, and count what is none; `others` as below."""
    for record in answers_of(source, found, others):
        row = _row(record)
        found.broken += row is None
        if row and row.status != NOT_MODIFIED:
            found.pages += not is_failure(record)
            found.revisits += bool(row.flags & REVISIT)
            yield row


def answers_of(source: WarcSource, found: Found, others: list[int]) -> Iterator[WarcRecord]:
    """Give the records that may hold a page, with their heads, and count damage.

    `others` gets the identifiers of those that turn out to be no answers to a `GET`.
    """
    recent: deque[str] = deque(maxlen=_PAIRS_APART)
    with source.opened() as file:
        for record in records_of(file, source.name, keep=_keep):
            if isinstance(record, Damage):
                found.damaged += 1
                found.lost += record.length
                found.first_damage = found.first_damage or _told(record)
            elif record.kind == "request":
                _note_method(record, recent, others)
            elif is_failure(record) or (
                may_hold_page(record) and record.field(_CONCURRENT) not in recent
            ):
                yield record


def _keep(record: WarcRecord) -> int:
    return _LONGEST_METHOD if record.kind == "request" else keep_heads(record)


def _told(damage: Damage) -> str:
    return f"byte {damage.offset}: {damage.reason}"


def _note_method(record: WarcRecord, recent: deque[str], others: list[int]) -> None:
    """Note which record answers a request that is no `GET`; it may stand before or behind."""
    if method_of(record) not in _OTHER_METHODS:
        return
    if record.record_id:
        recent.append(record.record_id)
    if record.field(_CONCURRENT):
        others.append(hashed(record.field(_CONCURRENT)))


def _row(record: WarcRecord) -> Row | None:
    is_revisit = record.kind == "revisit"
    try:
        key = hashed(address_keys(record.url)[0])
        status = _revisit_status(record) if is_revisit else status_of(record)
        is_rendered = rendered_of(record) is not None or is_rendered_failure(record)
    except (BrokenPageError, ValueError):
        return None
    is_cut = (
        is_failure(record)
        or (not is_revisit and bool(record.field("WARC-Truncated")))
        or (not is_revisit and bool(record.field("WARC-Segment-Number")))
    )
    flags = RENDERED * is_rendered | TRUNCATED * is_cut | REVISIT * is_revisit
    identifier = record.record_id
    return Row(
        key,
        seconds_of(record.date),
        status,
        flags,
        record.offset,
        hashed(identifier) if identifier else None,
        digest_of(record.field("WARC-Payload-Digest")),
    )


def _revisit_status(record: WarcRecord) -> int:
    """Return the status, 0 where it is that of the page which was seen again."""
    try:
        status = status_of(record)
    except BrokenPageError:
        return 0
    return 0 if status == NOT_MODIFIED else status


# From an index that stands beside


def rows_of_index(source: WarcSource, found: Found) -> Iterator[Row]:
    """Give the rows that an index beside a file has for it, none where there is no index.

    Raises `UnsoundIndexError` where lines cannot be read or lead elsewhere: some are compared
    with the file, and behind the last record that is named there may be no page.
    """
    size = source.size or source.stamp[0]
    check, name = _Check(source), source.file_name.encode("utf-8", "surrogateescape")
    try:
        with lines_about(source) as lines:
            for number, line in enumerate(lines):
                if source.part and name not in line:
                    continue  # another file's; reading what it says takes longer
                said = read_cdxj_line(line)
                if said is None or said.file_name not in {"", source.file_name}:
                    continue
                if not 0 <= said.offset < said.offset + said.length <= size:
                    raise UnsoundIndexError(f"line {number + 1}: beyond the end of the file")
                check.note(said)
                row = _row_of_line(said)
                if row and said.is_failure:
                    yield row
                elif row:
                    found.pages += 1
                    found.revisits += said.is_revisit
                    yield row
    except _UNREADABLE as error:
        raise UnsoundIndexError(str(error)) from error
    check.compare()


def _row_of_line(said: CdxjLine) -> Row | None:
    if said.method != "GET" or "__wb_method=" in said.url:
        return None
    try:
        key = hashed(address_keys(said.url)[0])
    except ValueError:
        return None
    if said.status == NOT_MODIFIED and not said.is_revisit:
        return None
    status = said.status if said.status != NOT_MODIFIED else 0
    flags = RENDERED * bool(said.rendered) | REVISIT * said.is_revisit
    flags |= TRUNCATED * said.is_failure
    return Row(key, seconds_of(said.date), status, flags, said.offset, None, digest_of(said.digest))


class _Check:
    """Lines of an index that are looked up in the file: some at even distances, and the last."""

    def __init__(self, source: WarcSource) -> None:
        self.source = source
        self.samples: list[CdxjLine] = []
        self.last: CdxjLine | None = None
        self.count, self.step = 0, 1

    def note(self, said: CdxjLine) -> None:
        if self.last is None or said.offset > self.last.offset:
            self.last = said
        if self.count % self.step == 0:
            self.samples.append(said)
            if len(self.samples) > _SAMPLES:
                self.samples = self.samples[::2]
                self.step *= 2
        self.count += 1

    def compare(self) -> None:
        if self.last is None:
            return
        try:
            with self.source.opened() as file:
                for said in self.samples:
                    self._looked_up(file, said)
                end = self.last.offset + self._looked_up(file, self.last).length
                behind = records_of(file, self.source.name, end, keep=lambda _: 0)
                for number, after in enumerate(behind):
                    is_page = isinstance(after, WarcRecord) and may_hold_page(after)
                    if is_page or number > _LONGEST_TAIL:
                        raise UnsoundIndexError(f"pages behind byte {end} are not in it")
        except ArchiveError as error:
            raise UnsoundIndexError(str(error)) from error

    def _looked_up(self, file: ByteSource, said: CdxjLine) -> WarcRecord:
        record = record_at(file, self.source.name, said.offset, keep=lambda _: 0)
        if record.url != said.url or (record.length != said.length > 0):
            raise UnsoundIndexError(f"byte {said.offset} has another record")
        return record
