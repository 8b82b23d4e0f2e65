"""An index says where a record stands, under the key by which other tools look it up."""

from __future__ import annotations

import json

import pytest

from newscrawler.archives.warc_index import Entry, sort_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        # As the library `surt` has them.
        ("https://news.example/", "example,news)/"),
        ("https://news.example", "example,news)/"),
        ("http://www.news.example/a/", "example,news)/a"),
        ("https://www2.news.example:8443/A/B?b=2&a=1", "example,news:8443)/a/b?a=1&b=2"),
        ("https://news.example:443/a/b.html", "example,news)/a/b.html"),
        ("http://news.example:80/a", "example,news)/a"),
        ("https://news.example/a/?page=2", "example,news)/a?page=2"),
        ("https://news.example/?p=1", "example,news)/?p=1"),
        ("https://news.example/a?", "example,news)/a"),
        ("https://news.example/caf%C3%A9/x", "example,news)/caf%c3%a9/x"),
        ("https://xn--bcher-kva.example/x", "example,xn--bcher-kva)/x"),
        ("https://news.example/a,123.html", "example,news)/a,123.html"),
        ("http://127.0.0.1:8080/world/", "1,0,0,127:8080)/world"),
        ("https://news.example/a?x=1&x=0", "example,news)/a?x=0&x=1"),
    ],
)
def test_an_address_has_the_key_that_other_tools_give_it(url: str, key: str) -> None:
    assert sort_key(url) == key


@pytest.mark.parametrize(
    ("kind", "rendered", "start", "mime"),
    [
        ("response", None, "example,news)/a 20260302090000 ", "text/html"),
        ("revisit", None, "example,news)/a 20260302090000 ", "warc/revisit"),
        ("conversion", "end", "rendered:example,news)/a 20260302090000 ", "text/html"),
        ("metadata", None, "failed:example,news)/a 20260302090000 ", "text/html"),
    ],
)
def test_only_what_a_server_sent_is_found_under_its_address(
    kind: str, rendered: str | None, start: str, mime: str
) -> None:
    url, at = "https://news.example/a", "2026-03-02T09:00:00Z"
    line = Entry(url, at, kind, 200, "text/html", "sha1:X", 400, 300, rendered).line("a.warc.gz")
    assert line.startswith(start)
    fields = json.loads(line.removeprefix(start))
    assert (fields["url"], fields["mime"], fields["status"]) == (url, mime, "200")
    assert (fields["offset"], fields["length"], fields["filename"]) == (400, 300, "a.warc.gz")
