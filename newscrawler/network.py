"""Which requests are the same page, and why a page could not be had."""

from __future__ import annotations

import re
from typing import Any, Self

from scrapy import Request, Spider
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
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawler.normalise.urls import url_key
from newscrawler.publishers import published_id

REASONS: dict[type[Exception], str] = {
    CannotResolveHostError: "no_such_host",
    DownloadConnectionRefusedError: "connection_refused",
    DownloadTimeoutError: "timeout",
    DownloadCancelledError: "too_large",
    ResponseDataLossError: "cut_short",
    DownloadFailedError: "connection_failed",
}
# What Scrapy says when it gives a request up itself.
IGNORED = {
    "robots.txt": "robots",
    "not in cache": "not_in_replay",
    "max redirections": "redirect_loop",
}


def page_key(url: str) -> str:
    """Return one key for all addresses under which an article is reached.

    It goes by its publisher's id where the address holds one, else by the
    normalised address.
    """
    return published_id(url) or url_key(url)


def asked_for(request: Request) -> str:
    """Return the address that was asked for first, before redirects and twins."""
    return reached_by(request)[0]


def reached_by(request: Request) -> list[str]:
    """Return every address that led to the page: redirects, its twin, its own."""
    redirected, twin = request.meta.get("redirect_urls", []), request.meta.get("twin")
    return [*redirected, *([twin] if twin else []), request.url]


class ArticleDupeFilter:
    """Lets a page pass once, under whichever of its addresses comes first.

    It has what the scheduler calls and not Scrapy's own class above it, whose `log`
    is deprecated and still called.
    """

    def __init__(self) -> None:
        self.asked_for: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Self:
        return cls()

    def open(self) -> None:
        """Nothing is kept from run to run."""

    def close(self, reason: str) -> None:
        """Nothing is kept from run to run."""

    def log(self, request: Request, spider: Spider) -> None:
        """Stay silent: the account of the series tells of pages reached twice."""

    def request_seen(self, request: Request) -> bool:
        """Tell whether the page was asked for, and remember that it is now.

        A redirect from `http://` to `https://` or to the same page with a slash
        has the key of the request it answers, and must pass. Of a request that is
        refused, `meta["same_page_as"]` keeps the address that was asked for before.
        """
        key = page_key(request.url)
        if key in map(page_key, request.meta.get("redirect_urls", [])):
            return False
        if key in self.asked_for:
            request.meta["same_page_as"] = self.asked_for[key]
            return True
        self.asked_for[key] = request.url
        return False


def failure_reason(failure: Failure) -> str:
    """Return why a page could not be had, as one word of the drops feed."""
    error: Any = failure.value
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, IgnoreRequest):
        return next((reason for words, reason in IGNORED.items() if words in str(error)), "ignored")
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
