"""A spider that follows every link and tells what it met, also as a command without sockets."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner, Crawler
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawler.archives.settings import replay_settings

# Not socket.bind: urllib3, which a library imports, tries it on import to see if IPv6 is there.
FORBIDDEN = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
}
PLAIN = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "INFO",
    "DOWNLOADER_MIDDLEWARES": {"newscrawler.recording.RecordExchanges": 900},
}


class Rover(Spider):
    """Yields one item a page: an address, and what came of it."""

    name = "rover"
    handle_httpstatus_list = (404, 503)

    def __init__(self, start: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.start_address = start

    async def start(self) -> AsyncIterator[Request]:
        yield self.visit(self.start_address)

    def visit(self, url: str) -> Request:
        return Request(url, errback=self.failed)

    def parse(self, response: Response) -> Iterator[Any]:
        yield {
            "url": response.url,
            "asked_for": response.meta.get("redirect_urls", []),
            "status": response.status,
            "kind": type(response).__name__,
            "text": response.text,
            "retrieved_at": response.meta.get("retrieved_at"),
        }
        if isinstance(response, TextResponse):
            links = response.css("a::attr(href)").getall()
            yield from (self.visit(response.urljoin(link)) for link in links)

    def failed(self, failure: Failure) -> Iterator[Any]:
        yield {"url": vars(failure)["request"].url, "failed": type(failure.value).__name__}


def crawl(start: str, feed: Path, settings: dict[str, Any]) -> Crawler:
    """Run the rover in this process, without a reactor, and return the finished crawler."""
    feeds = {str(feed): {"format": "jsonlines", "overwrite": True}}
    runner = AsyncCrawlerRunner(
        {**PLAIN, **settings, "TWISTED_REACTOR_ENABLED": False, "FEEDS": feeds}
    )
    crawler = runner.create_crawler(Rover)

    async def run() -> None:
        await runner.crawl(crawler, start=start)

    asyncio.run(run())
    return crawler


def refuse_sockets(event: str, arguments: tuple[Any, ...]) -> None:
    if event in FORBIDDEN:
        os.write(2, f"{event}{arguments}\n".encode())
        os._exit(99)


def main(start: str, *archives: str, feed: str) -> None:
    """Replay with the reactor that commands have, and end with 99 at the first socket."""
    sys.addaudithook(refuse_sockets)
    feeds = {feed: {"format": "jsonlines", "overwrite": True}}
    process = AsyncCrawlerProcess(
        {**replay_settings([Path(archive) for archive in archives]), "FEEDS": feeds}
    )
    process.crawl(Rover, start=start)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:-1], feed=sys.argv[-1])
