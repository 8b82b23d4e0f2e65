"""The lines of a feed as they stand in its file, plain or packed, whatever is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import math
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STDIN = "-"
# What the feeds promise, and what SQLite, Parquet and most readers of JSON have.
_INTEGERS = range(-(2**63), 2**63)
# Bytes; the longest articles have some 200 KB, and a file that is no feed may have no line end.
MAX_LINE = 16 * 2**20
_BLOCK = 2**20  # bytes that are read at once; a line takes many small reads otherwise
# RFC 1952 and RFC 8878; no line of JSON starts with them.
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError)
_KIND = re.compile(
    r"(?:\.(series|links|drops))?\.(?:jsonl|jl|jsonlines|ndjson)(?:\.gz|\.zst)?$", re.IGNORECASE
)
_KINDS = {"series": "series", "links": "link", "drops": "drop"}
# Required keys that no other kind of record has, the surest first.
_MARKS = {"link": {"from_url", "to_url"}, "series": {"listed", "listing_pages"}, "drop": {"reason"}}


class BadLineError(ValueError):
    """What stands in a line is no record; `kind` names the fault in one word."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One line of a feed."""

    number: int
    """From 1."""
    content: bytes
    """Without the line end; of a line that is too long, its beginning."""
    is_ended: bool = True
    """Whether a line end follows."""
    why: str = ""
    """Why nothing can be read from here on: packed data that break off."""

    @property
    def text(self) -> str:
        """Return the line as text; raises `BadLineError`."""
        if self.why:
            raise BadLineError("damaged", self.why)
        if len(self.content) > MAX_LINE:
            raise BadLineError("too_long", f"longer than {MAX_LINE // 2**20} MiB")
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            why = f"no UTF-8: {error.reason} at byte {error.start + 1}"
            raise BadLineError("utf-8", why) from error

    @property
    def is_blank(self) -> bool:
        return not self.why and not self.content.strip()


def feed_lines(name: str) -> Iterator[FeedLine]:
    """Give the lines of a file, or of standard input for `-`. Raises `OSError` naming it."""
    number = 0
    try:
        with closing(_opened(name)) as packed, closing(_unpacked(packed)) as file:
            for number, line in enumerate(_lines(file), 1):
                yield FeedLine(number, line.removesuffix(b"\n"), line.endswith(b"\n"))
    except _DAMAGE as error:
        yield FeedLine(number + 1, b"", why=f"the packed data break off here: {error}")
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), name) from error


def check_readable(name: str) -> None:
    """Raise `OSError` for a file that cannot be read; a pipe is left alone, as it is read once."""
    path = Path(name)
    if name != STDIN and (path.is_dir() or path.is_file() or not path.exists()):
        path.open("rb").close()


def read_record(text: str) -> dict[str, Any]:
    """Return the object that stands in a line; raises `BadLineError`."""
    try:
        record = _DECODER.decode(text)
    except RecursionError as error:
        raise BadLineError("json", "nested too deep") from error
    except json.JSONDecodeError as error:
        raise BadLineError("json", f"no JSON: {error.msg} at character {error.pos + 1}") from error
    except ValueError as error:
        raise BadLineError("json", f"no JSON: {error}") from error
    if not isinstance(record, dict):
        raise BadLineError("object", f"no JSON object, but {type(record).__name__}")
    return record


def is_feed_name(text: str) -> bool:
    """Tell the name of a feed from that of a series; a file of that name is one as well."""
    return text == STDIN or bool(_KIND.search(text)) or _is_file(Path(text))


def kind_of_name(name: str) -> str | None:
    """Return the kind of record that a feed's name tells, None where the name says nothing.

    `series`, `link` and `drop` stand before the suffix; an article's feed may have any name.
    """
    match = _KIND.search(Path(name).name)
    return _KINDS[match[1].lower()] if match and match[1] else None


def kind_of_record(record: dict[str, Any]) -> str:
    """Return the kind of record by the keys that it alone has."""
    return next((kind for kind, marks in _MARKS.items() if marks <= record.keys()), "article")


def _is_file(path: Path) -> bool:
    """Tell a file, a pipe or a device, which a shell makes of `<(...)`."""
    try:
        return path.exists() and not path.is_dir()
    except OSError:  # longer than a name may be
        return False


def _opened(name: str) -> io.BufferedReader:
    if name == STDIN:
        return io.BufferedReader(io.FileIO(0, closefd=False), _BLOCK)
    return io.BufferedReader(io.FileIO(name), _BLOCK)


def _unpacked(file: io.BufferedReader) -> BinaryIO:
    """Unpack by what stands there: a pipe has no name.

    No buffer is put around it: one that is filled in a single read loses, where the data break
    off, what was unpacked before.
    """
    head = file.peek(4)
    if head.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    return cast("BinaryIO", zstd.ZstdFile(file) if head.startswith(_ZSTD) else file)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give each line, of one that is too long no more than its beginning."""
    while line := file.readline(MAX_LINE + 2):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 2)
        yield line if rest is line or not rest.endswith(b"\n") else line + b"\n"


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things under one key; readers take this one or that."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _whole_number(digits: str) -> int:
    number = int(digits)
    if number not in _INTEGERS:
        raise ValueError(f"{digits[:30]} is beyond 64 bits")
    return number


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:30]} is beyond what a number can be")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats,
    parse_int=_whole_number,
    parse_float=_number,
    parse_constant=_refuse,
)
