"""What the pages of a site that were read before tell about the next one.

A text that several articles of a site have is furniture, unless it is surely of the text; and
the container that held the text of the last pages most likely holds the next one.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple

from newscrawler.pages.block_shapes import key_of

# How many other pages have to have a text before it counts as repeated.
REPEATED = 2
_SHORT = 2**32 - 1
_DIGITS = re.compile(r"\d+")


class SiteMemory(NamedTuple):
    """What is known of a site; a value that does not change while a page is read."""

    repeated: frozenset[int] = frozenset()
    """Digests of the texts that at least `REPEATED` other pages had."""
    containers: frozenset[str] = frozenset()
    """Signatures of the elements that held the text of the last pages."""


NOTHING_KNOWN = SiteMemory()


class Learned(NamedTuple):
    """What one page teaches."""

    doubtful: tuple[int, ...] = ()
    """Digests of the texts of which it was in doubt whether they belong to the article."""
    container: str = ""
    """Signature of the element that held most of the text, empty where none has a name."""
    linked: tuple[int, ...] = ()
    """Digests of the texts that lead elsewhere as a whole, in doubt or not."""
    beside: tuple[int, ...] = ()
    """Short digests of the texts that the page shows and that were not taken for the article's."""


def digest_of(text: str) -> int:
    """Return 63 bits, as SQLite keeps them: no two of a million texts of a site are the same."""
    digest = blake2b(key_of(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def short_digest_of(text: str) -> int:
    """Return 32 bits: of the hundred texts of one page none is taken for another."""
    return digest_of(text) & _SHORT


def signature(tag: str, names: str) -> str:
    """Return an element's tag with its class and id, without the numbers of single articles."""
    words = _DIGITS.sub("", names).split()
    return f"{tag} {' '.join(words)}" if words else ""
