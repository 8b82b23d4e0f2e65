"""Sputnik and RIA Novosti International, as their pages stood from 2018 to 2020."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from newscrawler.normalise.dates import instant_of, parse_date
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("sputniknews.com", "sputniknews.cn", "sputniknews.lat", "sputnik.by")
# No zone is farther from UTC.
MAX_ZONE_HOURS = 14


class SputnikArticle(ArticlePage):
    """An article page; `html[itemtype]` is schema.org Article in 2019, NewsArticle in 2020."""

    domains = DOMAINS
    site_name = "Sputnik International"
    zone = "Europe/Moscow"
    article_path = r"/(?:\d{8}(?=\d{10})|\d{8}/)(?P<id>\d{10})(?:-|/)"
    selectors = {
        "headline": ".b-article__header-title h1, .b-article h1",
        "description": ".b-article__lead",
        "section": "a.b-article__refs-rubric",
        "authors": ".b-article__refs-author a[rel=author]",
        "images": ".b-article__header > img",
        "caption": ".b-article__header > img::attr(title)",
        "credit": ".b-article__header-copy",
        "series": "[class^=b-article__refs] a[href*='/trend/']",
        "keywords": ".b-article__refs-tags a",
        "short_url": "#getShortUrl::attr(data-shorturl)",
        "body": ".b-article__text",
        "comment_count": ".b-counters-icon_comments",
    }
    related_links = {"related": ".b-article__refs-item a:not([href*='/trend/'])"}
    furniture = (".b-inject", ".b-disclaimer")

    def date_published(self) -> str | None:
        """Prefer `p_ts`, Unix seconds: in 2019 the `Z` of `pubdate` is Moscow time."""
        return self._stated("analytics:p_ts" if self._instant("analytics:p_ts") else "pubdate")

    def date_modified(self) -> str | None:
        return self._stated("lastmod")

    def clock_error(self) -> timedelta:
        """Return how far `pubdate` is ahead of `p_ts`: whole hours, or nothing."""
        true, printed = self._instant("analytics:p_ts"), self._instant("pubdate")
        if true is None or printed is None:
            return timedelta()
        hours = round((printed - true).total_seconds() / 3600)
        return timedelta(hours=hours) if abs(hours) <= MAX_ZONE_HOURS else timedelta()

    def _stated(self, name: str) -> str | None:
        return self.document.markup.meta(name)

    def _instant(self, name: str) -> datetime | None:
        moment = parse_date(self._stated(name) or "")
        return instant_of(moment.iso) if moment else None


class SputnikListing(ListingPage):
    """A trend, a tag or a section; further articles come as fragments of `more.html`."""

    domains = DOMAINS
    zone = "Europe/Moscow"
    listing_path = r"^/(?:trend|tags)/[^/]+/?(?:more\.html)?$"
    more = "{first}more.html?{next}"

    def first_page(self) -> str:
        return urljoin(self.url, re.sub(r"more\.html$", "", urlsplit(self.url).path))
