"""What a page states about itself in its markup: meta, link and time elements, microdata, RDFa."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile
from typing import Literal, TypeAlias

from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements
from newscrawler.pages.microdata import MAX_ANCESTORS, Item, Microdata
from newscrawler.pages.stated import element_text, stated_line
from newscrawler.pages.surroundings import MAX_HEADINGS, around

Place: TypeAlias = Literal["article", "page", "aside"]
Role: TypeAlias = Literal["published", "modified"]

# A listing has hundreds; the date of an article is among the first.
MAX_TIMES = 100
# Some pages state each keyword in an element of its own.
MAX_METAS = 1_000
# Characters of class and id names; those of 1,200 pages had 3,700 at most.
_LONGEST_NAMES = 4_096
# Of what belongs to an article although it stands in a footer, or in what is called a teaser.
_OWN_WORDS = frozenset({"author", "authors", "byline", "entry", "meta", "post"})
# Paragraphs that are looked at for the text of an article, and the least of it in characters.
_PARAGRAPHS, _TEXT = 40, 1000
_META_KEYS = ("name", "property", "itemprop", "http-equiv")
_ASIDE_TAGS = frozenset({"aside", "footer", "nav", "form", "iframe", "template"})
# Words of class and id names: what stands there is another article, a comment, or the clock of
# the page.
_ASIDE_WORDS = frozenset({
    "aside", "sidebar", "comment", "comments", "disqus", "related", "recommended",
    "recommendations", "recirc", "teaser", "teasers", "footer", "nav", "navbar", "navigation",
    "menu", "clock", "today", "now", "weather", "ticker", "carousel", "slider", "popular",
    "trending", "latest", "newest", "mostread", "sitenav", "topbar", "newsfeed", "promo",
    "widget", "further", "outbrain", "taboola",
})  # fmt: skip
_ELSEWHERE_WORDS = frozenset({
    "nav", "navigation", "navbar", "menu", "sidebar", "trending", "popular", "tagcloud",
    "related", "teaser", "teasers", "comment", "comments",
})  # fmt: skip
MODIFIED_WORDS = frozenset({
    "modified", "updated", "update", "upd", "lastmod", "edited", "revised", "changed",
})  # fmt: skip
PUBLISHED_WORDS = frozenset({"published", "publish", "pubdate", "publication", "posted"})
_ENTRY_DATE = frozenset({"entry", "date"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class TimeElement:
    """A `time` element: its `datetime` as written, what it shows, and where it stands.

    `place` is `aside` in comments, related articles, navigation and page clocks.
    """

    datetime: str | None
    text: str
    place: Place
    role: Role | None


@dataclass(frozen=True, slots=True)
class Markup:
    """The markup of one page; addresses are given as written, not made absolute.

    `metadata` holds the contents of `meta` elements as written, by name in lower case.
    """

    root: Element
    item: Item
    metadata: Mapping[str, list[str]] = field(repr=False)
    elements: Elements = field(repr=False, compare=False)

    @classmethod
    def from_tree(cls, root: Element, elements: Elements | None = None) -> Markup:
        elements = elements or Elements(root)
        microdata = Microdata(elements)
        return cls(root, microdata.main_item(), _metadata(microdata), elements)

    def meta(self, *names: str) -> str | None:
        """First that has content, in the order of the names: `name`, `property`, `itemprop`, ..."""
        return next((value for name in names for value in self._each_meta(name)), None)

    def metas(self, name: str) -> list[str]:
        """All contents under a name, which is compared without regard to case."""
        return list(self._each_meta(name))

    def _each_meta(self, name: str) -> Iterator[str]:
        lines = map(stated_line, self.metadata.get(name.casefold(), []))
        return (line for line in lines if line)

    def link(self, rel: str) -> str | None:
        """Address of the first `link` element of this relation."""
        links = (link.get("href", "").strip() for link in self._links(rel.casefold()))
        return next((address for address in links if address), None)

    def itemprops(self, name: str, *, within: str | None = None) -> list[str]:
        """All values of a property of the page's article, in microdata or RDFa.

        `within` names a property whose nested items are asked instead:
        `itemprops("name", within="author")`.
        """
        if within is None:
            return self.item.values(name)
        return [value for item in self.item.items(within) for value in item.values(name)]

    def itemprop(self, name: str, *, within: str | None = None) -> str | None:
        """First value of `itemprops`."""
        items = [self.item] if within is None else self.item.items(within)
        return next((value for item in items for value in item.each_value(name)), None)

    def itemprop_elements(self, name: str) -> list[Element]:
        """Elements of a property of the page's article, such as the container of `articleBody`."""
        return self.item.elements(name)

    @property
    def html_lang(self) -> str | None:
        """Language tag of the `html` or `body` element, as written."""
        bodies = (node for node in self.root.iterchildren("body"))
        stated = (n.get(key, "") for n in (self.root, *bodies) for key in ("lang", "xml:lang"))
        return next((tag.strip() for tag in stated if tag.strip()), None)

    @property
    def canonical(self) -> str | None:
        return self.link("canonical")

    @property
    def amp_url(self) -> str | None:
        return self.link("amphtml")

    @property
    def base_href(self) -> str | None:
        """What relative addresses of the page are relative to, where it says so."""
        bases = (node.get("href", "").strip() for node in self.elements.of("base"))
        return next((href for href in bases if href), None)

    @property
    def title(self) -> str | None:
        """Text of the page's `title`, with the site's name as it stands there."""
        titles = (t for t in self.elements.of("title") if _is_of_page(t))
        return next((line for one in titles if (line := stated_line(element_text(one)))), None)

    def time_elements(self) -> list[TimeElement]:
        """The `time` elements in document order."""
        times = self.elements.of("time")[:MAX_TIMES]
        with_h1 = around(self.elements.of("h1")) if times else set()
        main = _main_article(self.elements) if times else None
        return [_time_element(node, main, with_h1) for node in times]

    def _links(self, rel: str) -> Iterator[Element]:
        for link in self.elements.of("link"):
            if rel in link.get("rel", "").casefold().split():
                yield link


