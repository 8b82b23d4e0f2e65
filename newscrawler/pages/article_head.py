"""The lines around the headline of an article, where pages print who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice, takewhile
from typing import NamedTuple, cast

from lxml.etree import _Element as Element
from lxml.etree import _ElementUnicodeResult as Text

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.text import clean_line
from newscrawler.pages.document import word_count
from newscrawler.pages.markup import (
    names_a_change,
    stands_aside,
    words_of,
)
from newscrawler.pages.vocabulary import SENTENCE_END

# Pieces of text before and after the headline; the byline of a long page is still close.
_BEFORE, _AFTER = 24, 80
_READ = "[normalize-space()][not(parent::script or parent::style or parent::noscript)]"
_TEXTS_AFTER = (
    f"descendant-or-self::text(){_READ} | (following::text(){_READ})[position() <= {_AFTER}]"
)
_TEXTS_BEFORE = f"preceding::text(){_READ}[position() <= {_BEFORE}]"
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


class HeadLine(NamedTuple):
    """A short line beside the headline, the element in which it begins, and its texts."""

    text: str
    element: Element
    pieces: tuple[str, ...]


class ArticleHead:
    """What stands around the headline, the closest lines first: below it, then above it."""

    def __init__(self, heading: Element) -> None:
        self.heading = heading
        self.around = frozenset(heading.iterancestors())

    @cached_property
    def below(self) -> list[HeadLine]:
        """Short lines from the headline to where the text of the article has begun."""
        lines = _until_the_text(_lines(self._texts(_TEXTS_AFTER)))
        return [one for one in lines if not self.is_aside(one.element)]

    @cached_property
    def above(self) -> list[HeadLine]:
        """Short lines before the headline, the closest first."""
        lines = list(_lines(self._texts(_TEXTS_BEFORE)))[::-1]
        short = (one for one in lines if word_count(one.text) <= _LINE_WORDS)
        own = (one for one in short if self._is_close(one.element))
        return [one for one in own if not self.is_aside(one.element)]

    def holds(self, element: Element) -> bool:
        """Tell what stands below the headline, or over it in one box, and not aside."""
        return not self.is_before(element) and not self.is_aside(element)

    def is_before(self, element: Element) -> bool:
        """Tell what stands before the headline and not in one box with it."""
        around = (element, *element.iterancestors())
        return not self._earlier.isdisjoint(around) and not self._is_close(element)

    @cached_property
    def _earlier(self) -> frozenset[Element]:
        """The outermost elements that end before the headline begins."""
        return frozenset(
            sibling
            for one in (self.heading, *self.heading.iterancestors())
            for sibling in one.itersiblings(preceding=True)
        )

    def is_aside(self, element: Element) -> bool:
        return stands_aside(element, self.around) or not _NOW.isdisjoint(words_of(element))

    def _is_close(self, element: Element) -> bool:
        """Tell what stands with the headline; the head of the page has its own date: today."""
        boxes = islice(self.heading.iterancestors(), _BOXES)
        close = {box for box in boxes if box.tag not in ("body", "html", "form")}
        around = islice(element.iterancestors(), _BOXES)
        return not close.isdisjoint(around)

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

    def _texts(self, path: str) -> list[Text]:
        return cast("list[Text]", self.heading.xpath(path))


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


def _lines(texts: Iterable[Text]) -> Iterator[HeadLine]:
    """Join the texts of one block; a line break ends a line as a block does."""
    placed = ((block_of(text), text) for text in texts)
    for block, group in groupby(placed, key=lambda one: one[0]):
        pieces = [text for _, text in group]
        line = clean_line(" ".join(map(str, pieces)))
        first = block if pieces[0].is_tail else pieces[0].getparent()
        if line and first is not None:
            yield HeadLine(line, first, tuple(map(clean_line, pieces)))


def block_of(text: Text) -> Element | None:
    parent = text.getparent()
    if parent is not None and text.is_tail:
        parent = parent.getparent()
    while parent is not None and parent.tag in _INLINE and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


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
