"""Meta, link and time elements, microdata and RDFa: what belongs to the page's article."""

from __future__ import annotations

import pytest
from parsel import Selector

from newscrawler.pages.markup import Markup


def read(text: str) -> Markup:
    return Markup.from_tree(Selector(text=text).root)


# Meta, link, title


def test_meta_is_found_under_each_kind_of_name_without_regard_to_case() -> None:
    page = read("""
        <meta name="Description" content="After the storm.">
        <meta property="OG:title" content="Ferry">
        <meta itemprop="datePublished" content="2024-03-01">
        <meta http-equiv="Content-Language" content="en">""")
    assert page.meta("description") == "After the storm."
    assert page.meta("og:title") == "Ferry"
    assert page.meta("DATEPUBLISHED") == "2024-03-01"
    assert page.meta("content-language") == "en"


def test_meta_follows_the_order_of_the_names_and_skips_what_is_empty() -> None:
    page = read("""
        <meta name=b content="B"><meta name=a content=" "><meta name=a content="A1">
        <meta name=a content="A2"><meta name=c>""")
    assert page.meta("c", "a", "b") == "A1"
    assert page.metas("a") == ["A1", "A2"]
    assert page.meta("c", "d") is None
    assert page.metas("d") == []


def test_meta_may_stand_under_several_names() -> None:
    page = read('<meta name="twitter:title" property="og:title dc:title" content="Ferry">')
    assert page.metas("og:title") == page.metas("dc:title") == page.metas("twitter:title")
    assert page.meta("og:title") == "Ferry"


def test_entities_escaped_twice_are_decoded_but_addresses_stay() -> None:
    page = read("""<meta name=t content="Storm &amp;amp; &amp;quot;Tide&amp;quot;">
        <meta property=og:url content="https://tide.example/?a=1&copy=2">""")
    assert page.meta("t") == 'Storm & "Tide"'
    assert page.meta("og:url") == "https://tide.example/?a=1&copy=2"


def test_a_property_of_a_nested_item_says_nothing_of_the_page() -> None:
    page = read("""<html itemscope itemtype="http://schema.org/NewsArticle">
        <body><meta itemprop="headline" content="Ferry">
        <div itemprop="publisher" itemscope itemtype="http://schema.org/Organization">
        <meta itemprop="name" content="The Daily Tide"></div>""")
    assert page.meta("headline") == "Ferry"
    assert page.meta("name") is None


def test_links_are_found_by_relation() -> None:
    page = read("""<base href="/base/"><link rel="stylesheet" href="/a.css"><link rel=canonical>
        <link rel="Canonical" href=" /world/a/ "><link rel="canonical" href="/b/">
        <link rel="alternate AMPHTML" href="/amp/a/">""")
    assert page.canonical == "/world/a/"
    assert page.amp_url == page.link("alternate") == "/amp/a/"
    assert page.link("next") is None
    assert page.base_href == "/base/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<html lang=pt-BR>", "pt-BR"),
        ('<html lang=" " xml:lang="es">', "es"),
        ("<html><body lang=de>", "de"),
        ("<html>", None),
    ],
)
def test_the_language_stands_on_html_or_body(text: str, expected: str | None) -> None:
    assert read(text).html_lang == expected


def test_the_title_is_the_page_s_and_not_a_drawing_s() -> None:
    page = read("<body><svg><title>Logo</title></svg><title> Ferry\n Returns | Tide </title>")
    assert page.title == "Ferry Returns | Tide"
    assert read("<p>No title").title is None


# Microdata and RDFa

