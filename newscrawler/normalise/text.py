"""Clean text as pages hold it, and fold it for comparing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Controls, but those that are white space; soft hyphen; byte order mark; what changes direction;
# noncharacters. Zero-width joiners (U+200C, U+200D) stay, Persian and Indic scripts are misspelt
# without them; so do the direction marks U+200E and U+200F, which cannot reorder more than their
# neighbours.
_JUNK = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff"
    r"\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
# What is typed in many ways, and what nobody sees.
_PLAIN = (
    dict.fromkeys("‘’‚‛′`´ʼ＇", "'")
    | dict.fromkeys("“”„‟″«»＂", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | dict.fromkeys("\u034f\u061c\u200b\u200c\u200d\u200e\u200f", "")
)
# Expressions, as `str.translate` takes ten times as long for text beyond ASCII.
_VARIANT = re.compile(f"[{''.join(_PLAIN)}]")


def clean_line(text: str) -> str:
    """Return NFC text on one line, without invisible characters and doubled white space."""
    return " ".join(unicodedata.normalize("NFC", _without_junk(text)).split())


def clean_paragraphs(text: str) -> str:
    """Return paragraphs separated by one empty line; a single line break becomes a space."""
    lines = map(clean_line, _without_junk(text).replace("\u2029", "\n\n").splitlines())
    paragraphs = (" ".join(group) for filled, group in groupby(lines, bool) if filled)
    return "\n\n".join(paragraphs)


def fold(text: str) -> str:
    """Return the key under which spellings of one text are equal; not for display."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().replace("`", "'").split())
    once = _fold_once(_without_junk(text))
    # Case folding may undo the normal form: twice is enough to be stable.
    return " ".join(_fold_once(once).split())


def levelled(text: str) -> str:
    """Return text on one line in which quotes, dashes and widths have one spelling.

    Unlike `fold` it keeps the case, since another case is another word.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.replace("`", "'").split())
    plain = _VARIANT.sub(lambda match: _PLAIN[match[0]], _without_junk(text))
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in its first spelling."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(fold(text), text)
    return list(first.values())


def _fold_once(text: str) -> str:
    plain = _VARIANT.sub(lambda match: _PLAIN[match[0]], text)
    compatible = unicodedata.normalize("NFKC", plain)
    return unicodedata.normalize("NFKC", compatible.casefold())


def _without_junk(text: str) -> str:
    if text.isprintable():
        return text
    plain = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\xa0", " ")
    if plain.isprintable():  # told in a tenth of the time that the expression takes
        return text
    if not text.isascii() and _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _JUNK.sub("", text)
