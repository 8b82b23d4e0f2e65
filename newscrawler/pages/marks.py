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
MAX_ALIKE = 40  # names that one pattern finds
MAX_FOUND = 300  # elements
MAX_ANCESTORS = 256  # pages nest some 30 levels


class Marks:
    """Elements of the tree below `root` by what their attributes say, in document order."""

    def __init__(self, root: Element) -> None:
        self._root = root

    @cached_property
    def _names(self) -> list[str]:
        stated = self._root.xpath("//@class", smart_strings=False)
        names = islice(cast("list[str]", stated), MAX_NAMES)
        return [name for name in dict.fromkeys(names) if len(name) <= LONGEST_NAME]

    def of_class(self, pattern: re.Pattern[str]) -> list[Element]:
        """Return the elements whose `class` the pattern finds."""
        names = list(islice((one for one in self._names if pattern.search(one)), MAX_ALIKE))
        if not names:
            return []
        test = " or ".join(f"@class = $name{place}" for place in range(len(names)))
        found = {f"name{place}": name for place, name in enumerate(names)}
        return self._found(f"//*[{test}]", **found)

    def links(self, test: str) -> list[Element]:
        """Return the `a` elements for which an XPath expression is true."""
        return self._found(f"//a[{test}]")

    def _found(self, path: str, **variables: str) -> list[Element]:
        found = self._root.xpath(f"({path})[position() <= {MAX_FOUND}]", **variables)
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
