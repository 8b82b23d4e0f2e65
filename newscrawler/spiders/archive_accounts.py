"""What a crawl of archives counts, and how the outcome of a page is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.http import Response

from newscrawler.accounts import Account, series_key
from newscrawler.archives.http_headers import response_headers
from newscrawler.items import Article, Drop, Series
from newscrawler.memory import Memory, memory_of
from newscrawler.normalise.urls import url_key
from newscrawler.pages.site_memory import Learned
from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.archive_listings import ListingReading
from newscrawler.spiders.archive_pages import Passed, Place, Reading
from newscrawler.spiders.archive_report import FileReports
from newscrawler.state.rows import ArchivePosition, PageCommit
from newscrawler.tallies import Tally

# Pages without an outcome of their own, after which the position is kept alone.
KEPT_EVERY = 500


class ArchiveAccounts(Spider):
    """One account a run: of the series that is wanted, or of all that the archives hold."""

    def __init__(self, arguments: ArchiveArguments) -> None:
        super().__init__()
        self.arguments = arguments
        self.accounts: dict[str, Account] = {}
        self.key = ""
        self.reports = FileReports()
        self.waiting = 0
        """Articles of a run that was stopped, which this one publishes."""
        self.position: ArchivePosition | None = None
        """How far the reading has come, while that is not kept."""
        self.not_kept = 0

    @property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    @property
    def account(self) -> Account:
        return self.accounts[self.key]

    @property
    def is_ending(self) -> bool:
        """Whether the crawl is being closed, so that nothing more may be handed in."""
        engine = self.crawler.engine
        slot = engine.scraper.slot if engine else None
        return self.memory.is_stopping or slot is None or slot.closing is not None

    # The account

    def open_account(self, selection: str) -> None:
        wanted = self.arguments.series
        series = wanted or Series(name=selection[:1].upper() + selection[1:])
        self.key, state = series_key(series), self.memory.state
        known = state.series(self.key)
        name = known.name if known else series.name
        self.memory.open_series(self.key, name, series.url, None)
        self.waiting = state.unpublished_counts().get(self.key, {}).get("article", 0)
        if wanted:
            account = Account(name, series.url, limited=self.arguments.is_limited)
            self.accounts[self.key] = account
            self.recall(account, has_read=bool(state.archive_positions(selection)))
        else:
            self.accounts[self.key] = Tally(
                name, limited=self.arguments.is_limited, new=self.waiting
            )

    def recall(self, account: Account, *, has_read: bool) -> None:
        """Enter what earlier runs know of a series."""
        state = self.memory.state
        members = state.members(self.key)
        account.listed_before = {url_key(one.url) for one in members if one.listed_at}
        for article in state.unpublished(self.key):
            account.deliver(article.url)
            if article.version > 1:
                account.update(article.url)
        for one in members if has_read else ():
            if one.article:
                account.know(one.url)
                self.count("known")

    def listed_keys(self) -> Iterator[str]:
        yield from self.account.listed
        yield from self.account.listed_before

    def list_page(self, place: Place, reading: ListingReading) -> None:
        """Enter what a listing page names, and keep it."""
        account, series = self.account, reading.series
        account.listing_pages += 1
        account.advertised = reading.advertised or account.advertised
        if series and account.name == account.url:
            account.name = series.name
        self.memory.open_series(self.key, account.name, account.url, account.advertised)
        for url in reading.entries:
            account.list_article(url)
        request = self.request(place, listed=list(reading.entries))
        self.memory.journal.gather(Response(request.url, request=request), [])
        self.position, self.not_kept = None, 0

    # What lies between two pages

    def take_passed(self, passed: Passed) -> None:
        """Count what was passed, and say what could not be read."""
        self.reports.add(passed)
        for fault in passed.faults:
            self.logger.error("%s", fault)
        self.count("start_failed", by=int(passed.is_unreadable))
        self.count("listing_failed", by=int(passed.is_cut_off))
        self.count("listed", by=passed.damaged)
        self.count("failed_listed", by=passed.damaged)
        account = self.account
        if passed.known and isinstance(account, Tally):
            # What waits from a run that was killed is known as well, and still delivered as new.
            self.count("known", by=passed.known)
            account.again += max(0, passed.known - self.waiting)
            self.waiting = max(0, self.waiting - passed.known)

    def leave_out(self, passed: Passed, reason: str) -> None:
        """Count a page that is none of those that are wanted."""
        self.reports.leave_out(passed, reason)
        self.count(reason)
        self.not_kept += 1
        if self.not_kept >= KEPT_EVERY:
            self.keep_position()

    def keep_position(self) -> None:
        position, self.position, self.not_kept = self.position, None, 0
        if position and position.offset:
            self.memory.keep(PageCommit(series=self.key, position=position))

    # Pages

    async def hand_in(
        self, place: Place, record: Article | Drop, reading: Reading | None = None
    ) -> None:
        """Send a page's record through the pipelines; its outcome is kept when this returns."""
        learned = reading.learned if reading else Learned()
        request = self.request(place, learned=learned, taken=True)
        headers = response_headers(reading.headers if reading else ())
        response = Response(request.url, headers=headers, request=request)
        self.crawler.signals.send_catch_log(
            signals.response_received, response=response, request=request, spider=self
        )
        self.memory.journal.gather(response, [record])
        if self.crawler.engine:
            await self.crawler.engine.scraper.start_itemproc_async(record, response=response)
        self.position, self.not_kept = None, 0
        if isinstance(record, Article):
            self.memory.repeated.discard(record.url)

    def request(self, place: Place, **meta: Any) -> Request:
        """Return the request to which a capture is the answer."""
        meta |= {"series": self.key, "hops": 0, "position": self.position}
        return Request(place.url, meta=meta)

    def archives_read(self) -> list[dict[str, Any]]:
        """Return what is said of each file in the report."""
        return self.reports.told()

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(f"newscrawler/{name}", by)
