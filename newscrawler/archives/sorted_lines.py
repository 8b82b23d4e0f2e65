"""Sorts the lines of a file that is too large for memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from pathlib import Path

# Lines that are sorted in memory at a time, some 40 MiB.
_AT_ONCE = 100_000


def batches(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Give the lines in lists of this size, the last one shorter."""
    lines = iter(lines)
    while some := list(islice(lines, size)):
        yield some


def sorted_lines(path: Path) -> Iterator[bytes]:
    """Give the lines of a file in the order of their bytes; parts stand beside it meanwhile."""
    parts: list[Path] = []
    with path.open("rb") as file:
        for number, lines in enumerate(batches(file, _AT_ONCE)):
            part = path.with_name(f"sorted-{number}")
            part.write_bytes(b"".join(sorted(lines)))
            parts.append(part)
    files = [part.open("rb") for part in parts]
    try:
        yield from merge(*files)
    finally:
        for file, part in zip(files, parts, strict=True):
            file.close()
            part.unlink()
