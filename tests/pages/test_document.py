"""One page read once: its addresses, its lines, and answers that are no page at all."""

from __future__ import annotations

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from newscrawler.items import Article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.document import Document, text_of, widest, word_count
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article

URL = "https://www.tide.example/local/ferry-returns"


def document(text: str, url: str = URL) -> Document:
    return Document(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


def canonical(href: str) -> str:
    return f'<link rel=canonical href="{href}">'


CANONICALS = {
    "absolute": ("https://www.tide.example/local/ferry-returns", URL),
    "relative": ("/local/ferry-returns", URL),
    "without scheme": ("//www.tide.example/local/ferry-returns", URL),
    "with tracking": ("/local/ferry-returns?utm_source=x", URL),
    "another site": ("https://gull.example/a", "https://gull.example/a"),
    "script": ("javascript:void(0)", None),
    "no host": ("http://", None),
    "fragment": ("#top", None),
    "empty": ("", None),
}


@pytest.mark.parametrize(("href", "expected"), CANONICALS.values(), ids=CANONICALS)
def test_the_canonical_address_is_absolute_or_absent(href: str, expected: str | None) -> None:
    assert document(canonical(href)).canonical_url == expected


OWN = {
    "spelt another way": (URL, "https://tide.example/local/ferry-returns/",
                          "https://tide.example/local/ferry-returns/"),
    "another article": (URL, "/local/ferry-sinks", URL),
    "another site": (URL, "https://gull.example/local/ferry-returns", URL),
    "front page": (URL, "/", URL),
    "broken": (URL, "http://[", URL),
    "of an AMP page": (URL + "/amp", URL, URL + "/amp"),
    "with a session": (URL + "?id=7&utm_medium=x", "/local/ferry-returns?id=7",
                       URL + "?id=7"),
}  # fmt: skip


@pytest.mark.parametrize(("url", "href", "expected"), OWN.values(), ids=OWN)
def test_the_page_may_spell_its_own_address(url: str, href: str, expected: str) -> None:
    assert document(canonical(href), url).own_url == expected


BASES = {
    "none": ("", "b", "https://www.tide.example/local/b"),
    "folder": ("<base href=/world/>", "b", "https://www.tide.example/world/b"),
    "another host": ("<base href=https://gull.example/>", "b", "https://gull.example/b"),
    "target alone": ("<base target=_blank>", "b", "https://www.tide.example/local/b"),
    "broken": ("<base href='http://['>", "b", "https://www.tide.example/local/b"),
    "absolute link": ("<base href=/world/>", "https://gull.example/b", "https://gull.example/b"),
    "mail": ("", "mailto:desk@tide.example", None),
    "telephone": ("", "tel:110", None),
    "fragment": ("", "#comments", None),
    "script": ("", "javascript:open()", None),
    "picture in the page": ("", "data:image/gif;base64,R0", None),
    "spaces around": ("", " /b\n", "https://www.tide.example/b"),
}


@pytest.mark.parametrize(("base", "href", "expected"), BASES.values(), ids=BASES)
def test_links_are_relative_to_the_base(base: str, href: str, expected: str | None) -> None:
    assert document(base).absolute(href) == expected


NO_PAGES: dict[str, Response] = {
    "empty": HtmlResponse(URL),
    "white space": HtmlResponse(URL, body=b" \n "),
    "comment": HtmlResponse(URL, body=b"<!-- ferry -->"),
    "doctype": HtmlResponse(URL, body=b"<!doctype html>"),
    "zero bytes": HtmlResponse(URL, body=b"\x00\x00"),
    "XML": XmlResponse(URL, body=b"<rss><item><title>Ferry</title></item></rss>"),
    "broken XML": XmlResponse(URL, body=b"<rss><item>"),
    "JSON": TextResponse(URL, body=b'{"headline": "Ferry"}'),
    "JSON list": TextResponse(URL, body=b"[1, 2]"),
}


@pytest.mark.parametrize("response", NO_PAGES.values(), ids=NO_PAGES)
def test_what_is_no_page_gives_an_empty_record(response: TextResponse) -> None:
    page = ArticlePage(response)
    article = read_article(page)
    assert isinstance(article, Article)
    assert (article.url, article.headline, article.body) == (URL, None, None)
    assert article.related is None
    assert obstacle(page, article) == "empty_page"
    listing = ListingPage(response)
    assert (listing.entries(), listing.next_page(), listing.is_listing()) == ([], None, False)


def test_text_without_markup_is_no_article() -> None:
    article = read_article(ArticlePage(TextResponse(URL, body=b'{"headline": ')))
    assert (article.headline, article.body) == (None, None)


@pytest.mark.parametrize("depth", [300, 5_000], ids=["deep", "deeper than recursion"])
def test_a_page_of_any_depth_is_read(depth: int) -> None:
    page = document("<div>" * depth + "<a href=/b>Ferry</a>")
    assert page.lines("body") in (["Ferry"], [])


LINES = {
    "element": ("<p> The <b>ferry</b>\n is back </p>", "p", ["The ferry is back"]),
    "empty": ("<p> </p><p>\u200b</p>", "p", []),
    "script inside": ("<p>Ferry<script>x()</script> back<style>b{}</style></p>", "p",
                      ["Ferry back"]),
    "comment inside": ("<p>Ferry <!-- x -->is<?y z?> back</p>", "p", ["Ferry is back"]),
    "blocks without white space": ("<a><div>Local</div><h3>Ferry</h3>is<br>back</a>", "a",
                                   ["Local Ferry is back"]),
    "inline tags": ("<p>F<b>err</b>y</p><p>!", "p", ["Ferry", "!"]),
    "meta": ("<meta name=a content='Ferry '>", "meta", ["Ferry"]),
    "time": ("<time datetime=2024-03-01>1 March</time><time>noon</time>", "time",
             ["2024-03-01", "noon"]),
    "attribute": ("<p title='A  quay'>x</p>", "p::attr(title)", ["A quay"]),
    "own text": ("<p>Ferry <b>back</b></p>", "p::text", ["Ferry"]),
    "order of the page": ("<h2>A</h2><p>B</p><h2>C</h2>", "p, h2", ["A", "B", "C"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "css", "expected"), LINES.values(), ids=LINES)
def test_lines(text: str, css: str, expected: list[str]) -> None:
    assert document(text).lines(css) == expected


def test_a_page_is_shown_line_by_line_as_browsers_break_it() -> None:
    page = document(
        "<title>T</title><div>Local<h2>F<b>err</b>y</h2>is<br>back <p hidden>today<script>x()"
        "</script></p>a\u0301</div><table><tr><td>500 ml<td>Milk</table><noscript>No</noscript>"
    )
    assert page.shown_lines() == ["Local", "Ferry", "is", "back", "today", "\xe1", "500 ml", "Milk"]
    assert document("").shown_lines() == []


def test_lines_within_an_element() -> None:
    page = document("<ul><li>A</ul><ol><li>B</ol><p>C")
    assert page.lines("li", page.selector.css("ol")[0]) == ["B"]


def test_the_text_of_an_element_is_without_what_follows_it() -> None:
    assert text_of(Selector("<p><b>Ferry</b> is back</p>").css("b")[0]) == "Ferry"


def test_the_article_node_is_the_one_that_names_the_page() -> None:
    node = '{"@type": "NewsArticle", "headline": "%s", "url": "%s"}'
    blocks = [node % ("Other", "/b"), node % ("Own", "/local/ferry-returns")]
    page = document("".join(f"<script type=application/ld+json>{it}</script>" for it in blocks))
    assert page.article_node is not None
    assert page.article_node.headline == "Own"


def test_places_count_the_links_of_the_page() -> None:
    page = document("<a href=/b>B</a><p><a href=/c>C</a></p>")
    assert [page.places[link.root] for link in page.selector.css("a")] == [0, 1]


PICTURES = {
    "plain": ("src=/a.jpg", "/a.jpg"),
    "lazy, with an inline placeholder": ("src=data:image/gif;base64,R0 data-src=/a.jpg", "/a.jpg"),
    "lazy, with a placeholder file": ("src=/blank.gif data-src=/a.jpg", "/a.jpg"),
    "lazy set": ("data-srcset='/s.jpg 320w, /l.jpg 640w'", "/l.jpg"),
    "none": ("alt=quay", None),
    "inline alone": ("src=data:image/gif;base64,R0", None),
}


@pytest.mark.parametrize(("attributes", "path"), PICTURES.values(), ids=PICTURES)
def test_the_address_of_a_picture(attributes: str, path: str | None) -> None:
    page = document(f"<img {attributes}>")
    expected = f"https://www.tide.example{path}" if path else None
    assert page.image_url(page.root.find(".//img")) == expected


SETS = {
    "widths": ("/s.jpg 320w, /l.jpg 1280w, /m.jpg 640w", "/l.jpg"),
    "densities": ("/a.jpg 1x, /b.jpg 1.5x", "/b.jpg"),
    "commas in the address": ("/w_320,h_2/a.jpg 320w,/w_640,h_4/a.jpg 640w", "/w_640,h_4/a.jpg"),
    "no descriptor": ("/a.jpg", ""),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("srcset", "expected"), SETS.values(), ids=SETS)
def test_the_widest_of_a_set_of_pictures(srcset: str, expected: str) -> None:
    assert widest(srcset) == expected


WORDS = {
    "en": ("The ferry is back.", 4),
    "ar": ("عادت العبارة إلى الميناء", 4),
    "ru": ("Паром вернулся", 2),
    "ja": ("フェリーが港に戻った", 5),
    "ja with Latin words": ("ABC フェリー", 3),
    "ko": ("여객선이 돌아왔다", 2),
    "th": ("เรือกลับมา", 5),
    "none": (" \n", 0),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS)
def test_words_are_counted_in_every_script(text: str, expected: int) -> None:
    assert word_count(text) == expected
