"""Listings that answer in JSON: HTML in a field, or a list of articles, and what follows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse

from newscrawler.pages.listing import Entry, ListingPage

SITE = "https://tide.example"
HTML = '<li><h2><a href="/local/48217">Ferry</a></h2><time datetime="2026-10-14">x</time></li>'
FERRY = Entry(f"{SITE}/local/48217", "Ferry", "2026-10-14")
ITEM = {"url": "/local/48217", "title": "Ferry", "date": "2026-10-14"}


def answer(data: Any, path: str = "/api/list?page=2") -> ListingPage:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return ListingPage(JsonResponse(SITE + path, body=body, headers=headers))


SHAPES: dict[str, Any] = {
    "HTML in a field": {"html": HTML, "hasMore": True},
    "HTML further in": {"status": "ok", "data": {"content": f"<ul>{HTML}</ul>"}},
    "HTML in commands": [{"command": "insert", "html": HTML}],
    "list": [ITEM],
    "list in a field": {"items": [ITEM], "total": 573},
    "names of its own": {"rows": [{"lnk": "/local/48217", "headline": "Ferry",
                                   "pub_date": "2026-10-14"}]},
    "absolute address": {"d": [{**ITEM, "url": f"{SITE}/local/48217"}]},
    "rendered title": [{"link": "/local/48217", "title": {"rendered": "<b>Ferry</b>"},
                        "date": "2026-10-14"}],
    "edges": {"edges": [{"cursor": "x", "node": ITEM}]},
    "beside menu and tags": {"menu": [{"url": "/s/one-two-three", "title": "S"}] * 9,
                             "items": [ITEM],
                             "tags": [{"url": "/tag/a-b-c", "name": "T"}, ITEM, ITEM]},
    "beside related": {"related": [{"url": "/x-y-z-1", "title": "X"},
                                   {"url": "/x-y-z-2", "title": "Y"}], "stories": [ITEM]},
    "other site": {"items": [ITEM, {"url": "https://gull.example/a-b-c", "title": "Gull"}]},
    "pictures": {"items": [{"image": "/a-b-c.jpg", **ITEM}]},
}  # fmt: skip


@pytest.mark.parametrize("data", SHAPES.values(), ids=SHAPES)
def test_articles_are_found_wherever_the_answer_keeps_them(data: Any) -> None:
    assert answer(data).entries() == [FERRY]


def test_a_date_may_be_in_seconds() -> None:
    item = {"url": "/local/48217", "title": "Ferry", "published_at": 1_791_936_000}
    assert answer({"items": [item]}).entries()[0].date == "2026-10-14T00:00:00Z"


def test_objects_are_read_in_their_order_each_once() -> None:
    names = ["b", "a", "c", "a"]
    items = [{"url": f"/local/{n}-48217", "title": n} for n in names]
    assert [one.headline for one in answer({"items": items}).entries()] == ["b", "a", "c"]


NEXT: dict[str, tuple[Any, str, str | None]] = {
    "address": ({"next": "/api/list?page=3"}, "/api/list?page=2", "/api/list?page=3"),
    "whole address": ({"next_url": f"{SITE}/x?c=a"}, "/api/list", "/x?c=a"),
    "query": ({"nextPage": "?page=3"}, "/api/list?page=2", "/api/list?page=3"),
    "links": ({"links": {"next": "/api/list?page=3"}}, "/api/list", "/api/list?page=3"),
    "links with href": ({"links": {"next": {"href": "/api?p=3"}}}, "/api", "/api?p=3"),
    "paging": ({"paging": {"next": "/api?p=3"}}, "/api", "/api?p=3"),
    "pagination": ({"pagination": {"next_page_url": "/api?p=3"}}, "/api", "/api?p=3"),
    "meta": ({"meta": {"next": "/api?p=3"}}, "/api", "/api?p=3"),
    "page number": ({"nextPage": 3}, "/api?page=2&size=20", "/api?page=3&size=20"),
    "cursor": ({"nextCursor": "abc"}, "/api?cursor=xyz", "/api?cursor=abc"),
    "end cursor": ({"pageInfo": {"endCursor": "a=="}}, "/api?after=x", "/api?after=a%3D%3D"),
    "offset": ({"next_offset": 40}, "/api?offset=20", "/api?offset=40"),
    "more by page": ({"hasMore": True}, "/api?page=2", "/api?page=3"),
    "more by offset": ({"has_more": True}, "/api?offset=20", "/api?offset=21"),
    "of so many pages": ({"page": 2, "totalPages": 3}, "/api?page=2", "/api?page=3"),
    "last of so many": ({"page": 3, "totalPages": 3}, "/api?page=3", None),
    "no parameter for a cursor": ({"nextCursor": "abc"}, "/api", None),
    "no parameter for a number": ({"nextPage": 3}, "/api", None),
    "nothing stated": ({}, "/api?page=2", None),
    "null": ({"next": None}, "/api?page=2", None),
    "false": ({"next": False}, "/api?page=2", None),
    "empty": ({"next": ""}, "/api?page=2", None),
    "no more": ({"hasMore": False, "next": "/api?page=3"}, "/api?page=2", None),
    "is last": ({"isLast": True, "next": "/api?page=3"}, "/api?page=2", None),
    "itself": ({"next": "/api?page=2"}, "/api?page=2", None),
    "other site": ({"next": "https://gull.example/api?page=3"}, "/api?page=2", None),
}


@pytest.mark.parametrize(("fields", "path", "expected"), NEXT.values(), ids=NEXT)
@pytest.mark.parametrize("holds", [{"items": [ITEM]}, {"html": HTML}], ids=["list", "HTML"])
def test_the_answer_says_what_follows(
    holds: Any, fields: Any, path: str, expected: str | None
) -> None:
    assert answer({**holds, **fields}, path).next_page() == (expected and SITE + expected)


def test_html_in_an_answer_may_hold_the_cursor() -> None:
    html = f'{HTML}<div class="list-items-loaded" data-next-url="/more?last=7"></div>'
    assert answer({"html": html}).next_page() == f"{SITE}/more?last=7"


def test_an_empty_list_is_the_end() -> None:
    assert answer({"items": [], "next": "/api/list?page=3"}).next_page() is None


BROKEN = {
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deeper than articles lie": b'{"a":' * 500 + b"1" + b"}" * 500,
    "cut short": b'{"items": [{"url": "/local/48217"',
    "empty": b"",
    "text": b"Not found",
    "number": b"7",
    "null": b"null",
    "no text": b"\xff\xfe\x00",
    "strange values": json.dumps({"items": [{"url": 7, "title": ["x"]}, None, [], "x"]}).encode(),
    "address that is none": json.dumps([{"url": "http://[", "title": "X", "date": "x"}]).encode(),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_cannot_be_read_is_empty(body: bytes) -> None:
    page = answer(body)
    assert (page.entries(), page.next_page(), page.needs_script()) == ([], None, None)
    assert page.is_listing() is False


def test_a_long_answer_is_read_within_bounds() -> None:
    items = [{"url": f"/local/{n}", "title": str(n), "tags": list(range(20))}
             for n in range(48_000, 58_000)]  # fmt: skip
    entries = answer({"items": items}).entries()
    assert entries[0].url == f"{SITE}/local/48000"
    assert len(entries) >= 1_000


@pytest.mark.parametrize("kind", [HtmlResponse, TextResponse])
def test_json_is_known_by_its_type_and_by_itself(kind: type[TextResponse]) -> None:
    body = json.dumps({"items": [ITEM]}).encode()
    typed = kind(f"{SITE}/api", body=body, headers={"Content-Type": "application/json"})
    bare = kind(f"{SITE}/api", body=body)
    assert ListingPage(typed).entries() == ListingPage(bare).entries() == [FERRY]


def test_a_page_that_begins_with_a_brace_is_a_page() -> None:
    body = b"{ad} <h2><a href=/local/48217>Ferry</a></h2>"
    assert ListingPage(HtmlResponse(f"{SITE}/t", body=body)).entries()[0].headline == "Ferry"
