"""Who signed an article, by everything on the page that names them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice, takewhile

from lxml.etree import _Element as Element
from parsel import Selector

from newscrawler.items import Author, Source
from newscrawler.normalise.people import (
    agency_of,
    is_full_name,
    is_organisation,
    is_placeholder_name,
    split_names,
)
from newscrawler.normalise.text import clean_line, fold
from newscrawler.normalise.urls import host_of
from newscrawler.pages.article_head import ArticleHead, HeadLine
from newscrawler.pages.document import Document, element_line
from newscrawler.pages.headlines import site_label
from newscrawler.pages.markup import stands_elsewhere, words_of
from newscrawler.pages.structured import Contributor
from newscrawler.pages.vocabulary import AUTHOR_PATH, BYLINE, BYLINE_LABEL, DATE_START, SIGNED

AUTHOR_META = (
    "author", "article:author", "og:article:author", "article:author_name", "parsely-author",
    "sailthru.author", "cse_author", "dc.creator", "dcterms.creator", "byl", "authors",
    "twitter:misc:written by", "citation_author",
)  # fmt: skip
# Words of class names; `author-bio` and `author-image` say more than a name.
_SIGNING = frozenset({
    "author", "authors", "authorname", "byline", "bylines", "autor", "autoren", "autorin", "auteur",
    "auteurs", "autore", "autori", "autores", "writer", "writers", "reporter", "contributor",
    "contributors", "fn", "verfasser", "yazar", "redactor", "skribent", "forfatter",
})  # fmt: skip
_NOT_SIGNING = frozenset({
    "bio", "about", "count", "follow", "social", "share", "email", "role", "title", "desc",
    "description", "date", "time", "published", "updated", "credit", "photo", "caption", "category",
})  # fmt: skip
_LEVELS = 3
_READ_TEXT = ".//text()[not(parent::script or parent::style or parent::noscript)]"
# After `14:07 | `, and after a date: `Posted on March 2, 2024 by `.
_PARTS = re.compile(r"\s[|·•]\s|(?<=\d)\s+(?=(?:by|von|par|por)\s)")
_LONGEST_NAME = 5  # words
_CJK_NAME = 6  # characters, without blanks
# Before a single word that the page marks as a name, `von` is no part of it.
_NAMED = re.compile(r"^(?:von|vom|by|par|por|di|da|door|av|af)\s+(?=\S+$)", re.IGNORECASE)


class Authors:
    """Candidates for the authors of one page; `head` is what stands around its headline."""

    def __init__(
        self, document: Document, head: ArticleHead | None, site_names: Iterable[str]
    ) -> None:
        self._document = document
        self._head = head
        self._site_names = list(site_names)
        host = host_of(document.url)
        names = (*self._site_names, host, f"www.{host}", site_label(host))
        self._folded_names = {fold(name) for name in names}

    def candidates(self) -> Iterator[tuple[Source, list[Author]]]:
        """Give who signed, the surest source first; the site or a desk where no person did."""
        unsigned: list[tuple[Source, list[Author]]] = []
        for source, stated in self._sources():
            authors = self._contributors(stated)
            if authors and all(self._is_a_desk(author) for author in authors):
                unsigned.append((source, authors))
            else:
                yield source, authors
        yield from unsigned

    def _sources(self) -> Iterator[tuple[Source, Iterable[Contributor]]]:
        node, markup = self._document.article_node, self._document.markup
        yield "json-ld", node.authors if node else []
        yield "microdata", _unlinked(markup.itemprops("author"))
        for name in AUTHOR_META:
            yield "meta", _unlinked(markup.metas(name))
        yield from (("text", [byline]) for byline in self._labelled())
        yield from (("text", bylines) for bylines in self._signed())
        yield "text", self._bylines()

    def _labelled(self) -> Iterator[Contributor]:
        """Give the lines beside the headline that begin as bylines do and name somebody."""
        for lines in (self._head.below, self._head.above) if self._head else ():
            for place, line in enumerate(lines):
                byline, signed = _labelled_part(line.text), line
                if byline and BYLINE_LABEL.fullmatch(byline) and lines[place + 1 :]:
                    signed = lines[place + 1]
                    byline = signed.text
                if byline and self._names_somebody(byline):
                    yield Contributor(byline, _link_within(signed, byline), None)

    def _names_somebody(self, byline: str) -> bool:
        names = split_names(byline, site_names=self._site_names)
        return bool(names) and all(is_full_name(name) or is_organisation(name) for name in names)

    def _signed(self) -> Iterator[list[Contributor]]:
        """Give the lines beside the headline that a class or a link marks as a name."""
        if self._head is None:
            return
        for line in (*self._head.below, *self._head.above):
            if not _is_signed(line, self._head.around):
                continue
            name = line.text if _may_name(line.text) else line.pieces[0]
            if _are_names(line.pieces):
                yield _unlinked(line.pieces)
            elif _may_name(name):
                link = _link_of(Selector(root=line.element))
                yield [Contributor(_NAMED.sub("", name), link, None)]

    def _bylines(self) -> list[Contributor]:
        """Return the first byline, and those beside it that are marked like it."""
        found = [one for one in self._document.selector.css(BYLINE) if self._is_own(one)]
        alike = [one for one in found if _kin(one) == _kin(found[0])]
        lines = (_NAMED.sub("", _spaced(one)) for one in alike)
        links = map(_link_of, alike)
        return [Contributor(line, link, None) for line, link in zip(lines, links, strict=True)]

    def _is_own(self, byline: Selector) -> bool:
        shared = self._head.around if self._head else ()
        return not stands_elsewhere(byline.root, shared)

    def _contributors(self, stated: Iterable[Contributor]) -> list[Author]:
        """Return who signed; the site itself only where no person did."""
        named = [author for one in stated for author in self._named(*one)]
        others = [author for author in named if fold(author.name) not in self._folded_names]
        return others if any(author.type == "Person" for author in others) else named

    def _is_a_desk(self, author: Author) -> bool:
        is_desk = author.type == "Organization" and not agency_of(author.name)
        return is_desk or fold(author.name) in self._folded_names

    def _named(self, byline: str, url: str | None, kind: str | None) -> list[Author]:
        """Return the people and organisations that a byline names."""
        names = split_names(byline, site_names=self._site_names)
        named = (name for name in names if not DATE_START.match(name))
        real = [name for name in named if not is_placeholder_name(name)]
        page = self._document.absolute(url) if url and len(real) == 1 else None
        return [self._author(name, page, kind) for name in real]

    def _author(self, name: str, url: str | None, kind: str | None) -> Author:
        organised = kind in ("Organization", "NewsMediaOrganization") or is_organisation(
            name, self._site_names
        )
        return Author(name=name, url=url, type="Organization" if organised else "Person")


def _labelled_part(line: str) -> str | None:
    """Return the line from where its byline begins."""
    starts = (0, *(part.end() for part in _PARTS.finditer(line)))
    return next((line[start:] for start in starts if SIGNED.match(line[start:])), None)


def _is_signed(line: HeadLine, shared: Container[Element]) -> bool:
    element = line.element
    if element.tag == "a" and AUTHOR_PATH.search(element.get("href", "")):
        return True
    own = takewhile(lambda one: one not in shared, (element, *element.iterancestors()))
    words = [words_of(one) for one in islice(own, _LEVELS)]
    if not words or not _NOT_SIGNING.isdisjoint(words[0]):
        return False
    # What a box of authors holds besides them is no full name: sections, times, buttons.
    around = any(not _SIGNING.isdisjoint(found) for found in words[1:])
    return not _SIGNING.isdisjoint(words[0]) or (around and _are_names(line.pieces))


def _are_names(pieces: Iterable[str]) -> bool:
    return all(is_full_name(piece) or _is_unspaced_name(piece) for piece in pieces)


def _is_unspaced_name(text: str) -> bool:
    """Tell a name in a script without blanks and capitals."""
    return 1 < len(text) <= _CJK_NAME and text.isalpha() and text.upper() == text.lower()


def _may_name(line: str) -> bool:
    """Tell a byline of few words from a reading time, a count and a sentence."""
    words = line.split()
    return len(words) <= _LONGEST_NAME and not (len(words) > 1 and any(map(str.isdecimal, line)))


def _unlinked(names: Iterable[str]) -> list[Contributor]:
    return [Contributor(name, None, None) for name in names]


def _spaced(byline: Selector) -> str:
    """Join the texts inside with blanks, without a label in an element of its own."""
    pieces = [line for text in byline.xpath(_READ_TEXT).getall() if (line := clean_line(text))]
    is_label = len(pieces) > 1 and BYLINE_LABEL.fullmatch(f"{pieces[0]}:")
    return " ".join(pieces[1:] if is_label else pieces)


def _kin(byline: Selector) -> tuple[object, object, str | None]:
    element = byline.root
    return element.getparent(), element.tag, element.get("class")


def _link_within(line: HeadLine, byline: str) -> str | None:
    """Return the address behind a name of the byline."""
    named = ((element_line(link), link.get("href")) for link in line.element.iter("a"))
    return next((href for name, href in named if href and name and name in byline), None)


def _link_of(byline: Selector) -> str | None:
    return byline.css("a::attr(href)").get() or byline.xpath("ancestor-or-self::a/@href").get()
