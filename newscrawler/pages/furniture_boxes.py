"""Elements that are called furniture, and hold but a small part of what was found of a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element as Element

from newscrawler.pages.block_facts import LEVELS
from newscrawler.pages.markup import words_of

_COMMENT_WORDS = frozenset({
    "comment", "comments", "commentlist", "kommentare", "commentaires", "comentarios", "komentarze",
    "commenti", "reacties", "disqus",
})  # fmt: skip
# What stands in elements of these names is in doubt, and no text where it is but a small part.
_FURNITURE_WORDS = frozenset({
    "related", "recommended", "recommendation", "recommendations", "newsletter", "newsletters",
    "inject", "promo", "promotion", "promobox", "share", "sharing", "outbrain", "taboola", "recirc",
    "mostread", "popular", "trending", "disclaimer", "sidebar", "advertisement", "advert",
    "poll", "authorbox", "copyright", "taglist", "tags", "comments", "kommentare",
    "commentaires", "comentarios", "komentarze", "commenti", "reacties", "caption", "captions",
    "podpis", "legende", "leyenda", "didascalia", "bildunterschrift",
})  # fmt: skip
_OUTER = frozenset({"html", "body", "main", "article"})


class FurnitureBoxes:
    """The elements that are called furniture and are shorter than a limit, in characters."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._known: dict[Element, bool] = {}

    def hold(self, element: Element) -> bool:
        for around in _around(element):
            if around not in self._known:
                self._known[around] = self._is_box(around)
            if self._known[around]:
                return True
        return False

    def _is_box(self, element: Element) -> bool:
        is_named = not _FURNITURE_WORDS.isdisjoint(words_of(element))
        return is_named and _length(element, self.limit) < self.limit


def is_of_readers(element: Element) -> bool:
    """Tell what stands among the comments of readers."""
    return any(not _COMMENT_WORDS.isdisjoint(words_of(one)) for one in _around(element))


def _around(element: Element) -> Iterator[Element]:
    for around in (element, *islice(element.iterancestors(), LEVELS - 1)):
        if around.tag in _OUTER:
            return
        yield around


def _length(element: Element, limit: float) -> int:
    """Count the characters of an element's text, not much further than to a limit."""
    length = 0
    for part in element.itertext("*"):
        length += len(part)
        if length > limit:
            break
    return length
