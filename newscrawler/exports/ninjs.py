"""Articles as IPTC ninjs 2.1, one news item a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from newscrawler.exports.shapes import Row, columns
from newscrawler.exports.values import line_of_row, stated, utc_of
from newscrawler.items import Article

Say: TypeAlias = Callable[[Any], Any]

STANDARD = {
    "name": "ninjs",
    "version": "2.1",
    "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json",
}
PLAIN = "text/plain"
# Paths of `items.py` that ninjs has no property for, with the reason.
LEFT_OUT = {
    "canonical_url": "a news item has one address, `uri`",
    "request_url": "how it was asked for is no property of the article",
    "date_published_raw": "`date_published` says the same",
    "date_modified_raw": "`date_modified` says the same",
    "date_precision": "ninjs has times only: a day is left out, and never becomes midnight",
    "breadcrumbs": "the section stands among the subjects; the path to it has no property",
    "is_accessible_for_free": "ninjs does not say what a reader pays",
    "short_url": "a news item has one address, `uri`",
    "comment_count": "comments are no part of a news item",
    "changed": "it tells of a feed, not of the article",
    "duplicate_of": "a verdict of this program, not a statement of the publisher",
    "duplicate_of.url": "see `duplicate_of`",
    "duplicate_of.how": "see `duplicate_of`",
    "duplicate_of.score": "see `duplicate_of`",
    "provenance": "where a value stood is no property of it",
    "retrieved_at": "it tells of a feed, not of the article",
    "first_seen": "it tells of a feed, not of the article",
    "dateline.text": "`located` is the place alone",
    "dateline.source": "it stands in `source_organization` as well, and so in `infosources`",
    "authors.url": "`by` is one line of names",
    "authors.type": "`by` is one line of names",
    "publisher.domain": "`uri` has it",
    "series.advertised": "an event has no number of parts",
    "related.position": "the order of the associations has it",
}


def ninjs_lines(rows: Iterable[Row], record: type) -> Iterator[str]:  # noqa: ARG001
    """Give one news item a line."""
    return (line_of_row(news_item(row)) for row in rows)


def news_item(row: Row) -> dict[str, Any]:
    """Return an article in the terms that `items.py` gives for each field.

    Fields of one property stand in it one behind the other, in the order of the feed.
    """
    item: dict[str, Any] = {"uri": row["url"], "standard": STANDARD, "type": "text"}
    for column in columns(Article):
        name, value = column.names["ninjs"], row.get(column.name)
        said = FORMS[column.name](value) if name and value is not None else None
        if isinstance(said, list):
            item.setdefault(name, []).extend(said)
        elif said is not None:
            item[name] = said
    for number, one in enumerate(item.get("associations", ()), 1):
        one["name"] = f"{one['name']}-{number}"  # the names are to differ
    return item


def _text(role: str) -> Say:
    return lambda value: [{"role": role, "contenttype": PLAIN, "value": value}]


def _body(value: str) -> Any:
    counts = {"charcount": len(value), "wordcount": len(value.split())}
    return [{"role": "main", "contenttype": PLAIN, **counts, "value": value}]


def _time(value: str) -> Any:
    return value if utc_of(value) else None


def _subject(rel: str) -> Say:
    return lambda value: [{"name": value, "rel": rel}]


def _source(role: str) -> Say:
    return lambda value: [{"name": value, "role": role}]


def _publisher(value: Row) -> Any:
    return _source("publisher")(value["name"]) if "name" in value else None


def _image(one: Row) -> Row:
    texts = {"caption": one.get("caption"), "alternative": one.get("alt")}
    said = [text for role, value in texts.items() if value for text in _text(role)(value)]
    return stated(
        name="image",
        type="picture",
        uri=one["url"],
        by=one.get("credit"),
        descriptions=said or None,
    )


def _related(one: Row) -> Row:
    headline = one.get("headline")
    said = _text("main")(headline) if headline else None
    return stated(name=one["block"], type="text", uri=one["url"], headlines=said)


FORMS: dict[str, Say] = {
    "url": lambda value: value,
    "id": lambda value: [{"role": "publisher", "value": value}],
    "headline": _text("main"),
    "alternative_headline": _text("alternative"),
    "description": _text("summary"),
    "body": _body,
    "dateline": lambda value: value.get("place"),
    "date_published": _time,
    "date_modified": _time,
    "authors": lambda value: ", ".join(one["name"] for one in value),
    "source_organization": _source("source"),
    "publisher": _publisher,
    "section": _subject("section"),
    "keywords": lambda value: [{"name": one, "rel": "keyword"} for one in value],
    "language": lambda value: value,
    "images": lambda value: [_image(one) for one in value],
    "series": lambda value: [stated(name=it["name"], uri=it.get("url")) for it in value],
    "related": lambda value: [_related(one) for one in value],
    "usage": "; ".join,
    "version": str,
}
