"""Text as pages state it in elements, attributes and JSON: decoded, without tags, in lines."""

from __future__ import annotations

import html
import re

from lxml.etree import _Element as Element

from newscrawler.normalise.text import clean_line, clean_paragraphs

# Only entities with their semicolon: `?a=1&copy=2` is an address, not a copyright sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Only what stands in headlines and names; `<unknown>` may be text.
_INLINE_TAG = re.compile(
    r"</?(?:a|b|em|font|i|p|q|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.IGNORECASE
)
_LINE_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|blockquote)\s{0,9}>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")


def stated_line(text: str) -> str:
    """Make one clean line; entities left over from double escaping are decoded once."""
    plain = _decoded(text)
    if "<" in plain:
        plain = _INLINE_TAG.sub("", _LINE_BREAK.sub(" ", plain))
    return clean_line(plain)


def element_text(element: Element) -> str:
    """Join the texts inside an element as they stand, without its tail."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def stated_paragraphs(text: str) -> str:
    """Make paragraphs separated by an empty line, from plain text or from HTML."""
    lines = _decoded(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    lines = _ANY_TAG.sub("", _BLOCK_END.sub("\n\n", _LINE_BREAK.sub("\n", lines)))
    # Without an empty line anywhere, each line is a paragraph.
    separated = lines if _EMPTY_LINE.search(lines.strip()) else lines.replace("\n", "\n\n")
    return clean_paragraphs(separated)


def _decoded(text: str) -> str:
    return text if "&" not in text else _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
