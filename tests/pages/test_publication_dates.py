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


def node_of(kind: str, **stated: str) -> str:
    return f"<script type=application/ld+json>{json.dumps({'@type': kind, **stated})}</script>"


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
    "of a change, said behind": H1 + "<p>2024.3.2 lastupdate</p>",
    "of a change, by its name": H1 + "<p class=update-date>2 March 2024</p>",
    "of what is announced": H1 + "<p>Termin: 2. März 2024, 19 Uhr</p>",
    "of a post that it shows": H1 + "<blockquote class=twitter-tweet>Ana 2 March 2024</blockquote>",
    "of a picture": H1 + "<figure><figcaption>Archivbild (2. März 2024)</figcaption></figure>",
    "from one to another": H1 + TEXT + TEXT + "<p>2 March 2024 - 4 March 2024</p>",
    "of a label that says something else": (
        H1 + TEXT + TEXT + "<dl><dt>Incorporated</dt><dd>2 March 2024</dd></dl>"
    ),
    "of others, in a list": H1
    + TEXT
    + TEXT
    + "".join(f"<p><a href=/a>The pier</a></p><p>{day} March 2024</p>" for day in range(1, 5)),
    "of a member": H1 + TEXT + TEXT + "<p>Member since 2 March 2024</p>",
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


BRACKETS = (
    "(02.03.2024) The islanders have waited since the storm that took the old ferry away and left"
    " them with no way to the mainland in all of 2023, and nobody knew when there would be one."
)
LINES = {
    "posted, in a sentence": (
        H1 + TEXT + "<p>This entry was posted on <b>2 March 2024</b> at 10:15 and is filed under"
        " Ferries.</p>",
        "This entry was posted on 2 March 2024 at 10:15 and is filed under Ferries."),
    "posted, in a sidebar": (
        H1 + "<div id=sidebar><p>Dieser Beitrag wurde am 2. März 2024 gepostet und abgelegt unter"
        " Fähren.</p></div>",
        "Dieser Beitrag wurde am 2. März 2024 gepostet und abgelegt unter Fähren."),
    "behind a label": (H1 + TEXT + TEXT + "<p>Datum: 2. März 2024</p>", "Datum: 2. März 2024"),
    "below a label": (H1 + TEXT + TEXT + "<p>Mise en ligne</p><p>2 mars 2024</p>", "2 mars 2024"),
    "alone": (H1 + TEXT + TEXT + "<p>2 March 2024</p>", "2 March 2024"),
    "alone in its place": (
        H1 + TEXT + TEXT + "<p><b>2 March 2024</b></p>"
        + "<ul>" + "".join(f"<li>{day} May 2024</li>" for day in range(1, 5)) + "</ul>",
        "2 March 2024"),
    "in brackets, where the text begins": (
        H1 + f"<p><b>{BRACKETS}</b></p>" + TEXT, "(02.03.2024)"),
    "in a footer of its own": (
        H1 + TEXT + TEXT + "<div class=entry-footer>Ana Ruiz, 2 March 2024</div>",
        "Ana Ruiz, 2 March 2024"),
    "in a menu of its own": (
        H1 + "<ul class='nav meta'><li><a href=/day>2 Mar 2024 18:29</a></li></ul>",
        "2 Mar 2024 18:29"),
    "above, in a box of the post": (
        "<div><div><div><div><div class=post-header><b class=post-date>2 March 2024</b></div></div>"
        "</div></div></div><section><div><div><div><div>"
        + H1 + "</div></div></div></div></section>",
        "2 March 2024"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), LINES.values(), ids=LINES)
def test_a_line_says_when_the_page_was_posted(page: str, expected: str) -> None:
    assert published(page) == ("text", expected)


STATED = {
    "a name with other punctuation": ("<meta name=DC:Date.Issued content=2024-03-02>", "meta"),
    "a value attribute": ("<meta name=parsely-pub-date value=2024-03-02>", "meta"),
    "a name that nobody agreed on": ("<meta name=tide-publish-date content=2024-03-02>", "meta"),
    "JSON in a meta element": (
        """<meta name=parsely-page content='{"pub_date": "2024-03-02"}'>""", "meta"),
    "a script": ("<script>var page = {'content_publishing_date': '2024-03-02'}</script>", "meta"),
    "JSON in JSON": (
        r"""<script>push("{\"article_published_time\":\"2024-03-02\"}")</script>""", "meta"),
    "a video": (node_of("VideoObject", uploadDate="2024-03-02"), "json-ld"),
    "the creation of the article": (
        node_of("NewsArticle", headline="A", dateCreated="2024-03-02"), "json-ld"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "source"), STATED.values(), ids=STATED)
def test_data_states_the_date(page: str, source: str) -> None:
    assert published(page + H1) == (source, "2024-03-02")


@pytest.mark.parametrize(
    "page",
    [
        "<meta name=expiration-date content=2024-03-02>",
        "<meta name=format-detection content='date=2024-03-02'>",
        "<script>var a = {'publishDate': '2024-03-02'}, b = {'publishDate': '2024-03-05'}</script>",
        "<script>var a = {'unpublishDate': '2024-03-02'}</script>",
        "<script>var a = {'publisher': '2024-03-02'}</script>",
        '<script type=application/ld+json>{"@type": "Comment", "datePublished": "2024-03-02"}',
    ],
    ids=["expiry", "format", "two articles", "end", "publisher", "comment"],
)
def test_data_of_something_else_is_no_date(page: str) -> None:
    assert published(page + H1) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/news/29-10-2021", "2021-10-29"),
        ("/news/29.10.2021.html", "2021-10-29"),
        ("/x/29-10-20211", None),
    ],
)
def test_the_day_may_end_the_address(path: str, expected: str | None) -> None:
    found = published(H1, "https://tide.example" + path)
    assert found == (("url", expected) if expected else None)


MANY = {
    "times": H1 + "<time>x</time>" * 60_000,
    "headings": H1 * 20_000,
    "attributes": H1 + "<p class=date " + " ".join(f"data-date{n}=1" for n in range(50_000)) + ">",
    "a long name": H1 + f"<p class='date {'date-' * 400_000}'>soon</p>",
    "a long text": H1 + f"<p class=date>{'1.2.' * 100_000}</p>",
    "digits": H1 + f"<p>{'1' * 500_000}</p>",
    "pieces of one line": H1 + "<p>" + "<b>2024</b>" * 40_000,
    "boxes in boxes": H1 + "<div class=date>" * 3000,
    "scripts": H1 + f"<script>{'publi' * 100_000}</script>",
}


@pytest.mark.parametrize("page", MANY.values(), ids=MANY)
def test_a_page_made_to_be_large_has_no_date(page: str) -> None:
    assert published(page) is None
