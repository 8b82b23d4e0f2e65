"""By what an article is known again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from newscrawler.duplicates.recent import Recent
from newscrawler.duplicates.shingles import folded
from newscrawler.duplicates.sketch import Sketch, sketch_of
from newscrawler.items import Article, Dateline, Publisher
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import same_site, site_of, url_key
from newscrawler.publishers import published_id
from newscrawler.state.rows import Copy

# Characters; two articles may both say no more than "Watch the video."
MIN_TEXT = 200
# Reasons of drops whose page is another one than that which was kept: what they share is the text.
OTHER_PAGES = ("duplicate_text", "duplicate_near", "duplicate_part")


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


def copy_of(article: Article, key: str, reason: str = "") -> Copy:
    """Return the page of an article as one of the places of its text.

    `key` is that of the article which is kept, `reason` why the page itself is not.
    """
    canonical = article.canonical_url
    is_elsewhere = bool(canonical) and not same_site(canonical or "", article.url)
    return Copy(
        key=page_key(article.url),
        article=key,
        url=article.url,
        body=article.body or "",
        published=article.date_published or "",
        source=_source_rank(article, is_elsewhere=is_elsewhere),
        canonical=page_key(canonical) if canonical and is_elsewhere else "",
        marks=tuple(mark for _, mark in marks_of(article)),
        reason=reason,
    )


def copy_of_record(key: str, record: dict[str, Any]) -> Copy:
    """Return the same of an article's feed line."""
    names = ("canonical_url", "headline", "body", "date_published", "source_organization")
    article = Article(url=record["url"], id=record.get("id", ""))
    for name in names:
        setattr(article, name, record.get(name))
    publisher, dateline = record.get("publisher"), record.get("dateline")
    article.publisher = Publisher(**publisher) if publisher else None
    article.dateline = Dateline(**dateline) if dateline else None
    return copy_of(article, key)


def _source_rank(article: Article, *, is_elsewhere: bool) -> int:
    """Return 0 for the agency's own page, 2 for one that names another source, else 1."""
    dateline = article.dateline.source if article.dateline else None
    agency = fold(article.source_organization or dateline or "")
    publisher = fold((article.publisher.name if article.publisher else None) or "")
    if agency and agency == publisher:
        return 0
    return 2 if agency or is_elsewhere else 1


def _text_digest(body: str) -> str:
    return hashlib.sha256(folded(body).encode()).hexdigest()


# An article is asked about twice: by the pipeline, and when it is kept.
text_digest = Recent(_text_digest, 16)


@dataclass(frozen=True, slots=True)
class TextMarks:
    """By what a text is known again, worked out where the page is read."""

    digest: str
    sketch: Sketch

    @classmethod
    def of(cls, body: str) -> Self:
        return cls(text_digest(body), sketch_of(body))

    def note(self, body: str) -> None:
        """Spare this process the work."""
        text_digest.note(body, self.digest)
        sketch_of.note(body, self.sketch)
