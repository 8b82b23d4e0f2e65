"""Tell feeds, sitemaps and pages apart by how they begin, whatever their server calls them."""

from __future__ import annotations

import codecs
import re
import zlib
from enum import StrEnum

GZIP = b"\x1f\x8b"
# Bytes; comments and style sheets stand before the first element.
HEAD = 16 * 1024
_BEFORE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!(?:DOCTYPE|doctype)[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL
)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Kind(StrEnum):
    """What a document is."""

    FEED = "feed"
    JSON_FEED = "JSON feed"
    SITEMAP = "sitemap"
    TEXT_SITEMAP = "plain-text sitemap"
    PAGE = "page"
    OTHER = "something else"


_BY_ELEMENT = {
    "urlset": Kind.SITEMAP, "sitemapindex": Kind.SITEMAP, "rss": Kind.FEED, "rdf": Kind.FEED,
    "feed": Kind.FEED, "channel": Kind.FEED,
}  # fmt: skip
_PAGE_ELEMENTS = {"html", "head", "body", "meta", "title", "script", "div", "link", "main", "p"}


def kind_of(body: bytes) -> Kind:
    text = beginning(body)
    if text.startswith("{"):
        return Kind.JSON_FEED
    if re.match(r"https?://\S+\s*(?:\n|$)", text):
        return Kind.TEXT_SITEMAP
    element = _ELEMENT.match(text)
    name = element[1].casefold() if element else ""
    if name in _PAGE_ELEMENTS:
        return Kind.PAGE
    return _BY_ELEMENT.get(name, Kind.OTHER)


def beginning(body: bytes) -> str:
    """Return the text from the first element on, as far as the first bytes have it."""
    head = _unpacked(body[:HEAD]) if body.startswith(GZIP) else body[:HEAD]
    text = head.decode(_UTF_16.get(head[:2], "utf-8-sig"), "replace")
    place = 0
    while skipped := _BEFORE.match(text, place):
        place = skipped.end()
    return text[place:]


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    except zlib.error:
        return b""
