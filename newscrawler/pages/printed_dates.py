"""The dates that a page shows its readers, in elements marked as dates and in its lines."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice, takewhile
from typing import Literal, NamedTuple, TypeAlias

from lxml.etree import _Element as Element

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.text import clean_line
from newscrawler.pages.article_head import ArticleHead, tells_a_change
from newscrawler.pages.dated_lines import DatedLine, dated_lines
from newscrawler.pages.document import Document
from newscrawler.pages.elements import Elements
from newscrawler.pages.markup import TimeElement
from newscrawler.pages.stated_dates import Statement
from newscrawler.pages.surrounding_boxes import Boxes

Strength: TypeAlias = Literal["published", "date", "byline"]

# Where hAtom and old systems keep the time behind what they print.
_EXACT = ("datetime", "data-datetime", "data-published-date", "content", "title")
_EXACT_NAME = re.compile(r"^data-(?!.*(?:modif|updat)).*(?:date|time|publish)")
_MOST_ATTRIBUTES = 30
# Elements looked at, and of those that are marked: an article has one or two, a listing hundreds.
_MOST_ELEMENTS = 20_000
_MOST_MARKED = 60
# Elements behind and before the headline that still stand beside it.
_BESIDE, _ABOVE = 40, 50
# So far the boxes of the headline reach, which are called as menus are.
_HEAD = 80
# What a date with its label and byline takes, in characters and in pieces of text.
_LONGEST, _PIECES = 160, 30
_NAME = re.compile(
    r"(?P<published>(?<!status-)publish(?!er)|pub-?_?(?:date|time)|posted|post-?_?date|entry-?_?date|(?<![a-z])published)|"
    r"(?P<date>(?<!up)(?<!vali)(?<!candi)(?<!man)date(?!d|picker|base|range)|datum|fecha|timestamp|"
    r"(?:web|post|news)time|(?<![a-z])(?:data|dato|datetime|time|tarih|tarikh|pvm|datestamp)(?![a-z]))|"
    r"(?P<byline>(?<![a-z])(?:byline|meta|postmeta(?:data)?|metadata|submitted|dateline|info|"
    r"author|infos|credits?)(?![a-z]))",
)
_ANY_NAME = re.compile(
    "dat[aeou]|time|publ|pub_?-?d|post|entry|fecha|tarih|pvm|byline|meta|submit|info|author|credit"
)
_NO_NAME = re.compile(r"modif|updat|aktuali|lastmod|current|expir|event|calend|countdown|clock")
_LONGEST_NAME = 300
_DATED = frozenset({
    "data-published-date", "data-date", "data-datetime", "data-timestamp", "datetime",
})  # fmt: skip
_NAMING = _DATED | {"class", "id", "itemprop", "property"}
_UNMARKED = frozenset({"meta", "link", "script", "style", "body", "html", "input"})


class Marked(NamedTuple):
    """An element whose names say that it holds a date, and its distance behind the headline."""

    element: Element
    strength: Strength
    distance: int


class PrintedDates:
    """Candidates from what one page shows; `head` is what stands around its headline."""

    def __init__(self, document: Document, head: ArticleHead | None, language: str | None) -> None:
        self._document, self._head, self._language = document, head, language
        self._boxes = Boxes(head.around if head else frozenset())

    def published(self) -> Iterator[Statement]:
        """Give what stands beside the headline or is called the day of publication."""
        yield from _said(6, self.times("published"))
        if self._head:
            yield from _said(5, [self._head.date(self._language) or ""])

    def marked(self) -> Iterator[Statement]:
        """Give what is marked as a date: beside the headline, else all of one day."""
        elements, heading = self._document.elements, self._head.heading if self._head else None
        near = [one for one in _marked_beside(elements, heading) if self._is_own(one)]
        for strength in ("published", "date", "byline"):
            dated = self._dated(near, strength)
            yield from _said(6 if strength == "published" else 5, [line for _, line in dated])
            if dated:
                return
        own = [one for one in _find_marked(elements, heading) if self._is_own(one)]
        for strength in ("published", "date", "byline"):
            dated = self._dated(own, strength)
            if dated:
                yield from _said(4, self._of_one_day(dated))
                return

    def lines(self) -> Iterator[Statement]:
        """Give the lines anywhere that say when something was posted, else all of one day."""
        lines = [
            line
            for line in dated_lines(self._document.elements, self._head, self._language)
            if line.names_the_article or not self._is_aside(line)
        ]
        posted = [line.text for line in lines if line.says_posted]
        yield from _said(4, posted[:1])
        if not posted:
            yield from _said(3, self._best(lines))

    def _is_aside(self, line: DatedLine) -> bool:
        if line.says_posted:
            return self._boxes.is_other(line.element)
        return self._boxes.is_aside(line.element, near=False)

    def _best(self, lines: list[DatedLine]) -> list[str]:
        alone = [(line.element, line.text) for line in lines if line.is_alone]
        return self._of_one_day(alone)

    def _of_one_day(self, dated: list[tuple[Element, str]]) -> list[str]:
        """Return the lines of a date, if all name one day, or all that stand in a place of
        their own: the dates of other articles stand in places that are alike.
        """
        places = Counter(_place(element) for element, _ in dated)
        singular = [(element, line) for element, line in dated if places[_place(element)] == 1]
        for some in (dated, singular):
            if some and len({self._day(line) for _, line in some}) == 1:
                return [line for _, line in some]
        return []

    def times(self, role: str) -> list[str]:
        """Return what the page's `time` elements say, those beside the headline first."""
        times = [
            time
            for time in self._times
            if time.place != "aside" and (time.role or "published") == role
        ]
        beside = sorted(times, key=lambda time: (time.place != "article", time.role != role))
        stated = (time.datetime or time.text for time in beside)
        return [text for text in stated if self._day(text)]

    @cached_property
    def _times(self) -> list[TimeElement]:
        return self._document.markup.time_elements()

    def _dated(self, marked: Iterable[Marked], strength: str) -> list[tuple[Element, str]]:
        of_it = (one.element for one in marked if one.strength == strength)
        lines = ((element, _stated(element)) for element in of_it)
        return [
            (element, line)
            for element, line in lines
            if line and not tells_a_change(line) and self._day(line)
        ]

    def _day(self, line: str) -> str | None:
        moment = parse_date(line, language=self._language)
        return moment.iso[:10] if moment else None

    def _is_own(self, one: Marked) -> bool:
        is_near = -_ABOVE <= one.distance <= _HEAD
        if self._head and self._head.is_before(one.element):
            is_near = is_near and one.strength != "byline" and self._boxes.is_named(one.element)
            if not is_near:
                return False
        return not self._boxes.is_aside(one.element, near=is_near)


