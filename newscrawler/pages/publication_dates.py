"""When a page was published and changed, by everything on it that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import cast

from lxml.etree import _Element as Element

from newscrawler.items import Source
from newscrawler.normalise.dates import parse_date
from newscrawler.pages.article_head import ArticleHead, tells_a_change
from newscrawler.pages.document import Document, element_line
from newscrawler.pages.markup import stands_aside
from newscrawler.pages.vocabulary import DATES

PUBLISHED_META = (
    "article:published", "og:article:published_time", "article:published:time",
    "datePublished", "pubdate", "publishdate", "publish-date", "publish_date", "published_time",
    "og:published_time", "og:pubdate", "article:publicationdate", "published_at",
    "parsely-pub-date", "sailthru.date", "cXenseParse:recs:publishtime", "cXenseParse:publishtime",
    "rnews:datePublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.created",
    "dcterms.date", "dc.date.created", "dc.date", "article.published", "article.created",
    "article_date_original", "date", "originalpublicationdate", "publication_date",
    "publication-date", "citation_publication_date", "citation_online_date",
    "prism.publicationDate", "displaydate", "date.release", "creation_date",
)  # fmt: skip
MODIFIED_META = (
    "article:modified", "article:modified:time", "dateModified",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "revised",
)  # fmt: skip
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=\D|\d{6,})")
# A page of an archive of the web bears the day on which it was kept in its address.
_KEPT = re.compile(r"^https?://[^/]+/(?:web/)?\d{14}[a-z_]*/(?=https?:)")
# Where hAtom and old systems keep the time behind what they print.
_EXACT = ("datetime", "data-datetime", "data-published-date", "content", "title")
# An article has one or two; a listing hundreds.
_MOST_MARKED = 40


class PublicationDates:
    """Candidates for the dates of one page; `head` is what stands around its headline."""

    def __init__(self, document: Document, head: ArticleHead | None, language: str | None) -> None:
        self._document = document
        self._head = head
        self._language = language

    def published(self) -> Iterator[tuple[Source, str | None]]:
        document, markup = self._document, self._document.markup
        node = document.article_node
        yield "json-ld", node.date_published if node else None
        yield "microdata", markup.itemprop("datePublished")
        yield "json-ld", document.json_ld.page_date(document.url)
        yield "open-graph", markup.meta("article:published_time")
        yield "meta", markup.meta(*PUBLISHED_META)
        yield from (("text", text) for text in self._times("published"))
        day = _URL_DAY.search(_KEPT.sub("", document.url))
        yield "url", "-".join(day.groups()) if day else None

    def modified(self) -> Iterator[tuple[Source, str | None]]:
        markup, node = self._document.markup, self._document.article_node
        yield "json-ld", node.date_modified if node else None
        yield "microdata", markup.itemprop("dateModified")
        yield "open-graph", markup.meta("article:modified_time", "og:updated_time")
        yield "meta", markup.meta(*MODIFIED_META)
        yield from (("text", text) for text in self._times("modified"))

    def _times(self, role: str) -> list[str]:
        """Return what the page's `time` elements say, those beside the headline first."""
        times = [
            time
            for time in self._document.markup.time_elements()
            if time.place != "aside" and (time.role or "published") == role
        ]
        beside = sorted(times, key=lambda time: time.place != "article")
        stated = [time.datetime or time.text for time in beside]
        return stated if stated or role == "modified" else self._printed()

    def _printed(self) -> list[str]:
        near = (one for one in self._marked if self._is_near(one))
        lines = [_stated(one) for one in near if self._is_of_article(one)]
        marked = [line for line in lines if not tells_a_change(line)]
        beside = self._head.date(self._language) if self._head else None
        found = [*marked, *([beside] if beside else [])]
        return found or self._of_one_day()

    @cached_property
    def _marked(self) -> list[Element]:
        return [one.root for one in self._document.selector.css(DATES)]

    @cached_property
    def _near(self) -> frozenset[Element]:
        """The first elements below a main heading."""
        found = self._document.root.xpath("//h1/following::*[position() < 30]")
        return frozenset(cast("list[Element]", found))

    def _is_near(self, element: Element) -> bool:
        return not self._near.isdisjoint((element, *element.iterancestors()))

    def _of_one_day(self) -> list[str]:
        """Return what the page marks as dates anywhere, where all of it names one day."""
        own = (one for one in self._marked[:_MOST_MARKED] if self._is_of_article(one))
        lines = [line for one in own if not tells_a_change(line := _stated(one))]
        moments = (parse_date(line, language=self._language) for line in lines)
        days = {moment.iso[:10] for moment in moments if moment}
        return lines if len(days) == 1 else []

    def _is_of_article(self, element: Element) -> bool:
        return self._head.holds(element) if self._head else not stands_aside(element)


def _stated(element: Element) -> str:
    """Return the exact time that an element holds for programs, else its text."""
    exact = (element.get(name, "") for name in _EXACT)
    return next((text for text in exact if parse_date(text)), "") or element_line(element)