def _metadata(microdata: Microdata) -> dict[str, list[str]]:
    """Return the contents as written by the names that they stand under."""
    found: dict[str, list[str]] = {}
    for node in microdata.elements.of("meta"):
        value = node.get("content") or node.get("value")
        if value:
            for name in _meta_names(node, microdata):
                of_name = found.setdefault(name, [])
                if len(of_name) < MAX_METAS:
                    of_name.append(value)
    return found


def _meta_names(node: Element, microdata: Microdata) -> Iterator[str]:
    """Names that a `meta` stands under; a property of a nested item says nothing of the page."""
    names = {key: stated.casefold() for key in _META_KEYS if (stated := node.get(key))}
    if "itemprop" in names and not microdata.item_of(node).is_page_level:
        del names["itemprop"]
    return iter(dict.fromkeys(part for stated in names.values() for part in _tokens(stated)))


def _tokens(stated: str) -> list[str]:
    """Split a list of names; a name with blanks in it is also found as a whole."""
    return [" ".join(stated.split()), *stated.split()] if stated.strip() else []


def _time_element(node: Element, main: Element | None, with_h1: Set[Element]) -> TimeElement:
    datetime = (node.get("datetime") or node.get("content") or "").strip()
    text = stated_line(element_text(node))
    return TimeElement(datetime or None, text, _place(node, main, with_h1), _role(node))


def _is_of_page(title: Element) -> bool:
    return next(title.iterancestors("svg", "template"), None) is None


def _main_article(elements: Elements) -> Element | None:
    """Return the `article` around the page's `h1`, or the only `article` there is."""
    for heading in elements.of("h1")[:MAX_HEADINGS]:
        article = next(heading.iterancestors("article"), None)
        if article is not None:
            return article
    articles = elements.of("article")
    return articles[0] if len(articles) == 1 else None


def _place(node: Element, main: Element | None, with_h1: Set[Element]) -> Place:
    outer = [node, *islice(node.iterancestors(), MAX_ANCESTORS)]
    if stands_aside(node) or any(one.tag == "blockquote" for one in outer):
        return "aside"
    articles = [element for element in outer if element.tag == "article"]
    if articles:
        return "article" if articles[0] is main else "aside"
    inner = [one for one in outer[1:3] if one.tag not in ("html", "body")]
    heads = any(one in with_h1 or one.tag in ("h1", "main") for one in inner)
    return "article" if heads else "page"


def stands_aside(node: Element, shared: Container[Element] = ()) -> bool:
    """Tell what is in comments, related articles, navigation, forms and page clocks.

    What is in `shared` (around the headline as well) puts nothing aside: some systems wrap the
    whole page into a form.
    """
    around = takewhile(lambda one: one not in shared, (node, *node.iterancestors()))
    elements = islice(around, MAX_ANCESTORS)
    return any(is_aside(element) for element in elements if element.tag not in ("html", "body"))


def is_elsewhere(element: Element) -> bool:
    """Tell a box of menus, comments or other articles; an article has a footer of its own."""
    if element.tag == "footer":
        around = islice(element.iterancestors(), MAX_ANCESTORS)
        if not any(one.tag in ("article", "main") for one in around):
            return _OWN_WORDS.isdisjoint(words_of(element))
    words = words_of(element)
    if not _OWN_WORDS.isdisjoint(words) and words & _ELSEWHERE_WORDS <= {"teaser"}:
        return False  # `ArticleTeaser_authors`: the teaser is the top of the article
    if element.tag == "template":
        return True
    if element.tag == "aside" and words.isdisjoint({"meta", "info", "article", "author"}):
        return True
    found = words & _ELSEWHERE_WORDS - ({"sidebar"} if "header" in words else set())
    # `content-sidebar-right` is called after what is beside it.
    return bool(found) and (found != {"sidebar"} or not _holds_a_text(element))


def _holds_a_text(element: Element) -> bool:
    paragraphs = islice(element.iter("p"), _PARAGRAPHS)
    return sum(len(one.text or "") for one in paragraphs) > _TEXT


def is_aside(element: Element) -> bool:
    """Tell a box that puts aside what is in it."""
    return element.tag in _ASIDE_TAGS or not _ASIDE_WORDS.isdisjoint(words_of(element))


def words_of(element: Element, *attributes: str) -> Set[str]:
    """Return the words of its class and id names, and of further attributes."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if attributes:
        names = " ".join((names, *(element.get(name, "") for name in attributes)))
    return words_in(names[:_LONGEST_NAMES])


@lru_cache(maxsize=4096)
def words_in(names: str) -> frozenset[str]:
    """Split names at case changes, digits and punctuation into words in lower case."""
    return frozenset(word.casefold() for word in _WORD.findall(names))


def names_a_change(words: Set[str]) -> bool:
    """Tell `updated` from `published updated` and `entry-date updated`, which say that a date of
    publication has not changed since.
    """
    if words.isdisjoint(MODIFIED_WORDS):
        return False
    return words.isdisjoint(PUBLISHED_WORDS) and not words >= _ENTRY_DATE


def _role(node: Element) -> Role | None:
    """Read a role from the element's own property and class, then from its parent's."""
    parent = node.getparent()
    for element in (node,) if parent is None else (node, parent):
        words = words_of(element, "itemprop")
        if names_a_change(words):
            return "modified"
        if not PUBLISHED_WORDS.isdisjoint(words) or (element is node and "pubdate" in node.attrib):
            return "published"
    return None
