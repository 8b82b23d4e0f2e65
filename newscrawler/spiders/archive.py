"""Read archives that are too large for the memory, on all cores, into the feeds of a crawl."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawler.accounts import OBSTACLES, Account, series_key
from newscrawler.archives.http_headers import response_headers
from newscrawler.handover import Handover
from newscrawler.items import Article, Drop, Series
from newscrawler.memory import Memory, Revisits, memory_of, text_as_known
from newscrawler.normalise.urls import is_twin_url
from newscrawler.pages.site_memory import Learned
from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.archive_filters import Filters
from newscrawler.spiders.archive_pages import Passed, Place, Reading, Wish
from newscrawler.spiders.archive_reader import AHEAD, Block, Reader, Told
from newscrawler.spiders.archive_report import FileReports
from newscrawler.spiders.archive_scan import Scan, by_date
from newscrawler.state.rows import PageCommit
from newscrawler.state.store import StateError
from newscrawler.tallies import Tally
from newscrawler.workers import cores

# Outcomes without a page to keep, after which the position is kept alone.
KEPT_EVERY = 500


class ArchiveSpider(Spider):
    """Streams WARC files: what is wanted of them is read by a crew of processes, in order.

    A page that was read goes the way of every other: through the pipelines, the journal and
    the outbox into the feeds. Only how it came is another one: nothing is asked for, so
    neither scheduler nor downloader has a part in it.
    """

    name = "archive"
    reads_captures = True
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
        super().__init__()
        self.arguments = self.read_arguments(**arguments)
        self.selection = self.arguments.selection
        self.crawl_key = f"archive {self.selection}".strip()
        self.revisits = Revisits(full=self.arguments.full)
        self.period = self.arguments.period
        self.accounts: dict[str, Account] = {}
        self.key = ""
        self.reports = FileReports()
        self.passed: Passed | None = None
        """What was passed last, while its position is not kept."""
        self.not_kept = 0
        self.reader: Reader | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stop_reading, signals.spider_closed)
        return spider

    @staticmethod
    def read_arguments(**arguments: str) -> ArchiveArguments:
        """Raise ValueError that names the wrong argument."""
        return ArchiveArguments.read(**arguments)

    @property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    @property
    def is_ending(self) -> bool:
        """Whether the crawl is being closed, so that nothing more may be handed in."""
        engine = self.crawler.engine
        slot = engine.scraper.slot if engine else None
        return self.memory.is_stopping or slot is None or slot.closing is not None

    async def start(self) -> AsyncIterator[Any]:
        self.open_account()
        self.reader = self.make_reader()
        handover = Handover(self.reader.outcomes(), AHEAD)
        try:
            async for told in handover.taken():
                if self.is_ending:
                    break
                await self.take(told)
        finally:
            self.reader.stop()
            handover.close()
        for request in list[Request]():  # nothing is asked for
            yield request

    def stop_reading(self) -> None:
        if self.reader:
            self.reader.stop()

    # What comes before the first page

    def open_account(self) -> None:
        """Open the one account of the run, and count what waits from a run that was stopped."""
        series = self.arguments.series or Series(name=f"Archive {self.selection}".strip())
        self.key = series_key(series)
        memory = self.memory
        known = memory.state.series(self.key)
        name = known.name if known and self.arguments.series else series.name
        memory.open_series(self.key, name, series.url, None)
        waiting = memory.state.unpublished_counts().get(self.key, {}).get("article", 0)
        account: Account = Tally(name, limited=self.arguments.period != self.period, new=waiting)
        self.waiting = waiting
        self.accounts[self.key] = account

    def make_reader(self) -> Reader:
        state, arguments = self.memory.state, self.arguments
        if arguments.full and self.memory.run.resumes is None:
            state.forget_archives(self.crawl_key)
        positions = state.archive_positions(self.crawl_key)
        scan = Scan(
            by_date(arguments.files),
            self.crawl_key,
            Filters.of(arguments),
            Wish(arguments.series, arguments.period),
            state,
            number=max((one.number for one in positions), default=0),
        )
        processes = arguments.jobs or cores()
        self.logger.info("%d files, read by %d processes", len(arguments.files), processes)
        return Reader.of(scan, processes)

    # What comes of the records

    async def take(self, told: Told) -> None:
        try:
            if isinstance(told, Block):
                self.memory.state.learn_lessons()
                told.learned.set()
            else:
                await self.take_outcome(told.task.passed, told.task.page, told.result, told.why)
        except (StateError, OSError) as error:
            self.memory.give_up(error)

    async def take_outcome(
        self, passed: Passed, place: Place | None, reading: Reading | None, why: str
    ) -> None:
        self.take_passed(passed)
        self.passed = passed
        if place is None:
            self.keep_position()
            return
        self.count("listed")
        if reading is None:
            self.count("failed_listed")
            detail = f"{place.file}: byte {place.offset}: {why}"
            await self.hand_in(place, Drop(url=place.url, reason="unreadable", detail=detail))
        elif reading.left_out:
            self.leave_out(passed, reading.left_out)
        else:
            await self.take_reading(place, reading)

    def take_passed(self, passed: Passed) -> None:
        """Count what lies between two pages, and say what could not be read."""
        self.reports.add(passed)
        for fault in passed.faults:
            self.logger.error("%s", fault)
        self.count("start_failed", by=int(passed.is_unreadable))
        self.count("listing_failed", by=int(passed.is_cut_off))
        self.count("listed", by=passed.damaged)
        self.count("failed_listed", by=passed.damaged)
        if passed.known:
            known = max(0, passed.known - self.waiting)
            self.waiting = max(0, self.waiting - passed.known)
            self.count("known", by=known)
            self.tally.again += known

    def leave_out(self, passed: Passed, reason: str) -> None:
        """Count a page that is none of those that are wanted."""
        self.reports.leave_out(passed, reason)
        self.count(reason)
        self.not_kept += 1
        if self.not_kept >= KEPT_EVERY:
            self.keep_position()

    def keep_position(self) -> None:
        if self.passed:
            position, self.passed, self.not_kept = self.passed.position, None, 0
            self.memory.keep(PageCommit(series=self.key, position=position))

    async def take_reading(self, place: Place, reading: Reading) -> None:
        article, account = reading.article, self.accounts[self.key]
        if reading.reason in OBSTACLES:
            account.obstacles[reading.reason] += 1
        if article is None:
            await self.hand_in(place, Drop(url=place.url, reason=reading.reason))
            return
        account.measure(article)
        record = self.as_known(article, place, reading)
        await self.hand_in(place, record, reading)

    def as_known(self, article: Article, place: Place, reading: Reading) -> Article | Drop:
        """Return the article with what is known of it, or the refusal of its twin's page."""
        article.request_url = place.url
        article.retrieved_at = place.captured_at or None
        known = self.memory.known(article)
        if known and is_twin_url(place.url) and not is_twin_url(known.url):
            return Drop(url=place.url, reason="duplicate_url", in_favour_of=known.url)
        if known and article.body and reading.learned.doubtful:
            article.body = text_as_known(article.body, reading.learned, known)
        return article

    async def hand_in(
        self, place: Place, record: Article | Drop, reading: Reading | None = None
    ) -> None:
        """Send a page's record through the pipelines; its outcome is kept when this returns."""
        meta = {
            "series": self.key,
            "hops": 0,
            "position": self.passed and self.passed.position,
            "learned": reading.learned if reading else Learned(),
            "taken": True,
        }
        headers = response_headers(reading.headers if reading else ())
        request = Request(place.url, meta=meta)
        response = Response(request.url, headers=headers, request=request)
        self.crawler.signals.send_catch_log(
            signals.response_received, response=response, request=request, spider=self
        )
        self.memory.journal.gather(response, [record])
        if self.crawler.engine:
            await self.crawler.engine.scraper.start_itemproc_async(record, response=response)
        self.passed, self.not_kept = None, 0
        if isinstance(record, Article):
            self.memory.repeated.discard(record.url)

    # The end

    @property
    def tally(self) -> Tally:
        account = self.accounts[self.key]
        if not isinstance(account, Tally):
            raise TypeError("the account of a series keeps its articles")
        return account

    def archives_read(self) -> list[dict[str, Any]]:
        """Return what is said of each file in the report."""
        return self.reports.told()

    def closed(self, _reason: str) -> None:
        self.logger.info("%s", self.reports.summary())

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(f"newscrawler/{name}", by)
