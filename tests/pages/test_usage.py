"""What a page asks of those who use it is read from its head and from its headers."""

from __future__ import annotations

import pytest
from scrapy.http import Headers, HtmlResponse

from newscrawler.items import Article, Drop
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.reader import read_article
from newscrawler.pipelines import ObeyUsage

META = '<meta name="{}" content="{}">'
IN_PAGE = {
    "nothing": ("", []),
    "all": (META.format("robots", "all, index, follow, max-snippet:-1"), []),
    "noindex": (META.format("robots", "noindex"), ["noindex"]),
    "none": (META.format("ROBOTS", "NONE"), ["noindex", "nofollow"]),
    "several": (META.format("robots", "noarchive, noindex"), ["noindex", "noarchive"]),
    "spaces": (META.format("robots", " noarchive ,, nosnippet "), ["noarchive", "nosnippet"]),
    "ours": (META.format("newscrawler", "noindex"), ["noindex"]),
    "another's": (META.format("googlebot", "noindex"), []),
    "no machine": (META.format("robots", "noai, noimageai"), ["noai", "noimageai"]),
    "reserved": (META.format("tdm-reservation", "1"), ["tdm-reservation"]),
    "not reserved": (META.format("tdm-reservation", "0"), []),
    "an end": (
        META.format("robots", "unavailable_after: 2027-06-25T15:00:00Z"),
        ["unavailable_after 2027-06-25T15:00:00Z"],
    ),
    "no end": (META.format("robots", "unavailable_after: soon"), []),
}
IN_HEADERS: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "noindex": ([("X-Robots-Tag", "noindex")], ["noindex"]),
    "twice": (
        [("X-Robots-Tag", "noarchive"), ("X-Robots-Tag", "nosnippet")],
        ["noarchive", "nosnippet"],
    ),
    "ours": ([("X-Robots-Tag", "NewsCrawler: noindex, noarchive")], ["noindex", "noarchive"]),
    "another's": ([("X-Robots-Tag", "otherbot: noindex, nofollow")], []),
    "another's and ours": (
        [("X-Robots-Tag", "otherbot: noindex, newscrawler: noarchive")],
        ["noarchive"],
    ),
    "all and another's": ([("X-Robots-Tag", "noarchive, otherbot: noindex")], ["noarchive"]),
    "an end": (
        [("X-Robots-Tag", "unavailable_after: 25 Jun 2027 15:00:00 GMT, noarchive")],
        ["noarchive", "unavailable_after 2027-06-25T15:00:00Z"],
    ),
    "an end with its weekday": (
        [("X-Robots-Tag", "unavailable_after: Fri, 25 Jun 2027 15:00:00 GMT")],
        ["unavailable_after 2027-06-25T15:00:00Z"],
    ),
    "reserved": ([("TDM-Reservation", "1")], ["tdm-reservation"]),
    "not reserved": ([("TDM-Reservation", "0")], []),
    "bytes": ([("X-Robots-Tag", "\xff\xfe, noindex")], ["noindex"]),
}


def read(head: str = "", headers: list[tuple[str, str]] | None = None) -> Article:
    sent = Headers()
    for name, value in headers or []:
        sent.appendlist(name, value.encode("latin-1"))
    body = f"<html><head>{head}</head><body><h1>A headline</h1><p>Text.</p></body></html>"
    url = "https://tide.example/world/a-headline-10001/"
    return read_article(ArticlePage(HtmlResponse(url, body=body.encode(), headers=sent)))


@pytest.mark.parametrize("case", IN_PAGE)
def test_the_head_of_a_page_says(case: str) -> None:
    head, wishes = IN_PAGE[case]
    assert read(head).usage == (wishes or None)


@pytest.mark.parametrize("case", IN_HEADERS)
def test_the_headers_of_a_page_say(case: str) -> None:
    headers, wishes = IN_HEADERS[case]
    assert read(headers=headers).usage == (wishes or None)


def test_both_are_taken_together() -> None:
    read_both = read(META.format("robots", "noarchive"), [("X-Robots-Tag", "noarchive, noindex")])
    assert read_both.usage == ["noindex", "noarchive"]


@pytest.mark.parametrize(
    ("obeyed", "usage", "retrieved", "reason"),
    [
        ((), ["noindex"], "2027-01-01T00:00:00Z", None),
        (("noindex",), None, "2027-01-01T00:00:00Z", None),
        (("noindex",), ["noarchive"], "2027-01-01T00:00:00Z", None),
        (("noindex",), ["noindex"], "2027-01-01T00:00:00Z", "noindex"),
        (("tdm-reservation",), ["noindex", "tdm-reservation"], None, "tdm_reservation"),
        (("unavailable_after",), ["unavailable_after 2027-06-25"], "2027-06-24T00:00:00Z", None),
        (
            ("unavailable_after",),
            ["unavailable_after 2027-06-25"],
            "2027-06-26T00:00:00Z",
            "unavailable_after",
        ),
        (("unavailable_after",), ["unavailable_after 2027-06-25"], None, None),
    ],
)
def test_a_wish_is_obeyed_where_the_settings_say_so(
    obeyed: tuple[str, ...], usage: list[str] | None, retrieved: str | None, reason: str | None
) -> None:
    article = Article(url="https://tide.example/a", id="a", usage=usage, retrieved_at=retrieved)
    passed = ObeyUsage(obeyed).process_item(article)
    assert (passed.reason if isinstance(passed, Drop) else None) == reason
