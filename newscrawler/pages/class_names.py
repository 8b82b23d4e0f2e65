"""The class names of a page, and the words by which pages name their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements

# Characters; the longest of 1,200 pages had 3,700.
_LONGEST = 4_096


class ClassWords(NamedTuple):
    """Words of class names, whose parts are `related-box`, `box__related` or `relatedBox`."""

    exact: re.Pattern[str]
    rough: re.Pattern[str]
    """Finds the words anywhere in lower-case text, which takes a tenth of the time."""

    @classmethod
    def of(cls, words: str) -> ClassWords:
        """`words` is an expression in lower case."""
        before = r"(?:^|[-_\s]|(?-i:(?<=[a-z])(?=[A-Z])))"
        behind = r"(?:$|[-_\s]|(?-i:(?=[A-Z])))"
        exact = re.compile(f"{before}(?:{words}){behind}", re.IGNORECASE)
        return cls(exact, re.compile(words))

    def search(self, names: str) -> re.Match[str] | None:
        return self.exact.search(names)


class ClassNames:
    """The elements of one page by their class; each spelling of a class is looked at once."""

    def __init__(self, elements: Elements) -> None:
        self._elements: dict[str, list[tuple[int, Element]]] = {}
        for place, element in enumerate(elements.having("class")):
            name = element.get("class", "")[:_LONGEST]
            self._elements.setdefault(name, []).append((place, element))
        self._spellings: dict[str, list[str]] = {}
        for name in self._elements:
            self._spellings.setdefault(" ".join(name.casefold().split()), []).append(name)
        self._text = "\n".join(["", *self._spellings, ""])
        self._found: dict[ClassWords, list[Element]] = {}

    def elements(self, words: ClassWords) -> list[Element]:
        """Return the elements whose class has one of the words, in document order."""
        if words not in self._found:
            names = (name for name in self._roughly(words) if words.search(name))
            self._found[words] = self.called(names)
        return self._found[words]

    @property
    def names(self) -> Iterable[str]:
        """The classes of the page as they are spelt, each once."""
        return self._elements.keys()

    def called(self, names: Iterable[str]) -> list[Element]:
        """Return the elements of these classes, in document order."""
        placed = [one for name in names for one in self._elements[name]]
        return [element for _, element in sorted(placed, key=lambda one: one[0])]

    def _roughly(self, words: ClassWords) -> list[str]:
        names: list[str] = []
        hit = words.rough.search(self._text)
        while hit:
            start = self._text.rfind("\n", 0, hit.start() + 1) + 1
            end = self._text.find("\n", start)
            names += self._spellings[self._text[start:end]]
            hit = words.rough.search(self._text, end)
        return names
