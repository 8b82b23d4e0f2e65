"""Enters what happens to pages into the accounts of their series."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawler.accounts import Account, accounts_of
from newscrawler.identity import OTHER_PAGES
from newscrawler.items import Article, Drop, Record
from newscrawler.journal import HTTP_ERROR
from newscrawler.memory import memory_of
from newscrawler.network.answers import asked_for, reached_by
from newscrawler.state.rows import KnownArticle, Page


class SeriesAccounts:
    """Keeps the account of each series up to date."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stats = crawler.stats
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.request_dropped, signals.request_dropped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Record, response: object, spider: Spider) -> None:
        """`response` is Scrapy's: the failure, for a record that an errback made."""
        request = response.request if isinstance(response, Response) else None
        account = account_of(spider, request)
        if account and isinstance(response, Response) and response.status < HTTP_ERROR:
            account.fetched += 1
        if isinstance(item, Article):
            self._count("delivered/article")
            delivered = self.stats.get_value("newscrawler/delivered/article")
            spider.logger.info("article %d: %s", delivered, item.headline)
            if account and request and request.meta.get("outside"):
                account.drop(item.url, "other_series")
            elif account and request:
                _enter_article(account, item, request)
                if item.url in memory_of(self.crawler).repeated:
                    account.repeat(item.url)
        elif isinstance(item, Drop):
            if request and request.meta.get("taken"):
                self._count("refused")
            if item.reason == "unchanged":
                self._know(account, item.url)
            else:
                self._count(f"dropped/{item.reason}")
                if account:
                    _enter_drop(account, item)

    def request_dropped(self, request: Request, spider: Spider) -> None:
        account, kept = account_of(spider, request), request.meta.get("same_page_as")
        if account and kept:
            account.redirect(asked_for(request), kept)
        settled: Page | None = request.meta.get("settled")
        if account and settled:
            self._enter_settled(account, settled, request, spider)

    def _enter_settled(
        self, account: Account, page: Page, request: Request, spider: Spider
    ) -> None:
        article = memory_of(self.crawler).state.article(page.article) if page.article else None
        if article is None:
            account.drop(asked_for(request), page.reason)
        elif account.holds_known(article, reached_by(request)):
            self._deliver_here(account, request.meta["series"], article)
            self._know(account, article.url, *reached_by(request))
        elif getattr(spider, "scope", "series") == "site":
            self._deliver_here(None, request.meta["series"], article)
        else:
            account.drop(asked_for(request), "other_series")

    def _deliver_here(self, account: Account | None, series: str, article: KnownArticle) -> None:
        """Deliver to this series what so far only another one has got.

        Without an account the article is none of the series, and asked for all the same.
        """
        memory = memory_of(self.crawler)
        if memory.state.delivered(series, article.key):
            return
        if account:
            memory.state.add_member(series, article)
            account.deliver(article.url)
        memory.state.add_records(memory.run.id, series, [("article", article.line)])
        self._count("delivered/article")
        self._count("delivered_elsewhere")

    def _know(self, account: Account | None, *urls: str) -> None:
        self._count("known")
        self._count("outcome/known")
        if account:
            account.know(*urls)

    def _count(self, name: str) -> None:
        self.stats.inc_value(f"newscrawler/{name}")


def _enter_article(account: Account, article: Article, request: Request) -> None:
    canonical = [article.canonical_url] if article.canonical_url else []
    account.deliver(article.url, *reached_by(request), *canonical)
    if (article.version or 1) > 1:
        account.update(article.url)


def _enter_drop(account: Account, drop: Drop) -> None:
    if drop.in_favour_of and drop.reason not in OTHER_PAGES:
        account.redirect(drop.url, drop.in_favour_of)  # the same page, so not missing
    account.drop(drop.url, drop.reason)


def account_of(spider: Spider, request: Request | None) -> Account | None:
    return accounts_of(spider).get(request.meta.get("series", "")) if request else None
