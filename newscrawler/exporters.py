"""Feeds out: records as JSON Lines, published whole under their name."""

from __future__ import annotations

import errno
import fcntl
import gzip
import io
import json
import logging
import math
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from itemadapter import ItemAdapter, is_item
from scrapy.exporters import BaseItemExporter
from w3lib.url import file_uri_to_path

from newscrawler.items import Article, Drop, Link, SeriesAccount

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

STDOUT = "stdout:"
COMPANIONS: dict[str, type] = {"series": SeriesAccount, "links": Link, "drops": Drop}

_SUFFIX = re.compile(r"(?<=[^/])\.(?:jsonl|jl|jsonlines|ndjson)(\.gz|\.zst)?$", re.IGNORECASE)
_POSTPROCESSING: dict[str, dict[str, Any]] = {
    # No time and no name in the header: the same records give the same bytes.
    ".gz": {
        "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"],
        "gzip_mtime": 0,
        "gzip_filename": "",
    },
    ".zst": {"postprocessing": ["newscrawler.exporters.ZstdPlugin"]},
}
# What JSON lets stand bare although str.splitlines(), a terminal or UTF-8 itself does not:
# DEL and C1 with NEL, the line and paragraph separators, lone surrogates.
_UNSAFE = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class UnwritableRecordError(ValueError):
    """A record holds a value that JSON has no form for; names record and field."""


def json_line(record: object) -> str:
    """Give the record's line, without its line end.

    Keys stand in declaration order, empty values are left out at every depth, and there is no
    white space between the tokens. Raises `UnwritableRecordError`.
    """
    return _line(record, record)


def _line(record: object, values: object) -> str:
    try:
        text = json.dumps(
            _plain(values, ""), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise UnwritableRecordError(f"{_name(record)}: {error}") from error
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _name(record: object) -> str:
    known = ItemAdapter(record) if is_item(record) else {}
    label = known.get("url") or known.get("from_url") or known.get("name")
    return f"{type(record).__name__} {label!r}" if label else type(record).__name__


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return _finite(value, where)
    if isinstance(value, list | tuple):
        members = (_plain(member, f"{where}[{n}]") for n, member in enumerate(value))
        return [member for member in members if not _is_empty(member)]
    if is_item(value):
        return dict(_filled(ItemAdapter(value).items(), where))
    raise TypeError(f"{where or 'it'} is of type {type(value).__name__}, which JSON does not have")


def _filled(pairs: Iterable[tuple[Any, Any]], where: str) -> Iterable[tuple[str, Any]]:
    for key, value in pairs:
        inside = f"{where}.{key}" if where else f"{key}"
        if not isinstance(key, str):
            raise TypeError(f"{inside} has a key of type {type(key).__name__}, not str")
        plain = _plain(value, inside)
        if not _is_empty(plain):
            yield key, plain


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{where} is {value}, which JSON does not have")
    return value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


class JsonLinesRecordExporter(BaseItemExporter):
    """One record a line, always in UTF-8, since RFC 8259 allows no other encoding."""

    def __init__(
        self, file: IO[bytes], *, stats: StatsCollector | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.file = file
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **options: Any) -> Self:
        return cls(file, stats=crawler.stats, **options)

    def export_item(self, item: Any) -> None:
        try:
            line = _line(item, dict(self.get_serialized_fields(item)))
        except UnwritableRecordError as error:
            logger.error("Record left out of the feed: %s", error)  # noqa: TRY400
            self._count("feed/unwritable_records")
            return
        self._write(line.encode() + b"\n")
        self._count(f"feed/records/{type(item).__name__}")

    def _write(self, line: bytes) -> None:
        try:
            self.file.write(line)
        except OSError:
            self._count("feed/failed_writes")
            raise

    def _count(self, key: str) -> None:
        if self.stats:
            self.stats.inc_value(key)


class ZstdPlugin:
    """Compress a feed with Zstandard (RFC 8878); feed option `zstd_level`, 3 unless given."""

    def __init__(self, file: BinaryIO, feed_options: dict[str, Any]) -> None:
        parameter = zstd.CompressionParameter
        options: dict[int, int] = {
            parameter.compression_level: feed_options.get("zstd_level", 3),  # the zstd command's
            parameter.checksum_flag: 1,  # so that a reader notices damage
        }
        self.file = file
        self.compressor = zstd.ZstdCompressor(options=options)

    def write(self, data: bytes) -> int:
        self.file.write(self.compressor.compress(data))
        return len(data)

    def close(self) -> None:
        # Unlike ZstdFile, which leaves no bytes, this ends an empty feed as a whole frame too.
        self.file.write(self.compressor.flush())


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


def feed_options(
    path_or_uri: str, item_classes: Sequence[type], *, overwrite: bool
) -> tuple[str, dict[str, object]]:
    """Give the `FEEDS` entry for a file name, a URI or `-`; raises ValueError naming it."""
    options: dict[str, object] = {
        "format": "jsonlines",
        "encoding": "utf-8",
        "item_classes": [f"{kind.__module__}.{kind.__qualname__}" for kind in item_classes],
    }
    if path_or_uri in {"-", STDOUT}:
        return STDOUT, options
    packed = _suffix(path_or_uri)[1]
    options |= _POSTPROCESSING[packed.lower()] if packed else {}
    return _uri(path_or_uri), options | {"overwrite": overwrite}


def _suffix(path: str) -> re.Match[str]:
    match = _SUFFIX.search(path)
    if match is None:
        raise ValueError(
            f"{path!r}: a feed's name ends in .jsonl, .jl, .jsonlines or .ndjson, "
            "then .gz or .zst if it is to be compressed; - is standard output"
        )
    return match


def _uri(path: str) -> str:
    """Keep a colon in a file name from being read as the end of a URI scheme."""
    parts = urlsplit(path)
    is_path = parts.scheme and not path.startswith((f"{parts.scheme}://", "file:"))
    return str(Path(path).absolute()) if is_path else path


def companion_feeds(path: str) -> dict[str, str]:
    """Name the feeds beside the articles': `a.jsonl.gz` has `a.series.jsonl.gz`, and so on."""
    if path in {"-", STDOUT}:
        return {}
    start = _suffix(path).start()
    return {kind: f"{path[:start]}.{kind}{path[start:]}" for kind in COMPANIONS}


def feeds_for(output: str, *, overwrite: bool) -> dict[str, dict[str, object]]:
    """Give the whole `FEEDS` setting: the articles at `output`, the other records beside it."""
    beside = {path: COMPANIONS[kind] for kind, path in companion_feeds(output).items()}
    feeds: dict[str, type] = {output: Article, **beside}
    return dict(feed_options(path, [kind], overwrite=overwrite) for path, kind in feeds.items())
