"""Gets the robots.txt of an origin: from the network, or as it was kept for a day."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newscrawler.archives.capture import utc_now
from newscrawler.archives.http_headers import header_text
from newscrawler.memory import Memory
from newscrawler.network.answers import REASONS, error_reason
from newscrawler.normalise.dates import instant_of
from newscrawler.politeness.hosts import host_name
from newscrawler.politeness.retry_after import REDIRECTS
from newscrawler.politeness.robots_rules import MAX_BYTES, Rules
from newscrawler.state.rows import KeptRobots
from newscrawler.state.store import StateError

logger = logging.getLogger(__name__)

NOT_HAD: tuple[type[Exception], ...] = (*REASONS, IgnoreRequest)
# RFC 9309, 2.3.1.2: at least so many redirects in a row are followed, to other hosts too.
MAX_REDIRECTS = 5
NOT_MODIFIED, CLIENT_ERROR, TOO_MANY_REQUESTS, SERVER_ERROR = 304, 400, 429, 500
# Bytes; half a MiB of rules takes a second, in which others are to have their turn.
LARGE = 64 * 1024
# RFC 9309, 2.3.1.4: "a reasonably long period of time (for example, 30 days)".
LONGEST_KEPT = timedelta(days=30)
# In `meta` of our own requests: the bytes that have come.
RECEIVED = "robots_bytes"


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What is known of an origin's robots.txt."""

    origin: str
    rules: Rules
    stale_at: float
    """When it is to be asked for again, of `time.monotonic`."""
    kept: KeptRobots | None = None
    """None where nothing was to be had."""
    unreachable: str = ""
    """Why nothing of the host may be asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last response to the request for it, or why there is none."""

    response: Response | None = None
    unavailable: str = ""
    unreachable: str = ""
    redirected: bool = False


