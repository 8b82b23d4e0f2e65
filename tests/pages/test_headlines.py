"""Which of the lines that a page states and prints is its headline."""

from __future__ import annotations

import json

import pytest
from lxml import html
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.headings import MAX_HEADINGS, printed_headings
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
    "JSON-LD of its own": (
        stated("The ferry returns for good in March")
        + social("The ferry sails for good in March")
        + "<h1>The ferry sails for good in March</h1>",
        "The ferry returns for good in March",
    ),
    "JSON-LD that copies the title for social networks": (
        stated("The ferry returns for good") + social("The ferry returns for good")
        + "<h1>Good for the island: the ferry returns in March</h1>",
        "Good for the island: the ferry returns in March",
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


KICKERS = {
    "called one": "<h1><span class=dachzeile>Island</span> The ferry returns</h1>",
    "called one, inside a link": (
        "<h1><a><i class='art__kicker'>Island</i> The ferry returns</a></h1>"),
    "date": "<h1><i class=supertitle><time>2 March 2024</time></i><b>The ferry returns</b></h1>",
    "beside what is called the title": (
        "<h1><span>Island</span><span class=headline>The ferry returns</span></h1>"),
    "a comment between": (
        "<h1><span>Island</span><!-- line --><b class=headline>The ferry returns</b></h1>"),
    "small print before": "<h1><small>Island</small> The ferry returns</h1>",
    "small print behind": "<h1>The ferry returns<br><small>2 March, Ana Ruiz</small></h1>",
    "in the title for social networks": (
        social("The ferry returns") + "<h1><i>Report from the island :</i>The ferry returns</h1>"),
    "name of the site behind": "<h1>The ferry returns | La Molo</h1>",
    "stated without what stands behind": (
        social("The ferry returns") + "<h1>The ferry returns | Harbour notes</h1>"),
}  # fmt: skip


@pytest.mark.parametrize("page", KICKERS.values(), ids=KICKERS)
def test_a_kicker_in_one_element_with_the_headline_is_left_out(page: str) -> None:
    assert line(page) == "The ferry returns"


def test_a_heading_that_ends_with_a_comment_is_read() -> None:
    assert line("<h1><span>The ferry returns</span><!-- line --></h1>") == "The ferry returns"


def test_a_heading_that_is_all_kicker_is_the_headline() -> None:
    assert line("<h1><span class=kicker>The ferry returns</span></h1>") == "The ferry returns"


OTHERS = {
    "standfirst marked as the headline": (
        "<title>The ferry returns</title><h1>The ferry returns</h1>"
        "<div itemscope itemtype=http://schema.org/NewsArticle>"
        "<p itemprop=headline>After nine months the island has its ship back</p></div>"
        + social("The ferry returns"),
        "The ferry returns",
    ),
    "marked, and the title for social networks is another": (
        social("Island celebrates") + "<div itemscope itemtype=http://schema.org/NewsArticle>"
        "<h1 itemprop=headline>The ferry returns</h1></div>",
        "The ferry returns",
    ),
    "cut off, whole in the title": (
        "<title>The ferry returns to its island | La Molo</title>"
        + stated("The ferry returns to…"),
        "The ferry returns to its island",
    ),
    "words for search engines behind": (
        social("The ferry returns - all you need to know") + "<h1>The ferry returns</h1>",
        "The ferry returns",
    ),
    "a short heading that goes on": (
        social("Plum cake by ana84") + "<h1>Plum cake</h1>", "Plum cake"),
    "a short heading and a section": (social("Sport: The match") + "<h1>Sport</h1>",
                                      "Sport: The match"),
    "title for social networks of a word": (
        "<title>The ferry returns</title>" + social("News") + "<h1>The ferry returns</h1>",
        "The ferry returns",
    ),
    "name of the site with a word more": (
        "<title>The ferry returns : Lamolo archive | 6th year</title><h1>Lamolo archive</h1>",
        "The ferry returns : Lamolo archive | 6th year",
    ),
    "a heading that says nothing of the title": (
        "<title>The ferry returns to its island</title><h1>Original text</h1>",
        "The ferry returns to its island",
    ),
    "the longest of the parts of the title": (
        ("<title>Harbour - News - The ferry returns</title><h1>Harbour</h1><h1>News</h1>"
         "<h1>The ferry returns</h1>"),
        "The ferry returns",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), OTHERS.values(), ids=OTHERS)
def test_statements_that_agree_are_believed(page: str, expected: str) -> None:
    assert line(page) == expected


HOSTILE = {
    "headings": "<title>The ferry returns</title>" + "<h1>The ferry returns</h1>" * 50_000,
    "nested headings": "<title>The ferry returns</title>The ferry returns" + "<h1>" * 20_000,
    "long heading": "<title>The ferry returns</title><h1>" + "a - b " * 500_000,
    "long title for social networks": (
        social("a - b " * 500_000) + "<title>The ferry returns</title><h1>The ferry returns</h1>"),
}  # fmt: skip


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_page_made_to_keep_a_program_busy_has_its_headline(page: str) -> None:
    assert line(page) == "The ferry returns"


def test_so_many_headings_are_looked_at_as_a_listing_has() -> None:
    root = html.fromstring("<body>" + "<h1>The ferry returns</h1>" * 1000)
    assert len(list(printed_headings(root, "h1"))) == MAX_HEADINGS


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
