"""One record from a page: which date is believed, ids, what is taken off the text, provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Article, Block, Dateline, Publisher, Series
from newscrawler.normalise.urls import url_key
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.reader import article_id, digest, read_article

URL = "https://www.tide.example/local/ferry-returns"
DAY = "2024-03-01"


class TideArticle(ArticlePage):
    """Rules for the pages of these tests."""

    domains = ("tide.example",)
    site_name = "The Daily Tide"
    zone = "Europe/Berlin"
    selectors: ClassVar[Mapping[str, str]] = {"body": ".text", "authors": ".by"}


class SlowClock(TideArticle):
    """A page whose clock is three hours ahead."""

    def clock_error(self) -> timedelta:
        return timedelta(hours=3)


def read(text: str, url: str = URL, kind: type[ArticlePage] = ArticlePage) -> Article:
    return read_article(kind(HtmlResponse(url, body=text.encode(), encoding="utf-8")))


def json_ld(**stated: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "Ferry Returns", **stated}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def published(moment: str) -> str:
    return meta("article:published_time", moment)


def said(article: Article, field: str) -> str:
    return (article.provenance or {})[field]


IDS = {
    "number at the end": ("/local/ferry-returns-48213/", "48213"),
    "number and ending": ("/163458489.html", "163458489"),
    "number with a query": ("/local/ferry-48213?page=all", None),
    "day at the end": ("/local/ferry-20240301/", None),
    "number inside": ("/48213/ferry-returns", None),
}


@pytest.mark.parametrize(("path", "number"), IDS.values(), ids=IDS)
def test_an_article_has_an_id(path: str, number: str | None) -> None:
    url = f"https://www.tide.example{path}"
    page = ArticlePage(HtmlResponse(url))
    assert article_id(page) == f"tide.example:{number or digest(url_key(url))}"


TWINS = {
    "www": "https://tide.example/local/ferry-48213/",
    "mobile": "https://m.tide.example/local/ferry-48213",
    "AMP": "https://www.tide.example/local/ferry-48213/amp/",
    "tracking": "https://www.tide.example/local/ferry-48213/?utm_source=x",
}


@pytest.mark.parametrize("url", TWINS.values(), ids=TWINS)
def test_twins_of_an_article_have_one_id(url: str) -> None:
    assert article_id(ArticlePage(HtmlResponse(url))) == "tide.example:48213"


def test_a_digest_is_stable() -> None:
    assert digest("tide.example/a") == digest("tide.example/a") != digest("tide.example/b")
    assert len(digest("")) == 16


BELIEVED: dict[str, tuple[str, str, str]] = {
    "json-ld alone": (json_ld(datePublished="2099-01-01"), "json-ld", "2099-01-01"),
    "json-ld that two contradict": (
        json_ld(datePublished="2099-01-01") + published(DAY) + meta("dc.date", DAY),
        "open-graph", DAY),
    "json-ld that one contradicts": (
        json_ld(datePublished="2024-03-05") + published(DAY), "json-ld", "2024-03-05"),
    "json-ld that one confirms": (
        json_ld(datePublished=DAY) + published(DAY) + meta("dc.date", "2024-05-05")
        + "<h1>A</h1><time>5 May 2024</time>", "json-ld", DAY),
    "one moment in two zones": (
        json_ld(datePublished="2024-02-29T23:30:00Z") + published(DAY) + meta("dc.date", DAY),
        "json-ld", "2024-02-29T23:30:00Z"),
    "off by hours": (
        json_ld(datePublished="2024-03-02T07:25:00Z") + published("2024-03-01T21:25:00Z")
        + meta("dc.date", "2024-03-01T21:25:00Z"), "open-graph", "2024-03-01T21:25:00Z"),
    "what is no date": (json_ld(datePublished="soon") + published(DAY), "open-graph", DAY),
    "a year before the web": (json_ld(datePublished="1970-01-01") + published(DAY),
                              "open-graph", DAY),
    "printed": ("<html lang=de><h1>A</h1><time>1. März 2024, 10:30 Uhr</time>", "text",
                "2024-03-01T10:30:00"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "source", "expected"), BELIEVED.values(), ids=BELIEVED)
def test_the_date_that_is_believed(page: str, source: str, expected: str) -> None:
    article = read(page)
    assert (article.date_published, said(article, "date_published")) == (expected, source)


@pytest.mark.parametrize(
    ("raw", "iso", "precision"),
    [
        (DAY, DAY, "day"),
        ("2024-03-01T10:00", "2024-03-01T10:00:00+01:00", "minute"),
        ("2024-03-01T10:00:05Z", "2024-03-01T10:00:05Z", "second"),
        ("1709287205", "2024-03-01T10:00:05Z", "second"),
    ],
    ids=["day", "minute", "second", "Unix time"],
)
def test_a_date_is_as_exact_as_stated(raw: str, iso: str, precision: str) -> None:
    article = read(published(raw), kind=TideArticle)
    assert (article.date_published, article.date_published_raw) == (iso, raw)
    assert article.date_precision == precision


def test_the_day_may_stand_in_the_address_alone() -> None:
    article = read("<h1>A</h1>", "https://tide.example/2024/03/01/ferry")
    assert (article.date_published, article.date_precision) == (DAY, "day")
    assert said(article, "date_published") == "url"


def test_without_a_date_there_is_none() -> None:
    article = read("<h1>A</h1>", "https://tide.example/2024/13/45/ferry")
    assert article.date_published is article.date_published_raw is article.date_precision is None
    assert "date_published" not in (article.provenance or {})


MODIFIED = {
    "later": ("2024-03-01T10:00:00Z", "2024-03-01T11:00:00Z", "2024-03-01T11:00:00Z"),
    "the same": ("2024-03-01T10:00:00Z", "2024-03-01T10:00:00Z", "2024-03-01T10:00:00Z"),
    "earlier": ("2024-03-01T10:00:00Z", "2024-03-01T09:59:59Z", None),
    "earlier on the clock, later in truth": ("2024-03-01T10:00:00+02:00", "2024-03-01T09:00:00Z",
                                             "2024-03-01T09:00:00Z"),
    "same day": ("2024-03-01T10:00:00Z", "2024-03-01", "2024-03-01"),
    "day before": ("2024-03-01T10:00:00Z", "2024-02-29", None),
    "no date of publication": ("", "2024-03-01", "2024-03-01"),
}  # fmt: skip


@pytest.mark.parametrize(("first", "last", "expected"), MODIFIED.values(), ids=MODIFIED)
def test_a_change_before_the_publication_is_none(
    first: str, last: str, expected: str | None
) -> None:
    article = read(json_ld(datePublished=first, dateModified=last))
    assert article.date_modified == expected
    assert article.date_modified_raw == (last if expected else None)
    assert ("date_modified" in (article.provenance or {})) is bool(expected)


def test_the_error_of_the_pages_clock_is_taken_off_a_time_and_not_off_a_day() -> None:
    late = read(json_ld(dateModified="2024-03-01T02:00:00Z"), kind=SlowClock)
    assert late.date_modified == "2024-02-29T23:00:00Z"
    assert read(json_ld(dateModified=DAY), kind=SlowClock).date_modified == DAY


def body(*lines: str, page: str = "") -> Article:
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return read(f"{page}<div class=text>{paragraphs}</div>", kind=TideArticle)


BY_ANA = "<p class=by>Ana Ruiz</p>"
LABELS = {
    "en": "By Ana Ruiz",
    "en, with a role": "By Ana Ruiz, harbour correspondent",
    "de": "Von Ana Ruiz",
    "fr": "Par Ana Ruiz avec AFP",
    "es": "Por Ana Ruiz",
    "it": "di Ana Ruiz",
    "pl": "Autor: Ana Ruiz",
    "nl": "Door Ana Ruiz",
    "ru": "Текст: Ana Ruiz",
    "ar": "بقلم Ana Ruiz",
    "date": "1 March 2024, 10:00 CET",
    "update in English": "Last updated on 1 March 2024 at 10:00 in the morning",
    "update in German": "Zuletzt aktualisiert am 1. März 2024 um 10:00 Uhr",
    "update in French": "Mis à jour le 1 mars 2024 à 10:00",
    "date in Japanese": "2024年3月1日 10:00",
    "date with a section": "Local | Updated: Mar 1, 2024 21:43 IST",
    "series": "Topic: Port Strike (12)",
}


@pytest.mark.parametrize("line", LABELS.values(), ids=LABELS)
def test_a_label_is_no_paragraph(line: str) -> None:
    page = BY_ANA + "<p>Topic: <a href=/topic/strike>Port Strike</a></p>"
    assert body(line, "The ferry is back.", page=page).body == "The ferry is back."


PARAGRAPHS = {
    "sentence with a date": "It left on 1 March 2024.",
    "heading with a date": "What sailors saw on the quay on 1 March 2024",
    "quote with a date": "„Am 1. März 2024 war Schluss”",
    "Japanese sentence with a date": "フェリーは2024年3月1日に港に戻った。",
    "Arabic question with a date": "هل عادت في 1 مارس 2024؟",
    "heading with the series": "Port Strike in numbers",
    "heading": "Back at last",
}


@pytest.mark.parametrize("line", PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_a_paragraph_is_no_label(line: str) -> None:
    page = BY_ANA + "<p>Topic: <a href=/topic/strike>Port Strike</a></p>"
    assert body("One.", line, "Two.", page=page).body == f"One.\n\n{line}\n\nTwo."


LEAD = meta("description", "Back at last.")


def test_the_standfirst_is_taken_off_the_text_where_the_page_keeps_it_apart() -> None:
    kept_apart = '<p class="article__lead">Back at last.</p>'
    assert body("Back at last.", "It is here.", page=LEAD + kept_apart).body == "It is here."


def test_a_first_paragraph_that_the_description_repeats_stays() -> None:
    assert body("Back at last.", "It is here.", page=LEAD).body == "Back at last.\n\nIt is here."


def test_a_second_headline_is_taken_off_as_well() -> None:
    page = json_ld(alternativeHeadline="Strike over", description="Back at last.")
    apart = "<p class=kicker>Strike over</p><p class=lead>Back at last.</p>"
    article = body("Strike over", "Back at last.", "It is here.", page=page + apart)
    assert (article.body, article.alternative_headline) == ("It is here.", "Strike over")


DATELINES = {
    "first": (("CARACAS (Sputnik) - The ferry is back.",), "The ferry is back.",
              Dateline(text="CARACAS (Sputnik)", place="CARACAS", source="Sputnik")),
    "alone at the start": (("LIMA (Reuters)", "The ferry is back."), "The ferry is back.",
                           Dateline(text="LIMA (Reuters)", place="LIMA", source="Reuters")),
    "last": (("The ferry is back.", "BERLIN (dpa)"), "The ferry is back.",
             Dateline(text="BERLIN (dpa)", place="BERLIN", source="dpa")),
    "in the last sentence": (("It is back.", "PARIS (AFP) - So they say."),
                             "It is back.\n\nPARIS (AFP) - So they say.", None),
    "none": (("The ferry (a big one) - is back.",), "The ferry (a big one) - is back.", None),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "text", "dateline"), DATELINES.values(), ids=DATELINES)
def test_dateline(lines: tuple[str, ...], text: str, dateline: Dateline | None) -> None:
    article = body(*lines)
    assert (article.body, article.dateline) == (text, dateline)
    assert ("dateline" in (article.provenance or {})) is bool(dateline)


WIRES: dict[str, tuple[str, str | None, str | None]] = {
    "stated": (json_ld(sourceOrganization="Wire One") + BY_ANA, "Wire One", "json-ld"),
    "byline": ("<p class=by>Agence France-Presse</p>", "AFP", "publisher"),
    "person": (BY_ANA, None, None),
}


@pytest.mark.parametrize(("page", "name", "source"), WIRES.values(), ids=WIRES)
def test_the_wire_that_a_text_came_from(page: str, name: str | None, source: str | None) -> None:
    article = body("It is back.", page=page)
    assert article.source_organization == name
    assert (article.provenance or {}).get("source_organization") == source


def test_the_wire_of_the_dateline_comes_before_the_byline() -> None:
    article = body("LIMA (Reuters) - It is back.", page="<p class=by>AFP</p>")
    assert article.source_organization == "Reuters"
    assert said(article, "source_organization") == "text"


def test_a_publishers_value_comes_before_the_general_ones() -> None:
    article = body("It is back.", page=json_ld(author="Bo Lind") + BY_ANA)
    assert [one.name for one in article.authors or []] == ["Ana Ruiz"]
    assert said(article, "authors") == "publisher"
    assert said(article, "body") == "publisher"
    assert article.publisher == Publisher(name="The Daily Tide", domain="tide.example")


def test_a_page_without_rules_gives_its_main_text() -> None:
    prose = "<p>" + "The ferry is back at its old quay, and all the town came out. " * 4 + "</p>"
    article = read(f"<article><h1>Ferry Returns</h1>{prose * 3}</article>")
    assert article.headline == "Ferry Returns"
    assert (article.body or "").startswith("The ferry is back")
    assert said(article, "body") == "text"


def test_related_links_stand_in_the_order_of_the_page() -> None:
    article = read("""<main><h1>A</h1><div class=related><a href=/b>Second Story</a></div>
        <p>Read more: <a href=/c>Third Story</a></p>
        <div class=related><a href=/d>Fourth Story</a></div>
        <p>Topic: <a href=/topic/strike>Port Strike (12)</a></p></main>""")
    assert [(it.block, it.position, it.headline) for it in article.related or []] == [
        ("related", 1, "Second Story"),
        ("read_more", 1, "Third Story"),
        ("related", 2, "Fourth Story"),
    ]
    url = "https://www.tide.example/topic/strike"
    assert article.series == [Series(name="Port Strike", url=url, advertised=12)]
    assert (said(article, "related"), said(article, "series")) == ("text", "text")


class Ruled(TideArticle):
    """A publisher with a rule for one block, and for its series."""

    selectors: ClassVar[Mapping[str, str]] = {"series": ".story"}
    related_links: ClassVar[Mapping[Block, str]] = {"related": ".more a"}


def test_a_publishers_block_takes_the_place_of_the_general_one() -> None:
    page = """<p class=more><a href=/b>B</a></p><p class=related><a href=/c>Third Story</a></p>
        <p>Read more: <a href=/d>Fourth Story</a></p><a class=story href=/s>Strike</a>"""
    article = read(page, kind=Ruled)
    found = [(it.block, it.headline) for it in article.related or []]
    assert found == [("related", "B"), ("read_more", "Fourth Story")]
    assert (said(article, "related"), said(article, "series")) == ("publisher", "publisher")


def test_provenance_names_each_field_found_in_the_order_of_the_feed() -> None:
    article = read("<html lang=en>" + json_ld(author="Ana Ruiz") + published(DAY))
    assert list((article.provenance or {}).items()) == [
        ("headline", "json-ld"),
        ("date_published", "open-graph"),
        ("authors", "json-ld"),
        ("language", "meta"),
    ]


def test_what_a_page_does_not_say_is_absent() -> None:
    article = read("<p></p>")
    assert article.series in (None, [])
    assert (article.headline, article.body, article.authors, article.related) == (None,) * 4
    assert article.provenance == {}
