"""Spiders that a crawl of ours is measured beside, and the settings they run with: Scrapy's own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from scrapy import Request, Spider
from scrapy.http import TextResponse
from scrapy.linkextractors import LinkExtractor

BOT_NAME = "peers"
SPIDER_MODULES = ["benchmarks.crawl_peers"]


class Bare(Spider):
    """Reads a listing to its end, and of each article what costs next to nothing."""

    name = "bare"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.start_urls = [url]

    def parse(self, response: TextResponse) -> Iterator[Request]:
        yield from response.follow_all(css=".teaser a", callback=self.read)
        yield from response.follow_all(css="link[rel=next]", callback=self.parse)

    def read(self, response: TextResponse) -> Iterator[dict[str, Any]]:
        yield {"url": response.url, "title": response.css("title::text").get()}


class Links(Bare):
    """Collects the links of each article."""

    name = "links"

    @cached_property
    def extractor(self) -> LinkExtractor:
        return LinkExtractor()

    def read(self, response: TextResponse) -> Iterator[dict[str, Any]]:
        links = [one.url for one in self.extractor.extract_links(response)]
        yield {"url": response.url, "links": links}


class Trafilatura(Bare):
    """Has trafilatura read each article, with what it knows of the head of a page."""

    name = "trafilatura"

    def read(self, response: TextResponse) -> Iterator[dict[str, Any]]:
        from trafilatura import bare_extraction

        found: Any = bare_extraction(
            response.text, url=response.url, with_metadata=True, include_comments=False
        )
        yield {"url": response.url, **(found.as_dict() if found else {})}
