"""A sketch of a text: the few of its shingles by which texts like it are looked up.

One shingle of so many is kept, by its number and not by its place: then what two texts share
is found in both sketches, also where one text is only a small part of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from math import sqrt

from newscrawler.duplicates.likeness import ALIKE, SHORTEST
from newscrawler.duplicates.recent import Recent
from newscrawler.duplicates.shingles import shingles_of

# Raised whenever the same text gives other shingles or keys: what is kept is then made anew.
SCHEME = 1
# One shingle of 2**RARE; at the least so many keys, and at the most.
RARE, FEWEST, MOST = 4, 8, 160
# By which an estimate may be too low: one pair of alike texts in 30,000 is passed by.
DEVIATIONS = 4
# Of few keys the deviation is as large as the share itself.
LEAST_OVERLAP = 0.2
# Bits of a key; the first of them are zero in all but the sketches of short texts.
KEY_BITS, KEY_BYTES = 36, 5
_RARE_MASK: int = 2**RARE - 1
_REST = KEY_BITS - RARE
_REST_MASK: int = 2**_REST - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """Keys in ascending order, and the bound up to which all keys of the text are held.

    A text that is too short to be compared has none.
    """

    keys: tuple[int, ...]
    bound: int

    @property
    def rare(self) -> int:
        """Return how many keys a longer text would hold as well."""
        return sum(key <= _REST_MASK for key in self.keys)

    def may_be_alike(self, other: Sketch) -> bool:
        """Tell whether the texts may be alike, so that they are worth a look.

        Keys are a sample: what they share is what the texts share, give or take some standard
        deviations of a binomial distribution.
        """
        bound = min(self.bound, other.bound)
        own = {key for key in self.keys if key <= bound}
        others = {key for key in other.keys if key <= bound}
        fewest = min(len(own), len(others))
        if not fewest:
            return False
        least = ALIKE - DEVIATIONS * sqrt(ALIKE * (1 - ALIKE) / fewest)
        return len(own & others) >= fewest * max(LEAST_OVERLAP, least)

    def packed(self) -> bytes:
        return b"".join(it.to_bytes(KEY_BYTES, "big") for it in (self.bound, *self.keys))


def _sketch_of(text: str) -> Sketch:
    shingles = shingles_of(text)
    if len(shingles) < SHORTEST:
        return Sketch((), 0)
    keys = {_key(it) for it in shingles if not it & _RARE_MASK}
    bound = _REST_MASK
    if len(keys) < FEWEST:
        every = {_key(it) for it in shingles}
        keys = set(nsmallest(FEWEST, every))
        bound = max(*keys, bound)
    elif len(keys) > MOST:
        keys = set(nsmallest(MOST, keys))
        bound = max(keys)
    return Sketch(tuple(sorted(keys)), bound)


sketch_of = Recent(_sketch_of, 8)  # a text is looked up, and kept a moment later


def _key(shingle: int) -> int:
    return (shingle & _RARE_MASK) << _REST | (shingle >> RARE) & _REST_MASK


def unpacked(sketch: bytes) -> Sketch:
    """Return a sketch from what `packed` gave."""
    numbers = [
        int.from_bytes(sketch[start : start + KEY_BYTES], "big")
        for start in range(0, len(sketch), KEY_BYTES)
    ]
    return Sketch(tuple(numbers[1:]), numbers[0])
