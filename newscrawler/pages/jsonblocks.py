"""The JSON of a page's `script` elements, decoded within bounds and repaired where that is safe."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.etree import _Element as Element

from newscrawler.pages.stated import element_text

MAX_BLOCK = 2 * 1024 * 1024  # characters; the largest articles stay below a tenth of it
MAX_BLOCKS = 200
MAX_DEPTH = 64

# A string comes first, so that nothing inside a string is taken for a comment or a comma;
# every branch also matches what is left open, which keeps the scan linear.
_REPAIRABLE = re.compile(
    r'(?P<string>"(?:[^"\\]+|\\.)*+"?)'
    r"|//[^\n]*"
    r"|/\*(?:[^*]+|\*(?!/))*+(?:\*/)?"
    r"|(?P<comma>,(?=\s*[}\],]))",
    re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:(?P<valid>["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<other>.))', re.DOTALL)
_OPENINGS = ("\ufeff", "<!--", "//<![CDATA[", "/*<![CDATA[*/", "// <![CDATA[", "<![CDATA[")
_ENDINGS = (";", "//-->", "-->", "//]]>", "/*]]>*/", "// ]]>", "]]>")


def json_ld_values(scripts: Iterable[Element]) -> tuple[list[Any], int]:
    """Decode every JSON-LD block among `scripts`: its values, and how many blocks were broken.

    The readable part of a broken block is kept.
    """
    values: list[Any] = []
    broken = 0
    for block in islice(_blocks(scripts), MAX_BLOCKS):
        decoded, whole = _parse(block)
        fitting = [value for value in decoded if _is_shallow(value)]
        broken += not whole or len(fitting) < len(decoded)
        values += fitting
    return values, broken


def _blocks(scripts: Iterable[Element]) -> Iterator[str]:
    for script in scripts:
        if _is_json_ld(script.get("type", "")):
            text = element_text(script)
            if text.strip():
                yield text


def _is_json_ld(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().casefold() == "application/ld+json"


def _parse(block: str) -> tuple[list[Any], bool]:
    if len(block) > MAX_BLOCK:
        return [], False
    text = _unwrapped(block)
    values, whole = _decode(text)
    if whole:
        return values, True
    repaired, whole = _decode(_REPAIRABLE.sub(_mend, text).strip())
    return (repaired, whole) if len(repaired) >= len(values) else (values, False)


def _unwrapped(block: str) -> str:
    text, before = block.strip(), ""
    while text != before:
        before = text
        for opening in _OPENINGS:
            text = text.removeprefix(opening).lstrip()
        for ending in _ENDINGS:
            text = text.removesuffix(ending).rstrip()
    return html.unescape(text) if '"' not in text and "&quot;" in text else text


def _decode(text: str) -> tuple[list[Any], bool]:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
        position = _skip_separators(text, position)
    return values, bool(values)


def _skip_separators(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,;":
        position += 1
    return position


def _mend(match: re.Match[str]) -> str:
    if match["string"]:
        return _ESCAPE.sub(_mend_escape, match["string"])
    return "" if match["comma"] else " "


def _mend_escape(match: re.Match[str]) -> str:
    if match["valid"]:
        return match[0]
    return "'" if match["other"] == "'" else "\\\\" + match["other"]


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _containers(parent)]
        if not level:
            return True
    return False


def _containers(value: Any) -> list[Any]:
    """Objects and lists directly inside of a value."""
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return []
    return [child for child in inside if isinstance(child, dict | list)]
