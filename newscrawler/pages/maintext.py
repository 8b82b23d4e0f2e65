"""The main text of a page that no rule is known for: trafilatura's choice, held against the page.

What is added to it was measured on pages of some hundred publishers: each line is found again
among the blocks of the page, so that where it stands can be asked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import trafilatura
from lxml.etree import LxmlError
from lxml.etree import _Element as Element
from lxml.html import HtmlElement
from parsel import Selector

from newscrawler.normalise.text import clean_line, fold
from newscrawler.pages.blocks import Block, blocks, ends_sentence
from newscrawler.pages.furniture import is_promo
from newscrawler.pages.markup import Markup, words_of
from newscrawler.pages.microdata import MAX_ANCESTORS
from newscrawler.pages.stated import element_text
from newscrawler.pages.structured import JsonLd

# The largest of 1,200 pages had a third as many; trafilatura's time grows faster than a page.
MAX_ELEMENTS = 30_000
_TOO_DEEP = "/*" * (MAX_ANCESTORS + 1)

# Lengths in characters; a Chinese, Japanese, Korean or Thai text says the same in a third.
_HEADLINE = 9
_LEAD = range(30, 700)
_DENSE = frozenset({"zh", "ja", "ko", "th"})
_CAPTION = 400
_KICKER = 70
# How many of the first lines may repeat the headline with a kicker, or a part of it.
_HEAD_LINES = 4
# A line that says who wrote it, or when: `By Ana Ruiz`, `Updated: 1 March 2024, 10:00 CET`.
_BYLINE = 80
_DATE_WORDS = 3
_NO_BYLINE = frozenset({"h2", "h3", "h4", "h5", "h6", "tr", "li"})
_SIGNED = re.compile(
    r"(?:by|von|par|por|di|door|av|af|author|autor|autorin|auteur|autore|автор)\b:?\s+"
    r"(?=[^\W\d_])(?-i:[^a-zа-я])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
# How many blocks may stand between headline and text: bylines, dates, share buttons.
_HEAD_BLOCKS = 30
_LEADS = 2
# A stated text wins only where what was found is less than half of it: on the pages measured it
# was the worse choice everywhere else, without its subheadings or with its paragraphs glued.
_FAR_SHORTER = 0.5

# What extractors raise on odd trees; a bug of ours would not hide behind these.
_STUMBLES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, LxmlError)

_FURNITURE_WORDS = frozenset({
    "related", "recommended", "recommendation", "recommendations", "newsletter", "newsletters",
    "promo", "promotion", "promobox", "share", "sharing", "outbrain", "taboola", "recirc",
    "mostread", "popular", "trending", "disclaimer", "sidebar", "advertisement", "advert",
    "poll", "authorbox", "copyright", "taglist", "tags", "comments", "kommentare",
    "commentaires", "comentarios", "komentarze", "commenti", "reacties",
})  # fmt: skip
# Furniture is a small part of the text; what holds more of it is the text's own container.
_FURNITURE_SHARE = 0.25
_FURNITURE_LEVELS = 6
_OUTER = frozenset({"html", "body", "main", "article"})
_RUNNING = frozenset({"p", "li", "blockquote", "h2", "h3"})
# Characters; on longer pages what the extractor gives in one line is a table or a listing.
_SHORT_PAGE = 1_500
# Characters; shorter lines recur inside others by chance.
_LUMP_PART = 30
_BESIDE = frozenset({"nav", "aside", "figure", "figcaption", "footer"})
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_LAYOUT_CELL = "//td[.//h1 or count(.//p) > 2]"
_LIST_MARKER = re.compile(r"^- (?=\S)")


def main_text(
    page: Element | str, *, headline: str | None = None, url: str | None = None,
    language: str | None = None,
) -> list[str]:  # fmt: skip
    """Find the paragraphs of a page's article, with the lead where the page shows one.

    `page` is a tree, which stays as it is, or HTML. An empty list means that nothing was found.
    """
    root: Element = Selector(text=page or " ").root if isinstance(page, str) else page
    lines = _read(root, headline, language)
    found = [line.text for line in lines]
    stated = _stated(root, url)
    return stated if _is_better(stated, found) else found


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    key: str
    place: int | None
    block: Block | None


class _Page:
    """The blocks of a page, and what is known not to be its text."""

    def __init__(self, root: Element, headline: str | None, language: str | None) -> None:
        self.blocks = blocks(root, furniture=True)
        self.keys = [_key(block.text) for block in self.blocks]
        self.places: dict[str, list[int]] = {}
        for place, key in enumerate(self.keys):
            self.places.setdefault(key, []).append(place)
        self.headings = [i for i, block in enumerate(self.blocks) if block.tag == "h1"]
        markup = Markup.from_tree(root)
        titles = (
            headline,
            markup.meta("og:title"),
            *(self.blocks[i].text for i in self.headings[:2]),
        )
        keys = {_key(title) for title in titles if title}
        self.headlines = {key for key in keys if len(key) >= _HEADLINE}
        self.short_headlines = keys - self.headlines - {""}
        names = ("og:description", "description", "twitter:description")
        self.descriptions = [key for name in names if (key := _key(markup.meta(name) or ""))]
        self.captions = set(_captions(root)) - {""}
        self.shrink = 3 if (language or "")[:2] in _DENSE else 1

    def lines(self, found: Iterable[str]) -> Iterator[_Line]:
        """Find each line again on the page, in the page's order where it stands there twice."""
        last = -1
        for text in found:
            key = _key(text)
            place = self.place_of(key, last) if key else None
            last = last if place is None else max(place, last)
            block = None if place is None else self.blocks[place]
            yield _Line(block.text if block else text, key, place, block)

    def place_of(self, key: str, last: int) -> int | None:
        """Find the place of a text after the last one, or else its first."""
        places = self.places.get(key, [])
        after = bisect_right(places, last)
        return places[after] if after < len(places) else next(iter(places), None)

    def is_headline(self, line: _Line, number: int) -> bool:
        """Tell whether a line repeats the headline; one of the first, also in part or with more."""
        if line.key in self.headlines or number >= _HEAD_LINES:
            return line.key in self.headlines
        return line.key in self.short_headlines or any(
            (line.key.endswith(title) and len(line.key) < len(title) + _KICKER)
            or (len(line.key) > 2 * _HEADLINE and line.key in title)
            for title in self.headlines
        )

    def is_byline(self, line: _Line, number: int) -> bool:
        """Tell whether one of the first lines says no more than who wrote it, or when."""
        if number >= _HEAD_LINES or len(line.text) > _BYLINE or ends_sentence(line.text):
            return False
        if line.block is not None and line.block.tag in _NO_BYLINE:
            return False
        if _SIGNED.match(line.text):
            return True
        numbers = _NUMBERS.findall(line.text)
        has_day = len(numbers) > 1 and any(_YEAR.fullmatch(number) for number in numbers)
        return has_day and len(_LETTERS.findall(line.text)) <= _DATE_WORDS

    def is_glued(self, line: _Line) -> bool:
        """Tell a whole page in one line, which extractors give where they find no text."""
        return line.block is None and any(title in line.key for title in self.headlines)

    def is_lump(self, line: _Line) -> bool:
        """Tell several blocks in one line, which extractors make of short pages."""
        return line.block is None and sum(key in line.key for key in self.long_keys) > 1

    @cached_property
    def long_keys(self) -> set[str]:
        return {key for key in self.keys if len(key) * self.shrink >= _LUMP_PART}

    def running_text(self) -> list[_Line]:
        """Return the page's own paragraphs, outside of navigation, asides and footers."""
        places = [place for place, block in enumerate(self.blocks) if block.tag in _RUNNING]
        return [self.line(place) for place in places if not self.stands_beside(place)]

    def stands_beside(self, place: int) -> bool:
        around = islice(self.blocks[place].element.iterancestors(), MAX_ANCESTORS)
        return any(element.tag in _BESIDE for element in around)

    def is_caption(self, line: _Line) -> bool:
        return line.key in self.captions and len(line.text) < _CAPTION

    def leads(self, lines: list[_Line]) -> list[_Line]:
        """Lead paragraphs between headline and text that the text lacks.

        A lead is what the page's description repeats.
        """
        first = next((line.place for line in lines if line.place is not None), 0)
        start = max((place for place in self.headings if place < first), default=first)
        known = "".join(line.key for line in lines)
        places = range(start + 1, min(first, start + _HEAD_BLOCKS))
        found = [self.line(p) for p in places if self.is_lead(p) and self.keys[p] not in known]
        return found[:_LEADS]

    def line(self, place: int) -> _Line:
        return _Line(self.blocks[place].text, self.keys[place], place, self.blocks[place])

    def is_lead(self, place: int) -> bool:
        block, key = self.blocks[place], self.keys[place]
        if len(block.text) * self.shrink not in _LEAD or key in self.headlines or block.links_only:
            return False
        if block.tag in _BESIDE or self.stands_beside(place):
            return False
        return any(self.begins_alike(key, text) for text in self.descriptions)

    def begins_alike(self, key: str, description: str) -> bool:
        """Descriptions are cut off, and leads go on where their description ends."""
        shared = 60 // self.shrink
        if min(len(key), len(description)) < shared:
            return key == description
        return key[:shared] == description[:shared]


