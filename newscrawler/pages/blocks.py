"""The text of a part of a page in reading order, block by block, without changing its tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element

from newscrawler.normalise.text import clean_line
from newscrawler.pages.vocabulary import READ_MORE

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Browsers let these hold running text only: whatever is removed inside must not split it.
_RUNNING = _HEADINGS | {"p", "dt"}
# Text loose in a container goes on with these only after a `p` that was cut short.
_APART = _RUNNING | {"li", "dd", "tr", "td", "th", "caption", "pre"}
_BLOCKS = _RUNNING | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "legend",
    "li", "main", "nav", "ol", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
}  # fmt: skip
_UNREADABLE = frozenset({
    "audio", "button", "canvas", "dialog", "embed", "head", "iframe", "input", "map", "menu",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea",
    "title", "video",
})  # fmt: skip
_FURNITURE = _UNREADABLE | {
    "aside", "figcaption", "figure", "footer", "form", "h1", "header", "nav",
}  # fmt: skip
# Some sites wrap a whole page in one of these.
_WRAPPERS = frozenset({"form", "header"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LINE_BREAK = "\u2028"
_EMPTY_LINE = re.compile(r"\u2028\s*\u2028")
_EMPTY_LINE_OF_PRE = re.compile(r"[\n\u2028]\s*[\n\u2028]")
# Sentence-final punctuation of the scripts of the world (UAX 29 `STerm`, the common ones), with
# the quotes and brackets that may follow it.
_SENTENCE_END = re.compile(r"[.!?…。！？．؟۔।॥։።။។፧][\"'’”»›)\]}」』】）]*\Z")
_CLOSING = tuple(",.;:!?…。，、！？؛،)]}»”’」』")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass
class Block:
    """One paragraph, heading, list item or table row; `element` is the one it begins in.

    `text` and `tag` are of the block as it is when first asked for them.
    """

    element: Element
    raw: list[str] = field(default_factory=list)
    linked: int = 0
    follows_gap: bool = False

    @cached_property
    def text(self) -> str:
        return clean_line("".join(self.raw))

    @cached_property
    def tag(self) -> str:
        return str(self.element.tag)

    @property
    def links_only(self) -> bool:
        """Whether all of its letters stand in links."""
        return 0 < self.linked >= _visible(self.raw)


def blocks(
    container: Element, *, remove: Sequence[str] = (), furniture: bool = False
) -> list[Block]:
    """Read the blocks of a container; `remove` holds CSS selectors of what to leave out.

    With `furniture` also what stands in headers, asides and figures, and the headline. Raises
    `ValueError` for a selector that is none.
    """
    omitted = _UNREADABLE if furniture else _FURNITURE
    joined: list[Block] = []
    for block in _Walk(container, _removed(container, tuple(remove)), omitted).read():
        if joined and _continues(joined[-1], block):
            joined[-1] = _joined(joined[-1], block)
        else:
            joined.append(block)
    return joined


class _Walk:
    """One pass over a container, with its own stack: pages nest deeper than Python recurses."""

    def __init__(
        self, container: Element, removed: frozenset[Element], omitted: frozenset[str]
    ) -> None:
        self.container = container
        self.omitted = omitted
        self.removed = removed
        self.found: list[Block] = []
        self.around = [container]
        self.block = Block(container)
        self.links = 0
        self.gap = False

    def read(self) -> list[Block]:
        self.add(self.container.text)
        stack = [self.container.iterchildren()]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                if stack:
                    self.leave(self.around.pop())
            elif self.skips(node):
                self.skip(node)
            elif _is_data_row(node):
                self.add_row(node)
            else:
                self.enter(node)
                stack.append(node.iterchildren())
        self.begin(self.container)
        return self.found

    def enter(self, node: Element) -> None:
        self.around.append(node)
        self.links += node.tag == "a"
        if node.tag == "br":
            self.block.raw.append(_LINE_BREAK)
        elif node.tag in _BLOCKS:
            self.begin(node)
        self.add(node.text)

    def leave(self, node: Element) -> None:
        self.links -= node.tag == "a"
        if node.tag in _BLOCKS:
            self.begin(self.around[-1])
        self.add(node.tail)

    def begin(self, element: Element) -> None:
        if self.block.raw:
            self.found += _split(self.block)
        self.gap = self.gap and not _visible(self.block.raw)
        self.block = Block(element, follows_gap=self.gap)

    def skips(self, node: Element) -> bool:
        if not _is_element(node) or node in self.removed or _is_hidden(node):
            return True
        if node.tag not in self.omitted:
            return False
        if node.tag == "h1":
            return not self.found
        return node.tag not in _WRAPPERS or 2 * _length(node) < _length(self.container)

    def skip(self, node: Element) -> None:
        if node.tag in _BLOCKS:
            if self.is_running():
                self.block.raw.append(" ")
            else:
                self.begin(self.around[-1])
                self.gap = self.block.follows_gap = True
        self.add(node.tail)

    def is_running(self) -> bool:
        inner = next((node for node in reversed(self.around) if node.tag in _BLOCKS), None)
        return inner is not None and inner.tag in _RUNNING

    def add_row(self, row: Element) -> None:
        """Add a row of a table that holds data as one block, its cells apart."""
        self.begin(row)
        cells = (clean_line("".join(_texts(cell))) for cell in row.iterchildren("td", "th"))
        self.block.raw.append(" | ".join(cell for cell in cells if cell))
        self.begin(self.around[-1])
        self.add(row.tail)

    def add(self, text: str | None) -> None:
        if text:
            self.block.raw.append(text)
            self.block.linked += _visible([text]) if self.links else 0


def _split(block: Block) -> list[Block]:
    """Split at empty lines, which is what a pair of `br` leaves; drop what has no text."""
    empty_line = _EMPTY_LINE_OF_PRE if block.tag == "pre" else _EMPTY_LINE
    parts = [
        line for part in empty_line.split("".join(block.raw)) for line in _apart_from_labels(part)
    ]
    if len(parts) < 2:
        return [block] if block.text else []
    split = [Block(block.element, [part], _visible([part]) * block.links_only) for part in parts]
    split[0].follows_gap = block.follows_gap
    return [part for part in split if part.text]


def _apart_from_labels(part: str) -> list[str]:
    """Part the lines of a paragraph of which one sends the reader to another article."""
    lines = part.split(_LINE_BREAK)
    return lines if any(READ_MORE.match(clean_line(line)) for line in lines) else [part]


def _continues(before: Block, block: Block) -> bool:
    """Tell whether loose text after something left out is the rest of a sentence."""
    if not block.follows_gap or block.tag in _APART or before.tag in _APART - {"p"}:
        return False
    return not ends_sentence(before.text) or block.text[:1].islower()


def _joined(before: Block, block: Block) -> Block:
    raw = [*before.raw, _gap(before.raw, block.raw), *block.raw]
    return Block(before.element, raw, before.linked + block.linked, before.follows_gap)


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends in sentence-final punctuation of any script."""
    return _SENTENCE_END.search(text) is not None


