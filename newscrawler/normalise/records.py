"""The one form of every field of an article record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from newscrawler.items import Article, Author, Image, Related, Series
from newscrawler.normalise.keywords import clean_keywords
from newscrawler.normalise.languages import language_tag
from newscrawler.normalise.text import clean_line, clean_paragraphs, fold
from newscrawler.normalise.urls import clean_url, url_key

One = TypeVar("One")
LINES = (
    "headline", "alternative_headline", "description", "section", "source_organization",
    "date_published_raw", "date_modified_raw",
)  # fmt: skip
ADDRESSES = ("canonical_url", "short_url")


def normalise_article(article: Article) -> Article:
    """Bring every field into its one form, in place; what is empty then becomes absent."""
    article.url = clean_url(article.url)
    for field in LINES:
        setattr(article, field, clean_line(getattr(article, field) or "") or None)
    for field in ADDRESSES:
        setattr(article, field, tidy_url(getattr(article, field)))
    article.body = clean_paragraphs(article.body or "") or None
    article.language = language_tag(article.language or "")
    article.keywords = clean_keywords(article.keywords or []) or None
    article.breadcrumbs = [clean_line(one) for one in article.breadcrumbs or []] or None
    article.authors = _each(article.authors, _author, lambda one: fold(one.name))
    article.images = _each(article.images, _image, lambda one: url_key(one.url))
    article.series = _each(article.series, _series, lambda one: one.url or fold(one.name))
    article.related = _each(article.related, _related, lambda one: f"{one.block} {one.url}")
    if article.request_url == article.url:
        article.request_url = None
    if article.provenance:
        article.provenance = {
            name: source
            for name, source in article.provenance.items()
            if getattr(article, name) is not None
        }
    return article


def tidy_url(url: str | None) -> str | None:
    """Return the clean address, None for what is none."""
    try:
        return clean_url(url) if url else None
    except ValueError:
        return None


def _each(
    records: list[One] | None, tidy: Callable[[One], One | None], key: Callable[[One], str]
) -> list[One] | None:
    """Tidy each record and keep the first of those with the same key."""
    kept: dict[str, One] = {}
    for record in records or []:
        tidied = tidy(record)
        if tidied is not None:
            kept.setdefault(key(tidied), tidied)
    return list(kept.values()) or None


def _author(author: Author) -> Author | None:
    author.name, author.url = clean_line(author.name), tidy_url(author.url)
    return author if author.name else None


def _image(image: Image) -> Image | None:
    for field in ("caption", "credit", "alt"):
        setattr(image, field, clean_line(getattr(image, field) or "") or None)
    url = tidy_url(image.url)
    image.url = url or ""
    return image if url else None


def _series(series: Series) -> Series | None:
    series.name, series.url = clean_line(series.name), tidy_url(series.url)
    return series if series.name else None


def _related(related: Related) -> Related | None:
    url = tidy_url(related.url)
    related.url, related.headline = url or "", clean_line(related.headline or "") or None
    return related if url else None
