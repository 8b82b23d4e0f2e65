"""One page with everything it states about itself, read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import TypeAlias, cast

from lxml import etree
from lxml.etree import _Element as Element
from parsel import Selector, css2xpath
from scrapy.http import TextResponse

from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import absolute_url, is_twin_url, url_key
from newscrawler.pages.elements import Elements
from newscrawler.pages.markup import Markup
from newscrawler.pages.parsing import parse
from newscrawler.pages.structured import JsonLd, Node
from newscrawler.pages.surroundings import Surroundings

Found: TypeAlias = Element | str
"""What CSS finds: an element, or a string for `::text` and `::attr(name)`."""
_LONGEST_COUNTED = 1_000_000  # characters: two novels
# Chinese, Japanese and Thai leave no spaces between words, which have some two characters.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
# Where the text of a page breaks even if its source has no white space there.
_BREAKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div",
    "dl", "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "td",
    "th", "tr", "ul",
})  # fmt: skip
_LINE_BREAK = "\u2028"
_UNREADABLE = frozenset({"noscript", "script", "style", "template"})
# An address may hold commas, so only the one behind a descriptor separates.
_CANDIDATE = re.compile(r"(\S++)(?:\s++(\d++(?:\.\d++)?+)[wx]\s*+(?:,|$))?")


class Document:
    """The parsed page, its JSON-LD and its markup; a pure function of the response."""

    def __init__(self, response: TextResponse) -> None:
        self.url = response.url
        self.headers = response.headers
        self.root = parse(response)
        self._absolute: dict[str, str | None] = {}

    @cached_property
    def selector(self) -> Selector:
        return Selector(root=self.root, type="html")

    @cached_property
    def elements(self) -> Elements:
        return Elements(self.root)

    @cached_property
    def surroundings(self) -> Surroundings:
        return Surroundings(self.elements)

    @cached_property
    def json_ld(self) -> JsonLd:
        return JsonLd.from_tree(self.root, self.elements)

    @cached_property
    def markup(self) -> Markup:
        return Markup.from_tree(self.root, self.elements)

    @cached_property
    def article_node(self) -> Node | None:
        """The JSON-LD article that the page is about."""
        addresses = (self.url, self.canonical_url)
        return self.json_ld.article(*(address for address in addresses if address))

    @cached_property
    def canonical_url(self) -> str | None:
        stated = self.markup.canonical
        return absolute_url(self.url, stated) if stated else None

    @cached_property
    def own_url(self) -> str:
        """The page's address, as the page spells it where both spellings mean the same."""
        canonical = self.canonical_url
        if not canonical or is_twin_url(self.url) or url_key(canonical) != url_key(self.url):
            return self.url
        return canonical

    @cached_property
    def base_url(self) -> str:
        stated = self.markup.base_href
        return (stated and absolute_url(self.own_url, stated)) or self.own_url

    def absolute(self, href: str) -> str | None:
        """Return `href` as a clean absolute address, None where it leads to no page."""
        if href not in self._absolute:
            self._absolute[href] = absolute_url(self.base_url, href)
        return self._absolute[href]

    def image_url(self, image: Element) -> str | None:
        """Read the address from where it stands: a lazy page's `src` is a placeholder."""
        names = ("data-src", "data-lazy-src", "data-original", "src")
        sets = (widest(image.get(name, "")) for name in ("data-srcset", "srcset"))
        sources = (*(image.get(name) for name in names), *sets)
        urls = (self.absolute(source) for source in sources if source)
        return next((url for url in urls if url), None)

    @cached_property
    def places(self) -> dict[Element, int]:
        """The place of each link in the order of the document."""
        return {link: place for place, link in enumerate(self.elements.of("a"))}

    def shown_lines(self) -> list[str]:
        """Return the texts of the body as clean lines, each as far as a browser breaks none."""
        body = next(iter(self.elements.of("body")), None)
        text = "" if body is None else "".join(_texts(body, _LINE_BREAK))
        return [line for part in text.split(_LINE_BREAK) if (line := clean_line(part))]

    def find(self, css: str, within: Element | None = None) -> list[Found]:
        """Return what `css` matches, in document order."""
        found = _compiled(css)(self.root if within is None else within)
        return cast("list[Found]", found) if isinstance(found, list) else []

    def lines(self, css: str, within: Selector | Element | None = None) -> list[str]:
        """Return the text of everything that `css` matches, as clean lines.

        An element gives its text, `meta` its content, `time` its datetime where it has one;
        `::text` and `::attr(name)` say it otherwise.
        """
        return list(self.each_line(css, within))

    def each_line(self, css: str, within: Selector | Element | None = None) -> Iterator[str]:
        """Give the same as `lines`, each when it is asked for."""
        found = self.find(css, within.root if isinstance(within, Selector) else within)
        return (line for one in found if (line := clean_line(text_of(one))))


@lru_cache(maxsize=256)
def _compiled(css: str) -> etree.XPath:
    return etree.XPath(css2xpath(css), smart_strings=False)


def text_of(found: Selector | Found) -> str:
    """Return the text of an element, or the string itself where there is one."""
    element = found.root if isinstance(found, Selector) else found
    if not isinstance(element, Element):
        return str(element)
    if element.tag in ("meta", "time"):
        stated = element.get("content" if element.tag == "meta" else "datetime")
        if stated:
            return stated
    return "".join(_texts(element))


def opening_of(element: Element, characters: int = 100) -> str:
    """Return the first of the text of an element as one clean line."""
    parts: list[str] = []
    length = 0
    for part in islice(_texts(element), characters):
        parts.append(part)
        length += len(part.strip())
        if length >= characters:
            break
    return clean_line("".join(parts))


def _texts(element: Element, apart: str = " ") -> Iterator[str]:
    """Give the texts inside an element, apart where a browser breaks the line."""
    if not len(element):
        edge = apart if element.tag in _BREAKS else ""
        yield edge + (element.text or "") + edge if element.tag not in _UNREADABLE else edge
        return
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        edge = apart if node.tag in _BREAKS else ""
        if event != "start":
            yield edge + ((node.tail or "") if node is not element else "")
        elif node.tag in _UNREADABLE:
            walk.skip_subtree()
        else:
            yield edge + (node.text or "")


def word_count(text: str) -> int:
    """Count words, in scripts without spaces by their characters; of a book, its beginning."""
    text = text[:_LONGEST_COUNTED]
    if text.isascii():
        return len(text.split())
    return len(_UNSPACED.sub(" ", text).split()) + (len(_UNSPACED.findall(text)) + 1) // 2


def widest(srcset: str) -> str:
    """Return the largest candidate of a `srcset`, empty where there is none."""
    found = [(float(size), url) for url, size in _CANDIDATE.findall(srcset) if size]
    return max(found)[1] if found else ""
