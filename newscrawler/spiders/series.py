"""Follow a series from any of its articles or its listing page: which page next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple, Self, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawler.accounts import Account, series_key
from newscrawler.archives.capture import utc_now
from newscrawler.items import Article, Drop, Series
from newscrawler.network import asked_for, failure_reason, page_key, reached_by
from newscrawler.normalise.urls import clean_url, same_site, site_of, url_key
from newscrawler.pages.listing import Entry, ListingPage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page
from newscrawler.spiders.arguments import SeriesArguments
from newscrawler.spiders.requests import (
    canonical_of_twin,
    failed_request,
    left_site,
    twin_instead,
)

Output: TypeAlias = Request | Article | Drop

# The longest series seen has some 2,000 articles at 20 a page; a listing that goes on is a trap.
MAX_LISTING_PAGES = 200
# A page may repeat the one before it or come empty, and the next one go on.
MAX_BARREN_PAGES = 3


class Listed(NamedTuple):
    """What one listing page names: all, those of the period, and of these the new ones."""

    all: list[Entry]
    wanted: list[Entry]
    fresh: list[Entry]


class SeriesSpider(Spider):
    """Reads the listing of a series to its end, then follows related articles inside it."""

    name = "series"

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.arguments = self.read_arguments(**arguments)
        self.accounts: dict[str, Account] = {}
        by_page = {page_key(url): url for url in reversed(self.arguments.urls)}
        self.starts = list(by_page.values())[::-1]
        self.starts_left = len(self.starts)
        self.waiting: list[Request] = []
        self.listing_urls: set[str] = set()
        self.yielded = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Ask as many pages at once as there are sites, and of one site in the listing's order.

        Scrapy's 16 at once mix up the feed where a page redirects, and its usual queue takes
        turns between the hosts of a site.
        """
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        sites = {site_of(url) for url in spider.arguments.urls}
        crawler.settings.set("CONCURRENT_REQUESTS", len(sites), priority="spider")
        if len(sites) == 1:
            queue = "scrapy.pqueues.ScrapyPriorityQueue"
            crawler.settings.set("SCHEDULER_PRIORITY_QUEUE", queue, priority="spider")
        return spider

    @staticmethod
    def read_arguments(**arguments: str) -> SeriesArguments:
        """Raise ValueError that names the wrong argument."""
        return SeriesArguments.read(**arguments)

    async def start(self) -> AsyncIterator[Any]:
        for url in self.starts:
            yield Request(url, callback=self.parse_start, errback=self.failed, meta={"hops": 0})

    def parse_start(self, response: Response) -> Iterator[Output]:
        listing = listing_page(response) if isinstance(response, TextResponse) else None
        if listing and listing.is_listing():
            self.starts_left -= 1
            key = response.meta["series"] = self.open_account(listing.series())
            first_page = listing.first_page()
            if url_key(first_page) != url_key(response.url):
                yield self.listing_request(first_page, key)
            elif clean_url(response.url) not in self.listing_urls:
                self.listing_urls.add(clean_url(response.url))
                yield from self.parse_listing(response)
        else:
            yield from self.parse_article(response)
            yield from self.release()

    def open_account(self, series: Series) -> str:
        """Open the account of `series` unless it is open, and return its key."""
        key = series_key(series)
        if key not in self.accounts:
            self.accounts[key] = Account(
                series.name, series.url, series.advertised, limited=self.arguments.limited
            )
        return key

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

    def listings_read(self) -> bool:
        return not self.starts_left and all(one.stopped for one in self.accounts.values())

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
        for entry in listed.fresh:
            yield self.article_request(entry.url, key, hops=0)
        account.stopped = self.why_stop(account, listed, next_url)
        yield from self.next_listing(key, next_url)

    def list_articles(self, listing: ListingPage, account: Account) -> Listed:
        """Enter the page's articles into the account, and tell of them."""
        entries = [entry for entry in listing.entries() if same_site(entry.url, listing.url)]
        wanted = [entry for entry in entries if self.arguments.period.holds(entry.date)]
        fresh = [entry for entry in wanted if account.list_article(entry.url)]
        self.count("listed", by=len(fresh))
        self.count("out_of_period", by=len(entries) - len(wanted))
        told = (account.listing_pages, len(entries), len(fresh), listing.url)
        self.logger.info("listing page %d: %d articles, %d new here: %s", *told)
        return Listed(entries, wanted, fresh)

    def why_stop(self, account: Account, listed: Listed, next_url: str | None) -> str | None:
        """Return why the listing is not read further, None to read on."""
        period = self.arguments.period
        if not next_url:
            return "end of the listing"
        if clean_url(next_url) in self.listing_urls:
            return "the next page had been read"
        if account.listing_pages >= MAX_LISTING_PAGES:
            return f"{MAX_LISTING_PAGES} listing pages"
        if listed.all and all(period.begins_after(entry.date) for entry in listed.all):
            return f"articles before {period.since}"
        account.barren_pages = 0 if listed.fresh else account.barren_pages + 1
        if account.barren_pages >= MAX_BARREN_PAGES and (listed.wanted or not listed.all):
            return f"{MAX_BARREN_PAGES} listing pages in a row brought nothing new"
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
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            meta={"series": key},
            dont_filter=True,
        )

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        key = request.meta["series"]
        self.accounts[key].stopped = f"listing page {request.url} failed: {reason}"
        self.count("listing_failed")
        yield Drop(url=request.url, reason=reason, detail="listing page")
        yield from self.next_listing(key, None)

    # Articles

    def article_request(self, url: str, key: str, hops: int) -> Request:
        meta = {"series": key, "hops": hops}
        return Request(url, callback=self.parse_article, errback=self.failed, meta=meta)

    def parse_article(self, response: Response) -> Iterator[Output]:
        if not isinstance(response, TextResponse):
            yield self.refuse(response, "not_an_article")
            return
        page = article_page(response)
        canonical = canonical_of_twin(page, response)
        if canonical:
            yield canonical
            return
        article = read_article(page)
        listed = "series" in response.meta and response.meta.get("hops") == 0
        reason = obstacle(page, article, listed=listed)
        if "series" in response.meta and left_site(response):
            reason = reason or "off_site"
        if reason:
            yield self.refuse(response, reason)
        else:
            yield from self.take_article(article, response)

    def refuse(self, response: Response, reason: str) -> Drop:
        url = asked_for(response.request) if response.request else response.url
        if "series" not in response.meta:
            self.cannot_start(url, reason)
        detail = f"it leads to {response.url}" if url_key(url) != url_key(response.url) else None
        return Drop(url=url, reason=reason, detail=detail)

    def cannot_start(self, url: str, reason: str) -> None:
        self.starts_left -= 1
        self.logger.error("cannot start: %s: %s", url, reason)
        self.count("start_failed")

    def take_article(self, article: Article, response: Response) -> Iterator[Output]:
        article.retrieved_at = self.time_of(response)
        article.request_url = asked_for(response.request) if response.request else None
        listing = list(self.open_series_of(article, response))
        drop = self.reason_to_drop(article, response)
        if drop:
            yield drop
        else:
            self.make_room()
            response.meta["taken"] = True
            yield article
            yield from self.follow_related(article, response)
        yield from listing

    def open_series_of(self, article: Article, response: Response) -> Iterator[Request]:
        """For an article that a user started from: open its series and ask for the listing."""
        if "series" in response.meta:
            return
        self.starts_left -= 1
        series = next((one for one in article.series or [] if one.url), None)
        if series is None:
            self.logger.warning("names no series, so only it is delivered: %s", response.url)
            return
        response.meta["series"] = key = self.open_account(series)
        if series.url and clean_url(series.url) not in self.listing_urls:
            yield self.listing_request(series.url, key)

    def reason_to_drop(self, article: Article, response: Response) -> Drop | None:
        if not self.belongs(article, response):
            others = ", ".join(one.name for one in article.series or []) or "none"
            return Drop(url=article.url, reason="other_series", detail=f"its series: {others}")
        published = article.date_published
        if not self.arguments.period.holds(published):
            self.count("out_of_period")
            return Drop(url=article.url, reason="out_of_period", detail=f"published {published}")
        return None

    def belongs(self, article: Article, response: Response) -> bool:
        """Tell whether the article is in a series of this run, and put it to its account."""
        key = response.meta.get("series")
        addresses = {response.url, *(reached_by(response.request) if response.request else [])}
        if key is None or self.accounts[key].holds(article, addresses):
            return True
        homes = [one for one in self.accounts if self.accounts[one].holds(article, addresses)]
        response.meta["series"] = homes[0] if homes else key
        response.meta["outside"] = not homes
        return bool(homes) or self.arguments.scope == "site"

    def make_room(self) -> None:
        """Stop the crawl once as many articles are on their way as were asked for."""
        limit = self.arguments.max_articles
        refused = self.crawler.stats.get_value("newscrawler/refused", 0)
        if limit is not None and self.yielded - refused >= limit:
            raise CloseSpider("max_articles")
        self.yielded += 1

    def follow_related(self, article: Article, response: Response) -> Iterator[Request]:
        hops, key = response.meta.get("hops", 0), response.meta.get("series")
        if key is None or hops >= self.arguments.related:
            return
        related = [one.url for one in article.related or [] if same_site(one.url, article.url)]
        requests = [self.article_request(url, key, hops + 1) for url in related]
        if self.listings_read():
            yield from requests
        else:
            self.waiting.extend(requests)

    def failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        twin = twin_instead(request)
        if twin:
            yield twin
            return
        key, url = request.meta.get("series"), asked_for(request)
        if key is None:
            self.cannot_start(url, reason)
        elif url_key(url) in self.accounts[key].listed:
            self.accounts[key].fail(url, reason)
            self.count("failed_listed")
        yield Drop(url=url, reason=reason, detail=failure.getErrorMessage())
        yield from self.release()

    def time_of(self, response: Response) -> str | None:
        """Return when the page was fetched; unknown for saved pages that do not say."""
        stated: str | None = response.meta.get("retrieved_at")
        return stated if stated or self.settings.get("NEWSCRAWLER_REPLAY") else utc_now()

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(f"newscrawler/{name}", by)
