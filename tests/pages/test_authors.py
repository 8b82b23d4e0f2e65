"""Who signed a page, and who is named on it and did not."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.general import GeneralRules

URL = "https://lamolo.example/ferry"
H1 = "<h1>The ferry returns</h1>"
SITE = "<meta property=og:site_name content='The Daily Tide'>"


def signed(page: str) -> list[str]:
    response = HtmlResponse(URL, body=page.encode(), encoding="utf-8")
    candidates = GeneralRules(Document(response)).authors()
    return next(([one.name for one in authors] for _, authors in candidates if authors), [])


def json_ld(author: object) -> str:
    node = {"@type": "NewsArticle", "headline": "The ferry returns", "author": author}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


LABELLED = {
    "English": (H1 + "<div>By Ana Ruiz</div>", ["Ana Ruiz"]),
    "German": (H1 + "<p>Von Ana Ruiz, Hamburg</p>", ["Ana Ruiz"]),
    "French": (H1 + "<p>Par Ana Ruiz et Paul Marin</p>", ["Ana Ruiz", "Paul Marin"]),
    "noun": (H1 + "<p>Autorin: Ana Ruiz</p>", ["Ana Ruiz"]),
    "label on a line of its own": (H1 + "<div>By</div><div>Ana Ruiz</div>", ["Ana Ruiz"]),
    "after the time": (H1 + "<p>02.03.2024 | 14:07 Uhr | Von Ana Ruiz</p>", ["Ana Ruiz"]),
    "after the date": (H1 + "<p>Posted on March 2, 2024 by Ana Ruiz</p>", ["Ana Ruiz"]),
    "before the date": (H1 + "<p>by Ana Ruiz on March 2, 2024</p>", ["Ana Ruiz"]),
    "before the section": (H1 + "<p>By Ana Ruiz Published in Local News</p>", ["Ana Ruiz"]),
    "above": (f"<main><p>By Ana Ruiz</p>{H1}", ["Ana Ruiz"]),
    "agency": (H1 + "<p>By Reuters</p>", ["Reuters"]),
    "a sentence": (H1 + "<p>By noon the storm had passed</p>", []),
    "a sentence with a name": (H1 + "<p>By Monday the ferry was back</p>", []),
    "a label of another thing": (H1 + "<p>By: </p><p>02.03.2024</p>", []),
    "of a comment": (H1 + "<div class=comments><p>By Ana Ruiz</p></div>", []),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), LABELLED.values(), ids=LABELLED)
def test_a_line_beside_the_headline_begins_as_bylines_do(page: str, expected: list[str]) -> None:
    assert signed(page) == expected


MARKED = {
    "class": (H1 + "<p class=article__Autor>Ana Ruiz</p>", ["Ana Ruiz"]),
    "class around": (H1 + "<div class=writers><i><b>Ana Ruiz</b></i></div>", ["Ana Ruiz"]),
    "several of one line": (
        H1 + "<div class=story-authors><i>Ana Ruiz</i> <i>Paul Marin</i></div>",
        ["Ana Ruiz", "Paul Marin"],
    ),
    "link to a page of authors": (H1 + "<a href=/autoren/ana-ruiz>Ana Ruiz</a>", ["Ana Ruiz"]),
    "Japanese": ("<h1>フェリー再開</h1><span class=writer>松村太郎</span>", ["松村太郎"]),
    "hAtom": ("<p>Words</p><span class='author vcard'><a class=fn>ana1984</a></span>", ["ana1984"]),
    "single name with its label": (H1 + "<p class=author>von ana1984</p>", ["ana1984"]),
    "biography": (H1 + "<p class=author-bio>Ana Ruiz writes on ships</p>", []),
    "class of the whole page": (f"<div class=author-ana>{H1}<p>Local News</p></div>", []),
    "link to other pages": (H1 + "<a href=/local/news>Local News</a>", []),
    "label that stands close to the name": (
        "<p>Words</p><div class=byline><i>Author</i><b>Ana Ruiz</b></div>", ["Ana Ruiz"],
    ),
    "in the footer of the article": (
        f"<article>{H1}<p>Words</p><footer class=byline>Ana Ruiz</footer></article>", ["Ana Ruiz"],
    ),
    "reading time": (H1 + "<div class=authors><i>ca. 8 Min</i></div>", []),
    "sections in a box of authors": (H1 + "<div class=writers><i>Local</i></div>", []),
    "a date": (H1 + "<p class=byline>Veröffentlicht am 27.04.24 um 07:39 Uhr</p>", []),
    "a comment": ("<div class=comment><a class=byline>Ana Ruiz</a></div>" + H1, []),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), MARKED.values(), ids=MARKED)
def test_a_class_or_a_link_marks_a_name(page: str, expected: list[str]) -> None:
    assert signed(page) == expected


ORGANISED = {
    "site in meta": (SITE + "<meta name=author content='The Daily Tide'>" + H1
                     + "<p>By Ana Ruiz</p>", ["Ana Ruiz"]),
    "site by its address": ("<meta name=author content=LaMolo>" + H1 + "<p>By Ana Ruiz</p>",
                            ["Ana Ruiz"]),
    "desk in JSON-LD": (json_ld("Redaktion") + H1 + "<p>Von Ana Ruiz</p>", ["Ana Ruiz"]),
    "agency in JSON-LD": (json_ld("Reuters") + H1 + "<p>By Ana Ruiz</p>", ["Reuters"]),
    "nobody else": (SITE + "<meta name=author content='The Daily Tide'>" + H1, ["The Daily Tide"]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), ORGANISED.values(), ids=ORGANISED)
def test_a_person_who_signed_is_named_before_the_site(page: str, expected: list[str]) -> None:
    assert signed(page) == expected


def test_the_link_behind_a_name_leads_to_its_page() -> None:
    page = H1 + "<p><a href=/share></a>By <a href=/authors/ana>Ana Ruiz</a></p>"
    response = HtmlResponse(URL, body=page.encode(), encoding="utf-8")
    authors = next(one for _, one in GeneralRules(Document(response)).authors() if one)
    assert [one.url for one in authors] == ["https://lamolo.example/authors/ana"]


def test_a_name_may_be_json_inside_of_json() -> None:
    assert signed(json_ld('{ "name": "Ana Ruiz" }')) == ["Ana Ruiz"]


def test_who_made_the_picture_did_not_sign_the_text() -> None:
    assert signed(H1 + "<p class=byline>Image: Paul Marin / Ana Ruiz</p>") == ["Ana Ruiz"]


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("<p>By <a href=/ana/>Ana Ruiz</a></p>", "https://lamolo.example/ana/"),
        ("<p>By</p><p><a href=/ana/>Ana Ruiz</a></p>", "https://lamolo.example/ana/"),
        ("<p>By Ana Ruiz in <a href=/sea/>Local News</a></p>", None),
    ],
    ids=["in one line", "below its label", "a link beside the name"],
)
def test_a_byline_gives_the_page_of_who_signed(byline: str, expected: str | None) -> None:
    response = HtmlResponse(URL, body=(H1 + byline).encode(), encoding="utf-8")
    candidates = GeneralRules(Document(response)).authors()
    assert [one.url for one in next(it for _, it in candidates if it)] == [expected]
