"""The headings of a page as its reader sees them, without the kicker that shares their element."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.normalise.text import clean_line, fold
from newscrawler.pages.vocabulary import HEADLINE_CLASS, KICKER_CLASS

# A page has one headline; what has more headings is a listing, or made to keep a program busy.
MAX_HEADINGS = 200
# Starts and ends of elements inside one heading.
_MOST_EVENTS = 400
_LONGEST = 1000  # characters; a headline has a hundred
# Levels down to what holds the texts of a heading.
_BOXES = 4
_UNREADABLE = frozenset({"noscript", "script", "style", "template"})
_BREAKS = frozenset({"br", "div", "li", "p", "h1", "h2", "h3", "h4", "small", "header", "section"})


class Heading(NamedTuple):
    """A heading as printed, where it stands, and the key under which spellings of it are equal."""

    element: Element
    line: str
    key: str


def printed_headings(root: Element, *tags: str) -> Iterator[Heading]:
    """Give the first headings of these tags that have a text."""
    for element in islice(root.iter(*tags), MAX_HEADINGS):
        line = heading_line(element)
        if line:
            yield Heading(element, line, fold(line))


def heading_line(element: Element) -> str:
    """Return the text of a heading; a kicker before it and small print behind it are left out."""
    whole = _line(element, ())
    beside = _beside_the_headline(element)
    return (_line(element, beside) or whole) if beside else whole


def _line(element: Element, without: tuple[Element, ...]) -> str:
    pieces = islice(_texts(element, without), _MOST_EVENTS)
    line = clean_line("".join(piece[: 2 * _LONGEST] for piece in pieces))
    return line if len(line) <= _LONGEST else ""


def _texts(element: Element, without: tuple[Element, ...]) -> Iterator[str]:
    """Give the texts inside an element, apart where a browser breaks the line."""
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        edge = " " if node.tag in _BREAKS else ""
        if event != "start":
            yield edge + ((node.tail or "") if node is not element else "")
        elif node.tag in _UNREADABLE or node in without:
            walk.skip_subtree()
        else:
            yield edge + (node.text or "")


def _beside_the_headline(heading: Element) -> tuple[Element, ...]:
    """Return the kicker at the start and the small print at the end of a heading."""
    box = _innermost(heading)
    parts = list(islice(box.iterchildren("*"), _MOST_EVENTS))
    if not parts:
        return ()
    first, last = parts[0], parts[-1]
    found = [first] if not _filled(box.text) and _is_kicker(first) else []
    if last is not first and last.tag == "small" and not _filled(last.tail):
        found.append(last)
    return tuple(found)


def _innermost(heading: Element) -> Element:
    """Return what holds the texts: `<h1><a><span>kicker</span> headline</a></h1>`."""
    for _ in range(_BOXES):
        if len(heading) != 1 or _filled(heading.text) or _filled(heading[0].tail):
            break
        heading = heading[0]
    return heading


def _is_kicker(part: Element) -> bool:
    """Tell a kicker by its class, or by the class of what follows it."""
    if part.tag == "small" or KICKER_CLASS.search(part.get("class", "")):
        return True
    following = next(part.itersiblings("*"), None)  # no comment
    return (
        following is not None
        and part.tag in ("span", "strong", "b", "em")
        and not _filled(part.tail)
        and not HEADLINE_CLASS.search(part.get("class", ""))
        and bool(HEADLINE_CLASS.search(following.get("class", "")))
    )


def _filled(text: str | None) -> bool:
    return bool(text and text.strip())
