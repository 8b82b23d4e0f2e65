"""What a record of a feed says: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.

The libraries for feeds do not serve here: feedparser takes 11 seconds for 200 KB of opening
tags, fastfeedparser reads `gestern` or `10:30` as a day by the clock of the machine.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

from newscrawler.discovery.entries import Entry, read_date, read_line, read_topics
from newscrawler.discovery.xml_records import Record

# Bytes; as large as a page may be, since JSON is read whole.
MAX_JSON = 5 * 2**20
RECORDS = {"item", "entry"}
DATES = ("published", "issued", "pubDate", "date", "created")
CHANGES = ("updated", "modified")
FIELDS = {
    ("channel", "title"), ("feed", "title"),
    *(
        (record, name)
        for record in RECORDS
        for name in ("title", "link", "guid", "id", "category", "subject", *DATES, *CHANGES)
    ),
}  # fmt: skip
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def feed_entry(record: Record) -> Entry:
    return Entry(
        url=_link(record),
        headline=read_line(record.text("title")),
        date=read_date(record.text(*DATES)),
        modified=read_date(record.text(*CHANGES)),
        topics=read_topics(_topics(record)),
    )


def _link(record: Record) -> str:
    """Return the article's address: a sound file or the feed itself is none (RFC 4287, 4.2.7)."""
    links = [one for one in record.fields if one.name == "link"]
    pages = [one for one in links if one.attributes.get("rel", "alternate") == "alternate"]
    stated = [one.attributes.get("href") or one.text for one in pages]
    identity = [text for text in record.texts("guid", "id") if _ADDRESS.match(text)]
    href = next((one for one in (*stated, *identity) if one), "")
    try:
        return urljoin(record.base, href) if href else ""
    except ValueError:
        return ""


def _topics(record: Record) -> list[str]:
    fields = [one for one in record.fields if one.name in ("category", "subject")]
    return [one.attributes.get("label") or one.attributes.get("term") or one.text for one in fields]


def json_entries(body: bytes) -> tuple[str, list[Entry]]:
    """Return title and entries of a JSON Feed; raise ValueError for anything else."""
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("JSON too deep to be read") from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version")):
        raise ValueError("is JSON and no JSON Feed")
    return _text(feed.get("title")), [_json_entry(one) for one in items if isinstance(one, dict)]


def _json_entry(stated: dict[str, Any]) -> Entry:
    tags, identity = stated.get("tags"), _text(stated.get("id"))
    return Entry(
        url=_text(stated.get("url")) or (identity if _ADDRESS.match(identity) else ""),
        headline=read_line(_text(stated.get("title"))),
        date=read_date(_text(stated.get("date_published"))),
        modified=read_date(_text(stated.get("date_modified"))),
        topics=read_topics([_text(tag) for tag in tags] if isinstance(tags, list) else []),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
