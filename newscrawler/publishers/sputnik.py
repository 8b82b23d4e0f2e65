"""Sputnik and RIA Novosti International, as their pages stood from 2018 to 2020."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawler.normalise.dates import instant_of, parse_date
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("sputniknews.com", "sputniknews.cn", "sputniknews.lat", "sputnik.by")


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
        return self.document.markup.meta("analytics:p_ts") or self._stated("pubdate")

    def date_modified(self) -> str | None:
        return self._stated("lastmod")

    def clock_error(self) -> timedelta:
        """Return how far `pubdate` is ahead of `p_ts`: whole hours, or nothing."""
        seconds = self.document.markup.meta("analytics:p_ts") or ""
        stated = parse_date(self._stated("pubdate") or "")
        printed = instant_of(stated.iso) if stated else None
        if printed is None or not seconds.isdigit():
            return timedelta()
        error = printed - datetime.fromtimestamp(int(seconds), UTC)
        return timedelta(hours=round(error.total_seconds() / 3600))

    def _stated(self, name: str) -> str | None:
        return self.document.markup.meta(name)


class SputnikListing(ListingPage):
    """A trend, a tag or a section; further articles come as fragments of `more.html`."""

    domains = DOMAINS
    zone = "Europe/Moscow"
    listing_path = r"^/(?:trend|tags)/[^/]+/(?:more\.html)?$"
    selectors = {
        "entry": "li.b-plainlist__item",
        "link": ".b-plainlist__title a",
    }

    def next_links(self) -> list[str]:
        """Return the cursor of the last item: `more.html?id=...&date=...`."""
        cursors = self.document.selector.css("li[data-next]::attr(data-next)").getall()
        return [cursor for cursor in cursors[-1:] if cursor]
