"""Whatever a site names, a crawl connects to public addresses and to those that were opened."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import Conduct, Newsroom, Story, opened
from tests.newssite import NewsSite
from tests.strange_addresses import Watched, crawl_watched, spelled, watching

TEXT = (
    "<p>The ferry to the islands stayed in harbour, and nobody on the quay could say why.</p>" * 9
)
HEAD = "<html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
PAGE = HEAD + "<article><h1>{title}</h1>" + TEXT + "{links}</article></body></html>"


def page(title: str, head: str = "", links: str = "") -> Conduct:
    return Conduct(body=PAGE.format(title=title, head=head, links=links))


def attribute(url: str) -> str:
    return html.escape(url, quote=True)


def plant(room: Newsroom, urls: list[str], conduct: Callable[[Story, str], Conduct]) -> None:
    """Let each address stand on, or behind, an article of its own."""
    for story, url in zip(room.add(len(urls)), urls, strict=True):
        room.conducts[story.path] = conduct(story, url)


def in_links(room: Newsroom, urls: list[str]) -> None:
    links = "".join(
        f'<li><h2><a href="{attribute(url)}">The storm of day {n} passes the quay</a></h2></li>'
        for n, url in enumerate(urls)
    )
    listing = room.listing_page(1).replace("</ol>", f"{links}</ol>")
    room.conducts[room.listing.removeprefix(room.url)] = Conduct(body=listing)
    for story in room.stories.values():
        room.conducts[story.path] = page(story.headline, links=f"<h2>Related</h2><ul>{links}</ul>")


def in_redirects(room: Newsroom, urls: list[str]) -> None:
    sendable = [url for url in urls if not {"\r", "\n"} & set(url)]
    plant(
        room,
        [url.encode().decode("latin-1") for url in sendable],
        lambda _, url: Conduct(302, headers={"Location": url}),
    )


def in_refreshes(room: Newsroom, urls: list[str]) -> None:
    def refreshing(story: Story, url: str) -> Conduct:
        head = f'<meta http-equiv="refresh" content="0; url={attribute(url)}">'
        return page(story.headline, head)

    plant(room, urls, refreshing)


def in_heads(room: Newsroom, urls: list[str]) -> None:
    def naming(story: Story, url: str) -> Conduct:
        it = attribute(url)
        head = (
            f'<link rel="canonical" href="{it}"><meta property="og:url" content="{it}">'
            f'<link rel="amphtml" href="{it}"><link rel="next" href="{it}"><base href="{it}">'
        )
        return page(story.headline, head)

    plant(room, urls, naming)


def in_linked_data(room: Newsroom, urls: list[str]) -> None:
    def naming(story: Story, url: str) -> Conduct:
        told: dict[str, Any] = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.headline,
            "url": url, "mainEntityOfPage": url, "datePublished": "2026-01-05T08:00:00Z",
            "isPartOf": {"@type": "CreativeWorkSeries", "name": f"Series {url}", "url": url},
        }  # fmt: skip
        return page(
            story.headline, f'<script type="application/ld+json">{json.dumps(told)}</script>'
        )

    plant(room, urls, naming)


SERIES_SOURCES = {
    "a link": in_links,
    "a redirect": in_redirects,
    "a refresh": in_refreshes,
    "canonical, og:url, amphtml, next, base": in_heads,
}
# Where the guard is what stands between, and not the spider that stays on its site.
GUARDED = ("a redirect", "a refresh")


@pytest.mark.parametrize("source", SERIES_SOURCES)
def test_no_spelling_of_a_private_address_is_connected_to(source: str, tmp_path: Path) -> None:
    with opened(Newsroom(3, page_size=200)) as room, watching() as canary:
        SERIES_SOURCES[source](room, spelled(canary.port))
        crawl = crawl_watched(tmp_path, "crawl", "series", "-a", f"url={room.listing}")
        assert set(room.articles_asked()) == set(room.stories), crawl.run.told
        assert canary.connected == []
        stayed_on(room, crawl)
    if source in GUARDED:
        refused = crawl.run.report["network"]["refused"]
        assert sum(refused.values()) > 40, crawl.run.told
        assert refused["private_address"] > 25
        assert refused["invalid_address"] > 10


def test_an_article_that_names_its_listing_at_a_private_address_opens_none(tmp_path: Path) -> None:
    with opened(Newsroom(0)) as room, watching() as canary:
        in_linked_data(room, spelled(canary.port))
        starts = ",".join(sorted(room.urls))
        crawl = crawl_watched(tmp_path, "crawl", "series", "-a", f"url={starts}")
        assert set(room.articles_asked()) == set(room.stories), crawl.run.told
        assert canary.connected == []
        stayed_on(room, crawl)


def in_feed(site: NewsSite, urls: list[str]) -> None:
    items = "".join(
        f"<item><title>Day {n} of the storm</title><link>{html.escape(url)}</link></item>"
        for n, url in enumerate(urls)
    )
    feed = f'<rss version="2.0"><channel><title>Tide</title>{items}</channel></rss>'
    site.serve("/feed", feed, "application/rss+xml")
    site.link("/feed")
    for url in urls[:40]:
        site.link(attribute(url))


def in_sitemap(site: NewsSite, urls: list[str]) -> None:
    site.serve("/map.xml", site.sitemap([], *map(html.escape, urls)))
    indexed = [(html.escape(url), "2026-01-05") for url in urls]
    site.serve("/index.xml", site.index((f"{site.url}/map.xml", "2026-01-06"), *indexed))
    site.name_in_robots(f"{site.url}/index.xml")


def in_robots(site: NewsSite, urls: list[str]) -> None:
    site.name_in_robots(*urls)


SITE_SOURCES = {"a feed": in_feed, "a sitemap": in_sitemap, "robots.txt": in_robots}


@pytest.mark.parametrize("source", SITE_SOURCES)
def test_no_document_of_a_site_leads_to_a_private_address(source: str, tmp_path: Path) -> None:
    site = NewsSite(3)
    with opened(site), watching() as canary:
        site.front = list(site.stories.values())
        SITE_SOURCES[source](site, spelled(canary.port))
        crawl = crawl_watched(
            tmp_path, "crawl", "site", "-a", f"url={site.home}", "-a", "documents=200"
        )
        assert "/robots.txt" in {one.path for one in site.visits}, crawl.run.told
        assert canary.connected == []
        stayed_on(site, crawl)


def test_robots_txt_that_is_moved_to_a_private_address_is_not_fetched_there(tmp_path: Path) -> None:
    with ExitStack() as rooms, watching() as canary:
        sendable = [url for url in spelled(canary.port) if not {"\r", "\n"} & set(url)]
        sites = [rooms.enter_context(moved_robots(url)) for url in sendable]
        starts = ",".join(f"{site.url}/story/" for site in sites)
        crawl = crawl_watched(tmp_path, "crawl", "series", "-a", f"url={starts}")
        assert all(any(one.path == "/robots.txt" for one in site.visits) for site in sites)
        assert canary.connected == []
        outside = crawl.connects - {("127.0.0.1", site.server_port) for site in sites}
        assert outside == set(), crawl.run.told


@contextmanager
def moved_robots(url: str) -> Iterator[Newsroom]:
    with opened(Newsroom(1)) as room:
        location = url.encode().decode("latin-1")
        room.robots = Conduct(302, headers={"Location": location})
        room.conducts["/story/"] = page("The storm passes the quay at last")
        yield room


def stayed_on(room: Newsroom, crawl: Watched) -> None:
    assert crawl.connects == {("127.0.0.1", room.server_port)}, crawl.run.told
    assert crawl.run.code != 1, crawl.run.told
    assert crawl.run.report["network"]["opened"] == ["127.0.0.1/32"]
