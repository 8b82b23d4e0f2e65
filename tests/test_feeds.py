"""Feeds of every format, whole and broken, as the bytes that sites send."""

from __future__ import annotations

import gzip
import json
import warnings
from dataclasses import dataclass

import pytest
from scrapy.http import HtmlResponse

from newscrawler.discovery.addresses import feeds_of, sitemaps_of
from newscrawler.discovery.entries import DocumentError, Entry
from newscrawler.discovery.feeds import MAX_JSON
from newscrawler.discovery.kinds import Kind, kind_of
from newscrawler.discovery.reader import MAX_ENTRIES, DocumentReader
from newscrawler.discovery.unpacking import MAX_BYTES
from newscrawler.pages.document import Document

SITE = "https://tide.example"
FEED = f"{SITE}/feed"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Daily Tide</title><link>https://tide.example/</link>{}</channel></rss>"""
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily Tide</title>{}</feed>'
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>The Daily Tide</title></channel>
{}</rdf:RDF>"""
ITEM = "<item><title>{}</title><link>{}</link></item>"
ONE = ITEM.format("One", f"{SITE}/one/")
TWO = ITEM.format("Two", f"{SITE}/two/")


@dataclass(frozen=True)
class Feed:
    entries: list[Entry]
    faults: list[str]
    title: str | None


def read(text: str | bytes) -> Feed:
    reader = DocumentReader(FEED, SITE)
    body = text.encode() if isinstance(text, str) else text
    entries = [one for some in reader.read(body) for one in some]
    return Feed(entries, reader.faults, reader.title)


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        pytest.param(
            RSS.format(
                f"<item><title>Quay &amp; crane</title><link>{SITE}/one/</link><category>Strike"
                "</category><category>Port</category>"
                "<pubDate>Tue, 20 Oct 2026 00:30:00 +0200</pubDate></item>"
            ),
            Entry(
                f"{SITE}/one/", "Quay & crane", "2026-10-20T00:30:00+02:00", None,
                ("Strike", "Port"),
            ),
            id="rss-2.0",
        ),
        pytest.param(
            f'<rss version="0.91"><channel><title>T</title>{ONE}</channel></rss>',
            Entry(f"{SITE}/one/", "One"),
            id="rss-0.91",
        ),
        pytest.param(
            RDF.format(f'<item rdf:about="{SITE}/one/">{ONE[6:]}'),
            Entry(f"{SITE}/one/", "One"),
            id="rss-1.0",
        ),
        pytest.param(
            ATOM.format(
                '<entry><title type="html">The &lt;b&gt;One&lt;/b&gt;</title>'
                f'<link rel="enclosure" href="{SITE}/one.mp3"/>'
                f'<link rel="alternate" type="text/html" href="{SITE}/one/"/><id>tag:1</id>'
                "<published>2026-10-20T08:00:00Z</published><updated>2026-10-21T08:00:00Z</updated>"
                '<category term="strike" label="The Strike"/></entry>'
            ),
            Entry(
                f"{SITE}/one/", "The One", "2026-10-20T08:00:00Z", "2026-10-21T08:00:00Z",
                ("The Strike",),
            ),
            id="atom-1.0",
        ),
        pytest.param(
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry>'
            f'<title>One</title><link rel="alternate" type="text/html" href="{SITE}/one/"/>'
            "<issued>2026-10-20T08:00:00Z</issued></entry></feed>",
            Entry(f"{SITE}/one/", "One", "2026-10-20T08:00:00Z"),
            id="atom-0.3",
        ),
        pytest.param(
            json.dumps({
                "version": "https://jsonfeed.org/version/1.1",
                "title": "T",
                "items": [{
                    "id": "1", "url": f"{SITE}/one/", "title": "One", "tags": ["Strike", 7],
                    "date_published": "2026-10-20T00:30:00+02:00",
                }],
            }),
            Entry(f"{SITE}/one/", "One", "2026-10-20T00:30:00+02:00", None, ("Strike",)),
            id="json-feed-1.1",
        ),
        pytest.param(
            json.dumps({
                "version": "https://jsonfeed.org/version/1",
                "items": [{"id": f"{SITE}/one/"}],
            }),
            Entry(f"{SITE}/one/"),
            id="json-feed-1.0",
        ),
        pytest.param(
            RSS.format("<item><title>One</title><link>/one/?a=1&amp;b=2</link></item>"),
            Entry(f"{SITE}/one/?a=1&b=2", "One"),
            id="relative-address",
        ),
        pytest.param(
            RSS.format(
                f'<item><title>One</title><guid isPermaLink="true">{SITE}/one/</guid></item>'
            ),
            Entry(f"{SITE}/one/", "One"),
            id="guid-for-link",
        ),
        pytest.param(
            RSS.format(ITEM.format("One & two", f"{SITE}/one/?a=1&b=2")),
            Entry(f"{SITE}/one/?a=1&b=2", "One & two"),
            id="bare-ampersands",
        ),
        pytest.param(
            RSS.format(ITEM.format("One", f"<![CDATA[{SITE}/one/?a=1&b=2]]>")),
            Entry(f"{SITE}/one/?a=1&b=2", "One"),
            id="cdata",
        ),
        pytest.param(
            gzip.compress(RSS.format(ONE).encode()), Entry(f"{SITE}/one/", "One"), id="gz"
        ),
        pytest.param(
            RSS.format(ONE.replace("One", "<![CDATA[Caf&eacute; <b>au</b> lait]]>")),
            Entry(f"{SITE}/one/", "Café au lait"),
            id="markup-in-cdata",
        ),
        pytest.param(
            RSS.format(ONE.replace("One", "Caf&eacute;&nbsp;&hellip;")),
            Entry(f"{SITE}/one/", "Café …"),
            id="letters-of-html",
        ),
        pytest.param(
            RSS.format(
                '<item xmlns:media="http://search.yahoo.com/mrss/"><media:title>Photo</media:title>'
                f"<title>One</title><link>{SITE}/one/</link><dc:date>2026-10-20</dc:date></item>"
            ),
            Entry(f"{SITE}/one/", "One", "2026-10-20"),
            id="other-vocabularies",
        ),
        pytest.param(
            ATOM.format(
                f'<entry xml:base="{SITE}/world/"><title type="xhtml"><div>The <b>One</b></div>'
                '</title><link href="one/"/><updated>2026-10-20</updated></entry>'
            ),
            Entry(f"{SITE}/world/one/", "The One", None, "2026-10-20"),
            id="base-address",
        ),
        pytest.param("﻿\n " + RSS.format(ONE), Entry(f"{SITE}/one/", "One"), id="white-space"),
        pytest.param(
            RSS.format("<item><title>Ohne Tag</title><pubDate>gestern</pubDate>"
                       f"<link>{SITE}/one/</link></item>"),
            Entry(f"{SITE}/one/", "Ohne Tag"),
            id="no-date",
        ),
    ],
)  # fmt: skip
def test_a_feed_is_read_in_every_format(feed: str | bytes, expected: Entry) -> None:
    read_one = read(feed)
    assert read_one.entries == [expected]
    assert read_one.faults == []


def test_the_order_is_that_of_the_feed_and_the_title_its_own() -> None:
    feed = read(RSS.format(TWO + ONE))
    assert [one.headline for one in feed.entries] == ["Two", "One"]
    assert feed.title == "The Daily Tide"


@pytest.mark.parametrize(
    ("feed", "kept", "fault"),
    [
        (RSS.format(ONE + TWO)[:-40], ["One"], "broken off"),
        (RSS.format(ONE + "<p><b></p>" + TWO), ["One"], "broken off"),
        (RSS.format(ONE + "\x01" + TWO), ["One", "Two"], "broken XML"),
        (RSS.format(ONE) + "behind", ["One"], "broken XML"),
        (gzip.compress(RSS.format(ONE * 5000).encode())[:-30], ["One"], "gzip file is cut short"),
        (json.dumps({"version": "jsonfeed", "items": [], "x": "x" * MAX_JSON}), [], "than 5 MiB"),
        (RSS.format(ONE + ITEM.format("Far", "https://other.example/")), ["One"], "other sites"),
        (RSS.format(ONE + ITEM.format("Mail", "mailto:a@tide.example")), ["One"], "valid address"),
        (RSS.format(ONE + "<item><guid>abc</guid></item>"), ["One"], "valid address"),
    ],
    ids=[
        "cut-short",
        "tags-crossed",
        "control-character",
        "text-behind",
        "gzip-cut-short",
        "long-json",
        "another-site",
        "no-web-address",
        "no-address",
    ],
)
def test_what_can_be_read_of_a_feed_is_kept_and_the_rest_is_told(
    feed: str | bytes, kept: list[str], fault: str
) -> None:
    read_one = read(feed)
    assert [one.headline for one in read_one.entries][: len(kept)] == kept
    assert fault in " ".join(read_one.faults)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html><body><p>Not here</body></html>", "an HTML page"),
        ("nothing of the kind", "not known"),
        ('{"items": []}', "no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', "no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000, "too deep"),
        (b"\x1f\x8b, no gzip at all", "not known"),
    ],
)  # fmt: skip
def test_what_is_neither_feed_nor_sitemap_is_refused_by_name(body: str | bytes, why: str) -> None:
    with pytest.raises(DocumentError, match=f"{FEED}: .*({why})"):
        read(body)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY l11 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY l11 SYSTEM "http://127.0.0.1:9/x">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
    ids=["billion-laughs", "file", "http", "dtd"],
)
def test_an_entity_of_a_feed_is_neither_expanded_nor_fetched(doctype: str) -> None:
    item = ITEM.format("&l11;", f"{SITE}/one/")
    feed = read(f'{doctype}<rss version="2.0"><channel>{item}</channel></rss>')
    assert [one.headline for one in feed.entries] in ([], [None])


@pytest.mark.parametrize(
    "inside",
    ["<a>" * 300_000, "<item>" * 100_000, "&" * 300_000, "<" * 300_000, "<![CDATA[" * 50_000,
     f'<item a="{"x" * 1_000_000}"/>'],
    ids=["deep", "items", "ampersands", "brackets", "cdata", "attribute"],
)  # fmt: skip
def test_a_hostile_feed_comes_to_an_end(inside: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read(RSS.format(inside)).entries) <= MAX_ENTRIES


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<?xml version='1.0'?><!-- a <rss> --><?xml-stylesheet href='x'?><urlset>", Kind.SITEMAP),
        (b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset>", Kind.SITEMAP),
        (b"<s:sitemapindex xmlns:s='x'>", Kind.SITEMAP),
        ("<urlset>".encode("utf-16"), Kind.SITEMAP),
        (b"https://tide.example/one/\nhttps://tide.example/two/", Kind.TEXT_SITEMAP),
        (b"<RDF>", Kind.FEED),
        (b"\xef\xbb\xbf{}", Kind.JSON_FEED),
        (b"<!DOCTYPE html>\n<html lang=en>", Kind.PAGE),
        (b"<head>", Kind.PAGE),
        (b"\x1f\x8bno gzip", Kind.OTHER),
        (b"", Kind.OTHER),
    ],
)
def test_a_document_is_known_by_its_beginning(body: bytes, kind: Kind) -> None:
    assert kind_of(body) is kind


def test_the_feeds_of_a_page_are_those_of_its_head_without_comments() -> None:
    page = """<head><link rel="alternate" type="application/rss+xml" href="/feed">
    <link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom">
    <link rel="alternate" type="application/feed+json" href="/feed.json">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/all">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed">
    <link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="text/html" href="/x">
    <link rel="alternate" type="application/rss+xml" href="/feed"></head>"""
    response = HtmlResponse(f"{SITE}/", body=page.encode())
    assert feeds_of(Document(response)) == [f"{SITE}/feed", f"{SITE}/atom", f"{SITE}/feed.json"]


def test_the_sitemaps_of_a_robots_txt_are_named_in_any_case_and_relative_to_it() -> None:
    robots = (
        b"User-agent: *\nDisallow: /x\nSitemap: /one.xml\nsitemap:https://cdn.example/two.xml\n"
    )
    robots += b"SITEMAP: mailto:x\nSitemap: /one.xml\nSitemap: \xff\n"
    urls = sitemaps_of(robots, f"{SITE}/robots.txt")
    assert urls == [f"{SITE}/one.xml", "https://cdn.example/two.xml"]


# Sitemaps

URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
URL = f"<url><loc>{SITE}/one/</loc></url>"


@pytest.mark.parametrize(
    ("sitemap", "expected"),
    [
        pytest.param(
            URLSET.format(f"<url><loc> {SITE}/one/ </loc><lastmod>2026-10-20</lastmod></url>"),
            Entry(f"{SITE}/one/", modified="2026-10-20"),
            id="plain",
        ),
        pytest.param(
            URLSET.format(
                f'<url xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><loc>{SITE}/one/'
                "</loc><news:news><news:publication><news:name>Tide</news:name></news:publication>"
                "<news:publication_date>2026-10-20T08:00+01:00</news:publication_date>"
                "<news:title>One</news:title><news:keywords>quay, crane</news:keywords>"
                "</news:news></url>"
            ),
            Entry(f"{SITE}/one/", "One", "2026-10-20T08:00:00+01:00", None, ("quay", "crane")),
            id="news",
        ),
        pytest.param(
            URLSET.format(f"<url><loc>{SITE}/one/</loc><news:news><news:title>One</news:title>"
                          "</news:news></url>"),
            Entry(f"{SITE}/one/", "One"),
            id="undeclared-prefix",
        ),
        pytest.param(
            URLSET.format(
                '<url xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:image>'
                f"<image:loc>{SITE}/one.jpg</image:loc><image:title>A quay</image:title>"
                f"</image:image><loc>{SITE}/one/</loc></url>"
            ),
            Entry(f"{SITE}/one/"),
            id="pictures",
        ),
        pytest.param(
            URLSET.format(f"<url><loc>{SITE}/?a=1&b=2&amp;c=3</loc></url>"),
            Entry(f"{SITE}/?a=1&b=2&c=3"),
            id="bare-ampersand",
        ),
        pytest.param(URLSET.format(URL).encode("utf-16"), Entry(f"{SITE}/one/"), id="utf-16"),
        pytest.param(
            f"<urlset>{URL}</urlset>", Entry(f"{SITE}/one/"), id="without-namespace"
        ),
        pytest.param(f"{SITE}/one/\r\n\r\n", Entry(f"{SITE}/one/"), id="plain-text"),
        pytest.param(
            gzip.compress(b"<urlset>") + gzip.compress(f"{URL}</urlset>".encode()) + b"\0" * 9,
            Entry(f"{SITE}/one/"),
            id="gz-of-two-members",
        ),
    ],
)  # fmt: skip
def test_a_sitemap_is_read_in_every_format(sitemap: str | bytes, expected: Entry) -> None:
    read_one = read(sitemap)
    assert read_one.entries == [expected]
    assert read_one.faults == []


def test_an_index_names_sitemaps_with_their_last_change() -> None:
    reader = DocumentReader(FEED, SITE)
    index = f"<sitemapindex><sitemap><loc>{SITE}/a.xml</loc><lastmod>2026-10-20</lastmod></sitemap>"
    (entry,) = [one for some in reader.read(f"{index}</sitemapindex>".encode()) for one in some]
    assert reader.is_index
    assert entry == Entry(f"{SITE}/a.xml", modified="2026-10-20")


@pytest.mark.parametrize(
    ("sitemap", "fault"),
    [
        (URLSET.format(URL + "<url><lo"), "broken off within the urlset"),
        (URLSET.format(URL + "<a>" * 100_000), "more than 256"),
        (URLSET.format(URL + f'<url a="{"x" * 11_000_000}"/>'), "limit exceeded"),
        (URLSET.format(URL + f"<!--{'x' * 11_000_000}-->"), "Comment too big"),
        (URLSET.format(URL + "<url><loc>https://other.example/</loc></url>"), "1 addresses of"),
        (gzip.compress(URLSET.format(URL * 5000).encode())[:-9], "gzip file is cut short"),
        (gzip.compress(URLSET.format(URL).encode()) + b"\x1f\x8b\x00" * 9, "damaged gzip"),
        (gzip.compress(URLSET.format(URL + " " * MAX_BYTES).encode(), 1), "than 50 MiB"),
        (URLSET.format(URL + " " * MAX_BYTES), "than 50 MiB"),
    ],
    ids=["cut-short", "deep", "attribute", "comment", "another-site", "gzip-cut-short",
         "gzip-damaged", "bomb", "long"],
)  # fmt: skip
def test_what_stands_before_the_break_of_a_sitemap_is_kept(
    sitemap: str | bytes, fault: str
) -> None:
    read_one = read(sitemap)
    assert read_one.entries[:1] == [Entry(f"{SITE}/one/")]
    assert fault in " ".join(read_one.faults)


def test_a_sitemap_beyond_the_standard_is_cut_and_counted() -> None:
    feed = read(URLSET.format(URL * (MAX_ENTRIES + 3)))
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.faults == [f"3 entries beyond the {MAX_ENTRIES} of the standard"]


def test_a_large_sitemap_is_given_some_entries_at_a_time() -> None:
    reader = DocumentReader(FEED, SITE)
    slices = [len(some) for some in reader.read(URLSET.format(URL * 10_000).encode())]
    assert sum(slices) == 10_000
    assert max(slices) < 1_000
