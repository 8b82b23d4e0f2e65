"""What a page offers for a field: what was taken, who says the same, and why the rest was not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.candidates import FieldReport, field_reports
from newscrawler.pages.reader import read_article

SENTENCE = (
    "The ferry to the islands stayed in harbour, and nobody on the quay could say for how long."
)
TEXT = f"<p>{SENTENCE} {SENTENCE}</p>" * 3


class TideArticle(ArticlePage):
    """Rules for the pages of these tests."""

    domains = ("tide.example",)
    selectors: ClassVar[Mapping[str, str]] = {"headline": ".head", "body": ".text"}


def reports(html: str, kind: type[ArticlePage] = ArticlePage) -> dict[str, FieldReport]:
    body = f"<html><body><article>{html}</article></body></html>".encode()
    page = kind(HtmlResponse("https://tide.example/ferry-1/", body=body, encoding="utf-8"))
    return {one.name: one for one in field_reports(page, read_article(page))}


def why(report: FieldReport) -> list[tuple[str, object, str]]:
    return [(one.source, one.value, one.why) for one in report.rejected]


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_sources_that_say_the_same_agree() -> None:
    found = reports(f"{meta('og:title', 'Ferry stays')}<h1>Ferry  Stays</h1>{TEXT}")["headline"]
    assert (found.value, found.source, found.agreeing) == ("Ferry stays", "open-graph", ["text"])
    assert found.rejected == []


def test_what_another_source_says_is_rejected_once() -> None:
    found = reports(f"{meta('og:title', 'Ferry stays')}<h1>No boat</h1><h1>No boat</h1>{TEXT}")
    assert why(found["headline"]) == [("text", "No boat", "open-graph goes first")]


def test_a_rule_of_the_publisher_goes_first() -> None:
    html = (
        f"{meta('og:title', 'Ferry stays')}<h2 class=head>No boat</h2><div class=text>{TEXT}</div>"
    )
    found = reports(f"{html}{TEXT}", TideArticle)
    assert found["headline"].source == found["body"].source == "publisher"
    first = "the publisher's rule goes first"
    assert why(found["headline"]) == [("open-graph", "Ferry stays", first)]


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("soon", "no date that can be read"),
        ("2026-03-03", "another day: 2026-03-03"),
        ("2026-03-02T12:00:00Z", "open-graph goes first"),
    ],
)
def test_a_date_that_was_not_taken_says_why(stated: str, reason: str) -> None:
    first = meta("article:published_time", "2026-03-02T10:00:00Z")
    found = reports(f"{first}<meta name=date content='{stated}'><h1>Ferry</h1>{TEXT}")
    assert found["date_published"].value == "2026-03-02T10:00:00Z"
    assert why(found["date_published"]) == [("meta", stated, reason)]


def test_dates_that_agree_outvote_the_first() -> None:
    html = (
        meta("article:published_time", "2026-01-05T10:00:00Z")
        + "<meta name=date content=2026-03-02><h1>Ferry</h1>"
        + f"<time datetime=2026-03-02>2 March</time>{TEXT}"
    )
    found = reports(html)["date_published"]
    assert (found.value, found.source) == ("2026-03-02", "meta")
    assert why(found) == [
        ("open-graph", "2026-01-05T10:00:00Z", "another day: 2026-01-05T10:00:00Z")
    ]
    assert found.agreeing == ["text"]


def test_a_field_that_the_page_does_not_offer_has_an_empty_report() -> None:
    assert reports(f"<h1>Ferry stays</h1>{TEXT}")["comment_count"] == FieldReport("comment_count")
