"""Look at a part of a site, and gather the series that its pages name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from scrapy import Request
from scrapy.http import Response, TextResponse

from newscrawler.discovery.entries import Entry
from newscrawler.discovery.findings import Findings
from newscrawler.items import Series
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.document import Document as Page
from newscrawler.pages.document import text_of
from newscrawler.pages.reader import read_article
from newscrawler.pages.vocabulary import SERIES_PATH
from newscrawler.publishers import article_page, listing_page
from newscrawler.spiders.arguments import whole_number
from newscrawler.spiders.listings import Output
from newscrawler.spiders.reading_list import Rank, Site
from newscrawler.spiders.site import SiteSpider
from newscrawler.spiders.site_arguments import SiteArguments

# Half a minute at the polite pace.
PAGES = 30
# Feeds and sitemaps; the newest articles stand in the first.
DOCUMENTS = 5


@dataclass(frozen=True)
class DiscoverArguments(SiteArguments):
    """Where to look, and at how many articles; at as many listing pages at the most."""

    pages: int = PAGES

    @classmethod
    def read(cls, /, **given: str) -> Self:
        """Read the arguments as typed; raise ValueError that names the wrong one."""
        pages = whole_number("pages", given.pop("pages", "")) or PAGES
        read = super().read(documents=str(DOCUMENTS), **given)
        if len(read.urls) > 1:
            raise ValueError("name one site")
        return cls(urls=read.urls, scope="site", related=0, documents=DOCUMENTS, pages=pages)


class DiscoverSpider(SiteSpider):
    """Reads the newest articles of a site and the first page of each series; delivers nothing."""

    name = "discover"
    arguments: DiscoverArguments

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self.findings = Findings()
        self.articles_asked = 0
        self.listings_asked = 0

    @staticmethod
    def read_arguments(**arguments: str) -> DiscoverArguments:
        """Raise ValueError that names the wrong argument."""
        return DiscoverArguments.read(**arguments)

    def read_home(self, response: TextResponse, site: Site) -> None:
        super().read_home(response, site)
        self.note_links(response)

    def note_links(self, response: TextResponse) -> None:
        """Note the links whose address is that of a series, by their text."""
        page = Page(response)
        for link in page.selector.css("a[href]"):
            url, name = page.absolute(link.attrib["href"]), clean_line(text_of(link))
            if url and name and SERIES_PATH.search(url) and same_site(url, response.url):
                self.findings.name(Series(name=name, url=url))

    def wants(self, key: str, entry: Entry) -> bool:
        is_series = entry.headline is None and SERIES_PATH.search(entry.url)
        if is_series and len(self.findings.by_key) < self.arguments.pages:
            self.findings.name(Series(name=entry.url, url=entry.url))
        return super().wants(key, entry)

    def next_requests(self, key: str) -> list[Request]:
        left = self.arguments.pages - self.articles_asked
        if left <= 0:
            self.sites[key].reading.line.clear()
            self.sites[key].reading.documents.clear()
            self.sites[key].has_guessed = True
        return super().next_requests(key) or self.listing_requests(key)

    def next_articles(self, key: str, urls: list[str]) -> list[Request]:
        new = [url for url in urls if self.accounts[key].list_article(url)]
        asked = new[: self.arguments.pages - self.articles_asked]
        self.articles_asked += len(asked)
        return [self.page_request(url, key).replace(callback=self.parse_article) for url in asked]

    def listing_requests(self, key: str) -> list[Request]:
        urls = [one.url for one in self.findings.newest_first() if one.url]
        new = [url for url in urls if url_key(url) not in self.listing_urls]
        asked = new[: self.arguments.pages - self.listings_asked]
        self.listings_asked += len(asked)
        self.listing_urls.update(url_key(url) for url in asked)
        return [self.page_request(url, key).replace(callback=self.parse_series) for url in asked]

    def page_request(self, url: str, key: str) -> Request:
        """Ask for a page that is only looked at: without `hops`, nothing of it is kept."""
        return self.document_request(url, key).replace(meta={"series": key, "rank": Rank.GUESS})

    def parse_article(self, response: Response) -> Iterator[Output]:
        if isinstance(response, TextResponse):
            self.count("looked_at")
            article = read_article(article_page(response))
            for series in article.series or []:
                self.findings.name(series).add(response.url, article.date_published)
        yield from ()

    def parse_series(self, response: Response) -> Iterator[Output]:
        if isinstance(response, TextResponse):
            listing = listing_page(response)
            found = self.findings.name(listing.series())
            for entry in listing.entries():
                found.add(entry.url, entry.date)
        yield from ()
