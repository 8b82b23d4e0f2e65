"""Where a site says that its feeds and sitemaps are, and where they usually are."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from scrapy.utils.sitemap import sitemap_urls_from_robots

from newscrawler.normalise.urls import absolute_url
from newscrawler.pages.document import Document

FEED_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
    "application/json+feed",
}  # fmt: skip
# Asked for where a site names none, the newest articles first.
USUAL_PLACES = (
    "/news-sitemap.xml", "/feed", "/rss", "/rss.xml", "/sitemap.xml", "/sitemap_index.xml",
)  # fmt: skip
# Links and lines that are read; a page with more is made to keep crawlers busy.
MAX_NAMED = 100
# Feeds of what readers say.
_COMMENTS = re.compile(r"comment|kommentar|comentari|commenti|komentarz", re.IGNORECASE)
_NEWS = re.compile(r"(?<![a-z])(?:google-?)?news(?![a-z])", re.IGNORECASE)


def feeds_of(page: Document) -> list[str]:
    """Return the feeds that a page links to in its head, in its order."""
    found: dict[str, None] = {}
    for link in page.selector.css("link[rel~=alternate][href][type]")[:MAX_NAMED]:
        kind = link.attrib["type"].partition(";")[0].strip().casefold()
        told = f"{link.attrib['href']} {link.attrib.get('title', '')}"
        url = page.absolute(link.attrib["href"])
        if url and kind in FEED_TYPES and not _COMMENTS.search(told):
            found.setdefault(url)
    return list(found)


def sitemaps_of(robots: bytes, url: str) -> list[str]:
    """Return the sitemaps that a robots.txt names (sitemaps.org; RFC 9309, 2.2.4)."""
    stated = sitemap_urls_from_robots(robots, url)
    clean = (absolute_url(url, one) for one in stated)
    return list(dict.fromkeys(one for one in clean if one))[:MAX_NAMED]


def usual_places(home: str) -> list[str]:
    return [urljoin(home, path) for path in USUAL_PLACES]


def robots_of(home: str) -> str:
    return urljoin(home, "/robots.txt")


def says_news(url: str) -> bool:
    """Tell a news sitemap, which has the articles of the last two days, by its address."""
    return bool(_NEWS.search(urlsplit(url).path))
