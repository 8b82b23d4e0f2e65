"""Follows the links between the articles of a series, to as many hops as are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response

from newscrawler.items import Article
from newscrawler.network.answers import reached_by
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.spiders.listings import ListingSpider

# Pages asked for where no listing bounds a series; the longest series seen has 2,000 articles.
MAX_RELATED_PAGES = 5000


class RelatedSpider(ListingSpider):
    """What follows a series has of its related articles.

    Where a series has no listing, all that its articles lead to and that is of it takes
    the listing's place.
    """

    def pass_by(self, request: Request) -> None:
        """Follow the related articles of one that need not be fetched again."""
        settled, key = request.meta.get("settled"), request.meta.get("series", "")
        article = self.memory.state.article(settled.article) if settled else None
        if article is None or not self.accounts[key].holds_known(article, reached_by(request)):
            return
        related = json.loads(article.line).get("related", [])
        requests = self.related_requests([one["url"] for one in related], request)
        if not self.listings_read():
            self.waiting.extend(requests)
        elif self.crawler.engine:
            for one in requests:
                self.crawler.engine.crawl(one)

    def note_member(self, article: Article, response: Response) -> None:
        """Enter what takes the place of a listing where there is none."""
        key = response.meta.get("series")
        account = self.accounts[key] if key and not response.meta.get("outside") else None
        if account and account.no_listing and account.list_article(article.url):
            self.count("listed")
            account.measure(article)

    def follow_related(self, article: Article, response: Response) -> Iterator[Request]:
        related = [one.url for one in article.related or []]
        requests = response.meta["found"] = self.related_requests(related, response)
        if self.listings_read():
            yield from requests
        else:
            self.waiting.extend(requests)

    def related_requests(self, urls: list[str], source: Request | Response) -> list[Request]:
        """Return requests for what an article links to, as far as it is to be followed."""
        hops, key = source.meta.get("hops", 0), source.meta.get("series")
        if key is None or hops >= self.reach(key) or self.leads_away(source):
            return []
        near = [url for url in urls if same_site(url, source.url)]
        return [self.article_request(url, key, hops + 1) for url in self.within(near, key)]

    def leads_away(self, source: Request | Response) -> bool:
        """Tell an article of another series, which leads to more of them without end."""
        return bool(source.meta.get("outside")) and source.meta["hops"] >= self.arguments.related

    def within(self, urls: list[str], key: str) -> list[str]:
        """Bound what is asked for where no listing does."""
        account = self.accounts[key]
        if not account.no_listing:
            return urls
        new = [url for url in urls if url_key(url) not in account.led_to]
        wanted = new[: MAX_RELATED_PAGES - len(account.led_to)]
        account.led_to.update(url_key(url) for url in wanted)
        if len(wanted) < len(new):
            account.stopped = f"{account.no_listing}: {MAX_RELATED_PAGES} related articles followed"
        return wanted
