"""An archive as a storage of Scrapy's HTTP cache, which answers from it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from newscrawler.archives.capture import RENDERED, SUCCESS, ArchiveError, Capture
from newscrawler.archives.formats import damage_in, open_archive
from newscrawler.archives.http_headers import response_headers

# `found` and `missing` are requests; `broken` records and `damaged` stretches of the archives.
STATS = ("found", "missing", "broken", "damaged")
logger = logging.getLogger(__name__)


# Before the reason and the detail among the flags of what was not had when it was recorded.
FAILED = "failed when it was recorded"


class ReplayStorage:
    """Answers from the archives at the setting `NEWSCRAWLER_REPLAY`, a list of paths.

    `NEWSCRAWLER_REPLAY_AT`, in seconds since 1970, asks for the captures nearest to it.
    `request.meta["retrieved_at"]`, and so the response's, is the time of the capture
    where it is known. A page that a live crawl would refuse has the reason among its flags.
    Stats: `replay/found`, `replay/missing`, and what the archives have beside whole pages:
    `replay/broken`, `replay/damaged`.

    Raises `ArchiveError` when made: an error in `open_spider` would only be logged,
    and the crawl would go on without its pages.
    """

    def __init__(self, settings: BaseSettings) -> None:
        paths = [Path(path) for path in settings["NEWSCRAWLER_REPLAY"]]
        self.archive = open_archive(paths, settings["NEWSCRAWLER_REPLAY_AT"])
        self.largest_page = settings.getint("DOWNLOAD_MAXSIZE")
        self.missing: set[str] = set()

    def open_spider(self, spider: Spider) -> None:
        logger.info(
            "Replaying the %d pages of %s",
            len(self.archive),
            ", ".join(spider.settings["NEWSCRAWLER_REPLAY"]),
            extra={"spider": spider},
        )
        for found in damage_in(self.archive):
            logger.warning("%s", found.told, extra={"spider": spider})
            _count(spider, "replay/broken", found.broken)
            _count(spider, "replay/damaged", found.damaged)

    def close_spider(self, spider: Spider) -> None:  # noqa: ARG002, as Scrapy calls it
        self.archive.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """Return what was saved for the request's address; only `GET` is answered.

        A request for the browser gets the page as it was rendered or, where that was not
        saved, as its server sent it, which bears no `RENDERED`.
        """
        # A redirect's request inherits the meta of the one it answers.
        request.meta.pop("retrieved_at", None)
        capture = self._find(request) if request.method == "GET" else None
        _count(spider, "replay/found" if capture else "replay/missing")
        if capture is None:
            self._tell_missing(spider, request)
            return None
        if capture.retrieved_at:
            request.meta["retrieved_at"] = capture.retrieved_at
        most = request.meta.get("download_maxsize", self.largest_page)
        return _response(within(capture, most))

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Do nothing: an archive that is replayed stays as it is."""

    def _find(self, request: Request) -> Capture | None:
        is_rendered = bool(request.meta.get("playwright"))
        try:
            found = self.archive.find(request.url, rendered=is_rendered)
            return self.archive.find(request.url) if is_rendered and not found else found
        except ArchiveError as error:  # one page that cannot be read is one page missing
            logger.error("%s", error)  # noqa: TRY400, the message says it all
            return None

    def _tell_missing(self, spider: Spider, request: Request) -> None:
        if request.url not in self.missing:
            self.missing.add(request.url)
            logger.info("Not in the archive: %s", request, extra={"spider": spider})


def replay_report(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return what the report of a replay says of its archives, nothing for a live crawl."""
    found = {name: stats.get(f"replay/{name}", 0) for name in STATS}
    return {"replay": found} if any(found.values()) else {}


def replay_lines(stats: Mapping[str, Any]) -> list[str]:
    """Say what of the archives cannot be read."""
    damaged, broken = stats.get("replay/damaged", 0), stats.get("replay/broken", 0)
    if not damaged and not broken:
        return []
    return [f"saved pages: damaged stretches {damaged}, records that cannot be read {broken}"]


def _count(spider: Spider, name: str, number: int = 1) -> None:
    if number:
        spider.crawler.stats.inc_value(name, number)


def within(capture: Capture, most: int) -> Capture:
    """Return the capture as a live crawl with this limit in bytes (0: none) would see it."""
    if not 0 < most < len(capture.body):
        return capture
    fault = "too_large" if capture.status in SUCCESS else None
    return replace(capture, body=b"", fault=fault)


def _response(capture: Capture) -> Response:
    flags = [one for one in (capture.fault, capture.detail) if one is not None]
    flags = flags if capture.status else [FAILED, *flags]
    headers = response_headers(capture.headers)
    headers.pop(RENDERED, None)
    if capture.rendered is not None:
        headers[RENDERED] = capture.rendered
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=capture.body)
    return kind(capture.url, status=capture.status, headers=headers, body=capture.body, flags=flags)
