"""What is known of each block of a page before its text is judged: itself, its place, its company.

A fact is a small tuple that many blocks share, so that what it weighs is worked out once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from lxml.etree import _Element as Element

from newscrawler.pages.block_shapes import Echo, Said, Shape, echoes, shape_of
from newscrawler.pages.blocks import Block
from newscrawler.pages.markup import words_in

Fact: TypeAlias = tuple[Any, ...]

# How far around an element its company says something of it.
NEIGHBOURS = (-2, -1, 1, 2)
LEVELS = 6
MASS_LEVELS = 3
_MASS_PARTS = 6
_PLACES = 8
_FAR = 8
AROUND = (
    "article", "main", "aside", "nav", "footer", "header", "figure", "form", "table", "ul", "ol",
    "blockquote", "section", "figcaption", "dl", "td",
)  # fmt: skip
_AROUND = frozenset(AROUND)
_LONGEST_NAMES = 300  # characters; frameworks write hundreds of classes


class Facts:
    """The facts of the blocks of one page."""

    def __init__(self, found: Sequence[Block], said: Said, *, shrink: int = 1) -> None:
        self.blocks = found
        self.shrink = shrink
        self.shapes = [shape_of(block, shrink) for block in found]
        self.echoes = echoes(found, self.shapes, said, shrink)
        self.lengths = [len(block.text) * shrink for block in found]
        self._names: dict[Element, str] = {}
        self._above: dict[Element, tuple[str, ...]] = {}
        self._around: dict[Element, frozenset[str]] = {}

    def of_block(self, place: int) -> Iterator[Fact]:
        shape, element = self.shapes[place], self.blocks[place].element
        parents = self.parents(element)
        yield ("own", shape)
        yield ("echo", self.echoes[place])
        yield ("names", self.names(element))
        yield ("above", self.above(element))
        yield ("around", self.around(element))
        yield ("parents", *(str(one.tag) for one in parents[:2]))
        for offset in NEIGHBOURS:
            yield ("beside", offset, self.beside(place + offset))
        yield ("mass", *(int(_MASS_PARTS * share) for share in self.masses(self.running, parents)))
        yield ("place", _PLACES * place // len(self.blocks))
        yield ("after", self.distance_bin(place))

    def beside(self, place: int) -> tuple[str, int, int, bool] | None:
        if not 0 <= place < len(self.shapes):
            return None
        shape = self.shapes[place]
        return (shape.tag, shape.length, shape.links, shape.ends_sentence)

    # Where a block stands

    @cached_property
    def heading(self) -> int | None:
        """The place of the page's headline, where it is printed."""
        headings = [place for place, shape in enumerate(self.shapes) if shape.tag == "h1"]
        echoed = [place for place in headings if self.echoes[place].is_headline]
        others = (place for place, echo in enumerate(self.echoes) if echo.is_headline)
        return next(iter([*echoed, *headings, *others]), None)

    def distance(self, place: int) -> int | None:
        """How many blocks after the headline, less than nothing before it."""
        return None if self.heading is None else place - self.heading

    def distance_bin(self, place: int) -> int | str:
        distance = self.distance(place)
        if distance is None:
            return "none"
        return "before" if distance < 0 else min(distance.bit_length(), _FAR)

    @staticmethod
    def parents(element: Element) -> list[Element]:
        return list(islice(element.iterancestors(), MASS_LEVELS))

    def names(self, element: Element) -> str:
        known = self._names.get(element)
        if known is None:
            stated = f"{element.get('class', '')} {element.get('id', '')}"
            stated = "" if element.tag in ("html", "body") else stated[:_LONGEST_NAMES].strip()
            known = self._names[element] = stated
        return known

    def above(self, element: Element) -> tuple[str, ...]:
        """Names of the elements around it, the nearest first."""
        parent = element.getparent()
        if parent is None:
            return ()
        known = self._above.get(parent)
        if known is None:
            near = (parent, *islice(parent.iterancestors(), LEVELS - 1))
            known = self._above[parent] = tuple(self.names(one) for one in near)
        return known

    def around(self, element: Element) -> frozenset[str]:
        """Which of the elements with a meaning it stands in, itself among them."""
        way: list[Element] = []
        node: Element | None = element
        while node is not None and node not in self._around:
            way.append(node)
            node = node.getparent()
        known = frozenset() if node is None else self._around[node]
        for one in reversed(way):
            if one.tag in _AROUND:
                known |= {str(one.tag)}
            if one.get("itemprop") == "articleBody":
                known |= {"articleBody"}
            self._around[one] = known
        return known

    # How much text stands where

    @cached_property
    def running(self) -> dict[Element, float]:
        """Of the text that reads like paragraphs the share in each element."""
        return self.shares([float(shape.is_running) for shape in self.shapes], MASS_LEVELS)

    def shares(self, weights: Sequence[float], levels: int) -> dict[Element, float]:
        """Of the most that stands in one element the share in each, the text being weighted."""
        mass: defaultdict[Element, float] = defaultdict(float)
        for block, length, weight in zip(self.blocks, self.lengths, weights, strict=True):
            if weight:
                for around in islice(block.element.iterancestors(), levels):
                    mass[around] += length * weight
        most = max(mass.values(), default=0.0)
        return {one: value / most for one, value in mass.items()} if most else {}

    @staticmethod
    def masses(shares: dict[Element, float], elements: Sequence[Element]) -> list[float]:
        found = [shares.get(one, 0.0) for one in elements]
        return found + [0.0] * (MASS_LEVELS - len(found))


def features_of(fact: Fact) -> Counter[str]:
    """Give the features of a fact, by which weights are learned."""
    kind = fact[0]
    if kind == "own":
        return Counter(_of_shape(fact[1]))
    if kind == "echo":
        return Counter(_of_echo(fact[1]))
    if kind == "names":
        return Counter(f"0:{word}" for word in words_in(fact[1]))
    if kind == "above":
        return Counter(_of_names_above(fact[1]))
    if kind == "around":
        return Counter(f"in {tag}" for tag in fact[1])
    if kind == "beside":
        return Counter(_of_neighbour(fact[1], fact[2]))
    if kind in ("parents", "mass"):
        return Counter(f"{kind} {level} {value}" for level, value in enumerate(fact[1:]))
    return Counter([f"{kind} {fact[1]}"])


def _of_shape(shape: Shape) -> Iterator[str]:
    for field, value in zip(Shape._fields, shape, strict=True):
        yield f"{field} {value}"
    yield f"tag length {shape.tag} {shape.length}"
    yield f"length links {shape.length} {shape.links}"
    yield f"length ends {shape.length} {shape.ends_sentence}"


def _of_echo(echo: Echo) -> Iterator[str]:
    for field, value in zip(Echo._fields, echo, strict=True):
        yield f"{field} {value}"


def _of_names_above(names: Sequence[str]) -> Iterator[str]:
    """The two nearest count as near."""
    for level, stated in enumerate(names):
        for word in words_in(stated):
            yield f"{1 if level < 2 else 2}:{word}"


def _of_neighbour(offset: int, shape: tuple[str, int, int, bool] | None) -> Iterator[str]:
    if shape is None:
        yield f"{offset} none"
        return
    tag, length, links, ends = shape
    yield f"{offset} tag {tag}"
    yield f"{offset} length {length} {ends}"
    yield f"{offset} links {links}"
