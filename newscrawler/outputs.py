"""Where feeds go, and how one is written whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.utils.misc import load_object

from newscrawler.exporters import PACKING, STDOUT, companion_feeds, feed_options, packing_of
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
    put_in_place,
    target_of,
)
from newscrawler.state.rows import RecordKind

# Where articles go that were asked for by their own address and belong to no series.
SINGLE_ARTICLES = "single-articles"

_COMPANIONS: tuple[RecordKind, ...] = ("series", "links", "drops")


@dataclass(frozen=True, slots=True)
class Output:
    """A feed that the user asked for."""

    path: str
    """A file name, a `file:` URI or `-`, as typed."""
    overwrite: bool


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as it stands, or is to stand, under its name."""

    path: str
    """Absolute, or `-`; symbolic links are not followed."""
    kind: RecordKind
    records: int
    """How many were added."""
    bytes: int
    """Length of the whole file, with what stood there before."""
    sha256: str
    """Of the whole file."""
    start: int | None = None
    """Length of what stood there before; None where the file replaces it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of one kind go."""

    path: Path | None
    """None for standard output."""
    kind: RecordKind
    append: bool = False


class Draft:
    """The whole new content of one feed, beside it on disk and not yet under its name."""

    def __init__(self, path: Path, kind: RecordKind, *, append: bool) -> None:
        self.path, self.kind, self.append = path.absolute(), kind, append
        self.target = target_of(self.path)
        self.records = 0
        self.placed = False
        with naming(self.path):
            self.file = opened_part(self.target, append=append)
            self.start = self.target.stat().st_size if append and self.target.exists() else 0

    def fill(self, lines: Iterable[str]) -> None:
        """Write the lines and make them safe on disk."""
        self.records = write_lines(self.file, self.path, lines)
        with naming(self.path):
            os.fsync(self.file.fileno())

    def put_in_place(self) -> None:
        with naming(self.path):
            put_in_place(self.target)
            self.placed = True

    def describe(self) -> PublishedFile:
        return PublishedFile(
            path=str(self.path),
            kind=self.kind,
            records=self.records,
            bytes=self.file.raw.written,
            sha256=self.file.raw.digest.hexdigest(),
            start=self.start if self.append else None,
        )

    def close(self) -> None:
        if self.placed:
            self.file.close()
        else:
            discard(self.target, self.file)


def check_outputs(outputs: Sequence[Output], feeds: Path | None = None) -> None:
    """Refuse what could not be published, before a crawl; makes nothing.

    `feeds` is where batches go if there are no outputs. Raises `ValueError` naming an output
    that is no feed or is given twice, `OSError` naming a file that cannot be written or is torn.
    """
    seen: set[Path] = set()
    for output in outputs:
        feed_options(output.path, [], overwrite=output.overwrite)
        for path in filter(None, (place.path for place in places(output))):
            if target_of(path) in seen and not is_special(path):
                raise ValueError(f"{str(path)!r}: two outputs would write this file")
            seen.add(target_of(path))
            check_writable(path, append=not output.overwrite)
    if feeds and not outputs:
        check_writable(feeds / SINGLE_ARTICLES / "000001.jsonl", append=False)


def places(output: Output) -> list[Place]:
    """Return where the records of an output go, the articles last."""
    if output.path in {"-", STDOUT}:
        return [Place(None, "article")]
    return beside(output.path, append=not output.overwrite)


def beside(name: str, *, append: bool = False) -> list[Place]:
    """Return the places of a feed and of those beside it, the articles last."""
    names = companion_feeds(name)
    companions = [Place(local_path(names[kind]), kind, append) for kind in _COMPANIONS]
    return [*companions, Place(local_path(name), "article", append)]


def is_missing(output: Output) -> bool:
    path = places(output)[-1].path
    return path is not None and not path.exists()


def write_feed(output: Output, lines: Iterable[str]) -> PublishedFile:
    """Write article lines to one output, whole, and nothing beside it; raises `OSError`."""
    place = places(output)[-1]
    if place.path is None or is_special(place.path):
        return write_straight(place, lines)
    with closing(Draft(place.path, place.kind, append=place.append)) as draft:
        draft.fill(lines)
        draft.put_in_place()
        return draft.describe()


def write_straight(place: Place, lines: Iterable[str]) -> PublishedFile:
    """Write to standard output, a device or a pipe; waits for a pipe's reader."""
    path = place.path.absolute() if place.path else Path("-")
    with naming(path):
        file = opened_special(place.path)
    try:
        records = write_lines(file, path, lines)
    finally:
        file.raw.close()
    return PublishedFile(
        str(path), place.kind, records, file.raw.written, file.raw.digest.hexdigest()
    )


def write_lines(file: FeedWriter, path: Path, lines: Iterable[str]) -> int:
    """Write and flush lines, packed as the file's name says; return their number."""
    try:
        return write_packed(file, packing_of(str(path)), lines)
    except OSError as error:
        if error.filename:  # it comes from where the lines are read
            raise
        raise named(error, path) from error


def write_packed(file: FeedWriter, packing: str, lines: Iterable[str]) -> int:
    """Write and flush lines, packed as `.gz`, `.zst` or not at all; return their number."""
    options: dict[str, Any] = PACKING[packing] if packing else {}
    plugins: Any = options.get("postprocessing", ())
    packers = [load_object(plugin)(file, options) for plugin in plugins]
    out = packers[0] if packers else file
    number = 0
    with ExitStack() as packing_up:
        for packer in packers:
            packing_up.callback(packer.close)
        for line in lines:
            out.write(line.encode() + b"\n")
            number += 1
    file.flush()
    return number
