"""Le Figaro."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

DOMAINS = ("lefigaro.fr",)


class LefigaroArticle(ArticlePage):
    """An article page; the dossiers in its navigation are not those of the article."""

    domains = DOMAINS
    selectors = {
        "images": ".fig-media__content-main .fig-media__container > img",
        "caption": ".fig-media__content-main .fig-media__legend::text",
        "credit": ".fig-media__content-main .fig-media__credits",
        "series": ".fig-tags__link",
        "comment_count": ".fig-comments-tabbar__count",
        "body": ".fig-content-body",
    }
    related_links = {"related": ".fig-recommended__link"}
    furniture = (".fig-body-link", ".fig-crosslinking")


class LefigaroListing(ListingPage):
    """A tag or a dossier."""

    domains = DOMAINS
    listing_path = r"/(?:tag|dossier)/[^/]+"
