"""The bytes of a WARC file as they are read: packed member by member, or plain, in pieces."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import SEEK_END
from typing import Protocol

# Bytes that are at most unpacked, and of a plain file read, at a time.
PIECE = 64 * 1024
# Bytes of a packed file that are read at a time: what belongs to the next member is read again.
_PACKED_PIECE = 16 * 1024
GZIP = b"\x1f\x8b\x08"
# The version line of a record; of 0.17 and 0.18 there are still files.
VERSION = re.compile(rb"WARC/[01]\.")
END_OF_RECORD = b"\r\n\r\n"
_VERSION_LINE = re.compile(rb"WARC/[01]\.\d\d?\r?\n(?:WARC|Content)-", re.IGNORECASE)
_LONGEST_VERSION_LINE = 64
# Files that went through a system which turns line feeds into line breaks have `\r\r\n`.
_END_OF_HEAD = re.compile(rb"\r{0,2}\n\r{0,2}\n")
# Bytes; an address may be long, and there are some twenty fields.
_LONGEST_HEAD = 256 * 1024
# Bytes of a member that tell if a record begins in it.
_PROBE = 1024


class ByteSource(Protocol):
    """A file, or a part of one that behaves like a file."""

    def read(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


class DamagedError(ValueError):
    """What is read is no whole record; says why."""


class CutOffError(DamagedError):
    """What is read ends before its end."""


class Stretch:
    """Bytes that come in pieces from `more`, of which the last one is empty.

    `end` is the place in the file behind what has been taken; in a packed file it is right
    once all has been taken.
    """

    def __init__(self, more: Callable[[], bytes], at: int = 0) -> None:
        self._more = more
        self._waiting = b""
        self.end = at

    def head(self) -> bytes | None:
        """Take a record's head with its empty line; return None where nothing comes.

        Raises `DamagedError` for a head without end, `CutOffError` where it breaks off.
        """
        read = self._waiting or self._more()
        if not read:
            return None
        while not (match := _END_OF_HEAD.search(read)):
            if len(read) > _LONGEST_HEAD or not read.startswith(b"WARC/"[: len(read)]):
                raise DamagedError("no record begins here")
            piece = self._more()
            if not piece:
                raise CutOffError("the head of a record breaks off")
            read += piece
        self._taken(read, match.end())
        return read[: match.end()]

    def block(self, length: int, kept: int) -> bytes:
        """Take `length` bytes, and return the first `kept` of them."""
        pieces, wanted, left = [], kept, length
        while left:
            piece = self._waiting or self._more()
            if not piece:
                raise CutOffError("the block of a record breaks off")
            part = piece[:left]
            if wanted:
                pieces.append(part[:wanted])
                wanted -= len(pieces[-1])
            left -= len(part)
            self._taken(piece, len(part))
        return b"".join(pieces)

    def line_breaks(self) -> tuple[bytes, bytes]:
        """Take the line breaks that follow; return them, and the beginning of what is next."""
        breaks = b""
        while True:
            piece = self._waiting or self._more()
            rest = piece.lstrip(b"\r\n")
            if len(breaks) <= len(END_OF_RECORD):
                breaks += piece[: len(piece) - len(rest)]
            self._taken(piece, len(piece) - len(rest))
            if not piece or rest:
                return breaks, self._longer(rest)

    def _longer(self, rest: bytes) -> bytes:
        if rest and len(rest) < len(b"WARC/1."):
            self._waiting = rest = rest + self._more()
        return rest

    def _taken(self, piece: bytes, count: int) -> None:
        self._waiting = piece[count:]
        self.end += count


class Member(Stretch):
    """One gzip member (RFC 1952, 2.2), unpacked; its checksum is compared at its end."""

    def __init__(self, file: ByteSource, at: int) -> None:
        super().__init__(self._unpacked)
        self._file = file
        self._at = at
        self._packed = b""
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self.end = at

    def _unpacked(self) -> bytes:
        piece = b""
        while not piece and not self._unpacker.eof:
            if not self._packed:
                self._packed = self._file.read(_PACKED_PIECE)
            fed = self._packed
            try:
                piece = self._unpacker.decompress(fed, PIECE)
            except zlib.error as error:
                raise DamagedError(f"damaged gzip: {error}") from error
            has_ended: bool = self._unpacker.eof
            rest = self._unpacker.unused_data if has_ended else self._unpacker.unconsumed_tail
            self._at += len(fed) - len(rest)
            self._packed = rest
            if not fed and not piece:
                raise CutOffError("a gzip member breaks off")
        return piece

    def _taken(self, piece: bytes, count: int) -> None:
        self._waiting = piece[count:]
        self.end = self._at


def opened_member(file: ByteSource, at: int) -> Member | None:
    """Return the gzip member that begins at `at`, None at the end of the file."""
    file.seek(at)
    first = file.read(len(GZIP))
    if not first:
        return None
    if first != GZIP:
        raise (CutOffError if GZIP.startswith(first) else DamagedError)("no gzip member")
    file.seek(at)
    return Member(file, at)


def opened_plain(file: ByteSource, at: int) -> Stretch:
    """Return the bytes of a file that is not packed, from `at` on."""
    file.seek(at)
    return Stretch(lambda: file.read(PIECE), at)


def size_of(file: ByteSource) -> int:
    """Return the size of the file, and leave its place where it was."""
    place = file.tell()
    size = file.seek(0, SEEK_END)
    file.seek(place)
    return size


def next_member(file: ByteSource, at: int, limit: int | None) -> int | None:
    """Return where, before `limit`, the next gzip member begins that holds a record."""
    return _next(file, at, limit, re.compile(re.escape(GZIP)), _holds_a_record)


def next_version_line(file: ByteSource, at: int, limit: int | None) -> int | None:
    """Return where, before `limit`, the next record of a plain file begins."""
    return _next(file, at, limit, _VERSION_LINE, lambda _, __: True)


def _next(
    file: ByteSource,
    at: int,
    limit: int | None,
    mark: re.Pattern[bytes],
    fits: Callable[[ByteSource, int], bool],
) -> int | None:
    """Look for a mark; one that two pieces share stands whole in the second, which overlaps."""
    kept = b""
    while limit is None or at < limit:
        file.seek(at + len(kept))
        piece = file.read(PIECE)
        window = kept + piece
        for match in mark.finditer(window):
            if fits(file, at + match.start()):
                return at + match.start()
        if not piece:
            return None
        kept = window[-_LONGEST_VERSION_LINE:]
        at += len(window) - len(kept)
    return None


def _holds_a_record(file: ByteSource, at: int) -> bool:
    return VERSION.match(beginning(file, at)) is not None


def beginning(file: ByteSource, at: int) -> bytes:
    """Return the first 16 bytes of what is at `at`, unpacked; none of what is damaged."""
    file.seek(at)
    packed = file.read(_PROBE)
    if not packed.startswith(GZIP):
        return packed[:16]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, 16)
    except zlib.error:
        return b""
