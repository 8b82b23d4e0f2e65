"""Articles as schema.org NewsArticle in JSON-LD: one document, one article a line in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from newscrawler.exports.shapes import Row, columns
from newscrawler.exports.values import line_of_row, stated
from newscrawler.items import Article

CONTEXT = "https://schema.org"
# Paths of `items.py` that NewsArticle has no property for, with the reason.
LEFT_OUT = {
    "request_url": "how it was asked for is no property of the article",
    "date_published_raw": "`date_published` says the same in the form that schema.org wants",
    "date_modified_raw": "`date_modified` says the same in the form that schema.org wants",
    "date_precision": "a day stands as a day, a time as a time",
    "short_url": "schema.org knows no short address",
    "changed": "it tells of a feed, not of the article",
    "duplicate_of": "a verdict of this program, not a statement of the publisher",
    "duplicate_of.url": "see `duplicate_of`",
    "duplicate_of.how": "see `duplicate_of`",
    "duplicate_of.score": "see `duplicate_of`",
    "provenance": "where a value stood is no property of it",
    "retrieved_at": "it tells of a feed, not of the article",
    "first_seen": "it tells of a feed, not of the article",
    "dateline.place": "it stands in the dateline, which schema.org has as one text",
    "dateline.source": "it stands in the dateline, which schema.org has as one text",
    "series.advertised": "a series has no number of parts in schema.org",
    "related.block": "`mentions` does not say where it stood",
    "related.position": "`mentions` does not say where it stood",
}


def json_ld_lines(rows: Iterable[Row], record: type) -> Iterator[str]:  # noqa: ARG001
    """Give the document line by line, so that it is never held whole."""
    yield f'{{"@context":"{CONTEXT}","@graph":['
    before = ""
    for row in rows:
        if before:
            yield f"{before},"
        before = line_of_row(news_article(row))
    if before:
        yield before
    yield "]}"


def news_article(row: Row) -> dict[str, Any]:
    """Return an article in the terms that `items.py` gives for each field."""
    said = {"@type": "NewsArticle", "@id": row["url"]}
    for column in columns(Article):
        name, value = column.names["schema.org"], row.get(column.name)
        if name and value is not None:
            said[name] = FORMS.get(column.name, _as_it_is)(value)
    if "breadcrumb" in said:  # a page has a path, an article has not
        page = said.get("mainEntityOfPage", row["url"])
        path = said.pop("breadcrumb")
        said["mainEntityOfPage"] = {"@type": "WebPage", "@id": page, "breadcrumb": path}
    return said


def _as_it_is(value: Any) -> Any:
    return value


def _dateline(dateline: Row) -> Any:
    return dateline["text"]


def _authors(authors: list[Row]) -> Any:
    return [_typed(one["type"], name=one["name"], url=one.get("url")) for one in authors]


def _organization(name: str) -> Any:
    return {"@type": "Organization", "name": name}


def _publisher(publisher: Row) -> Any:
    name, domain = publisher.get("name"), publisher["domain"]
    return _typed("NewsMediaOrganization", name=name, identifier=domain)


def _breadcrumbs(names: list[str]) -> Any:
    listed = enumerate(names, 1)
    items = [{"@type": "ListItem", "position": place, "name": name} for place, name in listed]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _images(images: list[Row]) -> Any:
    return [
        _typed(
            "ImageObject",
            url=one["url"],
            caption=one.get("caption"),
            creditText=one.get("credit"),
            description=one.get("alt"),
        )
        for one in images
    ]


def _series(series: list[Row]) -> Any:
    return [_typed("CreativeWorkSeries", name=it["name"], url=it.get("url")) for it in series]


def _related(related: list[Row]) -> Any:
    return [_typed("NewsArticle", url=it["url"], headline=it.get("headline")) for it in related]


def _usage(wishes: list[str]) -> Any:
    return [_typed("CreativeWork", text=one) for one in wishes]


def _typed(kind: str, **values: Any) -> Any:
    return {"@type": kind, **stated(**values)}


FORMS: dict[str, Callable[[Any], Any]] = {
    "dateline": _dateline,
    "authors": _authors,
    "source_organization": _organization,
    "publisher": _publisher,
    "breadcrumbs": _breadcrumbs,
    "images": _images,
    "series": _series,
    "related": _related,
    "usage": _usage,
}
