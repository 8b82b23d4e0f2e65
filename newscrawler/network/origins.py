"""What an address may be told: no secret of another one, and nobody's name and password."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from newscrawler.archives.addresses import host_and_port

# What every server may know: what the fetch standard lets any page send, and who asks. All
# others go to the origins alone that a crawl starts from: a key is given for one of them.
ORDINARY = frozenset({
    b"Accept", b"Accept-Language", b"Accept-Encoding", b"Content-Type", b"User-Agent", b"Referer",
})  # fmt: skip
# By these the crawl asks the very server that gave them whether a page has changed.
CONDITIONS = frozenset({b"If-None-Match", b"If-Modified-Since"})
# For the proxy alone; Scrapy takes it off where there is none.
PROXY = frozenset({b"Proxy-Authorization"})


class OwnHeaders:
    """A downloader middleware that keeps headers at their origin (RFC 6454, 4).

    Scrapy takes `Authorization` and `Cookie` off a redirect, and no other header; those of
    `DEFAULT_REQUEST_HEADERS` it sends to every host. Behind the middlewares that set headers,
    and before the one that names a proxy: the proxy's password is the proxy's.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.starts = set(map(origin_of, getattr(crawler.spider, "typed_urls", ())))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OwnHeaders:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        came_from = request.meta.get("redirect_urls", [request.url])[-1]
        if origin_of(came_from) != origin_of(request.url):
            for name in CONDITIONS:
                request.headers.pop(name, None)
        if origin_of(request.url) in self.starts and not request.meta.get("playwright"):
            return  # a browser sends them on to where it is led
        for name in set(request.headers) - ORDINARY - CONDITIONS - PROXY:
            del request.headers[name]


def origin_of(url: str) -> str:
    """Return scheme, host and port, the port only where it is another than the scheme's."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{host_and_port(parts)}"
