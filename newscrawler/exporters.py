"""Feeds out: records as JSON Lines, compressed by file name."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from scrapy.exporters import BaseItemExporter

from newscrawler.items import Article, Drop, Link, SeriesAccount
from newscrawler.lines import UnwritableRecordError, line_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)

STDOUT = "stdout:"
COMPANIONS: dict[str, type] = {"series": SeriesAccount, "links": Link, "drops": Drop}

_SUFFIX = re.compile(r"(?<=[^/])\.(?:jsonl|jl|jsonlines|ndjson)(\.gz|\.zst)?$", re.IGNORECASE)
PACKING: dict[str, dict[str, Any]] = {
    # No time and no name in the header: the same records give the same bytes.
    ".gz": {
        "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"],
        "gzip_mtime": 0,
        "gzip_filename": "",
    },
    ".zst": {"postprocessing": ["newscrawler.exporters.ZstdPlugin"]},
}


class JsonLinesRecordExporter(BaseItemExporter):
    """One record a line, always in UTF-8, since RFC 8259 allows no other encoding."""

    def __init__(
        self, file: IO[bytes], *, stats: StatsCollector | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.file = file
        self.stats = stats
        self._failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **options: Any) -> Self:
        return cls(file, stats=crawler.stats, **options)

    def export_item(self, item: Any) -> None:
        try:
            line = line_of(item, dict(self.get_serialized_fields(item)))
        except UnwritableRecordError as error:
            logger.error("Record left out of the feed: %s", error)  # noqa: TRY400
            self._count("feed/unwritable_records")
            return
        self._write(line.encode() + b"\n", f"feed/records/{type(item).__name__}")

    def _write(self, line: bytes, written: str) -> None:
        if not self._failed:
            try:
                self.file.write(line)
            except OSError:
                self._failed = True
                self._count("feed/failed_writes")
                raise
        # After a torn line nothing can follow; the first failure is logged, all are counted.
        self._count("feed/failed_writes" if self._failed else written)

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
    packing = packing_of(path_or_uri)
    options |= PACKING[packing] if packing else {}
    return _uri(path_or_uri), options | {"overwrite": overwrite}


def packing_of(path: str) -> str:
    """Return how a feed's name says that it is packed: `.gz`, `.zst` or nothing."""
    return "" if path in {"-", STDOUT} else (_suffix(path)[1] or "").lower()


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
    if parts.scheme and not is_path and parts.scheme != "file":
        raise ValueError(f"{path!r}: a feed is written to a local file, not to {parts.scheme}:")
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
