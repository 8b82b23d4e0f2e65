"""The words by which two texts differ, found in bounded time."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from newscrawler.normalise.text import levelled

Kind: TypeAlias = Literal["same", "removed", "added"]

# Differences looked for. With more, all between the first and the last one is one change: the
# search takes time and memory with their square, and nobody reads two hundred changes of one line.
MOST_EDITS = 1_500
# Of two paragraphs that share less, the words in common are chance.
LEAST_SHARED = 0.3
# Scripts without spaces are compared by characters, each with the marks on it.
_UNSPACED = (
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[\u0e00-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e80-\u0eb0\u0ebd-\u0ec6\u1000-\u102a\u1780-\u17b3]"
    r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3]*"
)
_STOPS = (
    r"\s!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u205e\u3001-\u301f\uff01-\uff0f\uff1a-\uff20\u060c\u061b"
)
_TOKEN = re.compile(
    rf"\s+|{_UNSPACED}|(?:(?!{_UNSPACED})[^{_STOPS}])+(?:['’.,\-](?:(?!{_UNSPACED})[^{_STOPS}])+)*|."
)


class Piece(NamedTuple):
    """A stretch of text that both versions have, or one of them alone."""

    kind: Kind
    text: str


class Step(NamedTuple):
    """A part of two sequences: equal, or the one in the place of the other."""

    is_same: bool
    old: slice
    new: slice


def pieces(before: str, after: str) -> list[Piece]:
    """Return the pieces of two texts; those of the same and the added are the new text."""
    old, new = tokens(before), tokens(after)
    steps = list(alignment([levelled(one) for one in old], [levelled(one) for one in new]))
    if before and after and _shared(steps, new) < LEAST_SHARED:
        return [Piece("removed", before), Piece("added", after)]
    return list(_joined(_without_crumbs(steps, new), old, new))


def tokens(text: str) -> list[str]:
    """Cut a text into words, spaces and signs; together they are the text."""
    return _TOKEN.findall(text.replace("\n", " "))


def alignment(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    """Give the steps that lead from one sequence to the other, with the fewest differences.

    It is the algorithm of Myers (1986), in O((N + M) D) for D differences.
    """
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield Step(True, slice(0, start), slice(0, start))
    inner = _steps(old[start : len(old) - end], new[start : len(new) - end])
    for step in inner:
        yield Step(step.is_same, _moved(step.old, start), _moved(step.new, start))
    if end:
        yield Step(True, slice(len(old) - end, len(old)), slice(len(new) - end, len(new)))


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    trace = _trace(old, new)
    matches = _matches(trace, len(old), len(new)) if trace else []
    x = y = 0
    for at, to, length in [*matches, (len(old), len(new), 0)]:
        if (at, to) != (x, y):
            yield Step(False, slice(x, at), slice(y, to))
        if length:
            yield Step(True, slice(at, at + length), slice(to, to + length))
        x, y = at + length, to + length


def _trace(old: Sequence[str], new: Sequence[str]) -> list[array[int]]:
    """Return how far each diagonal is reached with 0, 1, 2, ... differences; empty for too many.

    Of the step with D differences those from -D-1 to D+1 are kept as they were before it.
    """
    most = min(len(old) + len(new), MOST_EDITS) if old and new else -1
    middle = most + 1
    reached = array("i", [0] * (2 * middle + 1))
    trace: list[array[int]] = []
    for edits in range(most + 1):
        trace.append(reached[middle - edits - 1 : middle + edits + 2])
        for k in range(-edits, edits + 1, 2):
            left, right = reached[middle + k - 1], reached[middle + k + 1]
            x = right if k == -edits or (k != edits and left < right) else left + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reached[middle + k] = x
            if x >= len(old) and y >= len(new):
                return trace
    return []


def _matches(trace: list[array[int]], x: int, y: int) -> list[tuple[int, int, int]]:
    """Return the equal stretches, as (start in old, start in new, length), going back."""
    found: list[tuple[int, int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        k = x - y
        left, right = trace[edits][k + edits], trace[edits][k + edits + 2]
        down = k == -edits or (k != edits and left < right)
        before = right if down else left
        start = (before if down else before + 1) if edits else 0
        if x > start:
            found.append((start, start - k, x - start))
        x, y = before, before - (k + 1 if down else k - 1)
    return found[::-1]


def _shared(steps: list[Step], new: list[str]) -> float:
    same = sum(len("".join(new[one.new]).strip()) for one in steps if one.is_same)
    return same / max(1, sum(len(token.strip()) for token in new))


def _without_crumbs(steps: list[Step], new: list[str]) -> list[Step]:
    """Join changes with nothing but a space, a sign or a short word between them."""
    joined: list[Step] = []
    for at, step in enumerate(steps):
        is_between = 0 < at < len(steps) - 1
        kept = "".join(new[step.new]).strip()
        is_short = len(kept) < 3 if kept.isascii() else len(kept) < 2
        is_crumb = step.is_same and is_between and is_short and not kept.isdigit()
        changed = Step(step.is_same and not is_crumb, step.old, step.new)
        if joined and not changed.is_same and not joined[-1].is_same:
            last = joined.pop()
            old = slice(last.old.start, step.old.stop)
            changed = Step(False, old, slice(last.new.start, step.new.stop))
        joined.append(changed)
    return joined


def _joined(steps: list[Step], old: list[str], new: list[str]) -> Iterator[Piece]:
    for step in steps:
        before, after = "".join(old[step.old]), "".join(new[step.new])
        if step.is_same:
            yield Piece("same", after)
            continue
        if before:
            yield Piece("removed", before)
        if after:
            yield Piece("added", after)
