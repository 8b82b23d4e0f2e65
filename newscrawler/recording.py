"""Keeps what a crawl fetches in the archive that `--record` names, before it is made use of."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawler import __version__
from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.exchange import exchange_of
from newscrawler.archives.failures import Failure
from newscrawler.archives.recording import KINDS, Recording, open_recording
from newscrawler.archives.storage import FAILED
from newscrawler.memory import Memory
from newscrawler.network.answers import PutOff, error_reason

logger = logging.getLogger(__name__)

# Bytes; packing more takes so long that others are to have their turn.
LARGE = 512 * 1024
# What the command has opened, so that it is read through once, and before the first request.
_under_way: dict[str, Recording] = {}


class RecordExchanges:
    """A downloader middleware, the nearest to the network, that records each answer to a `GET`.

    Redirects, errors and robots.txt are answers like any other; a page that the browser
    rendered is kept as it left it. `request.meta["retrieved_at"]`, and so the response's, is
    the time that is recorded. A page that could not be recorded fails (`not_recorded`) and
    ends the crawl: what the state knows is to be in the archive. Stats: `record/stored`, and
    `record/KIND` by what WARC calls it.
    """

    def __init__(self, crawler: Crawler) -> None:
        path = crawler.settings.get("NEWSCRAWLER_RECORD")
        if not path or crawler.settings.get("NEWSCRAWLER_REPLAY"):  # that is no network
            raise NotConfigured
        self.crawler, self.stats = crawler, crawler.stats
        self.largest_page = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.path = path
        self.is_ours = path not in _under_way
        self.recording = _under_way.get(path) or begin_recording(crawler.settings)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        logger.info("Recording to %s", path)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_closed(self) -> None:
        counts = [self.stats.get_value(f"record/{kind}", 0) for kind in KINDS]
        told = "Recorded %d answers, %d that repeat one, %d from the browser, %d failures: %s"
        logger.info(told, *counts, self.path)
        if self.is_ours:
            end_recording(self.crawler.settings)

    async def process_response(self, request: Request, response: Response) -> Response:
        if request.method != "GET":
            return response
        exchange = exchange_of(request, response, self.largest_page)
        request.meta["retrieved_at"] = exchange.retrieved_at
        try:
            if len(exchange.body) > LARGE:
                kind = await asyncio.to_thread(self.recording.store, exchange)
            else:
                kind = self.recording.store(exchange)
        except (ArchiveError, OSError) as error:
            self._give_up(error)
            raise PutOff("not_recorded", f"it could not be recorded: {error}", 1) from error
        if kind:
            self._count("stored")
            self._count(kind)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Record that there was no answer, whoever refused to ask."""
        if request.method != "GET" or urlsplit(request.url).scheme not in ("http", "https"):
            return
        failure = Failure(
            urldefrag(request.url).url,
            datetime.now(UTC),
            error_reason(exception),
            str(exception),
            is_rendered=bool(request.meta.get("playwright")),
        )
        try:
            self.recording.store_failure(failure)
        except (ArchiveError, OSError) as error:
            self._give_up(error)
        self._count("failure")

    def _give_up(self, error: Exception) -> None:
        memory = self.crawler.get_extension(Memory)
        if memory is None:
            raise error
        memory.give_up(error)

    def _count(self, what: str) -> None:
        self.stats.inc_value(f"record/{what}")


class ReplayedFailures:
    """A downloader middleware that lets fail what failed when it was recorded."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.get("NEWSCRAWLER_REPLAY"):
            raise NotConfigured
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        if FAILED in response.flags:
            reason, detail = response.flags[response.flags.index(FAILED) + 1 :][:2]
            raise PutOff(reason, detail)
        return response


def begin_recording(settings: BaseSettings) -> Recording:
    """Open what `--record` names, which is read through where it is there already.

    Raises `BusyError`, `ArchiveError`, `OSError`.
    """
    path = settings["NEWSCRAWLER_RECORD"]
    _under_way[path] = recording = open_recording(Path(path), about(settings))
    return recording


def end_recording(settings: BaseSettings) -> None:
    """Complete what was recorded, if anything was. Raises `ArchiveError`, `OSError`."""
    recording = _under_way.pop(settings.get("NEWSCRAWLER_RECORD") or "", None)
    if recording:
        recording.close()


def about(settings: BaseSettings) -> list[tuple[str, str]]:
    """Return who records, and how, in the words of ISO 28500 (6.2)."""
    obeys = settings.getbool("ROBOTSTXT_OBEY")
    return [
        ("software", f"newscrawler/{__version__}"),
        ("format", "WARC File Format 1.1"),
        (
            "conformsTo",
            "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        ),
        ("robots", "obey (RFC 9309)" if obeys else "ignore"),
        ("http-header-user-agent", str(settings["USER_AGENT"])),
    ]
