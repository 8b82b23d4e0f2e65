"""Edits as editors make them, on a page that is known to hold a text.

An editor's change is in the page wherever the page repeats what was changed: in its copies for
other screens or for print, and in the data of its scripts.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from lxml import html as lxml_html
from lxml.etree import _Element as Element

from newscrawler.normalise.text import clean_line

Record: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Element, Record], bool]

# Characters; less is no paragraph that an editor takes out, and no text that only copies repeat.
_PARAGRAPH, _REPEATED = 60, 20
_ADDED = (
    "The council has put off its vote until the spring, a spokeswoman said on Monday. Those who "
    "live near the quay had asked for more time, and 214 of them have signed a letter."
)
_NOTE = "This article was amended on 26 November 2026 to correct the year of the vote."


class Edit(NamedTuple):
    """A change, and the field that it changes."""

    change: Change
    field: str = "body"


class _Place(NamedTuple):
    """A piece of running text: of an element, or behind it."""

    element: Element
    name: str

    @property
    def text(self) -> str:
        return getattr(self.element, self.name) or ""


def _paragraphs(page: Element, before: Record) -> list[Element]:
    """Return the paragraphs of the page that were read as the text, from its middle on."""
    lines = set(before.get("body", "").split("\n\n"))
    found = [p for p in page.iter("p") if _text(p) in lines]
    return found[len(found) // 2 :] + found[: len(found) // 2]


def _places(paragraph: Element) -> Iterator[_Place]:
    yield _Place(paragraph, "text")
    for one in paragraph.iterdescendants("*"):
        yield _Place(one, "text")
        yield _Place(one, "tail")


def _replace(page: Element, before: Record, expression: str, new: str) -> bool:
    for paragraph in _paragraphs(page, before):
        for place in _places(paragraph):
            matches = list(re.finditer(expression, place.text))
            if matches:
                start, end = matches[len(matches) // 2].span()
                _rewrite(page, place, f"{place.text[:start]}{new}{place.text[end:]}")
                return True
    return False


def _rewrite(page: Element, place: _Place, new: str) -> None:
    """Change a piece of text where it stands, and wherever the page repeats it."""
    old = place.text
    setattr(place.element, place.name, new)
    if len(old.strip()) < _REPEATED:
        return
    for element in page.iter("*"):
        if element.tag == "script":
            _say_in_data(element, old.strip(), new.strip())
            continue
        for name in ("text", "tail"):
            if clean_line(getattr(element, name) or "") == clean_line(old):
                setattr(element, name, new)


def _say_in_data(script: Element, old: str, new: str) -> None:
    """Make the same change in the page's data, in each of the spellings that JSON has."""
    for spell in (str, html.escape, _with_references):
        for escapes in (True, False):
            told, tells = (json.dumps(spell(one), ensure_ascii=escapes) for one in (old, new))
            for slashes in (("/", "/"), ("/", "\\/")):
                was, becomes = (one[1:-1].replace(*slashes) for one in (told, tells))
                if script.text and was in script.text:
                    script.text = script.text.replace(was, becomes)


def _with_references(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()


def word(page: Element, before: Record) -> bool:
    return _replace(page, before, r"\b[^\W\d_]{5,}\b", "otherwise")


def number(page: Element, before: Record) -> bool:
    return _replace(page, before, r"\b\d+\b", "8461")


def sentence_added(page: Element, before: Record) -> bool:
    for paragraph in _paragraphs(page, before):
        places = [one for one in _places(paragraph) if one.text.strip()]
        if places:
            text = places[-1].text.rstrip()
            _rewrite(page, places[-1], f"{text} The ministry has since confirmed this in a letter.")
            return True
    return False


def paragraph_removed(page: Element, before: Record) -> bool:
    found = [one for one in _paragraphs(page, before) if len(_text(one)) > _PARAGRAPH]
    if len(found) < 4:
        return False
    for paragraph in [one for one in page.iter("p") if _text(one) == _text(found[0])]:
        _take_out(paragraph)
    for script in page.iter("script"):
        _say_in_data(script, _text(found[0]), "")
    return True


def _text(paragraph: Element) -> str:
    return clean_line("".join(map(str, paragraph.itertext("*"))))


def _take_out(paragraph: Element) -> None:
    parent = paragraph.getparent()
    if parent is not None:
        after, paragraph.tail = paragraph.tail, None
        before = paragraph.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (after or "")
        else:
            parent.text = (parent.text or "") + (after or "")
        parent.remove(paragraph)


def _insert(page: Element, before: Record, text: str, *, at_end: bool) -> bool:
    """Add a paragraph that is made as the one before it, in each of the page's copies."""
    places = [one for one in _paragraphs(page, before) if len(_text(one)) > _PARAGRAPH]
    if not places:
        return False
    in_order = [one for one in page.iter("p") if one in places]
    chosen = in_order[-1] if at_end else places[0]
    for one in [one for one in page.iter("p") if _text(one) == _text(chosen)]:
        added = lxml_html.fragment_fromstring(f"<p>{text}</p>")
        if one.get("class"):
            added.set("class", one.get("class", ""))
        one.addnext(added)
    for script in page.iter("script"):
        _say_in_data(script, _text(chosen), f"{_text(chosen)}\n\n{text}")
    return True


def paragraph_added(page: Element, before: Record) -> bool:
    return _insert(page, before, _ADDED, at_end=False)


def note_added(page: Element, before: Record) -> bool:
    return _insert(page, before, _NOTE, at_end=True)


def headline(page: Element, before: Record) -> bool:
    """Add a word to the headline wherever the page says it; it has to be one that readers see."""
    old = before["headline"]
    new = f"Updated report: {old}"
    if not any(old == clean_line(one.text or "") for one in page.iter("h1")):
        return False
    for element in page.iter("h1", "h2", "title", "span", "a", "li", "nav"):
        for name in ("text", "tail"):
            text = clean_line(getattr(element, name) or "")
            if old in text:
                setattr(element, name, text.replace(old, new))
    for script in page.iter("script"):
        _say_in_data(script, old, new)
    for element in page.iter("meta", "input"):
        for name in ("content", "value"):
            if old in (element.get(name) or ""):
                element.set(name, (element.get(name) or "").replace(old, new))
    return True


EDITS: dict[str, Edit] = {
    "a word": Edit(word),
    "a number": Edit(number),
    "a sentence more": Edit(sentence_added),
    "a paragraph less": Edit(paragraph_removed),
    "a paragraph more": Edit(paragraph_added),
    "a note at the end": Edit(note_added),
    "the headline": Edit(headline, "headline"),
}
