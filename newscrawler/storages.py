"""Scrapy's plug for feeds that appear whole under their name, or not at all."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newscrawler.feed_files import (
    FeedFile,
    check_writable,
    has_content,
    is_special,
    local_path,
    naming,
    opened_part,
    opened_special,
    part_of,
    put_in_place,
    target_of,
)

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)


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
        self.path = local_path(uri)
        self.overwrite = bool((feed_options or {}).get("overwrite", False))
        self.stats = stats
        self._raw: FeedFile | None = None
        self._start = 0
        check_writable(self.path, append=not self.overwrite)

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        return cls(uri, feed_options=feed_options, stats=crawler.stats)

    def open(self, spider: Spider) -> IO[bytes]:  # noqa: ARG002
        try:
            with naming(self.path):
                return self._opened()
        except OSError:
            if self.stats:
                self.stats.inc_value("feed/failed_writes")
            raise

    def store(self, file: IO[bytes]) -> None:
        try:
            with naming(self.path):
                self._publish(file)
        finally:
            with suppress(OSError):
                file.close()

    def _opened(self) -> IO[bytes]:
        if is_special(self.path):
            file = opened_special(self.path)
        else:
            file = opened_part(target_of(self.path), append=not self.overwrite)
            self._start = file.tell()
        self._raw = file.raw
        return file

    def _publish(self, file: IO[bytes]) -> None:
        file.flush()
        if self._raw and self._raw.error:
            raise self._raw.error
        if is_special(self.path):
            return
        target = target_of(self.path)
        if self._is_worth_it(target):
            os.fsync(file.fileno())
            put_in_place(target)
        else:
            part_of(target).unlink()
            logger.info("Nothing new for the feed %r: left as it is", str(self.path))

    def _is_worth_it(self, target: Path) -> bool:
        if not target.exists() or has_content(part_of(target), self._start):
            return True
        articles = self.stats.get_value("feed/records/Article", 0) if self.stats else 0
        return self.overwrite and bool(articles)
