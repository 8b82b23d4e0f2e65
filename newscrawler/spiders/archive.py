"""Read archives that are too large for the memory, on all cores, into the feeds of a crawl."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Self, TypeVar

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from newscrawler.accounts import OBSTACLES
from newscrawler.handover import Handover
from newscrawler.items import Article, Drop
from newscrawler.memory import Revisits, take_as_known
from newscrawler.normalise.urls import is_twin_url
from newscrawler.spiders.archive_accounts import ArchiveAccounts
from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.archive_filters import Filters
from newscrawler.spiders.archive_listings import (
    ListingFilters,
    ListingReading,
    Listings,
    read_listing_task,
)
from newscrawler.spiders.archive_pages import (
    Place,
    Reading,
    Task,
    Wish,
    is_mark,
    prepare,
    read_task,
    shown_lines,
)
from newscrawler.spiders.archive_reader import AHEAD, Block, Reader
from newscrawler.spiders.archive_scan import BLOCK, Scan, Source, sources_of
from newscrawler.state.store import StateError
from newscrawler.workers import Crew, Outcome, cores

Result = TypeVar("Result", Reading, ListingReading)


class ArchiveSpider(ArchiveAccounts):
    """Streams WARC files: what is wanted of them is read by a crew of processes, in order.

    A page that was read goes the way of every other: through the pipelines, the journal and
    the outbox into the feeds. Only how it came is another one: nothing is asked for, so
    neither scheduler nor downloader has a part in it.
    """

    name = "archive"
    reads_captures = normalises = True
    scope = "site"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Fetch nothing, and take as long as a large archive needs."""
        super().update_settings(settings)
        handlers = dict.fromkeys(("http", "https", "file", "data", "ftp", "s3"))
        settings.setdict(
            {"DOWNLOAD_HANDLERS": handlers, "ROBOTSTXT_OBEY": False, "NEWSCRAWLER_MAX_TIME": 0.0},
            priority="spider",
        )

    def __init__(self, **arguments: str) -> None:
        super().__init__(self.read_arguments(**arguments))
        self.crawl_key = f"archive {self.arguments.selection}".strip()
        self.revisits = Revisits(full=self.arguments.full)
        self.period = self.arguments.period
        self.sources: list[Source] = []
        self.listings = Listings()
        self.published = 0
        """How many articles had been delivered when the last batch was published."""
        self.reader: Reader[Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    @staticmethod
    def read_arguments(**arguments: str) -> ArchiveArguments:
        """Raise ValueError that names the wrong argument."""
        return ArchiveArguments.read(**arguments)

    async def start(self) -> AsyncIterator[Any]:
        self.sources = sources_of(self.arguments.files)
        self.open_account(self.crawl_key)
        if self.arguments.series and self.arguments.series.url:
            await self.read_listings()
        wish = Wish(self.arguments.series, self.arguments.period)
        scan = self.scan(self.crawl_key, Filters.of(self.arguments), wish)
        scan.listed = frozenset(self.listed_keys())
        await self.read_all(scan, read_task, self.take)
        for request in list[Request]():  # nothing is asked for
            yield request

    # What is read

    async def read_listings(self) -> None:
        """Learn from the captured listing pages what belongs to the series."""
        key, before = f"{self.crawl_key} listings", set(self.listed_keys())
        scan = self.scan(key, ListingFilters.of(self.arguments), Wish())
        scan.teaches = False
        await self.read_all(scan, read_listing_task, self.take_listing)
        self.account.stopped = self.listings.why_stopped()
        if set(self.listed_keys()) - before:
            # What was passed by as of another series may be of this one.
            self.memory.state.forget_archives(self.crawl_key)

    def scan(self, selection: str, filters: Filters, wish: Wish) -> Scan:
        state = self.memory.state
        if self.arguments.full and self.memory.run.resumes is None:
            state.forget_archives(selection)
        positions = state.archive_positions(selection)
        number = max((one.number for one in positions), default=0)
        return Scan(self.sources, selection, filters, wish, state, number=number)

    async def read_all(
        self,
        scan: Scan,
        work: Callable[[Task], Result],
        take: Callable[[Outcome[Task, Result]], Any],
    ) -> None:
        """Have the pages of a scan read, and take what comes of them, one after the other."""
        if scan.teaches and scan.number % BLOCK == 0:  # a run may have been killed before it did
            self.memory.state.learn_lessons()
        seconds = self.settings.getfloat("NEWSCRAWLER_PAGE_TIME")
        crew = Crew(
            work, self.arguments.jobs or cores(), seconds, is_nothing=is_mark, prepare=prepare
        )
        reader = Reader(scan, crew)
        self.reader = reader
        handover = Handover(reader.outcomes(), AHEAD)
        try:
            async for told in handover.taken():
                if self.is_ending:
                    break
                try:
                    if isinstance(told, Block):
                        await self.end_block(told, scan)
                    else:
                        await self.take_told(told, scan, take)
                except (StateError, OSError) as error:
                    self.memory.give_up(error)
        finally:
            reader.stop()
            handover.close()

    async def end_block(self, block: Block, scan: Scan) -> None:
        if scan.teaches:
            self.memory.state.learn_lessons()
        block.learned.set()
        stats, publish = self.crawler.stats, self.memory.publish_meanwhile
        delivered = stats.get_value("newscrawler/delivered/article", 0)
        batch = self.settings.getint("NEWSCRAWLER_BATCH")
        if publish and delivered - self.published >= batch:
            self.published = delivered
            await asyncio.to_thread(publish, self.key)

    async def take_told(
        self,
        told: Outcome[Task, Result],
        scan: Scan,
        take: Callable[[Outcome[Task, Result]], Any],
    ) -> None:
        passed = told.task.passed
        self.position = passed.position
        if scan.teaches:
            self.take_passed(passed)
        if told.task.page is None:
            self.keep_position()
        else:
            await take(told)

    # What comes of it

    async def take_listing(self, told: Outcome[Task, ListingReading]) -> None:
        place, reading = told.task.page, told.result
        if place and reading and reading.series:
            self.listings.add(place.url, reading)
            self.list_page(place, reading)
        elif place and reading is None:
            await self.refuse_unreadable(place, told.why)

    async def take(self, told: Outcome[Task, Reading]) -> None:
        place, reading = told.task.page, told.result
        if place is None:
            return
        self.count("listed")
        if reading is None:
            await self.refuse_unreadable(place, told.why)
        elif reading.left_out:
            self.leave_out(told.task.passed, reading.left_out)
        elif reading.article is None:
            if reading.reason in OBSTACLES:
                self.account.obstacles[reading.reason] += 1
            await self.hand_in(place, Drop(url=place.url, reason=reading.reason))
        else:
            self.account.measure(reading.article)
            if reading.marks:
                reading.marks.note(reading.article.body or "")
            await self.hand_in(place, self.as_known(reading.article, place, reading), reading)

    async def refuse_unreadable(self, place: Place, why: str) -> None:
        self.count("failed_listed")
        detail = f"{place.source.name}: byte {place.offset}: {why}"
        await self.hand_in(place, Drop(url=place.url, reason="unreadable", detail=detail))

    def as_known(self, article: Article, place: Place, reading: Reading) -> Article | Drop:
        """Return the article with what is known of it, or the refusal of its twin's page."""
        article.request_url = place.url if place.url != article.url else None
        article.retrieved_at = place.captured_at or None
        known = self.memory.known(article)
        if known and is_twin_url(place.url) and not is_twin_url(known.url):
            return Drop(url=place.url, reason="duplicate_url", in_favour_of=known.url)
        if known and article.body:
            take_as_known(
                article,
                known,
                reading.learned,
                partial(shown_lines, place),
                partial(self.memory.state.beside, known.key),
            )
        return article

    def spider_closed(self) -> None:
        if self.reader:
            self.reader.stop()
        self.logger.info("%s", self.reports.summary())
