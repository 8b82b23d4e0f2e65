"""The elements that a page marks by names of classes, found without looking at all the others."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Container, Iterator
from functools import cached_property
from itertools import accumulate, islice

from lxml.etree import _Element as Element

from newscrawler.pages.class_names import ClassNames
from newscrawler.pages.elements import Elements
from newscrawler.pages.microdata import MAX_ANCESTORS

# A page has some hundred names of classes; one that has more is made to keep a program busy.
LONGEST_NAME = 500
LONGEST_HREF = 1_000
MAX_ALIKE = 300  # names that are looked for
MAX_LOOKED_AT = 5_000  # links, or elements that have a class
MAX_FOUND = 600
# Every name of bylines, keywords and breadcrumbs has one of these; most names have none.
_HINTS = (
    "aut", "by", "writer", "fasser", "user", "redak", "signat", "firma", "fn", "tag", "key",
    "topic", "sujet", "mots", "schlag", "etiq", "crumb",
)  # fmt: skip


class Marks:
    """Elements of the tree below `root` by what their attributes say, in document order."""

    def __init__(self, elements: Elements, class_names: ClassNames | None = None) -> None:
        self._elements = elements
        self._class_names = class_names or ClassNames(elements)

    @cached_property
    def _hinted(self) -> list[str]:
        names = [
            name
            for name in self._class_names.names
            if len(name) <= LONGEST_NAME and name.isascii() and "|" not in name
        ]
        text = f"|{'|'.join(names).lower()}|"
        found = {place for hint in _HINTS for place in _starts(text, hint)}
        starts = accumulate((len(name) + 1 for name in names), initial=1)
        return [name for name, start in zip(names, starts, strict=False) if start in found]

    def of_class(self, pattern: re.Pattern[str]) -> list[Element]:
        """Return the elements whose `class` a pattern of bylines, keywords, breadcrumbs finds."""
        names = [name for name in self._hinted if pattern.search(name)][:MAX_ALIKE]
        return self._class_names.called(names)[:MAX_FOUND]

    @cached_property
    def _links(self) -> list[tuple[str, Element]]:
        links = self._elements.of("a")[:MAX_LOOKED_AT]
        return [(one.get("href", "")[:LONGEST_HREF], one) for one in links]

    @cached_property
    def related(self) -> list[Element]:
        """The links that say in `rel` that they lead to an author or a keyword."""
        links = (one for one in self._elements.having("rel")[:MAX_LOOKED_AT] if one.tag == "a")
        rels = ((one.get("rel", ""), one) for one in links)
        return [one for rel, one in rels if "author" in rel or "tag" in rel][:MAX_FOUND]

    def links(self, *parts: str) -> list[Element]:
        """Return the links in whose address, as it is written, one of some texts stands."""
        found = {place for part in parts for place in self._holding(part)}
        return [self._links[place][1] for place in sorted(found)[:MAX_FOUND]]

    def _holding(self, part: str) -> Iterator[int]:
        """Give the places of the links whose address holds a text."""
        text, ends = self._addresses
        found = text.find(part)
        while found >= 0:
            place = bisect(ends, found)
            yield place
            found = text.find(part, ends[place])

    @cached_property
    def _addresses(self) -> tuple[str, list[int]]:
        """The addresses in one text, which is searched faster than each, and where each ends."""
        addresses = [href for href, _ in self._links]
        return "\n".join((*addresses, "")), list(accumulate(len(one) + 1 for one in addresses))

    def labelled(self, word: str) -> list[Element]:
        """Return the elements whose label for those who do not see the page holds a word."""
        named = self._elements.having("aria-label")[:MAX_LOOKED_AT]
        found = (one for one in named if word in one.get("aria-label", ""))
        return list(islice(found, MAX_FOUND))

    def properties(self, kind: str, name: str) -> list[Element]:
        """Return the elements of a property in items of a type."""
        typed = self._elements.having("itemtype")
        items = {one for one in typed if kind in one.get("itemtype", "")}
        if not items:
            return []
        stating = self._elements.having("itemprop")[:MAX_LOOKED_AT]
        named = (one for one in stating if one.get("itemprop") == name)
        around = ((one, islice(one.iterancestors(), MAX_ANCESTORS)) for one in named)
        found = (one for one, boxes in around if not items.isdisjoint(boxes))
        return list(islice(found, MAX_FOUND))


def _starts(text: str, part: str) -> Iterator[int]:
    """Give where the names begin that hold a part, in a text of names between bars."""
    place = text.find(part)
    while place >= 0:
        yield text.rfind("|", 0, place) + 1
        place = text.find(part, text.find("|", place))


class Standing:
    """Tells by the boxes around an element where it stands; each box is judged once.

    What is in `shared` (around the headline as well) tells nothing: some systems wrap the whole
    page into a form.
    """

    def __init__(self, is_such: Callable[[Element], bool], shared: Container[Element] = ()) -> None:
        self._is_such = is_such
        self._shared = shared
        self._known: dict[Element, bool] = {}

    def __contains__(self, element: Element) -> bool:
        below: list[Element] = []
        found = False
        for one in islice(_upwards(element), MAX_ANCESTORS):
            if one in self._shared or one.tag in ("html", "body"):
                break
            below.append(one)
            found = self._known[one] if one in self._known else self._is_such(one)
            if found or one in self._known:
                break
        self._known.update(dict.fromkeys(below, found))
        return found


def _upwards(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()
