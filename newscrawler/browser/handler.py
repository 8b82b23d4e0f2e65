"""Fetches what needs a browser with scrapy-playwright, and starts it for the first such request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from newscrawler.archives.capture import RENDERED
from newscrawler.browser.chromium import find_chromium, isolated_options
from newscrawler.browser.guard import Guard
from newscrawler.browser.page_requests import Download, PageRequests
from newscrawler.browser.reading import MOVED, read_to_end
from newscrawler.memory import memory_of
from newscrawler.network.request_guard import GuardedDownloadHandler

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Page, WebSocketRoute

logger = logging.getLogger(__name__)

# Seconds beyond navigation and reading after which a page is given up, whatever it does.
SPARE_TIME = 15.0
CLOSING_TIME = 5.0
LOOK_EACH = 0.5
# By these a script would ask the network where nobody looks.
NO_WAY_OUT = """for (const name of ["Worker", "SharedWorker", "WebTransport", "RTCPeerConnection"])
  delete globalThis[name];"""


class BrowserFailed(Exception):
    """A page that could not be rendered."""


class BrowserTimeout(BrowserFailed):
    """A page that did not come, or did not come to an end, in time."""


class DownloadHandler(GuardedDownloadHandler):
    """Scrapy's own for plain requests; those with `meta["playwright"]` go to the browser.

    scrapy-playwright's handler in its place would start a driver for each scheme with each crawl.
    """

    async def download_request(self, request: Request) -> Response:
        if not request.meta.get("playwright"):
            return await self.plain(request)
        browser = self.crawler.get_extension(Browser)
        if browser is None:
            raise BrowserFailed("the extension newscrawler.browser.handler.Browser is switched off")
        return await browser.fetch(request, self.plain)

    async def plain(self, request: Request) -> Response:
        response = await super().download_request(request)
        response.headers.pop(RENDERED, None)  # no server says so
        return response


class Browser:
    """The one browser of a crawl; nothing of it runs before a request needs it.

    Each page has a context of its own, so that no cookie outlives it, which is closed
    whatever happens. A page that fails is asked for once more.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler, settings = crawler, crawler.settings
        self.user_agent = settings["USER_AGENT"]
        self.guard = Guard(settings["ROBOTSTXT_USER_AGENT"] or self.user_agent)
        self.pace = settings.getfloat("DOWNLOAD_DELAY")
        self.seconds = settings.getfloat("NEWSCRAWLER_BROWSER_TIME")
        navigation = settings.getfloat("PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT") / 1000
        self.limit = self.seconds + navigation + SPARE_TIME
        self.handler: Any = None  # scrapy-playwright has no types
        self.starting = asyncio.Lock()
        self.numbers = count(1)
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self.close, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        self.guard.robots[urlsplit(request.url).netloc] = robotparser

    async def fetch(self, request: Request, download: Download) -> Response:
        """Return the page as it is once its list has been read to the end.

        Whatever the page asks for is got by `download`: the browser itself connects to nothing.

        Raises `BrowserFailed`, `BrowserTimeout`, and `DownloadCancelledError` for a page that
        is larger than `DOWNLOAD_MAXSIZE`.
        """
        request.meta.setdefault("max_retry_times", 1)
        self.guard.sites.add(request.url)
        with readable_errors():
            handler = await self.started()
            return await self.rendered(
                handler, request, PageRequests(self.crawler, request, download)
            )

    async def rendered(self, handler: Any, request: Request, requests: PageRequests) -> Response:
        from scrapy_playwright.page import PageMethod

        name = f"page {next(self.numbers)}"
        reading = PageMethod(read_to_end, request.url, self.pace, self.seconds, requests.hold)
        # A copy, so that nothing of this stays with the request and what follows from it.
        meta = {**request.meta, **self.page_meta(name, reading, requests)}
        try:
            response = await self.in_time(handler.download_request(request.replace(meta=meta)))
        except Exception as error:
            raise requests.failure or error from error
        finally:
            requests.cancel()
            await self.close_context(name)
        return self.checked(request, response, reading.result)

    async def in_time(self, rendering: Awaitable[Response]) -> Response:
        """Wait for a page until it is given up: at its limit, or when the run is to end."""
        task, until = asyncio.ensure_future(rendering), time.monotonic() + self.limit
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_EACH)
                if memory_of(self.crawler).is_stopping:
                    raise BrowserFailed("the run is ending")
                if time.monotonic() > until:
                    raise BrowserTimeout("it did not come to an end")
            return task.result()
        finally:
            task.cancel()

    def page_meta(self, name: str, reading: Any, requests: PageRequests) -> dict[str, Any]:
        return {
            "playwright_context": name,
            "playwright_context_kwargs": {
                "user_agent": self.user_agent,
                "service_workers": "block",
                "accept_downloads": False,
                # What waits for the list is a script too, which a page may forbid.
                "bypass_csp": True,
            },
            "playwright_page_init_callback": partial(self.prepare, requests),
            # An advertisement that never comes must not keep the list waiting.
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
            "playwright_page_methods": [reading],
        }

    async def prepare(self, requests: PageRequests, page: Page, _request: Request) -> None:
        """Refuse what a page would do beside showing its list; a page that cannot is closed."""
        try:
            # With a route of its own Playwright would not tell of what is answered here.
            await page.unroute_all()
            await self.guard.watch(page, requests.answer)
            await page.route_web_socket("**/*", close_socket)
            await page.add_init_script(NO_WAY_OUT)
            page.on("popup", close_page)
            page.on("dialog", dismiss)
        except BaseException:
            await page.close()
            raise

    def checked(self, request: Request, response: Response, read: Any) -> Response:
        if not self.guard.is_own(read.url):
            raise BrowserFailed(f"it leads to {read.url}")
        if read.how == MOVED:
            # Scrapy asks for it anew, so that robots.txt and a recording know of it.
            moved = {"Location": read.url, RENDERED: MOVED}
            return Response(request.url, 302, moved, request=request)
        body = encoded(read.html, response)
        maximum = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        if maximum and len(body) > maximum:
            raise DownloadCancelledError(f"{len(body)} bytes, above DOWNLOAD_MAXSIZE")
        self.crawler.stats.inc_value("newscrawler/rendered")
        logger.info("read in the browser: %s: %s", read.how, request.url)
        response.headers[RENDERED] = read.how
        kind = responsetypes.from_args(headers=response.headers, url=request.url, body=body)
        # A list that scrolls may write the number of its page into its address.
        return kind(
            request.url,
            status=response.status,
            headers=response.headers,
            body=body,
            request=request,
        )

    async def started(self) -> Any:
        async with self.starting:
            if self.handler is None:
                self.handler = await self.start()
        return self.handler

    async def start(self) -> Any:
        program = find_chromium(self.crawler.settings["NEWSCRAWLER_CHROMIUM"])
        if program is None:
            raise BrowserFailed("no Chromium is installed")
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        handler = ScrapyPlaywrightDownloadHandler.from_crawler(self.crawler)
        handler.config.launch_options = {
            **isolated_options(program),
            **handler.config.launch_options,
        }
        handler.config.download_timeout_secs = CLOSING_TIME
        # The handler does so itself when the engine starts, which it has long since.
        handler.browser_provider = handler.browser_provider_cls(handler.config)
        await handler.browser_provider.start()
        return handler

    async def close_context(self, name: str) -> None:
        from playwright.async_api import Error

        wrapper = self.handler.context_wrappers.pop(name, None)
        if wrapper:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(wrapper.context.close(), CLOSING_TIME)

    async def close(self) -> None:
        handler, self.handler = self.handler, None
        if handler is None:
            return
        from playwright.async_api import Error

        with suppress(Error, TimeoutError):
            await asyncio.wait_for(handler.close(), CLOSING_TIME)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn what Playwright raises into an error whose name is the reason in the drops feed."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as PlaywrightTimeoutError

    try:
        yield
    except PlaywrightTimeoutError as error:
        raise BrowserTimeout(first_line(error)) from error
    # A download is a RuntimeError, and a page at no web address a ValueError.
    except (Error, OSError, RuntimeError, ValueError) as error:
        raise BrowserFailed(first_line(error)) from error


def encoded(html: str, response: Response) -> bytes:
    """Return the page in the encoding that it states, by which it is read again."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    stated = http_content_type_encoding(kind) or html_body_declared_encoding(html)
    return html.encode(stated or "utf-8", "xmlcharrefreplace")


def first_line(error: Exception) -> str:
    """Return what an error says without Playwright's log of what it did."""
    return str(error).partition("\n")[0]


async def close_socket(socket: WebSocketRoute) -> None:
    await socket.close()


async def close_page(page: Page) -> None:
    await page.close()


async def dismiss(dialog: Dialog) -> None:
    await dialog.dismiss()