def _gap(before: Sequence[str], after: Sequence[str]) -> str:
    left, right = "".join(before)[-1:], "".join(after)[:1]
    if right in _CLOSING or (_WIDE.match(left) and _WIDE.match(right)):
        return ""
    return " "


def _is_data_row(node: Element) -> bool:
    """A row of several cells that hold text alone; pages of old are laid out with tables."""
    if node.tag != "tr" or len(list(islice(node.iterchildren("td", "th"), 2))) < 2:
        return False
    return not any(inner.tag in _BLOCKS - {"td", "th"} for inner in node.iterdescendants("*"))


def _is_element(node: object) -> bool:
    """Comments and processing instructions have a function for a tag."""
    return isinstance(getattr(node, "tag", None), str)


def _is_hidden(node: Element) -> bool:
    if node.get("aria-hidden") == "true" or node.get("hidden", "until-found") != "until-found":
        return True
    return bool(_HIDDEN_STYLE.search(node.get("style", "")))


def _texts(node: Element) -> list[str]:
    return [str(part) for part in node.itertext("*")]


def _length(node: Element) -> int:
    return _visible(_texts(node))


def _visible(texts: Sequence[str]) -> int:
    return sum(len(word) for text in texts for word in text.split())


def _removed(container: Element, selectors: tuple[str, ...]) -> frozenset[Element]:
    if not selectors:
        return frozenset()
    root = container.getroottree().getroot()
    return frozenset(cast("list[Element]", _compiled(selectors)(root)))


@lru_cache(maxsize=256)  # one entry a publisher
def _compiled(selectors: tuple[str, ...]) -> CSSSelector:
    for selector in selectors:
        try:
            CSSSelector(selector, translator="html")
        except SelectorError as error:
            raise ValueError(f"not a CSS selector: {selector!r}: {error}") from error
    return CSSSelector(", ".join(selectors), translator="html")
