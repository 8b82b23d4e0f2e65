"""The text of an article that its page holds only as data for scripts, not as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from newscrawler.pages.block_shapes import key_of
from newscrawler.pages.blocks import ends_sentence
from newscrawler.pages.document import Document
from newscrawler.pages.script_data import script_values
from newscrawler.pages.stated import stated_paragraphs

MAX_NODES = 200_000
MAX_DEPTH = 64
# Characters of sentences; less is a teaser. Of a dense script a third.
MIN_TEXT = 400
# Pieces of HTML in one value that are read; a page of such has one a paragraph, or one in all.
MAX_FRAGMENTS = 50
_LONGEST_TITLE = 500
_LONG_LINE = 40
_HTML = re.compile(r"<(?:p|br|div)\b[^<>]*>", re.IGNORECASE)
# What a node of a text is called, where its text stands, and what stands in it.
_KINDS = ("type", "tagName", "tag", "name", "blockType", "nodeType", "__typename", "kind")
_PARAGRAPH = re.compile(r"(?:p|paragraph|text|h[2-6]|heading|header|blockquote|quote|li|list_item)")
_TEXTS = ("text", "data", "value", "content", "html", "children", "body", "model", "nodes")
# What a script puts an advertisement in place of.
_PLACEHOLDER = re.compile(r"(?:\$\$|\[\[|\{\{)[\w\s]+(?:\$\$|\]\]|\}\})")
_TITLES = ("headline", "title", "heading")
# Characters of a description by which its article is known; a cut-off one has as many.
_OPENING = 40


Reading: TypeAlias = Callable[[str], list[str]]


class _Candidate(NamedTuple):
    paragraphs: list[str]
    is_named: bool
    """Whether the same object bears the headline of the page."""


def script_text(
    document: Document, headline: str | None, *, shrink: int, read: Reading
) -> list[str]:
    """Find the paragraphs of the page's article in the data of its scripts; `read` reads HTML.

    They are taken only where something tells that they are this article's: its headline in
    the same object, its description in the text, or that no other text is there. `shrink` is 3
    for scripts in which a character says as much as three.
    """
    titles = {key_of(one) for one in (headline, document.markup.meta("og:title")) if one}
    described = document.markup.meta("og:description") or document.markup.meta("description")
    opening = key_of(described or "")[: _OPENING // shrink]
    found: dict[str, _Candidate] = {}
    for value in script_values(document.elements.of("script")):
        for one in _candidates(value, titles - {""}, MIN_TEXT // shrink, read):
            if _mass(one.paragraphs, shrink) >= MIN_TEXT // shrink:
                key = key_of("".join(one.paragraphs))
                if key not in found or one.is_named:
                    found[key] = one
    certain = {
        key: one
        for key, one in found.items()
        if one.is_named or (len(opening) >= _OPENING // shrink and opening in key)
    }
    if not certain and len(found) > 1:
        return []
    best = max((certain or found).items(), key=lambda item: len(item[0]), default=None)
    return [one for one in best[1].paragraphs if not _PLACEHOLDER.fullmatch(one)] if best else []


def _candidates(value: Any, titles: set[str], shortest: int, read: Reading) -> Iterator[_Candidate]:
    """Give the texts in a value, each with whether its object bears one of the titles."""
    waiting: list[tuple[Any, int, bool]] = [(value, 0, False)]
    seen = fragments = 0
    while waiting and seen < MAX_NODES:
        node, depth, is_named = waiting.pop()
        seen += 1
        if isinstance(node, str):
            if len(node) >= shortest and fragments < MAX_FRAGMENTS and _HTML.search(node):
                fragments += 1
                yield _Candidate(read(node), is_named)
        elif depth < MAX_DEPTH and isinstance(node, dict):
            bears = _bears(node, titles, is_named)
            waiting += [(one, depth + 1, bears) for one in node.values()]
        elif depth < MAX_DEPTH and isinstance(node, list):
            paragraphs = list(_paragraphs(node))
            if len(paragraphs) > 1:
                yield _Candidate(paragraphs, is_named)
            waiting += [(one, depth + 1, is_named) for one in node if isinstance(one, dict | list)]


def _bears(node: dict[str, Any], titles: set[str], is_inside: bool) -> bool:
    """Tell whether an object bears one of the titles, or stands inside one and bears no other.

    The text may lie further down, as in `{"title": ..., "body": {...}}`.
    """
    lines = [one for one in node.values() if isinstance(one, str) and len(one) <= _LONGEST_TITLE]
    if any(key_of(one) in titles for one in lines):
        return True
    return is_inside and not any(isinstance(node.get(name), str) for name in _TITLES)


def _paragraphs(nodes: list[Any]) -> Iterator[str]:
    """Give the texts of a list whose members say that they are paragraphs."""
    for node in nodes:
        if isinstance(node, dict) and _is_paragraph(node):
            text = stated_paragraphs("".join(islice(_leaves(node, 0), 1_000)))
            yield from filter(None, text.split("\n\n"))


def _is_paragraph(node: dict[str, Any]) -> bool:
    kinds = (node.get(name) for name in _KINDS)
    return any(isinstance(kind, str) and _PARAGRAPH.fullmatch(kind.casefold()) for kind in kinds)


def _leaves(node: Any, depth: int) -> Iterator[str]:
    """Give the pieces of running text in a node, in their order."""
    if isinstance(node, str):
        yield node
    elif depth < 12 and isinstance(node, list):
        for one in node:
            yield from _leaves(one, depth + 1)
    elif depth < 12 and isinstance(node, dict):
        for name in _TEXTS:
            if name in node:
                yield from _leaves(node[name], depth + 1)
                break


def _mass(paragraphs: list[str], shrink: int) -> int:
    """Count the characters of what reads as sentences."""
    long = _LONG_LINE // shrink
    return sum(len(one) for one in paragraphs if len(one) >= long and ends_sentence(one))
