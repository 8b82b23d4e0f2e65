"""Streams the records of a WARC file (ISO 28500), and goes on behind what is damaged.

What may be relied on:

- memory stays bounded whatever the file holds: of a record's block no more is kept than is
  asked for, the rest is read over;
- a record is given when all of it has been read and, in a packed file, its checksum is right;
- what is no whole record is given as `Damage`, once for each stretch of the file, and reading
  goes on at the next record: the next gzip member, or the next line `WARC/1.0`;
- a file that is cut off ends with `Damage` behind its last whole record;
- `offset` and `length` are those in the file, packed; `read_records(path, start=offset)`
  begins with that record, and the next record begins at `offset + length` at the earliest;
- records and damages are plain values, which may be sent to another process.

warcio reads the same files, but has to be told where to go on after damage, and prints what
it meets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archives.capture import ArchiveError, Headers
from newscrawler.archives.warc_stretches import (
    END_OF_RECORD,
    GZIP,
    VERSION,
    ByteSource,
    CutOffError,
    DamagedError,
    Stretch,
    beginning,
    next_member,
    next_version_line,
    opened_member,
    opened_plain,
    size_of,
)

# Bytes of a file whose start is no record in which one is looked for.
LONGEST_START = 16 * 2**20
_ARC = b"filedesc://"
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_FOLD = re.compile(r"\r{0,2}\n[ \t]+")


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record: its header fields, where it stands, and as much of its block as was kept.

    `kind` is the `WARC-Type` in lower case, `url` the `WARC-Target-URI` without the angle
    brackets that wget 1.18 and the standard's own examples put around it (empty where there
    is none), `date` the `WARC-Date` in UTC with seconds and `Z` (empty where it is not
    exact), `block_length` the length of the whole block.
    """

    kind: str
    url: str
    date: str
    record_id: str
    headers: Headers
    offset: int
    length: int
    block_length: int
    block: bytes = b""

    def field(self, name: str) -> str:
        """Return the value of a header field, empty where there is none."""
        folded = name.lower()
        return next((value for key, value in self.headers if key.lower() == folded), "")

    @property
    def content_type(self) -> str:
        """The media type of the block, in lower case and without its parameters."""
        return self.field("Content-Type").partition(";")[0].strip().lower()

    @property
    def is_whole(self) -> bool:
        """Whether all of the block was kept."""
        return len(self.block) == self.block_length


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of the file that holds no whole record, and why."""

    offset: int
    length: int
    reason: str


Keep = Callable[[WarcRecord], int]


def read_records(
    path: Path, start: int = 0, *, keep: Keep | None = None
) -> Iterator[WarcRecord | Damage]:
    """Give the records of a `.warc` or `.warc.gz` file in their order, from byte `start` on.

    `keep` is asked for each record, when its header has been read and its block has not, how
    many bytes of the block are to be kept: 0 to read over it; without it all are. Raises
    `ArchiveError`, which names the file, for one that cannot be read, is no WARC file, holds no
    record from its beginning to its end, or is compressed as a whole instead of record by record.
    """
    with opened(path) as file:
        yield from records_of(file, str(path), start, keep=keep)


@contextmanager
def opened(path: Path) -> Iterator[ByteSource]:
    """Open a file for reading; raise `ArchiveError` for whatever the system says."""
    try:
        with path.open("rb", buffering=0) as file:
            yield file
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror or error}") from error


def records_of(
    file: ByteSource, name: str, start: int = 0, *, keep: Keep | None = None
) -> Iterator[WarcRecord | Damage]:
    """Give the records of an open file, as `read_records` does; `name` is for its errors."""
    read = _Reading(file, name, keep)
    at = read.beginning(start)
    if at > start:
        yield Damage(start, at - start, "no record begins here")
    count = 0
    while True:
        found = read.record(at)
        if found is None:
            break
        count += isinstance(found, WarcRecord)
        yield found
        at = found.offset + found.length
    if not count and not start:
        raise ArchiveError(f"{name}: {_why_empty(file)}")


def _why_empty(file: ByteSource) -> str:
    begins = beginning(file, 0)
    if begins.startswith(_ARC):
        return "is an ARC file, as before WARC; `warcio recompress` makes a WARC file of it"
    is_cut = VERSION.match(begins) or len(begins) < len(b"WARC/1.")
    return "holds no WARC record" if is_cut else "is no WARC file"


def record_at(file: ByteSource, name: str, offset: int, *, keep: Keep | None = None) -> WarcRecord:
    """Return the record that begins at `offset`; raise `ArchiveError` where none does."""
    found = next(records_of(file, name, offset, keep=keep), None)
    if not isinstance(found, WarcRecord) or found.offset != offset:
        raise ArchiveError(f"{name}: no record begins at byte {offset}")
    return found


class _Reading:
    """The records of one file, from wherever they are asked for."""

    def __init__(self, file: ByteSource, name: str, keep: Keep | None) -> None:
        self.file = file
        self.name = name
        self.keep = keep
        self.is_packed = False
        self.plain: Stretch | None = None

    def beginning(self, start: int) -> int:
        """Return where the first record begins, and find out if the file is packed."""
        self.file.seek(0)
        first = self.file.read(len(b"WARC/1."))
        self.is_packed = first.startswith(GZIP)
        if self.is_packed or VERSION.match(first) or GZIP.startswith(first):
            return start
        for is_packed, find in ((True, next_member), (False, next_version_line)):
            found = find(self.file, 0, LONGEST_START)
            if found is not None:
                self.is_packed = is_packed
                return max(found, start)
        raise ArchiveError(f"{self.name}: {_why_empty(self.file)}")

    def record(self, at: int) -> WarcRecord | Damage | None:
        """Return what begins at `at`, None at the end of the file."""
        try:
            return self._packed(at) if self.is_packed else self._plain(at)
        except CutOffError as error:
            return self._damage(at, str(error), is_cut_off=True)
        except DamagedError as error:
            return self._damage(at, str(error), is_cut_off=False)

    def _packed(self, at: int) -> WarcRecord | None:
        member = opened_member(self.file, at)
        if member is None:
            return None
        head = member.head()
        if head is None:
            raise DamagedError("a gzip member that holds no record")
        record = _read_head(head, at)
        block = self._block(record, member)
        _, rest = member.line_breaks()
        if VERSION.match(rest):
            self._refuse_whole(at)
            raise DamagedError("several records in one gzip member")
        if rest:
            raise DamagedError("the block is longer than its Content-Length")
        return _whole(record, member.end - at, block)

    def _refuse_whole(self, at: int) -> None:
        if at == 0:
            raise ArchiveError(
                f"{self.name}: is compressed as a whole, not record by record;"
                " `warcio recompress` makes a file that can be read"
            )

    def _plain(self, at: int) -> WarcRecord | None:
        stretch = self.plain
        if stretch is None or stretch.end != at:
            stretch = self.plain = opened_plain(self.file, at)
        head = stretch.head()
        if head is None:
            return None
        record = _read_head(head, at)
        if record.block_length > size_of(self.file) - stretch.end:
            raise CutOffError("the block of a record breaks off")
        block = self._block(record, stretch)
        breaks, rest = stretch.line_breaks()
        if rest and breaks != END_OF_RECORD and not VERSION.match(rest):
            raise DamagedError("the block ends elsewhere than its Content-Length says")
        return _whole(record, stretch.end - at, block)

    def _block(self, record: WarcRecord, stretch: Stretch) -> bytes:
        length = record.block_length
        kept = min(self.keep(record), length) if self.keep else length
        return stretch.block(length, kept)

    def _damage(self, at: int, reason: str, *, is_cut_off: bool) -> Damage | None:
        self.plain = None
        find = next_member if self.is_packed else next_version_line
        after = find(self.file, at + 1, None)
        if after is None:
            size = size_of(self.file)
            reason = "the file is cut off" if is_cut_off else reason
            return Damage(at, size - at, reason) if size > at else None
        return Damage(at, after - at, reason)


def _read_head(head: bytes, offset: int) -> WarcRecord:
    """Read the version line and the header fields; raise `DamagedError` for what is none."""
    if not VERSION.match(head):
        raise DamagedError("no record begins here")
    text = head.decode("utf-8", "surrogateescape")
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    pairs = [line.partition(":") for line in text.split("\n")[1:]]
    headers = tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)
    fields = {name.lower(): value for name, value in reversed(headers)}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        raise DamagedError(f"Content-Length is {length[:40]!r}")
    return WarcRecord(
        kind=fields.get("warc-type", "").lower(),
        url=fields.get("warc-target-uri", "").strip("<>"),
        date=exact_date(fields.get("warc-date", "")),
        record_id=fields.get("warc-record-id", ""),
        headers=headers,
        offset=offset,
        length=0,
        block_length=int(length),
    )


def _whole(record: WarcRecord, length: int, block: bytes) -> WarcRecord:
    """Return a record with its block; `dataclasses.replace` takes longer than reading the head."""
    return WarcRecord(
        record.kind,
        record.url,
        record.date,
        record.record_id,
        record.headers,
        record.offset,
        length,
        record.block_length,
        block,
    )


def exact_date(value: str) -> str:
    """Return a time in UTC with seconds and `Z`, empty for one that is not exact."""
    match = _DATE.fullmatch(value)
    return f"{match[1]}Z" if match else ""
