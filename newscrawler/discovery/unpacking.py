"""Gives a document in pieces, unpacked if it is packed, and never more than the standard allows."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from newscrawler.discovery.kinds import GZIP

# sitemaps.org: a sitemap is at most 50 MiB large, unpacked.
MAX_BYTES = 50 * 2**20
# Bytes; the addresses of so many take some 25 ms to be read.
PIECE = 16 * 1024
GZIP_BITS = zlib.MAX_WBITS | 16  # zlib's own word for the format


class CutShortError(ValueError):
    """A document ends before its end, or is longer than it may be; says which."""


def pieces(body: bytes, most: int = MAX_BYTES) -> Iterator[bytes]:
    """Give the document in pieces of 16 KiB, and `most` bytes of it, unpacked.

    Raises `CutShortError` behind the last piece that could be had.
    """
    unpacked = _unpacked(body) if body.startswith(GZIP) else _sliced(body)
    given = 0
    for piece in unpacked:
        if given + len(piece) > most:
            yield piece[: most - given]
            raise CutShortError(f"longer than {most // 2**20} MiB, cut there")
        given += len(piece)
        yield piece


def _sliced(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def _unpacked(body: bytes) -> Iterator[bytes]:
    """Unpack gzip, of one member or several (RFC 1952, 2.2)."""
    at, unpacker = 0, zlib.decompressobj(GZIP_BITS)
    while at < len(body):
        try:
            piece = unpacker.decompress(body[at : at + PIECE], PIECE)
        except zlib.error as error:
            raise CutShortError(f"damaged gzip: {error}") from error
        # At the end zlib may leave the same bytes in both.
        left = len(unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail)
        at = min(at + PIECE, len(body)) - left
        if piece:
            yield piece
        if unpacker.eof:
            if not body.startswith(GZIP, at):  # what stands behind the last member is padding
                return
            unpacker = zlib.decompressobj(GZIP_BITS)
    if rest := unpacker.flush(PIECE):
        yield rest
    if not unpacker.eof:
        raise CutShortError("the gzip file is cut short")
