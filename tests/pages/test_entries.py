"""Which links of a page are the articles of its list, by structure and by what it states."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.listing import Entry, ListingPage

SITE = "https://tide.example"
URL = f"{SITE}/topic/strike"
CARDS = "".join(
    f"<article><h2><a href=/ferry-is-back-{n}>Ferry {n}</a></h2></article>" for n in range(3)
)
OURS = [f"/ferry-is-back-{n}" for n in range(3)]


def listing(text: str, url: str = URL) -> ListingPage:
    return ListingPage(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


def paths(text: str, url: str = URL) -> list[str]:
    return [entry.url.removeprefix(SITE) for entry in listing(text, url).entries()]


LISTS = {
    "cards": CARDS,
    "cards with picture, author and count": "".join(
        f"<article><a href=/ferry-is-back-{n}><img></a><h2><a href=/ferry-is-back-{n}>F</a></h2>"
        "<p class=byline>By <a href=/people/jane-doe-smith>Jane Doe</a></p>"
        f"<a href=/ferry-is-back-{n}#comments>7</a><a rel=tag href=/at-the-port>P</a></article>"
        for n in range(3)
    ),
    "table": "<table>" + "".join(
        f"<tr><td>1 March<td><a href=/ferry-is-back-{n}>Ferry</a>" for n in range(3)) + "</table>",
    "definition list": "<dl>" + "".join(
        f"<dt>1 March<dd><a href=/ferry-is-back-{n}>Ferry</a>" for n in range(3)) + "</dl>",
    "whole card is a link": "".join(
        f"<a href=/ferry-is-back-{n}><time>1 March</time><h3>Ferry</h3></a>" for n in range(3)),
}  # fmt: skip


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_list_is_read_whatever_its_elements(text: str) -> None:
    assert paths(f"<h1>Strike</h1><main>{text}</main>") == OURS


def test_the_days_of_an_archive_are_no_articles() -> None:
    days = "<h3><a href=/topic/strike/2026/10/13/>13 October</a></h3>"
    named = "<h3><a href=/briefing/2026/10/13/>The briefing of 13 October</a></h3>"
    assert paths(f"<h1>Strike</h1>{CARDS}{days}{named}") == [*OURS, "/briefing/2026/10/13/"]
    page = f"<h1>Strike</h1>{CARDS}<h3><a href=/topic/strike/2026/10/12/>12</a></h3>"
    assert paths(page, f"{URL}/2026/10/13/") == OURS


BESIDE = {
    "most read by its heading": "<div><h3>Most read</h3><a href=/a-b-c>A</a></div>",
    "heading in a box": "<section><div><h4>Meistgelesen</h4></div><a href=/a-b-c>A</a></section>",
    "French": "<div><h2>Les plus lus</h2><h3><a href=/a-b-c>A</a></h3></div>",
    "Russian": "<div><h2>Самое читаемое</h2><h3><a href=/a-b-c>A</a></h3></div>",
    "Japanese": "<div><h2>アクセスランキング</h2><h3><a href=/a-b-c>A</a></h3></div>",
    "advertisement": "<div class=advert><h3><a href=/a-b-c>A</a></h3></div>",
    "sponsored": "<div><h3><a rel=sponsored href=/a-b-c>A</a></h3></div>",
    "pager": "<div class=pagination><a href=/go-to-page-2>2</a></div>",
    "author": "<h3><a href=/author/jane-doe-smith>Jane Doe</a></h3>",
    "author by relation": "<a rel=author href=/jane-doe-smith>Jane Doe</a>",
    "keyword": "<a href=/tag/port-of-call>Port</a>",
    "account": "<a href=/login/?next=/a-b-c>Log in</a>",
}


@pytest.mark.parametrize("text", BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_a_list_is_not_of_it(text: str) -> None:
    assert paths(f"<h1>Strike</h1><div>{CARDS}</div>{text}") == OURS


def test_where_the_page_says_which_is_its_main_part_only_that_counts() -> None:
    beside = "<div><h3><a href=/a-b-c>A</a></h3></div>"
    assert paths(f"{beside}<main>{CARDS}</main>{beside}") == OURS
    assert paths(f"{beside}<div role=main>{CARDS}</div>") == OURS
    assert paths(f"<main><h1>Strike</h1></main>{CARDS}") == OURS


def test_a_list_called_popular_reads_is_one_where_nothing_else_is_on_the_page() -> None:
    assert paths(f"<main><h1>Most read</h1>{CARDS}</main>") == OURS


def item_list(*items: object, kind: str = "ItemList") -> str:
    elements = [{"@type": "ListItem", "position": n, **one} if isinstance(one, dict) else one
                for n, one in enumerate(items, start=1)]  # fmt: skip
    listed = {"@type": kind, "itemListElement": elements}
    page = {"@context": "https://schema.org", "@type": "CollectionPage", "mainEntity": listed}
    return f'<script type="application/ld+json">{json.dumps(page)}</script>'


FERRY = {"url": "/ferry-is-back", "name": "Ferry"}
ARTICLE = {"@type": "NewsArticle", "url": "/ferry", "headline": "F", "datePublished": "2026-10-14"}


def test_a_page_may_state_its_list() -> None:
    text = item_list(FERRY, {"item": ARTICLE}, "/quay-is-shut")
    assert listing(text).entries() == [
        Entry(f"{SITE}/ferry-is-back", "Ferry"),
        Entry(f"{SITE}/ferry", "F", "2026-10-14"),
        Entry(f"{SITE}/quay-is-shut"),
    ]


UNSTATED = {
    "other site": item_list({"url": "https://gull.example/ferry-is-back", "name": "A"}),
    "section": item_list({"url": "/local/", "name": "Local"}),
    "itself": item_list({"url": "/topic/strike", "name": "Strike"}),
    "trail": item_list(FERRY, kind="BreadcrumbList"),
    "broken": item_list({"url": 7}, 7),
}


@pytest.mark.parametrize("text", UNSTATED.values(), ids=UNSTATED)
def test_what_a_stated_list_may_hold_besides_articles(text: str) -> None:
    assert paths(text) == []


def test_a_stated_list_adds_nothing_to_a_list_of_links() -> None:
    assert paths(CARDS + item_list(FERRY)) == OURS


def test_a_stated_list_completes_few_links() -> None:
    text = "<h2><a href=/ferry-is-back>Ferry</a></h2>" + item_list(FERRY, {"item": ARTICLE})
    assert paths(text) == ["/ferry-is-back", "/ferry"]


def test_a_listing_of_folders_with_numbers_is_a_listing() -> None:
    text = CARDS + "<a href=/local/2/>2</a><a href=/local/3/>3</a>"
    assert listing(text, f"{SITE}/local/").is_listing()
    assert listing(text, f"{SITE}/local/").next_page() == f"{SITE}/local/2/"


def test_a_day_of_an_archive_is_a_listing() -> None:
    text = CARDS + "<a href=/archive/2026/10/13/>Day before</a>"
    assert listing(text, f"{SITE}/archive/2026/10/14/").is_listing()


def test_a_page_of_very_many_links_is_read_within_bounds() -> None:
    text = "".join(f"<a href=/s{n}>S</a>" for n in range(20_000))
    page = listing(text + CARDS + "<a href=?page=2>Next</a>")
    assert [entry.headline for entry in page.entries()][-3:] == ["Ferry 0", "Ferry 1", "Ferry 2"]
    assert page.next_page() == f"{URL}?page=2"
