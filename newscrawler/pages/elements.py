"""The elements of one page by tag and by attribute; the tree is gone through once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import cast

from lxml import etree
from lxml.etree import _Element as Element
from lxml.etree import _ElementUnicodeResult as Text

# The attributes by which elements are looked for, other than by their class.
_INDEXED = ("itemscope", "typeof", "itemprop", "property", "itemtype", "aria-label", "rel", "id")
_TEXTS = etree.XPath("//body//text()")


class Elements:
    """The elements at and below `root` in the order of the document.

    They are held as long as this is: what lxml has once made for an element is not made again
    at each look at it, which takes half of the time.
    """

    def __init__(self, root: Element) -> None:
        self.root = root
        self.all: list[Element] = list(root.iter("*"))

    def of(self, *tags: str) -> list[Element]:
        """Return the elements of some tags."""
        return self._at(self._by_tag.get(tag, []) for tag in tags)

    def having(self, *attributes: str) -> list[Element]:
        """Return the elements with one of some attributes, of those that are indexed."""
        return self._at(self._by_attribute[name] for name in attributes)

    @cached_property
    def texts(self) -> list[Text]:
        """The texts of the body in their order, white space and scripts among them."""
        return cast("list[Text]", _TEXTS(self.root))

    @cached_property
    def names(self) -> list[list[str]]:
        """The names of each element's attributes, in the order of `all`."""
        return [one.keys() for one in self.all]

    @cached_property
    def _by_tag(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, element in enumerate(self.all):
            found.setdefault(str(element.tag), []).append(place)
        return found

    @cached_property
    def _by_attribute(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {name: [] for name in _INDEXED}
        for place, names in enumerate(self.names):
            for name in names:
                if name in found:
                    found[name].append(place)
        return found

    def _at(self, places: Iterable[list[int]]) -> list[Element]:
        several = [some for some in places if some]
        if len(several) == 1:
            return [self.all[place] for place in several[0]]
        return [self.all[place] for place in sorted({one for some in several for one in some})]


def holder_of(text: Text) -> Element | None:
    """Return the element that a text stands in."""
    beside = text.getparent()
    return beside.getparent() if beside is not None and text.is_tail else beside
