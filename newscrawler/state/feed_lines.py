"""Feeds as a source for a state that was lost: their files, and the records in them."""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Record: TypeAlias = tuple[dict[str, Any], str]

_NAME = re.compile(
    r"(?P<stem>.+?)(?:\.(?P<kind>series|links|drops))?"
    r"\.(?:jsonl|jl|jsonlines|ndjson)(?P<packed>\.gz|\.zst)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{6,18})-\d{8}T")


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of a feed."""

    path: Path
    stem: str
    kind: str
    """`article`, `series`, `links` or `drops`."""
    packed: str
    folder: str = ""
    """The series' folder that it stands in; empty for a file that a user named."""

    @property
    def batch(self) -> int:
        """The number of the batch that it was published in, 0 if its name has none."""
        match = _NUMBER.match(self.stem)
        return int(match[1]) if match else 0

    def records(self) -> Iterator[Record | None]:
        """Give records with their lines, None for what is none and for an unreadable rest."""
        try:
            with self._opened() as file:
                for line in file:
                    yield _record(line)
        except (OSError, EOFError, zlib.error, zstd.ZstdError):
            yield None

    def _opened(self) -> BinaryIO:
        if self.packed == ".gz":
            return cast("BinaryIO", gzip.open(self.path))
        return cast("BinaryIO", zstd.open(self.path)) if self.packed else self.path.open("rb")


def feed_files(places: Iterable[Path]) -> list[FeedFile]:
    """Return the feed files that are named or stand below a folder, by path.

    Of a file that is named, the one with the accounts of its series comes along.
    """
    found: dict[Path, FeedFile] = {}
    for place in places:
        if place.is_dir():
            below = (_feed_file(path, _folder(path, place)) for path in place.rglob("*"))
            found |= {one.path: one for one in below if one}
        else:
            named = (_feed_file(path, "") for path in (place, _account_beside(place)))
            found = {one.path: one for one in named if one} | found
    return sorted(found.values(), key=lambda one: one.path)


def _account_beside(path: Path) -> Path:
    """Return where the accounts of the series stand whose articles are in a feed file."""
    match = _NAME.fullmatch(path.name)
    stem = match["stem"] if match else path.name
    return path.with_name(f"{stem}.series{path.name[len(stem) :]}")


def _feed_file(path: Path, folder: str) -> FeedFile | None:
    match = _NAME.fullmatch(path.name)
    if match is None or not path.is_file():  # a pipe would be waited for
        return None
    kind, packed = match["kind"] or "article", match["packed"] or ""
    return FeedFile(path, match["stem"], kind.lower(), packed.lower(), folder)


def _folder(path: Path, root: Path) -> str:
    below = path.relative_to(root).parts
    return below[0] if len(below) > 1 else ""


def _record(line: bytes) -> Record | None:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return (record, text) if isinstance(record, dict) else None
