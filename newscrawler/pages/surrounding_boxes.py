"""Which boxes of a page hold something else than its article."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import islice
from typing import Literal, TypeAlias

from lxml.etree import _Element as Element

from newscrawler.pages.markup import words_of

Verdict: TypeAlias = Literal["other", "furniture", "called furniture", ""]

_OTHER_TAGS = frozenset({"blockquote", "figcaption", "iframe", "template", "form", "select"})
# Other articles, comments, posts of social networks, pictures, the clock of the page.
_OTHER_WORDS = frozenset({
    "comment", "comments", "commentlist", "disqus", "related", "recommended", "reply",
    "recommendations", "recirc", "clock", "today", "now", "weather", "ticker",
    "popular", "trending", "latest", "newest", "mostread", "newsfeed",
    "further", "outbrain", "taboola", "twitter", "tweet", "instagram", "caption", "calendar",
    "event", "events", "termine", "copyright", "teasers", "references", "reference", "reflist",
    "leserbrief", "kommentare", "kommentar", "archive", "archives", "current",
})  # fmt: skip
_FURNITURE_TAGS = frozenset({"aside", "footer", "nav"})
_FURNITURE_WORDS = frozenset({
    "aside", "nav", "navbar", "navigation", "menu", "footer", "teaser", "topbar", "sitenav",
    "promo", "widget", "sidebar", "carousel", "slider",
})  # fmt: skip
# What an article calls its own parts: `entry-footer`, `nav meta`, `teaser_text_meta`.
_OWN_WORDS = frozenset({
    "meta", "byline", "entry", "post", "posts", "article", "asset", "hentry", "blog",
})  # fmt: skip
_DATE_WORDS = frozenset({"date", "datum", "fecha", "published", "pubdate", "time", "timestamp"})
_DEEPEST = 64
_NAMED_WITHIN = 5


class Boxes:
    """Tells what stands aside; what is also around the headline puts nothing aside."""

    def __init__(self, shared: Container[Element]) -> None:
        self._shared = shared
        self._known: dict[Element, tuple[Verdict, bool]] = {}

    def is_aside(self, element: Element, *, near: bool) -> bool:
        """Tell what is not of the article; near the headline its own parts look like menus."""
        in_article = is_furniture = is_called_so = is_named = False
        for box in self._around(element):
            verdict, own = self._judge(box)
            if verdict == "other":
                return True
            is_furniture = is_furniture or (verdict == "furniture" and not own)
            is_called_so = is_called_so or (verdict == "called furniture" and not own)
            is_named = is_named or (own and near)
            in_article = in_article or (box.tag == "article")
        if is_named or in_article:
            return False
        return is_furniture or (is_called_so and not (near and _is_a_date(element)))

    def is_other(self, element: Element) -> bool:
        """Tell what is of a comment, another article or a post, and not just of a menu."""
        return any(self._judge(box)[0] == "other" for box in self._around(element))

    def _around(self, element: Element) -> Iterator[Element]:
        """Give the boxes around an element up to one that holds the headline as well."""
        for box in islice((element, *islice(element.iterancestors(), _DEEPEST)), _DEEPEST):
            if box in self._shared or box.tag in ("body", "html"):
                return
            yield box

    def _judge(self, box: Element) -> tuple[Verdict, bool]:
        if box not in self._known:
            self._known[box] = _verdict(box)
        return self._known[box]

    def is_named(self, element: Element) -> bool:
        """Tell what stands in a box that calls itself a part of an article."""
        around = islice((element, *islice(element.iterancestors(), _NAMED_WITHIN)), _NAMED_WITHIN)
        return any(not words_of(box).isdisjoint(_OWN_WORDS - {"blog"}) for box in around)


def _verdict(box: Element) -> tuple[Verdict, bool]:
    words = words_of(box)
    own = not words.isdisjoint(_OWN_WORDS)
    if box.tag in _OTHER_TAGS or not words.isdisjoint(_OTHER_WORDS):
        return "other", own
    if box.tag in _FURNITURE_TAGS:
        return "furniture", own
    return ("called furniture" if not words.isdisjoint(_FURNITURE_WORDS) else ""), own


def _is_a_date(element: Element) -> bool:
    return element.tag == "time" or not words_of(element).isdisjoint(_DATE_WORDS)
