"""elDiario.es."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("eldiario.es",)


class EldiarioArticle(ArticlePage):
    """An article page; its headline is followed by a list of subtitles, some of them links."""

    domains = DOMAINS
    site_name = "elDiario.es"
    selectors = {
        "images": ".opening .news-image img",
        "caption": ".opening .image-footer .title::text",
        "credit": ".opening .image-footer .author",
        "keywords": ".tags-wrapper .tag-link",
        "series": ".tags-wrapper .tag-link[href*='/temas/']",
        "body": ".article-page__body-row .second-col",
    }
    related_links = {
        "related": ".news-header .footer-link",
        "inject": ".know-more a",
    }


class EldiarioListing(ListingPage):
    """A topic."""

    domains = DOMAINS
    listing_path = r"^/temas/[^/]+/(?:\d+/)?$"
