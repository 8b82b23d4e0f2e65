"""Microdata and RDFa Lite: the properties of the item that a page is about.

Values follow the HTML standard, section 5.2.4, with two liberties that pages take: `content`
counts on any element, and a link is its text unless the property is an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import cast

from lxml.etree import _Element as Element

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
_WEIGHTY = frozenset({"headline", "name", "datePublished", "author", "articleBody"})


@dataclass(frozen=True)
class Item:
    """An item, given by its element; the root of a page stands for what is in no item."""

    element: Element

    @property
    def types(self) -> frozenset[str]:
        """Types without their namespace."""
        stated = f"{self.element.get('itemtype', '')} {self.element.get('typeof', '')}"
        return frozenset(_last_part(name) for name in stated.split())

    @property
    def is_page_level(self) -> bool:
        """Whether what the item says is said of the page: no item, a web page, or an article."""
        return not _opens_item(self.element) or bool(self.types & (_PAGE_TYPES | ARTICLE_TYPES))

    def elements(self, name: str) -> list[Element]:
        """Elements of a property, in document order, without those of nested items."""
        return self.properties.get(name, [])

    def values(self, name: str) -> list[str]:
        """Texts or addresses of a property; a nested item gives its name."""
        found = (value_of(node, name) for node in self.elements(name))
        return [value for value in found if value]

    def items(self, name: str) -> list[Item]:
        """Nested items of a property."""
        return [Item(node) for node in self.elements(name) if _opens_item(node)]

    @cached_property
    def properties(self) -> dict[str, list[Element]]:
        """Elements by the property they state, also those referred to by `itemref`."""
        found: dict[str, list[Element]] = {}
        for node in (*self._own(), *self._referred()):
            for name in _names(node):
                found.setdefault(name, []).append(node)
        return found

    def _own(self) -> Iterator[Element]:
        for node in _stating(self.element):
            if node is not self.element and _owner(node) is self.element:
                yield node

    def _referred(self) -> Iterator[Element]:
        ids = self.element.get("itemref", "").split()[:MAX_REFERENCES]
        for start in (node for name in ids for node in _with_id(self.element, name)):
            around = _owner(start)
            for node in (start, *_stating(start)):
                if _names(node) and _owner(node) is around is not self.element:
                    yield node


def main_item(root: Element) -> Item:
    """Find the article's item: of several the one that says most, else the page itself."""
    items = (Item(node) for node in _elements(root, "//*[@itemscope or @typeof]"))
    articles = [item for item in items if item.types & ARTICLE_TYPES]
    # max() keeps the first of equals: the article comes before what is related.
    return max(articles, key=_weight, default=Item(root))


def item_of(node: Element) -> Item:
    """Find the item that an element's own property belongs to; the root where it is in none."""
    around = _owner(node)
    return Item(node.getroottree().getroot() if around is None else around)


def value_of(node: Element, name: str) -> str:
    """Read the value of a property from its element."""
    if _opens_item(node):
        inner = [value for key in ("name", "url") for value in Item(node).values(key)]
        return inner[0] if inner else ""
    return stated_line(_attribute_value(node, name) or element_text(node))


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


def _stating(start: Element) -> list[Element]:
    return _elements(start, ".//*[@itemprop or @property]")


def _with_id(node: Element, name: str) -> list[Element]:
    return [one for one in _elements(node, "//*[@id]") if one.get("id") == name][:1]


def _elements(node: Element, path: str) -> list[Element]:
    return cast("list[Element]", node.xpath(path))


def _owner(node: Element) -> Element | None:
    """The element of the item around; the root where there is none, None where it is too far."""
    for around in islice(node.iterancestors(), MAX_ANCESTORS):
        if (_opens_item(around) and not _is_page(around)) or around.getparent() is None:
            return around
    return None


def _is_page(node: Element) -> bool:
    """An item that describes the page, and that is nobody's property, hides nothing."""
    return not _names(node) and bool(Item(node).types & _PAGE_TYPES)


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
