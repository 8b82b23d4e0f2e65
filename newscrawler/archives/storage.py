"""An archive as a storage of Scrapy's HTTP cache, which answers from it."""

from __future__ import annotations

import logging
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.formats import open_archive
from newscrawler.archives.http_headers import response_headers

logger = logging.getLogger(__name__)

# On a response that a browser made: how it ended (`Capture.rendered`).
RENDERED = "X-Newscrawler-Rendered"


class ReplayStorage:
    """Answers from the archive at the setting `NEWSCRAWLER_REPLAY`.

    `request.meta["retrieved_at"]`, and so the response's, is the time of the capture
    where it is known. Stats: `replay/found`, `replay/missing`.

    Raises `ArchiveError` when made: an error in `open_spider` would only be logged,
    and the crawl would go on without its pages.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.archive = open_archive(Path(settings["NEWSCRAWLER_REPLAY"]))
        self.missing: set[str] = set()

    def open_spider(self, spider: Spider) -> None:
        logger.info(
            "Replaying the %d pages of %s",
            len(self.archive),
            spider.settings["NEWSCRAWLER_REPLAY"],
            extra={"spider": spider},
        )

    def close_spider(self, spider: Spider) -> None:
        """Do nothing: no file is kept open."""

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
        return _response(capture)

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


def _count(spider: Spider, name: str) -> None:
    spider.crawler.stats.inc_value(name)


def _response(capture: Capture) -> Response:
    headers = response_headers(capture.headers)
    headers.pop(RENDERED, None)
    if capture.rendered is not None:
        headers[RENDERED] = capture.rendered
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=capture.body)
    return kind(capture.url, status=capture.status, headers=headers, body=capture.body)