ARTICLE = """
<article itemscope itemtype="http://schema.org/NewsArticle" itemref="late">
  <h1 itemprop="headline">Ferry <b>Returns</b></h1>
  <a itemprop="articleSection" href="/sea/">Sea</a><a itemprop="url" href="/a/">here</a>
  <span itemprop="author" itemscope itemtype="http://schema.org/Person">
    <a itemprop="url" href="/ana/"><span itemprop="name">Ana Ruiz</span></a></span>
  <time itemprop="datePublished" datetime="2024-03-01T10:00Z">1 March</time>
  <time itemprop="dateModified">2 March 2024</time>
  <img itemprop="image" src="/a.jpg"><meta itemprop="wordCount" content="120">
  <link itemprop="mainEntityOfPage" href="/a/"><data itemprop="sku" value="42">forty-two</data>
  <span itemprop="keywords" content="ferry">Ferries</span>
  <div itemprop="articleBody"><p>The ferry is back.</p></div>
  <div itemprop="comment" itemscope itemtype="http://schema.org/Comment">
    <span itemprop="author">Guest</span><time itemprop="datePublished" datetime="2024-05-05"></time>
  </div>
</article>
<p id="late" itemprop="alternativeHeadline">Back at sea</p>
<aside itemscope itemtype="http://schema.org/NewsArticle">
  <a itemprop="url" href="/b/"><span itemprop="headline">Another Story</span></a></aside>
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("headline", ["Ferry Returns"]),
        ("articleSection", ["Sea"]),
        ("url", ["/a/"]),
        ("author", ["Ana Ruiz"]),
        ("name", []),
        ("datePublished", ["2024-03-01T10:00Z"]),
        ("dateModified", ["2 March 2024"]),
        ("image", ["/a.jpg"]),
        ("wordCount", ["120"]),
        ("mainEntityOfPage", ["/a/"]),
        ("sku", ["42"]),
        ("keywords", ["ferry"]),
        ("articleBody", ["The ferry is back."]),
        ("alternativeHeadline", ["Back at sea"]),
    ],
)
def test_microdata_belongs_to_the_article_and_not_to_what_is_nested(
    name: str, expected: list[str]
) -> None:
    assert read(ARTICLE).itemprops(name) == expected


def test_nested_items_are_asked_by_their_property() -> None:
    page = read(ARTICLE)
    assert page.itemprop("name", within="author") == "Ana Ruiz"
    assert page.itemprops("url", within="author") == ["/ana/"]
    assert page.itemprop("datePublished", within="comment") == "2024-05-05"
    assert page.itemprop("name", within="publisher") is None


def test_elements_of_a_property_are_given() -> None:
    assert [one.tag for one in read(ARTICLE).itemprop_elements("articleBody")] == ["div"]


def test_the_article_that_says_most_is_the_page_s_wherever_it_stands() -> None:
    teaser, article = ARTICLE[ARTICLE.index("<aside") :], ARTICLE[: ARTICLE.index("<aside")]
    assert read(teaser + article).itemprop("headline") == "Ferry Returns"


def test_rdfa_is_read_like_microdata() -> None:
    page = read("""<div vocab="http://schema.org/" typeof="schema:Article">
        <h1 property="schema:headline">Ferry</h1><span property="dc:creator">Ana</span>
        <div property="author" typeof="Person"><b property="name">Ana Ruiz</b></div></div>""")
    assert page.itemprop("headline") == "Ferry"
    assert page.itemprop("name") is None
    assert page.itemprop("author") == "Ana Ruiz"
    assert page.itemprop("dc:creator") == "Ana"


@pytest.mark.parametrize(
    "around", ["<div>", "<body itemscope itemtype='https://schema.org/WebPage'>"]
)
def test_properties_without_an_article_are_the_page_s(around: str) -> None:
    page = read(f"""<html>{around}<div itemprop="articleBody">The ferry is back.</div>
        <div itemscope itemtype="http://schema.org/Person"><i itemprop="name">Ana</i></div>""")
    assert page.itemprop("articleBody") == "The ferry is back."
    assert page.itemprop("name") is None


def test_comments_of_the_page_are_no_elements() -> None:
    page = read("<article itemscope itemtype='http://schema.org/Article'><!-- a --><?b c?>"
                "<h1 itemprop=headline>Ferry<!-- d --> back</h1></article>")  # fmt: skip
    assert page.itemprop("headline") == "Ferry back"


# Times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<article><h1>A</h1><time>x</time></article>", "article"),
        ("<main><p><time>x</time></main>", "article"),
        ("<div><h1>A</h1><time>x</time></div>", "article"),
        ("<article><time>x</time></article>", "article"),
        ("<div><p><time>x</time></p></div>", "page"),
        ("<article><h1>A</h1></article><article><time>x</time></article>", "aside"),
        ("<article><h1>A</h1><aside><time>x</time></aside></article>", "aside"),
        ("<footer><time>x</time></footer>", "aside"),
        ("<nav><time>x</time></nav>", "aside"),
        ("<div class='b-sitenav__clock'><time>x</time></div>", "aside"),
        ("<time class='currentTime today'>x</time>", "aside"),
        ("<article><h1>A</h1><div id='userComments'><time>x</time></div></article>", "aside"),
        ("<article><h1>A</h1><ul class='related-list'><time>x</time></ul></article>", "aside"),
        ("<article class='has-commentary'><h1>A</h1><time>x</time></article>", "article"),
    ],
)
def test_a_time_says_where_it_stands(text: str, expected: str) -> None:
    assert [one.place for one in read(text).time_elements()] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<time itemprop=datePublished>x</time>", "published"),
        ("<time pubdate>x</time>", "published"),
        ("<span class=published><time>x</time></span>", "published"),
        ("<time itemprop=dateModified>x</time>", "modified"),
        ("<time class='refs-date-upd'>x</time>", "modified"),
        ("<p class=lastUpdated><time>x</time></p>", "modified"),
        ("<time class=date>x</time>", None),
    ],
)
def test_a_time_says_what_it_is_the_time_of(text: str, expected: str | None) -> None:
    assert [one.role for one in read(text).time_elements()] == [expected]


def test_times_come_in_document_order_with_what_they_show() -> None:
    page = read("<p><time datetime=' 2024-03-01 '> 1 <b>March</b></time></p><time></time>")
    assert [(one.datetime, one.text) for one in page.time_elements()] == [
        ("2024-03-01", "1 March"),
        (None, ""),
    ]


# Bad pages


@pytest.mark.parametrize(
    "text",
    ["", "x", "<!-- a -->", "<html></html>", "\x00<p>\x00", "<time " * 50,
     "<div itemscope><time itemprop=x>" * 3_000, "<div itemscope itemref='a' id=a itemprop=b>",
     "<meta itemprop=a content=b>" * 3_000],
    ids=["empty", "text", "comment", "no body", "nul", "open tags", "deep", "refers to itself",
         "many"],
)  # fmt: skip
def test_bad_pages_state_nothing_and_do_no_harm(text: str) -> None:
    page = read(text)
    assert page.meta("description") is None
    assert page.canonical is None
    assert page.itemprop("headline") is None
    assert all(one.role is None for one in page.time_elements())
