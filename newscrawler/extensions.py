"""What a run tells about itself: accounts of series, links between articles, counts of drops."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawler.accounts import Account, summary
from newscrawler.items import Article, Drop, Link, Record
from newscrawler.network import asked_for, reached_by


class SeriesAccounts:
    """Keeps the account of each series and hands out links and accounts as records.

    They go out by the signal that the feed exporter listens to: the spider cannot
    yield them, as only the pipelines decide what is delivered.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stats = crawler.stats
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.request_dropped, signals.request_dropped)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Record, response: object, spider: Spider) -> None:
        """`response` is Scrapy's: the failure, for a record that an errback made."""
        request = response.request if isinstance(response, Response) else None
        account = _account(spider, request)
        if isinstance(item, Article):
            self._count("delivered/article")
            spider.logger.info("article %d: %s", self._counted("delivered/article"), item.headline)
            if account and request and not request.meta.get("outside"):
                canonical = [item.canonical_url] if item.canonical_url else []
                account.deliver(item.url, *reached_by(request), *canonical)
            for link in links_of(item):
                self._hand_out(link)
        elif isinstance(item, Drop):
            self._count(f"dropped/{item.reason}")
            if request and request.meta.get("taken"):
                self._count("refused")
            if account:
                _enter_drop(account, item)

    def request_dropped(self, request: Request, spider: Spider) -> None:
        account, kept = _account(spider, request), request.meta.get("same_page_as")
        if account and kept:
            account.redirect(asked_for(request), kept)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        running = list(_accounts(spider).values())
        for account in running:
            account.share(other for other in running if other is not account)
        records = [account.close(reason) for account in running]
        for record in records:
            self._hand_out(record)
        short = sum(one.is_short(record) for one, record in zip(running, records, strict=True))
        self.stats.set_value("newscrawler/short_accounts", short)
        lines = [summary(record) for record in records]
        without = f"No series: {self._counted('delivered/article')} articles delivered"
        self.stats.set_value("newscrawler/accounts", lines or [without])

    def _hand_out(self, record: Record) -> None:
        self.crawler.signals.send_catch_log(
            signals.item_scraped, item=record, response=None, spider=self.crawler.spider
        )

    def _count(self, name: str) -> None:
        self.stats.inc_value(f"newscrawler/{name}")

    def _counted(self, name: str) -> int:
        return int(self.stats.get_value(f"newscrawler/{name}", 0))


def _enter_drop(account: Account, drop: Drop) -> None:
    if drop.in_favour_of and drop.reason != "duplicate_text":
        account.redirect(drop.url, drop.in_favour_of)  # the same page, so not missing
    account.drop(drop.url, drop.reason)


def links_of(article: Article) -> list[Link]:
    """Return the edges from `article` to the articles it points to."""
    return [
        Link(
            from_url=article.url,
            to_url=other.url,
            headline=other.headline,
            block=other.block,
            position=other.position,
        )
        for other in article.related or []
    ]


def _accounts(spider: Spider) -> dict[str, Account]:
    accounts: dict[str, Account] = getattr(spider, "accounts", {})
    return accounts


def _account(spider: Spider, request: Request | None) -> Account | None:
    return _accounts(spider).get(request.meta.get("series", "")) if request else None
