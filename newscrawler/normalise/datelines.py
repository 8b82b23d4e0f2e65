"""Take the dateline of a wire text off its paragraph."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """A dateline as printed, what it names, and the paragraph without it."""

    text: str
    place: str | None
    source: str | None
    rest: str


def split_dateline(paragraph: str) -> Split | None:
    """Return the dateline that opens (or is) the paragraph."""
    return None
