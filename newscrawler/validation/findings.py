"""What is wrong with a feed: counted in full, told in part."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from newscrawler.normalise.printable import shortened

# Findings of one kind in one place that are told; the rest is counted.
TOLD = 10
# Kinds and places that are told apart; a feed of another program has as many as it has keys.
PLACES = 1_000
# Characters of a message: what was found may be a whole article.
LONGEST = 300
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in one line."""

    line: int
    kind: str
    """A keyword of JSON Schema (`minLength`), or one of ours (`date`)."""
    message: str
    path: str = ""
    """Where in the record, as `$.authors[0].name`; empty where it is about the line."""

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"line {self.line}: {where}{self.message} ({self.kind})"


@dataclass(slots=True)
class Findings:
    """The findings of one feed."""

    told: list[Finding] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)
    by_place: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: int = 0
    """How many lines something is wrong in."""
    _last: int = 0

    def add(self, line: int, kind: str, message: str, path: str = "") -> bool:
        """Count a finding, and tell whether it is one of the first of its kind and place."""
        self.by_kind[kind] += 1
        if line != self._last:
            self.lines += 1
            self._last = line
        place = (kind, _INDEX.sub("[]", path))
        if len(self.by_place) >= PLACES and place not in self.by_place:
            place = ("", "")
        self.by_place[place] += 1
        is_told = bool(place[0]) and self.by_place[place] <= TOLD
        if is_told:
            self.told.append(Finding(line, kind, shortened(message, LONGEST), path))
        return is_told

    def untold(self) -> list[str]:
        """Return a line for each kind and place of which not all was told."""
        return [
            f"... and {count - told} more of {kind or 'other kinds'}{f' in {path}' if path else ''}"
            for (kind, path), count in self.by_place.items()
            if count > (told := TOLD if kind else 0)
        ]

    def record(self) -> dict[str, Any]:
        """Return the form for programs."""
        told = [
            {"line": one.line, "kind": one.kind, "path": one.path, "message": one.message}
            for one in self.told
        ]
        return {"counts": dict(sorted(self.by_kind.items())), "findings": told}
