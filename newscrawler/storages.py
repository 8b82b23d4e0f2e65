"""Feed files that appear whole under their name, or not at all."""

from __future__ import annotations

import errno
import fcntl
import gzip
import io
import logging
import os
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, TypeVar

from w3lib.url import file_uri_to_path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

T = TypeVar("T")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class FeedFile(io.FileIO):
    """A file that remembers a failed write, because Scrapy stores a feed after one too."""

    error: OSError | None = None

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            self.error = error
            raise


class WholeFileStorage:
    """Publish a local feed by rename: readers see the old feed or the new one, never a part.

    The records go to `NAME.part` in the same directory, after a copy of the old feed when
    appending; `store()` renames it to `NAME`. A run that wrote nothing new leaves an old feed
    alone, except that an empty companion feed replaces the one of an earlier run as soon as this
    run delivered an article. Devices and pipes are written straight. Raises `OSError` naming the
    path, already when made.
    """

    def __init__(
        self,
        uri: str,
        *,
        feed_options: dict[str, Any] | None = None,
        stats: StatsCollector | None = None,
    ) -> None:
        self.path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)
        self.overwrite = bool((feed_options or {}).get("overwrite", False))
        self.stats = stats
        self._raw: FeedFile | None = None
        self._start = 0
        self._named(_check_writable, self.path)

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        return cls(uri, feed_options=feed_options, stats=crawler.stats)

    def open(self, spider: Spider) -> IO[bytes]:  # noqa: ARG002
        try:
            return self._named(self._opened, _target(self.path))
        except OSError:
            if self.stats:
                self.stats.inc_value("feed/failed_writes")
            raise

    def store(self, file: IO[bytes]) -> None:
        try:
            self._named(self._publish, file)
        finally:
            with suppress(OSError):
                file.close()

    def _named(self, act: Callable[[T], R], argument: T) -> R:
        try:
            return act(argument)
        except OSError as error:
            why = f"cannot write the feed: {error.strerror or error}"
            raise OSError(error.errno or errno.EIO, why, str(self.path)) from error

    def _opened(self, target: Path) -> IO[bytes]:
        if _is_special(self.path):
            self._raw = FeedFile(self.path, "w")
            return io.BufferedWriter(self._raw)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._raw = _locked(_part_of(target))
        file = io.BufferedWriter(self._raw)
        try:
            self._start = _begin(file, target, append=not self.overwrite)
        except OSError:
            self._raw.close()
            raise
        return file

    def _publish(self, file: IO[bytes]) -> None:
        file.flush()
        if self._raw and self._raw.error:
            raise self._raw.error
        if _is_special(self.path):
            return
        target = _target(self.path)
        if self._is_worth_it(target):
            _replace(file.fileno(), target)
        else:
            _part_of(target).unlink()
            logger.info("Nothing new for the feed %r: left as it is", str(self.path))

    def _is_worth_it(self, target: Path) -> bool:
        if not target.exists() or _has_content(_part_of(target), self._start):
            return True
        articles = self.stats.get_value("feed/records/Article", 0) if self.stats else 0
        return self.overwrite and bool(articles)


def _target(path: Path) -> Path:
    """Follow a symbolic link, so that the rename leaves the link a link."""
    return Path(os.path.realpath(path))


def _part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _is_special(path: Path) -> bool:
    """Whether renaming over it would put a file in the place of a device or a pipe."""
    return path.exists() and not path.is_file()


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise OSError(errno.EISDIR, "it is a directory")
    if path.exists():
        _check_access(path)
    if not _is_special(path):
        _check_folder(_target(path))


def _check_folder(target: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        _part_of(target).stat()  # raises where the name is too long
    near = next(parent for parent in target.parents if parent.exists())
    if not near.is_dir():
        raise OSError(errno.ENOTDIR, f"{near} is not a directory")
    _check_access(near)


def _check_access(place: Path) -> None:
    if not os.access(place, os.W_OK):
        number = errno.EROFS if os.statvfs(place).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(number, f"{os.strerror(number)} ({place})")


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


def _begin(file: IO[bytes], target: Path, *, append: bool) -> int:
    file.truncate(0)
    if target.exists():
        os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
        if append:
            _copy(target, file)
    return file.tell()


def _copy(target: Path, file: IO[bytes]) -> None:
    with target.open("rb") as old:
        packed = _magic(old)
        shutil.copyfileobj(old, file)
        if file.tell() and not packed:
            old.seek(-1, os.SEEK_END)
            file.write(b"" if old.read() == b"\n" else b"\n")
    file.flush()


def _magic(file: BinaryIO) -> str | None:
    head = file.read(4)
    file.seek(-len(head), os.SEEK_CUR)
    # RFC 1952 and RFC 8878; no line of JSON starts with them.
    return "gz" if head[:2] == b"\x1f\x8b" else "zst" if head == b"\x28\xb5\x2f\xfd" else None


def _has_content(part: Path, start: int) -> bool:
    with part.open("rb") as file:
        file.seek(start)
        packed = _magic(file)
        if packed == "gz":
            return bool(gzip.GzipFile(fileobj=file).read(1))
        return bool((zstd.ZstdFile(file) if packed else file).read(1))


def _replace(part_fd: int, target: Path) -> None:
    os.fsync(part_fd)
    _part_of(target).replace(target)
    directory = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)  # the new name survives a power cut only then
    finally:
        os.close(directory)
