"""Fetches each page when it is its host's turn, and notes how the host fares."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from newscrawler.browser.handler import Browser, DownloadHandler
from newscrawler.politeness.hosts import BUSY, hosts_of
from newscrawler.politeness.retry_after import heed

FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500


class PoliteDownloadHandler(DownloadHandler):
    """Waits in the slot of the host, so that requests to other hosts pass.

    Every request comes by here: pages and their redirects and retries, robots.txt, listings
    for the browser. The wait is measured from the end of the answer before.
    """

    async def download_request(self, request: Request) -> Response:
        hosts = hosts_of(self.crawler)
        host = hosts.of(request.url)
        await hosts.wait(host)
        if request.meta.get("playwright") and (browser := self.crawler.get_extension(Browser)):
            browser.pace = hosts.slowest()
        try:
            response = await super().download_request(request)
        except FAILURES as error:
            hosts.failed(host, f"{type(error).__name__} at {request.url}")
            raise
        else:
            told = f"HTTP {response.status} at {request.url}"
            if response.status == TOO_MANY_REQUESTS:
                hosts.failed(host, told, BUSY)
            elif response.status >= SERVER_ERROR:
                hosts.failed(host, told)
            else:
                hosts.succeeded(host)
            heed(hosts, request, response)
            return response
        finally:
            hosts.answered(host)
