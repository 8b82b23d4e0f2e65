"""What a page states about itself in JSON-LD, and which of its articles it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements
from newscrawler.pages.jsonblocks import json_ld_values
from newscrawler.pages.nodes import Contributor, Json, Node, Picture, identity, types_of

__all__ = ["ARTICLE_TYPES", "Contributor", "JsonLd", "Node", "Picture"]

ARTICLE_TYPES = frozenset({
    "NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle",
    "OpinionNewsArticle", "BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle",
    "SatiricalArticle", "AdvertiserContentArticle", "ScholarlyArticle", "BlogPosting",
    "LiveBlogPosting", "SocialMediaPosting", "Report", "TechArticle",
})  # fmt: skip
# A block of the permitted size can hold some 100,000 empty objects.
MAX_NODES = 10_000

# Where one article's data holds other articles: teasers, sources, comments.
_SECONDARY = frozenset({
    "itemListElement", "mentions", "citation", "isRelatedTo", "relatedLink", "hasPart",
    "isBasedOn", "blogPost", "blogPosts", "liveBlogUpdate", "comment", "review", "subjectOf",
    "isPartOf", "significantLink", "workExample", "itemReviewed",
})  # fmt: skip
_WEIGHTY = ("headline", "datePublished", "author", "articleBody")


@dataclass(frozen=True, slots=True)
class JsonLd:
    """All JSON-LD of a page: every object in document order, and the count of broken blocks."""

    nodes: tuple[Node, ...] = ()
    broken: int = 0

    @classmethod
    def from_tree(cls, root: Element, elements: Elements | None = None) -> JsonLd:
        """Read the blocks below `root`; those too large, too deep or beyond repair are counted."""
        scripts = elements.of("script") if elements else root.iter("script")
        values, broken = json_ld_values(scripts)
        found = list(islice(_objects(values), MAX_NODES))
        graph = _graph(data for data, _ in found)
        return cls(tuple(Node(data, graph, secondary) for data, secondary in found), broken)

    @property
    def types(self) -> frozenset[str]:
        """All types found on the page, without their namespace."""
        return frozenset().union(*(node.types for node in self.nodes))

    def of_type(self, *types: str) -> list[Node]:
        """All nodes of any of these types, in document order."""
        return [node for node in self.nodes if not node.types.isdisjoint(types)]

    def article(self, *page_urls: str) -> Node | None:
        """Choose the article that the page is about.

        A node that names one of `page_urls` wins; otherwise the one that says most, unless it
        stands where other articles' teasers do, or the page lists several other addresses.
        """
        candidates = self.of_type(*ARTICLE_TYPES)
        named = [node for node in candidates if any(_names(node, url) for url in page_urls)]
        own = [node for node in candidates if not node.secondary and _says_enough(node)]
        if page_urls and len({link for node in own if (link := _address(node))}) > 1:
            own = [node for node in own if _address(node) is None]
        # max() keeps the first of equals: publishers put the article before what is related.
        return max(named or own, key=_weight, default=None)

    def page_date(self, url: str) -> str | None:
        """When the page was published, where it describes itself as a page and no article."""
        pages = [node for node in self.of_type("WebPage", "ItemPage") if not node.secondary]
        named = (node for node in pages if len(pages) == 1 or _names(node, url))
        return next((day for node in named if (day := node.date_published)), None)

    @property
    def breadcrumbs(self) -> list[str]:
        """The first trail of the page that has names."""
        trails = (node.breadcrumbs for node in self.of_type("BreadcrumbList"))
        return next((trail for trail in trails if trail), [])


def _objects(value: Any, secondary: bool = False) -> Iterator[tuple[Json, bool]]:
    if isinstance(value, dict):
        if types_of(value):
            yield value, secondary
        for key, child in value.items():
            if isinstance(child, dict | list):
                yield from _objects(child, secondary or key in _SECONDARY)
    elif isinstance(value, list):
        for child in value:
            if isinstance(child, dict | list):
                yield from _objects(child, secondary)


def _graph(objects: Iterable[Json]) -> Mapping[str, Json]:
    """Index the objects by `@id`; of several with one `@id` the fullest counts."""
    graph: dict[str, Json] = {}
    for data in objects:
        known = graph.get(identity(data), {})
        if len(data) > len(known):
            graph[identity(data)] = data
    graph.pop("", None)
    return graph


def _weight(node: Node) -> tuple[bool, int]:
    return not node.secondary, _said(node)


def _said(node: Node) -> int:
    return sum(bool(node.values(key)) for key in _WEIGHTY)


def _says_enough(node: Node) -> bool:
    """A headline with an address and nothing more is a teaser."""
    return _said(node) > 1 or (_said(node) == 1 and node.link("url") is None)


class _Place(NamedTuple):
    host: str
    path: str
    query: str


def _links(node: Node) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        link = node.link(key)
        if link and link.startswith(("http:", "https:", "/")):
            yield link


def _address(node: Node) -> str | None:
    """Path of the page that a node states for itself; a site's front page is none."""
    places = (_place(link) for link in _links(node))
    return next((place.path for place in places if place and place.path), None)


def _names(node: Node, url: str) -> bool:
    page = _place(url)
    return page is not None and any(_same(_place(link, url), page) for link in _links(node))


def _place(link: str, base: str = "") -> _Place | None:
    try:
        parts = urlsplit(urljoin(base, link))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return _Place(host, unquote(parts.path).rstrip("/"), parts.query)


def _same(link: _Place | None, page: _Place) -> bool:
    """Compare host and path; a query must agree only where both have one."""
    if link is None or (link.host, link.path) != (page.host, page.path):
        return False
    return link.query == page.query or not (link.query and page.query)
