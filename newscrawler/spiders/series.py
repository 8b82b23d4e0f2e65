"""Follow a series from any of its articles or its listing page: which page next."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawler.archives.capture import utc_now
from newscrawler.frontier import NOT_MODIFIED
from newscrawler.identity import page_key
from newscrawler.items import Article, Drop, Series
from newscrawler.memory import take_as_known
from newscrawler.network.answers import (
    asked_for,
    failed_request,
    failure_reason,
    failure_told,
    reached_by,
)
from newscrawler.network.request_guard import OFF_SITE
from newscrawler.normalise.urls import clean_url, site_of, url_key
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page
from newscrawler.spiders.arguments import SeriesArguments
from newscrawler.spiders.listings import Output
from newscrawler.spiders.related import RelatedSpider
from newscrawler.spiders.rendering import is_rendered
from newscrawler.spiders.requests import (
    canonical_of_twin,
    left_site,
    twin_instead,
)


class SeriesSpider(RelatedSpider):
    """Reads the listing of a series to its end, then follows related articles inside it."""

    name = "series"

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.arguments = self.read_arguments(**arguments)
        self.typed_urls = self.arguments.urls
        by_page = {page_key(url): url for url in reversed(self.arguments.urls)}
        self.starts = list(by_page.values())[::-1]
        self.crawl_key = " ".join(sorted(by_page))
        self.revisits = self.arguments.revisits
        self.scope, self.period = self.arguments.scope, self.arguments.period
        self.starts_left = len(self.starts)
        self.yielded = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Ask as many pages at once as there are sites, and of one site in the listing's order.

        Scrapy's 16 at once mix up the feed where a page redirects, and its usual queue takes
        turns between the hosts of a site.
        """
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        crawler.signals.connect(spider.pass_by, signals.request_dropped)
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
            known = self.memory.article_to_start_from(url)
            record = json.loads(known.line) if known else {}
            # Where a series has no listing, the page one starts from is read in its place.
            if known and (not record.get("series") or the_listed(record["series"])):
                for request in self.start_from(record):
                    yield request
            else:
                yield Request(url, callback=self.parse_start, errback=self.failed, meta={"hops": 0})

    def start_from(self, known: dict[str, Any]) -> Iterator[Request]:
        """Start from an article of an earlier run, which need not be fetched for its series."""
        self.starts_left -= 1
        series = the_listed(known.get("series", []))
        if series is None:
            self.logger.info("known, and names no series: %s", known["url"])
            return
        key = self.open_account(Series(**series), known["url"])
        self.accounts[key].know(known["url"])
        if clean_url(series["url"]) not in self.listing_urls:
            yield self.listing_request(series["url"], key)

    def parse_start(self, response: Response) -> Iterator[Output]:
        listing = listing_page(response) if isinstance(response, TextResponse) else None
        if listing and listing.is_listing():
            self.starts_left -= 1
            response.meta["listed"] = []
            key = response.meta["series"] = self.open_account(listing.series(), response.url)
            first_page = listing.first_page()
            is_plain = not is_rendered(response)
            if url_key(first_page) != url_key(response.url) or (
                is_plain and self.rendering.is_due(first_page)
            ):
                yield self.listing_request(first_page, key)
            elif clean_url(response.url) not in self.listing_urls:
                self.listing_urls.add(clean_url(response.url))
                yield from self.parse_listing(response)
        elif listing and self.rendering.may_be_listing(response, listing):
            yield response.follow(
                response.url,
                callback=self.parse_start,
                errback=self.failed,
                meta={"hops": 0, "playwright": True},
                dont_filter=True,
            )
        else:
            yield from self.parse_article(response)
            yield from self.release()

    # Articles

    def parse_article(self, response: Response) -> Iterator[Output]:
        if response.status == NOT_MODIFIED and response.request:
            yield Drop(url=asked_for(response.request), reason="unchanged")
            return
        if not isinstance(response, TextResponse):
            yield self.refuse(response, "not_an_article")
            return
        page = article_page(response)
        canonical = canonical_of_twin(page, response)
        if canonical:
            yield canonical
            return
        article = self.read(page, response)
        listed = "series" in response.meta and response.meta.get("hops") == 0
        reason = obstacle(page, article, listed=listed)
        if "series" in response.meta and left_site(response):
            reason = reason or OFF_SITE
        elif listed:
            self.accounts[response.meta["series"]].measure(article, reason)
        if reason:
            yield self.refuse(response, reason)
        else:
            yield from self.take_article(article, response)

    def read(self, page: ArticlePage, response: Response) -> Article:
        """Read an article with what the crawl knows of its site, and note what it teaches."""
        site, reached = page.domain_of(page.url), reached_by(response.request or Request(page.url))
        url = page.document.own_url
        known = self.memory.article_at(url, page.url, *reached)
        article = read_article(page, self.memory.site_memory(site, url, known))
        if known and article.body:
            beside = partial(self.memory.state.beside, known.key)
            take_as_known(article, known, page.learned, page.document.shown_lines, beside)
        response.meta["learned"] = page.learned
        return article

    def refuse(self, response: Response, reason: str) -> Drop:
        url = asked_for(response.request) if response.request else response.url
        if "series" not in response.meta and not self.open_unreadable(url, reason, response):
            self.cannot_start(url, reason)
        detail = f"it leads to {response.url}" if url_key(url) != url_key(response.url) else None
        return Drop(url=url, reason=reason, detail=detail)

    def open_unreadable(self, url: str, reason: str, response: Response) -> bool:
        """Open the account of a listing that earlier runs could read, and this one cannot."""
        known = self.memory.state.find_series(url)
        if len(known) != 1:
            return False
        self.starts_left -= 1
        series = Series(name=known[0].name, url=url)
        key = response.meta["series"] = self.open_account(series, url)
        self.accounts[key].listing_pages = 1
        self.accounts[key].stopped = f"the listing cannot be read any more: {reason}"
        return True

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
            self.note_member(article, response)
            response.meta["taken"] = True
            yield article
            yield from self.follow_related(article, response)
        yield from listing

    def open_series_of(self, article: Article, response: Response) -> Iterator[Request]:
        """For an article that a user started from: open its series and ask for the listing."""
        if "series" in response.meta:
            return
        self.starts_left -= 1
        stated = article.series or []
        series = next((one for one in stated if one.url), None) or next(iter(stated), None)
        if series is None:
            self.logger.warning("names no series, so only it is delivered: %s", response.url)
            return
        response.meta["series"] = key = self.open_account(series, response.url)
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
        key, stated = response.meta.get("series"), article.series or []
        reached = reached_by(response.request) if response.request else []
        addresses = {article.url, response.url, *reached}
        if key is None or self.accounts[key].holds(stated, addresses):
            return True
        homes = [one for one, it in self.accounts.items() if it.holds(stated, addresses)]
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

    def failed(self, failure: Failure) -> Iterator[Output]:
        request, reason = failed_request(failure), failure_reason(failure)
        if reason == OFF_SITE:
            yield self.leave_out(request, reason, failure)
            yield from self.release()
            return
        self.count_failure(reason)
        twin = twin_instead(request)
        if twin:
            yield twin
            return
        key, url = request.meta.get("series"), asked_for(request)
        if key is None:
            self.cannot_start(url, failure_told(failure))
        elif held := self.memory.article_at(url):
            self.accounts[key].know(held.url, url)  # it is not missing, only not looked at again
        elif url_key(url) in self.accounts[key].listed:
            self.accounts[key].fail(url, reason)
            self.count("failed_listed")
        elif self.accounts[key].no_listing:  # it may be of the series, and nobody can tell
            self.accounts[key].fail(url, reason)
        yield Drop(url=url, reason=reason, detail=failure.getErrorMessage())
        yield from self.release()

    def leave_out(self, request: Request, reason: str, failure: Failure) -> Drop:
        """Refuse a page that leads off the site; nothing of it was asked for there."""
        url = asked_for(request)
        self.accounts[request.meta["series"]].drop(url, reason)
        self.count(f"dropped/{reason}")
        return Drop(url=url, reason=reason, detail=failure.getErrorMessage())

    def time_of(self, response: Response) -> str | None:
        """Return when the page was fetched; unknown for saved pages that do not say."""
        stated: str | None = response.meta.get("retrieved_at")
        return stated if stated or self.settings.get("NEWSCRAWLER_REPLAY") else utc_now()


def the_listed(series: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the first of the series in an article's record that has a listing."""
    return next((one for one in series if one.get("url")), None)
