"""The source of a text is what its page says of the text, never what stands beside it."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Article
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page

URL = "https://tide.example/world/ferry-returns-10001/"
LINES = (
    "The ferry is back at its old quay after three years, and the town came out to greet it.",
    "It is to cross the sound twice a day until the autumn, the harbour master told Reuters.",
    "The fare stays as it was before the storm took the old pier, the company has said.",
)


def read(
    *,
    head: str = "",
    above: str = "",
    first: str = "",
    last: str = "",
    beside: str = "",
    url: str = URL,
) -> Article:
    lines = "".join(f"<p>{line}</p>" for line in (first, *LINES, last) if line)
    page = (
        f"<html><head><title>Ferry Returns</title>{head}</head><body><main><article>"
        f"<h1>Ferry Returns</h1>{above}<div class=text>{lines}</div></article></main>{beside}"
        "</body></html>"
    )
    return read_article(article_page(HtmlResponse(url, body=page.encode(), encoding="utf-8")))


STATED = {
    "a credit line": ({"last": "(Reuters)"}, "Reuters", "text"),
    "a credit behind the last sentence": ({"last": "It is late. (dpa)"}, "dpa", "text"),
    "a label beside the headline": (
        {"above": "<div class=source>Quelle: sid/dpa</div>"}, "SID", "text"),
    "a meta of the source": ({"head": '<meta name=source content="AFP">'}, "AFP", "meta"),
    "a meta of the rights": ({"head": '<meta name=copyright content="© 2026 EFE">'}, "EFE", "meta"),
    "a canonical address": (
        {"head": '<link rel=canonical href="https://apnews.com/a/1">'}, "AP", "meta"),
    "a syndication source": (
        {"head": '<meta name=syndication-source content="https://www.ansa.it/a">'}, "ANSA", "meta"),
    "a byline": ({"above": "<p class=byline>By Ana Ruiz, Associated Press</p>"}, "AP", "text"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "name", "source"), STATED.values(), ids=STATED)
def test_the_page_names_its_source(page: dict[str, str], name: str, source: str) -> None:
    article = read(**page)
    assert article.source_organization == name
    assert (article.provenance or {})["source_organization"] == source


ENTRY = (
    '<div class=item><a href="/b/"><h3>Gale warning for the sound</h3></a>'
    "<p class=byline>AFP</p></div>"
)
BY_ANA = "<p class=byline>By Ana Ruiz</p>"
NOT_STATED = {
    "a mention": {},
    "the credit of a picture": {
        "above": "<figure><figcaption class=credit>AFP</figcaption></figure>"},
    "a photo's label": {"above": "<div class=photo-credit>Reuters</div>"},
    "the byline of another article": {
        "above": BY_ANA, "beside": f"<div class=list>{ENTRY}{ENTRY}</div>"},
    "the site itself": {"head": '<meta name=source content="The Tide">'},
    "initials explained": {"last": "It was told by the Press Trust of India (PTI)."},
    "a reporter called like an agency": {"above": "<p class=byline>By Hina Khan</p>"},
}  # fmt: skip


@pytest.mark.parametrize("page", NOT_STATED.values(), ids=NOT_STATED)
def test_what_is_only_named_is_no_source(page: dict[str, str]) -> None:
    assert read(**page).source_organization is None


def test_an_agency_is_not_the_source_of_its_own_page() -> None:
    article = read(last="(Reuters)", url="https://www.reuters.com/world/ferry-1/")
    assert article.source_organization is None


def test_the_dateline_names_the_agency_on_its_own_page_too() -> None:
    first = f"HULL (Reuters) - {LINES[0]}"
    article = read(first=first, url="https://www.reuters.com/world/ferry-1/")
    assert article.source_organization == "Reuters"
