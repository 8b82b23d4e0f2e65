"""The parts of a WACZ file (1.1.1): how they are packed, and how the WARC file is got out."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from newscrawler import __version__
from newscrawler.archives.capture import TIME_FORMAT, ArchiveError
from newscrawler.archives.sorted_lines import batches, sorted_lines
from newscrawler.archives.warc_format import SOFTWARE

WARC = "data.warc.gz"
INDEX, BLOCKS, PAGES = "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
_NAMES = {f"archive/{WARC}", INDEX, BLOCKS, PAGES, PACKAGE, DIGEST}
_PIECE = 2**20
# Lines of an index that are packed together, as other tools do: one has to be unpacked to find one.
_LINES_PER_BLOCK = 300
_LONGEST_PACKAGE = 2**20


class _Package:
    """A WACZ file that is being written, with the digests of its parts."""

    def __init__(self, file: zipfile.ZipFile, at: datetime) -> None:
        self.file = file
        self.time = at.timetuple()[:6]
        self.resources: list[dict[str, object]] = []

    def add(self, name: str, pieces: Iterator[bytes], *, is_packed: bool) -> None:
        """Write a part; what `is_packed` is stored as it is, so that it can be read in place."""
        info = zipfile.ZipInfo(name, self.time)
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        digest, size = hashlib.sha256(), 0
        with self.file.open(info, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        stated = {"name": name.rpartition("/")[2], "path": name}
        self.resources.append({**stated, "hash": f"sha256:{digest.hexdigest()}", "bytes": size})


def pack(target: Path, warc: Path, entries: Path) -> None:
    """Write a WACZ file of a WARC file and the lines of its index, which need not be sorted.

    Memory stays bounded, whatever they hold; files for sorting stand beside `entries`. The
    file is on the disk when this returns. Raises `OSError`.
    """
    at = datetime.now(UTC)
    pages = entries.with_name("pages")
    blocks: list[str] = []
    with target.open("wb") as file:
        with zipfile.ZipFile(file, "w") as zipped:
            package = _Package(zipped, at)
            package.add(f"archive/{WARC}", _pieces(warc), is_packed=True)
            with pages.open("wb") as lines:
                index = _index(sorted_lines(entries), lines, blocks)
                package.add(INDEX, index, is_packed=True)
            package.add(BLOCKS, iter(["".join(blocks).encode()]), is_packed=False)
            package.add(PAGES, _pieces(pages), is_packed=False)
            described = _json(_description(package.resources, at))
            package.add(PACKAGE, iter([described]), is_packed=False)
            sealed = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
            package.add(DIGEST, iter([_json(sealed)]), is_packed=False)
        file.flush()
        os.fsync(file.fileno())


def packed_size(path: Path) -> int:
    """Return the size of the WARC file in a WACZ file of ours. Raises `ArchiveError`."""
    with _opened(path) as zipped:
        return zipped.getinfo(f"archive/{WARC}").file_size


def extract_warc(path: Path, target: Path) -> None:
    """Copy the WARC file out of a WACZ file of ours, and compare its digest.

    Raises `ArchiveError`, `OSError`.
    """
    name = f"archive/{WARC}"
    digest = hashlib.sha256()
    with _opened(path) as zipped, target.open("wb") as file:
        try:
            with zipped.open(name) as part:
                while piece := part.read(_PIECE):
                    digest.update(piece)
                    file.write(piece)
        except (zipfile.BadZipFile, EOFError) as error:
            raise ArchiveError(f"{path}: is damaged: {error}") from error
        stated = {one["path"]: one["hash"] for one in _described(zipped)["resources"]}
        if stated.get(name) != f"sha256:{digest.hexdigest()}":
            raise ArchiveError(f"{path}: is damaged: {name} is not what {PACKAGE} says")
        file.flush()
        os.fsync(file.fileno())


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        zipped = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ArchiveError(f"{path}: is no WACZ file: {error}") from error
    software = str(_described(zipped).get("software", "")) if _has_package(zipped) else ""
    if software.startswith(SOFTWARE) and set(zipped.namelist()) == _NAMES:
        return zipped
    zipped.close()
    raise ArchiveError(f"{path}: was not written by this program; name another")


def _has_package(zipped: zipfile.ZipFile) -> bool:
    return PACKAGE in zipped.namelist() and zipped.getinfo(PACKAGE).file_size < _LONGEST_PACKAGE


def _described(zipped: zipfile.ZipFile) -> dict[str, Any]:
    try:
        stated = json.loads(zipped.read(PACKAGE))
    except (ValueError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{zipped.filename}: is damaged: {error}") from error
    return stated if isinstance(stated, dict) else {}


def _description(resources: list[dict[str, object]], at: datetime) -> dict[str, object]:
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": f"{SOFTWARE}{__version__}",
        "created": at.strftime(TIME_FORMAT),
        "resources": resources,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _index(lines: Iterator[bytes], pages: BinaryIO, blocks: list[str]) -> Iterator[bytes]:
    """Give the index in packed blocks; note their beginnings, and write the list of pages."""
    meta = {"format": "cdxj-gzip-1.0", "filename": INDEX.rpartition("/")[2]}
    blocks.append(f"!meta 0 {json.dumps(meta)}\n")
    pages.write(b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n')
    offset = 0
    for some in batches(lines, _LINES_PER_BLOCK):
        packed = gzip.compress(b"".join(some), mtime=0)
        digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
        where = {"offset": offset, "length": len(packed), "digest": digest}
        key = b" ".join(some[0].split(b" ", 2)[:2]).decode()
        blocks.append(f"{key} {json.dumps(where)}\n")
        offset += len(packed)
        for line in some:
            page = _page(line)
            if page:
                pages.write(json.dumps(page).encode() + b"\n")
        yield packed


def _page(line: bytes) -> dict[str, str] | None:
    """Return the entry in the list of pages for a line of the index, where it is one."""
    _, digits, stated = line.decode().split(" ", 2)
    fields = json.loads(stated)
    if fields["mime"] != "text/html" or fields["status"] != "200" or "rendered" in fields:
        return None
    at = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return {"id": f"{digits}/{fields['url']}", "url": fields["url"], "ts": at.strftime(TIME_FORMAT)}
