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


LOGINS = {
    "behind its label": (H1 + "<p>Posted by ana84 under Sea</p>", ["ana84"]),
    "German": (H1 + "<p>Geschrieben von ana84 am 2. März 2024</p>", ["ana84"]),
    "after the date": (H1 + "<p>2 March 2024 by ana84</p>", ["ana84"]),
    "in an element of its own": (H1 + "<p>by <b>harbour notes</b> in Sea</p>", ["harbour notes"]),
    "of a forum": (H1 + "<ul><li class=username>ana84</li></ul>", ["ana84"]),
    "link of an author": (H1 + "<p>Words</p><a rel=author href=/u>ana84</a>", ["ana84"]),
    "a sentence": (H1 + "<p>The ship was seen by <b>nobody</b> of those who live on the island "
                   "or near to it</p>", []),
    "stated by a system, and a name printed": (
        "<meta name=author content=ana_ruiz>" + H1 + "<p>By Ana Ruiz</p>", ["Ana Ruiz"]),
    "stated by a system alone": ("<meta name=author content=ana_ruiz>" + H1, ["ana_ruiz"]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), LOGINS.values(), ids=LOGINS)
def test_a_login_is_known_by_what_stands_beside_it(page: str, expected: list[str]) -> None:
    assert signed(page) == expected


ALL_OF_IT = "<p>" + "The ship was late because of a storm that had come up in the night. " * 20
FARTHER = {
    "link to all that somebody wrote": (
        H1 + "<a rel=author>View all posts by Ana Ruiz →</a>", ["Ana Ruiz"]),
    "link that names nobody": (H1 + "<a rel=author>Website</a>", []),
    "in the heading of the site": (
        "<h1 class='vcard author'><a href=/ class=fn>Tide Notes</a></h1>" + H1, []),
    "hAtom of a commenter": (H1 + "<p class='comment vcard'><i class=fn>Ana Ruiz</i>", []),
    "page of the author": (
        H1 + ALL_OF_IT + "<p><a href=/autor/ana-ruiz>Ana Ruiz</a>", ["Ana Ruiz"]),
    "page of a column": (
        H1 + ALL_OF_IT + "<p><a href=/columnists/12-a>The Republic of Waiting Rooms</a>", []),
    "account elsewhere": (
        H1 + ALL_OF_IT + "<p><a href=https://talk.example/user/a>Ana Ruiz</a>", []),
    "box about the author": (
        H1 + ALL_OF_IT + "<div class=author-box><h4>Ana Ruiz</h4>writes on ships", ["Ana Ruiz"]),
    "label below the text": (H1 + ALL_OF_IT + "<p><i>Text: Ana Ruiz</i>", ["Ana Ruiz"]),
    "label and name apart": (H1 + ALL_OF_IT + "<p><b>Autorin:</b> <i>Ana Ruiz</i>", ["Ana Ruiz"]),
    "label of a picture": (H1 + ALL_OF_IT + "<p>Foto: Ana Ruiz", []),
    "name beside the date": (
        H1 + "<div class=article-meta><i>Ana Ruiz</i> <i>2 March 2024</i></div>", ["Ana Ruiz"]),
    "name in one line with the date": (
        H1 + "<div class=date>Ana Ruiz | 02.03.24</div>", ["Ana Ruiz"]),
    "section beside the date": (
        H1 + "<div class=article-meta><a href=/sea>Deep Sea</a> 2 March 2024</div>", []),
    "bylines of other articles": (
        H1 + ALL_OF_IT + "".join(
            f"<section><p class=byline>Ana {name}</p></section>" for name in ("Ruiz", "Bo", "Lind")
        ), []),
    "photographer": (H1 + "<p class=image--author>Ana Ruiz</p>", []),
    "under a picture": (H1 + "<figure><p class=byline>Ana Ruiz</p></figure>", []),
    "roles and times beside the name": (
        H1 + "<div class=byline><a>News</a> <b>Ana Ruiz</b> <i>Deputy Editor</i> <i>8:39</i></div>",
        ["Ana Ruiz"]),
    "said again for those who do not see": (
        H1 + "<p class=byline><i class=sr-only>Page of Ana Ruiz</i> Ana Ruiz</p>", ["Ana Ruiz"]),
    "each in a box of its own": (
        H1 + "<ul class=names><li><a class=author>Ana Ruiz</a></li>"
        "<li><a class=author>Bo Lind</a></li></ul>", ["Ana Ruiz", "Bo Lind"]),
    "in a footer that belongs to the article": (
        H1 + "<p>Words</p><footer class=entry-meta><a class=author>Ana Ruiz</a></footer>",
        ["Ana Ruiz"]),
    "in what is called a teaser": (
        H1 + "<div class=ArticleTeaser_author><a class=author>Ana Ruiz</a></div>", ["Ana Ruiz"]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), FARTHER.values(), ids=FARTHER)
def test_a_name_is_known_by_its_box_its_link_and_its_label(page: str, expected: list[str]) -> None:
    assert signed(page) == expected


def test_microdata_of_another_article_goes_last() -> None:
    other = (
        "<div itemscope itemtype=http://schema.org/NewsArticle><p itemprop=headline>Storms come</p>"
        "<p itemprop=author>Bo Lind</p></div>"
    )
    page = "<meta property=og:title content='The ferry returns'>" + H1 + "<p>By Ana Ruiz</p>"
    assert signed(page + other) == ["Ana Ruiz"]


def test_an_organisation_that_signs_goes_before_a_name_far_from_the_headline() -> None:
    page = json_ld({"@type": "Organization", "name": "Harbour Office"}) + H1 + ALL_OF_IT
    assert signed(page + "<p class=byline>Ana Ruiz") == ["Harbour Office"]


HOSTILE = {
    "links": "<a rel=author href=/author/1>Ana Ruiz</a>" * 100_000,
    "bylines": "<p class=byline>Ana Ruiz</p>" * 50_000,
    "nested": "<p class=byline>Ana Ruiz</p>" + "<div class=byline>" * 50_000,
    "long class": f"<p class=byline>Ana Ruiz</p><p class='{'author ' * 500_000}'>x</p>",
    "long name": f"<p class=byline>Ana Ruiz</p><p class=author>{'Ana ' * 500_000}</p>",
}  # fmt: skip


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_page_made_to_keep_a_program_busy_has_its_author(page: str) -> None:
    assert signed(H1 + page)[:1] == ["Ana Ruiz"]


def test_a_list_of_a_million_authors_is_cut() -> None:
    page = f"<meta name=author content='{'Ana Ruiz, Bo Lind, ' * 500_000}'>" + H1
    assert signed(page) == ["Ana Ruiz", "Bo Lind"]


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
