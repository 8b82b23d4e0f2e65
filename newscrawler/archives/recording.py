"""Recording as a storage of Scrapy's HTTP cache, which keeps each response in an archive."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urldefrag

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawler.archives.capture import Capture, utc_now
from newscrawler.archives.http_headers import header_pairs, header_text
from newscrawler.archives.recorder import FolderRecorder
from newscrawler.archives.storage import RENDERED
from newscrawler.decoding import DecodingError, codings_of, decoded

logger = logging.getLogger(__name__)

_NOT_MODIFIED = 304


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
            spider.crawler.stats.inc_value("record/stored")

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
