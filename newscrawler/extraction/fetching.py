"""One page fetched as politely as a crawl would, and nothing remembered of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from twisted.python.failure import Failure

from newscrawler.exit_codes import BY_REASON, ExitCode
from newscrawler.network.answers import failure_reason, failure_told
from newscrawler.spiders.listings import BLOCKED

# Seconds: three tries of thirty, robots.txt, redirects, and the pauses between them.
MAX_TIME = 180
# What a crawl remembers, counts and writes has no place here.
NOTHING_KEPT: dict[str, object] = {
    "SPIDER_MIDDLEWARES": {},
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {
        "newscrawler.politeness.hosts.Hosts": 10,
        "newscrawler.network.connections.BoundedConnections": 10,
    },
    "DUPEFILTER_CLASS": "scrapy.dupefilters.RFPDupeFilter",
    "CLOSESPIDER_TIMEOUT": MAX_TIME,
    "NEWSCRAWLER_RETRY_AFTER": 30.0,  # seconds; somebody looks at the terminal
}
# It asks the memory of a crawl.
NO_MEMORY: dict[str, object] = {"newscrawler.frontier.ConditionalRequests": None}


class OnePage(Spider):
    """Asks for one page; `response` is the answer, `reason` why there is none."""

    name = "extract"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES") | NO_MEMORY
        settings.setdict(NOTHING_KEPT, priority="spider")
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares, priority="spider")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.typed_urls = url, (url,)
        self.response: Response | None = None
        self.reason = self.told = ""

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, callback=self.take, errback=self.fail)

    def take(self, response: Response) -> None:
        self.response = response

    def fail(self, failure: Failure) -> None:
        self.reason, self.told = failure_reason(failure), failure_told(failure)


def fetch(url: str, settings: Settings) -> tuple[Response | None, str, ExitCode]:
    """Return the response, or why there is none and what that means for the exit code."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(OnePage)
    process.crawl(crawler, url=url)
    process.start()
    spider = crawler.spider
    if process.bootstrap_failed or not isinstance(spider, OnePage):
        return None, "the crawl could not begin", ExitCode.BUG
    if spider.response is not None:
        return spider.response, "", ExitCode.COMPLETE
    finished = crawler.stats.get_value("finish_reason", "")
    if finished in BY_REASON:
        return None, finished or "stopped", BY_REASON[finished]
    code = ExitCode.BLOCKED if spider.reason in BLOCKED else ExitCode.NOTHING_REACHABLE
    return None, spider.told or "no answer", code
