"""When each host may be asked next: after a pause, a longer one where it fails, or not at all."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from newscrawler.memory import Memory
from newscrawler.network.answers import PutOff
from newscrawler.normalise.dates import instant_of
from newscrawler.schedule import LONGEST_WAIT, TIME_FORMAT, host_pause
from newscrawler.state.rows import Host as KnownHost
from newscrawler.state.store import StateError

logger = logging.getLogger(__name__)

# Seconds between two looks whether the run is to end meanwhile; a shorter wait is waited out.
LOOK_EACH = 0.5
PAUSED, BUSY = "host_paused", "host_busy"


def host_name(url: str) -> str:
    """Return the one name under which a host is asked: no scheme, no port, no `www.`."""
    return (urlsplit(url).hostname or "").removesuffix(".").removeprefix("www.")


@dataclass(slots=True)
class Host:
    """What this run has met of a host. Times are of `time.monotonic`."""

    name: str
    waiting_left: float
    """Seconds that may still be spent on what it asks for in `Retry-After`."""
    answered_at: float = 0.0
    free_at: float = 0.0
    crawl_delay: float = 0.0
    failures: int = 0
    """Answers in a row that failed."""
    not_before: datetime | None = None
    reason: str = PAUSED
    """Why it is left alone until then: because it fails, or because it asks for that."""
    is_given_up: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """The settings of a crawl that say how its hosts are asked. Times in seconds."""

    delay: float
    jitter: float
    longest_pause: float
    failures: int
    retry_after: float

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        return cls(
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            jitter=settings.getfloat("DOWNLOAD_DELAY_JITTER"),
            longest_pause=settings.getfloat("NEWSCRAWLER_LONGEST_PAUSE"),
            failures=settings.getint("NEWSCRAWLER_HOST_FAILURES"),
            retry_after=settings.getfloat("NEWSCRAWLER_RETRY_AFTER"),
        )

    def gap(self, host: Host) -> float:
        """Return the seconds from an answer's end to the next request: twice as many for
        each failure, and never less than the host's own `Crawl-delay`.
        """
        base = max(self.delay, host.crawl_delay)
        grown = max(base, min(base * 2.0**host.failures, self.longest_pause))
        chance = random.uniform(-self.jitter, self.jitter)  # noqa: S311, no secret
        return max(grown * (1 + chance), host.crawl_delay)


class Hosts:
    """The hosts of a crawl, by their names; an extension that works without a memory, too."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.pace = Pace.of(crawler.settings)
        self.hosts: dict[str, Host] = {}
        crawler.signals.connect(self.name_slot, signals.request_scheduled)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def memory(self) -> Memory | None:
        return self.crawler.get_extension(Memory)

    def name_slot(self, request: Request) -> None:
        """Let all addresses of a host share one slot of the downloader.

        A redirect bears the slot of the host that it comes from.
        """
        request.meta["download_slot"] = host_name(request.url)

    def of(self, url: str) -> Host:
        name = host_name(url)
        if name not in self.hosts:
            self.hosts[name] = Host(name, self.pace.retry_after)
            known = self.known(name)
            if known:
                self.hosts[name].not_before = instant_of(known.not_before)
                self.hosts[name].reason = known.reason
        return self.hosts[name]

    # Waiting

    def check(self, host: Host) -> None:
        """Raise `PutOff` for a host that is not to be asked now."""
        left = host.not_before - datetime.now(UTC) if host.not_before else timedelta()
        if host.is_given_up or left > timedelta():
            raise self.put_off(host, left.total_seconds())

    def put_off(self, host: Host, seconds: float) -> PutOff:
        self.crawler.stats.inc_value("newscrawler/put_off")
        return PutOff(host.reason, f"{host.name} is left alone", max(seconds, 1))

    async def wait(self, host: Host) -> None:
        """Wait for the host's turn. Raises `PutOff` where it does not come in this run."""
        self.check(host)
        while (left := host.free_at - time.monotonic()) > 0:
            if left > LOOK_EACH and self.memory and self.memory.is_stopping:
                raise self.put_off(host, left)
            await asyncio.sleep(min(left, LOOK_EACH))
        host.free_at = time.monotonic() + self.pace.gap(host)
        self.check(host)

    def hold(self, host: Host, seconds: float) -> bool:
        """Let the host be for as long as it asks, if this run has the time; tell whether."""
        if seconds > host.waiting_left:
            return False
        host.waiting_left -= seconds
        host.free_at = max(host.free_at, time.monotonic() + seconds)
        return True

    def slowest(self) -> float:
        """Return the pause of a page that asks for more by itself, in a browser."""
        return max((self.pace.delay, *(one.crawl_delay for one in self.hosts.values())))

    # What comes of requests

    def answered(self, host: Host) -> None:
        host.answered_at = time.monotonic()
        host.free_at = max(host.free_at, host.answered_at + self.pace.gap(host))

    def slow_down(self, host: Host, crawl_delay: float) -> None:
        """Keep the host's `Crawl-delay` from its robots.txt on, that of the page behind it too."""
        host.crawl_delay = crawl_delay
        if host.answered_at:
            host.free_at = max(host.free_at, host.answered_at + crawl_delay)

    def succeeded(self, host: Host) -> None:
        if host.failures or host.not_before:
            host.failures, host.not_before = 0, None
            self.forget(host.name)

    def failed(self, host: Host, why: str, reason: str = PAUSED) -> None:
        """Count a failure; with the last that is borne, the host is given up for this run."""
        host.failures += 1
        if host.failures >= self.pace.failures and not host.is_given_up:
            known = self.known(host.name)
            runs = (known.failures if known else 0) + 1
            host.is_given_up, host.reason = True, reason
            self.leave_alone(host, host_pause(runs), why, runs)

    def defer(self, host: Host, seconds: float, why: str) -> None:
        """Leave the host to a later run, as it asks for more time than this one has."""
        known = self.known(host.name)
        wait = min(timedelta(seconds=seconds), LONGEST_WAIT)
        host.reason = BUSY
        self.leave_alone(host, wait, why, known.failures if known else 0)

    def leave_alone(self, host: Host, wait: timedelta, why: str, runs: int) -> None:
        host.not_before = datetime.now(UTC) + wait
        told = host.not_before.strftime(TIME_FORMAT)
        logger.error("%s is left alone until %s: %s", host.name, told, why)
        if self.memory:
            known = KnownHost(name=host.name, not_before=told, reason=host.reason, failures=runs)
            try:
                self.memory.state.put_host(known)
            except (StateError, OSError) as error:
                self.memory.give_up(error)

    def known(self, name: str) -> KnownHost | None:
        if not self.memory:
            return None
        try:
            return self.memory.state.host(name)
        except (StateError, OSError) as error:
            self.memory.give_up(error)
            return None

    def forget(self, name: str) -> None:
        if self.memory:
            try:
                self.memory.state.forget_pause(name)
            except (StateError, OSError) as error:
                self.memory.give_up(error)


def hosts_of(crawler: Crawler) -> Hosts:
    """Return the hosts of a crawl that is under way."""
    hosts = crawler.get_extension(Hosts)
    if hosts is None:
        raise RuntimeError("the extension newscrawler.politeness.hosts.Hosts is switched off")
    return hosts
