"""What is known of each block of a page before its text is judged: itself, its place, its company.

A fact is a small tuple that many blocks share, so that what it weighs is worked out once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from lxml.etree import _Element as Element

from newscrawler.pages.block_shapes import Echo, Said, Shape, echoes, shape_of
from newscrawler.pages.blocks import Block
from newscrawler.pages.markup import words_in

Fact: TypeAlias = tuple[Any, ...]
Outer: TypeAlias = tuple[Element, ...]

# How far around an element its company says something of it.
NEIGHBOURS = (-2, -1, 1, 2)
LEVELS = 6
MASS_LEVELS = 3
_NEAR = 2
_LEVEL_OF = {"names": "0:", "near": "1:", "far": "2:"}
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
        self.said = said
        self.shrink = shrink
        self.shapes = [shape_of(block, shrink) for block in found]
        self.echoes = echoes(found, self.shapes, said, shrink)
        self.lengths = [len(block.text) * shrink for block in found]
        self.outer = _outer(found)
        edge = [None] * NEIGHBOURS[-1]
        beside = [
            (shape.tag, shape.length, shape.links, shape.ends_sentence) for shape in self.shapes
        ]
        self._beside = [*edge, *beside, *edge]
        self._names: dict[Element, str] = {}
        self._around: dict[Element, frozenset[str]] = {}

    def of_block(self, place: int) -> Iterator[Fact]:
        yield from self.of_itself(place)
        yield from self.of_outer(self.outer[place])

    def of_itself(self, place: int) -> Iterator[Fact]:
        """Give what is not the same for all blocks that stand in one element."""
        element = self.blocks[place].element
        yield ("own", self.shapes[place])
        yield ("echo", self.echoes[place])
        yield ("names", self.names(element))
        yield ("around", self.around(element))
        for offset in NEIGHBOURS:
            yield ("beside", offset, self._beside[place + offset + NEIGHBOURS[-1]])
        yield ("place", _PLACES * place // len(self.blocks))
        yield ("after", self.distance_bin(place))

    def of_outer(self, outer: Outer) -> Iterator[Fact]:
        """Give what the elements around a block say of it; the two nearest count as near."""
        for level, element in enumerate(outer):
            yield ("near" if level < _NEAR else "far", self.names(element))
        yield ("parents", *(str(one.tag) for one in outer[:_NEAR]))
        shares = [self.running.get(one, 0.0) for one in outer[:MASS_LEVELS]]
        shares += [0.0] * (MASS_LEVELS - len(shares))
        yield ("mass", *(int(_MASS_PARTS * share) for share in shares))

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

    def names(self, element: Element) -> str:
        known = self._names.get(element)
        if known is None:
            stated = f"{element.get('class', '')} {element.get('id', '')}"
            stated = "" if element.tag in ("html", "body") else stated[:_LONGEST_NAMES].strip()
            known = self._names[element] = stated
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
        for outer, length, weight in zip(self.outer, self.lengths, weights, strict=True):
            if weight:
                for around in outer[:levels]:
                    mass[around] += length * weight
        most = max(mass.values(), default=0.0)
        return {one: value / most for one, value in mass.items()} if most else {}


def _outer(found: Iterable[Block]) -> list[Outer]:
    """Return the elements around each block, the nearest first."""
    known: dict[Element | None, Outer] = {None: ()}
    parents = [block.element.getparent() for block in found]
    for parent in parents:
        if parent is not None and parent not in known:
            known[parent] = (parent, *islice(parent.iterancestors(), LEVELS - 1))
    return [known[parent] for parent in parents]


def features_of(fact: Fact) -> list[str]:
    """Give the features of a fact, by which weights are learned; one may stand in it twice."""
    kind = fact[0]
    if kind == "own":
        return list(_of_shape(fact[1]))
    if kind == "echo":
        return [f"{field} {value}" for field, value in zip(Echo._fields, fact[1], strict=True)]
    if kind in _LEVEL_OF:
        return [_LEVEL_OF[kind] + word for word in words_in(fact[1])]
    if kind == "around":
        return [f"in {tag}" for tag in fact[1]]
    if kind == "beside":
        return list(_of_neighbour(fact[1], fact[2]))
    if kind in ("parents", "mass"):
        return [f"{kind} {level} {value}" for level, value in enumerate(fact[1:])]
    return [f"{kind} {fact[1]}"]


def _of_shape(shape: Shape) -> Iterator[str]:
    for field, value in zip(Shape._fields, shape, strict=True):
        yield f"{field} {value}"
    yield f"tag length {shape.tag} {shape.length}"
    yield f"length links {shape.length} {shape.links}"
    yield f"length ends {shape.length} {shape.ends_sentence}"


def _of_neighbour(offset: int, shape: tuple[str, int, int, bool] | None) -> Iterator[str]:
    if shape is None:
        yield f"{offset} none"
        return
    tag, length, links, ends = shape
    yield f"{offset} tag {tag}"
    yield f"{offset} length {length} {ends}"
    yield f"{offset} links {links}"
