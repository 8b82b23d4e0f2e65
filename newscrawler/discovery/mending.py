"""Mends what XML of news sites is full of: `&` as it is, and the names of HTML's letters."""

from __future__ import annotations

import re
from html.entities import name2codepoint

# A CDATA section that is not closed ends with the text, else each one is looked through again.
_REFERENCE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|&(?P<whole>#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?P<name>[A-Za-z][\w.-]{0,30});)?",
    re.DOTALL,
)
_OF_XML = {b"amp", b"lt", b"gt", b"quot", b"apos"}


def mended(xml: bytes) -> bytes:
    """Return XML in which `&` stands for itself where it begins no reference."""
    return _REFERENCE.sub(_mended, xml) if b"&" in xml else xml


def _mended(found: re.Match[bytes]) -> bytes:
    if found[0] == b"&":
        return b"&amp;"
    name = found["name"]
    if name is None or name in _OF_XML:
        return found[0]
    letter = name2codepoint.get(name.decode("ascii", "replace"))
    return b"&#%d;" % letter if letter else found[0]
