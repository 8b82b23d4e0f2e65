"""The WARC files that an archive consists of: files on the disk, or parts of a WACZ file."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.warc_stretches import ByteSource

WARC_SUFFIXES = (".warc", ".warc.gz")
WACZ_SUFFIX = ".wacz"
# PKWARE's APPNOTE, 4.3.7: a part's own header, whose last two fields are lengths.
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_MARK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class WarcSource:
    """A WARC file: `path` itself or, with `part`, what stands at `start` in that file.

    `held` is where a part that is packed in its WACZ file has been unpacked to.
    """

    path: Path
    part: str = ""
    start: int = 0
    size: int = 0
    held: Path | None = None

    @property
    def name(self) -> str:
        name = f"{self.path}: {self.part}" if self.part else str(self.path)
        return name.encode("utf-8", "backslashreplace").decode()

    @property
    def file_name(self) -> str:
        """The name by which indexes know the file."""
        return self.part.rpartition("/")[2] or self.path.name

    @property
    def stamp(self) -> tuple[int, int]:
        """Tell the state of the file on the disk, which changes when it is written to."""
        try:
            state = self.path.stat()
        except OSError as error:
            raise unreadable(self.path, error) from error
        return state.st_size, state.st_mtime_ns

    @contextmanager
    def opened(self) -> Iterator[ByteSource]:
        """Open the file; raise `ArchiveError` for whatever the system says."""
        try:
            with (self.held or self.path).open("rb", buffering=0) as file:
                inside = self.part and not self.held
                yield _Window(file, self.start, self.size) if inside else file
        except OSError as error:
            raise unreadable(self.path, error) from error


class _Window(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        left = max(self._size - self._at, 0)
        self._file.seek(self._start + self._at)
        piece = self._file.read(left if size < 0 else min(size, left)) or b""
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


def unreadable(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(f"{path}: cannot be read: {error.strerror or error}")


@contextmanager
def opened_wacz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a WACZ file; raise `ArchiveError` for what is none or is damaged."""
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except OSError as error:
        raise unreadable(path, error) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ArchiveError(f"{path}: is no WACZ file that can be read: {error}") from error


def wacz_sources(path: Path, folder: Path | None = None) -> list[WarcSource]:
    """Return the WARC files in a WACZ file, by name; those of `archive/` are what it holds.

    What is stored in it is read where it is. What is packed once more goes to `folder`; without
    one it is left there, and its source cannot be read.
    """
    with opened_wacz(path) as file:
        sources = [
            _source(path, file, info, folder)
            for info in sorted(file.infolist(), key=lambda info: info.filename)
            if info.filename.startswith("archive/") and is_warc(info.filename)
        ]
    if not sources:
        raise ArchiveError(f"{path}: holds no archive/*.warc or archive/*.warc.gz")
    return sources


def is_warc(name: str) -> bool:
    return name.lower().endswith(WARC_SUFFIXES)


def is_wacz(name: str) -> bool:
    return name.lower().endswith(WACZ_SUFFIX)


def _source(
    path: Path, file: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path | None
) -> WarcSource:
    if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
        return WarcSource(path, info.filename, _beginning(path, info), info.file_size)
    held = None
    if folder:
        _check_room(path, info, folder)
        held = folder / f"{len(list(folder.iterdir()))}.warc"
        with file.open(info) as packed, held.open("wb") as target:
            shutil.copyfileobj(packed, target)
    return WarcSource(path, info.filename, size=info.file_size, held=held)


def _check_room(path: Path, info: zipfile.ZipInfo, folder: Path) -> None:
    if info.file_size > shutil.disk_usage(folder).free // 2:
        need = f"has {info.file_size} bytes unpacked, more than half of what is free at {folder}"
        raise ArchiveError(f"{path}: {info.filename} {need}")


def _beginning(path: Path, info: zipfile.ZipInfo) -> int:
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_MARK):
        raise ArchiveError(f"{path}: is damaged: {info.filename} is not where it should be")
    _, name, extra = _LOCAL_HEADER.unpack(header)
    return int(info.header_offset + _LOCAL_HEADER.size + name + extra)
