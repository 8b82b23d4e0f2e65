"""The section of an article, its standfirst and its price, as pages state and print them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.general import GeneralRules

URL = "https://tide.example/sport/ferry-race"
H1 = "<h1>The ferry race</h1>"


def chosen(field: str, page: str, url: str = URL) -> tuple[str, Any] | None:
    rules = GeneralRules(Document(HtmlResponse(url, body=page.encode(), encoding="utf-8")))
    found = ((source, value) for source, value in getattr(rules, field)())
    return next((one for one in found if one[1] not in (None, "", [])), None)


def json_ld(**stated: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "The ferry race", **stated}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


SECTIONS = {
    "several in one text": (json_ld(articleSection="Sport,Local"), ("json-ld", "Sport")),
    "three in one text": (json_ld(articleSection="Sport, Local, Sea"), ("json-ld", "Sport")),
    "a name with a comma": (json_ld(articleSection="Food, Drink"), ("json-ld", "Food, Drink")),
    "microdata": (
        "<div itemscope itemtype=http://schema.org/NewsArticle><i itemprop=articleSection>Sport",
        ("microdata", "Sport"),
    ),
    "category": (H1 + "<a rel='category tag'>Races</a>", ("text", "Races")),
    "category of another article": (
        H1 + "<div class=related><a rel='category tag'>Races</a></div>", None),
    "first step of the address": (
        "<nav><a href=/>Home</a><a href=/sport/>Sports</a></nav>" + H1, ("text", "Sports")),
    "link to an article of the section": (
        H1 + "<a href=/sport/storm>A storm stops the race</a>", None),
    "headline as the link to the section": (
        H1 + "<a href=/sport>All that you can read on the races of ships</a>", None),
    "address without a section": ("<a href=/2024>Archive</a>" + H1, None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), SECTIONS.values(), ids=SECTIONS)
def test_a_section_is_stated_marked_or_in_the_address(
    page: str, expected: tuple[str, str] | None
) -> None:
    assert chosen("section", page) == expected


def test_a_number_in_the_address_is_no_section() -> None:
    page = H1 + "<a href=/2024/>Archive</a>"
    assert chosen("section", page, "https://tide.example/2024/race") is None


CUT = "<meta name=description content='The race began at noon and…'>"
DESCRIPTIONS = {
    "printed": (
        CUT + H1 + "<p class=standfirst>The race began at <b>noon</b> and ended at dusk.</p>",
        ("text", "The race began at noon and ended at dusk."),
    ),
    "another is printed": (CUT + H1 + "<p class=lead>A storm came up.</p>",
                           ("meta", "The race began at noon and…")),
    "whole": ("<meta name=description content='The race began.'>" + H1
              + "<p class=lead>The race began. And ended.</p>", ("meta", "The race began.")),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_a_description_that_is_cut_off_is_completed(page: str, expected: tuple[str, str]) -> None:
    assert chosen("description", page) == expected


ITEM = "<div itemscope itemtype=http://schema.org/NewsArticle><meta itemprop=isAccessibleForFree"
PRICES = {
    "address": (json_ld(isAccessibleForFree="http://schema.org/False"), ("json-ld", False)),
    "number": (json_ld(isAccessibleForFree=1), ("json-ld", True)),
    "word": (json_ld(isAccessibleForFree="no"), ("json-ld", False)),
    "a part": (json_ld(hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False"}),
               ("json-ld", False)),
    "a free part": (json_ld(hasPart={"@type": "WebPageElement", "isAccessibleForFree": True}),
                    None),
    "microdata": (f"{ITEM} content=false>", ("microdata", False)),
    "metered": ("<meta property=article:content_tier content=metered>", ("open-graph", False)),
    "another word": (json_ld(isAccessibleForFree="maybe"), None),
    "nothing": (H1, None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PRICES.values(), ids=PRICES)
def test_whether_an_article_is_free_is_stated(page: str, expected: tuple[str, bool] | None) -> None:
    assert chosen("is_accessible_for_free", page) == expected


def test_breadcrumbs_are_links_of_a_box_that_is_called_so() -> None:
    page = "<ol class=BreadCrumb><a href=/>Home</a><a href=/sport>Sport</a></ol>" + H1
    assert chosen("breadcrumbs", page) == ("text", ["Sport"])


def test_a_box_of_a_hundred_thousand_links_is_read_as_far_as_breadcrumbs_go() -> None:
    page = "<ol class=breadcrumb>" + "".join(f"<a>Step {n}</a>" for n in range(100_000))
    found = chosen("breadcrumbs", page)
    assert found is not None
    assert found[1] == [f"Step {n}" for n in range(12)]
