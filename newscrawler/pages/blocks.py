"""The text of a part of a page in reading order, block by block, without changing its tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple, cast

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element

from newscrawler.normalise.passing import is_passing
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
    "audio", "button", "canvas", "dialog", "embed", "iframe", "input", "map", "menu",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea",
    "title", "video",
})  # fmt: skip
_FURNITURE = _UNREADABLE | {
    "aside", "figcaption", "figure", "footer", "form", "h1", "header", "nav",
}  # fmt: skip
# Some sites wrap a whole page in one of these.
_WRAPPERS = frozenset({"form", "header"})
_BLOCKS_IN_CELLS = sorted(_BLOCKS - {"td", "th", "tr"})
_HIDING = frozenset({"style", "aria-hidden", "hidden"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_LINE_BREAK = "\u2028"
_EMPTY_LINE = re.compile(r"\u2028\s*\u2028")
_EMPTY_LINE_OF_PRE = re.compile(r"[\n\u2028]\s*[\n\u2028]")
# Sentence-final punctuation of the scripts of the world (UAX 29 `STerm`, the common ones), with
# the quotes and brackets that may follow it.
_SENTENCE_ENDS = frozenset(".!?…。！？．؟۔।॥։።။។፧")
_CLOSED_BY = "\"'’”»›)]}」』】）"
_CLOSING = tuple(",.;:!?…。，、！？؛،)]}»”’」』")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Block(NamedTuple):
    """One paragraph, heading, list item or table row."""

    element: Element
    """The one it begins in."""
    tag: str
    text: str
    letters: int
    """Characters that are no white space."""
    linked: int
    """How many of them stand in links."""
    follows_gap: bool = False
    """Whether something was left out before it."""

    @property
    def links_only(self) -> bool:
        return 0 < self.linked >= self.letters


def blocks(
    container: Element, *, remove: Sequence[str] = (), furniture: bool = False
) -> list[Block]:
    """Read the blocks of a container; `remove` holds CSS selectors of what to leave out.

    With `furniture` also what stands in headers, asides and figures, and the headline. Raises
    `ValueError` for a selector that is none.
    """
    removed = _removed(container, tuple(remove))
    joined: list[Block] = []
    for block in _Walk(container, removed, _UNREADABLE if furniture else _FURNITURE).read():
        if block.follows_gap and joined and _continues(joined[-1], block):
            joined[-1] = _joined(joined[-1], block)
        else:
            joined.append(block)
    return joined


class _Walk:
    """One pass over a container; pages nest deeper than Python recurses."""

    def __init__(self, container: Element, removed: Set[Element], omitted: Set[str]) -> None:
        self.container = container
        self.removed = removed
        self.omitted = omitted
        self.noted = {*omitted, *_BLOCKS, "a", "br"}
        self.found: list[Block] = []
        self.around = [container]
        self.raw: list[str] = []
        self.links = 0
        self.linked = 0
        self.follows_gap = False

    def read(self) -> list[Block]:
        walk = etree.iterwalk(self.container, events=("start", "end", "comment", "pi"))
        next(walk)
        self.add(self.container.text)
        left: Element | None = None
        for event, node in walk:
            if event == "start":
                if self.enters(node):
                    self.add(node.text)
                else:
                    walk.skip_subtree()
                    left = node
                continue
            if node is self.container:
                break
            if event == "end" and node is not left:
                self.leave(node.tag)
            self.add(node.tail)
        self.begin()
        return self.found

    def enters(self, node: Element) -> bool:
        """Begin with an element, or leave it out."""
        tag = node.tag
        if _is_hidden(node) or node in self.removed:
            self.skip(tag)
            return False
        if tag not in self.noted:
            return True
        if tag in self.omitted and self.skips(node, tag):
            self.skip(tag)
            return False
        if tag == "tr" and _is_data_row(node):
            self.add_row(node)
            return False
        if tag in _BLOCKS:
            self.begin()
            self.around.append(node)
        elif tag == "a":
            self.links += 1
        elif tag == "br":
            self.raw.append(_LINE_BREAK)
        return True

    @cached_property
    def length(self) -> int:
        return _length(self.container)

    def leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.begin()
            self.around.pop()
        elif tag == "a":
            self.links -= 1

    def begin(self) -> None:
        """End the block, where it has text."""
        if not self.raw:
            return
        text = "".join(self.raw)
        words = text.split()
        if words:
            self.end(text, words)
            self.follows_gap = False
        self.raw.clear()
        self.linked = 0

    def end(self, text: str, words: list[str]) -> None:
        element = self.around[-1]
        if _LINE_BREAK in text or element.tag == "pre":
            self.found += _split(element, text, self.linked, follows_gap=self.follows_gap)
            return
        joined = " ".join(words)
        if line := _cleaned(joined, text):
            tag, letters = str(element.tag), len(joined) - len(words) + 1
            self.found.append(Block(element, tag, line, letters, self.linked, self.follows_gap))

    def skips(self, node: Element, tag: str) -> bool:
        if tag == "h1":
            return not self.found
        return tag not in _WRAPPERS or 2 * _length(node) < self.length

    def skip(self, tag: str) -> None:
        if tag in _BLOCKS and self.around[-1].tag in _RUNNING:
            self.raw.append(" ")
        elif tag in _BLOCKS:
            self.begin()
            self.follows_gap = True

    def add_row(self, row: Element) -> None:
        """Add a row of a table that holds data as one block, its cells apart."""
        self.begin()
        cells = (clean_line("".join(_texts(cell))) for cell in row.iterchildren("td", "th"))
        self.raw.append(" | ".join(cell for cell in cells if cell))
        self.around.append(row)
        self.begin()
        self.around.pop()

    def add(self, text: str | None) -> None:
        # What blocks are indented by is most of the white space.
        if text and (self.raw or not text.isspace()):
            self.raw.append(text)
            if self.links:
                self.linked += _visible(text)


def _split(element: Element, text: str, linked: int, *, follows_gap: bool) -> Iterator[Block]:
    """Split at empty lines, which is what a pair of `br` leaves; drop what has no text."""
    tag = str(element.tag)
    empty_line = _EMPTY_LINE_OF_PRE if tag == "pre" else _EMPTY_LINE
    parts = [line for part in empty_line.split(text) for line in _apart_from_labels(part)]
    is_linked = linked >= _visible(text)
    for part in parts:
        if line := clean_line(part):
            letters = _visible(part)
            of_links = linked if len(parts) == 1 else letters * is_linked
            yield Block(element, tag, line, letters, of_links, follows_gap)
        follows_gap = False


def _cleaned(line: str, text: str) -> str:
    """Return the same as `clean_line` of a text whose words are already joined to a line."""
    if not line.isprintable():
        return clean_line(text)
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def _apart_from_labels(part: str) -> list[str]:
    """Part the lines of a paragraph of which one sends the reader to another article."""
    lines = part.split(_LINE_BREAK)
    return lines if any(READ_MORE.match(clean_line(line)) for line in lines) else [part]


def _continues(before: Block, block: Block) -> bool:
    """Tell whether loose text after something left out is the rest of a sentence."""
    if block.tag in _APART or before.tag in _APART - {"p"} or is_passing(before.text):
        return False
    return not ends_sentence(before.text) or block.text[:1].islower()


def _joined(before: Block, block: Block) -> Block:
    return before._replace(
        text=before.text + _gap(before.text, block.text) + block.text,
        letters=before.letters + block.letters,
        linked=before.linked + block.linked,
    )


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends in sentence-final punctuation of any script."""
    return text.rstrip(_CLOSED_BY)[-1:] in _SENTENCE_ENDS


def _gap(before: str, after: str) -> str:
    if after[0] in _CLOSING or (_WIDE.match(before[-1]) and _WIDE.match(after)):
        return ""
    return " "


def _is_data_row(node: Element) -> bool:
    """A row of several cells that hold text alone; pages of old are laid out with tables."""
    if len(list(islice(node.iterchildren("td", "th"), 2))) < 2:
        return False
    return next((inner for inner in node.iter(*_BLOCKS_IN_CELLS)), None) is None


def _is_hidden(node: Element) -> bool:
    if _HIDING.isdisjoint(node.keys()):
        return False
    style = node.get("style", "").lower()
    if ("none" in style or "hidden" in style) and _HIDDEN_STYLE.search(style):
        return True
    if node.get("aria-hidden") == "true":
        return True
    return node.get("hidden", "until-found") != "until-found"


def _texts(node: Element) -> list[str]:
    return [str(part) for part in node.itertext("*")] if len(node) else [node.text or ""]


def _length(node: Element) -> int:
    return _visible("".join(_texts(node)))


def _visible(text: str) -> int:
    return len("".join(text.split()))


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
