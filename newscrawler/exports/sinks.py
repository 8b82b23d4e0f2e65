"""The file that an export goes to, whole under its name or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.feed_files import (
    FeedWriter,
    check_writable,
    discard,
    is_special,
    local_path,
    named,
    naming,
    opened_part,
    opened_special,
    part_of,
    put_in_place,
    target_of,
)
from newscrawler.outputs import write_packed

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Sink:
    """An open file, and what is to be known of it."""

    file: FeedWriter
    path: Path | None
    """Where it stands while it is written; None for a device or a pipe."""
    packing: str = ""
    """`.gz`, `.zst` or nothing."""

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write lines of text, each with its line end, packed."""
        write_packed(self.file, self.packing, lines)


def check_sink(output: str) -> None:
    """Raise `OSError` where an export could not be written; makes nothing."""
    if output != STDOUT:
        check_writable(local_path(output), append=False)


def is_seekable(output: str) -> bool:
    """Tell whether an export gets a file of its own, and no pipe."""
    return output != STDOUT and not is_special(local_path(output))


def exists(output: str) -> bool:
    return is_seekable(output) and local_path(output).exists()


@contextmanager
def opened_sink(output: str, packing: str) -> Iterator[Sink]:
    """Open an output; what the block has written gets its name if the block ends well.

    An `OSError` of the block that names no file is told as one of the output.
    """
    path = None if output == STDOUT else local_path(output).absolute()
    try:
        if path is None or is_special(path):
            yield from _straight(path, packing)
        else:
            yield from _whole(path, packing)
    except OSError as error:
        if error.filename:  # it comes from where the records are read
            raise
        raise named(error, path or Path(STDOUT)) from error


def _straight(path: Path | None, packing: str) -> Iterator[Sink]:
    file = opened_special(path)
    try:
        yield Sink(file, None, packing)
        file.flush()
    finally:
        file.raw.close()


def _whole(path: Path, packing: str) -> Iterator[Sink]:
    target = target_of(path)
    with naming(path):
        file = opened_part(target, append=False)
    is_placed = False
    try:
        yield Sink(file, part_of(target), packing)
        file.flush()
        os.fsync(file.fileno())
        put_in_place(target)
        is_placed = True
        file.close()
    finally:
        if not is_placed:
            discard(target, file)
