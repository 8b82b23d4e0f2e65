"""How alike two texts are, told from the texts themselves."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from newscrawler.duplicates.shingles import folded, shingles_of

How: TypeAlias = Literal["text", "near", "contained"]

# Of the shingles of both, those that both have; see benchmarks/duplicates.py.
NEAR = 0.5
# Of the shingles of the shorter text, those that the longer one has.
CONTAINED = 0.65
# Shingles; a shorter text is a notice, and stands in many articles.
SHORTEST_PART = 40


class Likeness(NamedTuple):
    """Which test found two texts alike, and how alike they are: 1 is equal."""

    how: How
    score: float


def likeness(one: str, other: str) -> Likeness | None:
    """Compare two texts; the first is the one that may be contained in the second."""
    if folded(one) == folded(other):
        return Likeness("text", 1.0)
    first, second = shingles_of(one), shingles_of(other)
    shared = len(first & second)
    together = len(first) + len(second) - shared
    if not shared:
        return None
    if shared >= NEAR * together:
        return Likeness("near", rounded(shared / together))
    is_part = SHORTEST_PART <= len(first) < len(second)
    if is_part and shared >= CONTAINED * len(first):
        return Likeness("contained", rounded(shared / len(first)))
    return None


def rounded(score: float) -> float:
    """Return a score as the feed has it; what is not equal never reads as 1."""
    return min(round(score, 3), 0.999)
