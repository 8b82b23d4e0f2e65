"""Reads the CDXJ indexes that stand beside WARC files, or in a WACZ file."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any

from newscrawler.archives.warc_sources import WarcSource, opened_wacz

_LONGEST_LINE = 2**20
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
_IN_WACZ = re.compile(r"indexes/[^/]+\.cdxj?(\.gz)?", re.IGNORECASE)
_ALGORITHM = re.compile(r"\w+:")


@dataclass(frozen=True, slots=True)
class CdxjLine:
    """What a line says of a record; `status` is 0 where it says none.

    `date` is ISO 8601 in UTC with seconds and `Z`, empty where it is not exact.
    """

    url: str
    date: str
    status: int
    digest: str
    offset: int
    length: int
    file_name: str
    is_revisit: bool
    rendered: str | None
    is_failure: bool
    method: str


def read_cdxj_line(line: bytes) -> CdxjLine | None:
    """Read `KEY STAMP {...}`; return None for the lines about the index itself.

    Raises `ValueError` for what is no such line.
    """
    if not line.strip() or line.startswith(b"!"):
        return None
    words = line.decode("utf-8", "surrogateescape").split(" ", 2)
    key, stamp, stated = [*words, "", ""][:3]
    if key == "CDX":
        raise ValueError("an index of the older form, CDX")
    said: Any = json.loads(stated)
    if not isinstance(said, dict):
        raise ValueError("no JSON object")  # noqa: TRY004, a line that is wrong
    digits = _DIGITS.fullmatch(stamp)
    digest = str(said.get("digest", ""))
    status = str(said.get("status", ""))
    return CdxjLine(
        url=str(said["url"]) if "url" in said else "",
        date="{}-{}-{}T{}:{}:{}Z".format(*digits.groups()) if digits else "",
        status=int(status) if status.isascii() and status.isdigit() else 0,
        digest=digest if _ALGORITHM.match(digest) or not digest else f"sha1:{digest}",
        offset=int(said["offset"]) if "offset" in said else -1,
        length=int(said.get("length", 0) or 0),
        file_name=str(said.get("filename", "")).rpartition("/")[2],
        is_revisit=said.get("mime") == "warc/revisit",
        rendered=said.get("rendered") or None,
        is_failure="failed" in said,
        method=str(said.get("method", "GET")).upper(),
    )


@contextmanager
def lines_about(source: WarcSource) -> Iterator[Iterable[bytes]]:
    """Open the index of a file: beside it as `NAME.cdxj`, or inside its WACZ file.

    Gives no line where there is none. Raises `ArchiveError`, `OSError`, `zlib.error` and
    `EOFError` where it cannot be read.
    """
    if source.part:
        with opened_wacz(source.path) as file:
            names = [name for name in sorted(file.namelist()) if _IN_WACZ.fullmatch(name)]
            yield _all_lines(file.open, names)
    else:
        beside = [str(path) for path in _beside(source.path) if path.is_file()][:1]
        yield _all_lines(_opened, beside)


def _beside(path: Path) -> list[Path]:
    stem = re.sub(r"\.warc(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    return [path.with_name(f"{name}.cdxj") for name in (path.name, stem)]


def _opened(name: str) -> IO[bytes]:
    return Path(name).open("rb")


def _all_lines(open_index: Callable[[str], IO[bytes]], names: list[str]) -> Iterator[bytes]:
    for name in names:
        with open_index(name) as file:
            yield from _lines(gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file)


def _lines(file: IO[bytes] | BufferedIOBase) -> Iterator[bytes]:
    while line := file.readline(_LONGEST_LINE):
        yield line
