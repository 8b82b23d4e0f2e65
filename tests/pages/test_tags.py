"""The keywords that stand with an article, and those that stand elsewhere on its page."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.general import GeneralRules

H1 = "<h1>The ferry returns</h1>"
LINKS = "<a href=/a>Ferries</a> <a href=/b>Harbours</a>"
OWN = ["Ferries", "Harbours"]


def tags(page: str) -> list[str]:
    response = HtmlResponse("https://tide.example/ferry", body=page.encode(), encoding="utf-8")
    found = GeneralRules(Document(response)).keywords()
    return next((words for _, words in found if words), [])


PAGES = {
    "below": (H1 + f"<div class=tags>{LINKS}</div>", OWN),
    "in the footer of the article": (
        f"<article>{H1}<footer class=post-tags>{LINKS}</footer></article>", OWN),
    "in a paragraph of links": (H1 + f"<p class=tags>More on: {LINKS}</p>", OWN),
    "in a box of navigation below": (H1 + f"<nav><ul class=tags>{LINKS}</ul></nav>", OWN),
    "in the footer of the page": (H1 + f"<footer class=tags>{LINKS}</footer>", []),
    "over everything": (f"<div class=tags>{LINKS}</div><main>{H1}</main>", []),
    "in a cloud": (H1 + f"<div class='widget-sidebar tags'>{LINKS}</div>", []),
    "of other articles": (H1 + f"<div class=related><p class=tags>{LINKS}</p></div>", []),
    "with their numbers": (
        H1 + "<ul class=tags><a>Ferries <i>(12)</i></a><a>Harbours<i>3</i></a></ul>", OWN),
    "a number that is one": (H1 + "<ul class=tags><a>1989</a><a>Ferries</a></ul>",
                             ["1989", "Ferries"]),
    "category beside tags": (
        H1 + "<a rel='category tag'>Local</a><a rel=tag>Ferries</a><a rel=tag>Harbours</a>", OWN),
    "category alone": (H1 + "<a rel='category tag'>Local</a>", ["Local"]),
    "links to topics": (H1 + "<i><a href=/topic/1>Ferries</a> <a href=/topic/2>Harbours</a></i>",
                        OWN),
    "stated before links to topics": (
        "<meta name=keywords content='Ships, Storms'>" + H1 + "<a href=/topic/1>Ferries</a>",
        ["Ships", "Storms"]),
    "in a sentence": (
        H1 + "<p>Nobody had seen one of the <a href=/topic/1>ferries</a> since the storm.</p>", []),
    "in a column that holds the text": (
        H1 + f"<div class=sidebar-right><p>{'Words of it. ' * 90}</p>"
        f"<ul class=tags>{LINKS}</ul></div>", OWN),
    "in a column": (H1 + f"<div class=sidebar-right><ul class=tags>{LINKS}</ul></div>", []),
    "beside the byline": (
        H1 + f"<aside class=article-meta><ul class=tags>{LINKS}</ul></aside>", OWN),
    "a box of more than links": (
        H1 + f"<div class=has-tags>{LINKS}<p>{'Words of it. ' * 30}</p></div>", []),
    "a label that is no link": (H1 + "<i class=tag>Listen</i>", []),
    "called a keyword": (H1 + "<a><i class='tag-like blue'>Ferries</i></a>", ["Ferries"]),
    "link to more": (H1 + f"<div class=tags>{LINKS} <a>All topics</a></div>", OWN),
    "labels of systems": (
        "<meta name=keywords content='Category: Sea, Ships, NLP Category: Sea, editors_pick'>",
        ["Ships"]),
    "name of the site": (
        "<meta name=keywords content='tide.example, Ships'>", ["Ships"]),
    "the headline": (H1 + "<meta name=keywords content='The ferry returns, Ships'>", ["Ships"]),
    "a headline of a word": ("<h1>Ships</h1><meta name=keywords content='Ships, Sea'>",
                             ["Ships", "Sea"]),
    "a category taken apart": (
        ("<meta property=article:tag content='Business, Finance, & Sea'>"
        "<meta name=keywords content='Ships, Sea'>"), ["Ships", "Sea"]),
    "the section and more": (
        ("<meta property=article:section content=Sea><meta property=article:tag content=Sea>"
        "<meta name=keywords content='Ships, Storms'>"), ["Ships", "Storms"]),
    "the section alone": (
        "<meta property=article:section content=Sea><meta property=article:tag content=Sea>",
        ["Sea"]),
    "made by machines": (
        "<meta name=keywords content='Ships, 98be933f-38cf-4fba-b6c6-ad438e82010a'>", ["Ships"]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PAGES.values(), ids=PAGES)
def test_keywords_stand_with_the_article(page: str, expected: list[str]) -> None:
    assert tags(page) == expected


HOSTILE = {
    "links": "<a rel=tag>Ferries</a><a rel=tag>Harbours</a>" + "<a rel=tag>Ferries</a>" * 50_000,
    "boxes": f"<p class=tags>{LINKS}</p>" * 20_000,
    "nested": f"<p class=tags>{LINKS}</p>" + "<div class=tags>" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_page_made_to_keep_a_program_busy_has_its_keywords(page: str) -> None:
    assert tags(H1 + page) == OWN


def test_a_cloud_of_all_keywords_is_no_list_of_an_article() -> None:
    assert tags(H1 + "<div class=tags>" + "<a>Ferries</a> " * 1000 + "</div>") == []
