"""The section that an article stands in: as stated, as marked, and as its address says it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.etree import _Element as Element

from newscrawler.items import Source
from newscrawler.pages.article_head import texts_in
from newscrawler.pages.document import Document, word_count
from newscrawler.pages.marks import Marks
from newscrawler.pages.tags import VisibleTags

SECTION_META = ("section", "parsely-section", "sailthru.section", "article.section")
# A longer text of a link is a headline.
_LONGEST = 4  # words
_MOST_TEXTS = 8


class Sections:
    """Candidates for the section of one page, the surest first."""

    def __init__(self, document: Document, marks: Marks, tags: VisibleTags) -> None:
        self._document = document
        self._marks = marks
        self._tags = tags

    def candidates(self) -> Iterator[tuple[Source, str | None]]:
        node, markup = self._document.article_node, self._document.markup
        yield "json-ld", _first_of(node.section if node else None)
        yield "microdata", _first_of(markup.itemprop("articleSection"))
        yield "open-graph", _first_of(markup.meta("article:section"))
        yield "meta", _first_of(markup.meta(*SECTION_META))
        yield "text", next(iter(self._tags.categories()), None)
        yield "text", self._by_address()

    def _by_address(self) -> str | None:
        """Return what the page calls the first step of its address: `/sport/...` is `Sports`."""
        steps = urlsplit(self._document.url).path.strip("/").split("/")
        if len(steps) < 2 or not steps[0].replace("-", "").isalpha():
            return None
        links = self._marks.links(f"/{steps[0]}")
        same = (one for one in links if self._leads_to(one, steps[0]))
        names = (" ".join(texts_in(one, _MOST_TEXTS)) for one in same)
        return next((name for name in names if name and word_count(name) <= _LONGEST), None)

    def _leads_to(self, link: Element, step: str) -> bool:
        href = link.get("href", "")
        path = href.partition("?")[0].partition("#")[0].rstrip("/")
        if step not in path.rpartition("/")[2]:  # most lead on to an article
            return False
        url = self._document.absolute(href)
        return url is not None and urlsplit(url).path.strip("/") == step


def _first_of(stated: str | None) -> str | None:
    """Return the first of several sections in one text: `Local,Sport`, `Local, Sport, Sea`."""
    if stated and (", " not in stated or stated.count(",") > 1):
        return stated.split(",")[0].strip() or None
    return stated
