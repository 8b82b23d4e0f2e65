"""One page with everything it states about itself, read once."""

from __future__ import annotations

from functools import cached_property

from lxml import html
from parsel import Selector
from scrapy.http import TextResponse

from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import absolute_url, is_twin_url, url_key
from newscrawler.pages.markup import Markup
from newscrawler.pages.structured import JsonLd, Node

_EMPTY = "<html></html>"


class Document:
    """The parsed page, its JSON-LD and its markup; a pure function of the response."""

    def __init__(self, response: TextResponse) -> None:
        self.url = response.url
        self.selector = _selector(response)

    @cached_property
    def root(self) -> html.HtmlElement:
        root: html.HtmlElement = self.selector.root
        return root

    @cached_property
    def json_ld(self) -> JsonLd:
        return JsonLd.from_tree(self.root)

    @cached_property
    def markup(self) -> Markup:
        return Markup.from_tree(self.root)

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
        return absolute_url(self.base_url, href)

    @cached_property
    def places(self) -> dict[html.HtmlElement, int]:
        """The place of each link in the order of the document."""
        return {link: place for place, link in enumerate(self.root.iter("a"))}

    def lines(self, css: str, within: Selector | None = None) -> list[str]:
        """Return the text of everything that `css` matches, as clean lines.

        An element gives its text, `meta` its content, `time` its datetime where it has one;
        `::text` and `::attr(name)` say it otherwise.
        """
        found = (within or self.selector).css(css)
        return [line for one in found if (line := clean_line(text_of(one)))]


def text_of(selector: Selector) -> str:
    """Return the text of an element, or the string itself where `selector` holds one."""
    element = selector.root
    if not isinstance(element, html.HtmlElement):
        return str(selector.get())
    for attribute in {"meta": ("content",), "time": ("datetime",)}.get(str(element.tag), ()):
        if element.get(attribute):
            return str(element.get(attribute))
    return "".join(str(part) for part in element.xpath(".//text()[not(ancestor::script)]"))


def _selector(response: TextResponse) -> Selector:
    """Parse the page; what has no element at all is read as an empty document."""
    selector = response.selector
    return selector if isinstance(selector.root, html.HtmlElement) else Selector(_EMPTY)
