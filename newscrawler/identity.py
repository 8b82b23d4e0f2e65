"""By what an article is known again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from newscrawler.items import Article
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import same_site, site_of, url_key
from newscrawler.publishers import published_id

# Characters; two articles may both say no more than "Watch the video."
MIN_TEXT = 200


@lru_cache(maxsize=4096)  # a page is looked up some ten times between request and commit
def page_key(url: str) -> str:
    """Return one key for all addresses under which an article is reached.

    It goes by its publisher's id where the address holds one, else by the
    normalised address.
    """
    return published_id(url) or url_key(url)


def marks_of(article: Article) -> list[tuple[str, str]]:
    """Return the marks by which an article is known again, each with the reason of the
    drops feed that it gives, the surest first.

    A canonical address on another site is a statement about syndication and
    no reason to drop: a publisher would be lost by it. A number in the address and a
    canonical address count only with the same headline: some sites state their front
    page as canonical on every page, and a number may be a year or a count.
    """
    said = fold(article.headline or "")
    sure_id = published_id(article.url)
    marks = [("duplicate_id", f"id {sure_id}" if sure_id else f"id {article.id} {said}")]
    marks.append(("duplicate_url", f"url {url_key(article.url)} {said}"))
    if article.canonical_url and same_site(article.canonical_url, article.url):
        marks.append(("duplicate_canonical", f"url {url_key(article.canonical_url)} {said}"))
    body = article.body or ""
    if len(body) >= MIN_TEXT:
        marks.append(("duplicate_text", f"text {site_of(article.url)} {text_digest(body)}"))
    return marks


def marks_of_record(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the marks of an article from its feed line, as `marks_of` does."""
    said = {name: record.get(name) for name in ("canonical_url", "headline", "body")}
    article = Article(url=record["url"], id=record.get("id", ""), **said)
    return tuple(mark for _, mark in marks_of(article))


@lru_cache(maxsize=16)  # an article is asked about twice: by the pipeline, and when it is kept
def text_digest(body: str) -> str:
    return hashlib.sha256(fold(body).encode()).hexdigest()
