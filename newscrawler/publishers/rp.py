"""Rzeczpospolita, with its markup of early 2025 (`blog--*`) and of 2026 (`article--*`)."""

from __future__ import annotations

from newscrawler.items import Series
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("rp.pl",)


class RpArticle(ArticlePage):
    """An article page; `datePublished` in its JSON-LD is the time of the last change."""

    domains = DOMAINS
    zone = "Europe/Warsaw"
    article_path = r"/art(?P<id>\d+)-"
    selectors = {
        "date_published": "#livePublishedAtContainer",
        "breadcrumbs": ".breadcrumb--component a",
        "images": ".article--image img, .blog--image img",
        "caption": ".article--media--lead",
        "credit": ".image--author",
        "keywords": ".btn--tag, .tag--comp",
        "series": ".btn--tag, .tag--comp",
        "body": ".articleBody",
    }
    related_links = {
        "related": "[data-mrf-section='Article / Related'] a.contentLink, #relatedTab li a",
        "read_more": ".content--excerpt a.contentLink",
    }
    furniture = (
        ".content--excerpt",
        ".block--media--infographic",
        ".intext--video",
    )

    def series(self) -> list[Series]:
        """Return the topics from the particular to the general: the page names them otherwise."""
        return super().series()[::-1]


class RpListing(ListingPage):
    """A topic."""

    domains = DOMAINS
    listing_path = r"^/tag/\d+-"
