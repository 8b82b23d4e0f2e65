"""What a page in the browser may ask the network for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from newscrawler.normalise.urls import same_site

if TYPE_CHECKING:
    from playwright.async_api import Page

Answering: TypeAlias = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

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

    async def watch(self, page: Page, answer: Answering) -> None:
        """Ask about each address of a page, those that it is redirected to among them.

        What may be asked for is answered by `answer`, with parameters of `Fetch.fulfillRequest`
        or, of `Fetch.failRequest`, an `errorReason`. Playwright's own routes see a request before
        its redirects, and no more of it; the page must have none, as they would come too late.
        """
        from playwright.async_api import Error

        session = await page.context.new_cdp_session(page)

        async def decide(event: dict[str, Any]) -> None:
            told = {"errorReason": "BlockedByClient"}
            if not self.refuses(event["request"]["url"], kind_of(event)):
                told = await answer(event)
            method = "Fetch.failRequest" if "errorReason" in told else "Fetch.fulfillRequest"
            with suppress(Error):  # the page is closed already
                await session.send(method, {"requestId": event["requestId"], **told})

        session.on("Fetch.requestPaused", decide)
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def is_own(self, url: str) -> bool:
        return is_web_address(url) and any(same_site(url, site) for site in self.sites)

    def obeys(self, parser: Any, url: str) -> bool:
        return bool(parser.allowed(url, self.user_agent))


def kind_of(event: dict[str, Any]) -> str:
    """Return Playwright's resource type of a paused request, for which Chromium has fewer words."""
    sent = {name.lower(): value for name, value in event["request"]["headers"].items()}
    if "prefetch" in sent.get("sec-purpose", ""):
        return "prefetch"
    if sent.get("accept") == "text/event-stream":
        return "eventsource"
    return str(event["resourceType"]).lower()
