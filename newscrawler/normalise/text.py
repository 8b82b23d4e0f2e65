"""Clean text as pages hold it, and fold it for comparing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby


def _table(characters: Iterable[int], replacement: str | None) -> dict[int, str | None]:
    return dict.fromkeys(characters, replacement)


_SURROGATES = re.compile("[\ud800-\udfff]")
_WHITE_CONTROLS = frozenset(map(ord, "\t\n\v\f\r\x85"))
# Zero-width joiners (U+200C, U+200D) stay, Persian and Indic scripts are misspelt without them;
# so do the direction marks U+200E and U+200F, which cannot reorder more than their neighbours.
_JUNK = _table(
    [
        *({*range(0x20), *range(0x7F, 0xA0)} - _WHITE_CONTROLS),
        *(0x00AD, 0x200B, 0x2060, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xFDD0, 0xFDF0),
        *(0xFFFE, 0xFFFF),
    ],
    None,
)
_STRAIGHT = (
    _table(map(ord, "‘’‚‛′`´ʼ＇"), "'")
    | _table(map(ord, "“”„‟″«»＂"), '"')
    | _table(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
)
_INVISIBLE = _table((0x034F, 0x061C, *range(0x200B, 0x2010)), None)


def clean_line(text: str) -> str:
    """Return NFC text on one line, without invisible characters and doubled white space."""
    visible = _without_junk(text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_paragraphs(text: str) -> str:
    """Return paragraphs separated by one empty line; a single line break becomes a space."""
    lines = map(clean_line, _without_junk(text).replace("\u2029", "\n\n").splitlines())
    paragraphs = (" ".join(group) for filled, group in groupby(lines, bool) if filled)
    return "\n\n".join(paragraphs)


def fold(text: str) -> str:
    """Return the key under which spellings of one text are equal; not for display."""
    once = _fold_once(_without_junk(text))
    # Case folding may undo the normal form: twice is enough to be stable.
    return " ".join(_fold_once(once).split())


def _fold_once(text: str) -> str:
    compatible = unicodedata.normalize("NFKC", text.translate(_STRAIGHT).translate(_INVISIBLE))
    return unicodedata.normalize("NFKC", compatible.casefold())


def _without_junk(text: str) -> str:
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.translate(_JUNK)