class RobotsFiles:
    """Reads robots.txt for one product token; `max_age` in seconds."""

    def __init__(self, crawler: Crawler, token: str) -> None:
        self.crawler, self.token = crawler, token
        self.max_age = crawler.settings.getfloat("NEWSCRAWLER_ROBOTS_AGE")
        self.uses_kept = not crawler.settings.get("NEWSCRAWLER_RECORD")  # it needs the file itself
        self.most_unpacked = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(self.begin, signals.request_reached_downloader)
        crawler.signals.connect(self.cut, signals.bytes_received)
        crawler.signals.connect(self.bound, signals.response_downloaded)

    @property
    def memory(self) -> Memory | None:
        return self.crawler.get_extension(Memory)

    def begin(self, request: Request) -> None:
        """Count anew, as a request that is retried bears what the first one had."""
        if RECEIVED in request.meta:
            # A length that is announced is no reason to read nothing of it.
            request.meta.update({RECEIVED: 0, "download_maxsize": 0})

    def cut(self, data: bytes, request: Request) -> None:
        """Read no more of a file than counts."""
        if RECEIVED in request.meta:
            request.meta[RECEIVED] += len(data)
            if request.meta[RECEIVED] >= MAX_BYTES:
                raise StopDownload(fail=False)

    def bound(self, request: Request) -> None:
        """Limit what a packed file may unpack to; until here there was none, as it is cut."""
        if RECEIVED in request.meta:
            request.meta["download_maxsize"] = self.most_unpacked

    async def read(self, origin: str) -> RobotsFile:
        kept = self.kept(origin)
        age = age_of(kept)
        if kept and timedelta() <= age < timedelta(seconds=self.max_age):
            return await self.file(kept, self.max_age - age.total_seconds())
        answer = await self.ask(origin, kept)
        response = answer.response
        if response is not None and response.status == NOT_MODIFIED and kept:
            return await self.keep(replace(kept, fetched_at=utc_now()))
        if response is not None and is_reachable(response.status):
            return await self.keep(kept_as(origin, response, redirected=answer.redirected))
        if answer.unavailable:
            logger.warning("%s/robots.txt: %s, so it counts as none", origin, answer.unavailable)
            return await self.keep(
                KeptRobots(
                    origin=origin,
                    host=host_name(origin),
                    body=b"",
                    status=404,
                    fetched_at=utc_now(),
                )
            )
        return await self.do_without(
            origin, kept, answer.unreachable or f"http_{response.status if response else 0}"
        )

    def kept(self, origin: str) -> KeptRobots | None:
        if not self.memory or not self.uses_kept:
            return None
        try:
            return self.memory.state.robots(origin)
        except (StateError, OSError) as error:
            self.memory.give_up(error)
            return None

    async def file(self, kept: KeptRobots, seconds: float) -> RobotsFile:
        if len(kept.body) > LARGE:
            rules = await asyncio.to_thread(Rules, kept.body, self.token)
        else:
            rules = Rules(kept.body, self.token)
        return RobotsFile(kept.origin, rules, time.monotonic() + seconds, kept)

    async def keep(self, kept: KeptRobots) -> RobotsFile:
        if self.memory:
            try:
                self.memory.state.put_robots(kept)
            except (StateError, OSError) as error:
                self.memory.give_up(error)
        return await self.file(kept, self.max_age)

    async def do_without(self, origin: str, kept: KeptRobots | None, why: str) -> RobotsFile:
        """Go by the last good copy where there is one, else leave the host alone."""
        if kept and kept.status < CLIENT_ERROR and age_of(kept) < LONGEST_KEPT:
            told = (origin, why, kept.fetched_at)
            logger.warning("%s/robots.txt: %s; that of %s counts meanwhile", *told)
            return await self.file(kept, self.max_age)
        logger.error("%s/robots.txt: %s, so nothing of it is asked for in this run", origin, why)
        nothing = Rules(b"", self.token)
        until = time.monotonic() + self.max_age
        return RobotsFile(origin, nothing, until, None, why)

    # The network

    async def ask(self, origin: str, kept: KeptRobots | None) -> Answer:
        """Ask for the file, whatever other addresses it leads to."""
        url, seen = f"{origin}/robots.txt", set[str]()
        while url not in seen and len(seen) <= MAX_REDIRECTS:
            try:
                response = await self.get(url, None if seen else kept)
            except NOT_HAD as error:
                return Answer(unreachable=error_reason(error))
            location = header_text(response.headers.get("Location") or b"")
            if response.status not in REDIRECTS or not location:
                return Answer(response, redirected=bool(seen))
            seen.add(url)
            url = next_address(url, location)
            if not url:
                return Answer(unavailable="it leads to no web address")
        return Answer(unavailable="a redirect loop" if url in seen else "too many redirects")

    async def get(self, url: str, kept: KeptRobots | None) -> Response:
        engine = self.crawler.engine
        if engine is None:
            raise IgnoreRequest("the crawl has ended")
        headers = {
            "Accept-Encoding": "identity",  # cut where it counts no more, it is still readable
            "If-None-Match": kept.etag if kept else "",
            "If-Modified-Since": kept.last_modified if kept else "",
        }
        request = Request(
            url,
            callback=NO_CALLBACK,
            headers={name: value for name, value in headers.items() if value},
            meta={
                RECEIVED: 0,
                "dont_redirect": True,
                "download_slot": host_name(url),
                "download_warnsize": 0,
            },
        )
        self.crawler.stats.inc_value("robotstxt/request_count")
        return await engine.download_async(request)


def next_address(url: str, location: str) -> str:
    """Return where a redirect leads, empty where that is no address of the web."""
    try:
        parts = urlsplit(urljoin(url, location))
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return parts.geturl() if is_web else ""


def is_reachable(status: int) -> bool:
    """Tell an answer that says something, if only that there is no such file.

    429 is formally one of those; Google and others take it for the server's trouble.
    """
    return status < SERVER_ERROR and status not in (TOO_MANY_REQUESTS, NOT_MODIFIED)


def kept_as(origin: str, response: Response, *, redirected: bool) -> KeptRobots:
    """Return what is kept: validators only of the origin's own file."""
    is_file = response.status < 300
    etag = header_text(response.headers.get("ETag") or b"")
    modified = header_text(response.headers.get("Last-Modified") or b"")
    return KeptRobots(
        origin=origin,
        host=host_name(origin),
        body=response.body[:MAX_BYTES] if is_file else b"",
        status=response.status if is_file else max(response.status, CLIENT_ERROR),
        etag="" if redirected or not is_file else etag,
        last_modified="" if redirected or not is_file else modified,
        fetched_at=utc_now(),
    )


def age_of(kept: KeptRobots | None) -> timedelta:
    fetched = instant_of(kept.fetched_at) if kept else None
    return datetime.now(UTC) - fetched if fetched else timedelta.max
