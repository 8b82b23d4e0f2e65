"""Each publisher reads its saved pages as written down beside them, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any, NamedTuple

import cssselect
import pytest
from scrapy.http import HtmlResponse

from newscrawler.archives.folder import FolderArchive
from newscrawler.items import Article
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page, publisher_modules
from tests.conftest import PROJECT_ROOT

SAVED = PROJECT_ROOT / "fixtures" / "publishers"
NAMES = [name.rpartition(".")[2] for name in publisher_modules()]
LINES = {file.stem: file for file in (SAVED / "expected").glob("*.jsonl")}

# What a run adds to what the page says.
OF_THE_RUN = {
    "request_url", "version", "changed", "duplicate_of", "provenance", "retrieved_at", "first_seen",
}  # fmt: skip
# These come out of another field's text, and go wrong with it.
PARTS = {
    "date_published": ("date_published", "date_published_raw", "date_precision"),
    "date_modified": ("date_modified", "date_modified_raw"),
    "body": ("body", "dateline"),
}
PART_NAMES = {part for parts in PARTS.values() for part in parts} - PARTS.keys()
FIELDS = [it.name for it in fields(Article) if it.name not in OF_THE_RUN | PART_NAMES]
ARTICLE_RULES = {"images": ("images", "caption", "credit")}
LISTING_RULES = {
    "is_listing": (),
    "series": ("name", "advertised"),
    "entries": ("entry", "link", "date"),
    "next_page": ("next",),
}


class Publisher(NamedTuple):
    """A publisher's classes, and the lines that are expected of its saved pages."""

    article_class: type[ArticlePage]
    listing_class: type[ListingPage] | None
    articles: list[dict[str, Any]]
    listings: list[dict[str, Any]]


@cache
def publisher(name: str) -> Publisher:
    lines = LINES[name].read_text(encoding="utf-8").splitlines() if name in LINES else []
    records = [json.loads(line) for line in lines]
    listings = [record["listing"] for record in records if "listing" in record]
    articles = [record for record in records if "listing" not in record]
    return Publisher(*classes_of(name), articles, listings)


def classes_of(name: str) -> tuple[type[ArticlePage], type[ListingPage] | None]:
    module = import_module(f"newscrawler.publishers.{name}")
    own = [it for _, it in getmembers(module, isclass) if it.__module__ == module.__name__]
    articles = [it for it in own if issubclass(it, ArticlePage)]
    listings = [it for it in own if issubclass(it, ListingPage)]
    assert len(articles) == 1, f"{name}.py has no article page, or several"
    assert len(listings) < 2, f"{name}.py has several listing pages"
    return articles[0], next(iter(listings), None)


@cache
def saved_pages() -> FolderArchive:
    return FolderArchive(SAVED)


@cache
def response(url: str) -> HtmlResponse:
    page = saved_pages().find(url)
    assert page, f"no page is saved for {url}"
    return HtmlResponse(url, body=page.body, headers=dict(page.headers))


@cache
def feed_line(url: str) -> dict[str, Any]:
    return present(normalise_article(read_article(article_page(response(url)))))


def present(record: Any) -> dict[str, Any]:
    """Return a record as the feed has it, without what is not known."""
    return asdict(record, dict_factory=lambda pairs: {k: v for k, v in pairs if v is not None})


def said(line: dict[str, Any], field: str) -> dict[str, Any]:
    """Return what a line says about a field, and where the page said it."""
    parts = PARTS.get(field, (field,))
    values = {part: line[part] for part in parts if part in line}
    sources = {part: source for part, source in line["provenance"].items() if part in parts}
    return {"page": line["url"], **values, "provenance": sources}


def article_rules(page: type[ArticlePage], field: str) -> Iterator[str]:
    """Give the selectors that a field's value depends on."""
    for key in ARTICLE_RULES.get(field, (field,)):
        yield page.selectors.get(key, "")
    if field == "related":
        yield from page.related_links.values()
    if field == "body":
        yield from page.furniture


