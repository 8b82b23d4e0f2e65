"""Reads the listing of a series to its end, and keeps the account of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeAlias

from scrapy import Request, Spider
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawler.accounts import END_OF_LISTING, NEXT_WAS_READ, Account, series_key
from newscrawler.commits import GONE
from newscrawler.items import Article, Drop, Series
from newscrawler.memory import Memory, memory_of
from newscrawler.network.answers import failed_request, failure_reason
from newscrawler.normalise.urls import clean_url, same_site, site_of, url_key
from newscrawler.pages.archive_days import archived
from newscrawler.pages.listing import Entry, ListingPage
from newscrawler.publishers import listing_page
from newscrawler.spiders.arguments import ALL_HOPS, SeriesArguments
from newscrawler.spiders.rendering import Rendering

Output: TypeAlias = Request | Article | Drop

# A page may repeat the one before it or come empty, and the next one go on.
MAX_BARREN_PAGES = 3
# An archive has a page for days on which nothing happened in a series, too.
MAX_QUIET_DAYS = 100
# Answers by which a site says that it does not want to be crawled.
BLOCKED = ("robots", "crawl_delay", "host_busy", "http_403", "http_429", "http_451")


class Listed(NamedTuple):
    """What one listing page names: all, those of the period, and of these the new ones."""

    all: list[Entry]
    wanted: list[Entry]
    fresh: list[Entry]


class ListingSpider(Spider):
    """What follows a series has of its listing; what comes of the articles is said below it."""

    arguments: SeriesArguments

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[str, Account] = {}
        self.starts_left = 0
        self.waiting: list[Request] = []
        self.listing_urls: set[str] = set()

    def parse_article(self, response: Response) -> Iterator[Output]:
        raise NotImplementedError

    def failed(self, failure: Failure) -> Iterator[Output]:
        raise NotImplementedError

    @cached_property
    def rendering(self) -> Rendering:
        return Rendering(self.arguments.browser, self.crawler.settings)

    @property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    def open_account(self, series: Series, page_url: str) -> str:
        """Open the account of `series` unless it is open, and return its key.

        A series without an address has no listing: what is known of it, and the page at
        `page_url`, are where its related articles are followed from.
        """
        key = series_key(series, site_of(page_url))
        if key not in self.accounts:
            account = self.accounts[key] = Account(
                series.name, series.url, series.advertised, limited=self.arguments.limited
            )
            self.recall(key, account)
            if not series.url:
                self.do_without_listing(key, "no listing")
        return key

    def do_without_listing(self, key: str, why: str) -> None:
        """Follow the related articles of every article of the series instead."""
        account = self.accounts[key]
        account.no_listing = why
        account.stopped = f"{why}: related articles followed to their end"
        members = self.memory.state.members(key)
        self.waiting.extend(self.article_request(one.url, key, hops=0) for one in members)
        self.waiting.extend(self.pending(key))

    def reach(self, key: str) -> int:
        """Return how many links away from what is listed an article may be."""
        return ALL_HOPS if self.accounts[key].no_listing else self.arguments.related

    def recall(self, key: str, account: Account) -> None:
        """Go on with what earlier runs know of a series and have not done."""
        memory = self.memory
        memory.open_series(key, account.name, account.url, account.advertised)
        account.listed_before = {url_key(one.url) for one in memory.state.members(key)}
        for article in memory.state.unpublished(key):
            account.deliver(article.url)
            if article.version > 1:
                account.updated.add(url_key(article.url))
        if account.url:
            self.waiting.extend(self.pending(key))

    def pending(self, key: str) -> Iterator[Request]:
        """Ask again for what earlier runs of the series have put off."""
        for page in self.memory.state.pending(key, self.memory.started_at):
            if page.hops <= self.reach(key):
                yield self.article_request(page.url, key, page.hops)

    def listings_read(self) -> bool:
        return not self.starts_left and all(one.stopped for one in self.accounts.values())

    def release(self) -> Iterator[Request]:
        """Ask for the related articles that wait, once every listing has been read.

        They wait because a listed article is in the series even where its page does not
        say so: only listings read to their end can tell.
        """
        if self.listings_read():
            waiting, self.waiting = self.waiting, []
            yield from waiting

    def idle(self) -> None:
        """Let no related article wait for a start page that led to another one's page."""
        engine, waiting = self.crawler.engine, self.waiting
        if not engine or not waiting:
            return
        self.waiting, self.starts_left = [], 0
        for request in waiting:
            engine.crawl(request)
        raise DontCloseSpider

    # Listing pages

    def parse_listing(self, response: Response) -> Iterator[Output]:
        key = response.meta["series"]
        account = self.accounts[key]
        account.listing_pages += 1
        if not isinstance(response, TextResponse):
            account.stopped = f"listing page {response.url} is no text"
            yield from self.next_listing(key, None)
            return
        listing = listing_page(response)
        if account.listing_pages == 1:
            account.advertised = listing.advertised() or account.advertised
        listed, next_url = self.list_articles(listing, account), listing.next_page()
        found = [self.article_request(entry.url, key, hops=0) for entry in listed.fresh]
        response.meta["listed"] = [entry.url for entry in listed.all]
        response.meta["found"] = found
        yield from found
        account.stopped = self.why_stop(account, listed, next_url)
        if account.stopped == END_OF_LISTING and self.needs_browser(response, listing, key):
            yield self.listing_request(response.url, key)
        else:
            yield from self.next_listing(key, next_url)

    def needs_browser(self, response: Response, listing: ListingPage, key: str) -> bool:
        """Tell whether the page is to be asked for again, as only a script shows the rest."""
        account = self.accounts[key]
        found = self.rendering.find(response, listing, first=account.listing_pages == 1)
        if found:
            account.stopped = found.stopped
            self.count("listing_failed", by=int(found.is_failure))
        if not found or found.stopped:
            return False
        self.rendering.scripted.add(key)
        account.listing_pages -= 1  # it is the same page
        return True

    def list_articles(self, listing: ListingPage, account: Account) -> Listed:
        """Enter the page's articles into the account, and tell of them."""
        entries = [entry for entry in listing.entries() if same_site(entry.url, listing.url)]
        wanted = [entry for entry in entries if self.arguments.period.holds(entry.date)]
        fresh = [entry for entry in wanted if account.list_article(entry.url)]
        self.count_known(entries, account)
        self.count("listed", by=len(fresh))
        self.count("out_of_period", by=len(entries) - len(wanted))
        told = (account.listing_pages, len(entries), len(fresh), listing.url)
        self.logger.info("listing page %d: %d articles, %d new here: %s", *told)
        return Listed(entries, wanted, fresh)

    def count_known(self, entries: list[Entry], account: Account) -> None:
        """Note whether as many known articles stand in a row as are to end the reading."""
        limit = self.arguments.stop_known
        for entry in entries if limit else ():
            is_known = self.memory.article_at(entry.url) is not None
            account.known_in_a_row = account.known_in_a_row + 1 if is_known else 0
            account.stopped_at_known |= account.known_in_a_row == limit

    def why_stop(self, account: Account, listed: Listed, next_url: str | None) -> str | None:
        """Return why the listing is not read further, None to read on."""
        period = self.arguments.period
        if not next_url:
            return END_OF_LISTING
        if clean_url(next_url) in self.listing_urls:
            return NEXT_WAS_READ
        if account.stopped_at_known:
            return f"{self.arguments.stop_known} known articles in a row"
        if account.listing_pages >= self.arguments.max_pages:
            return f"{account.listing_pages} listing pages"
        if listed.all and all(period.begins_after(entry.date) for entry in listed.all):
            return f"articles before {period.since}"
        account.barren_pages = 0 if listed.fresh else account.barren_pages + 1
        is_quiet = not listed.all and archived(next_url) is not None
        limit = MAX_QUIET_DAYS if is_quiet else MAX_BARREN_PAGES
        if account.barren_pages >= limit and (listed.wanted or not listed.all):
            return f"{account.barren_pages} listing pages in a row brought nothing new"
        return None

    def next_listing(self, key: str, next_url: str | None) -> Iterator[Output]:
        """Ask for the next listing page or, after the last, for the related articles."""
        if self.accounts[key].stopped is None and next_url:
            yield self.listing_request(next_url, key)
        else:
            account = self.accounts[key]
            self.logger.info("listing of %s read: %s", account.name, account.stopped)
            yield from self.release()

    def listing_request(self, url: str, key: str) -> Request:
        self.listing_urls.add(clean_url(url))
        rendered = {"playwright": True} if self.rendering.is_due(url, key) else {}
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            meta={"series": key, **rendered},
            dont_filter=True,
        )

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        key = request.meta["series"]
        account = self.accounts[key]
        account.stopped = f"listing page {request.url} failed: {reason}"
        if reason in GONE and not account.listing_pages:
            self.do_without_listing(key, f"the listing is gone ({reason})")
        self.count("listing_failed")
        self.count_failure(reason)
        yield Drop(url=request.url, reason=reason, detail="listing page")
        yield from self.next_listing(key, None)

    # Requests and counts

    def article_request(self, url: str, key: str, hops: int) -> Request:
        meta = {"series": key, "hops": hops}
        return Request(url, callback=self.parse_article, errback=self.failed, meta=meta)

    def count_failure(self, reason: str) -> None:
        self.count("not_had")
        if reason in BLOCKED:
            self.count("blocked")

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(f"newscrawler/{name}", by)
