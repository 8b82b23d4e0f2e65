"""What a page in the browser may ask the network for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawler.normalise.urls import same_site

if TYPE_CHECKING:
    from playwright.async_api import Page, Request

# Without the rest (images, fonts, films, styles, beacons, streams of events) a list is complete.
LOADED = ("document", "script", "xhr", "fetch")
# Scripts that count, advertise and watch; none of them brings an article.
TRACKER = re.compile(
    r"(?:^|[./_-])(?:ads?|adservice|adserver|adsystem|advert\w*|analytics?|beacon|chartbeat|comscore"
    r"|consensu|criteo|doubleclick|facebook|googlesyndication|googletagmanager|googletagservices"
    r"|gtag|gtm|hotjar|matomo|metrics?|mouseflow|newrelic|nr-data|onesignal|optimizely|outbrain|parsely"
    r"|permutive|piano|piwik|pixel|plista|prebid|quantserve|scorecardresearch|segment|sentry"
    r"|taboola|telemetry|track(?:er|ing)?|twitter|xiti|yieldlove|zedo)(?=[./_-]|$)",
    re.IGNORECASE,
)


def is_web_address(url: str) -> bool:
    """Tell whether an address is one that the crawl may ask for at all."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


class Guard:
    """Says no to what a listing does not need, to other sites, and to what robots.txt forbids.

    Documents (the page, its frames) and data come from the site of the listing alone. Scripts
    may come from other sites too, as many publishers keep theirs on a domain of its own, except
    from those that are known for counting visitors. `is_allowed` is asked about each address first.
    """

    def __init__(self, user_agent: str, is_allowed: Callable[[str], bool] = is_web_address) -> None:
        self.user_agent, self.is_allowed = user_agent, is_allowed
        self.sites: set[str] = set()
        """An address of each site that a listing was asked of."""
        self.robots: dict[str, Any] = {}
        """By host and port: what Scrapy has read of its robots.txt."""

    def refuses(self, url: str, kind: str) -> bool:
        """Tell whether an address is not to be asked for; `kind` is Playwright's resource type."""
        if kind not in LOADED or not self.is_allowed(url):
            return True
        if not self.is_own(url):
            return kind != "script" or bool(TRACKER.search(urlsplit(url).netloc))
        parser = self.robots.get(urlsplit(url).netloc)
        return kind != "document" and parser is not None and not self.obeys(parser, url)

    def aborts(self, request: Request) -> bool:
        """Answer `PLAYWRIGHT_ABORT_REQUEST`."""
        return self.refuses(request.url, request.resource_type)

    async def watch(self, page: Page) -> None:
        """Ask about each address of a page, those that it is redirected to among them.

        Playwright's own routes see a request before its redirects, and no more of it.
        """
        from playwright.async_api import Error

        session = await page.context.new_cdp_session(page)

        async def decide(event: dict[str, Any]) -> None:
            answer: dict[str, Any] = {"requestId": event["requestId"]}
            method = "Fetch.continueRequest"
            if self.refuses(event["request"]["url"], event["resourceType"].lower()):
                method, answer["errorReason"] = "Fetch.failRequest", "BlockedByClient"
            with suppress(Error):  # the page is closed already
                await session.send(method, answer)

        session.on("Fetch.requestPaused", decide)
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def is_own(self, url: str) -> bool:
        return is_web_address(url) and any(same_site(url, site) for site in self.sites)

    def obeys(self, parser: Any, url: str) -> bool:
        return bool(parser.allowed(url, self.user_agent))


def own_headers(sent: Mapping[str, str], user_agent: str) -> dict[str, str]:
    """Return the headers of a script's request, under the crawl's name and no other."""
    kept = {name: value for name, value in sent.items() if not name.startswith("sec-ch-")}
    return {**kept, "user-agent": user_agent}
