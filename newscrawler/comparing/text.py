"""A comparison for a terminal: marked with signs, and coloured where colours are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from newscrawler.comparing.edits import Piece
from newscrawler.comparing.versions import Comparison, Version
from newscrawler.normalise.printable import for_terminal

# Unchanged paragraphs shown before and behind a changed one.
AROUND = 1
# What `git diff --word-diff` and wdiff print; to be read and heard without colours.
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
_COLOURS = {"removed": "\x1b[31m", "added": "\x1b[32m", "same": ""}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class Style:
    """How changes are marked: by signs always, by colours besides."""

    def __init__(self, *, colours: bool) -> None:
        self.colours = colours

    def piece(self, one: Piece) -> str:
        before, behind = _MARKS[one.kind]
        return self.painted(f"{before}{for_terminal(one.text)}{behind}", _COLOURS[one.kind])

    def heading(self, text: str) -> str:
        return self.painted(text, _BOLD)

    def painted(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self.colours and colour else text


def version_lines(versions: list[Version]) -> Iterator[str]:
    """Give one line a version: number, time, run, what has changed."""
    for one in versions:
        changed = ", ".join(one.record.get("changed", [])) or "first seen"
        if one.number > 1 and "changed" not in one.record:
            changed = "changed"
        told = one.record.get("retrieved_at", "")
        yield for_terminal(f"version {one.number}  {told}  run {one.run}  {changed}")


def comparison_lines(found: Comparison, style: Style) -> Iterator[str]:
    yield style.heading(f"From version {found.old.number} to version {found.new.number}")
    yield ""
    yield f"{_sign(found.headline)} {''.join(map(style.piece, found.headline))}"
    for name, (before, after) in found.fields.items():
        yield f"~ {name}: {''.join(map(style.piece, _told(before, after)))}"
    yield ""
    yield from _body_lines(found.paragraphs, style)


def _body_lines(paragraphs: list[list[Piece]], style: Style) -> Iterator[str]:
    changed = {at for at, one in enumerate(paragraphs) if _sign(one) != " "}
    shown = {at + by for at in changed for by in range(-AROUND, AROUND + 1)}
    if not changed:
        yield "  The text is the same."
        return
    for is_shown, group in groupby(enumerate(paragraphs), lambda one: one[0] in shown):
        told = list(group)
        if not is_shown:
            yield f"  ... {len(told)} paragraph{'s' if len(told) > 1 else ''} unchanged"
        for _, paragraph in told if is_shown else ():
            yield f"{_sign(paragraph)} {''.join(map(style.piece, paragraph))}"


def _sign(those: list[Piece]) -> str:
    kinds = {one.kind for one in those}
    if kinds <= {"same"}:
        return " "
    return {"added": "+", "removed": "-"}.get(next(iter(kinds)), "~") if len(kinds) == 1 else "~"


def _told(before: Any, after: Any) -> list[Piece]:
    sides = [("removed", before), ("added", after)]
    return [Piece(kind, said(value)) for kind, value in sides if value is not None]  # type: ignore[arg-type]


def said(value: Any) -> str:
    """Return a field's value for people: lists by their names."""
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    if isinstance(value, dict):
        name = value.get("name") or value.get("text") or value.get("url")
        return str(name) if name else json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if isinstance(value, bool) else str(value)
