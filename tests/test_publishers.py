"""Each publisher reads its saved pages as written down beside them, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

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

Page = TypeVar("Page", ArticlePage, ListingPage)

SAVED = PROJECT_ROOT / "fixtures" / "publishers"
WORLD = PROJECT_ROOT / "fixtures" / "world"  # its pages of real publishers may serve as well
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
def saved_pages(folder: Path) -> FolderArchive:
    return FolderArchive(folder)


@cache
def response(url: str) -> HtmlResponse:
    page = saved_pages(SAVED).find(url) or saved_pages(WORLD).find(url)
    assert page, f"no page is saved for {url}"
    return HtmlResponse(url, body=page.body, headers=dict(page.headers))


def feed_line(page: ArticlePage) -> dict[str, Any]:
    return present(normalise_article(read_article(page)))


@cache
def delivered(url: str) -> dict[str, Any]:
    return feed_line(article_page(response(url)))


def present(record: Any) -> dict[str, Any]:
    """Return a record as the feed has it, without what is not known."""
    return asdict(record, dict_factory=lambda pairs: {k: v for k, v in pairs if v is not None})


def said(line: dict[str, Any], field: str) -> dict[str, Any]:
    """Return what a line says about a field, and where the page said it."""
    parts = PARTS.get(field, (field,))
    values = {part: line[part] for part in parts if part in line}
    sources = {part: source for part, source in line["provenance"].items() if part in parts}
    return {"page": line["url"], **values, "provenance": sources}


def without_each(css: str) -> Iterator[tuple[str, str]]:
    """Give each alternative of a selector with what is left of the selector without it."""
    alternatives = [it.canonical() for it in cssselect.parse(css)] if css else []
    for one in alternatives:
        yield one, ", ".join(it for it in alternatives if it != one)


def lesser_articles(page: type[ArticlePage], field: str) -> Iterator[tuple[str, type[ArticlePage]]]:
    """Give each selector that a field may depend on with the class as it is without it."""
    for key in ARTICLE_RULES.get(field, (field,)):
        for css, rest in without_each(page.selectors.get(key, "")):
            yield css, variant(page, selectors=changed(page.selectors, key, rest))
    for block, links in page.related_links.items() if field == "related" else ():
        for css, rest in without_each(links):
            yield css, variant(page, related_links=changed(page.related_links, block, rest))
    for css, rest in without_each(", ".join(page.furniture)) if field == "body" else ():
        yield css, variant(page, furniture=(rest,) if rest else ())


def lesser_listings(page: type[ListingPage], part: str) -> Iterator[tuple[str, type[ListingPage]]]:
    for key in LISTING_RULES[part]:
        for css, rest in without_each(page.selectors.get(key, "")):
            yield css, variant(page, selectors=changed(page.selectors, key, rest))


def variant(page: type[Page], **attributes: Any) -> type[Page]:
    return cast("type[Page]", type(page.__name__, (page,), attributes))


def changed(rules: Mapping[Any, str], key: str, rest: str) -> dict[Any, str]:
    """Return the rules with another selector for `key`, or with none."""
    return {name: css for name, css in {**rules, key: rest}.items() if css}


def urls_of(records: list[dict[str, Any]]) -> list[str]:
    return [record["url"] for record in records]


each_publisher = pytest.mark.parametrize("name", NAMES)


@pytest.mark.parametrize(
    ("name", "field"),
    [pytest.param(name, field, id=f"{name}-{field}") for name in NAMES for field in FIELDS],
)
def test_article(name: str, field: str) -> None:
    ours = publisher(name)
    urls = urls_of(ours.articles)
    read = [said(delivered(url), field) for url in urls]
    assert read == [said(line, field) for line in ours.articles]
    for css, lesser in lesser_articles(ours.article_class, field):
        without = [said(feed_line(lesser(response(url))), field) for url in urls]
        assert without != read, f"{name}.py: the {field} of the saved pages does not need {css}"


@pytest.mark.parametrize(
    ("name", "part"),
    [pytest.param(name, part, id=f"{name}-{part}") for name in NAMES for part in LISTING_RULES],
)
def test_listing(name: str, part: str) -> None:
    ours = publisher(name)
    urls = urls_of(ours.listings)
    read = [listed(listing_page(response(url)), part) for url in urls]
    assert read == [line.get(part, part == "is_listing") for line in ours.listings]
    for css, lesser in lesser_listings(ours.listing_class or ListingPage, part):
        without = [listed(lesser(response(url)), part) for url in urls]
        assert without != read, f"{name}.py: the {part} of the saved listing does not need {css}"


def listed(page: ListingPage, part: str) -> Any:
    value = getattr(page, part)()
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


def test_the_text_of_a_saved_page_is_no_longer_its_publishers() -> None:
    lines = [
        (name, line) for name, it in LINES.items() for line in it.read_text("utf-8").split("\n")
    ]
    told = "`captured`: put text of your own into the page, then scrapy capture --update"
    assert [name for name, line in lines if '"captured": "' in line] == [], told


def test_a_saved_page_has_its_expected_line() -> None:
    ours = [publisher(name) for name in NAMES]
    urls = {url for it in ours for url in urls_of(it.articles) + urls_of(it.listings)}
    expected = {page.body for url in urls if (page := saved_pages(SAVED).find(url))}
    files = [it for it in SAVED.rglob("*") if it.is_file() and it not in LINES.values()]
    pages = [it for it in files if not it.name.endswith(".http.json")]
    assert [str(it) for it in pages if it.read_bytes() not in expected] == []