def _read(root: Element, headline: str | None, language: str | None) -> list[_Line]:
    page = _Page(root, headline, language)
    found = [line for line in page.lines(_extracted(root)) if line.key or line.block]
    is_short = sum(len(line.text) for line in found) * page.shrink < _SHORT_PAGE
    if is_short and any(page.is_lump(line) for line in found):
        found = page.running_text()
    limit = _FURNITURE_SHARE * sum(len(line.text) for line in found)
    kept = [
        line
        for number, line in enumerate(found)
        if not page.is_headline(line, number)
        and not page.is_byline(line, number)
        and not page.is_caption(line)
        and not page.is_glued(line)
        and not _is_furniture(line, limit)
    ]
    return [*page.leads(kept), *kept] if kept else []


def _extracted(root: Element) -> list[str]:
    if not isinstance(root, HtmlElement) or _is_excessive(root):
        return [block.text for block in blocks(root) if block.tag == "p"]
    try:
        found = trafilatura.bare_extraction(_without_layout(root), include_comments=False)
    except _STUMBLES:  # then the page is one without text, not the end of a crawl
        return []
    text = getattr(found, "text", None) or ""
    return [line for one in text.split("\n") if (line := clean_line(_LIST_MARKER.sub("", one)))]


def _without_layout(root: HtmlElement) -> HtmlElement:
    """Make containers of the cells that old pages are laid out with: they hold no data."""
    if not root.xpath(_LAYOUT_CELL):
        return root
    page = deepcopy(root)
    for cell in page.xpath(_LAYOUT_CELL):
        for part in (cell, *cell.iterancestors("tr", "tbody", "table")):
            part.tag = "div"
    return page


