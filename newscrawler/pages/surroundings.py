"""Where on a page an element stands: in the listing, or in what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from lxml.etree import _Element as Element

from newscrawler.normalise.text import clean_line
from newscrawler.pages.class_names import ClassNames, ClassWords
from newscrawler.pages.elements import Elements
from newscrawler.pages.vocabulary import (
    ASIDE_CLASS,
    ASIDE_HEADING,
    CALENDAR_CLASS,
    COMMENTS_CLASS,
    FURNITURE_CLASS,
    PAGER_BOX_CLASS,
    SLIDES_CLASS,
)

__all__ = ["HEADINGS", "Element", "Surroundings", "is_headed", "line_of", "names_of"]

# A page of a listing has hundreds; what has more is no list for readers.
MAX_LINKS = 5_000
MAX_HEADINGS = 1_000
HEADINGS = ("h2", "h3", "h4")
_SECTIONS = frozenset({"html", "body", "main"})
_ARTICLE = frozenset({"article"})
_ARTICLE_OR_MAIN = frozenset({"article", "main"})
LONGEST_LINE = 60  # characters


class Surroundings:
    """Answers about the elements of one page, each ancestor being looked at once."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.root = elements.root
        self._aside: dict[Element, bool] = {}
        self._foreign: dict[Element, bool] = {}
        self._pager: dict[Element, bool] = {}
        self._teaser: dict[Element, bool] = {}
        self._furniture: dict[Element, bool] = {}
        self._within: dict[frozenset[str], dict[Element, bool]] = {}

    def is_aside(self, element: Element) -> bool:
        """Tell a menu, a sidebar, a footer, a most-read box from the list of the page."""
        return self._inherited(self._aside, element, self._makes_aside)

    def is_in_pager(self, element: Element) -> bool:
        return self._inherited(self._pager, element, _makes_pager)

    def is_foreign(self, element: Element) -> bool:
        """Tell a pager of something else: of comments, of a calendar, of slides."""
        return self._inherited(self._foreign, element, _makes_foreign)

    def is_in_teaser(self, element: Element) -> bool:
        """Tell whether the nearest `article` or `li` around it has a heading."""
        teaser = next((one for one in element.iterancestors("article", "li")), None)
        if teaser is None:
            return False
        if teaser not in self._teaser:
            self._teaser[teaser] = next(teaser.iter("h2", "h3"), None) is not None
        return self._teaser[teaser]

    def is_in_furniture(self, element: Element) -> bool:
        """Tell what stands in navigation, in a sidebar or in the footer of the site."""
        return self._inherited(self._furniture, element, self._makes_furniture)

    def is_within(self, element: Element, tags: frozenset[str]) -> bool:
        """Tell whether an element, or one around it, is of these."""
        known = self._within.setdefault(tags, {})
        return self._inherited(known, element, lambda one: one.tag in tags)

    @cached_property
    def class_names(self) -> ClassNames:
        return ClassNames(self.elements)

    @cached_property
    def with_h1(self) -> set[Element]:
        return around(self.elements.of("h1"))

    @cached_property
    def with_links(self) -> set[Element]:
        return around(self.elements.of("a"))

    @cached_property
    def with_data(self) -> list[Element]:
        """The elements that hold data for a script, the first and the last of very many."""
        test = "starts-with(name(), 'data-') or starts-with(name(), 'hx-')"
        found = self.find(f"//*[@*[{test}]]")
        return found if len(found) <= MAX_LINKS else found[:1_000] + found[-MAX_LINKS // 4 :]

    def find(self, xpath: str) -> list[Element]:
        found = self.root.xpath(xpath)
        return [one for one in found if isinstance(one, Element)] if isinstance(found, list) else []

    @cached_property
    def links(self) -> list[Element]:
        """The links of the page in its order, those at its end among them."""
        return [one for one in self._bounded("a") if one.get("href")]

    def _bounded(self, tag: str) -> Iterator[Element]:
        found = self.elements.of(tag)
        if len(found) <= MAX_LINKS:
            return iter(found)
        return iter(found[: MAX_LINKS * 3 // 4] + found[-MAX_LINKS // 4 :])

    @cached_property
    def _boxes(self) -> set[Element]:
        """Elements whose heading says that they hold what is most read, or an advertisement."""
        headings = self.elements.of("h2", "h3", "h4", "h5", "h6")[:MAX_HEADINGS]
        said = (one for one in headings if ASIDE_HEADING.match(line_of(one).casefold()))
        boxes = {box for one in said if (box := _box_of(one)) is not None}
        return {box for box in boxes if box.tag not in _SECTIONS and box not in self.with_h1}

    def _makes_aside(self, element: Element) -> bool:
        if element.tag in ("nav", "aside"):
            return True
        if element.tag in ("footer", "header"):
            return next(element.iterancestors("main", "article"), None) is None
        # `has-sidebar` on the body, or on what holds the listing beside its sidebar, names none.
        if element.tag in ("html", "body") or element in self.with_h1:
            return False
        return element in self._boxes or _is_named(element, ASIDE_CLASS)

    def _makes_furniture(self, element: Element) -> bool:
        tag = element.tag
        if tag == "nav" or (tag == "footer" and not self.is_within(element, _ARTICLE)):
            return True
        if tag in ("header", "aside") and not self.is_within(element, _ARTICLE_OR_MAIN):
            return True
        # `has-sidebar` on the body, or on what holds the article beside its sidebar, names none.
        return element in self._named_furniture and not (
            tag in ("html", "body") or element in self.with_h1
        )

    @cached_property
    def _named_furniture(self) -> frozenset[Element]:
        return frozenset(self.class_names.elements(FURNITURE_CLASS))

    @staticmethod
    def _inherited(
        known: dict[Element, bool], element: Element, own: Callable[[Element], bool]
    ) -> bool:
        way: list[Element] = []
        node: Element | None = element
        while node is not None and node not in known:
            way.append(node)
            node = node.getparent()
        verdict = node is not None and known[node]
        for one in reversed(way):
            verdict = verdict or own(one)
            known[one] = verdict
        return verdict


def around(elements: Iterable[Element]) -> set[Element]:
    """Return what stands around any of the elements."""
    found: set[Element] = set()
    for element in elements:
        outer = element.getparent()
        while outer is not None and outer not in found:
            found.add(outer)
            outer = outer.getparent()
    return found


def is_headed(link: Element) -> bool:
    """Tell a link in a heading, or with a heading in it."""
    inside = next(link.iter(*HEADINGS), None)
    return inside is not None or next(link.iterancestors(*HEADINGS), None) is not None


def line_of(element: Element) -> str:
    """Return the text of a link, a button or a heading, cut off where it is none of them."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part.strip())
        if length > LONGEST_LINE:
            break
    return clean_line(" ".join(parts))


def names_of(element: Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _is_named(element: Element, words: ClassWords) -> bool:
    return bool(words.search(element.get("class", "")) or words.search(element.get("id", "")))


def _makes_pager(element: Element) -> bool:
    return element.tag not in ("html", "body") and _is_named(element, PAGER_BOX_CLASS)


def _makes_foreign(element: Element) -> bool:
    if element.tag in ("html", "body"):
        return False
    patterns = (COMMENTS_CLASS, CALENDAR_CLASS, SLIDES_CLASS)
    return any(_is_named(element, one) for one in patterns)


def _box_of(heading: Element) -> Element | None:
    """Return what a heading stands over, which may be in a box of its own."""
    box: Element | None = heading.getparent()
    if box is not None and next(box.iter("a"), None) is None:
        return box.getparent()
    return box
