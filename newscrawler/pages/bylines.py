"""The bylines that a page prints, by where they stand and how they are marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from itertools import chain, islice, pairwise, takewhile

from lxml.etree import _Element as Element

from newscrawler.normalise.people import is_full_name, is_organisation, split_names
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import host_of
from newscrawler.pages.article_head import ArticleHead, HeadLine, texts_in
from newscrawler.pages.byline_lines import (
    are_names,
    byline_of,
    labelled_part,
    login_in,
    may_name,
    without_preposition,
)
from newscrawler.pages.document import Document
from newscrawler.pages.headlines import site_label
from newscrawler.pages.marks import Marks, Standing
from newscrawler.pages.markup import is_elsewhere, words_of
from newscrawler.pages.microdata import MAX_ANCESTORS
from newscrawler.pages.signatures import (
    ALL_POSTS,
    AUTHOR_BOX_CLASS,
    AUTHOR_PATH,
    BYLINE_CLASS,
    BYLINE_LABEL,
    PERSON_CLASS,
    SIGNED_BELOW,
)
from newscrawler.pages.structured import Contributor

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
_BEFORE_DATE = re.compile(r"\s[|·•–-]\s(?=.*\d)|,\s(?=\d)")
_AUTHOR_LINKS = (
    "/aut", "/people/", "/person", "/profil", "/redakt", "/journalist", "/user", "/member",
    "/staff/", "/contributor", "/reporter", "/columnist", "/firmas", "/by/",
)  # fmt: skip
_LONGEST_NAME = 4  # words
_MOST_IN_PORTRAIT = 5  # texts before the biography
MAX_BYLINES = 60  # that are read
_MOST_SIGNED = 40  # elements of one byline
_MOST_PIECES = 40
_LONGEST_LINE = 100  # characters
_UNREAD = frozenset({"script", "style", "noscript"})
_MOST_TEXTS = 10_000
# A box of what is known of an article; a link in it leads to its section.
_META = frozenset(
    {"meta", "info", "details", "postmeta", "subline", "submitted", "dateline", "date"}
)
_PICTURING = frozenset({
    "image", "photo", "foto", "bild", "picture", "caption", "credit", "figure", "media", "avatar",
})  # fmt: skip
# So many bylines of one class, apart from one another, are those of a list of articles.
_CARDS = 3


class Bylines:
    """The bylines of one page; `head` is what stands around its headline."""

    def __init__(
        self, document: Document, head: ArticleHead | None, site_names: Iterable[str], marks: Marks
    ) -> None:
        self._document = document
        self._head = head
        self._marks = marks
        self._elsewhere = Standing(is_elsewhere, head.around if head else ())
        self._site_names = list(site_names)

    @property
    def _beside_lines(self) -> tuple[HeadLine, ...]:
        return (*self._head.below, *self._head.above) if self._head else ()

    def linked(self) -> list[Contributor]:
        """Return whom a link or hAtom names as the author; what they show may be a login."""
        linked = [one for one in self._marks.related if "author" in one.get("rel", "").split()]
        persons = [one for one in self._marks.of_class(PERSON_CLASS) if _is_of_author(one)]
        return self._bylines(linked) or self._bylines(persons)

    def beside(self) -> list[Contributor]:
        """Return the byline beside the headline that its class marks."""
        return self._bylines(self._marks.of_class(BYLINE_CLASS), beside=True)

    def labelled(self) -> Iterator[Contributor]:
        """Give the lines beside the headline that begin as bylines do and name somebody."""
        for lines in (self._head.below, self._head.above) if self._head else ():
            for place, line in enumerate(lines):
                named, byline = line, labelled_part(line.text.lstrip("-–—•· "))
                if byline and BYLINE_LABEL.fullmatch(byline) and lines[place + 1 :]:
                    named = lines[place + 1]
                    byline = named.text
                if byline and self._names_somebody(byline):
                    names = split_names(byline, site_names=self._site_names)
                    yield Contributor(byline, _link_named(named.element, names), None)
                elif login := login_in(line):
                    yield Contributor(login, _link_named(line.element, [login]), None)

    def signed(self) -> Iterator[list[Contributor]]:
        """Give the lines beside the headline that a class or a link marks as a name."""
        if self._head is None:
            return
        for line in (*self._head.below, *self._head.above):
            if not self._is_signed(line, self._head.around):
                continue
            name = line.text if may_name(line.text) else line.pieces[0]
            if are_names(line.pieces):
                yield _unlinked(line.pieces)
            elif self._is_person(line.pieces[0]):
                link = _link_of(line.element)
                yield [Contributor(line.pieces[0], link, None)]
            elif may_name(name):
                yield [Contributor(without_preposition(name), _link_of(line.element), None)]
            elif not _DATING.isdisjoint(words_of(line.element)):
                yield _unlinked([line.text])

    def anywhere(self) -> list[Contributor]:
        """Return the first byline that its class marks, and its like."""
        return self._bylines(self._marks.of_class(BYLINE_CLASS))

    def by_path(self) -> list[Contributor]:
        """Return whose pages the article links to."""
        links = self._marks.links(*_AUTHOR_LINKS)
        paths = (one for one in links if AUTHOR_PATH.search(one.get("href", "")))
        own = [one for one in paths if self._is_of_site(one.get("href", ""))]
        found = self._bylines(own)
        # Columns have such addresses as well.
        is_name = all(len(one.name.split()) <= _LONGEST_NAME for one in found)
        return found if is_name else []

    def unlabelled(self) -> Iterator[Contributor]:
        """Give the full names that stand alone in the box with the date, and lead nowhere."""
        for line in self._beside_lines:
            boxes = [line.element, *islice(line.element.iterancestors(), _LEVELS)]
            words: set[str] = set().union(*map(words_of, boxes))
            is_link = any(one.tag == "a" for one in boxes)
            name = _BEFORE_DATE.split(line.pieces[0].strip("-–— "))[0]
            if not is_link and not _META.isdisjoint(words) and self._is_person(name):
                yield Contributor(name, None, None)

    def portrait(self) -> list[Contributor]:
        """Return whom the box about the author names first."""
        boxes = (one for one in self._marks.of_class(AUTHOR_BOX_CLASS) if self._is_own(one))
        for box in islice(boxes, _LEVELS):
            lines = (ALL_POSTS.sub("", line) for line in texts_in(box, _MOST_IN_PORTRAIT))
            name = next((line for line in lines if self._is_person(line)), None)
            if name:
                return [Contributor(name, _link_named(box, [name]), None)]
        return []

    def below(self) -> list[Contributor]:
        """Return who is named behind a label anywhere in the text of the page."""
        texts = islice(self._document.elements.texts(), _MOST_TEXTS)
        read = (one.text for one in texts if one.holder.tag not in _UNREAD)
        labelled = (
            clean_line(f"{text} {after[:_LONGEST_LINE]}" if text.rstrip()[-1] in ":：" else text)
            for text, after in pairwise(chain(read, [""]))
            if (":" in text or "：" in text) and len(text) <= _LONGEST_LINE
        )
        found = map(SIGNED_BELOW.fullmatch, labelled)
        names = (one["name"] for one in found if one)
        return next((_unlinked([name]) for name in names if self._names_somebody(name)), [])

    def _is_signed(self, line: HeadLine, shared: Container[Element]) -> bool:
        element = line.element
        if not _PICTURING.isdisjoint(words_of(element)):
            return False
        if element.tag == "a" and AUTHOR_PATH.search(element.get("href", "")):
            return True
        own = takewhile(lambda one: one not in shared, chain([element], element.iterancestors()))
        boxes = list(islice(own, _LEVELS))
        words = [words_of(one) for one in boxes]
        if not words or not _NOT_SIGNING.isdisjoint(words[0]):
            return False
        if any(one.tag in ("figure", "figcaption") for one in boxes):
            return False
        if any(one in _SIGNING or one.startswith(("author", "autor")) for one in words[0]):
            return _DATING.isdisjoint(words[0]) or self._names_somebody(line.text)
        # What a box of authors holds besides them is no full name: sections, times, buttons.
        around = any(not _SIGNING.isdisjoint(found) for found in words[1:])
        return around and _DATING.isdisjoint(words[0]) and are_names(line.pieces)

    def _bylines(self, marked: list[Element], *, beside: bool = False) -> list[Contributor]:
        """Return the first byline, of those beside the headline or of all, and its like."""
        own = [one for one in marked if self._is_own(one)]
        lines = ((one, byline_of(one)) for one in own[:MAX_BYLINES])
        signing = [(one, line) for one, line in lines if line and self._may_sign(line)]
        cards = Counter(name for name, _ in {(_marks_of(one), line) for one, line in signing})
        found = [it for it in signing if cards[_marks_of(it[0])] < _CARDS or self._is_near(it[0])]
        first = next((one for one, _ in found if not beside or self._is_near(one)), None)
        if first is None:
            return []
        levels = _LEVELS if self._is_near(first) else _LEVELS - 1
        alike = [it for it in found if _are_kin(first, it[0], levels)][:_MOST_SIGNED]
        return [Contributor(line, _link_of(one), None) for one, line in alike]

    def _names_somebody(self, byline: str) -> bool:
        names = split_names(byline, site_names=self._site_names)
        return bool(names) and all(is_full_name(name) or is_organisation(name) for name in names)

    def _is_person(self, line: str) -> bool:
        return is_full_name(line) and not is_organisation(line, self._site_names)

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
        return frozenset(line.element for line in self._beside_lines)

    def _is_of_site(self, href: str) -> bool:
        """Tell a page of the site from an account elsewhere."""
        url = self._document.absolute(href)
        own = site_label(host_of(self._document.url))
        return url is not None and site_label(host_of(url)) == own


def _unlinked(names: Iterable[str]) -> list[Contributor]:
    return [Contributor(name, None, None) for name in names]


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
