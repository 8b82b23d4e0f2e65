"""The dates that a page states to programs: JSON-LD, microdata, meta elements, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from newscrawler.items import Source
from newscrawler.normalise.dates import parse_date
from newscrawler.pages.document import Document
from newscrawler.pages.nodes import Node


class Statement(NamedTuple):
    """What one place of a page says of a date; `weight` is how far it is believed."""

    source: Source
    text: str
    weight: int


# Names without their punctuation: `article:published_time` and `article.publishedTime` are one.
_PUBLISHED = frozenset({
    "articlepublished", "articlepublishedtime", "ogarticlepublishedtime", "ogpublishedtime",
    "datepublished", "rnewsdatepublished", "pubdate", "ogpubdate", "publishdate", "publisheddate",
    "publishedtime", "publishtime", "publishedat", "published", "firstpublished",
    "articlepublicationdate", "publicationdate", "originalpublicationdate", "parselypubdate",
    "sailthrudate", "cxenseparserecspublishtime", "cxenseparsepublishtime", "displaydate",
    "dcdateissued", "dcissued", "dctermsissued", "dctermsdateissued", "dcdatepublished",
    "citationpublicationdate", "citationonlinedate", "citationdate", "prismpublicationdate",
    "articledateoriginal", "datepublication", "releasedate", "daterelease", "dateissued",
})  # fmt: skip
# Systems write the last change, or the day of the file, under these names as well.
_CREATED = frozenset({
    "date", "dcdate", "dctermsdate", "dccreated", "dctermscreated", "dcdatecreated",
    "dctermsdatecreated", "articlecreated", "articledate", "creationdate", "created",
    "datecreated", "createddate", "createdat", "dcdateavailable", "dctermsavailable", "pagedate",
    "postdate", "docdate", "newsdate", "storydate",
})  # fmt: skip
_MODIFIED = frozenset({
    "articlemodified", "articlemodifiedtime", "ogarticlemodifiedtime", "ogupdatedtime",
    "datemodified", "lastmod", "lastmodified", "lastupdate", "lastupdated", "updatedtime",
    "dctermsmodified", "dcdatemodified", "dcmodified", "revised", "modified", "dateupdated",
})  # fmt: skip
_OPEN_GRAPH = "article:published_time"
_OPEN_GRAPH_MODIFIED = ("article:modified_time", "og:updated_time")
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_ANY_PUBLISHED = re.compile(r"publi(?:sh|cat|c_?date|e?d)?.*(?:date|time)|date.*publi")
_ANY_DATE = re.compile(r"(?<![a-z])(?:date|datum|fecha)(?![a-z])")
_NO_PUBLICATION = re.compile(
    r"modif|updat|expir|unpubl|end|copyright|valid|birth|event|start|review|accept|submit|format|"
    r"verif|captur|scrap|crawl|build|render|generat|deploy|cache|http"
)
# Types whose dates are those of a work, a comment or a firm and not of the page.
_NOT_THE_PAGE = frozenset({
    "Comment", "Review", "ImageObject", "Book", "Movie", "MusicAlbum", "MusicRecording", "Product",
    "Person", "Organization", "WebSite", "Event", "Offer", "Dataset", "SoftwareApplication",
    "VideoGame", "TVSeries", "Legislation", "Answer",
})  # fmt: skip
# `"publishDate": "2024-03-02T10:00"` in the data of a script or of an attribute.
_SCRIPTED = re.compile(
    r"""[Pp]ub(?:li|_?[Dd]ate)[\w.-]{0,30}\\{0,3}["']?\s{0,3}:\s{0,3}\\{0,3}["']([^"'\\]{8,40})"""
)
# What each match holds, and few scripts do.
_IN_SCRIPTED = ("ubli", "ubDate", "ubdate", "ub_Date", "ub_date")
_NO_KEY = re.compile(r"modif|updat|publisher|republi|unpubl|expir|last", re.IGNORECASE)
_TIMED_KEY = re.compile(
    r"date|time|publish(?:ed|ing)?_?(?:at|on|first)?\W|publication\W", re.IGNORECASE
)
_KEY = 30
_LONGEST_SCRIPT = 200_000
_MOST_SCRIPTS, _MOST_VALUES = 60, 40
_MOST_NODES = 200
_MOST_NAMES, _LONGEST_NAME = 500, 60


class StatedDates:
    """Candidates from the data of one page, the most trusted first."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def published(self) -> Iterator[Statement]:
        yield from _all("json-ld", 10, self._article("datePublished"))
        markup = self._document.markup
        yield from _all("microdata", 9, markup.itemprop("datePublished"))
        yield from _all("json-ld", 8, self._other_nodes())
        yield from _all("open-graph", 9, markup.meta(_OPEN_GRAPH))
        yield from _all("meta", 8, *self._named(_PUBLISHED))
        yield from _all("meta", 8, *self._parsely())
        yield from _all("meta", 4, *self._named(_CREATED))
        yield from _all("json-ld", 4, self._article("dateCreated"))
        yield from _all("microdata", 4, markup.itemprop("dateCreated"))

    def unnamed(self) -> Iterator[Statement]:
        """Give what stands under names that nobody agreed on."""
        yield from _all("meta", 6, *self._like(_ANY_PUBLISHED))
        yield from _all("meta", 4, *self._like(_ANY_DATE))

    def modified(self) -> Iterator[Statement]:
        yield from _all("json-ld", 10, self._article("dateModified"))
        yield from _all("microdata", 9, self._document.markup.itemprop("dateModified"))
        yield from _all("open-graph", 9, self._document.markup.meta(*_OPEN_GRAPH_MODIFIED))
        yield from _all("meta", 8, *self._named(_MODIFIED))

    def scripted(self) -> Iterator[Statement]:
        """Give what the scripts say, where all of them name one day."""
        scripts = self._document.elements.of("script")[:_MOST_SCRIPTS]
        data = (one.text for one in scripts if "ld+json" not in one.get("type", "")[:99])
        texts = (text[:_LONGEST_SCRIPT] for text in data if text)
        values = islice((value for text in texts for value in _scripted(text)), _MOST_VALUES)
        found: dict[str, list[str]] = {}
        for value in values:
            if moment := parse_date(value):
                found.setdefault(moment.iso[:10], []).append(value)
        if len(found) == 1:
            yield from _all("meta", 3, *max(found.values(), key=len))

    def _article(self, key: str) -> str | None:
        node = self._document.article_node
        return node.text(key) if node else None

    def _other_nodes(self) -> str | None:
        """Read the page's date where it describes itself as a page, a recipe, a video."""
        document = self._document
        stated = document.json_ld.page_date(document.url)
        if stated or document.article_node:
            return stated
        stated_days = map(_day, document.json_ld.nodes[:_MOST_NODES])
        found = {day[:10]: day for day in stated_days if day}
        return next(iter(found.values())) if len(found) == 1 else None

    def _named(self, names: frozenset[str]) -> list[str]:
        return [value for name, value in self._meta if _PUNCTUATION.sub("", name) in names]

    def _like(self, pattern: re.Pattern[str]) -> list[str]:
        return [
            value
            for name, value in self._meta
            if pattern.search(name) and not _NO_PUBLICATION.search(name)
        ]

    @cached_property
    def _meta(self) -> list[tuple[str, str]]:
        """The first value of each name that no rule of its own reads."""
        named = islice(self._document.markup.metadata.items(), _MOST_NAMES)
        own = (_OPEN_GRAPH, *_OPEN_GRAPH_MODIFIED)
        return [
            (name, values[0])
            for name, values in named
            if len(name) < _LONGEST_NAME and name not in own
        ]

    def _parsely(self) -> list[str]:
        page = self._document.markup.meta("parsely-page") or ""
        return list(islice(_scripted(page[:_LONGEST_SCRIPT]), 1))


def _day(node: Node) -> str | None:
    if node.secondary or not node.types.isdisjoint(_NOT_THE_PAGE):
        return None
    return node.date_published or node.text("uploadDate")


def _scripted(text: str) -> Iterator[str]:
    if not any(part in text for part in _IN_SCRIPTED):
        return
    for match in _SCRIPTED.finditer(text):
        before = text[max(0, match.start() - _KEY) : match.start()]
        key = re.split(r"[,{\s]", before)[-1] + text[match.start() : match.start(1)]
        if _TIMED_KEY.search(key) and not _NO_KEY.search(key):
            yield match[1]


def _all(source: Source, weight: int, *texts: str | None) -> Iterator[Statement]:
    for text in dict.fromkeys(texts):
        if text:
            yield Statement(source, text, weight)
