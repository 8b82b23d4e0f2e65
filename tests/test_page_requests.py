"""In a real Chromium that connects to nothing: what a page asks for is got and handed back."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from playwright.async_api import Error, Page, async_playwright
from scrapy import Request, Spider
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newscrawler.browser.chromium import isolated_options
from newscrawler.browser.guard import Guard
from newscrawler.browser.page_requests import PageRequests
from newscrawler.network.permissions import RefusedRequest

URL = "http://courier.example/series/strike/"
PAGE = b"""<title>Strike</title><script>
(async () => {
  const moved = await fetch("/moved?x=1");
  const headers = {"X-Kind": "list"};
  const sent = await fetch("/api", {method: "POST", body: "offset=20", headers});
  const refused = await fetch("/private").catch(error => error.name);
  const said = [moved.url, await moved.text(), sent.status, await sent.text(), refused];
  document.title = said.join(" ");
})();
</script><script src="http://cdn.example/list.js"></script>"""


class Site:
    """Answers in the place of the network, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.main: Callable[[], Response] = lambda: self.html(PAGE)

    def html(self, body: bytes, status: int = 200, **headers: Any) -> Response:
        told = {"Content-Type": "text/html", **{n.replace("_", "-"): v for n, v in headers.items()}}
        return Response(URL, status=status, headers=told, body=body)

    async def download(self, request: Request) -> Response:
        self.asked.append(request)
        path = request.url.removeprefix("http://courier.example")
        if path == "/private":
            raise RefusedRequest("private_address", "courier.example has no public address")
        if path == "/moved?x=1":
            return self.html(b"", 302, Location="/to")
        if path == "/to":
            return self.html(gzip.compress(b"arrived"), Content_Encoding="gzip")
        if path == "/api":
            return self.html(b"no more", 503)
        if path != "/series/strike/":
            return self.html(b"", Content_Type="text/javascript")
        page = self.main()
        page.headers["Set-Cookie"] = ["visit=1; Path=/", "kept=2; Path=/; HttpOnly"]
        return page

    def request(self, path: str) -> Request:
        return next(one for one in self.asked if one.url.endswith(path))


Look: TypeAlias = Callable[[Page, PageRequests], Awaitable[Any]]


def shown(site: Site, chromium: Path, look: Look) -> tuple[Any, PageRequests]:
    """Open a page in Chromium, and return what `look` finds."""

    async def run() -> tuple[Any, PageRequests]:
        crawler = get_crawler(Spider, settings_dict={"DOWNLOAD_TIMEOUT": 30})
        name = {"User-Agent": "newscrawler/1.0", "Accept-Language": "en"}
        requests = PageRequests(crawler, Request(URL, headers=name), site.download)
        guard = Guard("newscrawler")
        guard.sites.add(URL)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**isolated_options(chromium))
            page = await browser.new_page()
            await guard.watch(page, requests.answer)
            try:
                return await look(page, requests), requests
            finally:
                await browser.close()

    return asyncio.run(run())


def test_a_page_gets_answers_redirects_and_cookies_as_from_the_network(chromium_path: Path) -> None:
    site = Site()

    async def look(page: Page, _: PageRequests) -> tuple[int, str]:
        response = await page.goto(URL)
        await page.wait_for_function("document.title.includes('TypeError')", timeout=20_000)
        return (response.status if response else 0), await page.title()

    (status, title), requests = shown(site, chromium_path, look)
    assert status == 200
    assert title == "http://courier.example/to arrived 503 no more TypeError"
    assert requests.failure is None

    assert {one.headers["User-Agent"] for one in site.asked} == {b"newscrawler/1.0"}
    assert "Cookie" not in site.request("/series/strike/").headers
    assert site.request("/to").headers["Cookie"] == b"visit=1; kept=2"
    posted = site.request("/api")
    assert (posted.method, posted.body, posted.headers["X-Kind"]) == ("POST", b"offset=20", b"list")
    assert posted.headers["Referer"] == URL.encode()
    script = site.request("/list.js")
    assert script.headers["Sec-Fetch-Dest"] == b"script"
    assert not {"Referer", "Cookie"} & {name.decode() for name in script.headers}


def test_why_a_page_cannot_be_had_is_kept(chromium_path: Path) -> None:
    async def look(page: Page, _: PageRequests) -> str:
        try:
            await page.goto(URL)
        except Error as error:
            return error.message
        return ""

    for failure, told in (
        (RefusedRequest("private_address", "no public address"), "ERR_ACCESS_DENIED"),
        (CannotResolveHostError("no such host"), "ERR_NAME_NOT_RESOLVED"),
        (DownloadCancelledError("too large"), "ERR_FAILED"),
    ):
        site = Site()

        def fail(error: Exception = failure) -> Response:
            raise error

        site.main = fail
        message, requests = shown(site, chromium_path, look)
        assert told in message
        assert requests.failure is failure


def test_a_page_that_is_held_stays_where_it_is(chromium_path: Path) -> None:
    async def look(page: Page, requests: PageRequests) -> list[str]:
        await page.goto(URL)
        places = []
        for path in ("/first", "/second"):
            await page.evaluate(f"setTimeout(() => location.href = '{path}', 0)")
            await page.wait_for_timeout(1500)
            places.append(page.url)
            await requests.hold()
        return places

    places, _ = shown(Site(), chromium_path, look)
    assert places == ["http://courier.example/first"] * 2
