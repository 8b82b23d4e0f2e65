"""A line to the reader goes; a sentence of the article stays, however it begins."""

from __future__ import annotations

import pytest
from lxml import html
from scrapy.http import HtmlResponse

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.body import is_promo, main_text, paragraphs
from newscrawler.pages.document import Document
from newscrawler.pages.relations import related_links


@pytest.mark.parametrize(
    "line",
    [
        "READ MORE: Tug Crews Vote to Join",
        "Related: Tug crews vote to join",
        "Sign up for our newsletter to receive updates every morning",
        "Don't miss: Comet over the harbour tonight",
        "Lire aussi : Une nuit à la mairie",
        "Mehr zum Thema: Der Hafen steht still",
        "Already a subscriber? Log in",
        "Photo: Orla Finnick/Courier",
    ],
)
def test_a_line_to_the_reader_is_furniture(line: str) -> None:
    assert is_promo(line)


@pytest.mark.parametrize(
    "sentence",
    [
        "Residents should download our harbour app before they travel, the ministry said.",
        "Register to vote by email before Friday, the commissioner told reporters.",
        "Related: the two men were cousins, the court heard.",
        "Don't miss: the comet will be visible until dawn.",
        "Mehr dazu: die Ministerin will am Montag sprechen.",
        "He was already a subscriber when the hackers struck, the firm said.",
    ],
)
def test_a_sentence_of_the_article_is_not(sentence: str) -> None:
    assert not is_promo(sentence)


def test_a_read_more_line_takes_no_sentence_of_its_paragraph_with_it() -> None:
    container = html.fromstring(
        "<div><p>The board sat until noon.</p><p>READ MORE: <a href='/x/'>Tugs Join</a><br>"
        "Nobody was seen to leave the room.</p><p>Then it rained.<br>READ MORE: "
        "<a href='/y/'>Rain at Last</a></p></div>"
    )
    assert paragraphs(container) == [
        "The board sat until noon.",
        "Nobody was seen to leave the room.",
        "Then it rained.",
    ]


def test_a_short_page_is_read_by_its_own_paragraphs() -> None:
    text = (
        "The ferry to Wick Sands will not sail on Sunday, because its captain is getting married."
    )
    page = f"""<html><body><nav><a href="/">Home</a> <a href="/coast/">Coast and islands</a></nav>
    <article><h1>No ferry on Sunday</h1><p>{text}</p>
    </article><aside>Weather at the coast: rain, then more rain</aside>
    <footer>Published from the old rope works, Northport</footer></body></html>"""
    assert main_text(
        Document(HtmlResponse("https://tide.example/a", body=page, encoding="utf-8")),
        headline="No ferry on Sunday",
    ).paragraphs == [text]


def test_a_read_more_line_at_the_end_of_a_paragraph_is_a_related_article() -> None:
    body = (
        b"<html><body><main><h1>Rain</h1><p>Then it rained, and went on raining.<br>"
        b"READ MORE: <a href='/world/tugs-join-10002/'>Tugs Join the Strike</a></p></main></body>"
    )
    page = ArticlePage(HtmlResponse("https://tide.example/world/rain-10001/", body=body))
    (related,) = related_links(page)
    assert (related.block, related.headline) == ("read_more", "Tugs Join the Strike")


def test_a_long_paragraph_is_no_line_to_the_reader_unless_it_is_made_of_marks() -> None:
    assert is_promo("- " * 5_000)
    assert not is_promo("Sign up for our newsletter. " * 200)
