"""Archives as storages of Scrapy's HTTP cache: one replays them, one records them."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urldefrag

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from newscrawler.archives.capture import ArchiveError, Capture, utc_now
from newscrawler.archives.formats import open_archive
from newscrawler.archives.http_headers import header_pairs, header_text, response_headers
from newscrawler.archives.recorder import FolderRecorder
from newscrawler.decoding import DecodingError, codings_of, decoded

logger = logging.getLogger(__name__)

_NOT_MODIFIED = 304
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


class RecordStorage:
    """Saves every `GET` response, redirects and errors too, at `NEWSCRAWLER_RECORD`.

    `request.meta["retrieved_at"]`, and so the response's, is the time that is recorded.
    The cache sees a body as it was sent; it is recorded decoded. Not recorded is a 304
    response, which has no page, and a body that cannot be decoded. Stats: `record/stored`.

    Raises `ArchiveError` when made, where the folder cannot be written.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.recorder = FolderRecorder(Path(settings["NEWSCRAWLER_RECORD"]))
        self.maximum = settings.getint("DOWNLOAD_MAXSIZE")

    def open_spider(self, spider: Spider) -> None:
        logger.info("Recording to %s", self.recorder.root, extra={"spider": spider})

    def close_spider(self, spider: Spider) -> None:
        """Do nothing: no file is kept open."""

    def retrieve_response(self, spider: Spider, request: Request) -> None:
        """Answer nothing: every page is asked for."""

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Write the response to the folder.

        Raises `ArchiveError` where it cannot be written.
        """
        request.meta["retrieved_at"] = retrieved_at = utc_now()
        if request.method != "GET" or response.status == _NOT_MODIFIED:
            return
        page = self._decoded(request, response)
        if page:
            self.recorder.store(_capture(request, page, retrieved_at))
            _count(spider, "record/stored")

    def _decoded(self, request: Request, response: Response) -> Response | None:
        packed = response.headers.getlist("Content-Encoding")
        if not packed:
            return response
        maximum = request.meta.get("download_maxsize", self.maximum)
        try:
            body = decoded(response.body, codings_of(packed), maximum)
        except DecodingError:
            return None
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        return response.replace(headers=headers, body=body)


def _count(spider: Spider, name: str) -> None:
    spider.crawler.stats.inc_value(name)


def _response(capture: Capture) -> Response:
    headers = response_headers(capture.headers)
    headers.pop(RENDERED, None)
    if capture.rendered is not None:
        headers[RENDERED] = capture.rendered
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=capture.body)
    return kind(capture.url, status=capture.status, headers=headers, body=capture.body)


def _capture(request: Request, response: Response, retrieved_at: str) -> Capture:
    is_rendered = bool(request.meta.get("playwright"))
    how = header_text(response.headers.get(RENDERED) or b"")
    return Capture(
        url=urldefrag(request.url).url,
        status=response.status,
        headers=header_pairs(response.headers),
        body=response.body,
        retrieved_at=retrieved_at,
        rendered=(how or None) if is_rendered else None,
    )
