"""Asks a host once more as it likes: after its `Retry-After`, in a later run, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from newscrawler.network.answers import retry_after
from newscrawler.politeness.hosts import Hosts, hosts_of
from newscrawler.schedule import asked_wait

# RFC 9110, 10.2.3: "not now" for the same request, and "not at once" for the next one.
BUSY = (429, 503)
# Failures in a row, the tries of one page; then other pages tell whether it is the host that fails.
MOST_RETRIED = 3
REDIRECTS = (301, 302, 303, 307, 308)


# In `meta`, between the handler and the middleware: whether the run has the time that is asked for.
HEEDED = "retry_after_heeded"


def heed(hosts: Hosts, request: Request, response: Response) -> None:
    """Let the host be for as long as an answer says, before another request can have its turn.

    A host that asks for more time than is left of `NEWSCRAWLER_RETRY_AFTER` is put off.
    """
    request.meta.pop(HEEDED, None)
    if response.status not in (*BUSY, *REDIRECTS):
        return
    wait = asked_wait(datetime.now(UTC), retry_after(response))
    if wait is None:
        return
    host = hosts.of(request.url if response.status in BUSY else next_address(request, response))
    request.meta[HEEDED] = hosts.hold(host, wait.total_seconds())
    if not request.meta[HEEDED]:
        told = f"HTTP {response.status}, Retry-After at {request.url}"
        hosts.defer(host, wait.total_seconds(), told)


def next_address(request: Request, response: Response) -> str:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    try:
        return urlsplit(urljoin(request.url, location)).geturl()
    except ValueError:  # it leads nowhere
        return request.url


class RetryAfter:
    """A downloader middleware between the redirects and the network.

    A page that was put off fails with its own reason; what else there is of the host is put
    off without being asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.get("NEWSCRAWLER_REPLAY"):
            raise NotConfigured
        self.crawler = crawler
        self.retries = crawler.settings.getbool("RETRY_ENABLED")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        self.spare(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        self.spare(request)
        is_heeded = request.meta.pop(HEEDED, None)
        if is_heeded is None or response.status not in BUSY:
            return response
        if not is_heeded:
            request.meta["dont_retry"] = True
        if not self.retries or not self.crawler.spider or request.meta.get("dont_retry"):
            return response
        again = get_retry_request(request, spider=self.crawler.spider, reason="Retry-After")
        return again or response

    def spare(self, request: Request) -> None:
        """Let a page of a host that fails not be asked for once more in this run."""
        if hosts_of(self.crawler).of(request.url).failures > MOST_RETRIED:
            request.meta["dont_retry"] = True
