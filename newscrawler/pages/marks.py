"""The elements that a page marks by names of classes, found without looking at all the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import cached_property
from itertools import islice
from typing import cast

from lxml.etree import _Element as Element

# A page has some hundred names of classes; one that has more is made to keep a program busy.
MAX_NAMES = 20_000
LONGEST_NAME = 500
MAX_ALIKE = 100  # names that one pattern finds
MAX_LOOKED_AT = 5_000  # links, or elements that have a class
MAX_FOUND = 300
MAX_ANCESTORS = 256  # pages nest some 30 levels
_SHORT = f"string-length({{}}) <= {LONGEST_NAME}"
# Every name of bylines and keywords has one of these; most names of a page have none.
_HINTS = re.compile(
    r"aut|by|writer|fasser|user|redak|signat|firma|fn|tag|key|topic|sujet|mots|schlag|etiq|crumb",
    re.IGNORECASE,
)


class Marks:
    """Elements of the tree below `root` by what their attributes say, in document order."""

    def __init__(self, root: Element) -> None:
        self._root = root

    @cached_property
    def _names(self) -> list[str]:
        path = f"(//@class)[position() <= {MAX_NAMES}][{_SHORT.format('.')}]"
        stated = cast("list[str]", self._root.xpath(path, smart_strings=False))
        return [name for name in dict.fromkeys(stated) if "|" not in name]

    @cached_property
    def _hinted(self) -> list[str]:
        return [name for name in self._names if _HINTS.search(name)]

    def of_class(self, pattern: re.Pattern[str], *, hinted: bool = True) -> list[Element]:
        """Return the elements whose `class` the pattern finds.

        `hinted` tells that it finds names of bylines, keywords and breadcrumbs alone.
        """
        names = self._hinted if hinted else self._names
        found = list(islice((one for one in names if pattern.search(one)), MAX_ALIKE))
        if not found:
            return []
        # One search in one text: as many comparisons as names take ten times as long.
        test = f"{_SHORT.format('@class')} and contains($names, concat('|', @class, '|'))"
        return self._found("//*[@class]", test, names=f"|{'|'.join(found)}|")

    def links(self, test: str) -> list[Element]:
        """Return the `a` elements for which an XPath expression is true."""
        return self._found("//a", test)

    def labelled(self, word: str) -> list[Element]:
        """Return the elements whose label for those who do not see the page holds a word."""
        return self._found("//*[@aria-label]", f"contains(@aria-label, '{word}')")

    def properties(self, kind: str, name: str) -> list[Element]:
        """Return the elements of a property in items of a type."""
        return self._found(f"//*[contains(@itemtype, '{kind}')]//*[@itemprop]", f"@itemprop='{name}'")

    def _found(self, path: str, test: str, **variables: str) -> list[Element]:
        looked_at = f"({path})[position() <= {MAX_LOOKED_AT}]"
        found = self._root.xpath(f"({looked_at}[{test}])[position() <= {MAX_FOUND}]", **variables)
        return cast("list[Element]", found)


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
