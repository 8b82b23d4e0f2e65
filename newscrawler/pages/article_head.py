"""The lines around the headline of an article, where pages print who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.text import clean_line
from newscrawler.pages.document import word_count
from newscrawler.pages.marks import Standing
from newscrawler.pages.markup import is_aside, names_a_change, words_of
from newscrawler.pages.microdata import MAX_ANCESTORS
from newscrawler.pages.vocabulary import SENTENCE_END

# Pieces of text before and after the headline; the byline of a long page is still close.
_BEFORE, _AFTER = 24, 80
# Elements that are looked at for them, with or without a text.
_LOOKED_AT = 3000
_LOOKED_AT_IN_ONE = 300  # inside one byline or keyword
# Longer is no line beside a headline.
_LONGEST_PIECE = 5000
_UNREAD = frozenset({"script", "style", "noscript", "template"})
# What is read out to who does not see the page, and says the same again.
_HIDDEN = re.compile(r"(?:^|[\s-])(?:sr-only|visually-?hidden|screen-reader(?:-text)?)(?:$|\s)")
_LONGEST_CLASS = 500
# Levels up to the box that holds a headline and the line over it.
_BOXES = 4
_QUOTED_TAGS = frozenset({"blockquote", "figcaption"})
_QUOTED = frozenset({"twitter", "tweet", "instagram", "caption", "reference", "references"})
_DEEPEST = 64
_LONGEST_DATE = 200  # characters, of a line with a byline in it
_NOW = frozenset({"current"})
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
# What a date stands among: a weekday, a month, a place, a section, a name.
_DATE_WORDS = 12
_UPDATED = re.compile(
    r"\W*(?:(?:last|latest|letzte|zuletzt|dernière|última|ultim[oa])\s)?(?:updated?|modified|edited|"
    r"aktualisi|änderung|geändert|bearbeitet|mise? à jour|actualiza|modifica|aggiorna|aktualizac|"
    r"zaktualizowan|обновлен|изменен|оновлен|atualizad|bijgewerkt|laatst|(?:son )?güncelle|"
    r"uppdatera|senast|oppdatert|opdateret|päivitetty|frissítve|最終更新|更新|(?:آخر )?تحديث)",
    re.IGNORECASE,
)
# `2.3.2024 lastupdate`
_UPDATE_BEHIND = re.compile(
    r"[\W\d]*(?<=[\d\W])(?:last\s?updated?|updated|aktualisiert|更新|mis à jour)\W*$", re.IGNORECASE
)
# The day of what is announced or shown, not of the article.
_OTHER_DAY = re.compile(
    r"\W*(?:termine?\b|veranstaltung|beginn\b|events?\b|retrieved|abgerufen|archiv|erscheinungs|"
    r"release date|deadline|wann\b|when\b|cuándo\b|quand\b|quando\b)",
    re.IGNORECASE,
)
# A longer line is a paragraph; behind so many words of them the article has begun.
_LINE_WORDS = 24
_TEXT_WORDS = 120
_INLINE = frozenset({
    "a", "abbr", "address", "b", "bdi", "cite", "data", "em", "font", "i", "label", "small", "span",
    "strong", "sub", "sup", "time", "u",
})  # fmt: skip


class _Piece(NamedTuple):
    """A text, and the element that it stands in."""

    text: str
    parent: Element | None
    first: Element | None
    """The element that it begins: where it stands behind one, the block around."""


class HeadLine(NamedTuple):
    """A short line beside the headline, the element in which it begins, and its texts."""

    text: str
    element: Element
    pieces: tuple[str, ...]


class ArticleHead:
    """What stands around the headline, the closest lines first: below it, then above it."""

    def __init__(self, heading: Element) -> None:
        self.heading = heading
        self._chain = [heading, *islice(heading.iterancestors(), MAX_ANCESTORS)]
        self.around = frozenset(self._chain[1:])
        self._aside = Standing(is_aside, self.around)
        self._earlier: dict[Element, bool] = {}

    @cached_property
    def below(self) -> list[HeadLine]:
        """Short lines from the headline to where the text of the article has begun."""
        pieces = islice(_filled(self._after()), _AFTER)
        lines = _until_the_text(_lines(pieces))
        return [one for one in lines if not self.is_aside(one.element)]

    @cached_property
    def above(self) -> list[HeadLine]:
        """Short lines before the headline, the closest first."""
        pieces = list(islice(_filled(self._before()), _BEFORE))[::-1]
        lines = list(_lines(pieces))[::-1]
        short = (one for one in lines if word_count(one.text) <= _LINE_WORDS)
        own = (one for one in short if self._is_close(one.element))
        return [one for one in own if not self.is_aside(one.element)]

    def holds(self, element: Element) -> bool:
        """Tell what stands below the headline, or over it in one box, and not aside."""
        return not self.is_before(element) and not self.is_aside(element)

    def shares_article(self, element: Element) -> bool:
        """Tell what is in one `article` or `header` with the headline."""
        around = islice(element.iterancestors("article", "header"), MAX_ANCESTORS)
        return not self.around.isdisjoint(around)

    def is_before(self, element: Element) -> bool:
        """Tell what stands before the headline and not in one box with it."""
        below = element
        for around in islice(element.iterancestors(), MAX_ANCESTORS):
            if around in self.around:
                return self._ends_earlier(below, around) and not self._is_close(element)
            below = around
        return False

    def _ends_earlier(self, child: Element, parent: Element) -> bool:
        """Tell whether a child of what is around the headline stands before it."""
        if child not in self._earlier:
            own = self._chain[self._chain.index(parent) - 1]
            self._earlier[child] = parent.index(child) < parent.index(own)
        return self._earlier[child]

    def is_aside(self, element: Element) -> bool:
        return element in self._aside or not _NOW.isdisjoint(words_of(element))

    def _is_close(self, element: Element) -> bool:
        """Tell what stands with the headline; the head of the page has its own date: today."""
        return not self._close.isdisjoint(islice(element.iterancestors(), _BOXES))

    @cached_property
    def _close(self) -> frozenset[Element]:
        boxes = self._chain[1 : _BOXES + 1]
        return frozenset(box for box in boxes if box.tag not in ("body", "html", "form"))

    def date(self, language: str | None) -> str | None:
        """Return the line that states a date, alone or with a byline or a place."""
        lines = (one for side in (self.below, self.above) for one in side)
        own = (
            one
            for one in lines
            if _states_a_date(one.text, language) and not _is_called_a_change(one.element)
        )
        return next((one.text for one in own if not self._quotes(one.element)), None)

    def _quotes(self, element: Element) -> bool:
        """Tell what is of a post, a picture or a quotation that the article shows."""
        around = takewhile(lambda one: one not in self.around, (element, *element.iterancestors()))
        return any(
            one.tag in _QUOTED_TAGS or not _QUOTED.isdisjoint(words_of(one))
            for one in islice(around, _DEEPEST)
        )

    def _after(self) -> Iterator[_Piece | None]:
        """Give the texts in and behind the headline, in document order."""
        yield from _inside(self.heading)
        for box in self._chain:
            yield _behind(box)
            for sibling in box.itersiblings():
                yield from _inside(sibling)
                yield _behind(sibling)

    def _before(self) -> Iterator[_Piece | None]:
        """Give the texts before the headline, the closest first."""
        for box in self._chain:
            for sibling in box.itersiblings(preceding=True):
                yield _behind(sibling)
                yield from _backwards(sibling)
            parent = box.getparent()
            if parent is not None:
                yield _at_the_start(parent)


def _is_called_a_change(element: Element) -> bool:
    return names_a_change(words_of(element))


def tells_a_change(line: str) -> bool:
    """Tell `Updated: 2 March 2024` from a date of publication."""
    return bool(_UPDATED.match(line[:_LONGEST_DATE]) or _UPDATE_BEHIND.match(line[:_LONGEST_DATE]))


def _states_a_date(line: str, language: str | None) -> bool:
    if (
        not _DIGIT.search(line[: 3 * _LONGEST_DATE])
        or tells_a_change(line)
        or _OTHER_DAY.match(line)
    ):
        return False
    words = len(_LETTERS.findall(line[: 3 * _LONGEST_DATE]))
    return words <= _DATE_WORDS and parse_date(line, language=language) is not None


def texts_in(element: Element, most: int) -> list[str]:
    """Return the first clean texts inside an element."""
    pieces = islice(_inside(element), _LOOKED_AT_IN_ONE)
    return [clean_line(one.text) for one in islice(_filled(pieces), most)]


def _filled(pieces: Iterable[_Piece | None]) -> Iterator[_Piece]:
    return (one for one in islice(pieces, _LOOKED_AT) if one)


def _inside(element: Element) -> Iterator[_Piece | None]:
    """Give the texts of an element, its tail left out, in document order."""
    if not _is_element(element):
        return
    if not len(element):
        if element.tag not in _UNREAD and not _is_hidden(element.get("class")):
            yield _at_the_start(element)
        return
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _UNREAD or _is_hidden(node.get("class")):
                walk.skip_subtree()
            else:
                yield _at_the_start(node)
        elif node is not element:
            yield _behind(node)


def _is_hidden(name: str | None) -> bool:
    if not name or not ("only" in name or "hidden" in name or "reader" in name):
        return False
    return _HIDDEN.search(name[:_LONGEST_CLASS]) is not None


def _backwards(element: Element) -> Iterator[_Piece | None]:
    """Give the texts of an element, its tail left out, from its end to its start."""
    open_: list[tuple[Element, bool]] = [(element, False)]
    while open_:
        node, is_read = open_.pop()
        if node is not element and not is_read:
            yield _behind(node)
        if not _is_element(node) or node.tag in _UNREAD:
            continue
        if is_read or not len(node):
            yield _at_the_start(node)
            continue
        open_.append((node, True))
        open_.extend((one, False) for one in _last_children(node))


def _is_element(node: Element) -> bool:
    tag: object = node.tag  # of a comment, the function that makes one
    return isinstance(tag, str)


def _last_children(element: Element) -> list[Element]:
    return list(islice(element.iterchildren(reversed=True), _LOOKED_AT))[::-1]


def _at_the_start(element: Element) -> _Piece | None:
    text = element.text
    return _Piece(text[:_LONGEST_PIECE], element, element) if text and not text.isspace() else None


def _behind(element: Element) -> _Piece | None:
    text = element.tail
    if not text or text.isspace():
        return None
    return _Piece(text[:_LONGEST_PIECE], element.getparent(), None)


def _lines(pieces: Iterable[_Piece]) -> Iterator[HeadLine]:
    """Join the texts of one block; a line break ends a line as a block does."""
    placed = ((block_around(piece.parent), piece) for piece in pieces)
    for block, group in groupby(placed, key=lambda one: one[0]):
        found = [piece for _, piece in group]
        texts = tuple(clean_line(piece.text) for piece in found)
        is_one = len(found) == 1
        line = texts[0] if is_one else clean_line(" ".join(piece.text for piece in found))
        first = block if found[0].first is None else found[0].first
        if line and first is not None:
            yield HeadLine(line, first, texts)


def block_around(element: Element | None) -> Element | None:
    for _ in range(MAX_ANCESTORS):
        if element is None or element.tag not in _INLINE or element.getparent() is None:
            break
        element = element.getparent()
    return element


def _until_the_text(lines: Iterable[HeadLine]) -> Iterator[HeadLine]:
    words = 0
    for line in lines:
        length = word_count(line.text)
        if length <= _LINE_WORDS:
            yield line
        if length > _LINE_WORDS or (length > _DATE_WORDS and line.text.endswith(SENTENCE_END)):
            words += length
        if words > _TEXT_WORDS:
            return
