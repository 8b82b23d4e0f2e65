"""A publisher's rules: what a selector gives for each field, and the parts of names and links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Author, Block, Image, Series
from newscrawler.pages.article import ArticlePage, author_type, named_series

URL = "https://www.tide.example/local/48213-ferry-returns"


class TideArticle(ArticlePage):
    """Rules for the pages of these tests."""

    domains = ("tide.example",)
    site_name = "The Daily Tide"
    article_path = r"/(?P<id>\d{5})-"
    selectors: ClassVar[Mapping[str, str]] = {
        "headline": "h1",
        "alternative_headline": ".kicker",
        "description": ".lead",
        "date_published": "time.out",
        "date_modified": "time.changed",
        "section": ".section",
        "short_url": ".short::attr(data-url)",
        "source_organization": ".wire",
        "comment_count": ".comments",
        "keywords": ".tag",
        "breadcrumbs": ".trail a",
        "authors": ".author",
        "series": ".dossier a",
        "images": "img.photo",
        "caption": ".caption",
        "credit": ".credit",
        "body": ".text",
    }
    related_links: ClassVar[Mapping[Block, str]] = {"related": ".more a", "inject": ".box a"}
    furniture = (".box",)


def tide(text: str, url: str = URL) -> TideArticle:
    return TideArticle(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


FIELDS = {
    "headline": ("headline", "<h1>Ferry <b>Returns</b></h1><h1>Second</h1>", "Ferry Returns"),
    "second headline": ("alternative_headline", "<p class=kicker>Strike over</p>", "Strike over"),
    "description": ("description", "<p class=lead>Back at last.</p>", "Back at last."),
    "date": ("date_published", "<time class=out datetime=2024-03-01>1 March</time>", "2024-03-01"),
    "change": ("date_modified", "<time class=changed>2 March 2024</time>", "2 March 2024"),
    "section": ("section", "<p class=section>Local</p>", "Local"),
    "short address": ("short_url", "<p class=short data-url=https://t.example/7>", "https://t.example/7"),
    "wire": ("source_organization", "<p class=wire>AFP</p>", "AFP"),
    "comments": ("comment_count", "<p class=comments>1 234 comments</p>", 1234),
    "comments in Arabic digits": ("comment_count", "<p class=comments>٤ تعليقات</p>", 4),
    "comments without a number": ("comment_count", "<p class=comments>Comment</p>", None),
    "keywords": ("keywords", "<b class=tag>Port</b><b class=tag>Sea</b>", ["Port", "Sea"]),
    "breadcrumbs": ("breadcrumbs", "<p class=trail><a>World</a><a>Sea</a>", ["World", "Sea"]),
    "nothing found": ("headline", "<p>Ferry</p>", None),
    "no list found": ("keywords", "<p>Ferry</p>", []),
}  # fmt: skip


@pytest.mark.parametrize(("field", "text", "expected"), FIELDS.values(), ids=FIELDS)
def test_a_selector_gives_its_field(field: str, text: str, expected: Any) -> None:
    assert getattr(tide(text), field)() == expected


def test_a_page_without_rules_says_nothing() -> None:
    page = ArticlePage(HtmlResponse(URL, body=b"<h1>Ferry</h1><p>Back.</p>", encoding="utf-8"))
    assert [page.headline(), page.date_published(), page.comment_count()] == [None] * 3
    assert page.is_accessible_for_free() is None
    lists = (page.authors, page.series, page.images, page.related, page.body, page.keywords)
    assert [read() for read in lists] == [[]] * 6
    assert page.clock_error() == timedelta()
    assert page.published_id(URL) is None


IDS = {
    "www": ("https://www.tide.example/local/48213-a", "tide.example:48213"),
    "subdomain": ("https://m.tide.example/48213-a", "tide.example:48213"),
    "section": ("https://www.tide.example/local/", None),
}


@pytest.mark.parametrize(("url", "expected"), IDS.values(), ids=IDS)
def test_the_publishers_own_id(url: str, expected: str | None) -> None:
    assert TideArticle.published_id(url) == expected
    assert tide("", url).is_article() is bool(expected)


def person(name: str, path: str | None = None) -> Author:
    return Author(name=name, type="Person", url=path and f"https://www.tide.example{path}")


AUTHORS = {
    "text": ("<p class=author>By Ana Ruiz and Bo Lind</p>",
             [person("Ana Ruiz"), person("Bo Lind")]),
    "link": ("<a class=author href=/ana>Ana Ruiz</a>", [person("Ana Ruiz", "/ana")]),
    "inside a link": ("<a href=/ana><b class=author>Ana Ruiz</b></a>",
                      [person("Ana Ruiz", "/ana")]),
    "agency": ("<p class=author>dpa</p>", [Author(name="dpa", type="Organization")]),
    "site after the name": ("<p class=author>Ana Ruiz | The Daily Tide</p>", [person("Ana Ruiz")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), AUTHORS.values(), ids=AUTHORS)
def test_authors(text: str, expected: list[Author]) -> None:
    assert tide(text).authors() == expected


NAMES: dict[str, tuple[str, str, int | None]] = {
    "name alone": ("Harbour Strike", "Harbour Strike", None),
    "en": ("Topic: Harbour Strike (573)", "Harbour Strike", 573),
    "de": ("Thema: Hafenstreik (12 Artikel)", "Hafenstreik", 12),
    "fr": ("Dossier : Grève du port (4 articles)", "Grève du port", 4),
    "es": ("Tema: Huelga del puerto [7]", "Huelga del puerto", 7),
    "it": ("Argomento: Sciopero (1.204)", "Sciopero", 1204),
    "pl": ("Temat: Strajk w porcie (5 tekstów)", "Strajk w porcie", 5),
    "ru": ("Сюжет: Забастовка в порту (31)", "Забастовка в порту", 31),
    "ar": ("ملف: إضراب الميناء (٥٧٣)", "إضراب الميناء", 573),
    "ja": ("特集：港のストライキ（４２件）", "港のストライキ", 42),
    "thousands": ("Strike (2,024 articles)", "Strike", 2024),
    "a year is no count": ("Port Election (2024)", "Port Election (2024)", None),
    "rounded": ("Strike (1.2K)", "Strike (1.2K)", None),
    "number in the name": ("Room 101", "Room 101", None),
    "brackets with words": ("Strike (port)", "Strike (port)", None),
    "brackets inside": ("Strike (2) in the port", "Strike (2) in the port", None),
    "label alone": ("Topic:", "Topic:", None),
    "count alone": ("(12)", "(12)", None),
}


@pytest.mark.parametrize(("text", "name", "count"), NAMES.values(), ids=NAMES)
def test_a_series_is_named_without_its_label_and_count(
    text: str, name: str, count: int | None
) -> None:
    assert named_series(text, None) == Series(name=name, advertised=count)


def test_nothing_names_no_series() -> None:
    assert named_series(" \u200b", "https://tide.example/topic/x") is None


BOXES = {
    "behind the link": ("<p class=dossier><a href=/t/x>Strike</a> (12)</p>", 12),
    "in an element behind": ("<p class=dossier><a href=/t/x>Strike</a><b> (12) </b></p>", 12),
    "in the link": ("<p class=dossier><a href=/t/x>Strike <b>(12)</b></a></p>", 12),
    "words behind": ("<p class=dossier><a href=/t/x>Strike</a> since 12 May</p>", None),
    "nowhere": ("<p class=dossier><a href=/t/x>Strike</a></p>", None),
}


@pytest.mark.parametrize(("text", "count"), BOXES.values(), ids=BOXES)
def test_the_count_of_a_series_may_stand_beside_its_link(text: str, count: int | None) -> None:
    url = "https://www.tide.example/t/x"
    assert tide(text).series() == [Series(name="Strike", url=url, advertised=count)]


def test_each_series_is_given_once_in_the_order_of_the_page() -> None:
    page = tide("<p class=dossier><a href=/a>A</a><a href=/b>B</a><a href=/a>A</a></p>")
    assert [one.name for one in page.series()] == ["A", "B"]


def test_links_are_numbered_by_block_each_once_and_never_the_page_itself() -> None:
    page = tide("""<p class=more><a href=/b>Second Story</a><a href=/b/>Again</a>
        <a href=/local/48213-ferry-returns#top>Top</a><a href=/c><img></a><a href=/c>Third</a>
        <a>No Address</a><a href=mailto:x@y.example>Mail</a></p><p class=box><a href=/b>B</a>""")
    assert [(it.block, it.position, it.url[25:], it.headline) for it in page.related()] == [
        ("related", 1, "b", "Second Story"),
        ("related", 2, "c", "Third"),
        ("inject", 1, "b", "B"),
    ]


def test_caption_and_credit_belong_to_the_first_image() -> None:
    page = tide("""<img class=photo src=/a.jpg alt=Quay><img class=photo src=data:x>
        <img class=photo src=/b.jpg><p class=caption>The quay.</p><p class=credit>Bo</p>""")
    assert page.images() == [
        Image(url="https://www.tide.example/a.jpg", alt="Quay", caption="The quay.", credit="Bo"),
        Image(url="https://www.tide.example/b.jpg"),
    ]


def test_the_body_is_without_furniture_and_says_nothing_twice() -> None:
    page = tide("""<div class=text><p>One.</p><p class=box>Box</p><div class=text><p>Two.</p></div>
        </div><div class=text><p>Three.</p></div>""")
    assert page.body() == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ana Ruiz", "Person"), ("Reuters", "Organization"), ("The Daily Tide", "Organization")],
)
def test_a_site_and_an_agency_are_organisations(name: str, expected: str) -> None:
    assert author_type(name, "The Daily Tide") == expected


def test_an_agency_is_one_for_a_site_without_a_name() -> None:
    assert [author_type(it, None) for it in ("AFP", "Ana Ruiz")] == ["Organization", "Person"]
