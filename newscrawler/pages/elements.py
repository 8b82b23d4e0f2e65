"""The elements of one page by tag and by attribute; the tree is gone through once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from lxml.etree import _Element as Element

# The attributes by which elements are looked for.
_INDEXED = (
    "itemscope", "typeof", "itemprop", "itemtype", "property", "aria-label", "rel", "class", "id",
    "data-published-date", "data-date", "data-datetime", "data-timestamp", "datetime",
)  # fmt: skip


class Text(NamedTuple):
    """A text, the element that it stands in, and whether it stands behind another in there."""

    text: str
    holder: Element
    is_tail: bool


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
        return [self.all[place] for place in self.places_of(*tags)]

    def places_of(self, *tags: str) -> list[int]:
        """Return the places in `all` of the same."""
        return _merged(self._by_tag.get(tag, []) for tag in tags)

    def having(self, *attributes: str) -> list[Element]:
        """Return the elements with one of some attributes, of those that are indexed."""
        return [self.all[place] for place in self.places_having(*attributes)]

    def places_having(self, *attributes: str) -> list[int]:
        """Return the places in `all` of the same."""
        return _merged(self._by_attribute[name] for name in attributes)

    def texts(self) -> Iterator[Text]:
        """Give the texts of the body that are not blank in their order, scripts among them."""
        for body in self.of("body")[:1]:
            yield from _texts(body)

    @cached_property
    def _by_tag(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, element in enumerate(self.all):
            tag = element.tag
            if tag in found:
                found[tag].append(place)
            else:
                found[tag] = [place]
        return found

    @cached_property
    def _by_attribute(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {name: [] for name in _INDEXED}
        for place, element in enumerate(self.all):
            names = element.keys()
            for name in names:
                if name in found:
                    found[name].append(place)
        return found


def _merged(places: Iterable[list[int]]) -> list[int]:
    several = [some for some in places if some]
    return several[0] if len(several) == 1 else sorted({one for some in several for one in some})


def _texts(body: Element) -> Iterator[Text]:
    if body.text and not body.text.isspace():
        yield Text(body.text, body, False)
    inside = [body]
    for node in body.iterdescendants():
        parent = node.getparent()
        while inside[-1] is not parent:
            if text := _behind(inside.pop()):
                yield Text(text, inside[-1], True)
        inside.append(node)
        if _is_element(node) and (text := node.text) and not text.isspace():
            yield Text(text, node, False)
    while len(inside) > 1:
        if text := _behind(inside.pop()):
            yield Text(text, inside[-1], True)


def _behind(element: Element) -> str | None:
    text = element.tail
    return text if text and not text.isspace() else None


def _is_element(node: Element) -> bool:
    tag: object = node.tag  # of a comment, the function that makes one
    return isinstance(tag, str)
