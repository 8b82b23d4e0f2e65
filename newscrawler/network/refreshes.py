"""Follows `<meta http-equiv=refresh>` a few times in a row."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class Refreshes:
    """Scrapy's own, which counts redirects of both kinds together, with a limit of its own."""

    def __init__(self, crawler: Crawler) -> None:
        self.inner = MetaRefreshMiddleware.from_crawler(crawler)
        self.maximum = crawler.settings.getint("NEWSCRAWLER_MAX_REFRESHES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        result = self.inner.process_response(request, response)
        before = request.meta.get("redirect_reasons", []).count("meta refresh")
        if isinstance(result, Request) and before >= self.maximum:
            raise IgnoreRequest(f"max redirections reached: {before} refreshes in a row")
        return result
