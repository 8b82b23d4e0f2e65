"""Follow a whole site from what it publishes of itself: feeds, sitemaps, news sitemaps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawler.accounts import Account, series_key
from newscrawler.discovery.addresses import feeds_of, robots_of, sitemaps_of, usual_places
from newscrawler.discovery.entries import DocumentError, Entry
from newscrawler.discovery.kinds import Kind, kind_of
from newscrawler.identity import page_key
from newscrawler.items import Article, Drop, Series
from newscrawler.network.answers import asked_for, failed_request, failure_reason, failure_told
from newscrawler.normalise.months import month_of
from newscrawler.normalise.urls import host_of, url_key
from newscrawler.pages.document import Document as Page
from newscrawler.pages.vocabulary import SERIES_PATH
from newscrawler.publishers import article_class, listing_page
from newscrawler.spiders.documents import LIMITS, Contents, read_document
from newscrawler.spiders.listings import Output
from newscrawler.spiders.reading_list import (
    Document,
    Rank,
    ReadingList,
    Site,
    sitemap_at,
    widened,
)
from newscrawler.spiders.series import SeriesSpider
from newscrawler.spiders.site_arguments import SiteArguments
from newscrawler.state.rows import PageCommit
from newscrawler.state.store import StateError

# Articles asked for before the next look at the line: one transaction each time.
BATCH = 50
# Articles that may have left the document before the next run. Google: a news sitemap has at
# most 1,000; what a longer one names is named again.
MAX_QUEUED = 1_000
# Series that are named in the report, and at the end of the log.
MAX_NAMED, MAX_TOLD = 1_000, 20


class SiteSpider(SeriesSpider):
    """Reads the documents of a site one after the other, and asks for the articles they name."""

    name = "site"
    trusted_hops = -1
    """None: what sitemaps and feeds name has no end of its own, as a listing's pages have."""
    arguments: SiteArguments

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self.sites: dict[str, Site] = {}
        self.series_seen: Counter[str] = Counter()
        self.series_known: dict[str, Series] = {}

    @staticmethod
    def read_arguments(**arguments: str) -> SiteArguments:
        """Raise ValueError that names the wrong argument."""
        return SiteArguments.read(**arguments)

    async def start(self) -> AsyncIterator[Any]:
        # The months of 70 languages are read with the first that is not English: half a second.
        await asyncio.to_thread(month_of, "janvier")
        for url in self.starts:
            series = Series(name=article_class(url).site_name or host_of(url), url=url)
            reading = ReadingList(self.arguments.documents, widened(self.arguments.period))
            self.sites[series_key(series)] = Site(url, reading)
            key = self.open_account(series, url)
            yield self.document_request(url, key).replace(
                callback=self.parse_home, errback=self.start_failed
            )

    def recall(self, key: str, account: Account) -> None:
        """Go on with what earlier runs have not done; what they have is not gone through."""
        state = self.memory.state
        self.memory.open_series(key, account.name, account.url, None)
        for article in state.unpublished(key):
            account.deliver(article.url)
            if article.version > 1:
                account.updated.add(url_key(article.url))
        pending = state.pending(key, self.memory.started_at)
        self.sites[key].reading.line.extend(page.url for page in pending)

    # The start page and robots.txt

    async def parse_home(self, response: Response) -> AsyncIterator[Output]:
        key = response.meta["series"]
        site = self.sites[key]
        self.starts_left -= 1
        site.home = response.url
        if kind_of(response.body) is Kind.PAGE and isinstance(response, TextResponse):
            self.accounts[key].listing_pages += 1
            response.meta["listed"] = []
            self.read_home(response, site)
            yield self.robots_request(site, key)
        else:
            site.has_guessed = True  # one document was asked for, not the site around it
            await self.parse_document(response)
            if site.faults and not site.reading.line and not site.reading.documents:
                self.count("start_failed")

    def read_home(self, response: TextResponse, site: Site) -> None:
        feeds = feeds_of(Page(response))
        site.has_named = bool(feeds)
        site.reading.add(Document(url, Rank.NEWS) for url in feeds)
        site.front = [entry.url for entry in listing_page(response).entries()]
        self.logger.info("%s names %d feeds", response.url, len(feeds))

    def start_failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        self.count_failure(reason)
        self.cannot_start(asked_for(request), failure_told(failure))
        site = self.sites[request.meta["series"]]
        site.has_guessed = True
        site.faults.append(f"start page {request.url} failed: {reason}")
        yield Drop(url=request.url, reason=reason, detail="start page")

    def robots_request(self, site: Site, key: str) -> Request:
        return Request(
            robots_of(site.home),
            callback=self.parse_robots,
            errback=self.robots_failed,
            # RFC 9309, 2.2.2: robots.txt itself may always be read.
            meta={"series": key, "dont_obey_robotstxt": True},
            dont_filter=True,
        )

    def parse_robots(self, response: Response) -> Iterator[Output]:
        response.meta["listed"] = []
        site = self.sites[response.meta["series"]]
        sitemaps = sitemaps_of(response.body, response.url)
        self.logger.info("%s names %d sitemaps", response.url, len(sitemaps))
        site.has_named = site.has_named or bool(sitemaps)
        site.reading.add(sitemap_at(url) for url in sitemaps)
        yield from ()

    def robots_failed(self, failure: Failure) -> Iterator[Output]:
        request = failed_request(failure)
        yield Drop(url=request.url, reason=failure_reason(failure), detail="robots.txt")

    # Documents

    def document_request(
        self, url: str, key: str, rank: Rank = Rank.NEWS, depth: int = 0
    ) -> Request:
        meta = {"series": key, "rank": rank, "index_depth": depth, **LIMITS}
        return Request(
            url,
            callback=self.parse_document,
            errback=self.document_failed,
            meta=meta,
            dont_filter=True,
        )

    async def parse_document(self, response: Response) -> None:
        key = response.meta["series"]
        response.meta["listed"] = []
        self.accounts[key].listing_pages += 1
        site = self.sites[key]
        try:
            read = await read_document(
                response.body, response.url, site.home, partial(self.wants, key)
            )
        except DocumentError as error:
            self.note_fault(error.why, response)
            return
        for fault in read.faults:
            self.logger.warning("%s: %s", response.url, fault)
        if read.broken_off:
            self.note_fault(read.broken_off, response)
        self.take_up(read, response)

    def wants(self, key: str, entry: Entry) -> bool:
        """Tell whether what a document names may be an article of the period, and is new here.

        Sitemaps name the listings of series as well; a feed's entry, with its headline, is none.
        """
        if entry.headline is None and SERIES_PATH.search(entry.url):
            return False
        if not self.sites[key].reading.may_hold(entry):
            self.count("out_of_period")
            return False
        return url_key(entry.url) not in self.accounts[key].listed

    def take_up(self, read: Contents, response: Response) -> None:
        """Put what a document names on the list and into the line."""
        key, number = response.meta["series"], len(read.entries)
        what = "sitemaps" if read.is_index else "articles"
        self.logger.info("%s names %d %s, %d wanted", response.url, read.count, what, number)
        reading = self.sites[key].reading
        if read.is_index:
            depth = response.meta["index_depth"] + 1
            reading.add(sitemap_at(one.url, depth, one.modified) for one in read.entries)
            return
        wanted = reading.line_up(read.entries)
        if len(wanted) <= MAX_QUEUED:
            response.meta["listed"] = wanted
            response.meta["found"] = [self.article_request(url, key, hops=0) for url in wanted]

    def document_failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        if request.meta["rank"] != Rank.GUESS:
            self.count_failure(reason)
            self.note_fault(reason, request)
        yield Drop(url=request.url, reason=reason, detail="feed or sitemap")

    def note_fault(self, why: str, source: Request | Response) -> None:
        """Note what makes the run incomplete; a place that was only tried makes none."""
        if source.meta["rank"] == Rank.GUESS:
            self.logger.info("%s: %s", source.url, why)
            return
        self.logger.error("%s: %s", source.url, why)
        self.sites[source.meta["series"]].faults.append(f"{source.url}: {why}")
        self.count("listing_failed")

    # What comes next

    def idle(self) -> None:
        """Ask for more once all that was asked for has been answered."""
        engine = self.crawler.engine
        try:
            requests = [one for key in self.sites for one in self.next_requests(key)]
        except (StateError, OSError) as error:
            self.memory.give_up(error)
            return
        if engine and requests:
            for request in requests:
                engine.crawl(request)
            raise DontCloseSpider

    def next_requests(self, key: str) -> list[Request]:
        """Return requests for the next articles in the line or, behind it, the next document."""
        site, reading = self.sites[key], self.sites[key].reading
        while reading.line:
            if requests := self.next_articles(key, reading.take(BATCH)):
                return requests
        document = reading.next_document()
        if document:
            return [self.document_request(document.url, key, document.rank, document.depth)]
        if not site.has_named and not site.has_guessed:
            site.has_guessed = True
            reading.add(Document(url, Rank.GUESS) for url in usual_places(site.home))
            return self.next_requests(key)
        if site.front and not self.accounts[key].listed:
            reading.line.extend(site.front)
            site.front = []
            return self.next_requests(key)
        self.accounts[key].stopped = site.why_stopped()
        return []

    def next_articles(self, key: str, urls: list[str]) -> list[Request]:
        new = [url for url in urls if self.accounts[key].list_article(url)]
        self.count("listed", by=len(new))
        if new:
            listed = [(page_key(url), url) for url in new]
            self.memory.keep(PageCommit(series=key, listed=listed))
        return [self.article_request(url, key, hops=0) for url in new]

    # The series that the articles name

    def take_article(self, article: Article, response: Response) -> Iterator[Output]:
        for series in article.series or []:
            self.series_seen[series_key(series)] += 1
            self.series_known.setdefault(series_key(series), series)
        yield from super().take_article(article, response)

    def named_series(self) -> list[dict[str, Any]]:
        """Return the series that the articles name, the most frequent first."""
        return [
            {"name": one.name, "url": one.url, "advertised": one.advertised, "articles": number}
            for key, number in self.series_seen.most_common(MAX_NAMED)
            if (one := self.series_known[key])
        ]

    def closed(self, _reason: str) -> None:
        """Name the series, for who wants to follow one."""
        for one in self.named_series()[:MAX_TOLD]:
            told = (one["articles"], one["name"], one["url"] or "without an address")
            self.logger.info("series of %d articles: %s: %s", *told)
