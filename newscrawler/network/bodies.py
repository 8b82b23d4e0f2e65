"""Takes only whole bodies for pages: unpacked within bounds, and to their end."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections import Counter
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from newscrawler.decoding import (
    GZIP,
    PIECE,
    UNPACKERS,
    CutShortError,
    DecodingError,
    TooLargeError,
    codings_of,
    decode,
)

# Elements whose end tag HTML does not allow to leave out, and that hold the text of a page.
_CONTAINER = re.compile(
    rb"<(/?)(main|article|section|div|table|aside|script|style|header|footer|nav|ul|ol|figure"
    rb"|form|a|span|svg|title|h1|h2|h3|template|noscript|button|picture|iframe|strong)\b"
)
_BEGINS_A_TAG = re.compile(rb"<(?:[a-z!/]|\Z)")
# Of these one that is not closed is enough: what follows would be inside it.
_SWALLOWING = (b"script", b"style", b"title", b"article", b"main")
# A page that leaves out its last tag may have lost one more; of 1,180 pages of news no one had
# two open and no `</html>`.
MOST_OPEN = 1


# Above DOWNLOAD_MAXSIZE. Sitemaps pack to a twentieth, tables of zeros to a thousandth.
MOST_PACKED = 100


class BadEncoding(Exception):
    """A body that is packed in a way that nothing unpacks."""


ERRORS: dict[type[DecodingError], type[Exception]] = {
    TooLargeError: DownloadCancelledError,
    CutShortError: ResponseDataLossError,
    DecodingError: BadEncoding,
}


# What a replay says of a saved page that was none when it was saved.
FAULTS: dict[str, type[DecodingError]] = {
    "too_large": TooLargeError,
    "cut_short": CutShortError,
    "bad_encoding": DecodingError,
}


class WholeBodies:
    """A downloader middleware in the place of Scrapy's HttpCompressionMiddleware.

    That one takes a packed body that breaks off for a whole page, and unpacks what may need
    128 MiB of memory. Here a body that breaks off is asked for again and, in the end, an error
    (`cut_short`), also where only its markup tells; what is larger than `download_maxsize` when
    it is unpacked is refused (`too_large`). An answer that is no page keeps its status. Requests
    whose callback unpacks gzip itself, piece by piece, say so: `meta["unpacks_gzip"]`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.maximum = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.tries_again = crawler.settings.getbool("RETRY_ENABLED")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ", ".join(UNPACKERS))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if request.method == "HEAD":
            return response
        for fault in FAULTS.keys() & set(response.flags):
            return self.again_or_not(request, FAULTS[fault], "so says the archive")
        is_page = 200 <= response.status < 300
        try:
            page = await self.unpacked(request, response)
            if not is_page or not isinstance(page, HtmlResponse) or not breaks_off(page.body):
                return page
            kind: type[DecodingError] = CutShortError
            why = "the page breaks off"
        except DecodingError as error:
            kind, why = type(error), str(error)
        # Outside of the block above: a failure keeps the frames of what led to it, and so bodies.
        return self.again_or_not(request, kind, why) if is_page else with_body(response, b"")

    async def unpacked(self, request: Request, response: Response) -> Response:
        codings = codings_of(response.headers.getlist("Content-Encoding"))
        if "Content-Encoding" not in response.headers:
            return response
        if codings == ["gzip"] and request.meta.get("unpacks_gzip") and is_packed_once(response):
            return with_body(response, response.body)
        steps = decode(response.body, codings, self.most(request, len(response.body)))
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return with_body(response, end.value)
            await asyncio.sleep(0)

    def most(self, request: Request, packed: int) -> int:
        """Return to how many bytes a body may unpack."""
        most: int = request.meta.get("download_maxsize", self.maximum)
        return min(most, max(self.maximum, MOST_PACKED * packed)) if most else 0

    def again_or_not(self, request: Request, kind: type[DecodingError], why: str) -> Request:
        """Return the request once more; raise what makes the reason in the drops feed."""
        spider = self.crawler.spider
        if self.tries_again and spider and kind is not TooLargeError:
            retry = get_retry_request(request, spider=spider, reason="cut_short")
            if retry:
                return retry
        raise ERRORS[kind](why)


def is_packed_once(response: Response) -> bool:
    """Tell a document whose reader unpacks it from one that is a packed file, packed again."""
    unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return not unpacked.decompress(response.body[:PIECE], len(GZIP)).startswith(GZIP)
    except zlib.error:
        return False


def with_body(response: Response, body: bytes) -> Response:
    """Return the response as its server would have sent it unpacked."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    # A fresh response: its encoding is found anew, in what is readable now.
    return kind(
        response.url,
        status=response.status,
        headers=headers,
        body=body,
        flags=response.flags,
        request=response.request,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )


def breaks_off(page: bytes) -> bool:
    """Tell whether a page of HTML ends before its end.

    A length that is too small, and a connection that is closed where none was stated, look
    like a whole answer. `</html>` may be left out, so it alone tells nothing.
    """
    folded = page.lower()
    if b"</html" in folded or b"<" not in folded:
        return False
    last = folded.rfind(b"<")
    if last > folded.rfind(b">") and _BEGINS_A_TAG.match(folded, last):
        return True
    opened = Counter[bytes]()
    for end, name in _CONTAINER.findall(folded):
        opened[name] += -1 if end else 1
    if any(opened[name] > 0 for name in _SWALLOWING):
        return True
    return sum(max(number, 0) for number in opened.values()) > MOST_OPEN
