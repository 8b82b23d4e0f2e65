"""The general rules: what a page says about itself in the forms that all publishers share.

Each rule gives candidates with where they stood, the most trusted first: JSON-LD,
microdata, Open Graph, meta, then the visible text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, islice
from typing import TypeAlias, TypeVar

from newscrawler.items import Author, Image, Source
from newscrawler.normalise.keywords import clean_keywords, telling_keywords
from newscrawler.normalise.language_detection import LONGEST, language_of
from newscrawler.normalise.languages import language_tag
from newscrawler.normalise.passing import is_passing
from newscrawler.normalise.text import fold, unique
from newscrawler.normalise.urls import host_of
from newscrawler.pages.article_head import ArticleHead, texts_in
from newscrawler.pages.authors import Authors
from newscrawler.pages.body import paragraphs
from newscrawler.pages.document import Document, word_count
from newscrawler.pages.figures import figure_images
from newscrawler.pages.headlines import CUT_OFF, Headlines
from newscrawler.pages.marks import Marks
from newscrawler.pages.nodes import truth_of
from newscrawler.pages.publication_dates import PublicationDates
from newscrawler.pages.sections import Sections
from newscrawler.pages.tags import VisibleTags
from newscrawler.pages.vocabulary import (
    BREADCRUMBS_CLASS,
    HOME,
    STANDFIRST,
)

Value = TypeVar("Value")
Candidates: TypeAlias = Iterator[tuple[Source, Value | None]]

KEYWORDS_META = (
    "news_keywords", "keywords", "custom-keywords", "parsely-tags", "sailthru.tags", "dc.subject",
)  # fmt: skip
NO_PICTURE = re.compile(
    # `default` only as a file's name: Drupal keeps its pictures under `/sites/default/`.
    r"(?:\b|_)(?:logo|placeholder|(?<!car-)sharing|share-?card|default(?=[^/]*$))(?:\b|_)",
    re.IGNORECASE,
)
# Boxes of breadcrumbs, and steps in one.
_BOXES, _MOST_STEPS = 4, 12
# Texts of a standfirst, with its links.
_STANDFIRST_PIECES = 40
_LONGEST_STANDFIRST = 2000  # characters
# Fewer words in fewer paragraphs are a teaser, a caption or a notice.
_ARTICLE_WORDS = 60
# A page has one standfirst; one that marks more of them is made to keep a program busy.
_MOST_MARKED = 1_000


class GeneralRules:
    """Candidates for each field of an article page, found by rules that hold anywhere."""

    def __init__(self, document: Document, *, site_name: str | None = None) -> None:
        self.document = document
        self.node = document.article_node
        self.markup = document.markup
        self._site_name = site_name
        self.marks = Marks(document.elements, document.surroundings.class_names)

    @cached_property
    def site_name(self) -> str | None:
        node = self.node
        return (
            self._site_name
            or (node.publisher_name if node else None)
            or self.markup.meta("og:site_name", "application-name")
        )

    def site_names(self) -> list[str]:
        stated = (self.site_name, self.markup.meta("og:site_name"), host_of(self.document.url))
        return [name for name in stated if name]

    @cached_property
    def headlines(self) -> Headlines:
        return Headlines(self.document, self.site_names())

    def headline(self) -> Candidates[str]:
        yield from self._headlines

    def headings(self) -> list[str]:
        """Return the page's main headings, the surest first, without the site's name."""
        return [one.line for one in self.headlines.headings]

    @cached_property
    def _headlines(self) -> list[tuple[Source, str | None]]:
        return list(self.headlines.candidates())

    def is_standfirst(self, line: str) -> bool:
        """Tell whether the page keeps `line` apart as its standfirst."""
        key = fold(line)
        stated = (self.markup.itemprop(name) for name in ("description", "alternativeHeadline"))
        marked = (text for text, tag in self._standfirsts if tag in ("p", "h2", "div"))
        return any(fold(text) == key for text in (*filter(None, stated), *marked))

    def alternative_headline(self) -> Candidates[str]:
        yield "json-ld", self.node.alternative_headline if self.node else None
        yield "microdata", self.markup.itemprop("alternativeHeadline")

    def description(self) -> Candidates[str]:
        for source, stated in self._descriptions():
            whole = self._standfirst_of(stated) if stated else None
            yield "text" if whole else source, whole or stated

    def _descriptions(self) -> Candidates[str]:
        yield "json-ld", self.node.description if self.node else None
        yield "microdata", self._marked_description()
        yield "open-graph", self.markup.meta("og:description")
        yield "meta", self.markup.meta("description", "twitter:description", "dc.description")

    def _marked_description(self) -> str | None:
        """Return what is marked as the description, without the boxes that stand in its element.

        Some templates mark the whole text as one.
        """
        stated = self.markup.itemprop("description") or ""
        element = next(iter(self.markup.itemprop_elements("description")), None)
        if element is not None and "content" not in element.attrib and len(element):
            lines = (line for line in paragraphs(element) if not is_passing(line))
            stated = " ".join(lines) or stated
        return stated if 0 < len(stated) <= _LONGEST_STANDFIRST else None

    def _standfirst_of(self, stated: str) -> str | None:
        """Return the printed standfirst of which a statement is only the start."""
        if len(stated) > _LONGEST_STANDFIRST or not stated.endswith(CUT_OFF):
            return None
        start = fold(stated.rstrip(".… "))
        lines = (line for line, _ in self._standfirsts)
        return next((line for line in lines if fold(line).startswith(start)), None)

    @cached_property
    def _standfirsts(self) -> list[tuple[str, str]]:
        """The lines that the page marks as standfirsts, with the tags of their elements."""
        marked = self.document.surroundings.class_names.elements(STANDFIRST)[:_MOST_MARKED]
        lines = ((" ".join(texts_in(one, _STANDFIRST_PIECES)), str(one.tag)) for one in marked)
        return [(line, tag) for line, tag in lines if 0 < len(line) <= _LONGEST_STANDFIRST]

    @cached_property
    def dates(self) -> PublicationDates:
        language = next((tag for _, tag in self.language() if tag), None)
        return PublicationDates(self.document, self.head, language)

    def date_published(self) -> Candidates[str]:
        yield from ((one.source, one.text) for one in self.dates.published)

    def date_modified(self) -> Candidates[str]:
        yield from ((one.source, one.text) for one in self.dates.modified())

    @cached_property
    def head(self) -> ArticleHead | None:
        """The lines around the headline, where it is printed."""
        heading = self.headlines.element
        return ArticleHead(heading) if heading is not None else None

    def authors(self) -> Candidates[list[Author]]:
        found = Authors(self.document, self.head, self.site_names(), self.marks)
        yield from found.candidates(doubt_item=self.headlines.item_is_of_another)

    @cached_property
    def tags(self) -> VisibleTags:
        return VisibleTags(self.marks, self.head)

    def section(self) -> Candidates[str]:
        yield from Sections(self.document, self.marks, self.tags).candidates()

    def breadcrumbs(self) -> Candidates[list[str]]:
        yield "json-ld", self._below_home(self.document.json_ld.breadcrumbs)
        yield "text", self._below_home(self._trail())

    def _trail(self) -> Iterator[str]:
        """Give the names of the links in the page's breadcrumbs."""
        boxes = self.marks.of_class(BREADCRUMBS_CLASS) or self.marks.labelled("readcrumb")
        links = [link for box in boxes[:_BOXES] for link in islice(box.iter("a"), _MOST_STEPS)]
        links += self.marks.properties("BreadcrumbList", "name") if not links else []
        for link in dict.fromkeys(links):
            if line := " ".join(texts_in(link, _MOST_STEPS)):
                yield line

    def _below_home(self, trail: Iterable[str]) -> list[str]:
        """Leave out the front page and the article itself."""
        headlines = {fold(text) for _, text in self.headline() if text}
        home = {*HOME, *map(fold, self.site_names())}
        return unique(step for step in trail if fold(step) not in home | headlines)

    def keywords(self) -> Candidates[list[str]]:
        """Give the keywords; one that only repeats the section says less than any others."""
        last: list[tuple[Source, list[str]]] = []
        for source, stated in self._keywords():
            words = self._without_noise(stated)
            if len(words) == 1 and fold(words[0]) in self._sections:
                last.append((source, words))
            else:
                yield source, words
        yield from last

    @cached_property
    def _sections(self) -> set[str]:
        return {fold(text) for _, text in self.section() if text}

    def _keywords(self) -> Iterator[tuple[Source, list[str]]]:
        visible, meta = self.tags, self.markup.meta
        yield "text", visible.marked()
        yield "json-ld", clean_keywords(self.node.keywords if self.node else [])
        yield "open-graph", clean_keywords(self.markup.metas("article:tag"))
        yield "meta", clean_keywords([meta(*KEYWORDS_META) or ""])
        yield "text", visible.linked()

    def _without_noise(self, words: list[str]) -> list[str]:
        # A headline of one word may be what the article is about.
        headlines = [text for _, text in self.headline() if text and " " in text]
        return telling_keywords(words, [*self.site_names(), *headlines])

    def language(self) -> Candidates[str]:
        yield "meta", language_tag(self.markup.html_lang or "")
        yield "json-ld", language_tag((self.node.language if self.node else None) or "")
        yield "open-graph", language_tag(self.markup.meta("og:locale") or "")
        yield "meta", language_tag(self.markup.meta("content-language", "dc.language") or "")
        yield "text", self._spoken

    @cached_property
    def _spoken(self) -> str | None:
        texts = (self._beginning(css) for css in ("p", "body"))
        return next((language for text in texts if (language := language_of(text))), None)

    def _beginning(self, css: str) -> str:
        """Join the first lines, as many as are needed to tell their language."""
        lines: list[str] = []
        length = 0
        for line in self.document.each_line(css):
            lines.append(line)
            length += len(line) + 1
            if length > LONGEST:
                break
        return " ".join(lines)

    def images(self) -> Candidates[list[Image]]:
        yield "text", list(figure_images(self.document))
        yield "json-ld", self._pictures()
        yield "open-graph", self._image(self.markup.meta("og:image", "og:image:url"))
        yield "meta", self._image(self.markup.meta("twitter:image", "twitter:image:src"))

    def _pictures(self) -> list[Image]:
        stated = self.node.images if self.node else []
        found = ((self.document.absolute(one.url), one) for one in stated)
        return [
            Image(url=url, caption=one.caption, credit=one.credit)
            for url, one in found
            if url and not NO_PICTURE.search(url)
        ]

    def _image(self, address: str | None) -> list[Image]:
        """Return the picture for social networks, unless it is the site's own card or logo."""
        url = self.document.absolute(address) if address else None
        return [Image(url=url)] if url and not NO_PICTURE.search(url) else []

    def is_accessible_for_free(self) -> Candidates[bool]:
        yield "json-ld", self.node.is_accessible_for_free if self.node else None
        parts = self.node.nodes("hasPart") if self.node else []
        stated = [part.is_accessible_for_free for part in parts]
        yield "json-ld", False if False in stated else None
        yield "microdata", truth_of(self.markup.itemprop("isAccessibleForFree"))
        tier = (self.markup.meta("article:content_tier") or "").casefold()
        yield "open-graph", {"free": True, "locked": False, "metered": False}.get(tier)

    def short_url(self) -> Candidates[str]:
        yield "meta", self.document.absolute(self.markup.link("shortlink") or "")

    def comment_count(self) -> Candidates[int]:
        yield "json-ld", self.node.comment_count if self.node else None

    def source_organization(self) -> Candidates[str]:
        yield "json-ld", self.node.text("sourceOrganization") if self.node else None

    def is_article(self) -> bool:
        """Tell whether the page states that it is an article, or has the text of one."""
        if self.node or self.markup.meta("og:type") == "article":
            return True
        if self.markup.itemprop("articleBody") or self.markup.itemprop("headline"):
            return True
        if not any(self.document.each_line("h1")):
            return False
        counts = map(word_count, self.document.each_line("article p, main p"))
        return any(words >= _ARTICLE_WORDS for words in accumulate(counts))
