"""RIA Novosti International, as its pages stood in 2011, before it became Sputnik."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("en.rian.ru",)


class RiaNovostiArticle(ArticlePage):
    """An article page without structured data but Open Graph; its `description` is Russian."""

    domains = DOMAINS
    site_name = "RIA Novosti"
    zone = "Europe/Moscow"
    article_path = r"/\d{8}/(?P<id>\d{9})\.html"
    selectors = {
        "headline": "h1.bigtitle",
        "section": ".rubric-header > a:first-child",
        "date_published": "#article > .data",
        "series": "#article > h4 a",
        "images": "#article > .box img",
        "caption": "#article > .box .copyright p",
        "credit": "#article > .box .copyright .cr",
        "body": "#article .body",
    }
    related_links = {
        "related": ".injects h3:first-child + ul a",
        "inject": ".injects h3:not(:first-child) + ul a",
    }
    furniture = ("#social_buttons",)


class RiaNovostiListing(ListingPage):
    """A trend."""

    domains = DOMAINS
    zone = "Europe/Moscow"
    listing_path = r"^/trend/[^/]+/$"
