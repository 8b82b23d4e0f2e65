"""Edits as editors make them, on a page that is known to hold a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from lxml.etree import _Element as Element

Record: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[[Element, Record], bool]


def _paragraphs(page: Element, before: Record) -> list[Element]:
    """Return the paragraphs of the page that were read as the text, each without other elements."""
    lines = {" ".join(line.split()) for line in before.get("body", "").split("\n\n")}
    plain = (p for p in page.iter("p") if not len(p) and p.text)
    return [p for p in plain if " ".join((p.text or "").split()) in lines]


def _middle(page: Element, before: Record, expression: str) -> tuple[Element, re.Match[str]] | None:
    found = _paragraphs(page, before)
    for paragraph in found[len(found) // 2 :] + found[: len(found) // 2]:
        matches = list(re.finditer(expression, paragraph.text or ""))
        if matches:
            return paragraph, matches[len(matches) // 2]
    return None


def _replace(page: Element, before: Record, expression: str, new: str) -> bool:
    place = _middle(page, before, expression)
    if place is None:
        return False
    paragraph, match = place
    text = paragraph.text or ""
    paragraph.text = f"{text[: match.start()]}{new}{text[match.end() :]}"
    _say_in_data(page, text, paragraph.text)
    return True


def _say_in_data(page: Element, old: str, new: str) -> None:
    """Make the same change where the page's data repeats the paragraph."""
    for script in page.iter("script"):
        for escapes in (True, False):
            told, tells = (json.dumps(one, ensure_ascii=escapes)[1:-1] for one in (old, new))
            if script.text and told in script.text:
                script.text = script.text.replace(told, tells)


def word(page: Element, before: Record) -> bool:
    return _replace(page, before, r"\b[^\W\d_]{5,}\b", "otherwise")


def number(page: Element, before: Record) -> bool:
    return _replace(page, before, r"\b\d+\b", "8461")


def sentence_added(page: Element, before: Record) -> bool:
    return _replace(page, before, r"$", " The ministry has since confirmed this in a letter.")


def paragraph_removed(page: Element, before: Record) -> bool:
    found = [one for one in _paragraphs(page, before) if len(one.text or "") > 60]
    parent = found[len(found) // 2].getparent() if len(found) > 3 else None
    if parent is None:
        return False
    parent.remove(found[len(found) // 2])
    return True


def headline(page: Element, before: Record) -> bool:
    """Add a word to the headline wherever the page says it; it has to be one that readers see."""
    old = before["headline"]
    new, done = f"Updated report: {old}", False
    if not any(old == " ".join((one.text or "").split()) for one in page.iter("h1")):
        return False
    for element in page.iter("h1", "h2", "title", "script", "span", "a"):
        if element.text and old in " ".join(element.text.split()):
            element.text = " ".join(element.text.split()).replace(old, new)
            done = True
    for element in page.iter("meta"):
        if old in (element.get("content") or ""):
            element.set("content", (element.get("content") or "").replace(old, new))
    return done


EDITS: dict[str, Edit] = {
    "word": word,
    "number": number,
    "sentence added": sentence_added,
    "paragraph removed": paragraph_removed,
    "headline": headline,
}
