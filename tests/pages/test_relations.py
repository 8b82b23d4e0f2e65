"""Series and related articles that a page names in its many shapes, and what is none."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Related, Series
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.relations import related_links, stated_series

SITE = "https://tide.example"
URL = f"{SITE}/local/ferry-returns"


def article(text: str) -> ArticlePage:
    return ArticlePage(HtmlResponse(URL, body=text.encode(), encoding="utf-8"))


def in_article(text: str) -> ArticlePage:
    return article(f"<html><body><main><article><h1>Ferry</h1>{text}</article></main></body>")


SERIES: dict[str, tuple[str, Series]] = {
    "label in the paragraph": (
        "<p>Part of the series: <a href=/series/strike>Port Strike</a></p>",
        Series(name="Port Strike", url=f"{SITE}/series/strike"),
    ),
    "label without a colon": (
        "<p><b>Topic</b> <a href=/topic/strike>Port Strike</a></p>",
        Series(name="Port Strike", url=f"{SITE}/topic/strike"),
    ),
    "label in the link": (
        "<p>Serie: <a href=/serie/streik>Serie: Hafenstreik</a></p>",
        Series(name="Hafenstreik", url=f"{SITE}/serie/streik"),
    ),
    "label behind a date": (
        "<p>1 March 2024 | Topic: <a href=/topics/strike>Port Strike</a></p>",
        Series(name="Port Strike", url=f"{SITE}/topics/strike"),
    ),
    "class of the link": (
        "<a class=storyline href=/storyline/strike>Port Strike</a>",
        Series(name="Port Strike", url=f"{SITE}/storyline/strike"),
    ),
    "class around": (
        "<div class=article-series><span><a href=/series/strike>Port Strike</a></span></div>",
        Series(name="Port Strike", url=f"{SITE}/series/strike"),
    ),
    "class in camel case": (
        "<div class=seriesBox><a href=/series/strike>Port Strike</a></div>",
        Series(name="Port Strike", url=f"{SITE}/series/strike"),
    ),
    "de, count behind": (
        "<p>Thema: <a href=/thema/hafenstreik/>Hafenstreik</a> (12 Artikel)</p>",
        Series(name="Hafenstreik", url=f"{SITE}/thema/hafenstreik/", advertised=12),
    ),
    "fr, count in the link": (
        "<p>Dossier : <a href=/dossier/greve>Grève du port (4 articles)</a></p>",
        Series(name="Grève du port", url=f"{SITE}/dossier/greve", advertised=4),
    ),
    "es": (
        "<p>Tema: <a href=/temas/huelga>Huelga del puerto (7)</a></p>",
        Series(name="Huelga del puerto", url=f"{SITE}/temas/huelga", advertised=7),
    ),
    "it": (
        "<p>Argomento: <a href=/argomenti/sciopero>Sciopero</a></p>",
        Series(name="Sciopero", url=f"{SITE}/argomenti/sciopero"),
    ),
    "pl": (
        "<p>Temat: <a href=/temat/strajk>Strajk w porcie</a></p>",
        Series(name="Strajk w porcie", url=f"{SITE}/temat/strajk"),
    ),
    "ru": (
        "<p>Сюжет: <a href=/story-line/port>Забастовка в порту</a></p>",
        Series(name="Забастовка в порту", url=f"{SITE}/story-line/port"),
    ),
    "ar, Arabic digits": (
        "<p>ملف: <a href=/milaf/idrab>إضراب الميناء (٥٧٣)</a></p>",
        Series(name="إضراب الميناء", url=f"{SITE}/milaf/idrab", advertised=573),
    ),
    "ja, full width": (
        "<p>特集：<a href=/topics/strike>港のストライキ（42件）</a></p>",
        Series(name="港のストライキ", url=f"{SITE}/topics/strike", advertised=42),
    ),
    "in the header of the article": (
        "<header class=article-header><p>Series: <a href=/series/a>Port</a></p></header>",
        Series(name="Port", url=f"{SITE}/series/a"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SERIES.values(), ids=SERIES)
def test_a_box_names_the_series(text: str, expected: Series) -> None:
    assert stated_series(in_article(text)) == [expected]


BOX = "<p>Series: <a href=/series/strike>Port Strike</a></p>"
NO_SERIES = {
    "navigation": f"<nav>{BOX}</nav>",
    "footer of the site": f"<footer>{BOX}</footer>",
    "header of the site": f"<header>{BOX}</header>",
    "sidebar": f"<aside>{BOX}</aside>",
    "sidebar by class": f"<main><h1>A</h1><div class=right-sidebar>{BOX}</div></main>",
    "menu by class": f"<div class=mainMenu>{BOX}</div>",
    "footer by class": f"<div class=site-footer>{BOX}</div>",
    "body text": "<main><p>Read all about the topic <a href=/topic/strike>here</a>.</p></main>",
    "body text with a colon": "<p>He said of it: <a href=/topic/strike>Port Strike</a></p>",
    "tag without a label": "<p class=tags><a href=/topic/strike>Port Strike</a></p>",
    "another site": "<p>Series: <a href=https://gull.example/series/a>Gulls</a></p>",
    "no listing": "<p>Series: <a href=/local/strike>Port Strike</a></p>",
    "all series": "<p>Series: <a href=/series/>All</a></p>",
    "no name": "<p>Series: <a href=/series/strike><img></a></p>",
    "JSON-LD": """<script type=application/ld+json>{"@type": "NewsArticle", "headline": "A",
        "isPartOf": {"@type": "CreativeWorkSeries", "name": "Tide Plus"}}</script>""",
}


@pytest.mark.parametrize("text", NO_SERIES.values(), ids=NO_SERIES)
def test_what_is_no_series_of_the_article(text: str) -> None:
    assert stated_series(article(text)) == []


LAYOUTS = {
    "class of the body": "<body class='post right-sidebar'><h1>A</h1>{}</body>",
    "class of the page": "<div class=with-sidebar><main><h1>A</h1>{}</main><div>x</div></div>",
    "footer of the article": "<article><h1>A</h1><footer class=card-footer>{}</footer></article>",
    "aside of the article": "<article><h1>A</h1><aside>{}</aside></article>",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_with_a_sidebar_hides_nothing(layout: str) -> None:
    assert [it.name for it in stated_series(article(layout.format(BOX)))] == ["Port Strike"]
    related = layout.format("<div class=related><a href=/b>Second Story</a></div>")
    assert [it.headline for it in related_links(article(related))] == ["Second Story"]


def test_a_series_is_named_once_with_the_count_where_one_is_stated() -> None:
    page = in_article(BOX + BOX.replace("Port Strike", "Port Strike (12)") + BOX)
    url = f"{SITE}/series/strike"
    assert stated_series(page) == [Series(name="Port Strike", url=url, advertised=12)]


@pytest.mark.parametrize(
    ("place", "href"),
    [
        ("/local/ferry", "../series/strike"),
        ("/local/ferry", "/%73eries/strike"),
        ("/local/ferry", "\\series\\strike"),
        ("/local/ferry", "/se&#10;ries/strike"),
        ("/local/ferry", " /SERIES/strike"),
        ("/ferry", "series/strike"),
        ("/series/ferry", "strike"),
        ("/series/port/ferry", "../strike"),
    ],
)
def test_a_series_is_found_however_its_address_is_written(place: str, href: str) -> None:
    text = f'<body><p>Series: <a href="{href}">Port Strike</a></p></body>'
    page = ArticlePage(HtmlResponse(f"{SITE}{place}", body=text.encode(), encoding="utf-8"))
    assert [(one.url or "").lower() for one in stated_series(page)] == [f"{SITE}/series/strike"]


def test_an_article_may_be_part_of_several_series() -> None:
    page = in_article(BOX + "<p>Topic: <a href=/topic/sea>The Sea</a></p>")
    assert [one.name for one in stated_series(page)] == ["Port Strike", "The Sea"]


def found(page: ArticlePage) -> list[tuple[str, int, str, str | None]]:
    return [(it.block, it.position, it.url, it.headline) for it in related_links(page)]


LINK = "<a href=/b>Second Story</a>"
RELATED = {
    "class": f"<div class=related>{LINK}</div>",
    "class in two parts": f"<div class='box related-articles'>{LINK}</div>",
    "class in camel case": f"<div class=relatedContent>{LINK}</div>",
    "class in Spanish": f"<ul class=noticias-relacionadas><li>{LINK}</ul>",
    "class in German": f"<ul class=mehr-zum-thema><li>{LINK}</ul>",
    "heading over a list": f"<h3>Related articles</h3><ul><li>{LINK}</ul>",
    "heading beside a link": f"<div><h4>More on this</h4>{LINK}</div>",
    "heading in its own box": f"<div><div><h3>Related</h3></div><ul><li>{LINK}</ul></div>",
    "heading over cards": f"<section><h2>See also</h2><div>{LINK}</div></section>",
    "de": f"<h3>Mehr zum Thema</h3><ul><li>{LINK}</ul>",
    "fr": f"<h3>Sur le même sujet</h3><ul><li>{LINK}</ul>",
    "es": f"<h3>Noticias relacionadas</h3><ul><li>{LINK}</ul>",
    "it": f"<h3>Leggi anche</h3><ul><li>{LINK}</ul>",
    "pl": f"<h3>Czytaj także</h3><ul><li>{LINK}</ul>",
    "pt": f"<h3>Leia também</h3><ul><li>{LINK}</ul>",
    "nl": f"<h3>Lees ook</h3><ul><li>{LINK}</ul>",
    "ru": f"<h3>По теме</h3><ul><li>{LINK}</ul>",
    "ar": f"<h3>مقالات ذات صلة</h3><ul><li>{LINK}</ul>",
    "ja": f"<h3>関連記事</h3><ul><li>{LINK}</ul>",
    "aside in the article": f"<aside class=related>{LINK}</aside>",
}


@pytest.mark.parametrize("text", RELATED.values(), ids=RELATED)
def test_a_related_block_is_told_by_class_or_heading(text: str) -> None:
    page = in_article(f"<p>Seen from the <a href=/quay>old stone quay</a>.</p>{text}<p>End.</p>")
    assert found(page) == [("related", 1, f"{SITE}/b", "Second Story")]


READ_MORE = {
    "en": "Read more: {}",
    "en, capitals": "<b>READ ALSO</b> {}",
    "de": "Lesen Sie auch: {}",
    "fr": "À lire aussi : {}",
    "es": "Lea también: {}",
    "it": "Leggi anche: {}",
    "pl": "Czytaj też: {}",
    "pt": "Leia mais: {}",
    "nl": "Lees ook: {}",
    "ru": "Читайте также: {}",
    "ar": "اقرأ أيضا: {}",
    "ja": "関連記事：{}",
    "guillemets": "« Lire aussi » {}",
}


@pytest.mark.parametrize("line", READ_MORE.values(), ids=READ_MORE)
def test_a_line_of_the_text_sends_the_reader_on(line: str) -> None:
    page = in_article(f"<p>One.</p><p>{line.format(LINK)}</p><p>Two.</p>")
    assert found(page) == [("read_more", 1, f"{SITE}/b", "Second Story")]


def test_the_words_of_the_line_are_no_part_of_the_headline() -> None:
    page = in_article("<p><a href=/b>Lire aussi : Deuxième histoire</a></p>")
    assert found(page) == [("read_more", 1, f"{SITE}/b", "Deuxième histoire")]


INJECTS = {
    "inject": f"<div class=b-inject>{LINK}</div>",
    "teaser": f"<div class=inline-teaser>{LINK}</div>",
    "inside a related box": f"<div class=related><div class=inject>{LINK}</div></div>",
}


@pytest.mark.parametrize("text", INJECTS.values(), ids=INJECTS)
def test_a_box_inside_the_text_is_an_inject(text: str) -> None:
    assert found(in_article(text)) == [("inject", 1, f"{SITE}/b", "Second Story")]


NOT_RELATED = {
    "most read": f"<div class='sidebar most-read'><h3>Related</h3><ul><li>{LINK}</ul></div>",
    "sidebar": f"<aside class=related>{LINK}</aside>",
    "navigation": f"<nav><div class=related>{LINK}</div></nav>",
    "footer": f"<footer><h3>Related</h3><ul><li>{LINK}</ul></footer>",
    "body text": f"<main><p>He told his {LINK} on the quay.</p></main>",
    "text above the heading": f"<article><p>His {LINK} is told.</p><h3>Related</h3></article>",
    "text below the block": "<h3>Related</h3><p>He told it at length on the quay last week: "
                            f"{LINK}.</p>",
    "under the next heading": f"<h3>Related</h3><h3>Weather</h3><ul><li>{LINK}</ul>",
    "heading about relations": f"<h3>Harbour costs related to rain</h3><ul><li>{LINK}</ul>",
    "one word": "<div class=related><a href=/b>Gallery</a></div>",
    "picture": "<div class=related><a href=/b><img></a></div>",
    "another site": "<div class=related><a href=https://gull.example/b>Second Story</a></div>",
    "listing": "<div class=related><a href=/topic/strike>Port Strike</a></div>",
    "own address": f"<div class=related><a href={URL}/#top>Ferry Returns</a></div>",
    "mail": "<div class=related><a href=mailto:x@tide.example>Write to us</a></div>",
}  # fmt: skip


@pytest.mark.parametrize("text", NOT_RELATED.values(), ids=NOT_RELATED)
def test_what_is_no_related_article(text: str) -> None:
    assert related_links(article(text)) == []


def test_positions_count_in_each_block_and_in_the_order_of_the_page() -> None:
    page = in_article("""<p>Read more: <a href=/b>Second Story</a></p>
        <div class=related><a href=/c><img></a><a href=/c>Third Story</a><a href=/x>Video</a>
        <a href=/d>Fourth Story</a></div><p>See also: <a href=/e>Fifth Story</a></p>
        <h4>Related</h4><ul><li><a href=/c/>Third Again</a><li><a href=/f>Sixth Story</a></ul>""")
    assert found(page) == [
        ("read_more", 1, f"{SITE}/b", "Second Story"),
        ("read_more", 2, f"{SITE}/e", "Fifth Story"),
        ("related", 1, f"{SITE}/c", "Third Story"),
        ("related", 2, f"{SITE}/d", "Fourth Story"),
        ("related", 3, f"{SITE}/f", "Sixth Story"),
    ]


def test_a_headline_in_a_script_without_spaces_is_one() -> None:
    page = in_article("<div class=related><a href=/b>フェリーが港に戻る</a></div>")
    assert related_links(page) == [
        Related(url=f"{SITE}/b", headline="フェリーが港に戻る", block="related", position=1)
    ]
