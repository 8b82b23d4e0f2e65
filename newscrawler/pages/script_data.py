"""The data that a page leaves for its own scripts: JSON in assignments, calls and streams."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import _Element as Element

from newscrawler.pages.stated import element_text

# Characters; a page of 1 MB is a large one, and few have more than one such block.
MAX_SCRIPTS = 4 * 1024 * 1024
MAX_VALUES = 2_000
# What is shorter holds settings.
_SHORTEST = 300
_NO_PROGRAM = re.compile(r"\s*(?:application/ld\+json|text/css|text/template)", re.IGNORECASE)
# `window.state = {`, `push([1,"...`, `JSON.parse("{...`: where a value may begin.
_BEGINNING = re.compile(r"[=(:]\s*+(?=[\[{]|\"[\[{\\])")
# A row of a stream of React's: `1f:{...}`, `:HL[...]`, or `1f:T4d2,` and so many bytes of text.
_ROW = re.compile(r"[0-9a-f]*+:(?:T([0-9a-f]{1,6}),)?")
_DECODER = json.JSONDecoder(strict=False)


def script_values(scripts: Iterable[Element]) -> Iterator[Any]:
    """Give the values in the scripts of a page, those in strings and streams among them."""
    stream: list[str] = []
    read = 0
    for script in scripts:
        text = element_text(script)
        is_short = len(text) < _SHORTEST and "push(" not in text
        if is_short or _NO_PROGRAM.match(script.get("type") or ""):
            continue
        read += len(text)
        if read > MAX_SCRIPTS:
            break
        for value in _values(text):
            part = _part_of_stream(value)
            if part is None:
                yield value
            else:
                stream.append(part)
    yield from _rows("".join(stream))


def _values(text: str) -> Iterator[Any]:
    """Give what stands at every place where a value may begin, outside of those before it."""
    position = len(text) - len(text.lstrip())
    if text[position : position + 1] not in ("{", "["):
        position = _next(text, position)
    for _ in range(MAX_VALUES):
        if position < 0:
            return
        value, position = _decode(text, position)
        if isinstance(value, str) and value[:1] in ("{", "["):
            value, _ = _decode(value, 0)
        if isinstance(value, dict | list):
            yield value
        position = _next(text, position)


def _next(text: str, position: int) -> int:
    found = _BEGINNING.search(text, position)
    return found.end() if found else -1


def _decode(text: str, position: int) -> tuple[Any, int]:
    """Decode one value; of a broken one, go on where it breaks, and end with one too deep."""
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        return None, max(error.pos, position + 1)
    except RecursionError:
        return None, len(text)


def _part_of_stream(value: Any) -> str | None:
    """Return the text of `[1, "..."]`, as Next.js pushes its stream piece by piece."""
    if isinstance(value, list) and len(value) == 2 and value[0] == 1:
        return value[1] if isinstance(value[1], str) else None
    return None


def _rows(stream: str) -> Iterator[Any]:
    """Give the values and texts of a stream; a text is given as an object, like all others."""
    position = 0
    while row := _ROW.match(stream, position):
        if row[1]:
            text = _of_bytes(stream, row.end(), int(row[1], 16))
            position = row.end() + len(text)
            yield {"text": text}
            continue
        end = stream.find("\n", row.end())
        end = len(stream) if end < 0 else end
        if stream[row.end() : row.end() + 1] in ("{", "["):
            yield _decode(stream, row.end())[0]
        position = end + 1


def _of_bytes(text: str, start: int, length: int) -> str:
    """Return as many characters as have `length` bytes in UTF-8."""
    piece = text[start : start + length]
    return piece.encode("utf-8", "replace")[:length].decode("utf-8", "ignore")