def _is_excessive(root: Element) -> bool:
    """Tell whether a page would keep the extractor busy for longer than a page may take."""
    elements = sum(1 for _ in islice(root.iter(), MAX_ELEMENTS + 1))
    return elements > MAX_ELEMENTS or bool(root.xpath(_TOO_DEEP))


def _is_furniture(line: _Line, limit: float) -> bool:
    links_only = line.block is not None and line.block.links_only
    if is_promo(line.text, links_only) or (links_only and not ends_sentence(line.text)):
        return True
    return line.block is not None and _stands_in_furniture(line.block.element, limit)


def _stands_in_furniture(element: Element, limit: float) -> bool:
    for around in (element, *islice(element.iterancestors(), _FURNITURE_LEVELS - 1)):
        if around.tag in _OUTER:
            return False
        is_named = not _FURNITURE_WORDS.isdisjoint(words_of(around))
        if is_named and _length(around, limit) < limit:
            return True
    return False


def _length(element: Element, limit: float) -> int:
    """Count the characters of an element's text, not much further than to a limit."""
    length = 0
    for part in element.itertext("*"):
        length += len(part)
        if length > limit:
            break
    return length


def _captions(root: Element) -> Iterator[str]:
    for caption in root.iter("figcaption"):
        yield _key(element_text(caption))
    for image in root.iter("img"):
        yield _key(image.get("alt", ""))


def _stated(root: Element, url: str | None) -> list[str]:
    """Paragraphs of the text that the page states in JSON-LD."""
    node = JsonLd.from_tree(root).article(*([url] if url else []))
    return [part for part in ((node.body if node else None) or "").split("\n\n") if part]


def _is_better(stated: list[str], found: list[str]) -> bool:
    """Tell whether a stated text has much more, or the same with more of its paragraphs."""
    if len("".join(found)) < _FAR_SHORTER * len("".join(stated)):
        return True
    return len(stated) > len(found) and _key("".join(stated)) == _key("".join(found))


def _key(text: str) -> str:
    """Letters and digits alone: extractors differ in everything else."""
    return _NOT_ALPHANUMERIC.sub("", fold(text))
