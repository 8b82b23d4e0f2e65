"""Refuses what a crawl must not ask for, before robots.txt is asked and where a connection is made.

Every request passes it: links, redirects, robots.txt, sitemaps, what a page in the browser wants.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.http import Response

from newscrawler.network.permissions import PROXY, Permissions, RefusedRequest, Target, target_of
from newscrawler.network.resolver import PublicResolver
from newscrawler.normalise.urls import clean_url, same_site

logger = logging.getLogger(__name__)

REFUSED = "newscrawler/guard/"
OFF_SITE = "off_site"


class RequestGuard:
    """A downloader middleware, the first of all; a replay has none, as it connects to nothing.

    Ports of the addresses in the spider's `typed_urls` are allowed on their hosts. An article
    (`hops` in its meta) is not followed by a redirect to another site: `off_site`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler, self.stats = crawler, crawler.stats
        self.permissions = Permissions.from_settings(crawler.settings)
        self.typed: set[tuple[str, int]] = set()
        crawler.signals.connect(self.spider_opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.get("NEWSCRAWLER_REPLAY"):
            raise NotConfigured
        return cls(crawler)

    def spider_opened(self, spider: Any) -> None:
        typed: Iterable[str] = getattr(spider, "typed_urls", ())
        targets = [target_of(clean_url(url)) for url in typed]
        self.typed = {(target.host, target.port) for target in targets}
        opened = ", ".join(map(str, self.permissions.networks))
        if opened:
            logger.warning("open beside the public internet: %s", opened)

    async def process_request(self, request: Request) -> None:
        try:
            target = self.checked(request.url)
            check_scope(request)
            if target.address is None and not self.permissions.trusts_proxy:
                await self.check_name(target)
        except RefusedRequest as error:
            self.count(error)
            raise

    def checked(self, url: str) -> Target:
        """Return where a request goes; raise `RefusedRequest` where it must not."""
        target = target_of(url)
        self.permissions.check_target(target, self.typed)
        return target

    async def check_name(self, target: Target) -> None:
        """Say early what the connection would find, so that robots.txt does not take the blame."""
        answer = await resolver().lookup(target.host)
        if answer.refused:
            raise RefusedRequest("private_address", answer.refused)

    def count(self, error: RefusedRequest) -> None:
        self.stats.inc_value(f"{REFUSED}{error.reason}")


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own for http and https, which makes no request that is not guarded."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler

    async def download_request(self, request: Request) -> Response:
        guard = self.crawler.get_downloader_middleware(RequestGuard)
        if guard is None:
            name = f"{RequestGuard.__module__}.{RequestGuard.__qualname__}"
            raise RefusedRequest("unguarded", f"{name} is switched off")
        try:
            return await self.guarded(request, guard)
        except RefusedRequest as error:
            guard.count(error)
            raise

    async def guarded(self, request: Request, guard: RequestGuard) -> Response:
        target, names = guard.checked(request.url), resolver()
        if request.meta.get("proxy") and not guard.permissions.trusts_proxy:
            raise RefusedRequest("untrusted_proxy", f"{PROXY} does not say that it is trusted")
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            why = names.refused.get(target.host.strip("[]"))
            if why is None:
                raise
            raise RefusedRequest("private_address", why) from error


def check_scope(request: Request) -> None:
    """Raise `RefusedRequest` for an article that redirects lead to another site."""
    led = request.meta.get("redirect_urls", [])
    if not led or not {"series", "hops"} <= request.meta.keys():
        return
    try:
        is_inside = same_site(led[0], request.url)
    except ValueError as error:
        raise RefusedRequest("invalid_address", str(error)) from error
    if not is_inside:
        raise RefusedRequest(OFF_SITE, f"it leads to {request.url}")


def network_report(crawler: Crawler) -> dict[str, Any]:
    """Return what was opened beside the public internet, and how often requests were refused."""
    permissions, stats = Permissions.from_settings(crawler.settings), crawler.stats.get_stats()
    refused = {name: n for name, n in sorted(stats.items()) if name.startswith(REFUSED)}
    return {
        "opened": [str(network) for network in permissions.networks],
        "ports": [
            str(one[0]) if len(one) == 1 else f"{one[0]}-{one[-1]}" for one in permissions.ports
        ],
        "proxy_trusted": permissions.trusts_proxy,
        "refused": {name.removeprefix(REFUSED): number for name, number in refused.items()},
    }


def resolver() -> PublicResolver:
    """Return what resolves names for this process; raise `RefusedRequest` for another one."""
    from twisted.internet import reactor

    found = getattr(reactor, "nameResolver", None)
    if not isinstance(found, PublicResolver):
        raise RefusedRequest("unguarded", "TWISTED_DNS_RESOLVER is not the project's")
    return found
