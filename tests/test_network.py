"""Which requests are the same page."""

from __future__ import annotations

import pytest
from scrapy import Request

from newscrawler.frontier import ArticleDupeFilter

SPUTNIK = "https://sputniknews.com/latam/201901271071864503-last-group-leaves/"


def asked(*urls: str) -> ArticleDupeFilter:
    dupe_filter = ArticleDupeFilter()
    for url in urls:
        dupe_filter.request_seen(Request(url))
    return dupe_filter


@pytest.mark.parametrize(
    "url",
    [
        "http://tide.example/news/ferry-10001/",
        "https://www.tide.example/news/ferry-10001/",
        "https://tide.example/news/ferry-10001",
        "https://tide.example/news/ferry-10001/?utm_campaign=x",
        "https://tide.example/amp/news/ferry-10001/",
        "https://m.tide.example/news/ferry-10001/",
        "https://tide.example/news/ferry-10001/#comments",
    ],
)
def test_an_article_passes_once_under_any_of_its_addresses(url: str) -> None:
    dupe_filter = asked("https://tide.example/news/ferry-10001/")
    request = Request(url)
    assert dupe_filter.request_seen(request)
    assert request.meta["same_page_as"] == "https://tide.example/news/ferry-10001/"


@pytest.mark.parametrize(
    "url",
    [
        "https://tide.example/news/ferry-10002/",
        "https://tide.example/news/ferry-10001/?page=2",
        "https://other.example/news/ferry-10001/",
        "https://tide.example/opinion/ferry-10001/",
    ],
)
def test_another_page_passes(url: str) -> None:
    assert not asked("https://tide.example/news/ferry-10001/").request_seen(Request(url))


@pytest.mark.parametrize(
    "url", ["http://user:word@tide.example/news/", "http://0x7f.1/", "http://[::1%25lo]/"]
)
def test_an_address_that_cannot_be_read_passes_for_the_guard_to_refuse(url: str) -> None:
    assert not asked("https://tide.example/news/ferry-10001/").request_seen(Request(url))


def test_a_publishers_id_tells_an_article_whatever_its_address_says() -> None:
    moved = "https://sputniknews.com/world/201901271071864503-group-leaves-at-last/?mobile=1"
    assert asked(SPUTNIK).request_seen(Request(moved))


def test_a_redirect_to_the_same_page_passes() -> None:
    dupe_filter = asked("http://tide.example/news/ferry-10001")
    redirected = Request(
        "https://tide.example/news/ferry-10001/",
        meta={"redirect_urls": ["http://tide.example/news/ferry-10001"]},
    )
    assert not dupe_filter.request_seen(redirected)


def test_a_redirect_to_a_page_that_was_asked_for_does_not_pass() -> None:
    dupe_filter = asked("https://tide.example/news/ferry-10001/", "https://tide.example/s/7")
    redirected = Request(
        "https://tide.example/news/ferry-10001/",
        meta={"redirect_urls": ["https://tide.example/s/7"]},
    )
    assert dupe_filter.request_seen(redirected)
