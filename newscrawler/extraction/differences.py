"""What differs between two records, field by field, as a person reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from newscrawler.normalise.printable import one_line, shortened

# Words that stand around a change of a long text.
CONTEXT = 6
# Characters above which a value is compared word by word.
LONG = 100
# Words: comparing takes the product of both lengths at the worst.
MAX_WORDS = 10_000
# Characters of a value that is shown whole.
LONGEST = 2_000
_WORD = re.compile(r"\S+|\n+")


class Piece(NamedTuple):
    """Text of one kind: `-` was there, `+` is there now, a blank is in both."""

    sign: str
    text: str


class Change(NamedTuple):
    """One field that differs."""

    field: str
    lines: list[list[Piece]]


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Give the fields that differ, in the order of the feed; where each stood comes with it."""
    sources = [record.get("provenance") or {} for record in (before, after)]
    for field in dict.fromkeys((*after, *before)):
        if field == "provenance":
            continue
        old, new = before.get(field), after.get(field)
        was, now = (source.get(field) for source in sources)
        if old != new:
            yield Change(field, _compared(old, new, _stood(was), _stood(now)))
        elif was != now:
            yield Change(field, [[Piece("-", _stood(was))], [Piece("+", _stood(now))]])


def _stood(source: str | None) -> str:
    return f"({source})" if source else "(no source)"


def _compared(old: Any, new: Any, was: str, now: str) -> list[list[Piece]]:
    is_long = isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONG
    if is_long:
        moved = [] if was == now else [[Piece("-", was), Piece(" ", " "), Piece("+", now)]]
        return [*_words(old, new), *moved]
    if isinstance(old, list) and isinstance(new, list):
        return _members(old, new)
    shown = [("-", old, was), ("+", new, now)]
    return [[Piece(sign, _shown(value, source))] for sign, value, source in shown]


def _shown(value: Any, source: str) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (
        f"{shortened(one_line(text), LONGEST)} {source if source != '(no source)' else ''}".strip()
    )


def _members(old: list[Any], new: list[Any]) -> list[list[Piece]]:
    """Compare lists member by member: one that moved has gone and come."""
    before, after = (
        [json.dumps(one, ensure_ascii=False) for one in members] for members in (old, new)
    )
    lines = []
    for tag, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            lines += [[Piece("-", one_line(one))] for one in before[i:j]]
            lines += [[Piece("+", one_line(one))] for one in after[k:n]]
    return lines


def _words(old: str, new: str) -> list[list[Piece]]:
    """Compare texts word by word; each change comes with some words around it."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MAX_WORDS:
        return [[Piece("-", f"{len(before)} words"), Piece("+", f" {len(after)} words")]]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        [piece for code in group for piece in _pieces(code, before, after)]
        for group in matcher.get_grouped_opcodes(CONTEXT)
    ]


def _pieces(
    code: tuple[str, int, int, int, int], before: list[str], after: list[str]
) -> Iterator[Piece]:
    tag, i, j, k, n = code
    if tag == "equal":
        yield Piece(" ", _joined(before[i:j]))
        return
    if j > i:
        yield Piece("-", _joined(before[i:j]))
    if n > k:
        yield Piece("+", _joined(after[k:n]))


def _joined(words: list[str]) -> str:
    return shortened(one_line(" ".join("¶" if word.isspace() else word for word in words)), LONGEST)