def unused(rules: Iterator[str], urls: list[str]) -> list[str]:
    """Return the selectors, each alternative by itself, that no page needs."""
    pages = [response(url) for url in urls]
    alternatives = [it.canonical() for rule in rules if rule for it in cssselect.parse(rule)]
    return [css for css in alternatives if not any(page.css(css) for page in pages)]


def urls_of(records: list[dict[str, Any]]) -> list[str]:
    return [record["url"] for record in records]


each_publisher = pytest.mark.parametrize("name", NAMES)


@pytest.mark.parametrize(
    ("name", "field"),
    [pytest.param(name, field, id=f"{name}-{field}") for name in NAMES for field in FIELDS],
)
def test_article(name: str, field: str) -> None:
    ours = publisher(name)
    read = [said(feed_line(url), field) for url in urls_of(ours.articles)]
    assert read == [said(line, field) for line in ours.articles]
    dead = unused(article_rules(ours.article_class, field), urls_of(ours.articles))
    assert dead == [], f"{name}.py: no saved page has what these {field} selectors look for"


@pytest.mark.parametrize(
    ("name", "part"),
    [pytest.param(name, part, id=f"{name}-{part}") for name in NAMES for part in LISTING_RULES],
)
def test_listing(name: str, part: str) -> None:
    ours = publisher(name)
    for expected in ours.listings:
        assert listing_part(expected["url"], part) == expected.get(part, part == "is_listing")
    rules = ours.listing_class.selectors if ours.listing_class else {}
    used_here = (rules.get(key, "") for key in LISTING_RULES[part])
    dead = unused(used_here, urls_of(ours.listings))
    assert dead == [], f"{name}.py: no saved page has what these {part} selectors look for"


def listing_part(url: str, part: str) -> Any:
    value = getattr(listing_page(response(url)), part)()
    if part == "entries":
        return [present(entry) for entry in value]
    return present(value) if part == "series" else value or False


@each_publisher
def test_an_article_is_no_listing(name: str) -> None:
    urls = urls_of(publisher(name).articles)
    assert [url for url in urls if listing_page(response(url)).is_listing()] == []


@each_publisher
def test_a_publisher_has_saved_articles_and_a_saved_listing(name: str) -> None:
    assert name in LINES, f"{SAVED.name}/expected/{name}.jsonl is missing"
    ours = publisher(name)
    assert len(ours.articles) >= 2, "a rule may be fitted to one page by chance"
    assert ours.listings


@each_publisher
def test_the_saved_pages_are_read_by_their_own_publisher(name: str) -> None:
    ours = publisher(name)
    chosen = {type(article_page(response(url))) for url in urls_of(ours.articles)}
    assert chosen == {ours.article_class}


@each_publisher
def test_a_class_is_named_after_its_module_and_says_what_it_reads(name: str) -> None:
    camel = "".join(word.capitalize() for word in name.split("_"))
    ours = publisher(name)
    for page, kind in ((ours.article_class, "Article"), (ours.listing_class, "Listing")):
        if page:
            assert page.__name__ == f"{camel}{kind}"
            assert "__doc__" in vars(page)
            assert page.__doc__


@each_publisher
def test_a_selector_stands_for_a_field(name: str) -> None:
    ours = publisher(name)
    of_article = {key for field in FIELDS for key in ARTICLE_RULES.get(field, (field,))}
    of_listing = {key for keys in LISTING_RULES.values() for key in keys}
    assert set(ours.article_class.selectors) <= of_article
    assert set(ours.listing_class.selectors if ours.listing_class else ()) <= of_listing


def test_expected_lines_belong_to_a_publisher() -> None:
    assert sorted(set(LINES) - set(NAMES)) == []


def test_a_saved_page_has_its_expected_line() -> None:
    ours = [publisher(name) for name in NAMES]
    urls = [url for it in ours for url in urls_of(it.articles) + urls_of(it.listings)]
    pages = [it for it in SAVED.rglob("*") if it.is_file() and it.parent != SAVED / "expected"]
    assert len([it for it in pages if not it.name.endswith(".http.json")]) == len(set(urls))
