"""Who signed an article, by everything on the page that names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from itertools import islice, pairwise, takewhile
from typing import cast

from lxml.etree import _Element as Element

from newscrawler.items import Author, Source
from newscrawler.normalise.byline_words import CONJUNCTION
from newscrawler.normalise.people import (
    agency_of,
    is_full_name,
    is_organisation,
    is_placeholder_name,
    split_names,
)
from newscrawler.normalise.text import clean_line, fold
from newscrawler.normalise.urls import host_of
from newscrawler.pages.article_head import ArticleHead, HeadLine, texts_in
from newscrawler.pages.document import Document, word_count
from newscrawler.pages.headlines import site_label
from newscrawler.pages.markup import is_elsewhere, words_of
from newscrawler.pages.marks import MAX_ANCESTORS, Marks, Standing
from newscrawler.pages.signatures import (
    ALL_POSTS,
    AUTHOR_BOX_CLASS,
    AUTHOR_PATH,
    BYLINE_CLASS,
    BYLINE_LABEL,
    NO_NAME,
    PERSON_CLASS,
    POSTED_BY,
    SIGNED,
    SIGNED_BELOW,
)
from newscrawler.pages.structured import Contributor
from newscrawler.pages.vocabulary import DATE_START

AUTHOR_META = (
    "author", "article:author", "og:article:author", "article:author_name", "parsely-author",
    "sailthru.author", "cse_author", "dc.creator", "dcterms.creator", "byl", "authors",
    "twitter:misc:written by", "citation_author", "shareaholic:article_author_name",
)  # fmt: skip
# Words of class names; `author-bio` and `author-image` say more than a name.
_SIGNING = frozenset({
    "author", "authors", "authorname", "byline", "bylines", "autor", "autoren", "autorin", "auteur",
    "auteurs", "autore", "autori", "autores", "writer", "writers", "reporter", "contributor",
    "contributors", "fn", "verfasser", "yazar", "redactor", "skribent", "forfatter", "username",
})  # fmt: skip
_NOT_SIGNING = frozenset({
    "bio", "about", "count", "follow", "social", "share", "email", "role", "title", "desc",
    "description", "credit", "photo", "caption", "category",
})  # fmt: skip
# A box of both the name and the date.
_DATING = frozenset({"date", "time", "published", "updated"})
_LEVELS = 3
# After `14:07 | `, and after a date: `Posted on March 2, 2024 by `.
_PARTS = re.compile(
    r"\s[|·•]\s|(?<=\d)\s+(?=(?:by|von|par|por)\s)|\s(?=(?:autor(?:in)?|author)\s?:)", re.I
)
_BEFORE_DATE = re.compile(r"\s[|·•–-]\s(?=.*\d)|,\s(?=\d)")
_AUTHOR_LINKS = " or ".join(
    f"contains(@href, '/{part}')"
    for part in ("aut", "people/", "person", "profil", "redakt", "journalist", "user", "member",
                 "staff/", "contributor", "reporter", "columnist", "firmas", "by/")
)  # fmt: skip
_LONGEST_NAME = 5  # words
_LONGEST_BYLINE = 24  # words
_MOST_SIGNED = 40  # elements of one byline
_MOST_PIECES = 40
_LONGEST_LINE = 100  # characters
_CJK_NAME = 6  # characters, without blanks
_PRINTED = (
    "(//body//text())[position() <= 10000]"
    "[not(parent::script or parent::style or parent::noscript)]"
)
_LONGEST_STATED = 2000  # characters
# Before a single word that the page marks as a name, `von` is no part of it.
_NAMED = re.compile(r"^(?:von|vom|by|par|por|di|da|door|av|af)\s*:?\s+(?=\S+$)", re.I)
_LABEL_AT_END = re.compile(r"(?:^|[\s|·,(–-])(?:by|von|par|por|door|przez|escrito por)\s?:?$", re.I)
_NO_AUTHOR = re.compile(r"(?:quelle|source|fuente|fonte|foto|photo|bild|image)s?\s?:", re.I)
_INITIALS = 4  # letters of `LN`, `FAZ`
_LOGIN = re.compile(r"[a-z]+[._]?[a-z]*\d*(?<=[._\d])[a-z]*")
# A box of what is known of an article; a link in it leads to its section.
_META = frozenset(
    {"meta", "info", "details", "postmeta", "subline", "submitted", "dateline", "date"}
)
_PICTURING = frozenset({
    "image", "photo", "foto", "bild", "picture", "caption", "credit", "figure", "media", "avatar",
})  # fmt: skip
# So many bylines of one class, apart from one another, are those of a list of articles.
_CARDS = 3


class Authors:
    """Candidates for the authors of one page; `head` is what stands around its headline."""

    def __init__(
        self, document: Document, head: ArticleHead | None, site_names: Iterable[str], marks: Marks
    ) -> None:
        self._document = document
        self._head = head
        self._marks = marks
        self._elsewhere = Standing(is_elsewhere, head.around if head else ())
        self._site_names = list(site_names)
        host = host_of(document.url)
        self._label = site_label(host)
        names = (*self._site_names, host, f"www.{host}", self._label, host.replace(".", ""))
        self._folded_names = {fold(name) for name in names}

    def candidates(self, *, doubt_item: bool = False) -> Iterator[tuple[Source, list[Author]]]:
        """Give who signed, the surest source first; the site or a desk where no person did.

        `doubt_item` says that the page's microdata may be of another article.
        """
        unsigned: list[tuple[Source, list[Author]]] = []
        for sources in (self._sources(), self._faint()):
            for source, stated in sources:
                authors = self._contributors(stated)
                is_doubted = source == "microdata" and doubt_item
                if authors and (is_doubted or all(self._is_weak(one, source) for one in authors)):
                    unsigned.append((source, authors))
                else:
                    yield source, authors
            # An organisation that is stated for this article goes before a name far from it.
            yield from (one for one in unsigned if one[0] == "json-ld")
        yield from unsigned

    def _sources(self) -> Iterator[tuple[Source, Iterable[Contributor]]]:
        node, markup = self._document.article_node, self._document.markup
        yield "json-ld", node.authors if node else []
        yield "microdata", _unlinked(markup.itemprops("author"))
        for name in AUTHOR_META:
            yield "meta", _unlinked(markup.metas(name))
        yield "text", self._linked()
        yield "text", self._bylines(self._marks.of_class(BYLINE_CLASS), beside=True)
        yield from (("text", [byline]) for byline in self._labelled())
        yield from (("text", bylines) for bylines in self._signed())

    def _faint(self) -> Iterator[tuple[Source, Iterable[Contributor]]]:
        """Give who is named farther from the headline, or without a mark."""
        yield "text", self._bylines(self._marks.of_class(BYLINE_CLASS))
        yield "text", self._by_path()
        yield from (("text", [name]) for name in self._unlabelled())
        yield "text", self._portrait()
        yield "text", self._below()

    def _linked(self) -> list[Contributor]:
        """Return whom a link or hAtom names as the author; what they show may be a login."""
        linked = [one for one in self._marks.related if "author" in one.get("rel", "").split()]
        persons = [one for one in self._marks.of_class(PERSON_CLASS) if _is_of_author(one)]
        return self._bylines(linked) or self._bylines(persons)

    def _labelled(self) -> Iterator[Contributor]:
        """Give the lines beside the headline that begin as bylines do and name somebody."""
        for lines in (self._head.below, self._head.above) if self._head else ():
            for place, line in enumerate(lines):
                named, byline = line, _labelled_part(line.text.lstrip("-–—•· "))
                if byline and BYLINE_LABEL.fullmatch(byline) and lines[place + 1 :]:
                    named = lines[place + 1]
                    byline = named.text
                if byline and self._names_somebody(byline):
                    names = split_names(byline, site_names=self._site_names)
                    yield Contributor(byline, _link_named(named.element, names), None)
                elif login := _login(line):
                    yield Contributor(login, _link_named(line.element, [login]), None)

    def _names_somebody(self, byline: str) -> bool:
        names = split_names(byline, site_names=self._site_names)
        return bool(names) and all(is_full_name(name) or is_organisation(name) for name in names)

    def _signed(self) -> Iterator[list[Contributor]]:
        """Give the lines beside the headline that a class or a link marks as a name."""
        if self._head is None:
            return
        for line in (*self._head.below, *self._head.above):
            if not self._is_signed(line, self._head.around):
                continue
            name = line.text if _may_name(line.text) else line.pieces[0]
            if _are_names(line.pieces):
                yield _unlinked(line.pieces)
            elif self._is_person(line.pieces[0]):
                link = _link_of(line.element)
                yield [Contributor(line.pieces[0], link, None)]
            elif _may_name(name):
                yield [Contributor(_NAMED.sub("", name), _link_of(line.element), None)]
            elif not _DATING.isdisjoint(words_of(line.element)):
                yield _unlinked([line.text])

    def _is_signed(self, line: HeadLine, shared: Container[Element]) -> bool:
        element = line.element
        if not _PICTURING.isdisjoint(words_of(element)):
            return False
        if element.tag == "a" and AUTHOR_PATH.search(element.get("href", "")):
            return True
        own = takewhile(lambda one: one not in shared, (element, *element.iterancestors()))
        words = [words_of(one) for one in islice(own, _LEVELS)]
        if not words or not _NOT_SIGNING.isdisjoint(words[0]):
            return False
        if any(one in _SIGNING or one.startswith(("author", "autor")) for one in words[0]):
            return _DATING.isdisjoint(words[0]) or self._names_somebody(line.text)
        # What a box of authors holds besides them is no full name: sections, times, buttons.
        around = any(not _SIGNING.isdisjoint(found) for found in words[1:])
        return around and _DATING.isdisjoint(words[0]) and _are_names(line.pieces)

    def _bylines(self, marked: list[Element], *, beside: bool = False) -> list[Contributor]:
        """Return the first byline, of those beside the headline or of all, and its like."""
        own = [one for one in marked if self._is_own(one)]
        lines = ((one, _NAMED.sub("", _byline(one))) for one in own)
        signing = [(one, line) for one, line in lines if line and self._may_sign(line)]
        cards = Counter(name for name, _ in {(_marks_of(one), line) for one, line in signing})
        found = [it for it in signing if cards[_marks_of(it[0])] < _CARDS or self._is_near(it[0])]
        first = next((one for one, _ in found if not beside or self._is_near(one)), None)
        if first is None:
            return []
        levels = _LEVELS if self._is_near(first) else _LEVELS - 1
        alike = [it for it in found if _are_kin(first, it[0], levels)][:_MOST_SIGNED]
        return [Contributor(line, _link_of(one), None) for one, line in alike]

    def _may_sign(self, line: str) -> bool:
        """Tell a name and a login from a reading time and a count."""
        names = split_names(line, site_names=self._site_names)
        return not any(" " in name and any(map(str.isdecimal, name)) for name in names)

    def _is_own(self, byline: Element) -> bool:
        head = self._head
        if head and head.is_before(byline) and not head.shares_article(byline):
            return False
        if byline in self._elsewhere or not _PICTURING.isdisjoint(words_of(byline)):
            return False
        around = (byline, *islice(byline.iterancestors(), MAX_ANCESTORS))
        return not any(one.tag in ("h1", "figure", "figcaption") for one in around)

    def _is_near(self, byline: Element) -> bool:
        return any(one in self._beside for one in islice(byline.iter(), _MOST_PIECES))

    @cached_property
    def _beside(self) -> frozenset[Element]:
        lines = (*self._head.below, *self._head.above) if self._head else ()
        return frozenset(line.element for line in lines)

    def _unlabelled(self) -> Iterator[Contributor]:
        """Give the full names that stand alone in the box with the date, and lead nowhere."""
        for line in (*self._head.below, *self._head.above) if self._head else ():
            boxes = [line.element, *islice(line.element.iterancestors(), _LEVELS)]
            words: set[str] = set().union(*map(words_of, boxes))
            is_link = any(one.tag == "a" for one in boxes)
            name = _BEFORE_DATE.split(line.pieces[0].strip("-–— "))[0]
            if not is_link and not _META.isdisjoint(words) and self._is_person(name):
                yield Contributor(name, None, None)

    def _by_path(self) -> list[Contributor]:
        """Return whose pages the article links to."""
        links = self._marks.links(_AUTHOR_LINKS)
        paths = (one for one in links if AUTHOR_PATH.search(one.get("href", "")))
        return self._bylines([one for one in paths if self._is_of_site(one.get("href", ""))])

    def _is_of_site(self, href: str) -> bool:
        """Tell a page of the site from an account elsewhere."""
        url = self._document.absolute(href)
        return url is not None and site_label(host_of(url)) == self._label

    def _portrait(self) -> list[Contributor]:
        """Return whom the box about the author names first."""
        boxes = (one for one in self._marks.of_class(AUTHOR_BOX_CLASS) if self._is_own(one))
        for box in islice(boxes, _LEVELS):
            lines = (ALL_POSTS.sub("", line) for line in texts_in(box, _LONGEST_NAME))
            name = next((line for line in lines if self._is_person(line)), None)
            if name:
                return [Contributor(name, _link_named(box, [name]), None)]
        return []

    def _is_person(self, line: str) -> bool:
        return is_full_name(line) and not is_organisation(line, self._site_names)

    def _below(self) -> list[Contributor]:
        """Return who is named behind a label anywhere in the text of the page."""
        texts = self._document.root.xpath(_PRINTED, smart_strings=False)
        filled = (one for one in cast("list[str]", texts) if not one.isspace())
        labelled = (
            clean_line(f"{text} {after[:_LONGEST_LINE]}" if text.rstrip()[-1] in ":：" else text)
            for text, after in pairwise((*filled, ""))
            if len(text) <= _LONGEST_LINE and (":" in text or "：" in text)
        )
        found = map(SIGNED_BELOW.fullmatch, labelled)
        names = (one["name"] for one in found if one)
        return next((_unlinked([name]) for name in names if self._names_somebody(name)), [])

    def _contributors(self, stated: Iterable[Contributor]) -> list[Author]:
        """Return who signed; the site itself only where no person did."""
        named = [author for one in islice(stated, _MOST_SIGNED) for author in self._named(*one)]
        others = [author for author in named if not self._is_the_site(author.name)]
        return others if any(author.type == "Person" for author in others) else named

    def _is_weak(self, author: Author, source: Source) -> bool:
        """Tell a desk, the site and what a system calls somebody from a signature."""
        name = author.name
        is_desk = author.type == "Organization" and not agency_of(name)
        initials = name.isupper() and len(name) <= _INITIALS and not agency_of(name)
        is_of_system = source != "text" and (initials or bool(_LOGIN.fullmatch(name)))
        return is_desk or is_of_system or self._is_the_site(name)

    def _is_the_site(self, name: str) -> bool:
        """Tell the name of the site, also with an article (`The Tide`, tide.example)."""
        key = fold(name)
        return key in self._folded_names or "".join(key.split()[1:]) == self._label

    def _named(self, byline: str, url: str | None, kind: str | None) -> list[Author]:
        """Return the people and organisations that a byline names."""
        line = ALL_POSTS.sub("", byline[:_LONGEST_STATED])
        names = [] if NO_NAME.search(line) else split_names(line, site_names=self._site_names)
        named = (one for one in names if not (DATE_START.match(one) or _NO_AUTHOR.match(one)))
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


def _login(line: HeadLine) -> str | None:
    """Return what is named behind a label, whatever it looks like: `Posted by ana84 under`."""
    if word_count(line.text) > _LONGEST_BYLINE // 2:
        return None
    for label, name in pairwise(line.pieces):
        if _LABEL_AT_END.search(label) and _may_name(name) and not name[0].isdecimal():
            return name.strip(" ,|·")
    found = POSTED_BY.match(line.text) if len(line.pieces) == 1 else None
    return found["name"] if found and not found["name"][0].isdecimal() else None


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


def _byline(marked: Element) -> str:
    """Join the texts inside with blanks, without a label in an element of its own."""
    pieces = texts_in(marked, _MOST_PIECES)
    is_label = len(pieces) > 1 and BYLINE_LABEL.fullmatch(f"{pieces[0]}:")
    line = _names_among(pieces[1:] if is_label else pieces)
    if word_count(line) > _LONGEST_BYLINE or NO_NAME.search(line):
        return ""
    line = ALL_POSTS.sub("", line)
    return _labelled_part(line) or line


def _names_among(pieces: list[str]) -> str:
    """Join the pieces of a byline; beside full names the rest is roles, times and buttons."""
    persons = [piece for piece in pieces if _is_name(piece)]
    if not persons or any(CONJUNCTION.search(f" {one} ") or SIGNED.match(one) for one in pieces):
        return " ".join(pieces)
    return ", ".join(persons)


def _is_name(piece: str) -> bool:
    """Tell a full name from a label, a desk and a button."""
    is_label = SIGNED.match(piece) or _LABEL_AT_END.search(piece) or NO_NAME.search(piece)
    is_desk = is_organisation(piece) and not agency_of(piece)
    return is_full_name(piece) and not is_label and not is_desk


def _is_of_author(person: Element) -> bool:
    """Tell the author of a page in hAtom from others whom it names (commenters, editors)."""
    around = [person, *islice(person.iterancestors(), _LEVELS)]
    words: set[str] = set().union(*map(words_of, around))
    return not {"vcard", "author"}.isdisjoint(words) and "comment" not in words


def _marks_of(byline: Element) -> tuple[str | None, str | None]:
    parent = byline.getparent()
    return byline.get("class"), parent.get("class") if parent is not None else None


def _are_kin(one: Element, other: Element, levels: int) -> bool:
    """Tell what is marked alike and stands in one small box."""
    around = islice(one.iterancestors(), levels)
    boxes = {box for box in around if box.tag not in ("html", "body", "main", "article")}
    inside = islice(other.iterancestors(), levels)
    alike = (one.tag, one.get("class")) == (other.tag, other.get("class"))
    return alike and (one.getparent() is other.getparent() or not boxes.isdisjoint(inside))


def _link_named(element: Element, names: Container[str]) -> str | None:
    """Return where the link leads whose text is one of the names."""
    links = islice(element.iter("a"), _MOST_SIGNED)
    texts = ((" ".join(texts_in(it, _MOST_PIECES)), it) for it in links)
    return next((link.get("href") for text, link in texts if text in names), None)


def _link_of(byline: Element) -> str | None:
    around = (one for one in islice(byline.iterancestors(), MAX_ANCESTORS) if one.tag == "a")
    links = (*islice(byline.iter("a"), _MOST_SIGNED), *around)
    return next((link.get("href") for link in links if link.get("href")), None)
