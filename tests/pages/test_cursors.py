"""Listings that grow: the address of what follows, fragments of HTML, and what needs a script."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.listing import Entry, ListingPage
from newscrawler.publishers import listing_page

SITE = "https://tide.example"
URL = f"{SITE}/topic/strike"
ITEMS = "".join(f"<li><h2><a href=/local/4821{n}>Ferry {n}</a></h2></li>" for n in range(3))


def listing(text: str, url: str = URL) -> ListingPage:
    return ListingPage(HtmlResponse(url, body=text.encode(), encoding="utf-8"))


def next_page(text: str, url: str = URL) -> str | None:
    found = listing(text, url).next_page()
    return found.removeprefix(SITE) if found else None


CURSORS = {
    "list": ("<div class=list-items-loaded data-next-url=/more?last=7></div>", "/more?last=7"),
    "last item": ("<li data-next=/more?id=9><li data-next=/more?id=7>", "/more?id=7"),
    "page": ("<ul data-next-page=/topic/strike/2></ul>", "/topic/strike/2"),
    "button": ("<button class=load-more data-url=/more?id=7>More</button>", "/more?id=7"),
    "button by its words": ("<button data-href=/more?id=7>Mehr laden</button>", "/more?id=7"),
    "button by its label": ("<button aria-label='Voir plus' data-ajax-url=/m?id=7>+</button>",
                            "/m?id=7"),
    "link with a dead address": ("<a href=# data-url=/more?id=7>Load more</a>", "/more?id=7"),
    "relation and script": ("<a rel=next href=javascript:; data-href=/t?o=24>›</a>", "/t?o=24"),
    "htmx": ("<button hx-get=/more?id=7>Show more</button>", "/more?id=7"),
    "link to a fragment": ("<a class=show-more href=/ajax/list?offset=20>+</a>",
                           "/ajax/list?offset=20"),
    "container": ("<div class=infinite-list data-url=/more?id=7></div>", "/more?id=7"),
    "number beside it": ("<button data-page=2 data-url=/more>Load more</button>", "/more?page=2"),
    "number of this page": ("<button data-page=1 data-url=/m>Load more</button>", "/m?page=2"),
    "offset beside it": ("<button data-offset=20 data-url=/m?s=1>Load more</button>",
                         "/m?s=1&offset=20"),
    "place for the number": ("<button data-next-page=3 data-url='/more/{page}'>Load more</button>",
                             "/more/3"),
    "in a box of pages": ("<nav class=pagination><button data-url=/m?p=2>Load more</button></nav>",
                          "/m?p=2"),
    "relative": ("<div data-next-url='more.html?id=7'></div>", "/topic/more.html?id=7"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CURSORS.values(), ids=CURSORS)
def test_a_cursor_is_an_address(text: str, expected: str) -> None:
    assert next_page(ITEMS + text) == expected


NONE = {
    "word": "<div data-next=slide></div>",
    "number": "<li data-next=7>",
    "share button": "<button data-url=https://tide.example/topic/strike?x=1>Share</button>",
    "other site": "<div data-next-url=https://gull.example/more></div>",
    "comments": "<div class=comments><button data-url=/c?id=7>Load more</button></div>",
    "most read": "<aside><button data-url=/popular?id=7>Load more</button></aside>",
    "slides": "<div class=carousel><div data-next-url=/slide/2></div></div>",
    "picture": "<a class=load-more data-src=/a.jpg?w=526>Load more</a>",
    "itself": "<div data-next-url=/topic/strike></div>",
    "section": "<a class=show-more href=/local/>More</a>",
    "script": "<script data-next-page=/_app></script>",
    "empty": "<div data-next-url></div>",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_cursor(text: str) -> None:
    assert next_page(text) is None


def test_a_link_to_the_next_page_is_surer_than_a_cursor() -> None:
    text = "<div data-next-url=/more?id=7></div><a rel=next href=?page=2>Next</a>"
    assert next_page(text) == "/topic/strike?page=2"


def test_a_fragment_is_read_like_a_page() -> None:
    text = """<li class=item data-next="/topic/strike/more.html?id=8&amp;date=20261014T101500">
        <h2><a href="/local/48218">Ferry</a></h2></li>
        <li class=item data-next="more.html?id=7&amp;date=20261014T091500">
        <h2><a href="../../local/48217">Harbour</a></h2></li>"""
    page = listing(text, f"{SITE}/topic/strike/more.html?id=9&date=20261014T111500")
    assert page.entries() == [
        Entry(f"{SITE}/local/48218", "Ferry"),
        Entry(f"{SITE}/local/48217", "Harbour"),
    ]
    assert page.next_page() == f"{SITE}/topic/strike/more.html?id=7&date=20261014T091500"


def test_a_list_goes_on_in_its_fragments_and_ends_with_the_last() -> None:
    first = f'<div class=list>{ITEMS}</div><div class=list-more data-url="/s/more?last=3"></div>'
    second = f'<div class=list-items-loaded data-next-url="/s/more?last=6">{ITEMS}</div>'
    assert next_page(first) == "/s/more?last=3"
    assert next_page(second, f"{SITE}/s/more?last=3") == "/s/more?last=6"
    assert next_page(f"<div class=list-items-loaded>{ITEMS}</div>", f"{SITE}/s/more?last=6") is None


class HarbourListing(ListingPage):
    """Rules of a publisher whose cursors are no addresses."""

    more = "{first}more.html?{next}"


@pytest.mark.parametrize("cursor", ["id=7&amp;date=2", "?id=7&amp;date=2"])
def test_a_publisher_says_what_makes_an_address_of_its_cursors(cursor: str) -> None:
    text = f'<li data-next="id=8&amp;date=3"><li data-next="{cursor}">'
    page = HarbourListing(HtmlResponse(f"{SITE}/trend/strike/", body=text.encode()))
    assert page.next_page() == f"{SITE}/trend/strike/more.html?id=7&date=2"


def test_a_cursor_that_is_an_address_needs_no_template() -> None:
    text = '<li data-next="/trend/strike/more.html?id=7">'
    page = HarbourListing(HtmlResponse(f"{SITE}/trend/strike/", body=text.encode()))
    assert page.next_page() == f"{SITE}/trend/strike/more.html?id=7"


def test_a_publishers_selector_may_name_the_attribute() -> None:
    class Gull(ListingPage):
        selectors = {"next": ".tail::attr(data-cursor)"}  # noqa: RUF012 - as in a publisher's file
        more = "/api/list?after={next}"

    text = "<p class=tail data-cursor=aa><p class=tail data-cursor=bb>"
    assert Gull(HtmlResponse(URL, body=text.encode())).next_page() == f"{SITE}/api/list?after=bb"
    assert Gull(HtmlResponse(URL, body=b"<p>End</p>")).next_page() is None


def test_a_bare_cursor_of_the_first_publisher_leads_to_its_fragments() -> None:
    text = b'<li class=b-plainlist__item data-next="id=1077284406&amp;date=20191109T180211">'
    page = listing_page(HtmlResponse("https://sputniknews.com/trend/strike/", body=text))
    expected = "https://sputniknews.com/trend/strike/more.html?id=1077284406&date=20191109T180211"
    assert page.next_page() == expected


SCRIPT = "<script src=/app.js></script>"
SCRIPTED = {
    "button": (ITEMS + "<button>Load more</button>", "a button loads more"),
    "button by class": (ITEMS + "<a class=load-more href=#>+</a>", "a button loads more"),
    "button in Polish": (ITEMS + "<button>Pokaż więcej</button>", "a button loads more"),
    "attribute": (f"<ul data-infinite-scroll>{ITEMS}</ul>",
                  "the list grows as the reader scrolls"),
    "class": (f"<div class=infinite-scroll>{ITEMS}</div>", "the list grows as the reader scrolls"),
    "sentinel": (ITEMS + "<div id=scroll-sentinel></div>", "the list grows as the reader scrolls"),
    "count": (f"<h1>Port Strike (573)</h1>{ITEMS}", "names 573 articles and holds 3"),
    "nothing": ("<div id=app></div>", "no entries in the HTML; built by a script"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SCRIPTED.values(), ids=SCRIPTED)
def test_a_listing_says_why_it_needs_a_script(text: str, expected: str) -> None:
    assert listing(f"<body>{text}{SCRIPT}").needs_script() == expected


UNSCRIPTED = {
    "next page": ITEMS + "<a rel=next href=?page=2>2</a><button>Load more</button>" + SCRIPT,
    "cursor": ITEMS + "<button data-url=/more?id=7>Load more</button>" + SCRIPT,
    "whole": f"<h1>Port Strike (3)</h1>{ITEMS}{SCRIPT}",
    "no count": ITEMS + SCRIPT,
    "count not up to date": f"<h1>Port Strike (5)</h1>{ITEMS}{SCRIPT}",
    "data": f"<h1>Port Strike (573)</h1>{ITEMS}<script type=application/ld+json>[]</script>",
    "no script": f"<h1>Port Strike (573)</h1>{ITEMS}<button>Load more</button>",
    "comments": ITEMS + "<div id=comments><button>Load more</button></div>" + SCRIPT,
    "menu": ITEMS + "<nav><button>Show more</button></nav>" + SCRIPT,
    "empty": "<p>Gone</p>",
}


@pytest.mark.parametrize("text", UNSCRIPTED.values(), ids=UNSCRIPTED)
def test_a_listing_that_needs_no_script(text: str) -> None:
    assert listing(text).needs_script() is None
