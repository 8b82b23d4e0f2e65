"""Gets what a page in the browser asks for as the crawl gets its own pages: checked and bounded."""

from __future__ import annotations

import asyncio
import logging
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from newscrawler.network.bodies import WholeBodies
from newscrawler.network.origins import origin_of

logger = logging.getLogger(__name__)

Download: TypeAlias = Callable[[Request], Awaitable[Response]]

# What Chromium itself opens to one host.
AT_ONCE = 6
# Chromium's words for what goes wrong, by Scrapy's.
ERRORS: dict[type[Exception], str] = {
    IgnoreRequest: "AccessDenied",
    CannotResolveHostError: "NameNotResolved",
    DownloadConnectionRefusedError: "ConnectionRefused",
    DownloadTimeoutError: "TimedOut",
    DownloadCancelledError: "Failed",
    DownloadFailedError: "ConnectionFailed",
    ResponseDataLossError: "ConnectionClosed",
    OSError: "Failed",
    ValueError: "Failed",  # an address that is none, a body that cannot be unpacked
}
# Fetch Metadata: what a browser asks for is told by it, not by how it is got.
DESTS = {"Document": "document", "Script": "script"}
# They say how the body was sent, which it is not again.
OF_TRANSFER = {"connection", "content-encoding", "content-length", "transfer-encoding"}
# Written anew for the crawl; credentials of a page are not the crawl's to send.
NOT_SENT = re.compile(r"accept-encoding|authorization|host|user-agent|sec-ch-.*", re.IGNORECASE)


class PageRequests:
    """Answers the requests of one page; cookies stay in the browser's context.

    `failure` is what went wrong with the page itself.
    """

    def __init__(self, crawler: Crawler, page: Request, download: Download) -> None:
        settings = crawler.settings
        self.page, self.download = page, download
        self.seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.stats = crawler.stats
        self.bodies = WholeBodies(crawler)
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.tasks: set[asyncio.Task[Response]] = set()
        self.failure: Exception | None = None
        self.main_frame = ""
        self.holds = False

    async def hold(self) -> None:
        """Let the page lead nowhere else from now on."""
        self.holds = True

    async def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return parameters of `Fetch.fulfillRequest`, or the `errorReason` of a failure."""
        is_main = event["resourceType"] == "Document" and self.is_main(event["frameId"])
        if is_main and self.holds:
            return {"errorReason": "Aborted"}  # another one would put its own page in its place
        try:
            response = await self.got(event["request"], event["resourceType"])
        except tuple(ERRORS) as error:
            logger.info("not had for the browser: %s: %s", event["request"]["url"], error)
            if is_main:
                self.failure = error
            return {"errorReason": reason_of(error)}
        except asyncio.CancelledError:
            return {"errorReason": "Aborted"}
        if is_main:
            self.failure = None
        return fulfilment(response)

    def is_main(self, frame: str) -> bool:
        """Tell the page from its frames: nothing is asked for before it."""
        self.main_frame = self.main_frame or frame
        return frame == self.main_frame

    async def got(self, asked: dict[str, Any], kind: str) -> Response:
        async with self.turns:
            task = asyncio.ensure_future(self.downloaded(self.request_for(asked, kind)))
            self.tasks.add(task)
            try:
                return await task
            finally:
                self.tasks.discard(task)

    async def downloaded(self, request: Request) -> Response:
        self.stats.inc_value("newscrawler/browser_requests")
        self.bodies.process_request(request)
        return await self.bodies.unpacked(request, await self.download(request))

    def request_for(self, asked: dict[str, Any], kind: str) -> Request:
        """Return a page's request under the crawl's name; only its own origin is told of it."""
        sent = {
            name: value
            for name, value in asked["headers"].items()
            if not NOT_SENT.fullmatch(name)
            and (name.lower() != "referer" or origin_of(value) == origin_of(asked["url"]))
        }
        own = dict(self.page.headers.to_unicode_dict())
        if kind != "Document":
            own = {"User-Agent": own["User-Agent"]}
        parts = [b64decode(one.get("bytes", "")) for one in asked.get("postDataEntries", [])]
        return Request(
            asked["url"],
            method=asked["method"],
            headers={**sent, **own, "Sec-Fetch-Dest": DESTS.get(kind, "empty")},
            body=b"".join(parts),
            meta={"download_timeout": self.seconds},
        )

    def cancel(self) -> None:
        """Give up what the page is still waiting for."""
        for task in self.tasks:
            task.cancel()


def reason_of(error: Exception) -> str:
    return next(reason for kind, reason in ERRORS.items() if isinstance(error, kind))


def fulfilment(response: Response) -> dict[str, Any]:
    """Return a response as the browser is to see it; of a redirect it asks for what is next."""
    headers = [
        {"name": name.decode("latin-1"), "value": value.decode("latin-1")}
        for name, values in response.headers.items()
        if name.decode("latin-1").lower() not in OF_TRANSFER
        for value in values
    ]
    return {
        "responseCode": response.status,
        "responseHeaders": headers,
        "body": b64encode(response.body).decode(),
    }
