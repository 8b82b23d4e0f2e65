"""Unpacks a body that was packed for its way over the network, within bounds and to its end."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Bytes that are taken in, and at most given out, at a time.
PIECE = 64 * 1024
# Pieces between which others have their turn; a MiB takes some 5 ms.
PIECES_A_TURN = 16
# RFC 9110, 8.4 sets no limit; one coding is usual, two are a mistake that is made.
MAX_CODINGS = 3
# RFC 9659: a window larger than 8 MiB need not be supported; zstd itself would take 128 MiB.
ZSTD_WINDOW = {int(zstd.DecompressionParameter.window_log_max): 23}
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
GZIP_BITS, ZLIB_BITS, RAW_BITS = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class DecodingError(ValueError):
    """A body that cannot be unpacked; says why."""


class CutShortError(DecodingError):
    """A packed body that ends before its end."""


class TooLargeError(DecodingError):
    """A body that is larger than it may be, unpacked."""


def codings_of(headers: Iterable[bytes]) -> list[str]:
    """Return the codings of `Content-Encoding` headers that pack a body, in their order.

    What is no coding, as a name of a charset, packs nothing.
    """
    names = b",".join(headers).decode("latin-1").lower().split(",")
    return [name for name in (one.strip().removeprefix("x-") for one in names) if name in UNPACKERS]


def decode(body: bytes, codings: list[str], most: int) -> Generator[None, None, bytes]:
    """Return the body unpacked, and stop now and then on the way so that others have their turn.

    Raises `TooLargeError` beyond `most` bytes (0: no limit), `CutShortError`, and
    `DecodingError` for what is damaged.
    """
    if len(codings) > MAX_CODINGS:
        raise DecodingError(f"packed {len(codings)} times over")
    for coding in reversed(codings if body else []):
        body = yield from _unpacked(body, coding, most)
    return body


def decoded(body: bytes, codings: list[str], most: int) -> bytes:
    """Return the body unpacked, in one go; raises as `decode` does."""
    steps = decode(body, codings, most)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)


def _unpacked(body: bytes, coding: str, most: int) -> Generator[None, None, bytes]:
    unpacked = bytearray()
    try:
        for number, piece in enumerate(UNPACKERS[coding](body), 1):
            unpacked += piece
            if most and len(unpacked) > most:
                unpacked.clear()  # a failure keeps its frames for a while
                raise TooLargeError(f"more than {most} bytes, unpacked from {coding}")
            if number % PIECES_A_TURN == 0:
                yield
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if not unpacked and body.lstrip()[:1] in (b"<", b"{"):
            return body  # it is said to be packed, and is not
        raise DecodingError(f"damaged {coding}: {error}") from error
    return bytes(unpacked)


def _gunzipped(body: bytes) -> Iterator[bytes]:
    """Unpack gzip, of one member or several (RFC 1952, 2.2); behind them padding may stand."""
    at = 0
    while at == 0 or body.startswith(GZIP, at):
        at = yield from _inflated(body, GZIP_BITS, at)


def _deflated(body: bytes) -> Iterator[bytes]:
    """Unpack deflate, with the header of zlib (RFC 9110, 8.4.1.2) or, as some send it, without."""
    has_header = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(body, ZLIB_BITS if has_header else RAW_BITS, 0)


def _inflated(body: bytes, bits: int, at: int) -> Generator[bytes, None, int]:
    """Unpack the stream that begins at `at`, and return where it ends."""
    unpacker = zlib.decompressobj(bits)
    while not unpacker.eof:
        fed = body[at : at + PIECE]
        piece = unpacker.decompress(fed, PIECE)
        # At the end zlib may leave the same bytes in both.
        has_ended: bool = unpacker.eof
        at += len(fed) - len(unpacker.unused_data if has_ended else unpacker.unconsumed_tail)
        if not fed and not piece:
            raise CutShortError("the packed body breaks off")
        yield piece
    return at


def _unbrotlied(body: bytes) -> Iterator[bytes]:
    unpacker, at = brotli.Decompressor(), 0
    while not unpacker.is_finished():
        fed = body[at : at + PIECE] if unpacker.can_accept_more_data() else b""
        piece = unpacker.process(fed, output_buffer_limit=PIECE)
        at += len(fed)
        if not fed and not piece:
            raise CutShortError("the packed body breaks off")
        yield piece


def _unzstandarded(body: bytes) -> Iterator[bytes]:
    """Unpack zstd, of one frame or several (RFC 8878, 3.1)."""
    at = 0
    while at == 0 or body.startswith(ZSTD, at):
        unpacker = zstd.ZstdDecompressor(options=ZSTD_WINDOW)
        while not unpacker.eof:
            wants_more = unpacker.needs_input
            fed = body[at : at + PIECE] if wants_more else b""
            piece = unpacker.decompress(fed, PIECE)
            at += len(fed) - len(unpacker.unused_data)
            if wants_more and not fed and not piece:
                raise CutShortError("the packed body breaks off")
            yield piece


UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzipped, "deflate": _deflated, "br": _unbrotlied, "zstd": _unzstandarded,
}  # fmt: skip