def _marked_beside(elements: Elements, heading: Element | None) -> list[Marked]:
    if heading is None:
        return []
    start = elements.all.index(heading)
    above = list(islice(_preceding(elements, start), _ABOVE))[::-1]
    behind = elements.all[start + 1 : start + 1 + _BESIDE]
    placed = (*enumerate(above, -len(above)), *enumerate(behind, 1))
    found = ((place, one, _strength_of(one)) for place, one in placed)
    return [Marked(one, strength, place) for place, one, strength in found if strength]


def _preceding(elements: Elements, start: int) -> Iterator[Element]:
    """Give what ends before a heading begins, the closest first."""
    around = set(elements.all[start].iterancestors())
    before = (elements.all[place] for place in range(start - 1, -1, -1))
    return (one for one in before if one not in around)


def _find_marked(elements: Elements, heading: Element | None) -> list[Marked]:
    """Look through the whole page, up to a bound, for what is marked as a date."""
    before: deque[Marked] = deque(maxlen=_ABOVE)
    behind: list[Marked] = []
    start = elements.all.index(heading) if heading is not None else 2 * _MOST_ELEMENTS
    named = {*elements.places_having(*_NAMING), *elements.places_of("time")}
    for place in takewhile(_MOST_ELEMENTS.__gt__, sorted(named)):
        element = elements.all[place]
        strength = _strength_of(element)
        if strength:
            (before if place < start else behind).append(Marked(element, strength, place))
            if len(behind) >= _MOST_MARKED:
                break
    return [one._replace(distance=one.distance - start) for one in (*before, *behind)]


def _strength_of(element: Element) -> Strength | None:
    """Judge an element by its names; most have no attribute that counts."""
    attributes = element.keys()
    if element.tag != "time" and _NAMING.isdisjoint(attributes):
        return None
    strength = _strength(_names(element, attributes))
    return strength if element.tag not in _UNMARKED else None


def _names(element: Element, attributes: Sequence[str | bytes]) -> str:
    """Return the names by which an element may say what it holds; a `time` has its box's too."""
    name = (element.get("class") or "")[:_LONGEST_NAME]
    has_date = not _DATED.isdisjoint(attributes) and any(element.get(key) for key in _DATED)
    if element.tag == "time" or has_date:
        name = f"date {name}"
    other = element.get("id") or element.get("itemprop") or element.get("property")
    around = element.getparent() if element.tag == "time" else None
    if around is not None:
        other = f"{other or ''} {around.get('class', '')[:_LONGEST_NAME]}"
    return f"{name} {other[:_LONGEST_NAME]}" if other else name


def _place(element: Element) -> tuple[str, ...]:
    """Return what elements that stand in places alike have in common."""
    boxes = (element, *islice(element.iterancestors(), 2))
    return tuple(f"{box.tag} {box.get('class', '')[:_LONGEST_NAME]}" for box in boxes)


@lru_cache(maxsize=2048)  # a page repeats its names
def _strength(name: str) -> Strength | None:
    lowered = name[: 2 * _LONGEST_NAME].lower()
    if not _ANY_NAME.search(lowered):
        return None
    found = [match.lastgroup for match in _NAME.finditer(lowered)]
    if not found or (_NO_NAME.search(lowered) and "published" not in found):
        return None
    return "published" if "published" in found else "date" if "date" in found else "byline"


def _stated(element: Element) -> str:
    """Return the exact time that an element holds for programs, else its text."""
    exact = (text for text in _attributes(element) if parse_date(text))
    return next(exact, "") or _short_text(element)


def _attributes(element: Element) -> Iterator[str]:
    if len(element.attrib) > _MOST_ATTRIBUTES:
        return
    for name in _EXACT:
        yield element.get(name, "")[:_LONGEST]
    for key, value in element.items():
        if _EXACT_NAME.match(str(key)):
            yield str(value)[:_LONGEST]


def _short_text(element: Element) -> str:
    """Return the text of an element, nothing where it is too long for a date."""
    if next(islice(element.iter(), 2 * _PIECES, None), None) is not None:
        return ""
    pieces = [str(piece) for piece in islice(element.itertext(), _PIECES)]
    text = " ".join(piece[: _LONGEST + 1] for piece in pieces)
    line = clean_line(text[: 4 * _LONGEST])
    return line if len(line) <= _LONGEST and len(pieces) < _PIECES else ""


def _said(weight: int, texts: Iterable[str]) -> Iterator[Statement]:
    yield from (Statement("text", text, weight) for text in dict.fromkeys(texts) if text)
