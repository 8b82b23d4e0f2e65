"""Reads a page with very many links beside the event loop, which goes on meanwhile."""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from newscrawler.publishers import listing_page

# The median of 1,180 pages of news has 140; a list of so many articles takes a fifth of a second.
MANY = 400


class ManyLinks:
    """A downloader middleware behind all others: what it has read, the spider need not."""

    async def process_response(self, request: Request, response: Response) -> Response:
        if "series" in request.meta and "hops" in request.meta:  # an article's links are few
            return response
        if isinstance(response, HtmlResponse) and response.body.count(b"<a") > MANY:
            # What it raises, the spider's own reading raises again, where it is told as a bug.
            await asyncio.gather(asyncio.to_thread(read_whole, response), return_exceptions=True)
        return response


def read_whole(response: HtmlResponse) -> None:
    listing = listing_page(response)
    if listing.is_listing():
        listing.entries()
        listing.next_page()
        listing.needs_script()
