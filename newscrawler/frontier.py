"""Which requests are made: each page once, a known one when it is due, a listing if it changed."""

from __future__ import annotations

from typing import Self
from urllib.parse import urldefrag

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newscrawler.archives.http_headers import response_headers
from newscrawler.identity import page_key
from newscrawler.memory import Memory, memory_of
from newscrawler.state.rows import KeptResponse

NOT_MODIFIED = 304
# Characters; what a server says of a page goes back to it with each request, and is to stay small.
LONGEST_VALIDATOR = 1024


class ArticleDupeFilter:
    """Lets a page pass once, under whichever of its addresses comes first, if it is due.

    It has what the scheduler calls and not Scrapy's own class above it, whose `log`
    is deprecated and still called.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory
        self.asked_for: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(memory_of(crawler))

    def open(self) -> None:
        """Do nothing: the memory is open."""

    def close(self, reason: str) -> None:
        """Do nothing: the memory is closed at the end of the run."""

    def log(self, request: Request, spider: Spider) -> None:
        """Stay silent: the account of the series tells of pages that are known."""

    def request_seen(self, request: Request) -> bool:
        """Tell whether the page need not be asked for, and remember that it is now.

        A redirect from `http://` to `https://` or to the same page with a slash
        has the key of the request it answers, and must pass. Of a request that is
        refused, `meta["same_page_as"]` keeps the address that was asked for before,
        or `meta["settled"]` the page as an earlier run left it. An address that cannot be
        read passes: a redirect may name it, and the guard says why it is not asked for.
        """
        try:
            key = page_key(request.url)
        except ValueError:
            return False
        if key in map(page_key, request.meta.get("redirect_urls", [])):
            return False
        if key in self.asked_for:
            request.meta["same_page_as"] = self.asked_for[key]
            return True
        self.asked_for[key] = request.url
        settled = self.memory.settled(request) if self.memory else None
        if settled:
            request.meta["settled"] = settled
        return settled is not None


class ConditionalRequests:
    """Asks whether a page has changed, where its server once said how to ask (RFC 9110, 13).

    A listing page that has not is answered as it was kept, and marked in
    `meta["not_modified"]`. One that the same round has read before it was stopped is not
    asked for at all: `meta["kept"]`. An article's `304` goes to the spider.
    """

    def __init__(self, memory: Memory, *, ask: bool) -> None:
        self.memory = memory
        self.ask = ask

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # A recording needs the pages themselves.
        return cls(memory_of(crawler), ask=not crawler.settings.get("NEWSCRAWLER_RECORD"))

    def process_request(self, request: Request) -> Response | None:
        if not self.ask or request.method != "GET" or self.memory.revisits.full:
            return None
        kept = self.memory.state.kept_response(listing_key(request))
        if kept and kept.round == self.memory.run.round:
            request.meta["kept"] = True
            return restored(kept)
        if request.meta.get("playwright"):  # its server sends a page that is no list yet
            return None
        if kept:
            headers = Headers(dict(kept.headers))
            self._condition(request, headers.get("ETag"), headers.get("Last-Modified"))
        elif "series" in request.meta:
            page = self.memory.state.page(page_key(request.url))
            if page and page.article:
                self._condition(request, page.etag.encode(), page.last_modified.encode())
        return None

    def _condition(self, request: Request, etag: bytes | None, modified: bytes | None) -> None:
        etag, modified = (
            one if len(one or b"") <= LONGEST_VALIDATOR else b"" for one in (etag, modified)
        )
        if etag:
            request.headers["If-None-Match"] = etag
        if modified:
            request.headers["If-Modified-Since"] = modified
        if etag or modified:
            request.meta["handle_httpstatus_list"] = [NOT_MODIFIED]

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status != NOT_MODIFIED:
            return response
        kept = self.memory.state.kept_response(listing_key(request))
        if kept is None:
            return response
        request.meta["not_modified"] = True
        return restored(kept)


def listing_key(request: Request) -> str:
    """Return the key of a listing page: exactly its address, as a query tells pages apart.

    What the browser made of a page is another page than the one that its server sends.
    """
    url = urldefrag(request.url).url
    return f"rendered {url}" if request.meta.get("playwright") else url


def restored(kept: KeptResponse) -> Response:
    headers = response_headers(kept.headers)
    kind = responsetypes.from_args(headers=headers, url=kept.url, body=kept.body)
    return kind(kept.url, headers=headers, body=kept.body)
