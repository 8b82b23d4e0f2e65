"""How alike two texts are, told from the texts themselves."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from newscrawler.duplicates.shingles import LONGEST, folded, shingles_of

How: TypeAlias = Literal["text", "near", "contained"]

# Of the shingles of the shorter text, those that the longer one has (benchmarks/duplicates.py).
# Copies of which a fifth was replaced share 0.7, reports filled in by one template 0.35, two short
# texts of which half is the same boilerplate 0.63.
ALIKE = 0.65
# A text is near to one of this part of its length, or more; from a longer one it is a part.
NEAR_LENGTH = 0.6
# Shingles. A shorter text is a notice; a shorter part stands in many articles.
SHORTEST, SHORTEST_PART = 20, 40


class Likeness(NamedTuple):
    """Which test found two texts alike, and how alike they are: 1 is equal.

    The score of texts that are near is the share of their shingles that both have (Jaccard), of a
    contained text the share of its own that the other has.
    """

    how: How
    score: float


def likeness(one: str, other: str) -> Likeness | None:
    """Compare two texts; the first is the one that may be contained in the second."""
    first, second = shingles_of(one), shingles_of(other)
    fewer, more = sorted((len(first), len(second)))
    if fewer < SHORTEST:
        return None
    if first == second and folded(one[:LONGEST]) == folded(other[:LONGEST]):
        return Likeness("text", 1.0)
    shared = len(first & second)
    if shared < ALIKE * fewer:
        return None
    if fewer >= NEAR_LENGTH * more:
        return Likeness("near", rounded(shared / (fewer + more - shared)))
    if SHORTEST_PART <= len(first) == fewer:
        return Likeness("contained", rounded(shared / fewer))
    return None


def rounded(score: float) -> float:
    """Return a score as the feed has it; what is not equal never reads as 1."""
    return min(round(score, 3), 0.999)
