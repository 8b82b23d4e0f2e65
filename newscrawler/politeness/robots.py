"""Obeys robots.txt as RFC 9309 has it; in the place of Scrapy's middleware for that."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from newscrawler.network.answers import PutOff
from newscrawler.network.origins import origin_of
from newscrawler.politeness.hosts import hosts_of
from newscrawler.politeness.robots_files import RECEIVED, RobotsFile, RobotsFiles

logger = logging.getLogger(__name__)

PATH = "/robots.txt"
# Origins whose rules are held in memory; a crawl meets some dozens.
MOST_HELD = 500
# What every page of the host would meet as well.
SAME_FOR_PAGES = frozenset({"bad_certificate", "tls_failed", "private_address"})
# Seconds; robots.txt may say something else tomorrow.
ONE_DAY = 24 * 3600.0


class ObeyRobots:
    """A downloader middleware; it reads the robots.txt of each origin before its first page.

    A robots.txt that cannot be reached forbids everything (RFC 9309, 2.3.1.4), one that is
    not there nothing (2.3.1.3). Who asks for robots.txt itself gets the same copy. As Scrapy's
    own it sends the signal `robots_parsed`, and leaves alone what bears `dont_obey_robotstxt`.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.longest_delay = settings.getfloat("NEWSCRAWLER_LONGEST_CRAWL_DELAY")
        self.files = RobotsFiles(crawler, product_token(settings))
        self.held: dict[str, asyncio.Future[RobotsFile]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        if RECEIVED in request.meta:
            return None
        is_robots = urlsplit(request.url).path == PATH
        if request.meta.get("dont_obey_robotstxt") and not is_robots:
            return None
        hosts = hosts_of(self.crawler)
        hosts.check(hosts.of(request.url))
        file = await self.file_for(request)
        if file.unreachable:
            told = f"{file.origin}{PATH}: {file.unreachable}"
            is_told = file.unreachable in SAME_FOR_PAGES
            raise PutOff(file.unreachable if is_told else "robots_unreachable", told)
        if is_robots:
            request.meta["kept"] = True  # it was not asked for
            return answer_from(file, request)
        self.obey(file, request)
        return None

    def obey(self, file: RobotsFile, request: Request) -> None:
        if not file.rules.allowed(request.url):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            raise IgnoreRequest("Forbidden by robots.txt")
        delay = file.rules.crawl_delay or 0.0
        if delay > self.longest_delay:
            self.crawler.stats.inc_value("newscrawler/crawl_delay_too_long")
            told = f"{file.origin} asks for {delay:g} seconds between two pages"
            raise PutOff("crawl_delay", told, ONE_DAY)
        hosts = hosts_of(self.crawler)
        hosts.slow_down(hosts.of(request.url), delay)

    async def file_for(self, request: Request) -> RobotsFile:
        """Return the file of the request's origin, asked for once by all that need it."""
        origin = origin_of(request.url)
        held = self.held.get(origin)
        if held is None or (held.done() and is_stale(held)):
            if len(self.held) >= MOST_HELD:
                del self.held[next(iter(self.held))]
            held = self.held[origin] = asyncio.ensure_future(self.read(origin, request))
        return await asyncio.shield(held)

    async def read(self, origin: str, request: Request) -> RobotsFile:
        file = await self.files.read(origin)
        delay = file.rules.crawl_delay or 0.0
        if delay > self.longest_delay:
            logger.error("%s is left alone: Crawl-delay %g", origin, delay)
        await self.crawler.signals.send_catch_log_async(
            signals.robots_parsed, robotparser=file.rules, request=request
        )
        return file


def is_stale(held: asyncio.Future[RobotsFile]) -> bool:
    return held.exception() is not None or held.result().stale_at <= time.monotonic()


def answer_from(file: RobotsFile, request: Request) -> Response:
    """Return the copy as if it came from the server; the cache is not to store it again."""
    kept = file.kept
    body, status = (kept.body, kept.status) if kept else (b"", 404)
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return TextResponse(
        request.url, status=status, headers=headers, body=body, request=request, flags=["cached"]
    )


def product_token(settings: BaseSettings) -> str:
    """Return what the groups of robots.txt call the crawler, or what its name begins with."""
    named = settings.get("ROBOTSTXT_USER_AGENT") or settings["USER_AGENT"]
    match = re.match(r"[A-Za-z_-]+", str(named))
    return match[0] if match else str(named)
