"""How likely each block of a page is to be of its article's text, by weights that were learned.

Two steps: a sum of weights judges each block by its facts, then small trees judge it again with
the first verdict on what stands around it. `benchmarks/block_training.py` makes the weights.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from math import exp
from typing import Any, TypeAlias

from newscrawler.pages.block_facts import AROUND, Fact, Facts, Outer, features_of

# A leaf, or the number of a figure, its limit, and what holds up to it and beyond.
Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
# The same, a leaf being a limit without anything behind it, which is asked for soonest.
Node: TypeAlias = "tuple[int, float, Node | None, Node | None]"

WEIGHTS = "block_weights.json"
# The first page of a publisher brings some hundred new facts, the next ones a tenth of that.
_KEPT_FACTS = 10_000
# The logarithm of the odds below which no company makes a block text; its odds are 1 to 90.
HOPELESS = -4.5
OUTSIDE = -9.0
_SURE, _SURE_LENGTH = 0.8, 60
_AROUND_LEVELS = 5
_SHARED_LEVELS = 3
_FAR = 99
_LONGEST = 1_000
_TAGS = (
    "p", "div", "li", "h2", "h3", "h4", "h1", "blockquote", "td", "figcaption", "h5", "h6", "pre",
)  # fmt: skip
_BESIDE = 3


class BlockModel:
    """Weights of features, and trees over figures."""

    def __init__(self, bias: float, weights: Mapping[str, float], trees: Sequence[Tree]) -> None:
        self.bias = bias
        self.weights = weights
        self.trees = trees
        self._nodes = [_node(tree) for tree in trees]
        self.weight = lru_cache(maxsize=_KEPT_FACTS)(self._weight)

    def _weight(self, fact: Fact) -> float:
        return sum(self.weights.get(feature, 0.0) for feature in features_of(fact))

    def first(self, facts: Facts) -> list[float]:
        """Return the logarithm of the odds of each block, by its facts alone."""
        weight, outer_odds = self.weight, dict[Outer, float]()
        found: list[float] = []
        for place, shape in enumerate(facts.shapes):
            if not shape.may_be_text:
                found.append(OUTSIDE)
                continue
            outer = facts.outer[place]
            if outer not in outer_odds:
                outer_odds[outer] = self.bias + sum(map(weight, facts.of_outer(outer)))
            found.append(outer_odds[outer] + sum(map(weight, facts.of_itself(place))))
        return found

    def second(self, facts: Facts, first: Sequence[float]) -> list[float]:
        """Return how likely each block is to be text, from 0 to 1."""
        found = [0.0] * len(first)
        for place, row in figures(facts, first):
            found[place] = probability(_sum_of_leaves(self._nodes, row))
        return found


def figures(facts: Facts, first: Sequence[float]) -> Iterator[tuple[int, list[float]]]:
    """Give the figures of each block that has a chance."""
    company = _Company(facts, [probability(one) for one in first])
    edge = [OUTSIDE] * _BESIDE
    padded = [*edge, *first, *edge]
    for place, odds in enumerate(first):
        if odds > HOPELESS:
            beside = padded[place : place + 2 * _BESIDE + 1]
            yield place, [*beside, *_own(facts, place), *company.figures(place)]


def _own(facts: Facts, place: int) -> list[float]:
    shape = facts.shapes[place]
    distance = facts.distance(place)
    return [
        min(facts.lengths[place], _LONGEST),
        *(shape.links, shape.ends_sentence, shape.commas, shape.sentences, shape.digits),
        *(shape.is_label, shape.links_only, shape.case == "upper"),
        *facts.echoes[place],
        *_which_tag(shape.tag),
        *_which_around(facts.around(facts.blocks[place].element)),
        place / len(facts.blocks),
        -_FAR if distance is None else distance,
    ]


@cache
def _which_tag(tag: str) -> tuple[bool, ...]:
    return tuple(tag == one for one in _TAGS)


@lru_cache(maxsize=1_000)
def _which_around(tags: frozenset[str]) -> tuple[bool, ...]:
    return ("articleBody" in tags, *(tag in tags for tag in AROUND))


class _Company:
    """What stands around a block, by the first verdict."""

    def __init__(self, facts: Facts, likely: Sequence[float]) -> None:
        self.facts = facts
        mass = [length * one for length, one in zip(facts.lengths, likely, strict=True)]
        self.total = sum(mass) or 1.0
        self.before = [0.0, *accumulate(mass)]
        self.shares = facts.shares(likely, _AROUND_LEVELS)
        self.alike = defaultdict[Fact, float](float)
        for place, one in enumerate(mass):
            if one:
                self.alike[self.kind(place)] += one
        self.sure = [
            place
            for place, one in enumerate(likely)
            if one > _SURE and facts.lengths[place] > _SURE_LENGTH
        ]

    def kind(self, place: int) -> Fact:
        """Blocks of one kind have the same names and stand in elements of the same names."""
        facts, element = self.facts, self.facts.blocks[place].element
        outer = facts.outer[place]
        return (element.tag, facts.names(element), facts.names(outer[0]) if outer else None)

    def figures(self, place: int) -> list[float]:
        outer = self.facts.outer[place]
        shares = [self.shares.get(one, 0.0) for one in outer[:_AROUND_LEVELS]]
        shares += [0.0] * (_AROUND_LEVELS - len(shares))
        alike, before = self.alike[self.kind(place)], self.before[place]
        return [*shares, alike / self.total, before / self.total, *self._nearest(place, outer)]

    def _nearest(self, place: int, outer: Outer) -> list[float]:
        """How far the nearest sure blocks are, and how many of them share its containers."""
        sure = self.sure
        after = bisect_left(sure, place)
        behind = after + (sure[after : after + 1] == [place])
        before = sure[after - 1 : after] if after else []
        near = [*before, *sure[behind : behind + 1]]
        shared = [0] * _SHARED_LEVELS
        for one in near:
            both = zip(outer[:_SHARED_LEVELS], self.facts.outer[one], strict=False)
            for level, (own, other) in enumerate(both):
                shared[level] += own is other
        return [
            place - before[0] if before else _FAR,
            near[-1] - place if behind < len(sure) else _FAR,
            *shared,
        ]


def probability(odds: float) -> float:
    """Return the probability of a logarithm of odds."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def _node(tree: Tree) -> Node:
    if not isinstance(tree, tuple):
        return (0, tree, None, None)
    figure, limit, low, high = tree
    return (figure, limit, _node(low), _node(high))


def _sum_of_leaves(trees: Iterable[Node], row: Sequence[float]) -> float:
    total = 0.0
    for tree in trees:
        figure, limit, low, high = tree
        while low and high:
            figure, limit, low, high = low if row[figure] <= limit else high
        total += limit
    return total


@cache
def block_model() -> BlockModel:
    """Read the weights that come with the package."""
    stated = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    return BlockModel(stated["bias"], stated["weights"], [_tree(one) for one in stated["trees"]])


def _tree(stated: Any) -> Tree:
    if not isinstance(stated, list):
        return float(stated)
    figure, limit, low, high = stated
    return (int(figure), float(limit), _tree(low), _tree(high))
