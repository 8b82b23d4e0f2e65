"""Files that appear whole under their name: written beside it, made safe, renamed."""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from w3lib.url import file_uri_to_path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# RFC 1952 and RFC 8878; no line of JSON starts with them.
_MAGIC = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}
_BLOCK = 2**16  # bytes; a few lines, and of a packed feed as much as is unpacked at once
_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError)


class FeedFile(io.FileIO):
    """A file that knows length and digest of what was written, and remembers a failed write.

    Scrapy stores a feed after a failed write too.
    """

    error: OSError | None = None

    def __init__(self, file: Path | int, mode: str) -> None:
        super().__init__(file, mode)
        self.digest = hashlib.sha256()
        self.written = 0

    def write(self, data: Any) -> int:
        try:
            written = super().write(data) or 0
        except OSError as error:
            self.error = error
            raise
        self.digest.update(memoryview(data)[:written])
        self.written += written
        return written


class FeedWriter(io.BufferedWriter):
    """Buffers what goes to a `FeedFile`."""

    raw: FeedFile


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let every `OSError` of the block say which feed it was about."""
    try:
        yield
    except OSError as error:
        raise named(error, path) from error


def named(error: OSError, path: Path) -> OSError:
    why = f"cannot write the feed: {error.strerror or error}"
    return OSError(error.errno or errno.EIO, why, str(path))


def local_path(name_or_uri: str) -> Path:
    is_uri = name_or_uri.startswith("file:")
    return Path(file_uri_to_path(name_or_uri) if is_uri else name_or_uri)


def target_of(path: Path) -> Path:
    """Follow a symbolic link, so that the rename leaves the link a link."""
    return Path(os.path.realpath(path))


def part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def is_special(path: Path) -> bool:
    """Whether renaming over it would put a file in the place of a device or a pipe."""
    return path.exists() and (not path.is_file() or _is_stdout(path))


def _is_stdout(path: Path) -> bool:
    """Tell the file that this process prints to: its other lines would vanish with it."""
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(1))
    return False


def opened_special(path: Path | None) -> FeedWriter:
    """Open a device, a pipe or, for None, standard output, which keep what stands there."""
    if path is None or _is_stdout(path):
        sys.stdout.flush()
        return FeedWriter(FeedFile(os.dup(1), "w"))
    return FeedWriter(FeedFile(path, "w"))


def opened_part(target: Path, *, append: bool) -> FeedWriter:
    """Open the `.part` of a feed for this run alone, with a copy of the old feed to append to.

    Raises `OSError` where another run writes it, or where no line can follow the old feed.
    """
    _make_folder(target.parent)
    raw = _locked(part_of(target))
    file = FeedWriter(raw)
    try:
        file.truncate(0)
        if target.exists():
            os.fchmod(raw.fileno(), stat.S_IMODE(target.stat().st_mode))
            if append:
                _copy(target, file)
    except OSError:
        discard(target, file)
        raise
    return file


def put_in_place(target: Path) -> None:
    """Give a `.part` that is safe on disk its name, safely."""
    part_of(target).replace(target)
    _sync_folder(target.parent)


def discard(target: Path, file: FeedWriter) -> None:
    """Leave no part of a feed behind that would keep a full disk full."""
    part = part_of(target)
    with suppress(OSError):
        if os.path.samestat(os.fstat(file.fileno()), part.stat()):  # else it is another run's
            part.unlink()
    with suppress(OSError):
        file.raw.close()


def check_writable(path: Path, *, append: bool) -> None:
    """Raise `OSError` where a feed could not be written; makes nothing."""
    with naming(path):
        if path.is_dir():
            raise OSError(errno.EISDIR, "it is a directory")
        if path.exists():
            _check_access(path)
        if not is_special(path):
            _check_folder(target_of(path))
            if append and path.exists():
                _missing_line_end(path)


def _check_folder(target: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        part_of(target).stat()  # raises where the name is too long
    near = next(parent for parent in target.parents if parent.exists())
    if not near.is_dir():
        raise OSError(errno.ENOTDIR, f"{near} is not a directory")
    _check_access(near)


def _check_access(place: Path) -> None:
    if not os.access(place, os.W_OK):
        number = errno.EROFS if os.statvfs(place).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(number, f"{os.strerror(number)} ({place})")


def _make_folder(folder: Path) -> None:
    made = [it for it in (folder, *folder.parents) if not it.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for it in made:
        _sync_folder(it.parent)


def _sync_folder(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)  # a new name survives a power cut only then
    finally:
        os.close(directory)


def _locked(part: Path) -> FeedFile:
    """Open the file for this run alone, its content untouched until the lock is held."""
    raw = FeedFile(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+")
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The other run may have renamed it between opening and locking.
        if os.path.samestat(os.fstat(raw.fileno()), part.stat()):
            return raw
    raw.close()
    raise OSError(errno.EBUSY, "another run is writing it")


def _copy(target: Path, file: FeedWriter) -> None:
    line_end = _missing_line_end(target)
    with target.open("rb") as old:
        shutil.copyfileobj(old, file)
    file.write(line_end)
    file.flush()


def _missing_line_end(path: Path) -> bytes:
    """Return what lets the next line of a feed start on its own: mostly nothing.

    Raises `OSError` where the last line is torn, or the compressed data are.
    """
    with path.open("rb") as file:
        suffix = path.suffix.lower()
        packing = suffix if suffix in _MAGIC else _packing(file)
        last = _last_line_packed(file, packing) if packing else _last_line(file)
    if not last:
        return b""
    try:
        whole = isinstance(json.loads(last), dict)
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise OSError(errno.EBADMSG, "its last line is torn")
    return _line_end(packing)


def _line_end(packing: str | None) -> bytes:
    if packing == ".gz":
        return gzip.compress(b"\n", mtime=0)
    return zstd.compress(b"\n") if packing else b"\n"


def _packing(file: BinaryIO) -> str | None:
    head = file.read(4)
    file.seek(-len(head), os.SEEK_CUR)
    return next((suffix for suffix, magic in _MAGIC.items() if head.startswith(magic)), None)


def _unpacked(file: BinaryIO, packing: str | None) -> BinaryIO | io.BufferedIOBase:
    if packing == ".gz":
        return gzip.GzipFile(fileobj=file)
    return zstd.ZstdFile(file) if packing else file


def _last_line(file: BinaryIO) -> bytes:
    """Return what follows the last line end."""
    tail, at = b"", file.seek(0, os.SEEK_END)
    while at and b"\n" not in tail:
        start = max(0, at - _BLOCK)
        file.seek(start)
        tail, at = file.read(at - start) + tail, start
    return tail.rpartition(b"\n")[2]


def _last_line_packed(file: BinaryIO, packing: str) -> bytes:
    tail = b""
    try:
        with _unpacked(file, packing) as lines:
            while block := lines.read(_BLOCK):
                tail = (tail + block).rpartition(b"\n")[2]
    except _DAMAGE as error:
        raise OSError(errno.EBADMSG, f"its {packing} data are torn: {error}") from error
    return tail


def has_content(part: Path, start: int) -> bool:
    """Tell whether a feed has any line behind its first bytes, packed or not."""
    with part.open("rb") as file:
        file.seek(start)
        return bool(_unpacked(file, _packing(file)).read(1))
