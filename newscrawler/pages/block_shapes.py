"""What a block of a page looks like, in the few figures that tell text from furniture."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newscrawler.pages.blocks import Block, ends_sentence

# Characters; a Chinese, Japanese, Korean or Thai text says the same in a third.
_LENGTHS = (12, 25, 50, 100, 180, 300, 600)
_LINKED = (0.001, 0.2, 0.5, 0.999)
_DIGITS = (0.001, 0.05, 0.15, 0.4)
_COMMAS = (1, 2, 4, 8)
_SENTENCES = (1, 2, 4)
# Twelve times as much tells no more than the beginning.
_LOOKED_AT = 1_200
_COMMA = ",،、，;"
# White space in a block is blanks.
_SENTENCE = (". ", "! ", "? ", "؟ ", "। ", "。", "！", "？")
_DIGIT = re.compile(r"\d")
_QUOTES = frozenset("\"'“„«»‘—–")
_TAGS = frozenset({
    "article", "blockquote", "body", "dd", "div", "dt", "figcaption", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "li", "p", "pre", "section", "td", "tr",
})  # fmt: skip
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
# Characters of a key; what is longer repeats no headline and no caption.
_LONGEST_KEY = 400
_SHORTEST_PART = 8
_SHORTEST_SAID = 15
_BEGINNING = 60
# Characters, fewer than a beginning has: what the head says nowhere, no longer text repeats.
_GLANCE = 12
_OFTEN = 3
_RUNNING = 3  # the range of lengths that begins at 50 characters
_HALF_LINKED = 2  # the range of links that begins at a fifth


class Shape(NamedTuple):
    """A block by itself; figures are numbers of ranges."""

    tag: str
    length: int
    links: int
    ends_sentence: bool
    commas: int = 0
    sentences: int = 0
    case: str = "none"
    digits: int = 0
    opens_quote: bool = False
    is_label: bool = False
    links_only: bool = False

    @property
    def may_be_text(self) -> bool:
        """Whether it is more than a link or a row of links; a sentence may be one."""
        return self.ends_sentence or not self.links_only

    @property
    def is_running(self) -> bool:
        """Whether it reads like a paragraph: long, a sentence, and not made of links."""
        return self.length >= _RUNNING and self.ends_sentence and self.links < _HALF_LINKED


class Echo(NamedTuple):
    """What of the page's head a block says again."""

    is_headline: bool = False
    is_in_headline: bool = False
    begins_description: bool = False
    is_in_description: bool = False
    is_caption: bool = False
    times: int = 1


_NOTHING_SAID = Echo()


class Said(NamedTuple):
    """What a page says outside of its text, as keys."""

    headlines: frozenset[str]
    descriptions: tuple[str, ...]
    captions: frozenset[str]
    titles: frozenset[str] = frozenset()
    """Those of the headlines that are stated and not printed."""


def key_of(text: str) -> str:
    """Letters and digits alone: one text is written with many spaces and marks."""
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


def shape_of(block: Block, shrink: int) -> Shape:
    """Measure a block; `shrink` is 3 for scripts in which a character says as much as three.

    Of what is only a link no more is measured than its neighbours are told.
    """
    text = block.text[:_LOOKED_AT]
    tag = block.tag if block.tag in _TAGS else "other"
    length = bisect_right(_LENGTHS, len(text) * shrink)
    links = bisect_right(_LINKED, block.linked / max(1, block.letters))
    ends, links_only = ends_sentence(block.text), block.links_only
    if links_only and not ends:
        return Shape(tag, length, links, ends_sentence=False, links_only=True)
    return Shape(
        tag,
        length,
        links,
        ends_sentence=ends,
        commas=bisect_right(_COMMAS, sum(map(text.count, _COMMA))),
        sentences=bisect_right(_SENTENCES, sum(map(text.count, _SENTENCE))),
        case=_case(text),
        digits=bisect_right(_DIGITS, _count_digits(text) / len(text)),
        opens_quote=text[0] in _QUOTES,
        is_label=text[-1] == ":",
        links_only=links_only,
    )


def _case(text: str) -> str:
    if text.isupper():
        return "capitals"
    return "upper" if text[0].isupper() else "lower" if text[0].islower() else "none"


def _count_digits(text: str) -> int:
    return sum(map(text.count, "0123456789")) if text.isascii() else len(_DIGIT.findall(text))


def echoes(found: Sequence[Block], shapes: Sequence[Shape], said: Said, shrink: int) -> list[Echo]:
    """Tell of each block that may be text, or a headline, what of the page's head it says again."""
    times = Counter(block.text for block in found)
    most = _BEGINNING // shrink
    beginnings = {one[:most] for one in said.descriptions if len(one) >= most}
    everything = "\n".join([*said.headlines, *said.descriptions, *said.captions])
    told = [Echo(times=often) for often in range(_OFTEN + 1)]
    result: list[Echo] = []
    for block, shape in zip(found, shapes, strict=True):
        if not shape.may_be_text and shape.tag != "h1":
            result.append(_NOTHING_SAID)
            continue
        often = min(times[block.text], _OFTEN)
        start = key_of(block.text[:_GLANCE])
        is_said = not start or start in everything
        result.append(_echo(block.text, said, beginnings, most, often) if is_said else told[often])
    return result


def _echo(text: str, said: Said, beginnings: Iterable[str], most: int, often: int) -> Echo:
    key = key_of(text[:_LONGEST_KEY])
    begins = key[:most] in beginnings or key in said.descriptions
    if len(text) > _LONGEST_KEY:
        return Echo(begins_description=begins, times=often)
    is_part = len(key) > _SHORTEST_PART
    return Echo(
        is_headline=key in said.headlines,
        is_in_headline=is_part and any(key in one for one in said.headlines),
        begins_description=begins and bool(key),
        is_in_description=len(key) > _SHORTEST_SAID
        and any(key in one for one in said.descriptions),
        is_caption=bool(key) and key in said.captions,
        times=often,
    )
