"""A made-up news site that names its articles in feeds and sitemaps."""

from __future__ import annotations

import gzip
import html
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from tests.newsroom import SITE, Desk, Newsroom, Story

XML = "application/xml"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
GOOGLE = "http://www.google.com/schemas/sitemap-news/0.9"
HOME = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{site}</title>
<meta property="og:site_name" content="{site}">{links}</head><body>
<nav><a href="/world/">World</a></nav><main><h1>{site}</h1>{entries}</main></body></html>"""


@dataclass(frozen=True)
class Served:
    """A document as it is sent."""

    body: bytes
    kind: str = XML
    status: int = 200


class NewsSite(Newsroom):
    """Articles that `documents` name by path; `links` of the home page are those of its head."""

    def __init__(self, articles: int = 20, **options: Any) -> None:
        super().__init__(articles, **options)
        self.RequestHandlerClass = SiteDesk
        self.home = f"{self.url}/"
        self.documents: dict[str, Served] = {}
        self.links: list[str] = []
        self.front: list[Story] = []

    def serve(self, path: str, body: str | bytes, kind: str = XML, status: int = 200) -> str:
        self.documents[path] = Served(
            body.encode() if isinstance(body, str) else body, kind, status
        )
        return self.url + path

    def link(self, path: str, kind: str = "application/rss+xml") -> None:
        self.links.append(f'<link rel="alternate" type="{kind}" href="{path}">')

    def name_in_robots(self, *urls: str) -> None:
        lines = "\n".join(f"Sitemap: {url}" for url in urls)
        self.serve("/robots.txt", f"User-agent: *\nAllow: /\n{lines}\n", "text/plain")

    def home_page(self) -> str:
        entries = "".join(
            f'<h2><a href="{one.path}">{html.escape(one.headline)}</a></h2>' for one in self.front
        )
        return HOME.format(site=SITE, links="".join(self.links), entries=entries)

    def answer_of(self, path: str) -> Served | None:
        if path == "/":
            return Served(self.home_page().encode(), "text/html; charset=utf-8")
        return self.documents.get(path)

    # Documents

    def rss(self, stories: Iterable[Story]) -> str:
        items = "".join(
            f"<item><title>{html.escape(one.headline)}</title><link>{self.url}{one.path}</link>"
            f"<pubDate>{format_datetime(one.published)}</pubDate></item>"
            for one in stories
        )
        return f'<rss version="2.0"><channel><title>{SITE}</title>{items}</channel></rss>'

    def sitemap(self, stories: Iterable[Story], *others: str) -> str:
        urls = "".join(
            f"<url><loc>{self.url}{one.path}</loc>"
            f"<lastmod>{one.changed_at.isoformat()}</lastmod></url>"
            for one in stories
        )
        told = "".join(f"<url><loc>{url}</loc></url>" for url in others)
        return f'<urlset xmlns="{SITEMAPS}">{urls}{told}</urlset>'

    def news_sitemap(self, stories: Iterable[Story]) -> str:
        urls = "".join(
            f"<url><loc>{self.url}{one.path}</loc><news:news>"
            f"<news:publication_date>{one.published.isoformat()}</news:publication_date>"
            f"<news:title>{html.escape(one.headline)}</news:title></news:news></url>"
            for one in stories
        )
        return f'<urlset xmlns="{SITEMAPS}" xmlns:news="{GOOGLE}">{urls}</urlset>'

    def index(self, *sitemaps: tuple[str, str]) -> str:
        """Make an index of addresses, each with the day of its last change."""
        told = "".join(
            f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in sitemaps
        )
        return f'<sitemapindex xmlns="{SITEMAPS}">{told}</sitemapindex>'

    def publish(self) -> None:
        """Name the newest five in a feed, ten in a news sitemap, all in two packed sitemaps."""
        stories = list(reversed(self.stories.values()))
        half = len(stories) // 2
        self.serve("/feeds/latest", self.rss(stories[:5]), "application/rss+xml")
        self.links.clear()
        self.link("/feeds/latest")
        self.serve("/sitemaps/news.xml", self.news_sitemap(stories[:10]))
        parts = {"new": stories[:half], "old": stories[half:]}
        for name, part in parts.items():
            packed = gzip.compress(self.sitemap(part, self.listing).encode(), mtime=0)
            self.serve(f"/sitemaps/{name}.xml.gz", packed, "application/gzip")
        day = f"{parts['old'][0].changed_at:%Y-%m-%d}"
        index = self.index(
            (f"{self.url}/sitemaps/old.xml.gz", day),
            (f"{self.url}/sitemaps/new.xml.gz", f"{stories[0].changed_at:%Y-%m-%d}"),
        )
        self.serve("/sitemaps/index.xml", index)
        self.name_in_robots(f"{self.url}/sitemaps/index.xml", f"{self.url}/sitemaps/news.xml")


class SiteDesk(Desk):
    """One request to a `NewsSite`."""

    server: NewsSite

    def do_GET(self) -> None:  # noqa: N802
        served = self.server.answer_of(self.path)
        if served is None or self.path in self.server.conducts:
            super().do_GET()
            return
        tag = f'"{sha256(served.body).hexdigest()[:16]}"'
        headers = {"Content-Type": served.kind, "ETag": tag}
        if self.headers["If-None-Match"] == tag:
            self.answer(304, headers, b"")
        else:
            self.answer(served.status, headers, served.body)
