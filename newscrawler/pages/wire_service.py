"""The wire service that a text came from, by what the page says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from lxml.etree import _Element as Element

from newscrawler.items import Article, Source
from newscrawler.normalise.agencies import agency_of, is_agency
from newscrawler.normalise.agency_sites import agency_at
from newscrawler.normalise.credits import closing_credit, credited, stated_service
from newscrawler.normalise.text import fold
from newscrawler.pages.class_names import ClassWords
from newscrawler.pages.document import Document, text_of, word_count
from newscrawler.pages.markup import is_elsewhere

# What names the source of a text, and not that of a picture.
_METAS = (
    "source", "article:source", "news_source", "dc.source", "dcterms.source", "dcterms.provenance",
    "copyright", "dc.rights", "dcterms.rightsholder", "article:author", "dc.creator",
)  # fmt: skip
_LINKS = ("syndication-source", "original-source", "canonical")
_CREDIT_CLASS = ClassWords.of(
    r"sources?|agency|agencies|agencia|agenzia|agence|agentur|author|autor|byline|credits?|quelle|"
    r"fuente|fonte|kilde|zdroj|zrodlo|bron|firma|signature|wire|provider"
)
_PICTURE_CLASS = ClassWords.of(
    r"photos?|fotos?|images?|img|pictures?|bild(?:er)?|caption|figure|figcaption|media|"
    r"thumb(?:nail)?|gallery|video|hero|teaser|related|card|footer|nav|menu"
)
_ELSEWHERE = frozenset({"figure", "figcaption", "nav", "footer", "aside", "form"})
# Elements looked at, and levels around each: pages have a dozen of them.
_MOST_CREDITS = 60
_LEVELS = 5
_LONGEST_CREDIT = 120
# Links looked at in a box, and paragraphs of a text.
_MOST_LINKS, _PARAGRAPHS = 20, 3
# Paragraphs at the end of a text among which its credit stands.
_LAST = 3


class WireService:
    """What the page of an article says of the source of its text, the surest first."""

    def __init__(self, document: Document, article: Article) -> None:
        self.document, self.article = document, article

    def choose(self) -> tuple[str, Source] | None:
        """Return the name of the service and where it stood.

        A service is not the source of what it publishes itself, nor a site of its own text,
        unless the dateline says so.
        """
        signed = ("text", self._dateline())
        return next(
            (
                (name, at)
                for at, name in self._candidates()
                if name and ((at, name) == signed or not self._is_own(name))
            ),
            None,
        )

    def _candidates(self) -> Iterator[tuple[Source, str | None]]:
        article, node = self.article, self.document.article_node
        yield "json-ld", stated_service(node.text("sourceOrganization") or "") if node else None
        yield "text", self._dateline()
        signed = (article.provenance or {}).get("authors", "text")
        yield from ((signed, agency_of(author.name)) for author in article.authors or [])
        yield from (("text", name) for name in self._closing())
        metas = (value for name in _METAS for value in self.document.markup.metas(name))
        yield from (("meta", credited(value, self._own_names)) for value in metas)
        yield from (("text", credited(line, self._own_names)) for line in self._marked())
        yield from (("meta", name) for name in self._addresses())

    def _dateline(self) -> str | None:
        dateline = self.article.dateline
        return _of_dateline(dateline.source) if dateline and dateline.source else None

    def _closing(self) -> Iterator[str | None]:
        """Give what the last paragraphs credit; a note or a video's title may stand behind it."""
        lines = (self.article.body or "").split("\n\n")[: -_LAST - 1 : -1]
        yield from (closing_credit(line, self._own_names) for line in lines)

    def _marked(self) -> Iterator[str]:
        """Give the short texts whose class says that they name a source."""
        classes = self.document.surroundings.class_names
        for element in islice(classes.elements(_CREDIT_CLASS), _MOST_CREDITS):
            if _is_of_the_text(element):
                text = text_of(element)
                if len(text) <= _LONGEST_CREDIT:
                    yield text

    def _addresses(self) -> Iterator[str | None]:
        markup = self.document.markup
        stated = [markup.link(rel) or markup.meta(rel) for rel in _LINKS]
        found = (self.document.absolute(one) for one in (*stated, markup.meta("og:url")) if one)
        yield from (agency_at(url) for url in found if url)

    @cached_property
    def _own_names(self) -> frozenset[str]:
        publisher = self.article.publisher
        names = (publisher.name or "", publisher.domain) if publisher else ()
        return frozenset(fold(name) for name in names if name)

    def _is_own(self, name: str) -> bool:
        """Tell the site's own name, or that of the service whose site it is."""
        if agency_at(self.article.url) == name:
            return True
        key = _letters(name)
        labels = [_letters(one) for one in self._own_names]
        labels += [label for one in self._own_names for label in one.split(".")[:-1]]
        if is_agency(name):
            return key in labels
        return any(len(label) > 3 and (key in label or label in key) for label in labels)


def _of_dateline(source: str) -> str | None:
    """Return a known service, or the name of another that stands there; a date is none."""
    return agency_of(source) or (None if any(map(str.isdigit, source)) else source)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))


def _is_of_the_text(element: Element) -> bool:
    """Tell the credit of this article from those of pictures and of the articles beside it."""
    if is_elsewhere(element):
        return False
    around = list(islice((element, *element.iterancestors()), _LEVELS))
    if any(one.tag in _ELSEWHERE or _PICTURE_CLASS.search(one.get("class", "")) for one in around):
        return False
    for box in around[: _LEVELS - 1]:
        if box.find(".//h1") is not None or len(box.findall("p")) >= _PARAGRAPHS:
            return True
        if box.tag == "li" or any(map(_is_headline, islice(box.iter("a"), _MOST_LINKS))):
            return False
    return True


def _is_headline(link: Element) -> bool:
    return word_count(text_of(link)) >= 4
