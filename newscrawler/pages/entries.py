"""The articles that a listing's page names: its links by evidence, and its JSON-LD lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

from newscrawler.normalise.urls import same_site
from newscrawler.pages.archive_days import is_day_of
from newscrawler.pages.document import Document
from newscrawler.pages.nodes import Node
from newscrawler.pages.structured import ARTICLE_TYPES
from newscrawler.pages.surroundings import Element, Surroundings, is_headed, names_of
from newscrawler.pages.vocabulary import CREDIT_CLASS, NO_ARTICLE_PATH, SERIES_PATH

# Fewer links to articles than this may stand on any page.
MIN_ENTRIES = 3
MAX_ENTRIES = 2_500
# `/2026/10/14/`, a number of five digits or more, or a name of three words and more.
ARTICLE_PATH = re.compile(
    r"/(?:19|20)\d\d[/-]?\d\d(?:[/-]?\d\d)?(?:/|\d*-)|\d{5,}|(?<![^\W_])[^\W_]+(?:-[^\W_]+){2,}"
)
_COMMENTS = re.compile(r"#.*(?:comment|comentari|kommentar|disqus|respond|opini)", re.IGNORECASE)
_NO_ARTICLE = frozenset({"tag", "author", "sponsored", "license"})
_CREDIT_HEIGHT = 3  # elements around a link that may name an author or a sponsor


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as its listing names it; `date` in the forms of `date_published`."""

    url: str
    headline: str | None = None
    date: str | None = None


def article_links(document: Document, surroundings: Surroundings) -> list[Element]:
    """Return the links to listed articles in the page's order, several to one article.

    Where the page says which is its main part, and that holds a list, only that counts.
    """
    links = [one for one in surroundings.links if is_article_link(one, document, surroundings)]
    mains = set(document.root.xpath("//main | //*[@role='main']"))
    inside = [one for one in links if not mains.isdisjoint(one.iterancestors())] if mains else []
    return (inside if len(inside) >= MIN_ENTRIES else links)[:MAX_ENTRIES]


def is_article_link(link: Element, document: Document, surroundings: Surroundings) -> bool:
    """Tell a link to a listed article by its address and by what stands around it."""
    href = link.get("href", "")
    url = document.absolute(href)
    if url is None or _COMMENTS.search(href) or not same_site(url, document.url):
        return False
    path = urlsplit(url).path
    if SERIES_PATH.search(url) or NO_ARTICLE_PATH.search(path):
        return False
    if not (ARTICLE_PATH.search(unquote(path)) or is_headed(link)) or is_day_of(document.url, url):
        return False
    return not (is_credit(link) or surroundings.is_aside(link) or surroundings.is_in_pager(link))


def is_credit(link: Element) -> bool:
    """Tell a link to an author, a keyword or a sponsor."""
    if not _NO_ARTICLE.isdisjoint(link.get("rel", "").casefold().split()):
        return True
    near = (link, *islice(link.iterancestors(), _CREDIT_HEIGHT))
    return any(
        one.tag not in ("html", "body", "article", "main") and CREDIT_CLASS.search(names_of(one))
        for one in near
    )


def stated_entries(document: Document) -> Iterator[tuple[str, str | None, str | None]]:
    """Give address, headline and date of what the JSON-LD lists of the page name, in order."""
    for listed in document.json_ld.of_type("ItemList"):
        for value in listed.values("itemListElement")[:MAX_ENTRIES]:
            node = Node({"url": value} if isinstance(value, str) else value, listed.graph)
            if not isinstance(value, str | dict):
                continue
            url, headline, date = _stated(node, document)
            if url and same_site(url, document.url):
                yield url, headline, date


def _stated(listed: Node, document: Document) -> tuple[str | None, str | None, str | None]:
    item = listed.node("item") or listed
    link = item.link("url") or listed.link("url") or listed.link("item") or item.link("@id")
    url = document.absolute(link) if link else None
    is_article = not item.types.isdisjoint(ARTICLE_TYPES)
    if not url or not (is_article or ARTICLE_PATH.search(unquote(urlsplit(url).path))):
        return None, None, None
    return url, item.headline or listed.headline, item.date_published
