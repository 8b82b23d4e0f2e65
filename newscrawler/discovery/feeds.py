"""Reads RSS, Atom, RDF and JSON Feed into entries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import fastfeedparser
from lxml import etree

from newscrawler.discovery.entries import (
    LONGEST,
    Addresses,
    DocumentError,
    Entry,
    read_date,
    read_topics,
)
from newscrawler.discovery.kinds import Kind, kind_of
from newscrawler.discovery.mending import mended
from newscrawler.discovery.sitemaps import told
from newscrawler.discovery.unpacking import pieces

# Bytes; as large as a page may be, and the tree of a feed is ten times as large.
MAX_BYTES = 5 * 2**20
# Feeds of news have some 100 entries; the largest seen some 2,000.
MAX_ENTRIES = 5_000
# Declared namespaces; libxml2 looks through all of them for each element.
MAX_NAMESPACES = 500
_MARKUP = re.compile(r"<[^<>]{1,200}>")


@dataclass(slots=True)
class Feed:
    """What a feed says: its title, its entries in the order given, and what is wrong with it."""

    title: str | None = None
    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_feed(body: bytes, url: str, site: str) -> Feed:
    """Read a feed at `url`, of which only the addresses on the site of `site` are taken.

    Raises `DocumentError` for what cannot be read as a feed. A feed of 5 MiB may take
    seconds: an event loop gives this to a thread.
    """
    kind = kind_of(body)
    if kind not in (Kind.FEED, Kind.JSON_FEED):
        raise DocumentError(url, f"is no feed but {told(kind, body)}")
    try:
        whole = b"".join(pieces(body, MAX_BYTES))
        is_json = kind is Kind.JSON_FEED
        title, stated = _json_entries(whole) if is_json else _xml_entries(mended(whole))
    except (ValueError, RecursionError) as error:
        raise DocumentError(url, _short(error)) from error
    addresses = Addresses(url, site)
    feed = Feed(title)
    for entry in stated[:MAX_ENTRIES]:
        if link := addresses.take(entry.url):
            feed.entries.append(_at(link, entry))
    broken = _what_is_broken(mended(whole)) if kind is Kind.FEED else []
    more = len(stated) - MAX_ENTRIES
    cut = [f"{more} entries beyond {MAX_ENTRIES}"] if more > 0 else []
    feed.faults = [*broken, *addresses.faults(), *cut]
    return feed


def _xml_entries(xml: bytes) -> tuple[str | None, list[Entry]]:
    if xml.count(b"xmlns:") > MAX_NAMESPACES:
        raise ValueError(f"more than {MAX_NAMESPACES} namespaces")
    # Given bytes, it never fetches; given text that begins like an address, it would.
    feed = fastfeedparser.parse(
        xml, include_content=False, include_media=False, include_enclosures=False
    )
    return _line(feed.feed.get("title")), [_xml_entry(one) for one in feed.entries]


def _xml_entry(stated: Any) -> Entry:
    tags = stated.get("tags") or []
    return Entry(
        url=_link(stated),
        headline=_line(stated.get("title")),
        date=read_date(_text(stated.get("published"))),
        modified=read_date(_text(stated.get("updated"))),
        topics=read_topics([_text(one.get("label") or one.get("term")) for one in tags]),
    )


def _link(stated: Any) -> str:
    """Return the article's address: a sound file or the feed itself is none (RFC 4287, 4.2.7)."""
    links: list[Any] = stated.get("links") or []
    pages = [one.get("href") for one in links if one.get("rel") in (None, "", "alternate")]
    stands_alone = [stated.get("link")] if not links or pages else []
    return next((_text(one) for one in (*pages, *stands_alone) if one), _address(stated.get("id")))


def _json_entries(body: bytes) -> tuple[str | None, list[Entry]]:
    feed = json.loads(body.decode("utf-8-sig"))
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version")):
        raise ValueError("is JSON and no JSON Feed")
    return _line(feed.get("title")), [_json_entry(one) for one in items if isinstance(one, dict)]


def _json_entry(stated: dict[str, Any]) -> Entry:
    tags = stated.get("tags")
    return Entry(
        url=_text(stated.get("url")) or _address(stated.get("id")),
        headline=_line(stated.get("title")),
        date=read_date(_text(stated.get("date_published"))),
        modified=read_date(_text(stated.get("date_modified"))),
        topics=read_topics([_text(tag) for tag in tags] if isinstance(tags, list) else []),
    )


def _at(url: str, entry: Entry) -> Entry:
    return Entry(url, entry.headline, entry.date, entry.modified, entry.topics)


def _what_is_broken(xml: bytes) -> list[str]:
    """Say where a feed is no XML: what stands behind may not have been read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        return [f"broken XML: {_short(error)}"]
    return []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _address(identity: object) -> str:
    """Return an identifier that is an address; others are no links."""
    return _text(identity) if re.match(r"https?://", _text(identity)) else ""


def _line(value: object) -> str | None:
    """Return a title without the markup that stands in it."""
    return " ".join(_MARKUP.sub("", _text(value)[:LONGEST]).split()) or None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
