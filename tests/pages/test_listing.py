"""A series' listing: its name, the articles it lists, and the page that follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Series
from newscrawler.pages.listing import Entry, ListingPage, first_page, page_number

SITE = "https://tide.example"
URL = f"{SITE}/topic/strike"


def listing(text: str, url: str = URL) -> ListingPage:
    return ListingPage(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


def entries(text: str, url: str = URL) -> list[tuple[str, str | None]]:
    return [(it.url.removeprefix(SITE), it.headline) for it in listing(text, url).entries()]


SHAPES = {
    "day": "/2024/03/01/ferry",
    "month": "/2024/03/ferry",
    "day in the name": "/20240301-ferry",
    "number": "/local/48213",
    "number and name": "/local/ferry-48213.html",
    "name of three words": "/ferry-is-back",
    "Arabic name": "/عودة-العبارة-إلى-الميناء",
    "escaped name": "/%D0%BF%D0%BE-%D1%81%D0%BD%D0%B0-%D1%82%D1%83",
}


@pytest.mark.parametrize("href", SHAPES.values(), ids=SHAPES)
def test_an_entry_is_told_by_its_address(href: str) -> None:
    assert [headline for _, headline in entries(f'<p><a href="{href}">Ferry</a>')] == ["Ferry"]


HEADED = {
    "around the link": "<h2><a href=/ferry>Ferry</a></h2>",
    "inside the link": "<a href=/ferry><img><h3>Ferry</h3><p>Back at last.</p></a>",
    "picture first": "<a href=/ferry><img></a><h4><a href=/ferry>Ferry</a></h4>",
    "day first": "<a href=/ferry-is-back>1 March</a><h3><a href=/ferry-is-back>Ferry</a></h3>",
    "more behind": "<h3><a href=/ferry>Ferry</a></h3><a href=/ferry-is-back?utm_id=1></a>",
    "header of a card": "<article><header><h2><a href=/ferry>Ferry</a></h2></header></article>",
    "layout with a sidebar": "<body class=has-sidebar><div id=page-tags><h1>A</h1>"
                             "<h2><a href=/ferry>Ferry</a></h2></div></body>",
    "comments": "<h2><a href=/ferry>Ferry</a></h2><a href=/ferry-is-back#comments>4</a>",
}  # fmt: skip


@pytest.mark.parametrize("text", HEADED.values(), ids=HEADED)
def test_an_entry_is_told_by_its_heading(text: str) -> None:
    assert entries(text)[0][1] == "Ferry"


NO_ENTRIES = {
    "section": "<a href=/local/>Local</a>",
    "navigation": "<nav><a href=/ferry-is-back>Ferry</a></nav>",
    "sidebar": "<aside><h3><a href=/ferry>Ferry</a></h3></aside>",
    "footer": "<footer><a href=/terms-of-use-2024>Terms</a></footer>",
    "header": "<header><h2><a href=/ferry>Ferry</a></h2></header>",
    "most read": "<div class=most-read><a href=/ferry-is-back>Ferry</a></div>",
    "menu in camel case": "<div class=mainMenu><a href=/ferry-is-back>Ferry</a></div>",
    "share": "<div class=share><a href=/send-this-page>Send</a></div>",
    "newsletter": "<div id=newsletter><a href=/get-our-mail>Mail</a></div>",
    "another site": "<h2><a href=https://gull.example/2024/03/01/a>Gull</a></h2>",
    "another series": "<h2><a href=/topic/port-of-call>Port</a></h2>",
    "comments alone": "<a href=/ferry-is-back#comments>12 comments</a>",
    "own address": "<h1><a href=/topic/strike>Strike</a></h1>",
    "own further page": "<h2><a href=/topic/strike?page=2>Older</a></h2>",
    "mail": "<h2><a href=mailto:desk@tide.example>Desk</a></h2>",
}


@pytest.mark.parametrize("text", NO_ENTRIES.values(), ids=NO_ENTRIES)
def test_what_is_no_entry(text: str) -> None:
    assert entries(text) == []


def test_entries_are_listed_once_in_the_order_of_the_page() -> None:
    text = """<a href=/a-is-back><img></a><h3><a href=/a-is-back?utm_source=x>A</a></h3>
        <h3><a href=/b>B</a></h3><h3><a href=/a-is-back/>A again</a></h3>"""
    assert entries(text) == [("/a-is-back", "A"), ("/b", "B")]


def test_pages_of_a_listing_whose_name_looks_like_an_article_are_no_entries() -> None:
    url = f"{SITE}/port-strike-2024/"
    text = "<a href=/port-strike-2024/page/2/>2</a><h2><a href=/ferry>Ferry</a></h2>"
    assert entries(text, url) == [("/ferry", "Ferry")]


ENTRY_DATES = {
    "time": ("en", "<time datetime=2024-03-01T10:00:00Z>now</time>", "2024-03-01T10:00:00Z"),
    "printed": ("de", "<p class=datum>1. März 2024</p>", "2024-03-01"),
    "pl": ("pl", "<p class=data>1 marca 2024</p>", "2024-03-01"),
    "month first": ("en-US", "<p class=date>03/02/2024</p>", "2024-03-02"),
    "day first": ("fr", "<p class=date>02/03/2024</p>", "2024-03-02"),
    "no day": ("en", "<p class=date>yesterday</p>", None),
    "none": ("en", "<p>Ferry</p>", None),
}


@pytest.mark.parametrize(("language", "text", "expected"), ENTRY_DATES.values(), ids=ENTRY_DATES)
def test_an_entry_may_have_a_date(language: str, text: str, expected: str | None) -> None:
    page = listing(f"<html lang={language}><li>{text}<h2><a href=/a>A</a></h2></li>")
    assert page.entries() == [Entry(f"{SITE}/a", "A", expected)]


NEXT = {
    "head": "<link rel=next href={}>",
    "rel": "<a rel='nofollow next' href={}>2</a>",
    "class": "<a class=pager-next href={}>2</a>",
    "class around": "<li class=next><a href={}>›</a></li>",
    "label": "<a href={} aria-label='Next page'></a>",
    "arrow": "<a href={}>»</a>",
    "en": "<a href={}>Next</a>",
    "en, older": "<a href={}>Older stories</a>",
    "de": "<a href={}>Nächste Seite</a>",
    "de, on": "<a href={}>weiter ›</a>",
    "fr": "<a href={}>Page suivante</a>",
    "es": "<a href={}>Siguiente »</a>",
    "it": "<a href={}>Successiva</a>",
    "pl": "<a href={}>Następna strona</a>",
    "pt": "<a href={}>Próxima</a>",
    "nl": "<a href={}>Volgende</a>",
    "ru": "<a href={}>Следующая</a>",
    "ar": "<a href={}>التالي</a>",
    "ja": "<a href={}>次へ</a>",
    "zh": "<a href={}>下一页</a>",
}


@pytest.mark.parametrize("link", NEXT.values(), ids=NEXT)
def test_the_next_page_is_linked(link: str) -> None:
    page = listing(link.format("?page=2"))
    assert page.next_page() == f"{URL}?page=2"


LAST = {
    "nothing": "<p>End</p>",
    "dead end": "<a class=next href=#>Next</a>",
    "no address": "<li class=next><a>Next</a></li>",
    "itself": "<a class=next href=/topic/strike>Next</a>",
    "itself with tracking": "<a rel=next href=/topic/strike?utm_source=x>Next</a>",
    "another site": "<a rel=next href=https://gull.example/>Next</a>",
    "script": "<a class=next href=javascript:more()>Next</a>",
    "previous": "<a class=prev href=?page=1>Previous</a>",
    "end of a teaser": "<article><h2><a href=/a>A</a></h2><a href=/a>weiter</a></article>",
    "news of what is next": "<a href=/a-b-c>Next stop: the port</a>",
    "class with next in a word": "<a class=nextel href=/a>A</a>",
}


@pytest.mark.parametrize("text", LAST.values(), ids=LAST)
def test_the_last_page_has_no_next(text: str) -> None:
    assert listing(text).next_page() is None


PAGERS = {
    "first": ("", "?page=2 ?page=3 ?page=9", "?page=2"),
    "first, counted from 0": ("", "?page=0 ?page=1 ?page=2", "?page=1"),
    "second": ("?page=2", "/topic/strike ?page=3 ?page=4", "?page=3"),
    "path": ("/page/2/", "/topic/strike /topic/strike/page/3/", "/page/3/"),
    "last": ("?page=4", "/topic/strike ?page=2 ?page=3", None),
    "gap": ("?page=4", "?page=9", None),
    "of another listing": ("", "/topic/sea?page=2", None),
}


@pytest.mark.parametrize(("own", "hrefs", "expected"), PAGERS.values(), ids=PAGERS)
def test_a_pager_may_have_numbers_alone(own: str, hrefs: str, expected: str | None) -> None:
    links = [f"<a href={href}>{n}</a>" for n, href in enumerate(hrefs.split(), start=2)]
    found = listing("".join(links), URL + own).next_page()
    assert found == (URL + expected if expected else None)


FIRST = {
    "/topic/strike?page=3": ("/topic/strike", 3),
    "/topic/strike?Seite=2&sort=new": ("/topic/strike?sort=new", 2),
    "/list?topic&p=2": ("/list?topic", 2),
    "/topic/strike/page/12/": ("/topic/strike/", 12),
    "/temat/strajk/strona-4": ("/temat/strajk/", 4),
    "/topic/strike?q=a%20b": ("/topic/strike?q=a%20b", 0),
    "/topic/strike?page=": ("/topic/strike", 0),
    "/topic/strike#page=2": ("/topic/strike", 0),
    "/story/page-turner": ("/story/page-turner", 0),
}


@pytest.mark.parametrize(("path", "expected"), FIRST.items(), ids=FIRST)
def test_the_first_page_is_without_a_number(path: str, expected: tuple[str, int]) -> None:
    assert (first_page(SITE + path).removeprefix(SITE), page_number(SITE + path)) == expected


NAMES = {
    "heading": ("<h1>Port Strike</h1>", Series(name="Port Strike", url=URL)),
    "count in the heading": ("<h1>Port Strike (47)</h1>",
                             Series(name="Port Strike", url=URL, advertised=47)),
    "label": ("<h1>Dossier : Grève <small>(4 articles)</small></h1>",
              Series(name="Grève", url=URL, advertised=4)),
    "Arabic digits": ("<h1>إضراب (٤٧)</h1>", Series(name="إضراب", url=URL, advertised=47)),
    "logo before the heading": ("<h1>The Daily Tide</h1><main><h1>Port Strike</h1></main>",
                                Series(name="Port Strike", url=URL)),
    "logo is the only heading": (("<meta property=og:site_name content=Tide><h1>Tide</h1>"
                                 "<title>Port Strike | Tide</title>"),
                                 Series(name="Port Strike", url=URL)),
    "title": ("<title>Port Strike</title>", Series(name="Port Strike", url=URL)),
    "nothing": ("<p>x</p>", Series(name=URL, url=URL)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMES.values(), ids=NAMES)
def test_a_series_has_the_name_of_its_listing(text: str, expected: Series) -> None:
    assert listing(text, f"{URL}?page=2").series() == expected


THREE = "".join(f"<h2><a href=/{name}>{name}</a></h2>" for name in "abc")
PAGES = {
    "path of a series": (URL, THREE, True),
    "second page of a series": (f"{URL}/page/2", THREE, True),
    "path without entries": (URL, "<p>Ferry</p>", False),
    "section with a next page": (f"{SITE}/local/", THREE + "<a rel=next href=?page=2>2</a>", True),
    "section without one": (f"{SITE}/local/", THREE, False),
    "article with the next article": (f"{SITE}/a", THREE + "<a rel=next href=/b>Next</a>", False),
    "article by JSON-LD": (URL, THREE + '<script type=application/ld+json>{"@type": "NewsArticle",'
                           ' "headline": "A", "datePublished": "2024-03-01"}</script>', False),
    "article by Open Graph": (f"{SITE}/a", "<meta property=og:type content=article>" + THREE
                              + "<a rel=next href=?page=2>2</a>", False),
    "few entries": (f"{SITE}/local/", "<h2><a href=/a>A</a></h2><a rel=next href=?page=2>2</a>",
                    False),
}  # fmt: skip


@pytest.mark.parametrize(("url", "text", "expected"), PAGES.values(), ids=PAGES)
def test_a_listing_is_told_from_an_article(url: str, text: str, expected: bool) -> None:
    assert listing(text, url).is_listing() is expected


class TideListing(ListingPage):
    """Rules for the pages of these tests."""

    listing_path = "^/story/"
    selectors: ClassVar[Mapping[str, str]] = {
        "name": ".name",
        "advertised": ".total",
        "entry": ".card",
        "link": ".go",
        "date": ".day",
        "next": ".older",
    }
    zone = "Europe/Berlin"


def tide(text: str, url: str = f"{SITE}/story/strike") -> TideListing:
    return TideListing(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


def test_a_publishers_selectors_come_first() -> None:
    page = tide("""<h1>Tide</h1><p class=name>Port Strike</p><p class=total>All (47)</p>
        <div class=card><h2><a href=/x>X</a></h2><a class=go href=/a>A</a>
        <p class=day>1 March 2024, 10:00</p></div><div class=card>Advertisement</div>
        <a class=card href=/b>B</a><a rel=next href=?page=9>9</a><a class=older href=?before=7>x""")
    assert page.is_listing()
    series = Series(name="Port Strike", url=f"{SITE}/story/strike", advertised=47)
    assert page.series() == series
    dated = Entry(f"{SITE}/a", "A", "2024-03-01T10:00:00+01:00")
    assert page.entries() == [dated, Entry(f"{SITE}/b", "B")]
    assert page.next_page() == f"{SITE}/story/strike?before=7"


def test_a_publishers_listing_without_the_parts_of_its_rules() -> None:
    page = tide("<p>Gone</p>")
    assert (page.name(), page.advertised(), page.entries(), page.next_page()) == (
        None,
        None,
        [],
        None,
    )
    assert tide("<p class=name>Strike (2)</p>", f"{SITE}/a").is_listing() is False
