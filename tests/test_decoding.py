"""Bodies that are packed: unpacked whole, within bounds, or not at all."""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest

from newscrawler.decoding import (
    CutShortError,
    DecodingError,
    TooLargeError,
    codings_of,
    decoded,
)
from newscrawler.discovery.unpacking import pieces
from newscrawler.network.bodies import breaks_off

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHANCE = random.Random(7)  # noqa: S311
# What does not pack well fills more than one piece, packed and unpacked.
PAGE = f"<html>{' '.join(str(CHANCE.random()) for _ in range(9_000))}</html>".encode()


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


Pack = Callable[[bytes], bytes]
PACKERS = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("deflate", zlib.compress, id="zlib"),
    pytest.param("deflate", raw_deflate, id="raw deflate"),
    pytest.param("br", brotli.compress, id="brotli"),
    pytest.param("zstd", zstd.compress, id="zstd"),
]
each_coding = pytest.mark.parametrize(("coding", "pack"), PACKERS)


@each_coding
def test_a_packed_body_is_unpacked_whole(coding: str, pack: Pack) -> None:
    assert decoded(pack(PAGE), [coding], len(PAGE)) == PAGE


@each_coding
@pytest.mark.parametrize("missing", [1, 2, 5, 9, 100, 50_000])
def test_a_packed_body_that_breaks_off_is_no_page(coding: str, pack: Pack, missing: int) -> None:
    with pytest.raises(CutShortError):
        decoded(pack(PAGE)[:-missing], [coding], 0)


@each_coding
def test_what_is_too_large_is_not_unpacked(coding: str, pack: Pack) -> None:
    with pytest.raises(TooLargeError):
        decoded(pack(PAGE), [coding], len(PAGE) - 1)


@each_coding
def test_what_is_damaged_is_no_page(coding: str, pack: Pack) -> None:
    packed = bytearray(pack(PAGE))
    for place in range(5, 200):
        packed[place] ^= 0xFF
    with pytest.raises(DecodingError):
        decoded(bytes(packed), [coding], 2 * len(PAGE))


@each_coding
def test_a_body_that_only_says_it_is_packed_is_taken_as_it_is(coding: str, pack: Pack) -> None:
    assert decoded(PAGE, [coding], 0) == PAGE
    assert decoded(b"", [coding], 0) == b""


def test_members_and_frames_follow_one_another() -> None:
    assert decoded(gzip.compress(PAGE) * 3 + bytes(100), ["gzip"], 0) == PAGE * 3
    assert decoded(zstd.compress(PAGE) * 3, ["zstd"], 0) == PAGE * 3


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_packed_sitemap_of_several_members_is_read_to_its_end(number: int) -> None:
    assert b"".join(pieces(gzip.compress(PAGE) * number + bytes(100))) == PAGE * number


def test_a_body_may_be_packed_twice_and_not_without_end() -> None:
    assert decoded(brotli.compress(gzip.compress(PAGE)), ["gzip", "br"], 0) == PAGE
    with pytest.raises(DecodingError, match="packed 4 times over"):
        decoded(gzip.compress(PAGE), ["gzip"] * 4, 0)


def test_a_window_that_takes_all_memory_is_refused() -> None:
    options = {int(zstd.CompressionParameter.window_log): 27}
    packer = zstd.ZstdCompressor(options=options)
    frame = packer.compress(bytes(9 * 2**20)) + packer.flush()
    with pytest.raises(DecodingError, match="zstd"):
        decoded(frame, ["zstd"], 5 * 2**20)


@pytest.mark.parametrize(
    ("headers", "codings"),
    [
        ([b"gzip"], ["gzip"]),
        ([b"X-GZip"], ["gzip"]),
        ([b"br, gzip"], ["br", "gzip"]),
        ([b"deflate", b" zstd "], ["deflate", "zstd"]),
        ([b"UTF-8"], []),
        ([b"identity"], []),
        ([b""], []),
    ],
)
def test_the_codings_of_a_body_are_read(headers: list[bytes], codings: list[str]) -> None:
    assert codings_of(headers) == codings


ARTICLE = (
    b"<!DOCTYPE html><html><head><title>Ferry</title><script>let a = 1 < 2;</script></head>"
    b"<body><main><article><h1>Ferry</h1><p>It stays <a href='/a'>in the harbour</a>.</p>"
    b"</article></main><footer>The Courier</footer></body></html>"
)


@pytest.mark.parametrize(
    "page",
    [
        ARTICLE,
        ARTICLE.replace(b"</body></html>", b""),
        ARTICLE.replace(b"</body></html>", b"\n<!-- 0.3 s -->\n"),
        b"<p>One line of a server that has no more to say",
        b"not a tag in it",
        b"",
    ],
)
def test_a_page_may_leave_out_its_last_tags(page: bytes) -> None:
    assert not breaks_off(page)


@pytest.mark.parametrize("last", [b"<p>It stays", b"<a hre", b"</arti", b"<h1", b"</h1>", b"let a"])
def test_a_page_that_ends_in_its_article_breaks_off(last: bytes) -> None:
    assert breaks_off(ARTICLE[: ARTICLE.index(last) + len(last)])
