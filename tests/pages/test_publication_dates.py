"""Where a page says when it was published, and what on it is no such date."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.general import GeneralRules

URL = "https://tide.example/ferry"
H1 = "<h1>The ferry returns</h1>"
TEXT = "<p>The ferry came back to the harbour on a cold morning, with all of its crew.</p>" * 30


def published(page: str, url: str = URL) -> tuple[str, str] | None:
    response = HtmlResponse(url, body=page.encode(), encoding="utf-8")
    candidates = GeneralRules(Document(response)).date_published()
    return next(((source, text) for source, text in candidates if text), None)


def page_node(**stated: Any) -> str:
    nodes = [{"@type": "WebPage", **stated}, {"@type": "WebSite", "name": "The Daily Tide"}]
    return f"<script type=application/ld+json>{json.dumps({'@graph': nodes})}</script>"


BESIDE = {
    "below": (H1 + "<p>2 March 2024", "2 March 2024"),
    "with the byline": (H1 + "<div>By Ana Ruiz | KUT • Mar 2, 2024</div>",
                        "By Ana Ruiz | KUT • Mar 2, 2024"),
    "behind a place": (H1 + "<p>Hamburg, 2. März 2024</p>", "Hamburg, 2. März 2024"),
    "between tags of one line": (H1 + "<p><b>Ana Ruiz</b> / 02.03.2024 / 06:15</p>",
                                 "Ana Ruiz / 02.03.2024 / 06:15"),
    "above": ("<main><div>02.03.2024 10:16 Uhr - Lokales</div>" + H1 + "<p>Words",
              "02.03.2024 10:16 Uhr - Lokales"),
    "inside the heading": ("<h1>The ferry returns <small>2 March 2024</small></h1><p>Words",
                           "The ferry returns 2 March 2024"),
    "a headline that is no heading": (
        "<title>The ferry returns</title><b>The ferry returns</b><br>2 March 2024",
        "The ferry returns 2 March 2024",
    ),
    "in a form around the whole page": (f"<form>{H1}<p>2 March 2024</p></form>", "2 March 2024"),
    "Arabic": ("<h1>عودة العبارة</h1><span>٢ مارس ٢٠٢٤</span>", "٢ مارس ٢٠٢٤"),
    "Japanese": ("<h1>フェリー再開</h1><span>2024年3月2日</span>", "2024年3月2日"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), BESIDE.values(), ids=BESIDE)
def test_a_date_stands_beside_the_headline(page: str, expected: str) -> None:
    assert published(page) == ("text", expected)


NO_DATE = {
    "of a change": H1 + "<p>Letzte Aktualisierung: 2. März 2024</p>",
    "of a change, Japanese": H1 + "<p>最終更新 2024年3月2日</p>",
    "in a sentence": H1 + "<p>The islanders have waited since the storm of 2 March 2024 took the "
    "old one away and left them with no way to the mainland.</p>",
    "of another article": H1 + "<div class=related>2 March 2024</div>",
    "of a comment": H1 + "<div class=comments><p>2 March 2024</p></div>",
    "in the head of the page": f"<div>2 March 2024</div>{H1}",
    "of today": f"<div class=clock>2 March 2024</div>{H1}",
    "after the text": H1 + TEXT + TEXT + "<p>2 March 2024</p>",
    "no day": H1 + "<p>March 2024</p>",
    "yesterday": H1 + "<p>Yesterday, 10:15</p>",
}


@pytest.mark.parametrize("page", NO_DATE.values(), ids=NO_DATE)
def test_no_date_is_made_of(page: str) -> None:
    assert published(page) is None


MARKED = {
    "hAtom": (H1 + TEXT + "<abbr class=published title=2024-03-02T10:52:00+02:00>Saturday</abbr>",
              "2024-03-02T10:52:00+02:00"),
    "attribute": (H1 + "<i data-published-date='2024-03-02 17:00:00 -0400'>Mar 2</i>",
                  "2024-03-02 17:00:00 -0400"),
    "below the text": (H1 + TEXT + TEXT + "<p class=post-date>2 March 2024</p>", "2 March 2024"),
    "two of one day": (H1 + TEXT + TEXT + "<i class=date>2 March 2024</i>" * 2, "2 March 2024"),
    "two days": (H1 + TEXT + TEXT + "<i class=date>2 March 2024</i><i class=date>3 March 2024</i>",
                 None),
    "of a change": (H1 + "<i class=date>Updated Mar 12, 2024 @ 10:42 am</i>", None),
    "in the footer": (H1 + TEXT + TEXT + "<footer><i class=date>2 March 2024</i></footer>", None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), MARKED.values(), ids=MARKED)
def test_a_date_is_marked_as_one(page: str, expected: str | None) -> None:
    assert published(page) == (("text", expected) if expected else None)


PAGES = {
    "alone": (page_node(datePublished="2024-03-02"), "2024-03-02"),
    "by its address": (
        page_node(datePublished="2024-03-02", url=URL)
        + page_node(datePublished="2020-01-01", url="https://tide.example/about"),
        "2024-03-02",
    ),
    "of two others": (
        page_node(datePublished="2024-03-02", url="https://tide.example/a")
        + page_node(datePublished="2020-01-01", url="https://tide.example/about"),
        None,
    ),
}


@pytest.mark.parametrize(("page", "expected"), PAGES.values(), ids=PAGES)
def test_json_ld_may_date_the_page_and_not_the_article(page: str, expected: str | None) -> None:
    assert published(page) == (("json-ld", expected) if expected else None)


def test_the_day_on_which_an_archive_kept_a_page_is_not_its_own() -> None:
    kept = "https://archive.example/web/20110106023242/http://tide.example/"
    assert published(H1, kept + "ferry") is None
    assert published(H1, kept + "2010/12/29/ferry") == ("url", "2010-12-29")
