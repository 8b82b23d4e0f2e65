"""What differs between two versions of an article: headline, paragraphs, particulars."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from newscrawler.comparing.edits import Piece, alignment, pieces, tokens
from newscrawler.items import Article
from newscrawler.normalise.text import levelled
from newscrawler.revisions import changed_fields
from newscrawler.state.rows import KeptVersion

# Of the visit, or told apart from the other fields.
NOT_TOLD = ("headline", "body", "date_published_raw", "date_modified_raw")
# Pairs of paragraphs whose words are compared to find which was made of which.
MOST_PAIRS = 2_000
# Of the words of the shorter paragraph; with less in common, one was not made of the other.
LEAST_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article, and what it says of itself."""

    number: int
    run: int
    record: dict[str, Any]

    @classmethod
    def of(cls, kept: KeptVersion) -> Version:
        return cls(kept.number, kept.run, json.loads(kept.line))

    def summary(self) -> dict[str, Any]:
        names = ("retrieved_at", "date_modified", "changed", "headline")
        told = {name: self.record[name] for name in names if name in self.record}
        return {"version": self.number, "run": self.run, **told}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and the pieces of what they say. A paragraph is a list of pieces."""

    old: Version
    new: Version
    headline: list[Piece]
    paragraphs: list[list[Piece]]
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Other fields that differ, before and after; None where a version has none."""

    def record(self) -> dict[str, Any]:
        return {
            "from": self.old.number,
            "to": self.new.number,
            "headline": _plain(self.headline),
            "body": [_plain(one) for one in self.paragraphs],
            "fields": {
                name: {"before": before, "after": after}
                for name, (before, after) in self.fields.items()
            },
        }


def compared(old: Version, new: Version) -> Comparison:
    return Comparison(
        old,
        new,
        headline=pieces(old.record.get("headline", ""), new.record.get("headline", "")),
        paragraphs=list(_paragraphs(_body(old.record), _body(new.record))),
        fields=_fields(old.record, new.record),
    )


def _plain(those: list[Piece]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "text": one.text} for one in those]


def _body(record: dict[str, Any]) -> list[str]:
    body: str = record.get("body", "")
    return body.split("\n\n") if body else []


def _fields(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    named = changed_fields(old, new)
    wanted = [name for name in Article.__dataclass_fields__ if name in named]
    return {name: (old.get(name), new.get(name)) for name in wanted if name not in NOT_TOLD}


def _paragraphs(old: list[str], new: list[str]) -> Iterator[list[Piece]]:
    keys = [levelled(one) for one in old], [levelled(one) for one in new]
    for step in alignment(*keys):
        if step.is_same:
            yield from ([Piece("same", line)] for line in new[step.new])
        else:
            yield from _replaced(old[step.old], new[step.new])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    """Pair the paragraphs that were made of one another, and give the others whole, in order."""
    at = 0
    for mate, line in zip_longest(_mates(old, new), new, fillvalue=None):
        if line is None:
            break
        if mate is None:
            yield [Piece("added", line)]
            continue
        yield from ([Piece("removed", gone)] for gone in old[at:mate])
        yield pieces(old[mate], line)
        at = mate + 1
    yield from ([Piece("removed", gone)] for gone in old[at:])


def _mates(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for each new paragraph the old one that it was made of, both in their order."""
    if len(old) * len(new) > MOST_PAIRS:
        return [at if at < len(old) else None for at in range(len(new))]
    words = [set(map(levelled, tokens(line))) for line in (*old, *new)]
    mates: list[int | None] = []
    at = 0
    for mine in words[len(old) :]:
        likeness = [_alike(words[one], mine) for one in range(at, len(old))]
        best = max(likeness, default=0.0)
        mates.append(at + likeness.index(best) if best >= LEAST_ALIKE else None)
        at = at if mates[-1] is None else at + likeness.index(best) + 1
    return mates


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
