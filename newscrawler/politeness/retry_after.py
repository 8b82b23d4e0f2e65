"""Waits as long as a host asks in `Retry-After`, or leaves the host to a later run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from newscrawler.network.answers import retry_after
from newscrawler.politeness.hosts import hosts_of
from newscrawler.schedule import asked_wait

# RFC 9110, 10.2.3: "not now" for the same request, and "not at once" for the next one.
BUSY = (429, 503)
REDIRECTS = (301, 302, 303, 307, 308)


class RetryAfter:
    """A downloader middleware between the redirects and the network.

    A page whose host asks for more time than is left of `NEWSCRAWLER_RETRY_AFTER` fails with
    its own reason; what else there is of the host is put off without being asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.get("NEWSCRAWLER_REPLAY"):
            raise NotConfigured
        self.crawler = crawler
        self.retries = crawler.settings.getbool("RETRY_ENABLED")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in (*BUSY, *REDIRECTS) or "cached" in response.flags:
            return response
        wait = asked_wait(datetime.now(UTC), retry_after(response))
        if wait is None:
            return response
        return self.wait(request, response, wait.total_seconds())

    def wait(self, request: Request, response: Response, seconds: float) -> Request | Response:
        hosts, is_busy = hosts_of(self.crawler), response.status in BUSY
        host = hosts.of(request.url if is_busy else next_address(response))
        if not hosts.hold(host, seconds):
            hosts.defer(host, seconds, f"HTTP {response.status}, Retry-After at {request.url}")
            if is_busy:
                request.meta["dont_retry"] = True
            return response
        if not is_busy or not self.retries or not self.crawler.spider:
            return response
        # Before the other pages of its listing, as it would have come.
        again = get_retry_request(
            request, spider=self.crawler.spider, reason="Retry-After", priority_adjust=1
        )
        return again or response


def next_address(response: Response) -> str:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return urljoin(response.url, location)
