"""Which of the lines that a page states and prints is its headline."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.headlines import Headlines

URL = "https://www.lamolo.example/local/ferry-returns"


def headline(page: str, url: str = URL) -> tuple[str, str] | None:
    document = Document(HtmlResponse(url, body=page.encode(), encoding="utf-8"))
    candidates = Headlines(document, []).candidates()
    return next(((source, line) for source, line in candidates if line), None)


def line(page: str) -> str | None:
    found = headline(page)
    return found[1] if found else None


def stated(line: str) -> str:
    node = {"@type": "NewsArticle", "headline": line}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


def social(line: str) -> str:
    return f'<meta property=og:title content="{line}">'


SITES = {
    "name as in the address": (social("The ferry returns - La Molo"), "The ferry returns"),
    "host": (social("The ferry returns | lamolo.example"), "The ferry returns"),
    "underscore": ("<title>The ferry returns_La Molo</title>", "The ferry returns"),
    "name of another": (social("The ferry returns - El Faro"), "The ferry returns - El Faro"),
    "a word of the name": (social("The ferry returns - Molo"), "The ferry returns - Molo"),
}


@pytest.mark.parametrize(("page", "expected"), SITES.values(), ids=SITES)
def test_a_name_of_the_site_is_known_by_its_address(page: str, expected: str) -> None:
    assert line(page) == expected


PRINTED = {
    "worded for social networks": (
        social("Ferry finally returns, and the harbour is happy")
        + "<h1>The ferry finally returns to a happy town</h1>",
        "The ferry finally returns to a happy town",
    ),
    "of another article": (
        social("The ferry returns to the island") + "<h1>Our readers write letters to us</h1>",
        "The ferry returns to the island",
    ),
    "a section": (social("The ferry returns to the island") + "<h1>The island</h1>",
                  "The ferry returns to the island"),
    "another word in JSON-LD": (
        stated("The ferry returns for good in March")
        + "<h1>The ferry sails for good in March</h1>",
        "The ferry sails for good in March",
    ),
    "JSON-LD worded differently": (
        stated("Island celebrates: ships are back") + "<h1>The ferry returns to its island</h1>",
        "Island celebrates: ships are back",
    ),
    "cut off": (stated("The ferry returns for good in...")
                + "<h1>The ferry returns for good in March</h1>",
                "The ferry returns for good in March"),
    "stated shorter": (stated("The ferry returns") + "<h1>The ferry returns in March</h1>",
                       "The ferry returns in March"),
    "date behind": (stated("The ferry returns") + "<h1>The ferry returns <i>2 March</i></h1>",
                    "The ferry returns"),
    "kicker before": (stated("The ferry returns") + "<h1><i>Island</i> The ferry returns</h1>",
                      "The ferry returns"),
    "kicker that is in the title": (
        "<title>Island: The ferry returns</title>" + stated("The ferry returns")
        + "<h1>Island: The ferry returns</h1>", "Island: The ferry returns",
    ),
    "stated with a kicker": (stated("Island - The ferry returns") + "<h1>The ferry returns</h1>",
                             "The ferry returns"),
    "kicker in microdata": (
        ("<title>The ferry returns</title><div itemscope itemtype=http://schema.org/NewsArticle>"
         "<h2 itemprop=headline><i>Island</i> The ferry returns</h2></div>"), "The ferry returns",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PRINTED.values(), ids=PRINTED)
def test_the_heading_that_readers_see_decides_between_wordings(page: str, expected: str) -> None:
    assert line(page) == expected


SEVERAL = {
    "name of the blog links to its front page": (
        ("<title>Harbour notes » The ferry returns</title>"
         "<h1><a href=/>Harbour notes</a></h1><h2><a href=/ferry>The ferry returns</a></h2>"),
        "The ferry returns",
    ),
    "link to the top of the page": ("<h1><a href=#top>The ferry returns</a></h1>",
                                    "The ferry returns"),
    "the one in the title": (
        "<title>The ferry returns, La Molo</title><h1>Navigation</h1><h1>The ferry returns</h1>",
        "The ferry returns",
    ),
    "lower heading in the title": (
        "<title>The ferry returns, La Molo</title><h1>Welcome</h1><h2>The ferry returns</h2>",
        "The ferry returns",
    ),
    "lower heading that is a section": ("<title>Local news</title><h1>A storm</h1><h2>Local</h2>",
                                        "A storm"),
    "no title": ("<h1>The ferry returns</h1><h2>A storm comes up</h2>", "The ferry returns"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_of_several_headings_the_title_tells_the_headline(page: str, expected: str) -> None:
    assert headline(page) == ("text", expected)


def test_a_front_page_may_link_to_itself_in_its_heading() -> None:
    page = "<h1><a href=/>The ferry returns</a></h1>"
    assert headline(page, url="https://lamolo.example/") == ("text", "The ferry returns")
