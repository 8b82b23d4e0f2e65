"""Microdata and RDFa Lite: the properties of the item that a page is about.

Values follow the HTML standard, section 5.2.4, with two liberties that pages take: `content`
counts on any element, and a link is its text unless the property is an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements
from newscrawler.pages.stated import element_text, stated_line
from newscrawler.pages.structured import ARTICLE_TYPES

_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "CreativeWork", "WebSite", "Document"})
_SOURCED = frozenset({"audio", "embed", "iframe", "img", "source", "track", "video"})
_LINKS = frozenset({"a", "area", "link"})
_OWN = {"time": "datetime", "data": "value", "meter": "value", "object": "data"}
_ADDRESSES = frozenset({
    "url", "sameAs", "image", "mainEntityOfPage", "thumbnailUrl", "contentUrl", "logo",
    "discussionUrl", "item", "embedUrl",
})  # fmt: skip
# Pages nest some 30 levels; those that nest 100,000 are made to keep a program busy.
MAX_ANCESTORS = 256
MAX_REFERENCES = 20  # a byline, a date, a picture: nobody refers to more
MAX_REFERRED = 1_000
# An article has some ten authors and keywords, and a page some hundred teasers.
MAX_VALUES = 1_000
MAX_ITEMS = 10_000
MAX_ARTICLES = 200
MAX_DEPTH = 4  # a name is no item, an author's name not one inside of one
_PROPERTIES = etree.XPath(".//*[@itemprop or @property]")
_WEIGHTY = frozenset({"headline", "name", "datePublished", "author", "articleBody"})


class Microdata:
    """The items of one page; what each element belongs to is looked for once."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.root = elements.root
        self._owners: dict[Element, Element] = {}

    def main_item(self) -> Item:
        """Find the article's item: of several the one that says most, else the page itself."""
        opened = self.elements.having("itemscope", "typeof")[:MAX_ITEMS]
        articles = [item for one in opened if (item := Item(one, self)).types & ARTICLE_TYPES]
        # max() keeps the first of equals: the article comes before what is related.
        return max(articles[:MAX_ARTICLES], key=_weight, default=Item(self.root, self))

    def item_of(self, node: Element) -> Item:
        """Find the item that an element's own property belongs to; the root where it is in none."""
        return Item(self.owner(node), self)

    def owner(self, node: Element) -> Element:
        """Return the element of the item around, the root where there is none."""
        way: list[Element] = []
        found = node
        while found not in self._owners:
            way.append(found)
            around = found.getparent()
            if around is None:
                self._owners[found] = found
            elif around.getparent() is None or (_opens_item(around) and not _is_page(around)):
                self._owners[found] = around
            else:
                found = around
        for one in way:
            self._owners[one] = self._owners[found]
        return self._owners[node]

    def stating(self, start: Element) -> list[Element]:
        """Return the elements inside that state a property."""
        return self._stating if start is self.root else cast("list[Element]", _PROPERTIES(start))

    @cached_property
    def _stating(self) -> list[Element]:
        found = self.elements.having("itemprop", "property")
        return found[1:] if found[:1] == [self.root] else found

    @cached_property
    def properties(self) -> dict[Element, dict[str, list[Element]]]:
        """The elements by item and property, in document order."""
        found: dict[Element, dict[str, list[Element]]] = {}
        for node in self._stating:
            own = found.setdefault(self.owner(node), {})
            for name in _names(node):
                of_name = own.setdefault(name, [])
                if len(of_name) < MAX_VALUES:
                    of_name.append(node)
        return found

    @cached_property
    def ids(self) -> dict[str, Element]:
        """The first element of each id."""
        found: dict[str, Element] = {}
        for node in self.elements.having("id"):
            found.setdefault(node.get("id", ""), node)
        return found


@dataclass(frozen=True)
class Item:
    """An item, given by its element; the root of a page stands for what is in no item."""

    element: Element
    page: Microdata = field(repr=False, compare=False)

    @property
    def types(self) -> frozenset[str]:
        """Types without their namespace."""
        return _types(self.element)

    @property
    def is_page_level(self) -> bool:
        """Whether what the item says is said of the page: no item, a web page, or an article."""
        return not _opens_item(self.element) or bool(self.types & (_PAGE_TYPES | ARTICLE_TYPES))

    def elements(self, name: str) -> list[Element]:
        """Elements of a property, in document order, without those of nested items."""
        return self.properties.get(name, [])

    def values(self, name: str) -> list[str]:
        """Texts or addresses of a property; a nested item gives its name."""
        return list(self.each_value(name))

    def each_value(self, name: str, depth: int = 0) -> Iterator[str]:
        """Give the same as `values`, each when it is asked for."""
        found = (self._value_of(node, name, depth) for node in self.elements(name))
        return (value for value in found if value)

    def items(self, name: str) -> list[Item]:
        """Nested items of a property."""
        return [Item(node, self.page) for node in self.elements(name) if _opens_item(node)]

    @cached_property
    def properties(self) -> dict[str, list[Element]]:
        """Elements by the property they state, also those referred to by `itemref`."""
        own = self.page.properties.get(self.element, {})
        found = {name: list(nodes) for name, nodes in own.items()}
        for node in self._referred():
            for name in _names(node):
                found.setdefault(name, []).append(node)
        return found

    def _referred(self) -> Iterator[Element]:
        ids = self.element.get("itemref", "").split()[:MAX_REFERENCES]
        for start in (self.page.ids[name] for name in ids if name in self.page.ids):
            around = self.page.owner(start)
            if around is self.element:
                continue
            for node in (start, *self.page.stating(start)[:MAX_REFERRED]):
                if _names(node) and self.page.owner(node) is around:
                    yield node

    def _value_of(self, node: Element, name: str, depth: int) -> str:
        """Read the value of a property from its element; a nested item gives its name."""
        if not _opens_item(node):
            return stated_line(_attribute_value(node, name) or element_text(node))
        if depth > MAX_DEPTH:
            return ""
        inner = Item(node, self.page)
        values = (one for key in ("name", "url") for one in inner.each_value(key, depth + 1))
        return next(values, "")


def _attribute_value(node: Element, name: str) -> str:
    if "content" in node.attrib:
        return node.get("content", "")
    if node.tag in _SOURCED:
        return node.get("src", "")
    if node.tag in _LINKS and (name in _ADDRESSES or not element_text(node).strip()):
        return node.get("href", "")
    return node.get(_OWN.get(str(node.tag), "content"), "")


def _weight(item: Item) -> int:
    return len(_WEIGHTY & item.properties.keys())


def _types(element: Element) -> frozenset[str]:
    stated = f"{element.get('itemtype', '')} {element.get('typeof', '')}"
    return frozenset(_last_part(name) for name in stated.split())


def _is_page(node: Element) -> bool:
    """An item that describes the page, and that is nobody's property, hides nothing."""
    return not _names(node) and bool(_types(node) & _PAGE_TYPES)


def _opens_item(node: Element) -> bool:
    return "itemscope" in node.attrib or "typeof" in node.attrib


def _names(node: Element) -> list[str]:
    stated = f"{node.get('itemprop', '')} {node.get('property', '')}"
    return [_local(name) for name in stated.split()]


def _local(name: str) -> str:
    """Take schema.org's own prefix off; other vocabularies' names stay whole."""
    for prefix in ("schema:", "http://schema.org/", "https://schema.org/"):
        name = name.removeprefix(prefix)
    return name


def _last_part(name: str) -> str:
    return name.rstrip("/").replace("#", "/").replace(":", "/").rsplit("/", 1)[-1]
